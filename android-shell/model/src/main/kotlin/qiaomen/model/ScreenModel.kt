// What one screen shows and does.
//
// How a screen's model is written: a class in a file of its own that takes its `Desk` and its arguments, keeps one plain
// state, and overrides
//
//   route     where it is, to be shown again after the app was killed (it may change, as when a draft gets its identifier)
//   load      reads what it shows: `read({ … core … }) { state -> … }`; called when it opens, when the language or the time
//             changes, and by `changed`
//   changed   which nouns it shows; by default it loads again at any
//   on        what the person does: plain state at once (`show { it.copy(…) }`), the core's calls by `read` or `write`
//   keep      what is being typed, as one block that writes it; `touched()` has it called soon, and before the screen goes
//   back      whether "back" closes something of its own (a sheet) before it leaves the screen
//   answer    what an effect brought back
//
// Invariants: everything here runs on the thread that draws, but the first block of `read` and `write`, which runs on the
// thread that works and touches no state; a later `read` under the same name makes an earlier one's answer void; `write`
// goes on when the screen is left; a named `write` is under way once: until it is answered, a second tap does nothing; what
// fails is said in plain words, and the state stays as it was.
package qiaomen.model

import kotlin.reflect.KClass
import kotlin.reflect.cast
import kotlinx.coroutines.Job
import qiaomen.core.Noun
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Screen

/** A screen with state [S] and events [E]; [wrap] makes it what is shown. */
abstract class ScreenModel<S : Any, E : Any>(
    protected val desk: Desk,
    first: S,
    private val takes: KClass<E>,
    private val wrap: (S) -> Screen,
) {
    /** What is shown. */
    var state: S = first
        private set
    private val reads = HashMap<String, Job>()
    private val underWay = HashSet<String>()
    private var keeping: Job? = null
    private var unkept = false
    internal var left = false
        private set

    /** Where this is. */
    abstract val route: Route

    protected val words: Words get() = desk.words
    protected val core: Core get() = desk.core

    internal val screen: Screen get() = wrap(state)

    /** Reads what is shown. */
    abstract fun load()

    /** These may be others now. */
    open fun changed(nouns: Set<Noun>) = load()

    /** What the person did. */
    protected abstract fun on(event: E)

    /** Whether "back" was used up here. */
    open fun back(): Boolean = false

    /** What an effect brought back: `Scanned`, `Recorded` or `Positioned`. */
    open fun answer(event: AppEvent) = Unit

    /** What writes down what is being typed, made from the state as it is; none where there is nothing to keep. */
    protected open fun keep(): (() -> Unit)? = null

    /** Whether something is being read now. */
    internal val reading: Boolean get() = reads.values.any { it.isActive }

    internal fun take(event: Any) {
        if (takes.isInstance(event)) on(takes.cast(event))
    }

    /** Changes what is shown. */
    protected fun show(change: (S) -> S) {
        state = change(state)
        desk.redraw(this)
    }

    /** Reads on the thread that works, then shows it. */
    protected fun <T> read(block: suspend () -> T, name: String = "", failed: (Throwable) -> Unit = desk::failed, then: (T) -> Unit) {
        reads[name]?.cancel()
        reads[name] = desk.work(block, { if (!left) failed(it) }) { if (!left) then(it) }
    }

    /** Writes on the thread that works; goes on when the screen is left. `failed` is asked first, and says whether it has told. */
    protected fun <T> write(block: suspend () -> T, failed: (Throwable) -> Boolean = { false }, then: (T) -> Unit = {}) {
        desk.work(block, { if (!failed(it)) desk.failed(it) }, then)
    }

    /** [write], once at a time: while one of this name is not answered another does nothing, as a second tap on a button. */
    protected fun <T> writeOnce(name: String, block: suspend () -> T, failed: (Throwable) -> Boolean = { false }, then: (T) -> Unit = {}) {
        if (!underWay.add(name)) return
        write(block, { underWay -= name; failed(it) }) { underWay -= name; then(it) }
    }

    /** Keeps a visit that is finished, once at a time as [writeOnce]; see [Desk.finish]. */
    protected fun finishOnce(name: String, finished: Finished, failed: (Throwable) -> Boolean = { false }, then: (String) -> Unit) {
        if (!underWay.add(name)) return
        desk.finish(finished, { underWay -= name; failed(it) }) { underWay -= name; then(it) }
    }

    /** Whether a [writeOnce] of this name is not answered yet. */
    protected fun busy(name: String): Boolean = name in underWay

    /** Leaves this screen, wherever the person went meanwhile: never another one. */
    protected fun goBack() = desk.navigation.leave(this)

    /** Shows another screen in the place of this one, unless the person went elsewhere meanwhile. */
    protected fun giveWay(to: Route) {
        if (desk.navigation.top === this) desk.replace(to)
    }

    /** Something was typed: it is kept soon, also while the typing goes on. */
    protected fun touched() {
        if (unkept) return
        unkept = true
        keeping = desk.later(desk.habits.draftMillis) { keepNow() }
    }

    /** What was typed is kept now. */
    fun keepNow() {
        keeping?.cancel()
        if (!unkept) return
        unkept = false
        keep()?.let { block -> write({ block() }) }
    }

    /** What was typed is not to be kept: it was saved, or thrown away. */
    protected fun nothingToKeep() {
        unkept = false
        keeping?.cancel()
    }

    internal fun leave() {
        keepNow()
        left = true
        reads.values.forEach { it.cancel() }
    }
}
