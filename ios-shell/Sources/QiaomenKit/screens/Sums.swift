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

extension Bench {
    /// What one did today, and what is left.
    @Work
    func today() throws -> TodayCount {
        let today = try core.tasks.today()
        let (visits, pledges) = (Int(today.visits), Int(today.pledges))
        let (done, left) = (Int(today.tasksDone), Int(today.tasksLeft))
        var parts: [String] = []
        if visits > 0 { parts.append(words.count("today.count.visits", visits)) }
        if pledges > 0 { parts.append(words.count("today.count.pledges", pledges)) }
        if done > 0 { parts.append(words.count("today.count.done", done)) }
        parts.append(left > 0 ? words.count("today.count.left", left) : words("today.count.nothingLeft"))
        return TodayCount(
            visits: visits, doors: Int(today.doors), pledges: pledges, tasksDone: done, tasksLeft: left,
            text: words.list(parts))
    }
}
