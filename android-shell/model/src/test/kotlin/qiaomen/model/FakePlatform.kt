// What a phone would bring, without a phone: key, clocks, network, notifications, and who wants to know of changes.

package qiaomen.model

import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CopyOnWriteArraySet
import kotlin.random.Random
import qiaomen.core.ClockReading
import qiaomen.core.DeviceClock
import qiaomen.core.KeyStore
import qiaomen.core.Network
import qiaomen.core.NetworkState
import qiaomen.core.Notice
import qiaomen.core.Notifier
import qiaomen.core.Noun
import qiaomen.core.Observer
import qiaomen.core.ShellException
import qiaomen.core.SyncProgress

/** A platform in a test's hands. It outlives the replica, as a phone outlives the app that is killed. */
class FakePlatform(seed: Int = 7) : KeyStore, DeviceClock, NetworkState, Notifier, Observer {
    private val random = Random(seed)
    private val key = random.nextBytes(32)

    /** Changes when the phone is started again. */
    @Volatile var boot: ByteArray = random.nextBytes(16)

    /** By how much the phone's clock is wrong. */
    @Volatile var clockIsWrongByMs: Long = 0

    /** By how much time has run on faster than it did. */
    @Volatile var aheadMs: Long = 0

    /** As before the phone is unlocked for the first time. */
    @Volatile var keyIsLocked = false

    /** As with a key store that fails for good. */
    @Volatile var keyIsBroken = false

    /** How the phone is connected. */
    @Volatile var connection = Network.UNMETERED

    /** As without the permission to show notifications. */
    @Volatile var notificationsForbidden = false

    /** What was shown, in order. */
    val shown = CopyOnWriteArrayList<Notice>()

    /** What changed since this was last cleared. */
    val changed = CopyOnWriteArraySet<Noun>()

    /** How far runs have come. */
    val steps = CopyOnWriteArrayList<SyncProgress>()

    override fun storeKey(): ByteArray = when {
        keyIsLocked -> throw ShellException.Unavailable()
        keyIsBroken -> throw ShellException.Failed("a test")
        else -> key
    }

    override fun read(): ClockReading =
        ClockReading(System.currentTimeMillis() + aheadMs + clockIsWrongByMs, System.nanoTime() / 1_000_000 + aheadMs, boot)

    override fun network(): Network = connection

    override fun show(notice: Notice) {
        if (notificationsForbidden) throw ShellException.Unavailable()
        shown.add(notice)
    }

    override fun changed(nouns: List<Noun>) {
        changed.addAll(nouns)
    }

    override fun progress(progress: SyncProgress) {
        steps.add(progress)
    }
}
