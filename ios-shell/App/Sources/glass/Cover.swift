// Lies over everything while others could see it: in a window of its own, since sheets lie over the app's.
import SwiftUI
import UIKit

@MainActor
final class Cover {
    private var window: UIWindow?

    /// Whether the screen is being filmed or shown elsewhere.
    var isFilmed: Bool { scene?.screen.isCaptured ?? false }

    func lie(_ covered: Bool) {
        guard covered != (window != nil) else { return }
        window?.isHidden = true
        window = nil
        guard covered, let scene else { return }
        let window = UIWindow(windowScene: scene)
        window.windowLevel = UIWindow.Level(rawValue: UIWindow.Level.alert.rawValue + 1)
        window.rootViewController = UIHostingController(rootView: Door())
        window.isHidden = false
        self.window = window
    }

    private var scene: UIWindowScene? {
        UIApplication.shared.connectedScenes.compactMap { $0 as? UIWindowScene }.first
    }
}

/// What is seen instead.
private struct Door: View {
    var body: some View {
        ZStack {
            // The ground of the app's icon.
            Color(red: 0x0A / 255.0, green: 0x5C / 255.0, blue: 0x55 / 255.0).ignoresSafeArea()
            Image(systemName: "door.left.hand.closed").font(.largeTitle)
                .foregroundStyle(Color(red: 0xFB / 255.0, green: 0xF6 / 255.0, blue: 0xEA / 255.0))
        }
        .accessibilityHidden(true)
    }
}
