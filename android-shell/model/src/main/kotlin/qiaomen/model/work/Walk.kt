// The round: a grid's doors as one walks, light enough for all of them at once.
//
// Invariant: on the thread that works.
package qiaomen.model.work

import qiaomen.core.Door
import qiaomen.core.HouseholdOrder
import qiaomen.core.Page
import qiaomen.model.Core
import qiaomen.model.state.DoorMark

/** A grid's doors in the order of the walk. */
fun spots(core: Core, grid: String): List<Spot> = all(page = 500) { core.households.list(grid, HouseholdOrder.WALKING, it) }.map {
    val out = it.household.record.door != Door.LivedIn
    Spot(it.household.id, it.household.record.address, if (out) DoorMark.Out else if (it.lastVisit == null) DoorMark.Never else DoorMark.Visited)
}

/** The door after this one in its grid; none after the last. */
fun after(core: Core, household: String, grid: String?): String? {
    var skip = 0u
    var found = false
    while (true) {
        val page = core.households.list(grid, HouseholdOrder.WALKING, Page(skip, 500u))
        for (line in page) {
            if (found) return line.household.id
            found = line.household.id == household
        }
        if (page.size < 500) return null
        skip += 500u
    }
}
