// Visits that are finished, and drafts and forms that were thrown away, and can still be taken back.
//
// Invariants: what the person saved is on the phone before they are told so. What was thrown away is only not shown for a while,
// as it was: an app that is killed has it again. One at a time: the next save, the next that is thrown away, hiding and closing
// finish the one before. Whatever is killed between two writings, nothing is lost, finished twice, or left over:
//
//   save       the draft, then the form `finishing.<draft>`. In between: a draft among today's, and nobody was told it is saved.
//   finish     the record (with which the core drops the draft), then the form goes. In between: the next start finds the form,
//              no draft to finish, and drops the form.
//   take back  one tap: the draft goes, then the form. In between: as above. The other way round a draft would be left that
//              nobody began. A form gone on with: the form alone goes; before that, the next start finishes what was saved.
//   it fails   the form goes, and the draft stays among today's.
//
// A phone that learns that it was revoked takes nothing any more, so nothing that might tell it so begins while a visit can be
// taken back: an exchange that the person asks for finishes it first, those that begin by themselves wait. Only a run that is
// under way already, and may be for long, goes on: what it makes too late is counted, for the gate to tell.
package qiaomen.model

import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.withContext
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.Noun
import qiaomen.core.QiaomenException
import qiaomen.core.Visit
import qiaomen.model.state.Undo

/** A visit that the person says is finished. */
class Finished(
    /** The draft that it was so far. */
    val draft: String?,
    val record: Visit,
    /** Code of the role it is written in, where the person was asked. */
    val role: String? = null,
    /** What the offer to take it back says. */
    val text: String,
    /** Where taking it back leads, from the draft's identifier. */
    val undone: (String) -> Route,
    /** Whether taking it back throws the draft away too, as with a closed door. */
    val discard: Boolean = false,
)

/** What will become a record unless it is taken back. */
@Serializable
data class Pending(
    val draft: String,
    val alert: String? = null,
    val household: String? = null,
    val role: String? = null,
    val text: String = "",
    val undone: Route = Route.Today,
    val discard: Boolean = false,
)

/** A draft or a form that was thrown away. */
class Thrown(
    val draft: String? = null,
    val form: String? = null,
    /** What the offer to take it back says. */
    val text: String,
    /** Where taking it back leads. */
    val undone: Route,
)

internal class Finishing(private val desk: Desk) {
    /** What was finished and can still be taken back. */
    var pending: Pending? = null
        private set

    /** What was thrown away and can still be taken back: it is there, and not to be shown. */
    var thrown: Thrown? = null
        private set
    private var timer: Job? = null
    private var closedAt: Long? = null

    /** Savings that are not answered yet. */
    private val saving = MutableStateFlow(0)
    private val unsettled = MutableStateFlow(false)

    /** Whether something is being saved: it cannot be finished yet. */
    val isSaving: Boolean get() = saving.value > 0

    /** Whether something is saved that is no record yet. */
    val open: Boolean get() = unsettled.value

    private fun told() {
        unsettled.value = isSaving || pending != null
    }

    /** Whether a door was closed a moment ago: too short for the next one to be meant. */
    val justClosed: Boolean get() = closedAt?.let { desk.clock.wall() - it in 0 until desk.habits.restMillis } == true

    /** Keeps a finished visit; [then] is given the draft's identifier once it is safe. */
    fun save(finished: Finished, failed: (Throwable) -> Boolean, then: (String) -> Unit) {
        finish()
        saving.value++
        told()
        val pauses = !desk.exchanges.running
        val block = {
            // A poll may wait for minutes; the next one waits until this is a record.
            if (pauses) desk.core.sync.cancel()
            val draft = desk.core.visits.draft(finished.draft, finished.record)
            Pending(
                draft, finished.record.alert, finished.record.household, finished.role, finished.text, finished.undone(draft), finished.discard,
            ).also { desk.forms.keep(key(draft), Json.encodeToString(it)) }
        }
        desk.work(block, {
            saving.value--
            told()
            if (!failed(it)) desk.failed(it)
        }) { now ->
            saving.value--
            offer(now)
            then(now.draft)
        }
    }

