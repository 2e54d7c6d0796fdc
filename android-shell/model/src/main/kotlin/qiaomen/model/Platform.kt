// What a shell brings, and how patient the model is.
//
// Invariants: nothing here is asked on the thread that draws but `systemLanguage`, `version` and `deviceName`; what the
// model does not get (a clock that fails, room that cannot be measured) stops nothing.
package qiaomen.model

import qiaomen.core.DeviceClock
import qiaomen.core.KeyStore
import qiaomen.core.NetworkState
import qiaomen.core.Notifier
import qiaomen.model.state.Language

/** The phone, as far as the model needs it. */
interface Platform {
    val keys: KeyStore
    val clock: DeviceClock
    val network: NetworkState
    val notifier: Notifier

    /** The file of the store. */
    val storePath: String

    /** The version of the app, as people are to read it. */
    val version: String

    /** What the phone would call itself at the server. */
    val deviceName: String

    /** The language that is used until the person chooses one. */
    val systemLanguage: Language

    /** Whether the app is woken, and rings, while it is not in front: an iPhone may leave it asleep. */
    val ringsAlways: Boolean get() = true

    /** Room on the phone: free, used by the app, in all. */
    fun freeBytes(): Long
    fun usedBytes(): Long
    fun totalBytes(): Long
}

/** Times and limits: the same for everybody, others in tests. */
data class Habits(
    /** How long something that was done can be taken back. */
    val undoMillis: Long = 10_000,
    /** How long after a change what is typed is kept. */
    val draftMillis: Long = 800,
    /** For how long after a closed door the next one, which opens by itself, takes no second tap for its own. */
    val restMillis: Long = 600,
    /** How often "time left" is written anew. */
    val refreshMillis: Long = 30_000,
    /** For how long changes are gathered before screens look again. */
    val gatherMillis: Long = 100,
    /** Whether exchanges begin by themselves, and notices are told by themselves. */
    val syncByItself: Boolean = true,
    /** How long after something was saved an exchange begins. */
    val syncAfterMillis: Long = 1_000,
    /** How long to wait after an exchange that failed; doubled each time, to [retryMostMillis]. */
    val retryMillis: Long = 5_000,
    val retryMostMillis: Long = 120_000,
    /** Minutes in the background after which the person is asked for, unless they choose otherwise; 0 for never. */
    val lockMinutes: Int = 5,
    /** How long a test whether the phone is woken may take. */
    val wakeTestMillis: Long = 60_000,
    /** How many rows a list gives at a time. */
    val page: Int = 30,
)
