// Sums that several screens tell: what is waiting, and what one did today.
import QiaomenCore

extension Desk {
    /// What waits to be sent and when the last exchange was.
    func syncText(_ waiting: Int) -> String {
        if exchanges.running { return words("sync.running") }
        let last =
            exchanges.last.map { words("sync.last", ["ago": words.ago($0.at, now())]) } ?? words("sync.never")
        return waiting == 0
            ? words("sync.nothingWaits", ["last": last]) : words.count("sync.waits", waiting, ["last": last])
    }
}
