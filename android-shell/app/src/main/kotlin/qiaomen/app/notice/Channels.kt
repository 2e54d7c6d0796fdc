// The kinds of notifications that the worker can switch on and off by themselves in the phone's settings.
//
// Invariant: the names of channels never change, for what the worker set there hangs on them.
package qiaomen.app.notice

import android.app.NotificationChannel
import android.app.NotificationManager
import android.media.AudioAttributes
import android.media.RingtoneManager
import qiaomen.core.Notice
import qiaomen.core.NoticeKind
import qiaomen.model.Words

/** A channel, by the name that Android knows it under. */
enum class Channel(val id: String, val importance: Int) {
    /** Rings like an alarm, and through "do not disturb" where the phone's settings let it. */
    Urgent("urgent", NotificationManager.IMPORTANCE_HIGH),
    Alerts("alerts", NotificationManager.IMPORTANCE_HIGH),
    Due("due", NotificationManager.IMPORTANCE_HIGH),
    Records("records", NotificationManager.IMPORTANCE_DEFAULT),
    Reminders("reminders", NotificationManager.IMPORTANCE_DEFAULT),
    Duty("duty", NotificationManager.IMPORTANCE_LOW),
}

/** Where a notice belongs. */
val Notice.channel: Channel
    get() = when (kind) {
        NoticeKind.NEW_ALERT, NoticeKind.HANDED_OVER -> if (urgent) Channel.Urgent else Channel.Alerts
        NoticeKind.CONTEST, NoticeKind.TAKEN_FROM_ME -> Channel.Alerts
        NoticeKind.DUE_IN_SIX_HOURS, NoticeKind.DUE_IN_ONE_HOUR, NoticeKind.OVERDUE -> Channel.Due
        NoticeKind.REFUSED, NoticeKind.COMMENT -> Channel.Records
        NoticeKind.REMINDER -> Channel.Reminders
    }

/** Makes the channels, or gives those that are there their names in another language. */
fun NotificationManager.makeChannels(words: Words) {
    createNotificationChannels(Channel.entries.map { channel -> made(channel, words) })
}

private fun made(channel: Channel, words: Words): NotificationChannel {
    val (name, about) = when (channel) {
        Channel.Urgent -> words("channel.urgent") to words("channel.urgent.about")
        Channel.Alerts -> words("channel.alerts") to words("channel.alerts.about")
        Channel.Due -> words("channel.due") to words("channel.due.about")
        Channel.Records -> words("channel.records") to words("channel.records.about")
        Channel.Reminders -> words("channel.reminders") to words("channel.reminders.about")
        Channel.Duty -> words("channel.duty") to words("channel.duty.about")
    }
    return NotificationChannel(channel.id, name, channel.importance).apply {
        description = about
        if (channel == Channel.Urgent) {
            val alarm = AudioAttributes.Builder().setUsage(AudioAttributes.USAGE_ALARM)
                .setContentType(AudioAttributes.CONTENT_TYPE_SONIFICATION).build()
            setSound(RingtoneManager.getDefaultUri(RingtoneManager.TYPE_ALARM), alarm)
            enableVibration(true)
            vibrationPattern = longArrayOf(0, 600, 300, 600, 300, 600)
            setBypassDnd(true)
        }
        if (channel == Channel.Duty) {
            setShowBadge(false)
            setSound(null, null)
        }
    }
}
