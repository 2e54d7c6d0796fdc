// Recording a visit.
//
// Invariants: what was entered is a draft of the core's within a moment; the draft's identifier lives on the thread that works,
// so that two writings never make two drafts; saving is what the desk's `finish` does: it can be taken back.
import QiaomenCore

final class VisitModel: ScreenModel {
    let frame: ScreenFrame
    var state: VisitState
    private let first: Asked
    private let firstRoute: Route
    private var form: VisitForm
    private var around = VisitContext()
    private var at: VisitPlace
    private var ready = false

    /// When it ended, where that is not now: a draft that lay about is told as of when it was last kept.
    private var endedBefore: Int64?

    /// The draft's identifier.
    @Work
    private final class KeptDraft {
        var id: String?
        nonisolated init(_ id: String?) { self.id = id }
    }

    private let kept: KeptDraft

    /// What was to be recorded when the screen opened.
    private struct Asked: Sendable {
        var draft: String?
        var household: String?
        var alert: String?
        var purpose: String?
    }

    /// The form that remembers what was ticked last, by what the visit was for.
    private nonisolated static let ticksKey = "ticks."

    /// A draft that was kept longer ago than this is told as of then.
    private static let sitting: Int64 = 30 * 60_000
    private static let shown: Set<Noun> = [.households, .alerts, .directory, .town]
    private static let save = "save"

    init(_ desk: Desk, draft: String?, household: String?, alert: String?, purpose: String?) {
        frame = ScreenFrame(desk)
        state = VisitState(draft: draft, household: household, alert: alert)
        first = Asked(draft: draft, household: household, alert: alert, purpose: purpose)
        firstRoute = .visit(draft: draft, household: household, alert: alert, purpose: purpose)
        form = VisitForm(household: household, alert: alert, started: desk.now())
        at = VisitPlace(draft: draft)
        kept = KeptDraft(draft)
    }

    static func wrap(_ state: VisitState) -> Screen { .visit(state: state) }

    var route: Route { at.draft.map { .visit(draft: $0) } ?? firstRoute }

    // MARK: What is known

    private struct Found: Sendable {
        var draft: String?
        var form: VisitForm?
        var keptAt: Int64 = 0
        var around = VisitContext()
        var missing = false
    }

