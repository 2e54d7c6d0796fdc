// An alert and its case file, a pasted message, a dossier, conflicts.

/// One alert: whose it is, what is due, what was done.
public struct AlertState: Codable, Equatable, Sendable {
    public var id: String
    public var loading: Bool = true
    /// It is not on this phone (any more).
    public var missing: Bool = false
    public var name: String = ""
    public var level: String = "low"
    public var levelText: String = ""
    public var telephone: String?
    /// Issuer, platform number, its four times.
    public var facts: [Line] = []
    public var note: String?
    /// "Running", "cleared", "recalled" …; `result` is the core's word.
    public var result: String = "running"
    public var resultText: String = ""
    public var custody: CustodyCard = CustodyCard()
    public var places: [PlaceRow] = []
    /// What is due next, with time left; none where nothing is.
    public var next: TaskCard?
    /// Everything ever due.
    public var due: [DueRow] = []
    /// What may be done here now, in the order of the buttons.
    public var actions: [AlertAction] = []
    /// Money went and nobody has asked for a stop-payment.
    public var stopPaymentOwed: Bool = false
    /// The account is stopped though the person was cleared.
    public var releaseOwed: Bool = false
    /// Newest first.
    public var file: [EventRow] = []
    /// Met, and defrauded afterwards.
    public var accidentText: String?
    /// What lies over the screen.
    public var sheet: AlertSheet?
}

public enum AlertAction: String, Codable, Equatable, Sendable, CaseIterable {
    case take
    case accept
    case recordVisit
    case dissuade
    case call
    case navigate
    case badge
    case script
    case feedback
    case moneySent
    case stopPayment
    case handOver
    case propose
    case clear
    case raise
    case comment
    case dossier
}

/// Whose the alert is.
public struct CustodyCard: Codable, Equatable, Sendable {
    public var mine: Bool = false
    public var ownerText: String = ""
    /// Everybody whose it was, with when and how.
    public var historyTexts: [String] = []
    public var offers: [OfferRow] = []
    /// Who says that they took it earlier.
    public var contestTexts: [String] = []
    /// What the server has not confirmed yet.
    public var unconfirmedTexts: [String] = []
}

public struct OfferRow: Codable, Equatable, Sendable {
    public var offer: String
    public var text: String
    /// To this worker, who can accept it.
    public var toMe: Bool
    /// By this worker, who can take it back.
    public var byMe: Bool
}

public struct PlaceRow: Codable, Equatable, Sendable {
    public var id: String
    public var label: String
    public var address: String?
    public var hasPosition: Bool
}

/// One visit that is or was due.
public struct DueRow: Codable, Equatable, Sendable {
    public var kind: String
    public var kindText: String
    /// `open`, `done`, `late`, `overdue`, `missed`, `excused`.
    public var state: String
    public var stateText: String
    public var dueText: String
    public var attemptsText: String?
}

/// What lies over an alert.
public enum AlertSheet: Equatable, Sendable {
    case handOver(HandOver)
    /// For the resident to check who stands there.
    case badge(Badge)
    case script(Script)
    case moneySent(MoneySent)
    /// `steps`: asked, frozen, released, with those that were taken chosen.
    case stopPayment(StopPayment)
    /// A sentence for `action`: feedback, propose, clear, comment.
    case words(Words)
    case raise(Raise)

    public struct HandOver: Codable, Equatable, Sendable {
        public var people: [PersonRow]
        public var chosen: String?
        public var note: String = ""
    }

    /// For the resident to check who stands there.
    public struct Badge: Codable, Equatable, Sendable {
        public var name: String
        public var town: String
        /// The station's number to call back.
        public var telephone: String?
        public var url: String
        public var qr: Qr
        public var until: Int64
        public var untilText: String
    }

    public struct Script: Codable, Equatable, Sendable {
        public var kinds: [Choice]
        public var title: String
        public var body: String
    }

