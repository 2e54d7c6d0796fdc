// Signing a pledge.
//
// Invariants: what is drawn and typed is kept within a moment; the record names the words that were on the screen; what is
// signed becomes one record (see Once.swift).
import QiaomenCore

final class PledgeModel: ScreenModel {
    let frame: ScreenFrame
    var state: PledgeState
    let route: Route
    private let household: String
    private let resident: String?
    private var form: PledgeForm
    private var door: Household?
    private var text: PledgeWords?
    private var signed: [String: Pledge] = [:]
    private var ready = false
    // One for each resident, so that beginning another's loses nothing.
    private let key: String

    private static let shown: Set<Noun> = [.households, .pledges, .town]
    private static let save = "save"

    init(_ desk: Desk, household: String, resident: String?) {
        frame = ScreenFrame(desk)
        state = PledgeState(household: household)
        route = .pledge(household: household, resident: resident)
        self.household = household
        self.resident = resident
        form = PledgeForm(resident: resident)
        key = "pledge.\(household).\(resident ?? "")"
    }

    static func wrap(_ state: PledgeState) -> Screen { .pledge(state: state) }

    private struct Found: Sendable {
        var door: Household?
        var text: PledgeWords
        var kept: PledgeForm?
        var signed: [String: Pledge]
    }

    func load() {
        let (household, key, opening) = (household, key, !ready)
        // One that was thrown away a moment ago is not begun with, and what is begun now is not thrown away with it.
        if opening, desk.thrown?.form == key { desk.settle() }
        read { bench in
            let core = bench.core
            let kept = opening ? try PledgeModel.kept(bench, household, key) : nil
            return Found(
                door: try core.households.get(id: household)?.record,
                text: try core.pledges.words(language: bench.words.coreLanguage),
                kept: kept,
                signed: standing(try bench.all { try core.pledges.ofHousehold(household: household, page: $0) }))
        } then: { found in
            guard found.door != nil else {
                self.desk.say(self.words("household.missing"))
                return self.goBack()
            }
            self.door = found.door
            // The words are those that stand on the screen while somebody signs, whatever comes from the server meanwhile.
            if self.text?.language != found.text.language || self.form.strokes.isEmpty { self.text = found.text }
            self.signed = found.signed
            if opening, !self.ready { self.begin(found) }
            self.render()
        }
    }

    /// What was typed and did not become a record.
    @Work
    private static func kept(_ bench: Bench, _ household: String, _ key: String) throws -> PledgeForm? {
        let form = try bench.forms.get(key: key).flatMap { Written.read(PledgeForm.self, $0) }
        guard let form, try !bench.became(key, have: { try own(bench, household, form.resident) }) else { return nil }
        return form
    }

    /// How many pledges of theirs this person has recorded.
    @Work
    private static func own(_ bench: Bench, _ household: String, _ resident: String?) throws -> Int {
        let me = try bench.names.me()
        return try bench.all { try bench.core.pledges.ofHousehold(household: household, page: $0) }.filter {
            $0.record.resident == resident && $0.about.header.author == me
        }.count
    }

    func changed(_ nouns: Set<Noun>) {
        if !nouns.isDisjoint(with: PledgeModel.shown) { load() }
    }

    private func begin(_ found: Found) {
        ready = true
        if let kept = found.kept, resident == nil || kept.resident == resident { form = kept }
        let here = people
        if form.resident == nil, here.count == 1 { form.resident = here[0].id }
    }

    private var people: [ResidentEntry] {
        (door?.present ?? []).filter { !$0.resident.leftTown || $0.id == form.resident }
    }

