//! A second file, what others have written meanwhile, and taking imports back.

use std::io::Cursor;

use insta::assert_json_snapshot;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{DocumentId, Kind, Outcome, PersonId, Record, Role, Scope, Value};
use qiaomen_server::import::{self, ImportError, Noun, Progress, Report, Request, Undone};

use crate::command::Desk;
use crate::phone::{Phone, accepted};
use crate::{Fixture, visit};

/// A town, somebody who imports, and a worker of its first grid.
pub struct Office {
    pub fixture: Fixture,
    pub supervisor: PersonId,
    pub phone: Phone,
}

impl Office {
    pub fn new() -> Self {
        let mut fixture = Fixture::new();
        let supervisor = fixture.person(Role::Supervisor, fixture.root);
        let (_, phone) = fixture.worker(0);
        Self { fixture, supervisor, phone }
    }

    pub fn request(&mut self, noun: Noun, file: &str, request: Request) -> Result<Report, ImportError> {
        let now = self.fixture.tick();
        let request = Request { noun, by: self.supervisor, ..request };
        let town = self.fixture.town.clone();
        import::run(&town, &request, &mut Cursor::new(file.as_bytes()), now, &mut self.fixture.random, &mut |_| ())
    }

    /// Writes a roster.
    pub fn import(&mut self, file: &str) -> Report {
        let request = Request::apply(Noun::Households, "roster.csv", self.supervisor);
        self.request(Noun::Households, file, request).unwrap()
    }

    pub fn preview(&mut self, file: &str) -> Report {
        let request = Request::preview(Noun::Households, "roster.csv", self.supervisor);
        self.request(Noun::Households, file, request).unwrap()
    }

    pub fn take(&mut self, file: &str, choices: &[(u64, &str)]) -> Result<Report, ImportError> {
        let take = choices.iter().map(|(row, field)| (*row, (*field).to_owned())).collect();
        let request = Request { take, ..Request::apply(Noun::Households, "roster.csv", self.supervisor) };
        self.request(Noun::Households, file, request)
    }

    pub fn undo(&mut self, id: u64) -> Result<Undone, ImportError> {
        let now = self.fixture.tick();
        let town = self.fixture.town.clone();
        import::undo(&town, id, self.supervisor, now, &mut self.fixture.random, &mut |_| ())
    }

    /// The household of this room, and its fields.
    pub fn door(&self, room: &str) -> (DocumentId, qiaomen_core::record::Household) {
        let found =
            self.fixture.town.records(&Kind::Household).unwrap().into_iter().find_map(
                |(document, record)| match record {
                    Record::Household(household) if household.address.room.as_deref() == Some(room) => {
                        Some((document.id, household))
                    }
                    _ => None,
                },
            );
        found.unwrap()
    }

    pub fn note(&self, room: &str) -> Option<String> {
        self.door(room).1.note
    }

    /// The worker writes a field.
    pub fn edit(&mut self, room: &str, path: &[&str], value: Value) {
        let (id, _) = self.door(room);
        self.phone.sync(&mut self.fixture);
        let edit = Edit { path: path.iter().map(|key| (*key).into()).collect(), value };
        let out = self.phone.edit(&mut self.fixture, id, &[edit]);
        assert!(accepted(&self.phone.send(&mut self.fixture, &[out])));
    }
}

const HEADING: &str = "village,grid,building,room,note,name,birth_year,telephone\n";

