// What is to be done today.
//
// Invariants: the order of the tasks is the core's; a list shows as many pages as were asked for and reads no more than that.
import QiaomenCore

final class TodayModel: ScreenModel {
    let frame: ScreenFrame
    var state = TodayState()
    let route = Route.today
    private var shown: Int

    init(_ desk: Desk) {
        frame = ScreenFrame(desk)
        shown = desk.habits.page
    }

    static func wrap(_ state: TodayState) -> Screen { .today(state: state) }

    func load() {
        let (now, most, done) = (desk.now(), shown, desk.pending?.alert)
        read {
            try TodayModel.look($0, now, most)
        } then: { found in
            self.show { state in
                state = found.state
                state.syncText = self.desk.syncText(found.waiting)
                for at in state.tasks.indices { state.tasks[at].justDone = state.tasks[at].alert == done }
            }
        }
    }

    func changed(_ nouns: Set<Noun>) {
        // A run tells how far it is, many times a second: only the line about it is another one.
        if nouns == [.sync], desk.exchanges.running {
            show { $0.syncText = desk.syncText(desk.glass.state.waiting) }
        } else {
            load()
        }
    }

    private struct Found: Sendable {
        var state: TodayState
        var waiting: Int
    }

    @Work
    private static func look(_ bench: Bench, _ now: Int64, _ most: Int) throws -> Found {
        let (core, words) = (bench.core, bench.words)
        let tasks = try core.tasks.list(page: Page(skip: 0, take: UInt32(most + 1)))
        let roles = try bench.roles()
        let finishing = try bench.finishing()
        let places = Places(bench)
        let teller = bench.teller(now)
        let me = try bench.names.record(bench.names.me())?.name ?? ""
        let state = TodayState(
            dateText: words.weekday(now),
            meText: words(
                "today.me", ["name": me, "roles": words.list(roles.map { words.word("role", $0.code) })]),
            loading: false,
            tasks: try tasks.prefix(most).map {
                teller.taskCard(
                    $0.alert, $0.name, $0.level.code, $0.visit, try places.ofAlert($0.alert), justDone: false)
            },
            more: tasks.count > most,
            calls: try bench.calls().map { try card($0, bench) },
            count: try bench.today(),
            drafts: try core.drafts.list().filter { !finishing.contains($0.id) }.map {
                DraftRow(id: $0.id, title: try title($0.record, words, places), whenText: words.ago($0.at, now))
            },
            reminders: try core.reminders.current().map { kept in
                ReminderCard(
                    id: kept.id, title: kept.record.title, body: kept.record.body,
                    untilText: kept.record.until.map { words("today.reminderUntil", ["moment": words.moment($0, now)]) }
                )
            },
            onDuty: try core.duty.isOn(),
            canPaste: roles.contains(.police))
        return Found(state: state, waiting: Int(try core.replica.figures().waiting))
    }

    @Work
    private static func card(_ call: Call, _ bench: Bench) throws -> CallCard {
        let words = bench.words
        return CallCard(
            alert: call.alert,
            name: call.name,
            level: call.level,
            levelText: words.word("level", call.level),
            text: try call.from.map { words("today.call.offered", ["person": try bench.person($0)]) }
                ?? words("today.call.open"),
            offer: call.offer)
    }

    @Work
    private static func title(_ record: AnyRecord?, _ words: Words, _ places: Places) throws -> String {
        guard case .ofVisit(let visit)? = record else { return words("today.draft.unreadable") }
        if let door = try visit.household.flatMap({ try places.ofHousehold($0) }) { return door }
        return try visit.alert.flatMap { try places.nameOf($0) } ?? words("today.draft.untitled")
    }

    func on(_ event: TodayEvent) {
        switch event {
        case .openAlert(let alert): desk.go(.alert(alert: alert))
        case .record(let alert): desk.go(.visit(alert: alert))
        case .take(let alert):
            write({ _ = try $0.core.alerts.receipt(alert: alert, role: nil) }, then: { self.taken(alert) })
        case .accept(let alert, let offer):
            write({ _ = try $0.core.alerts.accept(alert: alert, offer: offer, role: nil) }, then: { self.taken(alert) })
        case .goOn(let draft): desk.go(.visit(draft: draft))
        case .discardDraft(let draft):
            write(
                { _ = try $0.core.drafts.discard(id: draft) },
                then: { self.desk.say(self.words("today.draft.discarded")) })
        case .more:
            shown += desk.habits.page
            load()
        case .refresh:
            desk.exchanges.now { error in
                if let error { self.desk.failed(error) }
            }
            load()
        case .paste: desk.go(.paste)
        case .shareReminder(let id):
            if let reminder = state.reminders.first(where: { $0.id == id }) {
                desk.effect(.share(text: "\(reminder.title)\n\(reminder.body)"))
            }
        }
    }

    private func taken(_ alert: String) {
        desk.say(words("today.taken"))
        show { $0.calls.removeAll { $0.alert == alert } }
        desk.saved()
    }
}
