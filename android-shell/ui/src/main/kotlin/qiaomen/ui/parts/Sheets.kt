// What lies over a screen: a sheet from below, with what it is about, its fields and its buttons.
//
// Drawn in the screen's own tree, so that it looks and behaves the same everywhere; while it lies there, what is under it
// can neither be touched nor be read aloud.

package qiaomen.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.interaction.MutableInteractionSource
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.ground

/** A screen, and over it a sheet where there is one. */
@Composable
fun Under(sheet: (@Composable () -> Unit)?, content: @Composable () -> Unit) {
    Box(Modifier.fillMaxSize()) {
        Box(if (sheet == null) Modifier else Modifier.clearAndSetSemantics {}) { content() }
        if (sheet != null) sheet()
    }
}

/** The sheet itself. What does not fit scrolls; `buttons` stay. */
@Composable
fun Sheet(
    title: String,
    closeLabel: String,
    onClose: () -> Unit,
    text: String? = null,
    buttons: (@Composable ColumnScope.() -> Unit)? = null,
    content: @Composable ColumnScope.() -> Unit,
) {
    val tone = Theme.tones.page
    val scrim = if (Theme.tones.dark) Color(0xB3000000) else Color(0x8017211F)
    BoxWithConstraints(Modifier.fillMaxSize(), Alignment.BottomCenter) {
        val most = maxHeight
        // Beside the sheet is out of it; the button that says so is the cross.
        Box(
            Modifier.fillMaxSize().background(scrim).clearAndSetSemantics {}
                .clickable(remember { MutableInteractionSource() }, indication = null, onClick = onClose),
        )
        On(tone) {
            Column(
                Modifier.fillMaxWidth().heightIn(max = most - Gap.huge).ground(tone, Corner.sheet).semantics { paneTitle = title }
                    // What falls between the parts ends here. Something that can be clicked, even if it were switched off, would
                    // be read aloud as one thing with all that lies on it.
                    .pointerInput(Unit) {},
            ) {
                Row(Modifier.fillMaxWidth().padding(start = Gap.large, end = Gap.hair, top = Gap.small), verticalAlignment = Alignment.CenterVertically) {
                    Say(title, Theme.letters.title, modifier = Modifier.weight(1f).semantics { heading() })
                    IconButton(Icons.Close, closeLabel, colour = tone.soft, on = onClose)
                }
                Column(
                    Modifier.weight(1f, fill = false).verticalScroll(rememberScrollState()).padding(start = Gap.large, end = Gap.large, bottom = Gap.large),
                    Arrangement.spacedBy(Gap.medium),
                ) {
                    if (text != null) Say(text, colour = tone.soft)
                    content()
                }
                if (buttons != null) ThumbBar(content = buttons)
            }
        }
    }
}
