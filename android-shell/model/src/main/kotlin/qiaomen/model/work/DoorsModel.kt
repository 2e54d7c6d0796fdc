// The doors of a grid: as one walks, as a list, and searched.
//
// Invariants: a grid of ten thousand doors is shown from its rows alone, and its list page by page; what is typed into the
// search answers to the last letter.
package qiaomen.model.work

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import qiaomen.core.HouseholdLine
import qiaomen.core.HouseholdOrder
import qiaomen.core.Noun
import qiaomen.core.Page
import qiaomen.model.Desk
import qiaomen.model.Route
import qiaomen.model.ScreenModel
import qiaomen.model.Words
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.DoorsOrder
import qiaomen.model.state.DoorsState
import qiaomen.model.state.DoorsView
import qiaomen.model.state.GridRow
import qiaomen.model.state.Screen

class DoorsModel(desk: Desk) : ScreenModel<DoorsState, DoorsEvent>(desk, DoorsState(), DoorsEvent::class, Screen::Doors) {
    override val route: Route = Route.Doors
    private var spots: List<Spot> = emptyList()
    private var opened = false

    /** How many rows were asked for: also where they are read again before the last of them came. */
    private var wanted = desk.habits.page

    /** Whether the person chose something already. */
    private var choosing = false

    /** Which grid was chosen, and how it is looked at: the same after the app was killed. */
    @Serializable
    private data class Chosen(val grid: String? = null, val view: DoorsView = DoorsView.Walking, val order: DoorsOrder = DoorsOrder.LastVisit)

    override fun load() {
        val (told, opening) = words to !opened
        read({
            val chosen = if (opening) desk.forms.get(KEY)?.let { runCatching { Json.decodeFromString<Chosen>(it) }.getOrNull() } else null
            chosen to grids(told)
        }) { (chosen, grids) ->
            opened = true
            // What was chosen while this was read stands.
            val before = chosen?.takeUnless { choosing }
            val id = before?.grid ?: state.grid?.id
            show {
                it.copy(
                    grids = grids, grid = grids.find { one -> one.id == id } ?: grids.singleOrNull(),
                    view = before?.view ?: it.view, order = before?.order ?: it.order,
                    loading = it.loading && grids.isNotEmpty(),
                )
            }
            walk()
            list()
        }
    }

    override fun changed(nouns: Set<Noun>) {
        if (Noun.DIRECTORY in nouns || Noun.IDENTITY in nouns || Noun.SYNC in nouns && state.grids.isEmpty()) return load()
        if (nouns.any { it in SHOWN }) {
            walk()
            list()
        }
    }

    private fun grids(words: Words): List<GridRow> = desk.core.households.grids().map { line ->
        val (doors, visited) = line.doors.toInt() to line.visited.toInt()
        GridRow(line.grid, line.name.ifBlank { words("doors.gridUnknown") }, desk.names.path(line.grid, words), doors, visited, words.doorCount(doors, visited))
    }.sortedWith(compareBy(AS_COUNTED) { it.pathText })

    private fun walk() {
        val grid = state.grid
        if (grid == null) {
            spots = emptyList()
            return show { it.copy(loading = false, blocks = emptyList(), block = null) }
        }
        val told = words
        read({ spots(desk.core, grid.id).let { it to told.blocks(it) } }, "walk") { (found, blocks) ->
            spots = found
            val (doors, visited) = found.size to blocks.sumOf { it.visited }
            val counted = grid.copy(doors = doors, visited = visited, text = told.doorCount(doors, visited))
            show {
                it.copy(
                    loading = false, blocks = blocks, block = it.block?.let { open -> told.block(found, open.code) },
                    grid = if (it.grid?.id == grid.id) counted else it.grid, grids = it.grids.map { one -> if (one.id == grid.id) counted else one },
                )
            }
        }
    }

    /** The first pages of the list or of what was found: as many as are shown. */
    private fun list() {
        if (state.view == DoorsView.Walking && state.query.isBlank()) return show { it.copy(rows = emptyList(), more = false) }
        page(0, wanted)
    }

    private fun page(skip: Int, take: Int) {
        val (told, now) = words to desk.now()
        val (query, grid, order) = Triple(state.query, state.grid?.id, state.order)
        read({
            // One more tells whether there is more.
            val part = Page(skip.toUInt(), take.toUInt() + 1u)
            val teller = teller(desk, told, now)
            lines(query, grid, order, part).map(teller::doorRow)
        }, "list") { rows ->
            show { it.copy(rows = (if (skip == 0) emptyList() else it.rows) + rows.take(take), more = rows.size > take, loading = false) }
        }
    }

    private fun lines(query: String, grid: String?, order: DoorsOrder, part: Page): List<HouseholdLine> {
        if (query.isNotBlank()) return desk.core.households.find(query.trim(), part)
        return when (order) {
            DoorsOrder.LastVisit -> desk.core.households.list(grid, HouseholdOrder.LAST_VISIT, part)
            DoorsOrder.NotVisited -> desk.core.households.notVisited(grid, null, part)
        }
    }

    override fun on(event: DoorsEvent) {
        when (event) {
            is DoorsEvent.Grid -> {
                wanted = desk.habits.page
                show { it.copy(grid = it.grids.find { one -> one.id == event.id }, block = null, blocks = emptyList(), rows = emptyList(), loading = true) }
                remember()
                walk()
                list()
            }
            is DoorsEvent.View -> {
                wanted = desk.habits.page
                show { it.copy(view = event.view) }
                remember()
                list()
            }
            is DoorsEvent.Order -> {
                wanted = desk.habits.page
                show { it.copy(order = event.order, rows = emptyList()) }
                remember()
                list()
            }
            is DoorsEvent.Search -> {
                wanted = desk.habits.page
                show { it.copy(query = event.text, rows = emptyList()) }
                list()
            }
            is DoorsEvent.OpenBlock -> show { it.copy(block = words.block(spots, event.code)) }
            DoorsEvent.CloseBlock -> show { it.copy(block = null) }
            is DoorsEvent.Open -> desk.go(Route.Household(event.id))
            DoorsEvent.More -> if (state.more) {
                wanted = state.rows.size + desk.habits.page
                page(state.rows.size, desk.habits.page)
            }
            DoorsEvent.Add -> state.grid?.let { desk.go(Route.Household(grid = it.id)) } ?: desk.say(words("doors.chooseGrid"), failure = true)
        }
    }

    private fun remember() {
        choosing = true
        val text = Json.encodeToString(Chosen(state.grid?.id, state.view, state.order))
        write({ desk.forms.keep(KEY, text) })
    }

    override fun back(): Boolean {
        when {
            state.query.isNotEmpty() -> on(DoorsEvent.Search(""))
            state.block != null -> on(DoorsEvent.CloseBlock)
            else -> return false
        }
        return true
    }

    private companion object {
        const val KEY = "doors.chosen"
        val SHOWN = setOf(Noun.HOUSEHOLDS, Noun.VISITS, Noun.PLEDGES, Noun.ALERTS, Noun.TASKS)
    }
}
