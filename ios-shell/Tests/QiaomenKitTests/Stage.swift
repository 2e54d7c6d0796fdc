// A town of a test's own, with phones that have joined.
import Foundation
import QiaomenCore

@testable import QiaomenKit

@MainActor
final class Stage {
    let town: Town
    private var phones: [TestPhone] = []

    init() throws { town = try Scenario.standardTown() }

    /// A phone that nobody has joined with.
    func phone(_ name: String, habits: Habits = TestPhone.habits) -> TestPhone {
        let phone = TestPhone(
            path: town.folder.appendingPathComponent("\(name)-\(phones.count).db").path, habits: habits)
        phones.append(phone)
        return phone
    }

    /// A phone that has joined and shows today's.
    func join(
        _ login: String, as name: String? = nil, habits: Habits = TestPhone.habits
    ) async throws -> TestPhone {
        let name = name ?? "\(login)-\(phones.count)"
        let phone = TestPhone(path: town.folder.appendingPathComponent("\(name).db").path, habits: habits)
        phones.append(phone)
        try await phone.join(town, login)
        return phone
    }

    /// The station passes an alert about 何秀兰 on.
    func warn() throws {
        let clock = ISO8601DateFormatter()
        clock.timeZone = Words.defaultZone
        let at = clock.string(from: Date().addingTimeInterval(-7200))
        let file = town.folder.appendingPathComponent("alerts.csv")
        let lines = [
            "name,level,area,issuer,issued,telephone,place,number,origin,reached_station",
            "何秀兰,high,河东村,市反诈中心,\(at),12000010001,青石镇河东村3号楼1单元201室,SC-001,funds_side,\(at)",
        ]
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        try town.run(["import", "alerts", file.path, "--as", "zhao", "--apply"])
    }

    func end() async {
        for phone in phones { await phone.end() }
        town.end()
    }
}
