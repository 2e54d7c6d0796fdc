// What screens' models share: the core, the words, the time, where to go, what to say; and the two threads.
//
// Invariants: everything runs on the thread that draws but the blocks given to `work`; the state is changed there alone.
import Observation
import QiaomenCore

/// What is shown, to be watched.
@MainActor
@Observable
final class Glass {
    var state = AppState()

    /// Changes it in one go.
    func change(_ how: (inout AppState) -> Void) {
        var next = state
        how(&next)
        if next != state { state = next }
    }
}

@MainActor
final class Desk {
    let platform: any Platform
    let habits: Habits
    let glass = Glass()
    let told: AsyncStream<Effect>
    let jobs = Jobs()
    private let telling: AsyncStream<Effect>.Continuation

    /// The time.
    let clock: PhoneClock

    /// The words in the language that is chosen.
    var words: Words

    /// What holds where the person chose nothing.
    let defaults: Preferences

    /// What the person chose.
    var preferences: Preferences

    var opened: Opened?

    private(set) lazy var navigation = Navigation(self)
    private(set) lazy var finishing = Finishing(self)
    private(set) lazy var exchanges = Exchanges(self)
    private(set) lazy var opening = Opening(self)
    private(set) lazy var watch = Watch(self)
    private(set) lazy var ears = Ears(self)

    init(_ platform: any Platform, _ habits: Habits) {
        self.platform = platform
        self.habits = habits
        (told, telling) = AsyncStream.makeStream(of: Effect.self)
        clock = PhoneClock(platform.clock)
        words = Words(platform.systemLanguage)
        defaults = Preferences(language: platform.systemLanguage, lockMinutes: habits.lockMinutes)
        preferences = defaults
    }

    /// What the core says may be others now.
    func heard(_ nouns: Set<Noun>) {
        forgetCalls()
        if nouns.contains(.directory) || nouns.contains(.identity) {
            work({ $0.names.forget() }, then: { _ in }, failed: { _ in })
        }
        navigation.changed(nouns)
        watch.look(nouns)
    }

    /// Something may be another, be it that time has passed: before whoever shows it looks again.
    func forgetCalls() { work({ $0.calls.forget() }, then: { _ in }, failed: { _ in }) }

    // MARK: Where to go, what to say

    /// Opens a screen over this one.
    func go(_ route: Route) { navigation.go(route) }

    /// Opens a screen in the place of this one, as when one door follows another.
    func replace(_ route: Route) { navigation.replace(route) }

    /// Leaves the screen on top.
    func back() { navigation.leave() }

    /// Says a sentence that goes away by itself.
    func say(_ text: String, failure: Bool = false) {
        numbered += 1
        glass.state.said = Said(number: numbered, text: text, failure: failure)
    }

    private var numbered = 0

    /// Has the platform do something.
    func effect(_ effect: Effect) {
        navigation.asks(effect)
        telling.yield(effect)
    }

    /// Keeps a visit that is finished, which can be taken back for a while; see `Finishing.save`.
    func finish(
        _ finished: Finished,
        failed: @escaping @MainActor (any Error) -> Bool = { _ in false },
        then: @escaping @MainActor (String) -> Void
    ) {
        finishing.save(finished, failed: failed, then: then)
    }

    /// What was finished and can still be taken back: to be marked as just done.
    var pending: Pending? { finishing.pending }

    /// Throws a draft or a form away, which can be taken back for a while: until then it is not to be shown.
    func throwAway(_ what: Thrown) { finishing.throwAway(what) }

    /// What was thrown away and can still be taken back.
    var thrown: Thrown? { finishing.thrown }

    /// Whether a door was closed a moment ago; see `Finishing.justClosed`.
    var justClosed: Bool { finishing.justClosed }

    /// What could still be taken back is so now.
    func settle() { finishing.finish() }

    /// Has an exchange begin soon, since something was saved.
    func saved() { exchanges.soon() }

    /// The time, put right by what is known of the server's.
    func now() -> Int64 { clock.now() }

    /// Tells what went wrong, in words; a revoked or damaged store closes the gate.
    func failed(_ error: any Error) {
        switch error as? QiaomenError {
        case .Revoked, .DamagedStore: opening.lost(error)
        default: say(words.error(error), failure: true)
        }
    }

    // MARK: The two threads

    /// Runs `block` on the thread that works, then `then` or `failed` on the one that draws; neither once it is cancelled.
    @discardableResult
    func work<T: Sendable>(
        _ block: @escaping @Work (Bench) async throws -> T,
        then: @escaping @MainActor (T) -> Void = { _ in },
        failed: (@MainActor (any Error) -> Void)? = nil
    ) -> Job? {
        // Without a store there is nothing to work on, and nobody who asks.
        guard let bench else { return nil }
        return jobs.work({ try await block(bench) }, then: then, failed: failed ?? { self.failed($0) })
    }

    /// What a block may use now.
    var bench: Bench? {
        opened.map {
            Bench(
                core: $0.core, names: $0.names, calls: $0.calls, words: words, clock: clock, preferences: preferences,
                platform: platform, habits: habits)
        }
    }

    /// Runs `block` on the thread that draws, after a while.
    func later(_ millis: Int64, _ block: @escaping @MainActor () -> Void) -> Job {
        jobs.later(millis, block)
    }
}
