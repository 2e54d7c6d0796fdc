// Runs one story of tests/scenarios: what somebody does, what happens at the server meanwhile, what the phones then show.
import Foundation
import QiaomenCore

@testable import QiaomenKit

/// Why a story does not hold.
struct Unmet: Error, CustomStringConvertible {
    let description: String
}

@MainActor
final class Scenario {
    private let town: Town
    private var phones: [String: TestPhone] = [:]
    private var acting: String?
    private var remembered: [String: Json] = [:]

    /// The town that every story begins with: made once, then copied.
    private static let template = Result { () -> URL in
        let place = Scenario.place.appendingPathComponent("town")
        let made = FileManager.default.temporaryDirectory.appendingPathComponent("qiaomen-town-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        let maker = Town.Maker(folder: made)
        let commands = try Json.read(Data(contentsOf: place.appendingPathComponent("town.json")))
        for command in commands["commands"]?.items ?? [] { try maker.run(command.items.map(\.asText), in: place) }
        return made
    }

    /// Where the stories are.
    nonisolated static let place: URL = {
        (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appendingPathComponent("scenarios")
    }()

    init() throws { town = try Scenario.standardTown() }

    /// A copy of that town, served.
    static func standardTown() throws -> Town {
        let template = try Scenario.template.get()
        return try Town { maker in
            for name in try FileManager.default.contentsOfDirectory(atPath: template.path) {
                try FileManager.default.copyItem(
                    at: template.appendingPathComponent(name), to: maker.folder.appendingPathComponent(name))
            }
        }
    }

    /// Runs the story, and ends everything it began.
    func run(_ story: Json) async throws {
        var trouble: (any Error)?
        for (number, step) in (story["steps"]?.items ?? []).enumerated() {
            do {
                try await take(step)
            } catch {
                trouble = Unmet(description: "step \(number + 1) \(step): \(error)")
                break
            }
        }
        for phone in phones.values { await phone.end() }
        town.end()
        if let trouble { throw trouble }
    }

    private func phone() throws -> TestPhone {
        guard let acting, let phone = phones[acting] else { throw Unmet(description: "no phone acts") }
        return phone
    }

    private func use(_ name: String) -> TestPhone {
        acting = name
        if let known = phones[name] { return known }
        let new = TestPhone(path: town.folder.appendingPathComponent("\(name).db").path)
        phones[name] = new
        return new
    }

    private func take(_ raw: Json) async throws {
        let step = try filled(raw)
        if let name = step["enrol"] {
            try await enrol(name.asText)
        } else if let name = step["phone"] {
            try await use(name.asText).settled()
        } else if let event = step["do"] {
            try phone().take(event, on: step["on"]?.asText ?? "")
        } else if step["sync"] != nil {
            _ = try await phone().model.exchange()
        } else if let network = step["network"] {
            let known: [String: Network] = ["absent": .absent, "metered": .metered, "unmetered": .unmetered]
            guard let state = known[network.asText] else { throw Unmet(description: "no such network") }
            try phone().platform.connection = state
        } else if let clock = step["clock"] {
            let platform = try phone().platform
            if case .number(let minutes)? = clock["minutes"] { platform.ahead += Int64(minutes * 60_000) }
            if case .number(let minutes)? = clock["wall"] { platform.wallAhead += Int64(minutes * 60_000) }
            if clock["boot"] != nil { platform.startAgain() }
        } else if step["restart"] != nil {
            let saved = step["restart"] == .text("where") ? try phone().model.saved() : nil
            try await phone().restart(saved: saved, also: step["also"]?.decoded(AppEvent.self))
            try await phone().settled()
        } else if let key = step["key"] {
            let platform = try phone().platform
            platform.keyIsLocked = key == .text("away")
            platform.keyIsBroken = key == .text("broken")
        } else if step["pause"] != nil {
            // The machine may be busy; what was to be kept is written by then.
            try await Task.sleep(nanoseconds: UInt64(TestPhone.habits.draftMillis + 400) * 1_000_000)
            try await phone().model.kept()
        } else if let hang = step["hang"] {
            town.hang(hang == .truth(true))
        } else if step["restored"] != nil {
            try town.restored(from: Scenario.template.get())
        } else if let hide = step["hide"] {
            try phone().model.on(hide == .truth(true) ? AppEvent.hidden : .shown)
            // The system leaves an app that much time.
            try await phone().model.kept()
        } else if let name = step["close"] {
            await phones.removeValue(forKey: name.asText)?.end()
        } else if let file = step["file"] {
            let lines = (file["lines"]?.items ?? []).map(\.asText).joined(separator: "\n") + "\n"
            let at = town.folder.appendingPathComponent(file["name"]?.asText ?? "")
            try lines.write(to: at, atomically: true, encoding: .utf8)
        } else if let command = step["server"] {
            try server(command.items.map(\.asText), step["remember"])
        } else if let login = step["invite"] {
            remembered[step["as"]?.asText ?? "code"] = .text(try town.invite(login.asText))
        } else if let wanted = step["expect"] {
            try await phone().expect(wanted)
        } else if let unwanted = step["never"] {
            if try unwanted.unmet(by: phone().shown()) == nil { throw Unmet(description: "it is shown") }
        } else if let effects = step["effects"] {
            try await phone().told(effects.items)
        } else if let wanted = step["remember"] {
            let shown = try phone().shown()
            for name in wanted.keys {
                guard let path = wanted[name]?.asText, let value = shown.at(path) else {
                    throw Unmet(description: "nothing at \(wanted[name]?.asText ?? name) of \(shown)")
                }
                remembered[name] = value
            }
        } else {
            throw Unmet(description: "nobody knows this step")
        }
    }

    private func server(_ command: [String], _ remember: Json?) throws {
        let said = try town.run(command)
        guard let remember else { return }
        let found = try Json.read(Data(said.utf8))
        for name in remember.keys {
            guard let path = remember[name]?.asText, let value = found.at(path) else {
                throw Unmet(description: "nothing of that name in what the server said: \(said)")
            }
            remembered[name] = value
        }
    }

    /// Joins as a person would.
    private func enrol(_ login: String) async throws {
        try await use(login).join(town, login)
    }

    // MARK: Places in texts

    private func filled(_ json: Json) throws -> Json {
        switch json {
        case .text(let text): try filled(text)
        case .list(let items): .list(try items.map(filled))
        case .object(let object): .object(try object.mapValues(filled))
        default: json
        }
    }

    private func filled(_ text: String) throws -> Json {
        // A place by itself may stand for a number.
        if text.hasPrefix("${"), text.hasSuffix("}"), let value = remembered[String(text.dropFirst(2).dropLast())] {
            return value
        }
        var done = ""
        var rest = text[...]
        while let open = rest.range(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
            done += rest[..<open.lowerBound]
            done += try place(String(rest[open.upperBound..<close]))
            rest = rest[rest.index(after: close)...]
        }
        return .text(done + rest)
    }

    private func place(_ name: String) throws -> String {
        if name == "server" { return town.address }
        if name == "folder" { return town.folder.path }
        if let value = remembered[name] { return value.asText }
        guard name.hasPrefix("now") else { throw Unmet(description: "nobody remembered ${\(name)}") }
        var rest = name.dropFirst(3)
        let inMillis = rest.hasSuffix(":ms")
        if inMillis { rest = rest.dropLast(3) }
        let units: [Character: Double] = ["m": 60, "h": 3600, "d": 86400]
        var at = Date()
        if let unit = rest.last {
            guard let seconds = units[unit], let count = Double(rest.dropLast()) else {
                throw Unmet(description: "no moment: \(name)")
            }
            at += count * seconds
        }
        if inMillis { return String(Int64(at.timeIntervalSince1970 * 1000)) }
        let format = ISO8601DateFormatter()
        format.timeZone = TimeZone(secondsFromGMT: 8 * 3600)
        format.formatOptions = [.withInternetDateTime]
        return format.string(from: at)
    }
}
