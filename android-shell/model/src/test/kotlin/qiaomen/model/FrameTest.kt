// What happens between: answers that come early, savings that follow each other, a kill while joining, a network that comes back.

package qiaomen.model

import java.util.concurrent.atomic.AtomicInteger
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.BeforeClass
import org.junit.Test
import qiaomen.core.HouseholdOrder
import qiaomen.core.Network
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.QiaomenException
import qiaomen.core.Visit
import qiaomen.model.scenario.PLAYED
import qiaomen.model.scenario.Phone
import qiaomen.model.scenario.Stage
import qiaomen.model.scenario.joined
import qiaomen.model.scenario.on
import qiaomen.model.scenario.replica
import qiaomen.model.scenario.typed
import qiaomen.model.scenario.wait
import qiaomen.model.state.AppEvent
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.Gate
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.Screen
import qiaomen.model.state.SettingsEvent
import qiaomen.model.state.Tab
import qiaomen.model.work.VisitForm
import qiaomen.model.work.choosingOutcome
import qiaomen.model.work.record

class FrameTest {
    private fun phone(name: String, habits: Habits = PLAYED, at: Stage = stage) = Phone(at.folder.resolve("$name.db"), name.hashCode(), habits)

    private fun Phone.enrol(login: String, at: Stage = stage) = joined(at, login)

    private fun Phone.doors() = replica.households().list(null, HouseholdOrder.WALKING, Page(0u, 4u)).map { it.household }

    /** A visit to one who was not at home. */
    private fun closed(door: String): Visit =
        VisitForm(household = door, started = System.currentTimeMillis() - 60_000).choosingOutcome("nobodyHome").record(System.currentTimeMillis())

    @Test
    fun `an answer that comes while the store is being opened is there when the screen is`() {
        phone("answers").use { phone ->
            phone.enrol("wang")
            val door = phone.doors().first().id
            phone.on(AppEvent.Choose(Tab.Doors))
            phone.drawn { phone.model.on(DoorsEvent.Open(door)) }
            phone.wait("the door") { (it.screen as? Screen.Household)?.state?.loading == false }
            phone.drawn { phone.model.on(HouseholdEvent.Record) }
            phone.wait("the visit") { (it.screen as? Screen.Visit)?.state?.outcomes?.isNotEmpty() == true }
            // In the same breath as the app is put back, as an activity's result is.
            phone.restart(where = true, also = AppEvent.Positioned(30.0, 120.0, 12, "wgs84"))
            phone.wait("the position") { (it.screen as? Screen.Visit)?.state?.run { positionText != null && outcomes.isNotEmpty() } == true }
        }
    }

    @Test
    fun `a code that is scanned while the app was away does not push out what was typed before`() {
        phone("scanned").use { phone ->
            phone.typed(stage, "wang")
            phone.drawn { phone.model.on(EnrolEvent.Label("二号手机")) }
            runBlocking { phone.end() }
            phone.restart(where = true, also = AppEvent.Scanned("ABCD-EFGH-JKLM-NPQR"))
            phone.wait("the code") { (it.screen as? Screen.Enrol)?.state?.code == "ABCD-EFGH-JKLM-NPQR" }
            val state = (phone.model.state.value.screen as Screen.Enrol).state
            assertEquals(Triple("二号手机", stage.address, true), Triple(state.label, state.server, state.undertaken))
        }
    }

    @Test
    fun `what is typed before the kept form is read stands, field by field`() {
        phone("first").use { phone ->
            phone.typed(stage, "wang")
            phone.drawn { phone.model.on(EnrolEvent.Label("二号手机")) }
            val forms = phone.replica.forms()
            phone.wait("that it is kept") { forms.get("enrol")?.contains("二号手机") == true }
            val kept = phone.model.state.value.screen as Screen.Enrol
            phone.drawn {
                phone.model.desk.navigation.begin(listOf(Route.Enrol))
                phone.model.on(EnrolEvent.Server("https://other.example"))
            }
            phone.wait("the kept form") { (it.screen as? Screen.Enrol)?.state?.label == "二号手机" }
            val state = (phone.model.state.value.screen as Screen.Enrol).state
            assertEquals(Triple(kept.state.code, "https://other.example", true), Triple(state.code, state.server, state.undertaken))
        }
    }