fn row(room: &str, note: &str, name: &str, telephone: &str) -> String {
    format!("Village 0,Grid 0.0,3,{room},{note},{name},1950,{telephone}\n")
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_preview_writes_nothing_at_all() {
    let mut office = Office::new();
    let file = format!("{HEADING}{}", row("501", "a", "Zhang", "12000000001"));
    let before = office.fixture.town.store().log().unwrap();
    let report = office.preview(&file);
    assert!(!report.applied && report.id.is_none());
    assert_eq!((report.records.new, report.residents.new), (1, 1));
    assert_eq!(office.fixture.town.store().log().unwrap(), before);
    assert!(office.fixture.town.store().imports().unwrap().is_empty());
    // Nor where a row is bad; its good rows only where that is asked for.
    let bad = format!("{file}Village 0,Grid 9,3,502,,Li,1950,\n");
    let report = office.import(&bad);
    assert!(!report.applied && report.id.is_none() && report.bad.len() == 1);
    assert_eq!(office.fixture.town.store().log().unwrap(), before);
    let request = Request { skip_bad: true, ..Request::apply(Noun::Households, "roster.csv", office.supervisor) };
    let report = office.request(Noun::Households, &bad, request).unwrap();
    assert!(report.applied && report.bad.len() == 1 && report.records.new == 1, "{report:?}");
}

#[test]
fn p4_a_later_roster_writes_what_it_changed_and_leaves_alone_what_workers_changed() {
    let mut office = Office::new();
    let first = format!(
        "{HEADING}{}{}{}",
        row("501", "a", "Zhang", "12000000001"),
        row("502", "b", "Li", "12000000002"),
        row("503", "c", "Wang", "")
    );
    assert_eq!(office.import(&first).records.new, 3);
    office.edit("501", &["note"], text("the worker's"));
    // The same file: nothing, and the clash is said.
    let again = office.import(&first);
    assert_eq!((again.records.changed, again.clashes.len(), again.id), (0, 1, None));
    // A later one: one note changed by the office, one telephone exchanged, one row gone, one new.
    let second = format!(
        "{HEADING}{}{}{}",
        row("501", "later", "Zhang", "12000000001"),
        row("502", "b2", "Li", "12000000009"),
        row("504", "", "Zhao", "")
    );
    let report = office.import(&second);
    assert_json_snapshot!(report);
    assert_eq!(office.note("501").as_deref(), Some("the worker's"));
    assert_eq!(office.note("502").as_deref(), Some("b2"));
    assert_eq!(office.note("503").as_deref(), Some("c"));
    let (_, li) = office.door("502");
    assert_eq!(li.residents.into_values().next().unwrap().telephones, ["12000000009".to_owned()].into());
    // What clashes can be chosen, and nothing else can.
    assert!(matches!(office.take(&second, &[(3, "floor")]), Err(ImportError::Choice(_))));
    assert_eq!(office.note("501").as_deref(), Some("the worker's"));
    let taken = office.take(&second, &[(2, "note")]).unwrap();
    assert_eq!((taken.records.changed, taken.clashes.len()), (1, 0));
    assert_eq!(office.note("501").as_deref(), Some("later"));
}

#[test]
fn a_household_that_the_file_has_elsewhere_is_said_and_not_moved() {
    let mut office = Office::new();
    let heading = "grid,household,building,room,name\n";
    office.import(&format!("{heading}Grid 0.0,77,3,501,Zhang\n"));
    let moved = format!("{heading}Grid 0.1,77,3,501,Zhang\n");
    let report = office.preview(&moved);
    assert_eq!((report.records.new, report.records.unchanged), (0, 1));
    assert_json_snapshot!(report.clashes);
    let taken = office.take(&moved, &[(2, "grid")]).unwrap();
    assert_eq!((taken.records.changed, taken.clashes.len(), taken.bad.len()), (1, 0, 0), "{taken:?}");
    let (id, _) = office.door("501");
    let lies = |office: &Office| office.fixture.town.document(id).unwrap().unwrap().0.scope;
    assert_eq!(lies(&office), Scope::Grid(office.fixture.grids[1]));
    assert!(office.preview(&moved).clashes.is_empty());
    office.undo(taken.id.unwrap()).unwrap();
    assert_eq!(lies(&office), Scope::Grid(office.fixture.grids[0]));
    // A number means something within its village only.
    let elsewhere = format!("{heading}Grid 1.0,77,3,501,Zhang\n");
    assert_eq!(office.preview(&elsewhere).records.new, 1);
}

#[test]
fn undo_gives_back_what_was_and_keeps_what_others_did_since() {
    let mut office = Office::new();
    office.import(&format!("{HEADING}{}", row("501", "a", "Zhang", "12000000001")));
    let second = format!(
        "{HEADING}{}{}{}{}{}",
        row("501", "b", "Zhang", "12000000002"),
        row("501", "b", "Zhao", ""),
        row("502", "", "Li", ""),
        row("503", "", "Wang", ""),
        row("504", "", "Qian", "")
    );
    let report = office.import(&second);
    assert_eq!((report.records.new, report.records.changed), (3, 1));
    // One of the new doors is edited, one is visited.
    office.edit("503", &["note"], text("dog"));
    let (visited, _) = office.door("504");
    let now = office.fixture.tick();
    office.phone.sync(&mut office.fixture);
    let record = qiaomen_core::record::Visit { outcome: Outcome::NobodyHome, ..visit(visited.into(), now) };
    let scope = Scope::Grid(office.fixture.grids[0]);
    let (_, out) = office.phone.create(&mut office.fixture, record, scope, Role::GridWorker);
    assert!(accepted(&office.phone.send(&mut office.fixture, &[out])));
    let undone = office.undo(report.id.unwrap()).unwrap();
    let mut shown = serde_json::to_value(&undone).unwrap();
    for stayed in shown["stayed"].as_array_mut().unwrap() {
        stayed["record"] = "[id]".into();
    }
    assert_json_snapshot!(shown);
    let (_, first) = office.door("501");
    assert_eq!(first.note.as_deref(), Some("a"));
    let of = |name: &str| first.residents.values().find(|resident| resident.name == name).unwrap();
    assert_eq!(of("Zhang").telephones, ["12000000001".to_owned()].into());
    assert!(of("Zhao").removed && !of("Zhang").removed);
    assert!(office.door("502").1.removed);
    assert!(!office.door("503").1.removed && !office.door("504").1.removed);
    assert!(matches!(office.undo(report.id.unwrap()), Err(ImportError::Choice(_))), "once");
    assert!(matches!(office.undo(99), Err(ImportError::Choice(_))));
    // The same file brings back what was taken out, under the same identifiers.
    let again = office.import(&second);
    assert_eq!((again.records.new, again.residents.new, again.clashes.len()), (0, 0, 0), "{again:?}");
    assert!(!office.door("502").1.removed);
    let (_, first) = office.door("501");
    assert!(first.residents.values().all(|resident| !resident.removed));
    assert_eq!(first.note.as_deref(), Some("b"));
}

#[test]
fn an_import_that_was_cut_off_is_seen_gone_on_with_and_undone() {
    let mut office = Office::new();
    let mut file = HEADING.to_owned();
    for room in 0..1_200 {
        file += &row(&format!("{room}"), "a", "Zhang", "");
    }
    // Cut off after the first batch.
    let town = office.fixture.town.clone();
    let now = office.fixture.tick();
    let request = Request::apply(Noun::Households, "roster.csv", office.supervisor);
    let random = &mut office.fixture.random;
    let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        import::run(&town, &request, &mut Cursor::new(file.as_bytes()), now, random, &mut |progress| {
            assert!(!matches!(progress, Progress::Written(_)), "cut off");
        })
    }));
    assert!(cut.is_err());
    let listed = town.store().imports().unwrap();
    assert_eq!((listed.len(), listed[0].ended), (1, None));
    let written = town.count(&Kind::Household).unwrap();
    assert!(written > 0 && written < 1_200, "{written}");
    let report = office.import(&file);
    assert_eq!(report.id, Some(listed[0].id), "the same import");
    assert_eq!((report.records.unchanged, report.records.new), (written, 1_200 - written));
    assert_eq!(town.count(&Kind::Household).unwrap(), 1_200);
    let listed = town.store().imports().unwrap();
    assert_eq!((listed.len(), listed[0].ended.is_some(), listed[0].made), (1, true, 1_200));
    let undone = office.undo(report.id.unwrap()).unwrap();
    assert_eq!((undone.removed, undone.stayed.len()), (1_200, 0));
}

