// Which screens lie over each other, and who is told what.
//
// Invariants: on the thread that draws; the lowest of the stack is a tab's root (or the screen of joining), and the roots'
// models live on while another tab is chosen; what a screen missed while it was not on top it is told when it is again; what the
// platform brings back goes to the screen that asked for it, whatever lies over it by then.
package qiaomen.model

import kotlin.reflect.KClass
import kotlinx.coroutines.flow.update
import qiaomen.core.Noun
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Effect
import qiaomen.model.state.Tab

internal class Navigation(private val desk: Desk) {
    private val stack = ArrayList<ScreenModel<*, *>>()
    private val roots = HashMap<Tab, ScreenModel<*, *>>()
    private val missed = HashMap<ScreenModel<*, *>, Set<Noun>>()

    /** Who asked for what is not answered yet, by the kind of answer; and where that was while nothing is shown. */
    private val askers = HashMap<KClass<out AppEvent>, ScreenModel<*, *>>()
    private val askedAt = HashMap<KClass<out AppEvent>, Route>()

    val top: ScreenModel<*, *>? get() = stack.lastOrNull()

    /** Where one is, for process death. */
    val routes: List<Route> get() = stack.map { it.route }

    /** Begins anew with these screens. */
    fun begin(routes: List<Route>) {
        clear()
        val first = routes.firstOrNull() ?: Route.Today
        // Over a store that is somebody's, joining again lies over another screen.
        val whole = if (first == Route.Enrol || first.tab != null) routes.ifEmpty { listOf(first) } else listOf(Route.Today) + routes
        for (route in whole) push(route)
        for ((kind, route) in askedAt) stack.lastOrNull { it.route == route }?.let { askers[kind] = it }
        askedAt.clear()
        // Those below the top have read nothing yet.
        stack.dropLast(1).forEach { missed[it] = Noun.entries.toSet() }
        surface(load = true)
    }

    /** Nothing is shown any more. */
    fun clear() {
        for ((kind, model) in askers) askedAt[kind] = model.route
        askers.clear()
        (stack + roots.values).distinct().forEach { it.leave() }
        stack.clear()
        roots.clear()
        missed.clear()
    }

    fun go(route: Route) {
        if (top?.route == route) return
        route.tab?.let { return choose(it) }
        top?.keepNow()
        push(route)
        surface(load = true)
    }

    fun replace(route: Route) {
        if (stack.size > 1) remove(stack.last())
        go(route)
    }

    /** The "back" of the phone: closes a sheet, else the screen, else goes to today's. */
    fun back() {
        val model = top ?: return
        if (!model.back()) leave()
    }

    fun leave() {
        val model = top ?: return
        if (stack.size > 1) {
            remove(model)
            surface(load = false)
        } else if (model.route.tab != null && model.route != Route.Today) {
            choose(Tab.Today)
        }
    }

    /** Leaves this screen, which another may lie over by now. */
    fun leave(model: ScreenModel<*, *>) {
        if (model === top) leave() else if (stack.indexOf(model) > 0) remove(model)
    }

    fun choose(tab: Tab) {
        // On the tab that is chosen already, it leads back to its root.
        stack.drop(1).forEach { it.leave(); missed.remove(it) }
        top?.keepNow()
        stack.clear()
        val known = roots[tab]
        stack.add(known ?: open(tab.root).also { roots[tab] = it })
        surface(load = known == null)
    }

    /** These may be others now: the screen on top looks again, the others when they are on top. */
    fun changed(nouns: Set<Noun>) {
        for (model in (stack + roots.values).distinct()) {
            if (model === top) model.changed(nouns) else missed.merge(model, nouns) { old, new -> old + new }
        }
    }

    /** The language is another one, or time has passed. */
    fun again() {
        for (model in (stack + roots.values).distinct()) if (model !== top) missed[model] = Noun.entries.toSet()
        top?.load()
    }

    fun take(event: Any) {
        top?.take(event)
    }

    /** The screen on top has the platform do this. */
    fun asks(effect: Effect) {
        val kind = when (effect) {
            Effect.Scan -> AppEvent.Scanned::class
            Effect.RecordVideo -> AppEvent.Recorded::class
            Effect.Locate -> AppEvent.Positioned::class
            else -> return
        }
        top?.let { askers[kind] = it }
    }

    /**
     * What an effect brought back goes to the screen that asked; where that is not known, since the app was killed meanwhile, to
     * the one on top; where it was left, to nobody. To one that still reads what it was before, afterwards.
     */
    fun answer(event: AppEvent) {
        answer(askers.remove(event::class) ?: top ?: return, event)
    }

    private fun answer(model: ScreenModel<*, *>, event: AppEvent) {
        // It may have begun to read again while this waited, and would put what it reads over the answer.
        if (model.left) return
        if (model.reading) desk.work({}) { answer(model, event) } else model.answer(event)
    }

    fun keep() = (stack + roots.values).distinct().forEach { it.keepNow() }

    fun redraw(model: ScreenModel<*, *>) {
        if (model === top) desk.glass.update { it.copy(screen = model.screen) }
    }

    private fun push(route: Route) {
        val tab = route.tab
        stack.add(if (tab == null) open(route) else roots.getOrPut(tab) { open(route) })
    }

    private fun open(route: Route): ScreenModel<*, *> = modelOf(route, desk)

    private fun remove(model: ScreenModel<*, *>) {
        model.leave()
        missed.remove(model)
        stack.remove(model)
    }

    private fun surface(load: Boolean) {
        val model = top ?: return
        val others = missed.remove(model)
        desk.glass.update {
            val tab = model.route.tab
            it.copy(screen = model.screen, tab = tab, canGoBack = stack.size > 1 || (tab != null && tab != Tab.Today))
        }
        if (load) model.load() else if (others != null) model.changed(others)
    }
}
