// The phone's clocks.
//
// Invariant: the time since the phone was started counts sleep; where it cannot be told which start this is, every process
// counts as a start of its own, so that nothing is reckoned across two.
import QiaomenCore
import UIKit

final class DeviceTime: DeviceClock {
    private let boot: Data = DeviceTime.session() ?? DeviceTime.bytes(UUID())

    func read() throws -> ClockReading {
        var base = mach_timebase_info_data_t()
        guard mach_timebase_info(&base) == 0, base.denom > 0 else { throw ShellError.Failed(what: "no clock") }
        // A tick times `numer` outlives any phone within 64 bits.
        let nanos = mach_continuous_time() * UInt64(base.numer) / UInt64(base.denom)
        return ClockReading(
            wall: Int64((Date().timeIntervalSince1970 * 1000).rounded()), monotonic: Int64(nanos / 1_000_000),
            boot: boot)
    }

    /// The number that the system gives each of its starts.
    private static func session() -> Data? {
        var text = [CChar](repeating: 0, count: 64)
        var size = text.count - 1
        guard sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0) == 0 else { return nil }
        return UUID(uuidString: text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }).map(bytes)
    }

    private static func bytes(_ id: UUID) -> Data { withUnsafeBytes(of: id.uuid) { Data($0) } }
}
