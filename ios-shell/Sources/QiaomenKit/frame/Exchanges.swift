// Exchanges with the server: those that the person asks for, those that begin by themselves, and being on duty.
//
// Invariants: on the thread that draws; one run at a time; one that begins by itself obeys the choice of networks, one that
// the person asks for does not; an open alert of one's own is no matter of costs. What can still be taken back is a record before
// anything is asked of the server: see `Finishing`.
import QiaomenCore

/// How the last exchange ended.
struct LastExchange: Codable, Sendable {
    /// By corrected time.
    var at: Int64
    var accepted = 0
    var refused = 0
    var held = 0
    var documents = 0
}

@MainActor
final class Exchanges {
    private unowned let desk: Desk
    private var run: Job?
    private var waiters: [@MainActor ((any Error)?) -> Void] = []
    private var soonJob: Job?
    private var duty: Job?
    private var waits: Int64
    private var scheduled: Effect?

    init(_ desk: Desk) {
        self.desk = desk
        waits = desk.habits.retryMillis
    }

    var running: Bool { run?.isActive == true }

    /// How far the one that runs is.
    private(set) var progress: SyncProgress?

    /// The last that came to its end.
    private(set) var last: LastExchange?

    /// Why the last try did not come to its end; none where it did.
    private(set) var failure: (any Error)?

    private nonisolated static let lastKey = "exchange.last"

    /// What was kept of earlier exchanges.
    @Work
    static func remembered(_ forms: Forms) throws -> LastExchange? {
        try forms.get(key: lastKey).flatMap { Written.read(LastExchange.self, $0) }
    }

    /// The store is open: `kept` is what `remembered` gave.
    func begin(_ kept: LastExchange?) {
        last = kept
        if desk.habits.syncByItself {
            soon(0)
            onDuty()
        }
    }

    /// Exchanges to the end, as the person asked; one that runs already will do.
    func now(_ then: @escaping @MainActor ((any Error)?) -> Void = { _ in }) {
        waiters.append(then)
        if running { return }
        soonJob?.cancel()
        let finishing = desk.finishing
        finishing.finish()
        let saving = finishing.isSaving
        progress = nil
        failure = nil
        tellShell()
        run = desk.work(
            { bench in
                // What is just being saved is a record too before anything is asked of the server.
                if saving { try await finishing.finishSaved() }
                // A poll has its turn until something comes: a run would wait behind it.
                bench.core.sync.cancel()
                let summary = try await bench.core.run()
                try bench.clock.learn(bench.core.replica)
                let last = LastExchange(
                    at: bench.now(), accepted: Int(summary.accepted), refused: Int(summary.refused),
                    held: Int(summary.held), documents: Int(summary.documents))
                try bench.forms.keep(key: Exchanges.lastKey, text: Written.json(last))
                return last
            },
            then: { done in
                self.last = done
                self.ended(nil)
            },
            failed: { self.ended($0) })
        desk.navigation.changed([.sync])
    }

    /// Ends the one that runs.
    func cancel() {
        guard running, let ending = run else { return }
        desk.work { $0.core.sync.cancel() }
        // The core's own work begins on another thread than is told to end it, and may have begun only after that.
        _ = desk.later(100) { if self.run === ending { self.cancel() } }
    }

    /// One begins by itself in a while, where it may.
    func soon(_ millis: Int64? = nil) {
        guard desk.habits.syncByItself else { return }
        soonJob?.cancel()
        soonJob = desk.later(millis ?? desk.habits.syncAfterMillis) { self.byItself() }
    }

    private func byItself() {
        if running { return }
        if desk.finishing.isOpen { return soon(desk.habits.undoMillis) }
        desk.work(
            { try Exchanges.allowed($0) },
            then: { allowed in
                guard allowed else { return }
                // Something may have been saved while that was looked up.
                if self.desk.finishing.isOpen { return self.soon(self.desk.habits.undoMillis) }
                self.now { self.retry($0) }
            },
            failed: { _ in })
    }

