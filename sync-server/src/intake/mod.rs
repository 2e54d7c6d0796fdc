//! Alerts as they come in, whichever way: from a system, pasted by somebody, out of a spreadsheet or from a phone.
//!
//! Floor: sync-server, above `import`, `town` and `author`, below `api` and the commands; knows nothing of HTTP or SQL.
//! Invariants: an alert is known again by its sender's number, however often and in however many hands it comes; what
//! comes again edits what its sender said before and nothing that somebody here has put right; a higher level is a
//! raise, a lower one only a question; an alert whose person is not known is taken, routed and owned like any other,
//! and only the question who it is waits for a supervisor.

mod announce;
mod areas;
mod correct;
mod person;
mod route;
mod steward;
mod told;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Alert, AlertId, AreaId, Asked, DocumentId, Invalid, Level, Origin, PersonId, PlaceId, Question, Random, Reason,
    Record, Scope, Time,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::author::{Author, AuthorError, Draft, Written};
use crate::command::open::refused;
use crate::report::cases::CaseFile;
use crate::store::{Remembered, StoreError};
use crate::town::Town;

pub use self::person::{Matched, sought_by, who};
pub use self::route::{Answering, First, Routes, Settings, Stage, Waiting, stage};
pub use self::steward::unaccepted;
pub use self::told::Told;

/// Why an alert was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// It does not hold together.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Who sends it may not.
    #[error("{0}")]
    Denied(String),
    /// There is no such alert.
    #[error("there is no such alert")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AuthorError> for IntakeError {
    fn from(error: AuthorError) -> Self {
        match error {
            AuthorError::Store(error) => Self::Store(error),
            AuthorError::Accept(error) => Self::Store(match error {
                crate::accept::AcceptError::Store(error) => error,
                crate::accept::AcceptError::Rejected(_) => StoreError::Conflict,
            }),
            AuthorError::Unknown => Self::Unknown,
            AuthorError::Document(error) => Self::Denied(error.to_string()),
        }
    }
}

/// What became of an alert that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// It is new.
    Created,
    /// It says nothing that is not known.
    Unchanged,
    /// It put something right that its sender had said.
    Corrected,
    /// Its level went up.
    Raised,
    /// It says something that a supervisor is to look at: a lower level, or other than what stands here.
    Listed,
    /// It was taken back.
    Recalled,
}

/// An alert that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The alert.
    pub alert: AlertId,
    /// What became of it; of several things the one that matters most.
    pub came: Came,
    /// The open alert about the same person that it joined.
    pub joined: Option<AlertId>,
}

/// Where alerts come in: one at a time, so that none comes twice.
#[derive(Debug, Default)]
pub struct Intake {
    hands: Mutex<Hands>,
    announced: Mutex<announce::Announced>,
    paused: AtomicBool,
}

/// The server's own replicas for whoever writes here.
#[derive(Debug, Default)]
pub(crate) struct Hands(HashMap<PersonId, Author>);

impl Hands {
    /// Writes on behalf of `person`; every draft must be accepted.
    ///
    /// # Errors
    /// [`IntakeError::Denied`] with what to do, where one is not.
    pub(crate) fn write(
        &mut self,
        town: &Town,
        person: PersonId,
        drafts: Vec<Draft>,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<(), IntakeError> {
        if drafts.is_empty() {
            return Ok(());
        }
        let author = match self.0.entry(person) {
            std::collections::hash_map::Entry::Occupied(there) => there.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => place.insert(Author::new(town, person, now, random)?),
        };
        for written in author.write(drafts, now, random)? {
            match written {
                Written::Nothing | Written::Verdict(Verdict::Accepted { .. }) => {}
                Written::Verdict(verdict) => return Err(IntakeError::Denied(refused(&verdict))),
            }
        }
        Ok(())
    }

    /// Writes one new fact of a case file.
    pub(crate) fn fact(
        &mut self,
        town: &Town,
        person: PersonId,
        (alert, record): (AlertId, Record),
        now: Time,
        random: &mut dyn Random,
    ) -> Result<(), IntakeError> {
        record.validate()?;
        let id = DocumentId::fresh(now, random);
        let draft = Draft::Create { id, record: Box::new(record), scope: Scope::CaseFile(alert) };
        self.write(town, person, vec![draft], now, random)
    }
}

/// Who sends: as whom it is written, and what is known of them.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    /// As whom.
    pub person: PersonId,
    /// Whether it is a system, which knows its own alerts alone.
    pub is_integration: bool,
}

