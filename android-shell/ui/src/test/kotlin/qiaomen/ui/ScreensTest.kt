// Every screen in every look: with words on everything that can be touched, nothing cut off, and as its picture is kept.

package qiaomen.ui

import androidx.compose.ui.test.ExperimentalTestApi
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.Test
import qiaomen.model.Words
import qiaomen.ui.pictures.Goldens
import qiaomen.ui.pictures.Look
import qiaomen.ui.pictures.picture
import qiaomen.ui.pictures.shown
import qiaomen.ui.pictures.whatIsCut
import qiaomen.ui.pictures.wrongWithTouch
import qiaomen.ui.samples.NOW
import qiaomen.ui.samples.Tongue
import qiaomen.ui.samples.samples

@OptIn(ExperimentalTestApi::class)
class ScreensTest {
    /** Pictures of all looks where somebody wants to see them (`PICTURES=all`), else of those that are kept. */
    private val all = System.getenv("PICTURES") == "all"

    @Test
    fun `every screen looks as it did, everything that can be touched has words, and nothing is cut`() {
        Words.missing.clear()
        val only = System.getenv("SCREEN")
        val wrong = samples.filter { only == null || it.name.startsWith(only) }.flatMap { sample ->
            Look.all.flatMap { look ->
                val state = sample.state(Tongue(look.language))
                shown(look, sample.height, { words -> PhoneScreen(state, words, { NOW }, NoEvents) }) {
                    val name = "${sample.name}-${look.name}"
                    val seen = if (look in Look.kept) Goldens.check(name, picture()) else null
                    if (all && look !in Look.kept) Goldens.write(name, picture())
                    (wrongWithTouch() + whatIsCut()).map { "$name: $it" } + listOfNotNull(seen)
                }
            }
        }
        assertTrue(wrong.isEmpty(), wrong.joinToString("\n"))
        assertEquals(emptySet(), Words.missing, "words that are missing")
    }
}
