//! A server in memory, as far as a phone can tell.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use crate::document::{Change, ChangeHash};
use crate::identity::{self, DeviceKey, Frontier};
use crate::protocol::{
    ActorNote, CommonAnswer, CommonRequest, Cursor, EnrolAnswer, EnrolRequest, Entry, ExchangeAnswer, ExchangeRequest,
    Gained, Later, Left, Page, PageDocument, Point, Run, SalvageAnswer, SalvageRequest, ScopesDigest, Sent, VERSION,
    Verdict, decode, encode, unpack,
};
use crate::record::{ActorId, DeviceId, DocumentId, PersonId, Scope, SeededRandom, Time};
use crate::transport::{Answer, Transport, TransportError};

const LIMIT: usize = 64 << 20;

#[derive(Clone)]
pub(super) struct Logged {
    pub(super) document: DocumentId,
    pub(super) raw: Vec<u8>,
    pub(super) hash: ChangeHash,
    pub(super) acceptance: u64,
    pub(super) arrival: Time,
    pub(super) device: DeviceId,
}

/// What happens to a request instead of an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    /// It never arrives.
    Before(TransportError),
    /// It arrives, and its answer does not.
    After,
}

type Forge = Box<dyn FnOnce(&mut ExchangeAnswer<'_>) + Send>;
type Judge = Box<dyn FnMut(&Sent<'_>) -> Option<Verdict> + Send>;

pub(super) struct World {
    pub(super) key: DeviceKey,
    pub(super) device: DeviceId,
    pub(super) person: PersonId,
    pub(super) scopes: Vec<Scope>,
    pub(super) now: Time,
    pub(super) log: Vec<Logged>,
    /// Where each document lies, and since which sequence.
    pub(super) lies: BTreeMap<DocumentId, (Scope, u64)>,
    pub(super) left: Vec<(u64, DocumentId, Scope)>,
    pub(super) verdicts: HashMap<ChangeHash, Verdict>,
    pub(super) later: Vec<Later>,
    /// Who sent what was held.
    pub(super) holders: HashMap<ChangeHash, DeviceId>,
    pub(super) judge: Option<Judge>,
    pub(super) mishaps: VecDeque<Mishap>,
    /// What becomes of the next answer on its way.
    pub(super) forge: Option<Forge>,
    /// Whether those who wait are answered all the same.
    pub(super) answers_polls: bool,
    pub(super) revoked: bool,
    pub(super) notes: BTreeMap<ActorId, ActorNote>,
    pub(super) roots: Vec<[u8; 32]>,
    /// What was asked, in order.
    pub(super) asked: Vec<Asked>,
    pub(super) salvaged: Vec<ChangeHash>,
    /// The largest body of unsent work that comes through.
    pub(super) narrow: usize,
    /// Another history than before.
    pub(super) salt: u8,
    /// The test of waking that the phone's next waiting request is answered with.
    pub(super) wake: Option<u64>,
}

#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) cursor: Cursor,
    pub(super) page_bytes: u32,
    pub(super) sent: Vec<(DocumentId, ChangeHash, Option<u64>)>,
    pub(super) signed: Option<Time>,
    pub(super) actors: Vec<ActorId>,
}

pub(super) struct Fake(Mutex<World>);

impl Fake {
    pub(super) fn new(scopes: &[Scope]) -> Self {
        let mut random = SeededRandom::new(77);
        let now = Time::parse("2026-03-01T09:00:00+08:00").unwrap();
        let mut world = World {
            key: DeviceKey::generate(&mut random),
            device: DeviceId::fresh(now, &mut random),
            person: PersonId::fresh(now, &mut random),
            scopes: scopes.to_vec(),
            now,
            log: Vec::new(),
            lies: BTreeMap::new(),
            left: Vec::new(),
            verdicts: HashMap::new(),
            later: Vec::new(),
            holders: HashMap::new(),
            judge: None,
            mishaps: VecDeque::new(),
            forge: None,
            answers_polls: false,
            revoked: false,
            notes: BTreeMap::new(),
            roots: Vec::new(),
            asked: Vec::new(),
            salvaged: Vec::new(),
            narrow: usize::MAX,
            salt: 0,
            wake: None,
        };
        world.roots = world.all_roots();
        Self(Mutex::new(world))
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }
}

impl World {
    fn all_roots(&self) -> Vec<[u8; 32]> {
        let mut frontier = Frontier::default();
        let mut roots = vec![[0; 32]];
        for logged in &self.log {
            frontier.append(&[logged.hash.bytes().as_slice(), &[self.salt]].concat());
            roots.push(frontier.root());
        }
        roots
    }

    fn point(&self) -> Point {
        Point { size: self.log.len() as u64, root: *self.roots.last().unwrap() }
    }

    /// Puts a change into the log as if `device` had sent it.
    pub(super) fn accept(&mut self, document: DocumentId, raw: &[u8], device: DeviceId, claimed: Option<u64>) -> u64 {
        let change = Change::parse(raw).unwrap();
        if change.is_first() && !self.lies.contains_key(&document) {
            let scope = change.first().map_or(Scope::Town, |first| first.header.scope);
            self.lies.insert(document, (scope, 0));
        }
        let sequence = self.log.len() as u64 + 1;
        let person = if device == self.device { self.person } else { PersonId::from_bytes(*device.bytes()) };
        let note = ActorNote { actor: change.actor(), device, person };
        self.notes.entry(change.actor()).or_insert(note);
        self.log.push(Logged {
            document,
            raw: raw.to_vec(),
            hash: change.hash(),
            acceptance: claimed.unwrap_or(sequence),
            arrival: self.now,
            device,
        });
        self.roots = self.all_roots();
        sequence
    }

    /// Puts a first change into the log without reckoning the tree; `settle` follows.
    pub(super) fn accept_many(&mut self, document: DocumentId, raw: Vec<u8>, device: DeviceId) {
        let change = Change::parse(&raw).unwrap();
        let hash = change.hash();
        self.lies.insert(document, (change.first().unwrap().header.scope, 0));
        let acceptance = self.log.len() as u64 + 1;
        self.log.push(Logged { document, raw, hash, acceptance, arrival: self.now, device });
    }

    pub(super) fn settle(&mut self) {
        self.roots = self.all_roots();
    }

    pub(super) fn move_to(&mut self, document: DocumentId, scope: Scope) {
        let sequence = self.log.len() as u64;
        let old = self.lies.insert(document, (scope, sequence)).unwrap();
        self.left.push((sequence, document, old.0));
    }

    /// Loses everything after `size`, and goes on otherwise than before.
    pub(super) fn restore(&mut self, size: usize) {
        self.log.truncate(size);
        let log = &self.log;
        self.lies.retain(|id, _| log.iter().any(|logged| logged.document == *id));
        self.left.retain(|(at, _, _)| *at <= size as u64);
        self.verdicts.clear();
        self.holders.clear();
        self.later.clear();
        self.roots.truncate(size + 1);
    }

    fn judge(&mut self, sent: &Sent<'_>) -> Verdict {
        let hash = Change::parse(sent.bytes).unwrap().hash();
        if let Some(verdict) = self.verdicts.get(&hash) {
            return verdict.clone();
        }
        let mut judge = self.judge.take();
        let scripted = judge.as_mut().and_then(|judge| judge(sent));
        self.judge = judge;
        let verdict = scripted.unwrap_or_else(|| {
            let sequence = self.accept(sent.document, sent.bytes, self.device, sent.acceptance);
            Verdict::Accepted { sequence, acceptance: sent.acceptance.unwrap_or(sequence), arrival: self.now }
        });
        if matches!(verdict, Verdict::Held(_)) {
            self.holders.insert(hash, self.device);
        }
        self.verdicts.insert(hash, verdict.clone());
        verdict
    }

    /// How many of the device's changes are held.
    fn held(&self) -> u64 {
        let ended = |hash: &ChangeHash| self.later.iter().any(|later| later.change == *hash);
        self.holders.iter().filter(|(hash, holder)| **holder == self.device && !ended(hash)).count() as u64
    }

    /// Forgets holds and what followed them, none of which is in the log.
    pub(super) fn forget_holds(&mut self) {
        self.verdicts.retain(|_, verdict| !matches!(verdict, Verdict::Held(_)));
        self.holders.clear();
        self.later.clear();
    }

    fn exchange(&mut self, body: &[u8]) -> Vec<u8> {
        let plain = unpack(body, LIMIT).unwrap();
        let request: ExchangeRequest<'_> = decode(&plain).unwrap();
        let batch = request.batch.as_ref();
        let sent = batch.map(|batch| batch.changes.as_slice()).unwrap_or_default();
        let hash = |sent: &Sent<'_>| Change::parse(sent.bytes).unwrap().hash();
        self.asked.push(Asked {
            cursor: request.cursor.clone(),
            page_bytes: request.page_bytes,
            sent: sent.iter().map(|sent| (sent.document, hash(sent), sent.acceptance)).collect(),
            signed: batch.map(|batch| batch.manifest.signed),
            actors: batch.map(|batch| batch.manifest.actors.clone()).unwrap_or_default(),
        });
        let mut answer = ExchangeAnswer {
            version: VERSION,
            now: self.now,
            verdicts: Vec::new(),
            later: Vec::new(),
            scopes: None,
            page: None,
            cursor: request.cursor.clone(),
            more: false,
            diverged: false,
            seal: None,
            later_top: self.later.iter().map(|later| later.number).max().unwrap_or(0),
            held: 0,
            first_sent: Vec::new(),
            woken: None,
        };
        match request.wake_test {
            Some(nonce) => self.wake = Some(nonce),
            None if request.wait_seconds > 0 => answer.woken = self.wake.take(),
            None => {}
        }
        let known = self.roots.get(request.cursor.log.size as usize);
        if request.cursor.log.size > 0 && known != Some(&request.cursor.log.root) {
            answer.diverged = true;
            return encode(&answer).unwrap();
        }
        if let Some(batch) = batch {
            let digest =
                identity::digest(sent.iter().map(|sent| (sent.document, sent.epoch, hash(sent), sent.acceptance)));
            assert_eq!(digest, batch.manifest.digest);
            for one in sent {
                assert!(batch.manifest.actors.contains(&Change::parse(one.bytes).unwrap().actor()));
            }
        }
        let verdicts: Vec<Verdict> = sent.iter().map(|sent| self.judge(sent)).collect();
        answer.verdicts = Run::pack(&verdicts);
        answer.held = self.held();
        answer.later = self.later.iter().filter(|later| later.number > request.later_seen).cloned().collect();
        answer.cursor.log = self.point();
        if request.scopes != ScopesDigest::of(&self.scopes) {
            answer.scopes = Some(self.scopes.clone());
            return encode(&answer).unwrap();
        }
        self.page(&request, &mut answer)
    }

    fn page<'a>(&'a self, request: &ExchangeRequest<'_>, answer: &mut ExchangeAnswer<'a>) -> Vec<u8> {
        let main = Gained { scope: Scope::Town, base: request.cursor.base, at: request.cursor.at };
        let place = |scope: Scope| {
            let gained = request.cursor.gained.iter().find(|gained| gained.scope == scope);
            (*gained.unwrap_or(&main), gained.is_some())
        };
        let mut latest: BTreeMap<DocumentId, u64> = BTreeMap::new();
        for (at, logged) in self.log.iter().enumerate() {
            latest.insert(logged.document, at as u64 + 1);
        }
        for (id, (_, entered)) in &self.lies {
            let latest = latest.get_mut(id).unwrap();
            *latest = (*latest).max(*entered);
        }
        let mut order: Vec<(u64, DocumentId)> = latest.into_iter().map(|(id, at)| (at, id)).collect();
        order.sort_unstable();
        let mut entries_of: BTreeMap<DocumentId, Vec<(&Logged, u64)>> = BTreeMap::new();
        for (logged, sequence) in self.log.iter().zip(1..) {
            entries_of.entry(logged.document).or_default().push((logged, sequence));
        }
        let mut page = Page { actors: Vec::new(), documents: Vec::new(), left: Vec::new() };
        let mut bytes = 0;
        let mut reached = request.cursor.at;
        for (at, id) in order {
            let (scope, entered) = self.lies[&id];
            let (from, gained) = place(scope);
            if !self.scopes.contains(&scope) || at <= from.at {
                continue;
            }
            let whole = entered > from.base || (gained && from.base == 0);
            let entries: Vec<Entry<'_>> = entries_of[&id]
                .iter()
                .copied()
                .filter(|(_, sequence)| whole || *sequence > from.base)
                .filter(|(logged, _)| whole || logged.device != self.device)
                .map(|(logged, sequence)| Entry {
                    sequence,
                    acceptance: (logged.acceptance != sequence).then_some(logged.acceptance),
                    arrival: logged.arrival,
                    bytes: &logged.raw,
                })
                .collect();
            let size: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
            if !page.documents.is_empty() && bytes + size > request.page_bytes as usize {
                answer.more = true;
                break;
            }
            bytes += size;
            if !gained {
                reached = reached.max(at);
            }
            if !entries.is_empty() {
                page.documents.push(PageDocument { id, scope, epoch: 0, entries });
            }
        }
        page.left = self
            .left
            .iter()
            .filter(|(at, _, scope)| *at > request.cursor.at && self.scopes.contains(scope))
            .map(|(_, document, scope)| Left { document: *document, scope: *scope })
            .collect();
        page.actors = self.notes.values().copied().collect();
        answer.cursor.at = reached;
        if !answer.more {
            answer.cursor.gained.clear();
            answer.cursor.base = self.log.len() as u64;
            answer.cursor.at = self.log.len() as u64;
        }
        answer.page = Some(page);
        encode(answer).unwrap()
    }
}

