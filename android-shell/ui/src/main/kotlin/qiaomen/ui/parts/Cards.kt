// Rows and cards of work: what is due, who is behind a door, what happened.

package qiaomen.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.ExperimentalLayoutApi
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.drawBehind
import androidx.compose.ui.geometry.Size as Extent
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Size
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone
import qiaomen.ui.theme.ground

/** Things in a row that go on in the next one. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
fun Flow(modifier: Modifier = Modifier, gap: androidx.compose.ui.unit.Dp = Gap.small, content: @Composable () -> Unit) {
    FlowRow(modifier, Arrangement.spacedBy(gap), Arrangement.spacedBy(Gap.hair), Alignment.CenterVertically) { content() }
}

/** Two things at the two ends of a row, or below one another where there is no room for both. */
@OptIn(ExperimentalLayoutApi::class)
@Composable
fun Ends(content: @Composable () -> Unit) {
    FlowRow(Modifier.fillMaxWidth(), Arrangement.SpaceBetween, Arrangement.spacedBy(Gap.hair), Alignment.CenterVertically) { content() }
}

/** A card with a stripe at its edge, in the colour of a level. */
@Composable
fun StripeCard(colour: Color, modifier: Modifier = Modifier, tone: Tone = Theme.tones.card, content: @Composable ColumnScope.() -> Unit) {
    On(tone) {
        Column(
            modifier.fillMaxWidth().ground(tone, Corner.medium).border(1.dp, tone.line, Corner.medium)
                .drawBehind { drawRect(colour, size = Extent(Size.stripe.toPx(), size.height)) }
                .padding(start = Size.stripe),
            content = content,
        )
    }
}

/** A visit or a step that is due: whose, what, by when. Touched, it opens; its button begins the record. */
@Composable
fun DueCard(
    name: String,
    level: String,
    levelText: String,
    kindText: String,
    dueText: String,
    leftText: String,
    overdue: Boolean,
    soon: Boolean,
    attemptsText: String?,
    placeText: String?,
    doneText: String?,
    recordText: String,
    recordLabel: String,
    onOpen: () -> Unit,
    onRecord: () -> Unit,
) {
    val done = doneText != null
    StripeCard(stripe(level)) {
        Column(Modifier.fillMaxWidth().touch(on = onOpen).padding(Gap.medium, Gap.medium), Arrangement.spacedBy(6.dp)) {
            val left: @Composable () -> Unit = {
                if (done) Chip(doneText, Theme.tones.accentSoft, Icons.Tick) else LeftChip(leftText, overdue, soon)
            }
            Flow {
                Say(name, Theme.letters.title)
                LevelChip(level, levelText)
            }
            // What to do and how long there is, in one look.
            Ends {
                Say(kindText, Theme.letters.strong)
                left()
            }
            Remark(Icons.Flag, dueText)
            if (placeText != null) Remark(Icons.Pin, placeText)
            if (attemptsText != null) Remark(Icons.Again, attemptsText, colour = Theme.tone.soon)
        }
        if (!done) {
            Divider()
            Row(
                Modifier.fillMaxWidth().touch(recordLabel, on = onRecord).padding(Gap.medium, Gap.small),
                Arrangement.spacedBy(Gap.small),
                Alignment.CenterVertically,
            ) {
                Sign(Icons.Pencil, colour = Theme.tone.accent, size = Theme.iconBesideSmall)
                Say(recordText, Theme.letters.strong, Theme.tone.accent, Modifier.weight(1f))
                Sign(Icons.Next, colour = Theme.tone.accent, size = Theme.iconBesideSmall)
            }
        }
    }
}

/** A row that opens something: what, something beside it, and marks below. */
@Composable
fun OpenRow(
    title: String,
    modifier: Modifier = Modifier,
    text: String? = null,
    aside: String? = null,
    asideColour: Color = Theme.tone.soft,
    icon: ImageVector? = null,
    label: String? = null,
    marks: (@Composable () -> Unit)? = null,
    on: (() -> Unit)?,
) {
    val tone = Theme.tone
    val touch = if (on == null) Modifier else Modifier.touch(label, on = on)
    Row(
        modifier.fillMaxWidth().background(tone.ground).then(touch).defaultMinSize(minHeight = Size.row).padding(Gap.large, Gap.medium),
        Arrangement.spacedBy(Gap.medium),
        Alignment.CenterVertically,
    ) {
        if (icon != null) Sign(icon, colour = tone.accent)
        Column(Modifier.weight(1f), Arrangement.spacedBy(2.dp)) {
            Say(title, Theme.letters.strong)
            if (!text.isNullOrEmpty()) Say(text)
            if (aside != null) Aside(aside, colour = asideColour)
            marks?.invoke()
        }
        if (on != null) Sign(Icons.Next, colour = tone.soft, size = 18.dp)
    }
}

/** Something that happened. */
@Composable
fun HappenedRow(title: String, metaText: String, bodyText: String?, doubtful: Boolean, markText: String?, mark: (@Composable () -> Unit)?) {
    Column(Modifier.fillMaxWidth().padding(Gap.large, Gap.medium), Arrangement.spacedBy(Gap.hair)) {
        Say(title, Theme.letters.strong)
        if (doubtful) Remark(Icons.Clock, metaText, colour = Theme.tone.soon) else Aside(metaText)
        if (bodyText != null) Say(bodyText)
        if (mark != null) Flow(Modifier.padding(top = 2.dp)) { mark() }
        if (markText != null) Aside(markText)
    }
}
