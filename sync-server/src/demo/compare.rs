//! Whether phones, server and the demo's own books agree: every document, row, due visit and count.
//!
//! Floor: sync-server, demo. Invariant: the demo's books, the server and the phone are each counted by
//! themselves.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::clock::Watch as _;
use qiaomen_core::document::{ChangeHash, Document};
use qiaomen_core::playbook::{Case, Due, Playbook, due};
use qiaomen_core::projection::{Cell, Row};
use qiaomen_core::record::{Alert, AlertId, DeviceId, DocumentId, Header, PersonId, Record, Scope};
use serde::{Deserialize, Serialize};

use super::books::Counts;
use super::script::{HEAD_1, PHONES, POLICE};
use super::tally::{self, Alerts};
use super::world::World;
use crate::command::output::{self, Failure};
use crate::store::{StoredDocument, Wanted};

/// The end of a demo.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Table {
    pub agree: bool,
    phones: Vec<Line>,
    /// The alerts by state; none in a demo of an earlier version.
    #[serde(default)]
    alerts: Alerts,
    /// Changes in the server's log.
    log: u64,
    /// Documents on the server.
    documents: usize,
    /// What does not agree, for people.
    disagreements: Vec<String>,
}

/// One phone: as the demo counted, as the server has it, as the phone has it.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    phone: String,
    demo: Counts,
    server: Counts,
    replica: Counts,
}

type Rows = Vec<(String, Option<[u8; 16]>, Vec<Cell>)>;

/// A document as both sides must have it.
struct Seen {
    scope: Scope,
    changes: Vec<ChangeHash>,
    rows: Rows,
}

/// What the server knows, read once.
#[derive(Default)]
struct Server {
    documents: BTreeMap<DocumentId, Seen>,
    alerts: BTreeMap<AlertId, Alert>,
    facts: BTreeMap<AlertId, Vec<(DocumentId, Header, Record)>>,
    conflicts: BTreeMap<DocumentId, Scope>,
    accepted: BTreeMap<PersonId, u64>,
    refused: BTreeMap<DeviceId, u64>,
    held: BTreeMap<PersonId, u64>,
    devices: BTreeMap<PersonId, DeviceId>,
    log: u64,
}

/// Compares all three.
pub(super) fn compare(world: &World) -> Result<Table, Failure> {
    let server = Server::read(world)?;
    let mut disagreements = Vec::new();
    let mut phones = Vec::new();
    for (number, login) in PHONES.iter().enumerate() {
        let expected = expected_scopes(world, number);
        let held: BTreeSet<Scope> = world.town.scopes_of(world.person(login)?)?.into_iter().collect();
        let on_phone: BTreeSet<Scope> = world.phones[number].replica.scopes()?.into_iter().collect();
        if held != expected || on_phone != expected {
            disagreements.push(format!("{login}: scopes: {} {} {}", expected.len(), held.len(), on_phone.len()));
        }
        documents(world, &server, number, &held, &mut disagreements)?;
        let line = Line {
            phone: (*login).to_owned(),
            demo: world.books.counts(number, &expected, &world.zone, world.end),
            server: server.counts(world, number, &held)?,
            replica: on_replica(world, number, &server, &mut disagreements)?,
        };
        if line.demo != line.server || line.demo != line.replica {
            disagreements.push(format!("{login}: the counts differ"));
        }
        phones.push(line);
    }
    let alerts = tally::tally(world, &mut disagreements)?;
    let written = world.books.written.iter().filter(|one| one.fate == super::books::Fate::Accepted).count() as u64;
    if written != server.log {
        disagreements.push(format!("the log has {} entries, {written} changes were made", server.log));
    }
    if !world.town.check_log()? {
        disagreements.push("the log's tree does not fit its entries".to_owned());
    }
    let (log, documents) = (server.log, server.documents.len());
    Ok(Table { agree: disagreements.is_empty(), phones, alerts, log, documents, disagreements })
}

/// What a phone may hold, by what the demo knows of its people.
fn expected_scopes(world: &World, phone: usize) -> BTreeSet<Scope> {
    let mut scopes: BTreeSet<Scope> = world.phones[phone].grids.iter().map(|grid| Scope::Grid(*grid)).collect();
    scopes.insert(Scope::Town);
    for alert in world.alerts.values() {
        let heads = (HEAD_1..POLICE).contains(&phone) && world.heads.get(alert) == Some(&phone);
        if phone == POLICE || heads || world.books.sent.contains(&(phone, *alert)) {
            scopes.insert(Scope::CaseFile(*alert));
        }
    }
    if phone == POLICE {
        scopes.insert(Scope::Police);
    }
    scopes
}

