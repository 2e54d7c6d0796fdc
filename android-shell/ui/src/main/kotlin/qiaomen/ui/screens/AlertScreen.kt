// An alert: whose it is, what is due, what can be done now, and everything that was done.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import qiaomen.model.Words
import qiaomen.model.state.AlertAction
import qiaomen.model.state.AlertEvent
import qiaomen.model.state.AlertState
import qiaomen.model.state.CustodyCard
import qiaomen.model.state.DueRow
import qiaomen.model.state.PlaceRow
import qiaomen.model.state.TaskCard
import qiaomen.ui.parts.ActionTile
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Banner
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.CardOf
import qiaomen.ui.parts.Chip
import qiaomen.ui.parts.EmptyState
import qiaomen.ui.parts.FittingTiles
import qiaomen.ui.parts.Flow
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.KeyValue
import qiaomen.ui.parts.LeftChip
import qiaomen.ui.parts.LevelChip
import qiaomen.ui.parts.Loading
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Page
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.StripeCard
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Under
import qiaomen.ui.parts.Weight
import qiaomen.ui.parts.stripe
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

@Composable
fun AlertScreen(state: AlertState, words: Words, onBack: () -> Unit, on: (AlertEvent) -> Unit) = Under(
    state.sheet?.let { sheet -> { AlertSheetOver(sheet, words, on) } },
) {
    val main = state.actions.firstOrNull()
    Page(
        head = {
            TopBar(state.name.ifEmpty { words("screen.alert.title") }, words("screen.back"), onBack = onBack)
            // In large letters they would leave the page no room.
            if (!Theme.largeText) Calling(state, words, on)
        },
        thumb = main?.let { action -> { Button(action.words(words), Modifier.fillMaxWidth(), icon = action.icon) { on(AlertEvent.Act(action)) } } },
    ) {
        when {
            state.missing -> EmptyState(Icons.Info, words("screen.alert.missing"), words("screen.alert.missingText"))
            state.loading -> Loading(words("screen.loading"))
            else -> {
                if (Theme.largeText) Calling(state, words, on)
                Standing(state, words)
                Actions(state.actions.drop(1), words, on)
                Places(state.places, words, on)
                Custody(state.custody, words, on)
                Due(state.due, words)
                if (state.facts.isNotEmpty() || state.note != null) {
                    SectionHeader(words("screen.alert.facts"))
                    Card {
                        for (line in state.facts) KeyValue(line.label, line.text)
                        state.note?.let { Say(it) }
                    }
                }
                if (state.file.isNotEmpty()) {
                    SectionHeader(words("screen.alert.file"))
                    CardOf(state.file) { Happened(it, words) }
                }
            }
        }
    }
}

/** What cannot wait, and what went wrong. */
@Composable
private fun Calling(state: AlertState, words: Words, on: (AlertEvent) -> Unit) {
    val shape = bannerShape()
    if (state.stopPaymentOwed) {
        Banner(words("screen.alert.stopPaymentOwed"), Icons.Stop, Theme.tones.urgent, shape) { on(AlertEvent.Act(AlertAction.StopPayment)) }
    }
    if (state.releaseOwed) {
        Banner(words("screen.alert.releaseOwed"), Icons.Stop, Theme.tones.soonSoft, shape) { on(AlertEvent.Act(AlertAction.StopPayment)) }
    }
    state.accidentText?.let { Banner(it, Icons.Warning, Theme.tones.urgentSoft, shape) }
}

/** What brings one to the person stands out; what is written down afterwards follows. */
@Composable
private fun Actions(all: List<AlertAction>, words: Words, on: (AlertEvent) -> Unit) {
    val (going, rest) = all.partition { it in GOING }
    for ((actions, tone) in listOf(going to Theme.tones.accentSoft, rest to Theme.tones.card)) {
        if (actions.isEmpty()) continue
        FittingTiles(actions, { it.words(words) }) { action, place ->
            ActionTile(action.icon, action.words(words), place, tone) { on(AlertEvent.Act(action)) }
        }
    }
}

private val GOING = setOf(AlertAction.Call, AlertAction.Navigate, AlertAction.Badge, AlertAction.Script)


/** How it stands, and what is due next. */
@Composable
private fun Standing(state: AlertState, words: Words) {
    StripeCard(stripe(state.level)) {
        Column(Modifier.padding(Gap.large), Arrangement.spacedBy(Gap.small)) {
            Flow {
                LevelChip(state.level, state.levelText)
                Chip(state.resultText)
                if (state.custody.mine) Chip(words("screen.alert.mine"), Theme.tones.accentSoft, Icons.Person)
            }
            val next = state.next
            if (next == null) Say(words("screen.alert.nothingDue"), colour = Theme.tone.soft) else Next(next)
            state.telephone?.let { Remark(Icons.Handset, it, colour = Theme.tone.ink, style = Theme.letters.strong) }
        }
    }
}

