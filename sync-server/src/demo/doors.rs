//! The demo's town at its doors: visits, pledges, doors put right, entered twice, left out of the count, and where they lie.
//!
//! Floor: sync-server, demo. Invariants: whatever is done is written into the books at once; where a door lies and what is
//! signed at it depends on its place in its grid alone, so that no roll of the dice is spent on it.

use std::collections::BTreeMap;

use qiaomen_core::clock::Watch as _;
use qiaomen_core::record::signature::Point;
use qiaomen_core::record::{
    AreaId, Consent, Datum, DocumentId, Door, Explained, Given, Household, HouseholdId, Kind, Language, Outcome, Phase,
    Pledge, Position, Proxy, Purpose, Record, ResidentId, Scope, Signature,
};

use super::books::Fate;
use super::script::{self, DAYS, HEAD_1, PHONES, WORKER_1, WORKER_2};
use super::world::{Phone, World, photographed, visit};
use crate::author::Draft;
use crate::command::output::Failure;
use crate::import;

/// The grid whose doors are edited by two phones, and the one a worker is moved out of.
const SHARED_GRID: &str = "南溪第一网格";
pub(super) const LOST_GRID: &str = "南溪第七网格";
/// How many doors that nobody lives behind come to one that a supervisor leaves out of the count.
const LEFT_OUT: usize = 3;

/// Where the town's middle is, in degrees times ten million: in a lake, where nobody lives.
const MIDDLE: (i64, i64) = (290_500_000, 1_122_000_000);
/// A metre to the north, in the same unit; as good as one to the east for a picture.
const METRE: f64 = 90.0;

/// A place so far from another, in metres, in the direction of the n-th seed of a sunflower: no two on one spot.
fn strewn((latitude, longitude): (i64, i64), nth: usize, spacing: f64) -> (i64, i64) {
    let (turn, metres) = (nth as f64 * 2.399_963, spacing * (nth as f64 + 0.5).sqrt());
    let units = |share: f64| (share * metres * METRE).round() as i64;
    (latitude + units(turn.sin()), longitude + units(turn.cos()))
}

/// A signature as a finger draws it: some waves, with the time of each point.
fn signature(nth: usize) -> Result<Signature, Failure> {
    let stroke = |stroke: u32| -> Vec<Point> {
        let point = |step: u32| {
            let swing = (f64::from(step) * 0.55 + nth as f64).sin() * (600.0 + f64::from(stroke) * 150.0);
            Point {
                x: 900 + stroke * 2_400 + step * 90,
                y: (2_000.0 + swing).round() as u32,
                millis: stroke * 700 + step * 24,
            }
        };
        (0..22).map(point).collect()
    };
    Signature::of(&(0..3).map(stroke).collect::<Vec<_>>()).map_err(|error| Failure::new(error.to_string()))
}

impl World {
    /// Which doors there are to knock at, in walking order; some that nobody lives behind leave the count.
    pub(super) fn doors_of_roster(&mut self) -> Result<(), Failure> {
        let mut walk: BTreeMap<AreaId, Vec<(String, HouseholdId)>> = BTreeMap::new();
        let mut left_out = Vec::new();
        for (document, record) in self.town.records(&Kind::Household)? {
            let (Scope::Grid(grid), Record::Household(household)) = (document.scope, record) else { continue };
            if household.door != Door::LivedIn {
                left_out.push((grid, HouseholdId::from(document.id), household.door));
            } else if !household.residents.is_empty() {
                walk.entry(grid).or_default().push((import::door_key(&household.address), document.id.into()));
            }
        }
        for (grid, mut doors) in walk {
            doors.sort();
            self.doors.insert(grid, doors.into_iter().map(|(_, id)| id).collect());
        }
        let (now, supervisor) = (self.now(), self.person("supervisor")?);
        let mut scopes = Vec::new();
        let mut drafts = Vec::new();
        for (grid, household, door) in left_out.into_iter().step_by(LEFT_OUT) {
            let consent = Consent { household, out_of_count: true, reason: Some(door), at: now, note: None };
            scopes.push(Scope::Grid(grid));
            drafts.push(Draft::Create {
                id: DocumentId::fresh(now, &mut self.random),
                record: Box::new(consent.into()),
                scope: Scope::Grid(grid),
            });
        }
        self.office(supervisor, drafts, &scopes)
    }

