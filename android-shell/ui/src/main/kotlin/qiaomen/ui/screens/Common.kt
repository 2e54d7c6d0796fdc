// What several screens share: rows made from the states' own pieces.

package qiaomen.ui.screens

import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import qiaomen.model.Words
import qiaomen.model.state.CallCard
import qiaomen.model.state.Choice
import qiaomen.model.state.EventRow
import qiaomen.model.state.FieldError
import qiaomen.model.state.Mark
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.ChoiceGrid
import qiaomen.ui.parts.ChoiceStack
import qiaomen.ui.parts.HappenedRow
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.LevelChip
import qiaomen.ui.parts.Option
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.StripeCard
import qiaomen.ui.parts.SyncChip
import qiaomen.ui.parts.TickGrid
import qiaomen.ui.parts.touch
import qiaomen.ui.parts.stripe
import qiaomen.ui.theme.Corner
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import qiaomen.ui.parts.Flow
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

internal fun List<Choice>.options(): List<Option> = map { Option(it.code, it.text, it.chosen) }

/** What is wrong with a field; none where nothing is. */
internal fun List<FieldError>.of(field: String): String? = find { it.field == field }?.text

/** The mark of a record in the words of the states' JSON. */
internal val Mark.code: String get() = name.lowercase()

/** How far a record has come, in words. */
@Composable
internal fun MarkChip(mark: Mark, words: Words) = SyncChip(mark.code, words.word("mark", mark.code))

/** Something that happened, with how far its record has come. */
@Composable
internal fun Happened(row: EventRow, words: Words) =
    HappenedRow(row.title, row.metaText, row.bodyText, row.doubtful, row.markText, row.mark?.let { mark -> { MarkChip(mark, words) } })

/** A banner reaches from edge to edge; in large letters it is part of the page, as a card is. */
@Composable
internal fun bannerShape(): Modifier = if (Theme.largeText) Modifier.clip(Corner.medium) else Modifier

/** An alert that nobody has, or that is offered: touched, it opens; its button takes it. */
@Composable
internal fun Call(card: CallCard, words: Words, onOpen: () -> Unit, onTake: (() -> Unit)?) {
    StripeCard(stripe(card.level)) {
        Column(Modifier.fillMaxWidth().touch(on = onOpen).padding(Gap.medium), Arrangement.spacedBy(Gap.hair)) {
            Flow {
                Say(card.name, Theme.letters.title)
                LevelChip(card.level, card.levelText)
            }
            Remark(Icons.Bell, card.text)
        }
        if (onTake != null) {
            Button(
                words(if (card.offer == null) "screen.call.take" else "screen.call.accept"),
                Modifier.fillMaxWidth().padding(start = Gap.medium, end = Gap.medium, bottom = Gap.medium),
                icon = Icons.HandOver,
                label = words(if (card.offer == null) "screen.call.takeLabel" else "screen.call.acceptLabel", "name" to card.name),
                on = onTake,
            )
        }
    }
}

/** A question with everything that can be answered; nothing where there is nothing to choose. */
@Composable
internal fun Ask(title: String, choices: List<Choice>, shape: Shape, error: String? = null, aside: String? = null, on: (String) -> Unit) {
    if (choices.isEmpty()) return
    Column(verticalArrangement = Arrangement.spacedBy(Gap.hair)) {
        SectionHeader(title, aside = aside)
        when (shape) {
            Shape.One -> ChoiceStack(choices.options(), on = on)
            Shape.OneShort -> ChoiceGrid(choices.options(), on = on)
            Shape.Many -> TickGrid(choices.options(), on = on)
            Shape.ManyLong -> ChoiceStack(choices.options(), many = true, on = on)
        }
        if (error != null) Remark(Icons.Warning, error, colour = Theme.tone.urgent)
    }
}

/** How choices are laid out: one of several or many, short or long. */
internal enum class Shape { One, OneShort, Many, ManyLong }
