// The app and its scenes.
@_exported import Foundation

@MainActor
open class UIResponder: NSObject {}

@MainActor
open class UIApplication: UIResponder {
    public struct LaunchOptionsKey: RawRepresentable, Hashable, Sendable {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public struct OpenExternalURLOptionsKey: RawRepresentable, Hashable, Sendable {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public class var shared: UIApplication { fatalError("nothing is done here") }
    public var connectedScenes: Set<UIScene> { [] }
    public func canOpenURL(_ url: URL) -> Bool { false }
    @discardableResult
    public func open(_ url: URL, options: [OpenExternalURLOptionsKey: Any] = [:]) async -> Bool { false }
    public func beginBackgroundTask(
        withName taskName: String?, expirationHandler handler: (@MainActor @Sendable () -> Void)? = nil
    ) -> UIBackgroundTaskIdentifier { .invalid }
    public func endBackgroundTask(_ identifier: UIBackgroundTaskIdentifier) {}
    public nonisolated class var openSettingsURLString: String { "" }
    public nonisolated class var userDidTakeScreenshotNotification: NSNotification.Name { .init("screenshot") }
}

public struct UIBackgroundTaskIdentifier: RawRepresentable, Hashable, Sendable {
    public var rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let invalid = UIBackgroundTaskIdentifier(rawValue: 0)
}

@MainActor
public protocol UIApplicationDelegate: NSObjectProtocol {
    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool
}

@MainActor
open class UIScene: UIResponder {}

@MainActor
open class UIWindowScene: UIScene {
    public var screen: UIScreen { fatalError("nothing is done here") }
    public var windows: [UIWindow] { [] }
}

@MainActor
open class UIScreen: NSObject {
    public var isCaptured: Bool { false }
    public nonisolated class var capturedDidChangeNotification: NSNotification.Name { .init("captured") }
}

@MainActor
open class UIDevice: NSObject {
    public class var current: UIDevice { fatalError("nothing is done here") }
    public var model: String { "" }
    public var systemName: String { "" }
    public var systemVersion: String { "" }
}

@MainActor
open class UIPasteboard: NSObject {
    public struct OptionsKey: RawRepresentable, Hashable, Sendable {
        public var rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public static let expirationDate = OptionsKey(rawValue: "expirationDate")
        public static let localOnly = OptionsKey(rawValue: "localOnly")
    }

    public class var general: UIPasteboard { fatalError("nothing is done here") }
    public func setItems(_ items: [[String: Any]], options: [OptionsKey: Any] = [:]) {}
}
