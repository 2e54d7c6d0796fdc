// Small layouts that the other parts share.

package qiaomen.ui.parts

import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.IntrinsicSize
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Size
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone
import qiaomen.ui.theme.ground

/** Icons grow with the letters, but not as much as they do. */
val Theme.iconSize: Dp
    @Composable get() = Size.icon * LocalDensity.current.fontScale.coerceIn(1f, 1.4f)

/** An icon beside small text. */
val Theme.iconBesideSmall: Dp
    @Composable get() = iconSize * 0.78f

/** As high as one line of `style`, so that what is within stands in the middle of the first line beside it. */
@Composable
fun LineHigh(style: TextStyle, content: @Composable () -> Unit) {
    val height = with(LocalDensity.current) { style.lineHeight.toDp() }
    Box(Modifier.height(height), Alignment.Center) { content() }
}

/** A row whose parts are all as high as the highest. */
@Composable
fun EvenRow(gap: Dp = Gap.small, modifier: Modifier = Modifier, content: @Composable RowScope.() -> Unit) {
    Row(modifier.fillMaxWidth().height(IntrinsicSize.Min), Arrangement.spacedBy(gap), Alignment.Top, content)
}

/** As high as its row. */
fun Modifier.fillRow(): Modifier = fillMaxHeight()

/** A card: what belongs together, on a ground of its own. */
@Composable
fun Card(
    modifier: Modifier = Modifier,
    tone: Tone = Theme.tones.card,
    inside: Dp = Gap.large,
    gap: Dp = Gap.small,
    content: @Composable ColumnScope.() -> Unit,
) {
    On(tone) {
        Column(
            modifier.fillMaxWidth().ground(tone, Corner.medium).border(1.dp, tone.line, Corner.medium).padding(inside),
            Arrangement.spacedBy(gap),
            content = content,
        )
    }
}

/** Several rows in one card, with lines between them. */
@Composable
fun <T> CardOf(rows: List<T>, modifier: Modifier = Modifier, tone: Tone = Theme.tones.card, row: @Composable (T) -> Unit) {
    Card(modifier, tone, inside = 0.dp, gap = 0.dp) {
        rows.forEachIndexed { index, one ->
            if (index > 0) Divider()
            row(one)
        }
    }
}

/** Letters in here stay as large as they are at 100 %: only for what is said in words elsewhere. */
@Composable
fun FixedSize(content: @Composable () -> Unit) {
    val density = LocalDensity.current
    CompositionLocalProvider(LocalDensity provides Density(density.density, 0.86f), content = content)
}
