// What the camera filmed, and where it is kept: among the phone's own pictures.
//
// Invariant: the app keeps none of it; what it notes is the name that the worker finds it under.
import Photos
import UIKit

/// Gives the file of the film, which is the system's; none where nothing was filmed.
final class CameraAnswers: NSObject, UIImagePickerControllerDelegate, UINavigationControllerDelegate {
    private let once: Once<URL?>

    init(_ once: Once<URL?>) { self.once = once }

    func imagePickerController(
        _ picker: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]
    ) {
        once.give(info[.mediaURL] as? URL)
    }

    func imagePickerControllerDidCancel(_ picker: UIImagePickerController) { once.give(nil) }
}

enum Gallery {
    /// Moves a film there; whether it could be.
    static func keep(_ film: URL, as name: String) async -> Bool {
        do {
            // On a queue of the library's.
            try await PHPhotoLibrary.shared().performChanges { @Sendable in
                let options = PHAssetResourceCreationOptions()
                options.originalFilename = name
                options.shouldMoveFile = true
                PHAssetCreationRequest.forAsset().addResource(with: .video, fileURL: film, options: options)
            }
            return true
        } catch {
            return false
        }
    }
}
