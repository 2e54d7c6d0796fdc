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

    func takeBack(alert: String?) { lock.withLock { taken.append(alert) } }
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

    @Test func aNoticeNamesNobodyWhereAnybodyCanReadIt() throws {
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
        notifier.know(language: .en, replica: nil)
        try notifier.show(notice: notice(.overdue))
        #expect(board.posted[2].title == "A task is overdue")
        // What is not shown fails, so that it is told again.
        board.forbidden = true
        #expect(throws: ShellError.Unavailable) { try notifier.show(notice: notice(.comment)) }
    }

    @Test @MainActor func theSystemLetsTheAppExchange() async throws {
        let stage = try Stage()
        let phone = try await stage.join("wang")
        let (board, tasks) = (FakeBoard(), FakeTasks())
        let notifier = PhoneNotifier(board, language: .zh)
        let work = BackgroundWork(phone.model, tasks, notifier)
        work.follow(unmeteredOnly: true)
        #expect(tasks.plan?.unmeteredOnly == true)
        tasks.plan = nil
        #expect(await work.run() == .through)
        #expect(tasks.plan != nil, "the next time is asked for")
        phone.platform.connection = .absent
        #expect(await work.run() == .later)
        #expect(board.posted.isEmpty, "it will work later by itself")
        phone.platform.connection = .unmetered
        try stage.town.run(["device", "revoke", "--person", "wang"])
        let ended = await work.run()
        #expect(ended == .stuck, "it ended with \(String(describing: phone.model.desk.exchanges.failure))")
        #expect(tasks.plan == nil)
        #expect(board.posted.map(\.key) == ["trouble"])
        #expect(board.takenBack == [nil], "nobody may read any more whom notices were about")
        await stage.end()
    }
}
