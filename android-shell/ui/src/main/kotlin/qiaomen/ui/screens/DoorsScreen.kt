// The doors of a grid: as one walks, building by building, or as a list by last visit; found by whatever is known of them.
//
// Only what is seen is laid out, and rows are asked for by pages: ten thousand households scroll like ten.

package qiaomen.ui.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.lazy.rememberLazyListState
import androidx.compose.runtime.Composable
import androidx.compose.runtime.key
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import qiaomen.model.Words
import qiaomen.model.state.Block
import qiaomen.model.state.DoorMark
import qiaomen.model.state.DoorRow
import qiaomen.model.state.DoorsEvent
import qiaomen.model.state.DoorsOrder
import qiaomen.model.state.DoorsState
import qiaomen.model.state.DoorsView
import qiaomen.model.state.FloorRow
import qiaomen.ui.parts.Aside
import qiaomen.ui.parts.Button
import qiaomen.ui.parts.Card
import qiaomen.ui.parts.Chip
import qiaomen.ui.parts.DoorCellTile
import qiaomen.ui.parts.DoorLegend
import qiaomen.ui.parts.DoorLook
import qiaomen.ui.parts.EmptyState
import qiaomen.ui.parts.Flow
import qiaomen.ui.parts.Gauge
import qiaomen.ui.parts.IconButton
import qiaomen.ui.parts.Icons
import qiaomen.ui.parts.ListPage
import qiaomen.ui.parts.Loading
import qiaomen.ui.parts.OpenRow
import qiaomen.ui.parts.Option
import qiaomen.ui.parts.Say
import qiaomen.ui.parts.SearchField
import qiaomen.ui.parts.SectionHeader
import qiaomen.ui.parts.Segments
import qiaomen.ui.parts.Sign
import qiaomen.ui.parts.TabTitle
import qiaomen.ui.parts.Tiles
import qiaomen.ui.parts.TopBar
import qiaomen.ui.parts.Weight
import qiaomen.ui.parts.touch
import qiaomen.ui.theme.Gap
import qiaomen.ui.theme.Theme

@Composable
fun DoorsScreen(state: DoorsState, words: Words, on: (DoorsEvent) -> Unit) {
    val block = state.block
    // Each part of the screen keeps its own place in its list.
    when {
        block != null && state.query.isBlank() -> key(block.code) { Walk(block, state, words, on) }
        state.grid == null && state.grids.isNotEmpty() -> Grids(state, words, on)
        else -> Doors(state, words, on)
    }
}

/** Which grid, where there are several. */
@Composable
private fun Grids(state: DoorsState, words: Words, on: (DoorsEvent) -> Unit) = ListPage(head = { TabTitle(words("screen.doors.title"), words("screen.doors.chooseGrid")) }) {
    items(state.grids, key = { it.id }) { grid ->
        Card(inside = 0.dp, gap = 0.dp) {
            Counted(grid.name, grid.pathText, grid.text, grid.visited, grid.doors) { on(DoorsEvent.Grid(grid.id)) }
        }
    }
}

@Composable
private fun Doors(state: DoorsState, words: Words, on: (DoorsEvent) -> Unit) {
    val listed = state.query.isNotBlank() || state.view == DoorsView.List
    ListPage(more = listed && state.more, onMore = { on(DoorsEvent.More) }, edge = 0.dp, state = key(listed) { rememberLazyListState() }) {
        val inside = Modifier.padding(horizontal = Gap.large)
        item("title") {
            TabTitle(state.grid?.name ?: words("screen.doors.title"), state.grid?.text) {
                IconButton(Icons.Plus, words("screen.doors.add")) { on(DoorsEvent.Add) }
            }
        }
        item("search") {
            Column(inside, Arrangement.spacedBy(Gap.small)) {
                SearchField(words("screen.doors.search"), state.query, words("screen.clear")) { on(DoorsEvent.Search(it)) }
                if (state.query.isBlank()) Ways(state, words, on)
            }
        }
        when {
            state.loading -> item("loading") { Loading(words("screen.loading")) }
            listed -> Rows(state, words, on)
            state.blocks.isEmpty() -> item("none") { None(words, on) }
            else -> items(state.blocks, key = { "block ${it.code}" }) { block ->
                Box(inside) {
                    Card(inside = 0.dp, gap = 0.dp) { Counted(block.name, null, block.text, block.visited, block.doors) { on(DoorsEvent.OpenBlock(block.code)) } }
                }
            }
        }
        item("end") { Box(Modifier.padding(bottom = Gap.large)) }
    }
}

/** Walking or list, and the list's order; another grid. */
@Composable
private fun Ways(state: DoorsState, words: Words, on: (DoorsEvent) -> Unit) {
    Segments(
        listOf(
            Option("walking", words("screen.doors.walking"), state.view == DoorsView.Walking),
            Option("list", words("screen.doors.list"), state.view == DoorsView.List),
        ),
    ) { on(DoorsEvent.View(if (it == "list") DoorsView.List else DoorsView.Walking)) }
    if (state.view == DoorsView.List) {
        Segments(
            listOf(
                Option("lastVisit", words("screen.doors.lastVisit"), state.order == DoorsOrder.LastVisit),
                Option("notVisited", words("screen.doors.notVisited"), state.order == DoorsOrder.NotVisited),
            ),
        ) { on(DoorsEvent.Order(if (it == "lastVisit") DoorsOrder.LastVisit else DoorsOrder.NotVisited)) }
    }
    if (state.grids.size > 1) {
        Flow {
            for (grid in state.grids) {
                if (grid.id == state.grid?.id) continue
                Button(grid.name, weight = Weight.Lesser, label = words("screen.doors.gridLabel", "name" to grid.name)) { on(DoorsEvent.Grid(grid.id)) }
            }
        }
    }
}

