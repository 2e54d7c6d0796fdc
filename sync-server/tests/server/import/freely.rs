//! Import, edits by workers, import again, undo, in any order: whatever a worker has written is still there.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{DocumentId, Kind, Value};

use super::again::Office;
use crate::phone::{Out, accepted};

const ROOMS: [&str; 3] = ["501", "502", "503"];
const NOTES: [&str; 3] = ["", "one", "two"];
const TELEPHONES: [&str; 3] = ["", "12000000001", "12000000002"];

#[derive(Clone, Debug)]
enum Step {
    /// A roster: for each door whether it is listed, its note and a telephone.
    Import(Vec<(bool, usize, usize)>),
    /// The worker writes a note, offline.
    Note(usize),
    /// The worker writes a resident's place, offline.
    Telephone(usize),
    /// The worker adds a resident, offline.
    Resident(usize),
    /// The phone exchanges.
    Sync,
    /// The newest import but so many that still stands is undone.
    Undo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec((prop::bool::weighted(0.8), 0..3_usize, 0..3_usize), 3).prop_map(Step::Import),
        3 => (0..3_usize).prop_map(Step::Note),
        2 => (0..3_usize).prop_map(Step::Telephone),
        1 => (0..3_usize).prop_map(Step::Resident),
        3 => Just(Step::Sync),
        2 => (0..3_usize).prop_map(Step::Undo),
    ]
}

struct Run {
    office: Office,
    out: Vec<Out>,
    /// What the worker has written last, by document and path.
    written: BTreeMap<(DocumentId, Vec<Box<str>>), Value>,
    imports: Vec<u64>,
    count: u32,
}

impl Run {
    fn new() -> Self {
        Self { office: Office::new(), out: Vec::new(), written: BTreeMap::new(), imports: Vec::new(), count: 0 }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Import(doors) => self.import(doors),
            Step::Note(room) => {
                let value = self.fresh();
                self.write(*room, |_| vec!["note".into()], value);
            }
            Step::Telephone(room) => {
                let telephone = format!("telephones/1200000{:04}", self.count + 100);
                let value = Value::Bool(true);
                self.count += 1;
                self.write(
                    *room,
                    |resident| vec!["residents".into(), resident.into(), telephone.as_str().into()],
                    value,
                );
            }
            Step::Resident(room) => {
                self.count += 1;
                let id = uuid::Uuid::from_u128(u128::from(self.count) | 0x7000_8000_0000_0000_0000).to_string();
                let name = Value::Text(format!("Added {}", self.count).into());
                let fields = [("name", name)].into_iter().collect();
                self.write(*room, |_| vec!["residents".into(), id.as_str().into()], Value::Map(fields));
            }
            Step::Sync => self.sync(),
            Step::Undo(back) => {
                if *back < self.imports.len() {
                    let id = self.imports.remove(self.imports.len() - 1 - back);
                    self.office.undo(id).unwrap();
                }
            }
        }
    }

    fn fresh(&mut self) -> Value {
        self.count += 1;
        Value::Text(format!("worker {}", self.count).into())
    }

    fn import(&mut self, doors: &[(bool, usize, usize)]) {
        let mut file = "grid,building,room,note,name,birth_year,telephone\n".to_owned();
        for (room, (listed, note, telephone)) in ROOMS.iter().zip(doors) {
            if *listed {
                file += &format!("Grid 0.0,3,{room},{},Zhang,1950,{}\n", NOTES[*note], TELEPHONES[*telephone]);
            }
        }
        let report = self.office.import(&file);
        assert!(report.bad.is_empty(), "{:?}", report.bad);
        self.imports.extend(report.id);
        // The same file at once again: nothing is written.
        let log = self.office.fixture.town.store().log().unwrap();
        let again = self.office.import(&file);
        assert_eq!((again.id, again.records.new + again.records.changed), (None, 0), "{again:?}");
        assert_eq!((again.residents.new, again.residents.changed), (0, 0));
        assert_eq!(self.office.fixture.town.store().log().unwrap(), log);
    }

    /// The worker writes into the household of a room, if the phone has one.
    fn write(&mut self, room: usize, path: impl Fn(&str) -> Vec<Box<str>>, value: Value) {
        let mut found = None;
        for id in self.office.phone.raw.keys() {
            let document = self.office.phone.document(*id);
            let here = document.header().kind == Kind::Household
                && document.fields().get("address.room") == Some(&Value::Text(ROOMS[room].into()));
            if let (true, Some(Value::Map(residents))) = (here, document.fields().get("residents")) {
                found = residents.iter().next().map(|(resident, _)| (*id, resident.to_owned()));
            }
        }
        let Some((id, resident)) = found else { return };
        let path = path(&resident);
        let edit = Edit { path: path.clone(), value: value.clone() };
        self.out.push(self.office.phone.edit(&mut self.office.fixture, id, &[edit]));
        self.written.insert((id, path), value);
    }

    fn sync(&mut self) {
        let out = std::mem::take(&mut self.out);
        if !out.is_empty() {
            assert!(accepted(&self.office.phone.send(&mut self.office.fixture, &out)));
        }
        self.office.phone.sync(&mut self.office.fixture);
    }

    /// That everything the worker has sent is shown, or stands in a conflict.
    fn nothing_is_lost(&mut self) {
        let waiting: Vec<DocumentId> = self.out.iter().map(|(id, ..)| *id).collect();
        for ((id, path), value) in &self.written {
            if waiting.contains(id) {
                continue;
            }
            let (_, document) = self.office.fixture.town.document(*id).unwrap().unwrap();
            let mut shown = document.fields();
            for key in &path[..path.len() - 1] {
                let Some(Value::Map(inside)) = shown.get(key) else { panic!("{path:?} is gone") };
                shown = inside.clone();
            }
            let here = shown.get(&path[path.len() - 1]);
            let stands = match (here, value) {
                (Some(Value::Map(_)), Value::Map(_)) => true,
                (here, value) => here == Some(value),
            };
            let candidate = document
                .conflicts()
                .iter()
                .any(|conflict| conflict.path == *path && conflict.values.iter().any(|other| other.value == *value));
            assert!(stands || candidate, "{path:?}: {value:?} was lost, {here:?} stands there");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_imports_and_undoing_loses_what_a_worker_wrote(steps in prop::collection::vec(step(), 4..24)) {
        let mut run = Run::new();
        for step in &steps {
            run.take(step);
            run.nothing_is_lost();
        }
        run.sync();
        run.nothing_is_lost();
        assert!(run.office.fixture.town.check_log().unwrap());
    }
}