impl Intake {
    /// Takes an alert, new or known, and sees to it that it is on its way to whoever goes.
    ///
    /// # Errors
    /// [`IntakeError::Invalid`] with the field that is wrong, [`IntakeError::Denied`], or as the store.
    pub fn take(
        &self,
        town: &Town,
        sender: Sender,
        told: Told,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Taken, IntakeError> {
        let told = told.cleaned();
        check(&told, sender, now)?;
        let mut hands = self.hands.lock();
        let known = match &told.number {
            Some(number) => known(town, sender, number)?,
            None => None,
        };
        let before = known.map(|alert| area_of(town, alert)).transpose()?.flatten();
        let (alert, mut came) = match known {
            Some(alert) => (alert, correct::again(town, &mut hands, sender, alert, &told, now, random)?),
            None => (create(town, &mut hands, sender, &told, now, random)?, Came::Created),
        };
        if let Some(reason) = &told.recalled
            && correct::recall(town, &mut hands, sender, (alert, reason), now, random)?
        {
            came = Came::Recalled;
        }
        let moved = before.is_some() && before != area_of(town, alert)?;
        let joined = steward::settle_anew(town, &mut hands, (alert, moved), now, random)?;
        Ok(Taken { alert, came, joined })
    }

    /// Leaves it to somebody else in this process to call the methods below, or takes it up again: a running server
    /// then does nothing by itself.
    pub fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    /// Whether a running server is to do nothing by itself.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Relaxed)
    }

