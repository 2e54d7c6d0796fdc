// Keeps the app from being put to sleep while something is brought to its end, as long as the system allows it.
//
// Invariant: what the system lent is given back, when it is done and when the time is over; then what was begun is given up.
import UIKit

@MainActor
final class Awake {
    private var held = UIBackgroundTaskIdentifier.invalid
    private var work: Task<Void, Never>?

    static func during(_ block: @escaping @MainActor @Sendable () async -> Void) {
        let awake = Awake()
        awake.held = UIApplication.shared.beginBackgroundTask(withName: "qiaomen.kept") { awake.end() }
        awake.work = Task {
            await block()
            awake.end()
        }
    }

    private func end() {
        work?.cancel()
        guard held != .invalid else { return }
        UIApplication.shared.endBackgroundTask(held)
        held = .invalid
    }
}
