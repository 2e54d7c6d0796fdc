// The phone's own pictures.
import Foundation

public enum PHAccessLevel: Int, Sendable {
    case addOnly = 1
    case readWrite = 2
}

public enum PHAuthorizationStatus: Int, Sendable { case notDetermined, restricted, denied, authorized, limited }

public enum PHAssetResourceType: Int, Sendable {
    case photo = 1
    case video = 2
}

open class PHPhotoLibrary: NSObject, @unchecked Sendable {
    public class func shared() -> PHPhotoLibrary { fatalError("nothing is done here") }
    public class func authorizationStatus(for accessLevel: PHAccessLevel) -> PHAuthorizationStatus { .notDetermined }
    public class func requestAuthorization(for accessLevel: PHAccessLevel) async -> PHAuthorizationStatus {
        .notDetermined
    }
    public func performChanges(_ changeBlock: @escaping @Sendable () -> Void) async throws {}
}

open class PHAssetResourceCreationOptions: NSObject {
    public var originalFilename: String?
    public var shouldMoveFile = false
}

open class PHAssetCreationRequest: NSObject {
    public class func forAsset() -> Self { fatalError("nothing is done here") }
    public func addResource(with type: PHAssetResourceType, fileURL: URL, options: PHAssetResourceCreationOptions?) {}
}
