// Which screens lie over each other, and who is told what.
//
// Invariants: on the thread that draws; the lowest of the stack is a tab's root (or the screen of joining), and the roots'
// models live on while another tab is chosen; what a screen missed while it was not on top it is told when it is again; what the
// platform brings back goes to the screen that asked for it, whatever lies over it by then.
import QiaomenCore

@MainActor
final class Navigation {
    private unowned let desk: Desk
    private var stack: [any ScreenModel] = []
    private var roots: [Tab: any ScreenModel] = [:]
    private var missed: [ObjectIdentifier: Set<Noun>] = [:]

    /// What the platform brings back.
    private enum Answer { case scanned, recorded, positioned }

    /// Who asked for what is not answered yet; and where that was while nothing is shown.
    private var askers: [Answer: any ScreenModel] = [:]
    private var askedAt: [Answer: Route] = [:]

    init(_ desk: Desk) { self.desk = desk }

    var top: (any ScreenModel)? { stack.last }

    /// Where one is, for process death.
    var routes: [Route] { stack.map(\.route) }

    /// Begins anew with these screens.
    func begin(_ routes: [Route]) {
        clear()
        let first = routes.first ?? .today
        // Over a store that is somebody's, joining again lies over another screen.
        let standsAlone = first == .enrol || first.tab != nil
        for route in standsAlone ? (routes.isEmpty ? [first] : routes) : [.today] + routes { push(route) }
        for (kind, route) in askedAt { askers[kind] = stack.last { $0.route == route } }
        askedAt = [:]
        // Those below the top have read nothing yet.
        for model in stack.dropLast() { missed[ObjectIdentifier(model)] = Noun.all }
        surface(load: true)
    }

    /// Nothing is shown any more.
    func clear() {
        for (kind, model) in askers { askedAt[kind] = model.route }
        askers = [:]
        for model in all { model.leave() }
        stack = []
        roots = [:]
        missed = [:]
    }

    func go(_ route: Route) {
        if top?.route == route { return }
        if let tab = route.tab { return choose(tab) }
        top?.keepNow()
        push(route)
        surface(load: true)
    }

    func replace(_ route: Route) {
        if stack.count > 1, let top { remove(top) }
        go(route)
    }

    /// The "back" of the phone: closes a sheet, else the screen, else goes to today's.
    func back() {
        if let top, !top.back() { leave() }
    }

    func leave() {
        guard let top else { return }
        if stack.count > 1 {
            remove(top)
            surface(load: false)
        } else if let tab = top.route.tab, tab != .today {
            choose(.today)
        }
    }

    /// Leaves this screen, which another may lie over by now.
    func leave(_ model: any ScreenModel) {
        if model === top {
            leave()
        } else if let at = stack.firstIndex(where: { $0 === model }), at > 0 {
            remove(model)
        }
    }

    func choose(_ tab: Tab) {
        // On the tab that is chosen already, it leads back to its root.
        for model in stack.dropFirst() {
            model.leave()
            missed[ObjectIdentifier(model)] = nil
        }
        top?.keepNow()
        let known = roots[tab]
        let root = known ?? modelOf(tab.root, desk)
        roots[tab] = root
        stack = [root]
        surface(load: known == nil)
    }

    /// These may be others now: the screen on top looks again, the others when they are on top.
    func changed(_ nouns: Set<Noun>) {
        for model in all {
            if model === top {
                model.changed(nouns)
            } else {
                missed[ObjectIdentifier(model), default: []].formUnion(nouns)
            }
        }
    }

    /// The language is another one, or time has passed.
    func again() {
        for model in all where model !== top { missed[ObjectIdentifier(model)] = Noun.all }
        top?.load()
    }

    func take(_ event: any Sendable) { top?.take(event) }

    /// The screen on top has the platform do this.
    func asks(_ effect: Effect) {
        switch effect {
        case .scan: askers[.scanned] = top
        case .recordVideo: askers[.recorded] = top
        case .locate: askers[.positioned] = top
        default: break
        }
    }

    /// What an effect brought back goes to the screen that asked; where that is not known, since the app was ended meanwhile, to
    /// the one on top; where it was left, to nobody. To one that still reads what it was before, afterwards.
    func answer(_ event: AppEvent) {
        let kind: Answer
        switch event {
        case .scanned: kind = .scanned
        case .recorded: kind = .recorded
        case .positioned: kind = .positioned
        default: return
        }
        if let model = askers.removeValue(forKey: kind) ?? top { answer(model, event) }
    }

    private func answer(_ model: any ScreenModel, _ event: AppEvent) {
        // It may have begun to read again while this waited, and would put what it reads over the answer.
        if model.frame.left { return }
        if model.isReading { desk.work({ _ in }, then: { self.answer(model, event) }) } else { model.answer(event) }
    }

    func keep() {
        for model in all { model.keepNow() }
    }

    func redraw(_ model: any ScreenModel) {
        if model === top { desk.glass.state.screen = model.screen }
    }

    /// Each once.
    private var all: [any ScreenModel] {
        stack + roots.values.filter { root in !stack.contains { $0 === root } }
    }

    private func push(_ route: Route) {
        let model: any ScreenModel
        if let tab = route.tab {
            model = roots[tab] ?? modelOf(route, desk)
            roots[tab] = model
        } else {
            model = modelOf(route, desk)
        }
        stack.append(model)
    }

    private func remove(_ model: any ScreenModel) {
        model.leave()
        missed[ObjectIdentifier(model)] = nil
        stack.removeAll { $0 === model }
    }

    private func surface(load: Bool) {
        guard let top else { return }
        let others = missed.removeValue(forKey: ObjectIdentifier(top))
        let tab = top.route.tab
        desk.glass.change {
            $0.screen = top.screen
            $0.tab = tab
            $0.canGoBack = stack.count > 1 || (tab != nil && tab != .today)
        }
        if load {
            top.load()
        } else if let others {
            top.changed(others)
        }
    }
}
