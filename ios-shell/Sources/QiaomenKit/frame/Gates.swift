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
            // What came of it stands below.
            then = ""
        } else if unsent > 0 {
            then = words.count("gate.revoked.unsent", unsent)
        } else {
            then = has.late == 0 ? words("gate.revoked.nothing") : ""
        }
        return Gate.Revoked(
            text: words("gate.revoked", ["then": then]).trimmed, unsent: unsent,
            resultText: has.handedIn.map { words.count("gate.revoked.handedIn", $0) }, handedIn: has.handedIn != nil,
            lateText: has.late > 0 ? words.count("gate.revoked.late", has.late) : nil)
    }
}
