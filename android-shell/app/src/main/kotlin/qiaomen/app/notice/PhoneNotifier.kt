// What the phone says by itself: notices of the core's, duty, and that it cannot go on alone.
//
// Invariants: what is not shown fails, so that the core tells it again; on a locked screen there is never a name; a notification
// holds identifiers and the name and level of one alert, no more.
package qiaomen.app.notice

import android.app.Notification
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.graphics.drawable.Icon
import android.net.Uri
import qiaomen.app.MainActivity
import qiaomen.app.R
import qiaomen.app.work.DutyService
import qiaomen.core.Notice
import qiaomen.core.NoticeKind
import qiaomen.core.Notifier
import qiaomen.core.QiaomenException
import qiaomen.core.Replica
import qiaomen.core.ShellException
import qiaomen.model.Words
import qiaomen.model.words
import qiaomen.model.code

/** Shows notifications. `words` and `opened` are asked at each, since language and store may be others by then. */
class PhoneNotifier(
    private val context: Context,
    private val words: () -> Words,
    private val opened: () -> Replica?,
) : Notifier {
    private val notifications = context.getSystemService(NotificationManager::class.java)

    /** Makes the channels in the present language. */
    fun makeChannels() = notifications.makeChannels(words())

    /** Whether anything can be shown at all. */
    fun isAllowed(): Boolean = notifications.areNotificationsEnabled()

    override fun show(notice: Notice) {
        val channel = notice.channel
        if (!canShow(channel)) throw ShellException.Unavailable()
        val words = words()
        val title = words.count(notice.kind.words, notice.count.toInt())
        val who = notice.alert?.let { about(it, words) }
        val shown = begun(channel, title, who ?: words("notice.open"), notice.opening())
            .setPublicVersion(begun(channel, title, words("notice.open"), notice.opening()).build())
            .setCategory(if (channel == Channel.Urgent) Notification.CATEGORY_ALARM else Notification.CATEGORY_REMINDER)
            .setNumber(notice.count.toInt())
            .setAutoCancel(true)
            .addExtras(android.os.Bundle().apply { putString(ABOUT, notice.alert) })
            .build()
        notifications.notify(notice.key, NOTICE, shown)
    }

    /** The alert is on the glass: what was told of it has been seen. */
    fun seen(alert: String) {
        for (shown in notifications.activeNotifications) {
            if (shown.id == NOTICE && shown.notification.extras.getString(ABOUT) == alert) notifications.cancel(shown.tag, shown.id)
        }
    }

    /** What the worker has to know of an exchange that failed by itself; nothing where it will work later. */
    fun trouble(failed: Throwable) {
        // Nobody may read any more whom they were about.
        if (failed is QiaomenException.Revoked) notifications.cancelAll()
        when (failed) {
            is QiaomenException.Revoked -> say("trouble", "notice.revoked", "notice.revoked.about")
            is QiaomenException.SignedOut -> say("trouble", "notice.signedOut", "notice.signedOut.about")
            is QiaomenException.Incompatible -> say("trouble", "notice.incompatible", "notice.incompatible.about")
            else -> Unit
        }
    }

    /** Duty could not go on. */
    fun dutyEnded() = say("duty", "notice.dutyEnded", "notice.dutyEnded.about")

    /** Shown for as long as the phone is on duty, with a button that ends it. */
    fun onDuty(): Notification {
        makeChannels()
        notifications.cancel("duty", SAID)
        val words = words()
        val stop = PendingIntent.getService(
            context, 0, Intent(context, DutyService::class.java).setAction(DutyService.STOP), PendingIntent.FLAG_IMMUTABLE,
        )
        return begun(Channel.Duty, words("notice.duty"), words("notice.duty.about"), opening(Uri.parse("qiaomen-notice:duty")))
            .setOngoing(true)
            .setVisibility(Notification.VISIBILITY_PUBLIC)
            .addAction(Notification.Action.Builder(null as Icon?, words("notice.duty.stop"), stop).build())
            .build()
    }

    private fun say(tag: String, title: String, text: String) {
        if (!canShow(Channel.Records)) return
        val words = words()
        val shown = begun(Channel.Records, words(title), words(text), opening(Uri.parse("qiaomen-notice:$tag")))
            .setVisibility(Notification.VISIBILITY_PUBLIC)
            .setOnlyAlertOnce(true)
            .setAutoCancel(true)
        notifications.notify(tag, SAID, shown.build())
    }

    private fun canShow(channel: Channel): Boolean {
        if (!isAllowed()) return false
        if (notifications.getNotificationChannel(channel.id) == null) makeChannels()
        return notifications.getNotificationChannel(channel.id).importance != NotificationManager.IMPORTANCE_NONE
    }

    private fun begun(channel: Channel, title: String, text: String, opening: PendingIntent): Notification.Builder =
        Notification.Builder(context, channel.id)
            .setSmallIcon(R.drawable.notice)
            .setColor(context.getColor(R.color.accent))
            .setContentTitle(title)
            .setContentText(text)
            .setContentIntent(opening)
            .setVisibility(Notification.VISIBILITY_PRIVATE)

    // Asked of the store, which no lock is held on while notices are told.
    private fun about(alert: String, words: Words): String? = try {
        opened()?.alerts()?.use { it.get(alert) }?.record?.let { record ->
            words("notice.who", "name" to record.name, "level" to words.word("level", record.level.code))
        }
    } catch (_: QiaomenException) {
        // It may be gone, or the phone locked: then it is told without.
        null
    } catch (_: IllegalStateException) {
        // The store was put aside just now.
        null
    }

    private fun Notice.opening(): PendingIntent {
        val tab = if (alert == null && kind == NoticeKind.REFUSED) MainActivity.SYNC else MainActivity.TODAY
        return opening(Uri.parse("qiaomen-notice:" + Uri.encode(key)), alert, tab)
    }

    // The address tells one from another, as far as the system asks.
    private fun opening(address: Uri, alert: String? = null, tab: String? = null): PendingIntent {
        val intent = Intent(MainActivity.NOTICE, address, context, MainActivity::class.java)
            .putExtra(MainActivity.ALERT, alert).putExtra(MainActivity.TAB, tab)
        return PendingIntent.getActivity(context, 0, intent, PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT)
    }

    private companion object {
        const val NOTICE = 2
        const val SAID = 3
        const val ABOUT = "qiaomen.alert"
    }
}
