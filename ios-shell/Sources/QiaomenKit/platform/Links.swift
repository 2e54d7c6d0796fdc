// The addresses that other apps on the phone are opened by: pure, one function a wish.
//
// Invariants: nobody's name is in an address, since whoever is opened may send it on; a coordinate always goes with the datum
// that whoever is opened takes it for.
import Foundation
import QiaomenCore

public enum Links {
    /// The schemes that are asked for before they are opened; the same stand in the app's Info.plist.
    public static let schemes = ["tel", "iosamap", "baidumap"]

    /// This app's own scheme: what an invitation's QR picture begins with.
    public static let own = "qiaomen"

    /// Has the phone ask whether this number is to be called.
    static func call(_ number: String) -> String { "tel:\(number)" }

    /// Maps at WGS-84 coordinates, the best first. Map apps in China draw on shifted maps: those that can be told the datum come
    /// first, and Apple's takes what Chinese maps have. `label` is what the place is called there.
    static func maps(latitude: Double, longitude: Double, label: String) -> [String] {
        let (lat, lon) = (degrees(latitude), degrees(longitude))
        let name = escaped(label)
        var all = [
            // dev=1: these are GPS coordinates, to be shifted.
            "iosamap://viewMap?sourceApplication=qiaomen&poiname=\(name)&lat=\(lat)&lon=\(lon)&dev=1",
            "baidumap://map/marker?location=\(lat),\(lon)&title=\(name)&content=\(name)&coord_type=wgs84&src=qiaomen",
        ]
        if let place = shifted(latitude, longitude) {
            all.append("https://maps.apple.com/?ll=\(degrees(place.latitude)),\(degrees(place.longitude))&q=\(name)")
        }
        return all
    }

    /// As Chinese maps have it; none where the core cannot tell.
    private static func shifted(_ latitude: Double, _ longitude: Double) -> (latitude: Double, longitude: Double)? {
        let here = Position(
            latitude: Int64((latitude * 1e7).rounded()), longitude: Int64((longitude * 1e7).rounded()), datum: .wgs84,
            accuracy: nil)
        guard let there = try? positionAs(position: here, datum: .gcj02) else { return nil }
        return (Double(there.latitude) / 1e7, Double(there.longitude) / 1e7)
    }

    // A point, whatever the phone's language writes; a millionth of a degree is a tenth of a metre.
    private static func degrees(_ value: Double) -> String {
        String(format: "%.6f", locale: Locale(identifier: "en_US_POSIX"), value)
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
