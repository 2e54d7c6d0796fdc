// How the person wants the app to be, and which server it belongs to: forms under `preference.…`.
//
// Invariants: read once when the store opens and kept here; a value that this version does not know is as if it were absent.
import QiaomenCore

/// What was chosen; what was not has its default.
struct Preferences: Equatable, Sendable {
    var language: Language
    var textPercent = 100
    var theme = Theme.system
    /// Whether exchanges that begin by themselves wait for a connection that costs nothing.
    var unmeteredOnly = false
    var lockMinutes: Int
    var server: String?
    /// When the undertaking of confidentiality was given here, by the phone's clock.
    var undertakenAt: Int64?

    static let textSizes = [100, 130, 160, 200]
    static let locks = [0, 1, 5, 15]

    var look: Look { Look(language: language, textPercent: textPercent, theme: theme) }

    /// As forms.
    var forms: [String: String?] {
        [
            "language": language.rawValue,
            "text": String(textPercent),
            "theme": theme.rawValue,
            "network": unmeteredOnly ? "unmetered" : "any",
            "lock": String(lockMinutes),
            "server": server,
            "undertaken": undertakenAt.map(String.init),
        ]
    }

    /// Keeps what this store does not have yet; what nobody chose, being as in `defaults`, is not kept.
    @Work
    func keep(_ defaults: Preferences, _ kept: Forms) throws {
        let unsaid = defaults.forms
        for (name, text) in forms {
            guard let text else { continue }
            let old = try kept.get(key: "preference.\(name)") ?? unsaid[name] ?? nil
            if text != old { try kept.keep(key: "preference.\(name)", text: text) }
        }
    }

    /// What is kept, else as `otherwise` has it.
    @Work
    static func read(_ forms: Forms, _ otherwise: Preferences) throws -> Preferences {
        func of(_ name: String) throws -> String? { try forms.get(key: "preference.\(name)") }
        var read = otherwise
        if let language = try of("language").flatMap(Language.init(rawValue:)) { read.language = language }
        if let text = try of("text").flatMap(Int.init), textSizes.contains(text) { read.textPercent = text }
        if let theme = try of("theme").flatMap(Theme.init(rawValue:)) { read.theme = theme }
        if let network = try of("network") { read.unmeteredOnly = network == "unmetered" }
        if let lock = try of("lock").flatMap(Int.init), locks.contains(lock) { read.lockMinutes = lock }
        if let server = try of("server") { read.server = server }
        if let at = try of("undertaken").flatMap(Int64.init) { read.undertakenAt = at }
        return read
    }
}
