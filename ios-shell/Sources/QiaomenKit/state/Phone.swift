// The phone itself: exchanges, what was refused, settings.

/// What waits, what was sent, what was refused and why.
public struct SyncState: Codable, Equatable, Sendable {
    public var running: Bool = false
    public var progress: Progress?
    /// Draft, ready, sent, held, refused: kept apart.
    public var drafts: Int = 0
    public var waiting: Int = 0
    public var sent: Int = 0
    public var held: Int = 0
    /// When the last exchange came to its end, and what it brought.
    public var lastText: String = ""
    /// What went wrong at the last one, and what to do.
    public var failureText: String?
    public var refused: [RefusedRow] = []
    public var heldRows: [EventRow] = []
    public var conflicts: Int = 0
    /// Documents that came and could not be read here.
    public var asideText: String?
    public var storage: StorageGauge = StorageGauge()
    /// What the clock is, where it is not to be trusted.
    public var clockText: String?
    public var networkText: String = ""
    /// Whether the server does not know this phone any more: it can join again.
    public var signedOut: Bool = false
}

public struct RefusedRow: Codable, Equatable, Sendable {
    public var item: Int64
    public var title: String
    /// Why, in plain words.
    public var reasonText: String
    public var whenText: String
    /// Whether this version can show it for correcting.
    public var canCorrect: Bool
}

public struct StorageGauge: Codable, Equatable, Sendable {
    public var usedText: String = ""
    public var freeText: String = ""
    /// Of what the phone has, in use by everything: 0 to 100.
    public var percent: Int = 0
    public var low: Bool = false
}

public enum SyncEvent: Codable, Equatable, Sendable {
    case run
    case cancel
    /// Sends a refused record again as it is.
    case retry(item: Int64)
    case correct(item: Int64)
    case export(item: Int64)
    /// Asks once more before it is gone for good.
    case discard(item: Int64)
    case openConflicts
    /// Joins again with a new code.
    case joinAgain
}

/// A refused record, to be put right and sent again.
public struct CorrectState: Codable, Equatable, Sendable {
    public var item: Int64 = 0
    public var title: String = ""
    public var reasonText: String = ""
    /// The field that was complained of; none where it was the whole.
    public var field: String?
    public var fields: [CorrectField] = []
    public var errors: [FieldError] = []
    public var canSend: Bool = false
}

public struct CorrectField: Codable, Equatable, Sendable {
    public var name: String
    public var label: String
    public var text: String
    public var editable: Bool
}

public enum CorrectEvent: Codable, Equatable, Sendable {
    case type(name: String, text: String)
    case send
}

public struct SettingsState: Codable, Equatable, Sendable {
    public var meText: String = ""
    public var rolesText: String = ""
    public var duty: DutyState = DutyState()
    public var languages: [Choice] = []
    /// `any`, `unmetered`.
    public var networks: [Choice] = []
    /// `100`, `130`, `160`, `200`.
    public var textSizes: [Choice] = []
    /// `system`, `light`, `dark`.
    public var themes: [Choice] = []
    /// `off`, `1`, `5`, `15`: minutes in the background after which the person is asked for.
    public var locks: [Choice] = []
    /// A worker's own figures.
    public var figures: [Line] = []
    /// Version, rules in force, server, device.
    public var about: [Line] = []
    /// What a resident may check, while it is shown.
    public var badge: AlertSheet.Badge?
}

/// Being woken for alerts.
public struct DutyState: Codable, Equatable, Sendable {
    public var on: Bool = false
    public var text: String = ""
    public var testing: Bool = false
    /// What came of the last test whether this phone is woken, and what to do where it was not.
    public var testText: String?
    public var testPassed: Bool?
}

public enum SettingsEvent: Codable, Equatable, Sendable {
    case duty(on: Bool)
    case testDuty
    case choose(field: String, code: String)
    case badge
    case closeBadge
}