#[test]
fn only_whoever_may_write_may_take_back() {
    let mut office = Office::new();
    let report = office.import(&format!("{HEADING}{}", row("501", "a", "Zhang", "")));
    let other = office.fixture.person(Role::Supervisor, office.fixture.villages[1]);
    let supervisor = std::mem::replace(&mut office.supervisor, other);
    assert!(matches!(office.undo(report.id.unwrap()), Err(ImportError::NotPermitted(_))));
    assert!(!office.door("501").1.removed);
    office.supervisor = supervisor;
    assert_eq!(office.undo(report.id.unwrap()).unwrap().removed, 1);
}

#[test]
fn p4_an_id_number_finds_its_resident_and_reaches_no_phone() {
    let mut office = Office::new();
    let number = "000000195003010017";
    let number = (0..10)
        .map(|last| format!("{}{last}", &number[..17]))
        .chain([format!("{}X", &number[..17])])
        .find(|number| {
            let file = format!("grid,building,room,name,id_number\nGrid 0.0,3,501,Zhang,{number}\n");
            office.preview(&file).bad.is_empty()
        })
        .unwrap();
    let heading = "grid,building,room,name,id_number\n";
    office.import(&format!("{heading}Grid 0.0,3,501,Zhang,{number}\n"));
    let (id, before) = office.door("501");
    let (resident, who) = before.residents.iter().next().unwrap();
    assert_eq!(who.birth_year, Some(1950));
    // The name was wrong: by the number it is the same resident.
    let report = office.import(&format!("{heading}Grid 0.0,3,501,Zhang San,{number}\n"));
    assert_eq!((report.residents.new, report.residents.changed), (0, 1));
    let (_, after) = office.door("501");
    assert_eq!((after.residents.len(), after.residents[resident].name.as_str()), (1, "Zhang San"));
    // At another door it is listed.
    let report = office.preview(&format!("{heading}Grid 0.0,3,502,Zhang San,{number}\n"));
    assert_eq!(report.duplicates.len(), 1);
    // The hash is kept, and neither it nor the number is in anything that a phone gets.
    let kept = office.fixture.town.store().identities_of(&[id]).unwrap();
    assert_eq!((kept.len(), kept[0].last_four.as_str(), kept[0].born), (1, &number[14..], 1950));
    office.phone.sync(&mut office.fixture);
    let answer = office.phone.try_exchange(&mut office.fixture, &[]).unwrap().encode().unwrap();
    let all: Vec<&[u8]> = office.phone.raw.values().flatten().map(Vec::as_slice).chain([answer.as_slice()]).collect();
    let holds = |needle: &[u8]| all.iter().any(|bytes| bytes.windows(needle.len()).any(|window| window == needle));
    assert!(holds(b"Zhang San"), "it is the household");
    assert!(!holds(number.as_bytes()) && !holds(&number.as_bytes()[6..14]), "the number");
    assert!(!holds(&kept[0].hash) && !holds(kept[0].last_four.as_bytes()), "what is kept of it");
    // Nor is it when the import is taken back.
    for id in [2, 1] {
        office.undo(id).unwrap();
    }
    assert!(office.fixture.town.store().identities_of(&[id]).unwrap().is_empty());
}

