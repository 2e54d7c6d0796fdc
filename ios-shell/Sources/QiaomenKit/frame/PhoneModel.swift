// The app as a shell sees it: one state that is shown, events that come in, effects that go out.
//
// Invariants: called on the thread that draws; nothing here waits; an event of a screen that is not on top does nothing. What
// it does lies with `Opening` (the gate), `Navigation`, `Finishing` (undo), `Exchanges` and `Watch`.
import Foundation
import Observation
import QiaomenCore

@MainActor
@Observable
public final class PhoneModel {
    @ObservationIgnored let desk: Desk

    public init(platform: any Platform, habits: Habits = Habits()) {
        desk = Desk(platform, habits)
    }

    /// Everything that is shown.
    public var state: AppState { desk.glass.state }

    /// What the platform is to do: each is told once, in order, to one listener.
    public var effects: AsyncStream<Effect> { desk.told }

    /// The words in the language that is chosen, for what stands on screens by itself.
    public var words: Words {
        // Asked so that whoever shows words looks again when the language changes.
        _ = state.look.language
        return desk.words
    }

    /// The replica once `start` has opened it, for background work; none where it does not open.
    public func replica() async -> Replica? { await desk.opening.replica() }

    /// Opens the store.
    public func start() { desk.opening.open() }

    public func on(_ event: EnrolEvent) { desk.navigation.take(event) }
    public func on(_ event: TodayEvent) { take(event) }
    public func on(_ event: AlertEvent) { take(event) }
    public func on(_ event: PasteEvent) { take(event) }
    public func on(_ event: ConflictsEvent) { take(event) }
    public func on(_ event: DoorsEvent) { take(event) }
    public func on(_ event: HouseholdEvent) { take(event) }
    public func on(_ event: VisitEvent) { take(event) }
    public func on(_ event: PledgeEvent) { take(event) }
    public func on(_ event: SyncEvent) { take(event) }
    public func on(_ event: CorrectEvent) { take(event) }
    public func on(_ event: SettingsEvent) { take(event) }

    private var open: Bool { state.gate == .open }

    private func take(_ event: any Sendable) {
        desk.opening.touched = true
        if open { desk.navigation.take(event) }
    }

    public func on(_ event: AppEvent) {
        if event != .shown { desk.opening.touched = true }
        switch event {
        case .back: if open { desk.navigation.back() }
        case .tab(let tab): if open { desk.navigation.choose(tab) }
        case .undo: if open { desk.finishing.takeBack() }
        case .openUrgent: if let urgent = state.urgent { desk.opening.wantAlert(urgent.alert) }
        case .later: if let urgent = state.urgent { desk.watch.put(urgent.alert) }
        case .heard: desk.glass.state.said = nil
        case .shown: shown()
        case .hidden: hidden()
        case .unlock: desk.opening.unlock()
        case .unlocked: desk.opening.unlocked()
        case .handIn: desk.opening.handIn()
        case .beginAnew: desk.opening.beginAnew()
        case .doNotBeginAnew: desk.opening.doNotBeginAnew()
        case .retryOpen: desk.opening.retry()
        case .openAlert(let alert): desk.opening.wantAlert(alert)
        case .openBanner(let kind): banner(kind)
        case .scanned, .recorded, .positioned: desk.opening.answer(event)
        }
    }

    private func banner(_ kind: BannerKind) {
        guard open else { return }
        switch kind {
        case .clock, .storage, .refused, .offline: desk.go(.sync)
        case .signedOut: desk.go(.enrol)
        case .update: desk.go(.settings)
        }
    }

    private func shown() {
        desk.opening.shown()
        guard open else { return }
        desk.forgetCalls()
        desk.navigation.again()
        desk.exchanges.soon(0)
        desk.watch.begin()
    }

    private func hidden() {
        desk.opening.hidden()
        desk.navigation.keep()
        desk.finishing.finish()
    }

    /// As if the core said that these are others now, for tests.
    func heard(_ nouns: Set<Noun>) { desk.heard(nouns) }

    /// Where one is, as JSON.
    public func saved() -> String {
        (try? Written.json(Saved(stack: desk.opening.routes))) ?? ""
    }

    /// Goes on from there, as long as nobody did anything here yet. What cannot be read is as if there were nothing.
    public func restore(_ saved: String) {
        if let saved = Written.read(Saved.self, saved) { desk.opening.want(saved.stack) }
    }

    /// An exchange to its end, as background work has it; what went wrong, none where nothing did.
    public func exchange() async -> (any Error)? {
        if await replica() == nil { return QiaomenError.KeyUnavailable }
        // A job of the system's is no reason that something cannot be taken back any more.
        do { try await desk.finishing.settled() } catch { return QiaomenError.Cancelled }
        let begun = !desk.exchanges.running
        return await withTaskCancellationHandler {
            await withCheckedContinuation { done in desk.exchanges.now { done.resume(returning: $0) } }
        } onCancel: {
            // Whoever began it may end it; one that the person began goes on.
            if begun { Task { @MainActor in self.desk.exchanges.cancel() } }
        }
    }

    /// The end: what was typed is kept, what could be undone is finished, exchanges are ended.
    public func close() async {
        hidden()
        desk.exchanges.end()
        desk.watch.end()
        desk.navigation.clear()
        await desk.work({ _ in })?.wait()
        await over()
    }

    /// A sentence of the shell's own, which goes away by itself.
    public func say(_ text: String, failure: Bool = false) { desk.say(text, failure: failure) }

    /// Waits until what was to be written is written: for when the system is about to put the app to sleep.
    public func kept() async { await desk.work({ _ in })?.wait() }

    /// The process dies here, for tests: nothing is kept, nothing is finished.
    func kill() async { await over() }

    private func over() async {
        desk.jobs.cancel()
        desk.opened = nil
        desk.opening.forget()
        await desk.jobs.wait()
    }

    private struct Saved: Codable {
        var stack: [Route]
    }
}
