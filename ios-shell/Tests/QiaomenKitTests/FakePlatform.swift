// What a phone would bring, without a phone: key, clocks, network, notifications, and who wants to know of changes.
import Foundation
import QiaomenCore

/// A platform in a test's hands. It outlives the replica, as a phone outlives the app that is killed.
final class FakePlatform: KeyStore, DeviceClock, NetworkState, Notifier, Observer, @unchecked Sendable {
    private let lock = NSLock()
    private let key: Data
    private let boot: Data
    private var state = Held()

    private struct Held {
        var keyIsLocked = false
        var ahead: Int64 = 0
        var connection = Network.unmetered
        var forbidden = false
        var shown: [Notice] = []
        var changed: Set<Noun> = []
        var steps: [SyncProgress] = []
    }

    init() {
        key = Data((0..<32).map { _ in UInt8.random(in: 0...255) })
        boot = Data((0..<16).map { _ in UInt8.random(in: 0...255) })
    }

    /// As before the phone is unlocked for the first time.
    var keyIsLocked: Bool {
        get { lock.withLock { state.keyIsLocked } }
        set { lock.withLock { state.keyIsLocked = newValue } }
    }
    /// By how many milliseconds the phone's clocks were moved.
    var ahead: Int64 {
        get { lock.withLock { state.ahead } }
        set { lock.withLock { state.ahead = newValue } }
    }
    /// How the phone is connected.
    var connection: Network {
        get { lock.withLock { state.connection } }
        set { lock.withLock { state.connection = newValue } }
    }
    /// As without the permission to show notifications.
    var notificationsForbidden: Bool {
        get { lock.withLock { state.forbidden } }
        set { lock.withLock { state.forbidden = newValue } }
    }
    /// What was shown, in order.
    var shown: [Notice] { lock.withLock { state.shown } }
    /// What changed since the start.
    var changed: Set<Noun> { lock.withLock { state.changed } }
    /// How far runs have come.
    var steps: [SyncProgress] { lock.withLock { state.steps } }

    func storeKey() throws -> Data {
        if keyIsLocked { throw ShellError.Unavailable }
        return key
    }

    func read() throws -> ClockReading {
        let ahead = self.ahead
        return ClockReading(
            wall: Int64(Date().timeIntervalSince1970 * 1000) + ahead,
            monotonic: Int64(ProcessInfo.processInfo.systemUptime * 1000) + ahead,
            boot: boot
        )
    }

    func network() throws -> Network { connection }

    func show(notice: Notice) throws {
        if notificationsForbidden { throw ShellError.Unavailable }
        lock.withLock { state.shown.append(notice) }
    }

    func changed(nouns: [Noun]) throws {
        lock.withLock { state.changed.formUnion(nouns) }
    }

    func progress(progress: SyncProgress) throws {
        lock.withLock { state.steps.append(progress) }
    }
}
