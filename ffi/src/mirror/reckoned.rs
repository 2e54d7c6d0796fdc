//! What the core reckons: what is due, how a case stands, whose it is, what to tell.
//!
//! Floor: mirror. Invariant: as the core gives it; nothing is reckoned here.

use qiaomen_core::playbook::{self, What};
use qiaomen_core::record::Invalid;
use qiaomen_core::{clock, dossier, nearest, notice, replica, script};

use super::any::AnyRecord;
use super::macros::{choice, mirror, shown};
use super::state::{KeptHousehold, KeptReview};
use super::words::{FraudKind, KeptAt, Language, Level, RecordKind, Role};
use super::{Back, Id, Millis, Show};

choice! {
    /// What a due visit is.
    pub enum DueKind = playbook::DueKind {
        /// Speaking with the person, by whatever means.
        FirstContact,
        /// Meeting the person for the first time: the dissuasion.
        FirstMeeting,
        /// Telling the station what the first meeting found.
        Feedback,
        /// The second visit.
        SecondVisit,
        /// The recurring visit of the month.
        ThreeDayVisit,
        /// Clearing the person, or carrying the month on.
        MonthEndJudgement,
    }
}

choice! {
    /// How a due visit stands.
    pub enum DueState = playbook::DueState {
        /// Its time has not passed.
        Open,
        /// Done in time.
        Done,
        /// Done after its time.
        Late,
        /// Its time has passed, and it can still be done.
        Overdue,
        /// It was never done and can no longer be.
        Missed,
        /// It fell due while the person was in other hands, or its alert was recalled or joined another.
        Excused,
    }
}

shown! {
    /// One visit that is or was due.
    pub struct DueVisit = playbook::DueVisit {
        /// What it is.
        kind: DueKind,
        /// When it is due.
        due: Millis,
        /// When it came into being.
        born: Millis,
        /// From when on its time has passed.
        passes: Millis,
        /// From when on it can no longer be done.
        ends: Option<Millis>,
        /// How it stands.
        state: DueState,
        /// When it was done.
        done_at: Option<Millis>,
        /// By how many whole minutes it was late, is overdue, or was overdue when it was missed.
        late_minutes: i64,
        /// How often it was tried in vain.
        attempts: u32,
    }
}

shown! {
    /// Something that can still be done for an alert.
    pub struct DueTask = replica::Task {
        /// The alert.
        alert: Id,
        /// Whom it is about.
        name: String,
        /// The area whose team answers for it.
        area: Id,
        /// How urgent it is now.
        level: Level,
        /// What is due, when, and how it stands.
        visit: DueVisit,
        /// How many milliseconds are left; below zero if it is overdue.
        left_ms: Millis,
        /// Whether this phone lacks the playbook that the alert was issued under: it is reckoned by the built-in one.
        playbook_unknown: bool,
    }
}

shown! {
    /// What is and ever was due for one alert.
    pub struct DueList = playbook::Due {
        /// When the month and its series end.
        series_ends: Millis,
        /// Everything ever due, by its time.
        list: Vec<DueVisit>,
    }
}

choice! {
    /// What became of a case.
    pub enum CaseResult = playbook::CaseResult {
        /// Its month runs, and nothing is decided.
        Running,
        /// The person was found out of danger, and that stands.
        Cleared,
        /// The alert was issued in error.
        Recalled,
        /// It joined another alert about the same person.
        Joined,
        /// The month is over, and nobody has said what came of it.
        Lying,
    }
}

shown! {
    /// How a case stands.
    pub struct CaseStanding = playbook::Standing {
        /// Its level now.
        level: Level,
        /// When its month ends.
        series_ends: Millis,
        /// What became of it.
        result: CaseResult,
        /// When the person was first met.
        met: Option<Millis>,
        /// When the clearance that stands was given.
        cleared: Option<Millis>,
        /// When money was first sent after the alert was issued.
        sent_after_alert: Option<Millis>,
        /// When the person, having been met, first sent money afterwards.
        accident: Option<Millis>,
        /// All that is known to have been sent after the alert was issued, in fen.
        fen_after_alert: i64,
        /// Whether money went and nobody has asked for a stop-payment.
        stop_payment_owed: bool,
        /// Whether the account is stopped though the person was cleared.
        release_owed: bool,
    }
}

choice! {
    /// How somebody came to have an alert.
    pub enum Came = playbook::Came {
        /// They were the first to take it.
        First,
        /// It was handed over to them, and they accepted.
        HandedOver,
        /// A supervisor said so.
        Decided,
    }
}

shown! {
    /// Whose an alert is or was.
    pub struct Holder = playbook::Holder {
        /// Who.
        person: Id,
        /// The record by which.
        document: Id,
        /// When.
        at: Millis,
        /// How.
        came: Came,
        /// Who gave it to them; themselves where they took it.
        by: Id,
    }
}

shown! {
    /// Somebody who says that they took the alert before its first receiver.
    pub struct Contest = playbook::Contest {
        /// Who.
        person: Id,
        /// Their receipt.
        document: Id,
        /// When they say they took it.
        at: Millis,
    }
}

