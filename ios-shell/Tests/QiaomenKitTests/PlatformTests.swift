// What the app brings: the key, notifications, work in the background; behind protocols, so that it runs here.
import Foundation
import QiaomenCore
import Testing

@testable import QiaomenKit

private final class FakeVault: Vault, @unchecked Sendable {
    var secret: Data?
    var locked = false

    func read() throws -> Data? {
        if locked { throw ShellError.Unavailable }
        return secret
    }

    func put(_ secret: Data) throws {
        if self.secret != nil { throw ShellError.Failed(what: "there is one") }
        self.secret = secret
    }
}

private final class FakeBoard: NoticeBoard, @unchecked Sendable {
    private let lock = NSLock()
    private var all: [Posted] = []
    private var isForbidden = false
    private var taken: [String?] = []
    private var expected: (posted: Posted?, at: Int64)?

    var posted: [Posted] { lock.withLock { all } }
    var takenBack: [String?] { lock.withLock { taken } }
    var forbidden: Bool {
        get { lock.withLock { isForbidden } }
        set { lock.withLock { isForbidden = newValue } }
    }

    func post(_ posted: Posted) throws {
        if forbidden { throw ShellError.Unavailable }
        lock.withLock { all.append(posted) }
    }

    var planned: (posted: Posted?, at: Int64)? { lock.withLock { expected } }

    func plan(_ posted: Posted?, at: Int64) { lock.withLock { expected = (posted, at) } }

    func takeBack(alert: String?) { lock.withLock { taken.append(alert) } }
}

private final class FakeShelf: Shelf {
    private var texts: [String: String] = [:]

    func text(_ name: String) -> String? { texts[name] }
    func put(_ name: String, _ text: String?) { texts[name] = text }
}

extension NoticeKind {
    fileprivate static let every: [NoticeKind] = [
        .newAlert, .handedOver, .contest, .takenFromMe, .dueInSixHours, .dueInOneHour, .overdue, .refused, .comment,
        .reminder,
    ]
}

@MainActor
private final class FakeTasks: BackgroundTasks {
    var plan: BackgroundPlan?
    var forbidden = false

    func submit(_ plan: BackgroundPlan) throws {
        if forbidden { throw ShellError.Unavailable }
        self.plan = plan
    }

    func withdraw() { plan = nil }
}

@Suite struct PlatformTests {
    @Test func theKeyIsTheSameForEver() throws {
        let (vault, store) = (FakeVault(), NSTemporaryDirectory() + UUID().uuidString)
        let key = try StoreKey(vault, store: store).storeKey()
        #expect(key.count == 32 && Set(key).count > 8)
        #expect(try StoreKey(vault, store: store).storeKey() == key)
        vault.locked = true
        #expect(throws: ShellError.Unavailable) { try StoreKey(vault, store: store).storeKey() }
        // Gone, though a store needs it: none is made in its place until the store was put aside.
        vault.locked = false
        vault.secret = nil
        try Data().write(to: URL(fileURLWithPath: store))
        #expect(throws: ShellError.Unavailable) { try StoreKey(vault, store: store).storeKey() }
        #expect(vault.secret == nil)
        try FileManager.default.removeItem(atPath: store)
        #expect(try StoreKey(vault, store: store).storeKey() != key)
    }

    @Test @MainActor func aNoticeNamesNobody() async throws {
        let stage = try Stage()
        let phone = try await stage.join("sun")
        // The one that joining began may still run.
        _ = await phone.model.exchange()
        try stage.warn()
        #expect(await phone.model.exchange() == nil)
        let replica = try #require(await phone.model.replica())
        let alert = try #require(try replica.tasks().list(page: Page(skip: 0, take: 1)).first)
        let board = FakeBoard()
        let notifier = PhoneNotifier(board, language: .zh)
        func notice(_ kind: NoticeKind, count: UInt32 = 1, urgent: Bool = false, alert: String? = nil) -> Notice {
            Notice(
                key: "k", kind: kind, alert: alert, document: nil, at: 0, urgent: urgent, count: count, also: [])
        }
        for kind in NoticeKind.every {
            try notifier.show(notice: notice(kind, urgent: true, alert: alert.alert))
        }
        #expect(board.posted.allSatisfy { $0.alert == alert.alert && !$0.body.isEmpty })
        // An iPhone that is locked may show all of it.
        #expect(!alert.name.isEmpty && !board.posted.contains { ($0.title + $0.body).contains(alert.name) })
        await stage.end()
    }

    @Test func aNoticeSaysWhatItIsAboutAndWhereItLeads() throws {
        let board = FakeBoard()
        let notifier = PhoneNotifier(board, language: .zh)
        func notice(_ kind: NoticeKind, count: UInt32 = 1, urgent: Bool = false, alert: String? = nil) -> Notice {
            Notice(
                key: "k", kind: kind, alert: alert, document: nil, at: 0, urgent: urgent, count: count, also: [])
        }
        try notifier.show(notice: notice(.newAlert, urgent: true, alert: Sample.alert))
        try notifier.show(notice: notice(.refused, count: 3))
        #expect(board.posted.map(\.thread) == ["urgent", "records"])
        #expect(board.posted[0].urgent && board.posted[0].alert == Sample.alert)
        #expect(board.posted[1].title.contains("3") && board.posted[1].tab == .sync)
        notifier.know(language: .en)
        try notifier.show(notice: notice(.overdue))
        #expect(board.posted[2].title == "A task is overdue")
        // What is not shown fails, so that it is told again.
        board.forbidden = true
        #expect(throws: ShellError.Unavailable) { try notifier.show(notice: notice(.comment)) }
    }

