// One door and the people behind it.
//
// Invariants: a door that nobody opened is one tap, after which the next one opens by itself; what is typed into a sheet is
// kept within a moment and comes back when the sheet is opened again; only what the person changed is written, and what is new
// is written once (see Once.kt).
package qiaomen.model.work

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.AnyRecord
import qiaomen.core.CaseResult
import qiaomen.core.Household
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.core.QiaomenException
import qiaomen.core.ResidentEntry
import qiaomen.core.SyncMark
import qiaomen.model.Desk
import qiaomen.model.Finished
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Words
import qiaomen.model.became
import qiaomen.model.code
import qiaomen.model.invalid
import qiaomen.model.mark
import qiaomen.model.once
import qiaomen.model.state.CallCard
import qiaomen.model.state.Effect
import qiaomen.model.state.FieldError
import qiaomen.model.state.HouseholdEvent
import qiaomen.model.state.HouseholdSheet
import qiaomen.model.state.HouseholdState
import qiaomen.model.state.Language
import qiaomen.model.state.Screen

class HouseholdModel(desk: Desk, override val route: Route.Household) :
    ScreenModel<HouseholdState, HouseholdEvent>(desk, HouseholdState(id = route.id), HouseholdEvent::class, Screen::Household) {
    private var door: Household? = null
    private var opened = false
    private var shown = desk.habits.page

    /** A sheet as it is, as it was opened, and whether it lies over the screen. */
    @Serializable
    private data class KeptSheet(val sheet: HouseholdSheet, val before: HouseholdSheet, val open: Boolean = true)

    private val sheets = HashMap<String, KeptSheet>()

    /** The sheet that is being written: it is not kept any more. */
    private var saving: String? = null
    private val prefix = "household.${route.id ?: "new.${route.grid.orEmpty()}"}."

    private class Found(val state: HouseholdState?, val door: Household?, val sheets: Map<String, KeptSheet>)

    override fun load() {
        val (told, now, opening) = Triple(words, desk.now(), !opened)
        val take = shown
        read({
            val kept = if (opening) kept() else emptyMap()
            val id = route.id ?: return@read Found(newDoor(told), newHousehold(), kept)
            val door = desk.core.households.get(id) ?: return@read Found(null, null, kept)
            Found(look(door, told, now, take), door.record, kept)
        }) { found ->
            door = found.door
            sheets.putAll(found.sheets)
            val opened = opened.also { opened = true }
            show { old -> found.state?.copy(sheet = old.sheet?.let { relabelled(it) }) ?: old.copy(loading = false, missing = true) }
            if (!opened) sheets.values.find { it.open }?.let { kept -> show { it.copy(sheet = relabelled(kept.sheet)) } }
            if (!opened && route.id == null && state.sheet == null) open(DOOR) { words.doorSheet(null) }
        }
    }

    override fun changed(nouns: Set<Noun>) {
        if (nouns.any { it in SHOWN }) load()
    }

    private fun kept(): Map<String, KeptSheet> = desk.forms.keys().filter { it.startsWith(prefix) }.mapNotNull { key ->
        val kept = desk.forms.get(key)?.let { runCatching { Json.decodeFromString<KeptSheet>(it) }.getOrNull() }
        kept?.takeUnless { desk.forms.became(key, { alike(it.sheet) }) }?.let { key.removePrefix(prefix) to it }
    }.toMap()

    /** How many doors or residents there are as this sheet makes one, on the thread that works. */
    private fun alike(sheet: HouseholdSheet): Int = when (sheet) {
        is HouseholdSheet.Resident -> route.id?.let(desk.core.households::get)?.record?.residents.orEmpty().count { it.resident.name == sheet.name.trim() }
        is HouseholdSheet.Door -> {
            val address = changed(newHousehold(), HouseholdSheet.Door(), sheet).address
            route.grid?.let(desk.core.doors::walk).orEmpty().count { it.address == address }
        }
    }

    private fun newDoor(words: Words) = HouseholdState(loading = false, address = words("household.new"), gridText = route.grid?.let { desk.names.path(it, words) }.orEmpty())

    /** On the thread that works. */
    private fun look(kept: qiaomen.core.KeptHousehold, words: Words, now: Long, take: Int): HouseholdState {
        val core = desk.core
        val door = kept.record
        val teller = teller(desk, words, now, listOf(door))
        val pledges = standing(all { core.pledges.ofHousehold(kept.id, it) }.map { it.id to it.record })
        val history = core.timeline.household(kept.id, Page(0u, take.toUInt() + 1u))
        val last = core.visits.ofHousehold(kept.id, Page(0u, 1u)).firstOrNull()?.record?.ended
        val grid = kept.about.scope.grid
        val next = core.doors.after(kept.id)
        val conflicts = if (kept.about.conflicts > 0uL) core.conflicts.get(kept.id) else null
        val because = if (kept.about.mark == SyncMark.HELD) core.replica.heldBecause(kept.id) else null
        return HouseholdState(
            id = kept.id,
            loading = false,
            address = words.address(door.address),
            gridText = grid?.let { desk.names.path(it, words) }.orEmpty(),
            mark = kept.about.mark.mark,
            markText = teller.markText(kept.about, because?.let { if (words.language == Language.Zh) it.reasonZh else it.reasonEn }),
            door = Groups.door.choices(words, listOf(door.door.code)),
            doorText = words.word("door", door.door.code),
            note = door.note,
            residents = present(door).map { teller.residentRow(it.id, it.resident, pledges[it.id]) },
            lastText = teller.lastText(last),
            alerts = alerts(kept.id, teller),
            history = teller.rows(core, history.take(take).filterNot { it.record is AnyRecord.OfSeen }),
            historyMore = history.size > take,
            conflictTexts = conflicts?.let { teller.conflictTexts(conflictCard(teller, it, AnyRecord.OfHousehold(door), "")) }.orEmpty(),
            next = next,
            nextText = next?.let { id -> core.households.get(id)?.record?.address?.let { words("household.next", "address" to words.address(it)) } },
        )
    }

    /** Alerts about people here that are not settled. */
    private fun alerts(id: String, teller: Teller): List<CallCard> {
        val (core, me) = desk.core to desk.names.me()
        // An alert is younger than what happened for it, and its month is not over: it is among the last things at its door.
        val named = core.timeline.household(id, Page(0u, 100u)).filter { (it.record as? AnyRecord.OfFraudAlert)?.record?.household == id }
        return named.mapNotNull { kept ->
            val standing = core.tasks.standing(kept.id)
            if (standing.result != CaseResult.RUNNING && standing.result != CaseResult.LYING) return@mapNotNull null
            val custody = teller.custodyCard(core.tasks.custody(kept.id), me)
            val level = standing.level.code
            CallCard(
                kept.id, (kept.record as AnyRecord.OfFraudAlert).record.name, level, teller.words.word("level", level), custody.ownerText,
                custody.offers.find { it.toMe }?.offer,
            )
        }
    }

    // ---- What the person does ----

    override fun on(event: HouseholdEvent) {
        val id = state.id
        // What is being saved is not changed under way.
        if (saving != null && event.ofSheet) return
        when (event) {
            HouseholdEvent.Closed -> if (id != null && !state.loading) closed(id)
            HouseholdEvent.Record -> id?.let { desk.go(Route.Visit(household = it)) }
            is HouseholdEvent.Pledge -> id?.let { desk.go(Route.Pledge(it, event.resident)) }
            is HouseholdEvent.Call -> desk.effect(Effect.Call(dialled(event.number)))
            is HouseholdEvent.EditResident -> door?.let { known ->
                val resident = event.resident?.let { wanted -> known.residents.find { it.id == wanted }?.resident }
                open(RESIDENT + event.resident.orEmpty()) { words.residentSheet(event.resident, resident) }
            }
            HouseholdEvent.EditDoor -> door?.let { known -> open(DOOR) { words.doorSheet(known) } }
            is HouseholdEvent.Type -> sheet { typed(it, event.field, event.text) }
            is HouseholdEvent.Choose -> sheet { chosen(it, event.field, event.code) }
            HouseholdEvent.Confirm -> confirm()
            HouseholdEvent.CloseSheet -> closeSheet()
            HouseholdEvent.Next -> state.next?.let { desk.replace(Route.Household(it)) }
            is HouseholdEvent.OpenAlert -> desk.go(Route.Alert(event.alert))
            HouseholdEvent.OpenConflicts -> desk.go(Route.Conflicts(id))
            HouseholdEvent.MoreHistory -> if (state.historyMore) {
                shown += desk.habits.page
                load()
            }
        }
    }

    private val HouseholdEvent.ofSheet: Boolean
        get() = when (this) {
            is HouseholdEvent.Type, is HouseholdEvent.Choose, is HouseholdEvent.EditResident, HouseholdEvent.EditDoor, HouseholdEvent.Confirm,
            HouseholdEvent.CloseSheet,
            -> true
            HouseholdEvent.Closed, HouseholdEvent.Record, is HouseholdEvent.Pledge, is HouseholdEvent.Call, HouseholdEvent.Next,
            is HouseholdEvent.OpenAlert, HouseholdEvent.OpenConflicts, HouseholdEvent.MoreHistory,
            -> false
        }

    private fun closed(id: String) {
        // The last door of the round stays: touched again, it is the same visit. The next opens under the finger.
        if (desk.pending?.let { it.discard && it.household == id } == true || desk.justClosed) return
        val (next, text) = state.next to words("household.closedSaved", "address" to state.address)
        // Where taking it back leads is here, where the door still is.
        finishOnce("closed", Finished(null, closedDoor(id, desk.now()), text = text, undone = { Route.Household(id) }, discard = true)) {
            if (next != null) giveWay(Route.Household(next)) else desk.say(words("household.lastDoor"))
        }
    }

    // ---- Sheets ----

    private fun open(key: String, fresh: () -> HouseholdSheet) {
        val kept = sheets[key]?.copy(open = true) ?: fresh().let { KeptSheet(it, it) }
        sheets.replaceAll { _, other -> other.copy(open = false) }
        sheets[key] = kept
        show { it.copy(sheet = relabelled(kept.sheet)) }
    }

    private fun keyOf(sheet: HouseholdSheet): String = when (sheet) {
        is HouseholdSheet.Door -> DOOR
        is HouseholdSheet.Resident -> RESIDENT + sheet.id.orEmpty()
    }

    private fun sheet(change: (HouseholdSheet) -> HouseholdSheet) {
        val sheet = change(state.sheet ?: return)
        sheets.computeIfPresent(keyOf(sheet)) { _, kept -> kept.copy(sheet = sheet) }
        show { it.copy(sheet = sheet) }
        touched()
    }

    override fun keep(): (() -> Unit)? {
        val texts = sheets.filter { (key, kept) -> key != saving && (kept.open || kept.sheet != kept.before) }.map { (key, kept) -> prefix + key to Json.encodeToString(kept) }
        return { texts.forEach { (key, text) -> desk.forms.keep(key, text) } }
    }

    private fun closeSheet() {
        val sheet = state.sheet ?: return
        val key = keyOf(sheet)
        val kept = sheets[key]
        if (kept == null || kept.sheet == kept.before) drop(key) else sheets[key] = kept.copy(open = false).also { touched() }
        if (route.id == null) return goBack()
        show { it.copy(sheet = null) }
    }

    /** What was typed is not needed any more. */
    private fun drop(key: String) {
        sheets.remove(key)
        write({ desk.forms.discard(prefix + key) })
    }

    override fun back(): Boolean {
        if (state.sheet == null || route.id == null) return false
        if (saving == null) closeSheet()
        return true
    }

    private fun confirm() {
        val sheet = state.sheet ?: return
        val errors = when (sheet) {
            is HouseholdSheet.Resident -> words.errors(sheet, words.year(desk.now()))
            is HouseholdSheet.Door -> words.errors(sheet)
        }
        if (errors.isNotEmpty()) return show { it.copy(sheet = sheet.with(errors)) }
        val key = keyOf(sheet)
        val before = sheets[key]?.before ?: return
        saving = key
        writeOnce("save", {
            desk.forms.once(prefix + key, { alike(sheet) }) {
                val id = route.id
                if (id == null) {
                    checkNotNull(route.grid)
                    desk.core.households.save(route.grid, changed(newHousehold(), before as HouseholdSheet.Door, sheet as HouseholdSheet.Door))
                } else {
                    id.also { edit(it, before, sheet) }
                }
            }
        }, { complained(it, sheet) }) { id ->
            saving = null
            sheets.remove(key)
            desk.saved()
            if (route.id == null) return@writeOnce giveWay(Route.Household(id))
            show { it.copy(sheet = null) }
            load()
        }
    }

    /** On the thread that works: onto the door as it is now, so that only what was changed is written. */
    private fun edit(id: String, before: HouseholdSheet, sheet: HouseholdSheet) {
        val now = desk.core.households.get(id)?.record ?: throw QiaomenException.NotFound()
        val after = when (sheet) {
            is HouseholdSheet.Door -> changed(now, before as HouseholdSheet.Door, sheet)
            is HouseholdSheet.Resident -> {
                before as HouseholdSheet.Resident
                val known = now.residents.find { it.id == sheet.id }
                if (known == null) {
                    now.copy(residents = now.residents + ResidentEntry(sheet.id ?: desk.core.replica.newId(), changed(newResident(), before, sheet)))
                } else {
                    now.copy(residents = now.residents.map { if (it.id == sheet.id) ResidentEntry(it.id, changed(it.resident, before, sheet)) else it })
                }
            }
        }
        desk.core.households.edit(id, now, after)
    }

    private fun complained(error: Throwable, sheet: HouseholdSheet): Boolean {
        saving = null
        touched()
        if (error !is QiaomenException.Invalid) return false
        show { it.copy(sheet = (it.sheet ?: sheet).with(listOf(FieldError(householdField(error.field), words.invalid(error.reason))))) }
        return true
    }

    /** A sheet in the language that is chosen now. */
    private fun relabelled(sheet: HouseholdSheet): HouseholdSheet = when (sheet) {
        is HouseholdSheet.Resident -> sheet.copy(
            tags = Groups.tag.choices(words, sheet.tags.filter { it.chosen }.map { it.code }),
            app = words.appChoices(sheet.app.find { it.chosen }?.code ?: "notLooked"),
        )
        is HouseholdSheet.Door -> sheet.copy(door = Groups.door.choices(words, sheet.door.filter { it.chosen }.map { it.code }))
    }

    private companion object {
        const val DOOR = "door"
        const val RESIDENT = "resident."
        val SHOWN = setOf(
            Noun.HOUSEHOLDS, Noun.VISITS, Noun.PLEDGES, Noun.ALERTS, Noun.CONFLICTS, Noun.REVIEWS, Noun.TASKS, Noun.QUARANTINE, Noun.DIRECTORY,
        )
    }
}

