// Text in the letters and colours of the present look. Nothing is ever cut off: what is long goes on in the next line.

package qiaomen.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.text.BasicText
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.style.TextAlign
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

/** Text. */
@Composable
fun Say(
    text: String,
    style: TextStyle = Theme.letters.body,
    colour: Color = Theme.tone.ink,
    modifier: Modifier = Modifier,
    align: TextAlign = TextAlign.Start,
) {
    BasicText(text, modifier, style.merge(color = colour, textAlign = align))
}

/** What accompanies: smaller and softer. */
@Composable
fun Aside(text: String, modifier: Modifier = Modifier, colour: Color = Theme.tone.soft) = Say(text, Theme.letters.small, colour, modifier)

/** The name of a group, with something small at its end. */
@Composable
fun SectionHeader(text: String, modifier: Modifier = Modifier, aside: String? = null) {
    val place = modifier.fillMaxWidth().padding(top = Gap.small, bottom = Gap.hair).semantics { heading() }
    if (Theme.largeText) {
        Column(place) {
            Say(text, Theme.letters.strong)
            if (aside != null) Aside(aside)
        }
    } else {
        Row(place, Arrangement.spacedBy(Gap.small), Alignment.Bottom) {
            Say(text, Theme.letters.strong, modifier = Modifier.weight(1f))
            if (aside != null) Aside(aside)
        }
    }
}

/** What something is, and what it says: side by side while there is room. */
@Composable
fun KeyValue(label: String, value: String, modifier: Modifier = Modifier) {
    if (Theme.largeText) {
        Column(modifier.fillMaxWidth().padding(vertical = Gap.hair).semantics(mergeDescendants = true) {}) {
            Aside(label)
            Say(value)
        }
    } else {
        Row(modifier.fillMaxWidth().padding(vertical = Gap.hair).semantics(mergeDescendants = true) {}, Arrangement.spacedBy(Gap.medium)) {
            Say(label, colour = Theme.tone.soft, modifier = Modifier.weight(0.36f))
            Say(value, modifier = Modifier.weight(0.64f))
        }
    }
}

/** An icon and a sentence beside it. */
@Composable
fun Remark(icon: ImageVector, text: String, modifier: Modifier = Modifier, colour: Color = Theme.tone.soft, style: TextStyle = Theme.letters.small) {
    Row(modifier, Arrangement.spacedBy(Gap.small), Alignment.Top) {
        LineHigh(style) { Sign(icon, colour = colour, size = Theme.iconBesideSmall) }
        Say(text, style, colour, Modifier.weight(1f, fill = false))
    }
}

/** What stands where there is nothing to list: what that means, and what can be done. */
@Composable
fun EmptyState(icon: ImageVector, title: String, text: String? = null, modifier: Modifier = Modifier, action: (@Composable () -> Unit)? = null) {
    Column(modifier.fillMaxWidth().padding(Gap.huge), Arrangement.spacedBy(Gap.medium), Alignment.CenterHorizontally) {
        Sign(icon, colour = Theme.tone.accent, size = Gap.huge * 2)
        Say(title, Theme.letters.title, align = TextAlign.Center)
        if (text != null) Say(text, colour = Theme.tone.soft, align = TextAlign.Center)
        action?.invoke()
    }
}
