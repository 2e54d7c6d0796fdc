// Choosing: everything that can be chosen is seen at once, stacked; nothing hides in a list that drops down.

package qiaomen.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Size
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone
import qiaomen.ui.theme.ground

/** Something that can be chosen: the word it goes by, what is read, whether it is chosen. */
data class Option(val code: String, val text: String, val chosen: Boolean, val aside: String? = null)

/** The round mark of one of several. */
@Composable
private fun Dot(chosen: Boolean) {
    val tone = Theme.tone
    Box(Modifier.size(22.dp).border(2.dp, if (chosen) tone.accent else tone.edge, CircleShape), Alignment.Center) {
        if (chosen) Box(Modifier.size(12.dp).background(tone.accent, CircleShape))
    }
}

/** The square mark of any of several. */
@Composable
private fun TickBox(ticked: Boolean) {
    val tone = Theme.tone
    val shape = RoundedCornerShape(6.dp)
    if (ticked) {
        Box(Modifier.size(22.dp).ground(Theme.tones.accent, shape), Alignment.Center) {
            Sign(Icons.Tick, colour = Theme.tones.accent.ink, size = 18.dp)
        }
    } else {
        Box(Modifier.size(22.dp).border(2.dp, tone.edge, shape))
    }
}

/** A row that is chosen from. */
@Composable
private fun ChoiceRow(option: Option, many: Boolean, on: (String) -> Unit) {
    val tone = if (option.chosen) Theme.tones.accentSoft else Theme.tones.card
    val touch = if (many) Modifier.touchTick(option.chosen) { on(option.code) } else Modifier.touchOne(option.chosen) { on(option.code) }
    On(tone) {
        Row(
            Modifier.fillMaxWidth().background(tone.ground).then(touch).defaultMinSize(minHeight = Size.row).padding(Gap.large, Gap.small),
            Arrangement.spacedBy(Gap.medium),
            Alignment.CenterVertically,
        ) {
            if (many) TickBox(option.chosen) else Dot(option.chosen)
            Column(Modifier.weight(1f)) {
                Say(option.text, if (option.chosen) Theme.letters.strong else Theme.letters.body)
                if (option.aside != null) Aside(option.aside)
            }
        }
    }
}

/** One of several (`many` = false), or any number of them, one below the other. */
@Composable
fun ChoiceStack(options: List<Option>, modifier: Modifier = Modifier, many: Boolean = false, on: (String) -> Unit) {
    CardOf(options, modifier) { ChoiceRow(it, many, on) }
}

/** What stands beside a tile's words: its mark and its edges. */
private val MARK = 22.dp + Gap.small + Gap.medium * 2

/** Ticks side by side, for what is mostly ticked as last time. */
@Composable
fun TickGrid(options: List<Option>, modifier: Modifier = Modifier, perRow: Int = 2, on: (String) -> Unit) {
    FittingTiles(options, { it.text }, modifier, if (Theme.largeText) 1 else perRow, MARK, Theme.letters.strong) { option, place -> Tile(option, place, Modifier.touchTick(option.chosen) { on(option.code) }) { TickBox(option.chosen) } }
}

/** One of several short ones side by side. */
@Composable
fun ChoiceGrid(options: List<Option>, modifier: Modifier = Modifier, perRow: Int = 2, on: (String) -> Unit) {
    FittingTiles(options, { it.text }, modifier, if (Theme.largeText) 1 else perRow, MARK, Theme.letters.strong) { option, place -> Tile(option, place, Modifier.touchOne(option.chosen) { on(option.code) }) { Dot(option.chosen) } }
}

@Composable
private fun Tile(option: Option, place: Modifier, touch: Modifier, mark: @Composable () -> Unit) {
    val tone = if (option.chosen) Theme.tones.accentSoft else Theme.tones.card
    val edge: Tone = if (option.chosen) Theme.tones.accentSoft else Theme.tones.card
    On(tone) {
        Row(
            place.ground(tone, Corner.medium).border(1.dp, edge.line, Corner.medium).then(touch).defaultMinSize(minHeight = Size.row)
                .padding(Gap.medium, Gap.small),
            Arrangement.spacedBy(Gap.small),
            Alignment.CenterVertically,
        ) {
            mark()
            Say(option.text, if (option.chosen) Theme.letters.strong else Theme.letters.body, modifier = Modifier.weight(1f))
        }
    }
}

/** Yes or no, with what it means. */
@Composable
fun SwitchRow(text: String, on: Boolean, modifier: Modifier = Modifier, aside: String? = null, change: (Boolean) -> Unit) {
    val tone = Theme.tones.card
    On(tone) {
        Row(
            modifier.fillMaxWidth().background(tone.ground).touchTick(on, Role.Switch) { change(!on) }.defaultMinSize(minHeight = Size.row)
                .padding(Gap.large, Gap.medium),
            Arrangement.spacedBy(Gap.medium),
            Alignment.CenterVertically,
        ) {
            Column(Modifier.weight(1f)) {
                Say(text, Theme.letters.strong)
                if (aside != null) Aside(aside)
            }
            Knob(on)
        }
    }
}

@Composable
private fun Knob(on: Boolean) {
    val tone = Theme.tone
    val track = if (on) Theme.tones.accent else tone
    Box(
        Modifier.width(48.dp).ground(track, Corner.pill).then(if (on) Modifier else Modifier.border(2.dp, tone.edge, Corner.pill)).padding(5.dp),
        if (on) Alignment.CenterEnd else Alignment.CenterStart,
    ) {
        Box(Modifier.size(18.dp).clip(CircleShape).background(if (on) track.ink else tone.edge))
    }
}

/** Two or three words side by side of which one is chosen: which part of a screen is shown. */
@Composable
fun Segments(options: List<Option>, modifier: Modifier = Modifier, on: (String) -> Unit) {
    val sunk = Theme.tones.sunk
    EvenRow(Gap.hair, modifier.ground(sunk, Corner.medium).padding(Gap.hair)) {
        for (option in options) {
            val tone = if (option.chosen) Theme.tones.card else sunk
            On(tone) {
                Box(
                    Modifier.weight(1f).fillRow().ground(tone, Corner.small).touchOne(option.chosen) { on(option.code) }.padding(Gap.hair),
                    Alignment.Center,
                ) {
                    Say(option.text, Theme.letters.strong, if (option.chosen) tone.accent else tone.soft, align = TextAlign.Center)
                }
            }
        }
    }
}
