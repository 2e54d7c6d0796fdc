// JSON as a value, and whether one is met by another as tests/scenarios/README.md has it.
import Foundation

enum Json: Codable, Equatable, CustomStringConvertible {
    case null
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([Json])
    case object([String: Json])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .truth(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([Json].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: Json].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .truth(let value): try container.encode(value)
        // A whole number is written as one, so that it can be read as one.
        case .number(let value):
            if let whole = Int64(exactly: value) { try container.encode(whole) } else { try container.encode(value) }
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    static func read(_ text: Data) throws -> Json { try JSONDecoder().decode(Json.self, from: text) }

    static func of(_ value: some Encodable) throws -> Json { try read(JSONEncoder().encode(value)) }

    func decoded<T: Decodable>(_ type: T.Type) throws -> T {
        try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
    }

    var description: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "?"
    }

    var asText: String {
        if case .text(let text) = self { text } else { description }
    }

    subscript(_ key: String) -> Json? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    var keys: [String] {
        if case .object(let object) = self { object.keys.sorted() } else { [] }
    }

    var items: [Json] {
        if case .list(let items) = self { items } else { [] }
    }

    /// What lies at `a.0.people[name=王芳].id`.
    func at(_ path: String) -> Json? {
        path.split(separator: ".").reduce(self as Json?) { here, step in here?.step(String(step)) }
    }

    private func step(_ name: String) -> Json? {
        if let open = name.firstIndex(of: "["), name.hasSuffix("]") {
            let wanted = name[name.index(after: open)...].dropLast().split(separator: "=", maxSplits: 1)
            guard wanted.count == 2 else { return nil }
            let list = open == name.startIndex ? self : self[String(name[..<open])]
            return list?.items.first { $0[String(wanted[0])]?.asText == String(wanted[1]) }
        }
        if let index = Int(name) { return items.indices.contains(index) ? items[index] : nil }
        return self[name]
    }

    /// Why `shown` does not meet this; none where it does.
    func unmet(by shown: Json?, at path: String = "") -> String? {
        if case .object(let wanted) = self {
            if let key = wanted.keys.first, key.hasPrefix("$"), wanted.count == 1, let value = wanted[key] {
                return value.special(key, shown, path)
            }
            guard case .object? = shown else { return "\(path): an object is wanted, there is \(told(shown))" }
            for key in wanted.keys.sorted() {
                if let why = wanted[key]?.unmet(by: shown?[key], at: path.isEmpty ? key : "\(path).\(key)") {
                    return why
                }
            }
            return nil
        }
        if case .list(let wanted) = self {
            guard case .list(let found)? = shown, found.count == wanted.count else {
                return "\(path): \(wanted.count) items are wanted, there is \(told(shown))"
            }
            for (index, item) in wanted.enumerated() {
                if let why = item.unmet(by: found[index], at: "\(path).\(index)") { return why }
            }
            return nil
        }
        return self == shown ? nil : "\(path): \(self) is wanted, there is \(told(shown))"
    }

    private func special(_ key: String, _ shown: Json?, _ path: String) -> String? {
        switch key {
        case "$present":
            let present = shown != nil && shown != .null
            return .truth(present) == self ? nil : "\(path): there is \(told(shown))"
        case "$count":
            return .number(Double(shown?.items.count ?? -1)) == self
                ? nil : "\(path): \(self) items are wanted, there is \(told(shown))"
        case "$contains":
            guard case .text(let text)? = shown, text.contains(asText) else {
                return "\(path): a text with “\(asText)” is wanted, there is \(told(shown))"
            }
            return nil
        case "$some":
            guard case .list(let items)? = shown else { return "\(path): a list is wanted, there is \(told(shown))" }
            return items.contains { unmet(by: $0) == nil } ? nil : "\(path): no item meets \(self) of \(told(shown))"
        case "$none":
            guard case .list(let items)? = shown else { return "\(path): a list is wanted, there is \(told(shown))" }
            return items.contains { unmet(by: $0) == nil } ? "\(path): an item meets \(self)" : nil
        default:
            return "\(path): nobody knows \(key)"
        }
    }

    private func told(_ shown: Json?) -> String { shown.map(\.description) ?? "nothing" }
}