    public struct MoneySent: Codable, Equatable, Sendable {
        public var yuan: String = ""
        public var account: String = ""
        public var note: String = ""
        public var errors: [FieldError] = []
    }

    /// `steps`: asked, frozen, released, with those that were taken chosen.
    public struct StopPayment: Codable, Equatable, Sendable {
        public var steps: [Choice]
        public var step: String
        public var institution: String = ""
    }

    /// A sentence for `action`: feedback, propose, clear, comment.
    public struct Words: Codable, Equatable, Sendable {
        public var action: AlertAction
        public var text: String = ""
        public var required: Bool = false
        public var sensitive: [SensitiveSpan] = []
    }

    public struct Raise: Codable, Equatable, Sendable {
        public var levels: [Choice]
        public var reason: String = ""
    }
}

public struct PersonRow: Codable, Equatable, Sendable {
    public var id: String
    public var name: String
    public var roleText: String
    /// How far away, and how that is known.
    public var nearText: String?
}

public enum AlertEvent: Codable, Equatable, Sendable {
    /// One of `AlertState.actions`: done at once, or its sheet opens.
    case act(action: AlertAction)
    case accept(offer: String)
    case takeBack(offer: String)
    /// Opens a map app, or copies the address where no position is known.
    case navigate(place: String)
    /// Text or choice of the sheet that is open; `field` is its name there.
    case type(field: String, text: String)
    case choose(code: String)
    /// Masks what should not stand in the text.
    case mask
    case confirm
    case closeSheet
    case openHousehold
}

/// Alerts in a pasted message.
public struct PasteState: Codable, Equatable, Sendable {
    public var text: String = ""
    /// Where they belong while no door says another.
    public var areas: [Choice] = []
    public var found: [PastedCard] = []
    /// Nothing in it could be read as an alert.
    public var nothingText: String?
}

public struct PastedCard: Codable, Equatable, Sendable {
    public var number: Int
    public var name: String
    public var telephone: String
    public var levels: [Choice]
    public var platformNumber: String
    public var address: String
    /// What was not sure: to be looked at.
    public var unsureTexts: [String]
    /// Residents who may be meant.
    public var who: [Choice]
    public var whoText: String
    public var errors: [FieldError] = []
    public var saved: Bool = false
}

public enum PasteEvent: Codable, Equatable, Sendable {
    case text(text: String)
    case area(code: String)
    case read
    case edit(number: Int, field: String, text: String)
    case level(number: Int, code: String)
    case who(number: Int, code: String)
    case save(number: Int)
}

/// Everything about the person of an alert, the oldest first.
public struct DossierState: Codable, Equatable, Sendable {
    public var alert: String
    public var loading: Bool = true
    public var name: String = ""
    public var entries: [DossierRow] = []
}

public struct DossierRow: Codable, Equatable, Sendable {
    public var row: EventRow
    /// Who recorded on what and where it is kept, or that a recording is missing; none where none is owed.
    public var recordingText: String?
    public var recordingMissing: Bool = false
}

/// Fields that two people wrote without knowing of each other.
public struct ConflictsState: Codable, Equatable, Sendable {
    public var loading: Bool = true
    public var records: [ConflictCard] = []
    /// Whether this person may say what holds; else a supervisor does, and `whoText` says so.
    public var canSettle: Bool = false
    public var whoText: String = ""
}

public struct ConflictCard: Codable, Equatable, Sendable {
    public var id: String
    public var title: String
    public var fields: [ConflictField]
}

public struct ConflictField: Codable, Equatable, Sendable {
    /// What `ConflictsEvent.Settle` names.
    public var path: [String]
    public var label: String
    public var values: [ConflictChoice]
}

public struct ConflictChoice: Codable, Equatable, Sendable {
    public var index: Int
    public var text: String
    public var byText: String
    /// It is what is shown everywhere until somebody settles it.
    public var shown: Bool
}

public enum ConflictsEvent: Codable, Equatable, Sendable {
    case settle(id: String, path: [String], index: Int)
    case open(id: String)
}
