// What should not stand in a text: numbers of cards and identities, codes.
//
// Invariant: the core knows what that is; offsets are in UTF-16 code units, as it gives them.
package qiaomen.model.work

import qiaomen.core.SensitiveKind
import qiaomen.core.sensitive
import qiaomen.model.Words
import qiaomen.model.state.SensitiveSpan

/** What should not stand there, with what it is. */
fun Words.sensitiveSpans(text: String): List<SensitiveSpan> = if (text.length < SHORTEST) emptyList() else sensitive(text).map {
    SensitiveSpan(
        it.from.toInt(), it.until.toInt(),
        this(
            when (it.kind) {
                SensitiveKind.CARD_NUMBER -> "sensitive.cardNumber"
                SensitiveKind.ID_NUMBER -> "sensitive.idNumber"
                SensitiveKind.VERIFICATION_CODE -> "sensitive.verificationCode"
            },
        ),
    )
}

/** Shorter than any code. */
private const val SHORTEST = 4
