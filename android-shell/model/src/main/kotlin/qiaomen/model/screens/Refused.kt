// Refused records, as far as they can be shown for putting right.
//
// Invariants: on the thread that works; what a refused edit wrote is all there in what is shown, or it is not offered for
// putting right: nothing that a person wrote goes back unseen.
package qiaomen.model.screens

import qiaomen.core.AnyRecord
import qiaomen.core.FieldEdit
import qiaomen.core.FieldValue
import qiaomen.core.QuarantineEntry
import qiaomen.model.Core
import qiaomen.model.Words
import qiaomen.model.field
import qiaomen.model.state.Language
import qiaomen.model.state.RefusedRow
import qiaomen.model.work.Teller
import qiaomen.model.work.code

/**
 * The record with what was refused, to be put right: as the person had it, else (where it left this phone and came back since)
 * as it is now with their edits. None where neither is to be had.
 */
internal fun toCorrect(entry: QuarantineEntry, core: Core, teller: Teller): AnyRecord? {
    entry.record?.let { return it }
    if (entry.whole || entry.edits.isEmpty()) return null
    val now = core.replica.record(entry.document)?.record ?: return null
    val parts = parts(now, teller).associateBy { it.name }
    return entry.edits.fold(now) { sofar, edit ->
        val set = parts[name(edit)]?.set ?: return null
        set(sofar, written(edit.value) ?: return null)
    }
}

/** A field's path as parts are called. */
internal fun name(edit: FieldEdit): String = edit.path.joinToString(".")

/** What an edit wrote, as one types it; none where that is no text. */
private fun written(value: FieldValue): String? = when (value) {
    is FieldValue.Text -> value.value
    is FieldValue.Number -> value.value.toString()
    FieldValue.Cleared -> ""
    is FieldValue.Truth, is FieldValue.Parts, is FieldValue.Binary -> null
}

/** What an edit wrote, to be looked at where the record it was made to is not on this phone. */
internal fun edits(entry: QuarantineEntry, words: Words): List<Part> =
    entry.edits.map { Part(name(it), words.field(name(it)), told(it.value, words), null) }

private fun told(value: FieldValue, words: Words): String = when (value) {
    is FieldValue.Truth -> words(if (value.value) "value.yes" else "value.no")
    FieldValue.Cleared -> words("value.cleared")
    is FieldValue.Parts -> words.list(value.fields.map { told(it.value, words) }.filter(String::isNotEmpty))
    else -> written(value).orEmpty()
}

/** Why a record was refused. */
fun reasonText(entry: QuarantineEntry, words: Words): String {
    val reason = if (words.language == Language.Zh) entry.reasonZh else entry.reasonEn
    return entry.field?.let { words("refused.field", "field" to words.field(it), "reason" to reason) } ?: reason
}

/** What a refused record is; an edit of one says so. */
fun title(entry: QuarantineEntry, record: AnyRecord?, teller: Teller): String {
    val words = teller.words
    val subject = record?.let(teller::title) ?: words.word("kind", entry.kind.code)
    return if (entry.whole) subject else words("sync.edit", "subject" to subject)
}

/** A refused record in the list; [record] is what can be put right, if anything can. */
fun Teller.refusedRow(entry: QuarantineEntry, record: AnyRecord?): RefusedRow = RefusedRow(
    item = entry.item,
    title = title(entry, record, this),
    reasonText = reasonText(entry, words),
    whenText = words.moment(entry.at, now),
    canCorrect = record != null && parts(record, this).any { it.set != null },
)
