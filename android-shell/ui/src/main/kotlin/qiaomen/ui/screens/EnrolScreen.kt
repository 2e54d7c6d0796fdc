// Joining: a code, or the text of a QR picture; what will be stored and who can see it; the undertaking of confidentiality.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.EnrolEvent
import qiaomen.model.state.EnrolState
import qiaomen.model.state.Progress
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.ChoiceStack
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.Gauge
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Option
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.Sign
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Theme
import androidx.compose.foundation.background

@Composable
fun EnrolScreen(state: EnrolState, words: Words, onBack: () -> Unit, on: (EnrolEvent) -> Unit) = Page(
    head = { if (state.againText != null) TopBar(words("screen.enrol.again"), words("screen.back"), onBack = onBack) },
    thumb = {
        val progress = state.progress
        if (state.busy) {
            Gauge(progress?.text ?: words("screen.enrol.busy"), progress.part())
            Button(words("screen.cancel"), Modifier.fillMaxWidth(), Weight.Lesser) { on(EnrolEvent.Cancel) }
        } else {
            Button(words("screen.enrol.join"), Modifier.fillMaxWidth(), enabled = state.canEnrol) { on(EnrolEvent.Enrol) }
        }
    },
    gap = Gap.large,
    edge = 0.dp,
) {
    if (state.againText == null) Welcome(words)
    Column(Modifier.padding(Gap.large, if (state.againText == null) 0.dp else Gap.medium), Arrangement.spacedBy(Gap.large)) {
        state.againText?.let { Card { Remark(Icons.Info, it, colour = Theme.tone.ink, style = Theme.letters.body) } }
        state.failureText?.let {
            Card(tone = Theme.tones.urgentSoft) { Remark(Icons.Warning, it, colour = Theme.tone.ink, style = Theme.letters.body) }
        }
        Column(verticalArrangement = Arrangement.spacedBy(Gap.small)) {
            Field(
                words("screen.enrol.code"), state.code, help = words("screen.enrol.codeHelp"), error = state.errors.of("code"),
                keyboard = KeyboardType.Ascii,
            ) { on(EnrolEvent.Code(it)) }
            Button(words("screen.enrol.scan"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Scan) { on(EnrolEvent.Scan) }
        }
        Field(words("screen.enrol.server"), state.server, error = state.errors.of("server"), keyboard = KeyboardType.Uri, example = "https://") {
            on(EnrolEvent.Server(it))
        }
        Field(words("screen.enrol.label"), state.label, help = words("screen.enrol.labelHelp"), error = state.errors.of("label")) {
            on(EnrolEvent.Label(it))
        }
        Said(Icons.Storage, words("screen.enrol.stored"), state.storedTexts)
        Said(Icons.People, words("screen.enrol.seenBy"), state.seenByTexts)
        Said(Icons.Locked, words("screen.enrol.undertaking"), state.undertakingTexts)
        Column(verticalArrangement = Arrangement.spacedBy(Gap.hair)) {
            ChoiceStack(listOf(Option("yes", words("screen.enrol.undertake"), state.undertaken)), many = true) {
                on(EnrolEvent.Undertake(!state.undertaken))
            }
            state.errors.of("undertaken")?.let { Remark(Icons.Warning, it, colour = Theme.tone.urgent) }
        }
    }
}

/** The head: what this is. */
@Composable
private fun Welcome(words: Words) {
    val tone = Theme.tones.head
    On(tone) {
        Column(Modifier.fillMaxWidth().background(tone.ground).padding(Gap.large, Gap.huge), Arrangement.spacedBy(Gap.small)) {
            Row(horizontalArrangement = Arrangement.spacedBy(Gap.medium), verticalAlignment = Alignment.CenterVertically) {
                Sign(Icons.Knock, size = 40.dp)
                Say(words("screen.name"), Theme.letters.figure, modifier = Modifier.semantics { heading() })
            }
            Say(words("screen.enrol.intro"), if (Theme.largeText) Theme.letters.small else Theme.letters.body, tone.soft)
        }
    }
}

/** Sentences under a name, each with its own mark. */
@Composable
private fun Said(icon: ImageVector, title: String, sentences: List<String>) {
    if (sentences.isEmpty()) return
    Card {
        Row(horizontalArrangement = Arrangement.spacedBy(Gap.small), verticalAlignment = Alignment.CenterVertically) {
            Sign(icon, colour = Theme.tone.accent)
            Say(title, Theme.letters.strong, modifier = Modifier.weight(1f).semantics { heading() })
        }
        for (sentence in sentences) Remark(Icons.Tick, sentence, colour = Theme.tone.ink, style = Theme.letters.body)
    }
}

/** How much of it is done, from 0 to 1. */
internal fun Progress?.part(): Float {
    if (this == null || toSend + toFetch <= 0) return 0f
    return (sent + fetched).toFloat() / (toSend + toFetch)
}
