// One alert of a pasted message, and what was put right in it.
//
// Invariants: pure; what nobody touched stays as the core read it.
import QiaomenCore

/// What was put right in one alert of a message.
struct PasteEdit: Codable, Equatable, Sendable {
    var fields: [String: String] = [:]
    var level: String?
    var who: String?
    var saved = false
    var errors: [String: String] = [:]

    /// Nobody of those who were found.
    static let nobody = "nobody"

    /// The alert as it was put right; `place` is the identifier of a place that was typed, `area` where it belongs where no
    /// door says another.
    func applied(to one: PastedAlert, area: String?, place: String?) -> FraudAlert {
        var alert = one.draft
        func text(_ field: String, _ old: String?) -> String? {
            fields[field].map(\.orNone) ?? old
        }
        let candidates = one.who.candidates
        let chosen =
            who == nil
            ? (candidates.count == 1 ? candidates[0] : nil) : candidates.first { $0.resident == who }
        if let place {
            let first = alert.places.first?.place
            alert.places = Array(alert.places.dropFirst())
            if let address = text("address", first?.address) {
                var told = first ?? Place(label: "home", address: nil, position: nil)
                told.address = address
                told.position = nil
                alert.places.insert(PlaceEntry(id: place, place: told), at: 0)
            }
        }
        alert.name = text("name", alert.name) ?? ""
        alert.telephone = text("telephone", alert.telephone)
        alert.platformNumber = text("platformNumber", alert.platformNumber)
        if let level { alert.level = Groups.level.of(level) }
        alert.household = chosen?.household
        alert.resident = chosen?.resident
        alert.area = chosen?.grid ?? area ?? alert.area
        return alert
    }

    /// The field of a card that a field of the core's record is entered in.
    static func field(_ field: String) -> String {
        let last = field.split(separator: ".").last.map(String.init) ?? field
        switch last {
        case "platform_number": return "platformNumber"
        case "level": return "levels"
        default: return last
        }
    }
}

extension WhoIsMeant {
    var candidates: [Candidate] {
        switch self {
        case .one(let candidate): [candidate]
        case .several(let candidates): candidates
        case .nobody: []
        }
    }

    var isSeveral: Bool { if case .several = self { true } else { false } }
}

extension Words {
    /// One alert of a message, to be looked at.
    func pastedCard(_ number: Int, _ one: PastedAlert, _ edit: PasteEdit) -> PastedCard {
        let draft = one.draft
        let level = edit.level ?? one.reading.level?.code
        let candidates = one.who.candidates
        let only =
            candidates.isEmpty ? PasteEdit.nobody : candidates.count == 1 ? candidates[0].resident : nil
        let who = edit.who ?? only
        var choices = candidates.map {
            Choice(code: $0.resident, text: dotted($0.name, address($0.address)), chosen: $0.resident == who)
        }
        if !candidates.isEmpty {
            choices.append(
                Choice(code: PasteEdit.nobody, text: self("paste.nobody"), chosen: who == PasteEdit.nobody))
        }
        let whoText =
            switch one.who {
            case .one: self("paste.whoOne")
            case .several: count("paste.whoSeveral", candidates.count)
            case .nobody: self("paste.whoNobody")
            }
        return PastedCard(
            number: number,
            name: edit.fields["name"] ?? draft.name,
            telephone: edit.fields["telephone"] ?? draft.telephone ?? "",
            levels: Groups.level.choices(self, [level].compactMap { $0 }),
            platformNumber: edit.fields["platformNumber"] ?? draft.platformNumber ?? "",
            address: edit.fields["address"] ?? draft.places.first?.place.address ?? "",
            unsureTexts: one.reading.unsure.map { self("paste.unsure", ["field": word("pasted", $0.code)]) },
            who: choices,
            whoText: whoText,
            errors: edit.errors.sorted { $0.key < $1.key }.map { FieldError(field: $0.key, text: $0.value) },
            saved: edit.saved)
    }

    /// What is missing or has to be looked at.
    func pasteErrors(_ one: PastedAlert, _ edit: PasteEdit) -> [FieldError] {
        var errors: [FieldError] = []
        if (edit.fields["name"] ?? one.draft.name).isBlank {
            errors.append(FieldError(field: "name", text: self("paste.nameMissing")))
        }
        if edit.level == nil, one.reading.level == nil {
            errors.append(FieldError(field: "levels", text: self("paste.levelMissing")))
        }
        if one.who.isSeveral, edit.who == nil {
            errors.append(FieldError(field: "who", text: self("paste.whoMissing")))
        }
        return errors
    }
}
