// The words that screens use: each is there, each is used, and what is touched is told by what stands on it.

package qiaomen.ui

import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import org.junit.Test

class WordsTest {
    private val keys = Json.parseToJsonElement(File(checkNotNull(System.getProperty("qiaomen.words"))).resolve("screens.zh.json").readText()).jsonObject.keys
    private val asked = File("src/main/kotlin").walk().filter { it.extension == "kt" }
        .flatMap { Regex("\"(screen\\.[a-zA-Z.]+)\"").findAll(it.readText()).map { found -> found.groupValues[1] } }.toSet()

    @Test
    fun `every word is there and used`() {
        assertTrue(asked.size > 200)
        assertEquals(emptySet(), asked - keys, "asked for and not there")
        assertEquals(emptySet(), keys.map { it.removeSuffix(".one") }.toSet() - asked, "not asked for")
    }
}
