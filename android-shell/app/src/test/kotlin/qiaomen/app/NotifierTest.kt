// What the phone says by itself: channels, what stands on a locked screen, what is not shown and told later.
@file:Suppress("DEPRECATION") // What is asked of bundles and of the alarm here has no other way.

package qiaomen.app

import android.app.Notification
import android.app.NotificationManager
import android.content.Intent
import android.media.AudioAttributes
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowAlarmManager
import kotlinx.coroutines.launch
import qiaomen.app.notice.Channel
import qiaomen.app.notice.NoticeReceiver
import qiaomen.app.notice.channel
import qiaomen.app.notice.tell
import qiaomen.core.Notice
import qiaomen.core.NoticeKind
import qiaomen.core.QiaomenException
import qiaomen.core.ShellException

@RunWith(RobolectricTestRunner::class)
class NotifierTest {
    private val notifications = app.getSystemService(NotificationManager::class.java)
    private val notifier get() = app.phone.notifier
    private val shown: List<Notification> get() = shadowOf(notifications).allNotifications

    private fun notice(kind: NoticeKind, urgent: Boolean = false, alert: String? = null, count: Int = 1, key: String = "$kind-$alert") =
        Notice(key, kind, alert, null, 0, urgent, count.toUInt(), emptyList())

    private fun texts(of: Notification) = of.extras.getCharSequence(Notification.EXTRA_TITLE).toString() to
        of.extras.getCharSequence(Notification.EXTRA_TEXT).toString()

    @Test
    fun `every kind has words in both languages and a channel`() {
        for (kind in NoticeKind.entries) {
            notifier.show(notice(kind))
            notifier.show(notice(kind, count = 3, key = "$kind-many"))
        }
        assertEquals(NoticeKind.entries.size * 2, shown.size)
        for (one in shown) {
            val (title, text) = texts(one)
            assertTrue(title.any { it.code > 0x2E80 } && !title.startsWith("notice."), title)
            assertEquals("打开应用查看", text)
            assertNotNull(notifications.getNotificationChannel(one.channelId))
            assertNotNull(one.smallIcon)
        }
        assertTrue(shown.any { "3" in texts(it).first })
    }

    @Test
    fun `what cannot wait rings like an alarm, and what comes once a day does not`() {
        notifier.makeChannels()
        val urgent = notifications.getNotificationChannel(Channel.Urgent.id)
        assertEquals(NotificationManager.IMPORTANCE_HIGH, urgent.importance)
        assertEquals(AudioAttributes.USAGE_ALARM, urgent.audioAttributes.usage)
        assertTrue(urgent.shouldVibrate() && urgent.canBypassDnd())
        assertNull(notifications.getNotificationChannel(Channel.Duty.id).sound)
        assertEquals(Channel.Urgent, notice(NoticeKind.NEW_ALERT, urgent = true).channel)
        assertEquals(Channel.Alerts, notice(NoticeKind.NEW_ALERT).channel)
        assertEquals(Channel.Due, notice(NoticeKind.OVERDUE, urgent = true).channel)
        assertEquals(Channel.Reminders, notice(NoticeKind.REMINDER).channel)
    }

    @Test
    fun `one with the same key stands in the place of the earlier`() {
        notifier.show(notice(NoticeKind.REFUSED, key = "same"))
        notifier.show(notice(NoticeKind.REFUSED, count = 2, key = "same"))
        assertEquals(1, shown.size)
        assertEquals("2 条记录被退回", texts(shown.single()).first)
    }

    @Test
    fun `what is not allowed fails, and no channel that the worker shut`() {
        shadowOf(notifications).setNotificationsEnabled(false)
        assertFailsWith<ShellException.Unavailable> { notifier.show(notice(NoticeKind.OVERDUE)) }
        shadowOf(notifications).setNotificationsEnabled(true)
        notifier.show(notice(NoticeKind.OVERDUE))
        notifier.makeChannels()
        notifications.getNotificationChannel(Channel.Due.id).importance = NotificationManager.IMPORTANCE_NONE
        assertFailsWith<ShellException.Unavailable> { notifier.show(notice(NoticeKind.DUE_IN_ONE_HOUR)) }
        assertEquals(1, shown.size)
    }

