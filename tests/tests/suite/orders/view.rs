//! What a phone, the server's case file, its board and what waits today make of a case, and that it is the same.

use proptest::prelude::*;
use qiaomen_core::playbook::{Came, CaseResult, Custody, Due, DueState, Standing};
use qiaomen_core::record::{AlertId, Record, SeededRandom, Time};
use qiaomen_core::replica::Part;
use qiaomen_server::board::OpenCase;
use qiaomen_server::report::cases::CaseFile;
use qiaomen_server::report::today::{Line, today};
use qiaomen_server::town::Town;

use super::acts::{Cast, SUPERVISOR};
use crate::harness::Phone;

/// What somebody makes of a case file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    custody: Custody,
    due: Due,
    pub standing: Standing,
    /// Whether a proposal to clear waits.
    proposed: bool,
}

impl Cast {
    fn on(&self, phone: &Phone, alert: AlertId) -> View {
        let (replica, reading) = (phone.replica(), phone.reading());
        let file = replica.alerts().file(alert).unwrap();
        View {
            custody: replica.tasks().custody(alert).unwrap(),
            due: replica.tasks().of_case(alert, &reading).unwrap(),
            standing: replica.tasks().standing(alert, &reading).unwrap(),
            proposed: file.iter().any(|fact| matches!(fact.record, Record::Proposal(_))),
        }
    }

    fn at_the_server(&self, alert: AlertId, now: Time) -> View {
        let town = self.world.town();
        let file = CaseFile::read(&town, alert).unwrap().unwrap();
        View {
            custody: file.custody(),
            due: file.due(&town, now),
            standing: file.standing(&town, now),
            proposed: file.facts.iter().any(|fact| matches!(fact.record, Record::Proposal(_))),
        }
    }

    fn on_the_board(town: &Town, alert: AlertId, now: Time) -> Option<View> {
        let of = |case: &OpenCase| View {
            custody: case.custody.clone(),
            due: case.due(&town.books().unwrap(), town.zone(), now),
            standing: case.standing(town.zone(), now),
            proposed: case.proposed.is_some(),
        };
        town.board(|board| board.cases().get(&alert).map(of)).unwrap()
    }

    /// A server that starts anew on the same folder, beside the one that runs.
    pub fn anew(&self) -> Town {
        Town::open(self.world.place(), self.world.now(), &mut SeededRandom::new(77)).unwrap()
    }

    /// Whose it was follows the numbers that the server gave, whatever the clocks said.
    fn is_in_the_server_s_order(&self, alert: AlertId, custody: &Custody) -> Result<(), TestCaseError> {
        let file = CaseFile::read(&self.world.town(), alert).unwrap().unwrap();
        let number = |id| file.facts.iter().find(|fact| fact.stored.id == id).map(|fact| fact.stored.acceptance);
        let numbers: Vec<_> = custody.holders.iter().map(|holder| number(holder.document)).collect();
        prop_assert!(numbers.is_sorted() && numbers.iter().all(Option::is_some), "{:?}", numbers);
        let takes = |record: &Record| matches!(record, Record::Receipt(receipt) if receipt.offer.is_none());
        let taken = file.facts.iter().filter(|fact| takes(&fact.record)).map(|fact| fact.stored.acceptance).min();
        if let Some(first) = taken {
            prop_assert!(numbers.first().is_some_and(|number| *number <= Some(first)), "{:?} after {}", numbers, first);
        }
        Ok(())
    }

