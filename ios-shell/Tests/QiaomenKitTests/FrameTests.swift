// What happens between: answers that come early, savings that follow each other, a kill while joining, a network that comes back.
import Foundation
import QiaomenCore
import Testing

@testable import QiaomenKit

@Suite(.serialized) @MainActor struct FrameTests {
    private func json(_ text: String) throws -> Json { try Json.read(Data(text.utf8)) }

    /// Waits until it is so.
    private func until(_ what: String, seconds: Double = 20, _ so: () throws -> Bool) async throws {
        let end = Date().addingTimeInterval(seconds)
        while !(try so()) {
            if Date() > end { throw Unmet(description: "waiting for \(what)") }
            try await Task.sleep(nanoseconds: 10_000_000)
        }
    }

    private func doors(_ phone: TestPhone) async throws -> [KeptHousehold] {
        let replica = try #require(await phone.model.replica())
        let page = Page(skip: 0, take: 4)
        return try replica.households().list(grid: nil, order: .walking, page: page).map(\.household)
    }

    /// A visit to one who was not at home.
    private func closed(_ door: String) -> Visit {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        return VisitForm(household: door, started: now - 60_000).choosing(outcome: "nobodyHome").record(now)
    }

    @Test func anAnswerThatComesWhileTheStoreIsBeingOpenedIsThereWhenTheScreenIs() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        let door = try await doors(phone)[0].id
        phone.model.on(AppEvent.tab(tab: .doors))
        phone.model.on(DoorsEvent.open(id: door))
        try await phone.expect(json(#"{"screen":{"household":{"state":{"loading":false}}}}"#))
        phone.model.on(HouseholdEvent.record)
        try await phone.expect(json(#"{"screen":{"visit":{"state":{"outcomes":{"$some":{"code":"met"}}}}}}"#))
        let answer = AppEvent.positioned(latitude: 30, longitude: 120, accuracyMetres: 12, datum: "wgs84")
        await phone.restart(saved: phone.model.saved(), also: answer)
        try await phone.expect(
            json(
                #"{"screen":{"visit":{"state":{"positionText":{"$present":true},"outcomes":{"$some":{"code":"met"}}}}}}"#
            ))
        await stage.end()
    }

    @Test func aCodeThatIsScannedWhileTheAppWasAwayDoesNotPushOutWhatWasTypedBefore() async throws {
        let stage = try Stage()
        let phone = stage.phone("scanned")
        try await phone.type(stage.town, "wang")
        phone.model.on(EnrolEvent.label(text: "二号手机"))
        let saved = phone.model.saved()
        await phone.model.close()
        await phone.restart(saved: saved, also: .scanned(text: "ABCD-EFGH-JKLM-NPQR"))
        try await phone.expect(
            json(#"{"screen":{"enrol":{"state":{"code":"ABCD-EFGH-JKLM-NPQR","label":"二号手机","undertaken":true}}}}"#))
        await stage.end()
    }

    @Test func whatIsTypedBeforeTheKeptFormIsReadStandsFieldByField() async throws {
        let stage = try Stage()
        let phone = stage.phone("first")
        try await phone.type(stage.town, "wang")
        phone.model.on(EnrolEvent.label(text: "二号手机"))
        let replica = try #require(await phone.model.replica())
        try await until("that it is kept") { try replica.forms().get(key: "enrol")?.contains("二号手机") == true }
        guard case .enrol(let kept) = phone.model.state.screen else { return }
        phone.model.desk.navigation.begin([.enrol])
        phone.model.on(EnrolEvent.server(text: "https://other.example"))
        try await phone.expect(json(#"{"screen":{"enrol":{"state":{"label":"二号手机"}}}}"#))
        guard case .enrol(let state) = phone.model.state.screen else { return }
        #expect(state.code == kept.code && state.server == "https://other.example" && state.undertaken)
        await stage.end()
    }

    @Test func joiningThatIsCancelledAtOnceIsCancelled() async throws {
        let stage = try Stage()
        let phone = stage.phone("cancelled")
        try await phone.type(stage.town, "wang")
        stage.town.hang(true)
        for _ in 0..<10 {
            phone.model.on(EnrolEvent.enrol)
            phone.model.on(EnrolEvent.cancel)
            try await until("the end of it", seconds: 3) {
                if case .enrol(let state) = phone.model.state.screen { !state.busy } else { false }
            }
        }
        await stage.end()
    }

    @Test func twoSavingsThatFollowAtOnceAreBothRecords() async throws {
        let stage = try Stage()
        var patient = TestPhone.habits
        patient.undoMillis = 60_000
        let phone = try await stage.join("wang", habits: patient)
        let (one, other) = (try await doors(phone)[0].id, try await doors(phone)[1].id)
        let replica = try #require(await phone.model.replica())
        var saved = 0
        for door in [one, other] {
            let finished = Finished(record: closed(door), text: door, undone: { .visit(draft: $0) })
            phone.model.desk.finish(finished) { _ in saved += 1 }
        }
        try await until("both") { saved == 2 && phone.model.state.undo?.text == other }
        // The earlier one is not left to the next start.
        let page = Page(skip: 0, take: 9)
        try await until("the first record") { try replica.visits().ofHousehold(household: one, page: page).count == 1 }
        #expect(try replica.visits().ofHousehold(household: other, page: page).isEmpty)
        let waiting = { try replica.forms().keys().filter { $0.hasPrefix(Finishing.prefix) }.count }
        try await until("one word") { try waiting() == 1 }
        phone.model.on(AppEvent.undo)
        try await until("that it is taken back") { try waiting() == 0 }
        #expect(try replica.drafts().list().count == 1)
        await stage.end()
    }

    @Test func whatIsTakenBackGoesBeforeTheWordThatItIsToBeFinished() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        let replica = try #require(await phone.model.replica())
        let key = Finishing.prefix + "no such draft"
        try replica.forms().keep(key: key, text: "{}")
        // The core takes no such identifier: as if the app were killed after the first writing.
        phone.model.desk.finishing.offer(Pending(draft: "no such draft", discard: true))
        phone.model.on(AppEvent.undo)
        try await phone.expect(json(#"{"said":{"failure":true}}"#))
        #expect(try replica.forms().keys().contains(key), "without the word, a draft would be left that nobody began")
        await stage.end()
    }

    @Test func whomToAskIsKeptBeforeAnybodyIsAsked() async throws {
        let stage = try Stage()
        let phone = stage.phone("asked")
        try await phone.type(stage.town, "wang")
        let replica = try #require(await phone.model.replica())
        stage.town.hang(true)
        phone.model.on(EnrolEvent.enrol)
        try await until("that it is kept", seconds: 5) {
            let forms = replica.forms()
            return try forms.get(key: "preference.server") == stage.town.address
                && forms.get(key: "preference.undertaken") != nil
        }
        #expect(try replica.identity() == nil)
        try await phone.expect(json(#"{"screen":{"enrol":{"state":{"busy":true}}}}"#))
        phone.model.on(EnrolEvent.cancel)
        await stage.end()
    }

    @Test func anAddressThatIsNoneIsNotKept() async throws {
        let stage = try Stage()
        let phone = stage.phone("nowhere")
        try await phone.type(stage.town, "wang")
        phone.model.on(EnrolEvent.server(text: "not an address"))
        phone.model.on(EnrolEvent.enrol)
        try await phone.expect(json(#"{"screen":{"enrol":{"state":{"errors":{"$some":{"field":"server"}}}}}}"#))
        // It would not open any more.
        await phone.restart()
        try await phone.expect(json(#"{"gate":{"enrolling":{}}}"#))
        await stage.end()
    }

    @Test func whatWaitsGoesByItselfWhenTheNetworkComesBack() async throws {
        let stage = try Stage()
        var habits = TestPhone.habits
        habits.syncByItself = true
        habits.syncAfterMillis = 50
        let phone = try await stage.join("wang", habits: habits)
        phone.platform.connection = .absent
        try await phone.expect(json(#"{"banners":{"$some":{"kind":"offline"}}}"#))
        let door = try await doors(phone)[0]
        var record = door.record
        record.note = "note"
        let replica = try #require(await phone.model.replica())
        _ = try replica.households().edit(id: door.id, before: door.record, after: record)
        try await phone.expect(json(#"{"waiting":1}"#))
        try await Task.sleep(nanoseconds: 1_500_000_000)
        #expect(phone.model.state.waiting == 1)
        phone.platform.connection = .unmetered
        try await phone.expect(json(#"{"waiting":0}"#))
        await stage.end()
    }

    @Test func aStoreThatTurnedOutToBeDamagedIsLetGoOfBeforeItIsOpenedAgain() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        let first = Held()
        first.replica = await phone.model.replica()
        // The key is asked for when the store is opened.
        phone.platform.whenAsked = { if first.replica != nil { first.heldAtOpening = true } }
        phone.model.desk.failed(QiaomenError.DamagedStore)
        try await phone.expect(json(#"{"gate":{"damaged":{}}}"#))
        phone.model.on(AppEvent.retryOpen)
        try await phone.expect(json(#"{"gate":{"open":{}},"screen":{"today":{"state":{"loading":false}}}}"#))
        #expect(!first.heldAtOpening && first.replica == nil)
        await stage.end()
    }

    @Test func anAlertThatIsPutOffBeforeTheFirstLookDoesNotBringBackThosePutOffEarlier() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        func kept() async throws -> String? { try await phone.model.replica()?.forms().get(key: "urgent.put") }
        phone.model.desk.watch.put("0001")
        await phone.model.kept()
        #expect(try await kept() == #"["0001"]"#)
        await phone.restart()
        _ = await phone.model.replica()
        phone.model.desk.watch.put("0002")
        await phone.model.kept()
        #expect(try await kept() == #"["0001","0002"]"#)
        await stage.end()
    }

    @Test func alertsThatCallForSomebodyAreLookedForOnceForTodaysAndForWhatLiesOnTop() async throws {
        let stage = try Stage()
        var habits = TestPhone.habits
        habits.refreshMillis = 3_600_000
        let phone = try await stage.join("sun", habits: habits)
        let format = ISO8601DateFormatter()
        format.timeZone = TimeZone(secondsFromGMT: 8 * 3600)
        let at = format.string(from: Date().addingTimeInterval(-600))
        let file = stage.town.folder.appendingPathComponent("one.csv")
        let lines = [
            "name,level,area,issuer,issued,telephone,place,number,origin,reached_station",
            "何秀兰,high,河东村,市反诈中心,\(at),12000010001,,C-1,funds_side,\(at)", "",
        ]
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        try stage.town.run(["import", "alerts", file.path, "--as", "zhao", "--apply"])
        #expect(await phone.model.exchange() == nil)
        let called = #"{"urgent":{"$present":true},"screen":{"today":{"state":{"calls":{"$count":1}}}}}"#
        try await phone.expect(json(called))
        // Whoever shows them asks in the one place: what is known there is what both show.
        let desk = phone.model.desk
        desk.work {
            $0.calls.forget()
            _ = try $0.calls.among([])
        }
        desk.navigation.again()
        desk.watch.look([.tasks])
        try await phone.expect(
            json(#"{"urgent":{"$present":false},"screen":{"today":{"state":{"calls":{"$count":0}}}}}"#))
        phone.model.heard([.tasks])
        try await phone.expect(json(called))
        await stage.end()
    }

    @Test func whoLooksWhileNoticesAreBeingToldHasThemToldOnceMoreAfterwards() async throws {
        let stage = try Stage()
        var habits = TestPhone.habits
        habits.syncByItself = true
        let phone = try await stage.join("wang", habits: habits)
        let told = Told()
        let telling = Telling(phone.model.desk) { _ in
            told.times += 1
            return nil
        }
        for _ in 0..<3 { telling.look() }
        try await until("the second telling") { told.times == 2 }
        try await Task.sleep(nanoseconds: 200_000_000)
        #expect(told.times == 2)
        await stage.end()
    }

    @Test func theBadgesPictureIsAnotherBeforeItsTimeIsOver() async throws {
        let stage = try Stage()
        var habits = TestPhone.habits
        habits.refreshMillis = 3_600_000
        let phone = try await stage.join("wang", habits: habits)
        phone.model.on(AppEvent.tab(tab: .settings))
        phone.model.on(SettingsEvent.badge)
        func shown() -> Int64? {
            if case .settings(let state) = phone.model.state.screen { state.badge?.until } else { nil }
        }
        try await until("the badge") { shown() != nil }
        let first = try #require(shown())
        // The phone slept, or its clock was put right: no timer of ten minutes helps.
        phone.platform.ahead += first - Int64(Date().timeIntervalSince1970 * 1000) - 2_000
        try await until("another badge", seconds: 5) { shown().map { $0 > first } ?? false }
        phone.model.on(AppEvent.back)
        try await until("no badge") { shown() == nil }
        await stage.end()
    }

    @Test func dutyPromisesNoMoreThanAnIPhoneCanDo() async throws {
        let stage = try Stage()
        let phone = try await stage.join("sun")
        phone.model.on(AppEvent.tab(tab: .settings))
        phone.model.on(SettingsEvent.duty(on: true))
        try await phone.expect(
            json(#"{"screen":{"settings":{"state":{"duty":{"on":true,"text":{"$contains":"应用开着时"}}}}}}"#))
        phone.model.on(SettingsEvent.testDuty)
        try await phone.expect(
            json(#"{"screen":{"settings":{"state":{"duty":{"testPassed":true,"testText":{"$contains":"不能保证"}}}}}}"#))
        await stage.end()
    }
}

private final class Told: @unchecked Sendable {
    var times = 0
}

/// A replica that nobody holds here.
private final class Held: @unchecked Sendable {
    weak var replica: Replica?
    var heldAtOpening = false
}
