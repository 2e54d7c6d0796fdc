// Telling what is to be told, and being woken for what is to be told next.
//
// Invariant: after each telling one alarm stands at the moment the core named, or none.
package qiaomen.app.notice

import android.app.AlarmManager
import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import qiaomen.app.Shell
import qiaomen.app.shell
import qiaomen.core.QiaomenException

/** Has the notifier show what is due to be told, and sets the alarm for what comes next. */
suspend fun Shell.tell() {
    val replica = replica() ?: return
    withContext(work) {
        val next = try {
            // The core's moments are the server's; alarms go by the phone's own clock.
            val offset = replica.correctedTime().offset ?: 0
            replica.notices().use { it.tell() }?.let { it - offset }
        } catch (_: QiaomenException) {
            // Nobody's phone, or one that was locked by revocation: there is nothing to tell.
            null
        } catch (_: IllegalStateException) {
            // The store was put aside just now.
            null
        }
        alarm.set(next)
    }
}

/** The one alarm. Not an exact one, which would need a permission: some minutes do not matter an hour ahead. */
class NoticeAlarm(private val context: Context) {
    private val alarms = context.getSystemService(AlarmManager::class.java)

    fun set(at: Long?) {
        val intent = PendingIntent.getBroadcast(
            context, 0, Intent(context, NoticeReceiver::class.java), PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT,
        )
        if (at == null) alarms.cancel(intent) else alarms.setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, at, intent)
    }
}

/** Tells what there is to be told; the receiver is not over before. */
fun BroadcastReceiver.tell(shell: Shell) {
    val pending = goAsync()
    shell.scope.launch {
        try {
            shell.tell()
        } finally {
            pending?.finish()
        }
    }
}

/** The moment has come. */
class NoticeReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        tell(context.shell)
    }
}
