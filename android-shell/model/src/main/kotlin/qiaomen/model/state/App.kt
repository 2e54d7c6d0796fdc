// What is on the glass as a whole.
//
// Invariants of every state: plain values that go to JSON and back; no type of the core's or of a platform's; what needs
// counting, formatting or choosing words is done here already (fields named `…Text` are finished words in the language
// chosen), so that a screen only lays out; `code`-like fields (`level`, `kind`) are the closed words written beside them.
// ios-shell's QiaomenKit has the same names.
package qiaomen.model.state

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** Everything that is shown. */
@Serializable
data class AppState(
    /** What stands before everything else. */
    val gate: Gate = Gate.Opening,
    /** The screen on top. Meaningful while the gate is open. */
    val screen: Screen = Screen.Enrol(EnrolState()),
    /** The tab that is chosen; none where a screen lies over the tabs. */
    val tab: Tab? = null,
    val canGoBack: Boolean = false,
    /** Stacked under the title: the gravest first. */
    val banners: List<Banner> = emptyList(),
    /** On top of everything until it is seen: an alert that nobody has yet, or that is offered to this worker. */
    val urgent: UrgentAlert? = null,
    /** What can still be taken back. */
    val undo: Undo? = null,
    /** A sentence that goes away by itself. `number` grows with each, so that the same one can be said twice. */
    val said: Said? = null,
    val look: Look = Look(),
    /** How many records of one's own wait, were refused: beside the tab of exchanges. */
    val waiting: Int = 0,
    val refused: Int = 0,
    /** Tasks that are overdue: beside the tab of today. */
    val overdue: Int = 0,
)

/** What stands before everything else. */
@Serializable
sealed interface Gate {
    /** The store is being opened. */
    @Serializable @SerialName("opening") data object Opening : Gate
    /** This phone belongs to nobody yet: only `Screen.Enrol` can be shown. */
    @Serializable @SerialName("enrolling") data object Enrolling : Gate
    /** In use. */
    @Serializable @SerialName("open") data object Open : Gate
    /** Left alone for too long: the person must show the phone that it is they. */
    @Serializable @SerialName("locked") data object Locked : Gate
    /** The device was revoked: nothing can be read, unsent work can be handed in. */
    @Serializable @SerialName("revoked")
    data class Revoked(
        /** What happened, what it means, what will become of unsent work. */
        val text: String,
        /** How many changes were not sent. */
        val unsent: Int,
        val handingIn: Boolean = false,
        /** What came of handing in. */
        val resultText: String? = null,
        val handedIn: Boolean = false,
        /** What was saved in the last moment and cannot be handed in: to be told to a supervisor by word of mouth. */
        val lateText: String? = null,
        /** Why what was stored could not be put aside just now. So on the gates below. */
        val failureText: String? = null,
        /** The question whether to begin anew though not everything was handed in: beginning anew once more says yes. */
        val askText: String? = null,
    ) : Gate
    /** The store cannot be read; it can be put aside. */
    @Serializable @SerialName("damaged") data class Damaged(val text: String, val failureText: String? = null) : Gate
    /** The phone's key store does not give the key out now. */
    @Serializable @SerialName("keyMissing") data class KeyMissing(val text: String, val failureText: String? = null) : Gate
    /** The store does not open, and it is neither its key nor damage. */
    @Serializable @SerialName("notOpened")
    data class NotOpened(
        val titleText: String,
        /** Why, and what to do. */
        val text: String,
        /** Whether it may help to put it aside and join again. */
        val canBeginAnew: Boolean,
        val failureText: String? = null,
    ) : Gate
}

