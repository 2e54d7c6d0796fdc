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

/** What one did since midnight, and what is left. */
internal fun counted(words: Words, @Suppress("unused") midnight: Long, left: Int): TodayCount =
    TodayCount(tasksLeft = left, text = words.count("today.left", left))
