// Names in the order in which people count: 第二网格 before 第十网格, 9号 before 12号.
//
// Invariant: pure; a total order, so that what is equal for people still has its place.
package qiaomen.model.work

/** Compares texts with the numbers in them as numbers, however they are written. */
val AS_COUNTED: Comparator<String> = Comparator { one, other ->
    val (first, second) = pieces(one) to pieces(other)
    val at = first.zip(second).indexOfFirst { (a, b) -> a != b }
    if (at < 0) compareValuesBy(one, other, { pieces(it).size }, { it }) else compare(first[at], second[at])
}

private fun compare(one: Any, other: Any): Int = when {
    one is Long && other is Long -> one.compareTo(other)
    one is Long -> -1
    other is Long -> 1
    else -> one.toString().compareTo(other.toString())
}

private val PIECE = Regex("[0-9]{1,15}|[〇零一二三四五六七八九十百]+|[^0-9〇零一二三四五六七八九十百]+|[0-9]+")

private fun pieces(text: String): List<Any> = PIECE.findAll(text).map { it.value.toLongOrNull() ?: numeral(it.value) ?: it.value }.toList()

/** The number that a Chinese numeral says, up to 999; none where it says none. */
fun numeral(text: String): Long? {
    if (text.isEmpty() || text.any { it !in DIGITS && it !in "十百〇" }) return null
    if (text.none { it in "十百" }) return text.map { digit(it) }.joinToString("").toLongOrNull()
    var (whole, open) = 0L to -1L
    for (letter in text) when (letter) {
        '百' -> { whole += (if (open < 0) 1 else open) * 100; open = -1 }
        '十' -> { whole += (if (open < 1) 1 else open) * 10; open = -1 }
        else -> open = digit(letter).toLong()
    }
    return whole + open.coerceAtLeast(0)
}

private const val DIGITS = "零一二三四五六七八九"

private fun digit(letter: Char): Int = if (letter == '〇') 0 else DIGITS.indexOf(letter)
