// What can be touched: large enough, with a role, and with words.

package qiaomen.ui.parts

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.toggleable
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Size
import qiaomen.ui.theme.Theme

/** A button, or a row that opens something. `label` says what it does, where the words within do not. */
fun Modifier.touch(label: String? = null, enabled: Boolean = true, role: Role = Role.Button, on: () -> Unit): Modifier =
    clickable(enabled = enabled, role = role, onClick = on)
        .defaultMinSize(minWidth = Size.touch, minHeight = Size.touch)
        .then(if (label == null) Modifier else Modifier.semantics { contentDescription = label })

/** One of several, of which one is chosen. */
fun Modifier.touchOne(chosen: Boolean, on: () -> Unit): Modifier =
    selectable(chosen, role = Role.RadioButton, onClick = on).defaultMinSize(minWidth = Size.touch, minHeight = Size.touch)

/** One of several, of which any number is ticked. */
fun Modifier.touchTick(ticked: Boolean, role: Role = Role.Checkbox, on: () -> Unit): Modifier =
    toggleable(ticked, role = role, onValueChange = { on() }).defaultMinSize(minWidth = Size.touch, minHeight = Size.touch)

/** An icon that is a button. */
@Composable
fun IconButton(icon: ImageVector, label: String, modifier: Modifier = Modifier, colour: Color = Theme.tone.accent, on: () -> Unit) {
    Box(modifier.clip(Corner.medium).touch(label, on = on), Alignment.Center) { Sign(icon, colour = colour) }
}
