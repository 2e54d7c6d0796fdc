// Sums that several screens tell: what is waiting, and what one did today.
package qiaomen.model.screens

import qiaomen.core.Today
import qiaomen.model.Desk
import qiaomen.model.Words
import qiaomen.model.state.TodayCount

/** What waits to be sent and when the last exchange was. */
internal fun syncText(desk: Desk, waiting: Int): String =
    desk.words.syncText(desk.exchanges.running, waiting, desk.exchanges.last?.at, desk.now())

/** The same, where the last exchange was [last]. */
fun Words.syncText(running: Boolean, waiting: Int, last: Long?, now: Long): String {
    val before = last?.let { this("sync.last", "ago" to ago(it, now)) } ?: this("sync.never")
    return when {
        running -> this("sync.running")
        waiting == 0 -> this("sync.nothingWaits", "last" to before)
        else -> count("sync.waits", waiting, "last" to before)
    }
}

/** What one did today, and what is left. */
internal fun counted(desk: Desk, words: Words): TodayCount = words.counted(desk.core.tasks.today())

/** The same, of what the core counted. */
fun Words.counted(today: Today): TodayCount {
    val (visits, done, left) = Triple(today.visits.toInt(), today.tasksDone.toInt(), today.tasksLeft.toInt())
    val parts = listOfNotNull(
        count("today.count.visits", visits).takeIf { visits > 0 },
        count("today.count.pledges", today.pledges.toInt()).takeIf { today.pledges > 0u },
        count("today.count.done", done).takeIf { done > 0 },
        if (left > 0) count("today.count.left", left) else this("today.count.nothingLeft"),
    )
    return TodayCount(visits, today.doors.toInt(), today.pledges.toInt(), done, left, list(parts))
}
