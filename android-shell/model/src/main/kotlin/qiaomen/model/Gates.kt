// What stands on a gate that fell: why, and what the person can do now.
//
// Invariants: pure, but for what a revoked phone remembers; nothing that a person wrote stands here.
package qiaomen.model

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.Forms
import qiaomen.model.state.Gate

/** What a revoked phone remembers of its end: kept as a preference, since of a revoked phone the core tells nothing else. */
@Serializable
internal data class Revocation(
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
internal fun revoked(words: Words, unsent: Int, has: Revocation): Gate.Revoked {
    val then = when {
        // What came of it stands below.
        has.handedIn != null -> ""
        unsent == 0 && has.late == 0 -> words("gate.revoked.nothing")
        unsent == 0 -> ""
        else -> words.count("gate.revoked.unsent", unsent)
    }
    return Gate.Revoked(
        words("gate.revoked", "then" to then).trim(), unsent,
        resultText = has.handedIn?.let { words.count("gate.revoked.handedIn", it) },
        handedIn = has.handedIn != null,
        lateText = if (has.late > 0) words.count("gate.revoked.late", has.late) else null,
    )
}