    @Test
    fun `two savings that follow at once are both records`() {
        phone("two", PLAYED.copy(undoMillis = 60_000)).use { phone ->
            phone.enrol("wang")
            val (one, other) = phone.doors().map { it.id }
            val desk = phone.model.desk
            val saved = AtomicInteger()
            phone.drawn {
                for (door in listOf(one, other)) {
                    desk.finish(Finished(null, closed(door), text = door, undone = { Route.Visit(draft = it) })) { saved.incrementAndGet() }
                }
            }
            phone.wait("both") { saved.get() == 2 && it.undo?.text == other }
            // The earlier one is not left to the next start.
            phone.wait("the first record") { phone.replica.visits().ofHousehold(one, Page(0u, 9u)).size == 1 }
            assertEquals(0, phone.replica.visits().ofHousehold(other, Page(0u, 9u)).size)
            phone.wait("one word") { phone.replica.forms().keys().count { it.startsWith(Finishing.PREFIX) } == 1 }
            phone.on(AppEvent.TakeBack)
            phone.wait("that it is taken back") { phone.replica.forms().keys().none { it.startsWith(Finishing.PREFIX) } }
            assertEquals(1, phone.replica.drafts().list().size)
        }
    }

    @Test
    fun `what is taken back goes before the word that it is to be finished`() {
        phone("back").use { phone ->
            phone.enrol("wang")
            val key = Finishing.PREFIX + "no such draft"
            phone.replica.forms().keep(key, "{}")
            // The core takes no such identifier: as if the app were killed after the first writing.
            phone.drawn { phone.model.desk.finishing.offer(Pending("no such draft", discard = true)) }
            phone.on(AppEvent.TakeBack)
            phone.wait("the failure") { it.said?.failure == true }
            assertTrue(key in phone.replica.forms().keys(), "without the word, a draft would be left that nobody began")
        }
    }

    @Test
    fun `whom to ask is kept before anybody is asked`() = Stage().use { own ->
        phone("asked", at = own).use { phone ->
            phone.typed(own, "wang")
            own.hang(true)
            phone.drawn { phone.model.on(EnrolEvent.Enrol) }
            val forms = phone.replica.forms()
            phone.wait("that it is kept", 5) { forms.get("preference.server") == own.address && forms.get("preference.undertaken") != null }
            assertEquals(null, phone.replica.identity())
            assertTrue((phone.model.state.value.screen as Screen.Enrol).state.busy)
        }
    }

    @Test
    fun `an address that is none is not kept`() {
        phone("nowhere").use { phone ->
            phone.typed(stage, "wang")
            phone.drawn { phone.model.on(EnrolEvent.Server("not an address")) }
            phone.drawn { phone.model.on(EnrolEvent.Enrol) }
            phone.wait("the complaint") { (it.screen as? Screen.Enrol)?.state?.errors?.isNotEmpty() == true }
            // It would not open any more.
            phone.restart()
            phone.wait("the gate") { it.gate == Gate.Enrolling }
        }
    }

    @Test
    fun `what waits goes by itself when the network comes back`() {
        phone("comes", PLAYED.copy(syncByItself = true, syncAfterMillis = 50)).use { phone ->
            phone.enrol("wang")
            phone.platform.connection = Network.ABSENT
            phone.wait("the banner") { it.banners.isNotEmpty() }
            val door = phone.doors().first()
            assertTrue(phone.replica.households().edit(door.id, door.record, door.record.copy(note = "note")))
            phone.wait("one change that waits") { it.waiting == 1 }
            Thread.sleep(1_500)
            assertEquals(1, phone.model.state.value.waiting)
            phone.platform.connection = Network.UNMETERED
            phone.wait("nothing that waits") { it.waiting == 0 }
        }
    }

