// Exchanges with the server: those that the person asks for, those that begin by themselves, and being on duty.
//
// Invariants: on the thread that draws; one run at a time; one that begins by itself obeys the choice of networks, one that
// the person asks for does not; an open alert of one's own is no matter of costs. What can still be taken back is a record before
// anything is asked of the server: see `Finishing`.
package qiaomen.model

import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.Network
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.QiaomenException
import qiaomen.core.ShellException
import qiaomen.core.ShellStatus
import qiaomen.core.SyncProgress
import qiaomen.model.state.Effect
import qiaomen.model.state.Progress

/** How the last exchange ended. */
@Serializable
data class LastExchange(
    /** By corrected time. */
    val at: Long,
    val accepted: Int = 0,
    val refused: Int = 0,
    val held: Int = 0,
    val documents: Int = 0,
)

internal class Exchanges(private val desk: Desk) {
    private var run: Job? = null
    private val waiters = ArrayList<(Throwable?) -> Unit>()
    private var soon: Job? = null
    private var duty: Job? = null
    private var waits = desk.habits.retryMillis

    val running: Boolean get() = run?.isActive == true

    /** How far the one that runs is. */
    var progress: SyncProgress? = null
        private set

    /** The last that came to its end. */
    var last: LastExchange? = null
        private set

    /** Why the last try did not come to its end; none where it did. */
    var failure: Throwable? = null
        private set

    /** Reads what was kept of earlier exchanges, on the thread that works. */
    fun remembered(): LastExchange? =
        desk.forms.get(LAST)?.let { runCatching { Json.decodeFromString<LastExchange>(it) }.getOrNull() }

    /** The store is open: [kept] is what `remembered` gave. */
    fun begin(kept: LastExchange?) {
        last = kept
        if (desk.habits.syncByItself) {
            soon(0)
            onDuty()
        }
    }

    /** Exchanges to the end, as the person asked; one that runs already will do. */
    fun now(then: (Throwable?) -> Unit = {}) {
        waiters += then
        if (running) return
        soon?.cancel()
        desk.finishing.finish()
        val saving = desk.finishing.isSaving
        progress = null
        failure = null
        tellShell()
        run = desk.work(
            {
                // What is just being saved is a record too before anything is asked of the server.
                if (saving) desk.finishing.finishSaved()
                // A poll has its turn until something comes: a run would wait behind it.
                desk.core.sync.cancel()
                val summary = desk.core.sync.run()
                desk.clock.learn(desk.core.replica)
                with(summary) {
                    LastExchange(desk.now(), accepted.toInt(), refused.toInt(), held.toInt(), documents.toInt())
                }.also { desk.forms.keep(LAST, Json.encodeToString(it)) }
            },
            ::ended,
        ) { done ->
            last = done
            ended(null)
        }
        desk.navigation.changed(setOf(Noun.SYNC))
    }

    /** Ends the one that runs. */
    fun cancel() {
        if (running) desk.work({ desk.core.sync.cancel() })
    }

    /** One begins by itself in a while, where it may. */
    fun soon(millis: Long = desk.habits.syncAfterMillis) {
        if (!desk.habits.syncByItself) return
        soon?.cancel()
        soon = desk.later(millis) { byItself() }
    }

    private fun byItself() {
        if (running) return
        if (desk.finishing.open) return soon(desk.habits.undoMillis)
        desk.work({ allowed() }, {}) { may ->
            when {
                !may -> Unit
                // Something may have been saved while that was looked up.
                desk.finishing.open -> soon(desk.habits.undoMillis)
                else -> now { error -> retry(error) }
            }
        }
    }

    /** What fails for want of a connection is tried again, ever more seldom; everything else waits for the person. */
    private fun retry(error: Throwable?) {
        if (error == null) waits = desk.habits.retryMillis
        if (error !is QiaomenException.Offline) return
        soon(waits)
        waits = (waits * 2).coerceAtMost(desk.habits.retryMostMillis)
    }

