// What time it is: the phone's clock, put right by what the core knows of the server's.
//
// Invariant: `learn` runs on the thread that works; `now` answers at once on any thread.
package qiaomen.model

import qiaomen.core.DeviceClock
import qiaomen.core.Replica
import qiaomen.core.ShellException

class Clock(private val device: DeviceClock) {
    @Volatile private var last = 0L
    @Volatile private var offset = 0L

    /** Whether the time may be wrong. */
    @Volatile var doubtful = false
        private set

    /** By how much the phone's clock is wrong, where the server's is known. */
    @Volatile var wrongBy: Long? = null
        private set

    /** What the phone's own clock says; what it said last where it does not answer. */
    fun wall(): Long {
        try {
            last = device.read().wall
        } catch (_: ShellException) {
            // Its last word has to do.
        }
        return last
    }

    /** The time, as well as it can be known. */
    fun now(): Long = wall() + offset

    /** Asks the core how far the clock can be trusted. */
    fun learn(replica: Replica) {
        val corrected = replica.correctedTime()
        wrongBy = corrected.offset
        offset = corrected.offset ?: 0
        doubtful = corrected.doubtful
    }
}
