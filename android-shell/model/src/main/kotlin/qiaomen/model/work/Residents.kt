// The people behind a door, in rows and in the form they are edited in.
//
// Invariants: pure; a form gives back what it was made from where nothing was typed; only what the person changed goes into
// the record, so that what somebody else wrote meanwhile stays.
package qiaomen.model.work

import qiaomen.core.Address
import qiaomen.core.Household
import qiaomen.core.Pledge
import qiaomen.core.Resident
import qiaomen.model.Words
import qiaomen.model.state.Choice
import qiaomen.model.state.FieldError
import qiaomen.model.state.HouseholdSheet
import qiaomen.model.state.ResidentRow

/** Somebody behind a door; [pledge] is the one that stands, if any does. */
fun Teller.residentRow(id: String, resident: Resident, pledge: Pledge?): ResidentRow = ResidentRow(
    id = id,
    name = resident.name,
    telephones = resident.telephones,
    tagTexts = listOfNotNull(
        if (resident.leftTown) words("resident.leftTown", "where" to (resident.leftTo ?: words("resident.leftNowhere"))) else null,
    ) + resident.tags.map { words.word("tag", it.code) },
    app = appCode(resident.appInstalled),
    appText = words.word("app", appCode(resident.appInstalled)),
    pledged = pledge != null,
    pledgeText = pledge?.let { words("pledge.signed", "day" to words.day(it.at, now)) } ?: words("pledge.unsigned"),
)

/** What is known of the app on somebody's telephone. */
fun appCode(installed: Boolean?): String = when (installed) {
    true -> "yes"
    false -> "no"
    null -> "notLooked"
}

/** The pledge of each resident that stands: the newest that was not taken back or put in the place of by another. */
fun standing(pledges: List<Pair<String, Pledge>>): Map<String, Pledge> {
    val corrected = pledges.mapNotNull { it.second.corrects }.toSet()
    return pledges.filter { (id, pledge) -> !pledge.void && id !in corrected }.map { it.second }
        .groupBy { it.resident }.mapValues { (_, own) -> own.maxBy { it.at } }
}

/** A resident's sheet. */
fun Words.residentSheet(id: String?, resident: Resident?): HouseholdSheet.Resident = HouseholdSheet.Resident(
    id = id,
    name = resident?.name.orEmpty(),
    telephone = resident?.telephones.orEmpty().joinToString("、"),
    birthYear = resident?.birthYear?.toString().orEmpty(),
    tags = Groups.tag.choices(this, resident?.tags.orEmpty().map { it.code }),
    app = appChoices(appCode(resident?.appInstalled)),
    leftTown = resident?.leftTown ?: false,
    leftTo = resident?.leftTo.orEmpty(),
    leftContact = resident?.leftContact.orEmpty(),
)

fun Words.appChoices(chosen: String): List<Choice> = listOf("yes", "no", "notLooked").map { choice("app", it, it == chosen) }

/** The door's own sheet. */
fun Words.doorSheet(household: Household?): HouseholdSheet.Door = HouseholdSheet.Door(
    building = household?.address?.building.orEmpty(),
    unit = household?.address?.unit.orEmpty(),
    floor = household?.address?.floor?.toString().orEmpty(),
    room = household?.address?.room.orEmpty(),
    group = household?.address?.group.orEmpty(),
    number = household?.address?.number.orEmpty(),
    door = Groups.door.choices(this, listOf(household?.door?.code ?: "livedIn")),
    note = household?.note.orEmpty(),
)

/** What is wrong with a resident's sheet, before the core is asked. */
fun Words.errors(sheet: HouseholdSheet.Resident, thisYear: Int): List<FieldError> = buildList {
    if (sheet.name.isBlank()) add(FieldError("name", this@errors("resident.nameMissing")))
    val year = sheet.birthYear.trim()
    if (year.isNotEmpty() && year.toIntOrNull() !in 1880..thisYear) add(FieldError("birthYear", this@errors("resident.birthYearWrong")))
    if (telephonesIn(sheet.telephone).any { it.count(Char::isDigit) < 3 || it.any(Char::isLetter) }) {
        add(FieldError("telephone", this@errors("resident.telephoneWrong")))
    }
}

