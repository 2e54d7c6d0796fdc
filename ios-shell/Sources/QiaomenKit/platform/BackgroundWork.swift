// Exchanges that begin though nobody looks at the app.
//
// Invariants: what stands with the system is by the policy that the model told last, also before a restart; one that the system
// ends ends its own run and nobody else's; what failed is told to the worker only where they can do something about it.
import QiaomenCore

/// When the system is asked to let the app run.
public struct BackgroundPlan: Equatable, Sendable {
    /// Whether something waits to be sent: then longer is asked for, and a connection.
    public var waits: Bool
    /// Seconds from now on before which it is not to be.
    public var earliest: Double
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
    private let book: PlanBook
    /// When there will be something to tell, by the phone's clock.
    private var next: Int64?

    /// How long to wait with nothing to send, and with something.
    private static let regular = 15.0 * 60
    private static let soon = 60.0

    public init(_ model: PhoneModel, _ tasks: any BackgroundTasks, _ notifier: PhoneNotifier, _ book: PlanBook) {
        self.model = model
        self.tasks = tasks
        self.notifier = notifier
        self.book = book
    }

    /// The policy is another one, as `Effect.schedule` has it and the book knows.
    public func follow() { submit() }

    /// The app left the front: what waits goes on without it, as long as the system lets it, and later again.
    public func hidden() async {
        await model.kept()
        if model.state.waiting > 0, model.state.gate == .open || model.state.gate == .locked {
            _ = await run()
        } else {
            await tell()
            submit()
        }
    }

    /// The system lets the app run: exchanges to the end, tells what is to be told, and asks for the next time.
    public func run() async -> Ended {
        // The system has no wait for a connection that costs nothing.
        let failed = await isAllowed() ? await model.exchange() : QiaomenError.Offline
        let ended = failed.map(BackgroundWork.after) ?? .through
        if let failed { await BackgroundWork.trouble(failed, notifier) }
        await tell()
        if ended == .stuck { tasks.withdraw() } else { submit() }
        return ended
    }

    /// Tells what is to be told now, and has the phone tell that there is more when the next moment comes.
    public func tell() async {
        guard let replica = await model.replica() else { return }
        // The core's moments are the server's; the phone goes by its own clock.
        let offset = model.desk.clock.wrongBy ?? 0
        next = await BackgroundWork.tell(replica, notifier, offset)
    }

    @Work
    private static func tell(_ replica: Replica, _ notifier: PhoneNotifier, _ offset: Int64) -> Int64? {
        // A phone that is nobody's, or was revoked, has nothing to tell.
        let next = (try? replica.notices().tell()).flatMap { $0 }.map { $0 - offset }
        notifier.expect(at: next)
        return next
    }

    @Work
    private static func trouble(_ failed: any Error, _ notifier: PhoneNotifier) { notifier.trouble(failed) }

    private func isAllowed() async -> Bool {
        guard book.plan?.unmeteredOnly == true, await model.replica() != nil, let bench = model.desk.bench else {
            return true
        }
        return await bench.network() == .unmetered
    }

    private func submit() {
        let waits = model.state.waiting > 0
        var earliest = waits ? BackgroundWork.soon : BackgroundWork.regular
        if let next {
            earliest = min(earliest, max(Double(next - model.desk.clock.wall()) / 1000, BackgroundWork.soon))
        }
        // Where the person allows no background work, exchanges begin when the app is opened.
        try? tasks.submit(BackgroundPlan(waits: waits, earliest: earliest))
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
