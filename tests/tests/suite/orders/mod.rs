//! In whatever order people write and fetch the facts of a case file: owners, due lists and flags agree (Q5, L4, L5, L6).
//!
//! People write without a connection; what they wrote reaches the server in one order; then phones old and new fetch it
//! in orders and pieces of their own. Whose it is, what is due and how it stands is then the same on every phone that
//! holds the case file, in the server's case file, on its board, on the board of a server that starts anew, and in what
//! waits today.

mod acts;
mod board;
mod view;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use self::acts::{Act, Cast, HEAD, OTHER, POLICE, SUPERVISOR, WORKER, What, act};
use self::view::{View, flags};
use crate::harness::wire::Fault;

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
