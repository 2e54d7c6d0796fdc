// Work in the background: when it is done, what it does, how it ends.
@file:Suppress("DEPRECATION") // The kind of network is asked as it was given.

package qiaomen.app

import android.app.Notification
import android.app.NotificationManager
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.Intent
import android.content.pm.ServiceInfo
import android.os.Bundle
import android.os.PersistableBundle
import java.net.ServerSocket
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowPowerManager
import qiaomen.app.work.BootReceiver
import qiaomen.app.work.Came
import qiaomen.app.work.DutyService
import qiaomen.app.work.Jobs
import qiaomen.app.work.Plan
import qiaomen.app.work.PlanBook
import qiaomen.app.work.SyncJob
import qiaomen.app.work.after
import qiaomen.core.Address
import qiaomen.core.Door
import qiaomen.core.Household
import qiaomen.core.QiaomenException
import qiaomen.core.Replica
import qiaomen.core.Scope
import qiaomen.core.Server
import qiaomen.model.Habits
import qiaomen.model.state.Effect
import qiaomen.model.state.Gate

@RunWith(RobolectricTestRunner::class)
class WorkTest {
    private val scheduler = app.getSystemService(JobScheduler::class.java)
    private val notifications = app.getSystemService(NotificationManager::class.java)
    private val jobs get() = app.phone.jobs
    private val open = Plan(unmeteredOnly = false, onDuty = false)

    private fun job(id: Int): JobInfo? = scheduler.getPendingJob(id)

    @Test
    fun `exchanges are regular, need a network, and outlive a restart of the phone`() {
        jobs.follow(open)
        val regular = assertNotNull(job(Jobs.REGULAR))
        assertTrue(regular.isPeriodic && regular.isPersisted)
        assertEquals(15 * 60_000L, regular.intervalMillis)
        assertEquals(JobInfo.NETWORK_TYPE_ANY, regular.networkType)
        assertEquals(SyncJob::class.java.name, regular.service.className)
        assertNull(job(Jobs.EARLY))
    }

    @Test
    fun `the policy counts for what is scheduled already, and the same policy lets it be`() {
        jobs.follow(open)
        jobs.soon(open)
        val before = job(Jobs.REGULAR)
        jobs.follow(open)
        assertTrue(before === job(Jobs.REGULAR), "its time would begin anew")
        jobs.follow(Plan(unmeteredOnly = true, onDuty = false))
        assertEquals(JobInfo.NETWORK_TYPE_UNMETERED, job(Jobs.REGULAR)?.networkType)
        assertEquals(JobInfo.NETWORK_TYPE_UNMETERED, job(Jobs.EARLY)?.networkType)
    }

    @Test
    fun `what waits is sent early, and backs off where that fails`() {
        jobs.soon(open)
        val early = assertNotNull(job(Jobs.EARLY))
        assertTrue(early.isExpedited && early.isPersisted && !early.isPeriodic)
        assertEquals(JobInfo.BACKOFF_POLICY_EXPONENTIAL, early.backoffPolicy)
        jobs.nothingWaits()
        assertNull(job(Jobs.EARLY))
        // Where too many were in a hurry lately, it takes its turn.
        shadowOf(scheduler).failExpeditedJob(true)
        jobs.soon(open)
        assertFalse(assertNotNull(job(Jobs.EARLY)).isExpedited)
    }

    @Test
    fun `the effect schedules, and what was said is remembered for the next start`() {
        app.phone.deeds.take(Effect.Schedule(unmeteredOnly = true, onDuty = false))
        assertEquals(Plan(unmeteredOnly = true, onDuty = false), PlanBook(app).plan)
        scheduler.cancelAll()
        BootReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertEquals(JobInfo.NETWORK_TYPE_UNMETERED, job(Jobs.REGULAR)?.networkType)
        assertNull(shadowOf(app).nextStartedService)
    }

    @Test
    fun `a phone that belongs to nobody schedules nothing at its start, nor for a broadcast of another kind`() {
        BootReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertEquals(emptyList(), scheduler.allPendingJobs)
        PlanBook(app).plan = open
        BootReceiver().onReceive(app, Intent("somebody.elses"))
        assertEquals(emptyList(), scheduler.allPendingJobs)
    }

