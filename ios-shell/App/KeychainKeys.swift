// The store's key, held by the Keychain: made once, never leaves this phone, readable once it was unlocked after a start (a
// background sync needs it then). It is not in a backup's reach: a phone that is restored from one enrols anew.
import Foundation
import QiaomenCore
import Security

final class KeychainKeys: KeyStore, @unchecked Sendable {
    private let service: String
    private let lock = NSLock()

    init(service: String) {
        self.service = service
    }

    func storeKey() throws -> Data {
        try lock.withLock {
            if let found = try find() { return found }
            var key = Data(count: 32)
            let made = key.withUnsafeMutableBytes { bytes in
                SecRandomCopyBytes(kSecRandomDefault, bytes.count, bytes.baseAddress!)
            }
            guard made == errSecSuccess else { throw ShellError.Failed(what: "no randomness: \(made)") }
            var item = identity
            item[kSecValueData] = key
            item[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
            let status = SecItemAdd(item as CFDictionary, nil)
            guard status == errSecSuccess else { throw trouble(status) }
            return key
        }
    }

    private var identity: [CFString: Any] {
        [
            kSecClass: kSecClassGenericPassword,
            kSecAttrService: service,
            kSecAttrAccount: "store",
            kSecAttrSynchronizable: false,
        ]
    }

    private func find() throws -> Data? {
        var query = identity
        query[kSecReturnData] = true
        query[kSecMatchLimit] = kSecMatchLimitOne
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound { return nil }
        guard status == errSecSuccess, let key = found as? Data, key.count == 32 else { throw trouble(status) }
        return key
    }

    private func trouble(_ status: OSStatus) -> ShellError {
        switch status {
        case errSecInteractionNotAllowed, errSecNotAvailable: .Unavailable
        default: .Failed(what: "the Keychain: \(status)")
        }
    }
}
