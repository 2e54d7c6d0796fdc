// Windows, and what is shown in them.

@MainActor
open class UIView: UIResponder {
    public var isHidden: Bool {
        get { false }
        set {}
    }
}

@MainActor
open class UIWindow: UIView {
    public struct Level: RawRepresentable, Hashable, Sendable {
        public var rawValue: CGFloat
        public init(rawValue: CGFloat) { self.rawValue = rawValue }
        public static let normal = Level(rawValue: 0)
        public static let alert = Level(rawValue: 2000)
    }

    public init(windowScene: UIWindowScene) {}
    public var windowLevel: Level {
        get { .normal }
        set {}
    }
    public var rootViewController: UIViewController? {
        get { nil }
        set {}
    }
}

@MainActor
open class UIViewController: UIResponder {
    public var presentedViewController: UIViewController? { nil }
    public var presentingViewController: UIViewController? { nil }
    public var isBeingDismissed: Bool { false }
    public var modalPresentationStyle: UIModalPresentationStyle {
        get { .automatic }
        set {}
    }
    public var navigationItem: UINavigationItem { UINavigationItem() }
    public func present(
        _ viewControllerToPresent: UIViewController, animated flag: Bool, completion: (() -> Void)? = nil
    ) {}
    public func dismiss(animated flag: Bool, completion: (() -> Void)? = nil) {}
}

public enum UIModalPresentationStyle: Int, Sendable {
    case automatic = -2
    case fullScreen = 0
    case pageSheet = 1
}

@MainActor
open class UINavigationItem: NSObject {
    public var title: String? {
        get { nil }
        set {}
    }
    public var leftBarButtonItem: UIBarButtonItem? {
        get { nil }
        set {}
    }
}

@MainActor
open class UIBarButtonItem: NSObject {
    public convenience init(
        title: String? = nil, image: UIImage? = nil, primaryAction: UIAction? = nil, menu: UIMenu? = nil
    ) { self.init() }
}

@MainActor
open class UIMenu: NSObject {}

public typealias UIActionHandler = (UIAction) -> Void

@MainActor
open class UIAction: NSObject {
    public convenience init(title: String = "", handler: @escaping UIActionHandler) { self.init() }
}

@MainActor
open class UINavigationController: UIViewController {
    public init(rootViewController: UIViewController) {}
    override init() {}
}

@MainActor
public protocol UINavigationControllerDelegate: NSObjectProtocol {}

open class UIImage: NSObject {}

@MainActor
open class UIAlertController: UIViewController {
    public enum Style: Int, Sendable { case actionSheet, alert }

    public convenience init(title: String?, message: String?, preferredStyle: UIAlertController.Style) { self.init() }
    public func addAction(_ action: UIAlertAction) {}
}

@MainActor
open class UIAlertAction: NSObject {
    public enum Style: Int, Sendable { case `default`, cancel, destructive }

    public convenience init(
        title: String?, style: UIAlertAction.Style, handler: ((UIAlertAction) -> Void)? = nil
    ) { self.init() }
}

@MainActor
open class UIActivity: NSObject {
    public struct ActivityType: RawRepresentable, Hashable, Sendable {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }
}

@MainActor
open class UIActivityViewController: UIViewController {
    public typealias CompletionWithItemsHandler = (
        UIActivity.ActivityType?, Bool, [Any]?, (any Error)?
    ) -> Void

    public init(activityItems: [Any], applicationActivities: [UIActivity]?) {}
    public var completionWithItemsHandler: CompletionWithItemsHandler? {
        get { nil }
        set {}
    }
}

@MainActor
open class UIDocumentPickerViewController: UIViewController {
    public init(forExporting urls: [URL], asCopy: Bool) {}
    public weak var delegate: (any UIDocumentPickerDelegate)?
}

@MainActor
public protocol UIDocumentPickerDelegate: NSObjectProtocol {
    func documentPicker(_ controller: UIDocumentPickerViewController, didPickDocumentsAt urls: [URL])
    func documentPickerWasCancelled(_ controller: UIDocumentPickerViewController)
}

@MainActor
open class UIImagePickerController: UINavigationController {
    public enum SourceType: Int, Sendable { case photoLibrary, camera, savedPhotosAlbum }
    public enum CameraCaptureMode: Int, Sendable { case photo, video }
    public enum QualityType: Int, Sendable { case typeHigh, typeMedium, typeLow }
    public struct InfoKey: RawRepresentable, Hashable, Sendable {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let mediaURL = InfoKey(rawValue: "mediaURL")
    }

    public override init() { super.init() }
    public class func isSourceTypeAvailable(_ sourceType: SourceType) -> Bool { false }
    public weak var delegate: (any UIImagePickerControllerDelegate & UINavigationControllerDelegate)?
    public var sourceType: SourceType = .photoLibrary
    public var mediaTypes: [String] = []
    public var cameraCaptureMode: CameraCaptureMode = .photo
    public var videoQuality: QualityType = .typeMedium
    public var videoMaximumDuration: TimeInterval = 600
}

@MainActor
public protocol UIImagePickerControllerDelegate: NSObjectProtocol {
    func imagePickerController(
        _ picker: UIImagePickerController, didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any])
    func imagePickerControllerDidCancel(_ picker: UIImagePickerController)
}
