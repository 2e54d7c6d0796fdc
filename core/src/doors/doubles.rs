//! Doors that are likely to be one and the same: two phones may make the same household without knowing of each other.
//!
//! Floor: doors; pure. Invariants: only doors of one grid are compared; a pair is told once, the door that was made
//! first in front; nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::facts::DoorFacts;
use crate::record::{Address, AreaId, HouseholdId};

/// How many doors that share one thing are held against each other: a telephone that more share tells nothing.
const MOST: usize = 8;

/// Two doors that are likely to be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Double {
    /// The grid.
    pub grid: AreaId,
    /// The one made first.
    pub household: HouseholdId,
    /// Where it is.
    pub address: Address,
    /// The other.
    pub other: HouseholdId,
    /// Where that is.
    pub other_address: Address,
    /// Whether both addresses come to the same.
    pub same_address: bool,
    /// Names of residents that stand behind both with the same telephone.
    pub residents: BTreeSet<String>,
}

/// The likely doubles among the doors of one grid, by address.
#[must_use]
pub fn doubles(doors: &[DoorFacts]) -> Vec<Double> {
    let there: Vec<&DoorFacts> = doors.iter().filter(|door| !door.removed).collect();
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut people: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, door) in there.iter().enumerate() {
        places.entry(&door.walk).or_default().push(at);
        for resident in door.residents.iter().filter(|resident| resident.is_here()) {
            for telephone in &resident.telephones {
                people.entry((&resident.name, telephone)).or_default().push(at);
            }
        }
    }
    let mut found: BTreeMap<(usize, usize), (bool, BTreeSet<String>)> = BTreeMap::new();
    for same in places.values() {
        for pair in pairs(same) {
            found.entry(pair).or_default().0 = true;
        }
    }
    for ((name, _), same) in people.iter().filter(|(_, same)| same.len() <= MOST) {
        for pair in pairs(same) {
            found.entry(pair).or_default().1.insert((*name).to_owned());
        }
    }
    let double = |((one, other), (same_address, residents)): ((usize, usize), (bool, BTreeSet<String>))| {
        let (mut one, mut other) = (there.get(one)?, there.get(other)?);
        if other.household < one.household {
            std::mem::swap(&mut one, &mut other);
        }
        Some(Double {
            grid: one.grid,
            household: one.household,
            address: one.address.clone(),
            other: other.household,
            other_address: other.address.clone(),
            same_address,
            residents,
        })
    };
    found.into_iter().filter_map(double).collect()
}

/// Each pair of different doors once.
fn pairs(of: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    of.iter()
        .enumerate()
        .flat_map(move |(at, one)| of[at + 1..].iter().map(move |other| (*one, *other)))
        .filter(|(one, other)| one != other)
}
