// Doors: the round, one door, a visit, a pledge.
package qiaomen.model.state

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** The doors of a grid. */
@Serializable
data class DoorsState(
    val loading: Boolean = true,
    /** The grids on this phone. */
    val grids: List<GridRow> = emptyList(),
    /** The one that is shown; none where there are several and none was chosen. */
    val grid: GridRow? = null,
    val view: DoorsView = DoorsView.Walking,
    val order: DoorsOrder = DoorsOrder.LastVisit,
    val query: String = "",
    /** Buildings of a town's grid, or groups of a village's, as one walks. */
    val blocks: List<BlockRow> = emptyList(),
    /** The building or group that is open. */
    val block: Block? = null,
    /** The list, or what was found: pages of it. */
    val rows: List<DoorRow> = emptyList(),
    val more: Boolean = false,
)

@Serializable
enum class DoorsView {
    @SerialName("walking") Walking,
    @SerialName("list") List,
}

@Serializable
enum class DoorsOrder {
    @SerialName("lastVisit") LastVisit,
    @SerialName("notVisited") NotVisited,
}

@Serializable
data class GridRow(val id: String, val name: String, val pathText: String, val doors: Int, val visited: Int, val text: String)

/** A building, or a village group. `code` names it. */
@Serializable
data class BlockRow(val code: String, val name: String, val doors: Int, val visited: Int, val text: String)

@Serializable
data class Block(val code: String, val name: String, val units: List<UnitBlock>)

/** A stairwell with its floors; one without a name where there are none. */
@Serializable
data class UnitBlock(val name: String, val floors: List<FloorRow>)

/** A floor, the lowest first; one without a name in a village. */
@Serializable
data class FloorRow(val name: String, val cells: List<DoorCell>)

@Serializable
data class DoorCell(
    val id: String,
    /** Room or house number. */
    val text: String,
    val state: DoorMark,
    /** For a screen reader: address and state in words. */
    val label: String,
)

@Serializable
enum class DoorMark {
    @SerialName("never") Never,
    @SerialName("inVain") InVain,
    @SerialName("visited") Visited,
    @SerialName("pledged") Pledged,
    /** Vacant, demolished, long absent. */
    @SerialName("out") Out,
    /** An alert is open for somebody here. */
    @SerialName("alert") Alert,
}

@Serializable
data class DoorRow(
    val id: String,
    val address: String,
    val peopleText: String,
    /** "Visited 12 days ago", "never visited". */
    val lastText: String,
    val never: Boolean,
    /** What of the search was found where, in words. */
    val foundText: String? = null,
    val mark: Mark? = null,
)

@Serializable
sealed interface DoorsEvent {
    @Serializable @SerialName("grid") data class Grid(val id: String) : DoorsEvent
    @Serializable @SerialName("view") data class View(val view: DoorsView) : DoorsEvent
    @Serializable @SerialName("order") data class Order(val order: DoorsOrder) : DoorsEvent
    @Serializable @SerialName("search") data class Search(val text: String) : DoorsEvent
    @Serializable @SerialName("block") data class OpenBlock(val code: String) : DoorsEvent
    @Serializable @SerialName("closeBlock") data object CloseBlock : DoorsEvent
    @Serializable @SerialName("open") data class Open(val id: String) : DoorsEvent
    @Serializable @SerialName("more") data object More : DoorsEvent
    @Serializable @SerialName("add") data object Add : DoorsEvent
}

/** One door and the people behind it. */
@Serializable
data class HouseholdState(
    /** None for a door that is being added. */
    val id: String? = null,
    val loading: Boolean = true,
    val missing: Boolean = false,
    val address: String = "",
    val gridText: String = "",
    val mark: Mark? = null,
    val markText: String? = null,
    /** `livedIn`, `vacant`, `demolished`, `longAbsent`. */
    val door: List<Choice> = emptyList(),
    val doorText: String = "",
    val note: String? = null,
    val residents: List<ResidentRow> = emptyList(),
    val lastText: String = "",
    /** Open alerts for people here. */
    val alerts: List<CallCard> = emptyList(),
    val history: List<EventRow> = emptyList(),
    val historyMore: Boolean = false,
    /** Fields that two people wrote without knowing of each other, in words. */
    val conflictTexts: List<String> = emptyList(),
    /** The next door as one walks; none at the end of the round. */
    val next: String? = null,
    val nextText: String? = null,
    val sheet: HouseholdSheet? = null,
)

