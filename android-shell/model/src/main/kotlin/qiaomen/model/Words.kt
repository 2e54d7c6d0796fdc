// The words of the interface: tables in ffi/words, filled in and put together as each language does.
//
// Invariants: pure once loaded, so that any thread may use it; a key without words is shown as the key and remembered in
// `missing`, which the tests look at; times are told in the town's zone.
package qiaomen.model

import java.time.Instant
import java.time.ZoneId
import java.time.ZonedDateTime
import java.util.concurrent.ConcurrentHashMap
import kotlin.math.abs
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import qiaomen.core.Address
import qiaomen.model.state.Choice
import qiaomen.model.state.Language

/** The words of one language, for a town in [zone]. */
class Words(val language: Language, val zone: ZoneId = DEFAULT_ZONE) {
    private val table = tables.getValue(language)

    /** The words under [key], with the places `{name}` filled in; those that are not given are empty. */
    operator fun invoke(key: String, vararg places: Pair<String, Any?>): String {
        val words = table[key] ?: return key.also { missing.add(it) }
        if ('{' !in words) return words
        return PLACE.replace(words) { found -> places.find { it.first == found.groupValues[1] }?.second?.toString().orEmpty() }
    }

    /** The words for [count] things: those under `key.one` for a single one, where there are such; `{count}` is the number. */
    fun count(key: String, count: Int, vararg places: Pair<String, Any?>): String =
        this(if (count == 1 && "$key.one" in table) "$key.one" else key, "count" to count, *places)

    /** The words under [key]; none where there are none. */
    fun known(key: String): String? = table[key]

    /** What a closed word is called: that under `group.code`, else that it is not known here. */
    fun word(group: String, code: String): String = known("$group.$code") ?: this("word.unknown", "word" to code)

    /** A choice of a closed word. */
    fun choice(group: String, code: String, chosen: Boolean = false): Choice = Choice(code, word(group, code), chosen)

    /** Several things in one line. */
    fun list(parts: List<String>): String = parts.joinToString(this("list.separator"))

    /** "18:30". */
    fun time(at: Long): String = at(at).run { "%02d:%02d".format(hour, minute) }

    /** "Today", "yesterday", "9 March", with the year where it is another one. */
    fun day(at: Long, now: Long): String {
        val (then, today) = at(at) to at(now)
        return when (then.toLocalDate().toEpochDay() - today.toLocalDate().toEpochDay()) {
            -1L -> this("day.yesterday")
            0L -> this("day.today")
            1L -> this("day.tomorrow")
            else -> date(then, then.year != today.year)
        }
    }

    /** "Today 18:30". */
    fun moment(at: Long, now: Long): String = this("moment", "day" to day(at, now), "time" to time(at))

    /** The day with its weekday: "9 March, Monday". */
    fun weekday(now: Long): String =
        at(now).let { this("day.week", "day" to date(it, false), "weekday" to this("weekday.${it.dayOfWeek.value}")) }

    /** "2 hours 13 minutes left", "3 hours over". */
    fun left(millis: Long): String = this(if (millis < 0) "time.over" else "time.left", "length" to length(millis))

    /** "2 hours 13 minutes", "3 days 4 hours"; less than a minute counts as one. */
    fun length(millis: Long): String {
        val minutes = (abs(millis) / 60_000).coerceAtLeast(1).toInt()
        val (days, hours) = minutes / 1440 to minutes / 60 % 24
        return when {
            minutes < 60 -> count("length.minutes", minutes)
            minutes < 1440 -> pair("length.hours", hours, "length.minutes", minutes % 60)
            else -> pair("length.days", days, "length.hours", hours)
        }
    }

    /** "Just now", "5 minutes ago", "3 days ago". */
    fun ago(at: Long, now: Long): String {
        val minutes = ((now - at) / 60_000).coerceAtLeast(0).toInt()
        return when {
            minutes < 1 -> this("ago.now")
            minutes < 60 -> count("ago.minutes", minutes)
            minutes < 1440 -> count("ago.hours", minutes / 60)
            else -> count("ago.days", minutes / 1440)
        }
    }

