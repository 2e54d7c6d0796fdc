// Notifications, shown by the phone.
//
// Invariant: what may not be shown fails before it is tried. Posting waits for the phone's answer, some seconds at most: it is
// done on the thread that works.
import Foundation
import QiaomenCore
import QiaomenKit
import UserNotifications

final class Board: NoticeBoard, Sendable {
    static let alertKey = "alert"
    static let tabKey = "tab"
    private static let category = "notice"
    private static let patience = 5.0

    private var centre: UNUserNotificationCenter { .current() }

    /// What stands in the place of the text where the person lets a locked phone show none; the title is shown all the same, since
    /// it names nobody.
    func name(_ hidden: String) {
        centre.setNotificationCategories([
            UNNotificationCategory(
                identifier: Board.category, actions: [], intentIdentifiers: [], hiddenPreviewsBodyPlaceholder: hidden,
                categorySummaryFormat: nil, options: [.hiddenPreviewsShowTitle])
        ])
    }

    func post(_ posted: Posted) throws {
        let allowed = Answer()
        centre.getNotificationSettings { @Sendable settings in
            allowed.give(Board.standing(settings.authorizationStatus) == .allowed)
        }
        guard allowed.came(within: Board.patience) else { throw ShellError.Unavailable }
        let shown = Answer()
        centre.add(Board.request(posted, in: nil)) { @Sendable failed in shown.give(failed == nil) }
        guard shown.came(within: Board.patience) else { throw ShellError.Unavailable }
    }

    func plan(_ posted: Posted?, at: Int64) {
        let key = [PhoneNotifier.plannedKey]
        centre.removeDeliveredNotifications(withIdentifiers: key)
        centre.removePendingNotificationRequests(withIdentifiers: key)
        guard let posted else { return }
        let left = Double(at) / 1000 - Date().timeIntervalSince1970
        // Without permission there is nothing planned, and the app tells it when it is opened.
        centre.add(Board.request(posted, in: max(left, 1))) { @Sendable _ in }
    }

    func takeBack(alert: String?) {
        guard let alert else {
            centre.removeAllDeliveredNotifications()
            centre.removeAllPendingNotificationRequests()
            return
        }
        centre.getDeliveredNotifications { @Sendable all in
            let about = all.map(\.request).filter { $0.content.userInfo[Board.alertKey] as? String == alert }
            UNUserNotificationCenter.current().removeDeliveredNotifications(withIdentifiers: about.map(\.identifier))
        }
    }

    /// Whether notifications can be shown.
    static func standing(_ status: UNAuthorizationStatus) -> Standing {
        switch status {
        case .authorized, .provisional, .ephemeral: .allowed
        case .notDetermined: .notAsked
        case .denied: .refused
        @unknown default: .refused
        }
    }

    private static func request(_ posted: Posted, in seconds: Double?) -> UNNotificationRequest {
        let content = UNMutableNotificationContent()
        content.title = posted.title
        content.body = posted.body
        content.threadIdentifier = posted.thread
        content.categoryIdentifier = category
        // Rings for as long as a call does, where the phone is not silenced.
        content.sound = posted.urgent ? .defaultRingtone : .default
        content.interruptionLevel = posted.urgent ? .timeSensitive : .active
        var info: [String: String] = [:]
        info[alertKey] = posted.alert
        info[tabKey] = posted.tab?.rawValue
        content.userInfo = info
        let trigger = seconds.map { UNTimeIntervalNotificationTrigger(timeInterval: $0, repeats: false) }
        return UNNotificationRequest(identifier: posted.key, content: content, trigger: trigger)
    }
}

/// Yes or no, said by another thread.
private final class Answer: @unchecked Sendable {
    private let said = DispatchSemaphore(value: 0)
    private let lock = NSLock()
    private var yes = false

    func give(_ yes: Bool) {
        lock.withLock { self.yes = yes }
        said.signal()
    }

    /// Whether it was a yes, in time.
    func came(within seconds: Double) -> Bool {
        said.wait(timeout: .now() + seconds) == .success && lock.withLock { yes }
    }
}
