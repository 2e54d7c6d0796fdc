// Buttons, by weight: one main one a screen at most, at the bottom under the thumb; lesser ones beside what they are about.

package qiaomen.ui.parts

import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.background
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.rememberTextMeasurer
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Size
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone
import qiaomen.ui.theme.ground

/** How much a button weighs. */
enum class Weight { Main, Lesser, Plain, Grave }

/** A button with words, and an icon before them. */
@Composable
fun Button(
    text: String,
    modifier: Modifier = Modifier,
    weight: Weight = Weight.Main,
    icon: ImageVector? = null,
    enabled: Boolean = true,
    label: String? = null,
    on: () -> Unit,
) {
    val tones = Theme.tones
    val here = Theme.tone
    val tone = when {
        !enabled -> tones.sunk
        weight == Weight.Main -> tones.accent
        weight == Weight.Lesser -> tones.accentSoft
        else -> here
    }
    val ink = when {
        !enabled -> tone.soft
        weight == Weight.Plain -> tone.accent
        weight == Weight.Grave -> tone.urgent
        else -> tone.ink
    }
    val edge = if (enabled && weight == Weight.Grave) Modifier.border(1.5.dp, here.urgent, Corner.medium) else Modifier
    val height = if (weight == Weight.Main) Size.button else Size.touch
    Row(
        modifier.ground(tone, Corner.medium).then(edge).touch(label, enabled, on = on).defaultMinSize(minHeight = height)
            .padding(horizontal = Gap.large, vertical = Gap.small),
        Arrangement.spacedBy(Gap.small, Alignment.CenterHorizontally),
        Alignment.CenterVertically,
    ) {
        if (icon != null) Sign(icon, colour = ink)
        Say(text, Theme.letters.strong, ink, align = TextAlign.Center)
    }
}

/** Where the main button stands: at the bottom, over the whole width, divided from what scrolls. */
@Composable
fun ThumbBar(modifier: Modifier = Modifier, content: @Composable ColumnScope.() -> Unit) {
    val tone = Theme.tones.page
    On(tone) {
        Column(modifier.fillMaxWidth().background(tone.ground)) {
            Divider()
            Column(Modifier.padding(Gap.large, Gap.medium), Arrangement.spacedBy(Gap.small), content = content)
        }
    }
}

/** A line that divides. */
@Composable
fun Divider(modifier: Modifier = Modifier, colour: Color = Theme.tone.line) {
    Box(modifier.fillMaxWidth().height(1.dp).background(colour))
}

/** What is done with the thing that is shown: an icon over a word, several in a row. */
@Composable
fun ActionTile(icon: ImageVector, text: String, modifier: Modifier = Modifier, tone: Tone = Theme.tones.card, on: () -> Unit) {
    On(tone) {
        Column(
            modifier.ground(tone, Corner.medium).border(1.dp, tone.line, Corner.medium).touch(on = on).padding(Gap.hair, Gap.medium),
            Arrangement.spacedBy(Gap.hair, Alignment.CenterVertically),
            Alignment.CenterHorizontally,
        ) {
            Sign(icon, colour = tone.accent)
            Say(text, Theme.letters.smallStrong, align = TextAlign.Center)
        }
    }
}

/** Tiles of equal width: as many in a row as there is room for, at the present size of letters. */
@Composable
fun <T> Tiles(all: List<T>, perRow: Int, modifier: Modifier = Modifier, gap: Dp = Gap.small, tile: @Composable (T, Modifier) -> Unit) {
    Column(modifier.fillMaxWidth(), Arrangement.spacedBy(gap)) {
        for (row in all.chunked(perRow)) {
            EvenRow(gap) {
                for (one in row) tile(one, Modifier.weight(1f).fillRow())
                repeat(perRow - row.size) { Box(Modifier.weight(1f)) }
            }
        }
    }
}

/** Tiles in as many columns as their longest word leaves room for, `most` at most: no word is ever broken. */
@Composable
fun <T> FittingTiles(
    all: List<T>,
    text: (T) -> String,
    modifier: Modifier = Modifier,
    most: Int = all.size.coerceIn(1, 4),
    beside: Dp = Gap.small,
    style: TextStyle = Theme.letters.smallStrong,
    tile: @Composable (T, Modifier) -> Unit,
) {
    val measurer = rememberTextMeasurer()
    BoxWithConstraints(modifier.fillMaxWidth()) {
        // A Chinese word may go on in the next line after any letter: only what stands apart by spaces and letters is held together.
        val words = all.flatMap { text(it).split(' ') }.filter { it.length <= 4 || it.all { letter -> letter.code < 0x250 } }
        val longest = words.maxOfOrNull { measurer.measure(it, style).size.width } ?: 0
        val least = with(LocalDensity.current) { longest.toDp() } + beside
        Tiles(all, ((maxWidth + Gap.small) / (least + Gap.small)).toInt().coerceIn(1, most), tile = tile)
    }
}
