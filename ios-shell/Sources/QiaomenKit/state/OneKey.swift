// JSON of those closed types whose cases hold a value of their own: an object of one key, the case's name. (The others are
// written so by the compiler.)

/// A key that is not known beforehand.
struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

/// What a case without a value holds.
private struct Nothing: Codable {}

/// Writes `{"name": value}`.
private func write(_ value: some Encodable, under name: String, to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encode(value, forKey: AnyKey(name))
}

/// The one key that there is, with what reads its value.
private func only(_ decoder: any Decoder) throws -> (name: String, at: KeyedDecodingContainer<AnyKey>, key: AnyKey) {
    let container = try decoder.container(keyedBy: AnyKey.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
        throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "an object of one key is wanted"))
    }
    return (key.stringValue, container, key)
}

private func unknown(_ name: String, _ decoder: any Decoder) -> DecodingError {
    .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "there is no \(name)"))
}

extension Gate: Codable {
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .opening: try write(Nothing(), under: "opening", to: encoder)
        case .enrolling: try write(Nothing(), under: "enrolling", to: encoder)
        case .open: try write(Nothing(), under: "open", to: encoder)
        case .locked: try write(Nothing(), under: "locked", to: encoder)
        case .revoked(let value): try write(value, under: "revoked", to: encoder)
        case .damaged(let value): try write(value, under: "damaged", to: encoder)
        case .keyMissing(let value): try write(value, under: "keyMissing", to: encoder)
        case .notOpened(let value): try write(value, under: "notOpened", to: encoder)
        }
    }

    public init(from decoder: any Decoder) throws {
        let (name, at, key) = try only(decoder)
        switch name {
        case "opening": self = .opening
        case "enrolling": self = .enrolling
        case "open": self = .open
        case "locked": self = .locked
        case "revoked": self = .revoked(try at.decode(Revoked.self, forKey: key))
        case "damaged": self = .damaged(try at.decode(Damaged.self, forKey: key))
        case "keyMissing": self = .keyMissing(try at.decode(KeyMissing.self, forKey: key))
        case "notOpened": self = .notOpened(try at.decode(NotOpened.self, forKey: key))
        default: throw unknown(name, decoder)
        }
    }
}

extension AlertSheet: Codable {
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .handOver(let value): try write(value, under: "handOver", to: encoder)
        case .badge(let value): try write(value, under: "badge", to: encoder)
        case .script(let value): try write(value, under: "script", to: encoder)
        case .moneySent(let value): try write(value, under: "moneySent", to: encoder)
        case .stopPayment(let value): try write(value, under: "stopPayment", to: encoder)
        case .words(let value): try write(value, under: "words", to: encoder)
        case .raise(let value): try write(value, under: "raise", to: encoder)
        }
    }

    public init(from decoder: any Decoder) throws {
        let (name, at, key) = try only(decoder)
        switch name {
        case "handOver": self = .handOver(try at.decode(HandOver.self, forKey: key))
        case "badge": self = .badge(try at.decode(Badge.self, forKey: key))
        case "script": self = .script(try at.decode(Script.self, forKey: key))
        case "moneySent": self = .moneySent(try at.decode(MoneySent.self, forKey: key))
        case "stopPayment": self = .stopPayment(try at.decode(StopPayment.self, forKey: key))
        case "words": self = .words(try at.decode(Words.self, forKey: key))
        case "raise": self = .raise(try at.decode(Raise.self, forKey: key))
        default: throw unknown(name, decoder)
        }
    }
}

extension HouseholdSheet: Codable {
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .resident(let value): try write(value, under: "resident", to: encoder)
        case .door(let value): try write(value, under: "door", to: encoder)
        }
    }

    public init(from decoder: any Decoder) throws {
        let (name, at, key) = try only(decoder)
        switch name {
        case "resident": self = .resident(try at.decode(Resident.self, forKey: key))
        case "door": self = .door(try at.decode(Door.self, forKey: key))
        default: throw unknown(name, decoder)
        }
    }
}
