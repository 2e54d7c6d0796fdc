// The system's scheduler of background tasks: a short one regularly, and a longer one while something waits to be sent.
//
// Invariants: both are named in Info.plist; a task that the system ends ends its own run, and says that it is over.
import BackgroundTasks
import Foundation
import QiaomenKit

@MainActor
final class Scheduler: BackgroundTasks {
    private static let refresh = "app.qiaomen.refresh"
    private static let exchange = "app.qiaomen.exchange"

    /// Takes tasks on from now: while the app is being launched.
    func register(_ run: @escaping @MainActor @Sendable () async -> Bool) {
        for name in [Scheduler.refresh, Scheduler.exchange] {
            _ = BGTaskScheduler.shared.register(forTaskWithIdentifier: name, using: .main) { @Sendable task in
                // Handed over by the main queue, and nobody else's.
                nonisolated(unsafe) let task = task
                MainActor.assumeIsolated { Scheduler.begin(task, run) }
            }
        }
    }

    private static func begin(_ task: BGTask, _ run: @escaping @MainActor @Sendable () async -> Bool) {
        let running = Task {
            let done = await run()
            task.setTaskCompleted(success: done)
        }
        task.expirationHandler = { @Sendable in running.cancel() }
    }

    func submit(_ plan: BackgroundPlan) throws {
        let begin = Date(timeIntervalSinceNow: plan.earliest)
        let refresh = BGAppRefreshTaskRequest(identifier: Scheduler.refresh)
        refresh.earliestBeginDate = begin
        try BGTaskScheduler.shared.submit(refresh)
        guard plan.waits else {
            return BGTaskScheduler.shared.cancel(taskRequestWithIdentifier: Scheduler.exchange)
        }
        let exchange = BGProcessingTaskRequest(identifier: Scheduler.exchange)
        exchange.earliestBeginDate = begin
        exchange.requiresNetworkConnectivity = true
        exchange.requiresExternalPower = false
        try BGTaskScheduler.shared.submit(exchange)
    }

    func withdraw() { BGTaskScheduler.shared.cancelAllTaskRequests() }
}
