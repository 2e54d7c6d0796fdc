// The round, one door, a visit, a pledge.

package qiaomen.ui.samples

import qiaomen.core.AnyRecord
import qiaomen.core.ConflictValue
import qiaomen.core.ConflictedRecord
import qiaomen.core.Door
import qiaomen.core.FieldConflict
import qiaomen.core.FieldValue
import qiaomen.core.FoundPlace
import qiaomen.core.FoundWord
import qiaomen.core.FraudKind
import qiaomen.core.Given
import qiaomen.core.Household
import qiaomen.core.HouseholdLine
import qiaomen.core.KeptHousehold
import qiaomen.core.Level
import qiaomen.core.Outcome
import qiaomen.core.Pledge
import qiaomen.core.Position
import qiaomen.core.Purpose
import qiaomen.core.RecordKind
import qiaomen.core.ResidentEntry
import qiaomen.core.SyncMark
import qiaomen.model.code
import qiaomen.model.state.CallCard
import qiaomen.model.state.DoorMark
import qiaomen.model.state.DoorsState
import qiaomen.model.state.DoorsView
import qiaomen.model.state.GridRow
import qiaomen.model.state.HouseholdSheet
import qiaomen.model.state.HouseholdState
import qiaomen.model.state.Mark
import qiaomen.model.state.PledgeMode
import qiaomen.model.state.PledgeState
import qiaomen.model.state.Screen
import qiaomen.model.state.SignPoint
import qiaomen.model.state.Tab
import qiaomen.model.state.VisitStage
import qiaomen.model.state.VisitState
import qiaomen.model.work.DissuasionInput
import qiaomen.model.work.Groups
import qiaomen.model.work.PhotosInput
import qiaomen.model.work.PledgeForm
import qiaomen.model.work.Spot
import qiaomen.model.work.VisitContext
import qiaomen.model.work.VisitForm
import qiaomen.model.work.VisitPlace
import qiaomen.model.work.block
import qiaomen.model.work.blockName
import qiaomen.model.work.blocks
import qiaomen.model.work.code
import qiaomen.model.work.conflictCard
import qiaomen.model.work.conflictTexts
import qiaomen.model.work.doorCount
import qiaomen.model.work.doorRow
import qiaomen.model.work.doorSheet
import qiaomen.model.work.dotted
import qiaomen.model.work.errors
import qiaomen.model.work.lastText
import qiaomen.model.work.newHousehold
import qiaomen.model.work.newResident
import qiaomen.model.work.present
import qiaomen.model.work.residentRow
import qiaomen.model.work.residentSheet
import qiaomen.model.work.sensitiveSpans
import qiaomen.model.work.told
import qiaomen.model.work.visitState

private fun Tongue.grid(n: Int, doors: Int, visited: Int): GridRow {
    val name = if (n == 1) typed("第一网格", "Grid 1") else typed("第二网格", "Grid 2")
    return GridRow("g$n", name, if (n == 1) area() else typed("河东村第二网格", "Hedong, grid 2"), doors, visited, words.doorCount(doors, visited))
}

/** Two buildings and a village group, as one walks. */
private val spots: List<Spot> = buildList {
    fun mark(of: Int) = DoorMark.entries[of % DoorMark.entries.size]
    for (unit in 1..2) for (floor in 1L..4L) for (room in 1..4) {
        add(Spot("3-$unit-$floor-$room", address("3", "$unit", floor, "${floor}0$room"), mark((unit * 7 + floor.toInt() * 5 + room * room))))
    }
    for (room in 1..24) add(Spot("5-$room", address("5", null, (room / 5 + 1).toLong(), "${room / 5 + 1}0${room % 5 + 1}"), if (room < 7) DoorMark.Visited else DoorMark.Never))
    for (number in 1..14) add(Spot("v$number", house(number), mark(number % 5)))
}

/** What the doors and blocks of the samples are called: people type their parts. */
internal fun Tongue.addresses(): Set<String> =
    (spots.map { it.address } + (501..504).map(::flat) + house(15)).flatMap { listOf(words.address(it), words.blockName(it)) }.toSet()

private fun Tongue.doors(): DoorsState {
    val blocks = words.blocks(spots)
    val grid = grid(1, spots.size, blocks.sumOf { it.visited })
    return DoorsState(false, listOf(grid, grid(2, 96, 12)), grid, blocks = blocks)
}

/** The door of a flat or a house, in a list. */
private fun Tongue.line(id: String, household: Household, last: Long?, mark: SyncMark = SyncMark.SENT, vararg found: FoundWord) =
    teller.doorRow(HouseholdLine(KeptHousehold(id, household, kept(id, AnyRecord.OfHousehold(household), ME, NOW, mark).about), last, found.toList()))

