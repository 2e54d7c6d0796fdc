// The two threads: the one that draws (the main actor), and the one that works, where the core's calls are made.
//
// Invariants: what is given to the thread that works runs in the order it was given, and never on the thread that draws; a call
// that waits for a connection lets the next one begin meanwhile. The compiler sees to it that screens' state is touched on the
// one thread alone and the core by way of the other.
import Dispatch

/// The thread that works.
@globalActor
public actor Work {
    public static let shared = Work()

    private static let thread = WorkThread()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { Work.thread.asUnownedSerialExecutor() }
}

/// A queue of its own, since a call of the core's may wait for the disk: the runtime's few threads are not to be held up by it.
private final class WorkThread: SerialExecutor {
    private let queue = DispatchQueue(label: "qiaomen.work", qos: .userInitiated)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// Something that is under way.
@MainActor
final class Job {
    fileprivate var task: Task<Void, Never>?
    private(set) var isActive = true

    func cancel() {
        isActive = false
        task?.cancel()
    }

    fileprivate func ended() { isActive = false }

    /// Waits until it is over.
    func wait() async { await task?.value }
}

/// Everything that one model has under way, so that it can be ended.
@MainActor
final class Jobs {
    private var running: [ObjectIdentifier: Job] = [:]

    /// Runs `block` on the thread that works, then `then` or `failed` on the one that draws; neither once it is cancelled.
    func work<T: Sendable>(
        _ block: @escaping @Work () async throws -> T,
        then: @escaping @MainActor (T) -> Void,
        failed: @escaping @MainActor (any Error) -> Void
    ) -> Job {
        let job = begin()
        job.task = Task { @Work in
            let outcome: Result<T, any Error>
            if Task.isCancelled {
                outcome = .failure(CancellationError())
            } else {
                do {
                    outcome = .success(try await block())
                } catch {
                    outcome = .failure(error)
                }
            }
            await self.end(job) {
                switch outcome {
                case .success(let value): then(value)
                case .failure(let error): failed(error)
                }
            }
        }
        return job
    }

    /// Runs `block` on the thread that draws, after a while.
    func later(_ millis: Int64, _ block: @escaping @MainActor () -> Void) -> Job {
        let job = begin()
        job.task = Task { @MainActor in
            try? await Task.sleep(nanoseconds: UInt64(max(millis, 0)) * 1_000_000)
            self.end(job, block)
        }
        return job
    }

    private func begin() -> Job {
        let job = Job()
        running[ObjectIdentifier(job)] = job
        return job
    }

    private func end(_ job: Job, _ then: @MainActor () -> Void) {
        running[ObjectIdentifier(job)] = nil
        let goesOn = job.isActive
        job.ended()
        if goesOn { then() }
    }

    /// Ends everything that waits, and gives up the rest.
    func cancel() {
        for job in running.values { job.cancel() }
    }

    /// Waits until nothing is under way any more.
    func wait() async {
        while let job = running.values.first { await job.wait() }
    }
}
