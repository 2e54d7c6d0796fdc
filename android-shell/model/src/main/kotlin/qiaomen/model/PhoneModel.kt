// The app as a shell sees it: one state that is shown, events that come in, effects that go out.
//
// Invariants: called on the thread that draws; nothing here waits; an event of a screen that is not on top does nothing.
// What it does lies with `Opening` (the gate), `Navigation`, `Finishing` (undo), `Exchanges` and `Watch`.
package qiaomen.model

import kotlin.coroutines.resume
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.receiveAsFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.Noun
import qiaomen.core.QiaomenException
import qiaomen.core.Replica
import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.BannerKind
import qiaomen.model.state.ConflictsEvent
import qiaomen.model.state.CorrectEvent
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.Effect
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.Gate
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.PasteEvent
import qiaomen.model.state.PledgeEvent
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.SyncEvent
import qiaomen.model.state.TodayEvent
import qiaomen.model.state.VisitEvent

/** [scope]'s dispatcher is the one thread that draws; [work] runs one thing at a time. */
class PhoneModel(
    platform: Platform,
    scope: CoroutineScope,
    @OptIn(ExperimentalCoroutinesApi::class)
    work: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(1),
    habits: Habits = Habits(),
) {
    internal val desk = Desk(platform, scope, work, habits)

    /** Everything that is shown. */
    val state: StateFlow<AppState> = desk.glass.asStateFlow()

    /** What the platform is to do: each is told once, in order, to one listener. */
    val effects: Flow<Effect> = desk.told.receiveAsFlow()

    /** The replica once `start` has opened it, for background work; none where it does not open. */
    suspend fun replica(): Replica? = desk.opening.replica()

    /** Opens the store. */
    fun start() = desk.opening.open()

    fun on(event: EnrolEvent) = desk.navigation.take(event)
    fun on(event: TodayEvent) = take(event)
    fun on(event: AlertEvent) = take(event)
    fun on(event: PasteEvent) = take(event)
    fun on(event: ConflictsEvent) = take(event)
    fun on(event: DoorsEvent) = take(event)
    fun on(event: HouseholdEvent) = take(event)
    fun on(event: VisitEvent) = take(event)
    fun on(event: PledgeEvent) = take(event)
    fun on(event: SyncEvent) = take(event)
    fun on(event: CorrectEvent) = take(event)
    fun on(event: SettingsEvent) = take(event)

    private val open: Boolean get() = desk.glass.value.gate == Gate.Open

    private fun take(event: Any) {
        desk.opening.touched = true
        if (open) desk.navigation.take(event)
    }

    fun on(event: AppEvent) {
        if (event != AppEvent.Shown) desk.opening.touched = true
        when (event) {
            AppEvent.Back -> if (open) desk.navigation.back()
            is AppEvent.Choose -> if (open) desk.navigation.choose(event.tab)
            AppEvent.TakeBack -> if (open) desk.finishing.takeBack()
            AppEvent.OpenUrgent -> desk.glass.value.urgent?.let { desk.opening.wantAlert(it.alert) }
            AppEvent.Later -> desk.glass.value.urgent?.let { desk.watch.put(it.alert) }
            AppEvent.Heard -> desk.glass.update { it.copy(said = null) }
            AppEvent.Shown -> shown()
            AppEvent.Hidden -> hidden()
            AppEvent.Unlock -> desk.opening.unlock()
            AppEvent.Unlocked -> desk.opening.unlocked()
            AppEvent.HandIn -> desk.opening.handIn()
            AppEvent.BeginAnew -> desk.opening.beginAnew()
            AppEvent.DoNotBeginAnew -> desk.opening.doNotBeginAnew()
            AppEvent.RetryOpen -> desk.opening.retry()
            is AppEvent.OpenAlert -> desk.opening.wantAlert(event.alert)
            is AppEvent.OpenBanner -> banner(event.kind)
            is AppEvent.Scanned, is AppEvent.Recorded, is AppEvent.Positioned -> desk.opening.answer(event)
        }
    }

    private fun banner(kind: BannerKind) {
        if (!open) return
        when (kind) {
            BannerKind.Clock, BannerKind.Storage, BannerKind.Refused, BannerKind.Offline -> desk.go(Route.Sync)
            BannerKind.SignedOut -> desk.go(Route.Enrol)
            BannerKind.Update -> desk.go(Route.Settings)
        }
    }

    private fun shown() {
        desk.opening.shown()
        if (!open) return
        desk.forgetCalls()
        desk.navigation.again()
        desk.exchanges.soon(0)
        desk.watch.begin()
    }

    private fun hidden() {
        desk.opening.hidden()
        desk.navigation.keep()
        desk.finishing.finish()
    }

    /** Where one is, as JSON. */
    fun saved(): String = Json.encodeToString(Saved(desk.opening.routes))

    /** Goes on from there, as long as nobody did anything here yet. What cannot be read is as if there were nothing. */
    fun restore(saved: String) {
        runCatching { Json.decodeFromString<Saved>(saved).stack }.onSuccess(desk.opening::want)
    }

    /** An exchange to its end, as background work has it; what went wrong, none where nothing did. */
    suspend fun exchange(): Throwable? {
        if (replica() == null) return QiaomenException.KeyUnavailable()
        return withContext(desk.drawing) {
            // A job of the system's is no reason that something cannot be taken back any more.
            desk.finishing.settled()
            suspendCancellableCoroutine { waiting ->
                val begun = !desk.exchanges.running
                desk.exchanges.now { if (waiting.isActive) waiting.resume(it) }
                // Whoever began it may end it; one that the person began goes on.
                if (begun) waiting.invokeOnCancellation { desk.later(0) { desk.exchanges.cancel() } }
            }
        }
    }

    /** Done when what was to be written is written: for when the system is about to put the app to sleep. */
    fun kept(): Job = desk.work({}, {})

    /** The end: what was typed is kept, what could be undone is finished, exchanges are ended. Done when the job is. */
    fun close(): Job {
        hidden()
        desk.exchanges.end()
        desk.watch.end()
        desk.navigation.clear()
        return desk.work({
            desk.opened?.core?.close()
            desk.opened = null
        }, {}).also { last -> last.invokeOnCompletion { desk.own.cancel() } }
    }

    /** As if the core said that these are others now, for tests. */
    internal fun heard(nouns: Set<Noun>) = desk.heard(nouns)

    /** The process dies here, for tests: nothing is kept, nothing is finished. */
    internal fun kill() {
        desk.own.cancel()
        desk.opened?.core?.close()
    }

    @Serializable
    private class Saved(val stack: List<Route>)
}
