// A town of a test's own, with phones that have joined.
import Foundation
import QiaomenCore

@testable import QiaomenKit

@MainActor
final class Stage {
    let town: Town
    private var phones: [TestPhone] = []

    init() throws { town = try Scenario.standardTown() }

    /// A phone that has joined and shows today's.
    func join(_ login: String, habits: Habits = TestPhone.habits) async throws -> TestPhone {
        let place = town.folder.appendingPathComponent("\(login)-\(phones.count).db")
        let phone = TestPhone(path: place.path, habits: habits)
        phones.append(phone)
        try await phone.join(town, login)
        return phone
    }

    func end() async {
        for phone in phones { await phone.end() }
        town.end()
    }
}
