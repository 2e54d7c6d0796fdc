// What leads into the app from outside: a notification that was touched, an invitation's QR picture that the phone's own camera
// read.
//
// Invariants: it waits for the gate that it is meant for, and the last one counts; on a phone that belongs to somebody an
// invitation does nothing.
import Foundation

@MainActor
public final class Arrivals {
    private let told: @MainActor (AppEvent) -> Void
    private var gate = Gate.opening
    private var waiting: AppEvent?

    public init(_ told: @escaping @MainActor (AppEvent) -> Void) { self.told = told }

    /// A notification was touched that was posted with these.
    public func touched(alert: String?, tab: String?) {
        if let alert {
            // Behind whatever the gate is: the model opens it once that is open.
            told(.openAlert(alert: alert))
        } else if let tab = tab.flatMap(Tab.init(rawValue:)) {
            take(.tab(tab: tab))
        }
    }

    /// The app was opened by an address.
    public func opened(_ address: String) {
        if address.hasPrefix("\(Links.own):") { take(.scanned(text: address)) }
    }

    /// The gate as it stands now.
    public func gate(_ gate: Gate) {
        self.gate = gate
        goOn()
    }

    private func take(_ event: AppEvent) {
        waiting = event
        goOn()
    }

    private func goOn() {
        guard let event = waiting else { return }
        switch (event, gate) {
        case (.tab, .open), (.scanned, .enrolling):
            waiting = nil
            told(event)
        case (.scanned, .open), (.scanned, .locked), (.scanned, .revoked): waiting = nil
        default: break
        }
    }
}
