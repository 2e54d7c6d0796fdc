// What the model has the phone do, from one place a process, whichever Activity there is and whether there is one.
//
// Invariant: each effect is done once, in its order; what needs an Activity waits for one.
package qiaomen.app.effects

import android.content.Context
import android.widget.Toast
import qiaomen.app.shell
import qiaomen.app.work.DutyService
import qiaomen.app.work.Plan
import qiaomen.app.work.PlanBook
import qiaomen.model.state.Effect

/** Takes effects on the thread that draws. */
class Deeds(private val context: Context) {
    private val book = PlanBook(context)
    private val waiting = ArrayDeque<Effect>()
    private var hands: Hands? = null

    fun take(effect: Effect) {
        when (effect) {
            is Effect.Schedule -> follow(Plan(effect.unmeteredOnly, effect.onDuty))
            is Effect.Copy -> {
                copy(context, effect.text)
                Toast.makeText(context, context.shell.words("shell.copied"), Toast.LENGTH_SHORT).show()
            }
            else -> hands?.perform(effect) ?: waiting.addLast(effect)
        }
    }

    /** These hands do it from now on, beginning with what has waited. */
    fun attach(hands: Hands) {
        this.hands = hands
        while (waiting.isNotEmpty()) hands.perform(waiting.removeFirst())
    }

    fun detach(hands: Hands) {
        if (this.hands === hands) this.hands = null
    }

    private fun follow(plan: Plan) {
        val before = book.plan
        book.plan = plan
        context.shell.jobs.follow(plan)
        if (plan.onDuty) {
            DutyService.begin(context)
        } else if (before?.onDuty == true) {
            DutyService.end(context)
        }
    }
}