#[test]
fn imports_are_listed_and_undone_by_the_command_line() {
    let desk = Desk::town();
    desk.import("households", "grid,number,name\nN1,1,Zhang\n", "worker").done();
    let mut listed = desk.run(&["import", "list", "--json"]).json();
    for import in listed.as_array_mut().unwrap() {
        import["begun"] = "[time]".into();
    }
    assert_json_snapshot!(listed);
    let text = desk.run(&["import", "list"]);
    assert!(text.done().out.contains("households  file.csv  by worker: 1 rows, 1 new, 0 changed, applied"), "{text:?}");
    // A door is taken out by a supervisor only.
    desk.run(&["import", "undo", "3", "--as", "worker"]).fails(2, &["somebody else"]);
    let undone = desk.run(&["import", "undo", "3", "--as", "sup"]);
    assert!(undone.done().out.contains("1 taken out again"), "{undone:?}");
    desk.run(&["import", "undo", "3", "--as", "sup"]).fails(2, &["undone already"]);
    desk.run(&["import", "undo", "9", "--as", "sup"]).fails(2, &["import list"]);
    // Without --apply it says how to write it.
    desk.write("file.csv", "grid,number,name,colour\nN1,2,Zhang,red\n");
    let tried = desk.run(&["import", "households", "file.csv", "--as", "worker"]);
    assert!(tried.done().out.contains("add --apply") && tried.err.contains("colour"), "{tried:?}");
}
