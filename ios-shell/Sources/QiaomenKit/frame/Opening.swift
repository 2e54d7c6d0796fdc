// The gate: opening the store, and what stands before everything else while it cannot be used.
//
// Invariants: nothing is ever deleted, a store that is not used any more is put aside; the store is opened once, and let go of
// before it is opened again; while the gate is not open no screen is loaded, and what effects bring back meanwhile is kept for the
// screen that will be on top.
import Foundation
import QiaomenCore

@MainActor
final class Opening {
    private unowned let desk: Desk
    private var wanted: [Route] = []
    private var answers: [AppEvent] = []
    private var hiddenAt: Int64?
    /// The alert of a notification that was touched while the gate was shut.
    private var touchedAlert: String?
    /// The person showed that it is they while the store was being opened: the app had been ended behind the phone's own question.
    private var confirmed = false
    /// What came of opening; none while it is under way.
    private var outcome: Replica??
    private var waiting: [CheckedContinuation<Replica?, Never>] = []

    init(_ desk: Desk) { self.desk = desk }

    /// The replica once it is open; none where it does not open.
    func replica() async -> Replica? {
        if let outcome { return outcome }
        return await withCheckedContinuation { waiting.append($0) }
    }

    private func came(_ replica: Replica?) {
        outcome = .some(replica)
        for one in waiting { one.resume(returning: replica) }
        waiting = []
    }

    /// Lets go of the store, so that another may open it.
    func forget() { outcome = .some(nil) }

    private var gate: Gate { desk.glass.state.gate }

    /// What is read when the store opens.
    private struct Found: Sendable {
        var all: Opened
        var preferences: Preferences
        var zone: TimeZone?
        var locked: Bool
        var revocation: Revocation
        var waiting: Int
        var last: LastExchange?
        var failures: [QiaomenError]
    }

    /// Where one was, for when the gate opens.
    func want(_ routes: [Route]) {
        if gate == .open && !touched { desk.navigation.begin(routes) } else { wanted = routes }
    }

    /// Where one is, or will be.
    var routes: [Route] {
        let shown = desk.navigation.routes
        return shown.isEmpty ? wanted + (touchedAlert.map { [.alert(alert: $0)] } ?? []) : shown
    }

    /// Whether anybody did anything yet.
    var touched = false

    /// Opens the store; `failure`: why it was not put aside, for the gate it still stands behind.
    func open(_ failure: String? = nil) {
        outcome = nil
        shut(.opening)
        let (platform, ears, clock) = (desk.platform, desk.ears, desk.clock)
        let otherwise = desk.preferences
        _ = desk.jobs.work(
            { try Opening.found(platform, ears, clock, otherwise) },
            then: { self.isOpen($0, failure) },
            failed: {
                self.came(nil)
                self.shut(.notOpened(self.desk.words, $0).failing(failure))
            })
    }

    private func isOpen(_ found: Found, _ failure: String?) {
        desk.opened = found.all
        desk.preferences = found.preferences
        desk.words = Words(found.preferences.language, zone: found.zone ?? Words.defaultZone)
        desk.glass.state.look = found.preferences.look
        came(found.all.core.replica)
        if found.locked {
            shut(.revoked(.of(desk.words, unsent: found.waiting, found.revocation)).failing(failure))
        } else if found.zone == nil {
            enrolling()
        } else {
            // What is shown is read before anything else.
            if found.preferences.lockMinutes > 0 && !confirmed { shut(.locked) } else { enter() }
            begun(found.last)
            for failure in found.failures { desk.failed(failure) }
        }
    }

    @Work
    private static func found(
        _ platform: any Platform, _ ears: Ears, _ clock: PhoneClock, _ otherwise: Preferences
    ) throws -> Found {
        let replica = try Replica.open(
            path: platform.storePath, keys: platform.keys, clock: platform.clock, network: platform.network,
            notifier: platform.notifier, observer: ears)
        let core = Core(replica)
        let preferences = try Preferences.read(core.forms, otherwise)
        if let server = preferences.server { try setServer(replica, server) }
        try clock.learn(replica)
        let identity = try replica.identity()
        let locked = try replica.isLocked()
        let usable = identity != nil && !locked
        return Found(
            all: Opened(core),
            preferences: preferences,
            zone: identity.map { TimeZone(identifier: $0.zone) ?? Words.defaultZone },
            locked: locked,
            revocation: locked ? try Revocation.read(core.forms) : Revocation(),
            waiting: Int(try core.sync.waiting()),
            last: usable ? try Exchanges.remembered(core.forms) : nil,
            failures: usable ? try Finishing.resume(core) : [])
    }

