// What no scenario tells: gates of a store that does not open, what begins by itself, where one was, notices, the badge.

package qiaomen.model

import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.BeforeClass
import org.junit.Test
import qiaomen.core.Network
import qiaomen.core.NoticeKind
import qiaomen.model.scenario.PLAYED
import qiaomen.model.scenario.Phone
import qiaomen.model.scenario.Stage
import qiaomen.model.scenario.joined
import qiaomen.model.scenario.on
import qiaomen.model.scenario.replica
import qiaomen.model.scenario.wait
import qiaomen.model.state.AppEvent
import qiaomen.model.state.BannerKind
import qiaomen.model.state.Gate
import qiaomen.model.state.Screen
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.SyncEvent
import qiaomen.model.state.Tab
import qiaomen.model.state.TodayEvent

class PhoneTest {
    private fun phone(name: String, habits: Habits = PLAYED, at: Stage = stage) = Phone(at.folder.resolve("$name.db"), name.hashCode(), habits)

    private fun Phone.enrol(login: String, at: Stage = stage) = joined(at, login)

    /** An alert that is new for everybody in the village. */
    private fun alert(number: String, stage: Stage, whom: String = "何秀兰", telephone: String = "12000010001") {
        val at = java.time.Instant.now().minusSeconds(600).atOffset(java.time.ZoneOffset.ofHours(8)).withNano(0)
        val file = stage.folder.resolve("$number.csv")
        file.writeText("name,level,area,issuer,issued,telephone,place,number,origin,reached_station\n$whom,high,河东村,市反诈中心,$at,$telephone,,$number,funds_side,$at\n")
        stage.command(listOf("import", "alerts", file.path, "--as", "zhao", "--apply"))
    }

    @Test
    fun `a damaged store is put aside, never deleted, and the phone joins anew`() {
        val store = stage.folder.resolve("damaged.db")
        store.writeText("this is no store")
        phone("damaged").use { phone ->
            phone.wait("the gate") { it.gate is Gate.Damaged }
            assertNull(runBlocking { phone.model.replica() })
            // Nothing opens while it cannot be read.
            phone.on(AppEvent.RetryOpen)
            phone.wait("the gate") { it.gate is Gate.Damaged }
            phone.on(AppEvent.BeginAnew)
            phone.enrol("wang")
            val kept = stage.folder.listFiles { file -> file.name.startsWith("damaged") && file.isFile }.orEmpty()
            assertTrue(kept.any { it.readText() == "this is no store" }, kept.map(File::getName).toString())
        }
    }

    @Test
    fun `without its key the phone waits, and opens once it has it`() {
        phone("locked").use { it.enrol("wang") }
        phone("locked").use { phone ->
            phone.platform.keyIsLocked = true
            phone.restart()
            phone.wait("the gate") { it.gate is Gate.KeyMissing }
            phone.platform.keyIsLocked = false
            phone.on(AppEvent.RetryOpen)
            phone.wait("today") { it.gate == Gate.Open }
        }
    }

    @Test
    fun `where one was is where one is again`() {
        phone("where").use { phone ->
            phone.enrol("wang")
            phone.on(AppEvent.Choose(Tab.Settings))
            val saved = phone.drawn { phone.model.saved() }
            assertFalse("王芳" in saved)
            phone.restart()
            phone.drawn { phone.model.restore(saved) }
            phone.wait("settings") { it.gate == Gate.Open && it.screen is Screen.Settings && it.tab == Tab.Settings }
            phone.on(AppEvent.Back)
            phone.wait("today") { it.screen is Screen.Today }
            // What cannot be read is as if there were nothing.
            phone.restart()
            phone.drawn { phone.model.restore("{\"stack\":[{\"type\":\"somewhere\"}]}") }
            phone.wait("today") { it.gate == Gate.Open && it.screen is Screen.Today }
        }
    }

    @Test
    fun `exchanges begin by themselves where the choice of networks allows it`() {
        phone("itself", PLAYED.copy(syncByItself = true, syncAfterMillis = 50)).use { phone ->
            phone.enrol("wang")
            phone.on(AppEvent.Choose(Tab.Settings))
            phone.drawn { phone.model.on(SettingsEvent.Choose("networks", "unmetered")) }
            phone.platform.connection = Network.METERED
            save(phone)
            phone.wait("one change that waits") { it.waiting == 1 }
            Thread.sleep(600)
            assertEquals(1, phone.model.state.value.waiting, "it does not go by a network that costs")
            // The person may always ask for one.
            phone.on(AppEvent.Choose(Tab.Sync))
            phone.drawn { phone.model.on(SyncEvent.Run) }
            phone.wait("nothing that waits") { it.waiting == 0 }
            save(phone)
            phone.wait("one change that waits") { it.waiting == 1 }
            phone.platform.connection = Network.UNMETERED
            phone.on(AppEvent.Shown)
            phone.wait("nothing that waits") { it.waiting == 0 }
        }
    }

