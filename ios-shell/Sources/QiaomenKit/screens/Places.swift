// Where doors and alerts' people are, in words.
//
// Invariant: on the thread that works; what was found is remembered until doors or alerts change.
import QiaomenCore

@Work
final class Places {
    /// Addresses are told in it.
    nonisolated let language: Language
    private var doors: [String: String?] = [:]
    private var alerts: [String: FraudAlert?] = [:]

    nonisolated init(_ language: Language = .zh) { self.language = language }

    /// A door's address; none where it is not on this phone.
    func ofHousehold(_ id: String, _ bench: Bench) throws -> String? {
        if let known = doors[id] { return known }
        let found = try bench.core.households.get(id: id).flatMap { bench.words.address($0.record.address).orNone }
        doors[id] = .some(found)
        return found
    }

    /// Where an alert's person is to be found first: their door, else the first place that is written down.
    func ofAlert(_ id: String, _ bench: Bench) throws -> String? {
        guard let alert = try alert(id, bench) else { return nil }
        if let door = try alert.household.flatMap({ try ofHousehold($0, bench) }) { return door }
        return alert.places.lazy.compactMap(\.place.address).first
    }

    /// Whom an alert is about.
    func nameOf(_ id: String, _ bench: Bench) throws -> String? { try alert(id, bench)?.name }

    private func alert(_ id: String, _ bench: Bench) throws -> FraudAlert? {
        if let known = alerts[id] { return known }
        let found = try bench.core.alerts.get(id: id)?.record
        alerts[id] = .some(found)
        return found
    }
}
