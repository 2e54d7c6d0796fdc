// States and events as JSON, written as the other shell writes them.
import Foundation
import Testing

@testable import QiaomenKit

@Suite struct StateTests {
    private func again<T: Codable & Equatable>(_ value: T) throws {
        let text = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(T.self, from: text) == value)
    }

    @Test func whatIsOneOfSeveralIsAnObjectOfOneKey() throws {
        #expect(try Json.of(Gate.opening) == .object(["opening": .object([:])]))
        #expect(try Json.of(Screen.today(state: TodayState())).at("today.state.loading") == .truth(true))
        let revoked = Gate.revoked(.init(text: "停用", unsent: 2))
        #expect(try Json.of(revoked).at("revoked.unsent") == .number(2))
        // What is absent is left out, what has a default is written.
        #expect(try Json.of(revoked).at("revoked.resultText") == nil)
        #expect(try Json.of(revoked).at("revoked.handedIn") == .truth(false))
        #expect(try Json.of(DoorsEvent.view(view: .list)).description == #"{"view":{"view":"list"}}"#)
        #expect(try Json.of(AlertEvent.act(action: .stopPayment)).description == #"{"act":{"action":"stopPayment"}}"#)
        #expect(try Json.of(HouseholdEvent.editResident()).description == #"{"editResident":{}}"#)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var state = AppState()
        state.gate = .damaged(.init(text: "x"))
        state.banners = [Banner(kind: .offline, text: "无网络")]
        state.undo = Undo(text: "y", until: 5)
        state.screen = .alert(
            state: AlertState(id: "a", actions: [.take, .call], sheet: .moneySent(.init(yuan: "3"))))
        try again(state)
        try again(AlertSheet.handOver(.init(people: [PersonRow(id: "1", name: "李强", roleText: "志愿者")])))
        try again(HouseholdSheet.door(.init(building: "3")))
        try again(HouseholdSheet.resident(.init(id: "1", name: "何秀兰")))
        try again(Effect.map(latitude: 1.5, longitude: 2.5, label: "家"))
        try again(AppEvent.positioned(latitude: 1, longitude: 2, accuracyMetres: nil, datum: "wgs84"))
    }

    @Test func whatIsNoneOfThemIsComplainedOf() {
        func reads<T: Decodable>(_ type: T.Type, _ text: String) -> Bool {
            (try? JSONDecoder().decode(type, from: Data(text.utf8))) != nil
        }
        #expect(!reads(Gate.self, #"{"ajar":{}}"#))
        #expect(!reads(Gate.self, "{}"))
        #expect(!reads(AlertSheet.self, #"{"handOver":{},"raise":{}}"#))
        #expect(!reads(TodayEvent.self, #"{"dance":{}}"#))
    }
}
