// The gate: opening the store, and what stands before everything else while it cannot be used.
//
// Invariants: nothing is ever deleted, a store that is not used any more is put aside; the store is opened once, and closed
// before it is opened again; while the gate is not open no screen is loaded, and what effects bring back meanwhile is kept for
// the screen that will be on top.
package qiaomen.model

import java.time.DateTimeException
import java.time.ZoneId
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.flow.update
import qiaomen.core.Noun
import qiaomen.core.QiaomenException
import qiaomen.core.Replica
import qiaomen.core.Server
import qiaomen.core.putStoreAside
import qiaomen.model.state.AppEvent
import qiaomen.model.state.AppState
import qiaomen.model.state.Effect
import qiaomen.model.state.Gate

internal class Opening(private val desk: Desk) {
    private var wanted: List<Route> = emptyList()
    private val answers = ArrayList<AppEvent>()
    private var hiddenAt: Long? = null

    /** The alert of a notification that was touched while the gate was shut. */
    private var touchedAlert: String? = null

    /** The person showed that it is they while the store was being opened: the app had been killed behind the phone's own question. */
    private var confirmed = false
    private var opened = CompletableDeferred<Replica?>()

    /** The replica once it is open; none where it does not open. */
    suspend fun replica(): Replica? = opened.await()

    private val gate: Gate get() = desk.glass.value.gate

    /** What is read when the store opens. */
    private class Found(
        val all: Opened,
        val preferences: Preferences,
        val zone: ZoneId?,
        val locked: Boolean,
        val revocation: Revocation,
        val waiting: Int,
        val last: LastExchange?,
        val failures: List<QiaomenException>,
    )

    /** Where one was, for when the gate opens. */
    fun want(routes: List<Route>) {
        if (gate == Gate.Open && !touched) desk.navigation.begin(routes) else wanted = routes
    }

    /** Where one is, or will be. */
    val routes: List<Route> get() = desk.navigation.routes.ifEmpty { wanted + listOfNotNull(touchedAlert?.let(Route::Alert)) }

    /** Whether anybody did anything yet. */
    var touched = false

    /** Opens the store; [failure]: why it was not put aside, for the gate it still stands behind. */
    fun open(failure: String? = null) {
        if (opened.isCompleted) opened = CompletableDeferred()
        shut(Gate.Opening)
        val otherwise = desk.preferences
        desk.work({ found(otherwise) }, { notOpened(it, failure) }) { found ->
            desk.preferences = found.preferences
            desk.words = Words(found.preferences.language, found.zone ?: Words.DEFAULT_ZONE)
            desk.glass.update { it.copy(look = found.preferences.look) }
            opened.complete(found.all.core.replica)
            when {
                found.locked -> shut(revoked(desk.words, found.waiting, found.revocation).failing(failure))
                found.zone == null -> enrolling()
                else -> {
                    // What is shown is read before anything else.
                    if (found.preferences.lockMinutes > 0 && !confirmed) shut(Gate.Locked) else enter()
                    begun(found.last)
                    found.failures.forEach(desk::failed)
                }
            }
        }
    }

    private fun found(otherwise: Preferences): Found {
        val (platform, desk) = desk.platform to desk
        val replica = Replica.open(platform.storePath, platform.keys, platform.clock, platform.network, platform.notifier, desk.ears)
        val core = Core(replica)
        val all = Opened(core, core.forms, Names(core))
        desk.opened = all
        val preferences = Preferences.read(all.forms, otherwise)
        preferences.server?.let { setServer(replica, it) }
        desk.clock.learn(replica)
        val identity = replica.identity()
        val locked = replica.isLocked()
        val failures = ArrayList<QiaomenException>()
        if (identity != null && !locked) desk.finishing.resume(failures::add)
        val last = if (identity != null && !locked) desk.exchanges.remembered() else null
        val revocation = if (locked) Revocation.read(all.forms) else Revocation()
        return Found(all, preferences, identity?.let { zone(it.zone) }, locked, revocation, core.sync.waiting().toInt(), last, failures)
    }

    /** Says which server is asked; plain HTTP only for trying out on this machine, which the core sees to. */
    fun setServer(replica: Replica, address: String) = replica.setServer(Server(address))

