// What one screen shows and does.
//
// How a screen's model is written: a class in a file of its own that takes its `Desk` and its arguments, keeps one plain
// state, and has
//
//   route     where it is, to be shown again after the app was killed (it may change, as when a draft gets its identifier)
//   load      reads what it shows: `read { bench in … } then: { state in … }`; called when it opens, when the language or the
//             time changes, and by `changed`
//   changed   which nouns it shows; by default it loads again at any
//   on        what the person does: plain state at once (`show { $0.… }`), the core's calls by `read` or `write`
//   keep      what is being typed, as one block that writes it; `touched()` has it called soon, and before the screen goes
//   back      whether "back" closes something of its own (a sheet) before it leaves the screen
//   answer    what an effect brought back
//
// Invariants: everything here runs on the thread that draws, but the first block of `read` and `write`, which runs on the
// thread that works; a later `read` under the same name makes an earlier one's answer void; `write` goes on when the screen
// is left; a named `write` is under way once: until it is answered, a second tap does nothing; what fails is said in plain
// words, and the state stays as it was.
import QiaomenCore

/// What keeps something that is being typed.
typealias Keeping = @Work (Bench) throws -> Void

@MainActor
protocol ScreenModel: AnyObject {
    associatedtype State: Sendable
    associatedtype Event: Sendable

    var frame: ScreenFrame { get }
    /// What is shown.
    var state: State { get set }
    /// Where this is.
    var route: Route { get }
    /// Makes the state what is shown.
    static func wrap(_ state: State) -> Screen
    /// Reads what is shown.
    func load()
    /// These may be others now.
    func changed(_ nouns: Set<Noun>)
    /// What the person did.
    func on(_ event: Event)
    /// Whether "back" was used up here.
    func back() -> Bool
    /// What an effect brought back: `scanned`, `recorded` or `positioned`.
    func answer(_ event: AppEvent)
    /// What writes down what is being typed, made from the state as it is; none where there is nothing to keep.
    func keep() -> Keeping?
}

/// What every screen's model has.
@MainActor
final class ScreenFrame {
    let desk: Desk
    fileprivate var reads: [String: Job] = [:]
    fileprivate var underWay: Set<String> = []
    fileprivate var keeping: Job?
    fileprivate var unkept = false
    fileprivate(set) var left = false

    init(_ desk: Desk) { self.desk = desk }
}

extension ScreenModel {
    var desk: Desk { frame.desk }
    var words: Words { frame.desk.words }

    func changed(_ nouns: Set<Noun>) { load() }
    func back() -> Bool { false }
    func answer(_ event: AppEvent) {}
    func keep() -> Keeping? { nil }

    var screen: Screen { Self.wrap(state) }

    /// Whether something is being read now.
    var isReading: Bool { frame.reads.values.contains { $0.isActive } }

    func take(_ event: any Sendable) {
        if let event = event as? Event { on(event) }
    }

    /// Changes what is shown.
    func show(_ change: (inout State) -> Void) {
        change(&state)
        desk.navigation.redraw(self)
    }

    /// Reads on the thread that works, then shows it.
    func read<T: Sendable>(
        _ name: String = "",
        _ block: @escaping @Work (Bench) async throws -> T,
        then: @escaping @MainActor (T) -> Void,
        failed: (@MainActor (any Error) -> Void)? = nil
    ) {
        frame.reads[name]?.cancel()
        frame.reads[name] = desk.work(
            block,
            then: { if !self.frame.left { then($0) } },
            failed: { error in
                if self.frame.left { return }
                if let failed { failed(error) } else { self.desk.failed(error) }
            })
    }

    /// Writes on the thread that works; goes on when the screen is left. `failed` is asked first, and says whether it has told.
    func write<T: Sendable>(
        _ block: @escaping @Work (Bench) async throws -> T,
        then: @escaping @MainActor (T) -> Void = { _ in },
        failed: @escaping @MainActor (any Error) -> Bool = { _ in false }
    ) {
        desk.work(block, then: then, failed: { if !failed($0) { self.desk.failed($0) } })
    }

    /// `write`, once at a time: while one of this name is not answered another does nothing, as a second tap on a button.
    func writeOnce<T: Sendable>(
        _ name: String,
        _ block: @escaping @Work (Bench) async throws -> T,
        then: @escaping @MainActor (T) -> Void = { _ in },
        failed: @escaping @MainActor (any Error) -> Bool = { _ in false }
    ) {
        guard frame.underWay.insert(name).inserted else { return }
        write(
            block,
            then: {
                self.frame.underWay.remove(name)
                then($0)
            },
            failed: {
                self.frame.underWay.remove(name)
                return failed($0)
            })
    }

    /// Keeps a visit that is finished, once at a time as `writeOnce`; see `Desk.finish`.
    func finishOnce(
        _ name: String,
        _ finished: Finished,
        then: @escaping @MainActor (String) -> Void,
        failed: @escaping @MainActor (any Error) -> Bool = { _ in false }
    ) {
        guard frame.underWay.insert(name).inserted else { return }
        desk.finish(
            finished,
            failed: {
                self.frame.underWay.remove(name)
                return failed($0)
            },
            then: {
                self.frame.underWay.remove(name)
                then($0)
            })
    }

    /// Whether a `writeOnce` of this name is not answered yet.
    func busy(_ name: String) -> Bool { frame.underWay.contains(name) }

    /// Leaves this screen, wherever the person went meanwhile: never another one.
    func goBack() { desk.navigation.leave(self) }

    /// Shows another screen in the place of this one, unless the person went elsewhere meanwhile.
    func giveWay(_ route: Route) {
        if desk.navigation.top === self { desk.replace(route) }
    }

    /// Something was typed: it is kept soon, also while the typing goes on.
    func touched() {
        if frame.unkept { return }
        frame.unkept = true
        frame.keeping = desk.later(desk.habits.draftMillis) { self.keepNow() }
    }

    /// What was typed is kept now.
    func keepNow() {
        frame.keeping?.cancel()
        guard frame.unkept else { return }
        frame.unkept = false
        if let block = keep() { write(block) }
    }

    /// What was typed is not to be kept: it was saved, or thrown away.
    func nothingToKeep() {
        frame.unkept = false
        frame.keeping?.cancel()
    }

    func leave() {
        keepNow()
        frame.left = true
        for job in frame.reads.values { job.cancel() }
    }
}
