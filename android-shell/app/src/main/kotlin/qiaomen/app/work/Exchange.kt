// One exchange that nobody asked for, and what is to be told afterwards.
//
// Invariants: it is ended by ending its coroutine, and then ends nobody else's; what failed is told to the worker only where they
// can do something about it, and without a word about anybody.
package qiaomen.app.work

import kotlinx.coroutines.withContext
import qiaomen.app.Shell
import qiaomen.app.notice.tell
import qiaomen.core.QiaomenException

/** What came of it. */
enum class Came {
    /** There was nothing more to send or fetch. */
    Through,
    /** It may work later by itself. */
    Later,
    /** It will not, until the worker does something. */
    Stuck,
}

/** Exchanges to the end, then tells what is to be told. */
suspend fun Shell.exchange(): Came {
    // Whatever else was ended along with it.
    val failed = run()?.let { if (isRevoked()) QiaomenException.Revoked() else it }
    val came = if (failed == null) Came.Through else after(failed)
    if (failed != null) notifier.trouble(failed)
    if (came == Came.Stuck) jobs.end()
    tell()
    return came
}

private suspend fun Shell.isRevoked(): Boolean {
    val replica = replica() ?: return false
    return withContext(work) {
        try {
            replica.isLocked()
        } catch (_: QiaomenException) {
            false
        } catch (_: IllegalStateException) {
            // The store was put aside just now.
            false
        }
    }
}

/** Whether an exchange that failed so may work later. */
internal fun after(failed: Throwable): Came = when (failed) {
    is QiaomenException.SignedOut, is QiaomenException.Revoked, is QiaomenException.NotEnrolled,
    is QiaomenException.Incompatible, is QiaomenException.DamagedStore, is QiaomenException.Invalid,
    -> Came.Stuck
    // No connection, a full or locked phone, a server that is busy, a store that was put aside just now.
    else -> Came.Later
}
