//! A whole phone against a server in memory.

mod ahead;
mod answers;
mod cases;
mod doors;
mod duty;
mod fake;
mod forgotten;
mod forms;
mod journeys;
mod leaving;
mod measure;
mod notices;
mod refusals;
mod scopes;
mod tasks;
mod today;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use fake::Fake;

use super::Replica;
use crate::clock::Reading;
use crate::document::Document;
use crate::record::{
    ActorId, Address, Alert, AreaId, DeviceId, DocumentId, Door, Header, Household, HouseholdId, Kind, Level, Origin,
    Outcome, PersonId, Purpose, Record, Role, Scope, SeededRandom, Time, Visit,
};

const KEY: [u8; 32] = [42; 32];

struct Phone {
    replica: Replica,
    server: Fake,
    path: PathBuf,
    folder: tempfile::TempDir,
    grid: AreaId,
}

fn reading(second: i64) -> Reading {
    let start = Time::parse("2026-03-01T09:00:00+08:00").unwrap();
    Reading { wall: start.plus_millis(second * 1000), monotonic_ms: second * 1000, boot: [1; 16] }
}

fn at(second: i64) -> (Reading, Role) {
    (reading(second), Role::GridWorker)
}

fn area(number: u8) -> AreaId {
    AreaId::from_bytes([number; 16])
}

fn door(room: &str) -> Household {
    Household {
        address: Address {
            building: Some("3".into()),
            unit: None,
            floor: Some(2),
            room: Some(room.into()),
            group: None,
            number: None,
        },
        door: Door::LivedIn,
        note: None,
        residents: BTreeMap::new(),
        grid: None,
        removed: false,
        merged_into: None,
        counterparts: Default::default(),
    }
}

fn visit(household: HouseholdId, second: i64) -> Visit {
    Visit {
        purpose: Purpose::Door,
        household: Some(household),
        alert: None,
        outcome: Outcome::Met,
        met_target: None,
        met: BTreeSet::new(),
        met_others: None,
        started: reading(second).wall,
        ended: reading(second + 60).wall,
        position: None,
        given: BTreeSet::new(),
        explained: BTreeSet::new(),
        observations: BTreeSet::new(),
        note: Some("灯笼草的暗号".into()),
        risk: None,
        next_step: None,
        dissuasion: None,
        photos: None,
    }
}

/// An alert in the grid.
fn alert(level: Level, issued: Time) -> Alert {
    Alert {
        name: "某人".into(),
        telephone: None,
        household: None,
        resident: None,
        outsider: false,
        area: area(7),
        places: BTreeMap::new(),
        level,
        issuer: "反诈中心".into(),
        platform_number: None,
        origin: Origin::Other,
        issued,
        reached_station: None,
        passed_on: None,
        entered: issued,
        playbook: "builtin-1".into(),
        note: None,
    }
}

fn open(path: &std::path::Path, seed: u64) -> Replica {
    Replica::open(path, &KEY, Box::new(SeededRandom::new(seed))).unwrap()
}

/// An enrolled phone with one grid, before its first exchange.
async fn phone() -> Phone {
    let grid = area(7);
    let server = Fake::new(&[Scope::Town, Scope::Grid(grid)]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let replica = open(&path, 1);
    replica.enrol(&server, "code", "phone", &reading(0)).await.unwrap();
    Phone { replica, server, path, folder, grid }
}

impl Replica {
    fn checkpoint(&self) {
        self.engine.state().store.checkpoint();
    }
}

impl Phone {
    async fn run(&self, second: i64) -> crate::sync::Summary {
        self.replica.sync().run(&self.server, &reading(second)).await.unwrap()
    }
}

/// A record that somebody else wrote.
fn foreign(number: u8, scope: Scope, record: &Record) -> (Document, Vec<u8>, DocumentId) {
    let now = reading(0).wall;
    let id = DocumentId::from_bytes([number; 16]);
    let header = Header {
        id,
        kind: record.kind(),
        scope,
        author: PersonId::from_bytes([200; 16]),
        role: Role::GridWorker,
        said: now,
        offset: Some(0),
        doubtful: false,
    };
    let (document, raw) = Document::create(&header, record, ActorId::from_bytes([number; 16]), now).unwrap();
    (document, raw, id)
}

const OTHER: DeviceId = DeviceId::from_bytes([200; 16]);

/// What the phone holds agrees with what the server has, document by document.
fn agrees(phone: &Phone) {
    let snapshot = phone.replica.snapshot().unwrap();
    let world = phone.server.world();
    let mut expected: BTreeMap<DocumentId, Vec<_>> = BTreeMap::new();
    for logged in &world.log {
        if world.scopes.contains(&world.lies[&logged.document].0) {
            expected.entry(logged.document).or_default().push(logged.hash);
        }
    }
    expected.values_mut().for_each(|hashes| hashes.sort_unstable());
    let found: BTreeMap<DocumentId, Vec<_>> =
        snapshot.documents.iter().map(|document| (document.id, document.changes.clone())).collect();
    assert_eq!(found, expected);
    for document in &snapshot.documents {
        let raws = world.log.iter().filter(|logged| logged.document == document.id);
        let arrival = raws.clone().next().map(|logged| logged.arrival);
        let whole = Document::load(raws.map(|logged| logged.raw.as_slice())).unwrap();
        let rows = crate::projection::rows(whole.header(), &whole.fields(), arrival);
        assert_eq!(document.kind, whole.header().kind);
        assert_ne!(document.kind, Kind::Unknown("".into()));
        let cells = |rows: &[crate::projection::Row]| {
            let mut cells: Vec<_> = rows.iter().map(|row| (row.table.name, row.part, row.cells.clone())).collect();
            cells.sort_by_key(|(table, part, _)| (*table, *part));
            cells
        };
        assert_eq!(cells(&document.rows), cells(&rows));
    }
}
