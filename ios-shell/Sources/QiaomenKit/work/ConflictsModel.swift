// Fields that two people wrote without knowing of each other, in plain words.
//
// Invariants: nothing is hidden: the value that counts and all others, with who and when; a value is settled as the core gave
// it, never as it is shown.
import QiaomenCore

final class ConflictsModel: ScreenModel {
    let frame: ScreenFrame
    var state = ConflictsState()
    let route: Route
    private let record: String?
    private var found: [ConflictedRecord] = []

    /// What a record is: where it is opened.
    private var records: [String: AnyRecord] = [:]

    private nonisolated static let most: UInt32 = 100
    private static let shown: Set<Noun> = [.conflicts, .households, .alerts, .visits, .directory]

    init(_ desk: Desk, record: String?) {
        frame = ScreenFrame(desk)
        route = .conflicts(record: record)
        self.record = record
    }

    static func wrap(_ state: ConflictsState) -> Screen { .conflicts(state: state) }

    private struct Found: Sendable {
        var records: [ConflictedRecord]
        var about: [String: AnyRecord]
        var cards: [ConflictCard]
        var canSettle: Bool
    }

    func load() {
        let (record, now) = (record, desk.now())
        read {
            try ConflictsModel.look($0, record, now)
        } then: { found in
            self.found = found.records
            self.records = found.about
            self.show {
                $0.loading = false
                $0.records = found.cards
                $0.canSettle = found.canSettle
                $0.whoText = self.words(found.canSettle ? "conflicts.youSettle" : "conflicts.supervisorSettles")
            }
        }
    }

    @Work
    private static func look(_ bench: Bench, _ record: String?, _ now: Int64) throws -> Found {
        let core = bench.core
        let conflicted =
            try record.map { [try core.conflicts.get(id: $0)].compactMap { $0 } }
            ?? core.conflicts.list(page: Page(skip: 0, take: most))
        var about: [String: AnyRecord] = [:]
        var cards: [ConflictCard] = []
        for one in conflicted {
            let record = try core.replica.record(id: one.id)?.record
            about[one.id] = record
            if one.fields.isEmpty { continue }
            let teller = bench.teller(now, doors: try doors(bench, record))
            let title = try record.map { try self.title(core, teller, $0) }
            cards.append(teller.conflictCard(one, record, title ?? bench.words.word("kind", one.kind.code)))
        }
        return Found(records: conflicted, about: about, cards: cards, canSettle: try bench.names.may(.settle))
    }

    @Work
    private static func doors(_ bench: Bench, _ record: AnyRecord?) throws -> [Household] {
        guard let record else { return [] }
        if case .ofHousehold(let door) = record { return [door] }
        return try bench.doors(of: [record])
    }

    @Work
    private static func title(_ core: Core, _ teller: Teller, _ record: AnyRecord) throws -> String {
        switch record {
        case .ofHousehold(let door): return teller.words.address(door.address)
        case .ofFraudAlert(let alert): return teller.words("conflicts.alert", ["name": alert.name])
        case .ofVisit(let visit):
            let person = try visit.alert.flatMap { try core.alerts.get(id: $0)?.record.name }
            return teller.words.dotted(
                person ?? visit.household.flatMap(teller.door), teller.title(record),
                teller.words.moment(visit.ended, teller.now))
        default: return teller.title(record)
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if !nouns.isDisjoint(with: ConflictsModel.shown) { load() }
    }

    func on(_ event: ConflictsEvent) {
        switch event {
        case .settle(let id, let path, let index): settle(id, path, index)
        case .open(let id):
            switch records[id] {
            case .ofHousehold?: desk.go(.household(id: id))
            case .ofFraudAlert?: desk.go(.alert(alert: id))
            case .ofVisit(let visit)?:
                if let alert = visit.alert {
                    desk.go(.alert(alert: alert))
                } else if let household = visit.household {
                    desk.go(.household(id: household))
                }
            default: break
            }
        }
    }

    private func settle(_ id: String, _ path: [String], _ index: Int) {
        let values = found.first { $0.id == id }?.fields.first { $0.path == path }?.values ?? []
        guard values.indices.contains(index) else { return }
        guard state.canSettle else { return desk.say(words("conflicts.supervisorSettles"), failure: true) }
        let value = values[index].value
        writeOnce("settle") {
            _ = try $0.core.conflicts.settle(id: id, path: path, value: value, role: nil)
        } then: {
            self.desk.say(self.words("conflicts.settled"))
            self.desk.saved()
            self.load()
        }
    }
}

extension Teller {
    /// A record with such fields.
    func conflictCard(_ one: ConflictedRecord, _ record: AnyRecord?, _ title: String) -> ConflictCard {
        var places: [String: String] = [:]
        if case .ofFraudAlert(let alert)? = record {
            for entry in alert.places { places[entry.id] = placeLabel(entry.place.label) }
        }
        let fields = FieldTeller(teller: self, place: { places[$0] })
        return ConflictCard(
            id: one.id, title: title,
            fields: one.fields.map { field in
                ConflictField(
                    path: field.path, label: fields.label(field.path),
                    values: field.values.enumerated().map { index, value in
                        let by = value.person.map(person) ?? words("person.unknown")
                        let text = fields.value(field.path, value.value)
                        return ConflictChoice(
                            index: index,
                            text: text.isBlank ? fields.value(field.path, .cleared) : text,
                            byText: words("conflicts.by", ["name": by, "when": words.moment(value.at, now)]),
                            shown: index == 0)
                    })
            })
    }

    /// Each of a record's conflicts in one sentence.
    func conflictTexts(_ card: ConflictCard) -> [String] {
        card.fields.map { field in
            let values = field.values.map { words("conflicts.value", ["text": $0.text, "by": $0.byText]) }
            return words(
                "conflicts.sentence",
                ["field": field.label, "values": values.joined(separator: words("conflicts.or"))])
        }
    }
}
