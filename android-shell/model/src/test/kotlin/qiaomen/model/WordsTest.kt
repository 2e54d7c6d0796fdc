// The words of both languages: they agree, they are all used, and none is missing.

package qiaomen.model

import java.io.File
import java.time.ZoneId
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.core.Address
import qiaomen.core.InvalidReason
import qiaomen.core.QiaomenException
import qiaomen.model.state.Language

class WordsTest {
    private val zh = Words(Language.Zh)
    private val en = Words(Language.En)
    private val files = listOf("phone", "work", "screens", "shell", "iphone")
    private val sources: String by lazy {
        val shell = File(checkNotNull(System.getProperty("qiaomen.words"))).resolve("../../android-shell").canonicalFile
        listOf("model", "ui").flatMap { shell.resolve("$it/src/main/kotlin").walk() }.filter { it.extension == "kt" }.joinToString("\n") { it.readText() }
    }

    /** The tables of a language, a file each. */
    private fun tables(language: String) = files.associateWith { Words.read("$it.$language") }

    @Test
    fun `both languages have the same words with the same places`() {
        val places = Regex("\\{[a-zA-Z]+\\}")
        val (chinese, english) = tables("zh") to tables("en")
        for (file in files) {
            val (one, other) = chinese.getValue(file) to english.getValue(file)
            assertTrue(one.isNotEmpty(), file)
            // A single thing has words of its own in English alone.
            fun Set<String>.whole() = filterNot { it.endsWith(".one") && it.removeSuffix(".one") in this }.toSet()
            assertEquals(one.keys.whole(), other.keys.whole(), file)
            for (key in one.keys.intersect(other.keys)) {
                fun of(text: String) = places.findAll(text).map { it.value }.toSet()
                // A month's name is a number in Chinese.
                if (key !in setOf("day.date", "day.year") && !key.endsWith(".one")) assertEquals(of(one.getValue(key)), of(other.getValue(key)), key)
            }
        }
        val twice = files.flatMap { chinese.getValue(it).keys }.groupingBy { it }.eachCount().filterValues { it > 1 }.keys
        assertEquals(emptySet(), twice, "a word that stands in two files")
    }

    @Test
    fun `Chinese words are Chinese, English ones are not`() {
        val han = Regex("\\p{IsHan}")
        // Only places, or a name that is the same everywhere.
        fun bare(text: String) = text.replace(Regex("\\{[a-zA-Z]+\\}"), "").none { it.isLetter() && it.code < 0x250 }
        for ((file, table) in tables("zh")) for ((key, text) in table) {
            assertTrue(han.containsMatchIn(text) || bare(text) || key in SAME, "$file $key: $text")
        }
        for ((file, table) in tables("en")) for ((key, text) in table) {
            if (key in CHINESE_EVERYWHERE) continue
            assertTrue(!han.containsMatchIn(text), "$file $key: $text")
        }
    }

    @Test
    fun `one thing has one name, the console's`() {
        for (language in listOf("zh", "en")) for ((file, table) in tables(language)) for ((key, text) in table) {
            for ((dropped, kept) in DROPPED) assertTrue(!Regex(dropped, RegexOption.IGNORE_CASE).containsMatchIn(text), "$file $key: $text: say $kept")
        }
    }

    @Test
    fun `every word that the model asks for is there, and every word is asked for`() {
        val asked = Regex("(?:words|this|count|words\\.count)\\(\\s*\"([a-zA-Z0-9.]+)\"").findAll(sources).map { it.groupValues[1] }.filter { '.' in it }.toSet()
        assertEquals(emptySet(), asked - zh.keys, "asked for and not there")
        val literal = Regex("\"([a-zA-Z0-9.]+)\"").findAll(sources).map { it.groupValues[1] }.toSet()
        // Those that a code is put to are asked for by what they begin with: word("level", code), "mark.$code".
        val begun = literal + Regex("\"([a-zA-Z.]+)\\.\\$").findAll(sources).map { it.groupValues[1] }
        fun asked(key: String) = key in literal || generateSequence(key.substringBeforeLast('.', "")) { it.substringBeforeLast('.', "") }
            .takeWhile(String::isNotEmpty).any { it in begun }
        val unused = listOf("phone", "work").flatMap { Words.read("$it.zh").keys }.filterNot { asked(it.removeSuffix(".one")) }
        assertEquals(emptyList(), unused, "not asked for")
    }

    @Test
    fun `every error says what to do, in both languages`() {
        val errors = listOf(
            QiaomenException.Offline(), QiaomenException.SignedOut(), QiaomenException.Revoked(), QiaomenException.StorageFull(),
            QiaomenException.Invalid("note", InvalidReason.TooLong(300uL)), QiaomenException.Incompatible(), QiaomenException.DamagedStore(),
            QiaomenException.KeyUnavailable(), QiaomenException.Cancelled(), QiaomenException.NotFound(), QiaomenException.NotEnrolled(),
            QiaomenException.RoleUnknown(), QiaomenException.Refused("code_used"), QiaomenException.Refused("never_heard_of"),
            QiaomenException.Unexpected("a test"), IllegalStateException("王芳 12000000001"),
        )
        for (error in errors) for (words in listOf(zh, en)) {
            val said = words.error(error)
            assertTrue(said.length > 3 && '{' !in said, "$error: $said")
            assertTrue("王芳" !in said, "what an exception says may hold anything")
        }
        assertEquals("“备注”太长，最多约 100 个字，请改正。", zh.error(errors[4]))
        assertEquals("服务器没有接受（never_heard_of）。请告诉管理员。", zh.error(errors[13]))
    }

