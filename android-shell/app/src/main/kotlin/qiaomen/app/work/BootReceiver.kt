// The phone was started, or the app was updated: what was scheduled is there again.
package qiaomen.app.work

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import qiaomen.app.notice.tell
import qiaomen.app.shell

/** Schedules anew by the plan that was kept; goes on being on duty; tells what became due meanwhile. */
class BootReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        if (intent.action != Intent.ACTION_BOOT_COMPLETED && intent.action != Intent.ACTION_MY_PACKAGE_REPLACED) return
        // A phone that belongs to nobody has none.
        val plan = PlanBook(context).plan ?: return
        val shell = context.shell
        shell.jobs.follow(plan)
        if (plan.onDuty) DutyService.begin(context)
        tell(shell)
    }
}