    private fun zone(name: String): ZoneId = try {
        ZoneId.of(name)
    } catch (_: DateTimeException) {
        Words.DEFAULT_ZONE
    }

    private fun notOpened(error: Throwable, failure: String?) {
        opened.complete(null)
        shut(notOpened(desk.words, error).failing(failure))
    }

    private fun enrolling() {
        desk.navigation.begin(listOf(Route.Enrol))
        desk.glass.update { it.copy(gate = Gate.Enrolling, tab = null) }
        answered()
    }

    /** The phone joined a server just now, for the first time or again. */
    fun enrolled(zone: String) {
        desk.words = Words(desk.preferences.language, zone(zone))
        // One that joined again may have been left alone meanwhile: nobody is let in by that.
        if (gate == Gate.Enrolling) enter()
        if (desk.navigation.top?.route == Route.Enrol) desk.back()
        wanted = wanted.filterNot { it == Route.Enrol }
        begun(desk.exchanges.last)
    }

    /** What an effect brought back. The camera may have been open until the phone locked, or the app was killed behind it. */
    fun answer(event: AppEvent) {
        when (gate) {
            Gate.Open, Gate.Enrolling -> desk.navigation.answer(event)
            is Gate.Revoked -> Unit
            else -> answers += event
        }
    }

    private fun answered() {
        val all = answers.toList()
        answers.clear()
        all.forEach(desk.navigation::answer)
    }

    /** The phone is somebody's, whether they are there or not. */
    private fun begun(last: LastExchange?) {
        desk.exchanges.begin(last)
        desk.exchanges.schedule()
        desk.watch.begin()
    }

    /** Lets the person in. */
    private fun enter() {
        desk.glass.update { it.copy(gate = Gate.Open) }
        val routes = wanted.dropWhile { it == Route.Enrol }
        wanted = emptyList()
        confirmed = false
        desk.navigation.begin(routes)
        // One that is open is seen: it does not stand on top of everything too.
        (routes.lastOrNull() as? Route.Alert)?.let { desk.watch.put(it.alert) }
        answered()
        // Over what was answered: "back" leads to it.
        touchedAlert?.let {
            touchedAlert = null
            wantAlert(it)
        }
    }

    /** Nothing can be read any more; [late] visits were saved and are no records. */
    fun lost(error: Throwable, late: Int = 0) {
        // Another look may have heard of it before the run that learned it has ended.
        desk.exchanges.end(error)
        if (error is QiaomenException.Revoked) revoked(late + desk.finishing.drop())
        else shut(Gate.Damaged(desk.words("gate.damaged")))
    }

    private fun revoked(late: Int) {
        val first = gate !is Gate.Revoked
        if (!first && late == 0) return
        if (first) shut(revoked(desk.words, desk.glass.value.waiting, Revocation(late)))
        desk.work({
            val before = Revocation.read(desk.forms)
            val now = before.copy(late = before.late + late)
            if (now != before) now.keep(desk.forms)
            desk.core.sync.waiting().toInt() to now
        }, {}) { (unsent, now) ->
            val shown = gate as? Gate.Revoked ?: return@work
            val told = revoked(desk.words, unsent, now)
            desk.glass.update { it.copy(gate = shown.copy(text = told.text, unsent = unsent, lateText = told.lateText)) }
        }
    }

    private fun shut(gate: Gate) {
        desk.navigation.clear()
        if (gate is Gate.Locked) desk.finishing.finish() else desk.finishing.drop()
        // Every other gate may open again, and what the camera brought back is there once only.
        if (gate is Gate.Revoked) answers.clear()
        if (gate !is Gate.Opening) confirmed = false
        if (gate !is Gate.Locked) {
            desk.exchanges.end()
            desk.watch.end()
        }
        // Nothing of what was shown stays behind the gate.
        desk.glass.update { AppState(gate = gate, look = it.look, said = it.said) }
    }