    @Test @MainActor func theSystemLetsTheAppExchange() async throws {
        let stage = try Stage()
        let phone = try await stage.join("sun")
        let (board, tasks) = (FakeBoard(), FakeTasks())
        let notifier = PhoneNotifier(board, language: .zh)
        let book = PlanBook(FakeShelf())
        let work = BackgroundWork(phone.model, tasks, notifier, book)
        work.follow()
        #expect(tasks.plan == BackgroundPlan(waits: false, earliest: 15 * 60))
        tasks.plan = nil
        #expect(await work.run() == .through)
        try stage.warn()
        #expect(await work.run() == .through)
        // Tasks are due in some hours: the phone tells so, should the app sleep then.
        let planned = try #require(board.planned)
        #expect(planned.posted?.key == PhoneNotifier.plannedKey && planned.at > phone.model.desk.clock.wall())
        // The system has no wait for a connection that costs nothing: the policy is kept here.
        let before = phone.model.desk.exchanges.last?.at
        book.plan = Plan(unmeteredOnly: true, onDuty: false)
        phone.platform.connection = .metered
        #expect(await work.run() == .later)
        #expect(phone.model.desk.exchanges.last?.at == before)
        #expect(tasks.plan != nil, "the next time is asked for")
        phone.platform.connection = .absent
        #expect(await work.run() == .later)
        #expect(board.posted.isEmpty, "it will work later by itself")
        phone.platform.connection = .unmetered
        try stage.town.run(["device", "revoke", "--person", "sun"])
        let ended = await work.run()
        #expect(ended == .stuck, "it ended with \(String(describing: phone.model.desk.exchanges.failure))")
        #expect(tasks.plan == nil)
        #expect(board.posted.map(\.key) == ["trouble"])
        #expect(board.takenBack == [nil], "nobody may read any more whom notices were about")
        await stage.end()
    }

    @Test @MainActor func whatWaitsIsSentWhenTheAppIsLeft() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        let (tasks, model) = (FakeTasks(), phone.model)
        let work = BackgroundWork(model, tasks, PhoneNotifier(FakeBoard(), language: .zh), PlanBook(FakeShelf()))
        phone.platform.connection = .absent
        model.on(AppEvent.tab(tab: .doors))
        model.on(DoorsEvent.search(text: "hxl"))
        try await phone.expect(Json.read(Data(#"{"screen":{"doors":{"state":{"rows":{"$count":1}}}}}"#.utf8)))
        guard case .doors(let doors) = model.state.screen else { return }
        model.on(DoorsEvent.open(id: doors.rows[0].id))
        try await phone.expect(Json.read(Data(#"{"screen":{"household":{"state":{"loading":false}}}}"#.utf8)))
        model.on(HouseholdEvent.closed)
        try await phone.expect(Json.read(Data(#"{"undo":{"$present":true}}"#.utf8)))
        model.on(AppEvent.hidden)
        try await phone.expect(Json.read(Data(#"{"waiting":1}"#.utf8)))
        // Without a connection it is asked for soon.
        await work.hidden()
        #expect(tasks.plan == BackgroundPlan(waits: true, earliest: 60))
        phone.platform.connection = .unmetered
        await work.hidden()
        try await phone.expect(Json.read(Data(#"{"waiting":0}"#.utf8)))
        await stage.end()
    }

    @Test @MainActor func thePlanOutlivesTheApp() {
        let shelf = FakeShelf()
        #expect(PlanBook(shelf).plan == nil && !PlanBook(shelf).askedForNotifications)
        PlanBook(shelf).plan = Plan(unmeteredOnly: true, onDuty: true)
        #expect(PlanBook(shelf).plan == Plan(unmeteredOnly: true, onDuty: true))
        PlanBook(shelf).plan = nil
        #expect(PlanBook(shelf).plan == nil)
    }

    @Test func roomIsMeasured() throws {
        let folder = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder + "/in", withIntermediateDirectories: true)
        try Data(count: 1_000).write(to: URL(fileURLWithPath: folder + "/one"))
        try Data(count: 234).write(to: URL(fileURLWithPath: folder + "/in/two"))
        let room = Room(folder)
        #expect(room.usedBytes() == 1_234)
        #expect(room.freeBytes() > 0 && room.freeBytes() < room.totalBytes())
        #expect(Room(folder + "/none").freeBytes() == -1 && Room(folder + "/none").usedBytes() == 0)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func aPhoneThatSpeaksNeitherLanguageIsGivenChinese() {
        #expect(Language.of(preferred: ["en-GB", "zh-Hans"]) == .en)
        #expect(Language.of(preferred: ["zh-Hans-CN", "en"]) == .zh)
        #expect(Language.of(preferred: ["eng-x"]) == .zh)
        #expect(Language.of(preferred: []) == .zh)
    }
}
