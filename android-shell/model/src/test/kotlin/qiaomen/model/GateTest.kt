// What stands on a gate that fell, and what was being saved when it did.

package qiaomen.model

import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
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
import qiaomen.model.scenario.wait
import qiaomen.model.state.AppEvent
import qiaomen.model.state.Gate
import qiaomen.model.state.Language
import qiaomen.model.state.SyncEvent
import qiaomen.model.state.Tab
import qiaomen.model.work.VisitForm
import qiaomen.model.work.choosingOutcome
import qiaomen.model.work.record

class GateTest {
    private fun with(habits: Habits, block: Stage.(Phone) -> Unit) = Stage().use { stage ->
        Phone(stage.folder.resolve("phone.db"), 5, habits).use { phone ->
            phone.joined(stage, "wang")
            stage.block(phone)
        }
    }

    private fun Stage.revoke() = command(listOf("device", "revoke", "--person", "wang"))

    /** Saves a visit to one who was not at home. */
    private fun Phone.save() {
        val visit = visit()
        drawn { model.desk.finish(Finished(null, visit, text = "saved", undone = { Route.Visit(draft = it) })) {} }
        wait("the offer to take it back") { it.undo?.text == "saved" }
    }

    private fun Phone.visit(): Visit {
        val door = replica.households().list(null, HouseholdOrder.WALKING, Page(0u, 1u)).single().household.id
        val now = System.currentTimeMillis()
        return VisitForm(household = door, started = now - 60_000).choosingOutcome("nobodyHome").record(now)
    }

    /** Waits until no run is under way any more: one that is goes on, whatever is saved meanwhile. */
    private fun Phone.calm() {
        Thread.sleep(1_000)
        while (drawn { model.desk.exchanges.running }) Thread.sleep(20)
    }

    private fun Phone.revoked(): Gate.Revoked {
        wait("the gate") { it.gate is Gate.Revoked }
        // What it says at first is put right by the core's own count.
        Thread.sleep(200)
        return assertIs<Gate.Revoked>(model.state.value.gate)
    }

    @Test
    fun `an exchange that begins by itself waits until nothing can be taken back`() =
        with(PLAYED.copy(syncByItself = true, syncAfterMillis = 50, undoMillis = 2_000)) { phone ->
            phone.platform.connection = Network.ABSENT
            // The run after joining is over.
            phone.calm()
            revoke()
            phone.save()
            phone.platform.connection = Network.UNMETERED
            phone.on(AppEvent.Shown)
            Thread.sleep(700)
            assertNotNull(phone.model.state.value.undo, "it can still be taken back")
            val gate = phone.revoked()
            assertEquals(1 to null, gate.unsent to gate.lateText)
        }

    @Test
    fun `on duty, nothing is asked of the server while a visit can be taken back`() =
        with(PLAYED.copy(syncByItself = true, syncAfterMillis = 50, undoMillis = 2_000, retryMillis = 200)) { phone ->
            phone.replica.duty().set(true)
            phone.drawn { phone.model.heard(setOf(Noun.DUTY)) }
            // It waits for news now, and what is written would send it on at once.
            phone.calm()
            hang(true)
            revoke()
            phone.save()
            hang(false)
            Thread.sleep(700)
            assertNotNull(phone.model.state.value.undo, "it can still be taken back: ${phone.shown()}")
            val gate = phone.revoked()
            assertEquals(1 to null, gate.unsent to gate.lateText)
        }

    @Test
    fun `the system's own job waits until nothing can be taken back`() = with(PLAYED.copy(undoMillis = 1_500)) { phone ->
        revoke()
        phone.save()
        assertIs<QiaomenException.Revoked>(runBlocking { phone.model.exchange() })
        assertEquals(1, phone.revoked().unsent)
    }

    @Test
    fun `what was saved while an exchange was under way that learned of the end is told of, after a restart too`() =
        with(PLAYED.copy(undoMillis = 3_000)) { phone ->
            phone.on(AppEvent.Choose(Tab.Sync))
            hang(true)
            phone.drawn { phone.model.on(SyncEvent.Run) }
            Thread.sleep(300)
            phone.save()
            revoke()
            hang(false)
            val gate = phone.revoked()
            assertEquals(0, gate.unsent)
            assertTrue("1" in assertNotNull(gate.lateText), gate.lateText)
            // Whatever was to be finished later is not.
            Thread.sleep(3_000)
            assertEquals(gate, phone.model.state.value.gate)
            assertNull(phone.model.state.value.said)
            phone.restart()
            assertEquals(gate.lateText, phone.revoked().lateText)
        }

    @Test
    fun `what could be taken back is let alone behind a gate, and finished when the store is open again`() =
        with(PLAYED.copy(undoMillis = 1_000)) { phone ->
            phone.save()
            phone.drawn { phone.model.desk.failed(QiaomenException.DamagedStore()) }
            phone.platform.keyIsLocked = true
            phone.on(AppEvent.RetryOpen)
            phone.wait("the gate") { it.gate is Gate.KeyMissing }
            Thread.sleep(1_500)
            assertNull(phone.model.state.value.said, "nothing is asked of a store that is not there")
            phone.platform.keyIsLocked = false
            phone.on(AppEvent.RetryOpen)
            phone.wait("one record that waits") { it.gate == Gate.Open && it.waiting == 1 }
            assertEquals(emptyList(), phone.replica.drafts().list())
        }

