// A town made by the server's own command line, served by a process of its own: what phones in the tests talk to.
// Invariant: everything of it lies in one folder, which goes with it.
import Foundation

/// What went wrong with the server.
struct TownTrouble: Error, CustomStringConvertible {
    let description: String
}

final class Town: @unchecked Sendable {
    /// Where phones may put their stores, too.
    let folder: URL
    private var serving = Process()
    /// Where phones find it.
    private(set) var address = ""

    private var town: String { folder.appendingPathComponent("town").path }

    private static let server = ProcessInfo.processInfo.environment["QIAOMEN_SERVER"]

    /// A town that `prepare` makes by commands in its empty folder, or that is a copy of another's folder.
    init(prepare: (Town.Maker) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("qiaomen-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        try prepare(Maker(folder: folder))
        try serve(at: "127.0.0.1:0")
    }

    private func serve(at place: String) throws {
        let out = Pipe()
        let log = folder.appendingPathComponent("serve.log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        serving = Process()
        serving.executableURL = URL(fileURLWithPath: try Town.binary())
        serving.arguments = [
            "serve", "--listen", place, "--data", folder.appendingPathComponent("town").path,
        ]
        serving.standardOutput = out
        serving.standardError = try FileHandle(forWritingTo: log)
        try serving.run()
        // It says where it listens before anything else.
        var said = ""
        while !said.contains("\n") {
            let more = out.fileHandleForReading.availableData
            if more.isEmpty { break }
            said += String(decoding: more, as: UTF8.self)
        }
        let words = said.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard let word = words.first(where: { $0.hasPrefix("http://") }) else {
            throw TownTrouble(description: "The server did not start: \(said)")
        }
        address = word.trimmingCharacters(in: CharacterSet(charactersIn: ".,"))
    }

    deinit { end() }

    /// The server answers nobody, and connections stand still; or it goes on.
    func hang(_ yes: Bool) { kill(serving.processIdentifier, yes ? SIGSTOP : SIGCONT) }

    /// The server begins again, at the same address, from another folder's town.
    func restored(from backup: URL) throws {
        kill(serving.processIdentifier, SIGKILL)
        serving.waitUntilExit()
        let here = folder.appendingPathComponent("town")
        try FileManager.default.removeItem(at: here)
        try FileManager.default.copyItem(at: backup.appendingPathComponent("town"), to: here)
        try serve(at: String(address.dropFirst("http://".count)))
    }

    /// Ends the server and takes the folder away.
    func end() {
        if serving.isRunning {
            // A process that Foundation starts on Linux has the signals blocked that its thread had: SIGTERM is not heard.
            kill(serving.processIdentifier, SIGKILL)
            serving.waitUntilExit()
        }
        if (ProcessInfo.processInfo.environment["QIAOMEN_KEEP_TOWNS"] ?? "").isEmpty {
            try? FileManager.default.removeItem(at: folder)
        }
    }

    /// Runs one command of the server's and gives what it printed.
    @discardableResult
    func run(_ arguments: [String]) throws -> String {
        try Maker(folder: folder).run(arguments)
    }

    /// A new one-time code for a person.
    func invite(_ login: String) throws -> String {
        let said = try run(["invite", login, "--as", "admin", "--json"])
        guard let found = try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any],
            let code = found["code"] as? String
        else { throw TownTrouble(description: "No code in: \(said)") }
        return code
    }

    fileprivate static func binary() throws -> String {
        guard let server, !server.isEmpty else {
            throw TownTrouble(description: "QIAOMEN_SERVER must name the server's binary; ios-shell/test does that.")
        }
        return server
    }

    /// Runs commands on a town's folder.
    struct Maker {
        let folder: URL

        @discardableResult
        func run(_ arguments: [String], in place: URL? = nil) throws -> String {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: try Town.binary())
            process.arguments = arguments + ["--data", folder.appendingPathComponent("town").path]
            process.currentDirectoryURL = place ?? folder
            let out = folder.appendingPathComponent("said-\(UUID().uuidString)")
            _ = FileManager.default.createFile(atPath: out.path, contents: nil)
            defer { try? FileManager.default.removeItem(at: out) }
            // A file, and not a pipe: nothing can fill up.
            let handle = try FileHandle(forUpdating: out)
            process.standardOutput = handle
            process.standardError = handle
            try process.run()
            process.waitUntilExit()
            try handle.close()
            let said = String(decoding: try Data(contentsOf: out), as: UTF8.self)
            guard process.terminationStatus == 0 else {
                throw TownTrouble(description: "\(arguments): \(said)")
            }
            return said
        }
    }
}
