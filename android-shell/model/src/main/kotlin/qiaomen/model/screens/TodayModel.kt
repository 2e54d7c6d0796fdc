// What is to be done today.
//
// Invariants: the order of the tasks is the core's; a list shows as many pages as were asked for and reads no more than that.
package qiaomen.model.screens

import qiaomen.core.AnyRecord
import qiaomen.core.DueTask
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.Role
import qiaomen.model.Call
import qiaomen.model.Calls
import qiaomen.model.Desk
import qiaomen.model.Finishing
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Thrown
import qiaomen.model.Words
import qiaomen.model.code
import qiaomen.model.state.CallCard
import qiaomen.model.state.DraftRow
import qiaomen.model.state.Effect
import qiaomen.model.state.ReminderCard
import qiaomen.model.state.Screen
import qiaomen.model.state.TaskCard
import qiaomen.model.state.TodayEvent
import qiaomen.model.state.TodayState
import qiaomen.model.work.taskCard

internal class TodayModel(desk: Desk) :
    ScreenModel<TodayState, TodayEvent>(desk, TodayState(), TodayEvent::class, Screen::Today) {
    override val route = Route.Today
    private var shown = desk.habits.page

    /** Where people are, as far as it was looked up. */
    private var places = Places(desk, desk.words)

    override fun load() {
        val (words, now, most) = Triple(words, desk.now(), shown)
        if (places.words != words) places = Places(desk, words)
        val places = places
        val thrown = desk.thrown?.draft
        // At the start of the app the tasks come first, and where people are a moment later.
        if (state.loading) read({ tasks(words, now, most, null) }, "first") { first ->
            show { it.copy(dateText = words.weekday(now), loading = false, tasks = first.cards, more = first.more) }
        }
        read({ look(words, now, most, places, thrown) }) { found ->
            val done = desk.pending?.alert
            show { found.copy(tasks = found.tasks.map { it.copy(justDone = it.alert == done) }) }
        }
    }

    override fun changed(nouns: Set<Noun>) {
        // A run tells how far it is, many times a second: only the line about it is another one.
        if (nouns == setOf(Noun.SYNC) && desk.exchanges.running) {
            show { it.copy(syncText = syncText(desk, desk.glass.value.waiting)) }
            return
        }
        if (nouns.any { it in PLACED }) places = Places(desk, words)
        load()
    }

    private class Tasks(val cards: List<TaskCard>, val more: Boolean, val all: List<DueTask>)

    private fun tasks(words: Words, now: Long, most: Int, places: Places?): Tasks {
        val all = core.tasks.list(Page(0u, maxOf(most + 1, Calls.MOST).toUInt()))
        val teller = Places(desk, words).teller(now)
        val cards = all.take(most).map { teller.taskCard(it.alert, it.name, it.level.code, it.visit, places?.ofAlert(it.alert), justDone = false) }
        return Tasks(cards, all.size > most, all)
    }

    private fun look(words: Words, now: Long, most: Int, places: Places, thrown: String?): TodayState {
        val tasks = tasks(words, now, most, places)
        val roles = desk.roles()
        val finishing = desk.forms.keys().filter { it.startsWith(Finishing.PREFIX) }.map { it.removePrefix(Finishing.PREFIX) }
        val figures = core.replica.figures()
        return TodayState(
            dateText = words.weekday(now),
            meText = words.meText(desk.names.record(desk.names.me())?.name.orEmpty(), roles),
            loading = false,
            tasks = tasks.cards,
            more = tasks.more,
            calls = desk.calls.among(tasks.all).map { call -> words.callCard(call) { desk.names.person(it, words) } },
            count = counted(desk, words),
            drafts = core.drafts.list().filterNot { it.id in finishing || it.id == thrown }.map { DraftRow(it.id, title(it.record, words, places), words.ago(it.at, now)) },
            reminders = core.reminders.current().map { kept ->
                ReminderCard(kept.id, kept.record.title, kept.record.body, kept.record.until?.let { words("today.reminderUntil", "moment" to words.moment(it, now)) })
            },
            syncText = syncText(desk, figures.waiting.toInt()),
            onDuty = core.duty.isOn(),
            canPaste = Role.Police in roles,
        )
    }

    private fun title(record: AnyRecord?, words: Words, places: Places): String {
        val visit = (record as? AnyRecord.OfVisit)?.record ?: return words("today.draft.unreadable")
        val place = visit.household?.let(places::ofHousehold) ?: visit.alert?.let { places.nameOf(it) }
        return place ?: words("today.draft.untitled")
    }

    override fun on(event: TodayEvent) {
        when (event) {
            is TodayEvent.OpenAlert -> desk.go(Route.Alert(event.alert))
            is TodayEvent.Record -> desk.go(Route.Visit(alert = event.alert))
            is TodayEvent.Take -> writeOnce(event.alert, { core.alerts.receipt(event.alert).also { desk.calls.forget() } }) { taken(event.alert) }
            is TodayEvent.Accept -> writeOnce(event.alert, { core.alerts.accept(event.alert, event.offer).also { desk.calls.forget() } }) { taken(event.alert) }
            is TodayEvent.GoOn -> desk.go(Route.Visit(draft = event.draft))
            is TodayEvent.DiscardDraft -> if (state.drafts.any { it.id == event.draft }) {
                show { it.copy(drafts = it.drafts.filterNot { row -> row.id == event.draft }) }
                // A second word would take longer than taking it back.
                desk.throwAway(Thrown(draft = event.draft, text = words("today.draft.discarded"), undone = Route.Today))
            }
            TodayEvent.More -> {
                shown += desk.habits.page
                load()
            }
            TodayEvent.Refresh -> {
                desk.exchanges.now { error -> if (error != null) desk.failed(error) }
                load()
            }
            TodayEvent.Paste -> desk.go(Route.Paste)
            is TodayEvent.ShareReminder -> state.reminders.find { it.id == event.reminder }?.let {
                desk.effect(Effect.Share("${it.title}\n${it.body}"))
            }
        }
    }

    private fun taken(alert: String) {
        desk.say(words("today.taken"))
        show { it.copy(calls = it.calls.filterNot { call -> call.alert == alert }) }
        desk.saved()
    }

    private companion object {
        val PLACED = setOf(Noun.ALERTS, Noun.HOUSEHOLDS, Noun.IDENTITY)
    }
}

/** Who works here, and as what. */
fun Words.meText(name: String, roles: List<Role>): String = this("today.me", "name" to name, "roles" to list(roles.map { word("role", it.code) }))

/** An alert that nobody has, or an offer. */
fun Words.callCard(call: Call, person: (String) -> String): CallCard = CallCard(
    alert = call.alert,
    name = call.name,
    level = call.level,
    levelText = word("level", call.level),
    text = call.from?.let { this("today.call.offered", "person" to person(it)) } ?: this("today.call.open"),
    offer = call.offer,
)
