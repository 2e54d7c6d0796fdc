// Where one can be: one route a screen, with what it needs to show itself again after the app was killed.
//
// Invariant: identifiers only, so that the saved stack holds nothing about a person.
package qiaomen.model

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import qiaomen.model.state.Tab

@Serializable
sealed interface Route {
    @Serializable @SerialName("enrol") data object Enrol : Route
    @Serializable @SerialName("today") data object Today : Route
    @Serializable @SerialName("doors") data object Doors : Route
    @Serializable @SerialName("sync") data object Sync : Route
    @Serializable @SerialName("settings") data object Settings : Route
    @Serializable @SerialName("alert") data class Alert(val alert: String) : Route
    @Serializable @SerialName("paste") data object Paste : Route
    @Serializable @SerialName("dossier") data class Dossier(val alert: String) : Route

    /** All conflicts, or those of one record. */
    @Serializable @SerialName("conflicts") data class Conflicts(val record: String? = null) : Route

    /** A door; without `id` a new one in `grid`. */
    @Serializable @SerialName("household") data class Household(val id: String? = null, val grid: String? = null) : Route

    /** A visit: a draft that is gone on with, or a new one for a door, an alert, or both. */
    @Serializable @SerialName("visit")
    data class Visit(
        val draft: String? = null,
        val household: String? = null,
        val alert: String? = null,
        /** Code of what it is for, where that is chosen already. */
        val purpose: String? = null,
    ) : Route
    @Serializable @SerialName("pledge")
    data class Pledge(val household: String, val resident: String? = null) : Route

    /** A refused record. */
    @Serializable @SerialName("correct") data class Correct(val item: Long) : Route
}

/** The tab whose root a route is; none for what lies over the tabs. */
val Route.tab: Tab?
    get() = when (this) {
        Route.Today -> Tab.Today
        Route.Doors -> Tab.Doors
        Route.Sync -> Tab.Sync
        Route.Settings -> Tab.Settings
        else -> null
    }

/** A tab's root. */
val Tab.root: Route
    get() = when (this) {
        Tab.Today -> Route.Today
        Tab.Doors -> Route.Doors
        Tab.Sync -> Route.Sync
        Tab.Settings -> Route.Settings
    }
