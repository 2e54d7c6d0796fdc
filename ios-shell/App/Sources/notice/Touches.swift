// A notification that is touched, and one that comes while the app is in front.
import Foundation
import QiaomenKit
import UserNotifications

final class Touches: NSObject, UNUserNotificationCenterDelegate {
    private let touched: @MainActor @Sendable (_ alert: String?, _ tab: String?) -> Void

    init(_ touched: @escaping @MainActor @Sendable (_ alert: String?, _ tab: String?) -> Void) {
        self.touched = touched
    }

    func userNotificationCenter(
        _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse,
        withCompletionHandler completionHandler: @escaping () -> Void
    ) {
        let info = response.notification.request.content.userInfo
        let (alert, tab) = (info[Board.alertKey] as? String, info[Board.tabKey] as? String)
        let touched = touched
        Task { @MainActor in touched(alert, tab) }
        completionHandler()
    }

    func userNotificationCenter(
        _ center: UNUserNotificationCenter, willPresent notification: UNNotification,
        withCompletionHandler completionHandler: @escaping (UNNotificationPresentationOptions) -> Void
    ) {
        // Somebody who writes at one alert is to hear of another.
        completionHandler([.banner, .list, .sound])
    }
}
