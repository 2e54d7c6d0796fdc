// What a phone would bring, without a phone: key, clocks, network, notifications, and who wants to know of changes.
import Foundation
import QiaomenCore

@testable import QiaomenKit

/// A platform in a test's hands. It outlives the replica, as a phone outlives the app that is killed.
final class FakePlatform: Platform, KeyStore, DeviceClock, Notifier, Observer, @unchecked Sendable {
    private let lock = NSLock()
    private let key: Data
    private var state = Held()
    let storePath: String

    var keys: any KeyStore { self }
    var clock: any DeviceClock { self }
    var network: any NetworkState { FakeNetwork(platform: self) }
    var notifier: any Notifier { self }
    let version = "0.1-test"
    let deviceName = "test"
    let systemLanguage = QiaomenKit.Language.zh
    func freeBytes() -> Int64 { 5_000_000_000 }
    func usedBytes() -> Int64 { 1_000_000 }
    func totalBytes() -> Int64 { 16_000_000_000 }

    private struct Held {
        var boot = FakePlatform.random(16)
        var keyIsLocked = false
        var keyIsBroken = false
        var ahead: Int64 = 0
        var wallAhead: Int64 = 0
        var connection = Network.unmetered
        var forbidden = false
        var shown: [Notice] = []
        var changed: Set<Noun> = []
        var steps: [SyncProgress] = []
        var whenAsked: (@Sendable () -> Void)?
    }

    /// With a key of its own, or that of the phone whose store it is a copy of.
    init(path: String = "", key: Data? = nil) {
        storePath = path
        self.key = key ?? FakePlatform.random(32)
    }

    private static func random(_ count: Int) -> Data { Data((0..<count).map { _ in UInt8.random(in: 0...255) }) }

    /// The phone was switched off and on.
    func startAgain() { lock.withLock { state.boot = FakePlatform.random(16) } }

    /// As before the phone is unlocked for the first time.
    var keyIsLocked: Bool {
        get { lock.withLock { state.keyIsLocked } }
        set { lock.withLock { state.keyIsLocked = newValue } }
    }
    /// As with a key store that fails for good.
    var keyIsBroken: Bool {
        get { lock.withLock { state.keyIsBroken } }
        set { lock.withLock { state.keyIsBroken = newValue } }
    }
    /// Done when the key is asked for.
    var whenAsked: (@Sendable () -> Void)? {
        get { lock.withLock { state.whenAsked } }
        set { lock.withLock { state.whenAsked = newValue } }
    }
    /// By how many milliseconds the phone's clocks were moved.
    var ahead: Int64 {
        get { lock.withLock { state.ahead } }
        set { lock.withLock { state.ahead = newValue } }
    }
    /// By how many more the clock was that people see.
    var wallAhead: Int64 {
        get { lock.withLock { state.wallAhead } }
        set { lock.withLock { state.wallAhead = newValue } }
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
        whenAsked?()
        if keyIsLocked { throw ShellError.Unavailable }
        if keyIsBroken { throw ShellError.Failed(what: "a test") }
        return key
    }

    func read() throws -> ClockReading {
        let ahead = self.ahead
        return ClockReading(
            wall: Int64(Date().timeIntervalSince1970 * 1000) + ahead + wallAhead,
            monotonic: Int64(ProcessInfo.processInfo.systemUptime * 1000) + ahead,
            boot: lock.withLock { state.boot }
        )
    }

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

/// How that phone is connected.
private final class FakeNetwork: NetworkState {
    private let platform: FakePlatform

    init(platform: FakePlatform) { self.platform = platform }

    func network() throws -> Network { platform.connection }
}