    /// The campaign's phases: one that is over, the one that runs, and one to come.
    pub(super) fn phases(&mut self) -> Result<(), Failure> {
        let last = self.zone.day(self.end);
        let start = |ago: i64| self.zone.start(script::day_before(last, ago));
        let now = self.now();
        let supervisor = self.person("supervisor")?;
        let mut drafts = Vec::new();
        for (name, from, to, note) in [
            ("入户宣传", DAYS + 1, 5, "逐户敲门，讲清骗术，签承诺书"),
            ("查漏补缺", 5, -16, "上阶段未见到人的门，换时间再去"),
            ("回头看", -16, -45, "抽查回访，核对台账"),
        ] {
            let phase = Phase {
                campaign: "防诈敲门行动".to_owned(),
                name: name.to_owned(),
                from: start(from),
                to: start(to),
                note: Some(note.to_owned()),
                cancelled: false,
            };
            drafts.push(Draft::Create {
                id: DocumentId::fresh(now, &mut self.random),
                record: Box::new(phase.into()),
                scope: Scope::Town,
            });
        }
        let scopes = vec![Scope::Town; drafts.len()];
        self.office(supervisor, drafts, &scopes)
    }

    /// The grid that a phone's owner works in on a day: half of the days the first, half of the rest the second, and so on.
    fn grid_of_the_day(&self, phone: usize) -> usize {
        let day = self.now().minutes_since(super::world::begin(self.end)).div_euclid(24 * 60);
        let nth = u64::try_from(day).unwrap_or(0) + 1;
        nth.trailing_zeros() as usize % self.phones[phone].grids.len().max(1)
    }

    pub(super) fn door(&mut self, phone: usize, met: bool) -> Result<(), Failure> {
        let grids = &self.phones[phone].grids;
        let first = self.grid_of_the_day(phone);
        let next = grids.iter().cycle().skip(first).take(grids.len()).find_map(|grid| {
            let doors = self.doors.get(grid)?;
            doors.iter().find(|door| !self.visited.contains(door)).map(|door| (*grid, *door))
        });
        let Some((grid, door)) = next else { return Ok(()) };
        self.visited.insert(door);
        self.door_visit(phone, grid, door, met)
    }

    /// Where a door lies: villages around the town's middle, grids around the village's, doors around the grid's.
    fn position(&self, grid: AreaId, door: HouseholdId) -> Option<Position> {
        let village = self.villages.iter().position(|grids| grids.contains(&grid))?;
        let nth_grid = self.villages[village].iter().position(|one| *one == grid)?;
        let nth_door = self.doors.get(&grid)?.iter().position(|one| *one == door)?;
        let village = strewn(MIDDLE, village, 1_900.0);
        let (latitude, longitude) = strewn(strewn(village, nth_grid, 420.0), nth_door, 14.0);
        let accuracy = i64::try_from(4 + nth_door % 23).ok();
        Some(Position { latitude, longitude, datum: Datum::Wgs84, accuracy })
    }

    /// Somebody who was met signs, two of three: on the screen, or on paper that is filed under a number; now and then
    /// another signs for them.
    fn pledge(
        &mut self,
        phone: usize,
        grid: AreaId,
        household: HouseholdId,
        resident: ResidentId,
    ) -> Result<(), Failure> {
        let nth = self.visited.len();
        if nth.is_multiple_of(3) {
            return Ok(());
        }
        let Some(reading) = self.phones.get(phone).map(|phone| phone.clock.read()) else { return Ok(()) };
        let text = self.phones[phone].replica.pledges().text(&Language::Zh, &reading)?;
        let paper = nth.is_multiple_of(5);
        let proxy = nth
            .is_multiple_of(11)
            .then(|| Proxy { name: Some("家人".to_owned()), relation: Some("子女".to_owned()) });
        let pledge = Pledge {
            household,
            resident,
            template: text.template,
            version: text.version,
            at: self.now(),
            signature: if paper { None } else { Some(signature(nth)?) },
            proxy,
            witness: None,
            archive_number: paper.then(|| format!("纸-{nth:04}")),
            corrects: None,
            void: false,
            note: None,
        };
        self.phones[phone].replica.pledges().save(&pledge, reading)?;
        self.books.note(Some(phone), Scope::Grid(grid), Fate::Accepted);
        Ok(())
    }

    /// A door that is on the roster is entered once more by somebody who did not look: under the same address, or under
    /// another; a visit goes with it.
    pub(super) fn again(&mut self, phone: usize, same_address: bool) -> Result<(), Failure> {
        let Some(grid) = self.phones[phone].grids.first().copied() else { return Ok(()) };
        let doors = self.doors.get(&grid).cloned().unwrap_or_default();
        // From the end: not those that others work at.
        for door in doors.into_iter().rev().skip(3) {
            let Some(kept) = self.phones[phone].replica.households().get(door)? else { continue };
            if !kept.record.residents.values().any(|resident| !resident.telephones.is_empty()) {
                continue;
            }
            let now = self.now();
            let mut twin = kept.record.clone();
            let fresh = |resident| (ResidentId::fresh(now, &mut self.random), resident);
            twin.residents = std::mem::take(&mut twin.residents).into_values().map(fresh).collect();
            if !same_address {
                twin.address.room = Some("门面房".to_owned());
            }
            let reading = self.phones[phone].clock.read();
            let id = self.phones[phone].replica.households().save(grid, &twin, reading)?;
            self.books.note(Some(phone), Scope::Grid(grid), Fate::Accepted);
            let mut seen = visit(Purpose::Door, Outcome::Met, now);
            seen.household = Some(id);
            seen.met = twin.residents.keys().take(1).copied().collect();
            // What a door that was entered twice looks like is worth a picture.
            seen.photos = Some(photographed(1));
            self.phones[phone].replica.visits().save(&seen, self.phones[phone].clock.read())?;
            self.books.note(Some(phone), Scope::Grid(grid), Fate::Accepted);
            return Ok(());
        }
        Ok(())
    }

