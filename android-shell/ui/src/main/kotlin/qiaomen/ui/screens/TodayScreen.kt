// What is to be done today: calls first, then tasks with the time left, then what lies about unfinished.

package qiaomen.ui.screens

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.items
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.DraftRow
import qiaomen.model.state.ReminderCard
import qiaomen.model.state.TodayEvent
import qiaomen.model.state.TodayState
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Chip
import qiaomen.ui.parts.DueCard
import qiaomen.ui.parts.EmptyState
import qiaomen.ui.parts.Flow
import qiaomen.ui.parts.IconButton
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.ListPage
import qiaomen.ui.parts.Loading
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Remark
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.Sign
import qiaomen.ui.parts.Weight
import qiaomen.ui.parts.touch
import qiaomen.ui.theme.Corner
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.On
import qiaomen.ui.theme.Theme
import qiaomen.ui.theme.ground

@Composable
fun TodayScreen(state: TodayState, words: Words, on: (TodayEvent) -> Unit) =
    ListPage(edge = 0.dp, more = state.more, onMore = { on(TodayEvent.More) }) {
        val inside = Modifier.padding(horizontal = Gap.large)
        item("head") { Head(state, words, on) }
        if (state.calls.isNotEmpty()) {
            item("calls") { SectionHeader(words("screen.today.calls"), inside) }
            items(state.calls, key = { "call ${it.alert}" }) { call ->
                Box(inside) {
                    Call(call, words, { on(TodayEvent.OpenAlert(call.alert)) }) {
                        val offer = call.offer
                        on(if (offer == null) TodayEvent.Take(call.alert) else TodayEvent.Accept(call.alert, offer))
                    }
                }
            }
        }
        item("tasks") { SectionHeader(words("screen.today.tasks"), inside) }
        if (state.loading) {
            item("loading") { Loading(words("screen.loading")) }
        } else if (state.tasks.isEmpty()) {
            item("none") { EmptyState(Icons.Tick, words("screen.today.none"), words("screen.today.noneText")) }
        }
        items(state.tasks, key = { "task ${it.alert} ${it.kind}" }) { task ->
            Box(inside) {
                DueCard(
                    task.name, task.level, task.levelText, task.kindText, task.dueText, task.leftText, task.overdue, task.soon,
                    task.attemptsText, task.placeText, if (task.justDone) words("screen.today.justDone") else null,
                    words("screen.today.record"), words("screen.today.recordLabel", "name" to task.name, "kind" to task.kindText),
                    { on(TodayEvent.OpenAlert(task.alert)) }, { on(TodayEvent.Record(task.alert)) },
                )
            }
        }
        if (state.drafts.isNotEmpty()) {
            item("drafts") { SectionHeader(words("screen.today.drafts"), inside) }
            items(state.drafts, key = { "draft ${it.id}" }) { Box(inside) { Unfinished(it, words, on) } }
        }
        if (state.reminders.isNotEmpty()) {
            item("reminders") { SectionHeader(words("screen.today.reminders"), inside) }
            items(state.reminders, key = { "reminder ${it.id}" }) { Box(inside) { Reminder(it, words, on) } }
        }
        item("end") {
            Column(inside.padding(top = Gap.small, bottom = Gap.large), Arrangement.spacedBy(Gap.small)) {
                if (state.canPaste) {
                    Button(words("screen.today.paste"), Modifier.fillMaxWidth(), Weight.Lesser, Icons.Copy) { on(TodayEvent.Paste) }
                }
                if (state.syncText.isNotEmpty()) Aside(state.syncText)
            }
        }
    }

/** Date and person, what is left, and what this day has come to. */
@Composable
private fun Head(state: TodayState, words: Words, on: (TodayEvent) -> Unit) {
    val tone = Theme.tones.head
    On(tone) {
        Column(Modifier.fillMaxWidth().background(tone.ground).padding(bottom = Gap.large), Arrangement.spacedBy(Gap.medium)) {
            Row(Modifier.fillMaxWidth().padding(start = Gap.large, end = Gap.hair, top = Gap.medium), Arrangement.spacedBy(Gap.medium)) {
                Column(Modifier.weight(1f)) {
                    Say(state.dateText, Theme.letters.display, modifier = Modifier.semantics { heading() })
                    Say(state.meText, Theme.letters.small, tone.soft)
                }
                IconButton(Icons.Again, words("screen.today.refresh"), colour = tone.ink) { on(TodayEvent.Refresh) }
            }
            val figures = listOf(
                state.count.tasksLeft to words("screen.today.left"),
                state.count.tasksDone to words("screen.today.done"),
                state.count.visits to words("screen.today.visits"),
                state.count.pledges to words("screen.today.pledges"),
            )
            if (Theme.largeText) {
                // In few lines, so that a task is seen below.
                Flow(Modifier.padding(horizontal = Gap.large), Gap.large) {
                    for ((number, word) in figures) {
                        Row(Modifier.semantics(mergeDescendants = true) {}, Arrangement.spacedBy(Gap.hair), Alignment.CenterVertically) {
                            Say(number.toString(), Theme.letters.strong)
                            Say(word, Theme.letters.small, tone.soft)
                        }
                    }
                }
            } else {
                Row(Modifier.padding(horizontal = Gap.large)) {
                    for ((number, word) in figures) {
                        Column(Modifier.weight(1f).semantics(mergeDescendants = true) {}) {
                            Say(number.toString(), Theme.letters.figure)
                            Say(word, Theme.letters.small, tone.soft)
                        }
                    }
                }
            }
            if (state.onDuty) Box(Modifier.padding(horizontal = Gap.large)) { Chip(words("screen.today.onDuty"), Theme.tones.soonSoft, Icons.Bell) }
        }
    }
}

/** A visit that was begun: goes on, or is thrown away. */
@Composable
private fun Unfinished(draft: DraftRow, words: Words, on: (TodayEvent) -> Unit) {
    Card(inside = 0.dp) {
        Row(verticalAlignment = Alignment.CenterVertically) {
            Box(Modifier.weight(1f)) {
                OpenRow(draft.title, aside = draft.whenText, icon = Icons.Pencil, label = words("screen.today.goOn", "title" to draft.title)) {
                    on(TodayEvent.GoOn(draft.id))
                }
            }
            IconButton(Icons.Bin, words("screen.today.discard", "title" to draft.title), colour = Theme.tone.soft) { on(TodayEvent.DiscardDraft(draft.id)) }
        }
    }
}

/** A new trick, or a word from the station, to be passed on. */
@Composable
private fun Reminder(reminder: ReminderCard, words: Words, on: (TodayEvent) -> Unit) {
    Card {
        Say(reminder.title, Theme.letters.strong)
        Say(reminder.body)
        reminder.untilText?.let { Remark(Icons.Clock, it) }
        Button(
            words("screen.share"), weight = Weight.Lesser, icon = Icons.Share, label = words("screen.today.shareLabel", "title" to reminder.title),
        ) { on(TodayEvent.ShareReminder(reminder.id)) }
    }
}
