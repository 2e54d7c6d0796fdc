// Exchanges with the server: what waits, what was sent, what was refused and why, and how the phone itself stands.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.CorrectEvent
import qiaomen.model.state.CorrectState
import qiaomen.model.state.RefusedRow
import qiaomen.model.state.SyncEvent
import qiaomen.model.state.SyncState
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.CardOf
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.Flow
import qiaomen.ui.parts.Gauge
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.KeyValue
import qiaomen.ui.parts.LineHigh
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.Sign
import qiaomen.ui.parts.TabTitle
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.Tone

@Composable
fun SyncScreen(state: SyncState, words: Words, on: (SyncEvent) -> Unit) = Page(
    head = { TabTitle(words("screen.sync.title"), state.lastText.ifEmpty { null }) },
    thumb = {
        if (state.running) {
            Gauge(state.progress?.text ?: words("screen.sync.running"), state.progress.part())
            Button(words("screen.sync.cancel"), Modifier.fillMaxWidth(), Weight.Lesser) { on(SyncEvent.Cancel) }
        } else {
            // Without that nothing goes any more.
            if (state.signedOut) Button(words("screen.sync.joinAgain"), Modifier.fillMaxWidth(), icon = Icons.Knock) { on(SyncEvent.JoinAgain) }
            val weight = if (state.signedOut) Weight.Lesser else Weight.Main
            Button(words("screen.sync.run"), Modifier.fillMaxWidth(), weight, Icons.Exchange) { on(SyncEvent.Run) }
        }
    },
) {
    // Here, and not above what scrolls: in large letters it would leave no room for anything. That one is signed out, the
    // app's own banner says.
    if (!state.signedOut) state.failureText?.let { Told(Icons.Warning, it, Theme.tones.urgentSoft) }
    state.clockText?.let { Told(Icons.Clock, it, Theme.tones.soonSoft) }
    Counts(state, words)
    if (state.refused.isNotEmpty()) {
        SectionHeader(words("screen.sync.refused"))
        for (row in state.refused) Refused(row, words, on)
    }
    if (state.conflicts > 0) {
        Card(inside = 0.dp) {
            OpenRow(words.count("screen.sync.conflicts", state.conflicts), text = words("screen.sync.conflictsText"), icon = Icons.Fork) { on(SyncEvent.OpenConflicts) }
        }
    }
    if (state.heldRows.isNotEmpty()) {
        SectionHeader(words("screen.sync.held"))
        CardOf(state.heldRows) { Happened(it, words) }
    }
    SectionHeader(words("screen.sync.phone"))
    Card {
        Gauge(state.storage.usedText, state.storage.percent / 100f, state.storage.low)
        if (state.storage.freeText.isNotEmpty()) {
            Remark(if (state.storage.low) Icons.Warning else Icons.Storage, state.storage.freeText, colour = if (state.storage.low) Theme.tone.urgent else Theme.tone.soft)
        }
        if (state.networkText.isNotEmpty()) Remark(Icons.Exchange, state.networkText)
        state.asideText?.let { Remark(Icons.Info, it) }
    }
}

@Composable
private fun Told(icon: ImageVector, text: String, tone: Tone) = Card(tone = tone) {
    Remark(icon, text, colour = Theme.tone.ink, style = Theme.letters.body)
}

/** Draft, ready, sent, held, refused: kept apart. */
@Composable
private fun Counts(state: SyncState, words: Words) {
    val rows: List<Triple<ImageVector, Int, String>> = listOf(
        Triple(Icons.Pencil, state.drafts, words("screen.sync.drafts")),
        Triple(Icons.Waiting, state.waiting, words("screen.sync.waiting")),
        Triple(Icons.Tick, state.sent, words("screen.sync.sent")),
        Triple(Icons.Pause, state.held, words("screen.sync.heldCount")),
        Triple(Icons.Refused, state.refused.size, words("screen.sync.refusedCount")),
    )
    Card(gap = Gap.medium) {
        for ((icon, number, word) in rows) {
            val grave = icon == Icons.Refused && number > 0
            val colour = if (grave) Theme.tone.urgent else if (number > 0) Theme.tone.ink else Theme.tone.soft
            Row(Modifier.fillMaxWidth().semantics(mergeDescendants = true) {}, Arrangement.spacedBy(Gap.medium)) {
                LineHigh(Theme.letters.strong) { Sign(icon, colour = if (grave) Theme.tone.urgent else Theme.tone.accent) }
                Say(word, colour = colour, modifier = Modifier.weight(1f))
                Say(number.toString(), Theme.letters.strong, colour)
            }
        }
    }
}

/** A record that the server refused: why, and what can be done. */
@Composable
private fun Refused(row: RefusedRow, words: Words, on: (SyncEvent) -> Unit) = Card(tone = Theme.tones.card, gap = Gap.small) {
    Say(row.title, Theme.letters.strong)
    Aside(row.whenText)
    Remark(Icons.Refused, row.reasonText, colour = Theme.tone.urgent, style = Theme.letters.body)
    Flow {
        if (row.canCorrect) {
            Button(words("screen.sync.correct"), weight = Weight.Lesser, icon = Icons.Pencil, label = words("screen.sync.correctLabel", "title" to row.title)) {
                on(SyncEvent.Correct(row.item))
            }
        }
        // Sent unchanged, most are refused again.
        Button(words("screen.sync.retry"), weight = if (row.canCorrect) Weight.Plain else Weight.Lesser, icon = Icons.Again, label = words("screen.sync.retryLabel", "title" to row.title)) {
            on(SyncEvent.Retry(row.item))
        }
        Button(words("screen.sync.export"), weight = Weight.Plain, icon = Icons.Share, label = words("screen.sync.exportLabel", "title" to row.title)) {
            on(SyncEvent.Export(row.item))
        }
        Button(words("screen.sync.discard"), weight = Weight.Plain, icon = Icons.Bin, label = words("screen.sync.discardLabel", "title" to row.title)) {
            on(SyncEvent.Discard(row.item))
        }
    }
}

/** A refused record, to be put right and sent again. */
@Composable
fun CorrectScreen(state: CorrectState, words: Words, onBack: () -> Unit, on: (CorrectEvent) -> Unit) = Page(
    head = { TopBar(words("screen.correct.title"), words("screen.back"), state.title, onBack) },
    thumb = { Button(words("screen.correct.send"), Modifier.fillMaxWidth(), icon = Icons.Waiting, enabled = state.canSend) { on(CorrectEvent.Send) } },
) {
    val tone = Theme.tones.urgentSoft
    Card(tone = tone) { Remark(Icons.Refused, state.reasonText, colour = tone.ink, style = Theme.letters.body) }
    Column(Modifier.padding(top = Gap.hair), Arrangement.spacedBy(Gap.medium)) {
        for (field in state.fields) {
            if (field.editable) {
                val error = state.errors.of(field.name) ?: words("screen.correct.here").takeIf { field.name == state.field }
                Field(field.label, field.text, error = error) { on(CorrectEvent.Type(field.name, it)) }
            } else {
                KeyValue(field.label, field.text)
            }
        }
    }
}
