// The core's objects, each fetched once, and what a block on the thread that works may use.
import QiaomenCore

/// A replica with its sub-clients by noun.
final class Core: Sendable {
    let replica: Replica
    let households: Households
    let doors: Doors
    let organisations: Organisations
    let pledges: Pledges
    let reviews: Reviews
    let forms: Forms
    let visits: Visits
    let drafts: Drafts
    let alerts: Alerts
    let areas: Areas
    let people: People
    let tasks: Tasks
    let scripts: Scripts
    let reminders: Reminders
    let duties: Duties
    let routings: Routings
    let town: TownSettings
    let notices: Notices
    let duty: OnDuty
    let dossiers: Dossiers
    let timeline: Timeline
    let sync: Syncing
    let quarantine: Quarantine
    let conflicts: Conflicts

    init(_ replica: Replica) {
        self.replica = replica
        households = replica.households()
        doors = replica.doors()
        organisations = replica.organisations()
        pledges = replica.pledges()
        reviews = replica.reviews()
        forms = replica.forms()
        visits = replica.visits()
        drafts = replica.drafts()
        alerts = replica.alerts()
        areas = replica.areas()
        people = replica.people()
        tasks = replica.tasks()
        scripts = replica.scripts()
        reminders = replica.reminders()
        duties = replica.duties()
        routings = replica.routings()
        town = replica.settings()
        notices = replica.notices()
        duty = replica.duty()
        dossiers = replica.dossiers()
        timeline = replica.timeline()
        sync = replica.sync()
        quarantine = replica.quarantine()
        conflicts = replica.conflicts()
    }

    /// Exchanges to the end; ended with the task that waits for it.
    @Work
    func run() async throws -> SyncSummary {
        try await withTaskCancellationHandler {
            try await sync.run()
        } onCancel: {
            sync.cancel()
        }
    }

    /// Waits for news; ended with the task that waits for it.
    @Work
    func poll() async throws {
        let wait = try duty.pollAdvice().waitSeconds
        _ = try await withTaskCancellationHandler {
            try await sync.poll(waitSeconds: wait)
        } onCancel: {
            sync.cancel()
        }
    }
}

/// What there is once the store is open.
struct Opened: Sendable {
    let core: Core
    let names: Names
    let calls: Calls

    init(_ core: Core) {
        self.core = core
        names = Names(core)
        calls = Calls(core, names)
    }

    var forms: Forms { core.forms }
}

/// What a block on the thread that works may use: as it was when the block was given.
struct Bench: Sendable {
    let core: Core
    let names: Names
    let calls: Calls
    let words: Words
    let clock: PhoneClock
    let preferences: Preferences
    let platform: any Platform
    let habits: Habits

    /// Text under the shell's own keys: what is being typed.
    var forms: Forms { core.forms }

    /// The time, put right by what is known of the server's.
    func now() -> Int64 { clock.now() }

    /// How somebody is called.
    @Work
    func person(_ id: String) throws -> String { try names.person(id, words) }

    /// The roles that this person holds now.
    @Work
    func roles() throws -> [Role] {
        var roles: [Role] = []
        guard let me = try names.record(names.me()) else { return roles }
        for entry in me.assignments where !entry.assignment.ended && !roles.contains(entry.assignment.role) {
            roles.append(entry.assignment.role)
        }
        return roles
    }

    /// How the phone is connected; where that cannot be told, something is tried.
    @Work
    func network() -> Network { (try? platform.network.network()) ?? .unmetered }

    /// Whether an alert that can still be worked on is this person's.
    @Work
    func ownAlertOpen() throws -> Bool {
        let me = try names.me()
        let open = Set(try core.tasks.list(page: Page(skip: 0, take: 100)).map(\.alert))
        return try open.contains { try core.tasks.custody(alert: $0).owner?.person == me }
    }
}
