// The badge as long as it is shown: another one is made a moment before its time is over.
//
// Invariants: no picture stands there a second longer than it holds, whatever happened to the clock or how long the phone slept;
// what ticks ends with the picture.
package qiaomen.model

import kotlinx.coroutines.Job

/** [isShown] says whether it still is, [ask] makes another, [drop] takes the picture away. */
internal class ShownBadge(
    private val desk: Desk, private val isShown: () -> Boolean, private val ask: () -> Unit, private val drop: () -> Unit,
) {
    private var ticking: Job? = null
    private var until = 0L

    /** One is shown that holds until then. */
    fun shown(until: Long) {
        this.until = until
        asked = false
        tick()
    }

    private var asked = false

    private fun tick() {
        ticking?.cancel()
        val left = until - desk.now()
        ticking = desk.later(left.coerceIn(0, SECOND)) {
            if (!isShown()) return@later
            val now = desk.now()
            if (now >= until) {
                drop()
                if (!asked) ask()
                return@later
            }
            if (now >= until - EARLY && !asked) {
                asked = true
                ask()
            }
            tick()
        }
    }

    private companion object {
        const val SECOND = 1_000L
        const val EARLY = 3_000L
    }
}
