// The window: where the worker was after the process was ended, what notifications and pictures lead to, who may look.
package qiaomen.app

import android.Manifest
import android.app.AlertDialog
import android.app.NotificationManager
import android.app.job.JobScheduler
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.view.WindowManager
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
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog
import qiaomen.app.work.Jobs
import qiaomen.app.work.PlanBook
import qiaomen.core.Page
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AppEvent
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.Gate
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.Screen
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.Tab
import qiaomen.model.state.Theme
import qiaomen.model.state.VisitEvent

@RunWith(RobolectricTestRunner::class)
class ActivityTest {
    private val model get() = app.phone.model
    private val state get() = model.state.value

    private fun opened(intent: Intent? = null): ActivityController<MainActivity> {
        shadowOf(app).grantPermissions(Manifest.permission.POST_NOTIFICATIONS)
        return (if (intent == null) Robolectric.buildActivity(MainActivity::class.java) else Robolectric.buildActivity(MainActivity::class.java, intent)).setup()
    }

    private inline fun <reified S : Screen> shown(): S? = (state.screen as? S).takeIf { state.gate == Gate.Open }

    @Test
    fun `the app is ended in the middle of a visit, and the worker goes on where they were`() {
        join("wang")
        val before = opened()
        until("today is shown") { shown<Screen.Today>() != null }
        model.on(AppEvent.Choose(Tab.Doors))
        until("the doors are shown") { shown<Screen.Doors>() != null }
        model.on(DoorsEvent.Search("何秀兰"))
        until("the door is found") { shown<Screen.Doors>()?.state?.rows?.size == 1 }
        model.on(DoorsEvent.Open(shown<Screen.Doors>()!!.state.rows.single().id))
        until("the door is shown") { shown<Screen.Household>()?.state?.loading == false }
        model.on(HouseholdEvent.Record)
        until("the visit is shown") { shown<Screen.Visit>()?.state?.outcomes?.isNotEmpty() == true }
        model.on(VisitEvent.Type("note", "说在等快递退款"))
        until("it is kept") { shown<Screen.Visit>()?.state?.draft != null }

        // Android asks what is to be remembered when the app leaves the front, and may end the process at any moment after.
        val saved = Bundle()
        before.pause().stop().saveInstanceState(saved)
        assertFalse("说在等快递退款" in saved.toString() || saved.getString("routes")!!.contains("何秀兰"), "nothing about anybody leaves the store")
        app.die()
        Robolectric.buildActivity(MainActivity::class.java).create(saved).start().resume()
        until("the visit is shown again") { shown<Screen.Visit>()?.state?.note == "说在等快递退款" }
        model.on(AppEvent.Back)
        until("the door lies below it") { shown<Screen.Household>() != null }
    }

    @Test
    fun `a turned phone is the same process and loses nothing`() {
        join("wang")
        val controller = opened()
        until("today is shown") { shown<Screen.Today>() != null }
        model.on(AppEvent.Choose(Tab.Settings))
        val one = model
        controller.recreate()
        assertTrue(one === BareGlass.laid && one === model)
        assertNotNull(shown<Screen.Settings>())
    }

    @Test
    fun `a phone that belongs to nobody is joined, by the picture that its camera saw too`() {
        val picture = "qiaomen:${AppTown.shared.address}#${AppTown.shared.invite("li")}"
        opened(Intent(Intent.ACTION_VIEW, Uri.parse(picture)))
        until("the invitation is read") { (state.screen as? Screen.Enrol)?.state?.server == AppTown.shared.address }
        assertEquals(Gate.Enrolling, state.gate)
        assertTrue((state.screen as Screen.Enrol).state.code.isNotBlank())
        // Nothing is exchanged in the background before.
        assertEquals(emptyList(), app.getSystemService(JobScheduler::class.java).allPendingJobs)
    }

    @Test
    fun `the picture's address is one that the manifest takes`() {
        val found = app.packageManager.queryIntentActivities(
            Intent(Intent.ACTION_VIEW, Uri.parse("qiaomen:http://a#B")).addCategory(Intent.CATEGORY_BROWSABLE), 0,
        )
        assertEquals(listOf(MainActivity::class.java.name), found.map { it.activityInfo.name })
    }

    @Test
    fun `a notification opens its alert, whether the app was there or not, and is gone then`() {
        join("sun")
        AppTown.shared.alert("曹玉梅", "high")
        replica()
        sync()
        val alert = app.phone.opened!!.alerts().use { it.list(Page(0u, 100u)) }.first { it.record.name == "曹玉梅" }.id
        app.phone.notifier.show(
            qiaomen.core.Notice("n", qiaomen.core.NoticeKind.NEW_ALERT, alert, null, 0, true, 1u, emptyList()),
        )
        val notifications = shadowOf(app.getSystemService(NotificationManager::class.java))
        val touch = shadowOf(notifications.allNotifications.single().contentIntent).savedIntent
        app.die()
        val controller = opened(touch)
        until("the alert is shown") { shown<Screen.Alert>()?.state?.name == "曹玉梅" }
        until("the notification is gone") { notifications.size() == 0 }
        // An Activity that is made anew does not go there again.
        model.on(AppEvent.Back)
        until("today is shown") { shown<Screen.Today>() != null }
        controller.recreate()
        assertNotNull(shown<Screen.Today>())
        controller.newIntent(touch)
        until("the alert is shown again") { shown<Screen.Alert>()?.state?.id == alert }
    }

