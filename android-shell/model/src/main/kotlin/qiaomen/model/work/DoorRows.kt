// Doors in rows: lists, what a search found, and the grid of a building's doors as one walks.
//
// Invariants: pure; doors keep the order they are given in, which is the core's walking order, so that buildings, units,
// floors and rooms stand as people count them.
package qiaomen.model.work

import qiaomen.core.Address
import qiaomen.core.Door
import qiaomen.core.FoundPlace
import qiaomen.core.Household
import qiaomen.core.HouseholdLine
import qiaomen.model.Words
import qiaomen.model.mark
import qiaomen.model.state.Block
import qiaomen.model.state.BlockRow
import qiaomen.model.state.DoorCell
import qiaomen.model.state.DoorMark
import qiaomen.model.state.DoorRow
import qiaomen.model.state.FloorRow
import qiaomen.model.state.Mark
import qiaomen.model.state.UnitBlock

/** One door of a grid, as light as a grid of ten thousand needs it. */
data class Spot(
    val id: String,
    val address: Address,
    val mark: DoorMark,
    /** Whether somebody was met there: it counts, whatever calls for somebody there now. */
    val visited: Boolean = mark == DoorMark.Visited || mark == DoorMark.Pledged,
)

/** Which building a door stands in, or which group: what its block's code is made of. */
val Address.block: String
    get() = building?.takeIf(String::isNotBlank)?.let { "b:${group.orEmpty().trim()}:${it.trim()}" } ?: "g:${group.orEmpty().trim()}"

/** What a block is called: 3号楼, 五组. */
fun Words.blockName(address: Address): String {
    val name = address(address.copy(unit = null, floor = null, room = null, number = null))
    return name.ifEmpty { this("doors.noBlock") }.replaceFirstChar(Char::uppercase)
}

/** Buildings and groups, in the order of the walk. */
fun Words.blocks(spots: List<Spot>): List<BlockRow> = spots.groupBy { it.address.block }.map { (code, inside) ->
    val visited = inside.count { it.visited }
    BlockRow(code, blockName(inside.first().address), inside.size, visited, doorCount(inside.size, visited))
}

/** "12 doors, 5 visited". */
fun Words.doorCount(doors: Int, visited: Int): String = count("doors.count", doors, "visited" to visited)

/** One building or group as one walks through it: stairwells, floors from below, rooms. */
fun Words.block(spots: List<Spot>, code: String): Block? {
    val inside = spots.filter { it.address.block == code }.ifEmpty { return null }
    val units = inside.groupBy { it.address.unit?.trim().orEmpty() }.map { (unit, doors) ->
        val name = if (unit.isEmpty()) "" else address(Address(building = null, unit = unit, floor = null, room = null, group = null, number = null))
        UnitBlock(name, floors(doors))
    }
    return Block(code, blockName(inside.first().address), units)
}

private fun Words.floors(doors: List<Spot>): List<FloorRow> = doors.groupBy { floorOf(it.address) }.map { (floor, onIt) ->
    FloorRow(floor?.let { this("doors.floor", "floor" to it) }.orEmpty(), onIt.map(::cell))
}

/** The floor; where nobody wrote it the room's number tells it, as in the order of the walk. */
fun floorOf(address: Address): Long? = address.floor
    ?: address.room?.trim()?.takeWhile { it.isDigit() || it == '-' }?.takeIf { it.count(Char::isDigit) in 3..4 }?.toLongOrNull()?.let { it / 100 }

private fun Words.cell(spot: Spot): DoorCell {
    val text = listOf(spot.address.room, spot.address.number).firstOrNull { !it.isNullOrBlank() }?.trim() ?: this("doors.noNumber")
    return DoorCell(spot.id, text, spot.mark, this("doors.cell", "address" to address(spot.address), "state" to doorMark(spot.mark)))
}

/** A door's colour in words. */
fun Words.doorMark(mark: DoorMark): String = this(
    when (mark) {
        DoorMark.Never -> "doorMark.never"
        DoorMark.InVain -> "doorMark.inVain"
        DoorMark.Visited -> "doorMark.visited"
        DoorMark.Pledged -> "doorMark.pledged"
        DoorMark.Out -> "doorMark.out"
        DoorMark.Alert -> "doorMark.alert"
    },
)

/** People behind a door who are there: not removed, not gone. */
fun present(household: Household) = household.residents.filterNot { it.resident.removed }

/** A door in a list. */
fun Teller.doorRow(line: HouseholdLine): DoorRow {
    val household = line.household.record
    val people = present(household).map { it.resident.name }
    return DoorRow(
        id = line.household.id,
        address = words.address(household.address),
        peopleText = when {
            household.door != Door.LivedIn -> words.dotted(words.word("door", household.door.code), words.list(people).ifEmpty { null })
            people.isEmpty() -> words("doors.nobodyListed")
            people.size > 3 -> words("doors.andMore", "names" to words.list(people.take(3)), "count" to people.size)
            else -> words.list(people)
        },
        lastText = lastText(line.lastVisit),
        never = line.lastVisit == null,
        foundText = foundText(line),
        mark = line.household.about.mark.mark.takeUnless { it == Mark.Sent },
    )
}

/** "Visited 12 days ago", "never visited". */
fun Teller.lastText(last: Long?): String = last?.let { words("doors.last", "ago" to words.ago(it, now)) } ?: words("doors.never")

/** What of a search was found where; none where the address or a whole name shows it already. */
private fun Teller.foundText(line: HouseholdLine): String? {
    val residents = line.household.record.residents.associate { it.id to it.resident }
    val told = line.found.mapNotNull { found ->
        when (val place = found.place) {
            is FoundPlace.Address -> null
            is FoundPlace.Name -> null
            is FoundPlace.Spelling -> residents[place.resident]?.let { words("found.spelling", "name" to it.name, "word" to found.word) }
            is FoundPlace.Telephone -> residents[place.resident]?.let { one ->
                words("found.telephone", "name" to one.name, "telephone" to (one.telephones.find { it.filter(Char::isDigit).endsWith(found.word) } ?: found.word))
            }
        }
    }
    return words.list(told.distinct()).ifEmpty { null }
}
