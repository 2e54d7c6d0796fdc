// Hears from the core what changed and how far an exchange is, on whatever thread that is said.
//
// Invariant: it notes it and returns; changes are gathered for a moment, then told once on the thread that draws. It holds
// nobody: the core holds it.
import Foundation
import QiaomenCore

final class Ears: Observer, @unchecked Sendable {
    private let lock = NSLock()
    private weak var desk: Desk?
    private var heard: Set<Noun> = []
    private var telling = false
    private var latest: SyncProgress?

    init(_ desk: Desk) { self.desk = desk }

    func changed(nouns: [Noun]) throws {
        let first = lock.withLock {
            heard.formUnion(nouns)
            defer { telling = true }
            return !telling
        }
        guard first else { return }
        Task { @MainActor [weak desk] in
            guard let desk else { return }
            _ = desk.later(desk.habits.gatherMillis) { desk.heard(self.taken()) }
        }
    }

    private func taken() -> Set<Noun> {
        lock.withLock {
            defer {
                heard = []
                telling = false
            }
            return heard
        }
    }

    func progress(progress: SyncProgress) throws {
        // The last word counts: those that come while one is being told are skipped.
        let first = lock.withLock {
            defer { latest = progress }
            return latest == nil
        }
        guard first else { return }
        Task { @MainActor [weak desk] in
            let last = self.lock.withLock {
                defer { self.latest = nil }
                return self.latest
            }
            if let last { desk?.exchanges.heard(last) }
        }
    }
}
