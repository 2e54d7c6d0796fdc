// Alerts in a pasted message, put right and saved.
//
// Invariants: nothing is saved before somebody looked at it and said so; what was put right is kept with the message, so that
// both are there again after the app was killed; an alert is written once (see Once.swift).
import QiaomenCore

final class PasteModel: ScreenModel {
    let frame: ScreenFrame
    var state = PasteState()
    let route = Route.paste

    private nonisolated static let key = "paste"
    private static let save = "save"

    /// What is kept: the message, and what was put right in what was found.
    private struct Kept: Codable, Equatable, Sendable {
        var text = ""
        var area: String?
        var read = false
        var edits: [Int: PasteEdit] = [:]
        /// The alert that is being written, where the app was killed meanwhile.
        var writing: Writing?

        func writing(_ number: Int, _ name: String) -> Kept {
            var kept = self
            kept.writing = Writing(number: number, name: name)
            return kept
        }

        func saved(_ number: Int) -> Kept {
            var kept = self
            kept.edits[number, default: PasteEdit()].saved = true
            kept.writing = nil
            return kept
        }
    }

    private struct Writing: Codable, Equatable, Sendable {
        var number: Int
        var name: String
    }

    private struct Where: Sendable {
        var id: String
        var name: String
    }

    private var kept = Kept()
    private var found: [PastedAlert] = []
    private var areas: [Where] = []
    private var opened = false

    init(_ desk: Desk) { frame = ScreenFrame(desk) }

    static func wrap(_ state: PasteState) -> Screen { .paste(state: state) }

    func load() {
        let opening = !opened
        read { bench in
            (old: opening ? try PasteModel.kept(bench) : nil, areas: try PasteModel.areas(bench))
        } then: { now in
            // What was typed while this was read stands.
            if let old = now.old, self.kept == Kept() { self.kept = old }
            self.opened = true
            self.areas = now.areas
            if self.kept.area == nil { self.kept.area = now.areas.first?.id }
            self.render()
            if opening, self.kept.read { self.understand() }
        }
    }

    func changed(_ nouns: Set<Noun>) {
        if nouns.contains(.directory) { load() }
    }

    /// Where this person may enter alerts: the areas of their roles and the villages below.
    @Work
    private static func areas(_ bench: Bench) throws -> [Where] {
        let names = bench.names
        let own = try names.held().filter { Deed.alert.roles.contains($0.role) }.map(\.area).unique
        let below = try own.flatMap { area in
            try names.area(area)?.level == .town ? bench.core.areas.below(parent: area).map(\.id) : []
        }
        return try (own + below).unique.map { Where(id: $0, name: try names.path($0, bench.words)) }.sorted {
            let (one, other) = (own.contains($0.id), own.contains($1.id))
            return one == other ? Counted.before($0.name, $1.name) : one
        }
    }

    /// What was kept of the last message.
    @Work
    private static func kept(_ bench: Bench) throws -> Kept? {
        guard var old = try bench.forms.get(key: key).flatMap({ Written.read(Kept.self, $0) }) else { return nil }
        guard let writing = old.writing else { return old }
        if try bench.became(key, have: { try own(bench, writing.name) }, done: {}) { return old.saved(writing.number) }
        old.writing = nil
        return old
    }

    /// How many of the newest alerts for somebody of this name are this person's.
    @Work
    private static func own(_ bench: Bench, _ name: String) throws -> Int {
        let me = try bench.names.me()
        return try bench.core.alerts.list(page: Page(skip: 0, take: 200)).filter {
            $0.record.name == name && $0.about.header.author == me
        }.count
    }

    private func render() {
        let cards = found.enumerated().map { words.pastedCard($0, $1, kept.edits[$0] ?? PasteEdit()) }
        let nothing = kept.read && cards.isEmpty && !kept.text.isBlank
        show {
            $0.text = kept.text
            $0.areas = areas.map { Choice(code: $0.id, text: $0.name, chosen: $0.id == kept.area) }
            $0.found = cards
            $0.nothingText = nothing ? words("paste.nothing") : nil
        }
    }

    func on(_ event: PasteEvent) {
        // What is being saved is not changed under way.
        if busy(PasteModel.save) { return }
        switch event {
        case .text(let text):
            keep {
                $0.text = text
                $0.read = false
            }
        case .area(let code): keep { $0.area = code }
        case .read:
            // Read once more, what was saved of it stays saved.
            if !kept.read { kept.edits = [:] }
            kept.read = true
            touched()
            understand()
        case .edit(let number, let field, let text): edit(number) { $0.fields[field] = text }
        case .level(let number, let code): edit(number) { $0.level = code }
        case .who(let number, let code): edit(number) { $0.who = code }
        case .save(let number): save(number)
        }
    }

    private func keep(_ change: (inout Kept) -> Void) {
        change(&kept)
        render()
        touched()
    }

    private func edit(_ number: Int, _ change: (inout PasteEdit) -> Void) {
        keep {
            var edit = $0.edits[number] ?? PasteEdit()
            edit.errors = [:]
            change(&edit)
            $0.edits[number] = edit
        }
    }

    func keep() -> Keeping? {
        let kept = kept
        return { try $0.forms.keep(key: PasteModel.key, text: Written.json(kept)) }
    }

    private func understand() {
        guard let area = kept.area else { return desk.say(words("paste.noArea"), failure: true) }
        let text = kept.text
        if text.isBlank { return desk.say(words("paste.empty"), failure: true) }
        read("understand") {
            try $0.core.alerts.understand(text: text, area: area)
        } then: { now in
            self.found = now
            self.render()
        }
    }

    private func save(_ number: Int) {
        guard found.indices.contains(number) else { return }
        let (one, edit) = (found[number], kept.edits[number] ?? PasteEdit())
        if edit.saved { return }
        let errors = words.pasteErrors(one, edit)
        if !errors.isEmpty { return complain(number, errors) }
        let name = (edit.fields["name"] ?? one.draft.name).trimmed
        let (before, after) = (kept.writing(number, name), kept.saved(number))
        // Once everything in the message was saved it is not needed any more.
        let all = found.indices.allSatisfy { after.edits[$0]?.saved == true }
        nothingToKeep()
        writeOnce(PasteModel.save) { bench in
            let (forms, key) = (bench.forms, PasteModel.key)
            let place =
                edit.fields["address"] == nil ? nil : try one.draft.places.first?.id ?? bench.core.replica.newId()
            try forms.keep(key: key, text: Written.json(before))
            return try bench.once(
                key, have: { try PasteModel.own(bench, name) },
                done: {
                    if all {
                        _ = try forms.discard(key: key)
                    } else {
                        try forms.keep(key: key, text: Written.json(after))
                    }
                },
                write: {
                    try bench.core.alerts.create(
                        record: edit.applied(to: one, area: before.area, place: place), role: nil)
                })
        } then: { id in
            self.kept = after
            self.render()
            self.desk.saved()
            self.desk.say(self.words("paste.saved", ["name": name]))
            if all, self.found.count == 1 { self.giveWay(.alert(alert: id)) }
        } failed: { error in
            self.touched()
            guard case .Invalid(let field, let reason)? = error as? QiaomenError else { return false }
            self.complain(number, [FieldError(field: PasteEdit.field(field), text: self.words.invalid(reason))])
            return true
        }
    }

    private func complain(_ number: Int, _ errors: [FieldError]) {
        keep {
            for error in errors { $0.edits[number, default: PasteEdit()].errors[error.field] = error.text }
        }
    }
}
