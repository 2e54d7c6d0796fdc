// A visit's form and its record; a pledge's; a door's; a pasted alert's.
import QiaomenCore
import Testing

@testable import QiaomenKit

@Suite struct FormTests {
    private let zh = Sample.zh
    private let doorForm = VisitForm(
        household: Sample.door, outcome: "met", met: [Sample.he], given: ["openLetter"], explained: ["app"],
        started: Sample.noon)
    private let alertForm = VisitForm(
        household: Sample.door, alert: Sample.alert, purpose: "dissuasion", started: Sample.noon)

    @Test func aFormGivesBackTheRecordThatItWasMadeFrom() {
        var whole = Sample.visit(forAlert: true)
        whole.metTarget = true
        whole.met = [Sample.he]
        whole.metOthers = "女儿"
        whole.given = [.openLetter]
        whole.explained = [.app, .cases]
        whole.note = "慢慢说"
        whole.risk = .noFurther
        whole.nextStep = "后天再来"
        var said = Sample.dissuasion()
        said.courtesy = true
        said.recordedWith = .telephone
        said.recordedBy = "王芳"
        said.keptAt = .device
        said.keptAs = "1"
        said.steps = [.identityShown, .unknown(word: "of_tomorrow")]
        whole.dissuasion = said
        whole.photos = PhotoNote(takenWith: .camera, takenBy: "王芳", keptAt: .village, keptAs: "影像-7")
        #expect(VisitForm(whole).record(whole.ended) == whole)
        var door = Sample.visit()
        door.met = [Sample.he, Sample.ma]
        #expect(VisitForm(door).record(door.ended) == door)
    }

    @Test func aDraftInWhichNothingWasChosenYetIsThatAgain() {
        let again = VisitForm(alertForm.choosing(metTarget: false).record(Sample.noon))
        #expect(again.outcome == nil)
        #expect(again.metTarget == false)
    }

    @Test func photosAreNotedOfAnyVisitFoldedUntilTheyAreAndAreNoRecording() {
        let closed = doorForm.choosing(outcome: "nobodyHome")
        func photos(_ form: VisitForm, _ at: VisitPlace) -> PhotosForm? {
            Sample.telling().visitState(form, VisitContext(), at).photos
        }
        #expect(photos(closed, VisitPlace()) == PhotosForm(text: zh("visit.noPhotos")))
        let opened = photos(closed, VisitPlace(photosOpen: true))
        #expect(opened?.takenWith.map(\.code) == ["telephone", "camera", "other"])
        #expect(opened?.keptAt.isEmpty == true)
        var noted = closed
        noted.photos = PhotosInput(takenWith: "camera", takenBy: "王芳", keptAt: "village", keptAs: "影像-7")
        let note = PhotoNote(takenWith: .camera, takenBy: "王芳", keptAt: .village, keptAs: "影像-7")
        #expect(noted.record(Sample.noon).photos == note)
        #expect(photos(noted, VisitPlace())?.text == "相机 · 王芳 · 村（社区）保存 · 影像-7")
        // Where it is not said what they were taken with, there are none.
        noted.photos.takenWith = nil
        #expect(noted.record(Sample.noon).photos == nil)
        var met = alertForm.choosing(metTarget: true)
        met.photos = PhotosInput(takenWith: "telephone")
        let summary = Sample.telling().visitState(met, VisitContext(), VisitPlace(stage: .summary))
        #expect(summary.warnings.contains(zh("visit.recordingMissing")))
        #expect(summary.summary.contains { $0.label == "照片" })
        #expect(VisitForm.field("photos.taken_with") == "photos.takenWith")
    }

    @Test func whatTheOutcomeRulesOutIsNotInTheRecord() {
        let closed = doorForm.choosing(outcome: "nobodyHome").record(Sample.noon)
        #expect(closed.met.isEmpty && closed.explained.isEmpty)
        // A letter may have been left.
        #expect(closed.given == [.openLetter])
        var met = alertForm.choosing(metTarget: true)
        met.risk = "noFurther"
        let refused = met.choosing(outcome: "refused").record(Sample.noon)
        #expect(refused.metTarget == nil && refused.risk == nil)
        #expect(refused.outcome == .refused)
    }

    @Test func aVisitForAnAlertAsksFirstWhetherThePersonWasMet() {
        func missing(_ form: VisitForm) -> [String] { form.missing(zh).map(\.field) }
        #expect(missing(alertForm) == ["metTarget", "outcomes"])
        #expect(missing(alertForm.choosing(metTarget: true)).isEmpty)
        #expect(missing(alertForm.choosing(metTarget: false)) == ["outcomes"])
        #expect(missing(alertForm.choosing(outcome: "nobodyHome")).isEmpty)
        #expect(missing(alertForm.choosing(outcome: "met")) == ["metTarget"])
        let state = Sample.telling().visitState(alertForm, VisitContext(), VisitPlace())
        #expect(state.metTarget.map(\.code) == ["yes", "no"])
        // They answer 见到本人了吗？
        #expect(state.metTarget.map(\.text) == ["见到了", "没见到"])
        #expect(!state.canGoOn)
    }

