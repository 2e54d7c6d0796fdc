// The phone's clocks as the core reads them.
//
// Invariant: two readings of one boot bear the same boot id, those of two boots never do; the monotonic clock counts sleep.
package qiaomen.app.phone

import android.content.Context
import android.os.SystemClock
import android.provider.Settings
import java.nio.ByteBuffer
import java.util.UUID
import qiaomen.core.ClockReading
import qiaomen.core.DeviceClock

/** Reads the wall clock, the time since the phone was started, and which start that was. */
class PhoneClock(context: Context) : DeviceClock {
    // It cannot change while this process lives.
    private val boot: ByteArray = bootId(Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, -1))

    override fun read(): ClockReading = ClockReading(
        wall = System.currentTimeMillis(),
        monotonic = SystemClock.elapsedRealtime(),
        boot = boot,
    )
}

/** Sixteen bytes for a boot: its number, or where a phone counts none, ones that no other process of this phone has. */
internal fun bootId(count: Int): ByteArray {
    val bytes = ByteBuffer.allocate(16)
    if (count >= 0) {
        bytes.putLong(0).putLong(count.toLong())
    } else {
        val once = UUID.randomUUID()
        bytes.putLong(once.mostSignificantBits).putLong(once.leastSignificantBits)
    }
    return bytes.array()
}
