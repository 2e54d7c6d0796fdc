// The app is killed at any moment: at most the last second's typing is lost, and what was said to be saved is there once.

package qiaomen.model

import java.io.File
import java.nio.file.Files
import java.util.Collections
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.AfterClass
import org.junit.BeforeClass
import org.junit.Test
import qiaomen.core.AnyRecord
import qiaomen.core.HouseholdOrder
import qiaomen.core.Page
import qiaomen.core.Replica
import qiaomen.model.scenario.PLAYED
import qiaomen.model.scenario.Phone
import qiaomen.model.scenario.Stage
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.Gate

class KillTest {
    private val random = Random(20260309)

    /** A copy of the phone that has joined, as it was. */
    private fun copy(): File {
        val store = Files.createTempDirectory(stage.folder.toPath(), "phone-").toFile().resolve("phone.db")
        for (file in joined.parentFile.listFiles { file -> file.name.startsWith("joined.db") }.orEmpty()) {
            file.copyTo(store.resolveSibling(file.name.replaceFirst("joined.db", "phone.db")))
        }
        return store
    }

    /** Runs the app in a process of its own and kills it; gives what it said. */
    private fun killed(store: File, vararg more: String): List<String> {
        val path = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val command = listOf(
            File(System.getProperty("java.home"), "bin/java").path, "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Dfile.encoding=UTF-8",
            "-Djna.library.path=${System.getProperty("jna.library.path")}", "-cp", path, "qiaomen.model.scenario.KilledKt", store.path, SEED.toString(),
        ) + more
        val errors = store.resolveSibling("errors")
        val process = ProcessBuilder(command).redirectError(errors).start()
        val said = Collections.synchronizedList(ArrayList<String>())
        val reading = thread { process.inputStream.bufferedReader().forEachLine { said += it } }
        val end = System.nanoTime() + 60_000_000_000
        while (said.isEmpty() && process.isAlive && System.nanoTime() < end) Thread.sleep(5)
        Thread.sleep(2_500 + random.nextLong(1_200))
        assertTrue(process.isAlive, "it ended by itself: ${errors.readText()}")
        process.destroyForcibly()
        assertTrue(process.waitFor(20, TimeUnit.SECONDS))
        reading.join()
        return said
    }

    private fun <T> opened(store: File, look: (Replica, Phone) -> T): T = Phone(store, SEED).use { phone ->
        look(runBlocking { checkNotNull(phone.model.replica()) }, phone)
    }

    @Test
    fun `what was typed a second ago is there`() {
        repeat(3) {
            val store = copy()
            val said = killed(store)
            val last = said.last { it.startsWith("typed") }.split(' ')
            val kept = opened(store) { replica, _ -> replica.drafts().list() }
            val note = (kept.single().record as AnyRecord.OfVisit).record.note
            val number = checkNotNull(note).removePrefix("count ").toInt()
            val at = said.map { it.split(' ') }.first { it[1] == number.toString() }[2].toLong()
            val lost = (last[2].toLong() - at) / 1_000_000
            // A second, and another for a machine that is busy; without anything kept in between it would be more.
            assertTrue(lost <= 2_000, "typing of $lost ms is lost: ${last[1]} was typed, $number is kept")
        }
    }

    @Test
    fun `what was said to be saved is there once`() {
        repeat(4) {
            val store = copy()
            val said = killed(store, "save")
            val (saving, saved) = said.count { it == "saving" } to said.count { it == "saved" }
            opened(store) { replica, _ ->
                val door = replica.households().list(null, HouseholdOrder.WALKING, Page(0u, 1u)).single().household.id
                val visits = replica.visits().ofHousehold(door, Page(0u, 1_000u)).size
                assertTrue(visits in saved..saving, "$saved were saved, $saving were to be, $visits are there")
                // One more is a draft at most: the one that was being typed.
                assertTrue(replica.drafts().list().size <= 1)
                assertEquals(emptyList(), replica.forms().keys().filter { it.startsWith("finishing.") })
            }
        }
    }

    companion object {
        private const val SEED = 11
        private lateinit var stage: Stage
        private lateinit var joined: File

        @BeforeClass
        @JvmStatic
        fun join() {
            stage = Stage()
            joined = stage.folder.resolve("joined.db")
            Phone(joined, SEED, PLAYED).use { phone ->
                val code = stage.invite("wang")
                runBlocking { checkNotNull(phone.model.replica()) }
                phone.drawn {
                    phone.model.on(EnrolEvent.Server(stage.address))
                    phone.model.on(EnrolEvent.Code(code))
                    phone.model.on(EnrolEvent.Undertake(true))
                    phone.model.on(EnrolEvent.Enrol)
                }
                val end = System.nanoTime() + 20_000_000_000
                while (phone.model.state.value.gate != Gate.Open && System.nanoTime() < end) Thread.sleep(10)
                assertEquals(Gate.Open, phone.model.state.value.gate)
                runBlocking { phone.end() }
            }
        }

        @AfterClass
        @JvmStatic
        fun leave() = stage.close()
    }
}
