// Fields and their raw values in plain words: what a conflict is about and what was written, what an edit would have said.
//
// Invariants: pure; nothing is shown as an identifier or as a program's word where there is a word for people; what cannot
// be told says so.
package qiaomen.model.work

import qiaomen.core.FieldValue
import qiaomen.model.field

/** Tells fields of one record. */
class FieldTeller(
    private val teller: Teller,
    /** What a place of the alert is called. */
    private val place: (String) -> String? = { null },
) {
    private val words get() = teller.words

    /** What a field is called, with whose it is where it belongs to one of several. */
    fun label(path: List<String>): String {
        val (parts, key) = path.dropLast(1) to path.last()
        val owner = parts.lastOrNull()?.takeIf { it.length > 30 }?.let { id ->
            if (parts.first() == "places") place(id) else teller.resident(id) ?: words("person.unknown")
        }
        val of = parts.firstOrNull().orEmpty()
        val name = if (key.length > 30 && '/' !in key) words.field(of) else fieldName(listOf(of, key).filter(String::isNotEmpty).joinToString("."), key)
        return words.dotted(owner, name)
    }

    private fun fieldName(path: String, key: String): String {
        val (field, member) = key.split('/', limit = 2).let { it[0] to it.getOrNull(1) }
        val name = words.field(path.substringBefore('/'))
        return member?.let { words("field.member", "field" to name, "member" to member(field, it)) } ?: name
    }

    /** What a value says. */
    fun value(path: List<String>, value: FieldValue): String {
        val key = path.last()
        return when (value) {
            is FieldValue.Cleared -> words("value.empty")
            is FieldValue.Truth -> words(if (value.value) "word.yes" else "word.no")
            is FieldValue.Number -> number(key.substringAfterLast('.'), value.value)
            is FieldValue.Text -> text(key.substringAfterLast('.'), value.value)
            is FieldValue.Binary -> binary(key.substringAfterLast('.'), value.value)
            is FieldValue.Parts -> words.list(
                value.fields.filterNot { it.value is FieldValue.Cleared || it.value == FieldValue.Truth(false) }
                    .map { part ->
                        if (part.value == FieldValue.Truth(true)) fieldName(part.name, part.name)
                        else words("event.line", "label" to words.field(part.name), "text" to value(listOf(part.name), part.value))
                    },
            )
        }
    }

    private fun number(key: String, value: Long): String = when (key) {
        in TIMES -> words.moment(value, teller.now)
        "fen" -> words.yuan(value)
        "latitude", "longitude" -> "%.5f°".format(java.util.Locale.ROOT, value / 1e7)
        "accuracy" -> words("value.metres", "metres" to value)
        else -> value.toString()
    }

    private fun text(key: String, value: String): String {
        val group = GROUPS[key] ?: return value
        // What the core calls none is one of two judgements here.
        val code = if (group == "risk" && value == "none") "noFurther" else camel(value)
        return words.word(group, code)
    }

    private fun binary(key: String, value: ByteArray): String {
        val id = uuid(value) ?: return words(if (key == "signature") "value.signature" else "value.untold")
        val told = when (key) {
            "grid", "area", "parent", "moved_from" -> teller.area(id)
            "resident" -> teller.resident(id)
            "household", "merged_into", "other" -> teller.door(id)
            "place" -> place(id)
            "person", "deputy", "owner", "to" -> teller.person(id)
            else -> null
        }
        return told ?: words("value.untold")
    }

    /** A member of a set: its word, or whom it names. */
    private fun member(field: String, member: String): String {
        val group = GROUPS[field.substringAfterLast('.')]
        return when {
            group != null -> words.word(group, camel(member))
            member.length > 30 -> teller.resident(member) ?: words("person.unknown")
            else -> member
        }
    }

    private companion object {
        /** Fields that hold instants. */
        val TIMES = setOf("issued", "reached_station", "passed_on", "entered", "started", "ended", "at", "from", "to", "until", "sent", "answered")

        /** Fields that hold a closed word, and the group it is named in. */
        val GROUPS = mapOf(
            "door" to "door", "reason" to "door", "tags" to "tag", "purpose" to "purpose", "outcome" to "outcome", "risk" to "risk",
            "given" to "given", "explained" to "explained", "observations" to "observation", "steps" to "step", "fraud" to "fraud",
            "brought_in" to "broughtIn", "ways" to "way", "care" to "care", "recorded_with" to "recorder", "kept_at" to "keptAt",
            "taken_with" to "takenWith",
            "level" to "level", "origin" to "origin", "sort" to "sort", "state" to "review", "datum" to "datum", "role" to "role",
        )
    }
}

/** An identifier as the core writes it; none where the bytes are something else. */
fun uuid(bytes: ByteArray): String? {
    if (bytes.size != 16) return null
    val hex = bytes.joinToString("") { "%02x".format(it) }
    return listOf(0..7, 8..11, 12..15, 16..19, 20..31).joinToString("-") { hex.substring(it) }
}
