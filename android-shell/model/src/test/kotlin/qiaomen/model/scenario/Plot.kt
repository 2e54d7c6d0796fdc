// A scenario's texts and expectations: what was remembered is filled in, what is expected is compared.
package qiaomen.model.scenario

import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long

/** What was remembered so far, by name. */
class Remembered {
    private val known = HashMap<String, JsonElement>()

    operator fun set(name: String, value: JsonElement) {
        known[name] = value
    }

    /** [element] with every `${…}` filled in; one that is a whole text takes the type of what was remembered. */
    fun fill(element: JsonElement): JsonElement = when (element) {
        is JsonArray -> JsonArray(element.map(::fill))
        is JsonObject -> JsonObject(element.mapValues { fill(it.value) })
        is JsonPrimitive -> if (!element.isString) element else {
            val whole = PLACE.matchEntire(element.content)
            if (whole != null) value(whole.groupValues[1]) else JsonPrimitive(text(element.content))
        }
    }

    /** [text] with every `${…}` filled in. */
    fun text(text: String): String = PLACE.replace(text) { Regex.escapeReplacement(value(it.groupValues[1]).jsonPrimitive.content) }

    private fun value(name: String): JsonElement = known[name] ?: moment(name)

    private fun moment(name: String): JsonElement {
        val (sign, count, unit, millis) = requireNotNull(MOMENT.matchEntire(name)) { "nothing is remembered as $name" }.destructured
        val length = if (count.isEmpty()) Duration.ZERO else when (unit) {
            "m" -> Duration.ofMinutes(count.toLong())
            "h" -> Duration.ofHours(count.toLong())
            else -> Duration.ofDays(count.toLong())
        }
        val at = if (sign == "-") Instant.now() - length else Instant.now() + length
        return if (millis.isNotEmpty()) JsonPrimitive(at.toEpochMilli())
        else JsonPrimitive(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atOffset(ZoneOffset.ofHours(8)).withNano(0)))
    }

    private companion object {
        val PLACE = Regex("\\$\\{([^}]+)\\}")
        val MOMENT = Regex("now(?:([+-])(\\d+)([mhd]))?(:ms)?")
    }
}

/** Compares what is shown with what is expected. With [anyTextForChinese] every text is what a Chinese one stands for. */
class Compared(private val anyTextForChinese: Boolean = false) {
    /** Whether more than [expected] itself would do. */
    fun loose(expected: JsonElement): Boolean = anyTextForChinese && HAN.containsMatchIn(expected.toString())

    /** Why [found] is not what is [expected]; none where it is. */
    fun differs(expected: JsonElement, found: JsonElement?, at: String = ""): String? {
        fun not(what: String) = "$at: $what, found ${short(found)}"
        if (expected is JsonObject && expected.size == 1) {
            val (word, inner) = expected.entries.first()
            when (word) {
                "\$some" -> {
                    val items = found as? JsonArray ?: return not("a list expected")
                    return if (items.any { differs(inner, it, at) == null }) null else not("none is ${short(inner)}")
                }
                "\$none" -> {
                    val items = found as? JsonArray ?: return not("a list expected")
                    if (loose(inner)) return null
                    return if (items.none { differs(inner, it, at) == null }) null else not("there is ${short(inner)}")
                }
                "\$count" -> {
                    val items = found as? JsonArray ?: return not("a list expected")
                    return if (items.size.toLong() == inner.jsonPrimitive.long) null else not("$inner items expected")
                }
                "\$present" -> return if ((found != null && found !is JsonNull) == (inner.jsonPrimitive.content == "true")) null else not("present: $inner expected")
                "\$contains" -> {
                    val text = (found as? JsonPrimitive)?.contentOrNull ?: return not("a text expected")
                    // "One change" holds no 1.
                    val number = anyTextForChinese && inner.jsonPrimitive.content.all(Char::isDigit)
                    return if (number || loose(inner) || inner.jsonPrimitive.content in text) null else not("$inner is not in it")
                }
            }
            require(!word.startsWith("$")) { "$word is no word of an expectation" }
        }
        return when (expected) {
            is JsonObject -> {
                val fields = found as? JsonObject ?: return not("an object with ${expected.keys} expected")
                expected.entries.firstNotNullOfOrNull { (name, inner) -> differs(inner, fields[name], "$at.$name") }
            }
            is JsonArray -> {
                val items = found as? JsonArray ?: return not("a list expected")
                if (items.size != expected.size) return not("${expected.size} items expected")
                expected.indices.firstNotNullOfOrNull { differs(expected[it], items[it], "$at.$it") }
            }
            is JsonPrimitive -> if (found is JsonPrimitive && (found.content == expected.content || loose(expected) && found.isString)) null else not("$expected expected")
        }
    }

    private companion object {
        val HAN = Regex("\\p{IsHan}")
    }
}

private fun short(element: JsonElement?): String = element.toString().let { if (it.length > 1500) it.take(1500) + "…" else it }

/** What lies at [path] in [element]: `people[name=王芳].id`, `rows.0.id`. */
fun at(element: JsonElement, path: String): JsonElement? = path.split('.').fold(element as JsonElement?) { here, step ->
    val pick = Regex("([^\\[]*)\\[([^=]+)=([^\\]]+)\\]").matchEntire(step)
    if (pick == null) one(here, step) else {
        val (name, field, value) = pick.destructured
        (one(here, name) as? JsonArray)?.find { ((it as? JsonObject)?.get(field) as? JsonPrimitive)?.contentOrNull == value }
    }
}

private fun one(here: JsonElement?, step: String): JsonElement? = when (here) {
    is JsonObject -> here[step]
    is JsonArray -> step.toIntOrNull()?.let(here::getOrNull)
    else -> null
}
