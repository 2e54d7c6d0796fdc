// What the iPhone's frameworks do not have, beside what they have.
import AVFoundation
import BackgroundTasks
import CoreLocation
import LocalAuthentication
import Network
import Photos
import Security
import UIKit
import UniformTypeIdentifiers
import UserNotifications
import VisionKit

// UIKit
@MainActor func opens(_ url: URL) async -> Bool { await UIApplication.shared.open(url) }
@MainActor func reads(_ url: URL) async -> Bool { await UIApplication.shared.read(url) }  // wrong
func elsewhere(_ url: URL) -> Bool { UIApplication.shared.canOpenURL(url) }  // wrong
@MainActor func shows(_ one: UIViewController) { one.present(one, animated: true) }
@MainActor func showsAtOnce(_ one: UIViewController) { one.present(one, atOnce: true) }  // wrong
@MainActor func marks(_ one: UIWindow) { one.windowLevel = 7 }  // wrong
@MainActor func copies() { UIPasteboard.general.setItems([], options: [.forEver: true]) }  // wrong

@MainActor
final class Files: NSObject, UIDocumentPickerDelegate {
    func documentPicker(_ controller: UIDocumentPickerViewController, didPick urls: [URL]) {}  // wrong
    func documentPickerWasCancelled(_ controller: UIDocumentPickerViewController) {}
}

// UserNotifications
func asks() { UNUserNotificationCenter.current().requestAuthorization(options: [.alert]) { _, _ in } }
func begs() { UNUserNotificationCenter.current().requestAuthorization(options: [.loudly]) { _, _ in } }  // wrong
func level(_ one: UNMutableNotificationContent) { one.interruptionLevel = .timeSensitive }
func alarm(_ one: UNMutableNotificationContent) { one.interruptionLevel = .alarm }  // wrong
func at() -> UNNotificationTrigger { UNTimeIntervalNotificationTrigger(after: 1, repeats: false) }  // wrong

final class Touched: NSObject, UNUserNotificationCenterDelegate {
    func userNotificationCenter(  // wrong
        _ center: UNUserNotificationCenter, didRecieve response: UNNotificationResponse,
        withCompletionHandler completionHandler: @escaping () -> Void
    ) {}
    func userNotificationCenter(
        _ center: UNUserNotificationCenter, willPresent notification: UNNotification,
        withCompletionHandler completionHandler: @escaping (UNNotificationPresentationOptions) -> Void
    ) {}
}

// BackgroundTasks
func submits() throws { try BGTaskScheduler.shared.submit(BGAppRefreshTaskRequest(identifier: "a")) }
func submitsUncaught() { BGTaskScheduler.shared.submit(BGAppRefreshTaskRequest(identifier: "a")) }  // wrong
func waits(_ one: BGAppRefreshTaskRequest) { one.requiresNetworkConnectivity = true }  // wrong
func ends(_ one: BGTask) { one.setTaskCompleted(true) }  // wrong

// Security
func adds(_ item: [String: Any]) -> OSStatus { SecItemAdd(NSDictionary(dictionary: item) as CFDictionary, nil) }
func puts(_ item: CFDictionary) -> OSStatus { SecItemPut(item, nil) }  // wrong

// Cameras, places, the phone's owner
func films() -> Bool { AVCaptureDevice.authorizationStatus(for: .video) == .authorized }
func paints() -> Bool { AVCaptureDevice.authorizationStatus(for: .painting) == .authorized }  // wrong
func keeps() async -> Bool { await PHPhotoLibrary.requestAuthorization(for: .addOnly) == .authorized }
func keepsAtOnce() -> Bool { PHPhotoLibrary.requestAuthorization(for: .addOnly) == .authorized }  // wrong
func finds(_ one: CLLocationManager) { one.requestLocation() }
func follows(_ one: CLLocationManager) { one.requestLocationForEver() }  // wrong
func proves(_ one: LAContext) -> Bool { one.canEvaluatePolicy(.deviceOwnerAuthentication, error: nil) }
func trusts(_ one: LAContext) -> Bool { one.canEvaluatePolicy(.anybody, error: nil) }  // wrong
@MainActor func scans(_ one: DataScannerViewController) throws { try one.startScanning() }
@MainActor func scansUncaught(_ one: DataScannerViewController) { one.startScanning() }  // wrong

// The network, kinds of files
func costs(_ path: NWPath) -> Bool { path.isExpensive }
func pays(_ path: NWPath) -> Bool { path.isCheap }  // wrong
func kind() -> String { UTType.movie.identifier }
func noKind() -> String { UTType.opera.identifier }  // wrong