@Serializable
data class ResidentRow(
    val id: String,
    val name: String,
    val telephones: List<String>,
    val tagTexts: List<String>,
    /** `yes`, `no`, `notLooked`. */
    val app: String,
    val appText: String,
    val pledged: Boolean,
    val pledgeText: String,
)

@Serializable
sealed interface HouseholdSheet {
    /** A resident, known or new (`id` none). */
    @Serializable @SerialName("resident")
    data class Resident(
        val id: String? = null,
        val name: String = "",
        val telephone: String = "",
        val birthYear: String = "",
        val tags: List<Choice> = emptyList(),
        val app: List<Choice> = emptyList(),
        val leftTown: Boolean = false,
        val leftTo: String = "",
        val leftContact: String = "",
        val errors: List<FieldError> = emptyList(),
    ) : HouseholdSheet
    /** The door itself. */
    @Serializable @SerialName("door")
    data class Door(
        val building: String = "",
        val unit: String = "",
        val floor: String = "",
        val room: String = "",
        val group: String = "",
        val number: String = "",
        val door: List<Choice> = emptyList(),
        val note: String = "",
        val errors: List<FieldError> = emptyList(),
    ) : HouseholdSheet
}

@Serializable
sealed interface HouseholdEvent {
    /** Nobody opened: recorded with one tap, can be undone, the next door opens by itself. */
    @Serializable @SerialName("closed") data object Closed : HouseholdEvent
    @Serializable @SerialName("record") data object Record : HouseholdEvent
    @Serializable @SerialName("pledge") data class Pledge(val resident: String) : HouseholdEvent
    @Serializable @SerialName("call") data class Call(val number: String) : HouseholdEvent
    @Serializable @SerialName("editResident") data class EditResident(val resident: String? = null) : HouseholdEvent
    @Serializable @SerialName("editDoor") data object EditDoor : HouseholdEvent
    @Serializable @SerialName("type") data class Type(val field: String, val text: String) : HouseholdEvent
    /** Chooses or ticks in the sheet's list `field`. */
    @Serializable @SerialName("choose") data class Choose(val field: String, val code: String) : HouseholdEvent
    @Serializable @SerialName("confirm") data object Confirm : HouseholdEvent
    @Serializable @SerialName("closeSheet") data object CloseSheet : HouseholdEvent
    @Serializable @SerialName("next") data object Next : HouseholdEvent
    @Serializable @SerialName("openAlert") data class OpenAlert(val alert: String) : HouseholdEvent
    @Serializable @SerialName("openConflicts") data object OpenConflicts : HouseholdEvent
    @Serializable @SerialName("moreHistory") data object MoreHistory : HouseholdEvent
}

/** A visit as it is being recorded. */
@Serializable
data class VisitState(
    /** The draft; none until something was entered. */
    val draft: String? = null,
    val household: String? = null,
    val alert: String? = null,
    /** Whom or which door. */
    val title: String = "",
    val subtitle: String = "",
    val stage: VisitStage = VisitStage.Form,
    /** `door`, `firstContact`, `dissuasion`, `followUp`. */
    val purposes: List<Choice> = emptyList(),
    val outcomes: List<Choice> = emptyList(),
    /** Whether the alert's person was met in person: `yes`, `no`; asked only where the outcome does not say it. */
    val metTarget: List<Choice> = emptyList(),
    /** Residents who were met. */
    val met: List<Choice> = emptyList(),
    val metOthers: String = "",
    val given: List<Choice> = emptyList(),
    val explained: List<Choice> = emptyList(),
    val observations: List<Choice> = emptyList(),
    /** `noFurther`, `mayBeDefraudedAgain`. */
    val risks: List<Choice> = emptyList(),
    val note: String = "",
    val noteSensitive: List<SensitiveSpan> = emptyList(),
    val nextStep: String = "",
    /** Present where the visit is for an alert. */
    val dissuasion: DissuasionForm? = null,
    /** What is noted of photos; there once the visit was read. */
    val photos: PhotosForm? = null,
    /** "Located, 12 m", "not located". */
    val positionText: String? = null,
    /** When it began. */
    val startedText: String = "",
    /** "Kept a moment ago": nothing is lost. */
    val keptText: String? = null,
    /** What will be saved, for `VisitStage.Summary`. */
    val summary: List<Line> = emptyList(),
    /** What is missing but does not stand in the way, such as a recording. */
    val warnings: List<String> = emptyList(),
    val errors: List<FieldError> = emptyList(),
    val canGoOn: Boolean = false,
    /** What to ask before leaving: the role, where several are held here. */
    val roles: List<Choice> = emptyList(),
)

@Serializable
enum class VisitStage {
    @SerialName("form") Form,
    @SerialName("summary") Summary,
}

