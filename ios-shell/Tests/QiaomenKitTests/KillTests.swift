// The app is killed at any moment: at most the last second's typing is lost, and what was said to be saved is there once.
#if os(Linux)
    import Foundation
    import QiaomenCore
    import Testing

    @testable import QiaomenKit

    @Suite(.serialized) @MainActor struct KillTests {
        /// A folder of its own with a copy of the phone that has joined, as it was.
        private func copy(_ joined: String, _ name: String) throws -> String {
            let folder = URL(fileURLWithPath: joined).deletingLastPathComponent()
            let place = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
            where file.hasPrefix("joined.db") {
                try FileManager.default.copyItem(
                    at: folder.appendingPathComponent(file), to: place.appendingPathComponent(file))
            }
            return place.appendingPathComponent("joined.db").path
        }

        /// Runs the app in a process of its own and kills it after a while; gives what it said.
        private func killed(_ store: String, _ key: Data, _ more: [String], after: Double) async throws -> [String] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
                .deletingLastPathComponent().appendingPathComponent("Killed")
            process.arguments = [store, key.base64EncodedString()] + more
            let said = URL(fileURLWithPath: store + ".said")
            try Data().write(to: said)
            process.standardOutput = try FileHandle(forWritingTo: said)
            try process.run()
            let end = Date().addingTimeInterval(60)
            while try Data(contentsOf: said).isEmpty, process.isRunning, Date() < end {
                try await Task.sleep(nanoseconds: 5_000_000)
            }
            try await Task.sleep(nanoseconds: UInt64(after * 1_000_000_000))
            #expect(process.isRunning, "it ended by itself")
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            // A line that was cut off is none.
            return String(decoding: try Data(contentsOf: said), as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false
            ).dropLast().map(String.init)
        }

        /// What is in the store once the app is opened again.
        private func opened(_ store: String, _ of: TestPhone) async throws -> (TestPhone, Replica) {
            let phone = try TestPhone(of, at: store)
            try await phone.settled()
            return (phone, try #require(await phone.model.replica()))
        }

        @Test func whatWasTypedASecondAgoIsThere() async throws {
            let stage = try Stage()
            let joined = try await stage.join("wang", as: "joined")
            await joined.end()
            for round in 0..<3 {
                let store = try copy(joined.platform.storePath, "typed-\(round)")
                let said = try await killed(
                    store, joined.platform.storeKey(), [], after: 2.5 + Double(round) * 0.37)
                let typed = said.map { $0.split(separator: " ") }.filter { $0.first == "typed" }
                let last = try #require(typed.last)
                let (phone, replica) = try await opened(store, joined)
                let kept = try replica.drafts().list()
                guard case .ofVisit(let visit)? = kept.first?.record, kept.count == 1, let note = visit.note else {
                    Issue.record("one draft of a visit: \(kept)")
                    return
                }
                let at = try #require(typed.first { "count \($0[1])" == note })
                let lost = try (#require(UInt64(last[2])) - #require(UInt64(at[2]))) / 1_000_000
                // A second, and another for a machine that is busy; without anything kept in between it would be more.
                #expect(lost <= 2_000, "typing of \(lost) ms is lost: \(last[1]) was typed, \(note) is kept")
                await phone.end()
            }
            await stage.end()
        }

        @Test func whatWasSaidToBeSavedIsThereOnce() async throws {
            let stage = try Stage()
            let joined = try await stage.join("wang", as: "joined")
            await joined.end()
            for round in 0..<4 {
                let store = try copy(joined.platform.storePath, "saved-\(round)")
                let said = try await killed(
                    store, joined.platform.storeKey(), ["save"], after: 2 + Double(round) * 0.41)
                let (saving, saved) = (said.count { $0 == "saving" }, said.count { $0 == "saved" })
                #expect(saving > 0)
                let (phone, replica) = try await opened(store, joined)
                let door = try #require(
                    try replica.households().list(grid: nil, order: .walking, page: Page(skip: 0, take: 1)).first)
                let there = try replica.visits().ofHousehold(
                    household: door.household.id, page: Page(skip: 0, take: 1_000)
                ).count
                #expect((saved...saving).contains(there), "\(saved) saved, \(saving) to be, \(there) are there")
                // One more is a draft at most: the one that was being typed.
                #expect(try replica.drafts().list().count <= 1)
                #expect(try replica.forms().keys().filter { $0.hasPrefix("finishing.") }.isEmpty)
                await phone.end()
            }
            await stage.end()
        }
    }
#endif