    @Test
    fun `a phone that was on duty is on duty again after its start`() {
        PlanBook(app).plan = Plan(unmeteredOnly = false, onDuty = true)
        BootReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertEquals(DutyService::class.java.name, shadowOf(app).nextStartedService.component?.className)
    }

    @Test
    fun `a job sends what waits to a real server`() {
        join("wang", lockMinutes = 5)
        val replica = replica()
        addDoor(replica, "901")
        assertEquals(1uL, replica.sync().use { it.waiting() })
        val job = started(Jobs.EARLY)
        until("the job has ended") { shadowOf(job).isJobFinished }
        assertFalse(shadowOf(job).isRescheduleNeeded)
        assertEquals(0uL, replica.sync().use { it.waiting() })
    }

    @Test
    fun `a job that finds no server is tried again, the regular one comes by itself`() {
        join("wang", lockMinutes = 5)
        val replica = replica()
        replica.setServer(Server("http://127.0.0.1:9"))
        val early = started(Jobs.EARLY)
        until("the job has ended") { shadowOf(early).isJobFinished }
        assertTrue(shadowOf(early).isRescheduleNeeded)
        val regular = started(Jobs.REGULAR)
        until("the job has ended") { shadowOf(regular).isJobFinished }
        assertFalse(shadowOf(regular).isRescheduleNeeded)
    }

    @Test
    fun `a job that the system stops ends its exchange, and another can begin`() {
        join("wang", lockMinutes = 5)
        val replica = replica()
        addDoor(replica, "902")
        ServerSocket(0).use { deaf ->
            // Takes the connection and says nothing.
            replica.setServer(Server("http://127.0.0.1:${deaf.localPort}"))
            val job = started(Jobs.EARLY)
            var taken = false
            Thread { runCatching { deaf.accept().also { taken = true }.inputStream.readAllBytes() } }.apply { isDaemon = true }.start()
            until("it waits for the server") { taken }
            assertFalse(shadowOf(job).isJobFinished)
            assertTrue(job.onStopJob(parameters(Jobs.EARLY)), "it is tried again")
            replica.setServer(Server(AppTown.shared.address))
            // It may still be ending when the next one is asked for, which then shares its end.
            while (cameOf() is QiaomenException.Cancelled) Unit
            assertEquals(0uL, replica.sync().use { it.waiting() })
        }
    }

    @Test
    fun `a phone that was taken out of use is told, and tries no more`() {
        val device = join("chen", lockMinutes = 5)
        jobs.follow(open)
        replica()
        AppTown.shared.revoke(device)
        val job = started(Jobs.REGULAR)
        until("the job has ended") { shadowOf(job).isJobFinished }
        assertEquals(emptyList(), scheduler.allPendingJobs)
        val said = shadowOf(notifications).allNotifications.single()
        assertEquals("这部手机已停用", said.extras.getCharSequence(Notification.EXTRA_TITLE))
        until("the gate says so") { app.phone.model.state.value.gate is Gate.Revoked }
    }

    @Test
    fun `what can come to something by itself is told from what cannot`() {
        for (stuck in listOf(QiaomenException.Revoked(), QiaomenException.SignedOut(), QiaomenException.NotEnrolled(), QiaomenException.Incompatible())) {
            assertEquals(Came.Stuck, after(stuck), stuck.javaClass.simpleName)
        }
        for (later in listOf(QiaomenException.Offline(), QiaomenException.StorageFull(), QiaomenException.Refused("busy"), IllegalStateException())) {
            assertEquals(Came.Later, after(later), later.javaClass.simpleName)
        }
    }

