// Alerts that call for somebody: those that nobody has taken, and those that are offered to this worker.
//
// Invariants: on the thread that works; the gravest first, as tasks are sorted; looked for once, for all who show them, until
// something may be another: who has an alert is asked one by one, and there may be many.
import QiaomenCore

/// An alert that nobody has, or an offer to this worker.
struct Call: Sendable {
    var alert: String
    var name: String
    var level: String
    var offer: String?
    var from: String?
}

@Work
final class Calls {
    private let core: Core
    private let names: Names
    private var known: [Call]?

    /// As far down the list they are looked for: what is overdue comes first; more than this nobody counts.
    nonisolated static let most = 200

    nonisolated init(_ core: Core, _ names: Names) {
        self.core = core
        self.names = names
    }

    /// They may be others now.
    func forget() { known = nil }

    /// Those there are; `tasks` are the first `most` of this phone, as whoever asks has read them.
    func among(_ tasks: [DueTask]) throws -> [Call] {
        if let known { return known }
        let found = try look(tasks.prefix(Calls.most))
        known = found
        return found
    }

    private func look(_ tasks: ArraySlice<DueTask>) throws -> [Call] {
        let me = try names.me()
        var looked: Set<String> = []
        return try tasks.compactMap { task -> Call? in
            guard looked.insert(task.alert).inserted else { return nil }
            let custody = try core.tasks.custody(alert: task.alert)
            let mineAlready = custody.unconfirmed.contains {
                if case .taken = $0.what { $0.person == me } else { false }
            }
            if mineAlready { return nil }
            let offer = custody.offers.first { $0.to == me }
            if offer == nil, custody.owner != nil { return nil }
            return Call(
                alert: task.alert, name: task.name, level: task.level.code, offer: offer?.document, from: offer?.from)
        }
    }
}
