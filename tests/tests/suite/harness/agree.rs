//! Whether phones and server agree: scopes, change sets, rows, doubt, conflicts, due visits, doors.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::clock::Watch as _;
use qiaomen_core::document::{ChangeHash, Document};
use qiaomen_core::doors::Period;
use qiaomen_core::playbook::{Case, Due, due};
use qiaomen_core::projection::Cell;
use qiaomen_core::record::{Alert, AlertId, DocumentId, Header, Record, Scope, Time, Value};
use qiaomen_core::replica::Part;
use qiaomen_server::report::{Asked, By, Reports};

use super::{Phone, World};

type Rows = Vec<(String, Option<[u8; 16]>, Vec<Cell>)>;
/// A field's path and the values it shows: value, change, seconds.
type Conflicts = Vec<(Vec<Box<str>>, Vec<(Value, ChangeHash, i64)>)>;

fn sorted(mut rows: Rows) -> Rows {
    rows.sort_by_cached_key(|row| format!("{row:?}"));
    rows
}

/// The alerts and case files that the server knows, from its own records.
pub struct CaseFiles {
    alerts: BTreeMap<AlertId, Alert>,
    facts: BTreeMap<AlertId, Vec<(DocumentId, Header, Record)>>,
}

impl CaseFiles {
    pub fn read(world: &World) -> Self {
        let mut files = Self { alerts: BTreeMap::new(), facts: BTreeMap::new() };
        let walk = &mut |whole: qiaomen_server::store::Whole| {
            let document = Document::load(whole.changes.iter().map(|change| change.bytes.as_slice())).unwrap();
            match (whole.document.scope, document.record()) {
                (_, Ok(Record::Alert(alert))) => {
                    files.alerts.insert(whole.document.id.into(), alert);
                }
                (Scope::CaseFile(alert), Ok(record)) => {
                    let fact = (whole.document.id, document.header().clone(), record);
                    files.facts.entry(alert).or_default().push(fact);
                }
                _ => {}
            }
            Ok(())
        };
        world.town().store().walk(walk).unwrap();
        files
    }

    /// What is due by the server's own records.
    pub fn due(&self, world: &World, alert: AlertId, now: Time) -> Due {
        let none = Vec::new();
        let facts = self.facts.get(&alert).unwrap_or(&none);
        let case =
            Case::from_records(&self.alerts[&alert], facts.iter().map(|(id, header, record)| (*id, header, record)));
        let town = world.town();
        let books = town.books().unwrap();
        due(books.of_alert(&self.alerts[&alert].playbook), &case, town.zone(), now)
    }
}