    /// All agree at this moment; what they agree on, of each case file.
    pub fn agree(&self) -> Result<[View; 2], TestCaseError> {
        let now = self.world.now();
        let (town, anew) = (self.world.town(), self.anew());
        let supervisor = self.phones[SUPERVISOR].person;
        let lines = [&*town, &anew].map(|town| today(town, supervisor, now).unwrap().alerts);
        let mut views = Vec::new();
        for alert in self.alerts {
            let there = self.at_the_server(alert, now);
            self.is_in_the_server_s_order(alert, &there.custody)?;
            for (number, phone) in self.phones.iter().enumerate().filter(|(_, phone)| phone.has(alert)) {
                prop_assert_eq!(&self.on(phone, alert), &there, "phone {} at {}", number, now);
                let listed = phone.replica().tasks().list(&phone.reading(), Part::all()).unwrap();
                let listed: Vec<_> = listed.iter().filter(|task| task.alert == alert).map(|task| task.visit).collect();
                let to_do = there.due.list.iter().filter(|visit| is_to_do(visit.state));
                prop_assert_eq!(listed.len(), to_do.clone().count());
                prop_assert!(to_do.clone().all(|visit| listed.contains(visit)), "{:?} at {}", listed, now);
            }
            for (town, lines) in [&*town, &anew].into_iter().zip(&lines) {
                // What is settled may have been put aside.
                if let Some(board) = Self::on_the_board(town, alert, now) {
                    prop_assert_eq!(&board, &there);
                    let line = lines.iter().find(|line| line.alert == alert);
                    prop_assert!(line.is_some(), "a supervisor is not shown {}", alert);
                    line.map_or(Ok(()), |line| says(line, &there))?;
                } else {
                    prop_assert!(is_over(&there, now), "{:?} was put aside", there);
                }
            }
            views.push(there);
        }
        Ok(views.try_into().unwrap())
    }
}

const fn is_to_do(state: DueState) -> bool {
    matches!(state, DueState::Open | DueState::Overdue)
}

/// Whether nobody needs to be shown it any more.
fn is_over(view: &View, now: Time) -> bool {
    let View { custody, due, standing, .. } = view;
    let ended = match standing.result {
        CaseResult::Recalled | CaseResult::Joined => true,
        CaseResult::Cleared => now >= standing.series_ends,
        CaseResult::Running | CaseResult::Lying => false,
    };
    let owed = standing.stop_payment_owed || standing.release_owed || !custody.contests.is_empty();
    ended && !owed && !due.list.iter().any(|visit| is_to_do(visit.state))
}

/// What waits today says the same.
fn says(line: &Line, view: &View) -> Result<(), TestCaseError> {
    let View { custody, due, standing, proposed } = view;
    prop_assert_eq!(line.owner, custody.owner.as_ref().map(|owner| owner.person));
    prop_assert_eq!(line.contested, !custody.contests.is_empty());
    prop_assert_eq!((&line.level, line.result, line.accident), (&standing.level, standing.result, standing.accident));
    prop_assert_eq!(line.stop_payment_owed, standing.stop_payment_owed);
    prop_assert_eq!(line.release_owed, standing.release_owed);
    let first = due.list.iter().find(|visit| is_to_do(visit.state));
    prop_assert_eq!(
        line.next.map(|next| (next.kind, next.due, next.state)),
        first.map(|first| (first.kind, first.due, first.state))
    );
    prop_assert_eq!(line.overdue, due.list.iter().filter(|visit| visit.state == DueState::Overdue).count());
    prop_assert_eq!(line.proposed, *proposed && standing.cleared.is_none() && standing.result == CaseResult::Running);
    prop_assert_eq!(line.stage.is_some(), custody.owner.is_none() && standing.result == CaseResult::Running);
    Ok(())
}

/// What can be said of a case, so that a test can tell that it was said of some.
pub fn flags(view: &View) -> Vec<&'static str> {
    let View { custody, due, standing, .. } = view;
    let came = |how: Came| custody.holders.iter().any(|holder| holder.came == how);
    let all = [
        ("accident", standing.accident.is_some()),
        ("cleared", standing.result == CaseResult::Cleared),
        ("contested", !custody.contests.is_empty()),
        ("decided", came(Came::Decided)),
        ("first", came(Came::First)),
        ("handed over", came(Came::HandedOver)),
        ("lying", standing.result == CaseResult::Lying),
        ("offered", !custody.offers.is_empty()),
        ("overdue", due.list.iter().any(|visit| visit.state == DueState::Overdue)),
        ("release", standing.release_owed),
        ("running", standing.result == CaseResult::Running),
    ];
    all.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
}
