// Visits that are finished, and drafts and forms that were thrown away, and can still be taken back.
//
// Invariants: what the person saved is on the phone before they are told so. What was thrown away is only not shown for a while,
// as it was: an app that is killed has it again. One at a time: the next save, the next that is thrown away, hiding and closing
// finish the one before. Whatever is killed between two writings, nothing is lost, finished twice, or left over:
//
//   save       the draft, then the form `finishing.<draft>`. In between: a draft among today's, and nobody was told it is saved.
//   finish     the record (with which the core drops the draft), then the form goes. In between: the next start finds the form,
//              no draft to finish, and drops the form.
//   take back  one tap: the draft goes, then the form. In between: as above. The other way round a draft would be left that
//              nobody began. A form gone on with: the form alone goes; before that, the next start finishes what was saved.
//   it fails   the form goes, and the draft stays among today's.
//
// A phone that learns that it was revoked takes nothing any more, so nothing that might tell it so begins while a visit can be
// taken back: an exchange that the person asks for finishes it first, those that begin by themselves wait. Only a run that is
// under way already, and may be for long, goes on: what it makes too late is counted, for the gate to tell.
import Foundation
import QiaomenCore

/// A visit that the person says is finished.
struct Finished: Sendable {
    /// The draft that it was so far.
    var draft: String?
    var record: Visit
    /// Code of the role it is written in, where the person was asked.
    var role: String?
    /// What the offer to take it back says.
    var text: String
    /// Where taking it back leads, from the draft's identifier.
    var undone: @Sendable (String) -> Route
    /// Whether taking it back throws the draft away too, as with a closed door.
    var discard = false
}

/// What will become a record unless it is taken back.
struct Pending: Codable, Sendable {
    var draft: String
    var alert: String?
    var household: String?
    var role: String?
    var text = ""
    var undone = Route.today
    var discard = false
}

/// A draft or a form that was thrown away.
struct Thrown: Sendable {
    var draft: String?
    var form: String?
    /// What the offer to take it back says.
    var text: String
    /// Where taking it back leads.
    var undone: Route
}

@MainActor
final class Finishing {
    private unowned let desk: Desk
    /// What was finished and can still be taken back.
    private(set) var pending: Pending?
    /// What was thrown away and can still be taken back: it is there, and not to be shown.
    private(set) var thrown: Thrown?
    private var timer: Job?
    private var closedAt: Int64?
    /// Savings that are not answered yet.
    private var saving = 0

    /// Whether something is being saved: it cannot be finished yet.
    var isSaving: Bool { saving > 0 }

    /// Whether something is saved that is no record yet.
    var isOpen: Bool { isSaving || pending != nil }

    /// Whether a door was closed a moment ago: too short for the next one to be meant.
    var justClosed: Bool {
        closedAt.map { (0..<desk.habits.restMillis).contains(desk.clock.wall() - $0) } ?? false
    }

    init(_ desk: Desk) { self.desk = desk }

    /// Keeps a finished visit; `then` is given the draft's identifier once it is safe.
    func save(
        _ finished: Finished,
        failed: @escaping @MainActor (any Error) -> Bool,
        then: @escaping @MainActor (String) -> Void
    ) {
        finish()
        saving += 1
        pausePolls()
        desk.work(
            { bench in
                let draft = try bench.core.visits.draft(id: finished.draft, record: finished.record)
                let pending = Pending(
                    draft: draft, alert: finished.record.alert, household: finished.record.household,
                    role: finished.role, text: finished.text, undone: finished.undone(draft),
                    discard: finished.discard)
                try bench.forms.keep(key: Finishing.key(draft), text: Written.json(pending))
                return pending
            },
            then: { now in
                self.saving -= 1
                self.offer(now)
                then(now.draft)
            },
            failed: {
                self.saving -= 1
                if !failed($0) { self.desk.failed($0) }
            })
    }

    /// A poll may wait for minutes; the next one waits until what is saved is a record.
    private func pausePolls() {
        guard isOpen, !desk.exchanges.running else { return }
        desk.work({ $0.core.sync.cancel() })
        // A poll begins on another thread than is told to end it, and may have begun only after that.
        _ = desk.later(100) { self.pausePolls() }
    }

    /// Throws a draft or a form away, once it cannot be taken back any more.
    func throwAway(_ what: Thrown) {
        finish()
        thrown = what
        offer(what.text)
    }

