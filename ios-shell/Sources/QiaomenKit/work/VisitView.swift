// A visit's screen from its form and what is known of the door and the alert.
//
// Invariants: pure; lists that cannot be asked are empty, so that the screen stays short; a visit for an alert asks first
// whether the person was met.
import QiaomenCore

/// What is known around a visit.
struct VisitContext: Sendable {
    var household: Household?
    var alert: FraudAlert?
    /// The alert's level now, in its code.
    var level: String?
    var title = ""
    var subtitle = ""
    /// Whether the alert's person was met before.
    var metBefore = false
    /// The roles that this can be written in, the one that is taken unless another is chosen first.
    var roles: [String] = []
    /// What was ticked at the last visit of each purpose.
    var ticks: [String: Ticks] = [:]
    /// The script for the kind that is judged.
    var script: SaidScript?
    /// What the worker is called: who records, unless they say another.
    var me = ""
}

/// What was handed over and explained last time.
struct Ticks: Codable, Sendable {
    var given: [String] = []
    var explained: [String] = []
}

/// How far somebody is on the screen.
struct VisitPlace: Sendable {
    var draft: String?
    var stage = VisitStage.form
    var scriptOpen = false
    var photosOpen = false
    var role: String?
    var errors: [FieldError] = []
    var keptText: String?
}

extension Teller {
    /// The screen.
    func visitState(_ form: VisitForm, _ around: VisitContext, _ at: VisitPlace) -> VisitState {
        let residents = (around.household?.present ?? []).filter {
            !$0.resident.leftTown || form.met.contains($0.id)
        }
        let ending = at.stage == .summary
        let chosenRole = at.role ?? around.roles.first
        return VisitState(
            draft: at.draft,
            household: form.household,
            alert: form.alert,
            title: around.title,
            subtitle: around.subtitle,
            stage: at.stage,
            purposes: form.forAlert
                ? Groups.purpose.choices(words, [form.purpose]).filter { $0.code != "door" } : [],
            outcomes: outcomes(form),
            metTarget: form.asksMetTarget ? yesNo(form.metTarget) : [],
            met: form.asksMet
                ? residents.map {
                    Choice(code: $0.id, text: $0.resident.name, chosen: form.met.contains($0.id))
                } : [],
            metOthers: form.metOthers,
            given: form.asksGiven ? Groups.given.choices(words, form.given) : [],
            explained: form.spoken ? Groups.explained.choices(words, form.explained) : [],
            observations: form.asksMet ? Groups.observation.choices(words, form.observations) : [],
            risks: form.metPerson ? Groups.risk.choices(words, [form.risk].compactMap { $0 }) : [],
            note: form.note,
            noteSensitive: Sensitive.spans(form.note, words),
            nextStep: form.nextStep,
            dissuasion: form.asksDissuasion ? dissuasionForm(form.said, around, at.scriptOpen) : nil,
            photos: photosForm(form, at),
            positionText: positionText(form.position),
            startedText: words("visit.started", ["when": words.moment(form.started, now)]),
            keptText: at.keptText,
            summary: ending ? summary(form, around) : [],
            warnings: ending ? warnings(form) : [],
            errors: at.errors,
            canGoOn: form.missing(words).isEmpty,
            roles: ending && around.roles.count > 1
                ? around.roles.map { words.choice("role", $0, $0 == chosenRole) } : [])
    }

    private func positionText(_ position: Position?) -> String {
        guard let position else { return words("visit.notLocated") }
        return position.accuracy.map { words("visit.located", ["metres": $0]) } ?? words("visit.locatedRough")
    }

    /// For an alert whose person was not met, meeting somebody means that others were.
    private func outcomes(_ form: VisitForm) -> [Choice] {
        Groups.outcome.choices(words, [form.outcome].compactMap { $0 }).map { choice in
            guard choice.code == "met", form.forAlert else { return choice }
            var choice = choice
            choice.text = words(form.metTarget == false ? "outcome.othersOnly" : "outcome.metPerson")
            return choice
        }
    }

    private func yesNo(_ chosen: Bool?) -> [Choice] {
        [
            Choice(code: "yes", text: words("visit.metYes"), chosen: chosen == true),
            Choice(code: "no", text: words("visit.metNo"), chosen: chosen == false),
        ]
    }

