// Where doors and alerts' people are, in words.
//
// Invariant: on the thread that works, for one look; what was found is remembered for that long.
package qiaomen.model.screens

import qiaomen.core.FraudAlert
import qiaomen.model.Desk
import qiaomen.model.Words
import qiaomen.model.work.Teller

internal class Places(private val desk: Desk, val words: Words) {
    private val doors = HashMap<String, String?>()
    private val alerts = HashMap<String, FraudAlert?>()

    /** A door's address; none where it is not on this phone. */
    fun ofHousehold(id: String): String? = doors.getOrPut(id) {
        desk.core.households.get(id)?.record?.address?.let(words::address)?.takeIf(String::isNotEmpty)
    }

    /** Where an alert's person is to be found first: their door, else the first place that is written down. */
    fun ofAlert(id: String): String? {
        val alert = alert(id) ?: return null
        return alert.household?.let(::ofHousehold) ?: alert.places.firstNotNullOfOrNull { it.place.address }
    }

    /** Whom an alert is about. */
    fun nameOf(id: String): String? = alert(id)?.name

    /** Tells records. */
    fun teller(now: Long) = Teller(
        words, now, { desk.names.person(it, words) }, { desk.names.path(it, words) }, resident = { null }, door = ::ofHousehold,
    )

    private fun alert(id: String): FraudAlert? = alerts.getOrPut(id) { desk.core.alerts.get(id)?.record }
}
