//! A phone as far as the server can tell.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::document::{Change, ChangeHash, Document};
use qiaomen_core::identity::{self, DeviceKey};
use qiaomen_core::protocol::{
    Batch, Cursor, EnrolRequest, ExchangeRequest, Gained, Manifest, Run, ScopesDigest, Sealed, Sent, VERSION, Verdict,
};
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{ActorId, DocumentId, Header, PersonId, Record, Role, Scope, Time};
use qiaomen_server::accept::{AcceptError, Answer};
use qiaomen_server::store::DeviceRecord;

use super::Fixture;

/// One change on its way: document, bytes, claimed number.
pub type Out = (DocumentId, Vec<u8>, Option<u64>);

pub struct Phone {
    pub person: PersonId,
    pub device: DeviceRecord,
    pub token: [u8; 32],
    pub key: DeviceKey,
    pub actor: ActorId,
    pub cursor: Cursor,
    /// The server's newest word for its log.
    pub seal: Option<Sealed>,
    /// The one shown while changes are put back.
    pub lost: Option<Sealed>,
    pub scopes: Vec<Scope>,
    pub later_seen: u64,
    pub page_bytes: u32,
    /// Every change it has, by document.
    pub changes: BTreeMap<DocumentId, BTreeSet<ChangeHash>>,
    pub raw: BTreeMap<DocumentId, Vec<Vec<u8>>>,
    pub at: BTreeMap<DocumentId, Scope>,
    pub left: Vec<(DocumentId, Scope)>,
}

impl Phone {
    pub fn enrol(fixture: &mut Fixture, person: PersonId) -> Self {
        let now = fixture.tick();
        let town = fixture.town.clone();
        let code = town.invite(person, 1, None, now, &mut fixture.random).unwrap().unwrap();
        let key = DeviceKey::generate(&mut fixture.random);
        let request = EnrolRequest { version: VERSION, code, key: key.public(), label: "phone".to_owned() };
        let welcome = town.enrol(&request, now, &mut fixture.random).unwrap();
        identity::verify_certificate(&welcome.server_key, &welcome.certificate).unwrap();
        let device = town.device_by_token(&welcome.token).unwrap().unwrap();
        Self {
            person,
            device,
            token: welcome.token,
            key,
            actor: ActorId::fresh(now, &mut fixture.random),
            cursor: Cursor::start(),
            seal: None,
            lost: None,
            scopes: welcome.scopes,
            later_seen: 0,
            page_bytes: 1 << 20,
            changes: BTreeMap::new(),
            raw: BTreeMap::new(),
            at: BTreeMap::new(),
            left: Vec::new(),
        }
    }

    pub fn header(&self, id: DocumentId, record: &Record, scope: Scope, role: Role, now: Time) -> Header {
        let kind = record.kind();
        Header { id, kind, scope, author: self.person, role, said: now, offset: None, doubtful: false }
    }

    /// A new record, kept on the phone and ready to send.
    pub fn create(
        &mut self,
        fixture: &mut Fixture,
        record: impl Into<Record>,
        scope: Scope,
        role: Role,
    ) -> (DocumentId, Out) {
        let now = fixture.tick();
        let id = DocumentId::fresh(now, &mut fixture.random);
        let out = self.create_as(id, record, scope, role, now);
        (id, out)
    }

    pub fn create_as(&mut self, id: DocumentId, record: impl Into<Record>, scope: Scope, role: Role, now: Time) -> Out {
        let record = record.into();
        let header = self.header(id, &record, scope, role, now);
        let (_, raw) = Document::create(&header, &record, self.actor, now).unwrap();
        self.keep(id, raw.clone());
        self.at.insert(id, scope);
        (id, raw, None)
    }

    pub fn keep(&mut self, id: DocumentId, raw: Vec<u8>) {
        let hash = Change::parse(&raw).unwrap().hash();
        if self.changes.entry(id).or_default().insert(hash) {
            self.raw.entry(id).or_default().push(raw);
        }
    }

    pub fn document(&self, id: DocumentId) -> Document {
        Document::load(self.raw[&id].iter().map(Vec::as_slice)).unwrap()
    }

    /// An edit of a record that the phone has.
    pub fn edit(&mut self, fixture: &mut Fixture, id: DocumentId, edits: &[Edit]) -> Out {
        let now = fixture.tick();
        let raw = self.document(id).edit(edits, self.actor, now).unwrap().unwrap();
        self.keep(id, raw.clone());
        (id, raw, None)
    }

