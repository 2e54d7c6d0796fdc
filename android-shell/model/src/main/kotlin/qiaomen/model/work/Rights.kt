// Which roles may write what: what decides the buttons. The server decides whether it counts.
//
// Invariants: the same table as docs/architecture.md; on the thread that works.
package qiaomen.model.work

import qiaomen.core.Role
import qiaomen.model.Names

/** What is written, by who may. */
enum class Deed(vararg val roles: Role) {
    Visit(Role.TeamHead, Role.Police, Role.GridWorker, Role.Volunteer),
    Receipt(Role.TeamHead, Role.Police, Role.GridWorker, Role.Volunteer),
    CaseFact(Role.TeamHead, Role.Police, Role.GridWorker, Role.Volunteer),
    Pledge(Role.TeamHead, Role.Police, Role.GridWorker, Role.Volunteer),
    HandOver(Role.TeamHead, Role.Police, Role.GridWorker, Role.Volunteer, Role.Supervisor),
    Comment(Role.TeamHead, Role.Police, Role.GridWorker, Role.Volunteer, Role.Supervisor),
    Clear(Role.TeamHead, Role.Police),
    Raise(Role.Police, Role.Supervisor),
    Alert(Role.Police, Role.Supervisor),
    Settle(Role.Supervisor),
}

/** A role and the area it is held in. */
data class Held(val role: Role, val area: String)

/** The roles that somebody holds now, each with its area. */
fun Names.held(): List<Held> = record(me())?.assignments.orEmpty().map { it.assignment }.filterNot { it.ended }.map { Held(it.role, it.area) }

/** Whether one of them may do it somewhere: whoever has a case file was given it. */
fun List<Held>.may(deed: Deed): Boolean = any { it.role in deed.roles }

/** The roles it can be written in at [area], the one that the core takes first; those held elsewhere where it is not held here. */
fun Names.rolesFor(deed: Deed, area: String?): List<Role> {
    val held = held()
    val above = area?.let { above(it) }
    val here = deed.roles.filter { role -> held.any { it.role == role && (above == null || it.area in above) } }
    return here.ifEmpty { deed.roles.filter { role -> held.any { it.role == role } } }
}

/** An area and all above it. */
fun Names.above(area: String): Set<String> {
    val above = LinkedHashSet<String>()
    var at: String? = area
    // The tree may hold a ring while it is being put right.
    while (at != null && above.add(at)) at = area(at)?.parent
    return above
}
