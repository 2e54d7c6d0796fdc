// Settings, being on duty, one's own figures and badge.
//
// Invariants: what is chosen holds at once and is kept; a test whether this phone is woken polls by itself until it is, and
// says what to do where it was not.
import QiaomenCore

final class SettingsModel: ScreenModel {
    let frame: ScreenFrame
    var state = SettingsState()
    let route = Route.settings

    /// What is told of the last test as long as the screen lives.
    private var tested: (any Error)?
    private let shownBadge: ShownBadge

    init(_ desk: Desk) {
        frame = ScreenFrame(desk)
        shownBadge = ShownBadge(desk)
        shownBadge.isShown = { [weak self] in self.map { !$0.frame.left && $0.state.badge != nil } ?? false }
        shownBadge.ask = { [weak self] in self?.badge() }
        shownBadge.drop = { [weak self] in self?.closeBadge() }
    }

    static func wrap(_ state: SettingsState) -> Screen { .settings(state: state) }

    func load() {
        let (now, tested) = (desk.now(), tested)
        show { choices(&$0) }
        read {
            try SettingsModel.look($0, now, tested)
        } then: { found in
            self.show { state in
                let (badge, testing) = (state.badge, state.duty.testing)
                state = found
                self.choices(&state)
                state.badge = badge
                if testing {
                    // While a test runs there is nothing to be said of the last one.
                    state.duty.testing = true
                    state.duty.testText = self.words("duty.test.runs")
                    state.duty.testPassed = nil
                }
            }
        }
    }

    private func choices(_ state: inout SettingsState) {
        let now = desk.preferences
        func all<T: Equatable>(_ all: [T], _ chosen: T, _ key: String, _ code: (T) -> String) -> [Choice] {
            all.map { Choice(code: code($0), text: words("\(key).\(code($0))"), chosen: $0 == chosen) }
        }
        // Each in its own tongue, so that whoever cannot read the one that is chosen finds theirs.
        state.languages = Language.allCases.map {
            Choice(code: $0.rawValue, text: Words($0)("language.name"), chosen: $0 == now.language)
        }
        state.networks = all([false, true], now.unmeteredOnly, "networks") { $0 ? "unmetered" : "any" }
        state.textSizes = all(Preferences.textSizes, now.textPercent, "textSize") { String($0) }
        state.themes = all(Theme.allCases, now.theme, "theme") { $0.rawValue }
        state.locks = all(Preferences.locks, now.lockMinutes, "lock") { $0 == 0 ? "off" : String($0) }
    }

    @Work
    private static func look(_ bench: Bench, _ now: Int64, _ tested: (any Error)?) throws -> SettingsState {
        let words = bench.words
        let me = try bench.names.record(bench.names.me())
        let roles = try bench.names.held().map {
            words(
                "settings.role",
                ["role": words.word("role", $0.role.code), "area": try bench.names.path($0.area, words)])
        }
        return SettingsState(
            meText: me?.name ?? "",
            rolesText: words.list(roles),
            duty: try duty(bench, now, tested),
            figures: try figures(bench),
            about: try about(bench, now))
    }

    @Work
    private static func duty(_ bench: Bench, _ now: Int64, _ tested: (any Error)?) throws -> DutyState {
        let (duty, words) = (bench.core.duty, bench.words)
        // What is promised, and what the test proved: no more than this phone can do.
        func told(_ name: String, _ places: [String: Word] = [:]) -> String {
            words(bench.platform.ringsAlways ? "duty.\(name)" : "duty.\(name).inFront", places)
        }
        let on = try duty.isOn()
        let until = on ? try duty.pollAdvice().until : nil
        let last = try duty.lastTest()
        var testText: String?
        if let last {
            if let woken = last.woken {
                testText = told(
                    "test.passed",
                    ["moment": words.moment(woken, now), "length": words.length(woken - last.asked)])
            } else if case .Offline? = tested as? QiaomenError {
                testText = words("duty.test.offline")
            } else if let tested {
                testText = words("duty.test.failed", ["why": words.error(tested)])
            } else {
                testText = told("test.notWoken")
            }
        }
        let text = until.map { told("until", ["moment": words.moment($0, now)]) } ?? told("on")
        return DutyState(
            on: on, text: on ? text : words("duty.off"), testText: testText,
            testPassed: last.map { $0.woken != nil })
    }

