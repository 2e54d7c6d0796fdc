// Where one can be: one route a screen, with what it needs to show itself again after the app was killed.
//
// Invariant: identifiers only, so that the saved stack holds nothing about a person.

enum Route: Codable, Hashable, Sendable {
    case enrol
    case today
    case doors
    case sync
    case settings
    case alert(alert: String)
    case paste
    case dossier(alert: String)
    /// All conflicts, or those of one record.
    case conflicts(record: String? = nil)
    /// A door; without `id` a new one in `grid`.
    case household(id: String? = nil, grid: String? = nil)
    /// A visit: a draft that is gone on with, or a new one for a door, an alert, or both.
    case visit(draft: String? = nil, household: String? = nil, alert: String? = nil, purpose: String? = nil)
    case pledge(household: String, resident: String? = nil)
    /// A refused record.
    case correct(item: Int64)

    /// The tab whose root this is; none for what lies over the tabs.
    var tab: Tab? {
        switch self {
        case .today: .today
        case .doors: .doors
        case .sync: .sync
        case .settings: .settings
        default: nil
        }
    }
}

extension Tab {
    /// Its root.
    var root: Route {
        switch self {
        case .today: .today
        case .doors: .doors
        case .sync: .sync
        case .settings: .settings
        }
    }
}
