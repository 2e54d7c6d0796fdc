// One exchange that nobody asked for, and what is to be told afterwards.
//
// Invariants: it is ended by ending its coroutine, and then ends nobody else's; what failed is told to the worker only where they
// can do something about it, and without a word about anybody.
package qiaomen.app.work

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
    val replica = replica() ?: return Came.Later
    val came = try {
        replica.sync().use { it.run() }
        Came.Through
    } catch (failed: QiaomenException) {
        notifier.trouble(failed)
        after(failed)
    } catch (_: IllegalStateException) {
        // The store was put aside just now.
        Came.Later
    }
    if (came == Came.Stuck) jobs.end()
    tell()
    return came
}

/** Whether an exchange that failed so may work later. */
internal fun after(failed: QiaomenException): Came = when (failed) {
    is QiaomenException.SignedOut, is QiaomenException.Revoked, is QiaomenException.NotEnrolled,
    is QiaomenException.Incompatible, is QiaomenException.DamagedStore, is QiaomenException.Invalid,
    -> Came.Stuck
    is QiaomenException.Offline, is QiaomenException.StorageFull, is QiaomenException.KeyUnavailable,
    is QiaomenException.Cancelled, is QiaomenException.NotFound, is QiaomenException.RoleUnknown,
    is QiaomenException.Refused, is QiaomenException.Unexpected,
    -> Came.Later
}
