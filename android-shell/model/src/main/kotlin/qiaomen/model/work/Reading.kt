// What several of these screens read the same way.
//
// Invariant: on the thread that works.
package qiaomen.model.work

import qiaomen.core.AnyRecord
import qiaomen.core.Household
import qiaomen.core.KeptRecord
import qiaomen.core.Page
import qiaomen.core.Scope
import qiaomen.core.SyncMark
import qiaomen.model.Core
import qiaomen.model.Desk
import qiaomen.model.Words
import qiaomen.model.state.EventRow
import qiaomen.model.state.Language

/** Tells records; residents are those of [doors]. */
fun teller(desk: Desk, words: Words, now: Long, doors: Collection<Household> = emptyList()): Teller {
    val residents = doors.flatMap { it.residents }.associate { it.id to it.resident.name }
    val addresses = HashMap<String, String?>()
    return Teller(
        words, now,
        person = { desk.names.person(it, words) },
        area = { desk.names.path(it, words) },
        resident = residents::get,
        door = { id -> addresses.getOrPut(id) { desk.core.households.get(id)?.record?.address?.let(words::address) } },
    )
}

/** Rows of records, with why one is held. */
fun Teller.rows(core: Core, records: List<KeptRecord>): List<EventRow> = records.map { kept ->
    val because = if (kept.about.mark == SyncMark.HELD) core.replica.heldBecause(kept.id) else null
    row(kept, because?.let { if (words.language == Language.Zh) it.reasonZh else it.reasonEn })
}

/** The grid that a record lies in. */
val Scope.grid: String? get() = (this as? Scope.Grid)?.area

/** The doors that the records name, so that residents have names. */
fun doorsOf(core: Core, records: Collection<AnyRecord>): List<Household> = records.mapNotNull {
    when (it) {
        is AnyRecord.OfVisit -> it.record.household
        is AnyRecord.OfPledge -> it.record.household
        is AnyRecord.OfFraudAlert -> it.record.household
        else -> null
    }
}.distinct().mapNotNull { core.households.get(it)?.record }

/** All of a list that is not long, page by page. */
fun <T> all(most: Int = 10_000, page: Int = 200, read: (Page) -> List<T>): List<T> {
    val found = ArrayList<T>()
    while (found.size < most) {
        val next = read(Page(found.size.toUInt(), page.toUInt()))
        found += next
        if (next.size < page) break
    }
    return found
}

/** The year of a moment in the town. */
fun Words.year(now: Long): Int = java.time.Instant.ofEpochMilli(now).atZone(zone).year
