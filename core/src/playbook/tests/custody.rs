//! Whose an alert is.

use super::super::custody::{Claim, Contest, custody};
use super::*;
use crate::record::{DocumentId, PersonId};

fn claim(name: u8, acceptance: Option<u64>, time: &str) -> Claim {
    Claim {
        person: PersonId::from_bytes([name; 16]),
        document: DocumentId::from_bytes([name; 16]),
        acceptance,
        healed: false,
        change_hash: [name; 32],
        at: at(time),
    }
}

#[test]
fn q5_the_first_accepted_receipt_owns() {
    let (first, second) = (claim(2, Some(7), "03-01 09:10"), claim(1, Some(9), "03-01 09:20"));
    let found = custody(&[second.clone(), first.clone()]);
    assert_eq!(found.owner, Some(first.clone()));
    assert_eq!(found.contests, []);
    assert_eq!(custody(&[first, second]), found);
    assert_eq!(custody(&[]).owner, None);
}

#[test]
fn q5_an_earlier_time_that_arrives_later_opens_a_contest() {
    let (first, earlier) = (claim(2, Some(7), "03-01 09:10"), claim(1, Some(9), "03-01 09:05"));
    let found = custody(&[earlier.clone(), first.clone()]);
    assert_eq!(found.owner, Some(first.clone()));
    assert_eq!(found.contests, [Contest { person: earlier.person, document: earlier.document, at: earlier.at }]);
    // At the same time is not earlier, and nobody contests with themselves.
    assert_eq!(custody(&[first.clone(), claim(1, Some(9), "03-01 09:10")]).contests, []);
    let again = Claim { acceptance: Some(9), at: at("03-01 09:05"), ..first.clone() };
    assert_eq!(custody(&[first, again]).contests, []);
}

#[test]
fn q5_what_is_not_accepted_yet_owns_and_contests_nothing() {
    let (first, pending) = (claim(2, Some(7), "03-01 09:10"), claim(1, None, "03-01 09:05"));
    let found = custody(&[pending.clone(), first.clone()]);
    assert_eq!(found.owner, Some(first));
    assert_eq!(found.contests, []);
    assert_eq!(found.unconfirmed, std::slice::from_ref(&pending));
    assert_eq!(custody(std::slice::from_ref(&pending)).owner, None);
}

#[test]
fn q5_of_one_number_the_healed_one_comes_first_then_the_smaller_hash() {
    let (small, large) = (claim(1, Some(7), "03-01 09:10"), claim(2, Some(7), "03-01 09:10"));
    assert_eq!(custody(&[large.clone(), small.clone()]).owner, Some(small.clone()));
    let healed = Claim { healed: true, ..large };
    assert_eq!(custody(&[small.clone(), healed.clone()]).owner, Some(healed.clone()));
    let before = claim(9, Some(6), "03-01 09:30");
    assert_eq!(custody(&[small, healed, before.clone()]).owner, Some(before));
}
