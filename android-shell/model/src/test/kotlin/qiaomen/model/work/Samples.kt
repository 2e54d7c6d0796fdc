// Records for the tests of rows and forms: plain values, no store behind them.

package qiaomen.model.work

import qiaomen.core.About
import qiaomen.core.Address
import qiaomen.core.AlertOrigin
import qiaomen.core.Dissuasion
import qiaomen.core.Door
import qiaomen.core.FraudAlert
import qiaomen.core.Header
import qiaomen.core.Household
import qiaomen.core.Level
import qiaomen.core.Outcome
import qiaomen.core.Place
import qiaomen.core.PlaceEntry
import qiaomen.core.Purpose
import qiaomen.core.RecordKind
import qiaomen.core.Resident
import qiaomen.core.ResidentEntry
import qiaomen.core.Role
import qiaomen.core.Scope
import qiaomen.core.SyncMark
import qiaomen.core.Visit
import qiaomen.model.Words
import qiaomen.model.state.Language

/** 10 March 2026, 12:00 in Shanghai. */
const val NOON = 1_773_115_200_000L
const val MINUTE = 60_000L
const val HOUR = 60 * MINUTE
const val DAY = 24 * HOUR

const val ME = "00000000-0000-7000-8000-00000000000a"
const val LI = "00000000-0000-7000-8000-00000000000b"
const val HE = "00000000-0000-7000-8000-0000000000c1"
const val MA = "00000000-0000-7000-8000-0000000000c2"
const val DOOR = "00000000-0000-7000-8000-0000000000d1"
const val ALERT = "00000000-0000-7000-8000-0000000000e1"
const val PLACE = "00000000-0000-7000-8000-0000000000f1"

val zh = Words(Language.Zh)
val en = Words(Language.En)

fun telling(words: Words = zh, now: Long = NOON) = Teller(
    words, now,
    person = { mapOf(ME to words("person.me"), LI to "李强")[it] ?: words("person.unknown") },
    area = { "河东村第一网格" },
    resident = { mapOf(HE to "何秀兰", MA to "马志远")[it] },
    door = { if (it == DOOR) "3号楼1单元201" else null },
)

fun address(building: String? = null, unit: String? = null, floor: Long? = null, room: String? = null, group: String? = null, number: String? = null) =
    Address(building, unit, floor, room, group, number)

fun resident(name: String, vararg telephones: String) = newResident().copy(name = name, telephones = telephones.toList())

fun household(vararg residents: Pair<String, Resident>, at: Address = address("3", "1", 2, "201")) =
    newHousehold().copy(address = at, door = Door.LivedIn, residents = residents.map { ResidentEntry(it.first, it.second) })

fun alert() = FraudAlert(
    name = "何秀兰", telephone = "12000010001", household = DOOR, resident = HE, outsider = false, area = "grid",
    places = listOf(PlaceEntry(PLACE, Place("work", "镇政府旁的超市", null))), level = Level.High, issuer = "市反诈中心", platformNumber = "SC-001",
    origin = AlertOrigin.FundsSide, issued = NOON - 2 * HOUR, reachedStation = NOON - 2 * HOUR, passedOn = null, entered = NOON - HOUR,
    playbook = "builtin-1", note = null,
)

fun visit(outcome: Outcome = Outcome.Met, forAlert: Boolean = false) = Visit(
    purpose = if (forAlert) Purpose.Dissuasion else Purpose.Door, household = DOOR, alert = if (forAlert) ALERT else null, outcome = outcome,
    metTarget = null, met = emptyList(), metOthers = null, started = NOON - 20 * MINUTE, ended = NOON - 10 * MINUTE, position = null,
    given = emptyList(), explained = emptyList(), observations = emptyList(), note = null, risk = null, nextStep = null, dissuasion = null,
    photos = null,
)

fun dissuasion() = Dissuasion(
    steps = emptyList(), fraud = null, script = null, deeplyTakenIn = false, broughtIn = emptyList(), ways = emptyList(), place = null,
    officers = null, team = null, courtesy = false, recordedWith = null, recordedBy = null, keptAt = null, keptAs = null, care = emptyList(),
)

fun about(written: Long = NOON - 10 * MINUTE, mark: SyncMark = SyncMark.SENT, doubtful: Boolean = false, author: String = LI) = About(
    header = Header("id", RecordKind.Visit, Scope.Grid("grid"), author, Role.Volunteer, written, 0, doubtful),
    written = written, scope = Scope.Grid("grid"), mark = mark, acceptance = 1uL, arrival = written, conflicts = 0uL,
)
