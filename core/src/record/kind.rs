//! The closed list of kinds, the header that every record's first change carries, and the record itself.
//!
//! Floor: record. Invariants: each kind has a row in the permission table; keys that begin with an underscore
//! belong to the header, are written in the first change and never again.

use super::alert::{Alert, Raise};
use super::area::Area;
use super::case::{Clearance, Extension, Feedback, HandOver, Receipt, Sending, Withdrawal};
use super::decision::Decision;
use super::draw::{CallBack, Draw};
use super::duty::{Duty, Question, Reminder, Routing, Script, Whereabouts};
use super::field::{Field, Fields, Part, Value};
use super::handling::{Comment, CustodyDecision, Join, Proposal, Recall, Seen, TakeBack, Transfer};
use super::household::Household;
use super::id::{AlertId, AreaId, DocumentId, HouseholdId, PersonId};
use super::invalid::{Invalid, Reason};
use super::money::{MoneySent, StopPayment};
use super::person::{Person, Role};
use super::pledge::{Consent, Pledge};
use super::review::Review;
use super::scope::Scope;
use super::setting::{Phase, PledgeText, Rulebook};
use super::spec::{FieldSpec, Shape};
use super::time::Time;
use super::unit::Unit;
use super::visit::Visit;
use super::word::words;

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $word:literal,)+) => {
        words! {
            /// What a record is.
            pub enum Kind { $($(#[$meta])* $kind = $word,)+ }
        }

        /// One record of any kind.
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Record { $($(#[$meta])* $kind($kind),)+ }

        impl Record {
            /// Its kind.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind,)+ }
            }

            /// Its flat form, without the header.
            #[must_use]
            pub fn fields(&self) -> Fields {
                let mut out = Fields::new();
                match self { $(Self::$kind(record) => record.write_fields("", &mut out),)+ }
                out
            }

            /// The record of this kind in `fields`; keys it does not know are passed over.
            ///
            /// # Errors
            /// The field and the reason; [`Reason::UnknownWord`] for an unknown kind.
            pub fn read(kind: &Kind, fields: &Fields) -> Result<Self, Invalid> {
                match kind {
                    $(Kind::$kind => $kind::read_fields("", fields).map(Self::$kind),)+
                    Kind::Unknown(_) => Err(Invalid::new("_kind", Reason::UnknownWord)),
                }
            }

            /// Whether it holds together.
            ///
            /// # Errors
            /// The field and the reason.
            pub fn validate(&self) -> Result<(), Invalid> {
                match self { $(Self::$kind(record) => record.validate(),)+ }
            }
        }

        impl Kind {
            /// The fields of this kind; none for an unknown one.
            #[must_use]
            pub const fn fields(&self) -> &'static [FieldSpec] {
                match self {
                    $(Self::$kind => <$kind as Part>::FIELDS,)+
                    Self::Unknown(_) => &[],
                }
            }
        }

        $(impl From<$kind> for Record {
            fn from(record: $kind) -> Self {
                Self::$kind(record)
            }
        })+
    };
}

kinds! {
    /// A node of the area tree.
    Area = "area",
    /// A person who works with Qiaomen.
    Person = "person",
    /// One door, and the people behind it.
    Household = "household",
    /// One visit, or one attempt at it.
    Visit = "visit",
    /// An alert about one person.
    Alert = "alert",
    /// An alert's level goes up.
    Raise = "raise",
    /// Somebody took the alert.
    Receipt = "receipt",
    /// What was found is reported back.
    Feedback = "feedback",
    /// The person is out of danger.
    Clearance = "clearance",
    /// A clearance is taken back.
    Withdrawal = "withdrawal",
    /// The month is carried on.
    Extension = "extension",
    /// Somebody from elsewhere is sent.
    Sending = "sending",
    /// Somebody is offered the alert.
    HandOver = "hand_over",
    /// An organisation with a person who answers for it.
    Unit = "unit",
    /// A resident's pledge.
    Pledge = "pledge",
    /// A door leaves the count, or comes back into it.
    Consent = "consent",
    /// What a supervisor made of a record.
    Review = "review",
    /// Money went.
    MoneySent = "money_sent",
    /// A step of a stop-payment.
    StopPayment = "stop_payment",
    /// Somebody looked at the alert.
    Seen = "seen",
    /// The alert was issued in error.
    Recall = "recall",
    /// Another alert joins this one.
    Join = "join",
    /// The person is in other hands.
    Transfer = "transfer",
    /// A worker finds the person out of danger.
    Proposal = "proposal",
    /// Something said about a case.
    Comment = "comment",
    /// An offer is taken back.
    TakeBack = "take_back",
    /// A supervisor says whose the alert is.
    CustodyDecision = "custody_decision",
    /// Where alerts of a level go first.
    Routing = "routing",
    /// Who answers for an area's alerts for a while.
    Duty = "duty",
    /// What is said at the door.
    Script = "script",
    /// A new trick, or something to remind people of.
    Reminder = "reminder",
    /// What only a supervisor can say about an alert.
    Question = "question",
    /// Where a worker says that they are.
    Whereabouts = "whereabouts",
    /// A stretch of a campaign.
    Phase = "phase",
    /// A town's own follow-up rules.
    Rulebook = "rulebook",
    /// What residents sign.
    PledgeText = "pledge_text",
    /// Why a supervisor put a record right.
    Decision = "decision",
    /// A sample of people who sent money, to be called back.
    Draw = "draw",
    /// What somebody said who was called back.
    CallBack = "call_back",
}

/// What a fact is about, and so where it is filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A door.
    Household(HouseholdId),
    /// An alert.
    Alert(AlertId),
    /// A record that is itself a fact, and lies where its own subject does.
    Record(DocumentId),
    /// Any record, of which a supervisor decided something.
    Any(DocumentId),
}

impl Subject {
    /// The document of the subject.
    #[must_use]
    pub fn document(self) -> DocumentId {
        match self {
            Self::Household(id) => id.into(),
            Self::Alert(id) => id.into(),
            Self::Record(id) | Self::Any(id) => id,
        }
    }

    /// Whether the subject may be a record of this kind.
    #[must_use]
    pub const fn may_be(self, kind: &Kind) -> bool {
        match self {
            Self::Household(_) => matches!(kind, Kind::Household),
            Self::Alert(_) => matches!(kind, Kind::Alert),
            Self::Record(_) => kind.is_reviewed(),
            Self::Any(_) => !matches!(kind, Kind::Decision | Kind::Unknown(_)),
        }
    }
}

impl Kind {
    /// Whether a record of this kind is a fact, written once by its author and filed with its subject.
    #[must_use]
    pub const fn is_fact(&self) -> bool {
        !matches!(
            self,
            Self::Area
                | Self::Person
                | Self::Household
                | Self::Unit
                | Self::Alert
                | Self::Routing
                | Self::Duty
                | Self::Script
                | Self::Reminder
                | Self::Question
                | Self::Whereabouts
                | Self::Phase
                | Self::Rulebook
                | Self::PledgeText
                | Self::Draw
                | Self::Unknown(_)
        )
    }

    /// Whether a supervisor reviews records of this kind.
    #[must_use]
    pub const fn is_reviewed(&self) -> bool {
        matches!(self, Self::Visit | Self::Pledge)
    }
}

impl Record {
    /// What it is about; none for records that are subjects themselves, areas and people.
    #[must_use]
    pub const fn subject(&self) -> Option<Subject> {
        match self {
            Self::Area(_)
            | Self::Person(_)
            | Self::Household(_)
            | Self::Unit(_)
            | Self::Alert(_)
            | Self::Routing(_)
            | Self::Duty(_)
            | Self::Script(_)
            | Self::Reminder(_)
            | Self::Question(_)
            | Self::Whereabouts(_)
            | Self::Phase(_)
            | Self::Rulebook(_)
            | Self::PledgeText(_)
            | Self::Draw(_) => None,
            Self::Visit(Visit { alert: Some(alert), .. }) => Some(Subject::Alert(*alert)),
            Self::Visit(Visit { household: Some(household), .. }) => Some(Subject::Household(*household)),
            Self::Visit(_) => None,
            Self::Pledge(Pledge { household, .. }) | Self::Consent(Consent { household, .. }) => {
                Some(Subject::Household(*household))
            }
            Self::Review(Review { of, .. }) => Some(Subject::Record(*of)),
            Self::Decision(Decision { subject, .. }) => Some(Subject::Any(*subject)),
            Self::Raise(Raise { alert, .. })
            | Self::Receipt(Receipt { alert, .. })
            | Self::Feedback(Feedback { alert, .. })
            | Self::Clearance(Clearance { alert, .. })
            | Self::Withdrawal(Withdrawal { alert, .. })
            | Self::Extension(Extension { alert, .. })
            | Self::Sending(Sending { alert, .. })
            | Self::HandOver(HandOver { alert, .. })
            | Self::MoneySent(MoneySent { alert, .. })
            | Self::StopPayment(StopPayment { alert, .. })
            | Self::Seen(Seen { alert, .. })
            | Self::Recall(Recall { alert, .. })
            | Self::Join(Join { alert, .. })
            | Self::Transfer(Transfer { alert, .. })
            | Self::Proposal(Proposal { alert, .. })
            | Self::Comment(Comment { alert, .. })
            | Self::TakeBack(TakeBack { alert, .. })
            | Self::CustodyDecision(CustodyDecision { alert, .. })
            | Self::CallBack(CallBack { alert, .. }) => Some(Subject::Alert(*alert)),
        }
    }

    /// When what it tells of happened: a visit when it ended, an alert when it was issued. None for what stands and
    /// does not happen.
    #[must_use]
    pub const fn moment(&self) -> Option<Time> {
        match self {
            Self::Area(_)
            | Self::Person(_)
            | Self::Household(_)
            | Self::Unit(_)
            | Self::Routing(_)
            | Self::Duty(_)
            | Self::Script(_)
            | Self::Phase(_)
            | Self::Rulebook(_)
            | Self::PledgeText(_) => None,
            Self::Visit(Visit { ended, .. }) => Some(*ended),
            Self::Alert(Alert { issued, .. }) => Some(*issued),
            Self::MoneySent(money) => Some(match money.sent {
                Some(sent) => sent,
                None => money.at,
            }),
            Self::Pledge(Pledge { at, .. })
            | Self::Consent(Consent { at, .. })
            | Self::Review(Review { at, .. })
            | Self::Raise(Raise { at, .. })
            | Self::Receipt(Receipt { at, .. })
            | Self::Feedback(Feedback { at, .. })
            | Self::Clearance(Clearance { at, .. })
            | Self::Withdrawal(Withdrawal { at, .. })
            | Self::Extension(Extension { at, .. })
            | Self::Sending(Sending { at, .. })
            | Self::HandOver(HandOver { at, .. })
            | Self::StopPayment(StopPayment { at, .. })
            | Self::Seen(Seen { at, .. })
            | Self::Recall(Recall { at, .. })
            | Self::Join(Join { at, .. })
            | Self::Transfer(Transfer { at, .. })
            | Self::Proposal(Proposal { at, .. })
            | Self::Comment(Comment { at, .. })
            | Self::TakeBack(TakeBack { at, .. })
            | Self::CustodyDecision(CustodyDecision { at, .. })
            | Self::Reminder(Reminder { at, .. })
            | Self::Question(Question { at, .. })
            | Self::Whereabouts(Whereabouts { at, .. })
            | Self::Decision(Decision { at, .. })
            | Self::Draw(Draw { at, .. })
            | Self::CallBack(CallBack { at, .. }) => Some(*at),
        }
    }

    /// The grid that a record lies in by its own word, where it was moved.
    #[must_use]
    pub const fn moved_to(&self) -> Option<AreaId> {
        match self {
            Self::Household(Household { grid, .. }) | Self::Unit(Unit { grid, .. }) => *grid,
            _ => None,
        }
    }

    /// Another record that it names, which must be of this kind and lie where this one does.
    #[must_use]
    pub const fn names(&self) -> Option<(DocumentId, Kind)> {
        match self {
            Self::Withdrawal(Withdrawal { clearance, .. }) => Some((*clearance, Kind::Clearance)),
            Self::Receipt(Receipt { offer: Some(offer), .. }) | Self::TakeBack(TakeBack { offer, .. }) => {
                Some((*offer, Kind::HandOver))
            }
            Self::Pledge(Pledge { corrects: Some(corrects), .. }) => Some((*corrects, Kind::Pledge)),
            Self::CallBack(CallBack { corrects: Some(corrects), .. }) => Some((*corrects, Kind::CallBack)),
            _ => None,
        }
    }
}

/// What stands in a document's first change and never again.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Header {
    /// The document.
    pub id: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// The scope it was written in; where it lies now is the server's to say.
    pub scope: Scope,
    /// Who wrote it.
    pub author: PersonId,
    /// The role they wrote it in.
    pub role: Role,
    /// What the phone's own clock said.
    pub said: Time,
    /// The phone's known offset: corrected time less what its clock said, in milliseconds.
    pub offset: Option<i64>,
    /// Whether the clock could not be trusted.
    pub doubtful: bool,
}

impl Header {
    /// Its fields.
    pub const FIELDS: &'static [FieldSpec] = &[
        FieldSpec { key: "_author", shape: Shape::Id, required: true },
        FieldSpec { key: "_doubt", shape: Shape::Bool, required: false },
        FieldSpec { key: "_id", shape: Shape::Id, required: true },
        FieldSpec { key: "_kind", shape: Shape::Word, required: true },
        FieldSpec { key: "_offset", shape: Shape::Int, required: false },
        FieldSpec { key: "_role", shape: Shape::Word, required: true },
        FieldSpec { key: "_said", shape: Shape::Time, required: true },
        FieldSpec { key: "_scope", shape: Shape::Bytes, required: true },
    ];

    /// When it was written, corrected by the known offset.
    #[must_use]
    pub fn written(&self) -> Time {
        self.said.plus_millis(self.offset.unwrap_or(0))
    }

    /// Writes the header's keys.
    pub fn write(&self, out: &mut Fields) {
        self.author.write("_author", out);
        self.doubtful.write("_doubt", out);
        self.id.write("_id", out);
        self.kind.write("_kind", out);
        self.offset.write("_offset", out);
        self.role.write("_role", out);
        self.said.write("_said", out);
        self.scope.write("_scope", out);
    }

    /// Reads the header's keys.
    ///
    /// # Errors
    /// The field and the reason.
    pub fn read(from: &Fields) -> Result<Self, Invalid> {
        Ok(Self {
            id: Field::read("_id", from)?,
            kind: Field::read("_kind", from)?,
            scope: Field::read("_scope", from)?,
            author: Field::read("_author", from)?,
            role: Field::read("_role", from)?,
            said: Field::read("_said", from)?,
            offset: Field::read("_offset", from)?,
            doubtful: Field::read("_doubt", from)?,
        })
    }

    /// The flat form of a whole document: this header and `record`.
    #[must_use]
    pub fn with(&self, record: &Record) -> Fields {
        let mut fields = Fields::new();
        self.write(&mut fields);
        for (key, value) in record.fields().iter() {
            fields.set(key, value.clone());
        }
        fields
    }
}

/// Whether `key` belongs to a header.
#[must_use]
pub fn is_header_key(key: &str) -> bool {
    key.starts_with('_')
}

/// Whether `value` could stand for nothing but a scalar.
#[must_use]
pub const fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Map(_))
}
