// Doors: the round, one door, a visit, a pledge.

/// The doors of a grid.
public struct DoorsState: Codable, Equatable, Sendable {
    public var loading: Bool = true
    /// The grids on this phone.
    public var grids: [GridRow] = []
    /// The one that is shown; none where there are several and none was chosen.
    public var grid: GridRow?
    public var view: DoorsView = .walking
    public var order: DoorsOrder = .lastVisit
    public var query: String = ""
    /// Buildings of a town's grid, or groups of a village's, as one walks.
    public var blocks: [BlockRow] = []
    /// The building or group that is open.
    public var block: Block?
    /// The list, or what was found: pages of it.
    public var rows: [DoorRow] = []
    public var more: Bool = false
}

public enum DoorsView: String, Codable, Equatable, Sendable, CaseIterable {
    case walking
    case list
}

public enum DoorsOrder: String, Codable, Equatable, Sendable, CaseIterable {
    case lastVisit
    case notVisited
}

public struct GridRow: Codable, Equatable, Sendable {
    public var id: String
    public var name: String
    public var pathText: String
    public var doors: Int
    public var visited: Int
    public var text: String
}

/// A building, or a village group. `code` names it.
public struct BlockRow: Codable, Equatable, Sendable {
    public var code: String
    public var name: String
    public var doors: Int
    public var visited: Int
    public var text: String
}

public struct Block: Codable, Equatable, Sendable {
    public var code: String
    public var name: String
    public var units: [UnitBlock]
}

/// A stairwell with its floors; one without a name where there are none.
public struct UnitBlock: Codable, Equatable, Sendable {
    public var name: String
    public var floors: [FloorRow]
}

/// A floor, the lowest first; one without a name in a village.
public struct FloorRow: Codable, Equatable, Sendable {
    public var name: String
    public var cells: [DoorCell]
}

public struct DoorCell: Codable, Equatable, Sendable {
    public var id: String
    /// Room or house number.
    public var text: String
    public var state: DoorMark
    /// For a screen reader: address and state in words.
    public var label: String
}

public enum DoorMark: String, Codable, Equatable, Sendable, CaseIterable {
    case never
    case inVain
    case visited
    case pledged
    /// Vacant, demolished, long absent.
    case out
    /// An alert is open for somebody here.
    case alert
}

public struct DoorRow: Codable, Equatable, Sendable {
    public var id: String
    public var address: String
    public var peopleText: String
    /// "Visited 12 days ago", "never visited".
    public var lastText: String
    public var never: Bool
    /// What of the search was found where, in words.
    public var foundText: String?
    public var mark: Mark?
}

public enum DoorsEvent: Codable, Equatable, Sendable {
    case grid(id: String)
    case view(view: DoorsView)
    case order(order: DoorsOrder)
    case search(text: String)
    case block(code: String)
    case closeBlock
    case open(id: String)
    case more
    case add
}

/// One door and the people behind it.
public struct HouseholdState: Codable, Equatable, Sendable {
    /// None for a door that is being added.
    public var id: String?
    public var loading: Bool = true
    public var missing: Bool = false
    public var address: String = ""
    public var gridText: String = ""
    public var mark: Mark?
    public var markText: String?
    /// `livedIn`, `vacant`, `demolished`, `longAbsent`.
    public var door: [Choice] = []
    public var doorText: String = ""
    public var note: String?
    public var residents: [ResidentRow] = []
    public var lastText: String = ""
    /// Open alerts for people here.
    public var alerts: [CallCard] = []
    public var history: [EventRow] = []
    public var historyMore: Bool = false
    /// Fields that two people wrote without knowing of each other, in words.
    public var conflictTexts: [String] = []
    /// The next door as one walks; none at the end of the round.
    public var next: String?
    public var nextText: String?
    public var sheet: HouseholdSheet?
}

public struct ResidentRow: Codable, Equatable, Sendable {
    public var id: String
    public var name: String
    public var telephones: [String]
    public var tagTexts: [String]
    /// `yes`, `no`, `notLooked`.
    public var app: String
    public var appText: String
    public var pledged: Bool
    public var pledgeText: String
}

public enum HouseholdSheet: Equatable, Sendable {
    /// A resident, known or new (`id` none).
    case resident(Resident)
    /// The door itself.
    case door(Door)

    /// A resident, known or new (`id` none).
    public struct Resident: Codable, Equatable, Sendable {
        public var id: String?
        public var name: String = ""
        public var telephone: String = ""
        public var birthYear: String = ""
        public var tags: [Choice] = []
        public var app: [Choice] = []
        public var leftTown: Bool = false
        public var leftTo: String = ""
        public var leftContact: String = ""
        public var errors: [FieldError] = []
    }

    /// The door itself.
    public struct Door: Codable, Equatable, Sendable {
        public var building: String = ""
        public var unit: String = ""
        public var floor: String = ""
        public var room: String = ""
        public var group: String = ""
        public var number: String = ""
        public var door: [Choice] = []
        public var note: String = ""
        public var errors: [FieldError] = []
    }
}

public enum HouseholdEvent: Codable, Equatable, Sendable {
    /// Nobody opened: recorded with one tap, can be undone, the next door opens by itself.
    case closed
    case record
    case pledge(resident: String)
    case call(number: String)
    case editResident(resident: String? = nil)
    case editDoor
    case type(field: String, text: String)
    /// Chooses or ticks in the sheet's list `field`.
    case choose(field: String, code: String)
    case confirm
    case closeSheet
    case next
    case openAlert(alert: String)
    case openConflicts
    case moreHistory
}

