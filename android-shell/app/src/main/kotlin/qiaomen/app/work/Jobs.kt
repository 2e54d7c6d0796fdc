// When exchanges begin though nobody looks at the app.
//
// Invariants: at most one regular and one early exchange wait; both keep to the worker's policy and need a network, so that
// nothing is woken in flight mode; what is scheduled as it should be is left alone, since scheduling anew begins its time anew.
package qiaomen.app.work

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Context
import android.os.Build
import android.os.PersistableBundle

/** The regular exchange, and the early one for what waits to be sent. */
class Jobs(private val context: Context) {
    private val scheduler = context.getSystemService(JobScheduler::class.java)

    /** Exchanges regularly by this plan, over restarts of the phone. */
    fun follow(plan: Plan) {
        val wanted = job(REGULAR, plan).setPeriodic(REGULAR_MILLIS).build()
        put(wanted)
        // What waits keeps to a new policy too.
        if (scheduler.getPendingJob(EARLY) != null) soon(plan)
    }

    /** Something waits to be sent: exchanges as soon as there is a network, tried again ever later. */
    fun soon(plan: Plan) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S && put(early(plan).setExpedited(true).build())) return
        // Too many were in a hurry lately: it takes its turn.
        put(early(plan).build())
    }

    private fun early(plan: Plan) = job(EARLY, plan).setBackoffCriteria(BACKOFF_MILLIS, JobInfo.BACKOFF_POLICY_EXPONENTIAL)

    /** Nothing waits any more. */
    fun nothingWaits() = scheduler.cancel(EARLY)

    /** No exchange can come to anything until the worker does something. */
    fun end() {
        scheduler.cancel(REGULAR)
        scheduler.cancel(EARLY)
    }

    private fun job(id: Int, plan: Plan): JobInfo.Builder =
        JobInfo.Builder(id, ComponentName(context, SyncJob::class.java))
            .setRequiredNetworkType(if (plan.unmeteredOnly) JobInfo.NETWORK_TYPE_UNMETERED else JobInfo.NETWORK_TYPE_ANY)
            .setPersisted(true)
            .setExtras(PersistableBundle().apply { putInt(POLICY, if (plan.unmeteredOnly) 1 else 0) })

    private fun put(wanted: JobInfo): Boolean {
        val there = scheduler.getPendingJob(wanted.id)
        if (there != null && there.extras.getInt(POLICY, -1) == wanted.extras.getInt(POLICY)) return true
        return scheduler.schedule(wanted) == JobScheduler.RESULT_SUCCESS
    }

    companion object {
        const val REGULAR = 1
        const val EARLY = 2

        /** As often as Android has regular work done. */
        const val REGULAR_MILLIS = 15 * 60_000L
        const val BACKOFF_MILLIS = 30_000L
        private const val POLICY = "unmeteredOnly"
    }
}