    @Test
    fun `a dossier cannot be photographed off the screen, everything else can`() {
        join("sun")
        AppTown.shared.alert("潘福来", "medium")
        val controller = opened()
        fun secure() = controller.get().window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0
        until("today is shown") { shown<Screen.Today>() != null }
        sync()
        val alert = app.phone.opened!!.alerts().use { it.list(Page(0u, 100u)) }.first { it.record.name == "潘福来" }.id
        model.on(AppEvent.OpenAlert(alert))
        until("the alert is shown") { shown<Screen.Alert>()?.state?.loading == false }
        assertFalse(secure())
        model.on(AlertEvent.Act(AlertAction.Dossier))
        until("the dossier is shown") { shown<Screen.Dossier>() != null }
        until("it is kept off pictures") { secure() }
        model.on(AppEvent.Back)
        until("it is left") { shown<Screen.Alert>() != null && !secure() }
    }

    @Test
    fun `back leads back, and from the first screen out of the app without ending it`() {
        join("wang")
        val controller = opened()
        until("today is shown") { shown<Screen.Today>() != null }
        model.on(AppEvent.Choose(Tab.Sync))
        back(controller)
        assertNotNull(shown<Screen.Today>())
        back(controller)
        assertFalse(controller.get().isFinishing)
    }

    @Suppress("DEPRECATION") // As Android calls it.
    private fun back(controller: ActivityController<MainActivity>) = controller.get().onBackPressed()

    @Test
    fun `what waits when the app is left is sent by a job, and nothing is when nothing does`() {
        join("wang")
        opened()
        until("background work is planned") { PlanBook(app).plan != null }
        val scheduler = app.getSystemService(JobScheduler::class.java)
        assertNotNull(scheduler.getPendingJob(Jobs.REGULAR))
        assertNull(scheduler.getPendingJob(Jobs.EARLY))
        addDoor(app.phone.opened!!, "903")
        until("it will be sent") { scheduler.getPendingJob(Jobs.EARLY) != null }
        sync()
        until("nothing is left to send") { scheduler.getPendingJob(Jobs.EARLY) == null }
    }

    @Test
    @Config(qualifiers = "zh-rCN-notnight")
    fun `the system's bars follow the look that was chosen`() {
        join("wang")
        val controller = opened()
        until("today is shown") { shown<Screen.Today>() != null }
        val light = app.getColor(R.color.ground)
        assertEquals(light, bars(controller))
        model.on(AppEvent.Choose(Tab.Settings))
        model.on(SettingsEvent.Choose("themes", "dark"))
        until("it is dark") { state.look.theme == Theme.Dark && bars(controller) == 0xFF0F1614.toInt() }
        model.on(SettingsEvent.Choose("themes", "system"))
        until("it is as the phone is") { bars(controller) == light }
    }

    @Suppress("DEPRECATION") // The only way to see it.
    private fun bars(controller: ActivityController<MainActivity>) = controller.get().window.statusBarColor

    @Test
    fun `notifications are asked for once, explained, and what was missed is told when they are granted`() {
        join("sun")
        AppTown.shared.alert("董春生", "extreme")
        val notifications = app.getSystemService(NotificationManager::class.java)
        shadowOf(notifications).setNotificationsEnabled(false)
        shadowOf(app).denyPermissions(Manifest.permission.POST_NOTIFICATIONS)
        replica()
        sync()
        val controller = Robolectric.buildActivity(MainActivity::class.java).setup()
        until("it is explained") { ShadowAlertDialog.getLatestAlertDialog() != null }
        assertTrue("不显示姓名" in shadowOf(ShadowAlertDialog.getLatestAlertDialog()).message)
        ShadowAlertDialog.getLatestAlertDialog().getButton(AlertDialog.BUTTON_POSITIVE).performClick()
        until("it is asked for") { shadowOf(controller.get()).lastRequestedPermission != null }
        val asked = shadowOf(controller.get()).lastRequestedPermission
        assertEquals(listOf(Manifest.permission.POST_NOTIFICATIONS), asked.requestedPermissions.toList())
        shadowOf(notifications).setNotificationsEnabled(true)
        controller.get().onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions, intArrayOf(0))
        until("what was missed is told") { shadowOf(notifications).allNotifications.isNotEmpty() }
        // Not at the next start.
        shadowOf(notifications).setNotificationsEnabled(false)
        ShadowAlertDialog.reset()
        controller.recreate()
        until("it is shown") { shown<Screen.Today>() != null }
        assertNull(ShadowAlertDialog.getLatestAlertDialog())
    }

    @Test
    fun `a phone that lost its keystore's key says so, and can begin anew`() {
        join("wang")
        FakeKeystore.isSilent = true
        opened()
        until("the key is missing") { state.gate is Gate.KeyMissing }
        FakeKeystore.isSilent = false
        model.on(AppEvent.RetryOpen)
        until("it opens") { state.gate == Gate.Open }
        app.die()
        FakeKeystore.keys.clear()
        app.phone.start()
        until("the key is gone") { state.gate is Gate.KeyMissing }
        model.on(AppEvent.BeginAnew)
        until("it begins anew") { state.gate == Gate.Enrolling }
        assertTrue(app.noBackupFilesDir.list()!!.any { it.startsWith("store.key.aside") }, "nothing is deleted")
    }
}
