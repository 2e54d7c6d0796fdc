// A worker's app in a process of its own, to be killed.
//
// Usage: Killed STORE KEY [save]. Types into a visit to the first door, and tells on each line of its output what was typed and
// when; with `save` it saves the visit, tells "saving", then "saved" once it says so, and begins the next. KEY is the store's, in
// Base64.
import Foundation
import QiaomenCore
import QiaomenKit

/// A phone that is there for a while.
final class ShortPhone: Platform, KeyStore, DeviceClock, Notifier {
    let storePath: String
    private let key: Data
    private let boot = Data(repeating: 7, count: 16)

    init(_ store: String, _ key: Data) {
        storePath = store
        self.key = key
    }

    var keys: any KeyStore { self }
    var clock: any DeviceClock { self }
    let network: any NetworkState = FlightMode()
    var notifier: any Notifier { self }
    var version: String { "test" }
    var deviceName: String { "test" }
    var systemLanguage: QiaomenKit.Language { .zh }
    func freeBytes() -> Int64 { 5_000_000_000 }
    func usedBytes() -> Int64 { 1_000_000 }
    func totalBytes() -> Int64 { 16_000_000_000 }
    func storeKey() throws -> Data { key }
    func read() throws -> ClockReading {
        ClockReading(
            wall: Int64(Date().timeIntervalSince1970 * 1000),
            monotonic: Int64(ProcessInfo.processInfo.systemUptime * 1000), boot: boot)
    }
    func show(notice: Notice) throws {}
}

final class FlightMode: NetworkState {
    func network() throws -> Network { .absent }
}

func tell(_ line: String) {
    // At once: nothing that waits in a buffer outlives the process.
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

@MainActor
func work() async throws {
    let arguments = CommandLine.arguments
    var habits = Habits()
    habits.syncByItself = false
    habits.lockMinutes = 0
    habits.undoMillis = 400
    let model = PhoneModel(
        platform: ShortPhone(arguments[1], Data(base64Encoded: arguments[2]) ?? Data()), habits: habits)
    model.start()
    func wait(_ what: String, _ until: (Screen) -> Bool) async throws {
        let end = Date().addingTimeInterval(20)
        while !until(model.state.screen) {
            precondition(Date() < end, "waiting for \(what): \(model.state)")
            try await Task.sleep(nanoseconds: 5_000_000)
        }
    }
    let replica = await model.replica()
    let doors = try replica?.households().list(grid: nil, order: .walking, page: Page(skip: 0, take: 1))
    guard let door = doors?.first?.household.id else { fatalError("there is no door") }
    try await wait("today's") { if case .today = $0 { true } else { false } }
    repeat {
        model.on(AppEvent.tab(tab: .doors))
        model.on(DoorsEvent.open(id: door))
        try await wait("the door") { if case .household(let state) = $0 { !state.loading } else { false } }
        model.on(HouseholdEvent.record)
        try await wait("the visit") { if case .visit(let state) = $0 { !state.outcomes.isEmpty } else { false } }
        model.on(VisitEvent.choose(field: "outcomes", code: "nobodyHome"))
        for count in 1...(arguments.contains("save") ? 3 : 10_000) {
            model.on(VisitEvent.type(field: "note", text: "count \(count)"))
            tell("typed \(count) \(DispatchTime.now().uptimeNanoseconds)")
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        model.on(VisitEvent.goOn)
        try await wait("the summary") { if case .visit(let state) = $0 { !state.summary.isEmpty } else { false } }
        tell("saving")
        model.on(VisitEvent.save)
        try await wait("saved") { if case .visit = $0 { false } else { true } }
        tell("saved")
    } while true
}

try await work()
