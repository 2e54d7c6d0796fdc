// What several of these screens read the same way.
//
// Invariant: on the thread that works.
import QiaomenCore

extension Bench {
    /// Tells records; residents are those of `doors`.
    @Work
    func teller(_ now: Int64, doors: [Household] = []) -> Teller {
        let residents = doors.flatMap(\.residents).reduce(into: [String: String]()) { $0[$1.id] = $1.resident.name }
        var addresses: [String: String] = [:]
        let (names, words, core) = (names, words, core)
        return Teller(
            words, now,
            person: { (try? names.person($0, words)) ?? words("person.unknown") },
            area: { (try? names.path($0, words)) ?? words("person.unknown") },
            resident: { residents[$0] },
            door: { id in
                if let known = addresses[id] { return known }
                let found = (try? core.households.get(id: id))?.map { words.address($0.record.address) }
                addresses[id] = found
                return found
            })
    }

    /// Why a record is held, in the language that is chosen.
    @Work
    func heldBecause(_ id: String) throws -> String? {
        guard let because = try core.replica.heldBecause(id: id) else { return nil }
        return words.language == .zh ? because.reasonZh : because.reasonEn
    }

    /// Rows of records, with why one is held.
    @Work
    func rows(_ records: [KeptRecord], _ teller: Teller) throws -> [EventRow] {
        try records.map { teller.row($0, $0.about.mark == .held ? try heldBecause($0.id) : nil) }
    }

    /// The doors that the records name, so that residents have names.
    @Work
    func doors(of records: [AnyRecord]) throws -> [Household] {
        let named = records.compactMap { record -> String? in
            switch record {
            case .ofVisit(let it): it.household
            case .ofPledge(let it): it.household
            case .ofFraudAlert(let it): it.household
            default: nil
            }
        }
        return try named.unique.compactMap { try core.households.get(id: $0)?.record }
    }

    /// All of a list that is not long, page by page.
    @Work
    func all<T>(most: Int = 10_000, page: UInt32 = 200, _ read: (Page) throws -> [T]) throws -> [T] {
        var found: [T] = []
        while found.count < most {
            let next = try read(Page(skip: UInt32(found.count), take: page))
            found += next
            if next.count < Int(page) { break }
        }
        return found
    }

    /// The drafts that are finished and can still be taken back.
    @Work
    func finishing() throws -> Set<String> {
        Set(
            try forms.keys().filter { $0.hasPrefix(Finishing.prefix) }.map {
                String($0.dropFirst(Finishing.prefix.count))
            })
    }
}

extension Scope {
    /// The grid that a record lies in.
    var grid: String? {
        if case .grid(let area) = self { area } else { nil }
    }
}