    /// What fails for want of a connection is tried again, ever more seldom; everything else waits for the person.
    private func retry(_ error: (any Error)?) {
        if error == nil { waits = desk.habits.retryMillis }
        guard case .Offline? = error as? QiaomenError else { return }
        soon(waits)
        waits = min(waits * 2, desk.habits.retryMostMillis)
    }

    /// Whether one may begin by itself.
    @Work
    private static func allowed(_ bench: Bench) throws -> Bool {
        switch bench.network() {
        case .absent: false
        case .unmetered: true
        case .metered: try !bench.preferences.unmeteredOnly || bench.ownAlertOpen()
        }
    }

    /// Waits for news as long as this phone is on duty; called again when that may have changed.
    func onDuty() {
        if duty?.isActive == true || !desk.habits.syncByItself { return }
        let finishing = desk.finishing
        duty = desk.work { bench in
            var wait = bench.habits.retryMillis
            while try bench.core.duty.isOn() {
                try Task.checkCancellation()
                try await finishing.settled()
                do {
                    try await bench.core.poll()
                    wait = bench.habits.retryMillis
                } catch let error as QiaomenError {
                    if case .Revoked = error { throw error }
                    // Cancelled for a run, or since something was saved, or no connection: the next poll is another one.
                    if case .Cancelled = error { wait = bench.habits.retryMillis }
                    try await Task.sleep(nanoseconds: UInt64(wait) * 1_000_000)
                    wait = min(wait * 2, bench.habits.retryMostMillis)
                }
            }
        }
    }

    /// Tells the platform how background work is to go.
    func schedule() {
        desk.work(
            { bench in
                let on = try bench.core.duty.isOn()
                let unmetered = try bench.preferences.unmeteredOnly && !bench.ownAlertOpen()
                return Effect.schedule(unmeteredOnly: unmetered, onDuty: on)
            },
            then: { now in
                if now != self.scheduled { self.desk.effect(now) }
                self.scheduled = now
            },
            failed: { _ in })
    }

    /// Says what only the shell knows of this phone.
    private func tellShell() {
        desk.work(
            { bench in
                let (free, used) = (bench.platform.freeBytes(), bench.platform.usedBytes())
                bench.core.sync.setShell(
                    status: ShellStatus(
                        version: bench.platform.version, freeBytes: UInt64(max(free, 0)),
                        usedBytes: UInt64(max(used, 0))))
            },
            failed: { _ in })
    }

    func heard(_ told: SyncProgress) {
        guard running else { return }
        progress = told
        desk.navigation.changed([.sync])
    }

    private func ended(_ error: (any Error)?) {
        // They hear of this end, whatever it leads to.
        let told = waiters
        waiters = []
        run = nil
        progress = nil
        failure = error
        switch error as? QiaomenError {
        case .Revoked, .DamagedStore: if let error { desk.failed(error) }
        default: break
        }
        desk.navigation.changed([.sync])
        for one in told { one(error) }
    }

    /// Ends everything; whoever waits for the run hears `why`.
    func end(_ why: any Error = QiaomenError.Cancelled) {
        soonJob?.cancel()
        duty?.cancel()
        run?.cancel()
        run = nil
        let told = waiters
        waiters = []
        for one in told { one(why) }
    }

    /// As it is shown.
    static func shown(_ of: SyncProgress, _ words: Words) -> Progress {
        let text: String
        if of.sent < of.toSend {
            text = words("progress.sending", ["done": of.sent, "all": of.toSend])
        } else if of.fetched < of.toFetch {
            text = words("progress.fetching", ["percent": of.fetched * 100 / of.toFetch])
        } else {
            text = words("progress.ending")
        }
        return Progress(
            sent: Int64(of.sent), toSend: Int64(of.toSend), fetched: Int64(of.fetched), toFetch: Int64(of.toFetch),
            text: text)
    }
}