    /** Everything that is asked of the thread that works waits for so long. */
    private fun Phone.busy(millis: Long) = drawn { model.desk.work({ Thread.sleep(millis) }) }

    @Test
    fun `an exchange that was about to begin by itself when something was saved waits too`() =
        with(PLAYED.copy(syncByItself = true, syncAfterMillis = 50, undoMillis = 2_000)) { phone ->
            // The run after joining is over.
            phone.calm()
            revoke()
            val visit = phone.visit()
            phone.busy(500)
            phone.drawn { phone.model.desk.exchanges.soon(0) }
            // It looks now whether it may.
            Thread.sleep(200)
            phone.drawn { phone.model.desk.finish(Finished(null, visit, text = "saved", undone = { Route.Visit(draft = it) })) {} }
            Thread.sleep(1_000)
            assertNotNull(phone.model.state.value.undo, "it can still be taken back: ${phone.shown()}")
            val gate = phone.revoked()
            assertEquals(1 to null, gate.unsent to gate.lateText)
        }

    @Test
    fun `what is just being saved is a record before an exchange that the person asks for begins`() = with(PLAYED.copy(undoMillis = 5_000)) { phone ->
        revoke()
        phone.busy(500)
        val visit = phone.visit()
        phone.drawn {
            phone.model.desk.finish(Finished(null, visit, text = "saved", undone = { Route.Visit(draft = it) })) {}
            phone.model.desk.exchanges.now()
        }
        val gate = phone.revoked()
        assertEquals(1 to null, gate.unsent to gate.lateText)
    }

    @Test
    fun `while work is handed in nothing is put aside, and another gate that falls meanwhile stays`() = with(PLAYED.copy(undoMillis = 100)) { phone ->
        revoke()
        phone.save()
        runBlocking { phone.model.exchange() }
        assertEquals(1, phone.revoked().unsent)
        hang(true)
        phone.on(AppEvent.HandIn)
        phone.on(AppEvent.BeginAnew)
        phone.on(AppEvent.BeginAnew)
        assertTrue(assertIs<Gate.Revoked>(phone.model.state.value.gate).handingIn)
        phone.drawn { phone.model.desk.failed(QiaomenException.DamagedStore()) }
        hang(false)
        Thread.sleep(1_500)
        assertIs<Gate.Damaged>(phone.model.state.value.gate)
        assertTrue(folder.listFiles().orEmpty().none { "aside" in it.name })
    }

    @Test
    fun `a revoked phone never says that nothing is lost, since it cannot ask for drafts any more`() {
        for ((words, drafts) in listOf(Words(Language.Zh) to "草稿", Words(Language.En) to "Drafts")) {
            for (has in listOf(Revocation(), Revocation(late = 1), Revocation(handedIn = 2))) for (unsent in 0..2) {
                val text = revoked(words, unsent, has).text
                assertTrue(drafts in text && "没有丢失" !in text && "nothing is lost" !in text, text)
            }
        }
    }

    @Test
    fun `every cause that can be told apart has its own gate, with what to do`() {
        for (words in listOf(Words(Language.Zh), Words(Language.En))) {
            fun of(error: Throwable) = notOpened(words, error)
            assertIs<Gate.Damaged>(of(QiaomenException.DamagedStore()))
            assertIs<Gate.KeyMissing>(of(QiaomenException.KeyUnavailable()))
            val others = listOf(
                QiaomenException.StorageFull(), QiaomenException.Incompatible(), QiaomenException.Unexpected("the store is in use"),
                QiaomenException.Unexpected("the store failed"),
            ).map { assertIs<Gate.NotOpened>(of(it)) }
            assertEquals(4, others.map { it.titleText }.distinct().size)
            assertEquals(4, others.map { it.text }.distinct().size)
            // A store that is as it should be is not put aside.
            assertEquals(listOf(false, false, false, true), others.map { it.canBeginAnew })
            assertTrue("the store failed" in others.last().text)
            for (gate in others) assertEquals("why", assertIs<Gate.NotOpened>(gate.failing("why")).failureText)
        }
    }

    @Test
    fun `a store that may not be put aside is not`() = with(PLAYED) { phone ->
        phone.drawn {
            val desk = phone.model.desk
            desk.glass.value = desk.glass.value.copy(gate = notOpened(desk.words, QiaomenException.StorageFull()))
        }
        phone.on(AppEvent.BeginAnew)
        assertIs<Gate.NotOpened>(phone.model.state.value.gate)
        phone.on(AppEvent.RetryOpen)
        phone.wait("today") { it.gate == Gate.Open }
        assertTrue(folder.listFiles().orEmpty().none { "aside" in it.name })
    }
}