/// What does not agree, in words.
pub fn disagreements(world: &World, phones: &[&Phone]) -> Vec<String> {
    let town = world.town();
    let mut found = Vec::new();
    if !town.check_log().unwrap() {
        found.push("the log's tree does not fit its entries".to_owned());
    }
    let snapshot = town.snapshot().unwrap();
    let doubts = server_doubts(world);
    let files = CaseFiles::read(world);
    let reports = Reports::of(&town).unwrap();
    for (number, phone) in phones.iter().enumerate() {
        let replica = phone.replica();
        let mut wrong = |text: String| found.push(format!("phone {number}: {text}"));
        let held: BTreeSet<Scope> = town.scopes_of(phone.person).unwrap().into_iter().collect();
        let on_phone: BTreeSet<Scope> = replica.scopes().unwrap().into_iter().collect();
        if held != on_phone {
            wrong(format!("scopes {on_phone:?} instead of {held:?}"));
        }
        if phone.waiting() > 0 {
            wrong(format!("{} changes wait", phone.waiting()));
        }
        let aside = replica.aside().unwrap();
        if !aside.is_empty() {
            wrong(format!("put aside: {aside:?}"));
        }
        let doubts_here = phone_doubts(phone);
        let mut seen = BTreeSet::new();
        for document in replica.snapshot().unwrap().documents {
            let id = document.id;
            if document.changes.is_empty() {
                continue;
            }
            seen.insert(id);
            let Some(there) = snapshot.get(&id) else {
                wrong(format!("{id} is not on the server"));
                continue;
            };
            let rows = document.rows.into_iter().map(|row| (row.table.name.to_owned(), row.part, row.cells)).collect();
            let rows_there =
                there.rows.iter().map(|(table, part, cells)| ((*table).to_owned(), *part, cells.clone())).collect();
            if (&document.kind, document.scope, &document.changes) != (&there.kind, there.scope, &there.changes) {
                wrong(format!(
                    "{id} ({}): {} changes in {}, the server has {} in {}",
                    document.kind,
                    document.changes.len(),
                    document.scope,
                    there.changes.len(),
                    there.scope
                ));
            } else if sorted(rows) != sorted(rows_there) {
                wrong(format!("{id} ({}) has other rows", document.kind));
            }
            if doubts_here.get(&id) != doubts.get(&id) {
                wrong(format!("{id} ({}) is doubtful on one side only", document.kind));
            }
            let conflicts = conflicts_on(phone, id);
            if conflicts != conflicts_at(world, id) {
                wrong(format!("{id} ({}) has other conflicts", document.kind));
            }
        }
        for (id, there) in &snapshot {
            if held.contains(&there.scope) != seen.contains(id) {
                wrong(format!("{id} ({}) is on one side only", there.kind));
            }
        }
        let reading = phone.clock.read();
        let now = replica.corrected(&reading).unwrap().time;
        for (grid, here) in replica.doors().by_grid(None, Period::ALL).unwrap() {
            let there = reports.coverage(Some(grid), By::Grid, Period::ALL).unwrap().total;
            if here != there {
                wrong(format!("coverage of {grid}: {here:?} instead of {there:?}"));
            }
        }
        let asked = Asked { person: phone.person, area: None, skip: 0, take: usize::MAX };
        let here = replica.doors().reach_again(None, &reading, Part::all()).unwrap();
        let there = reports.reach_again(&asked, now).unwrap().list;
        if here != there.into_iter().map(|line| line.line).collect::<Vec<_>>() {
            wrong("another list of whom to reach again".to_owned());
        }
        for alert in replica.alerts().list(Part::all()).unwrap() {
            let here = replica.tasks().of_case(alert.id.into(), &reading).unwrap();
            let there = files.due(world, alert.id.into(), now);
            if here != there {
                wrong(format!("due visits of {}: {here:?} instead of {there:?}", alert.id));
            }
        }
    }
    found
}

fn conflicts_on(phone: &Phone, id: DocumentId) -> Conflicts {
    let fields = phone.replica().conflicts().get(id).unwrap().map(|found| found.fields).unwrap_or_default();
    let values = |values: Vec<qiaomen_core::replica::ConflictValue>| {
        values.into_iter().map(|value| (value.value, value.change, value.at.seconds())).collect()
    };
    fields.into_iter().map(|field| (field.path, values(field.values))).collect()
}

fn conflicts_at(world: &World, id: DocumentId) -> Conflicts {
    let (_, document) = world.town().document(id).unwrap().unwrap();
    let values = |values: Vec<qiaomen_core::document::Candidate>| {
        values.into_iter().map(|value| (value.value, value.change, value.seconds)).collect()
    };
    document.conflicts().into_iter().map(|conflict| (conflict.path, values(conflict.values))).collect()
}

/// Which documents the server's rows call doubtful.
pub fn server_doubts(world: &World) -> BTreeMap<DocumentId, bool> {
    let file = world.place().join(qiaomen_server::store::sqlite::FILE);
    doubts(&rusqlite::Connection::open(file).unwrap(), "SELECT id, doubtful FROM document")
}

/// Which documents the phone's rows call doubtful.
pub fn phone_doubts(phone: &Phone) -> BTreeMap<DocumentId, bool> {
    doubts(&phone.beside(), "SELECT id, doubtful FROM document WHERE doubtful IS NOT NULL")
}

fn doubts(connection: &rusqlite::Connection, sql: &str) -> BTreeMap<DocumentId, bool> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((DocumentId::from_bytes(row.get(0)?), row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}
