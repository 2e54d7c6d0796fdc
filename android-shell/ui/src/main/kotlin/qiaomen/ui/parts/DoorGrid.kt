// Doors as one walks: a floor a row, a room a cell. How a door stands is said by its icon and its ground, never by colour alone.

package qiaomen.ui.parts

import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone
import qiaomen.ui.theme.Tones
import qiaomen.ui.theme.ground

/** How a door stands, as it is drawn. */
enum class DoorLook { Never, InVain, Visited, Pledged, Out, Alert }

private fun Tones.door(look: DoorLook): Tone = when (look) {
    DoorLook.Never -> card
    DoorLook.InVain -> soonSoft
    DoorLook.Visited -> accentSoft
    DoorLook.Pledged -> accent
    DoorLook.Out -> sunk
    DoorLook.Alert -> urgent
}

/** The icon of a door that stands so. */
fun doorIcon(look: DoorLook): ImageVector = when (look) {
    DoorLook.Never -> Icons.Door
    DoorLook.InVain -> Icons.Again
    DoorLook.Visited -> Icons.Tick
    DoorLook.Pledged -> Icons.Sign
    DoorLook.Out -> Icons.Close
    DoorLook.Alert -> Icons.Bell
}

/** One door of the grid; `label` is its address and state in words. */
@Composable
fun DoorCellTile(text: String, look: DoorLook, label: String, modifier: Modifier = Modifier, on: () -> Unit) {
    val tone = Theme.tones.door(look)
    On(tone) {
        Column(
            modifier.ground(tone, Corner.small).border(1.dp, if (look == DoorLook.Never) tone.edge else tone.line, Corner.small)
                .touch(label, on = on).defaultMinSize(minHeight = 58.dp).padding(Gap.hair, Gap.small),
            Arrangement.spacedBy(2.dp, Alignment.CenterVertically),
            Alignment.CenterHorizontally,
        ) {
            Say(text, Theme.letters.strong, modifier = Modifier.clearAndSetSemantics {}, align = TextAlign.Center)
            Sign(doorIcon(look), colour = if (look == DoorLook.Never) tone.edge else tone.ink, size = Theme.iconBesideSmall)
        }
    }
}

/** What the grounds mean. */
@Composable
fun DoorLegend(words: List<Pair<DoorLook, String>>, modifier: Modifier = Modifier) {
    Flow(modifier, Gap.medium) {
        for ((look, word) in words) {
            val tone = Theme.tones.door(look)
            androidx.compose.foundation.layout.Row(
                horizontalArrangement = Arrangement.spacedBy(Gap.hair),
                verticalAlignment = Alignment.CenterVertically,
                modifier = Modifier.semantics(mergeDescendants = true) { contentDescription = word },
            ) {
                On(tone) {
                    androidx.compose.foundation.layout.Box(
                        Modifier.ground(tone, Corner.small).border(1.dp, if (look == DoorLook.Never) tone.edge else tone.line, Corner.small).padding(3.dp),
                    ) { Sign(doorIcon(look), colour = if (look == DoorLook.Never) tone.edge else tone.ink, size = Theme.iconBesideSmall) }
                }
                Aside(word, Modifier.clearAndSetSemantics {})
            }
        }
    }
}
