// Fields that two people wrote without knowing of each other, in plain words: who wrote what and when, and what holds.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import qiaomen.model.Words
import qiaomen.model.state.ConflictCard
import qiaomen.model.state.ConflictsEvent
import qiaomen.model.state.ConflictsState
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.ChoiceStack
import qiaomen.ui.parts.Chip
import qiaomen.ui.parts.Divider
import qiaomen.ui.parts.EmptyState
import qiaomen.ui.parts.Flow
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.Loading
import qiaomen.ui.parts.Option
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Theme

@Composable
fun ConflictsScreen(state: ConflictsState, words: Words, onBack: () -> Unit, on: (ConflictsEvent) -> Unit) =
    Page(head = { TopBar(words("screen.conflicts.title"), words("screen.back"), onBack = onBack) }) {
        when {
            state.loading -> Loading(words("screen.loading"))
            state.records.isEmpty() -> EmptyState(Icons.Tick, words("screen.conflicts.none"), words("screen.conflicts.noneText"))
            else -> {
                Say(words("screen.conflicts.text"))
                if (state.whoText.isNotEmpty()) Remark(Icons.Info, state.whoText)
                for (record in state.records) Record(record, state.canSettle, words, on)
            }
        }
    }

@Composable
private fun Record(record: ConflictCard, canSettle: Boolean, words: Words, on: (ConflictsEvent) -> Unit) = Card {
    Say(record.title, Theme.letters.title)
    for (field in record.fields) {
        Say(field.label, Theme.letters.strong)
        if (canSettle) {
            ChoiceStack(
                field.values.map {
                    Option(it.index.toString(), it.text, it.shown, if (it.shown) words("screen.conflicts.shownBy", "who" to it.byText) else it.byText)
                },
            ) { on(ConflictsEvent.Settle(record.id, field.path, it.toInt())) }
        } else {
            field.values.forEachIndexed { at, value ->
                if (at > 0) Divider()
                Flow {
                    Say(value.text)
                    if (value.shown) Chip(words("screen.conflicts.shown"), Theme.tones.accentSoft)
                }
                Aside(value.byText)
            }
        }
    }
    Button(words("screen.conflicts.open"), Modifier.fillMaxWidth(), Weight.Lesser, label = words("screen.conflicts.openLabel", "title" to record.title)) {
        on(ConflictsEvent.Open(record.id))
    }
}
