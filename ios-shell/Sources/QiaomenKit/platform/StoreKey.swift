// The store's key: 32 random bytes that the phone keeps where nobody else can read them.
//
// Invariants: the same for ever once it was given out; one that is there is never written over; where it is gone though there is
// a store that needs it none is made, so that the person is asked first.
import Foundation
import QiaomenCore

/// Where a few bytes are kept under lock and key: the iPhone's Keychain. Both are called on the thread that works.
public protocol Vault: Sendable {
    /// What lies there; none where nothing does. Fails where it cannot be told now, as before the phone is first unlocked.
    func read() throws -> Data?
    /// Puts it there. Fails where something lies there already.
    func put(_ secret: Data) throws
}

/// Keeps the key of the store at `store` in a vault.
public final class StoreKey: KeyStore {
    private let vault: any Vault
    private let store: String
    private let lock = NSLock()
    private static let size = 32

    public init(_ vault: any Vault, store: String) {
        self.vault = vault
        self.store = store
    }

    public func storeKey() throws -> Data {
        try lock.withLock {
            if let key = try vault.read() {
                guard key.count == StoreKey.size else {
                    throw ShellError.Failed(what: "the key has \(key.count) bytes")
                }
                return key
            }
            // The person can put the store aside; then there is none, and a new key may be made.
            if FileManager.default.fileExists(atPath: store) { throw ShellError.Unavailable }
            var random = SystemRandomNumberGenerator()
            let key = Data((0..<StoreKey.size).map { _ in UInt8.random(in: .min ... .max, using: &random) })
            try vault.put(key)
            return key
        }
    }
}