/** The screen on top, with its state. */
@Serializable
sealed interface Screen {
    @Serializable @SerialName("enrol") data class Enrol(val state: EnrolState) : Screen
    @Serializable @SerialName("today") data class Today(val state: TodayState) : Screen
    @Serializable @SerialName("alert") data class Alert(val state: AlertState) : Screen
    @Serializable @SerialName("paste") data class Paste(val state: PasteState) : Screen
    @Serializable @SerialName("doors") data class Doors(val state: DoorsState) : Screen
    @Serializable @SerialName("household") data class Household(val state: HouseholdState) : Screen
    @Serializable @SerialName("visit") data class Visit(val state: VisitState) : Screen
    @Serializable @SerialName("pledge") data class Pledge(val state: PledgeState) : Screen
    @Serializable @SerialName("dossier") data class Dossier(val state: DossierState) : Screen
    @Serializable @SerialName("conflicts") data class Conflicts(val state: ConflictsState) : Screen
    @Serializable @SerialName("sync") data class Sync(val state: SyncState) : Screen
    @Serializable @SerialName("correct") data class Correct(val state: CorrectState) : Screen
    @Serializable @SerialName("settings") data class Settings(val state: SettingsState) : Screen
}

@Serializable
enum class Tab {
    @SerialName("today") Today,
    @SerialName("doors") Doors,
    @SerialName("sync") Sync,
    @SerialName("settings") Settings,
}

/** Something that is so now and that the worker should know. */
@Serializable
data class Banner(val kind: BannerKind, val text: String)

@Serializable
enum class BannerKind {
    /** The clock is not to be trusted. */
    @SerialName("clock") Clock,
    /** Little room is left on the phone. */
    @SerialName("storage") Storage,
    /** The app is too old for the server. */
    @SerialName("update") Update,
    /** No longer signed in. */
    @SerialName("signedOut") SignedOut,
    /** Records were refused. */
    @SerialName("refused") Refused,
    /** No connection: work goes on. */
    @SerialName("offline") Offline,
}

/** An alert that calls for somebody at once. */
@Serializable
data class UrgentAlert(
    val alert: String,
    /** Who is meant: name and level in words. */
    val text: String,
    val level: String,
    /** Whether it is offered to this worker; else nobody has taken it. */
    val offered: Boolean,
)

/** What can still be taken back, for so long. */
@Serializable
data class Undo(val text: String, /** Epoch milliseconds. */ val until: Long)

@Serializable
data class Said(val number: Int, val text: String, /** Whether it tells of a failure. */ val failure: Boolean = false)

/** How the person wants it to look. */
@Serializable
data class Look(
    val language: Language = Language.Zh,
    /** 100, 130, 160 or 200 per cent. */
    val textPercent: Int = 100,
    val theme: Theme = Theme.System,
)

@Serializable
enum class Language {
    @SerialName("zh") Zh,
    @SerialName("en") En,
}

@Serializable
enum class Theme {
    @SerialName("system") System,
    @SerialName("light") Light,
    @SerialName("dark") Dark,
}

/** How far a record has come, as the core has it. */
@Serializable
enum class Mark {
    @SerialName("draft") Draft,
    @SerialName("waiting") Waiting,
    @SerialName("sent") Sent,
    @SerialName("held") Held,
    @SerialName("refused") Refused,
}

/** One of several that can be chosen or ticked. `code` is the core's word in lower camel case, such as `openLetter`. */
@Serializable
data class Choice(val code: String, val text: String, val chosen: Boolean = false)

/** Something that happened, as one row. */
@Serializable
data class EventRow(
    val id: String,
    val title: String,
    /** Who and when. */
    val metaText: String,
    val bodyText: String? = null,
    val mark: Mark? = null,
    /** Why it waits or was refused, where it does. */
    val markText: String? = null,
    /** Whether its time is doubtful, or it was entered late: said in `metaText` too. */
    val doubtful: Boolean = false,
)

/** A line of a summary. */
@Serializable
data class Line(val label: String, val text: String)

/** What is wrong with a field: `field` is the name it has in the state. */
@Serializable
data class FieldError(val field: String, val text: String)

/** A part of a text that should not be there; offsets in UTF-16 code units. */
@Serializable
data class SensitiveSpan(val from: Int, val until: Int, val text: String)

/** A QR picture: `size` squares a side, row by row, true where dark. */
@Serializable
data class Qr(val size: Int, val dark: List<Boolean>)