    /** Saves something beside the model, as background work may. */
    private fun save(phone: Phone) {
        val replica = checkNotNull(runBlocking { phone.model.replica() })
        val door = replica.households().find("hxl", qiaomen.core.Page(0u, 1u)).single().household
        val note = "note ${System.nanoTime()}"
        assertTrue(replica.households().edit(door.id, door.record, door.record.copy(note = note)))
    }

    @Test
    fun `what is new is told once, on top of everything until it is put off, and again only when it is another`() = Stage().use { own ->
        phone("told", PLAYED.copy(syncByItself = true), own).use { phone ->
            phone.enrol("sun", own)
            alert("T-1", own)
            assertNull(runBlocking { phone.model.exchange() })
            phone.wait("the urgent alert") { it.urgent != null }
            phone.wait("a notice") { phone.platform.shown.any { notice -> notice.kind == NoticeKind.NEW_ALERT } }
            phone.on(AppEvent.Later)
            phone.wait("nothing urgent") { it.urgent == null }
            val forms = checkNotNull(runBlocking { phone.model.replica() }).forms()
            phone.wait("that it is kept") { forms.get("urgent.put") != null }
            phone.restart()
            phone.wait("today") { it.gate == Gate.Open && (it.screen as? Screen.Today)?.state?.calls?.size == 1 }
            Thread.sleep(500)
            assertNull(phone.model.state.value.urgent, "it was put off before the app was started again")
            assertEquals(1, phone.platform.shown.count { it.kind == NoticeKind.NEW_ALERT })
            alert("T-3", own, "邓国强", "12000010005")
            assertNull(runBlocking { phone.model.exchange() })
            phone.wait("the next urgent alert") { it.urgent != null }
        }
    }

    @Test
    fun `a notification that is touched opens its alert, behind the lock too`() {
        phone("touched", PLAYED.copy(lockMinutes = 5)).use { phone ->
            phone.enrol("sun")
            alert("T-2", stage)
            assertNull(runBlocking { phone.model.exchange() })
            phone.wait("a call") { (it.screen as? Screen.Today)?.state?.calls?.isNotEmpty() == true }
            val alert = (phone.model.state.value.screen as Screen.Today).state.calls.first().alert
            phone.restart()
            phone.wait("the lock") { it.gate == Gate.Locked }
            phone.on(AppEvent.OpenAlert(alert))
            assertEquals(Gate.Locked, phone.model.state.value.gate)
            phone.drawn { phone.model.on(TodayEvent.Refresh) }
            phone.on(AppEvent.Unlocked)
            phone.wait("the alert") { (it.screen as? Screen.Alert)?.state?.run { id == alert && !loading } == true }
            phone.on(AppEvent.Back)
            phone.wait("today") { it.screen is Screen.Today }
        }
    }

    @Test
    fun `the badge is shown, and back closes it`() {
        phone("badge").use { phone ->
            phone.enrol("wang")
            phone.on(AppEvent.Choose(Tab.Settings))
            phone.drawn { phone.model.on(SettingsEvent.Badge) }
            phone.wait("the badge") { (it.screen as? Screen.Settings)?.state?.badge != null }
            val badge = assertNotNull((phone.model.state.value.screen as Screen.Settings).state.badge)
            assertEquals("王芳" to "青石镇", badge.name to badge.town)
            assertEquals(badge.qr.size * badge.qr.size, badge.qr.dark.size)
            assertTrue(badge.url.startsWith("${stage.address}/badge/"), badge.url)
            phone.on(AppEvent.Back)
            phone.wait("no badge") { (it.screen as? Screen.Settings)?.state?.badge == null }
        }
    }

    @Test
    fun `without a connection a banner says so, and it leads to the exchanges`() {
        phone("offline").use { phone ->
            phone.enrol("wang")
            phone.platform.connection = Network.ABSENT
            phone.wait("the banner") { state -> state.banners.any { it.kind == BannerKind.Offline } }
            phone.on(AppEvent.OpenBanner(BannerKind.Offline))
            phone.wait("exchanges") { it.tab == Tab.Sync }
            assertIs<Screen.Sync>(phone.model.state.value.screen)
            phone.platform.connection = Network.UNMETERED
            phone.wait("no banner") { it.banners.isEmpty() }
        }
    }

    @Test
    fun `an event of a screen that is not on top does nothing`() {
        phone("elsewhere").use { phone ->
            phone.enrol("wang")
            phone.drawn { phone.model.on(SettingsEvent.Choose("languages", "en")) }
            phone.drawn { phone.model.on(SyncEvent.Discard(1)) }
            Thread.sleep(100)
            assertEquals(qiaomen.model.state.Language.Zh, phone.model.state.value.look.language)
            assertNull(phone.model.state.value.said)
        }
    }

    companion object {
        private lateinit var stage: Stage

        @BeforeClass
        @JvmStatic
        fun begin() {
            stage = Stage()
        }

        @AfterClass
        @JvmStatic
        fun end() = stage.close()
    }
}
