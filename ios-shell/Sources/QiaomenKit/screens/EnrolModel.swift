// Joining a server, and the first exchange.
//
// Invariants: what was typed is kept as the form `enrol` until the phone has joined; the undertaking is given before anything
// is asked of the server, and when it was given is kept.
import QiaomenCore

final class EnrolModel: ScreenModel {
    let frame: ScreenFrame
    var state: EnrolState
    let route = Route.enrol

    private nonisolated static let form = "enrol"
    private var remembered = false

    init(_ desk: Desk) {
        frame = ScreenFrame(desk)
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
        if remembered { return }
        remembered = true
        read {
            try $0.forms.get(key: EnrolModel.form).flatMap { Written.read(Typed.self, $0) }
        } then: { typed in
            // What was typed while this was read stands.
            guard let typed, self.state.code.isEmpty else { return }
            self.edit {
                $0.code = typed.code
                $0.server = typed.server
                $0.label = typed.label
                $0.undertaken = typed.undertaken
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
        case .code(let text): typed { EnrolModel.take(&$0, text) }
        case .server(let text): typed { $0.server = text }
        case .label(let text): typed { $0.label = text }
        case .undertake(let yes): typed { $0.undertaken = yes }
        case .scan: desk.effect(.scan)
        case .enrol: enrol()
        case .cancel: if state.busy { write({ $0.core.replica.cancel() }) }
        }
    }

    func answer(_ event: AppEvent) {
        if case .scanned(let text) = event { typed { EnrolModel.take(&$0, text) } }
    }

    /// A QR picture's text says the server too; anything else is the code.
    private static func take(_ state: inout EnrolState, _ text: String) {
        guard let found = readInvitation(text: text.trimmed) else {
            state.code = text
            return
        }
        state.code = found.code
        state.server = found.server
    }

    private func typed(_ change: (inout EnrolState) -> Void) {
        if state.busy { return }
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
        let undertaken = desk.clock.wall()
        edit {
            $0.busy = true
            $0.errors = []
            $0.failureText = nil
            $0.progress = nil
        }
        write { bench in
            let replica = bench.core.replica
            try Opening.setServer(replica, server)
            try await replica.enrol(code: code, label: label)
            return try replica.identity()?.zone ?? ""
        } then: { zone in
            self.nothingToKeep()
            self.desk.opening.prefer {
                $0.server = server
                $0.undertakenAt = undertaken
            }
            self.write({ _ = try $0.forms.discard(key: EnrolModel.form) })
            // Without a first exchange there is nothing to be seen yet, but the phone has joined: it is tried again later.
            self.desk.exchanges.now { _ in self.desk.opening.enrolled(zone) }
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
        edit {
            $0.busy = false
            $0.progress = nil
            $0.errors = errors
            $0.failureText = errors.isEmpty ? words.error(error) : nil
        }
    }
}
