// What stands on a gate that fell: why, and what the person can do now.
//
// Invariants: pure, but for what a revoked phone remembers; nothing that a person wrote stands here.
package qiaomen.model

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.Forms
import qiaomen.core.QiaomenException
import qiaomen.model.state.Gate

/** What a revoked phone remembers of its end: kept as a preference, since of a revoked phone the core tells nothing else. */
@Serializable
data class Revocation(
    /** How many visits had been saved and were no records yet. */
    val late: Int = 0,
    /** How many changes were handed in; none as long as nothing was. */
    val handedIn: Int? = null,
) {
    fun keep(forms: Forms) = forms.keep(KEY, Json.encodeToString(this))

    companion object {
        private const val KEY = "preference.revoked"

        fun read(forms: Forms): Revocation =
            forms.get(KEY)?.let { runCatching { Json.decodeFromString<Revocation>(it) }.getOrNull() } ?: Revocation()
    }
}

/** The gate of a revoked phone on which [unsent] changes were not sent. */
fun revoked(words: Words, unsent: Int, has: Revocation): Gate.Revoked {
    val then = when {
        // What came of it stands above.
        has.handedIn != null -> ""
        unsent == 0 && has.late == 0 -> words("gate.revoked.nothing")
        unsent == 0 -> ""
        else -> words.count("gate.revoked.unsent", unsent)
    }
    return Gate.Revoked(
        // Whether there are drafts cannot be asked any more.
        words("gate.revoked", "then" to then).trim() + "\n" + words("gate.revoked.drafts"), unsent,
        resultText = has.handedIn?.let { words.count("gate.revoked.handedIn", it) },
        handedIn = has.handedIn != null,
        lateText = if (has.late > 0) words.count("gate.revoked.late", has.late) else null,
    )
}

/** The gate of a store that does not open because of [error]. */
fun notOpened(words: Words, error: Throwable): Gate = when {
    error is QiaomenException.DamagedStore -> Gate.Damaged(words("gate.damaged"))
    error is QiaomenException.KeyUnavailable -> Gate.KeyMissing(words("gate.keyMissing"))
    // A new store would need room too.
    error is QiaomenException.StorageFull -> Gate.NotOpened(words("gate.full.title"), words("gate.full"), canBeginAnew = false)
    // There is nothing wrong with it: a later version reads it.
    error is QiaomenException.Incompatible -> Gate.NotOpened(words("gate.newer.title"), words("gate.newer"), canBeginAnew = false)
    (error as? QiaomenException.Unexpected)?.what == IN_USE -> Gate.NotOpened(words("gate.inUse.title"), words("gate.inUse"), canBeginAnew = false)
    else -> Gate.NotOpened(words("gate.notOpened.title"), words("gate.notOpened", "why" to words.error(error)), canBeginAnew = true)
}

/** This gate, and that what was stored could not be put aside; without a [why] as it is. */
fun Gate.failing(why: String?): Gate = when {
    why == null -> this
    this is Gate.Revoked -> copy(failureText = why)
    this is Gate.Damaged -> copy(failureText = why)
    this is Gate.KeyMissing -> copy(failureText = why)
    this is Gate.NotOpened -> copy(failureText = why)
    else -> this
}

/** Whether the store behind this gate may open when it is tried again. */
internal val Gate.canRetry: Boolean get() = this is Gate.Damaged || this is Gate.KeyMissing || this is Gate.NotOpened

/** Whether the store behind this gate can be put aside. */
internal val Gate.canBeginAnew: Boolean
    get() = this is Gate.Revoked || this is Gate.Damaged || this is Gate.KeyMissing || (this is Gate.NotOpened && canBeginAnew)

/** What the core says of a store that somebody else writes. */
private const val IN_USE = "the store is in use"
