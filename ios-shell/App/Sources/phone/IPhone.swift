// What the model needs of an iPhone.
//
// Invariant: the store's folder is in no backup, and is readable once the phone was unlocked after its start: before, nothing of
// the app runs.
import QiaomenCore
import QiaomenKit
import UIKit

final class IPhone: Platform {
    let keys: any KeyStore
    let clock: any DeviceClock = DeviceTime()
    let network: any NetworkState = PhoneNetwork()
    let notifier: any Notifier
    let storePath: String
    let version: String
    let deviceName: String
    let systemLanguage = IPhone.language
    private let room: Room

    @MainActor
    init(_ notifier: any Notifier) {
        let folder = IPhone.folder()
        storePath = folder.appendingPathComponent("replica.db").path
        keys = StoreKey(KeychainVault(service: "app.qiaomen.store"), store: storePath)
        room = Room(folder.path)
        self.notifier = notifier
        version = Bundle.main.object(forInfoDictionaryKey: "CFBundleShortVersionString") as? String ?? "?"
        let device = UIDevice.current
        deviceName = "\(device.model) (\(device.systemName) \(device.systemVersion))"
    }

    func freeBytes() -> Int64 { room.freeBytes() }
    func usedBytes() -> Int64 { room.usedBytes() }
    func totalBytes() -> Int64 { room.totalBytes() }

    static var language: QiaomenKit.Language { .of(preferred: Locale.preferredLanguages) }

    private static func folder() -> URL {
        let all = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)
        var folder = all[0].appendingPathComponent("store", isDirectory: true)
        // Where this fails the store does not open, and the gate says why.
        try? FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try? folder.setResourceValues(values)
        return folder
    }
}
