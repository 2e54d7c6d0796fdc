// Which background work the worker wants: kept outside the store, so that it is known before the store is opened.
//
// Invariant: truth values, nothing about a person.
package qiaomen.app.work

import android.content.Context

/** What `Effect.Schedule` said last. */
data class Plan(
    /** Whether nothing is exchanged by itself over a connection that costs. */
    val unmeteredOnly: Boolean,
    /** Whether the phone waits for alerts all the time. */
    val onDuty: Boolean,
)

/** Keeps the plan over restarts. */
class PlanBook(context: Context) {
    private val kept = context.getSharedPreferences("plan", Context.MODE_PRIVATE)

    /** None before there was any. */
    var plan: Plan?
        get() = if (kept.contains(UNMETERED)) Plan(kept.getBoolean(UNMETERED, false), kept.getBoolean(DUTY, false)) else null
        set(plan) {
            val edit = kept.edit()
            if (plan == null) edit.remove(UNMETERED).remove(DUTY) else edit.putBoolean(UNMETERED, plan.unmeteredOnly).putBoolean(DUTY, plan.onDuty)
            edit.apply()
        }

    /** Whether the worker was asked once whether notifications may be shown. */
    var askedForNotifications: Boolean
        get() = kept.getBoolean(ASKED, false)
        set(asked) = kept.edit().putBoolean(ASKED, asked).apply()

    private companion object {
        const val UNMETERED = "unmeteredOnly"
        const val DUTY = "onDuty"
        const val ASKED = "askedForNotifications"
    }
}