    @Test func whatItWasForFollowsFromWhatCameOfIt() {
        #expect(alertForm.choosing(metTarget: true).settled(false).purpose == "dissuasion")
        #expect(alertForm.choosing(outcome: "telephoneOnly").settled(false).purpose == "firstContact")
        #expect(alertForm.choosing(metTarget: true).settled(true).purpose == "followUp")
        var chosen = alertForm
        chosen.purpose = "firstContact"
        chosen.purposeChosen = true
        #expect(chosen.choosing(metTarget: true).settled(false).purpose == "firstContact")
        #expect(doorForm.settled(true).purpose == "door")
    }

    @Test func oneTapRecordsAClosedDoor() {
        let closed = VisitForm.closedDoor(Sample.door, Sample.noon)
        #expect(closed.purpose == .door && closed.outcome == .nobodyHome)
        #expect(closed.started == Sample.noon && closed.ended == Sample.noon)
    }

    @Test func lastTimesTicksComeBackOnce() {
        let ticks = Ticks(given: ["openLetter", "contactCard"], explained: ["app"])
        var bare = VisitForm(household: Sample.door)
        #expect(bare.choosing(outcome: "met").ticked(ticks).given == ["openLetter", "contactCard"])
        #expect(bare.choosing(outcome: "nobodyHome").ticked(ticks).given.isEmpty)
        bare.given = ["pledge"]
        #expect(bare.choosing(outcome: "met").ticked(ticks).given == ["pledge"])
    }

    @Test func q6TheSummaryWarnsOfAMissingRecordingAndStandsInNobodysWay() {
        var met = alertForm.choosing(metTarget: true)
        let around = VisitContext(
            household: Sample.household(), alert: Sample.fraudAlert(), title: "何秀兰", roles: ["volunteer"])
        let state = Sample.telling().visitState(met, around, VisitPlace(stage: .summary))
        #expect(state.canGoOn)
        #expect(state.warnings.contains { $0.contains("录音录像") }, "\(state.warnings)")
        #expect(state.summary.first { $0.label == "结果" }?.text == "见到本人")
        #expect(state.roles.isEmpty)
        met.risk = "noFurther"
        met.said = DissuasionInput(courtesy: true, recordedWith: "telephone")
        #expect(Sample.telling().visitState(met, around, VisitPlace(stage: .summary)).warnings.isEmpty)
    }

    @Test func whoRecordedAndWhereItIsKeptIsAskedOnceThereIsARecordingAndStandsInNobodysWay() throws {
        var form = alertForm.choosing(metTarget: true)
        let around = VisitContext(household: Sample.household(), alert: Sample.fraudAlert())
        // A place that was chosen for a recorder which was unticked since.
        form.said = DissuasionInput(recordedBy: "王芳", keptAt: "police", keptAs: "7")
        let without = Sample.telling().visitState(form, around, VisitPlace())
        #expect(without.canGoOn)
        #expect(without.dissuasion?.recordedBy == "")
        #expect(without.dissuasion?.keptAs == "")
        #expect(without.dissuasion?.keptAt.isEmpty == true)
        form.said.recordedWith = "telephone"
        let ticked = try #require(Sample.telling().visitState(form, around, VisitPlace()).dissuasion)
        #expect(ticked.recordedBy == "王芳")
        #expect(ticked.keptAs == "7")
        #expect(ticked.keptAt.map(\.code) == ["police", "village", "device"])
    }

    @Test func theCoresComplaintsStandBesideTheirFields() {
        #expect(VisitForm.field("outcome") == "outcomes")
        #expect(VisitForm.field("dissuasion.recorded_with") == "dissuasion.recordedWith")
        #expect(VisitForm.field("dissuasion.officers") == "dissuasion.officers")
        #expect(VisitForm.field("given/open_letter") == "given")
        #expect(PledgeForm.field("signature") == "strokes")
        #expect(HouseholdSheet.field("residents.1.birth_year") == "birthYear")
    }

    // MARK: Pledges

    private let text = PledgeWords(
        template: "builtin-1/zh", version: 1, language: .zh, title: "承诺书", body: "一、不转账。", own: false)

    @Test func l1APledgeNamesTheWordsThatWereShownAndKeepsTheDrawing() throws {
        let form = PledgeForm(resident: Sample.he)
            .drawn([
                .init(x: 0, y: 0, millis: 0), .init(x: 5000, y: 5000, millis: 100),
                .init(x: 9000, y: 9000, millis: 200),
            ])
            .drawn([.init(x: 3000, y: 3000, millis: 50), .init(x: 12_000, y: 3000, millis: 400)])
        #expect(form.wrong(zh).isEmpty)
        let record = try #require(form.record(Sample.door, text, Sample.noon))
        #expect(record.template == "builtin-1/zh" && record.version == 1)
        let points = try #require(record.signature).strokes.flatMap(\.points)
        // No time runs backwards, no point lies outside.
        #expect(points.map(\.millis) == [0, 100, 200, 200, 400])
        #expect(points.last?.x == 10_000)
        #expect(record.archiveNumber == nil)
    }