private fun Tongue.household(): HouseholdState {
    val door = home()
    val pledge = Pledge("h1", JIAN, "builtin-1/zh", 1, at(12, 10), null, null, null, null, null, false, null)
    val visit = visit(Purpose.Door, Outcome.Met, at(8, 16, 20), note = null).copy(given = listOf(Given.OpenLetter, Given.Pledge), met = listOf(JIAN))
    return HouseholdState(
        id = "h1", loading = false, address = words.address(door.address), gridText = area(), mark = Mark.Waiting,
        door = Groups.door.choices(words, listOf(door.door.code)), doorText = words.word("door", door.door.code), note = door.note,
        residents = present(door).map { teller.residentRow(it.id, it.resident, pledge.takeIf { _ -> it.id == JIAN }) },
        lastText = teller.lastText(at(8, 16, 20)),
        history = listOf(
            teller.row(kept("e1", AnyRecord.OfVisit(visit), ME, at(8, 16, 22))),
            teller.row(kept("e0", AnyRecord.OfVisit(visit(Purpose.Door, Outcome.NobodyHome, at(1, 10, 5))), LI, at(1, 10, 6))),
        ),
        historyMore = true, next = "h2", nextText = words("household.next", "address" to words.address(flat(503))),
    )
}

private val met = VisitForm(
    household = "h1", outcome = "met", met = setOf(JIAN), given = setOf("openLetter", "contactCard"), explained = setOf("taskRebate", "customerService", "app"),
    started = at(20, 10, 31), position = Position(302_000_000, 1_202_000_000, qiaomen.core.Datum.Wgs84, 12),
)

/** A visit's screen; who lives there is known. */
private fun Tongue.visit(form: VisitForm = met, at: VisitPlace = VisitPlace("d1", keptText = words("visit.kept")), change: VisitContext.() -> VisitContext = { this }): VisitState {
    val door = home()
    val people = present(door).map { it.resident.name }
    val around = VisitContext(
        household = door, title = words.address(door.address), subtitle = words.list(people), roles = listOf("volunteer"), me = nameOf(ME),
        sensitive = { words.sensitiveSpans(it) },
    )
    return teller.visitState(form, around.change(), at)
}

private val strokes = listOf(
    List(40) { SignPoint(2200 + it * 45, 2600 + (900 * kotlin.math.sin(it / 4.0)).toInt(), it * 16) },
    List(30) { SignPoint(4600 + it * 80, 2400 + (1100 * kotlin.math.cos(it / 3.0)).toInt(), 900 + it * 16) },
    List(12) { SignPoint(7300 + it * 10, 1400 + it * 200, 1700 + it * 16) },
)

private fun Tongue.pledge(form: PledgeForm, earlier: Long? = null): PledgeState {
    val door = home()
    return PledgeState("h1", words.address(door.address), false, keptText = words("form.kept"))
        .told(words, form, present(door).map { it.id to it.resident.name }, pledgeWords(), earlier, NOW)
        .copy(canSave = words.errors(form).isEmpty())
}

