// Notifications: told when there is something to tell, and asked again when the core says.
//
// Invariant: one asking at a time; what the notifier cannot show is told again by the core's own account of it.
package qiaomen.model

import kotlinx.coroutines.Job

internal class Telling(private val desk: Desk) {
    private var next: Job? = null
    private var asking: Job? = null

    /** Something may be to be told. */
    fun look() {
        if (!desk.habits.syncByItself || asking?.isActive == true) return
        asking = desk.work({ desk.core.notices.tell() }, {}) { at ->
            next?.cancel()
            if (at != null) next = desk.later((at - desk.now()).coerceIn(1_000, MOST)) { look() }
        }
    }

    fun end() {
        next?.cancel()
        asking?.cancel()
    }

    private companion object {
        // A phone's clock may be set in between.
        const val MOST = 15L * 60_000
    }
}
