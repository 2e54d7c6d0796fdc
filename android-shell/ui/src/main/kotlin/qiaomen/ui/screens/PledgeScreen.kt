// A pledge: its words with the resident's name, signed on the glass or on paper, with a witness, or by somebody for them.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.PledgeEvent
import qiaomen.model.state.PledgeMode
import qiaomen.model.state.PledgeState
import qiaomen.model.state.SignPoint
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.IconButton
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Loading
import qiaomen.ui.parts.Option
import qiaomen.ui.parts.PadPoint
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.Segments
import qiaomen.ui.parts.SignaturePad
import qiaomen.ui.parts.SwitchRow
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

@Composable
fun PledgeScreen(state: PledgeState, words: Words, onBack: () -> Unit, on: (PledgeEvent) -> Unit) = Page(
    head = {
        TopBar(words("screen.pledge.title"), words("screen.back"), state.address, onBack) {
            if (state.keptText != null) IconButton(Icons.Bin, words("screen.pledge.discard"), colour = Theme.tone.soft) { on(PledgeEvent.Discard) }
        }
    },
    thumb = {
        state.keptText?.let { Aside(it) }
        Button(words("screen.pledge.save"), Modifier.fillMaxWidth(), icon = Icons.Tick, enabled = state.canSave) { on(PledgeEvent.Save) }
    },
) {
    fun type(field: String): (String) -> Unit = { on(PledgeEvent.Type(field, it)) }
    val wrong = state.errors
    if (state.loading) {
        Loading(words("screen.loading"))
        return@Page
    }
    Ask(words("screen.pledge.who"), state.residents, Shape.OneShort, wrong.of("residents")) { on(PledgeEvent.Resident(it)) }
    state.earlierText?.let { Remark(Icons.Info, it) }
    Segments(
        listOf(
            Option("screen", words("screen.pledge.onScreen"), state.mode == PledgeMode.Screen),
            Option("paper", words("screen.pledge.onPaper"), state.mode == PledgeMode.Paper),
        ),
    ) { on(PledgeEvent.Mode(if (it == "paper") PledgeMode.Paper else PledgeMode.Screen)) }
    Card {
        Say(state.title, Theme.letters.title, align = TextAlign.Center, modifier = Modifier.fillMaxWidth())
        Say(state.body, Theme.letters.reading)
        if (state.versionText.isNotEmpty()) Aside(state.versionText)
    }
    when (state.mode) {
        PledgeMode.Screen -> Column(verticalArrangement = Arrangement.spacedBy(Gap.small)) {
            SignaturePad(
                state.strokes.map { stroke -> stroke.map { PadPoint(it.x, it.y, it.millis) } },
                words("screen.pledge.pad"), words("screen.pledge.padHint"), words.count("screen.pledge.strokes", state.strokes.size),
            ) { points -> on(PledgeEvent.Stroke(points.map { SignPoint(it.x, it.y, it.millis) })) }
            if (state.strokes.isNotEmpty()) {
                Button(words("screen.pledge.clear"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Again) { on(PledgeEvent.ClearSignature) }
            }
            wrong.of("strokes")?.let { Remark(Icons.Warning, it, colour = Theme.tone.urgent) }
        }
        PledgeMode.Paper ->
            Field(words("screen.pledge.archive"), state.archiveNumber, help = words("screen.pledge.archiveHelp"), error = wrong.of("archiveNumber"), on = type("archiveNumber"))
    }
    Card(inside = 0.dp) {
        SwitchRow(words("screen.pledge.forAnother"), state.forAnother, aside = words("screen.pledge.forAnotherText")) { on(PledgeEvent.ForAnother(it)) }
    }
    if (state.forAnother) {
        Field(words("screen.pledge.proxyName"), state.proxyName, error = wrong.of("proxyName"), on = type("proxyName"))
        Field(words("screen.pledge.proxyRelation"), state.proxyRelation, error = wrong.of("proxyRelation"), on = type("proxyRelation"))
    }
    Field(words("screen.pledge.witness"), state.witness, error = wrong.of("witness"), on = type("witness"))
    Field(words("screen.note"), state.note, error = wrong.of("note"), on = type("note"))
}
