// Where something is typed: the label stays above, what is wrong stands below and says what to do.
//
// What is typed is held here until the state has it: a state that comes a moment late would otherwise take letters away, or
// end what a Chinese keyboard is about to put together.

package qiaomen.ui.parts

import androidx.compose.foundation.border
import androidx.compose.foundation.interaction.MutableInteractionSource
import androidx.compose.foundation.interaction.collectIsFocusedAsState
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.text.BasicTextField
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.error
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.TextRange
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.input.TextFieldValue
import androidx.compose.ui.text.input.VisualTransformation
import androidx.compose.ui.unit.dp
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Size
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.ground

/** A field with its label. `help` stands below it while nothing is wrong; `error` says what is, and what to do. */
@Composable
fun Field(
    label: String,
    text: String,
    modifier: Modifier = Modifier,
    help: String? = null,
    error: String? = null,
    lines: Int = 1,
    keyboard: KeyboardType = KeyboardType.Text,
    transformation: VisualTransformation = VisualTransformation.None,
    example: String? = null,
    on: (String) -> Unit,
) {
    Column(modifier.fillMaxWidth(), Arrangement.spacedBy(Gap.hair)) {
        Say(label, Theme.letters.smallStrong)
        Entry(label, text, error, lines, keyboard, transformation, example, on)
        if (error != null) Remark(Icons.Warning, error, colour = Theme.tone.urgent) else if (help != null) Aside(help)
    }
}

@Composable
private fun Entry(
    label: String,
    text: String,
    error: String?,
    lines: Int,
    keyboard: KeyboardType,
    transformation: VisualTransformation,
    example: String?,
    on: (String) -> Unit,
) {
    val tone = Theme.tones.card
    val touched = remember { MutableInteractionSource() }
    val focused by touched.collectIsFocusedAsState()
    val edge = if (error != null) tone.urgent else if (focused) tone.accent else tone.edge
    On(tone) {
        val typed = remember { Typed(text) }
        typed.from(text)
        BasicTextField(
            typed.value,
            { typed.type(it, on) },
            Modifier.fillMaxWidth().semantics {
                contentDescription = label
                if (error != null) error(error)
            },
            textStyle = Theme.letters.body.merge(color = tone.ink),
            keyboardOptions = KeyboardOptions(keyboardType = keyboard),
            singleLine = lines == 1,
            minLines = lines,
            visualTransformation = transformation,
            interactionSource = touched,
            cursorBrush = SolidColor(tone.accent),
        ) { inner ->
            Box(
                Modifier.fillMaxWidth().ground(tone, Corner.medium).border(if (focused || error != null) 2.dp else 1.dp, edge, Corner.medium)
                    .defaultMinSize(minHeight = Size.row).padding(Gap.medium, Gap.medium),
                if (lines == 1) Alignment.CenterStart else Alignment.TopStart,
            ) {
                if (typed.value.text.isEmpty() && example != null) Say(example, colour = tone.soft)
                inner()
            }
        }
    }
}

/** What a list is searched by. */
@Composable
fun SearchField(label: String, text: String, clearLabel: String, modifier: Modifier = Modifier, on: (String) -> Unit) {
    val tone = Theme.tones.card
    val touched = remember { MutableInteractionSource() }
    val focused by touched.collectIsFocusedAsState()
    On(tone) {
        Row(
            modifier.fillMaxWidth().ground(tone, Corner.medium).border(if (focused) 2.dp else 1.dp, if (focused) tone.accent else tone.edge, Corner.medium)
                .defaultMinSize(minHeight = Size.row).padding(start = Gap.medium),
            Arrangement.spacedBy(Gap.small),
            Alignment.CenterVertically,
        ) {
            Sign(Icons.Search, colour = tone.soft)
            val typed = remember { Typed(text) }
            typed.from(text)
            BasicTextField(
                typed.value,
                { typed.type(it, on) },
                Modifier.weight(1f).semantics { contentDescription = label },
                textStyle = Theme.letters.body.merge(color = tone.ink),
                singleLine = true,
                interactionSource = touched,
                cursorBrush = SolidColor(tone.accent),
            ) { inner ->
                Box(Modifier.defaultMinSize(minHeight = Size.row).padding(vertical = Gap.small), Alignment.CenterStart) {
                    if (typed.value.text.isEmpty()) Say(label, colour = tone.soft)
                    inner()
                }
            }
            if (text.isNotEmpty()) IconButton(Icons.Close, clearLabel, colour = tone.soft) { on("") }
        }
    }
}

/** A text that is being typed, and the one of the state. */
private class Typed(private var known: String) {
    var value by mutableStateOf(TextFieldValue(known, TextRange(known.length)))
        private set

    /** Told and not seen in the state yet. */
    private val under = ArrayDeque<String>()

    fun type(new: TextFieldValue, on: (String) -> Unit) {
        val changed = new.text != value.text
        value = new
        if (changed) {
            under.addLast(new.text)
            on(new.text)
        }
    }

    /** The state's text: one's own that comes back changes nothing, any other one takes its place. */
    fun from(text: String) {
        if (text == known) return
        known = text
        val at = under.lastIndexOf(text)
        if (at >= 0) {
            repeat(at + 1) { under.removeFirst() }
        } else {
            under.clear()
            if (text != value.text) value = TextFieldValue(text, TextRange(text.length))
        }
    }
}
