// Where doors and alerts' people are, in words.
//
// Invariant: on the thread that works, for one look; what was found is remembered for that long.
import QiaomenCore

@Work
final class Places {
    private let bench: Bench
    private var doors: [String: String?] = [:]
    private var alerts: [String: FraudAlert?] = [:]

    init(_ bench: Bench) { self.bench = bench }

    /// A door's address; none where it is not on this phone.
    func ofHousehold(_ id: String) throws -> String? {
        if let known = doors[id] { return known }
        let found = try bench.core.households.get(id: id).flatMap { bench.words.address($0.record.address).orNone }
        doors[id] = .some(found)
        return found
    }

    /// Where an alert's person is to be found first: their door, else the first place that is written down.
    func ofAlert(_ id: String) throws -> String? {
        guard let alert = try alert(id) else { return nil }
        if let door = try alert.household.flatMap({ try ofHousehold($0) }) { return door }
        return alert.places.lazy.compactMap(\.place.address).first
    }

    /// Whom an alert is about.
    func nameOf(_ id: String) throws -> String? { try alert(id)?.name }

    private func alert(_ id: String) throws -> FraudAlert? {
        if let known = alerts[id] { return known }
        let found = try bench.core.alerts.get(id: id)?.record
        alerts[id] = .some(found)
        return found
    }
}
