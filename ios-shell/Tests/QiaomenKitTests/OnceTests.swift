// What is typed becomes one record whatever is killed in between, and what a person works on stays when a screen reads again.
import Foundation
import QiaomenCore
import Testing

@testable import QiaomenKit

@Suite(.serialized) @MainActor struct OnceTests {
    private func shows(_ phone: TestPhone, _ wanted: String) async throws {
        try await phone.expect(Json.read(Data(wanted.utf8)))
    }

    private func open(_ phone: TestPhone, _ alert: String) async throws {
        phone.model.on(TodayEvent.openAlert(alert: alert))
        try await shows(phone, #"{"screen":{"alert":{"state":{"loading":false}}}}"#)
    }

    /// Types a comment, and leaves the phone as a kill does that hits between the steps of sending it.
    private func half(_ text: String, sent: Bool) async throws -> (Stage, TestPhone, String) {
        let stage = try Stage()
        let at = ISO8601DateFormatter().string(from: Date().addingTimeInterval(-600))
        let file = stage.town.folder.appendingPathComponent("alerts.csv")
        let lines = [
            "name,level,area,issuer,issued,telephone,place,number,origin,reached_station",
            "何秀兰,high,河东村,市反诈中心,\(at),12000010001,,SC-030,funds_side,\(at)", "",
        ]
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        _ = try stage.town.run(["import", "alerts", file.path, "--as", "zhao", "--apply"])
        let phone = try await stage.join("sun")
        #expect(await phone.model.exchange() == nil)
        try await shows(phone, #"{"screen":{"today":{"state":{"calls":{"$count":1}}}}}"#)
        guard case .today(let today) = phone.model.state.screen else { throw Unmet(description: "today's is on top") }
        let alert = today.calls[0].alert
        try await open(phone, alert)
        phone.model.on(AlertEvent.act(action: .comment))
        phone.model.on(AlertEvent.type(field: "text", text: text))
        let replica = try #require(await phone.model.replica())
        let (forms, key) = (replica.forms(), "alert.\(alert).comment")
        for _ in 0..<800 where try forms.get(key: key)?.contains(text) != true {
            try await Task.sleep(nanoseconds: 25_000_000)
        }
        try forms.keep(key: "writing." + key, text: "0")
        if sent { _ = try replica.alerts().comment(alert: alert, text: text, role: nil) }
        await phone.restart()
        try await shows(phone, #"{"screen":{"today":{"state":{"loading":false}}}}"#)
        try await open(phone, alert)
        return (stage, phone, key)
    }

    @Test func aKillAfterTheRecordWasWrittenDoesNotOfferToWriteItAgain() async throws {
        let (stage, phone, key) = try await half("已经写了", sent: true)
        try await Task.sleep(nanoseconds: 200_000_000)
        guard case .alert(let alert) = phone.model.state.screen else { throw Unmet(description: "the alert is on top") }
        #expect(alert.sheet == nil)
        let forms = try #require(await phone.model.replica()).forms()
        #expect(try forms.get(key: key) == nil)
        #expect(try forms.keys().filter { $0.hasPrefix("writing.") }.isEmpty)
        await stage.end()
    }

    @Test func aKillBeforeTheRecordWasWrittenLosesNothing() async throws {
        let (stage, phone, _) = try await half("还没有写", sent: false)
        try await shows(phone, #"{"screen":{"alert":{"state":{"sheet":{"words":{"text":"还没有写"}}}}}}"#)
        let forms = try #require(await phone.model.replica()).forms()
        #expect(try forms.keys().filter { $0.hasPrefix("writing.") }.isEmpty)
        await stage.end()
    }

    @Test func theNextPageComesAlsoWhereTheListIsReadAgainMeanwhile() async throws {
        let stage = try Stage()
        var habits = TestPhone.habits
        habits.page = 3
        let phone = try await stage.join("wang", habits: habits)
        phone.model.on(AppEvent.tab(tab: .doors))
        try await shows(phone, #"{"screen":{"doors":{"state":{"loading":false,"grid":{"doors":11}}}}}"#)
        phone.model.on(DoorsEvent.view(view: .list))
        for rows in [3, 6, 9, 11] {
            try await shows(phone, #"{"screen":{"doors":{"state":{"rows":{"$count":\#(rows)}}}}}"#)
            phone.model.on(DoorsEvent.more)
            // The store says at once that doors are others now.
            phone.model.heard([.households])
        }
        await stage.end()
    }

    @Test func whileATestOfBeingWokenRunsNothingIsSaidOfTheLastOne() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        phone.model.on(AppEvent.tab(tab: .settings))
        try await shows(phone, #"{"screen":{"settings":{"state":{"figures":{"$some":{}}}}}}"#)
        phone.model.on(SettingsEvent.testDuty)
        var seen = 0
        while case .settings(let settings) = phone.model.state.screen, settings.duty.testing {
            seen += 1
            #expect(settings.duty.testText == Words(.zh)("duty.test.runs"))
            phone.model.heard([.duty])
            try await Task.sleep(nanoseconds: 10_000_000)
        }
        #expect(seen > 0)
        await stage.end()
    }
}
