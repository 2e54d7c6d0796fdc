// Every story of tests/scenarios, on the real core and a server process of its own.
import Foundation
import Testing

@Suite(.serialized) struct ScenarioTests {
    /// All of them, or those that QIAOMEN_STORIES names.
    static let names: [String] = {
        let wanted = ProcessInfo.processInfo.environment["QIAOMEN_STORIES"] ?? ""
        if !wanted.isEmpty { return wanted.split(separator: ",").map(String.init) }
        let all = (try? FileManager.default.contentsOfDirectory(atPath: Scenario.place.path)) ?? []
        return all.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test func thereAreStories() {
        #expect(!ScenarioTests.names.isEmpty)
    }

    @Test(arguments: names) @MainActor
    func story(_ name: String) async throws {
        let text = try Data(contentsOf: Scenario.place.appendingPathComponent("\(name).json"))
        try await Scenario().run(Json.read(text))
    }
}
