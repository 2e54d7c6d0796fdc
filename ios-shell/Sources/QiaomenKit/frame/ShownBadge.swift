// The badge as long as it is shown: another one is made a moment before its time is over.
//
// Invariants: no picture stands there a second longer than it holds, whatever happened to the clock or how long the phone slept;
// what ticks ends with the picture.

@MainActor
final class ShownBadge {
    private let desk: Desk
    private var ticking: Job?
    private var until: Int64 = 0
    private var asked = false
    /// Whether it still is shown.
    var isShown: @MainActor () -> Bool = { false }
    /// Makes another.
    var ask: @MainActor () -> Void = {}
    /// Takes the picture away.
    var drop: @MainActor () -> Void = {}

    private static let second: Int64 = 1_000
    private static let early: Int64 = 3_000

    init(_ desk: Desk) { self.desk = desk }

    /// One is shown that holds until then.
    func shown(until: Int64) {
        self.until = until
        asked = false
        tick()
    }

    private func tick() {
        ticking?.cancel()
        ticking = desk.later(min(max(until - desk.now(), 0), ShownBadge.second)) { self.look() }
    }

    private func look() {
        guard isShown() else { return }
        let now = desk.now()
        if now >= until {
            drop()
            if !asked { ask() }
            return
        }
        if now >= until - ShownBadge.early, !asked {
            asked = true
            ask()
        }
        tick()
    }
}
