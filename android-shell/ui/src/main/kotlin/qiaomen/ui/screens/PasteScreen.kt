// Alerts in a pasted message, for the station: what was read out of it is looked over, put right, and saved one by one.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardType
import qiaomen.model.Words
import qiaomen.model.state.PasteEvent
import qiaomen.model.state.PasteState
import qiaomen.model.state.PastedCard
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Chip
import qiaomen.ui.parts.EmptyState
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.Flow
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Theme

@Composable
fun PasteScreen(state: PasteState, words: Words, onBack: () -> Unit, on: (PasteEvent) -> Unit) = Page(
    head = { TopBar(words("screen.paste.title"), words("screen.back"), onBack = onBack) },
    thumb = if (state.found.isEmpty()) {
        { Button(words("screen.paste.read"), Modifier.fillMaxWidth(), enabled = state.text.isNotBlank()) { on(PasteEvent.Read) } }
    } else {
        null
    },
) {
    Field(words("screen.paste.message"), state.text, help = words("screen.paste.help"), lines = if (state.found.isEmpty()) 6 else 3) { on(PasteEvent.Text(it)) }
    Ask(words("screen.paste.area"), state.areas, Shape.One) { on(PasteEvent.Area(it)) }
    state.nothingText?.let { EmptyState(Icons.Search, it) }
    if (state.found.isNotEmpty()) {
        Button(words("screen.paste.again"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Again) { on(PasteEvent.Read) }
    }
    for (card in state.found) Found(card, words, on)
}

@Composable
private fun Found(card: PastedCard, words: Words, on: (PasteEvent) -> Unit) = Card {
    fun edit(field: String): (String) -> Unit = { on(PasteEvent.Edit(card.number, field, it)) }
    Flow {
        Say(card.name.ifEmpty { words("screen.paste.nameless") }, Theme.letters.title)
        if (card.saved) Chip(words("screen.paste.saved"), Theme.tones.accentSoft, Icons.Tick)
    }
    if (card.saved) return@Card
    for (text in card.unsureTexts) Remark(Icons.Warning, text, colour = Theme.tone.soon)
    Field(words("screen.paste.name"), card.name, error = card.errors.of("name"), on = edit("name"))
    Field(words("screen.paste.telephone"), card.telephone, error = card.errors.of("telephone"), keyboard = KeyboardType.Phone, on = edit("telephone"))
    Ask(words("screen.paste.level"), card.levels, Shape.OneShort, card.errors.of("levels")) { on(PasteEvent.Level(card.number, it)) }
    Field(words("screen.paste.platformNumber"), card.platformNumber, error = card.errors.of("platformNumber"), on = edit("platformNumber"))
    Field(words("screen.paste.address"), card.address, error = card.errors.of("address"), lines = 2, on = edit("address"))
    if (card.whoText.isNotEmpty()) Remark(Icons.Person, card.whoText, colour = Theme.tone.ink)
    Ask(words("screen.paste.who"), card.who, Shape.One) { on(PasteEvent.Who(card.number, it)) }
    Button(words("screen.paste.save"), Modifier.fillMaxWidth(), icon = Icons.Tick, label = words("screen.paste.saveLabel", "name" to card.name)) {
        on(PasteEvent.Save(card.number))
    }
}