    /// Says which server is asked; plain HTTP only for trying out on this machine, which the core sees to.
    @Work
    static func setServer(_ replica: Replica, _ address: String) throws {
        try replica.setServer(server: Server(address: address))
    }

    private func enrolling() {
        desk.navigation.begin([.enrol])
        desk.glass.change {
            $0.gate = .enrolling
            $0.tab = nil
        }
        answered()
    }

    /// The phone joined a server just now, for the first time or again.
    func enrolled(_ zone: String) {
        desk.words = Words(desk.preferences.language, zone: TimeZone(identifier: zone) ?? Words.defaultZone)
        // One that joined again may have been left alone meanwhile: nobody is let in by that.
        if gate == .enrolling { enter() }
        if desk.navigation.top?.route == .enrol { desk.back() }
        wanted.removeAll { $0 == .enrol }
        begun(desk.exchanges.last)
    }

    /// What an effect brought back. The camera may have been open until the phone locked, or the app was killed behind it.
    func answer(_ event: AppEvent) {
        switch gate {
        case .open, .enrolling: desk.navigation.answer(event)
        case .revoked: break
        // Every other gate may open again, and what the camera brought back is there once only.
        case .opening, .locked, .damaged, .keyMissing, .notOpened: answers.append(event)
        }
    }

    private func answered() {
        let all = answers
        answers = []
        for answer in all { desk.navigation.answer(answer) }
    }

    /// The phone is somebody's, whether they are there or not.
    private func begun(_ last: LastExchange?) {
        desk.exchanges.begin(last)
        desk.exchanges.schedule()
        desk.watch.begin()
    }

    /// Lets the person in.
    private func enter() {
        desk.glass.state.gate = .open
        let routes = Array(wanted.drop { $0 == .enrol })
        wanted = []
        confirmed = false
        desk.navigation.begin(routes)
        // One that is open is seen: it does not stand on top of everything too.
        if case .alert(let alert)? = routes.last { desk.watch.put(alert) }
        answered()
        // Over what was answered: "back" leads to it.
        if let alert = touchedAlert {
            touchedAlert = nil
            wantAlert(alert)
        }
    }

    /// Nothing can be read any more; `late` visits were saved and are no records.
    func lost(_ error: any Error, late: Int = 0) {
        // Another look may have heard of it before the run that learned it has ended.
        desk.exchanges.end(error)
        guard case .Revoked? = error as? QiaomenError else {
            shut(.damaged(.init(text: desk.words("gate.damaged"))))
            return
        }
        revoked(late + desk.finishing.drop())
    }

    private func revoked(_ late: Int) {
        if case .revoked = gate {
            if late == 0 { return }
        } else {
            shut(.revoked(.of(desk.words, unsent: desk.glass.state.waiting, Revocation(late: late))))
        }
        desk.work(
            { bench in
                let before = try Revocation.read(bench.forms)
                var now = before
                now.late += late
                if now != before { try now.keep(bench.forms) }
                return (Int(try bench.core.sync.waiting()), now)
            },
            then: { unsent, now in
                guard case .revoked(var shown) = self.gate else { return }
                let told = Gate.Revoked.of(self.desk.words, unsent: unsent, now)
                (shown.text, shown.unsent, shown.lateText) = (told.text, unsent, told.lateText)
                self.desk.glass.state.gate = .revoked(shown)
            },
            failed: { _ in })
    }

    private func shut(_ gate: Gate) {
        desk.navigation.clear()
        if gate == .locked { desk.finishing.finish() } else { _ = desk.finishing.drop() }
        if case .revoked = gate { answers = [] }
        if gate != .opening { confirmed = false }
        if gate != .locked {
            desk.exchanges.end()
            desk.watch.end()
        }
        // Nothing of what was shown stays behind the gate.
        desk.glass.change { $0 = AppState(gate: gate, said: $0.said, look: $0.look) }
    }

