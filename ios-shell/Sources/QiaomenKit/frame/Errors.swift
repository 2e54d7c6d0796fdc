// What went wrong, by what the person in front of the phone can do about it.
//
// Invariant: every error of the core's has a sentence that says what happened and what to do; none holds anything that a
// person wrote.
import QiaomenCore

extension Words {
    /// A sentence about `error`.
    func error(_ error: any Error) -> String {
        guard let error = error as? QiaomenError else {
            // The type alone: what an error of another making says may hold anything.
            return self("error.unexpected", ["what": "\(type(of: error))"])
        }
        switch error {
        case .Offline: return self("error.offline")
        case .SignedOut: return self("error.signedOut")
        case .Revoked: return self("error.revoked")
        case .StorageFull: return self("error.storageFull")
        case .Invalid(let name, let reason):
            return self("error.invalid", ["field": field(name), "why": invalid(reason)])
        case .Incompatible: return self("error.incompatible")
        case .DamagedStore: return self("error.damagedStore")
        case .KeyUnavailable: return self("error.keyUnavailable")
        case .Cancelled: return self("error.cancelled")
        case .NotFound: return self("error.notFound")
        case .NotEnrolled: return self("error.notEnrolled")
        case .RoleUnknown: return self("error.roleUnknown")
        case .Refused(let code): return known("refused.\(code)") ?? self("refused", ["code": code])
        case .Unexpected(let what): return self("error.unexpected", ["what": what])
        }
    }

    /// What is wrong with a field, to be put beside it.
    func invalid(_ reason: InvalidReason) -> String {
        switch reason {
        case .missing: self("invalid.missing")
        case .wrongType: self("invalid.wrongType")
        // A Chinese character takes three bytes; people count characters.
        case .tooLong(let bytes): self("invalid.tooLong", ["count": bytes / 3])
        case .tooMany(let most): self("invalid.tooMany", ["count": most])
        case .outOfRange: self("invalid.outOfRange")
        case .before(let other): self("invalid.before", ["other": field(other)])
        case .contradicts(let other): self("invalid.contradicts", ["other": field(other)])
        case .unknownWord: self("invalid.unknownWord")
        case .malformed: self("invalid.malformed")
        case .mismatch: self("invalid.mismatch")
        case .other: self("invalid.other")
        }
    }

    /// What a record's field is called: by its whole path, else by its last part, else as it is.
    func field(_ path: String) -> String {
        let parts = path.split(separator: ".").map(String.init).filter { $0.count <= 30 && !$0.allSatisfy(\.isNumber) }
        let whole = known("field." + parts.joined(separator: "."))
        return whole ?? known("field." + (parts.last ?? "")) ?? path
    }
}
