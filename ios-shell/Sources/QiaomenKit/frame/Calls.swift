// Alerts that call for somebody: those that nobody has taken, and those that are offered to this worker.
//
// Invariant: on the thread that works; the gravest first, as tasks are sorted.
import QiaomenCore

/// An alert that nobody has, or an offer to this worker.
struct Call: Sendable {
    var alert: String
    var name: String
    var level: String
    var offer: String?
    var from: String?
}

extension Bench {
    /// Those of them that `tasks` are of.
    @Work
    func calls(_ tasks: [DueTask]) throws -> [Call] {
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
