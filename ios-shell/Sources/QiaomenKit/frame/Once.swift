// What was typed becomes a record once, at whatever moment the app is killed.
//
// Invariants: on the thread that works, in one block: first a note (the form `writing.<key>`) of how many such records there
// are, then the record, then what was typed is thrown away, then the note. What a kill in between leaves:
//   before the record   the form and the note, and as many records as noted: what was typed is shown again, nothing is written
//   after the record    the form and the note, and one record more: the form is thrown away when it is opened next
//   after the form      the note alone, which is thrown away likewise
// So nothing is lost and nothing is there twice.
import QiaomenCore

extension Bench {
    /// Writes the record of what was typed under `key`; `have` counts those that there are, `done` throws away what was typed.
    @Work
    func once<T>(
        _ key: String, have: () throws -> Int, done: (() throws -> Void)? = nil, write: () throws -> T
    ) throws -> T {
        try forms.keep(key: Bench.note + key, text: String(have()))
        let made: T
        do {
            made = try write()
        } catch {
            _ = try forms.discard(key: Bench.note + key)
            throw error
        }
        if let done { try done() } else { _ = try forms.discard(key: key) }
        _ = try forms.discard(key: Bench.note + key)
        return made
    }

    /// When what was typed under `key` is opened: whether it became a record already, just before the app was killed.
    @Work
    func became(_ key: String, have: () throws -> Int, done: (() throws -> Void)? = nil) throws -> Bool {
        guard let before = try forms.get(key: Bench.note + key).flatMap({ Int($0) }) else { return false }
        let became = try have() > before
        if became {
            if let done { try done() } else { _ = try forms.discard(key: key) }
        }
        _ = try forms.discard(key: Bench.note + key)
        return became
    }

    private static let note = "writing."
}