impl Transport for Fake {
    fn enrol(&self, body: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            let world = self.world();
            let plain = unpack(&body, LIMIT).unwrap();
            let request: EnrolRequest = decode(&plain).unwrap();
            let certificate = identity::issue(&world.key, world.device, world.person, request.key, world.now);
            let answer = EnrolAnswer {
                version: VERSION,
                certificate,
                server_key: world.key.public(),
                token: [9; 32],
                scopes: world.scopes.clone(),
                zone: "Asia/Shanghai".to_owned(),
                now: world.now,
            };
            Ok(encode(&answer).unwrap())
        })
    }

    fn exchange(&self, _: &[u8; 32], body: Vec<u8>, wait: u16) -> Answer<'_> {
        Box::pin(async move {
            if wait > 0 && !self.world().answers_polls {
                // Nothing ever comes.
                std::future::pending::<()>().await;
            }
            let mut world = self.world();
            if world.revoked {
                return Err(TransportError::Revoked);
            }
            match world.mishaps.pop_front() {
                Some(Mishap::Before(error)) => return Err(error),
                Some(Mishap::After) => {
                    world.exchange(&body);
                    return Err(TransportError::Cut);
                }
                None => {}
            }
            let answer = world.exchange(&body);
            let Some(forge) = world.forge.take() else { return Ok(answer) };
            let plain = unpack(&answer, LIMIT).unwrap();
            let mut answer = decode(&plain).unwrap();
            forge(&mut answer);
            Ok(encode(&answer).unwrap())
        })
    }

    fn common(&self, _: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            let world = self.world();
            let plain = unpack(&body, LIMIT).unwrap();
            let request: CommonRequest = decode(&plain).unwrap();
            let known = |point: &&Point| world.roots.get(point.size as usize) == Some(&point.root);
            let common = request.points.iter().find(known).copied();
            Ok(encode(&CommonAnswer { version: VERSION, common }).unwrap())
        })
    }

    fn salvage(&self, _: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            let mut world = self.world();
            let plain = unpack(&body, LIMIT).unwrap();
            let request: SalvageRequest<'_> = decode(&plain).unwrap();
            if body.len() > world.narrow {
                return Err(TransportError::Cut);
            }
            for sent in &request.batch.changes {
                let hash = Change::parse(sent.bytes).unwrap().hash();
                if !world.salvaged.contains(&hash) {
                    world.salvaged.push(hash);
                }
            }
            let kept = request.batch.changes.len() as u32;
            Ok(encode(&SalvageAnswer { version: VERSION, kept }).unwrap())
        })
    }
}
