// What people and areas are called.
//
// Invariants: used on the thread that works; what was read once is remembered until the directory changes.
import QiaomenCore

@Work
final class Names {
    private let core: Core
    private var people: [String: Person?] = [:]
    private var areas: [String: Area?] = [:]
    private var own: String?

    nonisolated init(_ core: Core) { self.core = core }

    /// Whose phone this is.
    func me() throws -> String {
        if let own { return own }
        let me = try core.people.me()
        own = me
        return me
    }

    /// Somebody's record; none where this phone does not have it.
    func record(_ id: String) throws -> Person? {
        if let known = people[id] { return known }
        let found = try core.people.get(id: id)?.record
        people[id] = .some(found)
        return found
    }

    /// What somebody is called; "I" for oneself, and a word for whoever is not known here.
    func person(_ id: String, _ words: Words) throws -> String {
        if try id == me() { return words("person.me") }
        return try record(id)?.name ?? words("person.unknown")
    }

    func area(_ id: String) throws -> Area? {
        if let known = areas[id] { return known }
        let found = try core.areas.get(id: id)?.record
        areas[id] = .some(found)
        return found
    }

    /// An area's name with those above it but the town's: 河东村第一网格.
    func path(_ id: String, _ words: Words) throws -> String {
        var names: [String] = []
        var at: String? = id
        // The tree may hold a ring while it is being put right.
        while let id = at, names.count < 8 {
            guard let area = try area(id) else { break }
            if !names.isEmpty, area.level == .town || area.level == .county { break }
            names.insert(area.name, at: 0)
            at = area.parent
        }
        return names.joined(separator: words("area.separator"))
    }

    func forget() {
        people = [:]
        areas = [:]
    }
}
