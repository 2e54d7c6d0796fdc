// The round: a grid's doors as one walks, light enough for all of them at once.
//
// Invariant: on the thread that works; the core's rows alone are asked, no record is opened.
import QiaomenCore

extension Core {
    /// A grid's doors in the order of the walk.
    @Work
    func spots(_ grid: String) throws -> [Spot] {
        try doors.walk(grid: grid).map {
            Spot(id: $0.household, address: $0.address, mark: $0.mark, visited: $0.reach == .visited)
        }
    }
}

extension DoorSpot {
    /// What calls for somebody first, then whether the door counts, then how far one has come.
    var mark: DoorMark {
        if alert != nil { return .alert }
        if door != .livedIn { return .out }
        if pledged { return .pledged }
        switch reach {
        case .visited: return .visited
        // Only spoken to, turned away, nobody home: somebody has to go again.
        case .telephoneOnly, .refused, .inVain: return .inVain
        case .neverTried: return .never
        }
    }
}
