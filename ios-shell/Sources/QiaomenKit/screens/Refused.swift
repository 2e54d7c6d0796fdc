// Refused records, as far as they can be shown for putting right.
//
// Invariants: on the thread that works; what a refused edit wrote is all there in what is shown, or it is not offered for
// putting right: nothing that a person wrote goes back unseen.
import QiaomenCore

extension QuarantineEntry {
    /// The record with what was refused, to be put right: as the person had it, else (where it left this phone and came back
    /// since) as it is now with their edits. None where neither is to be had.
    @Work
    func toCorrect(_ core: Core, _ teller: Teller) throws -> AnyRecord? {
        if let record { return record }
        guard !whole, !edits.isEmpty, var now = try core.replica.record(id: document)?.record else { return nil }
        let parts = Part.of(now, teller)
        for edit in edits {
            guard let set = parts.first(where: { $0.name == edit.name })?.set, let text = edit.value.typed else {
                return nil
            }
            now = set(now, text)
        }
        return now
    }

    /// What an edit wrote, to be looked at where the record it was made to is not on this phone.
    func parts(_ words: Words) -> [Part] {
        edits.map { Part(name: $0.name, label: words.field($0.name), text: $0.value.told(words)) }
    }

    /// Why it was refused.
    func reasonText(_ words: Words) -> String {
        let reason = words.language == .zh ? reasonZh : reasonEn
        return field.map { words("refused.field", ["field": words.field($0), "reason": reason]) } ?? reason
    }

    /// What it is; an edit of one says so.
    func title(_ record: AnyRecord?, _ teller: Teller) -> String {
        let words = teller.words
        let subject = record.map(teller.title) ?? words.word("kind", kind.code)
        return whole ? subject : words("sync.edit", ["subject": subject])
    }
}

extension FieldEdit {
    /// A field's path as parts are called.
    var name: String { path.joined(separator: ".") }
}

extension FieldValue {
    /// What was written, as one types it; none where that is no text.
    fileprivate var typed: String? {
        switch self {
        case .text(let value): value
        case .number(let value): String(value)
        case .cleared: ""
        case .truth, .parts, .binary: nil
        }
    }

    fileprivate func told(_ words: Words) -> String {
        switch self {
        case .truth(let value): words(value ? "value.yes" : "value.no")
        case .cleared: words("value.cleared")
        case .parts(let fields): words.list(fields.map { $0.value.told(words) }.filter { !$0.isEmpty })
        default: typed ?? ""
        }
    }
}
