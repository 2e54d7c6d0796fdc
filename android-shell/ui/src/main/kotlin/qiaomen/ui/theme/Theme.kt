// How everything looks: colours, letters and their size, by what the person chose.

package qiaomen.ui.theme

import androidx.compose.foundation.LocalIndication
import androidx.compose.foundation.background
import androidx.compose.foundation.text.selection.LocalTextSelectionColors
import androidx.compose.foundation.text.selection.TextSelectionColors
import androidx.compose.material3.ripple
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.RectangleShape
import androidx.compose.ui.graphics.Shape
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.unit.Density

/** From where on letters are large. */
private const val LARGE = 1.35f

/** `language` is a tag such as `zh-CN`; `textPercent` multiplies what the phone itself asks for. */
@Composable
fun QiaomenTheme(
    dark: Boolean,
    language: String,
    textPercent: Int = 100,
    family: FontFamily = FontFamily.Default,
    content: @Composable () -> Unit,
) {
    val tones = if (dark) darkTones else lightTones
    val density = LocalDensity.current
    val scale = density.fontScale * textPercent / 100
    CompositionLocalProvider(
        LocalTones provides tones,
        LocalTone provides tones.page,
        LocalLetters provides remember(family, language, scale > LARGE) { Letters(family, language, scale > LARGE) },
        LocalDensity provides Density(density.density, scale),
        LocalIndication provides ripple(color = tones.page.ink),
        LocalTextSelectionColors provides TextSelectionColors(tones.card.accent, tones.card.accent.copy(alpha = 0.25f)),
        content = content,
    )
}

/** Short ways to the present look. */
object Theme {
    val tones: Tones @Composable @ReadOnlyComposable get() = LocalTones.current
    val tone: Tone @Composable @ReadOnlyComposable get() = LocalTone.current
    val letters: Letters @Composable @ReadOnlyComposable get() = LocalLetters.current

    /** Whether letters are so large that what stands side by side had better stand below one another. */
    val largeText: Boolean @Composable @ReadOnlyComposable get() = LocalDensity.current.fontScale > LARGE
}

/** Draws what is inside on another tone. The ground itself is `Modifier.ground(tone)`. */
@Composable
fun On(tone: Tone, content: @Composable () -> Unit) = CompositionLocalProvider(LocalTone provides tone, content = content)

/** The ground of a tone, in a shape. */
fun Modifier.ground(tone: Tone, shape: Shape = RectangleShape): Modifier = clip(shape).background(tone.ground)
