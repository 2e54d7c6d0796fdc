// The first screens: joining, and what is to be done today.
package qiaomen.model.state

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/** Joining a server by a code, or by the text of a QR picture. */
@Serializable
data class EnrolState(
    /** What was typed or scanned: a code, or a QR picture's text, from which server and code are taken. */
    val code: String = "",
    val server: String = "",
    /** What the phone calls itself at the server. */
    val label: String = "",
    /** What will be stored here. */
    val storedTexts: List<String> = emptyList(),
    /** Who can see it. */
    val seenByTexts: List<String> = emptyList(),
    /** The undertaking of confidentiality, sentence by sentence. */
    val undertakingTexts: List<String> = emptyList(),
    val undertaken: Boolean = false,
    val errors: List<FieldError> = emptyList(),
    /** What went wrong, and what to do. */
    val failureText: String? = null,
    val busy: Boolean = false,
    /** How far the first exchange is. */
    val progress: Progress? = null,
    val canEnrol: Boolean = false,
    /** Where the phone joins again: what becomes of what is on it. One can go back from there. */
    val againText: String? = null,
)

/** How far an exchange is. */
@Serializable
data class Progress(
    val sent: Long = 0,
    val toSend: Long = 0,
    val fetched: Long = 0,
    val toFetch: Long = 0,
    val text: String = "",
)

/** What is to be done: tasks first. */
@Serializable
data class TodayState(
    val dateText: String = "",
    val meText: String = "",
    val loading: Boolean = true,
    /** What is overdue first, then the higher level, then what has less time left. */
    val tasks: List<TaskCard> = emptyList(),
    /** Whether there are more than are listed. */
    val more: Boolean = false,
    /** Alerts that nobody has or that are offered to this worker. */
    val calls: List<CallCard> = emptyList(),
    val count: TodayCount = TodayCount(),
    val drafts: List<DraftRow> = emptyList(),
    val reminders: List<ReminderCard> = emptyList(),
    /** What waits to be sent and when the last exchange was. */
    val syncText: String = "",
    val onDuty: Boolean = false,
    /** Whether alerts can be entered from a pasted message here: the station's phones. */
    val canPaste: Boolean = false,
)

/** A visit or a step that is due. */
@Serializable
data class TaskCard(
    val alert: String,
    val name: String,
    /** `low`, `medium`, `high`, `extreme`. */
    val level: String,
    val levelText: String,
    /** `firstContact`, `firstMeeting`, `feedback`, `secondVisit`, `threeDayVisit`, `monthEndJudgement`. */
    val kind: String,
    val kindText: String,
    /** When it is due: "today 18:30". */
    val dueText: String,
    /** Time left, or by how much it is overdue. */
    val leftText: String,
    val overdue: Boolean,
    /** Within six hours. */
    val soon: Boolean,
    /** "Tried twice in vain"; none where it was not. */
    val attemptsText: String? = null,
    val placeText: String? = null,
    /** A visit was recorded just now and can still be taken back. */
    val justDone: Boolean = false,
)

/** An alert that nobody has, or an offer. */
@Serializable
data class CallCard(
    val alert: String,
    val name: String,
    val level: String,
    val levelText: String,
    val text: String,
    /** The offer to accept; none where the alert is simply to be taken. */
    val offer: String? = null,
)

@Serializable
data class TodayCount(
    val visits: Int = 0,
    val doors: Int = 0,
    val pledges: Int = 0,
    val tasksDone: Int = 0,
    val tasksLeft: Int = 0,
    val text: String = "",
)

/** A visit that is not finished. */
@Serializable
data class DraftRow(val id: String, val title: String, val whenText: String)

@Serializable
data class ReminderCard(val id: String, val title: String, val body: String, val untilText: String? = null)

/** What the worker does on the screen of joining. */
@Serializable
sealed interface EnrolEvent {
    /** Code or QR picture's text was typed, pasted or scanned. */
    @Serializable @SerialName("code") data class Code(val text: String) : EnrolEvent
    @Serializable @SerialName("server") data class Server(val text: String) : EnrolEvent
    @Serializable @SerialName("label") data class Label(val text: String) : EnrolEvent
    @Serializable @SerialName("undertake") data class Undertake(val yes: Boolean) : EnrolEvent
    @Serializable @SerialName("scan") data object Scan : EnrolEvent
    @Serializable @SerialName("enrol") data object Enrol : EnrolEvent
    @Serializable @SerialName("cancel") data object Cancel : EnrolEvent
}

