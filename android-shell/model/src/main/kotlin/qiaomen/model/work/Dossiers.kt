// A dossier in rows, with how each meeting's recording stands.
//
// Invariants: pure; nothing is left out; a meeting without a recording says so (Q6).
package qiaomen.model.work

import qiaomen.core.AnyRecord
import qiaomen.core.DossierEntry
import qiaomen.core.RecordingState
import qiaomen.model.code
import qiaomen.model.state.DossierRow
import qiaomen.model.state.EventRow

/** One thing of a dossier. */
fun Teller.dossierRow(entry: DossierEntry): DossierRow {
    val meta = words.dotted(
        meta(entry.by, entry.role.code, entry.at, entry.doubtful, entry.enteredLateMinutes),
        entry.arrived?.let { words("event.arrived", "when" to words.moment(it, now)) } ?: words("event.notArrived"),
    )
    val row = EventRow(
        id = entry.id,
        title = title(entry.record),
        metaText = meta,
        bodyText = body(entry.record, entry.recording is RecordingState.NotOwed),
        doubtful = entry.doubtful || entry.enteredLateMinutes != null,
    )
    return DossierRow(row, recording(entry), entry.recording is RecordingState.Missing)
}

private fun Teller.recording(entry: DossierEntry): String? = when (val state = entry.recording) {
    is RecordingState.NotOwed -> null
    is RecordingState.Missing -> words("recording.missing")
    is RecordingState.Kept -> recordingText((entry.record as? AnyRecord.OfVisit)?.record?.dissuasion)
        ?: state.at?.let { words.word("keptAt", it.code) }
        ?: words("recording.placeUnknown")
}