/** With these complaints. */
fun HouseholdSheet.with(errors: List<FieldError>): HouseholdSheet = when (this) {
    is HouseholdSheet.Resident -> copy(errors = errors)
    is HouseholdSheet.Door -> copy(errors = errors)
}

/** What is typed. */
fun typed(sheet: HouseholdSheet, field: String, text: String): HouseholdSheet = when (sheet) {
    is HouseholdSheet.Resident -> when (field) {
        "name" -> sheet.copy(name = text)
        "telephone" -> sheet.copy(telephone = text)
        "birthYear" -> sheet.copy(birthYear = text)
        "leftTo" -> sheet.copy(leftTo = text)
        "leftContact" -> sheet.copy(leftContact = text)
        else -> sheet
    }
    is HouseholdSheet.Door -> when (field) {
        "building" -> sheet.copy(building = text)
        "unit" -> sheet.copy(unit = text)
        "floor" -> sheet.copy(floor = text)
        "room" -> sheet.copy(room = text)
        "group" -> sheet.copy(group = text)
        "number" -> sheet.copy(number = text)
        "note" -> sheet.copy(note = text)
        else -> sheet
    }
}.with(errors = emptyList())

/** What is chosen or ticked. */
fun chosen(sheet: HouseholdSheet, field: String, code: String): HouseholdSheet = when (sheet) {
    is HouseholdSheet.Resident -> when (field) {
        "tags" -> sheet.copy(tags = sheet.tags.map { if (it.code == code) it.copy(chosen = !it.chosen) else it })
        "app" -> sheet.copy(app = sheet.app.map { it.copy(chosen = it.code == code) })
        "leftTown" -> sheet.copy(leftTown = code == "yes")
        else -> sheet
    }
    is HouseholdSheet.Door -> if (field == "door") sheet.copy(door = sheet.door.map { it.copy(chosen = it.code == code) }) else sheet
}

/** The field of a sheet that a field of the core's record is entered in. */
fun householdField(field: String): String = when (val last = field.substringAfterLast('.')) {
    "telephones" -> "telephone"
    "birth_year", "left_to", "left_contact" -> camel(last)
    "address" -> "room"
    else -> last
}

/** What a telephone is dialled by. */
fun dialled(number: String): String = (if (number.trim().startsWith("+")) "+" else "") + number.filter(Char::isDigit)