    @Test
    fun `times are told as people tell them, in the town's zone`() {
        val now = 1_773_021_600_000 // 2026-03-09 10:00 in Shanghai
        val hour = 3_600_000L
        assertEquals("今天 10:00", zh.moment(now, now))
        assertEquals("today 10:00", en.moment(now, now))
        assertEquals("明天 00:30", zh.moment(now + 14 * hour + hour / 2, now))
        assertEquals("昨天 23:00", zh.moment(now - 11 * hour, now))
        assertEquals("3月2日 10:00", zh.moment(now - 7 * 24 * hour, now))
        assertEquals("2 March 10:00", en.moment(now - 7 * 24 * hour, now))
        assertEquals("2025年3月9日 10:00", zh.moment(now - 365 * 24 * hour, now))
        assertEquals("3月9日 星期一", zh.weekday(now))
        assertEquals("Mon 9 March", en.weekday(now))
        assertEquals("今天 02:00", Words(Language.Zh, ZoneId.of("UTC")).moment(now, now))
    }

    @Test
    fun `time left and time over`() {
        fun of(days: Int, hours: Int, minutes: Int) = ((days * 24 + hours) * 60 + minutes) * 60_000L
        assertEquals("还剩 2 小时 13 分", zh.left(of(0, 2, 13)))
        assertEquals("2 h 13 min left", en.left(of(0, 2, 13)))
        assertEquals("已逾期 3 小时", zh.left(-of(0, 3, 0)))
        assertEquals("1 h overdue", en.left(-of(0, 1, 0)))
        assertEquals("还剩 1 天 23 小时", zh.left(of(1, 23, 59)))
        assertEquals("还剩 1 分", zh.left(5_000))
        assertEquals("刚刚", zh.ago(1_000_000, 1_030_000))
        assertEquals("5 分钟前", zh.ago(0, of(0, 0, 5)))
        assertEquals("1 hour ago", en.ago(0, of(0, 1, 59)))
        assertEquals("12 天前", zh.ago(0, of(12, 3, 0)))
        // A clock that runs ahead of another makes nothing of the future.
        assertEquals("刚刚", zh.ago(of(0, 1, 0), 0))
    }

    @Test
    fun `addresses as people say them`() {
        fun address(building: String? = null, unit: String? = null, floor: Long? = null, room: String? = null, group: String? = null, number: String? = null) =
            Address(building, unit, floor, room, group, number)
        assertEquals("3号楼2单元501", zh.address(address("3", "2", 5, "501")))
        assertEquals("building 3, unit 2, 501", en.address(address("3", "2", 5, "501")))
        assertEquals("五组12号", zh.address(address(group = "5", number = "12")))
        assertEquals("group 5, no. 12", en.address(address(group = "5", number = "12")))
        assertEquals("十二组8号", zh.address(address(group = "12组", number = "8")))
        assertEquals("阳光花园3栋2单元501", zh.address(address("阳光花园3栋", "2", 5, "501")))
        assertEquals("3号楼5楼2", zh.address(address("3", null, 5, "2")))
        assertEquals("", zh.address(address()))
    }

    @Test
    fun `what a newer version wrote is shown as unknown`() {
        assertEquals("未知（purple）", zh.word("level", "purple"))
        assertEquals("Extreme", en.word("level", "extreme"))
        assertEquals("residents.1.nickname", zh.field("residents.1.nickname"))
        assertEquals("电话", zh.field("residents.01a21b03-f950-73b5-bca4-b292ebfc6cbe.telephones"))
    }

    private companion object {
        /** Words that are the same in both languages. */
        val SAME = setOf("network.unmetered")

        /** What was said for the same thing, and what the console says. "Exchange" is what the documents call it, not people. */
        val DROPPED = mapOf(
            "值守" to "值班", "未接受" to "退回", "超时" to "逾期", "主管" to "督导员，或管理员", "空关" to "空户", "无人应门" to "无人在家", "撤回(移交|交接)" to "收回交接",
            "登记码" to "入网码", "级别" to "等级", "责任人" to "承办人", "这台手机" to "这部手机", "核验" to "核实", "有人住" to "有人居住",
            "exchang" to "sync", "nobody opened" to "nobody home", "time-?out" to "overdue", "quarantin" to "refused", "QR picture" to "QR code", "revoked" to "taken out of use",
        )

        /** Words that are Chinese in English too. */
        val CHINESE_EVERYWHERE = setOf("screen.language.zh")
    }
}
