// Records for the tests of rows and forms: plain values, no store behind them.
import QiaomenCore

@testable import QiaomenKit

enum Sample {
    /// 10 March 2026, 12:00 in Shanghai.
    static let noon: Int64 = 1_773_115_200_000
    static let minute: Int64 = 60_000
    static let day: Int64 = 24 * 60 * 60_000
    static let me = "00000000-0000-7000-8000-00000000000a"
    static let li = "00000000-0000-7000-8000-00000000000b"
    static let he = "00000000-0000-7000-8000-0000000000c1"
    static let ma = "00000000-0000-7000-8000-0000000000c2"
    static let door = "00000000-0000-7000-8000-0000000000d1"
    static let alert = "00000000-0000-7000-8000-0000000000e1"
    static let place = "00000000-0000-7000-8000-0000000000f1"

    static let zh = Words(.zh)

    static func telling(_ words: Words = zh, _ now: Int64 = noon) -> Teller {
        Teller(
            words, now,
            person: { [me: words("person.me"), li: "李强"][$0] ?? words("person.unknown") },
            area: { _ in "河东村第一网格" },
            resident: { [he: "何秀兰", ma: "马志远"][$0] },
            door: { $0 == door ? "3号楼1单元201" : nil })
    }

    static func resident(_ name: String) -> Resident {
        var resident = Resident.unknown
        resident.name = name
        return resident
    }

    static func household() -> Household {
        var household = Household.unknown
        household.address = address("3", "1", 2, "201")
        household.residents = [
            ResidentEntry(id: he, resident: resident("何秀兰")), ResidentEntry(id: ma, resident: resident("马志远")),
        ]
        return household
    }

    static func address(
        _ building: String?, _ unit: String?, _ floor: Int64?, _ room: String?
    ) -> Address {
        Address(building: building, unit: unit, floor: floor, room: room, group: nil, number: nil)
    }

    static func fraudAlert() -> FraudAlert {
        FraudAlert(
            name: "何秀兰", telephone: "12000010001", household: door, resident: he, outsider: false, area: "grid",
            places: [PlaceEntry(id: place, place: Place(label: "work", address: "镇政府旁的超市", position: nil))],
            level: .high, issuer: "市反诈中心", platformNumber: "SC-001", origin: .fundsSide,
            issued: noon - 120 * minute, reachedStation: noon - 120 * minute, passedOn: nil,
            entered: noon - 60 * minute, playbook: "builtin-1", note: nil)
    }

    static func visit(forAlert: Bool = false) -> Visit {
        Visit(
            purpose: forAlert ? .dissuasion : .door, household: door, alert: forAlert ? alert : nil, outcome: .met,
            metTarget: nil, met: [], metOthers: nil, started: noon - 20 * minute, ended: noon - 10 * minute,
            position: nil, given: [], explained: [], observations: [], note: nil, risk: nil, nextStep: nil,
            dissuasion: nil, photos: nil)
    }

    static func dissuasion() -> Dissuasion {
        Dissuasion(
            steps: [], fraud: nil, script: nil, deeplyTakenIn: false, broughtIn: [], ways: [], place: nil,
            officers: nil, team: nil, courtesy: false, recordedWith: nil, recordedBy: nil, keptAt: nil, keptAs: nil,
            care: [])
    }

    static func about(author: String = li, mark: SyncMark = .sent, doubtful: Bool = false) -> About {
        let written = noon - 10 * minute
        return About(
            header: Header(
                id: "id", kind: .visit, scope: .grid(area: "grid"), author: author, role: .volunteer, said: written,
                offset: 0, doubtful: doubtful),
            written: written, scope: .grid(area: "grid"), mark: mark, acceptance: 1, arrival: written, conflicts: 0)
    }
}
