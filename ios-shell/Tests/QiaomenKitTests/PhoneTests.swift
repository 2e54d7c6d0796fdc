// The model as a whole, beside what the stories show.
import Foundation
import Observation
import QiaomenCore
import Testing

@testable import QiaomenKit

@Suite(.serialized) @MainActor struct PhoneTests {
    @Test func whoeverShowsTheStateHearsOfEachChange() async throws {
        let phone = TestPhone(path: NSTemporaryDirectory() + UUID().uuidString)
        let heard = Heard()
        withObservationTracking {
            _ = phone.model.state.gate
        } onChange: {
            heard.count += 1
        }
        try await phone.settled()
        #expect(phone.model.state.gate == .enrolling)
        #expect(heard.count == 1)
        await phone.end()
    }

    @Test func anEventOfAScreenThatIsNotOnTopDoesNothing() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        phone.model.on(DoorsEvent.search(text: "hxl"))
        phone.model.on(SettingsEvent.choose(field: "languages", code: "en"))
        #expect(phone.model.state.look.language == .zh)
        if case .today = phone.model.state.screen {} else { Issue.record("today's is on top") }
        await stage.end()
    }

    @Test func oneIsWhereOneWasAfterTheAppWasEnded() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        phone.model.on(AppEvent.tab(tab: .doors))
        phone.model.on(DoorsEvent.search(text: "hxl"))
        try await phone.expect(Json.read(Data(#"{"screen":{"doors":{"state":{"rows":{"$count":1}}}}}"#.utf8)))
        guard case .doors(let doors) = phone.model.state.screen else { return }
        phone.model.on(DoorsEvent.open(id: doors.rows[0].id))
        try await phone.expect(Json.read(Data(#"{"screen":{"household":{"state":{"loading":false}}}}"#.utf8)))
        let saved = phone.model.saved()
        #expect(!saved.contains("何秀兰"), "what is saved names nobody")
        await phone.restart(saved: saved)
        try await phone.expect(
            Json.read(Data(#"{"canGoBack":true,"screen":{"household":{"state":{"address":"3号楼1单元201"}}}}"#.utf8)))
        phone.model.on(AppEvent.back)
        try await phone.expect(Json.read(Data(#"{"tab":"doors"}"#.utf8)))
        // What cannot be read is as if there were nothing.
        phone.model.restore("not JSON")
        #expect(phone.model.state.tab == .doors)
        await stage.end()
    }

    @Test func aVisitIsSavedInFiveTapsAndWhatWasSaidToBeSavedIsThereOnce() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        let model = phone.model
        phone.platform.connection = .absent
        model.on(AppEvent.tab(tab: .doors))
        try await phone.expect(
            Json.read(Data(#"{"screen":{"doors":{"state":{"blocks":{"$some":{"doors":5}}}}}}"#.utf8)))
        guard case .doors(let doors) = model.state.screen, let block = doors.blocks.first(where: { $0.doors == 5 })
        else { return }
        model.on(DoorsEvent.block(code: block.code))
        guard case .doors(let opened) = model.state.screen, let grid = opened.block,
            let door = grid.units.flatMap(\.floors).flatMap(\.cells).first(where: { $0.text == "201" })
        else {
            Issue.record("there is a door 201")
            return
        }
        // One: the door. One lives there, so that "met" is chosen already.
        model.on(DoorsEvent.open(id: door.id))
        try await phone.expect(Json.read(Data(#"{"screen":{"household":{"state":{"loading":false}}}}"#.utf8)))
        // Two.
        model.on(HouseholdEvent.record)
        try await phone.expect(Json.read(Data(#"{"screen":{"visit":{"state":{"canGoOn":true}}}}"#.utf8)))
        // Three, four.
        model.on(VisitEvent.goOn)
        model.on(VisitEvent.save)
        try await phone.expect(Json.read(Data(#"{"undo":{"$present":true}}"#.utf8)))
        // Killed before it is a record: the next start makes it one.
        await phone.restart()
        try await phone.expect(Json.read(Data(#"{"gate":{"open":{}},"waiting":1}"#.utf8)))
        let replica = try #require(await phone.model.replica())
        let visits = try replica.visits().ofHousehold(household: door.id, page: Page(skip: 0, take: 10))
        #expect(visits.count == 1 && visits.first?.record.outcome == .met)
        #expect(try replica.drafts().list().isEmpty)
        #expect(try replica.forms().keys().filter { $0.hasPrefix("finishing.") }.isEmpty)
        await stage.end()
    }

    @Test func whatIsTypedIsKeptWhenTheAppIsLeft() async throws {
        let stage = try Stage()
        let phone = TestPhone(path: stage.town.folder.appendingPathComponent("typed.db").path)
        try await phone.settled()
        phone.model.on(EnrolEvent.code(text: "ABCD"))
        phone.model.on(AppEvent.hidden)
        await phone.model.close()
        await phone.restart()
        try await phone.expect(Json.read(Data(#"{"screen":{"enrol":{"state":{"code":"ABCD"}}}}"#.utf8)))
        await phone.end()
        await stage.end()
    }
}

private final class Heard: @unchecked Sendable {
    var count = 0
}
