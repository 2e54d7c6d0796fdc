// What frames a screen: its head, the tabs, and the bars that lie over it for a while.

package qiaomen.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.selection.selectable
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.drawBehind
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.semantics.stateDescription
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Size
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone
import qiaomen.ui.theme.ground

/** The head of a screen that lies over the tabs: back, its name, what it is about. */
@Composable
fun TopBar(title: String, backLabel: String, subtitle: String? = null, onBack: (() -> Unit)?, actions: @Composable RowScope.() -> Unit = {}) {
    val tone = Theme.tones.page
    On(tone) {
        Column(Modifier.fillMaxWidth().background(tone.ground)) {
            Row(
                Modifier.fillMaxWidth().defaultMinSize(minHeight = 56.dp).padding(start = if (onBack == null) Gap.large else Gap.hair, end = Gap.hair),
                verticalAlignment = Alignment.CenterVertically,
            ) {
                if (onBack != null) IconButton(Icons.Back, backLabel, on = onBack)
                Column(Modifier.weight(1f).padding(vertical = Gap.hair)) {
                    Say(title, Theme.letters.title, modifier = Modifier.semantics { heading() })
                    if (subtitle != null) Aside(subtitle)
                }
                actions()
            }
            Divider()
        }
    }
}

/** The head of a screen that is one of the tabs. */
@Composable
fun TabTitle(title: String, subtitle: String? = null, actions: @Composable RowScope.() -> Unit = {}) {
    Row(Modifier.fillMaxWidth().padding(start = Gap.large, end = Gap.hair, top = Gap.medium), verticalAlignment = Alignment.CenterVertically) {
        Column(Modifier.weight(1f).padding(end = Gap.medium)) {
            Say(title, Theme.letters.display, modifier = Modifier.semantics { heading() })
            if (subtitle != null) Aside(subtitle)
        }
        actions()
    }
}

/** One of the tabs. `badge` counts what calls for attention there; `grave` says that it is urgent. */
data class TabItem(
    val icon: ImageVector,
    val text: String,
    val chosen: Boolean,
    val badge: Int = 0,
    val badgeText: String? = null,
    val grave: Boolean = false,
    val on: () -> Unit,
)

/** The tabs, at the bottom. */
@Composable
fun TabBar(tabs: List<TabItem>) {
    val tone = Theme.tones.card
    On(tone) {
        Column(Modifier.fillMaxWidth().background(tone.ground)) {
            Divider()
            EvenRow(0.dp) {
                for (tab in tabs) {
                    val colour = if (tab.chosen) tone.accent else tone.soft
                    Column(
                        Modifier.weight(1f).fillRow()
                            .selectable(tab.chosen, role = Role.Tab, onClick = tab.on)
                            .semantics(mergeDescendants = true) { tab.badgeText?.let { stateDescription = it } }
                            .drawBehind { if (tab.chosen) notch(colour) }
                            .defaultMinSize(minHeight = 60.dp).padding(top = Gap.small, bottom = Gap.hair),
                        Arrangement.spacedBy(2.dp, Alignment.CenterVertically),
                        Alignment.CenterHorizontally,
                    ) {
                        Box(Modifier.width(56.dp), Alignment.Center) {
                            Sign(tab.icon, colour = colour, size = Theme.iconSize)
                            if (tab.badge > 0) Count(tab.badge, tab.grave, Modifier.align(Alignment.TopEnd))
                        }
                        Say(tab.text, if (tab.chosen) Theme.letters.smallStrong else Theme.letters.small, colour, align = TextAlign.Center)
                    }
                }
            }
        }
    }
}

private fun androidx.compose.ui.graphics.drawscope.DrawScope.notch(colour: Color) {
    val width = 36.dp.toPx()
    val height = 3.dp.toPx()
    drawRoundRect(colour, Offset((size.width - width) / 2, 0f), androidx.compose.ui.geometry.Size(width, height), CornerRadius(height, height))
}

/** A small number; it does not grow with the letters, since the tab's own words say it to whoever has them read aloud. */
@Composable
private fun Count(number: Int, grave: Boolean, modifier: Modifier) {
    val tone = if (grave) Theme.tones.urgent else Theme.tones.accentSoft
    On(tone) {
        Box(modifier.defaultMinSize(20.dp, 20.dp).ground(tone, Corner.pill).padding(horizontal = 5.dp).clearAndSetSemantics {}, Alignment.Center) {
            FixedSize { Say(if (number > 99) "99+" else number.toString(), Theme.letters.smallStrong) }
        }
    }
}

