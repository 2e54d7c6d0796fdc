// What a shell brings, and how patient the model is.
//
// Invariants: nothing here is asked on the thread that draws but `systemLanguage`, `version` and `deviceName`; what the model
// does not get (a clock that fails, room that cannot be measured) stops nothing.
import QiaomenCore

/// The phone, as far as the model needs it.
public protocol Platform: Sendable {
    var keys: any KeyStore { get }
    var clock: any DeviceClock { get }
    var network: any NetworkState { get }
    var notifier: any Notifier { get }

    /// The file of the store.
    var storePath: String { get }

    /// The version of the app, as people are to read it.
    var version: String { get }

    /// What the phone would call itself at the server.
    var deviceName: String { get }

    /// The language that is used until the person chooses one.
    var systemLanguage: Language { get }

    /// Whether the app is woken, and rings, while it is not in front: an iPhone may leave it asleep.
    var ringsAlways: Bool { get }

    /// Room on the phone: free, used by the app, in all.
    func freeBytes() -> Int64
    func usedBytes() -> Int64
    func totalBytes() -> Int64
}

extension Platform {
    public var ringsAlways: Bool { false }
}

/// Times and limits: the same for everybody, others in tests.
public struct Habits: Sendable {
    /// How long something that was done can be taken back.
    public var undoMillis: Int64 = 10_000
    /// How long after a change what is typed is kept.
    public var draftMillis: Int64 = 800
    /// For how long after a closed door the next one, which opens by itself, takes no second tap for its own.
    public var restMillis: Int64 = 600
    /// How often "time left" is written anew.
    public var refreshMillis: Int64 = 30_000
    /// For how long changes are gathered before screens look again.
    public var gatherMillis: Int64 = 100
    /// Whether exchanges begin by themselves, and notices are told by themselves.
    public var syncByItself = true
    /// How long after something was saved an exchange begins.
    public var syncAfterMillis: Int64 = 1_000
    /// How long to wait after an exchange that failed; doubled each time, to `retryMostMillis`.
    public var retryMillis: Int64 = 5_000
    public var retryMostMillis: Int64 = 120_000
    /// Minutes in the background after which the person is asked for, unless they choose otherwise; 0 for never.
    public var lockMinutes = 5
    /// How long a test whether the phone is woken may take.
    public var wakeTestMillis: Int64 = 60_000
    /// How many rows a list gives at a time.
    public var page = 30

    public init() {}
}
