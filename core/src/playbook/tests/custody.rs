//! Whose an alert is.

use proptest::prelude::*;

use super::super::custody::{Came, Contest, Custody, Event, What, custody};
use super::*;
use crate::record::{DocumentId, PersonId, Role};

fn person(name: u8) -> PersonId {
    PersonId::from_bytes([name; 16])
}

fn document(number: u8) -> DocumentId {
    DocumentId::from_bytes([number; 16])
}

/// What a worker of this name did, under this number.
fn event(name: u8, acceptance: Option<u64>, time: &str, what: What) -> Event {
    let number = acceptance.map_or(200, |number| u8::try_from(number).unwrap());
    Event {
        person: person(name),
        role: Role::GridWorker,
        document: document(number),
        acceptance,
        healed: false,
        change_hash: [number; 32],
        at: at(time),
        what,
    }
}

fn took(name: u8, acceptance: Option<u64>, time: &str) -> Event {
    event(name, acceptance, time, What::Taken { offer: None })
}

fn offered(name: u8, acceptance: u64, to: u8) -> Event {
    event(name, Some(acceptance), "03-01 10:00", What::Offered { to: person(to) })
}

fn accepted(name: u8, acceptance: u64, offer: u8) -> Event {
    event(name, Some(acceptance), "03-01 10:05", What::Taken { offer: Some(document(offer)) })
}

fn decided(acceptance: u64, owner: u8) -> Event {
    let decided = event(99, Some(acceptance), "03-01 12:00", What::Decided { owner: person(owner) });
    Event { role: Role::Supervisor, ..decided }
}

fn owner(custody: &Custody) -> Option<PersonId> {
    custody.owner.as_ref().map(|owner| owner.person)
}

#[test]
fn q5_the_first_accepted_receipt_owns() {
    let (first, second) = (took(2, Some(7), "03-01 09:10"), took(1, Some(9), "03-01 09:20"));
    let found = custody(&[second.clone(), first.clone()]);
    assert_eq!(owner(&found), Some(first.person));
    assert_eq!(found.contests, []);
    assert_eq!(custody(&[first, second]), found);
    assert_eq!(custody(&[]).owner, None);
}

#[test]
fn q5_an_earlier_time_that_arrives_later_opens_a_contest_until_a_decision() {
    let (first, earlier) = (took(2, Some(7), "03-01 09:10"), took(1, Some(9), "03-01 09:05"));
    let found = custody(&[earlier.clone(), first.clone()]);
    assert_eq!(owner(&found), Some(first.person));
    let contest = Contest { person: earlier.person, document: earlier.document, at: earlier.at };
    assert_eq!(found.contests, std::slice::from_ref(&contest));
    // At the same time is not earlier, and nobody contests with themselves.
    assert_eq!(custody(&[first.clone(), took(1, Some(9), "03-01 09:10")]).contests, []);
    assert_eq!(custody(&[first.clone(), took(2, Some(9), "03-01 09:05")]).contests, []);
    // Handing it over does not end the contest about who was first; a decision does, either way.
    let handed = [first.clone(), earlier.clone(), offered(2, 10, 3), accepted(3, 11, 10)];
    let found = custody(&handed);
    assert_eq!((owner(&found), found.contests.len()), (Some(person(3)), 1));
    let found = custody(&[first.clone(), earlier.clone(), decided(12, 1)]);
    assert_eq!((owner(&found), found.contests.len()), (Some(person(1)), 0));
    assert_eq!(found.owner.map(|owner| owner.came), Some(Came::Decided));
    // What only comes to light after the decision was not part of it.
    let late = took(4, Some(13), "03-01 09:01");
    assert_eq!(custody(&[first, earlier, decided(12, 1), late]).contests.len(), 1);
}