/** Something that is so now. */
@Composable
fun Banner(text: String, icon: ImageVector, tone: Tone = Theme.tones.soonSoft, modifier: Modifier = Modifier, on: (() -> Unit)? = null) {
    On(tone) {
        Row(
            modifier.fillMaxWidth().background(tone.ground).then(if (on == null) Modifier.semantics(mergeDescendants = true) {} else Modifier.touch(on = on))
                .defaultMinSize(minHeight = if (on == null) 36.dp else Size.touch).padding(Gap.large, Gap.small),
            Arrangement.spacedBy(Gap.small),
            Alignment.CenterVertically,
        ) {
            Sign(icon, colour = tone.ink, size = Theme.iconBesideSmall)
            Say(text, Theme.letters.smallStrong, modifier = Modifier.weight(1f))
            if (on != null) Sign(Icons.Next, colour = tone.soft, size = Theme.iconBesideSmall)
        }
    }
}

/** An alert on top of everything, until it is looked at or put off. */
@Composable
fun UrgentBar(title: String, text: String, openText: String, laterText: String, onOpen: () -> Unit, onLater: () -> Unit) {
    val tone = Theme.tones.urgent
    On(tone) {
        Column(
            Modifier.fillMaxWidth().background(tone.ground).padding(Gap.large, Gap.medium).semantics { liveRegion = LiveRegionMode.Assertive },
            Arrangement.spacedBy(Gap.small),
        ) {
            Row(horizontalArrangement = Arrangement.spacedBy(Gap.medium)) {
                Sign(Icons.Bell, size = 28.dp)
                Column(Modifier.weight(1f)) {
                    Say(title, Theme.letters.smallStrong, tone.soft)
                    Say(text, Theme.letters.title)
                }
            }
            EvenRow {
                val open = Theme.tones.card
                On(open) {
                    Box(Modifier.weight(2f).fillRow().ground(open, Corner.medium).touch(on = onOpen).padding(Gap.small), Alignment.Center) {
                        Say(openText, Theme.letters.strong, open.urgent, align = TextAlign.Center)
                    }
                }
                Box(Modifier.weight(1f).fillRow().ground(tone, Corner.medium).touch(on = onLater).padding(Gap.small), Alignment.Center) {
                    Say(laterText, Theme.letters.strong, align = TextAlign.Center)
                }
            }
        }
    }
}

/** What was done just now and can be taken back; `left` of the time, from 1 to 0. */
@Composable
fun UndoBar(text: String, undoText: String, left: Float, modifier: Modifier = Modifier, on: () -> Unit) {
    Over(modifier) { tone ->
        Row(Modifier.padding(start = Gap.large, end = Gap.hair), Arrangement.spacedBy(Gap.small), Alignment.CenterVertically) {
            Say(text, modifier = Modifier.weight(1f).padding(vertical = Gap.medium))
            Row(
                Modifier.ground(tone, Corner.medium).touch(on = on).padding(Gap.medium, Gap.small),
                Arrangement.spacedBy(Gap.hair),
                Alignment.CenterVertically,
            ) {
                Sign(Icons.Undo, colour = tone.accent)
                Say(undoText, Theme.letters.strong, tone.accent)
            }
        }
        Box(Modifier.fillMaxWidth(left.coerceIn(0f, 1f)).height(3.dp).background(tone.accent))
    }
}

/** A sentence that goes away by itself. */
@Composable
fun SaidBar(text: String, failure: Boolean, modifier: Modifier = Modifier) {
    Over(modifier.semantics { liveRegion = LiveRegionMode.Polite }) { tone ->
        Row(Modifier.padding(Gap.large, Gap.medium), Arrangement.spacedBy(Gap.medium), Alignment.CenterVertically) {
            Sign(if (failure) Icons.Warning else Icons.Tick, colour = if (failure) tone.urgent else tone.accent)
            Say(text, modifier = Modifier.weight(1f))
        }
    }
}

@Composable
private fun Over(modifier: Modifier, content: @Composable (Tone) -> Unit) {
    val tone = Theme.tones.over
    On(tone) {
        Column(modifier.fillMaxWidth().padding(Gap.medium, Gap.small).ground(tone, Corner.medium)) { content(tone) }
    }
}

/** How full something is, in words and as a bar. */
@Composable
fun Gauge(text: String, part: Float, low: Boolean = false, modifier: Modifier = Modifier, label: String = text) {
    val tone = Theme.tone
    val colour = if (low) tone.urgent else tone.accent
    val ground = tone.line
    Column(modifier.fillMaxWidth().semantics(mergeDescendants = true) { contentDescription = label }, Arrangement.spacedBy(Gap.hair)) {
        Box(
            Modifier.fillMaxWidth().height(10.dp).ground(tone, Corner.pill).drawBehind {
                drawRect(ground)
                drawRoundRect(colour, size = size.copy(width = size.width * part.coerceIn(0f, 1f)), cornerRadius = CornerRadius(size.height))
            },
        )
        Aside(text, Modifier.clearAndSetSemantics {})
    }
}
