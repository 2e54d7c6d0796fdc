// The phone's own frameworks, one function a wish.
//
// Invariants: each answers once, whatever the person does and also where nothing can be shown; what is written for another app to
// fetch is gone afterwards.
import AVFoundation
import LocalAuthentication
import Photos
import QiaomenKit
import UIKit
import UniformTypeIdentifiers
import UserNotifications

@MainActor
final class PhoneMeans: Means {
    private let place = Place()
    private let stage = Stage()

    func open(_ address: String) async -> Bool {
        guard let url = URL(string: address), UIApplication.shared.canOpenURL(url) else { return false }
        return await UIApplication.shared.open(url)
    }

    func copy(_ text: String) {
        // It may be an address: it stays on this phone, and not for long.
        UIPasteboard.general.setItems(
            [[UTType.utf8PlainText.identifier: text]],
            options: [.localOnly: true, .expirationDate: Date(timeIntervalSinceNow: 3600)])
    }

    func share(_ text: String) async -> Bool {
        await stage.show(cannot: false, givenUp: true) { once in
            let sheet = UIActivityViewController(activityItems: [text], applicationActivities: nil)
            sheet.completionWithItemsHandler = { _, _, _, _ in once.give(true) }
            return sheet
        }
    }

    func save(_ text: String, as name: String) async -> Saved {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name)
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.protectionKey: FileProtectionType.complete]
            )
            try Data(text.utf8).write(to: file)
        } catch {
            return .failed
        }
        return await stage.show(cannot: .failed, givenUp: .givenUp) { once in
            let picker = UIDocumentPickerViewController(forExporting: [file], asCopy: true)
            let answers = FileAnswers(once)
            picker.delegate = answers
            self.stage.keep(answers)
            return picker
        }
    }

    func scan(_ how: String, close: String) async -> Scanned { await Scanner.scan(on: stage, how: how, close: close) }

    func record(as name: String) async -> Recorded {
        guard UIImagePickerController.isSourceTypeAvailable(.camera) else { return .cannot }
        let film: URL? = await stage.show(cannot: nil, givenUp: nil) { once in
            let camera = UIImagePickerController()
            camera.sourceType = .camera
            camera.mediaTypes = [UTType.movie.identifier]
            camera.cameraCaptureMode = .video
            camera.videoQuality = .typeMedium
            // Ten minutes unless it is said: people are talked out of things slowly.
            camera.videoMaximumDuration = 2 * 3600
            let answers = CameraAnswers(once)
            camera.delegate = answers
            self.stage.keep(answers)
            return camera
        }
        guard let film else { return .givenUp }
        return await Gallery.keep(film, as: name) ? .kept : .lost
    }

    func locate() async -> Located { await place.find() }

    func confirmPerson(_ why: String) async -> Confirmed {
        let context = LAContext()
        var failed: NSError?
        guard context.canEvaluatePolicy(.deviceOwnerAuthentication, error: &failed) else {
            return failed?.code == LAError.Code.passcodeNotSet.rawValue ? .noLock : .notNow
        }
        return await withCheckedContinuation { answer in
            context.evaluatePolicy(.deviceOwnerAuthentication, localizedReason: why) { @Sendable done, _ in
                answer.resume(returning: done ? .yes : .notNow)
            }
        }
    }

    // MARK: Permissions

    func standing(of permission: Permission) async -> Standing {
        switch permission {
        case .notifications:
            await withCheckedContinuation { answer in
                UNUserNotificationCenter.current().getNotificationSettings { @Sendable settings in
                    answer.resume(returning: Board.standing(settings.authorizationStatus))
                }
            }
        case .place: await place.standing()
        case .camera: PhoneMeans.standing(AVCaptureDevice.authorizationStatus(for: .video))
        case .microphone: PhoneMeans.standing(AVCaptureDevice.authorizationStatus(for: .audio))
        case .pictures:
            switch PHPhotoLibrary.authorizationStatus(for: .addOnly) {
            case .authorized, .limited: .allowed
            case .notDetermined: .notAsked
            case .denied, .restricted: .refused
            @unknown default: .refused
            }
        }
    }

    func ask(for permission: Permission) async -> Bool {
        switch permission {
        case .notifications:
            await withCheckedContinuation { answer in
                UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .sound, .badge]) {
                    @Sendable allowed, _ in answer.resume(returning: allowed)
                }
            }
        case .place: await place.ask()
        case .camera: await AVCaptureDevice.requestAccess(for: .video)
        case .microphone: await AVCaptureDevice.requestAccess(for: .audio)
        case .pictures:
            switch await PHPhotoLibrary.requestAuthorization(for: .addOnly) {
            case .authorized, .limited: true
            default: false
            }
        }
    }

    private static func standing(_ status: AVAuthorizationStatus) -> Standing {
        switch status {
        case .authorized: .allowed
        case .notDetermined: .notAsked
        case .denied, .restricted: .refused
        @unknown default: .refused
        }
    }

    func offer(_ title: String, _ text: String, yes: String, no: String) async -> Bool {
        await stage.show(cannot: false, givenUp: false) { once in
            let alert = UIAlertController(title: title, message: text, preferredStyle: .alert)
            alert.addAction(UIAlertAction(title: no, style: .cancel) { _ in once.give(false) })
            alert.addAction(UIAlertAction(title: yes, style: .default) { _ in once.give(true) })
            return alert
        }
    }

    func openSettings() {
        guard let url = URL(string: UIApplication.openSettingsURLString) else { return }
        Task { _ = await UIApplication.shared.open(url) }
    }

    func withdraw() { stage.withdraw() }
}

/// Where a file went.
private final class FileAnswers: NSObject, UIDocumentPickerDelegate {
    private let once: Once<Saved>

    init(_ once: Once<Saved>) { self.once = once }

    func documentPicker(_ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL]) {
        once.give(.saved)
    }

    func documentPickerWasCancelled(_ controller: UIDocumentPickerViewController) { once.give(.givenUp) }
}
