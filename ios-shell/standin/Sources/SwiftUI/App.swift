// The app, its scenes, and what lasts as long as they do.
@_exported import UIKit

@MainActor @preconcurrency
public protocol App {
    associatedtype Body: Scene
    @SceneBuilder @MainActor @preconcurrency var body: Body { get }
    @MainActor @preconcurrency init()
}

extension App {
    @MainActor @preconcurrency public static func main() {}
}

@MainActor @preconcurrency
public protocol Scene {
    associatedtype Body: Scene
    @SceneBuilder @MainActor @preconcurrency var body: Body { get }
}

extension Never: Scene {}

@resultBuilder
public enum SceneBuilder {
    public static func buildExpression<S: Scene>(_ scene: S) -> S { scene }
    public static func buildBlock<S: Scene>(_ scene: S) -> S { scene }
}

public struct WindowGroup<Content: View>: Scene {
    public nonisolated init(@ViewBuilder content: () -> Content) {}
    public var body: Never { fatalError("nothing is drawn here") }
}

@MainActor @preconcurrency
@propertyWrapper
public struct UIApplicationDelegateAdaptor<DelegateType: NSObject & UIApplicationDelegate>: DynamicProperty {
    public nonisolated init(_ delegateType: DelegateType.Type = DelegateType.self) {}
    public var wrappedValue: DelegateType { fatalError("nothing is done here") }
}

public enum ScenePhase: Comparable, Hashable, Sendable { case background, inactive, active }

extension EnvironmentValues {
    public var scenePhase: ScenePhase { .active }
}

@propertyWrapper
public struct SceneStorage<Value>: DynamicProperty {
    private let key: String
    public var wrappedValue: Value {
        get { fatalError("nothing is done here") }
        nonmutating set {}
    }
}

extension SceneStorage where Value == String {
    public init(wrappedValue: Value, _ key: String) { self.key = key }
}

extension SceneStorage: Sendable where Value: Sendable {}

extension View {
    public nonisolated func onOpenURL(perform action: @escaping (URL) -> Void) -> some View { Modified<Self>() }
}

@MainActor
open class UIHostingController<Content: View>: UIViewController {
    public init(rootView: Content) {}
}
