// Alerts that call for somebody: those that nobody has taken, and those that are offered to this worker.
//
// Invariants: on the thread that works; the gravest first, as tasks are sorted; looked for once, for all who show them, until
// something may be another: who has an alert is asked one by one, and there may be many.
package qiaomen.model

import qiaomen.core.CustodyStep
import qiaomen.core.DueTask

/** An alert that nobody has, or an offer to this worker. */
class Call(val alert: String, val name: String, val level: String, val offer: String?, val from: String?)

internal class Calls(private val core: Core, private val names: Names) {
    private var known: List<Call>? = null

    /** They may be others now. */
    fun forget() {
        known = null
    }

    /** Those there are; [tasks] are the first [MOST] of this phone, as whoever asks has read them. */
    fun among(tasks: List<DueTask>): List<Call> = known ?: look(tasks.take(MOST)).also { known = it }

    private fun look(tasks: List<DueTask>): List<Call> {
        val me = names.me()
        return tasks.distinctBy { it.alert }.mapNotNull { task ->
            val custody = core.tasks.custody(task.alert)
            val offer = custody.offers.find { it.to == me }
            val mineAlready = custody.unconfirmed.any { it.person == me && it.what is CustodyStep.Taken }
            when {
                mineAlready -> null
                offer != null -> Call(task.alert, task.name, task.level.code, offer.document, offer.from)
                custody.owner == null -> Call(task.alert, task.name, task.level.code, null, null)
                else -> null
            }
        }
    }

    companion object {
        /** As far down the list they are looked for: what is overdue comes first; more than this nobody counts. */
        const val MOST = 200
    }
}
