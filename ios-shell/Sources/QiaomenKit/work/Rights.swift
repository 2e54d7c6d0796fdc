// Which roles may write what: what decides the buttons. The server decides whether it counts.
//
// Invariants: the same table as docs/architecture.md; on the thread that works.
import QiaomenCore

/// What is written, by who may; the role that the core takes first stands first.
enum Deed {
    case visit, receipt, caseFact, pledge, handOver, comment, clear, raise, alert, settle

    var roles: [Role] {
        switch self {
        case .visit, .receipt, .caseFact, .pledge: [.teamHead, .police, .gridWorker, .volunteer]
        case .handOver, .comment: [.teamHead, .police, .gridWorker, .volunteer, .supervisor]
        case .clear: [.teamHead, .police]
        case .raise, .alert: [.police, .supervisor]
        case .settle: [.supervisor]
        }
    }
}

extension Names {
    /// The roles that somebody holds now, each with its area.
    func held() throws -> [Assignment] {
        try record(me())?.assignments.map(\.assignment).filter { !$0.ended } ?? []
    }

    /// Whether one of them may do it somewhere: whoever has a case file was given it.
    func may(_ deed: Deed) throws -> Bool { try held().contains { deed.roles.contains($0.role) } }

    /// The roles it can be written in at `area`, the one that the core takes first; those held elsewhere where it is not held
    /// here.
    func roles(for deed: Deed, at area: String?) throws -> [Role] {
        let held = try held()
        let above = try area.map { try self.above($0) }
        let here = deed.roles.filter { role in
            held.contains { $0.role == role && (above == nil || above?.contains($0.area) == true) }
        }
        return here.isEmpty ? deed.roles.filter { role in held.contains { $0.role == role } } : here
    }

    /// An area and all above it.
    func above(_ area: String) throws -> Set<String> {
        var above: Set<String> = []
        var at: String? = area
        // The tree may hold a ring while it is being put right.
        while let id = at, above.insert(id).inserted { at = try self.area(id)?.parent }
        return above
    }
}
