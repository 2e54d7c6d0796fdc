// Where the store's key lies: the Keychain.
//
// Invariants: it never leaves this phone, neither through iCloud nor in a backup; it can be read once the phone was unlocked
// after its start, since a background exchange needs it then.
import Foundation
import QiaomenCore
import QiaomenKit
import Security

struct KeychainVault: Vault {
    let service: String

    func read() throws -> Data? {
        var query = identity
        query[kSecReturnData as String] = true
        query[kSecMatchLimit as String] = kSecMatchLimitOne
        var found: CFTypeRef?
        let status = SecItemCopyMatching(NSDictionary(dictionary: query) as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let secret = found as? Data else { throw trouble(status) }
        return secret
    }

    func put(_ secret: Data) throws {
        var item = identity
        item[kSecValueData as String] = secret
        item[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        // Fails where one lies there already.
        let status = SecItemAdd(NSDictionary(dictionary: item) as CFDictionary, nil)
        guard status == errSecSuccess else { throw trouble(status) }
    }

    private var identity: [String: Any] {
        [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: service,
            kSecAttrAccount as String: "store",
            kSecAttrSynchronizable as String: false,
        ]
    }

    private func trouble(_ status: OSStatus) -> ShellError {
        switch status {
        case errSecInteractionNotAllowed, errSecNotAvailable: .Unavailable
        default: .Failed(what: "the Keychain: \(status)")
        }
    }
}
