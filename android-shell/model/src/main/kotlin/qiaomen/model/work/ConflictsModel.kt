// Fields that two people wrote without knowing of each other, in plain words.
//
// Invariants: nothing is hidden: the value that counts and all others, with who and when; a value is settled as the core
// gave it, never as it is shown.
package qiaomen.model.work

import qiaomen.core.AnyRecord
import qiaomen.core.ConflictedRecord
import qiaomen.core.FieldValue
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.model.Core
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.state.ConflictCard
import qiaomen.model.state.ConflictChoice
import qiaomen.model.state.ConflictField
import qiaomen.model.state.ConflictsEvent
import qiaomen.model.state.ConflictsState
import qiaomen.model.state.Screen

class ConflictsModel(desk: Desk, override val route: Route.Conflicts) :
    ScreenModel<ConflictsState, ConflictsEvent>(desk, ConflictsState(), ConflictsEvent::class, Screen::Conflicts) {
    /** What a record is: where it is opened. */
    private var found: List<ConflictedRecord> = emptyList()
    private var records: Map<String, AnyRecord> = emptyMap()

    private class Found(val records: List<ConflictedRecord>, val about: Map<String, AnyRecord>, val cards: List<ConflictCard>, val canSettle: Boolean)

    override fun load() {
        val (told, now) = words to desk.now()
        read({
            val core = desk.core
            val conflicted = route.record?.let { listOfNotNull(core.conflicts.get(it)) } ?: core.conflicts.list(Page(0u, MOST))
            val about = conflicted.mapNotNull { one -> core.replica.record(one.id)?.let { one.id to it.record } }.toMap()
            val cards = conflicted.filter { it.fields.isNotEmpty() }.map { card(core, teller(desk, told, now, doors(core, about[it.id])), it, about[it.id]) }
            Found(conflicted, about, cards, desk.names.held().may(Deed.Settle))
        }) { now ->
            found = now.records
            records = now.about
            show {
                it.copy(
                    loading = false, records = now.cards, canSettle = now.canSettle,
                    whoText = words(if (now.canSettle) "conflicts.youSettle" else "conflicts.supervisorSettles"),
                )
            }
        }
    }

    override fun changed(nouns: Set<Noun>) {
        if (nouns.any { it in SHOWN }) load()
    }

    override fun on(event: ConflictsEvent) {
        when (event) {
            is ConflictsEvent.Settle -> settle(event)
            is ConflictsEvent.Open -> when (val record = records[event.id]) {
                is AnyRecord.OfHousehold -> desk.go(Route.Household(event.id))
                is AnyRecord.OfFraudAlert -> desk.go(Route.Alert(event.id))
                is AnyRecord.OfVisit -> record.record.alert?.let { desk.go(Route.Alert(it)) } ?: record.record.household?.let { desk.go(Route.Household(it)) }
                else -> Unit
            }
        }
    }

    private fun settle(event: ConflictsEvent.Settle) {
        val value = found.find { it.id == event.id }?.fields?.find { it.path == event.path }?.values?.getOrNull(event.index)?.value ?: return
        if (!state.canSettle) return desk.say(words("conflicts.supervisorSettles"), failure = true)
        writeOnce("settle", { desk.core.conflicts.settle(event.id, event.path, value) }) {
            desk.say(words("conflicts.settled"))
            desk.saved()
            load()
        }
    }

    private companion object {
        const val MOST = 100u
        val SHOWN = setOf(Noun.CONFLICTS, Noun.HOUSEHOLDS, Noun.ALERTS, Noun.VISITS, Noun.DIRECTORY)
    }
}

private fun doors(core: Core, record: AnyRecord?) = when (record) {
    is AnyRecord.OfHousehold -> listOf(record.record)
    null -> emptyList()
    else -> doorsOf(core, listOf(record))
}

private fun card(core: Core, teller: Teller, one: ConflictedRecord, record: AnyRecord?): ConflictCard =
    conflictCard(teller, one, record, record?.let { title(core, teller, it) } ?: teller.words.word("kind", one.kind.code))

private fun title(core: Core, teller: Teller, record: AnyRecord): String = when (record) {
    is AnyRecord.OfHousehold -> teller.words.address(record.record.address)
    is AnyRecord.OfFraudAlert -> teller.words("conflicts.alert", "name" to record.record.name)
    is AnyRecord.OfVisit -> {
        val whose = record.record.alert?.let { core.alerts.get(it)?.record?.name } ?: record.record.household?.let(teller.door)
        teller.words.dotted(whose, teller.title(record), teller.words.moment(record.record.ended, teller.now))
    }
    else -> teller.title(record)
}

/** A record with such fields. */
fun conflictCard(teller: Teller, one: ConflictedRecord, record: AnyRecord?, title: String): ConflictCard {
    val places = (record as? AnyRecord.OfFraudAlert)?.record?.places.orEmpty().associate { it.id to teller.placeLabel(it.place.label) }
    val fields = FieldTeller(teller, places::get)
    return ConflictCard(
        one.id, title,
        one.fields.map { field ->
            ConflictField(
                field.path, fields.label(field.path),
                field.values.mapIndexed { index, value ->
                    val by = value.person?.let(teller.person) ?: teller.words("person.unknown")
                    val text = fields.value(field.path, value.value).ifBlank { fields.value(field.path, FieldValue.Cleared) }
                    ConflictChoice(index, text, teller.words("conflicts.by", "name" to by, "when" to teller.words.moment(value.at, teller.now)), index == 0)
                },
            )
        },
    )
}

/** Each of a record's conflicts in one sentence. */
fun Teller.conflictTexts(card: ConflictCard): List<String> = card.fields.map { field ->
    words("conflicts.sentence", "field" to field.label, "values" to field.values.joinToString(words("conflicts.or")) { words("conflicts.value", "text" to it.text, "by" to it.byText) })
}