    /** "12.3 MB". */
    fun bytes(bytes: Long): String {
        val units = listOf("B", "KB", "MB", "GB", "TB")
        var (value, unit) = bytes.toDouble() to 0
        while (value >= 1000 && unit < units.lastIndex) {
            value /= 1000
            unit++
        }
        return if (unit < 2) "${value.toLong()} ${units[unit]}" else "%.1f %s".format(value, units[unit])
    }

    /** An address as people say it: 3号楼2单元501, 五组12号. Empty where nothing is known. */
    fun address(address: Address): String {
        // Where a part already says what it is (阳光花园3栋), nothing is added to it.
        fun part(key: String, value: String?) =
            value?.takeIf(String::isNotBlank)?.let { if (it.last().isLetterOrDigit() && it.last().code < 0x80) this(key, "value" to it) else it }
        val room = address.room?.takeIf(String::isNotBlank)
        // "501" says its floor; a room of one or two digits does not.
        val floor = address.floor?.takeIf { room == null || room.count(Char::isDigit) < 3 }?.toString()
        val parts = listOfNotNull(
            address.group?.takeIf(String::isNotBlank)?.let { group(it) },
            part("address.building", address.building),
            part("address.unit", address.unit),
            floor?.let { this("address.floor", "value" to it) },
            part("address.room", room),
            part("address.number", address.number),
        )
        return parts.joinToString(this("address.separator"))
    }

    /** A village group: its number is said with a Chinese numeral in Chinese. */
    fun group(group: String): String {
        val number = group.removeSuffix("组").toIntOrNull()
        return when {
            number == null -> if (language == Language.Zh || group.last().code < 0x80) group else this("address.group", "value" to group)
            language == Language.Zh && number in 1..99 -> this("address.group", "value" to numeral(number))
            else -> this("address.group", "value" to number)
        }
    }

    /** The year of a moment. */
    fun year(at: Long): Int = at(at).year

    private fun at(millis: Long): ZonedDateTime = Instant.ofEpochMilli(millis).atZone(zone)

    private fun date(at: ZonedDateTime, year: Boolean): String = this(
        if (year) "day.year" else "day.date",
        "year" to at.year, "month" to at.monthValue, "monthName" to this("month.${at.monthValue}"), "day" to at.dayOfMonth,
    )

    private fun pair(larger: String, count: Int, smaller: String, rest: Int): String =
        if (rest == 0) count(larger, count) else this("length.pair", "larger" to count(larger, count), "smaller" to count(smaller, rest))

    /** Every key there is, for tests. */
    internal val keys: Set<String> get() = table.keys

    companion object {
        /** Until the phone knows its town's. */
        val DEFAULT_ZONE: ZoneId = ZoneId.of("Asia/Shanghai")

        /** Keys that were asked for and have no words. */
        val missing: MutableSet<String> = ConcurrentHashMap.newKeySet()

        private val PLACE = Regex("\\{([a-zA-Z]+)\\}")
        private val tables = Language.entries.associateWith { language ->
            listOf("phone", "work", "screens", "shell").fold(emptyMap<String, String>()) { all, file -> all + read("$file.${language.name.lowercase()}") }
        }

        /** One file of the tables, which the build puts among the resources. */
        internal fun read(name: String): Map<String, String> {
            val file = Words::class.java.getResourceAsStream("/qiaomen/words/$name.json") ?: return emptyMap()
            val text = file.use { it.readBytes().decodeToString() }
            return Json.parseToJsonElement(text).jsonObject.mapValues { it.value.jsonPrimitive.content }
        }

        private fun numeral(number: Int): String {
            val digits = "零一二三四五六七八九"
            val (tens, ones) = number / 10 to number % 10
            val high = when (tens) {
                0 -> ""
                1 -> "十"
                else -> "${digits[tens]}十"
            }
            return if (ones == 0) high else "$high${digits[ones]}"
        }
    }
}