    /** Throws a draft or a form away, once it cannot be taken back any more. */
    fun throwAway(what: Thrown) {
        finish()
        thrown = what
        offer(what.text)
    }

    /** [now] can be taken back from now on; what could be until now was saved before it, and is finished. */
    internal fun offer(now: Pending) {
        if (pending?.draft != now.draft) finish()
        pending = now
        told()
        closedAt = desk.clock.wall().takeIf { now.discard }
        offer(now.text)
    }

    private fun offer(text: String) {
        timer?.cancel()
        timer = desk.later(desk.habits.undoMillis) { finish() }
        desk.glass.update { it.copy(undo = Undo(text, desk.clock.wall() + desk.habits.undoMillis)) }
        desk.navigation.changed(MOVED)
    }

    /** Takes it back: it is a draft again, or gone where it was one tap. */
    fun takeBack() {
        thrown?.let { back ->
            clear()
            desk.navigation.changed(MOVED)
            return desk.go(back.undone)
        }
        val back = clear() ?: return
        closedAt = null
        desk.work({
            if (back.discard) desk.core.drafts.discard(back.draft)
            desk.forms.discard(key(back.draft))
        }) {
            desk.navigation.changed(MOVED)
            desk.go(back.undone)
        }
    }

    /** Makes it a record now, or throws it away for good. */
    fun finish() {
        val gone = thrown
        val done = clear()
        if (gone != null) desk.work({
            gone.draft?.let(desk.core.drafts::discard)
            gone.form?.let(desk.forms::discard)
        }) { desk.navigation.changed(MOVED) }
        if (done != null) desk.work({ complete(done) }, { failed(it) }) {
            desk.navigation.changed(MOVED)
            desk.saved()
        }
    }

    private fun failed(error: Throwable) {
        if (error is QiaomenException.Revoked) desk.opening.lost(error, late = 1) else desk.failed(error)
    }

    /** Done once whatever was saved is a record, or was taken back. */
    suspend fun settled() {
        unsettled.first { !it }
    }

    /** Waits until nothing is being saved any more, and makes it a record; on the thread that works. */
    suspend fun finishSaved() {
        saving.first { it == 0 }
        withContext(desk.drawing) { finish() }
    }

    /** The gate fell, and the core takes nothing now: gives how many visits were saved and are no records. A start finishes them
     *  that finds the store as it should be. */
    fun drop(): Int {
        closedAt = null
        return if (clear() == null) 0 else 1
    }

    /** Finishes what an app that was killed left: once, when the store was opened; on the thread that works. */
    fun resume(failed: (QiaomenException) -> Unit) {
        for (key in desk.forms.keys().filter { it.startsWith(PREFIX) }) {
            val left = desk.forms.get(key)?.let { runCatching { Json.decodeFromString<Pending>(it) }.getOrNull() }
            try {
                complete(left ?: Pending(key.removePrefix(PREFIX)))
            } catch (error: QiaomenException) {
                failed(error)
            }
        }
    }

    /** On the thread that works. */
    private fun complete(pending: Pending) {
        try {
            desk.core.visits.finish(pending.draft, pending.role?.let(::roleOf))
        } catch (_: QiaomenException.NotFound) {
            // It was finished just before the app was killed.
        } catch (error: QiaomenException.Revoked) {
            // Nothing can be written any more, this neither.
            throw error
        } catch (error: QiaomenException) {
            // It stays a draft, among today's.
            desk.forms.discard(key(pending.draft))
            throw error
        }
        desk.forms.discard(key(pending.draft))
    }

    private fun clear(): Pending? {
        timer?.cancel()
        desk.glass.update { it.copy(undo = null) }
        thrown = null
        return pending.also {
            pending = null
            told()
        }
    }

    private fun key(draft: String) = PREFIX + draft

    companion object {
        /** What the forms' keys begin with. */
        const val PREFIX = "finishing."
        private val MOVED = setOf(Noun.DRAFTS, Noun.VISITS, Noun.TASKS, Noun.HOUSEHOLDS, Noun.SYNC)
    }
}