    /// Hands in what a revoked phone did not send.
    func handIn() {
        guard case .revoked(let before) = gate, !before.handingIn else { return }
        whileRevoked {
            $0.handingIn = true
            $0.resultText = nil
            $0.askText = nil
        }
        desk.work(
            { bench in
                let handedIn = Int(try await bench.core.sync.salvage())
                var now = try Revocation.read(bench.forms)
                now.handedIn = handedIn
                // What was handed in was handed in, whether it can be remembered or not.
                try? now.keep(bench.forms)
                return now
            },
            then: { now in
                self.whileRevoked { $0 = .of(self.desk.words, unsent: $0.unsent, now) }
            },
            failed: { error in
                let text = self.desk.words("gate.revoked.failed", ["why": self.desk.words.error(error)])
                self.whileRevoked {
                    $0.handingIn = false
                    $0.resultText = text
                }
            })
    }

    /// Changes the gate of a revoked phone as it is now; one that came in its place meanwhile stays.
    private func whileRevoked(_ change: (inout Gate.Revoked) -> Void) {
        guard case .revoked(var now) = gate else { return }
        change(&now)
        desk.glass.state.gate = .revoked(now)
    }

    /// Puts the store aside and begins with an empty one; asks first where that ends the handing in of something.
    func beginAnew() {
        guard gate.canBeginAnew else { return }
        if case .revoked(let revoked) = gate {
            if revoked.handingIn { return }
            if revoked.unsent > 0 && !revoked.handedIn && revoked.askText == nil {
                return whileRevoked { $0.askText = desk.words.count("gate.revoked.ask", $0.unsent) }
            }
        }
        // They were for a screen of the store that goes.
        answers = []
        let (path, now) = (desk.platform.storePath, desk.clock.wall())
        var kept = desk.preferences
        kept.undertakenAt = nil
        desk.opened = nil
        outcome = nil
        // A second tap finds it under way.
        shut(.opening)
        _ = desk.jobs.work(
            { _ = try putStoreAside(path: path, now: now) },
            then: {
                self.desk.preferences = kept
                self.open()
            },
            failed: { error in
                // It was let go of: what it is used for on its gate, such as handing in, needs it open.
                self.open(self.desk.words("gate.notPutAside", ["why": self.desk.words.error(error)]))
            })
    }

    /// What `beginAnew` asked is answered with no.
    func doNotBeginAnew() { whileRevoked { $0.askText = nil } }

    /// Tries the store again.
    func retry() {
        switch gate {
        case .keyMissing, .damaged, .notOpened:
            // One that turned out to be damaged while it was open is open still.
            desk.opened = nil
            shut(.opening)
            // What was asked of it before ends first, and lets go of it too.
            _ = desk.jobs.work({}, then: { self.open() }, failed: { _ in })
        default: break
        }
    }

    func hidden() {
        hiddenAt = desk.clock.wall()
        confirmed = false
    }

    /// The app came to the front: after too long the person must show that it is they.
    func shown() {
        guard let since = hiddenAt else { return }
        hiddenAt = nil
        let away = desk.clock.wall() - since
        let limit = Int64(desk.preferences.lockMinutes) * 60_000
        if gate != .open || limit == 0 || (0..<limit).contains(away) { return }
        wanted = desk.navigation.routes
        shut(.locked)
    }

    func unlock() {
        if gate == .locked { desk.effect(.confirmPerson) }
    }

    func unlocked() {
        if gate == .opening { confirmed = true }
        guard gate == .locked else { return }
        enter()
        desk.watch.look(Noun.all)
    }

    /// A notification was touched: the alert opens, as soon as the gate does.
    func wantAlert(_ alert: String) {
        guard gate == .open else {
            touchedAlert = alert
            return
        }
        desk.watch.put(alert)
        desk.go(.alert(alert: alert))
    }

    /// Keeps a preference and shows what it changes.
    func prefer(_ change: (inout Preferences) -> Void) {
        let before = desk.preferences
        var after = before
        change(&after)
        if after == before { return }
        desk.preferences = after
        if after.language != before.language { desk.words = Words(after.language, zone: desk.words.zone) }
        desk.glass.state.look = after.look
        let (kept, defaults) = (after, desk.defaults)
        desk.work { try kept.keep(defaults, $0.forms) }
        desk.navigation.again()
        desk.watch.look(Noun.all)
        if after.unmeteredOnly != before.unmeteredOnly { desk.exchanges.schedule() }
    }
}