    /** Whether one may begin by itself; on the thread that works. */
    private fun allowed(): Boolean = when (network()) {
        Network.ABSENT -> false
        Network.UNMETERED -> true
        Network.METERED -> !desk.preferences.unmeteredOnly || ownAlertOpen()
    }

    /** How the phone is connected; where that cannot be told, something is tried. */
    fun network(): Network = try {
        desk.platform.network.network()
    } catch (_: ShellException) {
        Network.UNMETERED
    }

    /** Whether an alert that can still be worked on is this person's; on the thread that works. */
    fun ownAlertOpen(): Boolean {
        val me = desk.names.me()
        val open = desk.core.tasks.list(Page(0u, 100u)).map { it.alert }.distinct()
        return open.any { desk.core.tasks.custody(it).owner?.person == me }
    }

    /** Waits for news as long as this phone is on duty; called again when that may have changed. */
    fun onDuty() {
        if (duty?.isActive == true || !desk.habits.syncByItself) return
        duty = desk.work({
            var failed = desk.habits.retryMillis
            while (desk.core.duty.isOn()) {
                desk.finishing.settled()
                try {
                    desk.core.sync.poll(desk.core.duty.pollAdvice().waitSeconds)
                    failed = desk.habits.retryMillis
                } catch (error: QiaomenException) {
                    if (error is QiaomenException.Revoked) throw error
                    // Cancelled for a run, or since something was saved, or no connection: the next poll is another one.
                    if (error is QiaomenException.Cancelled) failed = desk.habits.retryMillis
                    delay(failed)
                    failed = (failed * 2).coerceAtMost(desk.habits.retryMostMillis)
                }
            }
        })
    }

    /** Tells the platform how background work is to go. */
    fun schedule() {
        desk.work({
            val on = desk.core.duty.isOn()
            Effect.Schedule(unmeteredOnly = desk.preferences.unmeteredOnly && !ownAlertOpen(), onDuty = on)
        }, {}) { now ->
            if (now != scheduled) desk.effect(now)
            scheduled = now
        }
    }

    private var scheduled: Effect.Schedule? = null

    /** Says what only the shell knows of this phone. */
    private fun tellShell() {
        val platform = desk.platform
        desk.work({
            val (free, used) = platform.freeBytes() to platform.usedBytes()
            desk.core.sync.setShell(ShellStatus(platform.version, free.coerceAtLeast(0).toULong(), used.coerceAtLeast(0).toULong()))
        }, {})
    }

    fun heard(told: SyncProgress) {
        if (!running) return
        progress = told
        desk.navigation.changed(setOf(Noun.SYNC))
    }

    private fun ended(error: Throwable?) {
        run = null
        progress = null
        failure = error
        // Taken first: a gate that falls ends everything else.
        val told = waiters.toList()
        waiters.clear()
        if (error is QiaomenException.Revoked || error is QiaomenException.DamagedStore) desk.failed(error)
        desk.navigation.changed(setOf(Noun.SYNC))
        told.forEach { it(error) }
    }

    /** Ends everything, on the thread that draws; whoever waits for the run hears [why]. */
    fun end(why: Throwable = QiaomenException.Cancelled()) {
        soon?.cancel()
        duty?.cancel()
        run?.cancel()
        run = null
        val told = waiters.toList()
        waiters.clear()
        told.forEach { it(why) }
    }

    companion object {
        private const val LAST = "exchange.last"
    }
}

/** How far an exchange is, as it is shown. */
fun Words.progress(of: SyncProgress): Progress {
    val (sent, toSend, fetched, toFetch) = listOf(of.sent, of.toSend, of.fetched, of.toFetch).map { it.toLong() }
    val text = when {
        sent < toSend -> this("progress.sending", "done" to sent, "all" to toSend)
        fetched < toFetch -> this("progress.fetching", "percent" to fetched * 100 / toFetch)
        else -> this("progress.ending")
    }
    return Progress(sent, toSend, fetched, toFetch, text)
}