shown! {
    /// An offer that can still be accepted.
    pub struct Offer = playbook::Offer {
        /// The hand-over.
        document: Id,
        /// Who offers.
        from: Id,
        /// To whom.
        to: Id,
        /// When.
        at: Millis,
    }
}

/// What happened to an alert's custody.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CustodyStep {
    /// They took it: for the first time, or as it was offered to them.
    Taken {
        /// The offer that is accepted.
        offer: Option<Id>,
    },
    /// They offered it to somebody.
    Offered {
        /// To whom.
        to: Id,
    },
    /// An offer was taken back.
    TakenBack {
        /// Which.
        offer: Id,
    },
    /// A supervisor said whose it is.
    Decided {
        /// Whose.
        owner: Id,
    },
}

impl Show<CustodyStep> for What {
    fn show(self) -> CustodyStep {
        match self {
            Self::Taken { offer } => CustodyStep::Taken { offer: offer.show() },
            Self::Offered { to } => CustodyStep::Offered { to: to.show() },
            Self::TakenBack { offer } => CustodyStep::TakenBack { offer: offer.show() },
            Self::Decided { owner } => CustodyStep::Decided { owner: owner.show() },
        }
    }
}

/// Something that bears on whose an alert is, and that the server has not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Unconfirmed {
    /// Who did it.
    pub person: Id,
    /// Its document.
    pub document: Id,
    /// When, corrected.
    pub at: Millis,
    /// What.
    pub what: CustodyStep,
}

impl Show<Unconfirmed> for playbook::Event {
    fn show(self) -> Unconfirmed {
        let Self { person, document, at, what, .. } = self;
        Unconfirmed { person: person.show(), document: document.show(), at: at.show(), what: what.show() }
    }
}

shown! {
    /// Whose an alert is.
    pub struct Custody = playbook::Custody {
        /// Whose it is.
        owner: Option<Holder>,
        /// Everybody whose it was, the first receiver first, the owner last.
        holders: Vec<Holder>,
        /// Offers that are open, in the order of acceptance.
        offers: Vec<Offer>,
        /// Those who say that they took it earlier, since the last decision.
        contests: Vec<Contest>,
        /// What the server has not accepted yet.
        unconfirmed: Vec<Unconfirmed>,
    }
}

choice! {
    /// What a notice says.
    pub enum NoticeKind = notice::NoticeKind {
        /// There is an alert for them that nobody has yet, or they were sent to one.
        NewAlert,
        /// Somebody offers them an alert, or a supervisor has given it to them.
        HandedOver,
        /// Somebody says that they took an alert before its first receiver did.
        Contest,
        /// An alert that was theirs is somebody else's, and they did not offer it.
        TakenFromMe,
        /// A visit is due within six hours.
        DueInSixHours,
        /// A visit is due within one hour.
        DueInOneHour,
        /// The time of a visit has passed.
        Overdue,
        /// The server refused what they wrote.
        Refused,
        /// A reviewer says something about a record of theirs, or somebody about a case of theirs.
        Comment,
        /// The town reminds everybody of something.
        Reminder,
    }
}

mirror! {
    /// Something to tell.
    pub struct Notice = notice::Notice {
        /// Its key: the same on every asking.
        key: String,
        /// What it says.
        kind: NoticeKind,
        /// The alert that it is about; none where it stands for things about several.
        alert: Option<Id>,
        /// The record that it is about; none where it stands for several things.
        document: Option<Id>,
        /// From when on it is to be told.
        at: Millis,
        /// Whether it is told at night too.
        urgent: bool,
        /// For how many things it stands.
        count: u32,
        /// The keys of what is told along with it.
        also: Vec<String>,
    }
}

impl Back<Vec<notice::NoticeKey>> for Vec<String> {
    fn back(self) -> Result<Vec<notice::NoticeKey>, Invalid> {
        self.into_iter().map(String::back).collect()
    }
}

shown! {
    /// What to tell now, and when to ask again.
    pub struct NoticePlan = notice::Plan {
        /// What to tell at once, the most important first.
        show: Vec<Notice>,
        /// When to ask again at the latest; none if nothing is to come.
        next: Option<Millis>,
    }
}

shown! {
    /// Corrected time, and how far it can be trusted.
    pub struct CorrectedTime = clock::Corrected {
        /// The server's time, as well as it can be known.
        time: Millis,
        /// Corrected time less what the phone's clock says, in milliseconds; none before any exchange.
        offset: Option<i64>,
        /// Whether it may be wrong.
        doubtful: bool,
    }
}

shown! {
    /// How the shell is to wait for news.
    pub struct PollAdvice = replica::Poll {
        /// How long each poll may wait, in seconds.
        wait_seconds: u16,
        /// Whether to keep polling when the app is not looked at.
        keeps_alive: bool,
        /// Until when, where an end is set.
        until: Option<Millis>,
    }
}

