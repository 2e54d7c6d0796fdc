//! What the console remembers between requests: replicas, what was revealed, what is to be said next.
//!
//! Floor: console. Invariants: all of it can be lost; nothing of it grows without a bound.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use qiaomen_core::record::{DocumentId, Heads, PersonId, Random, Time};

use super::kept::Kept;
use super::lockout::Lockout;
use crate::author::Author;
use crate::store::StoreError;
use crate::town::Town;

/// For how long something stays revealed to a session, in minutes.
const REVEALED_MINUTES: i64 = 10;
/// For how long a text that somebody pasted is kept for them, in minutes.
const KEPT_MINUTES: i64 = 60;
/// How many texts are kept: each may be some kilobytes long.
const TEXTS: usize = 500;
/// How much is remembered of each sort.
const MOST: usize = 10_000;

/// Who a session or token is, for what is remembered of it.
pub(crate) type Who = (bool, u64);

/// What the console remembers.
#[derive(Default)]
pub(crate) struct Desk {
    authors: Mutex<HashMap<PersonId, Arc<Mutex<Author>>>>,
    revealed: Mutex<HashMap<(Who, String), Time>>,
    said: Mutex<HashMap<u64, String>>,
    texts: Mutex<HashMap<(Who, String), (Time, String)>>,
    looked: Mutex<HashMap<(Who, DocumentId), Heads>>,
    pub(crate) lockout: Lockout,
    pub(crate) kept: Kept,
    /// Whoever changes people comes one after another, so that no two take the last manager away together.
    pub(crate) people: Mutex<()>,
}

impl Desk {
    /// The server's own replica for a person: one for each start and person.
    pub(super) fn author(
        &self,
        town: &Town,
        person: PersonId,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Arc<Mutex<Author>>, StoreError> {
        let mut authors = self.authors.lock();
        if let Some(author) = authors.get(&person) {
            return Ok(author.clone());
        }
        let author = Arc::new(Mutex::new(Author::new(town, person, now, random)?));
        if authors.len() >= MOST {
            authors.clear();
        }
        authors.insert(person, author.clone());
        Ok(author)
    }

    pub(super) fn reveal(&self, who: Who, subject: &str, now: Time) {
        let mut revealed = self.revealed.lock();
        if revealed.len() >= MOST {
            revealed.retain(|_, at| now.minutes_since(*at) < REVEALED_MINUTES);
            if revealed.len() >= MOST {
                revealed.clear();
            }
        }
        revealed.insert((who, subject.to_owned()), now);
    }

    pub(super) fn is_revealed(&self, who: Who, subject: &str, now: Time) -> bool {
        let revealed = self.revealed.lock();
        let at = revealed.get(&(who, subject.to_owned()));
        at.is_some_and(|at| *at <= now && now.minutes_since(*at) < REVEALED_MINUTES)
    }

    /// Keeps a text for a session, so that it stands in no address.
    pub(super) fn keep(&self, who: Who, name: &str, text: String, now: Time) {
        let mut texts = self.texts.lock();
        if texts.len() >= TEXTS {
            texts.retain(|_, (at, _)| now.minutes_since(*at) < KEPT_MINUTES);
            if texts.len() >= TEXTS {
                texts.clear();
            }
        }
        texts.insert((who, name.to_owned()), (now, text));
    }

    pub(super) fn kept(&self, who: Who, name: &str, now: Time) -> Option<String> {
        let texts = self.texts.lock();
        let (at, text) = texts.get(&(who, name.to_owned()))?;
        (*at <= now && now.minutes_since(*at) < KEPT_MINUTES).then(|| text.clone())
    }

    /// Notes that a session was shown a record as it is under these heads.
    pub(super) fn looked(&self, who: Who, record: DocumentId, heads: Heads) {
        let mut looked = self.looked.lock();
        if looked.len() >= MOST {
            looked.clear();
        }
        looked.insert((who, record), heads);
    }

    /// Under which heads a session was shown a record last.
    pub(super) fn looked_at(&self, who: Who, record: DocumentId) -> Option<Heads> {
        self.looked.lock().get(&(who, record)).cloned()
    }

    /// Has the next page of a session say something.
    pub(crate) fn say(&self, session: u64, text: String) {
        let mut said = self.said.lock();
        if said.len() >= MOST {
            said.clear();
        }
        said.insert(session, text);
    }

    /// What the next page of a session is to say.
    pub(crate) fn said(&self, session: u64) -> Option<String> {
        self.said.lock().remove(&session)
    }
}