@Serializable
sealed interface TodayEvent {
    @Serializable @SerialName("openAlert") data class OpenAlert(val alert: String) : TodayEvent
    /** Begins a visit for a task. */
    @Serializable @SerialName("record") data class Record(val alert: String) : TodayEvent
    @Serializable @SerialName("take") data class Take(val alert: String) : TodayEvent
    @Serializable @SerialName("accept") data class Accept(val alert: String, val offer: String) : TodayEvent
    @Serializable @SerialName("goOn") data class GoOn(val draft: String) : TodayEvent
    @Serializable @SerialName("discardDraft") data class DiscardDraft(val draft: String) : TodayEvent
    @Serializable @SerialName("more") data object More : TodayEvent
    @Serializable @SerialName("refresh") data object Refresh : TodayEvent
    @Serializable @SerialName("paste") data object Paste : TodayEvent
    @Serializable @SerialName("shareReminder") data class ShareReminder(val reminder: String) : TodayEvent
}

/** What the worker does that no single screen owns. */
@Serializable
sealed interface AppEvent {
    @Serializable @SerialName("back") data object Back : AppEvent
    @Serializable @SerialName("tab") data class Choose(val tab: Tab) : AppEvent
    @Serializable @SerialName("undo") data object TakeBack : AppEvent
    /** The urgent alert was seen: it opens. */
    @Serializable @SerialName("openUrgent") data object OpenUrgent : AppEvent
    /** It stays among today's, but no longer on top of everything. */
    @Serializable @SerialName("later") data object Later : AppEvent
    @Serializable @SerialName("heard") data object Heard : AppEvent
    /** The app came to the front, or left it: drafts are written, what could be undone is finished. */
    @Serializable @SerialName("shown") data object Shown : AppEvent
    @Serializable @SerialName("hidden") data object Hidden : AppEvent
    /** The person showed the phone that it is they. */
    @Serializable @SerialName("unlocked") data object Unlocked : AppEvent
    @Serializable @SerialName("unlock") data object Unlock : AppEvent
    /** Hands in what a revoked phone did not send. */
    @Serializable @SerialName("handIn") data object HandIn : AppEvent
    /** Begins anew on a revoked phone or beside a damaged store, which is put aside. */
    @Serializable @SerialName("beginAnew") data object BeginAnew : AppEvent
    /** No: the answer to what a revoked phone asks before it begins anew. */
    @Serializable @SerialName("doNotBeginAnew") data object DoNotBeginAnew : AppEvent
    /** Tries the store again. */
    @Serializable @SerialName("retryOpen") data object RetryOpen : AppEvent
    /** A notification was touched. */
    @Serializable @SerialName("openAlert") data class OpenAlert(val alert: String) : AppEvent
    @Serializable @SerialName("openBanner") data class OpenBanner(val kind: BannerKind) : AppEvent
    /** What an effect brought back. */
    @Serializable @SerialName("scanned") data class Scanned(val text: String) : AppEvent
    @Serializable @SerialName("recorded") data class Recorded(val name: String) : AppEvent
    @Serializable @SerialName("positioned")
    data class Positioned(val latitude: Double, val longitude: Double, val accuracyMetres: Int?, val datum: String) : AppEvent
}

/** What the platform is to do: told once each, in order. */
@Serializable
sealed interface Effect {
    @Serializable @SerialName("call") data class Call(val number: String) : Effect
    /** Opens a map app at WGS-84 coordinates. */
    @Serializable @SerialName("map") data class Map(val latitude: Double, val longitude: Double, val label: String) : Effect
    @Serializable @SerialName("copy") data class Copy(val text: String) : Effect
    @Serializable @SerialName("share") data class Share(val text: String) : Effect
    /** Gives a file away, such as a refused record's export. */
    @Serializable @SerialName("saveFile") data class SaveFile(val name: String, val text: String) : Effect
    @Serializable @SerialName("scan") data object Scan : Effect
    /** Records sound and picture; the answer is `AppEvent.Recorded` with the name it is found under. */
    @Serializable @SerialName("recordVideo") data object RecordVideo : Effect
    /** Asks where the phone is; the answer is `AppEvent.Positioned`. */
    @Serializable @SerialName("locate") data object Locate : Effect
    /** Has the person show the phone that it is they; the answer is `AppEvent.Unlocked`. */
    @Serializable @SerialName("confirmPerson") data object ConfirmPerson : Effect
    /** Background work follows the policy from now on. */
    @Serializable @SerialName("schedule") data class Schedule(val unmeteredOnly: Boolean, val onDuty: Boolean) : Effect
}
