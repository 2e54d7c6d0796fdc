// Notifications: told when there is something to tell, and asked again when the core says.
//
// Invariant: one asking at a time, and one more afterwards where something came meanwhile; what the notifier cannot show is told
// again by the core's own account of it.
import QiaomenCore

@MainActor
final class Telling {
    private unowned let desk: Desk
    /// Tells what there is to tell, and says when to ask again.
    private let tell: @Work (Bench) throws -> Int64?
    private var next: Job?
    private var asking: Job?
    private var again = false

    // A phone's clock may be set in between.
    private static let most: Int64 = 15 * 60_000

    init(_ desk: Desk, tell: @escaping @Work (Bench) throws -> Int64? = { try $0.core.notices.tell() }) {
        self.desk = desk
        self.tell = tell
    }

    /// Something may be to be told.
    func look() {
        if !desk.habits.syncByItself { return }
        if asking?.isActive == true {
            again = true
            return
        }
        again = false
        asking = desk.work(
            tell,
            then: { at in
                self.next?.cancel()
                if let at {
                    self.next = self.desk.later(min(max(at - self.desk.now(), 1_000), Telling.most)) { self.look() }
                }
                self.asked()
            },
            failed: { _ in self.asked() })
    }

    private func asked() {
        asking = nil
        if again { look() }
    }

    func end() {
        next?.cancel()
        asking?.cancel()
        again = false
    }
}