fn sorted(mut rows: Rows) -> Rows {
    rows.sort_by_cached_key(|row| format!("{row:?}"));
    rows
}

fn documents(
    world: &World,
    server: &Server,
    phone: usize,
    scopes: &BTreeSet<Scope>,
    disagreements: &mut Vec<String>,
) -> Result<(), Failure> {
    let login = PHONES[phone];
    let mut on_phone = BTreeSet::new();
    for document in world.phones[phone].replica.snapshot()?.documents {
        if document.changes.is_empty() {
            continue;
        }
        on_phone.insert(document.id);
        let rows: Rows =
            document.rows.into_iter().map(|Row { table, part, cells }| (table.name.to_owned(), part, cells)).collect();
        match server.documents.get(&document.id) {
            None => disagreements.push(format!("{login}: {} is not on the server", document.id)),
            Some(seen) if seen.scope != document.scope => {
                disagreements.push(format!("{login}: {} lies elsewhere", document.id));
            }
            Some(seen) if seen.changes != document.changes => {
                disagreements.push(format!("{login}: {} has other changes", document.id));
            }
            Some(seen) if seen.rows != sorted(rows) => {
                disagreements.push(format!("{login}: {} has other rows", document.id));
            }
            Some(_) => {}
        }
    }
    for (id, seen) in &server.documents {
        if scopes.contains(&seen.scope) != on_phone.contains(id) {
            disagreements.push(format!("{login}: {id} is on one side only"));
        }
    }
    Ok(())
}

fn on_replica(
    world: &World,
    phone: usize,
    server: &Server,
    disagreements: &mut Vec<String>,
) -> Result<Counts, Failure> {
    let (replica, reading) = (&world.phones[phone].replica, world.phones[phone].clock.read());
    let figures = replica.figures()?;
    let due = replica.tasks().figures(&reading)?;
    for alert in server.alerts.keys() {
        if replica.alerts().get(*alert)?.is_some()
            && replica.tasks().of_case(*alert, &reading)? != server.due(world, *alert)
        {
            disagreements.push(format!("{}: the due visits of {alert} differ", PHONES[phone]));
        }
    }
    let quarantine: BTreeSet<(usize, DocumentId)> =
        replica.quarantine().list()?.iter().map(|entry| (phone, entry.refused.document)).collect();
    let refused: BTreeSet<(usize, DocumentId)> =
        world.books.refused.iter().filter(|(of, _)| *of == phone).copied().collect();
    if quarantine != refused || quarantine.iter().any(|(_, id)| server.documents.contains_key(id)) {
        disagreements.push(format!("{}: the quarantine holds other than what was refused", PHONES[phone]));
    }
    let snapshot = replica.snapshot()?;
    Ok(Counts {
        recorded: figures.recorded,
        sent: figures.sent,
        merged: snapshot.documents.iter().map(|document| document.changes.len() as u64).sum(),
        conflicts: figures.conflicts,
        refused: figures.refused,
        held: figures.held,
        due: due.due,
        done: due.done,
        late: due.late,
        overdue: due.overdue,
        missed: due.missed,
    })
}

impl Server {
    fn read(world: &World) -> Result<Self, Failure> {
        let town = &world.town;
        let mut server = Self { log: town.store().log()?.size, ..Self::default() };
        for (id, seen) in town.snapshot()? {
            let rows = seen.rows.into_iter().map(|(table, part, cells)| (table.to_owned(), part, cells)).collect();
            server.documents.insert(id, Seen { scope: seen.scope, changes: seen.changes, rows: sorted(rows) });
        }
        let mut actors: BTreeMap<_, u64> = BTreeMap::new();
        town.store().walk(&mut |whole| {
            for change in &whole.changes {
                *actors.entry(change.actor).or_default() += 1;
            }
            let document = Document::load(whole.changes.iter().map(|change| change.bytes.as_slice()));
            if let Ok(document) = document
                && let Ok(record) = document.record()
            {
                server.take(&whole.document, document.header().clone(), record);
            }
            Ok(())
        })?;
        let wanted = Wanted { actors: actors.keys().copied().collect(), ..Wanted::default() };
        for (actor, note) in town.store().context(&wanted)?.actors {
            *server.accepted.entry(note.person).or_default() += actors.get(&actor).copied().unwrap_or(0);
        }
        for (document, _) in town.conflicts()? {
            server.conflicts.insert(document.id, document.scope);
        }
        server.refused = town.store().refusals()?.into_iter().collect();
        for held in town.held()? {
            *server.held.entry(held.person).or_default() += 1;
        }
        server.devices = town.devices()?.into_iter().map(|device| (device.person, device.id)).collect();
        Ok(server)
    }

