//! Counts and lists over doors, and a person's own figures.
//!
//! Floor: mirror. Invariant: as the core counts.

use qiaomen_core::doors::{self, Period as CorePeriod};
use qiaomen_core::record::Invalid;
use qiaomen_core::{identify, message, replica, sensitive};

use super::doors::Address;
use super::macros::{choice, shown};
use super::words::{AlertOrigin, Door, FraudKind, Level, PastedField, Purpose};
use super::{Back, Id, Millis, Show};

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Period {
    /// Its first instant; all that was before if absent.
    pub from: Option<Millis>,
    /// The first instant after it; all that came after if absent.
    pub until: Option<Millis>,
}

impl Back<CorePeriod> for Period {
    fn back(self) -> Result<CorePeriod, Invalid> {
        Ok(CorePeriod { from: self.from.back()?, until: self.until.back()? })
    }
}

shown! {
    /// A person's own day so far; a day is the town's.
    pub struct Today = replica::Today {
        /// Visits that they recorded, to doors and for alerts.
        visits: u64,
        /// Doors among these, each once.
        doors: u64,
        /// Pledges that they had signed, without those taken back or corrected by another.
        pledges: u64,
        /// Due visits that one of their records did.
        tasks_done: u64,
        /// Due visits that can still be done and whose time passes before the day is over, or has passed.
        tasks_left: u64,
    }
}

shown! {
    /// A grid that the phone holds.
    pub struct GridLine = replica::GridLine {
        /// The grid.
        grid: Id,
        /// Its name.
        name: String,
        /// The names of the areas that it lies in, the highest first.
        above: Vec<String>,
        /// Doors on its roster.
        doors: u64,
        /// Doors of these where somebody was met, in the phase that runs, else ever.
        visited: u64,
        /// What that phase is called; none where none runs.
        phase: Option<String>,
    }
}

choice! {
    /// What a number in free text is that should not stand there.
    pub enum SensitiveKind = sensitive::SensitiveKind {
        /// Of a bank card: 16 to 19 digits whose last fits the others.
        CardNumber,
        /// Of a person.
        IdNumber,
        /// Digits beside 验证码 or its like.
        VerificationCode,
    }
}

shown! {
    /// Where it stands, counted in UTF-16 code units as Kotlin's texts and `NSString` count.
    pub struct SensitiveSpan = sensitive::Sensitive {
        /// Its first code unit.
        from: u32,
        /// The first after it.
        until: u32,
        /// What it is.
        kind: SensitiveKind,
    }
}

shown! {
    /// Doors left out of the count.
    pub struct LeftOut = doors::LeftOut {
        /// Nobody lives there.
        vacant: u64,
        /// The house is gone.
        demolished: u64,
        /// Its people have been away for long.
        long_absent: u64,
        /// For a reason that a newer version wrote.
        other: u64,
        /// Of all these, those whose consent the server does not have yet.
        not_confirmed: u64,
    }
}

shown! {
    /// Doors where things were explained.
    pub struct ExplainedDoors = doors::Explained {
        /// Any kind of fraud.
        fraud: u64,
        /// Never giving out personal and bank data.
        personal_information: u64,
        /// The national app.
        app: u64,
        /// Cases.
        cases: u64,
        /// All four of them.
        all: u64,
    }
}

shown! {
    /// People who live behind counted doors.
    pub struct ResidentCounts = doors::Residents {
        /// All of them.
        here: u64,
        /// With a standing pledge.
        signed: u64,
        /// Without one.
        unsigned: u64,
        /// With the app.
        app_installed: u64,
        /// Without it.
        app_missing: u64,
        /// Where nobody has looked.
        app_not_looked: u64,
    }
}

shown! {
    /// Standing pledges.
    pub struct PledgeCounts = doors::Pledges {
        /// Signed on the screen.
        on_screen: u64,
        /// Signed on paper.
        on_paper: u64,
        /// Of those on paper, not filed yet.
        unfiled: u64,
    }
}

shown! {
    /// Doors, by how they stand in a period.
    pub struct Coverage = doors::Coverage {
        /// Doors on the roster.
        doors: u64,
        /// Those that are counted.
        counted: u64,
        /// Those left out, by the reason to which a supervisor agreed.
        left_out: LeftOut,
        /// Counted doors where somebody was met.
        visited: u64,
        /// Reached by telephone only.
        telephone_only: u64,
        /// Where they would not talk.
        refused: u64,
        /// Tried in vain.
        in_vain: u64,
        /// Never tried.
        never_tried: u64,
        /// Where the open letter was handed over.
        letter: u64,
        /// Where the police's card was.
        card: u64,
        /// Where a pledge was, to be signed.
        pledge_given: u64,
        /// Where things were explained to somebody who was met.
        explained: ExplainedDoors,
        /// Where somebody's pledge stands.
        pledged: u64,
        /// The people who live behind counted doors.
        residents: ResidentCounts,
        /// Standing pledges, those of doors that are left out too.
        pledges: PledgeCounts,
    }
}

/// How the doors of one grid stand.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct GridCoverage {
    /// The grid.
    pub grid: Id,
    /// Its doors.
    pub coverage: Coverage,
}

shown! {
    /// Somebody in a list, and where they live.
    pub struct DoorPerson = doors::Who {
        /// The grid.
        grid: Id,
        /// The door.
        household: Id,
        /// Where it is.
        address: Address,
        /// Who.
        resident: Id,
        /// Their name; none for somebody who is not on the roster.
        name: Option<String>,
        /// Their telephone numbers.
        telephones: Vec<String>,
    }
}