    /// What becomes of levels that a file names for alerts that are there: raises and questions.
    ///
    /// # Errors
    /// [`IntakeError::Denied`] where the sender may not, or as the store.
    pub fn levels(
        &self,
        town: &Town,
        sender: Sender,
        levels: &[(u64, AlertId, Level)],
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Vec<Option<Came>>, IntakeError> {
        let mut hands = self.hands.lock();
        let mut came = Vec::with_capacity(levels.len());
        for (_, alert, level) in levels {
            let file = CaseFile::read(town, *alert)?.ok_or(IntakeError::Unknown)?;
            came.push(correct::level(town, &mut hands, sender, (&file, level), now, random)?);
        }
        Ok(came)
    }

    /// Sees to everything that came in by other ways.
    ///
    /// # Errors
    /// As the store.
    pub fn tend(&self, town: &Town, now: Time, random: &mut dyn Random) -> Result<(), IntakeError> {
        let mut hands = self.hands.lock();
        steward::tend(town, &mut hands, now, random)
    }

    /// Sees to alerts that nobody has taken in time: they go to the next, and duty groups are told. Returns all that
    /// wait, the longest first.
    ///
    /// # Errors
    /// As the store.
    pub fn escalate(
        &self,
        town: &Town,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Vec<route::Waiting>, IntakeError> {
        let mut hands = self.hands.lock();
        let waiting = steward::escalate(town, &mut hands, now, random)?;
        drop(hands);
        self.announced.lock().tell(town, &waiting, now)?;
        Ok(waiting)
    }

    /// Says who an alert is about, as a supervisor has found out; a join found then follows.
    ///
    /// # Errors
    /// [`IntakeError::Unknown`], [`IntakeError::Denied`] where they may not, or as the store.
    pub fn matched(
        &self,
        town: &Town,
        by: PersonId,
        alert: AlertId,
        who: &Matched,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Option<AlertId>, IntakeError> {
        let mut hands = self.hands.lock();
        person::matched(town, &mut hands, by, alert, who, now, random)?;
        steward::join(town, &mut hands, alert, now, random)
    }

    /// Answers a supervisor's question.
    ///
    /// # Errors
    /// [`IntakeError::Unknown`], [`IntakeError::Denied`] where they may not, or as the store.
    pub fn answer(
        &self,
        town: &Town,
        by: PersonId,
        (question, answer): (DocumentId, Option<String>),
        now: Time,
        random: &mut dyn Random,
    ) -> Result<(), IntakeError> {
        let mut hands = self.hands.lock();
        answer_question(town, &mut hands, by, (question, answer), now, random)
    }
}

fn answer_question(
    town: &Town,
    hands: &mut Hands,
    by: PersonId,
    (question, answer): (DocumentId, Option<String>),
    now: Time,
    random: &mut dyn Random,
) -> Result<(), IntakeError> {
    let Some((_, document)) = town.document(question)? else { return Err(IntakeError::Unknown) };
    let Ok(Record::Question(before)) = document.record() else { return Err(IntakeError::Unknown) };
    let after = Question { answered: Some(now.max(before.at)), answer, ..before.clone() };
    let after = Record::from(after);
    after.validate()?;
    let edits = Record::from(before).fields().difference(&after.fields());
    hands.write(town, by, vec![Draft::Edit { id: question, edits }], now, random)
}

/// How many days ago an alert may have been issued that somebody is still to be sent for.
const LONGEST_DAYS: i64 = 28;

/// An alert as it stands now; none where there is none.
fn alert_now(town: &Town, alert: AlertId) -> Result<Option<Alert>, StoreError> {
    let Some((_, document)) = town.document(alert.into())? else { return Ok(None) };
    Ok(match document.record() {
        Ok(Record::Alert(alert)) => Some(alert),
        _ => None,
    })
}

/// The area of an alert now.
fn area_of(town: &Town, alert: AlertId) -> Result<Option<AreaId>, StoreError> {
    Ok(alert_now(town, alert)?.map(|alert| alert.area))
}

/// How far a clock of a sender's may be ahead.
const AHEAD_MINUTES: i64 = 10;

fn check(told: &Told, sender: Sender, now: Time) -> Result<(), Invalid> {
    let latest = now.plus_minutes(AHEAD_MINUTES);
    let times =
        [("issued", Some(told.issued)), ("reached_station", told.reached_station), ("passed_on", told.passed_on)];
    for (field, time) in times {
        if time.is_some_and(|time| time > latest) {
            return Err(Invalid::new(field, Reason::OutOfRange));
        }
    }
    // Its month would be over before anybody could go; a year was mistyped.
    if told.issued < now.plus_hours(-24 * LONGEST_DAYS) {
        return Err(Invalid::new("issued", Reason::OutOfRange));
    }
    if sender.is_integration && told.number.is_none() {
        return Err(Invalid::new("number", Reason::Missing));
    }
    if !told.level.is_known() {
        return Err(Invalid::new("level", Reason::UnknownWord));
    }
    if told.number.is_none() && told.recalled.is_some() {
        return Err(Invalid::new("number", Reason::Missing));
    }
    if told.recalled.as_ref().is_some_and(|reason| reason.len() > 2000) {
        return Err(Invalid::new("recalled", Reason::TooLong(2000)));
    }
    Ok(())
}

/// The alert that a sender calls so: an integration's own, or whichever has the number.
fn known(town: &Town, sender: Sender, number: &str) -> Result<Option<AlertId>, StoreError> {
    let mut found = town.store().alerts_numbered(number)?;
    if sender.is_integration {
        // A number is its sender's own: another system may count alike. One that a person entered is the same alert,
        // come by another way.
        let mut others = Vec::new();
        for (_, author) in found.iter().filter(|(_, author)| *author != sender.person) {
            if is_integration(town, *author)? {
                others.push(*author);
            }
        }
        found.retain(|(_, author)| !others.contains(author));
        found.sort_by_key(|(_, author)| *author != sender.person);
    }
    Ok(found.first().map(|(alert, _)| *alert))
}

fn is_integration(town: &Town, person: PersonId) -> Result<bool, StoreError> {
    let standing = town.store().standing(person)?;
    Ok(standing.roles.iter().any(|(role, _)| *role == qiaomen_core::record::Role::Integration))
}

/// Bytes that say which alert it is, so that two that come at once by two processes are one.
struct Named([u8; 32]);

impl Random for Named {
    fn fill(&mut self, bytes: &mut [u8]) {
        for (byte, from) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *from;
        }
    }
}

fn create(
    town: &Town,
    hands: &mut Hands,
    sender: Sender,
    told: &Told,
    now: Time,
    random: &mut dyn Random,
) -> Result<AlertId, IntakeError> {
    let id = match &told.number {
        Some(number) => {
            let mut hash = Sha256::new();
            hash.update(b"qiaomen alert 1");
            hash.update(sender.person.bytes());
            hash.update(number.as_bytes());
            AlertId::fresh(told.issued, &mut Named(hash.finalize().into()))
        }
        None => AlertId::fresh(now, random),
    };
    let places = told.places.iter().map(|place| (PlaceId::fresh(now, random), place.clone())).collect();
    let area = match told.area {
        Some(area) => area,
        None => areas::of(town, sender.person, told)?.ok_or_else(|| Invalid::new("area", Reason::Missing))?,
    };
    let alert = Alert {
        name: told.name.clone(),
        telephone: told.telephone.clone(),
        household: None,
        resident: None,
        outsider: false,
        area,
        places,
        level: told.level.clone(),
        issuer: told.issuer.clone(),
        platform_number: told.number.clone(),
        origin: told.origin.clone().unwrap_or(Origin::Other),
        issued: told.issued,
        reached_station: told.reached_station,
        passed_on: told.passed_on,
        entered: now,
        playbook: town.books()?.in_force(told.issued).version().to_owned(),
        note: told.note.clone(),
    };
    alert.validate()?;
    let parts: Vec<_> = alert.places.iter().map(|(id, place)| correct::part(*id.bytes(), place, false)).collect();
    let memory = crate::import::compare::made(id.into(), 0, &correct::says(told), &parts).memory;
    let draft = Draft::Create { id: id.into(), record: Box::new(alert.into()), scope: Scope::CaseFile(id) };
    hands.write(town, sender.person, vec![draft], now, random)?;
    remember(town, &memory);
    Ok(id)
}

/// Notes what a sender said. What was taken in stands without it: what they say again is then compared with what stands.
fn remember(town: &Town, memory: &[Remembered]) {
    if let Err(error) = town.store().remember(memory) {
        tracing::warn!(%error, "what a sender said was not noted");
    }
}

/// Puts a question to the supervisors, unless the same is asked already.
fn ask(
    town: &Town,
    hands: &mut Hands,
    question: Question,
    now: Time,
    random: &mut dyn Random,
) -> Result<(), IntakeError> {
    let asked = questions(town, Some(question.alert))?.into_iter().any(|(_, have)| {
        have.what == question.what
            && have.level == question.level
            && (question.what == Asked::Who || have.note == question.note)
            && (have.answered.is_none() || question.what != Asked::NoTeam)
    });
    if asked {
        return Ok(());
    }
    let id = DocumentId::fresh(now, random);
    let draft = Draft::Create { id, record: Box::new(question.into()), scope: Scope::Intake };
    hands.write(town, crate::access::SYSTEM, vec![draft], now, random)
}

/// The supervisors' questions, the oldest first: all of them about an alert, or those that wait for an answer.
///
/// # Errors
/// As the store.
pub fn questions(town: &Town, about: Option<AlertId>) -> Result<Vec<(DocumentId, Question)>, StoreError> {
    let mut found = Vec::new();
    for row in town.store().questions(about)? {
        if let Some(Record::Question(question)) = row.record("question") {
            found.push((row.document.id, question));
        }
    }
    found.sort_by_key(|(id, question)| (question.at, *id));
    Ok(found)
}

/// The area that a text names, for whoever sends alerts with areas by name.
///
/// # Errors
/// As the store.
pub fn area_named(town: &Town, text: &str) -> Result<Result<AreaId, &'static str>, StoreError> {
    areas::named(town, text)
}
