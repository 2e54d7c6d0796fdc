// What should not stand in a text: numbers of cards and identities, codes.
//
// Invariant: the core knows what that is; offsets are in UTF-16 code units.
import QiaomenCore

enum Sensitive {
    static func spans(_ text: String) -> [SensitiveSpan] {
        let units = Array(text.utf16)
        return QiaomenCore.sensitive(text: text).compactMap { span in
            let (from, until) = (Int(span.from), Int(span.until))
            guard from <= until, until <= units.count else { return nil }
            return SensitiveSpan(
                from: from, until: until, text: String(decoding: units[from..<until], as: UTF16.self))
        }
    }

    static func masked(_ text: String) -> String { QiaomenCore.masked(text: text) }
}
