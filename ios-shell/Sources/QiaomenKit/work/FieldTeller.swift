// Fields and their raw values in plain words: what a conflict is about and what was written, what an edit would have said.
//
// Invariants: pure; nothing is shown as an identifier or as a program's word where there is a word for people; what cannot be
// told says so.
import Foundation
import QiaomenCore

/// Tells fields of one record.
struct FieldTeller {
    let teller: Teller
    /// What a place of the alert is called.
    var place: (String) -> String? = { _ in nil }

    private var words: Words { teller.words }

    /// What a field is called, with whose it is where it belongs to one of several.
    func label(_ path: [String]) -> String {
        let (parts, key) = (path.dropLast(), path.last ?? "")
        let owner: String? = parts.last.flatMap { id in
            guard id.count > 30 else { return nil }
            return parts.first == "places" ? place(id) : teller.resident(id) ?? words("person.unknown")
        }
        let of = parts.first ?? ""
        if key.count > 30, !key.contains("/") { return words.dotted(owner, words.field(of)) }
        return words.dotted(owner, fieldName([of, key].filter { !$0.isEmpty }.joined(separator: ".")))
    }

    /// `path` may name a member of a set: `given/open_letter`.
    private func fieldName(_ path: String) -> String {
        guard let slash = path.firstIndex(of: "/") else { return words.field(path) }
        let field = String(path[..<slash])
        let name = words.field(field)
        let member = member(field, String(path[path.index(after: slash)...]))
        return words("field.member", ["field": name, "member": member])
    }

    /// What a value says.
    func value(_ path: [String], _ value: FieldValue) -> String {
        let key = (path.last ?? "").split(separator: ".").last.map(String.init) ?? ""
        switch value {
        case .cleared: return words("value.empty")
        case .truth(let value): return words(value ? "word.yes" : "word.no")
        case .number(let value): return number(key, value)
        case .text(let value): return text(key, value)
        case .binary(let value): return binary(key, value)
        case .parts(let fields):
            return words.list(
                fields.filter { $0.value != .cleared && $0.value != .truth(value: false) }.map { part in
                    if part.value == .truth(value: true) { return fieldName(part.name) }
                    return words(
                        "event.line",
                        ["label": words.field(part.name), "text": self.value([part.name], part.value)])
                })
        }
    }

    private func number(_ key: String, _ value: Int64) -> String {
        switch key {
        case _ where FieldTeller.times.contains(key): words.moment(value, teller.now)
        case "fen": words.yuan(value)
        case "latitude", "longitude": String(format: "%.5f°", Double(value) / 1e7)
        case "accuracy": words("value.metres", ["metres": value])
        default: String(value)
        }
    }

    private func text(_ key: String, _ value: String) -> String {
        guard let group = FieldTeller.groups[key] else { return value }
        // What the core calls none is one of two judgements here.
        return words.word(group, group == "risk" && value == "none" ? "noFurther" : camel(value))
    }

    private func binary(_ key: String, _ value: Data) -> String {
        guard let id = identifier(value) else {
            return words(key == "signature" ? "value.signature" : "value.untold")
        }
        let told: String? =
            switch key {
            case "grid", "area", "parent", "moved_from": teller.area(id)
            case "resident": teller.resident(id)
            case "household", "merged_into", "other": teller.door(id)
            case "place": place(id)
            case "person", "deputy", "owner", "to": teller.person(id)
            default: nil
            }
        return told ?? words("value.untold")
    }

    /// A member of a set: its word, or whom it names.
    private func member(_ field: String, _ member: String) -> String {
        let key = field.split(separator: ".").last.map(String.init) ?? field
        if let group = FieldTeller.groups[key] { return words.word(group, camel(member)) }
        return member.count > 30 ? teller.resident(member) ?? words("person.unknown") : member
    }

    /// Fields that hold instants.
    private static let times: Set<String> = [
        "issued", "reached_station", "passed_on", "entered", "started", "ended", "at", "from", "to", "until", "sent",
        "answered",
    ]

    /// Fields that hold a closed word, and the group it is named in.
    private static let groups = [
        "door": "door", "reason": "door", "tags": "tag", "purpose": "purpose", "outcome": "outcome", "risk": "risk",
        "given": "given", "explained": "explained", "observations": "observation", "steps": "step", "fraud": "fraud",
        "brought_in": "broughtIn", "ways": "way", "care": "care", "recorded_with": "recorder", "kept_at": "keptAt",
        "taken_with": "takenWith",
        "level": "level", "origin": "origin", "sort": "sort", "state": "review", "datum": "datum", "role": "role",
    ]
}

/// An identifier as the core writes it; none where the bytes are something else.
func identifier(_ bytes: Data) -> String? {
    guard bytes.count == 16 else { return nil }
    let hex = bytes.map { String(format: "%02x", $0) }
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { hex[$0].joined() }.joined(separator: "-")
}
