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

    /// Where people are, as far as it was looked up.
    private var places = Places()
    private static let placed: Set<Noun> = [.alerts, .households, .identity]

    func load() {
        let (now, most) = (desk.now(), shown)
        if places.language != words.language { places = Places(words.language) }
        let places = places
        let thrown = desk.thrown?.draft
        // At the start of the app the tasks come first, and where people are a moment later.
        if state.loading {
            read("first") {
                try TodayModel.tasks($0, now, most, nil)
            } then: { first in
                self.show {
                    $0.dateText = self.words.weekday(now)
                    $0.loading = false
                    $0.tasks = first.cards
                    $0.more = first.more
                }
            }
        }
        read {
            try TodayModel.look($0, now, most, places, thrown)
        } then: { found in
            let done = self.desk.pending?.alert
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
            return
        }
        if !nouns.isDisjoint(with: TodayModel.placed) { places = Places(words.language) }
        load()
    }

    private struct Found: Sendable {
        var state: TodayState
        var waiting: Int
    }

    private struct Tasks: Sendable {
        var cards: [TaskCard]
        var more: Bool
        var all: [DueTask]
    }

    @Work
    private static func tasks(_ bench: Bench, _ now: Int64, _ most: Int, _ places: Places?) throws -> Tasks {
        let all = try bench.core.tasks.list(page: Page(skip: 0, take: UInt32(max(most + 1, Calls.most))))
        let teller = bench.teller(now)
        let cards = try all.prefix(most).map {
            teller.taskCard(
                $0.alert, $0.name, $0.level.code, $0.visit, try places?.ofAlert($0.alert, bench), justDone: false)
        }
        return Tasks(cards: cards, more: all.count > most, all: all)
    }

    @Work
    private static func look(
        _ bench: Bench, _ now: Int64, _ most: Int, _ places: Places, _ thrown: String?
    ) throws -> Found {
        let (core, words) = (bench.core, bench.words)
        let tasks = try tasks(bench, now, most, places)
        let roles = try bench.roles()
        let finishing = try bench.finishing()
        let me = try bench.names.record(bench.names.me())?.name ?? ""
        let state = TodayState(
            dateText: words.weekday(now),
            meText: words(
                "today.me", ["name": me, "roles": words.list(roles.map { words.word("role", $0.code) })]),
            loading: false,
            tasks: tasks.cards,
            more: tasks.more,
            calls: try bench.calls.among(tasks.all).map { try card($0, bench) },
            count: try bench.today(),
            drafts: try core.drafts.list().filter { !finishing.contains($0.id) && $0.id != thrown }.map {
                DraftRow(id: $0.id, title: try title($0.record, bench, places), whenText: words.ago($0.at, now))
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
    private static func title(_ record: AnyRecord?, _ bench: Bench, _ places: Places) throws -> String {
        guard case .ofVisit(let visit)? = record else { return bench.words("today.draft.unreadable") }
        if let door = try visit.household.flatMap({ try places.ofHousehold($0, bench) }) { return door }
        return try visit.alert.flatMap { try places.nameOf($0, bench) } ?? bench.words("today.draft.untitled")
    }

    func on(_ event: TodayEvent) {
        switch event {
        case .openAlert(let alert): desk.go(.alert(alert: alert))
        case .record(let alert): desk.go(.visit(alert: alert))
        case .take(let alert):
            writeOnce(
                alert,
                {
                    _ = try $0.core.alerts.receipt(alert: alert, role: nil)
                    $0.calls.forget()
                }, then: { self.taken(alert) })
        case .accept(let alert, let offer):
            writeOnce(
                alert,
                {
                    _ = try $0.core.alerts.accept(alert: alert, offer: offer, role: nil)
                    $0.calls.forget()
                }, then: { self.taken(alert) })
        case .goOn(let draft): desk.go(.visit(draft: draft))
        case .discardDraft(let draft):
            guard state.drafts.contains(where: { $0.id == draft }) else { return }
            show { $0.drafts.removeAll { $0.id == draft } }
            // A second word would take longer than taking it back.
            desk.throwAway(Thrown(draft: draft, text: words("today.draft.discarded"), undone: .today))
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
