// A visit as it is recorded: what came of it, whom one met, what was handed out and explained; then everything once more
// before it is saved. The usual one takes six taps from the list of doors: what was ticked last time is ticked already.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.FieldError
import qiaomen.model.state.PhotosForm
import qiaomen.model.state.VisitEvent
import qiaomen.model.state.VisitStage
import qiaomen.model.state.VisitState
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.IconButton
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.KeyValue
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

@Composable
fun VisitScreen(state: VisitState, words: Words, onBack: () -> Unit, on: (VisitEvent) -> Unit) = when (state.stage) {
    VisitStage.Form -> Form(state, words, onBack, on)
    VisitStage.Summary -> Summary(state, words, on)
}

@Composable
private fun Form(state: VisitState, words: Words, onBack: () -> Unit, on: (VisitEvent) -> Unit) = Page(
    head = {
        TopBar(state.title, words("screen.back"), state.subtitle.ifEmpty { null }, onBack) {
            if (state.draft != null) IconButton(Icons.Bin, words("screen.visit.discard"), colour = Theme.tone.soft) { on(VisitEvent.Discard) }
        }
    },
    thumb = {
        state.keptText?.let { Aside(it) }
        Button(words("screen.visit.goOn"), Modifier.fillMaxWidth(), enabled = state.canGoOn) { on(VisitEvent.GoOn) }
    },
) {
    fun choose(field: String): (String) -> Unit = { on(VisitEvent.Choose(field, it)) }
    fun type(field: String): (String) -> Unit = { on(VisitEvent.Type(field, it)) }
    val wrong = state.errors
    if (state.purposes.size > 1) Ask(words("screen.visit.purpose"), state.purposes, Shape.OneShort, wrong.of("purposes"), on = choose("purposes"))
    Ask(words("screen.visit.outcome"), state.outcomes, Shape.One, wrong.of("outcomes"), on = choose("outcomes"))
    Ask(words("screen.visit.metTarget"), state.metTarget, Shape.OneShort, wrong.of("metTarget"), on = choose("metTarget"))
    Ask(words("screen.visit.met"), state.met, Shape.Many, wrong.of("met"), on = choose("met"))
    Ask(words("screen.visit.given"), state.given, Shape.Many, wrong.of("given"), words("screen.visit.asLastTime"), choose("given"))
    Ask(words("screen.visit.explained"), state.explained, Shape.Many, wrong.of("explained"), words("screen.visit.asLastTime"), choose("explained"))
    state.dissuasion?.let { Dissuasion(it, wrong, words, on) }
    Ask(words("screen.visit.observations"), state.observations, Shape.Many, wrong.of("observations"), on = choose("observations"))
    Ask(words("screen.visit.risk"), state.risks, Shape.One, wrong.of("risks"), on = choose("risks"))
    SectionHeader(words("screen.visit.more"))
    Field(words("screen.visit.metOthers"), state.metOthers, error = wrong.of("metOthers"), on = type("metOthers"))
    Sensitive(words("screen.note"), state.note, state.noteSensitive, words, { on(VisitEvent.Mask) }, wrong.of("note"), type("note"))
    Field(words("screen.visit.nextStep"), state.nextStep, error = wrong.of("nextStep"), on = type("nextStep"))
    state.photos?.let { Photos(it, wrong, words, on) }
    Card(inside = 0.dp) {
        OpenRow(words("screen.visit.locate"), aside = state.positionText, icon = Icons.Pin) { on(VisitEvent.Locate) }
    }
    if (state.startedText.isNotEmpty()) Remark(Icons.Clock, state.startedText)
}

/** What is noted of photos: a row until somebody has some to note. */
@Composable
private fun Photos(form: PhotosForm, wrong: List<FieldError>, words: Words, on: (VisitEvent) -> Unit) {
    if (!form.open) {
        Card(inside = 0.dp) { OpenRow(words("screen.photos"), aside = form.text, icon = Icons.Photo) { on(VisitEvent.Set("photos.open", true)) } }
        return
    }
    fun choose(field: String): (String) -> Unit = { on(VisitEvent.Choose("photos.$field", it)) }
    fun type(field: String): (String) -> Unit = { on(VisitEvent.Type("photos.$field", it)) }
    fun error(field: String) = wrong.of("photos.$field")
    SectionHeader(words("screen.photos"))
    Ask(words("screen.photos.takenWith"), form.takenWith, Shape.OneShort, error("takenWith"), on = choose("takenWith"))
    if (form.keptAt.isEmpty()) return
    Field(words("screen.photos.takenBy"), form.takenBy, error = error("takenBy"), on = type("takenBy"))
    Ask(words("screen.photos.keptAt"), form.keptAt, Shape.One, error("keptAt"), on = choose("keptAt"))
    Field(words("screen.photos.keptAs"), form.keptAs, help = words("screen.photos.keptAsHelp"), error = error("keptAs"), on = type("keptAs"))
}

/** Everything once more, before it is saved. */
@Composable
private fun Summary(state: VisitState, words: Words, on: (VisitEvent) -> Unit) = Page(
    head = { TopBar(words("screen.visit.summary"), words("screen.visit.backToForm"), state.title, { on(VisitEvent.BackToForm) }) },
    thumb = {
        val asked = state.roles.isNotEmpty() && state.roles.none { it.chosen }
        Button(words("screen.visit.save"), Modifier.fillMaxWidth(), icon = Icons.Tick, enabled = !asked) { on(VisitEvent.Save) }
    },
) {
    Card { for (line in state.summary) KeyValue(line.label, line.text) }
    if (state.warnings.isNotEmpty()) {
        Card(tone = Theme.tones.soonSoft) { for (warning in state.warnings) Remark(Icons.Warning, warning, colour = Theme.tone.ink) }
    }
    for (error in state.errors) Remark(Icons.Warning, error.text, colour = Theme.tone.urgent, style = Theme.letters.body)
    Column(verticalArrangement = Arrangement.spacedBy(Gap.small)) {
        Ask(words("screen.visit.role"), state.roles, Shape.One) { on(VisitEvent.Choose("roles", it)) }
    }
    Button(words("screen.visit.change"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Pencil) { on(VisitEvent.BackToForm) }
}