/// A visit as it is being recorded.
public struct VisitState: Codable, Equatable, Sendable {
    /// The draft; none until something was entered.
    public var draft: String?
    public var household: String?
    public var alert: String?
    /// Whom or which door.
    public var title: String = ""
    public var subtitle: String = ""
    public var stage: VisitStage = .form
    /// `door`, `firstContact`, `dissuasion`, `followUp`.
    public var purposes: [Choice] = []
    public var outcomes: [Choice] = []
    /// Whether the alert's person was met in person: `yes`, `no`; asked only where the outcome does not say it.
    public var metTarget: [Choice] = []
    /// Residents who were met.
    public var met: [Choice] = []
    public var metOthers: String = ""
    public var given: [Choice] = []
    public var explained: [Choice] = []
    public var observations: [Choice] = []
    /// `noFurther`, `mayBeDefraudedAgain`.
    public var risks: [Choice] = []
    public var note: String = ""
    public var noteSensitive: [SensitiveSpan] = []
    public var nextStep: String = ""
    /// Present where the visit is for an alert.
    public var dissuasion: DissuasionForm?
    /// What is noted of photos; there once the visit was read.
    public var photos: PhotosForm?
    /// "Located, 12 m", "not located".
    public var positionText: String?
    /// When it began.
    public var startedText: String = ""
    /// "Kept a moment ago": nothing is lost.
    public var keptText: String?
    /// What will be saved, for `VisitStage.Summary`.
    public var summary: [Line] = []
    /// What is missing but does not stand in the way, such as a recording.
    public var warnings: [String] = []
    public var errors: [FieldError] = []
    public var canGoOn: Bool = false
    /// What to ask before leaving: the role, where several are held here.
    public var roles: [Choice] = []
}

public enum VisitStage: String, Codable, Equatable, Sendable, CaseIterable {
    case form
    case summary
}

/// What was done to talk the person out of it.
public struct DissuasionForm: Codable, Equatable, Sendable {
    public var steps: [Choice] = []
    public var kinds: [Choice] = []
    public var scriptTitle: String?
    public var scriptBody: String?
    public var scriptOpen: Bool = false
    public var deeplyTakenIn: Bool = false
    public var broughtIn: [Choice] = []
    public var ways: [Choice] = []
    public var places: [Choice] = []
    public var officers: String = ""
    public var team: String = ""
    public var courtesy: Bool = false
    public var recordedWith: [Choice] = []
    public var recordedBy: String = ""
    public var keptAt: [Choice] = []
    public var keptAs: String = ""
    public var care: [Choice] = []
}

/// What is noted of photos that were taken: folded until somebody has some to note.
public struct PhotosForm: Codable, Equatable, Sendable {
    public var open: Bool = false
    /// What is noted so far, in a line.
    public var text: String = ""
    /// Empty while it is folded; the rest while nothing is chosen here.
    public var takenWith: [Choice] = []
    public var takenBy: String = ""
    public var keptAt: [Choice] = []
    public var keptAs: String = ""
}

public enum VisitEvent: Codable, Equatable, Sendable {
    /// Chooses or ticks in the list `field`: `outcomes`, `met`, `given`, `explained`, `dissuasion.steps` …
    case choose(field: String, code: String)
    case type(field: String, text: String)
    /// Yes or no: `dissuasion.courtesy`, `dissuasion.deeplyTakenIn`, `dissuasion.scriptOpen`, `photos.open`.
    case set(field: String, yes: Bool)
    case mask
    case locate
    case recordVideo
    case goOn
    case backToForm
    case save
    case discard
}

/// A pledge as it is being signed.
public struct PledgeState: Codable, Equatable, Sendable {
    public var household: String = ""
    public var address: String = ""
    public var loading: Bool = true
    /// Who pledges.
    public var residents: [Choice] = []
    public var title: String = ""
    /// The words, with the resident's name in them.
    public var body: String = ""
    /// Template and version, small.
    public var versionText: String = ""
    public var mode: PledgeMode = .screen
    public var strokes: [[SignPoint]] = []
    public var witness: String = ""
    /// Somebody signs for the resident.
    public var forAnother: Bool = false
    public var proxyName: String = ""
    public var proxyRelation: String = ""
    public var archiveNumber: String = ""
    public var note: String = ""
    /// The last one that the resident signed.
    public var earlierText: String?
    public var errors: [FieldError] = []
    public var canSave: Bool = false
    public var keptText: String?
}

public enum PledgeMode: String, Codable, Equatable, Sendable, CaseIterable {
    case screen
    case paper
}

/// A point of a signature: across and down, both in ten-thousandths of the pad's width; milliseconds since the first point.
public struct SignPoint: Codable, Equatable, Sendable {
    public var x: Int
    public var y: Int
    public var millis: Int

    public init(x: Int, y: Int, millis: Int) {
        self.x = x
        self.y = y
        self.millis = millis
    }
}

public enum PledgeEvent: Codable, Equatable, Sendable {
    case resident(code: String)
    case mode(mode: PledgeMode)
    case stroke(points: [SignPoint])
    case clearSignature
    /// `witness`, `proxyName`, `proxyRelation`, `archiveNumber`, `note`.
    case type(field: String, text: String)
    case forAnother(yes: Bool)
    case save
    case discard
}
