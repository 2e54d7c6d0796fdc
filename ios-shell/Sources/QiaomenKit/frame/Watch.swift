// What is seen from every screen: banners, the urgent alert, the numbers beside the tabs; and the passing of time.
//
// Invariant: looked at when the core says that it may have changed and every `refreshMillis`; one look at a time, and one
// more afterwards where something changed meanwhile.
import QiaomenCore

@MainActor
final class Watch {
    private unowned let desk: Desk
    private lazy var telling = Telling(desk)
    private var ticking: Job?
    private var looking: Job?
    private var again = false

    /// Urgent alerts that were put off or opened since the start: not on top of everything any more. Earlier ones are kept.
    private var put: Set<String> = []

    /// How the phone was connected at the last look.
    private var network: Network?

    private struct Seen: Sendable {
        var urgent: Call?
        var overdue: Int
        var waiting: Int
        var refused: Int
        var network: Network
        var doubtful: Bool
        var low: Bool
    }

    private nonisolated static let putKey = "urgent.put"
    private static let watched: Set<Noun> = [
        .identity, .tasks, .alerts, .quarantine, .sync, .duty, .visits, .town, .reviews,
    ]

    init(_ desk: Desk) { self.desk = desk }

    func begin() {
        look(Noun.all)
        tick()
    }

    private func tick() {
        ticking?.cancel()
        ticking = desk.later(desk.habits.refreshMillis) {
            self.desk.forgetCalls()
            if self.desk.glass.state.gate == .open { self.desk.navigation.again() }
            self.look(Noun.all)
            self.tick()
        }
    }

    func end() {
        ticking?.cancel()
        looking?.cancel()
        telling.end()
    }

    /// These may be others now.
    func look(_ nouns: Set<Noun>) {
        let gate = desk.glass.state.gate
        // In a pocket, locked, it rings too.
        guard gate == .open || gate == .locked, !nouns.isDisjoint(with: Watch.watched) else { return }
        if nouns.contains(.duty) {
            desk.exchanges.onDuty()
            desk.exchanges.schedule()
        }
        telling.look()
        if looking?.isActive == true {
            again = true
            return
        }
        again = false
        looking = desk.work(
            { try Watch.seen($0) },
            then: { now in
                self.show(now)
                self.looking = nil
                if self.again { self.look(Watch.watched) }
            },
            failed: { error in
                if case .Revoked? = error as? QiaomenError { self.desk.failed(error) }
            })
    }

    /// The urgent alert was seen: it stays among today's calls.
    func put(_ alert: String) {
        put.insert(alert)
        if desk.glass.state.urgent != nil { desk.glass.state.urgent = nil }
        // The newest are enough: what is older is taken or over. Identifiers begin with the time.
        desk.work { bench in
            let all = try Watch.kept(bench).union([alert]).sorted().suffix(200)
            try bench.forms.keep(key: Watch.putKey, text: Written.json(Array(all)))
        }
        look(Watch.watched)
    }

    /// Those that were put off or opened, at any time.
    @Work
    private static func kept(_ bench: Bench) throws -> Set<String> {
        try bench.forms.get(key: putKey).flatMap { Written.read(Set<String>.self, $0) } ?? []
    }

    @Work
    private static func seen(_ bench: Bench) throws -> Seen {
        let core = bench.core
        try bench.clock.learn(core.replica)
        let figures = try core.replica.figures()
        let put = try kept(bench)
        let tasks = try core.tasks.list(page: Page(skip: 0, take: UInt32(Calls.most)))
        return Seen(
            urgent: try bench.calls.among(tasks).first { !put.contains($0.alert) },
            overdue: tasks.filter { $0.visit.state == .overdue }.count,
            waiting: Int(figures.waiting),
            refused: Int(figures.quarantined),
            network: bench.network(),
            doubtful: bench.clock.doubtful,
            low: isLow(free: bench.platform.freeBytes(), total: bench.platform.totalBytes()))
    }

    private func show(_ now: Seen) {
        // Work that waited for a connection goes now, not when the person next asks.
        if network == .absent, now.network != .absent { desk.exchanges.soon(0) }
        network = now.network
        let words = desk.words
        var banners: [Banner] = []
        func add(_ kind: BannerKind, _ text: @autoclosure () -> String, if so: Bool) {
            if so { banners.append(Banner(kind: kind, text: text())) }
        }
        let failure = desk.exchanges.failure as? QiaomenError
        add(.signedOut, words("banner.signedOut"), if: failure == .SignedOut)
        add(.update, words("banner.update"), if: failure == .Incompatible)
        add(.storage, words("banner.storage"), if: now.low || failure == .StorageFull)
        add(.clock, Watch.clockText(desk.clock, words), if: now.doubtful)
        add(.refused, words.count("banner.refused", now.refused), if: now.refused > 0)
        add(.offline, words("banner.offline"), if: now.network == .absent)
        let urgent = now.urgent.flatMap { put.contains($0.alert) ? nil : $0 }.map { call in
            UrgentAlert(
                alert: call.alert,
                text: words(
                    call.offer == nil ? "urgent.open" : "urgent.offered",
                    ["name": call.name, "level": words.word("level", call.level)]),
                level: call.level,
                offered: call.offer != nil)
        }
        desk.glass.change {
            guard $0.gate == .open else { return }
            $0.banners = banners
            $0.urgent = urgent
            $0.waiting = now.waiting
            $0.refused = now.refused
            $0.overdue = now.overdue
        }
    }

    /// Whether little room is left: less than 200 MB, or than a twentieth of a small phone's.
    nonisolated static func isLow(free: Int64, total: Int64) -> Bool {
        free >= 0 && free < min(200_000_000, total / 20)
    }

    /// What the clock is, in words.
    nonisolated static func clockText(_ clock: PhoneClock, _ words: Words) -> String {
        guard let wrong = clock.wrongBy, abs(wrong) >= 60_000 else { return words("banner.clock") }
        return words(wrong > 0 ? "banner.clock.slow" : "banner.clock.fast", ["length": words.length(wrong)])
    }
}
