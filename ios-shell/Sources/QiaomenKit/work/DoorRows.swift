// Doors in rows: lists, what a search found, and the grid of a building's doors as one walks.
//
// Invariants: pure; doors keep the order they are given in, which is the core's walking order, so that buildings, units,
// floors and rooms stand as people count them.
import QiaomenCore

/// One door of a grid, as light as a grid of ten thousand needs it.
struct Spot: Sendable {
    var id: String
    var address: Address
    var mark: DoorMark
    /// Whether somebody was met there: it counts, whatever calls for somebody there now.
    var visited: Bool
}

extension Address {
    /// Which building a door stands in, or which group: what its block's code is made of.
    var block: String {
        let group = (self.group ?? "").trimmed
        guard let building, !building.isBlank else { return "g:\(group)" }
        return "b:\(group):\(building.trimmed)"
    }

    /// Of which nothing is known yet.
    static var unknown: Address {
        Address(building: nil, unit: nil, floor: nil, room: nil, group: nil, number: nil)
    }

    /// The floor; where nobody wrote it the room's number tells it, as in the order of the walk.
    var floorToShow: Int64? {
        if let floor { return floor }
        guard let room = room?.trimmed else { return nil }
        let start = String(room.prefix { $0.isNumber || $0 == "-" })
        guard (3...4).contains(start.filter(\.isNumber).count), let number = Int64(start) else { return nil }
        return number / 100
    }
}

/// In the order in which each key came first.
func grouped<T, K: Hashable>(_ all: [T], by key: (T) -> K) -> [(key: K, all: [T])] {
    var order: [K] = []
    var found: [K: [T]] = [:]
    for one in all {
        let key = key(one)
        if found[key] == nil { order.append(key) }
        found[key, default: []].append(one)
    }
    return order.map { ($0, found[$0] ?? []) }
}

extension Words {
    /// What a block is called: 3号楼, 五组.
    func blockName(_ address: Address) -> String {
        var block = Address.unknown
        block.building = address.building
        block.group = address.group
        let name = self.address(block)
        let told = name.isEmpty ? self("doors.noBlock") : name
        return told.prefix(1).uppercased() + told.dropFirst()
    }

    /// Buildings and groups, in the order of the walk.
    func blocks(_ spots: [Spot]) -> [BlockRow] {
        grouped(spots, by: \.address.block).map { code, inside in
            let visited = inside.filter(\.visited).count
            return BlockRow(
                code: code, name: blockName(inside[0].address), doors: inside.count, visited: visited,
                text: doorCount(inside.count, visited))
        }
    }

    /// "12 doors, 5 visited".
    func doorCount(_ doors: Int, _ visited: Int) -> String { count("doors.count", doors, ["visited": visited]) }

    /// One building or group as one walks through it: stairwells, floors from below, rooms.
    func block(_ spots: [Spot], _ code: String) -> Block? {
        let inside = spots.filter { $0.address.block == code }
        guard let first = inside.first else { return nil }
        let units = grouped(inside) { ($0.address.unit ?? "").trimmed }.map { unit, doors in
            var stair = Address.unknown
            stair.unit = unit
            return UnitBlock(name: unit.isEmpty ? "" : address(stair), floors: floors(doors))
        }
        return Block(code: code, name: blockName(first.address), units: units)
    }

    private func floors(_ doors: [Spot]) -> [FloorRow] {
        grouped(doors, by: \.address.floorToShow).map { floor, onIt in
            FloorRow(name: floor.map { self("doors.floor", ["floor": $0]) } ?? "", cells: onIt.map(cell))
        }
    }

    private func cell(_ spot: Spot) -> DoorCell {
        let text = [spot.address.room, spot.address.number].compactMap { $0?.orNone }.first
        return DoorCell(
            id: spot.id, text: text ?? self("doors.noNumber"), state: spot.mark,
            label: self("doors.cell", ["address": address(spot.address), "state": doorMark(spot.mark)]))
    }

    /// A door's colour in words.
    func doorMark(_ mark: DoorMark) -> String {
        switch mark {
        case .never: self("doorMark.never")
        case .inVain: self("doorMark.inVain")
        case .visited: self("doorMark.visited")
        case .pledged: self("doorMark.pledged")
        case .out: self("doorMark.out")
        case .alert: self("doorMark.alert")
        }
    }
}

extension Household {
    /// People behind a door who are there: not removed.
    var present: [ResidentEntry] { residents.filter { !$0.resident.removed } }
}

extension Teller {
    /// A door in a list.
    func doorRow(_ line: HouseholdLine) -> DoorRow {
        let household = line.household.record
        let people = household.present.map(\.resident.name)
        let told: String
        if household.door != .livedIn {
            told = words.dotted(words.word("door", household.door.code), words.list(people).orNone)
        } else if people.isEmpty {
            told = words("doors.nobodyListed")
        } else if people.count > 3 {
            told = words("doors.andMore", ["names": words.list(Array(people.prefix(3))), "count": people.count])
        } else {
            told = words.list(people)
        }
        let mark = line.household.about.mark.mark
        return DoorRow(
            id: line.household.id,
            address: words.address(household.address),
            peopleText: told,
            lastText: lastText(line.lastVisit),
            never: line.lastVisit == nil,
            foundText: foundText(line),
            mark: mark == .sent ? nil : mark)
    }

    /// "Visited 12 days ago", "never visited".
    func lastText(_ last: Int64?) -> String {
        last.map { words("doors.last", ["ago": words.ago($0, now)]) } ?? words("doors.never")
    }

    /// What of a search was found where; none where the address or a whole name shows it already.
    private func foundText(_ line: HouseholdLine) -> String? {
        let residents = line.household.record.residents
        func resident(_ id: String) -> Resident? { residents.first { $0.id == id }?.resident }
        let told = line.found.compactMap { found -> String? in
            switch found.place {
            case .address, .name: return nil
            case .spelling(let id):
                return resident(id).map { words("found.spelling", ["name": $0.name, "word": found.word]) }
            case .telephone(let id):
                return resident(id).map { one in
                    let number = one.telephones.first { $0.digits.hasSuffix(found.word) } ?? found.word
                    return words("found.telephone", ["name": one.name, "telephone": number])
                }
            }
        }
        return words.list(told.unique).orNone
    }
}
