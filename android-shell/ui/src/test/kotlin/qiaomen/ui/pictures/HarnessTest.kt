// That the harness itself tells what it is for: a word that changed, a thing without words, a thing too small to be hit.

package qiaomen.ui.pictures

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.layout.wrapContentWidth
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.unit.dp
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import org.jetbrains.skia.FontMgr
import org.junit.Test
import qiaomen.model.state.Language
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.Sign
import qiaomen.ui.parts.touch

@OptIn(ExperimentalTestApi::class)
class HarnessTest {
    private val look = Look(Language.Zh)

    @Test
    fun `the font of the pictures is there`() {
        val found = FontMgr.default.matchFamily("Noto Sans CJK SC")
        assertTrue(found.count() > 0, "Chinese letters are missing: apt-get install fonts-noto-cjk")
    }

    @Test
    fun `the parts look as they did`() {
        val wrong = listOfNotNull(
            Goldens.check("parts", shown(look, 1100, { Gallery() }) { picture() }),
            Goldens.check("forms", shown(look, 1500, { GalleryOfForms() }) { picture() }),
        )
        assertTrue(wrong.isEmpty(), wrong.joinToString("\n"))
    }

    @Test
    fun `one changed word is seen`() {
        val before = shown(look, content = { Gallery() }) { picture() }
        assertEquals(0.0, difference(before, shown(look, content = { Gallery() }) { picture() }), "the same twice")
        assertEquals(0.0, difference(palette(before), before), "as it is kept")
        val part = difference(palette(before), shown(look, content = { Gallery("三日回访") }) { picture() })
        assertTrue(part > TOLERANCE && part < 0.005, "a word is $part of the pixels")
    }

    @Test
    fun `what is wrong with touch is told`() {
        val wrong = shown(look, content = {
            Box(Modifier.size(60.dp).touch {}) { Sign(Icons.Bin) }
            Box(Modifier.size(20.dp).clickable { }) { Sign(Icons.Bin, "删除") }
        }) { wrongWithTouch() }
        assertEquals(2, wrong.size, wrong.toString())
        assertNotNull(wrong.find { "no words" in it })
        assertNotNull(wrong.find { "20 by 20" in it })
    }

    @Test
    fun `what is cut is told`() {
        val wrong = shown(look, content = {
            Column {
                Box(Modifier.size(60.dp, 20.dp)) { Say("Dissuade them") }
                Box(Modifier.size(40.dp, 200.dp)) { Say("Impersonating https://town.example") }
                Row(Modifier.width(120.dp)) { Say("说得太长太长太长", modifier = Modifier.wrapContentWidth(Alignment.Start, unbounded = true).width(400.dp)) }
                Say("All of this can be read, and goes on in the next line where it has to")
            }
        }) { whatIsCut() }
        assertNotNull(wrong.find { "\"Dissuade them\" does not fit" in it }, wrong.toString())
        assertNotNull(wrong.find { "broken as Impers" in it || "broken as Imper" in it }, wrong.toString())
        assertNotNull(wrong.find { "说得太长太长太长\" reaches over an edge" in it }, wrong.toString())
        assertTrue(wrong.none { "All of this" in it || "example-" in it }, wrong.toString())
    }

    @Test
    fun `the parts can be touched`() {
        for (look in Look.all) {
            assertEquals(emptyList(), shown(look, 1100, { Gallery() }) { wrongWithTouch() }, look.name)
            assertEquals(emptyList(), shown(look, 1500, { GalleryOfForms() }) { wrongWithTouch() }, look.name)
        }
    }
}
