// Notifications: told when there is something to tell, and asked again when the core says.
//
// Invariant: one asking at a time, and one more afterwards where something came meanwhile; what the notifier cannot show is told
// again by the core's own account of it.
package qiaomen.model

import kotlinx.coroutines.Job

/** [tell] tells what there is to tell, on the thread that works, and says when to ask again. */
internal class Telling(private val desk: Desk, private val tell: () -> Long? = { desk.core.notices.tell() }) {
    private var next: Job? = null
    private var asking: Job? = null
    private var again = false

    /** Something may be to be told. */
    fun look() {
        if (!desk.habits.syncByItself) return
        if (asking?.isActive == true) {
            again = true
            return
        }
        again = false
        asking = desk.work(tell, { asked() }) { at ->
            next?.cancel()
            if (at != null) next = desk.later((at - desk.now()).coerceIn(1_000, MOST)) { look() }
            asked()
        }
    }

    private fun asked() {
        asking = null
        if (again) look()
    }

    fun end() {
        next?.cancel()
        asking?.cancel()
        again = false
    }

    private companion object {
        // A phone's clock may be set in between.
        const val MOST = 15L * 60_000
    }
}
