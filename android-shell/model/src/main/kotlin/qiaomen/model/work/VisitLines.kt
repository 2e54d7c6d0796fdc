// A visit line by line: for a case file, a door's history, and the summary before it is saved.
//
// Invariants: pure; what was not said has no line.
package qiaomen.model.work

import qiaomen.core.Dissuasion
import qiaomen.core.PhotoNote
import qiaomen.core.Visit
import qiaomen.model.field
import qiaomen.model.state.Line

/** What a visit says besides what it was for and what came of it. */
fun Teller.visitLines(visit: Visit): List<Line> = buildList {
    fun line(field: String, text: String?) {
        if (!text.isNullOrBlank()) add(Line(words.field(field), text))
    }
    fun words(group: String, codes: List<String>) = codes.takeIf { it.isNotEmpty() }?.let { words.list(it.map { code -> words.word(group, code) }) }

    val met = visit.met.map { resident(it) ?: words("person.unknown") }
    line("met", words.list(met + listOfNotNull(visit.metOthers?.takeIf(String::isNotBlank))))
    line("risk", visit.risk?.let { words.word("risk", it.code) })
    line("given", words("given", visit.given.map { it.code }))
    line("explained", words("explained", visit.explained.map { it.code }))
    line("observations", words("observation", visit.observations.map { it.code }))
    visit.dissuasion?.let { dissuasion(it, ::line, ::words) }
    line("photos", photosText(visit.photos))
    line("note", visit.note)
    line("next_step", visit.nextStep)
}

private fun Teller.dissuasion(
    said: Dissuasion,
    line: (String, String?) -> Unit,
    list: (String, List<String>) -> String?,
) {
    line("dissuasion.steps", list("step", said.steps.map { it.code }))
    line("dissuasion.fraud", said.fraud?.let { words.word("fraud", it.code) })
    if (said.deeplyTakenIn) line("dissuasion.deeply_taken_in", words("word.yes"))
    line("dissuasion.brought_in", list("broughtIn", said.broughtIn.map { it.code }))
    line("dissuasion.ways", list("way", said.ways.map { it.code }))
    line("dissuasion.officers", said.officers)
    line("dissuasion.team", said.team)
    line("dissuasion.recording", recordingText(said))
    if (said.courtesy) line("dissuasion.courtesy", words("word.yes"))
    line("dissuasion.care", list("care", said.care.map { it.code }))
}

/** Who took photos with what, and where they are kept; none where there are none. */
fun Teller.photosText(note: PhotoNote?): String? = note?.let {
    words.dotted(
        it.takenWith?.let { with -> words.word("takenWith", with.code) },
        it.takenBy,
        it.keptAt?.let { place -> words.word("keptAt", place.code) } ?: words("recording.placeUnknown"),
        it.keptAs,
    )
}

/** Who recorded on what, and where it is kept; none where nothing is said to be recorded. */
fun Teller.recordingText(said: Dissuasion?): String? {
    val with = said?.recordedWith ?: return null
    return words.dotted(
        words.word("recorder", with.code),
        said.recordedBy,
        said.keptAt?.let { words.word("keptAt", it.code) } ?: words("recording.placeUnknown"),
        said.keptAs,
    )
}
