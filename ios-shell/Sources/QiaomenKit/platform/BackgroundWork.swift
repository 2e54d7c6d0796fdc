// Exchanges that begin though nobody looks at the app.
//
// Invariants: at most one stands with the system, by the policy that the model told last; one that the system ends ends its own
// run and nobody else's; what failed is told to the worker only where they can do something about it.
import QiaomenCore

/// When the system is asked to let the app run.
public struct BackgroundPlan: Equatable, Codable, Sendable {
    /// Whether it waits for a connection that costs nothing.
    public var unmeteredOnly: Bool
    /// Seconds from now on before which it is not to be.
    public var earliest: Double

    public init(unmeteredOnly: Bool, earliest: Double) {
        self.unmeteredOnly = unmeteredOnly
        self.earliest = earliest
    }
}

/// The system's scheduler of background tasks.
@MainActor
public protocol BackgroundTasks: AnyObject {
    /// Puts this in the place of what stands there. Fails where the system allows none.
    func submit(_ plan: BackgroundPlan) throws
    /// None stands there any more.
    func withdraw()
}

/// What came of an exchange.
public enum Ended: Equatable, Sendable {
    /// There was nothing more to send or fetch.
    case through
    /// It may work later by itself.
    case later
    /// It will not, until the worker does something.
    case stuck
}

@MainActor
public final class BackgroundWork {
    private let model: PhoneModel
    private let tasks: any BackgroundTasks
    private let notifier: PhoneNotifier
    private var unmeteredOnly = false

    /// How long to wait with nothing to send, and with something.
    private static let regular = 15.0 * 60
    private static let soon = 60.0

    public init(_ model: PhoneModel, _ tasks: any BackgroundTasks, _ notifier: PhoneNotifier) {
        self.model = model
        self.tasks = tasks
        self.notifier = notifier
    }

    /// The policy from now on, as `Effect.schedule` has it.
    public func follow(unmeteredOnly: Bool) {
        self.unmeteredOnly = unmeteredOnly
        submit()
    }

    /// The app left the front: what waits goes on without it.
    public func hidden() { submit() }

    /// The system lets the app run: exchanges to the end, tells what is to be told, and asks for the next time.
    public func run() async -> Ended {
        let failed = await model.exchange()
        let ended = failed.map(BackgroundWork.after) ?? .through
        if let failed { notifier.trouble(failed) }
        if let replica = await model.replica() { await BackgroundWork.tell(replica) }
        if ended == .stuck { tasks.withdraw() } else { submit() }
        return ended
    }

    @Work
    private static func tell(_ replica: Replica) {
        // A phone that is nobody's, or was revoked, has nothing to tell.
        _ = try? replica.notices().tell()
    }

    private func submit() {
        let waits = model.state.waiting > 0
        let plan = BackgroundPlan(
            unmeteredOnly: unmeteredOnly, earliest: waits ? BackgroundWork.soon : BackgroundWork.regular)
        // Where the person allows no background work, exchanges begin when the app is opened.
        try? tasks.submit(plan)
    }

    /// Whether an exchange that failed so may work later.
    static func after(_ failed: any Error) -> Ended {
        switch failed as? QiaomenError {
        case .SignedOut, .Revoked, .NotEnrolled, .Incompatible, .DamagedStore, .Invalid: .stuck
        // No connection, a full or locked phone, a server that is busy.
        default: .later
        }
    }
}