    private func render(_ change: (inout PledgeState) -> Void = { _ in }) {
        let here = people
        let name = here.first { $0.id == form.resident }?.resident.name
        let earlier = form.resident.flatMap { signed[$0] }
        let now = desk.now()
        show {
            change(&$0)
            $0.take(form)
            $0.address = door.map { words.address($0.address) } ?? ""
            $0.loading = !ready
            $0.residents = here.map { Choice(code: $0.id, text: $0.resident.name, chosen: $0.id == form.resident) }
            $0.title = text?.title ?? ""
            $0.body =
                text.map { words("pledge.body", ["name": name ?? words("pledge.noName"), "body": $0.body]) } ?? ""
            $0.versionText = text.map { words("pledge.version", ["version": $0.version]) } ?? ""
            $0.earlierText = earlier.map { words("pledge.earlier", ["day": words.day($0.at, now)]) }
            $0.canSave = ready && form.wrong(words).isEmpty
        }
    }

    private func edit(_ change: (inout PledgeForm) -> Void) {
        change(&form)
        render {
            $0.errors = []
            $0.keptText = nil
        }
        touched()
    }

    func on(_ event: PledgeEvent) {
        // What is being saved is not changed under way.
        guard ready, !busy(PledgeModel.save) else { return }
        switch event {
        case .resident(let code):
            // Another resident's signature it is not.
            if code != form.resident {
                edit {
                    $0.resident = code
                    $0.strokes = []
                }
            }
        case .mode(let mode): edit { $0.mode = mode }
        case .stroke(let points): stroke(points)
        case .clearSignature: edit { $0.strokes = [] }
        case .type(let field, let text): edit { $0.type(field, text) }
        case .forAnother(let yes): edit { $0.forAnother = yes }
        case .save: save()
        case .discard: discard()
        }
    }

    private func stroke(_ points: [SignPoint]) {
        let before = form
        edit { $0 = $0.drawn(points) }
        if form == before, !points.isEmpty { desk.say(words("pledge.signatureTooLong"), failure: true) }
    }

    func keep() -> Keeping? {
        guard ready else { return nil }
        let (form, key) = (form, key)
        return { bench in
            try bench.forms.keep(key: key, text: Written.json(form))
            Task { @MainActor in self.show { $0.keptText = self.words("form.kept") } }
        }
    }

    private func save() {
        let missing = form.wrong(words)
        guard missing.isEmpty, let text, let record = form.record(household, text, desk.now()) else {
            return show { $0.errors = missing }
        }
        let name = state.residents.first(where: \.chosen)?.text ?? ""
        let (key, household) = (key, household)
        nothingToKeep()
        writeOnce(PledgeModel.save) { bench in
            _ = try bench.once(key, have: { try PledgeModel.own(bench, household, record.resident) }) {
                try bench.core.pledges.save(record: record, role: nil)
            }
        } then: {
            self.desk.say(self.words("pledge.saved", ["name": name]))
            self.desk.saved()
            self.goBack()
        } failed: { error in
            self.touched()
            guard case .Invalid(let field, let reason)? = error as? QiaomenError else { return false }
            let complaint = FieldError(field: PledgeForm.field(field), text: self.words.invalid(reason))
            self.show { $0.errors = [complaint] }
            return true
        }
    }

    /// Throws it away: for a while it is only not shown.
    private func discard() {
        keepNow()
        writeOnce(PledgeModel.save) { _ in
        } then: {
            self.desk.throwAway(Thrown(form: self.key, text: self.words("pledge.discarded"), undone: self.route))
            self.goBack()
        }
    }
}

extension PledgeForm {
    /// What is typed.
    mutating func type(_ field: String, _ text: String) {
        switch field {
        case "witness": witness = text
        case "proxyName": proxyName = text
        case "proxyRelation": proxyRelation = text
        case "archiveNumber": archiveNumber = text
        case "note": note = text
        default: break
        }
    }

    /// The field of the state that a field of the core's record is entered in.
    static func field(_ field: String) -> String {
        switch field {
        case "signature": "strokes"
        case "proxy.name": "proxyName"
        case "proxy.relation": "proxyRelation"
        case "archive_number": "archiveNumber"
        case "resident", "household": "residents"
        default: field
        }
    }
}
