// The first screens: joining, and what is to be done today.

/// Joining a server by a code, or by the text of a QR picture.
public struct EnrolState: Codable, Equatable, Sendable {
    /// What was typed or scanned: a code, or a QR picture's text, from which server and code are taken.
    public var code: String = ""
    public var server: String = ""
    /// What the phone calls itself at the server.
    public var label: String = ""
    /// What will be stored here.
    public var storedTexts: [String] = []
    /// Who can see it.
    public var seenByTexts: [String] = []
    /// The undertaking of confidentiality, sentence by sentence.
    public var undertakingTexts: [String] = []
    public var undertaken: Bool = false
    public var errors: [FieldError] = []
    /// What went wrong, and what to do.
    public var failureText: String?
    public var busy: Bool = false
    /// How far the first exchange is.
    public var progress: Progress?
    public var canEnrol: Bool = false
    /// Where the phone joins again: what becomes of what is on it. One can go back from there.
    public var againText: String?
}

/// How far an exchange is.
public struct Progress: Codable, Equatable, Sendable {
    public var sent: Int64 = 0
    public var toSend: Int64 = 0
    public var fetched: Int64 = 0
    public var toFetch: Int64 = 0
    public var text: String = ""
}

/// What is to be done: tasks first.
public struct TodayState: Codable, Equatable, Sendable {
    public var dateText: String = ""
    public var meText: String = ""
    public var loading: Bool = true
    /// What is overdue first, then the higher level, then what has less time left.
    public var tasks: [TaskCard] = []
    /// Whether there are more than are listed.
    public var more: Bool = false
    /// Alerts that nobody has or that are offered to this worker.
    public var calls: [CallCard] = []
    public var count: TodayCount = TodayCount()
    public var drafts: [DraftRow] = []
    public var reminders: [ReminderCard] = []
    /// What waits to be sent and when the last exchange was.
    public var syncText: String = ""
    public var onDuty: Bool = false
    /// Whether alerts can be entered from a pasted message here: the station's phones.
    public var canPaste: Bool = false
}

/// A visit or a step that is due.
public struct TaskCard: Codable, Equatable, Sendable {
    public var alert: String
    public var name: String
    /// `low`, `medium`, `high`, `extreme`.
    public var level: String
    public var levelText: String
    /// `firstContact`, `firstMeeting`, `feedback`, `secondVisit`, `threeDayVisit`, `monthEndJudgement`.
    public var kind: String
    public var kindText: String
    /// When it is due: "today 18:30".
    public var dueText: String
    /// Time left, or by how much it is overdue.
    public var leftText: String
    public var overdue: Bool
    /// Within six hours.
    public var soon: Bool
    /// "Tried twice in vain"; none where it was not.
    public var attemptsText: String?
    public var placeText: String?
    /// A visit was recorded just now and can still be taken back.
    public var justDone: Bool = false
}

/// An alert that nobody has, or an offer.
public struct CallCard: Codable, Equatable, Sendable {
    public var alert: String
    public var name: String
    public var level: String
    public var levelText: String
    public var text: String
    /// The offer to accept; none where the alert is simply to be taken.
    public var offer: String?
}

public struct TodayCount: Codable, Equatable, Sendable {
    public var visits: Int = 0
    public var doors: Int = 0
    public var pledges: Int = 0
    public var tasksDone: Int = 0
    public var tasksLeft: Int = 0
    public var text: String = ""
}

/// A visit that is not finished.
public struct DraftRow: Codable, Equatable, Sendable {
    public var id: String
    public var title: String
    public var whenText: String
}

public struct ReminderCard: Codable, Equatable, Sendable {
    public var id: String
    public var title: String
    public var body: String
    public var untilText: String?
}

/// What the worker does on the screen of joining.
public enum EnrolEvent: Codable, Equatable, Sendable {
    /// Code or QR picture's text was typed, pasted or scanned.
    case code(text: String)
    case server(text: String)
    case label(text: String)
    case undertake(yes: Bool)
    case scan
    case enrol
    case cancel
}

public enum TodayEvent: Codable, Equatable, Sendable {
    case openAlert(alert: String)
    /// Begins a visit for a task.
    case record(alert: String)
    case take(alert: String)
    case accept(alert: String, offer: String)
    case goOn(draft: String)
    case discardDraft(draft: String)
    case more
    case refresh
    case paste
    case shareReminder(reminder: String)
}

/// What the worker does that no single screen owns.
public enum AppEvent: Codable, Equatable, Sendable {
    case back
    case tab(tab: Tab)
    case undo
    /// The urgent alert was seen: it opens.
    case openUrgent
    /// It stays among today's, but no longer on top of everything.
    case later
    case heard
    /// The app came to the front, or left it: drafts are written, what could be undone is finished.
    case shown
    case hidden
    /// The person showed the phone that it is they.
    case unlocked
    case unlock
    /// Hands in what a revoked phone did not send.
    case handIn
    /// Begins anew on a revoked phone or beside a damaged store, which is put aside.
    case beginAnew
    /// No: the answer to what a revoked phone asks before it begins anew.
    case doNotBeginAnew
    /// Tries the store again.
    case retryOpen
    /// A notification was touched.
    case openAlert(alert: String)
    case openBanner(kind: BannerKind)
    /// What an effect brought back.
    case scanned(text: String)
    case recorded(name: String)
    case positioned(latitude: Double, longitude: Double, accuracyMetres: Int?, datum: String)
}

/// What the platform is to do: told once each, in order.
public enum Effect: Codable, Equatable, Sendable {
    case call(number: String)
    /// Opens a map app at WGS-84 coordinates.
    case map(latitude: Double, longitude: Double, label: String)
    case copy(text: String)
    case share(text: String)
    /// Gives a file away, such as a refused record's export.
    case saveFile(name: String, text: String)
    case scan
    /// Records sound and picture; the answer is `AppEvent.Recorded` with the name it is found under.
    case recordVideo
    /// Asks where the phone is; the answer is `AppEvent.Positioned`.
    case locate
    /// Has the person show the phone that it is they; the answer is `AppEvent.Unlocked`.
    case confirmPerson
    /// Background work follows the policy from now on.
    case schedule(unmeteredOnly: Bool, onDuty: Bool)
}
