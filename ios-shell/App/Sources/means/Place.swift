// Where the phone is, asked once.
//
// Invariants: in the satellites' coordinates, as the iPhone gives them everywhere; given up after half a minute; whoever waits
// hears, also where the phone never answers.
import CoreLocation
import Foundation
import QiaomenKit

@MainActor
final class Place: NSObject, CLLocationManagerDelegate {
    private let manager = CLLocationManager()
    private var asking: Once<Bool>?
    private var finding: [Once<Located>] = []

    private static let patience: UInt64 = 30
    /// Somebody may think long about the phone's question.
    private static let thinking: UInt64 = 180

    override init() {
        super.init()
        manager.delegate = self
        manager.desiredAccuracy = kCLLocationAccuracyNearestTenMeters
    }

    /// Where all of it is switched off nothing is asked: `find` says so.
    func standing() async -> Standing {
        guard await Place.isOn() else { return .allowed }
        return switch manager.authorizationStatus {
        case .authorizedAlways, .authorizedWhenInUse: .allowed
        case .notDetermined: .notAsked
        case .denied, .restricted: .refused
        @unknown default: .refused
        }
    }

    func ask() async -> Bool {
        asking?.give(false)
        return await withCheckedContinuation { waiting in
            let once = Once(waiting)
            asking = once
            manager.requestWhenInUseAuthorization()
            give(false, to: once, after: Place.thinking)
        }
    }

    func find() async -> Located {
        guard await Place.isOn() else { return .switchedOff }
        return await withCheckedContinuation { waiting in
            let once = Once(waiting)
            finding.append(once)
            manager.requestLocation()
            give(.nowhere, to: once, after: Place.patience)
        }
    }

    private func give<Answer: Sendable>(_ answer: Answer, to once: Once<Answer>, after seconds: UInt64) {
        Task {
            try? await Task.sleep(nanoseconds: seconds * 1_000_000_000)
            once.give(answer)
        }
    }

    /// May wait for the system: not asked on the thread that draws.
    private nonisolated static func isOn() async -> Bool { CLLocationManager.locationServicesEnabled() }

    private func permitted(_ status: CLAuthorizationStatus) {
        // Said at once too, before anything was asked.
        if status == .notDetermined { return }
        asking?.give(status == .authorizedWhenInUse || status == .authorizedAlways)
        asking = nil
    }

    private func found(_ place: Located) {
        for once in finding { once.give(place) }
        finding = []
    }

    // MARK: What the phone says

    nonisolated func locationManagerDidChangeAuthorization(_ manager: CLLocationManager) {
        let status = manager.authorizationStatus
        Task { @MainActor in self.permitted(status) }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didUpdateLocations locations: [CLLocation]) {
        guard let last = locations.last else { return }
        let accuracy = last.horizontalAccuracy
        let place = Located.here(
            latitude: last.coordinate.latitude, longitude: last.coordinate.longitude,
            accuracyMetres: accuracy >= 0 ? Int(accuracy.rounded(.up)) : nil)
        Task { @MainActor in self.found(place) }
    }

    nonisolated func locationManager(_ manager: CLLocationManager, didFailWithError error: any Error) {
        Task { @MainActor in self.found(.nowhere) }
    }
}