shown! {
    /// A test of being woken that was begun.
    pub struct WakeTest = replica::Test {
        /// What the server will wake the phone with.
        nonce: u64,
        /// When it was begun, corrected.
        asked: Millis,
    }
}

shown! {
    /// What came of a test of being woken.
    pub struct WakeTestResult = replica::TestResult {
        /// When it was begun, corrected.
        asked: Millis,
        /// When the server woke this phone; none as long as it has not.
        woken: Option<Millis>,
    }
}

shown! {
    /// What is said at the door.
    pub struct ScriptText = script::Shown {
        /// What a record names as the script that was used.
        name: String,
        /// The kind of fraud.
        fraud: FraudKind,
        /// In which language.
        language: Language,
        /// What it is called.
        title: String,
        /// What is said, a line an utterance.
        body: String,
        /// Whether it is the town's own.
        own: bool,
    }
}

shown! {
    /// What a resident signs.
    pub struct PledgeWords = script::pledge::Shown {
        /// What a pledge names as its template.
        template: String,
        /// What a pledge names as its version.
        version: i64,
        /// In which language.
        language: Language,
        /// What it is called.
        title: String,
        /// What is pledged, a line a promise.
        body: String,
        /// Whether it is the town's own.
        own: bool,
    }
}

shown! {
    /// A review, and whether its record has moved on since.
    pub struct ReviewLine = replica::Reviewed {
        /// The review.
        review: KeptReview,
        /// Whether the record has been edited since it was judged.
        edited: bool,
    }
}

/// Where a search found a word.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum FoundPlace {
    /// In the door's address.
    Address,
    /// In a resident's name, in characters.
    Name {
        /// Whose.
        resident: Id,
    },
    /// In a resident's name, as pinyin or initials.
    Spelling {
        /// Whose.
        resident: Id,
    },
    /// At the end of one of a resident's telephones.
    Telephone {
        /// Whose.
        resident: Id,
    },
}

impl Show<FoundPlace> for replica::Place {
    fn show(self) -> FoundPlace {
        match self {
            Self::Address => FoundPlace::Address,
            Self::Name(resident) => FoundPlace::Name { resident: resident.show() },
            Self::Spelling(resident) => FoundPlace::Spelling { resident: resident.show() },
            Self::Telephone(resident) => FoundPlace::Telephone { resident: resident.show() },
        }
    }
}

shown! {
    /// A word that a search found at a door.
    pub struct FoundWord = replica::Found {
        /// The word, as it was typed.
        word: String,
        /// Where it was found.
        place: FoundPlace,
    }
}

shown! {
    /// A door in a list.
    pub struct HouseholdLine = replica::HouseholdLine {
        /// The door.
        household: KeptHousehold,
        /// When it was last visited, by anybody.
        last_visit: Option<Millis>,
        /// What a search found it by.
        found: Vec<FoundWord>,
    }
}

choice! {
    /// In which order doors are listed.
    pub enum HouseholdOrder = replica::Order {
        /// Those visited longest ago first, those never visited before them.
        LastVisit,
        /// As a worker walks.
        Walking,
        /// Those never visited before the others, each as a worker walks.
        NotVisited,
    }
}

/// How a dissuasion's recording stands.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum RecordingState {
    /// None is owed.
    NotOwed,
    /// There is none.
    Missing,
    /// There is one.
    Kept {
        /// Where it is kept, where that was said.
        at: Option<KeptAt>,
    },
}

impl Show<RecordingState> for dossier::Recording {
    fn show(self) -> RecordingState {
        match self {
            Self::NotOwed => RecordingState::NotOwed,
            Self::Missing => RecordingState::Missing,
            Self::Kept(at) => RecordingState::Kept { at: at.show() },
        }
    }
}

shown! {
    /// One thing of a dossier.
    pub struct DossierEntry = dossier::Entry {
        /// When it happened.
        at: Millis,
        /// The document.
        id: Id,
        /// What it is.
        kind: RecordKind,
        /// Who wrote it.
        by: Id,
        /// In which role.
        role: Role,
        /// When it arrived at the server.
        arrived: Option<Millis>,
        /// Whether its time is doubtful.
        doubtful: bool,
        /// By how many minutes it was entered late.
        entered_late_minutes: Option<i64>,
        /// How its recording stands.
        recording: RecordingState,
        /// The record.
        record: AnyRecord,
    }
}

choice! {
    /// How it is known where somebody is.
    pub enum NearBy = nearest::Known {
        /// They recorded something there today.
        Recorded,
        /// They said so.
        Shared,
        /// It is the middle of their grid.
        Grid,
    }
}

shown! {
    /// Somebody near an alert's person.
    pub struct NearWorker = nearest::Near {
        /// Who.
        person: Id,
        /// How far away, in metres.
        metres: i64,
        /// How that is known.
        known: NearBy,
        /// How many minutes old it is.
        minutes_ago: Option<i64>,
        /// Whether the distance is rough.
        rough: bool,
    }
}
