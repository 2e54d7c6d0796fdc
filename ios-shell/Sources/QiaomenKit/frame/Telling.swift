// Notifications: told when there is something to tell, and asked again when the core says.
//
// Invariant: one asking at a time; what the notifier cannot show is told again by the core's own account of it.
import QiaomenCore

@MainActor
final class Telling {
    private unowned let desk: Desk
    private var next: Job?
    private var asking: Job?

    // A phone's clock may be set in between.
    private static let most: Int64 = 15 * 60_000

    init(_ desk: Desk) { self.desk = desk }

    /// Something may be to be told.
    func look() {
        if !desk.habits.syncByItself || asking?.isActive == true { return }
        asking = desk.work(
            { try $0.core.notices.tell() },
            then: { at in
                self.next?.cancel()
                guard let at else { return }
                self.next = self.desk.later(min(max(at - self.desk.now(), 1_000), Telling.most)) { self.look() }
            },
            failed: { _ in })
    }

    func end() {
        next?.cancel()
        asking?.cancel()
    }
}
