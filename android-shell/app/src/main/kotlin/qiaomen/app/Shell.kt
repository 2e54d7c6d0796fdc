// What the parts of the Android shell have in common: one of it a process.
package qiaomen.app

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import qiaomen.app.notice.NoticeAlarm
import qiaomen.app.notice.PhoneNotifier
import qiaomen.app.work.Jobs
import qiaomen.core.Replica
import qiaomen.model.Words

/** The process's own: what background work, notifications and the Activity reach for. */
interface Shell {
    /** On the thread that draws; ends with the process. */
    val scope: CoroutineScope

    /** Where what waits for the store runs. */
    val work: CoroutineDispatcher

    /** Words in the language chosen. */
    val words: Words

    val jobs: Jobs
    val notifier: PhoneNotifier
    val alarm: NoticeAlarm

    /** The replica, opened if it is not yet; none where it does not open. */
    suspend fun replica(): Replica?

    /** An exchange to its end, beside whatever the worker does; what went wrong, none where nothing did. */
    suspend fun run(): Throwable?

    /** The replica, if it is open. */
    val opened: Replica?
}