    func load() {
        let (now, opening, first, kept) = (desk.now(), !ready, first, kept)
        let (household, alert, fraud) = (form.household, form.alert, form.said.fraud)
        let thrown = desk.thrown?.draft
        read { bench in
            if opening { return try VisitModel.find(bench, first, kept, now, thrown) }
            return Found(around: try VisitModel.context(bench, household, alert, fraud))
        } then: { found in
            if opening, found.missing {
                self.desk.say(self.words("visit.gone"))
                return self.goBack()
            }
            self.around = found.around
            if opening, !self.ready { self.begin(found, now) }
            self.render()
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if !nouns.isDisjoint(with: VisitModel.shown) { load() }
    }

    /// A draft that is gone on with: the one that is named, else one of the same door or alert that was left.
    @Work
    private static func find(
        _ bench: Bench, _ first: Asked, _ kept: KeptDraft, _ now: Int64, _ thrown: String?
    ) throws -> Found {
        let core = bench.core
        let draft: Draft?
        if let id = first.draft {
            draft = try core.drafts.get(id: id)
        } else {
            let finishing = try bench.finishing()
            draft = try core.drafts.list().first { left in
                guard !finishing.contains(left.id), left.id != thrown, let visit = left.record?.visit else {
                    return false
                }
                return visit.alert == first.alert && (first.alert != nil || visit.household == first.household)
            }
        }
        let visit = draft?.record?.visit
        if first.draft != nil, visit == nil { return Found(keptAt: now, missing: true) }
        let alert = visit?.alert ?? first.alert
        let household =
            try visit?.household ?? first.household ?? alert.flatMap { try core.alerts.get(id: $0)?.record.household }
        let around = try context(bench, household, alert, visit?.dissuasion?.fraud?.code)
        kept.id = draft?.id
        var form = visit.map { VisitForm($0) }
        form?.household = household
        return Found(
            draft: draft?.id, form: form, keptAt: draft?.at ?? now, around: around,
            missing: around.household == nil && around.alert == nil)
    }

    @Work
    private static func context(
        _ bench: Bench, _ household: String?, _ alert: String?, _ fraud: String?
    ) throws -> VisitContext {
        let (core, words, names) = (bench.core, bench.words, bench.names)
        let door = try household.flatMap { try core.households.get(id: $0) }
        let about = try alert.flatMap { try core.alerts.get(id: $0) }
        let standing = try about.map { try core.tasks.standing(alert: $0.id) }
        let address = door.map { words.address($0.record.address) }
        let people = door?.record.present.map(\.resident.name) ?? []
        let level = standing?.level.code
        let subtitle =
            about.map { about in
                words.dotted(
                    level.map { words.word("level", $0) },
                    address ?? about.record.places.lazy.compactMap(\.place.address).first)
            } ?? words.list(people)
        var ticks: [String: Ticks] = [:]
        for purpose in Groups.purpose.codes {
            ticks[purpose] = try bench.forms.get(key: ticksKey + purpose).flatMap { Written.read(Ticks.self, $0) }
        }
        return VisitContext(
            household: door?.record,
            alert: about?.record,
            level: level,
            title: about?.record.name ?? address ?? "",
            subtitle: subtitle,
            metBefore: standing?.met != nil,
            roles: try names.roles(for: .visit, at: about?.record.area ?? door?.about.scope.grid).map(\.code),
            ticks: ticks,
            script: try fraud.map { try bench.script($0) },
            me: try names.record(names.me())?.name ?? "")
    }

    private func begin(_ found: Found, _ now: Int64) {
        ready = true
        if let old = found.form {
            var unchosen = old
            unchosen.purposeChosen = false
            form = old
            form.purposeChosen = old.purpose != unchosen.settled(around.metBefore).purpose
            if now - found.keptAt > VisitModel.sitting { endedBefore = found.keptAt }
            at.draft = found.draft
            return
        }
        form.household = around.household == nil ? nil : first.household ?? around.alert?.household
        form.purpose = first.purpose ?? "door"
        form.purposeChosen = first.purpose != nil
        form = form.settled(around.metBefore)
        let people = (around.household?.present ?? []).filter { !$0.resident.leftTown }
        // The usual case: one lives there, and opened.
        if form.alert == nil, people.count == 1 {
            form.outcome = "met"
            form.met = [people[0].id]
            form = form.ticked(around.ticks["door"])
        }
    }

    private func render() {
        let names = (around.household?.residents ?? []).reduce(into: [String: String]()) {
            $0[$1.id] = $1.resident.name
        }
        let teller = Teller(words, desk.now(), resident: { names[$0] })
        show { $0 = teller.visitState(form, around, at) }
    }

    // MARK: What the person does

    func on(_ event: VisitEvent) {
        // What is being saved is not changed under way.
        guard ready, !busy(VisitModel.save) else { return }
        switch event {
        case .choose(let field, let code): choose(field, code)
        case .type(let field, let text): type(field, text)
        case .set(let field, let yes): set(field, yes)
        case .mask: edit { $0.note = Sensitive.masked($0.note) }
        case .locate: desk.effect(.locate)
        case .recordVideo: desk.effect(.recordVideo)
        case .goOn: goOn()
        case .backToForm: place { $0.stage = .form }
        case .save: save()
        case .discard: discard()
        }
    }

    func answer(_ event: AppEvent) {
        switch event {
        case .recorded(let name):
            edit {
                $0.said.recordedWith = "telephone"
                $0.said.recordedBy = around.me
                $0.said.keptAt = "device"
                $0.said.keptAs = name
            }
        case .positioned(let latitude, let longitude, let accuracy, let datum):
            edit {
                $0.position = Position(
                    latitude: Int64((latitude * 1e7).rounded()), longitude: Int64((longitude * 1e7).rounded()),
                    datum: [Datum.wgs84, .gcj02, .bd09].first { $0.code == datum } ?? .unstated,
                    accuracy: accuracy.map(Int64.init))
            }
        default: break
        }
    }

    private func choose(_ field: String, _ code: String) {
        let metBefore = around.metBefore
        func settle(_ form: VisitForm) -> VisitForm {
            let now = form.settled(metBefore)
            return now.ticked(around.ticks[now.purpose])
        }
        switch field {
        case "outcomes": edit { $0 = settle($0.choosing(outcome: code)) }
        case "metTarget": edit { $0 = settle($0.choosing(metTarget: code == "yes")) }
        case "purposes":
            edit {
                $0.purpose = code
                $0.purposeChosen = true
            }
        case "met": edit { $0.met = $0.met.toggled(code) }
        case "given": edit { $0.given = $0.given.toggled(code) }
        case "explained": edit { $0.explained = $0.explained.toggled(code) }
        case "observations": edit { $0.observations = $0.observations.toggled(code) }
        case "risks": edit { $0.risk = $0.risk == code ? nil : code }
        case "roles": place { $0.role = code }
        case "dissuasion.steps": edit { $0.said.steps = $0.said.steps.toggled(code) }
        case "dissuasion.kinds": judge(code)
        case "dissuasion.broughtIn": edit { $0.said.broughtIn = $0.said.broughtIn.toggled(code) }
        case "dissuasion.ways": edit { $0.said.ways = $0.said.ways.toggled(code) }
        case "dissuasion.places": edit { $0.said.place = $0.said.place == code ? nil : code }
        case "dissuasion.recordedWith":
            edit {
                if $0.said.recordedWith == code {
                    $0.said.recordedWith = nil
                } else {
                    $0.said.recordedWith = code
                    if $0.said.recordedBy.isEmpty { $0.said.recordedBy = around.me }
                }
            }
        case "dissuasion.keptAt": edit { $0.said.keptAt = $0.said.keptAt == code ? nil : code }
        case "dissuasion.care": edit { $0.said.care = $0.said.care.toggled(code) }
        case "photos.takenWith":
            edit {
                if $0.photos.takenWith == code {
                    $0.photos.takenWith = nil
                } else {
                    $0.photos.takenWith = code
                    if $0.photos.takenBy.isEmpty { $0.photos.takenBy = around.me }
                }
            }
        case "photos.keptAt": edit { $0.photos.keptAt = $0.photos.keptAt == code ? nil : code }
        default: break
        }
    }

    /// Whoever chooses a kind has judged it; its script is at hand.
    private func judge(_ code: String) {
        let off = form.said.fraud == code
        around.script = nil
        edit {
            $0.said.fraud = off ? nil : code
            $0.said.script = nil
            if !off { $0.said.steps = $0.said.steps.adding("kindJudged") }
        }
        if off { return }
        read("script") {
            try $0.script(code)
        } then: { found in
            self.around.script = found
            self.render()
        }
    }

    private func type(_ field: String, _ text: String) {
        edit {
            switch field {
            case "note": $0.note = text
            case "nextStep": $0.nextStep = text
            case "metOthers": $0.metOthers = text
            case "dissuasion.officers": $0.said.officers = text
            case "dissuasion.team": $0.said.team = text
            case "dissuasion.recordedBy": $0.said.recordedBy = text
            case "dissuasion.keptAs": $0.said.keptAs = text
            case "photos.takenBy": $0.photos.takenBy = text
            case "photos.keptAs": $0.photos.keptAs = text
            default: break
            }
        }
    }

    private func set(_ field: String, _ yes: Bool) {
        switch field {
        case "dissuasion.courtesy": edit { $0.said.courtesy = yes }
        case "dissuasion.deeplyTakenIn": edit { $0.said.deeplyTakenIn = yes }
        case "photos.open": place { $0.photosOpen = yes }
        case "dissuasion.scriptOpen":
            at.scriptOpen = yes
            // Whoever opens the script uses it: which one is kept.
            if yes, let script = around.script, form.said.script != script.name {
                edit {
                    $0.said.script = script.name
                    $0.said.steps = $0.said.steps.adding("scriptUsed")
                }
            } else {
                render()
            }
        default: break
        }
    }

    private func edit(_ change: (inout VisitForm) -> Void) {
        change(&form)
        at.errors = []
        at.keptText = nil
        render()
        touched()
    }

    private func place(_ change: (inout VisitPlace) -> Void) {
        change(&at)
        render()
    }

    func back() -> Bool {
        if at.stage != .summary { return false }
        place { $0.stage = .form }
        return true
    }

    // MARK: What is kept

    func keep() -> Keeping? {
        guard ready else { return nil }
        let (record, kept) = (form.record(endedBefore ?? desk.now()), kept)
        return { bench in
            let id = try bench.core.visits.draft(id: kept.id, record: record)
            kept.id = id
            Task { @MainActor in
                self.place {
                    $0.draft = id
                    $0.keptText = self.words("visit.kept")
                }
            }
        }
    }

    private func goOn() {
        let missing = form.missing(words)
        place {
            $0.errors = missing
            if missing.isEmpty { $0.stage = .summary }
        }
    }

    private func save() {
        let missing = form.missing(words)
        if !missing.isEmpty {
            return place {
                $0.stage = .form
                $0.errors = missing
            }
        }
        guard let usual = around.roles.first else { return desk.say(words("visit.noRole"), failure: true) }
        let record = form.record(endedBefore ?? desk.now())
        let role = at.role ?? (around.roles.count > 1 ? usual : nil)
        let ticks = Ticks(given: form.given, explained: form.explained)
        let (key, met, kept) = (VisitModel.ticksKey + form.purpose, form.outcome == "met", kept)
        nothingToKeep()
        // Behind whatever is still being kept, so that the draft has its identifier.
        writeOnce(VisitModel.save) { bench in
            try bench.core.visits.check(record: record, role: role.flatMap(Role.of))
            if met { try bench.forms.keep(key: key, text: Written.json(ticks)) }
            return kept.id
        } then: { id in
            let finished = Finished(
                draft: id, record: record, role: role,
                text: self.words("visit.saved", ["title": self.around.title]), undone: { .visit(draft: $0) })
            self.finishOnce(VisitModel.save, finished, then: { _ in self.goBack() }, failed: self.complained)
        } failed: { error in
            self.complained(error)
        }
    }

    /// What the core complains of stands beside its field.
    private func complained(_ error: any Error) -> Bool {
        touched()
        guard case .Invalid(let field, let reason)? = error as? QiaomenError else { return false }
        place {
            $0.stage = .form
            $0.errors = [FieldError(field: VisitForm.field(field), text: words.invalid(reason))]
        }
        return true
    }

    /// Throws the draft away: for a while it is only not shown, as it was last.
    private func discard() {
        keepNow()
        let kept = kept
        writeOnce(VisitModel.save) { _ in
            kept.id
        } then: { id in
            if let id {
                self.desk.throwAway(
                    Thrown(draft: id, text: self.words("visit.discarded"), undone: .visit(draft: id)))
            }
            self.goBack()
        }
    }
}

extension AnyRecord {
    /// The visit that it is.
    var visit: Visit? { if case .ofVisit(let visit) = self { visit } else { nil } }
}
