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
    func join(_ login: String) async throws -> TestPhone {
        let phone = TestPhone(path: town.folder.appendingPathComponent("\(login)-\(phones.count).db").path)
        phones.append(phone)
        try await phone.join(town, login)
        return phone
    }

    func end() async {
        for phone in phones { await phone.end() }
        town.end()
    }
}
