//! Records like those a village writes, from a seed: the one source of what the benchmarks save and send.
//!
//! Floor: tests. Invariants: the same seed gives the same records in the same order, whatever the machine; a
//! visit is about 700 bytes as JSON, and zstd-3 over pages of them leaves at least 115 bytes a record (a
//! unit test holds both), so that no figure can look good because the records were all alike.

mod notes;

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::record::random::{Random, SeededRandom};
use qiaomen_core::record::{
    Address, Area, AreaLevel, Datum, Door, Explained, Given, Household, HouseholdId, Observation, Outcome, PersonId,
    Position, Purpose, Resident, ResidentId, Tag, Time, Visit,
};
use serde::Serialize;

/// The seed of every benchmark.
pub const SEED: u64 = 20_260_301;

/// How many grids the benchmarks' village has.
pub const GRIDS: usize = 4;

/// How many visits there are to one door.
pub const VISITS_PER_DOOR: usize = 50;

/// 2026-03-01T00:00:00Z, eight in the morning where the village lies.
const FIRST_DAY: Time = Time::from_millis(1_772_323_200_000);

/// Repeatable choices.
pub struct Dice(SeededRandom);

impl Dice {
    /// The choices that belong to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    /// The randomness behind the choices, for identifiers.
    pub fn random(&mut self) -> &mut dyn Random {
        &mut self.0
    }

    /// A number below `limit`; zero where there is none.
    pub fn below(&mut self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes).checked_rem(limit).unwrap_or(0)
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// A number between `least` and `most`, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most.saturating_sub(least)).unwrap_or(0).saturating_add(1);
        least.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// One of `items`; the list must not be empty.
    pub fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[usize::try_from(self.below(items.len() as u64)).unwrap_or(0)]
    }

    /// Some of `items`, each with `percent` chances in a hundred.
    pub fn some<T: Clone + Ord>(&mut self, items: &[T], percent: u64) -> BTreeSet<T> {
        items.iter().filter(|_| self.chance(percent)).cloned().collect()
    }
}

/// A door that visits may name, with the residents who may be met there.
#[derive(Clone, Debug)]
pub struct Doorway {
    /// The household.
    pub household: HouseholdId,
    /// Its residents.
    pub residents: Vec<ResidentId>,
}

/// The areas of the benchmarks' town: the town itself, one village, and its grids.
#[must_use]
pub fn areas() -> (Area, Area, Vec<Area>) {
    let area = |name: String, level| Area { name, level, parent: None, code: None, telephone: None };
    let grids = (1..=GRIDS).map(|number| area(format!("第{number}网格"), AreaLevel::Grid)).collect();
    (area("清河镇".to_owned(), AreaLevel::Town), area("柳湾村".to_owned(), AreaLevel::Village), grids)
}

/// Households of a village, one after the other.
pub struct Doors {
    dice: Dice,
    made: i64,
}

impl Doors {
    /// The households that belong to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed ^ 0xd00f), made: 0 }
    }
}

impl Iterator for Doors {
    type Item = Household;

    fn next(&mut self) -> Option<Household> {
        let number = self.made;
        self.made += 1;
        let dice = &mut self.dice;
        let address = if dice.chance(30) {
            Address {
                building: None,
                unit: None,
                floor: None,
                room: None,
                group: Some(format!("{}组", number / 40 + 1)),
                number: Some(format!("{}号", number + 1)),
            }
        } else {
            let floor = dice.between(1, 11);
            Address {
                building: Some(format!("{}幢", number / 44 + 1)),
                unit: Some(format!("{}单元", dice.between(1, 3))),
                floor: Some(floor),
                room: Some(format!("{floor}0{}", dice.between(1, 4))),
                group: None,
                number: None,
            }
        };
        let mut residents = BTreeMap::new();
        for _ in 0..dice.between(1, 4) {
            let born = dice.between(1938, 2016);
            let mut tags = BTreeSet::new();
            if born < 1962 {
                tags.insert(Tag::Elderly);
            }
            if born > 2002 {
                tags.insert(Tag::Student);
            }
            let resident = Resident {
                name: notes::name(dice),
                telephones: BTreeSet::from([format!("1{}", dice.between(3_000_000_000, 9_999_999_999))]),
                birth_year: Some(born),
                tags,
                app_installed: dice.chance(60).then_some(true),
                left_town: false,
                left_to: None,
                left_contact: None,
                removed: false,
            };
            residents.insert(ResidentId::fresh(FIRST_DAY, dice.random()), resident);
        }
        Some(Household {
            address,
            door: Door::LivedIn,
            note: dice.chance(15).then(|| notes::note(dice)),
            residents,
            grid: None,
            removed: false,
            merged_into: None,
            counterparts: Default::default(),
        })
    }
}

/// Visits to the doors of a village, one after the other.
pub struct Visits {
    dice: Dice,
    doors: Vec<Doorway>,
    begins: Time,
}

impl Visits {
    /// The visits to `doors` that belong to `seed`.
    #[must_use]
    pub fn new(seed: u64, doors: Vec<Doorway>) -> Self {
        Self { dice: Dice::new(seed), doors, begins: FIRST_DAY }
    }

    /// Visits to doors of the generator's own, for those who need no server.
    #[must_use]
    pub fn alone(seed: u64, count: usize) -> Self {
        let mut dice = Dice::new(seed ^ 0xa10e);
        let doors = Doors::new(seed).take(doors_for(count)).map(|household| Doorway {
            household: HouseholdId::fresh(FIRST_DAY, dice.random()),
            residents: household.residents.into_keys().collect(),
        });
        let doors = doors.collect();
        Self::new(seed, doors)
    }
}

