// An alert and its case file, a pasted message, a dossier, conflicts.
package qiaomen.model.state

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** One alert: whose it is, what is due, what was done. */
@Serializable
data class AlertState(
    val id: String,
    val loading: Boolean = true,
    /** It is not on this phone (any more). */
    val missing: Boolean = false,
    val name: String = "",
    val level: String = "low",
    val levelText: String = "",
    val telephone: String? = null,
    /** Issuer, platform number, its four times. */
    val facts: List<Line> = emptyList(),
    val note: String? = null,
    /** "Running", "cleared", "recalled" …; `result` is the core's word. */
    val result: String = "running",
    val resultText: String = "",
    val custody: CustodyCard = CustodyCard(),
    val places: List<PlaceRow> = emptyList(),
    /** What is due next, with time left; none where nothing is. */
    val next: TaskCard? = null,
    /** Everything ever due. */
    val due: List<DueRow> = emptyList(),
    /** What may be done here now, in the order of the buttons. */
    val actions: List<AlertAction> = emptyList(),
    /** Money went and nobody has asked for a stop-payment. */
    val stopPaymentOwed: Boolean = false,
    /** The account is stopped though the person was cleared. */
    val releaseOwed: Boolean = false,
    /** Newest first. */
    val file: List<EventRow> = emptyList(),
    /** Met, and defrauded afterwards. */
    val accidentText: String? = null,
    /** What lies over the screen. */
    val sheet: AlertSheet? = null,
)

@Serializable
enum class AlertAction {
    @SerialName("take") Take,
    @SerialName("accept") Accept,
    @SerialName("recordVisit") RecordVisit,
    @SerialName("dissuade") Dissuade,
    @SerialName("call") Call,
    @SerialName("navigate") Navigate,
    @SerialName("badge") Badge,
    @SerialName("script") Script,
    @SerialName("feedback") Feedback,
    @SerialName("moneySent") MoneySent,
    @SerialName("stopPayment") StopPayment,
    @SerialName("handOver") HandOver,
    @SerialName("propose") Propose,
    @SerialName("clear") Clear,
    @SerialName("raise") Raise,
    @SerialName("comment") Comment,
    @SerialName("dossier") Dossier,
}

/** Whose the alert is. */
@Serializable
data class CustodyCard(
    val mine: Boolean = false,
    val ownerText: String = "",
    /** Everybody whose it was, with when and how. */
    val historyTexts: List<String> = emptyList(),
    val offers: List<OfferRow> = emptyList(),
    /** Who says that they took it earlier. */
    val contestTexts: List<String> = emptyList(),
    /** What the server has not confirmed yet. */
    val unconfirmedTexts: List<String> = emptyList(),
)

@Serializable
data class OfferRow(
    val offer: String,
    val text: String,
    /** To this worker, who can accept it. */
    val toMe: Boolean,
    /** By this worker, who can take it back. */
    val byMe: Boolean,
)

@Serializable
data class PlaceRow(val id: String, val label: String, val address: String?, val hasPosition: Boolean)

/** One visit that is or was due. */
@Serializable
data class DueRow(
    val kind: String,
    val kindText: String,
    /** `open`, `done`, `late`, `overdue`, `missed`, `excused`. */
    val state: String,
    val stateText: String,
    val dueText: String,
    val attemptsText: String? = null,
)

/** What lies over an alert. */
@Serializable
sealed interface AlertSheet {
    @Serializable @SerialName("handOver")
    data class HandOver(val people: List<PersonRow>, val chosen: String? = null, val note: String = "") : AlertSheet
    /** For the resident to check who stands there. */
    @Serializable @SerialName("badge")
    data class Badge(
        val name: String,
        val town: String,
        /** The station's number to call back. */
        val telephone: String?,
        val url: String,
        val qr: Qr,
        val until: Long,
        val untilText: String,
    ) : AlertSheet
    @Serializable @SerialName("script")
    data class Script(val kinds: List<Choice>, val title: String, val body: String) : AlertSheet
    @Serializable @SerialName("moneySent")
    data class MoneySent(
        val yuan: String = "",
        val account: String = "",
        val note: String = "",
        val errors: List<FieldError> = emptyList(),
    ) : AlertSheet
    /** `steps`: asked, frozen, released, with those that were taken chosen. */
    @Serializable @SerialName("stopPayment")
    data class StopPayment(val steps: List<Choice>, val step: String, val institution: String = "") : AlertSheet
    /** A sentence for `action`: feedback, propose, clear, comment. */
    @Serializable @SerialName("words")
    data class Words(
        val action: AlertAction,
        val text: String = "",
        val required: Boolean = false,
        val sensitive: List<SensitiveSpan> = emptyList(),
    ) : AlertSheet
    @Serializable @SerialName("raise")
    data class Raise(val levels: List<Choice>, val reason: String = "") : AlertSheet
}

