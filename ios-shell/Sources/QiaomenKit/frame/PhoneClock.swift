// What time it is: the phone's clock, put right by what the core knows of the server's.
//
// Invariant: `learn` runs on the thread that works; `now` answers at once on any thread.
import Foundation
import QiaomenCore

final class PhoneClock: @unchecked Sendable {
    private let device: any DeviceClock
    private let lock = NSLock()
    private var last: Int64 = 0
    private var offset: Int64?
    private var isDoubtful = false

    init(_ device: any DeviceClock) { self.device = device }

    /// Whether the time may be wrong.
    var doubtful: Bool { lock.withLock { isDoubtful } }

    /// By how much the phone's clock is wrong, where the server's is known.
    var wrongBy: Int64? { lock.withLock { offset } }

    /// What the phone's own clock says; what it said last where it does not answer.
    func wall() -> Int64 {
        let read = try? device.read().wall
        return lock.withLock {
            if let read { last = read }
            return last
        }
    }

    /// The time, as well as it can be known.
    func now() -> Int64 {
        let wall = wall()
        return lock.withLock { wall + (offset ?? 0) }
    }

    /// Asks the core how far the clock can be trusted.
    @Work
    func learn(_ replica: Replica) throws {
        let corrected = try replica.correctedTime()
        lock.withLock {
            offset = corrected.offset
            isDoubtful = corrected.doubtful
        }
    }
}
