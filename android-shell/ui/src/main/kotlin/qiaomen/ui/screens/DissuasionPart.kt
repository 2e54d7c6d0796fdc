// The part of a visit that says how a person was talked out of it: steps, script, who was brought in, and the recording.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.DissuasionForm
import qiaomen.model.state.FieldError
import qiaomen.model.state.VisitEvent
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Divider
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.SwitchRow
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Theme

@Composable
internal fun Dissuasion(form: DissuasionForm, wrong: List<FieldError>, words: Words, on: (VisitEvent) -> Unit) {
    fun choose(field: String): (String) -> Unit = { on(VisitEvent.Choose("dissuasion.$field", it)) }
    fun type(field: String): (String) -> Unit = { on(VisitEvent.Type("dissuasion.$field", it)) }
    fun set(field: String): (Boolean) -> Unit = { on(VisitEvent.Set("dissuasion.$field", it)) }
    fun error(field: String) = wrong.of("dissuasion.$field")
    Ask(words("screen.dissuasion.kind"), form.kinds, Shape.OneShort, error("kinds"), on = choose("kinds"))
    form.scriptTitle?.let { title ->
        Card {
            Say(title, Theme.letters.strong)
            if (form.scriptOpen) form.scriptBody?.let { Say(it, Theme.letters.reading) }
            Button(
                words(if (form.scriptOpen) "screen.dissuasion.closeScript" else "screen.dissuasion.openScript"),
                Modifier.fillMaxWidth(), Weight.Lesser, Icons.Book,
            ) { set("scriptOpen")(!form.scriptOpen) }
        }
    }
    Ask(words("screen.dissuasion.steps"), form.steps, Shape.ManyLong, error("steps"), on = choose("steps"))
    Card(inside = 0.dp, gap = 0.dp) {
        SwitchRow(words("screen.dissuasion.courtesy"), form.courtesy, change = set("courtesy"))
        Divider()
        SwitchRow(words("screen.dissuasion.deeplyTakenIn"), form.deeplyTakenIn, aside = words("screen.dissuasion.deeplyText"), change = set("deeplyTakenIn"))
    }
    Ask(words("screen.dissuasion.broughtIn"), form.broughtIn, Shape.Many, error("broughtIn"), on = choose("broughtIn"))
    Ask(words("screen.dissuasion.ways"), form.ways, Shape.Many, error("ways"), on = choose("ways"))
    Ask(words("screen.dissuasion.places"), form.places, Shape.OneShort, error("places"), on = choose("places"))
    SectionHeader(words("screen.dissuasion.recording"))
    Button(words("screen.dissuasion.record"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Recorder) { on(VisitEvent.RecordVideo) }
    Ask(words("screen.dissuasion.recordedWith"), form.recordedWith, Shape.OneShort, error("recordedWith"), on = choose("recordedWith"))
    if (form.keptAt.isNotEmpty()) {
        Field(words("screen.dissuasion.recordedBy"), form.recordedBy, error = error("recordedBy"), on = type("recordedBy"))
        Ask(words("screen.dissuasion.keptAt"), form.keptAt, Shape.One, error("keptAt"), on = choose("keptAt"))
        Field(words("screen.dissuasion.keptAs"), form.keptAs, help = words("screen.dissuasion.keptAsHelp"), error = error("keptAs"), on = type("keptAs"))
    }
    SectionHeader(words("screen.dissuasion.together"))
    Field(words("screen.dissuasion.officers"), form.officers, error = error("officers"), on = type("officers"))
    Field(words("screen.dissuasion.team"), form.team, error = error("team"), on = type("team"))
    Ask(words("screen.dissuasion.care"), form.care, Shape.Many, error("care"), on = choose("care"))
}