@Serializable
data class PersonRow(
    val id: String,
    val name: String,
    val roleText: String,
    /** How far away, and how that is known. */
    val nearText: String? = null,
)

@Serializable
sealed interface AlertEvent {
    /** One of `AlertState.actions`: done at once, or its sheet opens. */
    @Serializable @SerialName("act") data class Act(val action: AlertAction) : AlertEvent
    @Serializable @SerialName("accept") data class Accept(val offer: String) : AlertEvent
    @Serializable @SerialName("takeBack") data class TakeBack(val offer: String) : AlertEvent
    /** Opens a map app, or copies the address where no position is known. */
    @Serializable @SerialName("navigate") data class Navigate(val place: String) : AlertEvent
    /** Text or choice of the sheet that is open; `field` is its name there. */
    @Serializable @SerialName("type") data class Type(val field: String, val text: String) : AlertEvent
    @Serializable @SerialName("choose") data class Choose(val code: String) : AlertEvent
    /** Masks what should not stand in the text. */
    @Serializable @SerialName("mask") data object Mask : AlertEvent
    @Serializable @SerialName("confirm") data object Confirm : AlertEvent
    @Serializable @SerialName("closeSheet") data object CloseSheet : AlertEvent
    @Serializable @SerialName("openHousehold") data object OpenHousehold : AlertEvent
}

/** Alerts in a pasted message. */
@Serializable
data class PasteState(
    val text: String = "",
    /** Where they belong while no door says another. */
    val areas: List<Choice> = emptyList(),
    val found: List<PastedCard> = emptyList(),
    /** Nothing in it could be read as an alert. */
    val nothingText: String? = null,
)

@Serializable
data class PastedCard(
    val number: Int,
    val name: String,
    val telephone: String,
    val levels: List<Choice>,
    val platformNumber: String,
    val address: String,
    /** What was not sure: to be looked at. */
    val unsureTexts: List<String>,
    /** Residents who may be meant. */
    val who: List<Choice>,
    val whoText: String,
    val errors: List<FieldError> = emptyList(),
    val saved: Boolean = false,
)

@Serializable
sealed interface PasteEvent {
    @Serializable @SerialName("text") data class Text(val text: String) : PasteEvent
    @Serializable @SerialName("area") data class Area(val code: String) : PasteEvent
    @Serializable @SerialName("read") data object Read : PasteEvent
    @Serializable @SerialName("edit") data class Edit(val number: Int, val field: String, val text: String) : PasteEvent
    @Serializable @SerialName("level") data class Level(val number: Int, val code: String) : PasteEvent
    @Serializable @SerialName("who") data class Who(val number: Int, val code: String) : PasteEvent
    @Serializable @SerialName("save") data class Save(val number: Int) : PasteEvent
}

/** Everything about the person of an alert, the oldest first. */
@Serializable
data class DossierState(
    val alert: String,
    val loading: Boolean = true,
    val name: String = "",
    val entries: List<DossierRow> = emptyList(),
)

@Serializable
data class DossierRow(
    val row: EventRow,
    /** Who recorded on what and where it is kept, or that a recording is missing; none where none is owed. */
    val recordingText: String? = null,
    val recordingMissing: Boolean = false,
)

/** Fields that two people wrote without knowing of each other. */
@Serializable
data class ConflictsState(
    val loading: Boolean = true,
    val records: List<ConflictCard> = emptyList(),
    /** Whether this person may say what holds; else a supervisor does, and `whoText` says so. */
    val canSettle: Boolean = false,
    val whoText: String = "",
)

@Serializable
data class ConflictCard(val id: String, val title: String, val fields: List<ConflictField>)

@Serializable
data class ConflictField(
    /** What `ConflictsEvent.Settle` names. */
    val path: List<String>,
    val label: String,
    val values: List<ConflictChoice>,
)

@Serializable
data class ConflictChoice(
    val index: Int,
    val text: String,
    val byText: String,
    /** It is what is shown everywhere until somebody settles it. */
    val shown: Boolean,
)

@Serializable
sealed interface ConflictsEvent {
    @Serializable @SerialName("settle")
    data class Settle(val id: String, val path: List<String>, val index: Int) : ConflictsEvent
    @Serializable @SerialName("open") data class Open(val id: String) : ConflictsEvent
}
