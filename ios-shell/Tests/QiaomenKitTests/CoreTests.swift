// The generated bindings by themselves: a replica on the real library against a real server.
import Foundation
import QiaomenCore
import Testing

@Suite struct CoreTests {
    private func open(_ path: String, _ platform: FakePlatform, _ address: String) throws -> Replica {
        let replica = try Replica.open(
            path: path, keys: platform, clock: platform, network: platform.network, notifier: platform,
            observer: platform
        )
        try replica.setServer(server: Server(address: address))
        return replica
    }

    private func makeTown() throws -> Town {
        try Town { maker in
            try maker.run(["user", "add", "admin", "--name", "管理员", "--role", "administrator"])
            let areas = maker.folder.appendingPathComponent("areas.csv")
            try "name,level,parent\n青石镇,town,\n河东村,village,青石镇\n第一网格,grid,河东村\n"
                .write(to: areas, atomically: true, encoding: .utf8)
            try maker.run(["import", "areas", areas.path, "--as", "admin", "--apply"])
            try maker.run([
                "user", "add", "wang", "--name", "王芳", "--role", "volunteer@河东村/第一网格", "--as", "admin",
            ])
        }
    }

    @Test func aPhoneIsEnrolledSyncsAndIsTheSameAfterARestart() async throws {
        let town = try makeTown()
        defer { town.end() }
        let platform = FakePlatform()
        let path = town.folder.appendingPathComponent("core.db").path
        do {
            let replica = try open(path, platform, town.address)
            #expect(try replica.identity() == nil)
            do {
                try await replica.enrol(code: "AAAA-AAAA-AAAA-AAAA", label: "test")
                Issue.record("a code that nobody gave out was taken")
            } catch QiaomenError.Refused(let code) {
                #expect(code == "code_unknown")
            }
            try await replica.enrol(code: town.invite("wang"), label: "test")
            let summary = try await replica.sync().run()
            #expect(summary.refused == 0)
            #expect(summary.documents > 0)
            #expect(platform.changed.contains(.identity))
            #expect(
                try replica.scopes().filter {
                    if case .grid = $0 { true } else { false }
                }.count == 1)
        }
        let replica = try open(path, platform, town.address)
        let me = try #require(try replica.identity()).person
        #expect(try replica.people().get(id: me)?.record.name == "王芳")
    }

    @Test func whatTheShellCannotGiveIsToldAsWhatTheUserCanDo() throws {
        let town = try makeTown()
        defer { town.end() }
        let platform = FakePlatform()
        platform.keyIsLocked = true
        #expect(throws: QiaomenError.KeyUnavailable) {
            try open(town.folder.appendingPathComponent("locked.db").path, platform, town.address)
        }
    }
}
