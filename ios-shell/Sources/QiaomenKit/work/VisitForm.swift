// A visit as it is being recorded, and the record it becomes.
//
// Invariants: pure; a form that is made from a record gives that record back, but for what the outcome rules out; what is
// asked depends on the outcome alone, so that nothing is asked that cannot have happened.
import QiaomenCore

/// What is entered of a visit. Lists hold codes, in the order in which they were ticked.
struct VisitForm: Equatable, Sendable {
    var household: String?
    var alert: String?
    var purpose = "door"
    /// Whether the person chose the purpose; else it follows from the outcome.
    var purposeChosen = false
    var outcome: String?
    var metTarget: Bool?
    var met: [String] = []
    var metOthers = ""
    var given: [String] = []
    var explained: [String] = []
    var observations: [String] = []
    var risk: String?
    var note = ""
    var nextStep = ""
    var position: Position?
    var started: Int64 = 0
    var said = DissuasionInput()
    var photos = PhotosInput()
}

/// What is entered of photos.
struct PhotosInput: Equatable, Sendable {
    var takenWith: String?
    var takenBy = ""
    var keptAt: String?
    var keptAs = ""
}

/// What is entered of a dissuasion.
struct DissuasionInput: Equatable, Sendable {
    var steps: [String] = []
    var fraud: String?
    var script: String?
    var deeplyTakenIn = false
    var broughtIn: [String] = []
    var ways: [String] = []
    var place: String?
    var officers = ""
    var team = ""
    var courtesy = false
    var recordedWith: String?
    var recordedBy = ""
    var keptAt: String?
    var keptAs = ""
    var care: [String] = []
}

extension VisitForm {
    /// Whether the visit is for an alert.
    var forAlert: Bool { alert != nil }

    /// Whether the alert's person was met in person.
    var metPerson: Bool { forAlert && outcome == "met" && metTarget == true }

    /// Whether anybody was spoken to, so that something can have been explained.
    var spoken: Bool { outcome == "met" || outcome == "telephoneOnly" }

    /// Whether residents can be ticked: they were met, spoken to, or would not talk.
    var asksMet: Bool { spoken || outcome == "refused" }

    /// Whether something can have been handed over: a letter may be left where nobody opened.
    var asksGiven: Bool { outcome == "met" || outcome == "nobodyHome" || outcome == "refused" }

    /// Whether a dissuasion can be told of.
    var asksDissuasion: Bool { forAlert && asksMet }

    /// Whether it has to be said that the person was met: where the outcome does not say it.
    var asksMetTarget: Bool { forAlert && (outcome == nil || outcome == "met") }

    /// What the visit was for, where the person did not choose it: the first meeting is the dissuasion, a visit before it a
    /// first contact, a later one a follow-up.
    func settled(_ metBefore: Bool) -> VisitForm {
        var form = self
        if !forAlert {
            form.purpose = "door"
        } else if !purposeChosen {
            if metBefore {
                form.purpose = "followUp"
            } else {
                form.purpose = metPerson || outcome == nil ? "dissuasion" : "firstContact"
            }
        }
        return form
    }

    /// Chooses whether the person was met: who was met in person was met.
    func choosing(metTarget yes: Bool) -> VisitForm {
        var form = self
        form.metTarget = yes
        if yes { form.outcome = "met" }
        return form
    }

    /// Chooses what came of it; that the person was met stays only where somebody was.
    func choosing(outcome code: String) -> VisitForm {
        var form = self
        form.outcome = code
        if code != "met" { form.metTarget = nil }
        return form
    }

