// Sums that several screens tell: what is waiting, and what one did today.
package qiaomen.model.screens

import qiaomen.model.Desk
import qiaomen.model.Words
import qiaomen.model.state.TodayCount

/** What waits to be sent and when the last exchange was. */
internal fun syncText(desk: Desk, waiting: Int): String {
    val words = desk.words
    val last = desk.exchanges.last?.let { words("sync.last", "ago" to words.ago(it.at, desk.now())) } ?: words("sync.never")
    return when {
        desk.exchanges.running -> words("sync.running")
        waiting == 0 -> words("sync.nothingWaits", "last" to last)
        else -> words.count("sync.waits", waiting, "last" to last)
    }
}

/** What one did today, and what is left. */
internal fun counted(desk: Desk, words: Words): TodayCount {
    val today = desk.core.tasks.today()
    val (visits, done, left) = Triple(today.visits.toInt(), today.tasksDone.toInt(), today.tasksLeft.toInt())
    val parts = listOfNotNull(
        words.count("today.count.visits", visits).takeIf { visits > 0 },
        words.count("today.count.pledges", today.pledges.toInt()).takeIf { today.pledges > 0u },
        words.count("today.count.done", done).takeIf { done > 0 },
        if (left > 0) words.count("today.count.left", left) else words("today.count.nothingLeft"),
    )
    return TodayCount(visits, today.doors.toInt(), today.pledges.toInt(), done, left, words.list(parts))
}
