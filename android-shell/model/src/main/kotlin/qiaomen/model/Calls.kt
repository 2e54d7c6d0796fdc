// Alerts that call for somebody: those that nobody has taken, and those that are offered to this worker.
//
// Invariant: on the thread that works; the gravest first, as tasks are sorted.
package qiaomen.model

import qiaomen.core.CustodyStep
import qiaomen.core.DueTask

/** An alert that nobody has, or an offer to this worker. */
class Call(val alert: String, val name: String, val level: String, val offer: String?, val from: String?)

/** Those of them that [tasks] are of. */
fun calls(desk: Desk, tasks: List<DueTask>): List<Call> {
    val me = desk.names.me()
    return tasks.distinctBy { it.alert }.mapNotNull { task ->
        val custody = desk.core.tasks.custody(task.alert)
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
