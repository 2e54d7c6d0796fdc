// Contrast: since colours are only drawn on their own tone's ground, checking each tone checks all that can be seen.

package qiaomen.ui.theme

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.Test

class TonesTest {
    private fun contrast(one: Color, other: Color): Float {
        val (high, low) = listOf(one.luminance(), other.luminance()).sortedDescending()
        return (high + 0.05f) / (low + 0.05f)
    }

    @Test
    fun `contrast is reckoned as WCAG has it`() {
        assertEquals(21f, contrast(Color.White, Color.Black), 0.01f)
        assertEquals(4.48f, contrast(Color(0xFF777777), Color.White), 0.01f)
    }

    @Test
    fun `every text can be read and every edge be seen, by day and by night`() {
        val wrong = mutableListOf<String>()
        for (tones in listOf(lightTones, darkTones)) {
            for ((name, tone) in tones.all) {
                fun need(what: String, colour: Color, least: Float) {
                    val is_ = contrast(colour, tone.ground)
                    if (is_ < least) wrong += "${if (tones.dark) "dark" else "light"} $name.$what: %.2f, not %.1f".format(is_, least)
                }
                // In the sun what is read needs more than the least.
                need("ink", tone.ink, 7f)
                need("soft", tone.soft, 4.5f)
                need("accent", tone.accent, 4.5f)
                need("urgent", tone.urgent, 4.5f)
                need("soon", tone.soon, 4.5f)
                need("edge", tone.edge, 3f)
            }
        }
        assertTrue(wrong.isEmpty(), wrong.joinToString("\n"))
    }

    @Test
    fun `what is chosen and what is not differ by more than their colour`() {
        // Grounds of chosen and other rows alone would not be told apart: marks and bold letters do it. This holds the two
        // loud grounds apart from all calm ones, for who sees no red or green.
        for (tones in listOf(lightTones, darkTones)) {
            for (calm in listOf(tones.page, tones.card, tones.sunk, tones.accentSoft, tones.soonSoft, tones.urgentSoft)) {
                assertTrue(contrast(tones.urgent.ground, calm.ground) >= 3f, "urgent beside $calm")
                assertTrue(contrast(tones.accent.ground, calm.ground) >= 3f, "accent beside $calm")
            }
        }
    }
}