internal val doorSamples = listOf(
    Sample("doors") { open(Screen.Doors(doors()), Tab.Doors) },
    Sample("doors-grids") { open(Screen.Doors(doors().copy(grid = null)), Tab.Doors) },
    Sample("doors-block", 1000) { open(Screen.Doors(doors().copy(block = words.block(spots, doors().blocks.first().code))), Tab.Doors) },
    Sample("doors-group") { open(Screen.Doors(doors().copy(block = words.block(spots, doors().blocks.last().code))), Tab.Doors) },
    Sample("doors-list") {
        open(
            Screen.Doors(
                doors().copy(
                    view = DoorsView.List,
                    rows = listOf(
                        line("1", home(), null),
                        line("2", people(flat(504), typed("刘某", "Liu")), NOW - 92 * DAY, SyncMark.REFUSED),
                        line("3", people(house(12), typed("赵桂花", "Zhao Guihua")), NOW - 12 * DAY, SyncMark.WAITING),
                        line("4", people(house(14), *listOf("甲", "乙", "丙", "丁", "戊").map { typed("陈$it", "Chen $it") }.toTypedArray()), NOW - 40 * DAY),
                        line("5", people(house(15)).copy(door = Door.LongAbsent), null),
                    ),
                ),
            ),
            Tab.Doors,
        )
    },
    Sample("doors-search") {
        val found = FoundWord("wangjian", FoundPlace.Spelling(JIAN))
        open(Screen.Doors(doors().copy(query = typed("wangjian"), rows = listOf(line("1", home(), null, SyncMark.SENT, found)))), Tab.Doors)
    },
    Sample("doors-nothing") { open(Screen.Doors(doors().copy(query = typed("999"))), Tab.Doors) },
    Sample("household", 1200) { open(Screen.Household(household())) },
    Sample("household-top") { open(Screen.Household(household())) },
    Sample("household-alert") {
        val card = conflictCard(
            teller,
            ConflictedRecord(
                "h1", RecordKind.Household,
                listOf(FieldConflict(listOf("residents", JIAN, "telephones"), listOf(ConflictValue(FieldValue.Text(typed("12000010002")), ME, at(20, 9, 12)), ConflictValue(FieldValue.Text(typed("12000010009")), LI, at(20, 9, 40))))),
            ),
            null, "",
        )
        open(
            Screen.Household(
                household().copy(
                    alerts = listOf(CallCard("a1", nameOf(JIAN), Level.High.code, words.word("level", Level.High.code), words("custody.nobody"))),
                    conflictTexts = teller.conflictTexts(card),
                ),
            ),
        )
    },
    Sample("household-resident", 1100) {
        val resident = newResident().copy(name = typed("李秋", "Li Qiu"), telephones = listOf(typed("12")), birthYear = 1950, leftTown = true, leftTo = typed("杭州", "Hangzhou"))
        val sheet = words.residentSheet(null, resident)
        open(Screen.Household(household().copy(sheet = sheet.copy(errors = words.errors(sheet, 2026)))))
    },
    Sample("household-door", 900) {
        val sheet = words.doorSheet(null).copy(unit = "2", floor = typed("五", "five"))
        open(Screen.Household(HouseholdState(null, false, address = words("household.new"), gridText = area(), sheet = sheet.copy(errors = words.errors(sheet)))))
    },
    Sample("visit", 2000) { open(Screen.Visit(visit())) },
    Sample("visit-top") { open(Screen.Visit(visit())) },
    Sample("visit-photos", 2350) {
        val photos = PhotosInput("camera", nameOf(LI), "village", typed("3-12"))
        open(Screen.Visit(visit(met.copy(photos = photos), VisitPlace("d1", photosOpen = true, keptText = words("visit.kept")))))
    },
    Sample("visit-summary") {
        val place = VisitPlace("d1", VisitStage.Summary, role = "teamHead", keptText = words("visit.kept"))
        open(Screen.Visit(visit(at = place) { copy(roles = listOf("volunteer", "teamHead")) }))
    },
    Sample("visit-dissuasion", 4300) {
        val said = DissuasionInput(
            setOf("identityShown", "reasonSaid", "kindJudged"), "fakeCustomerService", null, true, setOf("relatives"), setOf("inPerson"), WORK, nameOf(ZHAO), "", true,
            "telephone", nameOf(ME), "device", typed("IMG_2031"),
        )
        val form = met.copy(alert = "a1", purpose = "dissuasion", metTarget = true, risk = "mayBeDefraudedAgain", said = said)
        open(
            Screen.Visit(
                visit(form, VisitPlace("d1", scriptOpen = true, keptText = words("visit.kept"))) {
                    copy(
                        alert = fraudAlert(), level = "extreme", title = nameOf(ZHANG), subtitle = words.dotted(words.word("level", "extreme"), title),
                        script = script(FraudKind.FakeCustomerService),
                    )
                },
            ),
        )
    },
    Sample("visit-dissuasion-summary", 1500) {
        val said = DissuasionInput(
            setOf("identityShown", "reasonSaid", "kindJudged", "scriptUsed"), "fakeCustomerService", null, true, emptySet(), setOf("inPerson"), WORK, nameOf(ZHAO), "", false,
        )
        val form = met.copy(alert = "a1", purpose = "dissuasion", metTarget = true, said = said, photos = PhotosInput("telephone", nameOf(ME), "device"), note = typed("答应不再转账", "Will not send money"))
        open(Screen.Visit(visit(form, VisitPlace("d1", VisitStage.Summary)) { copy(alert = fraudAlert(), level = "extreme", title = nameOf(ZHANG), subtitle = words.dotted(words.word("level", "extreme"), title)) }))
    },
    Sample("pledge", 1300) { open(Screen.Pledge(pledge(PledgeForm(JIAN, strokes = strokes, witness = nameOf(LI))))) },
    Sample("pledge-empty") { open(Screen.Pledge(pledge(PledgeForm(JIAN), at(5, 10)))) },
    Sample("pledge-paper", 900) {
        val form = PledgeForm(JIAN, PledgeMode.Paper, archiveNumber = typed("HD-2026-041"), forAnother = true, proxyName = typed("王小", "Wang Xiao"))
        open(Screen.Pledge(pledge(form).copy(errors = words.errors(form))))
    },
)

private fun people(at: qiaomen.core.Address, vararg names: String): Household = newHousehold()
    .copy(address = at, residents = names.mapIndexed { number, name -> ResidentEntry("$number", newResident().copy(name = name)) })
