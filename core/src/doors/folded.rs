//! Doors that were merged: which door each counts for, and who of its people is whom there.
//!
//! Floor: doors; pure. Invariants: a merge holds while both doors lie in one grid; a chain ends at the door that stands,
//! a ring at the one of it that was made first, so that no door is ever lost; the stores' lists follow the same rule.

use std::collections::{HashMap, HashSet};

use crate::record::{AreaId, HouseholdId, ResidentId};

/// What a door's row says of its being merged.
#[derive(Debug)]
pub(super) struct Merged {
    /// Into which door.
    pub(super) into: HouseholdId,
    /// Who is whom there.
    pub(super) people: HashMap<ResidentId, ResidentId>,
}

/// Which doors count for which.
#[derive(Debug, Default)]
pub(super) struct Folded<'m> {
    merged: HashMap<HouseholdId, &'m Merged>,
    /// Doors that are not shown, each with the doors from it to before the one that it counts for, and that one.
    gone: HashMap<HouseholdId, (Vec<HouseholdId>, HouseholdId)>,
}

impl<'m> Folded<'m> {
    /// Of these merges; `grid` says where a door lies, if it is known.
    pub(super) fn of(all: &'m HashMap<HouseholdId, Merged>, grid: impl Fn(HouseholdId) -> Option<AreaId>) -> Self {
        let holds = |(door, merged): &(&HouseholdId, &Merged)| {
            let there = grid(merged.into);
            there.is_some() && there == grid(**door)
        };
        let merged: HashMap<HouseholdId, &Merged> =
            all.iter().filter(holds).map(|(door, merged)| (*door, merged)).collect();
        let mut gone = HashMap::new();
        for door in merged.keys() {
            let mut way = Vec::new();
            let mut seen = HashSet::new();
            let mut at = *door;
            let stands = loop {
                let Some(next) = merged.get(&at) else { break at };
                if !seen.insert(at) {
                    // A ring, which begins where the way comes by again.
                    let ring = way.iter().position(|one| *one == at).unwrap_or(0);
                    let first = way[ring..].iter().min().copied().unwrap_or(at);
                    way.truncate(way.iter().position(|one| *one == first).unwrap_or(way.len()));
                    break first;
                }
                way.push(at);
                at = next.into;
            };
            if stands != *door {
                gone.insert(*door, (way, stands));
            }
        }
        Self { merged, gone }
    }

    /// The door that a door counts for: most count for themselves.
    pub(super) fn door(&self, door: HouseholdId) -> HouseholdId {
        self.gone.get(&door).map_or(door, |(_, stands)| *stands)
    }

    /// Who a resident of a door is at the door that it counts for.
    pub(super) fn resident(&self, door: HouseholdId, resident: ResidentId) -> ResidentId {
        let way = self.gone.get(&door).map(|(way, _)| way.as_slice()).unwrap_or_default();
        way.iter().fold(resident, |who, at| {
            self.merged.get(at).and_then(|merged| merged.people.get(&who)).copied().unwrap_or(who)
        })
    }

    /// The doors that are not shown.
    pub(super) fn gone(&self) -> impl Iterator<Item = HouseholdId> {
        self.gone.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> HouseholdId {
        HouseholdId::from_bytes([number; 16])
    }

    fn who(number: u8) -> ResidentId {
        ResidentId::from_bytes([number; 16])
    }

    /// Door, what it was merged into, pairs of people.
    type Said<'s> = (u8, u8, &'s [(u8, u8)]);

    fn merges(of: &[Said<'_>]) -> HashMap<HouseholdId, Merged> {
        let people = |pairs: &[(u8, u8)]| pairs.iter().map(|(gone, kept)| (who(*gone), who(*kept))).collect();
        of.iter().map(|(door, into, pairs)| (id(*door), Merged { into: id(*into), people: people(pairs) })).collect()
    }

    #[test]
    fn a_chain_ends_at_the_door_that_stands_and_people_are_followed_along_it() {
        let all = merges(&[(1, 2, &[(11, 12)]), (2, 3, &[(12, 13)])]);
        let folded = Folded::of(&all, |_| Some(AreaId::from_bytes([9; 16])));
        assert_eq!([1, 2, 3].map(|door| folded.door(id(door))), [id(3); 3]);
        assert_eq!(folded.resident(id(1), who(11)), who(13));
        assert_eq!(folded.resident(id(2), who(12)), who(13));
        assert_eq!(folded.resident(id(3), who(11)), who(11));
        assert_eq!(folded.gone().count(), 2);
    }

    #[test]
    fn of_a_ring_the_first_made_stands_and_nothing_hangs() {
        let all = merges(&[(1, 2, &[(11, 12)]), (2, 1, &[(12, 11)]), (3, 2, &[]), (4, 4, &[])]);
        let folded = Folded::of(&all, |_| Some(AreaId::from_bytes([9; 16])));
        assert_eq!([1, 2, 3, 4].map(|door| folded.door(id(door))), [id(1), id(1), id(1), id(4)]);
        assert_eq!(folded.resident(id(2), who(12)), who(11));
        assert_eq!(folded.resident(id(1), who(11)), who(11));
    }

    #[test]
    fn a_merge_across_grids_or_into_nothing_known_holds_not() {
        let all = merges(&[(1, 2, &[]), (3, 4, &[])]);
        let grid = |door: HouseholdId| match door.bytes()[0] {
            4 => None,
            number => Some(AreaId::from_bytes([number; 16])),
        };
        let folded = Folded::of(&all, grid);
        assert_eq!([1, 3].map(|door| folded.door(id(door))), [id(1), id(3)]);
    }
}
