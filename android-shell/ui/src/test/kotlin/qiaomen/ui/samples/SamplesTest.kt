// That the samples say nothing of their own: every text is the words', put together as the model does, or was typed by somebody.

package qiaomen.ui.samples

import java.io.File
import java.lang.reflect.Modifier
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.Test
import qiaomen.model.state.AppState
import qiaomen.model.state.Choice
import qiaomen.model.state.CorrectField
import qiaomen.model.state.Language

class SamplesTest {
    private val tables = Language.entries.associateWith { language ->
        listOf("phone", "work").fold(emptyMap<String, String>()) { all, file ->
            val text = File(checkNotNull(System.getProperty("qiaomen.words"))).resolve("$file.${language.name.lowercase()}.json").readText()
            all + Json.parseToJsonElement(text).jsonObject.mapValues { it.value.jsonPrimitive.content }
        }
    }

    /** A language's name in itself. */
    private fun own(language: Language): String = tables.getValue(language).getValue("language.name")

    /** Every sample in both languages, with what was typed into it. */
    private fun all(): List<Triple<String, Tongue, AppState>> = samples.flatMap { sample ->
        Language.entries.map { language -> Tongue(language).let { Triple("${sample.name} ${language.name}", it, sample.state(it)) } }
    }

    @Test
    fun `every text is the model's words, or was typed`() {
        val wrong = all().flatMap { (name, tongue, state) ->
            val told = Explained(tables.getValue(tongue.language).values, tongue.everythingTyped + tongue.addresses() + LANGUAGES.values.map(::own))
            texts(state).filterNot(told::explains).map { "$name: $it" }
        }
        assertTrue(wrong.isEmpty(), wrong.distinct().joinToString("\n"))
    }

    @Test
    fun `a choice is called what the words call it`() {
        val wrong = all().flatMap { (name, tongue, state) ->
            val table = tables.getValue(tongue.language)
            val typed = tongue.everythingTyped
            val own = Explained(table.values, typed + tongue.addresses())
            found(state).filterIsInstance<Choice>().mapNotNull { choice ->
                val called = table.filterKeys { it.endsWith(".${choice.code}") }.values
                val right = when (choice.code) {
                    in LANGUAGES -> choice.text == own(LANGUAGES.getValue(choice.code))
                    in ASKED -> own.explains(choice.text)
                    else -> if (called.isNotEmpty()) choice.text in called else own.explains(choice.text)
                }
                "$name: ${choice.code} is called ${choice.text}".takeUnless { right }
            }
        }
        assertTrue(wrong.isEmpty(), wrong.distinct().joinToString("\n"))
    }

    @Test
    fun `nothing is typed that the words say`() {
        val wrong = all().flatMap { (name, tongue, state) ->
            texts(state).filter { it in tongue.everythingTyped && it !in tongue.ofTheCore && it in tables.getValue(tongue.language).values }.map { "$name: $it" }
        }
        assertEquals(emptyList(), wrong)
    }

    @Test
    fun `what was made up is found out`() {
        val words = Explained(listOf("今天", "{day} {time}", "期限：{when}", "{name}负责（{when} 起）"), setOf("李强"))
        assertTrue(words.explains("期限：今天 18:30") && words.explains("李强负责（今天 09:00 起）"))
        assertFalse(words.explains("期限：明天 18:30"))
        assertFalse(words.explains("王芳负责（今天 09:00 起）"))
        assertFalse(words.explains("李强接了"))
    }

    /** Texts that the words can be put together to, with what was [typed] at their places. */
    private class Explained(words: Collection<String>, private val typed: Set<String>) {
        private val whole = words.filter { '{' !in it }.toSet()
        private val patterns = words.filter { '{' in it && it.replace(PLACE, "").isNotBlank() }.flatMap { template ->
            listOf("(.*)", "(.*?)").map { place ->
                Regex(template.split(PLACE).joinToString(place) { if (it.isEmpty()) "" else Regex.escape(it) }, setOf(RegexOption.DOT_MATCHES_ALL, RegexOption.IGNORE_CASE))
            }
        }.distinctBy { it.pattern }
        private val known = HashMap<String, Boolean>()

        fun explains(text: String): Boolean = known.getOrPut(text) {
            text in typed || text in whole || text.none(Char::isLetter) || UNIT.matches(text) ||
                typed.any { it.length > 1 && it in text && it != text && rest(text, it) } ||
                SEPARATORS.any { sign -> parted(text, sign).any { (left, right) -> explains(left) && explains(right) } } ||
                // What is left empty at the end takes the space before it along.
                listOf(text, "$text ").any { whole -> patterns.any { matches(it, whole, text) } }
        }

        /** A text in two at each of such signs. */
        private fun parted(text: String, sign: String): Sequence<Pair<String, String>> =
            generateSequence(text.indexOf(sign)) { text.indexOf(sign, it + 1) }.takeWhile { it >= 0 }.map { text.take(it) to text.substring(it + sign.length) }

        private fun matches(pattern: Regex, whole: String, text: String): Boolean =
            pattern.matchEntire(whole)?.groupValues?.drop(1)?.all { it.length < text.length && explains(it.trim()) } == true

        /** Where somebody's text stands among words without a sign between. */
        private fun rest(text: String, own: String): Boolean = text.split(own).all { part -> part.isBlank() || part.none(Char::isLetterOrDigit) || part.trim() in whole }
    }

    /** What is read on the glass. */
    private fun texts(state: AppState): List<String> {
        val texts = ArrayList<String>()
        for (one in found(state)) for (field in one.javaClass.declaredFields) {
            if (Modifier.isStatic(field.modifiers) || field.name in CODES || one is CorrectField && field.name == "name") continue
            field.isAccessible = true
            when (val value = field.get(one)) {
                is String -> texts += value
                is List<*> -> texts += value.filterIsInstance<String>()
            }
        }
        return texts.filter(String::isNotBlank)
    }

    /** Everything that a state is made of. */
    private fun found(one: Any?): List<Any> = when {
        one is List<*> -> one.flatMap(::found)
        one == null || one is Enum<*> || !one.javaClass.name.startsWith("qiaomen.model.state") -> emptyList()
        else -> listOf(one) + one.javaClass.declaredFields.filterNot { Modifier.isStatic(it.modifiers) }.flatMap { it.isAccessible = true; found(it.get(one)) }
    }

    private companion object {
        val PLACE = Regex("\\{[a-zA-Z]+\\}")
        val UNIT = Regex("[0-9.,]+ (B|KB|MB|GB|TB)")
        val SEPARATORS = listOf("\n", " · ", "、", ", ", " ")
        val LANGUAGES = mapOf("zh" to Language.Zh, "en" to Language.En)

        /** Codes that several questions have, which are called otherwise where an alert is meant. */
        val ASKED = setOf("yes", "no", "met")

        /** What stands for something else. */
        val CODES = setOf("id", "alert", "household", "draft", "code", "field", "level", "kind", "state", "result", "app", "offer", "next", "chosen", "step", "path")
    }
}