#[test]
fn q5_a_hand_over_counts_only_when_the_other_side_accepts() {
    let first = took(2, Some(7), "03-01 09:10");
    let found = custody(&[first.clone(), offered(2, 8, 3)]);
    assert_eq!((owner(&found), found.offers.len()), (Some(person(2)), 1));
    let found = custody(&[first.clone(), offered(2, 8, 3), accepted(3, 9, 8)]);
    assert_eq!((owner(&found), found.offers.len(), found.holders.len()), (Some(person(3)), 0, 2));
    // Only the one it was offered to, and only while the offer is open.
    assert_eq!(owner(&custody(&[first.clone(), offered(2, 8, 3), accepted(4, 9, 8)])), Some(person(2)));
    let back = event(2, Some(9), "03-01 10:02", What::TakenBack { offer: document(8) });
    let found = custody(&[first.clone(), offered(2, 8, 3), back, accepted(3, 10, 8)]);
    assert_eq!((owner(&found), found.offers.len()), (Some(person(2)), 0));
    // Nobody else takes an offer back.
    let foreign = event(5, Some(9), "03-01 10:02", What::TakenBack { offer: document(8) });
    assert_eq!(owner(&custody(&[first.clone(), offered(2, 8, 3), foreign, accepted(3, 10, 8)])), Some(person(3)));
    // Of two that were offered it the first to accept has it, and the other offer is off.
    let two = [first.clone(), offered(2, 8, 3), offered(2, 9, 4), accepted(4, 10, 9), accepted(3, 11, 8)];
    assert_eq!(owner(&custody(&two)), Some(person(4)));
    // Whose it is not offers nothing.
    assert_eq!(owner(&custody(&[first, offered(6, 8, 3), accepted(3, 9, 8)])), Some(person(2)));
}

#[test]
fn q5_a_supervisor_gives_it_to_somebody_else_and_a_worker_cannot() {
    let first = took(2, Some(7), "03-01 09:10");
    assert_eq!(owner(&custody(&[first.clone(), offered(2, 8, 3), decided(9, 5)])), Some(person(5)));
    assert_eq!(custody(&[first.clone(), offered(2, 8, 3), decided(9, 5)]).offers, []);
    let worker = Event { role: Role::TeamHead, ..decided(9, 5) };
    assert_eq!(owner(&custody(&[first, worker])), Some(person(2)));
    assert_eq!(owner(&custody(&[decided(3, 5), took(2, Some(7), "03-01 09:10")])), Some(person(5)));
}

#[test]
fn q5_what_is_not_accepted_yet_owns_and_contests_nothing() {
    let (first, pending) = (took(2, Some(7), "03-01 09:10"), took(1, None, "03-01 09:05"));
    let found = custody(&[pending.clone(), first.clone()]);
    assert_eq!(owner(&found), Some(first.person));
    assert_eq!(found.contests, []);
    assert_eq!(found.unconfirmed, std::slice::from_ref(&pending));
    assert_eq!(custody(std::slice::from_ref(&pending)).owner, None);
}

#[test]
fn q5_of_one_number_the_healed_one_comes_first_then_the_smaller_hash() {
    let small = took(1, Some(7), "03-01 09:10");
    let large = Event { person: person(2), change_hash: [9; 32], ..small.clone() };
    assert_eq!(owner(&custody(&[large.clone(), small.clone()])), Some(small.person));
    let healed = Event { healed: true, ..large };
    assert_eq!(owner(&custody(&[small.clone(), healed.clone()])), Some(healed.person));
    let before = took(9, Some(6), "03-01 09:30");
    assert_eq!(owner(&custody(&[small, healed, before.clone()])), Some(before.person));
}

fn any_event(number: u8) -> impl Strategy<Value = Event> {
    let what = prop_oneof![
        3 => Just(What::Taken { offer: None }),
        3 => (0..12u8).prop_map(|offer| What::Taken { offer: Some(document(offer)) }),
        3 => (0..5u8).prop_map(|to| What::Offered { to: person(to) }),
        1 => (0..12u8).prop_map(|offer| What::TakenBack { offer: document(offer) }),
        1 => (0..5u8).prop_map(|owner| What::Decided { owner: person(owner) }),
    ];
    (0..5u8, 0..60i64, what, any::<bool>()).prop_map(move |(name, minute, what, supervisor)| Event {
        role: if supervisor { Role::Supervisor } else { Role::GridWorker },
        at: at("03-01 09:00").plus_minutes(minute),
        ..event(name, Some(u64::from(number)), "03-01 09:00", what)
    })
}

proptest! {
    #[test]
    fn q5_once_somebodys_it_is_never_nobodys_and_order_of_delivery_is_nothing(
        events in (0..12u8).map(any_event).collect::<Vec<_>>(),
        turns in proptest::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let mut owned = false;
        for upto in 0..=events.len() {
            let found = custody(&events[..upto]);
            prop_assert!(found.owner.is_some() || !owned);
            owned = found.owner.is_some();
            prop_assert_eq!(found.holders.last(), found.owner.as_ref());
        }
        let mut shuffled = events.clone();
        for (at, turn) in turns.iter().enumerate() {
            let other = turn.index(shuffled.len());
            shuffled.swap(at, other);
        }
        prop_assert_eq!(custody(&shuffled), custody(&events));
    }
}
