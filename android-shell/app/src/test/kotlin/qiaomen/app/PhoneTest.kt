// The parts of the phone that the core asks: clocks, network, key, room.
package qiaomen.app

import android.net.ConnectivityManager
import android.net.NetworkCapabilities
import android.provider.Settings
import java.io.File
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetworkCapabilities
import qiaomen.app.phone.AndroidPlatform
import qiaomen.app.phone.KeystoreKeys
import qiaomen.app.phone.KeystoreSeal
import qiaomen.app.phone.PhoneClock
import qiaomen.app.phone.PhoneNetwork
import qiaomen.app.phone.SealBroken
import qiaomen.core.Network
import qiaomen.core.ShellException
import qiaomen.model.state.Language

@RunWith(RobolectricTestRunner::class)
class PhoneTest {
    private val folder get() = app.noBackupFilesDir
    private val sealed get() = File(folder, "key")
    private val store get() = File(folder, "store")

    private fun keys() = KeystoreKeys(sealed, store, KeystoreSeal(app.packageManager))

    @Test
    fun `a boot has an id of sixteen bytes that another boot does not have`() {
        fun boot(count: Int): ByteArray {
            Settings.Global.putInt(app.contentResolver, Settings.Global.BOOT_COUNT, count)
            return PhoneClock(app).read().boot
        }
        val first = boot(7)
        assertEquals(16, first.size)
        assertContentEquals(first, boot(7))
        assertNotEquals(first.toList(), boot(8).toList())
        // A phone that does not count: never the same as anything.
        assertNotEquals(boot(-1).toList(), boot(-1).toList())
    }

    @Test
    fun `the clock tells the wall clock and the time since the start`() {
        val (before, reading, after) = Triple(System.currentTimeMillis(), PhoneClock(app).read(), System.currentTimeMillis())
        assertTrue(reading.wall in before..after)
        assertEquals(android.os.SystemClock.elapsedRealtime(), reading.monotonic)
    }

    @Test
    fun `a network that costs is told from one that does not, and from none`() {
        val connections = app.getSystemService(ConnectivityManager::class.java)
        val network = PhoneNetwork(app)
        val capabilities = ShadowNetworkCapabilities.newInstance()
        shadowOf(connections).setNetworkCapabilities(connections.activeNetwork, capabilities)
        assertEquals(Network.METERED, network.network())
        shadowOf(capabilities).addCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED)
        assertEquals(Network.UNMETERED, network.network())
        shadowOf(connections).setDefaultNetworkActive(false)
        shadowOf(connections).setActiveNetworkInfo(null)
        assertEquals(Network.ABSENT, network.network())
    }

    @Test
    fun `the store's key stays the same and lies sealed`() {
        val key = keys().storeKey()
        assertEquals(32, key.size)
        assertNotEquals(key.toList(), ByteArray(32).toList())
        assertContentEquals(key, keys().storeKey())
        assertFalse(key.toList() in sealed.readBytes().toList().windowed(32))
        assertEquals(listOf(false), FakeKeystore.strongBox)
    }

    @Test
    fun `a phone with a secure element has the key in it`() {
        shadowOf(app.packageManager).setSystemFeature(android.content.pm.PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        keys().storeKey()
        assertEquals(listOf(true), FakeKeystore.strongBox)
    }

    @Test
    fun `a key that does not open is neither given out nor written over`() {
        val key = keys().storeKey()
        store.writeText("a store that needs it")
        val before = sealed.readBytes()
        FakeKeystore.isSilent = true
        assertFailsWith<ShellException.Unavailable> { keys().storeKey() }
        assertContentEquals(before, sealed.readBytes())
        FakeKeystore.isSilent = false
        assertContentEquals(key, keys().storeKey())
    }

    @Test
    fun `whoever put the store aside begins with a new key, and the old one is kept`() {
        val key = keys().storeKey()
        val before = sealed.readBytes()
        FakeKeystore.keys.clear()
        store.writeText("a store that needs it")
        assertFailsWith<ShellException.Unavailable> { keys().storeKey() }
        store.renameTo(File(folder, "store.aside"))
        assertNotEquals(key.toList(), keys().storeKey().toList())
        assertContentEquals(before, File("${sealed.path}.aside-1").readBytes())
    }

    @Test
    fun `other bytes than were sealed do not open`() {
        val seal = KeystoreSeal(app.packageManager)
        val bytes = seal.seal(ByteArray(32))
        assertContentEquals(ByteArray(32), seal.open(bytes))
        for (at in bytes.indices) {
            val other = bytes.clone().also { it[at] = (it[at] + 1).toByte() }
            assertFailsWith<SealBroken>("byte $at") { seal.open(other) }
        }
        for (size in bytes.indices) assertFailsWith<SealBroken>("$size bytes") { seal.open(bytes.copyOf(size)) }
    }

    @Test
    fun `the platform says what the phone is`() {
        val platform = AndroidPlatform(app, app.phone.notifier)
        assertTrue(platform.storePath.startsWith(app.noBackupFilesDir.path), "backups would take it")
        assertEquals("0.1", platform.version)
        File(folder, "some").writeBytes(ByteArray(1000))
        assertEquals(1000, platform.usedBytes())
        assertTrue(platform.deviceName.isNotBlank())
    }

    @Test
    @Config(qualifiers = "en")
    fun `a phone that speaks English begins in English`() =
        assertEquals(Language.En, AndroidPlatform(app, app.phone.notifier).systemLanguage)

    @Test
    @Config(qualifiers = "fr")
    fun `a phone that speaks anything else begins in Chinese`() =
        assertEquals(Language.Zh, AndroidPlatform(app, app.phone.notifier).systemLanguage)
}
