// What people and areas are called.
//
// Invariants: used on the thread that works; what was read once is remembered until the directory changes.
package qiaomen.model

import qiaomen.core.Area
import qiaomen.core.AreaLevel
import qiaomen.core.Person

class Names(private val core: Core) {
    private val people = HashMap<String, Person?>()
    private val areas = HashMap<String, Area?>()
    private var own: String? = null

    /** Whose phone this is. */
    fun me(): String = own ?: core.people.me().also { own = it }

    /** Somebody's record; none where this phone does not have it. */
    fun record(id: String): Person? = people.getOrPut(id) { core.people.get(id)?.record }

    /** What somebody is called; "I" for oneself, and a word for whoever is not known here. */
    fun person(id: String, words: Words): String =
        if (id == me()) words("person.me") else record(id)?.name ?: words("person.unknown")

    fun area(id: String): Area? = areas.getOrPut(id) { core.areas.get(id)?.record }

    /** An area's name with those above it but the town's: 河东村第一网格. */
    fun path(id: String, words: Words): String {
        val names = ArrayDeque<String>()
        var at: String? = id
        // The tree may hold a ring while it is being put right.
        while (at != null && names.size < 8) {
            val area = area(at) ?: break
            if (names.isNotEmpty() && area.level in ABOVE) break
            names.addFirst(area.name)
            at = area.parent
        }
        return names.joinToString(words("area.separator"))
    }

    fun forget() {
        people.clear()
        areas.clear()
    }

    private companion object {
        val ABOVE = setOf(AreaLevel.Town, AreaLevel.County)
    }
}