    /// Whether this is one of the two doors that two phones edit; nobody else does, or the count would depend
    /// on who came last.
    fn special(&self, door: HouseholdId) -> bool {
        self.grid(SHARED_GRID)
            .ok()
            .and_then(|grid| self.doors.get(&grid))
            .is_some_and(|doors| doors[..2].contains(&door))
    }

    fn door_visit(&mut self, phone: usize, grid: AreaId, door: HouseholdId, met: bool) -> Result<(), Failure> {
        let Some(kept) = self.phones[phone].replica.households().get(door)? else { return Ok(()) };
        let now = self.now();
        let outcome = if met { Outcome::Met } else { Outcome::NobodyHome };
        let mut visit = visit(Purpose::Door, outcome, now);
        visit.household = Some(door);
        visit.position = self.position(grid, door);
        let resident = kept.record.residents.keys().next().copied();
        if met {
            visit.met = kept.record.residents.keys().take(1).copied().collect();
            visit.given = [Given::OpenLetter, Given::ContactCard, Given::Pledge].into();
            visit.explained = [Explained::TaskRebate, Explained::PersonalInformation, Explained::App].into();
        }
        let reading = self.phones[phone].clock.read();
        self.phones[phone].replica.visits().save(&visit, reading)?;
        self.books.note(Some(phone), Scope::Grid(grid), Fate::Accepted);
        if let (true, Some(resident)) = (met, resident) {
            self.pledge(phone, grid, door, resident)?;
        }
        if met && !self.special(door) {
            self.phones[phone].last = Some(door);
        }
        Ok(())
    }

    /// The app is on a resident's telephone now.
    pub(super) fn put_right(&mut self, phone: usize, fate: Fate) -> Result<(), Failure> {
        let Some(door) = self.phones[phone].last else { return Ok(()) };
        self.edit(phone, door, fate, |household| {
            if let Some(resident) = household.residents.values_mut().find(|one| one.app_installed != Some(true)) {
                resident.app_installed = Some(true);
            }
        })
    }

    fn edit(
        &mut self,
        phone: usize,
        door: HouseholdId,
        fate: Fate,
        write: impl FnOnce(&mut Household),
    ) -> Result<(), Failure> {
        let Phone { replica, clock, .. } = &self.phones[phone];
        let Some(kept) = replica.households().get(door)? else { return Ok(()) };
        let mut after = kept.record.clone();
        write(&mut after);
        if replica.households().edit(door, &kept.record, &after, clock.read())? {
            self.books.note(Some(phone), kept.scope, fate);
        }
        Ok(())
    }

    pub(super) fn both_write(&mut self, phone: usize, door: usize, same: bool) -> Result<(), Failure> {
        let grid = self.grid(SHARED_GRID)?;
        let Some(door) = self.doors.get(&grid).and_then(|doors| doors.get(door)).copied() else { return Ok(()) };
        let login = PHONES[phone];
        self.edit(phone, door, Fate::Accepted, |household| {
            if same || phone == WORKER_1 {
                household.note = Some(format!("{login}：门铃坏了，请敲门"));
            } else if let Some(resident) = household.residents.values_mut().next() {
                resident.telephones.insert("12000000000".to_owned());
            }
        })?;
        if same && phone == HEAD_1 {
            self.books.conflicts.insert(door.into(), Scope::Grid(grid));
        }
        Ok(())
    }

    /// The worker who was moved writes what they saw before they knew it: a visit, and a household put right.
    pub(super) fn after_move(&mut self) -> Result<(), Failure> {
        let grid = self.grid(LOST_GRID)?;
        let doors = self.doors.get(&grid).cloned().unwrap_or_default();
        if let (true, Some(door)) = (self.moved, doors.last()) {
            self.visited.insert(*door);
            self.door_visit(WORKER_2, grid, *door, true)?;
            self.phones[WORKER_2].last = None;
            self.edit(WORKER_2, *door, Fate::Held, |household| household.note = Some("院门朝北".to_owned()))?;
            self.phones[WORKER_2].grids.retain(|other| *other != grid);
        }
        Ok(())
    }
}