private fun LazyListScope.Rows(state: DoorsState, words: Words, on: (DoorsEvent) -> Unit) {
    if (state.rows.isEmpty()) {
        item("nothing") { EmptyState(Icons.Search, words("screen.doors.nothing"), words("screen.doors.nothingText")) }
        return
    }
    items(state.rows, key = { "door ${it.id}" }) { row ->
        Box(Modifier.padding(horizontal = Gap.large)) { Card(inside = 0.dp, gap = 0.dp) { Door(row, words) { on(DoorsEvent.Open(row.id)) } } }
    }
}

@Composable
private fun Door(row: DoorRow, words: Words, on: () -> Unit) {
    OpenRow(
        row.address, text = row.peopleText, aside = row.foundText,
        marks = {
            Flow {
                Chip(row.lastText, if (row.never) Theme.tones.soonSoft else Theme.tones.sunk, if (row.never) Icons.Door else Icons.Clock)
                row.mark?.let { MarkChip(it, words) }
            }
        },
        on = on,
    )
}

@Composable
private fun None(words: Words, on: (DoorsEvent) -> Unit) = EmptyState(Icons.Door, words("screen.doors.none"), words("screen.doors.noneText")) {
    Button(words("screen.doors.add"), weight = Weight.Lesser, icon = Icons.Plus) { on(DoorsEvent.Add) }
}

/** Something with doors, and how many of them were reached. */
@Composable
private fun Counted(name: String, path: String?, text: String, visited: Int, doors: Int, on: () -> Unit) {
    Row(
        Modifier.fillMaxWidth().touch(on = on).padding(Gap.large, Gap.medium), Arrangement.spacedBy(Gap.medium), Alignment.CenterVertically,
    ) {
        Column(Modifier.weight(1f), Arrangement.spacedBy(Gap.hair)) {
            Say(name, Theme.letters.title)
            if (!path.isNullOrEmpty()) Aside(path)
            Gauge(text, if (doors == 0) 0f else visited.toFloat() / doors)
        }
        Sign(Icons.Next, colour = Theme.tone.soft, size = 18.dp)
    }
}

/** A building or a village group: floor by floor, as one walks. */
@Composable
private fun Walk(block: Block, state: DoorsState, words: Words, on: (DoorsEvent) -> Unit) = ListPage(
    head = { TopBar(block.name, words("screen.doors.closeBlock"), state.grid?.name, { on(DoorsEvent.CloseBlock) }) },
    gap = Gap.small,
) {
    val looks = block.units.flatMap { unit -> unit.floors.flatMap { floor -> floor.cells.map { it.state } } }.toSet()
    item("legend") { DoorLegend(DoorMark.entries.filter { it in looks }.map { it.look to it.words(words) }) }
    for ((at, unit) in block.units.withIndex()) {
        if (unit.name.isNotEmpty()) item("unit $at") { SectionHeader(unit.name) }
        items(unit.floors, key = { "floor $at ${it.name} ${it.cells.firstOrNull()?.id}" }) { floor -> Floor(floor, on) }
    }
}

@Composable
private fun Floor(floor: FloorRow, on: (DoorsEvent) -> Unit) {
    val cells: @Composable (Int) -> Unit = { perRow ->
        Tiles(floor.cells, perRow) { cell, place -> DoorCellTile(cell.text, cell.state.look, cell.label, place) { on(DoorsEvent.Open(cell.id)) } }
    }
    if (floor.name.isEmpty()) {
        cells(if (Theme.largeText) 2 else 4)
    } else if (Theme.largeText) {
        Column(verticalArrangement = Arrangement.spacedBy(Gap.hair)) {
            Aside(floor.name)
            cells(2)
        }
    } else {
        Row(verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(Gap.small)) {
            Aside(floor.name, Modifier.width(40.dp))
            Box(Modifier.weight(1f)) { cells(if (floor.cells.size in 1..4) floor.cells.size.coerceAtLeast(2) else 4) }
        }
    }
}

internal val DoorMark.look: DoorLook
    get() = when (this) {
        DoorMark.Never -> DoorLook.Never
        DoorMark.InVain -> DoorLook.InVain
        DoorMark.Visited -> DoorLook.Visited
        DoorMark.Pledged -> DoorLook.Pledged
        DoorMark.Out -> DoorLook.Out
        DoorMark.Alert -> DoorLook.Alert
    }

internal fun DoorMark.words(words: Words): String = when (this) {
    DoorMark.Never -> words("screen.door.never")
    DoorMark.InVain -> words("screen.door.inVain")
    DoorMark.Visited -> words("screen.door.visited")
    DoorMark.Pledged -> words("screen.door.pledged")
    DoorMark.Out -> words("screen.door.out")
    DoorMark.Alert -> words("screen.door.alert")
}
