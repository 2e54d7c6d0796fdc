// What a desktop brings in a phone's place: for trying out, training and tests, not for work.
//
// Invariants: the store's key lies in a file beside the store, readable by its owner alone, which a phone's key store would
// never allow; clocks can be moved and the network switched off, so that deadlines and flight mode can be tried.
package qiaomen.window

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.nio.file.attribute.PosixFilePermissions
import java.security.SecureRandom
import java.util.concurrent.atomic.AtomicLong
import kotlin.io.path.exists
import kotlin.io.path.readBytes
import kotlin.io.path.writeBytes
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import qiaomen.core.ClockReading
import qiaomen.core.DeviceClock
import qiaomen.core.KeyStore
import qiaomen.core.Network
import qiaomen.core.NetworkState
import qiaomen.core.Notice
import qiaomen.core.Notifier
import qiaomen.core.ShellException
import qiaomen.model.Platform
import qiaomen.model.state.Language

private const val NOTICES = 4

/** A phone whose files lie in [folder]. */
class Desktop(private val folder: File) : Platform {
    private val random = SecureRandom()
    private val ahead = AtomicLong()
    private val boot: ByteArray = ByteArray(16).also(random::nextBytes)
    private val told = MutableStateFlow(emptyList<Notice>())

    /** Whether the network is switched off. */
    val flight = MutableStateFlow(false)

    /** The last notices that a phone would have shown, the newest first. */
    val notices: StateFlow<List<Notice>> = told.asStateFlow()

    /** What this phone's clock says. */
    fun now(): Long = System.currentTimeMillis() + ahead.get()

    /** Moves the phone's time on. */
    fun moveOn(millis: Long) {
        ahead.addAndGet(millis)
    }

    override val keys = object : KeyStore {
        override fun storeKey(): ByteArray = try {
            key(folder.toPath().resolve("key"))
        } catch (_: java.io.IOException) {
            throw ShellException.Unavailable()
        }
    }

    override val clock = object : DeviceClock {
        override fun read() = ClockReading(now(), System.nanoTime() / 1_000_000 + ahead.get(), boot)
    }

    override val network = object : NetworkState {
        override fun network(): Network = if (flight.value) Network.ABSENT else Network.UNMETERED
    }

    override val notifier = object : Notifier {
        override fun show(notice: Notice) = told.update { (listOf(notice) + it.filter { old -> old.key != notice.key }).take(NOTICES) }
    }

    override val storePath: String get() = folder.resolve("store.db").path
    override val version: String get() = Desktop::class.java.`package`.implementationVersion ?: "0.1"
    override val deviceName: String get() = if (systemLanguage == Language.Zh) "电脑窗口" else "Desktop window"
    // Java says English where nothing was set.
    override val systemLanguage: Language get() = if (System.getenv("LANG").orEmpty().startsWith("en")) Language.En else Language.Zh

    override fun freeBytes(): Long = folder.usableSpace
    override fun usedBytes(): Long = folder.listFiles().orEmpty().sumOf { it.length() }
    override fun totalBytes(): Long = folder.totalSpace

    private fun key(path: Path): ByteArray {
        if (!path.exists()) {
            val made = Files.createTempFile(folder.toPath(), "key", ".new")
            if ("posix" in path.fileSystem.supportedFileAttributeViews()) {
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"))
            }
            made.writeBytes(ByteArray(32).also(random::nextBytes))
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE)
        }
        return path.readBytes()
    }
}