    @Test func whatAPledgeLacksIsNamed() {
        #expect(Set(PledgeForm().wrong(zh).map(\.field)) == ["residents", "strokes"])
        let paper = PledgeForm(resident: Sample.he, mode: .paper, forAnother: true)
        #expect(Set(paper.wrong(zh).map(\.field)) == ["archiveNumber", "proxyName", "proxyRelation"])
    }

    @Test func aSignatureIsThinnedAndNeverGrowsOverWhatARecordHolds() {
        let shaking = (0...2_000).map { SignPoint(x: 5000 + $0 % 2, y: 5000, millis: $0) }
        #expect(PledgeForm(resident: Sample.he).drawn(shaking).strokes[0].count < 5)
        var form = PledgeForm(resident: Sample.he)
        for round in 0..<40 {
            form = form.drawn((0..<100).map { SignPoint(x: $0 * 100, y: round * 100, millis: round * 100 + $0) })
        }
        #expect(form.strokes.reduce(0) { $0 + $1.count } <= 1_300)
    }

    // MARK: Doors

    @Test func onlyWhatThePersonChangedGoesIntoTheDoor() {
        let before = HouseholdSheet.Door(zh, Sample.household())
        var after = before
        after.note = "狗会叫"
        // Somebody else wrote the room meanwhile.
        var now = Sample.household()
        now.address.room = "203"
        let changed = after.changed(now, from: before)
        #expect(changed.note == "狗会叫" && changed.address.room == "203")
        #expect(before.changed(now, from: before) == now)
        let sheet = HouseholdSheet.Resident(zh, Sample.he, Sample.resident("何秀兰"))
        var typed = sheet
        typed.telephone = "12000010001、12000010002，12000010001"
        typed.birthYear = "1951"
        let resident = typed.changed(Sample.resident("何秀兰"), from: sheet)
        #expect(resident.telephones == ["12000010001", "12000010002"] && resident.birthYear == 1951)
        typed.birthYear = "51"
        typed.name = " "
        #expect(typed.wrong(zh, 2026).map(\.field) == ["name", "birthYear"])
    }

    // MARK: Pasted messages

    private func pasted(_ who: WhoIsMeant, _ level: Level?) -> PastedAlert {
        var draft = Sample.fraudAlert()
        draft.places = []
        draft.household = nil
        draft.resident = nil
        return PastedAlert(
            reading: PastedReading(
                name: "何秀兰", telephone: "12000010001", level: level, platformNumber: "SC-1", address: "3号楼1单元201",
                issued: nil, reachedStation: nil, issuer: nil, origin: nil, kind: nil, text: "原文", unsure: [.level]),
            who: who, draft: draft)
    }

    private func candidate(_ id: String) -> Candidate {
        Candidate(
            household: Sample.door, resident: id, grid: "grid", name: "何秀兰", telephones: [],
            address: Sample.address("3", "1", 2, "201"))
    }

    @Test func whatWasPutRightInAPastedAlertIsWhatIsSaved() {
        let one = pasted(.several(candidates: [candidate(Sample.he), candidate(Sample.ma)]), .high)
        let card = zh.pastedCard(0, one, PasteEdit())
        #expect(card.who.map(\.code) == [Sample.he, Sample.ma, PasteEdit.nobody])
        #expect(card.who.filter(\.chosen).isEmpty)
        #expect(zh.pasteErrors(one, PasteEdit()).map(\.field) == ["who"])
        let edit = PasteEdit(
            fields: ["name": "何兰", "telephone": "", "address": "9号楼"], level: "extreme", who: Sample.he)
        let saved = edit.applied(to: one, area: "town", place: Sample.place)
        #expect(saved.name == "何兰" && saved.telephone == nil && saved.level == .extreme)
        #expect(saved.household == Sample.door && saved.resident == Sample.he && saved.area == "grid")
        #expect(saved.places.map(\.place.address) == ["9号楼"])
        let nobody = PasteEdit(who: PasteEdit.nobody).applied(to: one, area: "town", place: nil)
        #expect(nobody.household == nil && nobody.area == "town")
    }

    @Test func aLevelThatTheMessageDoesNotSayHasToBeChosen() {
        let one = pasted(.one(candidate: candidate(Sample.he)), nil)
        #expect(zh.pasteErrors(one, PasteEdit()).map(\.field) == ["levels"])
        #expect(zh.pastedCard(0, one, PasteEdit()).levels.filter(\.chosen).isEmpty)
        #expect(PasteEdit(level: "low").applied(to: one, area: "town", place: nil).resident == Sample.he)
    }
}
