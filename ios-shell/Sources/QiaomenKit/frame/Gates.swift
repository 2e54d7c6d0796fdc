// What stands on a gate that fell: why, and what the person can do now.
//
// Invariants: pure, but for what a revoked phone remembers; nothing that a person wrote stands here.
import QiaomenCore

/// What a revoked phone remembers of its end: kept as a preference, since of a revoked phone the core tells nothing else.
struct Revocation: Codable, Equatable, Sendable {
    /// How many visits had been saved and were no records yet.
    var late = 0
    /// How many changes were handed in; none as long as nothing was.
    var handedIn: Int?

    private static let form = "preference.revoked"

    @Work
    func keep(_ forms: Forms) throws { try forms.keep(key: Revocation.form, text: Written.json(self)) }

    @Work
    static func read(_ forms: Forms) throws -> Revocation {
        try forms.get(key: form).flatMap { Written.read(Revocation.self, $0) } ?? Revocation()
    }
}

extension Gate.Revoked {
    /// The gate of a revoked phone on which `unsent` changes were not sent.
    static func of(_ words: Words, unsent: Int, _ has: Revocation) -> Gate.Revoked {
        let then: String
        if has.handedIn != nil {
            // What came of it stands above.
            then = ""
        } else if unsent > 0 {
            then = words.count("gate.revoked.unsent", unsent)
        } else {
            then = has.late == 0 ? words("gate.revoked.nothing") : ""
        }
        return Gate.Revoked(
            // Whether there are drafts cannot be asked any more.
            text: words("gate.revoked", ["then": then]).trimmed + "\n" + words("gate.revoked.drafts"),
            unsent: unsent,
            resultText: has.handedIn.map { words.count("gate.revoked.handedIn", $0) }, handedIn: has.handedIn != nil,
            lateText: has.late > 0 ? words.count("gate.revoked.late", has.late) : nil)
    }
}

extension Gate {
    /// What the core says of a store that somebody else writes.
    private static let inUse = "the store is in use"

    /// The gate of a store that does not open because of `error`.
    static func notOpened(_ words: Words, _ error: any Error) -> Gate {
        func stays(_ cause: String) -> Gate {
            .notOpened(.init(titleText: words("\(cause).title"), text: words(cause), canBeginAnew: false))
        }
        switch error as? QiaomenError {
        case .DamagedStore: return .damaged(.init(text: words("gate.damaged")))
        case .KeyUnavailable: return .keyMissing(.init(text: words("gate.keyMissing")))
        // A new store would need room too.
        case .StorageFull: return stays("gate.full")
        // There is nothing wrong with it: a later version reads it.
        case .Incompatible: return stays("gate.newer")
        case .Unexpected(inUse): return stays("gate.inUse")
        default:
            let text = words("gate.notOpened", ["why": words.error(error)])
            return .notOpened(
                .init(titleText: words("gate.notOpened.title"), text: text, canBeginAnew: true))
        }
    }

    /// This gate, and that what was stored could not be put aside; without a `why` as it is.
    func failing(_ why: String?) -> Gate {
        guard let why else { return self }
        switch self {
        case .revoked(var gate):
            gate.failureText = why
            return .revoked(gate)
        case .damaged(var gate):
            gate.failureText = why
            return .damaged(gate)
        case .keyMissing(var gate):
            gate.failureText = why
            return .keyMissing(gate)
        case .notOpened(var gate):
            gate.failureText = why
            return .notOpened(gate)
        case .opening, .enrolling, .open, .locked: return self
        }
    }

    /// Whether the store behind this gate can be put aside.
    var canBeginAnew: Bool {
        switch self {
        case .revoked, .damaged, .keyMissing: true
        case .notOpened(let gate): gate.canBeginAnew
        case .opening, .enrolling, .open, .locked: false
        }
    }
}
