//! What people write down: plain data, one file a kind, and nothing about how it is stored or sent.
//!
//! Floor: the lowest; knows no other room. Invariants: times are parameters and stand in corrected time
//! (the server's clock, see [`time`]); identifiers are UUIDv7; an enumeration keeps a word it does not
//! know, so that an old program passes on what a newer one wrote.

pub mod alert;
pub mod area;
pub mod case;
pub mod decision;
pub mod dissuasion;
pub mod draw;
pub mod duty;
pub mod field;
pub mod fraud;
pub mod handling;
pub mod household;
pub mod id;
pub mod id_number;
pub mod invalid;
pub mod kind;
pub mod money;
pub mod person;
pub mod photos;
pub mod pledge;
pub mod random;
pub mod review;
pub mod scope;
pub mod setting;
pub mod signature;
pub mod spec;
pub mod telephone;
pub mod time;
pub mod unit;
pub mod visit;
pub mod word;

pub use alert::{Alert, Level, Origin, Place, Raise};
pub use area::{Area, AreaLevel};
pub use case::{Clearance, Extension, Feedback, HandOver, Receipt, Sending, Withdrawal};
pub use decision::{Decision, DecisionAbout};
pub use dissuasion::{BroughtIn, Care, Dissuasion, KeptAt, Recorder, Step, Way};
pub use draw::{CallBack, CallOutcome, Draw, Said};
pub use duty::{Asked, Duty, FirstHands, Language, Question, Reminder, Routing, Script, Whereabouts};
pub use field::{Field, Fields, Part, Value};
pub use fraud::FraudKind;
pub use handling::{Comment, CustodyDecision, Hands, Join, Proposal, Recall, Seen, TakeBack, Transfer};
pub use household::{Address, Door, Household, Resident, Tag, counterpart, counterpart_of};
pub use id::{
    ActorId, AlertId, AreaId, AssignmentId, DeviceId, DocumentId, HouseholdId, PersonId, PlaceId, ResidentId, UnitId,
};
pub use invalid::{Invalid, Reason};
pub use kind::{Header, Kind, Record, Subject};
pub use money::{MoneySent, StopPayment, StopStep};
pub use person::{Assignment, Person, Role};
pub use photos::{PhotoNote, TakenWith};
pub use pledge::{Consent, Pledge, Proxy};
pub use random::{OsRandom, Random, SeededRandom};
pub use review::{Heads, Review, ReviewState};
pub use scope::Scope;
pub use setting::{Phase, PledgeText, Rulebook};
pub use signature::Signature;
pub use spec::{FieldSpec, Shape};
pub use telephone::numbers;
pub use time::{Day, Time, Zone};
pub use unit::{Contact, Unit, UnitSort};
pub use visit::{Datum, Explained, Given, Observation, Outcome, Position, Purpose, Risk, Visit};