    pub fn batch<'b>(&self, out: &'b [Out], now: Time) -> Batch<'b> {
        let changes: Vec<Sent<'b>> = out
            .iter()
            .map(|(document, bytes, acceptance)| Sent { document: *document, epoch: 0, bytes, acceptance: *acceptance })
            .collect();
        let mut actors: Vec<ActorId> =
            out.iter().filter_map(|(_, raw, _)| Change::parse(raw).ok()).map(|change| change.actor()).collect();
        actors.sort_unstable();
        actors.dedup();
        let named = out.iter().map(|(document, raw, acceptance)| (*document, 0, hash_of(raw), *acceptance));
        let manifest = Manifest {
            device: self.device.id,
            person: self.person,
            signed: now,
            actors,
            count: out.len() as u32,
            digest: identity::digest(named),
        };
        let signature = identity::sign(&self.key, &manifest);
        Batch { manifest, signature, changes }
    }

    pub fn request<'b>(&self, batch: Option<Batch<'b>>) -> ExchangeRequest<'b> {
        ExchangeRequest {
            version: VERSION,
            cursor: self.cursor.clone(),
            scopes: ScopesDigest::of(&self.scopes),
            later_seen: self.later_seen,
            page_bytes: self.page_bytes,
            wait_seconds: 0,
            batch,
            lost: self.lost,
            wake_test: None,
            status: None,
        }
    }

    /// One exchange without taking in what it brings.
    pub fn try_exchange(&self, fixture: &mut Fixture, out: &[Out]) -> Result<Answer, AcceptError> {
        let now = fixture.tick();
        let batch = (!out.is_empty()).then(|| self.batch(out, now));
        let request = self.request(batch);
        fixture.town.clone().exchange(&self.device, &request, now)
    }

    /// One exchange, taken in. Returns the verdicts.
    pub fn exchange(&mut self, fixture: &mut Fixture, out: &[Out]) -> (Vec<Verdict>, Answer) {
        let answer = self.try_exchange(fixture, out).unwrap();
        let verdicts = Run::unpack(&answer.verdicts, out.len());
        self.take(&answer);
        (verdicts, answer)
    }

    pub fn send(&mut self, fixture: &mut Fixture, out: &[Out]) -> Vec<Verdict> {
        self.exchange(fixture, out).0
    }

    /// One exchange without taking in what it brings; the verdicts.
    pub fn try_send(&self, fixture: &mut Fixture, out: &[Out]) -> Vec<Verdict> {
        Run::unpack(&self.try_exchange(fixture, out).unwrap().verdicts, out.len())
    }

    pub fn take(&mut self, answer: &Answer) {
        if let Some(later) = answer.later.last() {
            self.later_seen = later.number;
        }
        if let Some(scopes) = &answer.scopes {
            for scope in scopes {
                if !self.scopes.contains(scope) {
                    self.cursor.gained.retain(|gained| gained.scope != *scope);
                    self.cursor.gained.push(Gained { scope: *scope, base: 0, at: 0 });
                }
            }
            self.scopes.clone_from(scopes);
            let dropped: Vec<DocumentId> =
                self.at.iter().filter(|(_, scope)| !scopes.contains(scope)).map(|(id, _)| *id).collect();
            for id in dropped {
                self.drop_document(id);
            }
            return;
        }
        let Some(page) = &answer.page else { return };
        for left in &page.left {
            self.left.push((left.document, left.scope));
            if self.at.get(&left.document) == Some(&left.scope) {
                self.drop_document(left.document);
            }
        }
        for part in &page.documents {
            self.at.insert(part.id, part.scope);
            for entry in &part.entries {
                self.keep(part.id, entry.bytes.clone());
            }
        }
        self.cursor = answer.cursor.clone();
        self.seal = answer.seal.or(self.seal);
    }

    fn drop_document(&mut self, id: DocumentId) {
        self.at.remove(&id);
        self.changes.remove(&id);
        self.raw.remove(&id);
    }

    /// Exchanges until nothing more comes.
    pub fn sync(&mut self, fixture: &mut Fixture) {
        for _ in 0..10_000 {
            let (_, answer) = self.exchange(fixture, &[]);
            if answer.scopes.is_none() && !answer.more {
                return;
            }
        }
        panic!("it never ends");
    }

    /// A fresh actor, as after every verdict other than accepted.
    pub fn fresh_actor(&mut self, fixture: &mut Fixture) {
        self.actor = ActorId::fresh(fixture.tick(), &mut fixture.random);
    }
}

pub fn hash_of(raw: &[u8]) -> ChangeHash {
    use sha2::{Digest, Sha256};
    match Change::parse(raw) {
        Ok(change) => change.hash(),
        Err(_) => ChangeHash::from_bytes(Sha256::digest(raw.get(8..).unwrap_or(raw)).into()),
    }
}

pub fn accepted(verdicts: &[Verdict]) -> bool {
    verdicts.iter().all(|verdict| matches!(verdict, Verdict::Accepted { .. }))
}

pub fn code(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Accepted { .. } => "accepted",
        Verdict::Refused(refusal) | Verdict::Held(refusal) => &refusal.code,
        Verdict::DependsOnRefused => "depends_on_refused",
    }
}