    @Test
    fun `duty keeps the phone awake and says so, and its button ends it`() {
        join("sun", lockMinutes = 5)
        val replica = replica()
        replica.duty().use { it.set(true) }
        val service = Robolectric.buildService(DutyService::class.java).create()
        service.get().onStartCommand(Intent(), 0, 1)
        val shadow = shadowOf(service.get())
        assertEquals(DutyService.NOTIFICATION, shadow.lastForegroundNotificationId)
        assertEquals(ServiceInfo.FOREGROUND_SERVICE_TYPE_DATA_SYNC, service.get().foregroundServiceType)
        assertTrue(ShadowPowerManager.getLatestWakeLock().isHeld)
        val said = shadow.lastForegroundNotification
        assertEquals("值班中", said.extras.getCharSequence(Notification.EXTRA_TITLE))
        val stop = said.actions.single()
        assertEquals("结束值班", stop.title)
        // It looks each minute whether duty has ended by itself.
        shadowOf(android.os.Looper.getMainLooper()).idleFor(java.time.Duration.ofSeconds(61))
        assertFalse(shadow.isStoppedBySelf)
        service.get().onStartCommand(shadowOf(stop.actionIntent).savedIntent, 0, 2)
        until("it ends") { shadow.isStoppedBySelf }
        assertFalse(replica.duty().use { it.isOn() })
        service.destroy()
        assertFalse(ShadowPowerManager.getLatestWakeLock().isHeld)
    }

    @Test
    fun `duty that the system does not let go on in the background says so`() {
        val service = Robolectric.buildService(DutyService::class.java).create()
        shadowOf(service.get()).setThrowInStartForeground(android.app.ForegroundServiceStartNotAllowedException("not now"))
        service.get().onStartCommand(null, 0, 1)
        assertTrue(shadowOf(service.get()).isStoppedBySelf)
        assertEquals("值班中断", shadowOf(notifications).allNotifications.single().extras.getCharSequence(Notification.EXTRA_TITLE))
    }

    @Test
    fun `duty whose time is over ends by itself`() {
        join("sun", lockMinutes = 5)
        val replica = replica()
        replica.duty().use { it.set(true, replica.correctedTime().time + 1_000) }
        val service = Robolectric.buildService(DutyService::class.java).create()
        service.get().onStartCommand(Intent(), 0, 1)
        until("its time is over") { !replica.duty().use { it.isOn() } }
        shadowOf(android.os.Looper.getMainLooper()).idleFor(java.time.Duration.ofSeconds(61))
        until("it ends") { shadowOf(service.get()).isStoppedBySelf }
    }

    @Test
    fun `on duty and locked in a pocket, an alert rings as soon as the server has it`() {
        app.begin(Habits(lockMinutes = 5, gatherMillis = 10))
        join("sun", lockMinutes = 5)
        val replica = replica()
        until("the phone is locked") { app.phone.model.state.value.gate == Gate.Locked }
        replica.duty().use { it.set(true) }
        until("duty begins") { PlanBook(app).plan?.onDuty == true }
        assertEquals(DutyService::class.java.name, shadowOf(app).nextStartedService.component?.className)
        AppTown.shared.alert("邓国强", "extreme")
        until("it rings") {
            shadowOf(notifications).allNotifications.any { "邓国强" in it.extras.getCharSequence(Notification.EXTRA_TEXT).toString() }
        }
        // And it can be shown that the server wakes it.
        replica.duty().use { it.beginTest() }
        until("it is woken") { replica.duty().use { it.lastTest() }?.woken != null }
        replica.duty().use { it.set(false) }
        until("duty ends") { PlanBook(app).plan?.onDuty == false }
        assertEquals(DutyService::class.java.name, shadowOf(app).nextStoppedService.component?.className)
    }

    private fun started(id: Int): SyncJob =
        Robolectric.buildService(SyncJob::class.java).create().get().also { assertTrue(it.onStartJob(parameters(id))) }

    private fun parameters(id: Int) = JobParameters(
        null, null, id, PersistableBundle(), Bundle(), null, 0, false, false, false, emptyArray(), emptyArray(), null,
    )
}

/** A door that is written down here and waits to be sent. */
internal fun addDoor(replica: Replica, room: String): String {
    val grid = replica.scopes().filterIsInstance<Scope.Grid>().first().area
    val door = Household(
        address = Address(building = "3", unit = "1", floor = 9, room = room, group = null, number = null),
        door = Door.LivedIn, note = null, residents = emptyList(), grid = null, removed = false, mergedInto = null, counterparts = emptyList(),
    )
    return replica.households().use { it.save(grid, door) }
}
