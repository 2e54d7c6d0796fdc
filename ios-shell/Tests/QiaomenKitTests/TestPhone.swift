// A phone of a test's: the model on a platform that outlives it, and what it was told to do.
import Foundation
import QiaomenCore

@testable import QiaomenKit

@MainActor
final class TestPhone {
    let platform: FakePlatform
    private(set) var model: PhoneModel
    private var effects: [Json] = []
    private var listening: Task<Void, Never>?

    /// Impatient, and doing nothing by itself.
    static var habits: Habits {
        var habits = Habits()
        habits.undoMillis = 400
        habits.restMillis = 3000
        habits.draftMillis = 100
        habits.refreshMillis = 1000
        habits.gatherMillis = 20
        habits.wakeTestMillis = 15_000
        habits.syncByItself = false
        habits.lockMinutes = 0
        return habits
    }

    private let habits: Habits

    init(path: String, habits: Habits = TestPhone.habits) {
        self.habits = habits
        platform = FakePlatform(path: path)
        model = PhoneModel(platform: platform, habits: habits)
        begin()
    }

    /// On a copy of another's store.
    init(_ other: TestPhone, at path: String) throws {
        platform = FakePlatform(path: path, key: try other.platform.storeKey())
        habits = other.habits
        model = PhoneModel(platform: platform, habits: habits)
        begin()
    }

    private func begin() {
        listening?.cancel()
        let told = model.effects
        listening = Task { @MainActor [weak self] in
            for await effect in told {
                if let effect = try? Json.of(effect) { self?.effects.append(effect) }
            }
        }
        model.start()
    }

    /// The app is killed without a word, and started again on its files; `also` it is told at once.
    func restart(saved: String? = nil, also: AppEvent? = nil) async {
        await model.kill()
        model = PhoneModel(platform: platform, habits: habits)
        if let saved { model.restore(saved) }
        begin()
        if let also { model.on(also) }
    }

    /// Types what it takes to join.
    func type(_ town: Town, _ login: String) async throws {
        try await settled()
        model.on(EnrolEvent.server(text: town.address))
        model.on(EnrolEvent.code(text: try town.invite(login)))
        model.on(EnrolEvent.undertake(yes: true))
    }

    /// Joins as a person would, and waits for today's.
    func join(_ town: Town, _ login: String) async throws {
        try await type(town, login)
        model.on(EnrolEvent.enrol)
        try await expect(Json.read(Data(#"{"screen":{"today":{"state":{"loading":false}}}}"#.utf8)))
    }

    func end() async {
        await model.close()
        listening?.cancel()
    }

    func shown() throws -> Json { try Json.of(model.state) }

    /// Waits until this is shown.
    func expect(_ wanted: Json) async throws {
        let until = Date().addingTimeInterval(20)
        while true {
            let shown = try shown()
            guard let why = wanted.unmet(by: shown) else { return }
            if Date() > until { throw Unmet(description: "\(why)\nshown: \(shown)") }
            try await Task.sleep(nanoseconds: 25_000_000)
        }
    }

    /// Waits until the platform was told this, in this order; then forgets what it was told so far.
    func told(_ wanted: [Json]) async throws {
        let until = Date().addingTimeInterval(20)
        while true {
            var rest = wanted[...]
            var heard = 0
            for (at, effect) in effects.enumerated() {
                guard let next = rest.first, next.unmet(by: effect) == nil else { continue }
                rest = rest.dropFirst()
                heard = at + 1
            }
            if rest.isEmpty {
                effects.removeFirst(heard)
                return
            }
            if Date() > until { throw Unmet(description: "told: \(effects)") }
            try await Task.sleep(nanoseconds: 25_000_000)
        }
    }

    /// Waits until the store is open, or does not open.
    func settled() async throws {
        let until = Date().addingTimeInterval(20)
        while model.state.gate == .opening {
            if Date() > until { throw Unmet(description: "it is still opening") }
            try await Task.sleep(nanoseconds: 10_000_000)
        }
    }

    /// What somebody does on the screen on top.
    func take(_ event: Json, on screen: String) throws {
        switch screen {
        case "app": model.on(try event.decoded(AppEvent.self))
        case "enrol": model.on(try event.decoded(EnrolEvent.self))
        case "today": model.on(try event.decoded(TodayEvent.self))
        case "alert": model.on(try event.decoded(AlertEvent.self))
        case "paste": model.on(try event.decoded(PasteEvent.self))
        case "conflicts": model.on(try event.decoded(ConflictsEvent.self))
        case "doors": model.on(try event.decoded(DoorsEvent.self))
        case "household": model.on(try event.decoded(HouseholdEvent.self))
        case "visit": model.on(try event.decoded(VisitEvent.self))
        case "pledge": model.on(try event.decoded(PledgeEvent.self))
        case "sync": model.on(try event.decoded(SyncEvent.self))
        case "correct": model.on(try event.decoded(CorrectEvent.self))
        case "settings": model.on(try event.decoded(SettingsEvent.self))
        default: throw Unmet(description: "there is no screen \(screen)")
        }
    }
}