    @Test
    fun `a store that turned out to be damaged is closed before it is opened again`() {
        phone("again").use { phone ->
            phone.enrol("wang")
            val first = phone.replica
            phone.drawn { phone.model.desk.failed(QiaomenException.DamagedStore()) }
            phone.wait("the gate") { it.gate is Gate.Damaged }
            phone.on(AppEvent.RetryOpen)
            phone.wait("today") { it.gate == Gate.Open && (it.screen as? Screen.Today)?.state?.loading == false }
            // It is let go of: nothing can be asked of it.
            assertFailsWith<IllegalStateException> { first.identity() }
            assertNotNull(phone.replica.identity())
        }
    }

    @Test
    fun `an alert that is put off before the first look does not bring back those put off earlier`() {
        phone("early").use { phone ->
            phone.enrol("wang")
            val forms = phone.replica.forms()
            phone.drawn { phone.model.desk.watch.put("0001") }
            phone.wait("that it is kept") { forms.get("urgent.put") != null }
            phone.restart()
            val again = phone.replica.forms()
            phone.drawn { phone.model.desk.watch.put("0002") }
            phone.wait("that it is kept") { again.get("urgent.put")?.contains("0002") == true }
            assertEquals("""["0001","0002"]""", again.get("urgent.put"))
        }
    }

    @Test
    fun `alerts that call for somebody are looked for once, for today's and for what lies on top`() = Stage().use { own ->
        phone("calls", PLAYED.copy(refreshMillis = 3_600_000), own).use { phone ->
            phone.enrol("sun", own)
            val at = java.time.Instant.now().minusSeconds(600).atOffset(java.time.ZoneOffset.ofHours(8)).withNano(0)
            own.folder.resolve("one.csv").writeText(
                "name,level,area,issuer,issued,telephone,place,number,origin,reached_station\n何秀兰,high,河东村,市反诈中心,$at,12000010001,,C-1,funds_side,$at\n",
            )
            own.command(listOf("import", "alerts", own.folder.resolve("one.csv").path, "--as", "zhao", "--apply"))
            assertEquals(null, runBlocking { phone.model.exchange() })
            fun shown() = (phone.model.state.value.screen as Screen.Today).state.calls.size
            phone.wait("the call") { it.urgent != null && shown() == 1 }
            val desk = phone.model.desk
            // Whoever shows them asks in the one place: what is known there is what both show.
            phone.drawn {
                desk.work({
                    desk.calls.forget()
                    desk.calls.among(emptyList())
                })
                desk.navigation.again()
                desk.watch.look(setOf(Noun.TASKS))
            }
            phone.wait("no call") { it.urgent == null && shown() == 0 }
            phone.drawn { phone.model.heard(setOf(Noun.TASKS)) }
            phone.wait("the call again") { it.urgent != null && shown() == 1 }
        }
    }

    @Test
    fun `who looks while notices are being told has them told once more afterwards`() {
        phone("telling", PLAYED.copy(syncByItself = true)).use { phone ->
            phone.enrol("wang")
            val told = AtomicInteger()
            phone.drawn {
                val telling = Telling(phone.model.desk) { null.also { told.incrementAndGet() } }
                repeat(3) { telling.look() }
            }
            phone.wait("the second telling") { told.get() == 2 }
            Thread.sleep(200)
            assertEquals(2, told.get())
        }
    }

    @Test
    fun `the badge's picture is another before its time is over`() {
        phone("badge", PLAYED.copy(refreshMillis = 3_600_000)).use { phone ->
            phone.enrol("wang")
            phone.on(AppEvent.Choose(Tab.Settings))
            phone.drawn { phone.model.on(SettingsEvent.Badge) }
            fun shown() = (phone.model.state.value.screen as Screen.Settings).state.badge
            phone.wait("the badge") { shown() != null }
            val first = assertNotNull(shown())
            // The phone slept, or its clock was put right: no timer of ten minutes helps.
            phone.platform.aheadMs += first.until - System.currentTimeMillis() - 2_000
            phone.wait("another badge", 5) { shown()?.until?.let { it > first.until } == true }
            phone.on(AppEvent.Back)
            phone.wait("no badge") { shown() == null }
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
