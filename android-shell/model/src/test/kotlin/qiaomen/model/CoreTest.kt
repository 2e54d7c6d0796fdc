// The generated bindings in this JVM: a replica on the real library against a real server.

package qiaomen.model

import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.Test
import qiaomen.core.Noun
import qiaomen.core.QiaomenException
import qiaomen.core.Replica
import qiaomen.core.Scope
import qiaomen.core.Server

class CoreTest {
    private val town = Town.shared

    private fun open(name: String, platform: FakePlatform): Replica =
        Replica.open(town.folder.resolve(name).path, platform, platform, platform, platform, platform)
            .also { it.setServer(Server(address = town.address)) }

    @Test
    fun `a phone is enrolled, syncs, and is the same after a restart`() = runBlocking {
        val platform = FakePlatform()
        open("core.db", platform).use { replica ->
            assertNull(replica.identity())
            assertEquals("code_unknown", assertFailsWith<QiaomenException.Refused> { replica.enrol("AAAA-AAAA-AAAA-AAAA", "test") }.code)
            replica.enrol(town.invite("wang"), "test")
            val summary = replica.sync().run()
            assertEquals(0uL, summary.refused)
            assertTrue(Noun.IDENTITY in platform.changed)
            assertEquals(1, replica.scopes().filterIsInstance<Scope.Grid>().size)
        }
        open("core.db", platform).use { replica ->
            val me = assertNotNull(replica.identity()).person
            assertEquals("王芳", replica.people().get(me)?.record?.name)
        }
    }
}
