// What the phone says by itself: notices of the core's, and that exchanges cannot go on alone.
//
// Invariants: what is not shown fails, so that the core tells it again; nobody's name is in a notification: whether a locked
// iPhone shows what notifications say is the person's choice, and no app can make another text of it there.
import Foundation
import QiaomenCore

/// A notification as it is to be shown.
public struct Posted: Equatable, Sendable {
    /// One with the same key is put in its place.
    public var key: String
    public var title: String
    public var body: String
    /// Whether it breaks through quiet times.
    public var urgent: Bool
    /// Opened when it is touched; none for the tab.
    public var alert: String?
    public var tab: Tab?
    /// How the worker's settings group it: `urgent`, `alerts`, `due`, `records`, `reminders`.
    public var thread: String
}

/// Shows notifications. Called on any thread but the one that draws: posting may wait for the phone's answer.
public protocol NoticeBoard: Sendable {
    /// Shows one; fails where nothing can be shown now, as without permission.
    func post(_ posted: Posted) throws
    /// Has the phone show this at a moment of its own clock though the app sleeps then, in the place of what was planned
    /// before, and takes back what was shown of that; none for nothing.
    func plan(_ posted: Posted?, at: Int64)
    /// Takes back what was shown of an alert, or everything with what is planned.
    func takeBack(alert: String?)
}

/// Puts the core's notices into words. The language is told by whoever owns the model, since it may change.
public final class PhoneNotifier: Notifier, @unchecked Sendable {
    private let board: any NoticeBoard
    private let lock = NSLock()
    private var language: Language

    public init(_ board: any NoticeBoard, language: Language) {
        self.board = board
        self.language = language
    }

    /// What it speaks from now on.
    public func know(language: Language) { lock.withLock { self.language = language } }

    private var words: Words { Words(lock.withLock { language }) }

    public func show(notice: Notice) throws {
        let words = words
        let tab: Tab? = notice.alert != nil ? nil : notice.kind == .refused ? .sync : .today
        do {
            try board.post(
                Posted(
                    key: notice.key, title: words.count(notice.kind.key, Int(notice.count)),
                    body: words("notice.open"), urgent: notice.urgent && notice.kind.thread(true) == "urgent",
                    alert: notice.alert, tab: tab, thread: notice.kind.thread(notice.urgent)))
        } catch {
            throw ShellError.Unavailable
        }
    }

    /// The alert is on the glass: what was told of it has been seen.
    public func seen(_ alert: String) { board.takeBack(alert: alert) }

    /// What the worker has to know of an exchange that failed by itself; nothing where it will work later.
    public func trouble(_ failed: any Error) {
        let key: String
        switch failed as? QiaomenError {
        case .Revoked:
            // Nobody may read any more whom they were about.
            board.takeBack(alert: nil)
            key = "notice.revoked"
        case .SignedOut: key = "notice.signedOut"
        case .Incompatible: key = "notice.incompatible"
        default: return
        }
        let (words, about) = (words, "\(key).about")
        // Where it cannot be shown, the app says it when it is opened.
        try? board.post(
            Posted(
                key: "trouble", title: words(key), body: words(about), urgent: false, tab: .sync, thread: "records"))
    }

    /// There will be something to tell at a moment of the phone's clock, told by itself should the app sleep then.
    func expect(at: Int64?) {
        guard let at else { return board.plan(nil, at: 0) }
        let words = words
        board.plan(
            Posted(
                key: PhoneNotifier.plannedKey, title: words("iphone.notice.planned"), body: words("notice.open"),
                urgent: false, tab: .today, thread: "due"),
            at: at)
    }

    /// The key of what is planned.
    public static let plannedKey = "planned"
}

extension NoticeKind {
    fileprivate var key: String {
        switch self {
        case .newAlert: "notice.newAlert"
        case .handedOver: "notice.handedOver"
        case .contest: "notice.contest"
        case .takenFromMe: "notice.takenFromMe"
        case .dueInSixHours: "notice.dueInSixHours"
        case .dueInOneHour: "notice.dueInOneHour"
        case .overdue: "notice.overdue"
        case .refused: "notice.refused"
        case .comment: "notice.comment"
        case .reminder: "notice.reminder"
        }
    }

    fileprivate func thread(_ urgent: Bool) -> String {
        switch self {
        case .newAlert, .handedOver: urgent ? "urgent" : "alerts"
        case .contest, .takenFromMe: "alerts"
        case .dueInSixHours, .dueInOneHour, .overdue: "due"
        case .refused, .comment: "records"
        case .reminder: "reminders"
        }
    }
}
