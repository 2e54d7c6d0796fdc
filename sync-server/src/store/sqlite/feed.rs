//! A part of the feed: the documents of some scopes by their latest place, and what left those scopes.
//!
//! Floor: store. Invariants: feeds of several scopes are merged by place, so that one cut holds for all of
//! them; a page is never cut between two things of one place; what is read is of one moment.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use qiaomen_core::protocol::{ActorNote, Left};
use qiaomen_core::record::{DocumentId, Scope};
use rusqlite::{Connection, OptionalExtension};

use super::column::{self, actor_id, device_id, document_id, int, number, person_id, time};
use crate::store::{PageEntry, PagePart, PageRead, PageWanted, Pair, StoreError};

/// The next thing of a scope's feed.
struct Next {
    place: u64,
    id: DocumentId,
    what: What,
}

enum What {
    Left,
    Document { record: i64, epoch: u32, entered: u64, at_birth: bool, only: Option<i64> },
}

/// One scope's feed.
struct Feed {
    scope: Scope,
    number: i64,
    pair: usize,
    /// Read up to here.
    at: u64,
    ahead: VecDeque<Next>,
    chunk: usize,
}

/// How many things of one feed are read at a time, at first and at most.
const CHUNK: (usize, usize) = (4, 512);

impl Feed {
    fn next(&mut self, store: &Connection) -> Result<Option<Next>, StoreError> {
        if self.ahead.is_empty() {
            self.fill(store)?;
        }
        Ok(self.ahead.pop_front())
    }

    /// Reads on, whole places only.
    fn fill(&mut self, store: &Connection) -> Result<(), StoreError> {
        let chunk = i64::try_from(self.chunk).unwrap_or(i64::MAX);
        self.chunk = (self.chunk * 4).min(CHUNK.1);
        let mut statement = store.prepare_cached(
            "SELECT sequence, id, 0, record, epoch, entered, birth IS NULL, device FROM document \
             WHERE scope = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3",
        )?;
        let mut found: Vec<Next> = statement
            .query_map((self.number, int(self.at), chunk), |row| {
                let what = What::Document {
                    record: row.get(3)?,
                    epoch: row.get(4)?,
                    entered: number(row, 5)?,
                    at_birth: row.get(6)?,
                    only: row.get(7)?,
                };
                Ok(Next { place: number(row, 0)?, id: document_id(row, 1)?, what })
            })?
            .collect::<Result<_, _>>()?;
        let mut statement = store.prepare_cached(
            "SELECT sequence, document FROM departed WHERE scope = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3",
        )?;
        let left: Vec<Next> = statement
            .query_map((self.number, int(self.at), chunk), |row| {
                Ok(Next { place: number(row, 0)?, id: document_id(row, 1)?, what: What::Left })
            })?
            .collect::<Result<_, _>>()?;
        // Each list is whole only up to its own last place, and that one may go on beyond the list.
        let full = |list: &[Next]| {
            let cut = list.len() >= self.chunk_of(chunk);
            if cut { list.last().map(|next| next.place) } else { None }
        };
        let upto = full(&found).into_iter().chain(full(&left)).min();
        found.extend(left);
        if let Some(upto) = upto {
            if found.iter().any(|next| next.place < upto) {
                found.retain(|next| next.place < upto);
            } else {
                return self.fill_place(store, upto);
            }
        }
        found.sort_by_key(|next| next.place);
        if let Some(last) = found.last() {
            self.at = last.place;
        }
        self.ahead = found.into();
        Ok(())
    }

    fn chunk_of(&self, chunk: i64) -> usize {
        usize::try_from(chunk).unwrap_or(usize::MAX)
    }

    /// Reads everything of one place: a move of many documents.
    fn fill_place(&mut self, store: &Connection, place: u64) -> Result<(), StoreError> {
        let mut statement = store.prepare_cached(
            "SELECT id, record, epoch, entered, birth IS NULL, device FROM document WHERE scope = ?1 AND sequence = ?2",
        )?;
        let documents = statement.query_map((self.number, int(place)), |row| {
            let what = What::Document {
                record: row.get(1)?,
                epoch: row.get(2)?,
                entered: number(row, 3)?,
                at_birth: row.get(4)?,
                only: row.get(5)?,
            };
            Ok(Next { place, id: document_id(row, 0)?, what })
        })?;
        self.ahead = documents.collect::<Result<_, _>>()?;
        let mut statement = store.prepare_cached("SELECT document FROM departed WHERE scope = ?1 AND sequence = ?2")?;
        let left = statement.query_map((self.number, int(place)), |row| {
            Ok(Next { place, id: document_id(row, 0)?, what: What::Left })
        })?;
        for next in left {
            self.ahead.push_back(next?);
        }
        self.at = place;
        Ok(())
    }
}

/// What has been taken into the page.
struct Taken<'a> {
    store: &'a Connection,
    device: i64,
    own_too: bool,
    read: PageRead,
    actors: HashMap<i64, ActorNote>,
    bytes: usize,
}

