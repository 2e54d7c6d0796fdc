// The app: one process, one window.
import QiaomenKit
import QiaomenScreens
import SwiftUI
import UIKit

@main
struct QiaomenApp: App {
    @UIApplicationDelegateAdaptor(PhoneDelegate.self) private var delegate

    var body: some Scene {
        WindowGroup { Front(process: delegate.process) }
    }
}

/// Begins before there is a window, since the system may start the app for background work alone.
final class PhoneDelegate: NSObject, UIApplicationDelegate {
    let process = PhoneProcess()

    func application(
        _ application: UIApplication,
        didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?
    ) -> Bool {
        process.begin()
        return true
    }
}

/// The window's content, and what the window goes through.
private struct Front: View {
    let process: PhoneProcess
    @Environment(\.scenePhase) private var phase
    /// Where the worker was, as identifiers alone: for when the process was ended meanwhile.
    @SceneStorage("routes") private var routes = ""

    var body: some View {
        PhoneView(process.model)
            .onAppear { process.appeared(routes) }
            .onChange(of: phase, initial: true) { _, now in
                if now == .background { routes = process.model.saved() }
                process.changed(now)
            }
            .onOpenURL { process.arrivals.opened($0.absoluteString) }
    }
}