/** What is wrong with a door's sheet. */
fun Words.errors(sheet: HouseholdSheet.Door): List<FieldError> = buildList {
    val floor = sheet.floor.trim()
    if (floor.isNotEmpty() && floor.toIntOrNull() !in -20..200) add(FieldError("floor", this@errors("door.floorWrong")))
    if (listOf(sheet.building, sheet.room, sheet.group, sheet.number).all(String::isBlank)) {
        add(FieldError("room", this@errors("door.addressMissing")))
    }
}

/** The telephones that somebody typed into one line. */
fun telephonesIn(text: String): List<String> = text.split('、', '，', ',', ';', '；', '/', '\n').map(String::trim).filter(String::isNotEmpty).distinct()

/** A resident with what differs between two sheets. */
fun changed(resident: Resident, before: HouseholdSheet.Resident, after: HouseholdSheet.Resident): Resident {
    fun <T> pick(of: (HouseholdSheet.Resident) -> T, old: T, new: (T) -> T): T = if (of(before) == of(after)) old else new(of(after))
    val codes = { sheet: HouseholdSheet.Resident -> sheet.tags.filter { it.chosen }.map { it.code } }
    val app = { sheet: HouseholdSheet.Resident -> sheet.app.find { it.chosen }?.code }
    return resident.copy(
        name = pick({ it.name }, resident.name) { it.trim() },
        telephones = if (before.telephone == after.telephone) resident.telephones else telephonesIn(after.telephone),
        birthYear = if (before.birthYear == after.birthYear) resident.birthYear else after.birthYear.trim().toLongOrNull(),
        tags = if (codes(before) == codes(after)) resident.tags else codes(after).map(Groups.tag::of),
        appInstalled = if (app(before) == app(after)) resident.appInstalled else when (app(after)) {
            "yes" -> true
            "no" -> false
            else -> null
        },
        leftTown = pick({ it.leftTown }, resident.leftTown) { it },
        leftTo = if (before.leftTo == after.leftTo) resident.leftTo else after.leftTo.trim().ifEmpty { null },
        leftContact = if (before.leftContact == after.leftContact) resident.leftContact else after.leftContact.trim().ifEmpty { null },
    )
}

/** A door with what differs between two sheets. */
fun changed(household: Household, before: HouseholdSheet.Door, after: HouseholdSheet.Door): Household {
    fun text(of: (HouseholdSheet.Door) -> String, old: String?): String? = if (of(before) == of(after)) old else of(after).trim().ifEmpty { null }
    val door = { sheet: HouseholdSheet.Door -> sheet.door.find { it.chosen }?.code }
    val old = household.address
    return household.copy(
        address = Address(
            building = text({ it.building }, old.building),
            unit = text({ it.unit }, old.unit),
            floor = if (before.floor == after.floor) old.floor else after.floor.trim().toLongOrNull(),
            room = text({ it.room }, old.room),
            group = text({ it.group }, old.group),
            number = text({ it.number }, old.number),
        ),
        door = if (door(before) == door(after)) household.door else Groups.door.of(door(after) ?: "livedIn"),
        note = text({ it.note }, household.note),
    )
}

/** Somebody of whom nothing is known yet. */
fun newResident(): Resident = Resident(
    name = "", telephones = emptyList(), birthYear = null, tags = emptyList(), appInstalled = null, leftTown = false, leftTo = null,
    leftContact = null, removed = false,
)

/** A door of which nothing is known yet. */
fun newHousehold(): Household = Household(
    address = Address(building = null, unit = null, floor = null, room = null, group = null, number = null),
    door = qiaomen.core.Door.LivedIn, note = null, residents = emptyList(), grid = null, removed = false, mergedInto = null,
    counterparts = emptyList(),
)
