// A refused record, put right and sent again in the place of the refused one.
//
// Invariants: what was typed is kept as the form `correct.<item>`; the refused one stays until the new one is written.
import QiaomenCore

final class CorrectModel: ScreenModel {
    let frame: ScreenFrame
    var state: CorrectState
    let route: Route
    private let item: Int64
    private let form: String
    private var entry: QuarantineEntry?
    private var record: AnyRecord?
    private var parts: [Part] = []

    /// What was typed, by the field's name.
    private var typed: [String: String] = [:]
    private static let send = "send"

    init(_ desk: Desk, item: Int64) {
        frame = ScreenFrame(desk)
        state = CorrectState(item: item)
        route = .correct(item: item)
        self.item = item
        form = "correct.\(item)"
    }

    static func wrap(_ state: CorrectState) -> Screen { .correct(state: state) }

    private struct Found: Sendable {
        var entry: QuarantineEntry
        var record: AnyRecord?
        var parts: [Part]
        var title: String
        var typed: [String: String]
    }

    func load() {
        let (now, item, form) = (desk.now(), item, form)
        read {
            try CorrectModel.find($0, now, item, form)
        } then: { found in
            self.entry = found.entry
            self.record = found.record
            self.parts = found.parts
            self.typed = found.typed.merging(self.typed) { _, newer in newer }
            self.show {
                $0.title = found.title
                $0.reasonText = found.entry.reasonText(self.words)
                $0.field = found.entry.field
                $0.fields = self.fields()
                $0.canSend = found.record != nil && !self.busy(CorrectModel.send)
            }
        } failed: { error in
            // It was sent again or given up meanwhile.
            if self.busy(CorrectModel.send) { return }
            if case .NotFound? = error as? QiaomenError { self.goBack() }
            self.desk.failed(error)
        }
    }

    @Work
    private static func find(_ bench: Bench, _ now: Int64, _ item: Int64, _ form: String) throws -> Found {
        let entry = try bench.core.quarantine.get(item: item)
        let teller = bench.teller(now)
        let typed = try bench.forms.get(key: form).flatMap { Written.read([String: String].self, $0) }
        let record = try entry.toCorrect(bench.core, teller)
        return Found(
            entry: entry, record: record, parts: record.map { Part.of($0, teller) } ?? entry.parts(bench.words),
            title: entry.title(record, teller),
            typed: typed ?? [:])
    }

    private func fields() -> [CorrectField] {
        let edits = entry.map { $0.whole ? [] : $0.edits.map(\.name) } ?? []
        // What the server complained of and what the edit wrote stand first.
        func order(_ part: Part) -> Int {
            if part.name == entry?.field || edits.contains(part.name) { return 0 }
            return part.set != nil ? 1 : 2
        }
        return (0...2).flatMap { rank in parts.filter { order($0) == rank } }.map {
            CorrectField(name: $0.name, label: $0.label, text: typed[$0.name] ?? $0.text, editable: $0.set != nil)
        }
    }

    func on(_ event: CorrectEvent) {
        switch event {
        case .type(let name, let text):
            guard !busy(CorrectModel.send), parts.contains(where: { $0.name == name && $0.set != nil }) else { return }
            typed[name] = text
            show {
                $0.fields = fields()
                $0.errors.removeAll { $0.field == name }
            }
            touched()
        case .send: send()
        }
    }

    func keep() -> Keeping? {
        let (typed, form) = (typed, form)
        return { try $0.forms.keep(key: form, text: Written.json(typed)) }
    }

    private func send() {
        guard let entry, let record, !busy(CorrectModel.send) else { return }
        show {
            $0.canSend = false
            $0.errors = []
        }
        let corrected = parts.reduce(record) { sofar, part in
            guard let text = typed[part.name], text != part.text else { return sofar }
            return part.set?(sofar, text) ?? sofar
        }
        let form = form
        nothingToKeep()
        // A kill in between leaves the form of something that is not refused any more: nobody is led to it again.
        writeOnce(CorrectModel.send) { bench in
            // A role that one has no more would be refused again; the core then picks one that will do.
            let role = try bench.roles().contains(entry.role) ? entry.role : nil
            try bench.core.quarantine.resend(item: entry.item, corrected: corrected, role: role)
            _ = try bench.forms.discard(key: form)
        } then: {
            self.desk.say(self.words("sync.sentAgain"))
            self.goBack()
            self.desk.saved()
        } failed: { error in
            self.refused(error)
        }
    }

    private func refused(_ error: any Error) -> Bool {
        show { $0.canSend = true }
        touched()
        guard case .Invalid(let field, let reason)? = error as? QiaomenError,
            parts.contains(where: { $0.name == field })
        else { return false }
        show { $0.errors = [FieldError(field: field, text: words.invalid(reason))] }
        desk.say(words.error(error), failure: true)
        return true
    }
}
