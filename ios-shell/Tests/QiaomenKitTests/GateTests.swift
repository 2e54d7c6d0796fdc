// What stands on a gate that fell, and what was being saved when it did.
import Foundation
import QiaomenCore
import Testing

@testable import QiaomenKit

@Suite(.serialized) @MainActor struct GateTests {
    private func json(_ text: String) throws -> Json { try Json.read(Data(text.utf8)) }

    private func sleep(_ seconds: Double) async throws {
        try await Task.sleep(nanoseconds: UInt64(seconds * 1_000_000_000))
    }

    private func habits(_ change: (inout Habits) -> Void) -> Habits {
        var habits = TestPhone.habits
        change(&habits)
        return habits
    }

    private func revoke(_ stage: Stage) throws { try stage.town.run(["device", "revoke", "--person", "wang"]) }

    /// Saves a visit to one who was not at home.
    private func save(_ phone: TestPhone) async throws {
        try await finish(visit(phone), phone)
        try await phone.expect(json(#"{"undo":{"text":"saved"}}"#))
    }

    private func finish(_ visit: Visit, _ phone: TestPhone) {
        phone.model.desk.finish(Finished(record: visit, text: "saved", undone: { .visit(draft: $0) })) { _ in }
    }

    private func visit(_ phone: TestPhone) async throws -> Visit {
        let replica = try #require(await phone.model.replica())
        let page = Page(skip: 0, take: 1)
        let doors = try replica.households().list(grid: nil, order: .walking, page: page)
        let door = try #require(doors.first).household.id
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        return VisitForm(household: door, started: now - 60_000).choosing(outcome: "nobodyHome").record(now)
    }

    /// Everything that is asked of the thread that works waits for half a second.
    private func busy(_ phone: TestPhone) { phone.model.desk.work({ _ in usleep(500_000) }) }

    private func revoked(_ phone: TestPhone) async throws -> Gate.Revoked {
        try await phone.expect(json(#"{"gate":{"revoked":{}}}"#))
        // What it says at first is put right by the core's own count.
        try await sleep(0.2)
        guard case .revoked(let gate) = phone.model.state.gate else { throw Unmet(description: "another gate") }
        return gate
    }

    /// Waits until no run is under way any more: one that is goes on, whatever is saved meanwhile.
    private func calm(_ phone: TestPhone) async throws {
        try await sleep(1)
        while phone.model.desk.exchanges.running { try await sleep(0.02) }
    }

    /// What was saved became a record before the phone learned of its end.
    private func isARecord(_ phone: TestPhone) async throws {
        let gate = try await revoked(phone)
        #expect(gate.unsent == 1 && gate.lateText == nil)
    }

    @Test func anExchangeThatBeginsByItselfWaitsUntilNothingCanBeTakenBack() async throws {
        let stage = try Stage()
        let patient = habits {
            $0.syncByItself = true
            $0.syncAfterMillis = 50
            $0.undoMillis = 2_000
        }
        let phone = try await stage.join("wang", habits: patient)
        phone.platform.connection = .absent
        // The run after joining is over.
        try await calm(phone)
        try revoke(stage)
        try await save(phone)
        phone.platform.connection = .unmetered
        phone.model.on(AppEvent.shown)
        try await sleep(0.7)
        #expect(phone.model.state.undo != nil, "it can still be taken back")
        try await isARecord(phone)
        await stage.end()
    }

    @Test func onDutyNothingIsAskedOfTheServerWhileAVisitCanBeTakenBack() async throws {
        let stage = try Stage()
        let patient = habits {
            $0.syncByItself = true
            $0.syncAfterMillis = 50
            $0.undoMillis = 2_000
            $0.retryMillis = 200
        }
        let phone = try await stage.join("wang", habits: patient)
        try await phone.model.replica()?.duty().set(on: true)
        phone.model.heard([.duty])
        // It waits for news now, and what is written would send it on at once.
        try await calm(phone)
        stage.town.hang(true)
        try revoke(stage)
        try await save(phone)
        stage.town.hang(false)
        try await sleep(0.7)
        #expect(phone.model.state.undo != nil, "it can still be taken back")
        try await isARecord(phone)
        await stage.end()
    }

    @Test func theSystemsOwnJobWaitsUntilNothingCanBeTakenBack() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang", habits: habits { $0.undoMillis = 1_500 })
        try revoke(stage)
        try await save(phone)
        #expect(await phone.model.exchange() as? QiaomenError == .Revoked)
        #expect(try await revoked(phone).unsent == 1)
        await stage.end()
    }

    @Test func whatWasSavedWhileAnExchangeWasUnderWayThatLearnedOfTheEndIsToldOfAfterARestartToo() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang", habits: habits { $0.undoMillis = 3_000 })
        phone.model.on(AppEvent.tab(tab: .sync))
        stage.town.hang(true)
        phone.model.on(SyncEvent.run)
        try await sleep(0.3)
        try await save(phone)
        try revoke(stage)
        stage.town.hang(false)
        let gate = try await revoked(phone)
        #expect(gate.unsent == 0)
        #expect(gate.lateText?.contains("1") == true)
        // Whatever was to be finished later is not.
        try await sleep(3)
        #expect(phone.model.state.gate == .revoked(gate))
        #expect(phone.model.state.said == nil)
        await phone.restart()
        #expect(try await revoked(phone).lateText == gate.lateText)
        await stage.end()
    }

    @Test func whatCouldBeTakenBackIsLetAloneBehindAGateAndFinishedWhenTheStoreIsOpenAgain() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang", habits: habits { $0.undoMillis = 1_000 })
        try await save(phone)
        phone.model.desk.failed(QiaomenError.DamagedStore)
        phone.platform.keyIsLocked = true
        phone.model.on(AppEvent.retryOpen)
        try await phone.expect(json(#"{"gate":{"keyMissing":{}}}"#))
        try await sleep(1.5)
        #expect(phone.model.state.said == nil, "nothing is asked of a store that is not there")
        phone.platform.keyIsLocked = false
        phone.model.on(AppEvent.retryOpen)
        try await phone.expect(json(#"{"gate":{"open":{}},"waiting":1}"#))
        #expect(try await phone.model.replica()?.drafts().list().isEmpty == true)
        await stage.end()
    }

    @Test func anExchangeThatWasAboutToBeginByItselfWhenSomethingWasSavedWaitsToo() async throws {
        let stage = try Stage()
        let patient = habits {
            $0.syncByItself = true
            $0.syncAfterMillis = 50
            $0.undoMillis = 2_000
        }
        let phone = try await stage.join("wang", habits: patient)
        // The run after joining is over.
        try await calm(phone)
        try revoke(stage)
        let visit = try await visit(phone)
        busy(phone)
        phone.model.desk.exchanges.soon(0)
        // It looks now whether it may.
        try await sleep(0.2)
        finish(visit, phone)
        try await sleep(1)
        #expect(phone.model.state.undo != nil, "it can still be taken back")
        try await isARecord(phone)
        await stage.end()
    }

    @Test func whatIsJustBeingSavedIsARecordBeforeAnExchangeThatThePersonAsksForBegins() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang", habits: habits { $0.undoMillis = 5_000 })
        try revoke(stage)
        let visit = try await visit(phone)
        busy(phone)
        finish(visit, phone)
        phone.model.desk.exchanges.now()
        try await isARecord(phone)
        await stage.end()
    }

    @Test func aPollThatBeganJustAfterSomethingWasSavedEndsToo() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang", habits: habits { $0.undoMillis = 20_000 })
        try await save(phone)
        let sync = try #require(await phone.model.replica()).sync()
        stage.town.hang(true)
        let began = Date()
        await #expect(throws: QiaomenError.Cancelled) { try await sync.poll(waitSeconds: 10) }
        #expect(Date().timeIntervalSince(began) < 3)
        stage.town.hang(false)
        await stage.end()
    }

    @Test func whileWorkIsHandedInNothingIsPutAsideAndAnotherGateThatFallsMeanwhileStays() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang", habits: habits { $0.undoMillis = 100 })
        try revoke(stage)
        try await save(phone)
        _ = await phone.model.exchange()
        #expect(try await revoked(phone).unsent == 1)
        stage.town.hang(true)
        phone.model.on(AppEvent.handIn)
        phone.model.on(AppEvent.beginAnew)
        phone.model.on(AppEvent.beginAnew)
        try await phone.expect(json(#"{"gate":{"revoked":{"handingIn":true}}}"#))
        phone.model.desk.failed(QiaomenError.DamagedStore)
        stage.town.hang(false)
        try await sleep(1.5)
        try await phone.expect(json(#"{"gate":{"damaged":{}}}"#))
        let folder = URL(fileURLWithPath: phone.platform.storePath).deletingLastPathComponent().path
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.contains("aside") })
        await stage.end()
    }

    @Test func aRevokedPhoneNeverSaysThatNothingIsLostSinceItCannotAskForDraftsAnyMore() {
        for (words, drafts) in [(Words(.zh), "草稿"), (Words(.en), "Drafts")] {
            for has in [Revocation(), Revocation(late: 1), Revocation(handedIn: 2)] {
                for unsent in 0...2 {
                    let text = Gate.Revoked.of(words, unsent: unsent, has).text
                    #expect(text.contains(drafts) && !text.contains("没有丢失") && !text.contains("nothing is lost"))
                }
            }
        }
    }

    @Test func everyCauseThatCanBeToldApartHasItsOwnGateWithWhatToDo() throws {
        for words in [Words(.zh), Words(.en)] {
            func of(_ error: QiaomenError) -> Gate { Gate.notOpened(words, error) }
            if case .damaged = of(.DamagedStore) {} else { Issue.record("damaged") }
            if case .keyMissing = of(.KeyUnavailable) {} else { Issue.record("without its key") }
            let causes: [QiaomenError] = [
                .StorageFull, .Incompatible, .Unexpected(what: "the store is in use"),
                .Unexpected(what: "the store failed"),
            ]
            var others: [Gate.NotOpened] = []
            for cause in causes { if case .notOpened(let gate) = of(cause) { others.append(gate) } }
            #expect(Set(others.map(\.titleText)).count == 4 && Set(others.map(\.text)).count == 4)
            // A store that is as it should be is not put aside.
            #expect(others.map(\.canBeginAnew) == [false, false, false, true])
            #expect(others.last?.text.contains("the store failed") == true)
            for gate in others {
                guard case .notOpened(let failing) = Gate.notOpened(gate).failing("why") else { continue }
                #expect(failing.failureText == "why")
            }
        }
    }

    @Test func aStoreThatMayNotBePutAsideIsNot() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        let desk = phone.model.desk
        desk.glass.state.gate = .notOpened(desk.words, QiaomenError.StorageFull)
        phone.model.on(AppEvent.beginAnew)
        try await phone.expect(json(#"{"gate":{"notOpened":{}}}"#))
        phone.model.on(AppEvent.retryOpen)
        try await phone.expect(json(#"{"gate":{"open":{}}}"#))
        let folder = URL(fileURLWithPath: phone.platform.storePath).deletingLastPathComponent().path
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.contains("aside") })
        await stage.end()
    }
}
