//! What the shell is to tell its person, and when it is to ask again.
//!
//! Floor: replica. Invariants: it is read from the phone alone, and needs no connection; only what is said to have been
//! shown counts as shown, so that nothing is lost where the shell dies in between; what was there long before the phone
//! was is history, and is not told.

use std::collections::{BTreeMap, BTreeSet};

use super::tasks::level_of;
use super::{Replica, ReplicaError, role};
use crate::clock::Reading;
use crate::notice::{self, CaseNow, Inputs, Me, Notice, Plan, Said, Settings};
use crate::playbook::{Books, CaseResult, DueState, custody, due, standing};
use crate::record::{AlertId, PersonId, Record, Role, Time, Zone};
use crate::store::{CaseFile, Store};

/// What is older than so many hours when the phone first asks is history.
pub const HISTORY_HOURS: i64 = 24;
/// For how many days it is kept what was told; what is older than that is not told either.
pub const KEPT_DAYS: i64 = 60;

/// What to tell.
#[derive(Clone, Copy, Debug)]
pub struct Notices<'r>(pub(super) &'r Replica);

impl Notices<'_> {
    /// What to tell now, and when to ask again at the latest. To be asked after every exchange that brought something,
    /// after anything was saved here, and at [`Plan::next`].
    ///
    /// # Errors
    /// [`ReplicaError::NotEnrolled`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn plan(&self, reading: &Reading) -> Result<Plan, ReplicaError> {
        self.plan_with(reading, Settings::default())
    }

    /// The same with other quiet hours, or another number at once.
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub fn plan_with(&self, reading: &Reading, settings: Settings) -> Result<Plan, ReplicaError> {
        let mut state = self.0.engine.state();
        if state.store.standing()?.phase.locked {
            return Err(ReplicaError::Revoked);
        }
        let identity = state.store.identity()?.ok_or(ReplicaError::NotEnrolled)?;
        let zone = Zone::named(&identity.zone).unwrap_or_else(|_| Zone::shanghai());
        let now = state.now(reading)?.time;
        let me = me(&state.store, identity.certificate.person)?;
        // A clock that was ahead then would have silenced everything since.
        let since = state.store.noticing_since(now)?.min(now);
        let floor = since.plus_hours(-HISTORY_HOURS).max(kept_since(now));
        let cases: BTreeMap<AlertId, CaseNow> = {
            let books = state.store.books()?;
            let files = state.store.case_files()?.iter();
            files.filter_map(|(id, file)| open(*id, file, &books, &zone, now)).collect()
        };
        let store = &state.store;
        let inputs = Inputs {
            me,
            cases: gather(store, cases, me, floor)?,
            refused: store.refusals()?,
            reviews: store.reviews_of(me.person)?,
            reminders: store.reminders()?,
            shown: store.told()?,
            floor,
            now,
            zone: &zone,
            settings,
        };
        Ok(notice::plan(&inputs))
    }

    /// Notes that these were shown: neither they nor what they stand for is told again.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be written.
    pub fn shown(&self, notices: &[Notice], reading: &Reading) -> Result<(), ReplicaError> {
        let mut state = self.0.engine.state();
        if state.store.standing()?.phase.locked {
            return Err(ReplicaError::Revoked);
        }
        let corrected = state.now(reading)?;
        // A clock that may be years ahead must not make the phone forget what it told.
        let sweep = (!corrected.doubtful).then(|| kept_since(corrected.time));
        let keys = notices.iter().flat_map(|notice| {
            let at = notice.at.max(corrected.time);
            notice.keys().map(move |key| (key, at))
        });
        Ok(state.store.tell(keys, sweep)?)
    }
}

fn kept_since(now: Time) -> Time {
    now.plus_hours(-24 * KEPT_DAYS)
}

fn me(store: &Store, person: PersonId) -> Result<Me, ReplicaError> {
    let roles: BTreeSet<Role> = match role::record(store, person.into())? {
        Some(Record::Person(record)) => record.roles().map(|(role, _)| role.clone()).collect(),
        _ => BTreeSet::new(),
    };
    let takes = roles.contains(&Role::Police) || roles.contains(&Role::TeamHead);
    Ok(Me { person, takes, decides: roles.contains(&Role::Supervisor) })
}

/// An alert about which there may be something to tell; none if it is over.
fn open(id: AlertId, file: &CaseFile, books: &Books, zone: &Zone, now: Time) -> Option<(AlertId, CaseNow)> {
    if file.case.closed.is_some_and(|closing| closing.at <= now) {
        return None;
    }
    let result = standing(&file.case, zone, now).result;
    let due = due(books.of_alert(&file.playbook), &file.case, zone, now).list;
    let owed = || due.iter().any(|visit| matches!(visit.state, DueState::Open | DueState::Overdue));
    if result == CaseResult::Lying && !owed() {
        return None;
    }
    let entered = Said { document: id.into(), by: PersonId::from_bytes([0; 16]), at: file.case.reached_station };
    let case = CaseNow {
        alert: id,
        level: level_of(&file.case, now),
        result,
        entered,
        custody: custody(&[]),
        due,
        sendings: Vec::new(),
        comments: Vec::new(),
    };
    Some((id, case))
}

/// The alerts with what bears on them besides visits.
fn gather(
    store: &Store,
    mut cases: BTreeMap<AlertId, CaseNow>,
    me: Me,
    floor: Time,
) -> Result<Vec<CaseNow>, ReplicaError> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let events = store.custody_events(&|alert| cases.contains_key(&alert))?;
    for (alert, events) in events {
        if let Some(case) = cases.get_mut(&alert) {
            case.custody = custody(&events);
        }
    }
    for (alert, said) in store.entered()? {
        if let Some(case) = cases.get_mut(&alert) {
            case.entered = said;
        }
    }
    for (alert, said) in store.sendings_of(me.person)? {
        if let Some(case) = cases.get_mut(&alert) {
            case.sendings.push(said);
        }
    }
    for (alert, said) in store.comments_since(floor)? {
        if let Some(case) = cases.get_mut(&alert) {
            case.comments.push(said);
        }
    }
    Ok(cases.into_values().collect())
}
