// The round: a grid's doors as one walks, light enough for all of them at once.
//
// Invariant: on the thread that works; the core's rows alone are asked, no record is opened.
package qiaomen.model.work

import qiaomen.core.Door
import qiaomen.core.DoorReach
import qiaomen.core.DoorSpot
import qiaomen.model.Core
import qiaomen.model.state.DoorMark

/** A grid's doors in the order of the walk. */
fun spots(core: Core, grid: String): List<Spot> = core.doors.walk(grid).map { Spot(it.household, it.address, mark(it), it.reach == DoorReach.VISITED) }

/** How a door is marked: what calls for somebody first, then whether it counts, then how far one has come. */
fun mark(spot: DoorSpot): DoorMark = when {
    spot.alert != null -> DoorMark.Alert
    spot.door != Door.LivedIn -> DoorMark.Out
    spot.pledged -> DoorMark.Pledged
    else -> when (spot.reach) {
        DoorReach.VISITED -> DoorMark.Visited
        // Only spoken to, turned away, nobody home: somebody has to go again.
        DoorReach.TELEPHONE_ONLY, DoorReach.REFUSED, DoorReach.IN_VAIN -> DoorMark.InVain
        DoorReach.NEVER_TRIED -> DoorMark.Never
    }
}
