//! What the console remembers between requests: what was revealed, what is to be said next, searches that name
//! people, lists that are long to make.
//!
//! Floor: console. Invariants: all of it can be lost; nothing of it grows without a bound.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use parking_lot::Mutex;
use qiaomen_core::doors::Period;
use qiaomen_core::record::{DocumentId, PersonId, Random, Time};

use super::kept::Kept;
use super::lockout::Lockout;
use crate::report::accountability::{Automatic, Limits, automatic};
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

/// For how long a search is remembered, in minutes.
const SEARCH_MINUTES: i64 = 60;
/// How many searches of one session are.
const SEARCHES: usize = 20;
/// For how long a list that is long to make is shown as it was made, in seconds.
const LIST_SECONDS: i64 = 60;
/// How many such lists are remembered.
const LISTS: usize = 32;

/// How many such lists are made at a time.
const MAKERS: usize = 16;

/// Who a session or token is, for what is remembered of it.
pub(crate) type Who = (bool, u64);

/// What somebody looks for, where it may not stand in an address: it names people.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    id: String,
    at: Time,
    /// What they wrote.
    pub(crate) text: String,
    /// The moment that they ask about.
    pub(crate) moment: Time,
}

/// Whose list, of which period, as the log was then.
type ListKey = (PersonId, Option<Time>, Option<Time>, u64);

/// What the console remembers.
#[derive(Default)]
pub(crate) struct Desk {
    revealed: Mutex<HashMap<(Who, String), Time>>,
    said: Mutex<HashMap<u64, String>>,
    texts: Mutex<HashMap<(Who, String), (Time, String)>>,
    looked: Mutex<HashMap<(Who, DocumentId), String>>,
    searches: Mutex<HashMap<Who, Vec<Search>>>,
    opened: Mutex<HashSet<(Who, String)>>,
    lists: Mutex<HashMap<ListKey, (Time, Arc<Automatic>)>>,
    /// Whoever asks for a list that somebody is making waits for that one; two lists may share a place here.
    making: [Mutex<()>; MAKERS],
    pub(crate) lockout: Lockout,
    pub(crate) kept: Kept,
    /// Whoever changes people comes one after another, so that no two take the last manager away together.
    pub(crate) people: Mutex<()>,
}

impl Desk {
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
    pub(super) fn looked(&self, who: Who, record: DocumentId, shown: String) {
        let mut looked = self.looked.lock();
        if looked.len() >= MOST {
            looked.clear();
        }
        looked.insert((who, record), shown);
    }

    /// Under which heads a session was shown a record last.
    pub(super) fn looked_at(&self, who: Who, record: DocumentId) -> Option<String> {
        self.looked.lock().get(&(who, record)).cloned()
    }

    /// Whether a session opens something for the first time.
    pub(super) fn opens(&self, who: Who, what: &str) -> bool {
        let mut opened = self.opened.lock();
        if opened.len() >= MOST {
            // Noted once too often rather than not at all.
            opened.clear();
        }
        opened.insert((who, what.to_owned()))
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

    /// Keeps a search for whoever made it; returns what it is called in addresses.
    pub(super) fn keep_search(
        &self,
        who: Who,
        (text, moment): (String, Time),
        now: Time,
        random: &mut dyn Random,
    ) -> String {
        let bytes: [u8; 9] = qiaomen_core::record::random::bytes(random);
        let id: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut searches = self.searches.lock();
        if searches.len() >= MOST && !searches.contains_key(&who) {
            searches.retain(|_, kept| kept.iter().any(|search| is_fresh(search, now)));
            if searches.len() >= MOST {
                searches.clear();
            }
        }
        let kept = searches.entry(who).or_default();
        kept.retain(|search| is_fresh(search, now));
        if kept.len() >= SEARCHES {
            kept.remove(0);
        }
        kept.push(Search { id: id.clone(), at: now, text, moment });
        id
    }

    /// A search of whoever made it, while it is remembered.
    pub(super) fn search(&self, who: Who, id: &str, now: Time) -> Option<Search> {
        let searches = self.searches.lock();
        searches.get(&who)?.iter().find(|search| search.id == id && is_fresh(search, now)).cloned()
    }

    /// What somebody is to look at without being asked: made anew when anything was written, and every minute, as it
    /// hangs on the hour.
    pub(super) fn automatic(
        &self,
        town: &Town,
        person: PersonId,
        period: Period,
        now: Time,
    ) -> Result<Arc<Automatic>, StoreError> {
        let mut hash = DefaultHasher::new();
        (person, period.from, period.until).hash(&mut hash);
        let place = usize::try_from(hash.finish() % MAKERS as u64).unwrap_or(0);
        let _making = self.making.get(place).map(Mutex::lock);
        let key = (person, period.from, period.until, town.store().log()?.size);
        // Who waited finds what was made meanwhile, a moment after their own.
        let is_fresh = |made: Time| (now.millis() - made.millis()).abs() < LIST_SECONDS * 1_000;
        if let Some((_, list)) = self.lists.lock().get(&key).filter(|(made, _)| is_fresh(*made)) {
            return Ok(list.clone());
        }
        let list = Arc::new(automatic(town, person, period, Limits::default(), now)?);
        let mut lists = self.lists.lock();
        if lists.len() >= LISTS {
            lists.retain(|(_, _, _, size), (made, _)| *size == key.3 && is_fresh(*made));
            if lists.len() >= LISTS {
                lists.clear();
            }
        }
        lists.insert(key, (now, list.clone()));
        Ok(list)
    }
}

fn is_fresh(search: &Search, now: Time) -> bool {
    search.at <= now && now.minutes_since(search.at) < SEARCH_MINUTES
}
