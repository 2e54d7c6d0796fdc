// What is on the glass as a whole.
//
// Invariants of every state: plain values that go to JSON and back; no type of the core's or of a platform's; what needs
// counting, formatting or choosing words is done here already (fields named `…Text` are finished words in the language
// chosen), so that a screen only lays out; `code`-like fields (`level`, `kind`) are the closed words written beside them.
// android-shell/model has the same names; tests/scenarios holds the two together.

/// Everything that is shown.
public struct AppState: Codable, Equatable, Sendable {
    /// What stands before everything else.
    public var gate: Gate = .opening
    /// The screen on top. Meaningful while the gate is open.
    public var screen: Screen = .enrol(state: EnrolState())
    /// The tab that is chosen; none where a screen lies over the tabs.
    public var tab: Tab?
    public var canGoBack: Bool = false
    /// Stacked under the title: the gravest first.
    public var banners: [Banner] = []
    /// On top of everything until it is seen: an alert that nobody has yet, or that is offered to this worker.
    public var urgent: UrgentAlert?
    /// What can still be taken back.
    public var undo: Undo?
    /// A sentence that goes away by itself. `number` grows with each, so that the same one can be said twice.
    public var said: Said?
    public var look: Look = Look()
    /// How many records of one's own wait, were refused: beside the tab of exchanges.
    public var waiting: Int = 0
    public var refused: Int = 0
    /// Tasks that are overdue: beside the tab of today.
    public var overdue: Int = 0
}

/// What stands before everything else.
public enum Gate: Equatable, Sendable {
    /// The store is being opened.
    case opening
    /// This phone belongs to nobody yet: only `Screen.Enrol` can be shown.
    case enrolling
    /// In use.
    case open
    /// Left alone for too long: the person must show the phone that it is they.
    case locked
    /// The device was revoked: nothing can be read, unsent work can be handed in.
    case revoked(Revoked)
    /// The store cannot be read; it can be put aside.
    case damaged(Damaged)
    /// The phone's key store does not give the key out now.
    case keyMissing(KeyMissing)
    /// The store does not open, and it is neither its key nor damage.
    case notOpened(NotOpened)

    /// The device was revoked: nothing can be read, unsent work can be handed in.
    public struct Revoked: Codable, Equatable, Sendable {
        /// What happened, what it means, what will become of unsent work.
        public var text: String
        /// How many changes were not sent.
        public var unsent: Int
        public var handingIn: Bool = false
        /// What came of handing in.
        public var resultText: String?
        public var handedIn: Bool = false
        /// What was saved in the last moment and cannot be handed in: to be told to a supervisor by word of mouth.
        public var lateText: String?
        /// Why what was stored could not be put aside just now. So on the gates below.
        public var failureText: String?
        /// The question whether to begin anew though not everything was handed in: beginning anew once more says yes.
        public var askText: String?
    }

    /// The store cannot be read; it can be put aside.
    public struct Damaged: Codable, Equatable, Sendable {
        public var text: String
        public var failureText: String?
    }

    /// The phone's key store does not give the key out now.
    public struct KeyMissing: Codable, Equatable, Sendable {
        public var text: String
        public var failureText: String?
    }

    /// The store does not open, and it is neither its key nor damage.
    public struct NotOpened: Codable, Equatable, Sendable {
        public var titleText: String
        /// Why, and what to do.
        public var text: String
        /// Whether it may help to put it aside and join again.
        public var canBeginAnew: Bool
        public var failureText: String?
    }
}

/// The screen on top, with its state.
public enum Screen: Codable, Equatable, Sendable {
    case enrol(state: EnrolState)
    case today(state: TodayState)
    case alert(state: AlertState)
    case paste(state: PasteState)
    case doors(state: DoorsState)
    case household(state: HouseholdState)
    case visit(state: VisitState)
    case pledge(state: PledgeState)
    case dossier(state: DossierState)
    case conflicts(state: ConflictsState)
    case sync(state: SyncState)
    case correct(state: CorrectState)
    case settings(state: SettingsState)
}

public enum Tab: String, Codable, Equatable, Sendable, CaseIterable {
    case today
    case doors
    case sync
    case settings
}

/// Something that is so now and that the worker should know.
public struct Banner: Codable, Equatable, Sendable {
    public var kind: BannerKind
    public var text: String
}

public enum BannerKind: String, Codable, Equatable, Sendable, CaseIterable {
    /// The clock is not to be trusted.
    case clock
    /// Little room is left on the phone.
    case storage
    /// The app is too old for the server.
    case update
    /// No longer signed in.
    case signedOut
    /// Records were refused.
    case refused
    /// No connection: work goes on.
    case offline
}

/// An alert that calls for somebody at once.
public struct UrgentAlert: Codable, Equatable, Sendable {
    public var alert: String
    /// Who is meant: name and level in words.
    public var text: String
    public var level: String
    /// Whether it is offered to this worker; else nobody has taken it.
    public var offered: Bool
}

/// What can still be taken back, for so long.
public struct Undo: Codable, Equatable, Sendable {
    public var text: String
    /// Epoch milliseconds.
    public var until: Int64
}

public struct Said: Codable, Equatable, Sendable {
    public var number: Int
    public var text: String
    /// Whether it tells of a failure.
    public var failure: Bool = false
}

/// How the person wants it to look.
public struct Look: Codable, Equatable, Sendable {
    public var language: Language = .zh
    /// 100, 130, 160 or 200 per cent.
    public var textPercent: Int = 100
    public var theme: Theme = .system
}

public enum Language: String, Codable, Equatable, Sendable, CaseIterable {
    case zh
    case en
}

public enum Theme: String, Codable, Equatable, Sendable, CaseIterable {
    case system
    case light
    case dark
}

/// How far a record has come, as the core has it.
public enum Mark: String, Codable, Equatable, Sendable, CaseIterable {
    case draft
    case waiting
    case sent
    case held
    case refused
}

/// One of several that can be chosen or ticked. `code` is the core's word in lower camel case, such as `openLetter`.
public struct Choice: Codable, Equatable, Sendable {
    public var code: String
    public var text: String
    public var chosen: Bool = false
}

/// Something that happened, as one row.
public struct EventRow: Codable, Equatable, Sendable {
    public var id: String
    public var title: String
    /// Who and when.
    public var metaText: String
    public var bodyText: String?
    public var mark: Mark?
    /// Why it waits or was refused, where it does.
    public var markText: String?
    /// Whether its time is doubtful, or it was entered late: said in `metaText` too.
    public var doubtful: Bool = false
}

/// A line of a summary.
public struct Line: Codable, Equatable, Sendable {
    public var label: String
    public var text: String
}

/// What is wrong with a field: `field` is the name it has in the state.
public struct FieldError: Codable, Equatable, Sendable {
    public var field: String
    public var text: String
}

/// A part of a text that should not be there; offsets in UTF-16 code units.
public struct SensitiveSpan: Codable, Equatable, Sendable {
    public var from: Int
    public var until: Int
    public var text: String
}

/// A QR picture: `size` squares a side, row by row, true where dark.
public struct Qr: Codable, Equatable, Sendable {
    public var size: Int
    public var dark: [Bool]
}