    @Work
    private static func figures(_ bench: Bench) throws -> [Line] {
        let (mine, due) = (try bench.core.replica.figures(), try bench.core.tasks.figures())
        return [
            ("recorded", mine.recorded), ("sent", mine.sent), ("waiting", mine.waiting), ("held", mine.held),
            ("quarantined", mine.quarantined), ("due", due.due), ("done", due.done), ("late", due.late),
            ("overdue", due.overdue), ("missed", due.missed),
        ].map { Line(label: bench.words("figures.\($0)"), text: String($1)) }
    }

    @Work
    private static func about(_ bench: Bench, _ now: Int64) throws -> [Line] {
        let (words, identity, chosen) = (bench.words, try bench.core.replica.identity(), bench.preferences)
        let told: [(String, String?)] = [
            ("version", bench.platform.version),
            ("rules", try bench.core.town.rulesInForce(at: now)),
            ("server", chosen.server),
            ("device", identity.map { String($0.device.prefix(8)) }),
            ("joined", identity.map { words.moment($0.issued, now) }),
            ("undertaken", chosen.undertakenAt.map { words.moment($0, now) }),
        ]
        return told.compactMap { name, text in text.map { Line(label: words("about.\(name)"), text: $0) } }
    }

    func on(_ event: SettingsEvent) {
        switch event {
        case .duty(let on): write({ try $0.core.duty.set(on: on, until: nil) })
        case .testDuty: test()
        case .choose(let field, let code): choose(field, code)
        case .badge: badge()
        case .closeBadge: closeBadge()
        }
    }

    private func choose(_ field: String, _ code: String) {
        desk.opening.prefer { chosen in
            switch field {
            case "languages": chosen.language = Language(rawValue: code) ?? chosen.language
            case "networks": chosen.unmeteredOnly = code == "unmetered"
            case "textSizes":
                if let size = Int(code), Preferences.textSizes.contains(size) { chosen.textPercent = size }
            case "themes": chosen.theme = Theme(rawValue: code) ?? chosen.theme
            case "locks":
                let minutes = Int(code) ?? 0
                if Preferences.locks.contains(minutes) { chosen.lockMinutes = minutes }
            default: break
            }
        }
    }

    /// A poll that waits tells the server of the test, and one that waits after that is answered by being woken.
    private func test() {
        if state.duty.testing { return }
        tested = nil
        show {
            $0.duty.testing = true
            $0.duty.testText = words("duty.test.runs")
            $0.duty.testPassed = nil
        }
        let until = desk.clock.wall() + desk.habits.wakeTestMillis
        write { bench in
            _ = try bench.core.duty.beginTest()
            while try bench.core.duty.lastTest()?.woken == nil, bench.clock.wall() < until {
                try await bench.core.poll()
            }
        } then: {
            self.ended(nil)
        } failed: { error in
            self.ended(error)
            if case .Revoked? = error as? QiaomenError { return false }
            return true
        }
    }

    private func ended(_ error: (any Error)?) {
        tested = error
        show { $0.duty.testing = false }
        load()
    }

    private func badge() {
        read("badge") {
            try $0.core.replica.badge()
        } then: { badge in
            self.show { $0.badge = AlertSheet.Badge(badge, self.words) }
            self.shownBadge.shown(until: badge.until)
        } failed: { error in
            if case .NotFound? = error as? QiaomenError {
                self.desk.say(self.words("badge.afterSync"), failure: true)
            } else {
                self.desk.failed(error)
            }
        }
    }

    private func closeBadge() {
        show { $0.badge = nil }
    }

    func back() -> Bool {
        guard state.badge != nil else { return false }
        closeBadge()
        return true
    }
}

extension AlertSheet.Badge {
    init(_ badge: Badge, _ words: Words) {
        self.init(
            name: badge.name, town: badge.town, telephone: badge.telephone, url: badge.url,
            qr: Qr(size: Int(badge.qr.size), dark: badge.qr.dark), until: badge.until,
            untilText: words("badge.until", ["time": words.time(badge.until)]))
    }
}
