// The phone itself: exchanges, what was refused, settings.
package qiaomen.model.state

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** What waits, what was sent, what was refused and why. */
@Serializable
data class SyncState(
    val running: Boolean = false,
    val progress: Progress? = null,
    /** Draft, ready, sent, held, refused: kept apart. */
    val drafts: Int = 0,
    val waiting: Int = 0,
    val sent: Int = 0,
    val held: Int = 0,
    /** When the last exchange came to its end, and what it brought. */
    val lastText: String = "",
    /** What went wrong at the last one, and what to do. */
    val failureText: String? = null,
    val refused: List<RefusedRow> = emptyList(),
    val heldRows: List<EventRow> = emptyList(),
    val conflicts: Int = 0,
    /** Documents that came and could not be read here. */
    val asideText: String? = null,
    val storage: StorageGauge = StorageGauge(),
    /** What the clock is, where it is not to be trusted. */
    val clockText: String? = null,
    val networkText: String = "",
    /** Whether the server does not know this phone any more: it can join again. */
    val signedOut: Boolean = false,
)

@Serializable
data class RefusedRow(
    val item: Long,
    val title: String,
    /** Why, in plain words. */
    val reasonText: String,
    val whenText: String,
    /** Whether this version can show it for correcting. */
    val canCorrect: Boolean,
)

@Serializable
data class StorageGauge(
    val usedText: String = "",
    val freeText: String = "",
    /** Of what the phone has, in use by everything: 0 to 100. */
    val percent: Int = 0,
    val low: Boolean = false,
)

@Serializable
sealed interface SyncEvent {
    @Serializable @SerialName("run") data object Run : SyncEvent
    @Serializable @SerialName("cancel") data object Cancel : SyncEvent
    /** Sends a refused record again as it is. */
    @Serializable @SerialName("retry") data class Retry(val item: Long) : SyncEvent
    @Serializable @SerialName("correct") data class Correct(val item: Long) : SyncEvent
    @Serializable @SerialName("export") data class Export(val item: Long) : SyncEvent
    /** Asks once more before it is gone for good. */
    @Serializable @SerialName("discard") data class Discard(val item: Long) : SyncEvent
    @Serializable @SerialName("openConflicts") data object OpenConflicts : SyncEvent
    /** Joins again with a new code. */
    @Serializable @SerialName("joinAgain") data object JoinAgain : SyncEvent
}

/** A refused record, to be put right and sent again. */
@Serializable
data class CorrectState(
    val item: Long = 0,
    val title: String = "",
    val reasonText: String = "",
    /** The field that was complained of; none where it was the whole. */
    val field: String? = null,
    val fields: List<CorrectField> = emptyList(),
    val errors: List<FieldError> = emptyList(),
    val canSend: Boolean = false,
)

@Serializable
data class CorrectField(val name: String, val label: String, val text: String, val editable: Boolean)

@Serializable
sealed interface CorrectEvent {
    @Serializable @SerialName("type") data class Type(val name: String, val text: String) : CorrectEvent
    @Serializable @SerialName("send") data object Send : CorrectEvent
}

@Serializable
data class SettingsState(
    val meText: String = "",
    val rolesText: String = "",
    val duty: DutyState = DutyState(),
    val languages: List<Choice> = emptyList(),
    /** `any`, `unmetered`. */
    val networks: List<Choice> = emptyList(),
    /** `100`, `130`, `160`, `200`. */
    val textSizes: List<Choice> = emptyList(),
    /** `system`, `light`, `dark`. */
    val themes: List<Choice> = emptyList(),
    /** `off`, `1`, `5`, `15`: minutes in the background after which the person is asked for. */
    val locks: List<Choice> = emptyList(),
    /** A worker's own figures. */
    val figures: List<Line> = emptyList(),
    /** Version, rules in force, server, device. */
    val about: List<Line> = emptyList(),
    /** What a resident may check, while it is shown. */
    val badge: AlertSheet.Badge? = null,
)

/** Being woken for alerts. */
@Serializable
data class DutyState(
    val on: Boolean = false,
    val text: String = "",
    val testing: Boolean = false,
    /** What came of the last test whether this phone is woken, and what to do where it was not. */
    val testText: String? = null,
    val testPassed: Boolean? = null,
)

@Serializable
sealed interface SettingsEvent {
    @Serializable @SerialName("duty") data class Duty(val on: Boolean) : SettingsEvent
    @Serializable @SerialName("testDuty") data object TestDuty : SettingsEvent
    @Serializable @SerialName("choose") data class Choose(val field: String, val code: String) : SettingsEvent
    @Serializable @SerialName("badge") data object Badge : SettingsEvent
    @Serializable @SerialName("closeBadge") data object CloseBadge : SettingsEvent
}
