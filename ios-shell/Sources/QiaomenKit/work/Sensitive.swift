// What should not stand in a text: numbers of cards and identities, codes.
//
// Invariant: the core knows what that is; offsets are in UTF-16 code units.
import QiaomenCore

enum Sensitive {
    /// Shorter than any code.
    private static let shortest = 4

    /// What should not stand there, with what it is.
    static func spans(_ text: String, _ words: Words) -> [SensitiveSpan] {
        if text.utf16.count < shortest { return [] }
        return QiaomenCore.sensitive(text: text).map { span in
            let kind =
                switch span.kind {
                case .cardNumber: words("sensitive.cardNumber")
                case .idNumber: words("sensitive.idNumber")
                case .verificationCode: words("sensitive.verificationCode")
                }
            return SensitiveSpan(from: Int(span.from), until: Int(span.until), text: kind)
        }
    }

    /// The text without it.
    static func masked(_ text: String) -> String { QiaomenCore.masked(text: text) }
}
