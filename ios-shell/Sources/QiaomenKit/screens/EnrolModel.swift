// Joining a server, and the first exchange; or joining it again, over a store whose phone the server does not know any more.
//
// Invariants: what was typed is kept as the form `enrol` until the phone has joined; the undertaking is given before anything is
// asked of the server; when it was given, and which server it is, is kept before that too, so that a phone that is killed the
// moment it has joined knows whom to ask. Joining again loses nothing: the core sends on what was not sent, and takes no code of
// another person's.
import QiaomenCore

final class EnrolModel: ScreenModel {
    let frame: ScreenFrame
    var state: EnrolState
    let route = Route.enrol

    private nonisolated static let form = "enrol"
    private var remembered = false

    private enum Field { case code, server, label, undertaken }

    /// What was typed before the kept form was read: that stands.
    private var mine: Set<Field> = []
    /// Whether the phone is somebody's already.
    private let again: Bool
    /// What the core says of a code of another person's than the store is of.
    private static let otherPerson = "this phone holds another person's records"

    init(_ desk: Desk) {
        frame = ScreenFrame(desk)
        again = desk.glass.state.gate == .open
        state = EnrolState(server: desk.preferences.server ?? "", label: desk.platform.deviceName)
    }

    static func wrap(_ state: EnrolState) -> Screen { .enrol(state: state) }

    /// What was typed.
    private struct Typed: Codable, Sendable {
        var code: String
        var server: String
        var label: String
        var undertaken: Bool
    }

    func load() {
        show {
            $0.storedTexts = lines("enrol.stored")
            $0.seenByTexts = lines("enrol.seenBy")
            $0.undertakingTexts = lines("enrol.undertaking")
        }
        if again {
            read("unsent") {
                Int(try $0.core.sync.waiting())
            } then: { unsent in
                self.show {
                    $0.againText =
                        unsent == 0 ? self.words("enrol.again") : self.words.count("enrol.again.unsent", unsent)
                }
            }
        }
        if remembered { return }
        remembered = true
        read {
            try $0.forms.get(key: EnrolModel.form).flatMap { Written.read(Typed.self, $0) }
        } then: { typed in
            guard let typed else { return }
            let mine = self.mine
            self.edit {
                if !mine.contains(.code) { $0.code = typed.code }
                if !mine.contains(.server) { $0.server = typed.server }
                if !mine.contains(.label) { $0.label = typed.label }
                if !mine.contains(.undertaken) { $0.undertaken = typed.undertaken }
            }
        }
    }

    /// The sentences `key.1`, `key.2` …
    private func lines(_ key: String) -> [String] {
        var lines: [String] = []
        while let line = words.known("\(key).\(lines.count + 1)") { lines.append(line) }
        return lines
    }

    func changed(_ nouns: Set<Noun>) {
        guard state.busy, let progress = desk.exchanges.progress else { return }
        show { $0.progress = Exchanges.shown(progress, words) }
    }

    func on(_ event: EnrolEvent) {
        switch event {
        case .code(let text): take(text)
        case .server(let text): typed(.server) { $0.server = text }
        case .label(let text): typed(.label) { $0.label = text }
        case .undertake(let yes): typed(.undertaken) { $0.undertaken = yes }
        case .scan: desk.effect(.scan)
        case .enrol: enrol()
        case .cancel: cancel()
        }
    }

    /// Ends the joining that is under way, or the exchange after it.
    private func cancel() {
        guard state.busy, !frame.left else { return }
        write({ $0.core.replica.cancel() })
        // The core's own work begins on another thread than is told to end it, and may have begun only after that.
        _ = desk.later(100) { self.cancel() }
    }

    func answer(_ event: AppEvent) {
        if case .scanned(let text) = event { take(text) }
    }

    /// A QR picture's text says the server too; anything else is the code.
    private func take(_ text: String) {
        guard let found = readInvitation(text: text.trimmed) else { return typed(.code) { $0.code = text } }
        typed(.code) { $0.code = found.code }
        typed(.server) { $0.server = found.server }
    }

    private func typed(_ field: Field, _ change: (inout EnrolState) -> Void) {
        if state.busy { return }
        mine.insert(field)
        edit {
            change(&$0)
            $0.errors = []
            $0.failureText = nil
        }
        touched()
    }

    private func edit(_ change: (inout EnrolState) -> Void) {
        show {
            change(&$0)
            $0.canEnrol = !$0.busy && $0.undertaken && !$0.code.isBlank && !$0.server.isBlank
        }
    }

    func keep() -> Keeping? {
        let typed = Typed(code: state.code, server: state.server, label: state.label, undertaken: state.undertaken)
        return { try $0.forms.keep(key: EnrolModel.form, text: Written.json(typed)) }
    }

    private func enrol() {
        guard state.canEnrol else { return }
        let (code, server) = (state.code.trimmed, EnrolModel.address(state.server))
        let label = state.label.orNone ?? desk.platform.deviceName
        let (before, defaults, again) = (desk.preferences, desk.defaults, again)
        var kept = before
        kept.server = server
        kept.undertakenAt = desk.clock.wall()
        let now = kept
        edit {
            $0.busy = true
            $0.errors = []
            $0.failureText = nil
            $0.progress = nil
        }
        write { bench in
            let replica = bench.core.replica
            try Opening.setServer(replica, server)
            try now.keep(defaults, bench.forms)
            do {
                try await replica.enrol(code: code, label: label)
            } catch {
                // One that was somebody's before goes on asking whom it asked.
                if again, let old = before.server, old != server {
                    try Opening.setServer(replica, old)
                    try before.keep(defaults, bench.forms)
                }
                throw error
            }
            return try replica.identity()?.zone ?? ""
        } then: { zone in
            self.nothingToKeep()
            self.desk.opening.prefer {
                $0.server = now.server
                $0.undertakenAt = now.undertakenAt
            }
            self.write({ _ = try $0.forms.discard(key: EnrolModel.form) })
            // Without a first exchange there is nothing to be seen yet, but the phone has joined: it is tried again later.
            self.desk.exchanges.now { error in
                // It was under way before the phone joined again.
                if error as? QiaomenError == .SignedOut {
                    self.desk.exchanges.now { _ in self.desk.opening.enrolled(zone) }
                } else {
                    self.desk.opening.enrolled(zone)
                }
            }
        } failed: { error in
            self.failed(error)
            return true
        }
    }

    /// An address as people type it.
    private static func address(_ typed: String) -> String {
        var address = typed.trimmed
        while address.hasSuffix("/") { address.removeLast() }
        return address.contains("://") || address.contains(" ") ? address : "https://\(address)"
    }

    private func failed(_ error: any Error) {
        var errors: [FieldError] = []
        if case .Invalid(let field, _)? = error as? QiaomenError {
            switch field {
            case "address": errors = [FieldError(field: "server", text: words("enrol.badServer"))]
            case "code": errors = [FieldError(field: "code", text: words("enrol.badCode"))]
            case "label": errors = [FieldError(field: "label", text: words.error(error))]
            default: break
            }
        }
        let others = error as? QiaomenError == .Unexpected(what: EnrolModel.otherPerson)
        edit {
            $0.busy = false
            $0.progress = nil
            $0.errors = errors
            $0.failureText = !errors.isEmpty ? nil : others ? words("enrol.otherPerson") : words.error(error)
        }
    }
}
