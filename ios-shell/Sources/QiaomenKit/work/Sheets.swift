// The sheets over a door, as they are filled in.
//
// Invariant: pure; whatever is typed or chosen takes the complaints away.

extension HouseholdSheet {
    /// With these complaints.
    func with(_ errors: [FieldError]) -> HouseholdSheet {
        switch self {
        case .resident(var sheet):
            sheet.errors = errors
            return .resident(sheet)
        case .door(var sheet):
            sheet.errors = errors
            return .door(sheet)
        }
    }

    /// What is typed.
    func typed(_ field: String, _ text: String) -> HouseholdSheet {
        switch self {
        case .resident(var sheet):
            switch field {
            case "name": sheet.name = text
            case "telephone": sheet.telephone = text
            case "birthYear": sheet.birthYear = text
            case "leftTo": sheet.leftTo = text
            case "leftContact": sheet.leftContact = text
            default: break
            }
            return HouseholdSheet.resident(sheet).with([])
        case .door(var sheet):
            switch field {
            case "building": sheet.building = text
            case "unit": sheet.unit = text
            case "floor": sheet.floor = text
            case "room": sheet.room = text
            case "group": sheet.group = text
            case "number": sheet.number = text
            case "note": sheet.note = text
            default: break
            }
            return HouseholdSheet.door(sheet).with([])
        }
    }

    /// What is chosen or ticked.
    func chosen(_ field: String, _ code: String) -> HouseholdSheet {
        switch self {
        case .resident(var sheet):
            switch field {
            case "tags":
                for at in sheet.tags.indices where sheet.tags[at].code == code { sheet.tags[at].chosen.toggle() }
            case "app": for at in sheet.app.indices { sheet.app[at].chosen = sheet.app[at].code == code }
            case "leftTown": sheet.leftTown = code == "yes"
            default: break
            }
            return .resident(sheet)
        case .door(var sheet):
            if field == "door" {
                for at in sheet.door.indices { sheet.door[at].chosen = sheet.door[at].code == code }
            }
            return .door(sheet)
        }
    }

    /// In the language that is chosen now.
    func relabelled(_ words: Words) -> HouseholdSheet {
        switch self {
        case .resident(var sheet):
            sheet.tags = Groups.tag.choices(words, sheet.tags.filter(\.chosen).map(\.code))
            sheet.app = AppOnTelephone.choices(words, sheet.app.first(where: \.chosen)?.code ?? "notLooked")
            return .resident(sheet)
        case .door(var sheet):
            sheet.door = Groups.door.choices(words, sheet.door.filter(\.chosen).map(\.code))
            return .door(sheet)
        }
    }

    /// The field of a sheet that a field of the core's record is entered in.
    static func field(_ field: String) -> String {
        let last = field.split(separator: ".").last.map(String.init) ?? field
        switch last {
        case "telephones": return "telephone"
        case "birth_year", "left_to", "left_contact": return camel(last)
        case "address": return "room"
        default: return last
        }
    }
}