    /** Hands in what a revoked phone did not send. */
    fun handIn() {
        val before = gate as? Gate.Revoked ?: return
        if (before.handingIn) return
        whileRevoked { it.copy(handingIn = true, resultText = null, askText = null) }
        desk.work(
            {
                val handedIn = desk.core.sync.salvage().toInt()
                val now = Revocation.read(desk.forms).copy(handedIn = handedIn)
                // What was handed in was handed in, whether it can be remembered or not.
                try {
                    now.keep(desk.forms)
                } catch (_: QiaomenException) {
                }
                now
            },
            { error ->
                val text = desk.words("gate.revoked.failed", "why" to desk.words.error(error))
                whileRevoked { it.copy(handingIn = false, resultText = text) }
            },
        ) { now -> whileRevoked { revoked(desk.words, it.unsent, now) } }
    }

    /** Changes the gate of a revoked phone as it is now; one that came in its place meanwhile stays. */
    private fun whileRevoked(change: (Gate.Revoked) -> Gate.Revoked) {
        val now = gate as? Gate.Revoked ?: return
        desk.glass.update { it.copy(gate = change(now)) }
    }

    /** Puts the store aside and begins with an empty one; asks first where that ends the handing in of something. */
    fun beginAnew() {
        if (!gate.canBeginAnew) return
        (gate as? Gate.Revoked)?.let { revoked ->
            if (revoked.handingIn) return
            if (revoked.unsent > 0 && !revoked.handedIn && revoked.askText == null) {
                return whileRevoked { it.copy(askText = desk.words.count("gate.revoked.ask", it.unsent)) }
            }
        }
        // They were for a screen of the store that goes.
        answers.clear()
        val (path, now, kept) = Triple(desk.platform.storePath, desk.clock.wall(), desk.preferences)
        // A second tap finds it under way.
        shut(Gate.Opening)
        desk.work({
            closed()
            putStoreAside(path, now)
        }, { error ->
            // It was closed: what it is used for on its gate, such as handing in, needs it open.
            open(desk.words("gate.notPutAside", "why" to desk.words.error(error)))
        }) {
            desk.preferences = kept.copy(undertakenAt = null)
            open()
        }
    }

    /** What [beginAnew] asked is answered with no. */
    fun doNotBeginAnew() = whileRevoked { it.copy(askText = null) }

    /** Tries the store again. */
    fun retry() {
        if (!gate.canRetry) return
        desk.work(::closed, {})
        open()
    }

    /** Lets go of the store, on the thread that works: one that turned out to be damaged while it was open is open still. */
    private fun closed() {
        desk.opened?.core?.close()
        desk.opened = null
    }

    fun hidden() {
        hiddenAt = desk.clock.wall()
        confirmed = false
    }

    /** The app came to the front: after too long the person must show that it is they. */
    fun shown() {
        val away = hiddenAt?.let { desk.clock.wall() - it } ?: return
        hiddenAt = null
        val limit = desk.preferences.lockMinutes * 60_000L
        if (gate != Gate.Open || limit == 0L || away in 0 until limit) return
        wanted = desk.navigation.routes
        shut(Gate.Locked)
    }

    fun unlock() {
        if (gate == Gate.Locked) desk.effect(Effect.ConfirmPerson)
    }

    fun unlocked() {
        if (gate == Gate.Opening) confirmed = true
        if (gate != Gate.Locked) return
        enter()
        desk.watch.look(Noun.entries.toSet())
    }

    /** A notification was touched: the alert opens, as soon as the gate does. */
    fun wantAlert(alert: String) {
        if (gate != Gate.Open) {
            touchedAlert = alert
            return
        }
        desk.watch.put(alert)
        desk.go(Route.Alert(alert))
    }

    /** Keeps a preference and shows what it changes. */
    fun prefer(change: (Preferences) -> Preferences) {
        val before = desk.preferences
        val after = change(before)
        if (after == before) return
        desk.preferences = after
        if (after.language != before.language) desk.words = Words(after.language, desk.words.zone)
        desk.glass.update { it.copy(look = after.look) }
        desk.work({ after.keep(desk.defaults, desk.forms) })
        desk.navigation.again()
        desk.watch.look(Noun.entries.toSet())
        if (after.unmeteredOnly != before.unmeteredOnly) desk.exchanges.schedule()
    }
}
