// The iPhone's own defaults, for what is known before the store is opened.
import Foundation
import QiaomenKit

final class DefaultsShelf: Shelf {
    func text(_ name: String) -> String? { UserDefaults.standard.string(forKey: name) }

    func put(_ name: String, _ text: String?) {
        if let text {
            UserDefaults.standard.set(text, forKey: name)
        } else {
            UserDefaults.standard.removeObject(forKey: name)
        }
    }
}
