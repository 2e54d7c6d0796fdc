// Exchanges: what waits, what was sent, what was refused and why.
//
// Invariants: draft, waiting, sent, held, refused are the core's counts and kept apart; nothing refused goes without a second
// word.
import QiaomenCore

final class SyncModel: ScreenModel {
    let frame: ScreenFrame
    var state = SyncState()
    let route = Route.sync

    /// What the person wants to give up, once they say so again.
    private var doomed: Int64?
    private nonisolated static let held: UInt32 = 50

    init(_ desk: Desk) { frame = ScreenFrame(desk) }

    static func wrap(_ state: SyncState) -> Screen { .sync(state: state) }

    func load() {
        let now = desk.now()
        run()
        read {
            try SyncModel.look($0, now)
        } then: { found in
            self.show {
                $0 = found
                self.running(&$0)
            }
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if nouns == [.sync], desk.exchanges.running { run() } else { load() }
    }

    /// How far it is, at once.
    private func run() { show { running(&$0) } }

    private func running(_ state: inout SyncState) {
        let exchanges = desk.exchanges
        state.running = exchanges.running
        state.progress = exchanges.progress.map { Exchanges.shown($0, words) }
        state.lastText = lastText(exchanges.last)
        state.failureText = exchanges.failure.map(words.error)
        state.signedOut = exchanges.failure as? QiaomenError == .SignedOut
    }

    private func lastText(_ last: LastExchange?) -> String {
        guard let last else { return words("sync.never") }
        let told = [
            ("sync.last.accepted", last.accepted), ("sync.last.refused", last.refused), ("sync.last.held", last.held),
            ("sync.last.documents", last.documents),
        ]
        let parts = told.filter { $0.1 > 0 }.map { words.count($0.0, $0.1) }
        let brought = parts.isEmpty ? words("sync.last.nothing") : words.list(parts)
        return words("sync.last.brought", ["moment": words.moment(last.at, desk.now()), "brought": brought])
    }

    @Work
    private static func look(_ bench: Bench, _ now: Int64) throws -> SyncState {
        let (core, words) = (bench.core, bench.words)
        let figures = try core.replica.figures()
        let teller = bench.teller(now)
        let aside = try core.replica.aside().count
        return SyncState(
            drafts: Int(figures.drafts),
            waiting: Int(figures.waiting),
            sent: Int(figures.sent),
            held: Int(figures.held),
            refused: try core.quarantine.list().reversed().map { try row($0, core, teller) },
            heldRows: try heldRows(bench, teller),
            conflicts: Int(figures.conflicts),
            asideText: aside > 0 ? words.count("sync.aside", aside) : nil,
            storage: gauge(bench),
            clockText: bench.clock.doubtful ? Watch.clockText(bench.clock, words) : nil,
            networkText: networkText(bench))
    }

    @Work
    private static func row(_ entry: QuarantineEntry, _ core: Core, _ teller: Teller) throws -> RefusedRow {
        let record = try entry.toCorrect(core, teller)
        return RefusedRow(
            item: entry.item,
            title: entry.title(record, teller),
            reasonText: entry.reasonText(teller.words),
            whenText: teller.words.moment(entry.at, teller.now),
            canCorrect: record.map { Part.of($0, teller).contains { $0.set != nil } } ?? false)
    }

    @Work
    private static func heldRows(_ bench: Bench, _ teller: Teller) throws -> [EventRow] {
        try bench.core.sync.held(page: Page(skip: 0, take: held)).map { entry in
            let because = bench.words.language == .zh ? entry.because.reasonZh : entry.because.reasonEn
            // One that is seen no more since one looks after another grid has its reason all the same.
            var row =
                entry.record.map { teller.row($0, because) }
                ?? EventRow(
                    id: entry.document, title: bench.words("sync.held.unseen"),
                    metaText: entry.at.map { bench.words.moment($0, teller.now) } ?? "", markText: because)
            row.mark = .held
            return row
        }
    }

    @Work
    private static func gauge(_ bench: Bench) -> StorageGauge {
        let (free, total, words) = (bench.platform.freeBytes(), bench.platform.totalBytes(), bench.words)
        return StorageGauge(
            usedText: words("storage.used", ["size": words.bytes(bench.platform.usedBytes())]),
            freeText: words("storage.free", ["size": words.bytes(free)]),
            percent: total > 0 ? min(max(Int((total - free) * 100 / total), 0), 100) : 0,
            low: Watch.isLow(free: free, total: total))
    }

    @Work
    private static func networkText(_ bench: Bench) -> String {
        switch bench.network() {
        case .absent: bench.words("network.absent")
        case .metered: bench.words(bench.preferences.unmeteredOnly ? "network.waits" : "network.metered")
        case .unmetered: bench.words("network.unmetered")
        }
    }

    func on(_ event: SyncEvent) {
        if case .discard = event {} else { doomed = nil }
        switch event {
        case .run: desk.exchanges.now()
        case .cancel: desk.exchanges.cancel()
        case .retry(let item): retry(item)
        case .correct(let item): desk.go(.correct(item: item))
        case .export(let item):
            write(
                { try $0.core.quarantine.export(item: item) },
                then: { self.desk.effect(.saveFile(name: "qiaomen-\(item).json", text: $0)) })
        case .discard(let item): discard(item)
        case .openConflicts: desk.go(.conflicts())
        case .joinAgain: desk.go(.enrol)
        }
    }

    private func retry(_ item: Int64) {
        let now = desk.now()
        writeOnce("retry.\(item)") { bench in
            let entry = try bench.core.quarantine.get(item: item)
            guard let record = try entry.toCorrect(bench.core, bench.teller(now)) else { return false }
            let role = try bench.roles().contains(entry.role) ? entry.role : nil
            try bench.core.quarantine.resend(item: item, corrected: record, role: role)
            return true
        } then: { sent in
            if sent {
                self.desk.say(self.words("sync.sentAgain"))
                self.desk.saved()
            } else {
                self.desk.say(self.words("sync.cannotShow"), failure: true)
            }
        }
    }

    private func discard(_ item: Int64) {
        if doomed != item {
            doomed = item
            desk.say(words("sync.discardAgain"), failure: true)
            return
        }
        doomed = nil
        writeOnce(
            "discard.\(item)", { try $0.core.quarantine.discard(item: item) },
            then: { self.desk.say(self.words("sync.discarded")) })
    }
}
