// Being on duty: the phone waits for alerts all the time, also in a pocket.
//
// The waiting itself is the model's; this keeps the process and the processor awake for it, and says so for as long as it does.
// Invariants: whoever sees the notification can end it there; it ends when duty does, whoever ended it and when its time is over.
package qiaomen.app.work

import android.app.Service
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Build
import android.os.IBinder
import android.os.PowerManager
import android.util.Log
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import qiaomen.app.shell
import qiaomen.core.QiaomenException

/** In the foreground while the phone is on duty. */
class DutyService : Service() {
    private var watching: Job? = null
    private var awake: PowerManager.WakeLock? = null

    override fun onBind(intent: Intent?): IBinder? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        if (!inFront()) {
            stopSelf()
            return START_NOT_STICKY
        }
        if (intent?.action == STOP) {
            endDuty()
        } else if (watching == null) {
            stayAwake()
            watching = shell.scope.launch { watch() }
        }
        return START_STICKY
    }

    // Must be said within seconds of the start, and may be refused where the system began this anew by itself.
    private fun inFront(): Boolean = try {
        val notification = shell.notifier.onDuty()
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
            startForeground(NOTIFICATION, notification, ServiceInfo.FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        } else {
            startForeground(NOTIFICATION, notification)
        }
        true
    } catch (refused: IllegalStateException) {
        Log.w("qiaomen", "duty cannot go on in the background", refused)
        shell.notifier.dutyEnded()
        false
    }

    private fun stayAwake() {
        val power = getSystemService(PowerManager::class.java)
        awake = power.newWakeLock(PowerManager.PARTIAL_WAKE_LOCK, "qiaomen:duty").apply {
            setReferenceCounted(false)
            acquire(WAKE_MILLIS)
        }
    }

    // Duty may end by its own time, or from another place than here.
    private suspend fun watch() {
        while (isOn()) {
            delay(LOOK_MILLIS)
            awake?.acquire(WAKE_MILLIS)
        }
        stopSelf()
    }

    private suspend fun isOn(): Boolean {
        val replica = shell.replica() ?: return false
        return withContext(shell.work) {
            try {
                replica.duty().use { it.isOn() }
            } catch (_: QiaomenException) {
                false
            }
        }
    }

    private fun endDuty() {
        val shell = shell
        shell.scope.launch {
            val replica = shell.replica()
            withContext(shell.work) {
                try {
                    replica?.duty()?.use { it.set(false) }
                } catch (failed: QiaomenException) {
                    Log.w("qiaomen", "duty could not be ended: ${failed.javaClass.simpleName}")
                }
            }
            stopSelf()
        }
    }

    override fun onDestroy() {
        watching?.cancel()
        awake?.release()
        super.onDestroy()
    }

    companion object {
        const val STOP = "qiaomen.app.STOP_DUTY"
        const val NOTIFICATION = 1
        private const val LOOK_MILLIS = 60_000L

        // Longer than the time between two looks: it runs out by itself should this ever be forgotten.
        private const val WAKE_MILLIS = 3 * 60_000L

        /** Begins it, where the system allows it now: while the app is seen, and right after the phone was started. */
        fun begin(context: Context) {
            try {
                context.startForegroundService(Intent(context, DutyService::class.java))
            } catch (refused: IllegalStateException) {
                Log.w("qiaomen", "duty cannot begin in the background", refused)
                context.shell.notifier.dutyEnded()
            }
        }

        fun end(context: Context) {
            context.stopService(Intent(context, DutyService::class.java))
        }
    }
}
