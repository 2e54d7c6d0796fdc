//! Who an alert is about, among the residents of a town (issue of an alert: Q14, L4).
//!
//! Floor: beside [`doors`](crate::doors), above `projection` and `record`; pure, the same on the phone and the server.
//! Invariants: somebody is named only where nobody else could be meant: by a telephone that one resident has, or by a
//! name at an address; a telephone whose resident is called otherwise decides nothing; doubt is told with everybody who
//! may be meant, and hides nobody.

use crate::projection::search::Parts;
use crate::record::{Address, AreaId, HouseholdId, ResidentId, numbers};

/// The fewest digits of a telephone that says who is meant.
const FEWEST_DIGITS: usize = 7;

/// What an alert says of its person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Their name; a covered one (张*) fits every name that begins so.
    pub name: String,
    /// Their telephones, as [`numbers`] gives them.
    pub telephones: Vec<String>,
    /// Addresses, in words.
    pub addresses: Vec<String>,
}

/// A resident who may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The door.
    pub household: HouseholdId,
    /// The resident.
    pub resident: ResidentId,
    /// The grid in which the door lies.
    pub grid: AreaId,
    /// The resident's name.
    pub name: String,
    /// Their telephones, as [`numbers`] gives them.
    pub telephones: Vec<String>,
    /// Where the door is.
    pub address: Address,
}

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// This one, and nobody else can be.
    One(Box<Candidate>),
    /// One of these, or none of them.
    Several(Vec<Candidate>),
    /// Nobody who is known.
    Nobody,
}

/// What stands before the covered part of a name: 王 of 王某 and 王*; none for one that is not covered.
fn shown(name: &str) -> Option<&str> {
    let name = name.trim();
    let at = name.find(['*', '＊', '某', '×', 'x', 'X']).filter(|at| *at > 0 && !name.is_ascii())?;
    Some(&name[..at])
}

/// Whether two names may be one person's: the same, or one covers what the other shows.
#[must_use]
pub fn names_agree(one: &str, other: &str) -> bool {
    match (shown(one), shown(other)) {
        // How long a covered name is, is not said for certain.
        (Some(front), None) => other.trim().starts_with(front),
        (None, Some(front)) => one.trim().starts_with(front),
        (Some(one), Some(other)) => one.starts_with(other) || other.starts_with(one),
        (None, None) => one.trim() == other.trim(),
    }
}

impl Sought {
    /// What is said in a text of telephones and in addresses.
    #[must_use]
    pub fn new(name: &str, telephones: Option<&str>, addresses: Vec<String>) -> Self {
        Self { name: name.to_owned(), telephones: telephones.map(numbers).unwrap_or_default(), addresses }
    }

    /// Whether the name may be this resident's.
    fn may_be_called(&self, name: &str) -> bool {
        match shown(&self.name) {
            Some(front) => name.starts_with(front),
            None => name == self.name.trim(),
        }
    }

    fn has_telephone_of(&self, candidate: &Candidate) -> bool {
        self.telephones.iter().any(|one| one.len() >= FEWEST_DIGITS && candidate.telephones.contains(one))
    }

    fn is_at(&self, candidate: &Candidate) -> bool {
        self.addresses.iter().any(|address| is_at(address, &candidate.address))
    }
}

/// Whether an address in words is that of this door: every number of the door's address stands there as the same part
/// of one, and the room or the house is among them.
#[must_use]
pub fn is_at(text: &str, door: &Address) -> bool {
    let parts = Parts {
        group: door.group.as_deref(),
        building: door.building.as_deref(),
        unit: door.unit.as_deref(),
        floor: None,
        room: door.room.as_deref(),
        number: door.number.as_deref(),
    };
    parts.are_in(text)
}