pub(super) fn page(store: &Connection, wanted: &PageWanted) -> Result<PageRead, StoreError> {
    let log = super::log(store)?;
    let device = super::device_number(store, wanted.device)?;
    let mut feeds = Vec::with_capacity(wanted.scopes.len());
    for (scope, pair) in &wanted.scopes {
        let number: Option<i64> = store
            .prepare_cached("SELECT number FROM scope WHERE bytes = ?1")?
            .query_row([scope.to_bytes()], |row| row.get(0))
            .optional()?;
        if let (Some(number), Some(place)) = (number, wanted.pairs.get(*pair)) {
            let (scope, pair, at) = (*scope, *pair, place.at);
            feeds.push(Feed { scope, number, pair, at, ahead: VecDeque::new(), chunk: CHUNK.0 });
        }
    }
    let mut taken = Taken {
        store,
        device,
        own_too: wanted.own_too,
        read: PageRead {
            documents: Vec::new(),
            left: Vec::new(),
            actors: Vec::new(),
            cut: None,
            exhausted: vec![true; wanted.pairs.len()],
            log,
        },
        actors: HashMap::new(),
        bytes: 0,
    };
    let mut heads: Vec<Option<Next>> = Vec::with_capacity(feeds.len());
    let mut order = BinaryHeap::new();
    for (at, feed) in feeds.iter_mut().enumerate() {
        let next = feed.next(store)?;
        if let Some(next) = &next {
            order.push(Reverse((next.place, at)));
        }
        heads.push(next);
    }
    // The place that was last taken whole, and the things of the place that is being gathered.
    let mut done: u64 = 0;
    while let Some(Reverse((place, _))) = order.peek() {
        let place = *place;
        let mut gathered = Vec::new();
        while let Some(Reverse((same, at))) = order.peek().copied() {
            if same != place {
                break;
            }
            order.pop();
            let (Some(feed), Some(head)) = (feeds.get_mut(at), heads.get_mut(at)) else { break };
            if let Some(next) = head.take() {
                let pair = wanted.pairs.get(feed.pair).copied().unwrap_or(Pair { base: 0, at: 0, gained: false });
                gathered.extend(taken.look(feed.scope, pair, next)?);
            }
            *head = feed.next(store)?;
            if let Some(next) = head {
                order.push(Reverse((next.place, at)));
            }
        }
        let size: usize = gathered.iter().map(Thing::bytes).sum();
        let have = taken.read.documents.len() + taken.read.left.len();
        let fits = taken.bytes.saturating_add(size) <= wanted.bytes && have + gathered.len() <= wanted.documents;
        if have > 0 && !gathered.is_empty() && !fits {
            taken.read.cut = Some(done);
            // Of each pair, whether anything is left: what was just looked at, and all that follows.
            for thing in &gathered {
                if let Some(left) = feeds.iter().find(|feed| feed.scope == thing.scope())
                    && let Some(exhausted) = taken.read.exhausted.get_mut(left.pair)
                {
                    *exhausted = false;
                }
            }
            for Reverse((_, at)) in order {
                if let Some(exhausted) = feeds.get(at).and_then(|feed| taken.read.exhausted.get_mut(feed.pair)) {
                    *exhausted = false;
                }
            }
            break;
        }
        taken.bytes += size;
        for thing in gathered {
            match thing {
                Thing::Left(left) => taken.read.left.push(left),
                Thing::Part(part, actors) => {
                    taken.read.documents.push(part);
                    for actor in actors {
                        taken.note(actor)?;
                    }
                }
            }
        }
        done = place;
    }
    taken.read.actors = taken.actors.into_values().collect();
    taken.read.actors.sort_by_key(|note| note.actor);
    Ok(taken.read)
}

/// Something of a page, and the actors in it.
enum Thing {
    Left(Left),
    Part(PagePart, Vec<i64>),
}

impl Thing {
    fn bytes(&self) -> usize {
        match self {
            Self::Left(_) => 0,
            Self::Part(part, _) => part.entries.iter().map(|entry| entry.bytes.len()).sum(),
        }
    }

    fn scope(&self) -> Scope {
        match self {
            Self::Left(left) => left.scope,
            Self::Part(part, _) => part.scope,
        }
    }
}

impl Taken<'_> {
    /// What the phone is sent for the next thing of a feed; nothing where it has all of it.
    fn look(&self, scope: Scope, pair: Pair, next: Next) -> Result<Option<Thing>, StoreError> {
        let What::Document { record, epoch, entered, at_birth, only } = next.what else {
            return Ok(Some(Thing::Left(Left { document: next.id, scope })));
        };
        // All of it, own changes included, or what others wrote above the base.
        let whole = entered > pair.base || pair.gained && pair.base == 0;
        let own_too = whole || pair.gained || self.own_too;
        if !own_too && at_birth && only == Some(self.device) {
            return Ok(None);
        }
        let above = if whole { 0 } else { pair.base };
        let but = if own_too { -1 } else { self.device };
        let mut statement = self.store.prepare_cached(
            "SELECT sequence, ifnull(acceptance, sequence), arrival, encoding, bytes, actor FROM change \
             WHERE record = ?1 AND sequence > ?2 AND device <> ?3 ORDER BY sequence",
        )?;
        let mut rows = statement.query((record, int(above), but))?;
        let mut entries = Vec::new();
        let mut actors = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(PageEntry {
                sequence: number(row, 0)?,
                acceptance: number(row, 1)?,
                arrival: time(row, 2)?,
                bytes: column::bytes(row.get(3)?, row.get(4)?)?,
            });
            actors.push(row.get(5)?);
        }
        if entries.is_empty() && at_birth {
            return Ok(None);
        }
        Ok(Some(Thing::Part(PagePart { id: next.id, scope, epoch, entries }, actors)))
    }

    fn note(&mut self, actor: i64) -> Result<(), StoreError> {
        if self.actors.contains_key(&actor) {
            return Ok(());
        }
        let note = self
            .store
            .prepare_cached(
                "SELECT a.id, d.id, a.person FROM actor a JOIN device d ON d.number = a.device WHERE a.number = ?1",
            )?
            .query_row([actor], |row| {
                Ok(ActorNote { actor: actor_id(row, 0)?, device: device_id(row, 1)?, person: person_id(row, 2)? })
            })?;
        self.actors.insert(actor, note);
        Ok(())
    }
}
