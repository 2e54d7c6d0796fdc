// The looks that screens are shown in: language, size of letters, light or dark, on a small cheap phone's glass.

package qiaomen.ui.pictures

import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.ExperimentalComposeUiApi
import androidx.compose.ui.graphics.toAwtImage
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.test.ComposeUiTest
import androidx.compose.ui.test.ExperimentalTestApi
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.onRoot
import androidx.compose.ui.test.runDesktopComposeUiTest
import androidx.compose.ui.text.ExperimentalTextApi
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.platform.SystemFont
import androidx.compose.ui.unit.Density
import java.awt.image.BufferedImage
import qiaomen.model.Words
import qiaomen.model.state.Language
import qiaomen.ui.theme.QiaomenTheme

/** The glass: 360 by 640 dp. */
const val WIDTH = 360
const val HEIGHT = 640
private const val PIXELS_PER_DP = 1.5f

/** How it looks. */
data class Look(val language: Language, val percent: Int = 100, val dark: Boolean = false) {
    /** As a part of a file's name. */
    val name: String get() = listOf(language.name.lowercase(), percent, if (dark) "dark" else "light").joinToString("-")

    companion object {
        /** All of them. */
        val all: List<Look> = Language.entries.flatMap { language ->
            listOf(100, 200).flatMap { percent -> listOf(false, true).map { dark -> Look(language, percent, dark) } }
        }

        /** Those of which the repository keeps pictures: each language, size and light is among them twice. */
        val kept: List<Look> = listOf(Look(Language.Zh), Look(Language.En, dark = true), Look(Language.Zh, 200, dark = true), Look(Language.En, 200))
    }
}

/** One font for all machines, so that pictures are the same on each; with Chinese letters. */
@OptIn(ExperimentalTextApi::class)
val pictureFont: FontFamily = FontFamily(
    SystemFont("Noto Sans CJK SC", FontWeight.Normal),
    SystemFont("Noto Sans CJK SC", FontWeight.Bold),
)

/** Shows `content` on a glass of that size, without any window, and looks at it. */
@OptIn(ExperimentalTestApi::class)
fun <T> shown(look: Look, height: Int = HEIGHT, content: @Composable (Words) -> Unit, see: ComposeUiTest.() -> T): T {
    var seen: Result<T>? = null
    val words = Words(look.language)
    runDesktopComposeUiTest((WIDTH * PIXELS_PER_DP).toInt(), (height * PIXELS_PER_DP).toInt()) {
        setContent {
            CompositionLocalProvider(LocalDensity provides Density(PIXELS_PER_DP, 1f)) {
                QiaomenTheme(look.dark, if (look.language == Language.Zh) "zh-CN" else "en", look.percent, pictureFont) { content(words) }
            }
        }
        seen = Result.success(see())
    }
    return checkNotNull(seen).getOrThrow()
}

/** A picture of all that is on the glass. */
@OptIn(ExperimentalTestApi::class, ExperimentalComposeUiApi::class)
fun ComposeUiTest.picture(): BufferedImage = onRoot().captureToImage().toAwtImage()
