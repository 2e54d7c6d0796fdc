// How much room there is where the store lies, and how much of it the app takes.
//
// Invariant: what cannot be measured is -1 (free, in all) or nothing (used), and stops nothing.
import Foundation

public struct Room: Sendable {
    private let folder: String

    /// The room in a folder of the app's own.
    public init(_ folder: String) { self.folder = folder }

    public func freeBytes() -> Int64 { system(.systemFreeSize) }

    public func totalBytes() -> Int64 { system(.systemSize) }

    /// Of everything below the folder.
    public func usedBytes() -> Int64 {
        guard let all = FileManager.default.enumerator(atPath: folder) else { return 0 }
        var sum: Int64 = 0
        for case let name as String in all {
            let about = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            guard about?[.type] as? FileAttributeType == .typeRegular else { continue }
            sum += (about?[.size] as? NSNumber)?.int64Value ?? 0
        }
        return sum
    }

    private func system(_ which: FileAttributeKey) -> Int64 {
        let about = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        return (about?[which] as? NSNumber)?.int64Value ?? -1
    }
}

extension Language {
    /// Chinese, unless the phone speaks English; `preferred` is what the person chose in the phone's settings, the first first.
    public static func of(preferred: [String]) -> Language {
        let first = preferred.first?.lowercased() ?? ""
        return first == "en" || first.hasPrefix("en-") ? .en : .zh
    }
}
