//! In whatever order people write and fetch the facts of a case file: owners, due lists and flags agree (Q5, L4, L5, L6).
//!
//! People write without a connection; what they wrote reaches the server in one order; then phones old and new fetch it
//! in orders and pieces of their own. Whose it is, what is due and how it stands is then the same on every phone that
//! holds the case file, in the server's case file, on its board, on the board of a server that starts anew, and in what
//! waits today.

mod acts;
mod board;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use qiaomen_core::playbook::{Came, CaseResult, Custody, Due, DueState, Playbook, Standing};
use qiaomen_core::record::{AlertId, Record, SeededRandom, Time};
use qiaomen_core::replica::Part;
use qiaomen_server::board::OpenCase;
use qiaomen_server::report::cases::CaseFile;
use qiaomen_server::report::today::{Line, today};
use qiaomen_server::town::Town;

use self::acts::{Act, Cast, HEAD, OTHER, POLICE, SUPERVISOR, WORKER, What, act};
use crate::harness::Phone;
use crate::harness::wire::Fault;

/// What somebody makes of a case file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct View {
    custody: Custody,
    due: Due,
    standing: Standing,
    /// Whether a proposal to clear waits.
    proposed: bool,
}

/// A phone fetches: pages of so many bytes, and what goes wrong with its first exchange.
#[derive(Clone, Copy, Debug)]
struct Fetch {
    /// Whose phone; from five on, a new one of theirs.
    who: usize,
    page: u32,
    fault: Fault,
}

/// What is written, in which pieces the server gets it, and how it is fetched.
#[derive(Clone, Debug)]
struct Round {
    /// By how many minutes each person's clock is off after a restart, so that nothing holds it to the server's.
    off: [i64; 5],
    acts: Vec<Act>,
    /// Who sends, and how many bytes at most; whatever is left then goes in the order of the phones.
    hands: Vec<(usize, u32)>,
    fetches: Vec<Fetch>,
}

fn fetch() -> impl Strategy<Value = Fetch> {
    let page = prop_oneof![Just(1), Just(400), Just(1_500), Just(1 << 20)];
    let fault = prop_oneof![2 => Just(Fault::None), 1 => Just(Fault::LoseAnswer), 1 => Just(Fault::Twice)];
    (0..10_usize, page, fault).prop_map(|(who, page, fault)| Fetch { who, page, fault })
}

fn round() -> impl Strategy<Value = Round> {
    let off = prop_oneof![4 => Just(0), 1 => -50..50_i64];
    (
        [off.clone(), off.clone(), off.clone(), off.clone(), off],
        prop::collection::vec(act(), 4..10),
        prop::collection::vec((0..5_usize, prop_oneof![Just(1), Just(600), Just(1 << 20)]), 0..6),
        prop::collection::vec(fetch(), 2..5),
    )
        .prop_map(|(off, acts, hands, fetches)| Round { off, acts, hands, fetches })
}

impl Cast {
    fn play(&mut self, round: &Round) {
        for (phone, off) in self.phones.iter().zip(round.off) {
            phone.clock.off(off * 60_000);
            if off != 0 {
                phone.clock.reboot();
            }
        }
        for act in &round.acts {
            self.act(act);
        }
        for (who, bytes) in &round.hands {
            let phone = &self.phones[*who];
            phone.pace(1 << 20, *bytes);
            self.world.step(phone).unwrap();
        }
        for phone in &self.phones[..5] {
            phone.pace(1 << 20, 1 << 20);
            while phone.waiting() > 0 {
                self.world.step(phone).unwrap();
            }
        }
        for fetch in &round.fetches {
            self.fetch(*fetch);
        }
        for phone in &self.phones {
            self.world.sync(phone);
        }
    }

