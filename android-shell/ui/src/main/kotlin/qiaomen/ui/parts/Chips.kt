// Small marks: the level of an alert, the time left, how far a record has come. Each says in words what its colour says.

package qiaomen.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone
import qiaomen.ui.theme.Tones
import qiaomen.ui.theme.ground

/** A few words on a ground of their own. */
@Composable
fun Chip(text: String, tone: Tone = Theme.tones.sunk, icon: ImageVector? = null, modifier: Modifier = Modifier) {
    On(tone) {
        Row(
            modifier.ground(tone, Corner.small).padding(Gap.small, 3.dp),
            Arrangement.spacedBy(Gap.hair),
            Alignment.CenterVertically,
        ) {
            if (icon != null) Sign(icon, colour = tone.ink, size = Theme.iconBesideSmall)
            Say(text, Theme.letters.smallStrong)
        }
    }
}

/** How a level is drawn. */
fun Tones.level(level: String): Tone = when (level) {
    "extreme" -> urgent
    "high" -> soon
    "medium" -> accentSoft
    else -> sunk
}

/** The colour of a card's stripe: only a mark, the words are in the chip. */
@Composable
fun stripe(level: String): Color = when (level) {
    "extreme" -> Theme.tones.urgent.ground
    "high" -> Theme.tones.soon.ground
    "medium" -> Theme.tones.accent.ground
    else -> Theme.tones.card.edge
}

/** The level of an alert. */
@Composable
fun LevelChip(level: String, text: String) = Chip(text, Theme.tones.level(level), if (level == "extreme") Icons.Warning else null)

/** How much time is left, or by how much it is overdue. */
@Composable
fun LeftChip(text: String, overdue: Boolean, soon: Boolean) {
    val tones = Theme.tones
    Chip(text, if (overdue) tones.urgent else if (soon) tones.soonSoft else tones.accentSoft, Icons.Clock)
}

/** How far a record has come; `code` is the mark's word. */
@Composable
fun SyncChip(code: String, text: String) {
    val tones = Theme.tones
    when (code) {
        "draft" -> Chip(text, tones.sunk, Icons.Pencil)
        "waiting" -> Chip(text, tones.soonSoft, Icons.Waiting)
        "held" -> Chip(text, tones.soonSoft, Icons.Pause)
        "refused" -> Chip(text, tones.urgentSoft, Icons.Refused)
        else -> Chip(text, tones.accentSoft, Icons.Tick)
    }
}
