// Places for map apps.
//
// Invariant: the core converts; what it cannot convert goes to no map app.
import QiaomenCore

extension Position {
    /// Degrees north and east in the datum of map apps; none where the position's own is not known.
    var forMaps: (latitude: Double, longitude: Double)? {
        guard let place = try? positionAs(position: self, datum: .wgs84) else { return nil }
        return (Double(place.latitude) / 1e7, Double(place.longitude) / 1e7)
    }
}

/// What a telephone is dialled by.
func dialled(_ number: String) -> String {
    (number.trimmed.hasPrefix("+") ? "+" : "") + number.digits
}

extension Words {
    /// The language that the core keeps texts in.
    var coreLanguage: QiaomenCore.Language {
        switch language {
        case .zh: .zh
        case .en: .en
        }
    }
}