@Composable
private fun Next(next: TaskCard) {
    Say(next.kindText, Theme.letters.title)
    Flow {
        LeftChip(next.leftText, next.overdue, next.soon)
        Aside(next.dueText)
    }
    next.attemptsText?.let { Remark(Icons.Again, it, colour = Theme.tone.soon) }
}

/** Where the person may be found. */
@Composable
private fun Places(places: List<PlaceRow>, words: Words, on: (AlertEvent) -> Unit) {
    if (places.isEmpty()) return
    SectionHeader(words("screen.alert.places"))
    CardOf(places) { place ->
        OpenRow(
            place.label, text = place.address, icon = if (place.hasPosition) Icons.Pin else Icons.Copy,
            aside = words(if (place.hasPosition) "screen.alert.map" else "screen.alert.copy"),
            label = words(if (place.hasPosition) "screen.alert.mapLabel" else "screen.alert.copyLabel", "place" to (place.address ?: place.label)),
        ) { on(AlertEvent.Navigate(place.id)) }
    }
}

/** Whose it is, to whom it is offered, who had it before. */
@Composable
private fun Custody(custody: CustodyCard, words: Words, on: (AlertEvent) -> Unit) {
    SectionHeader(words("screen.alert.custody"))
    Card {
        Say(custody.ownerText, Theme.letters.strong)
        for (text in custody.contestTexts) Remark(Icons.Fork, text, colour = Theme.tone.urgent)
        for (text in custody.unconfirmedTexts) Remark(Icons.Waiting, text, colour = Theme.tone.soon)
        for (offer in custody.offers) {
            Remark(Icons.HandOver, offer.text, colour = Theme.tone.ink, style = Theme.letters.body)
            if (offer.toMe) {
                Button(words("screen.alert.accept"), Modifier.fillMaxWidth(), icon = Icons.Tick) { on(AlertEvent.Accept(offer.offer)) }
            } else if (offer.byMe) {
                Button(words("screen.alert.takeBack"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Undo) { on(AlertEvent.TakeBack(offer.offer)) }
            }
        }
        for (text in custody.historyTexts) Aside(text)
    }
}

/** Everything that was ever due, each with how it came out. */
@Composable
private fun Due(rows: List<DueRow>, words: Words) {
    if (rows.isEmpty()) return
    SectionHeader(words("screen.alert.due"))
    CardOf(rows) { row ->
        val tones = Theme.tones
        val (tone, icon) = when (row.state) {
            "done" -> tones.accentSoft to Icons.Tick
            "late" -> tones.soonSoft to Icons.Tick
            "overdue" -> tones.urgent to Icons.Clock
            "missed" -> tones.urgentSoft to Icons.Close
            else -> tones.sunk to Icons.Clock
        }
        Column(Modifier.fillMaxWidth().padding(Gap.large, Gap.medium), Arrangement.spacedBy(Gap.hair)) {
            Flow {
                Say(row.kindText, Theme.letters.strong)
                Chip(row.stateText, tone, icon)
            }
            Aside(row.dueText)
            row.attemptsText?.let { Aside(it) }
        }
    }
}

/** The icon of what can be done. */
internal val AlertAction.icon: ImageVector
    get() = when (this) {
        AlertAction.Take, AlertAction.Accept -> Icons.Tick
        AlertAction.RecordVisit -> Icons.Pencil
        AlertAction.Dissuade -> Icons.Script
        AlertAction.Call -> Icons.Handset
        AlertAction.Navigate -> Icons.Pin
        AlertAction.Badge -> Icons.Badge
        AlertAction.Script -> Icons.Book
        AlertAction.Feedback -> Icons.Share
        AlertAction.MoneySent -> Icons.Money
        AlertAction.StopPayment -> Icons.Stop
        AlertAction.HandOver -> Icons.HandOver
        AlertAction.Propose -> Icons.Flag
        AlertAction.Clear -> Icons.Ticks
        AlertAction.Raise -> Icons.Warning
        AlertAction.Comment -> Icons.File
        AlertAction.Dossier -> Icons.Person
    }

/** What its button says. */
internal fun AlertAction.words(words: Words): String = when (this) {
    AlertAction.Take -> words("screen.act.take")
    AlertAction.Accept -> words("screen.act.accept")
    AlertAction.RecordVisit -> words("screen.act.recordVisit")
    AlertAction.Dissuade -> words("screen.act.dissuade")
    AlertAction.Call -> words("screen.act.call")
    AlertAction.Navigate -> words("screen.act.navigate")
    AlertAction.Badge -> words("screen.act.badge")
    AlertAction.Script -> words("screen.act.script")
    AlertAction.Feedback -> words("screen.act.feedback")
    AlertAction.MoneySent -> words("screen.act.moneySent")
    AlertAction.StopPayment -> words("screen.act.stopPayment")
    AlertAction.HandOver -> words("screen.act.handOver")
    AlertAction.Propose -> words("screen.act.propose")
    AlertAction.Clear -> words("screen.act.clear")
    AlertAction.Raise -> words("screen.act.raise")
    AlertAction.Comment -> words("screen.act.comment")
    AlertAction.Dossier -> words("screen.act.dossier")
}
