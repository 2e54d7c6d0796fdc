// Whether the phone is connected, and whether that costs.
//
// Invariant: what cannot be told yet counts as connected and costing, so that an exchange is tried and nothing large is fetched
// for it by itself. Whether the internet can be reached is not asked: a town's server may lie in a network that has none.
import Foundation
import Network
import QiaomenCore

final class PhoneNetwork: NetworkState, @unchecked Sendable {
    private let lock = NSLock()
    private let monitor = NWPathMonitor()
    private var seen: QiaomenCore.Network?

    init() {
        monitor.pathUpdateHandler = { @Sendable [weak self] path in self?.note(PhoneNetwork.said(path)) }
        monitor.start(queue: DispatchQueue(label: "qiaomen.network"))
    }

    deinit { monitor.cancel() }

    func network() throws -> QiaomenCore.Network { lock.withLock { seen } ?? .metered }

    private func note(_ now: QiaomenCore.Network) { lock.withLock { seen = now } }

    private static func said(_ path: NWPath) -> QiaomenCore.Network {
        guard path.status != .unsatisfied else { return .absent }
        // The person may have asked for little use of a connection that costs nothing.
        return path.isExpensive || path.isConstrained ? .metered : .unmetered
    }
}