    /// The record as far as it is told; an outcome that was not chosen yet is a word that no server is ever sent.
    func record(_ ended: Int64) -> Visit {
        Visit(
            purpose: Groups.purpose.of(purpose),
            household: household,
            alert: alert,
            outcome: outcome.map(Groups.outcome.of) ?? VisitForm.unsaid,
            metTarget: asksMetTarget ? metTarget : nil,
            met: asksMet ? met : [],
            metOthers: asksMet ? metOthers.orNone : nil,
            started: min(started, ended),
            ended: ended,
            position: position,
            given: asksGiven ? given.map(Groups.given.of) : [],
            explained: spoken ? explained.map(Groups.explained.of) : [],
            observations: asksMet ? observations.map(Groups.observation.of) : [],
            note: note.orNone,
            risk: metPerson ? risk.map(Groups.risk.of) : nil,
            nextStep: nextStep.orNone,
            dissuasion: asksDissuasion && said != DissuasionInput() ? said.record : nil,
            photos: photos.record)
    }

    /// The form of a draft.
    init(_ visit: Visit) {
        self.init(
            household: visit.household,
            alert: visit.alert,
            purpose: visit.purpose.code,
            purposeChosen: true,
            outcome: visit.outcome == VisitForm.unsaid ? nil : visit.outcome.code,
            metTarget: visit.metTarget ?? (visit.alert != nil && visit.outcome == .met ? true : nil),
            met: visit.met,
            metOthers: visit.metOthers ?? "",
            given: visit.given.map(\.code),
            explained: visit.explained.map(\.code),
            observations: visit.observations.map(\.code),
            risk: visit.risk?.code,
            note: visit.note ?? "",
            nextStep: visit.nextStep ?? "",
            position: visit.position,
            started: visit.started,
            said: visit.dissuasion.map(DissuasionInput.init) ?? DissuasionInput(),
            photos: visit.photos.map(PhotosInput.init) ?? PhotosInput())
    }

    /// A visit to a door that nobody opened: one tap.
    static func closedDoor(_ household: String, _ now: Int64) -> Visit {
        VisitForm(household: household, outcome: "nobodyHome", started: now).record(now)
    }

    /// What stands in a draft as the outcome until one is chosen.
    private static let unsaid = Outcome.unknown(word: "unsaid")
}

extension PhotosInput {
    fileprivate init(_ note: PhotoNote) {
        self.init(
            takenWith: note.takenWith?.code,
            takenBy: note.takenBy ?? "",
            keptAt: note.keptAt?.code,
            keptAs: note.keptAs ?? "")
    }

    /// There are photos where it is said what they were taken with.
    fileprivate var record: PhotoNote? {
        takenWith.map {
            PhotoNote(
                takenWith: Groups.takenWith.of($0),
                takenBy: takenBy.orNone,
                keptAt: keptAt.map(Groups.keptAt.of),
                keptAs: keptAs.orNone)
        }
    }
}

extension DissuasionInput {
    fileprivate init(_ said: Dissuasion) {
        self.init(
            steps: said.steps.map(\.code),
            fraud: said.fraud?.code,
            script: said.script,
            deeplyTakenIn: said.deeplyTakenIn,
            broughtIn: said.broughtIn.map(\.code),
            ways: said.ways.map(\.code),
            place: said.place,
            officers: said.officers ?? "",
            team: said.team ?? "",
            courtesy: said.courtesy,
            recordedWith: said.recordedWith?.code,
            recordedBy: said.recordedBy ?? "",
            keptAt: said.keptAt?.code,
            keptAs: said.keptAs ?? "",
            care: said.care.map(\.code))
    }

    fileprivate var record: Dissuasion {
        let recorded = recordedWith != nil
        return Dissuasion(
            steps: steps.map(Groups.step.of),
            fraud: fraud.map(Groups.fraud.of),
            script: script,
            deeplyTakenIn: deeplyTakenIn,
            broughtIn: broughtIn.map(Groups.broughtIn.of),
            ways: ways.map(Groups.way.of),
            place: place,
            officers: officers.orNone,
            team: team.orNone,
            courtesy: courtesy,
            recordedWith: recordedWith.map(Groups.recorder.of),
            recordedBy: recorded ? recordedBy.orNone : nil,
            keptAt: recorded ? keptAt.map(Groups.keptAt.of) : nil,
            keptAs: recorded ? keptAs.orNone : nil,
            care: care.map(Groups.care.of))
    }
}