shown! {
    /// A paper pledge that was not filed yet.
    pub struct UnfiledPledge = doors::Unfiled {
        /// Whose it is.
        who: DoorPerson,
        /// The pledge.
        pledge: Id,
        /// When it was signed.
        at: Millis,
        /// Who recorded it.
        worker: Option<Id>,
    }
}

choice! {
    /// What is known of the app on somebody's telephone.
    pub enum AppState = doors::AppState {
        /// It is not installed.
        Missing,
        /// Nobody has looked.
        NotLooked,
    }
}

shown! {
    /// Somebody who is not known to have the app.
    pub struct WithoutApp = doors::AppLine {
        /// Who.
        who: DoorPerson,
        /// What is known.
        app: AppState,
    }
}

shown! {
    /// When somebody was last spoken to.
    pub struct LastContact = doors::Contact {
        /// The visit.
        visit: Id,
        /// When.
        at: Millis,
        /// Whether face to face.
        in_person: bool,
        /// What it was for.
        purpose: Purpose,
    }
}

shown! {
    /// Somebody who is to be reached again.
    pub struct ToReachAgain = doors::ReachAgain {
        /// Who.
        who: DoorPerson,
        /// When they were last reached.
        last: Option<LastContact>,
        /// When they are to be again.
        due: Option<Millis>,
        /// Whether that has passed.
        overdue: bool,
    }
}

shown! {
    /// Somebody who left the town.
    pub struct LeftTheTown = doors::LeftTown {
        /// Who.
        who: DoorPerson,
        /// Where they went.
        left_to: Option<String>,
        /// How to reach them there.
        left_contact: Option<String>,
        /// When they were last spoken to.
        last: Option<LastContact>,
    }
}

shown! {
    /// Counts of due visits.
    pub struct DueFigures = replica::DueFigures {
        /// All that were ever due.
        due: u64,
        /// Done in time.
        done: u64,
        /// Done after their time.
        late: u64,
        /// Not done, and still to be done.
        overdue: u64,
        /// Never done.
        missed: u64,
        /// Their time has not passed.
        open: u64,
        /// Due while the person was in other hands.
        excused: u64,
    }
}

shown! {
    /// Counts of what happened on this phone, and of what it holds.
    pub struct Figures = replica::Figures {
        /// Changes the person saved.
        recorded: u64,
        /// Of all changes of this phone, those that the server accepted.
        sent: u64,
        /// How often others' changes were merged into a document that was on the phone.
        merged: u64,
        /// Changes that wait to be sent.
        waiting: u64,
        /// Changes that are held now.
        held: u64,
        /// Changes that were ever refused.
        refused: u64,
        /// Refused records and edits that lie in the quarantine.
        quarantined: u64,
        /// Records with fields that were written concurrently.
        conflicts: u64,
        /// Documents on the phone.
        documents: u64,
        /// Documents that could not be applied.
        aside: u64,
        /// Drafts.
        drafts: u64,
    }
}

shown! {
    /// What a pasted message says of one person.
    pub struct PastedReading = message::Reading {
        /// The person's name; a covered one as it was written.
        name: Option<String>,
        /// Their telephone.
        telephone: Option<String>,
        /// The level.
        level: Option<Level>,
        /// The number on the issuer's platform.
        platform_number: Option<String>,
        /// The address.
        address: Option<String>,
        /// When it was issued.
        issued: Option<Millis>,
        /// When it reached the station.
        reached_station: Option<Millis>,
        /// Who issued it.
        issuer: Option<String>,
        /// Where it came from.
        origin: Option<AlertOrigin>,
        /// The kind of fraud.
        kind: Option<FraudKind>,
        /// The part of the message that it was read from.
        text: String,
        /// What was unsure.
        unsure: Vec<PastedField>,
    }
}

shown! {
    /// A resident who may be meant.
    pub struct Candidate = identify::Candidate {
        /// Their door.
        household: Id,
        /// Who.
        resident: Id,
        /// Its grid.
        grid: Id,
        /// Their name.
        name: String,
        /// Their telephones.
        telephones: Vec<String>,
        /// Where the door is.
        address: Address,
    }
}

/// Who is meant, among the residents on this phone.
#[expect(clippy::large_enum_variant, reason = "no box crosses the border")]
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum WhoIsMeant {
    /// One person, and nobody else can be.
    One {
        /// Who.
        candidate: Candidate,
    },
    /// One of these.
    Several {
        /// Who may be.
        candidates: Vec<Candidate>,
    },
    /// Nobody here.
    Nobody,
}

impl Show<WhoIsMeant> for identify::Who {
    fn show(self) -> WhoIsMeant {
        match self {
            Self::One(candidate) => WhoIsMeant::One { candidate: candidate.show() },
            Self::Several(candidates) => WhoIsMeant::Several { candidates: candidates.show() },
            Self::Nobody => WhoIsMeant::Nobody,
        }
    }
}

choice! {
    /// How a door was reached, the best that came of any visit to it.
    pub enum DoorReach = doors::Reach {
        /// Somebody was met face to face.
        Visited,
        /// Its people were only spoken to by telephone.
        TelephoneOnly,
        /// They would not talk.
        Refused,
        /// Nobody was home, it could not be reached, they had moved.
        InVain,
        /// Nobody went.
        NeverTried,
    }
}

shown! {
    /// A door on the round.
    pub struct DoorSpot = replica::DoorSpot {
        /// The door.
        household: Id,
        /// Where it is.
        address: Address,
        /// What is found behind it.
        door: Door,
        /// How it was ever reached.
        reach: DoorReach,
        /// When somebody last went there.
        last_visit: Option<Millis>,
        /// Whether somebody behind it has signed a pledge that stands.
        pledged: bool,
        /// How many people are behind it.
        residents: u64,
        /// The level of the gravest alert that is not settled about somebody there; none where there is none on this phone.
        alert: Option<Level>,
    }
}