    fn fetch(&mut self, Fetch { who, page, fault }: Fetch) {
        let at = if who < 5 {
            who
        } else {
            let fresh = self.world.fresh_phone(self.person(who));
            self.phones.push(fresh);
            self.phones.len() - 1
        };
        let phone = &self.phones[at];
        phone.pace(page, 1 << 20);
        phone.wire.next(fault);
        // A phone whose way was cut tries again later.
        if self.world.try_sync(phone).is_err() {
            self.world.sync(phone);
        }
    }

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
            due: case.due(&Playbook::builtin(), town.zone(), now),
            standing: case.standing(town.zone(), now),
            proposed: case.proposed.is_some(),
        };
        town.board(|board| board.cases().get(&alert).map(of)).unwrap()
    }

    /// A server that starts anew on the same folder, beside the one that runs.
    fn anew(&self) -> Town {
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
    fn agree(&self) -> Result<[View; 2], TestCaseError> {
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

/// Everything in order, and then time passes: nothing is written any more, and all agree on what becomes of it.
fn run(rounds: &[Round]) -> Result<Vec<[View; 2]>, TestCaseError> {
    let mut cast = Cast::new();
    let mut agreed = Vec::new();
    for round in rounds {
        cast.play(round);
        agreed.push(cast.agree()?);
        cast.world.town().tidy(cast.world.now()).unwrap();
    }
    for days in [3, 40] {
        cast.world.clock.pass(days * 24 * 3_600_000);
        agreed.push(cast.agree()?);
        cast.world.town().tidy(cast.world.now()).unwrap();
        agreed.push(cast.agree()?);
    }
    for phone in &cast.phones {
        prop_assert_eq!(phone.replica().quarantine().list().unwrap().len(), 0);
    }
    Ok(agreed)
}

/// Cases that are run every time, whatever the dice say.
const SEEDS: [u8; 2] = [1, 2];

/// As many cases as are tried anew each time.
const FRESH: u32 = 2;

#[test]
fn q5_l4_l5_l6_in_whatever_order_it_is_fetched_all_agree_whose_it_is_what_is_due_and_how_it_stands() {
    let config =
        |cases| ProptestConfig { cases, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default() };
    let try_all = |mut runner: TestRunner, which: &str| {
        let tried = runner.run(&prop::collection::vec(round(), 1..3), |rounds| run(&rounds).map(|_| ()));
        assert!(tried.is_ok(), "{which}: {}", tried.unwrap_err());
    };
    for seed in SEEDS {
        let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        try_all(TestRunner::new_with_rng(config(1), dice), &format!("seed {seed}"));
    }
    let fresh = std::env::var("QIAOMEN_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(FRESH);
    try_all(TestRunner::new(config(fresh)), "fresh");
}

/// Somebody does something to the first alert, so many minutes after what was done before.
const fn then(minutes: i64, who: usize, what: What) -> Act {
    Act { who, alert: 0, minutes, what }
}

fn in_turn(acts: Vec<Act>, hands: &[usize], fetches: &[(usize, u32)]) -> Round {
    let hands = hands.iter().map(|who| (*who, 1 << 20)).collect();
    let fetches = fetches.iter().map(|(who, page)| Fetch { who: *who, page: *page, fault: Fault::None }).collect();
    Round { off: [0; 5], acts, hands, fetches }
}

/// One case by hand in which everything happens that the dice may leave out, so that agreement is not about nothing.
#[test]
fn q5_l5_l6_a_case_from_hand_to_hand_with_an_accident_a_clearance_and_its_withdrawal_is_one_case_everywhere() {
    let (met, at_risk) = (What::Visit { outcome: 0, risk: 1 }, What::Visit { outcome: 0, risk: 2 });
    let rounds = [
        // The station's officer takes it first and is heard of last.
        in_turn(
            vec![then(1, POLICE, What::Receipt), then(1, HEAD, What::Receipt), then(5, WORKER, met)],
            &[HEAD, WORKER, POLICE],
            &[(HEAD, 1), (5 + HEAD, 1), (5 + SUPERVISOR, 400)],
        ),
        in_turn(
            vec![
                then(9, HEAD, What::Offer { to: OTHER }),
                then(9, SUPERVISOR, What::Decide { owner: HEAD }),
                then(9, POLICE, What::Stop { step: 0 }),
                then(9, POLICE, What::Clear),
            ],
            &[SUPERVISOR, HEAD, POLICE],
            &[(OTHER, 1), (5 + OTHER, 400)],
        ),
        in_turn(
            vec![
                then(9, OTHER, What::Accept { which: 0 }),
                then(9, HEAD, What::TakeBack { which: 0 }),
                then(9, OTHER, What::Accept { which: 1 }),
                then(9, WORKER, What::Propose),
                then(60, POLICE, What::Withdraw { which: 0 }),
                then(60, HEAD, What::Money { ago: 5, fen: 1_000 }),
                then(60, OTHER, at_risk),
            ],
            &[OTHER, WORKER, HEAD],
            &[(5 + WORKER, 1), (POLICE, 1)],
        ),
    ];
    let agreed = run(&rounds).unwrap();
    let seen: BTreeSet<&str> = agreed.iter().flat_map(|views| views.iter().flat_map(flags)).collect();
    let expected = [
        "accident",
        "cleared",
        "contested",
        "decided",
        "first",
        "handed over",
        "lying",
        "offered",
        "overdue",
        "release",
        "running",
    ];
    assert_eq!(seen, expected.into());
}

fn flags(view: &View) -> Vec<&'static str> {
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
