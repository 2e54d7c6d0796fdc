// What screens' models share: the core, the words, the time, where to go, what to say; and the two threads.
//
// Invariants: everything runs on the thread that draws (that of the scope that the model is given) but the blocks given to
// `work`, which run one after the other on the thread that works; the state is changed on the thread that draws alone.
package qiaomen.model

import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import qiaomen.core.Forms
import qiaomen.core.Noun
import qiaomen.core.QiaomenException
import qiaomen.core.Role
import qiaomen.model.state.AppState
import qiaomen.model.state.Effect
import qiaomen.model.state.Said

class Desk internal constructor(
    val platform: Platform,
    scope: CoroutineScope,
    workOn: CoroutineDispatcher,
    val habits: Habits,
) {
    @OptIn(ExperimentalCoroutinesApi::class)
    internal val drawing: CoroutineContext =
        scope.coroutineContext[ContinuationInterceptor] ?: Dispatchers.Default.limitedParallelism(1)

    // Of its own, so that what is being written is written to its end when the shell's scope is cancelled.
    internal val own = CoroutineScope(SupervisorJob() + workOn)

    internal val glass = MutableStateFlow(AppState())
    internal val told = Channel<Effect>(Channel.UNLIMITED)

    /** The time. */
    val clock = Clock(platform.clock)

    /** The words in the language that is chosen. */
    var words = Words(platform.systemLanguage)
        internal set

    /** What holds where the person chose nothing. */
    val defaults = Preferences(language = platform.systemLanguage, lockMinutes = habits.lockMinutes)

    /** What the person chose. */
    var preferences = defaults
        internal set

    internal var opened: Opened? = null

    /** The core's objects. There as long as a screen is. */
    val core: Core get() = checkNotNull(opened) { "the store is not open" }.core

    /** Text under the shell's own keys: what is being typed. */
    val forms: Forms get() = checkNotNull(opened) { "the store is not open" }.forms

    /** What people and areas are called. */
    val names: Names get() = checkNotNull(opened) { "the store is not open" }.names

    internal val navigation = Navigation(this)
    internal val finishing = Finishing(this)
    internal val exchanges = Exchanges(this)
    internal val opening = Opening(this)
    internal val watch = Watch(this)
    internal val ears = Ears(this, ::heard) { exchanges.heard(it) }

    /** Alerts that call for somebody. */
    internal val calls: Calls get() = checkNotNull(opened) { "the store is not open" }.calls

    internal fun heard(nouns: Set<Noun>) {
        forgetCalls()
        if (Noun.DIRECTORY in nouns || Noun.IDENTITY in nouns) work({ names.forget() }, {})
        navigation.changed(nouns)
        watch.look(nouns)
    }

    /** Something may be another, be it that time has passed: before whoever shows it looks again. */
    internal fun forgetCalls() {
        work({ opened?.calls?.forget() }, {})
    }

    // ---- Where to go, what to say ----

    /** Opens a screen over this one. */
    fun go(route: Route) = navigation.go(route)

    /** Opens a screen in the place of this one, as when one door follows another. */
    fun replace(route: Route) = navigation.replace(route)

    /** Leaves the screen on top. */
    fun back() = navigation.leave()

    /** Says a sentence that goes away by itself. */
    fun say(text: String, failure: Boolean = false) =
        glass.update { it.copy(said = Said((it.said?.number ?: numbered) + 1, text, failure)) }.also { numbered++ }

    private var numbered = 0

    /** Has the platform do something. */
    fun effect(effect: Effect) {
        navigation.asks(effect)
        told.trySend(effect)
    }

    /** Keeps a visit that is finished, which can be taken back for a while; see [Finishing.save]. */
    fun finish(finished: Finished, failed: (Throwable) -> Boolean = { false }, then: (String) -> Unit) =
        finishing.save(finished, failed, then)

    /** What was finished and can still be taken back: to be marked as just done. */
    val pending: Pending? get() = finishing.pending

    /** Throws a draft or a form away, which can be taken back for a while: until then it is not to be shown. */
    fun throwAway(what: Thrown) = finishing.throwAway(what)

    /** What was thrown away and can still be taken back. */
    val thrown: Thrown? get() = finishing.thrown

    /** Whether a door was closed a moment ago; see [Finishing.justClosed]. */
    val justClosed: Boolean get() = finishing.justClosed

    /** What could still be taken back is so now. */
    fun settle() = finishing.finish()

    /** Has an exchange begin soon, since something was saved. */
    fun saved() = exchanges.soon()

    /** The roles that this person holds now, on the thread that works. */
    fun roles(): List<Role> {
        val me = names.record(names.me()) ?: return emptyList()
        return me.assignments.map { it.assignment }.filterNot { it.ended }.map { it.role }.distinct()
    }

    /** The time, put right by what is known of the server's. */
    fun now(): Long = clock.now()

    /** Tells what went wrong, in words; a revoked or damaged store closes the gate. */
    fun failed(error: Throwable) {
        when (error) {
            is QiaomenException.Revoked, is QiaomenException.DamagedStore -> opening.lost(error)
            else -> say(words.error(error), failure = true)
        }
    }

    // ---- The two threads ----

    /** Runs [block] on the thread that works, then [then] or [failed] on the one that draws; neither once it is cancelled. */
    fun <T> work(block: suspend () -> T, failed: (Throwable) -> Unit = ::failed, then: (T) -> Unit = {}): Job = own.launch {
        val outcome = try {
            Result.success(block())
        } catch (error: CancellationException) {
            throw error
        } catch (error: Exception) {
            Result.failure(error)
        }
        withContext(drawing) { outcome.fold(then, failed) }
    }

    /** Runs [block] on the thread that draws, after a while. */
    fun later(millis: Long, block: () -> Unit): Job = own.launch {
        delay(millis)
        withContext(drawing) { block() }
    }

    internal fun redraw(model: ScreenModel<*, *>) = navigation.redraw(model)
}

/** What there is once the store is open. */
internal class Opened(val core: Core, val forms: Forms, val names: Names) {
    val calls = Calls(core, names)
}