    fn take(&mut self, stored: &StoredDocument, header: Header, record: Record) {
        match (stored.scope, record) {
            (_, Record::Alert(alert)) => {
                self.alerts.insert(stored.id.into(), alert);
            }
            (Scope::CaseFile(alert), record) => {
                self.facts.entry(alert).or_default().push((stored.id, header, record));
            }
            _ => {}
        }
    }

    fn due(&self, world: &World, alert: AlertId) -> Due {
        let none = Vec::new();
        let facts = self.facts.get(&alert).unwrap_or(&none).iter().map(|(id, header, record)| (*id, header, record));
        let case = self.alerts.get(&alert).map(|alert| Case::from_records(alert, facts));
        case.map_or_else(
            || Due { series_ends: world.end, list: Vec::new() },
            |case| due(&Playbook::builtin(), &case, &world.zone, world.end),
        )
    }

    fn counts(&self, world: &World, phone: usize, scopes: &BTreeSet<Scope>) -> Result<Counts, Failure> {
        let person = world.person(PHONES[phone])?;
        let device = self.devices.get(&person);
        let refused = device.and_then(|device| self.refused.get(device)).copied().unwrap_or(0);
        // The office writes in the name of the police's officer too; that was not done on the phone.
        let office = if phone == POLICE { world.imported } else { 0 };
        let sent = self.accepted.get(&person).copied().unwrap_or(0) - office;
        let held = self.held.get(&person).copied().unwrap_or(0);
        let mut counts = Counts { recorded: sent + refused + held, sent, refused, held, ..Counts::default() };
        let inside = self.documents.values().filter(|seen| scopes.contains(&seen.scope));
        counts.merged = inside.map(|seen| seen.changes.len() as u64).sum();
        counts.conflicts = self.conflicts.values().filter(|scope| scopes.contains(scope)).count() as u64;
        for alert in self.alerts.keys().filter(|alert| scopes.contains(&Scope::CaseFile(**alert))) {
            counts.count_due(&self.due(world, *alert));
        }
        Ok(counts)
    }
}

/// The table, for people.
pub(super) fn print(table: &Table) {
    output::line("");
    output::line("== What phones and server agree on");
    let heading = [
        "phone",
        "recorded",
        "sent",
        "merged",
        "conflicts",
        "refused",
        "held",
        "due",
        "on time",
        "late",
        "overdue",
        "missed",
    ];
    output::line(row(heading[0], &heading[1..].map_to_strings()));
    for line in &table.phones {
        let (demo, server, replica) = (cells(&line.demo), cells(&line.server), cells(&line.replica));
        let shown: Vec<String> = demo
            .iter()
            .zip(&server)
            .zip(&replica)
            .map(|((demo, server), replica)| {
                if demo == server && demo == replica { demo.to_string() } else { format!("{demo}/{server}/{replica}") }
            })
            .collect();
        output::line(row(&line.phone, &shown));
    }
    tally::print(&table.alerts);
    output::line("");
    output::line(format!("The server: {} documents, {} changes in its log.", table.documents, table.log));
    if table.agree {
        output::line("Phones, server and the demo's own books agree in every document, row, due visit and count.");
    } else {
        output::line("They do NOT agree (where three numbers stand: the demo's books, the server, the phone):");
        for disagreement in table.disagreements.iter().take(40) {
            output::line(format!("  {disagreement}"));
        }
    }
}

trait Strings {
    fn map_to_strings(&self) -> Vec<String>;
}

impl Strings for [&str] {
    fn map_to_strings(&self) -> Vec<String> {
        self.iter().map(|text| (*text).to_owned()).collect()
    }
}

fn row(name: &str, cells: &[String]) -> String {
    let cells: String = cells.iter().map(|cell| format!("{cell:>11}")).collect();
    format!("{name:<11}{cells}")
}

fn cells(counts: &Counts) -> [u64; 11] {
    let Counts { recorded, sent, merged, conflicts, refused, held, due, done, late, overdue, missed } = *counts;
    [recorded, sent, merged, conflicts, refused, held, due, done, late, overdue, missed]
}