/// Who of these is meant; `candidates` are all who have one of the telephones or the name.
#[must_use]
pub fn who(sought: &Sought, candidates: &[Candidate]) -> Who {
    let by_telephone: Vec<&Candidate> =
        candidates.iter().filter(|candidate| sought.has_telephone_of(candidate)).collect();
    let called: Vec<&Candidate> =
        by_telephone.iter().copied().filter(|candidate| sought.may_be_called(&candidate.name)).collect();
    if let [one] = called[..] {
        return Who::One(Box::new(one.clone()));
    }
    if !called.is_empty() {
        // A family's telephone, or one written down at two doors.
        let mut at = called.iter().filter(|candidate| sought.is_at(candidate));
        return match (at.next(), at.next()) {
            (Some(one), None) => Who::One(Box::new((*one).clone())),
            _ => Who::Several(called.into_iter().cloned().collect()),
        };
    }
    let named: Vec<&Candidate> = candidates.iter().filter(|candidate| sought.may_be_called(&candidate.name)).collect();
    let mut here = named.iter().filter(|candidate| candidate.name == sought.name && sought.is_at(candidate));
    match (here.next(), here.next()) {
        (Some(one), None) if by_telephone.is_empty() => Who::One(Box::new((*one).clone())),
        _ => {
            // Somebody else's telephone is a hint, and so is the name alone.
            let mut may: Vec<Candidate> = by_telephone.into_iter().cloned().collect();
            may.extend(named.into_iter().filter(|one| sought.name == one.name).cloned());
            may.dedup_by_key(|one| (one.household, one.resident));
            if may.is_empty() { Who::Nobody } else { Who::Several(may) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(building: &str, unit: Option<&str>, room: &str) -> Address {
        Address {
            building: Some(building.into()),
            unit: unit.map(Into::into),
            floor: None,
            room: Some(room.into()),
            group: None,
            number: None,
        }
    }

    fn candidate(id: u8, name: &str, telephone: &str, room: &str) -> Candidate {
        Candidate {
            household: HouseholdId::from_bytes([id; 16]),
            resident: ResidentId::from_bytes([id; 16]),
            grid: AreaId::from_bytes([9; 16]),
            name: name.into(),
            telephones: numbers(telephone),
            address: address("3", Some("2"), room),
        }
    }

    fn sought(name: &str, telephone: &str, address: &str) -> Sought {
        Sought { name: name.into(), telephones: numbers(telephone), addresses: vec![address.into()] }
    }

    fn found(sought: &Sought, candidates: &[Candidate]) -> Vec<u8> {
        match who(sought, candidates) {
            Who::One(one) => vec![one.household.bytes()[0]],
            Who::Several(some) => std::iter::once(0).chain(some.iter().map(|one| one.household.bytes()[0])).collect(),
            Who::Nobody => vec![],
        }
    }

    #[test]
    fn somebody_is_named_only_where_nobody_else_can_be_meant() {
        let wang = candidate(1, "王芳", "12000010000", "501");
        let son = candidate(2, "王强", "12000010000", "501");
        let other = candidate(3, "王芳", "12000030000", "602");
        let all = [wang, son, other];
        assert_eq!(found(&sought("王芳", "12000010000", ""), &all), [1]);
        assert_eq!(found(&sought("王强", "12000010000", ""), &all), [2]);
        // The telephone of one family, and a name that is covered.
        assert_eq!(found(&sought("王*", "12000010000", ""), &all), [0, 1, 2]);
        assert_eq!(found(&sought("王芳", "", "幸福村三栋2单元602室"), &all), [3]);
        // Somebody else's telephone decides nothing.
        assert_eq!(found(&sought("李明", "12000030000", ""), &all), [0, 3]);
        assert_eq!(found(&sought("王芳", "12000099999", ""), &all), [0, 1, 3]);
        assert_eq!(found(&sought("赵六", "12000099999", ""), &all), Vec::<u8>::new());
    }

    #[test]
    fn an_address_in_words_is_a_door_s_where_its_numbers_are() {
        let door = address("3", Some("2"), "501");
        for text in ["幸福小区3号楼2单元501室", "三栋二单元501", "3-2-501", "３栋2单元５０１"] {
            assert!(is_at(text, &door), "{text}");
        }
        for text in ["3栋2单元", "2栋3单元501", "501", "3栋2单元502", "13栋2单元501", ""] {
            assert!(!is_at(text, &door), "{text}");
        }
        let village = Address {
            building: None,
            unit: None,
            room: None,
            group: Some("七".into()),
            number: Some("12号".into()),
            floor: None,
        };
        assert!(is_at("幸福村七组12号", &village));
        assert!(!is_at("幸福村七组112号", &village));
        let bare = Address { building: None, unit: None, room: None, group: None, number: None, floor: None };
        assert!(!is_at("幸福村", &bare), "a door without an address is nowhere");
    }
}