/// How many doors `visits` visits go to.
#[must_use]
pub const fn doors_for(visits: usize) -> usize {
    visits.div_ceil(VISITS_PER_DOOR)
}

const HANDED: &[Given] = &[Given::OpenLetter, Given::ContactCard, Given::Pledge, Given::Leaflet];
const TRICKS: &[Explained] = &[
    Explained::TaskRebate,
    Explained::Investment,
    Explained::Loan,
    Explained::CustomerService,
    Explained::Impersonation,
    Explained::Romance,
    Explained::HealthProducts,
    Explained::PersonalInformation,
    Explained::App,
    Explained::Cases,
];
const NOTICED: &[Observation] = &[
    Observation::Flustered,
    Observation::Evasive,
    Observation::Incoherent,
    Observation::OnTheTelephone,
    Observation::MoneySent,
    Observation::Aware,
];
const UNMET: &[&Outcome] = &[
    &Outcome::NobodyHome,
    &Outcome::NobodyHome,
    &Outcome::NobodyHome,
    &Outcome::Refused,
    &Outcome::Moved,
    &Outcome::Inaccessible,
    &Outcome::TelephoneOnly,
];

impl Iterator for Visits {
    type Item = Visit;

    fn next(&mut self) -> Option<Visit> {
        let dice = &mut self.dice;
        let at = usize::try_from(dice.below(self.doors.len() as u64)).ok()?;
        let door = self.doors.get(at)?;
        let outcome = if dice.chance(84) { Outcome::Met } else { dice.pick(UNMET).clone() };
        let met = outcome == Outcome::Met;
        // A few minutes' walk from the last door, and on with the next morning after ten hours.
        self.begins = self.begins.plus_millis(dice.between(90_000, 900_000));
        if self.begins.millis_since(FIRST_DAY) % 86_400_000 > 36_000_000 {
            let day = self.begins.millis_since(FIRST_DAY) / 86_400_000 + 1;
            self.begins = FIRST_DAY.plus_millis(day * 86_400_000 + dice.between(0, 1_800_000));
        }
        let ended = self.begins.plus_millis(if met { dice.between(180_000, 1_500_000) } else { 60_000 });
        // Each door has its place in the village; what the phone says is off by some metres.
        let place = i64::try_from(at).unwrap_or(0);
        let position = dice.chance(95).then(|| Position {
            latitude: 301_870_000 + place * 7_919 % 180_000 + dice.between(-1_800, 1_800),
            longitude: 1_202_640_000 + place * 104_729 % 210_000 + dice.between(-2_100, 2_100),
            datum: Datum::Wgs84,
            accuracy: Some(dice.between(3, 65)),
        });
        Some(Visit {
            purpose: Purpose::Door,
            household: Some(door.household),
            alert: None,
            met_target: None,
            met: if met { dice.some(&door.residents, 60) } else { BTreeSet::new() },
            met_others: (met && dice.chance(25)).then(|| notes::others(dice)),
            started: self.begins,
            ended,
            position,
            given: if met { dice.some(HANDED, 45) } else { BTreeSet::new() },
            explained: if met { dice.some(TRICKS, 30) } else { BTreeSet::new() },
            observations: if met { dice.some(NOTICED, 9) } else { BTreeSet::new() },
            note: dice.chance(95).then(|| if met { notes::note(dice) } else { notes::missed(dice) }),
            risk: None,
            next_step: dice.chance(50).then(|| notes::next_step(dice)),
            dissuasion: None,
            photos: None,
            outcome,
        })
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: HouseholdId,
    author: PersonId,
    #[serde(flatten)]
    visit: &'a Visit,
}

/// `count` visits as JSON, one a record, each with its identifier and author, as any store would keep them.
///
/// # Errors
/// None that a visit could cause.
pub fn json(seed: u64, count: usize) -> Result<Vec<String>, serde_json::Error> {
    let mut dice = Dice::new(seed ^ 0x1d5);
    let author = PersonId::fresh(FIRST_DAY, dice.random());
    let line = |visit: Visit| {
        let id = HouseholdId::fresh(visit.ended, dice.random());
        serde_json::to_string(&Line { id, author, visit: &visit })
    };
    Visits::alone(seed, count).take(count).map(line).collect()
}

/// The bytes that zstd-3 leaves of `records` in pages of `page`, each record on a line of its own.
///
/// # Errors
/// Whatever zstd says.
pub fn packed(records: &[String], page: usize) -> std::io::Result<usize> {
    records.chunks(page.max(1)).map(|page| zstd::bulk::compress(page.join("\n").as_bytes(), 3).map(|it| it.len())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_records_are_what_the_figures_take_them_for() {
        let records = json(SEED, 10_000).unwrap();
        let mean = records.iter().map(String::len).sum::<usize>() / records.len();
        assert!((650..=750).contains(&mean), "{mean} bytes of JSON");
        let packed = packed(&records, 2_500).unwrap() / records.len();
        assert!(packed >= 115, "{packed} bytes of zstd-3");
    }

    #[test]
    fn every_record_holds_together_and_the_seed_repeats_them() {
        use qiaomen_core::record::Record;
        let visits: Vec<Visit> = Visits::alone(1, 500).take(500).collect();
        for visit in &visits {
            Record::from(visit.clone()).validate().unwrap();
        }
        for household in Doors::new(1).take(100) {
            Record::from(household).validate().unwrap();
        }
        assert_eq!(visits, Visits::alone(1, 500).take(500).collect::<Vec<_>>());
        assert_ne!(visits, Visits::alone(2, 500).take(500).collect::<Vec<_>>());
    }
}