    /// `now` can be taken back from now on; what could be until now was saved before it, and is finished.
    func offer(_ now: Pending) {
        if pending?.draft != now.draft { finish() }
        pending = now
        closedAt = now.discard ? desk.clock.wall() : nil
        offer(now.text)
    }

    private func offer(_ text: String) {
        timer?.cancel()
        timer = desk.later(desk.habits.undoMillis) { self.finish() }
        desk.glass.state.undo = Undo(text: text, until: desk.clock.wall() + desk.habits.undoMillis)
        desk.navigation.changed(Finishing.moved)
    }

    /// Takes it back: it is a draft again, or gone where it was one tap.
    func takeBack() {
        if let thrown {
            _ = clear()
            desk.navigation.changed(Finishing.moved)
            return desk.go(thrown.undone)
        }
        guard let back = clear() else { return }
        closedAt = nil
        desk.work(
            { bench in
                if back.discard { _ = try bench.core.drafts.discard(id: back.draft) }
                _ = try bench.forms.discard(key: Finishing.key(back.draft))
            },
            then: {
                self.desk.navigation.changed(Finishing.moved)
                self.desk.go(back.undone)
            })
    }

    /// Makes it a record now, or throws it away for good.
    func finish() {
        let gone = thrown
        let done = clear()
        if let gone {
            desk.work(
                { bench in
                    if let draft = gone.draft { _ = try bench.core.drafts.discard(id: draft) }
                    if let form = gone.form { _ = try bench.forms.discard(key: form) }
                },
                then: { self.desk.navigation.changed(Finishing.moved) })
        }
        guard let done else { return }
        desk.work(
            { try Finishing.complete(done, $0.core) },
            then: {
                self.desk.navigation.changed(Finishing.moved)
                self.desk.saved()
            },
            failed: { error in
                if error as? QiaomenError == .Revoked {
                    self.desk.opening.lost(error, late: 1)
                } else {
                    self.desk.failed(error)
                }
            })
    }

    /// Waits until whatever was saved is a record, or was taken back; or until whoever waits is told to end.
    func settled() async throws {
        while isOpen { try await Task.sleep(nanoseconds: 100_000_000) }
    }

    /// Waits until nothing is being saved any more, and makes it a record.
    func finishSaved() async throws {
        while isSaving { try await Task.sleep(nanoseconds: 20_000_000) }
        finish()
    }

    /// The gate fell, and the core takes nothing now: gives how many visits were saved and are no records. A start finishes them
    /// that finds the store as it should be.
    func drop() -> Int {
        closedAt = nil
        return clear() == nil ? 0 : 1
    }

    /// Finishes what an app that was killed left, once, when the store was opened; gives what went wrong.
    @Work
    static func resume(_ core: Core) throws -> [QiaomenError] {
        var failures: [QiaomenError] = []
        for key in try core.forms.keys() where key.hasPrefix(prefix) {
            let left = try core.forms.get(key: key).flatMap { Written.read(Pending.self, $0) }
            do {
                try complete(left ?? Pending(draft: String(key.dropFirst(prefix.count))), core)
            } catch let error as QiaomenError {
                failures.append(error)
            }
        }
        return failures
    }

    @Work
    private static func complete(_ pending: Pending, _ core: Core) throws {
        do {
            try core.visits.finish(id: pending.draft, role: pending.role.flatMap(Role.of))
        } catch QiaomenError.NotFound {
            // It was finished just before the app was killed.
        } catch QiaomenError.Revoked {
            // Nothing can be written any more, this neither.
            throw QiaomenError.Revoked
        } catch {
            // It stays a draft, among today's.
            _ = try core.forms.discard(key: key(pending.draft))
            throw error
        }
        _ = try core.forms.discard(key: key(pending.draft))
    }

    private func clear() -> Pending? {
        timer?.cancel()
        if desk.glass.state.undo != nil { desk.glass.state.undo = nil }
        thrown = nil
        defer { pending = nil }
        return pending
    }

    private nonisolated static func key(_ draft: String) -> String { prefix + draft }

    /// What the forms' keys begin with.
    nonisolated static let prefix = "finishing."
    private static let moved: Set<Noun> = [.drafts, .visits, .tasks, .households, .sync]
}

/// Values as text, to be kept as forms.
enum Written {
    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    /// What was written; none where this version cannot read it.
    static func read<T: Decodable>(_ type: T.Type, _ text: String) -> T? {
        try? JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