    private func dissuasionForm(_ said: DissuasionInput, _ around: VisitContext, _ open: Bool) -> DissuasionForm {
        func one(_ code: String?) -> [String] { [code].compactMap { $0 } }
        return DissuasionForm(
            steps: Groups.step.choices(words, said.steps),
            kinds: Groups.fraud.choices(words, one(said.fraud)),
            scriptTitle: around.script?.title,
            scriptBody: around.script?.body,
            scriptOpen: open && around.script != nil,
            deeplyTakenIn: said.deeplyTakenIn,
            broughtIn: Groups.broughtIn.choices(words, said.broughtIn),
            ways: Groups.way.choices(words, said.ways),
            places: (around.alert?.places ?? []).map {
                Choice(
                    code: $0.id, text: words.dotted(placeLabel($0.place.label), $0.place.address),
                    chosen: $0.id == said.place)
            },
            officers: said.officers,
            team: said.team,
            courtesy: said.courtesy,
            recordedWith: Groups.recorder.choices(words, one(said.recordedWith)),
            // Asked once there is a recording: what is said of none is kept nowhere.
            recordedBy: said.recordedWith == nil ? "" : said.recordedBy,
            keptAt: said.recordedWith == nil ? [] : keptAt(said.keptAt),
            keptAs: said.recordedWith == nil ? "" : said.keptAs,
            care: Groups.care.choices(words, said.care))
    }

    /// Where a recording or photos can be kept: no file goes with a record yet.
    private func keptAt(_ chosen: String?) -> [Choice] {
        Groups.keptAt.choices(words, [chosen].compactMap { $0 }).filter { $0.chosen || $0.code != "attached" }
    }

    /// Folded until it is opened, or something in it is complained of.
    private func photosForm(_ form: VisitForm, _ at: VisitPlace) -> PhotosForm {
        let said = form.photos
        let open = at.photosOpen || at.errors.contains { $0.field.hasPrefix("photos.") }
        let told = open && said.takenWith != nil
        return PhotosForm(
            open: open,
            text: photosText(form.record(now).photos) ?? words("visit.noPhotos"),
            takenWith: open ? Groups.takenWith.choices(words, [said.takenWith].compactMap { $0 }) : [],
            takenBy: told ? said.takenBy : "",
            keptAt: told ? keptAt(said.keptAt) : [],
            keptAs: told ? said.keptAs : "")
    }

    /// What will be saved, line by line.
    private func summary(_ form: VisitForm, _ around: VisitContext) -> [Line] {
        [
            Line(label: words.field(form.forAlert ? "alert" : "household"), text: around.title),
            Line(label: words.field("purpose"), text: words.word("purpose", form.purpose)),
            Line(
                label: words.field("outcome"), text: outcomeText(form.outcome ?? "", form.forAlert, form.metTarget)),
        ] + visitLines(form.record(now))
    }

    /// What is missing but does not stand in the way.
    private func warnings(_ form: VisitForm) -> [String] {
        guard form.metPerson else { return [] }
        let all = [
            ("visit.recordingMissing", form.said.recordedWith == nil),
            ("visit.riskMissing", form.risk == nil),
            ("visit.courtesyMissing", !form.said.courtesy),
            ("visit.nobodyBroughtIn", form.said.deeplyTakenIn && form.said.broughtIn.isEmpty),
        ]
        return all.filter(\.1).map { words($0.0) }
    }
}

extension VisitForm {
    /// What stands in the way of going on.
    func missing(_ words: Words) -> [FieldError] {
        var errors: [FieldError] = []
        if asksMetTarget, metTarget == nil {
            errors.append(FieldError(field: "metTarget", text: words("visit.metTargetMissing")))
        }
        if outcome == nil { errors.append(FieldError(field: "outcomes", text: words("visit.outcomeMissing"))) }
        return errors
    }

    /// What was done last time at such a visit is ticked again, where nothing was ticked yet.
    func ticked(_ ticks: Ticks?) -> VisitForm {
        guard outcome == "met", let ticks, given.isEmpty, explained.isEmpty else { return self }
        var form = self
        form.given = ticks.given
        form.explained = ticks.explained
        return form
    }

    /// The field of the state that a field of the core's record is entered in.
    static func field(_ field: String) -> String {
        let whole = field.split(separator: "/", maxSplits: 1).first.map(String.init) ?? field
        if whole.hasPrefix("photos.") { return "photos.\(camel(String(whole.dropFirst("photos.".count))))" }
        let inside = whole.hasPrefix("dissuasion.")
        let name = inside ? String(whole.dropFirst("dissuasion.".count)) : whole
        switch name {
        case "outcome": return "outcomes"
        case "met_target": return "metTarget"
        case "met_others": return "metOthers"
        case "next_step": return "nextStep"
        case "risk": return "risks"
        case "purpose": return "purposes"
        case "met", "given", "explained", "observations", "note": return name
        case "fraud": return "dissuasion.kinds"
        case "place": return "dissuasion.places"
        case "recorded_with", "recorded_by", "kept_at", "kept_as", "brought_in", "deeply_taken_in":
            return "dissuasion.\(camel(name))"
        default: return inside ? "dissuasion.\(name)" : name
        }
    }
}