    @Test
    fun `touching leads to what it is about`() {
        notifier.show(notice(NoticeKind.OVERDUE, alert = "a1"))
        notifier.show(notice(NoticeKind.REFUSED))
        val opening: List<Intent> = shown.map { shadowOf(it.contentIntent).savedIntent }
        assertEquals(setOf("a1", null), opening.map { it.getStringExtra(MainActivity.ALERT) }.toSet())
        assertEquals(MainActivity.SYNC, opening.single { it.getStringExtra(MainActivity.ALERT) == null }.getStringExtra(MainActivity.TAB))
        assertTrue(opening.all { it.component?.className == MainActivity::class.java.name })
        assertTrue(shown.all { shadowOf(it.contentIntent).isImmutable })
        // Two of one kind lead to two places.
        notifier.show(notice(NoticeKind.OVERDUE, alert = "a2"))
        assertEquals(setOf("a1", "a2"), shown.mapNotNull { shadowOf(it.contentIntent).savedIntent.getStringExtra(MainActivity.ALERT) }.toSet())
    }

    @Test
    fun `what was looked at is not told any more`() {
        notifier.show(notice(NoticeKind.OVERDUE, alert = "a1"))
        notifier.show(notice(NoticeKind.OVERDUE, alert = "a2"))
        notifier.seen("a1")
        assertEquals("a2", shadowOf(shown.single().contentIntent).savedIntent.getStringExtra(MainActivity.ALERT))
    }

    @Test
    fun `an alert is told with a name, and on a locked screen without`() {
        join("sun")
        AppTown.shared.alert("何秀兰", "high")
        val replica = replica()
        sync()
        val alert = replica.alerts().use { it.list(qiaomen.core.Page(0u, 50u)) }.first { it.record.name == "何秀兰" }.id
        notifier.show(notice(NoticeKind.NEW_ALERT, urgent = true, alert = alert))
        val one = shown.single()
        assertEquals("新预警，还没有人接" to "何秀兰 · 高危", texts(one))
        assertEquals(Notification.VISIBILITY_PRIVATE, one.visibility)
        assertEquals("新预警，还没有人接" to "打开应用查看", texts(one.publicVersion))
        val public = one.publicVersion.extras
        assertFalse(public.keySet().any { "何秀兰" in public.get(it).toString() })
    }

    @Test
    fun `what could not be shown is told again, and what was is not`() {
        join("sun")
        AppTown.shared.alert("马志远", "extreme")
        replica()
        sync()
        shadowOf(notifications).setNotificationsEnabled(false)
        told()
        assertEquals(0, shown.size)
        shadowOf(notifications).setNotificationsEnabled(true)
        told()
        assertTrue(shown.any { texts(it).second == "马志远 · 特危" }, "${shown.map(::texts)}")
        notifications.cancelAll()
        told()
        assertEquals(0, shown.size)
    }

    @Test
    fun `an alarm stands at what is to be told next, and tells it`() {
        join("sun")
        AppTown.shared.alert("罗文斌", "low")
        replica()
        sync()
        told()
        val alarms = shadowOf(app.getSystemService(android.app.AlarmManager::class.java))
        val alarm: ShadowAlarmManager.ScheduledAlarm = alarms.scheduledAlarms.single()
        assertTrue(alarm.triggerAtMs > System.currentTimeMillis(), "in ${alarm.triggerAtMs - System.currentTimeMillis()} ms")
        val intent = shadowOf(alarm.operation).savedIntent
        assertEquals(NoticeReceiver::class.java.name, intent.component?.className)
        // A second asking moves it and does not add to it.
        told()
        assertEquals(1, alarms.scheduledAlarms.size)
    }

    @Test
    fun `a phone that was taken out of use shows nobody's name any more`() {
        notifier.show(notice(NoticeKind.OVERDUE, alert = "a1"))
        notifier.trouble(QiaomenException.Revoked())
        assertEquals("这部手机已停用", texts(shown.single()).first)
        notifier.trouble(QiaomenException.Offline())
        assertEquals(1, shown.size)
    }

    private fun told() {
        var done = false
        app.phone.scope.launch { app.phone.tell(); done = true }
        until("it is told") { done }
    }
}
