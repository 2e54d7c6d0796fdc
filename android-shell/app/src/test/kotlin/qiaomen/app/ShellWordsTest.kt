// The words of ffi/words/shell.*.json: each is used, and none is missing, in both languages.
package qiaomen.app

import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.Test

class ShellWordsTest {
    private fun property(name: String) = File(checkNotNull(System.getProperty(name)) { "run android-shell/test" })

    private fun words(language: String): Map<String, String> =
        Json.parseToJsonElement(File(property("qiaomen.words"), "shell.$language.json").readText())
            .jsonObject.mapValues { it.value.jsonPrimitive.content }

    /** Every word that a source file names: this module's, and the model's, which has the notices' keys. */
    private val named: Set<String> = listOf(".", "../model").asSequence()
        .flatMap { File(property("qiaomen.app.dir"), "$it/src/main/kotlin").walk() }.filter { it.extension == "kt" }
        .flatMap { Regex("\"((?:channel|notice|shell)\\.[a-zA-Z.]+)\"").findAll(it.readText()) }.map { it.groupValues[1] }.toSet()

    @Test
    fun `every word that is named is there, and every word that is there is named`() {
        val single = words("zh").keys.filter { it.endsWith(".one") }.map { it.removeSuffix(".one") }
        assertTrue(single.isNotEmpty() && words("zh").keys.containsAll(single))
        assertEquals(named.sorted(), words("zh").keys.filterNot { it.endsWith(".one") }.sorted())
    }

    @Test
    fun `both languages say the same`() {
        val (zh, en) = words("zh") to words("en")
        assertEquals(zh.keys, en.keys)
        fun places(text: String) = Regex("\\{[a-z]+\\}").findAll(text).map { it.value }.toSet()
        for (key in zh.keys) {
            assertEquals(places(zh.getValue(key)), places(en.getValue(key)), key)
            assertTrue(key == "notice.who" || zh.getValue(key).any { it.code > 0x2E80 }, "$key is not Chinese")
            assertTrue(en.getValue(key).none { it.code > 0x2E80 }, "$key is not English")
        }
    }
}
