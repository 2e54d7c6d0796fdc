// The people behind a door, in rows and in the form they are edited in.
//
// Invariants: pure; a form gives back what it was made from where nothing was typed; only what the person changed goes into the
// record, so that what somebody else wrote meanwhile stays.
import QiaomenCore

extension Teller {
    /// Somebody behind a door; `pledge` is the one that stands, if any does.
    func residentRow(_ id: String, _ resident: Resident, _ pledge: Pledge?) -> ResidentRow {
        let app = AppOnTelephone.code(resident.appInstalled)
        let gone =
            resident.leftTown
            ? [words("resident.leftTown", ["where": resident.leftTo ?? words("resident.leftNowhere")])] : []
        return ResidentRow(
            id: id,
            name: resident.name,
            telephones: resident.telephones,
            tagTexts: gone + resident.tags.map { words.word("tag", $0.code) },
            app: app,
            appText: words.word("app", app),
            pledged: pledge != nil,
            pledgeText: pledge.map { words("pledge.signed", ["day": words.day($0.at, now)]) }
                ?? words("pledge.unsigned"))
    }
}

/// What is known of the app on somebody's telephone.
enum AppOnTelephone {
    static func code(_ installed: Bool?) -> String {
        switch installed {
        case true?: "yes"
        case false?: "no"
        case nil: "notLooked"
        }
    }

    static func installed(_ code: String?) -> Bool? {
        switch code {
        case "yes": true
        case "no": false
        default: nil
        }
    }

    static func choices(_ words: Words, _ chosen: String) -> [Choice] {
        ["yes", "no", "notLooked"].map { words.choice("app", $0, $0 == chosen) }
    }
}

/// The pledge of each resident that stands: the newest that was not taken back or put in the place of by another.
func standing(_ pledges: [KeptPledge]) -> [String: Pledge] {
    let corrected = Set(pledges.compactMap(\.record.corrects))
    return pledges.filter { !$0.record.void && !corrected.contains($0.id) }.reduce(into: [:]) { found, kept in
        let pledge = kept.record
        if let known = found[pledge.resident], known.at >= pledge.at { return }
        found[pledge.resident] = pledge
    }
}

/// The telephones that somebody typed into one line.
func telephones(in text: String) -> [String] {
    text.split(whereSeparator: { "、，,;；/\n".contains($0) }).compactMap { String($0).orNone }.unique
}

extension HouseholdSheet.Resident {
    init(_ words: Words, _ id: String?, _ resident: Resident?) {
        self.init(
            id: id,
            name: resident?.name ?? "",
            telephone: (resident?.telephones ?? []).joined(separator: "、"),
            birthYear: resident?.birthYear.map(String.init) ?? "",
            tags: Groups.tag.choices(words, (resident?.tags ?? []).map(\.code)),
            app: AppOnTelephone.choices(words, AppOnTelephone.code(resident?.appInstalled)),
            leftTown: resident?.leftTown ?? false,
            leftTo: resident?.leftTo ?? "",
            leftContact: resident?.leftContact ?? "")
    }

    /// What is wrong with it, before the core is asked.
    func wrong(_ words: Words, _ thisYear: Int) -> [FieldError] {
        var errors: [FieldError] = []
        if name.isBlank { errors.append(FieldError(field: "name", text: words("resident.nameMissing"))) }
        if let year = birthYear.orNone, !(1880...max(thisYear, 1880)).contains(Int(year) ?? 0) {
            errors.append(FieldError(field: "birthYear", text: words("resident.birthYearWrong")))
        }
        let bad = telephones(in: telephone).contains {
            $0.filter(\.isNumber).count < 3 || $0.contains(where: \.isLetter)
        }
        if bad { errors.append(FieldError(field: "telephone", text: words("resident.telephoneWrong"))) }
        return errors
    }

    private var tagCodes: [String] { tags.filter(\.chosen).map(\.code) }
    private var appCode: String? { app.first(where: \.chosen)?.code }

    /// `resident` with what differs between `before` and this.
    func changed(_ resident: Resident, from before: Self) -> Resident {
        var new = resident
        if name != before.name { new.name = name.trimmed }
        if telephone != before.telephone { new.telephones = telephones(in: telephone) }
        if birthYear != before.birthYear { new.birthYear = Int64(birthYear.trimmed) }
        if tagCodes != before.tagCodes { new.tags = tagCodes.map(Groups.tag.of) }
        if appCode != before.appCode { new.appInstalled = AppOnTelephone.installed(appCode) }
        if leftTown != before.leftTown { new.leftTown = leftTown }
        if leftTo != before.leftTo { new.leftTo = leftTo.orNone }
        if leftContact != before.leftContact { new.leftContact = leftContact.orNone }
        return new
    }
}

extension HouseholdSheet.Door {
    init(_ words: Words, _ household: Household?) {
        let address = household?.address
        self.init(
            building: address?.building ?? "",
            unit: address?.unit ?? "",
            floor: address?.floor.map(String.init) ?? "",
            room: address?.room ?? "",
            group: address?.group ?? "",
            number: address?.number ?? "",
            door: Groups.door.choices(words, [household?.door.code ?? "livedIn"]),
            note: household?.note ?? "")
    }

    /// What is wrong with it.
    func wrong(_ words: Words) -> [FieldError] {
        var errors: [FieldError] = []
        if let floor = floor.orNone, !(-20...200).contains(Int(floor) ?? 1000) {
            errors.append(FieldError(field: "floor", text: words("door.floorWrong")))
        }
        if [building, room, group, number].allSatisfy(\.isBlank) {
            errors.append(FieldError(field: "room", text: words("door.addressMissing")))
        }
        return errors
    }

    private var doorCode: String? { door.first(where: \.chosen)?.code }

    /// `household` with what differs between `before` and this.
    func changed(_ household: Household, from before: Self) -> Household {
        var new = household
        if building != before.building { new.address.building = building.orNone }
        if unit != before.unit { new.address.unit = unit.orNone }
        if floor != before.floor { new.address.floor = Int64(floor.trimmed) }
        if room != before.room { new.address.room = room.orNone }
        if group != before.group { new.address.group = group.orNone }
        if number != before.number { new.address.number = number.orNone }
        if doorCode != before.doorCode { new.door = Groups.door.of(doorCode ?? "livedIn") }
        if note != before.note { new.note = note.orNone }
        return new
    }
}

extension Resident {
    /// Somebody of whom nothing is known yet.
    static var unknown: Resident {
        Resident(
            name: "", telephones: [], birthYear: nil, tags: [], appInstalled: nil, leftTown: false, leftTo: nil,
            leftContact: nil, removed: false)
    }
}

extension Household {
    /// A door of which nothing is known yet.
    static var unknown: Household {
        Household(
            address: .unknown, door: .livedIn, note: nil, residents: [], grid: nil, removed: false, mergedInto: nil,
            counterparts: [])
    }
}
