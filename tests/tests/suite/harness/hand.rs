//! An enrolled device whose changes are made by hand, so that they can be whatever a test likes.

use qiaomen_core::document::{Change, ChangeHash, Document};
use qiaomen_core::identity::{self, DeviceKey};
use qiaomen_core::protocol::limits::MAX_ANSWER_INFLATED;
use qiaomen_core::protocol::{
    Batch, Cursor, EnrolAnswer, EnrolRequest, ExchangeAnswer, ExchangeRequest, Manifest, Run, ScopesDigest, Sent,
    VERSION, Verdict, decode, encode, unpack,
};
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{ActorId, DeviceId, DocumentId, Fields, Header, Kind, PersonId, Role, Scope, Time, Value};
use qiaomen_core::transport::Transport as _;

use super::World;

/// A change on its way: its document, its actor, its bytes.
pub struct Out {
    pub document: DocumentId,
    pub actor: ActorId,
    pub raw: Vec<u8>,
}

pub struct Hand {
    pub person: PersonId,
    pub device: DeviceId,
    pub token: [u8; 32],
    key: DeviceKey,
    scopes: Vec<Scope>,
}

impl Hand {
    pub fn enrol(world: &mut World, person: PersonId) -> Self {
        let key = DeviceKey::generate(&mut world.random);
        let code = world.code(person);
        let request = EnrolRequest { version: VERSION, code, key: key.public(), label: "hand".to_owned() };
        let answer = world.runtime.block_on(world.http().enrol(encode(&request).unwrap())).unwrap();
        let plain = unpack(&answer, MAX_ANSWER_INFLATED).unwrap();
        let answer: EnrolAnswer = decode(&plain).unwrap();
        Self { person, device: answer.certificate.device, token: answer.token, key, scopes: answer.scopes }
    }

    pub fn actor(&self, world: &mut World) -> ActorId {
        ActorId::fresh(world.now(), &mut world.random)
    }

    pub fn header(&self, id: DocumentId, kind: Kind, scope: Scope, role: Role, now: Time) -> Header {
        Header { id, kind, scope, author: self.person, role, said: now, offset: None, doubtful: false }
    }

    /// A new document of these fields, whatever they are.
    pub fn create(&self, world: &mut World, kind: Kind, fields: &Fields, scope: Scope, role: Role) -> Out {
        let (actor, now) = (self.actor(world), world.now());
        let document = DocumentId::fresh(now, &mut world.random);
        let header = self.header(document, kind, scope, role, now);
        let (_, raw) = Document::create_from(&header, fields, actor, now).unwrap();
        Out { document, actor, raw }
    }

    /// An edit of what the server has now.
    pub fn edit(&self, world: &mut World, document: DocumentId, edits: &[Edit]) -> Out {
        let actor = self.actor(world);
        let (_, mut loaded) = world.town().document(document).unwrap().unwrap();
        let raw = loaded.edit(edits, actor, world.now()).unwrap().unwrap();
        Out { document, actor, raw }
    }

    pub fn request(&self, out: &[Out], now: Time) -> Vec<u8> {
        let changes = out
            .iter()
            .map(|one| Sent { document: one.document, epoch: 0, bytes: &one.raw, acceptance: None })
            .collect();
        let mut actors: Vec<ActorId> = out.iter().map(|one| one.actor).collect();
        actors.sort_unstable();
        actors.dedup();
        let manifest = Manifest {
            device: self.device,
            person: self.person,
            signed: now,
            actors,
            count: out.len() as u32,
            digest: identity::digest(out.iter().map(|one| (one.document, 0, hash_of(&one.raw), None))),
        };
        let signature = identity::sign(&self.key, &manifest);
        let request = ExchangeRequest {
            version: VERSION,
            cursor: Cursor::start(),
            scopes: ScopesDigest::of(&self.scopes),
            later_seen: 0,
            page_bytes: 1 << 20,
            wait_seconds: 0,
            batch: Some(Batch { manifest, signature, changes }),
            lost: None,
            wake_test: None,
            status: None,
        };
        encode(&request).unwrap()
    }

    /// Sends changes as one signed batch over HTTP.
    pub fn send(&self, world: &World, out: &[Out]) -> Vec<Verdict> {
        let now = world.clock.pass(1_000);
        let answer = world.runtime.block_on(world.http().exchange(&self.token, self.request(out, now), 0)).unwrap();
        verdicts(&answer, out.len())
    }
}

/// The verdicts of an answer.
pub fn verdicts(answer: &[u8], limit: usize) -> Vec<Verdict> {
    let plain = unpack(answer, MAX_ANSWER_INFLATED).unwrap();
    let answer: ExchangeAnswer<'_> = decode(&plain).unwrap();
    Run::unpack(&answer.verdicts, limit)
}

pub fn code(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Accepted { .. } => "accepted",
        Verdict::Refused(refusal) | Verdict::Held(refusal) => &refusal.code,
        Verdict::DependsOnRefused => "depends_on_refused",
    }
}

pub fn text(path: &[&str], value: &str) -> Edit {
    Edit { path: path.iter().map(|key| (*key).into()).collect(), value: Value::Text(value.into()) }
}

/// A change's hash, also of bytes that are none.
fn hash_of(raw: &[u8]) -> ChangeHash {
    use sha2::{Digest, Sha256};
    match Change::parse(raw) {
        Ok(change) => change.hash(),
        Err(_) => ChangeHash::from_bytes(Sha256::digest(raw.get(8..).unwrap_or(raw)).into()),
    }
}