/** What was done to talk the person out of it. */
@Serializable
data class DissuasionForm(
    val steps: List<Choice> = emptyList(),
    val kinds: List<Choice> = emptyList(),
    val scriptTitle: String? = null,
    val scriptBody: String? = null,
    val scriptOpen: Boolean = false,
    val deeplyTakenIn: Boolean = false,
    val broughtIn: List<Choice> = emptyList(),
    val ways: List<Choice> = emptyList(),
    val places: List<Choice> = emptyList(),
    val officers: String = "",
    val team: String = "",
    val courtesy: Boolean = false,
    val recordedWith: List<Choice> = emptyList(),
    val recordedBy: String = "",
    val keptAt: List<Choice> = emptyList(),
    val keptAs: String = "",
    val care: List<Choice> = emptyList(),
)

/** What is noted of photos that were taken: folded until somebody has some to note. */
@Serializable
data class PhotosForm(
    val open: Boolean = false,
    /** What is noted so far, in a line. */
    val text: String = "",
    /** Empty while it is folded; the rest while nothing is chosen here. */
    val takenWith: List<Choice> = emptyList(),
    val takenBy: String = "",
    val keptAt: List<Choice> = emptyList(),
    val keptAs: String = "",
)

@Serializable
sealed interface VisitEvent {
    /** Chooses or ticks in the list `field`: `outcomes`, `met`, `given`, `explained`, `dissuasion.steps` … */
    @Serializable @SerialName("choose") data class Choose(val field: String, val code: String) : VisitEvent
    @Serializable @SerialName("type") data class Type(val field: String, val text: String) : VisitEvent
    /** Yes or no: `dissuasion.courtesy`, `dissuasion.deeplyTakenIn`, `dissuasion.scriptOpen`, `photos.open`. */
    @Serializable @SerialName("set") data class Set(val field: String, val yes: Boolean) : VisitEvent
    @Serializable @SerialName("mask") data object Mask : VisitEvent
    @Serializable @SerialName("locate") data object Locate : VisitEvent
    @Serializable @SerialName("recordVideo") data object RecordVideo : VisitEvent
    @Serializable @SerialName("goOn") data object GoOn : VisitEvent
    @Serializable @SerialName("backToForm") data object BackToForm : VisitEvent
    @Serializable @SerialName("save") data object Save : VisitEvent
    @Serializable @SerialName("discard") data object Discard : VisitEvent
}

/** A pledge as it is being signed. */
@Serializable
data class PledgeState(
    val household: String = "",
    val address: String = "",
    val loading: Boolean = true,
    /** Who pledges. */
    val residents: List<Choice> = emptyList(),
    val title: String = "",
    /** The words, with the resident's name in them. */
    val body: String = "",
    /** Template and version, small. */
    val versionText: String = "",
    val mode: PledgeMode = PledgeMode.Screen,
    val strokes: List<List<SignPoint>> = emptyList(),
    val witness: String = "",
    /** Somebody signs for the resident. */
    val forAnother: Boolean = false,
    val proxyName: String = "",
    val proxyRelation: String = "",
    val archiveNumber: String = "",
    val note: String = "",
    /** The last one that the resident signed. */
    val earlierText: String? = null,
    val errors: List<FieldError> = emptyList(),
    val canSave: Boolean = false,
    val keptText: String? = null,
)

@Serializable
enum class PledgeMode {
    @SerialName("screen") Screen,
    @SerialName("paper") Paper,
}

/** A point of a signature: across and down, both in ten-thousandths of the pad's width; milliseconds since the first point. */
@Serializable
data class SignPoint(val x: Int, val y: Int, val millis: Int)

@Serializable
sealed interface PledgeEvent {
    @Serializable @SerialName("resident") data class Resident(val code: String) : PledgeEvent
    @Serializable @SerialName("mode") data class Mode(val mode: PledgeMode) : PledgeEvent
    @Serializable @SerialName("stroke") data class Stroke(val points: List<SignPoint>) : PledgeEvent
    @Serializable @SerialName("clearSignature") data object ClearSignature : PledgeEvent
    /** `witness`, `proxyName`, `proxyRelation`, `archiveNumber`, `note`. */
    @Serializable @SerialName("type") data class Type(val field: String, val text: String) : PledgeEvent
    @Serializable @SerialName("forAnother") data class ForAnother(val yes: Boolean) : PledgeEvent
    @Serializable @SerialName("save") data object Save : PledgeEvent
    @Serializable @SerialName("discard") data object Discard : PledgeEvent
}
