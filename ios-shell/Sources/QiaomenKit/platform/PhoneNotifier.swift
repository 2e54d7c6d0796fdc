// What the phone says by itself: notices of the core's, and that exchanges cannot go on alone.
//
// Invariants: what is not shown fails, so that the core tells it again; what stands on a locked screen never has a name in it; a
// notification holds identifiers and the name and level of one alert, no more.
import Foundation
import QiaomenCore

/// A notification as it is to be shown.
public struct Posted: Equatable, Sendable {
    /// One with the same key is put in its place.
    public var key: String
    public var title: String
    /// What it says where the phone is unlocked.
    public var body: String
    /// What it says where anybody can read it.
    public var publicBody: String
    /// Whether it breaks through quiet times.
    public var urgent: Bool
    /// Opened when it is touched; none for the tab.
    public var alert: String?
    public var tab: Tab?
    /// How the worker's settings group it: `urgent`, `alerts`, `due`, `records`, `reminders`.
    public var thread: String
}

/// Shows notifications. Called on any thread.
public protocol NoticeBoard: Sendable {
    /// Shows one; fails where nothing can be shown now, as without permission.
    func post(_ posted: Posted) throws
    /// Takes back what was shown of an alert, or everything.
    func takeBack(alert: String?)
}

/// Puts the core's notices into words. Language and replica are told by whoever owns the model, since both may change.
public final class PhoneNotifier: Notifier, @unchecked Sendable {
    private let board: any NoticeBoard
    private let lock = NSLock()
    private var language: Language
    private var replica: Replica?

    public init(_ board: any NoticeBoard, language: Language) {
        self.board = board
        self.language = language
    }

    /// What it speaks and whom it can ask from now on.
    public func know(language: Language, replica: Replica?) {
        lock.withLock {
            self.language = language
            self.replica = replica
        }
    }

    private var words: Words { Words(lock.withLock { language }) }

    public func show(notice: Notice) throws {
        let words = words
        let open = words("notice.open")
        let name = notice.alert.flatMap { about($0, words) }
        let tab: Tab? = notice.alert != nil ? nil : notice.kind == .refused ? .sync : .today
        do {
            try board.post(
                Posted(
                    key: notice.key, title: words.count(notice.kind.key, Int(notice.count)), body: name ?? open,
                    publicBody: open, urgent: notice.urgent && notice.kind.thread(true) == "urgent",
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
                key: "trouble", title: words(key), body: words(about), publicBody: words(about), urgent: false,
                tab: .sync, thread: "records"))
    }

    private func about(_ alert: String, _ words: Words) -> String? {
        // It may be gone, or the phone locked: then it is told without.
        guard let record = try? lock.withLock({ replica })?.alerts().get(id: alert)?.record else { return nil }
        return words("notice.who", ["name": record.name, "level": words.word("level", record.level.code)])
    }
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
