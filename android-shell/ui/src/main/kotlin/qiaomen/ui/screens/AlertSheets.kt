// What lies over an alert: a hand-over, the worker's badge, a script, money sent, stop-payment, a sentence, a raise.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.widthIn
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AlertSheet
import qiaomen.model.state.SensitiveSpan
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.ChoiceStack
import qiaomen.ui.parts.Field
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.KeyValue
import qiaomen.ui.parts.Option
import qiaomen.ui.parts.QrPicture
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.Sheet
import qiaomen.ui.parts.Weight
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

@Composable
internal fun AlertSheetOver(sheet: AlertSheet, words: Words, on: (AlertEvent) -> Unit) {
    val close = { on(AlertEvent.CloseSheet) }
    val closeLabel = words("screen.close")
    when (sheet) {
        is AlertSheet.HandOver -> Sheet(
            words("screen.handOver.title"), closeLabel, close, words("screen.handOver.text"),
            buttons = { Confirm(words("screen.handOver.offer"), sheet.chosen != null, on) },
        ) {
            ChoiceStack(sheet.people.map { Option(it.id, it.name, it.id == sheet.chosen, listOfNotNull(it.roleText, it.nearText).joinToString(" · ")) }) {
                on(AlertEvent.Choose(it))
            }
            Field(words("screen.handOver.note"), sheet.note, lines = 2) { on(AlertEvent.Type("note", it)) }
        }
        is AlertSheet.Badge -> BadgeSheet(sheet, words, close)
        is AlertSheet.Script -> Sheet(words("screen.script.title"), closeLabel, close) {
            if (sheet.kinds.size > 1) Ask(words("screen.script.kind"), sheet.kinds, Shape.OneShort) { on(AlertEvent.Choose(it)) }
            Card {
                Say(sheet.title, Theme.letters.title)
                Say(sheet.body, Theme.letters.reading)
            }
        }
        is AlertSheet.MoneySent -> Sheet(
            words("screen.money.title"), closeLabel, close, words("screen.money.text"),
            buttons = { Confirm(words("screen.save"), true, on) },
        ) {
            Field(words("screen.money.yuan"), sheet.yuan, error = sheet.errors.of("yuan"), keyboard = KeyboardType.Decimal) { on(AlertEvent.Type("yuan", it)) }
            Field(words("screen.money.account"), sheet.account, error = sheet.errors.of("account")) { on(AlertEvent.Type("account", it)) }
            Field(words("screen.note"), sheet.note, error = sheet.errors.of("note"), lines = 2) { on(AlertEvent.Type("note", it)) }
        }
        is AlertSheet.StopPayment -> Sheet(
            words("screen.stop.title"), closeLabel, close, words("screen.stop.text"),
            buttons = { Confirm(words("screen.save"), sheet.step.isNotEmpty(), on) },
        ) {
            ChoiceStack(sheet.steps.map { Option(it.code, it.text, it.code == sheet.step, if (it.chosen) words("screen.stop.taken") else null) }) {
                on(AlertEvent.Choose(it))
            }
            Field(words("screen.stop.institution"), sheet.institution) { on(AlertEvent.Type("institution", it)) }
        }
        is AlertSheet.Words -> Sheet(
            sheet.action.words(words), closeLabel, close, sheet.action.explained(words),
            buttons = { Confirm(words("screen.save"), !sheet.required || sheet.text.isNotBlank(), on) },
        ) {
            Sensitive(words(if (sheet.required) "screen.words.required" else "screen.words.text"), sheet.text, sheet.sensitive, words, { on(AlertEvent.Mask) }) {
                on(AlertEvent.Type("text", it))
            }
        }
        is AlertSheet.Raise -> Sheet(
            words("screen.raise.title"), closeLabel, close, words("screen.raise.text"),
            buttons = { Confirm(words("screen.save"), sheet.levels.any { it.chosen }, on) },
        ) {
            ChoiceStack(sheet.levels.options()) { on(AlertEvent.Choose(it)) }
            Field(words("screen.raise.reason"), sheet.reason, lines = 2) { on(AlertEvent.Type("reason", it)) }
        }
    }
}

@Composable
private fun Confirm(text: String, enabled: Boolean, on: (AlertEvent) -> Unit) =
    Button(text, Modifier.fillMaxWidth(), enabled = enabled) { on(AlertEvent.Confirm) }

/** What a sentence is for; none where its name says it. */
private fun AlertAction.explained(words: Words): String? = when (this) {
    AlertAction.Feedback -> words("screen.words.feedback")
    AlertAction.Propose -> words("screen.words.propose")
    AlertAction.Clear -> words("screen.words.clear")
    else -> null
}

/** A text in which numbers that should not be there are told and can be masked. */
@Composable
internal fun Sensitive(
    label: String,
    text: String,
    spans: List<SensitiveSpan>,
    words: Words,
    onMask: () -> Unit,
    error: String? = null,
    onText: (String) -> Unit,
) {
    Column(verticalArrangement = Arrangement.spacedBy(Gap.small)) {
        Field(label, text, lines = 3, error = error, on = onText)
        if (spans.isNotEmpty()) {
            Remark(Icons.Warning, words("screen.sensitive", "found" to words.list(spans.map { it.text })), colour = Theme.tone.soon)
            Button(words("screen.mask"), weight = Weight.Lesser, icon = Icons.Locked, on = onMask)
        }
    }
}

/** For a resident who wants to know who stands there: large, and nothing besides. */
@Composable
internal fun BadgeSheet(badge: AlertSheet.Badge, words: Words, close: () -> Unit) = Sheet(words("screen.badge.title"), words("screen.close"), close) {
    Column(Modifier.fillMaxWidth(), Arrangement.spacedBy(Gap.small), Alignment.CenterHorizontally) {
        Say(badge.town, Theme.letters.strong, Theme.tone.accent, align = TextAlign.Center)
        Say(badge.name, Theme.letters.figure, align = TextAlign.Center)
        QrPicture(badge.qr.size, badge.qr.dark, words("screen.badge.qr"), Modifier.widthIn(max = 220.dp))
        Say(words("screen.badge.text"), colour = Theme.tone.soft, align = TextAlign.Center)
        Remark(Icons.Clock, badge.untilText)
    }
    Card {
        badge.telephone?.let { KeyValue(words("screen.badge.telephone"), it) }
        KeyValue(words("screen.badge.url"), badge.url)
    }
    Aside(words("screen.badge.help"))
}
