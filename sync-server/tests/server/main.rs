//! The server as a phone meets it: phones are core's documents and keys, used directly.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used)]

mod acceptance;
mod accountability;
mod alerts;
mod beside;
mod command;
mod console;
mod console_alerts;
mod console_people;
mod faith;
mod feed;
mod holds;
pub mod http;
mod import;
mod intake;
mod intake_freely;
mod limits;
mod lists;
mod operations;
mod phone;
mod reports;
mod restore;
mod settings;
mod webhooks;

use std::sync::Arc;

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{
    Address, Alert, AlertId, Area, AreaId, AreaLevel, Assignment, AssignmentId, Door, Household, HouseholdId, Level,
    Origin, Outcome, Person, PersonId, Purpose, Role, Scope, SeededRandom, Time, Visit,
};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::author::{Author, Draft, Written};
use qiaomen_server::town::Town;

/// A town with two villages of two grids each, and somebody in each role.
pub struct Fixture {
    pub folder: tempfile::TempDir,
    pub town: Arc<Town>,
    pub random: SeededRandom,
    pub now: Time,
    pub root: AreaId,
    pub villages: Vec<AreaId>,
    pub grids: Vec<AreaId>,
    pub system: Author,
}

pub fn start() -> Time {
    Time::parse("2026-03-01T09:00:00+08:00").unwrap()
}

impl Default for Fixture {
    fn default() -> Self {
        Self::new()
    }
}

impl Fixture {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut random = SeededRandom::new(7);
        let now = start();
        let town = Arc::new(Town::open(folder.path(), now, &mut random).unwrap());
        let system = Author::new(&town, SYSTEM, now, &mut random).unwrap();
        let root = AreaId::fresh(now, &mut random);
        let mut fixture = Self { folder, town, random, now, root, villages: Vec::new(), grids: Vec::new(), system };
        fixture.area(root, "Town", AreaLevel::Town, None);
        for village in 0..2 {
            let id = AreaId::fresh(now, &mut fixture.random);
            fixture.area(id, &format!("Village {village}"), AreaLevel::Village, Some(root));
            fixture.villages.push(id);
            for grid in 0..2 {
                let below = AreaId::fresh(now, &mut fixture.random);
                fixture.area(below, &format!("Grid {village}.{grid}"), AreaLevel::Grid, Some(id));
                fixture.grids.push(below);
            }
        }
        fixture
    }

    pub fn tick(&mut self) -> Time {
        self.now = self.now.plus_millis(1_000);
        self.now
    }

    pub fn area(&mut self, id: AreaId, name: &str, level: AreaLevel, parent: Option<AreaId>) {
        let area = Area { name: name.to_owned(), level, parent, code: None, telephone: None };
        self.system_writes(Draft::Create { id: id.into(), record: Box::new(area.into()), scope: Scope::Town });
    }

    pub fn person(&mut self, role: Role, area: AreaId) -> PersonId {
        let id = PersonId::fresh(self.now, &mut self.random);
        let assignment = AssignmentId::fresh(self.now, &mut self.random);
        let person = Person {
            name: "Somebody".to_owned(),
            login: None,
            telephone: None,
            left: false,
            assignments: [(assignment, Assignment { role, area, ended: false })].into(),
        };
        self.system_writes(Draft::Create { id: id.into(), record: Box::new(person.into()), scope: Scope::Town });
        id
    }

    /// Ends every role of a person, and gives them others.
    pub fn reassign(&mut self, person: PersonId, roles: &[(Role, AreaId)]) {
        let (_, document) = self.town.document(person.into()).unwrap().unwrap();
        let before = document.fields();
        let mut record = match document.record().unwrap() {
            qiaomen_core::record::Record::Person(person) => person,
            _ => unreachable!(),
        };
        for assignment in record.assignments.values_mut() {
            assignment.ended = true;
        }
        for (role, area) in roles {
            let id = AssignmentId::fresh(self.now, &mut self.random);
            record.assignments.insert(id, Assignment { role: role.clone(), area: *area, ended: false });
        }
        let edits = before.difference(&qiaomen_core::record::Record::from(record).fields());
        self.system_writes(Draft::Edit { id: person.into(), edits });
    }

    pub fn system_writes(&mut self, draft: Draft) {
        let now = self.tick();
        let written = self.system.write(vec![draft], now, &mut self.random).unwrap();
        assert!(matches!(written[..], [Written::Verdict(Verdict::Accepted { .. })]), "{written:?}");
    }

    pub fn phone(&mut self, person: PersonId) -> phone::Phone {
        phone::Phone::enrol(self, person)
    }

    pub fn worker(&mut self, grid: usize) -> (PersonId, phone::Phone) {
        let person = self.person(Role::GridWorker, self.grids[grid]);
        let phone = self.phone(person);
        (person, phone)
    }
}

pub fn household(room: &str) -> Household {
    Household {
        address: Address {
            building: Some("3".to_owned()),
            unit: None,
            floor: None,
            room: Some(room.to_owned()),
            group: None,
            number: None,
        },
        door: Door::LivedIn,
        note: None,
        residents: Default::default(),
        grid: None,
        removed: false,
        merged_into: None,
        counterparts: Default::default(),
    }
}

pub fn visit(household: HouseholdId, at: Time) -> Visit {
    Visit {
        purpose: Purpose::Door,
        household: Some(household),
        alert: None,
        outcome: Outcome::NobodyHome,
        met_target: None,
        met: Default::default(),
        met_others: None,
        started: at,
        ended: at,
        position: None,
        given: Default::default(),
        explained: Default::default(),
        observations: Default::default(),
        note: None,
        risk: None,
        next_step: None,
        dissuasion: None,
        photos: None,
    }
}

pub fn alert(area: AreaId, at: Time) -> Alert {
    Alert {
        name: "Somebody else".to_owned(),
        telephone: None,
        household: None,
        resident: None,
        outsider: false,
        area,
        places: Default::default(),
        level: Level::High,
        issuer: "The station".to_owned(),
        platform_number: None,
        origin: Origin::Other,
        issued: at,
        reached_station: None,
        passed_on: None,
        entered: at,
        playbook: "builtin-1".to_owned(),
        note: None,
    }
}

pub fn case(id: AlertId) -> Scope {
    Scope::CaseFile(id)
}
