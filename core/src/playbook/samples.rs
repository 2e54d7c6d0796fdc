//! Cases made up to try a playbook on, each as it would stand at a moment.
//!
//! Floor: playbook. Invariants: told from the moment backwards, so that they show what is due just then; no case is
//! about anybody.

use super::case::{Case, CaseVisit, Cleared, Raised};
use crate::record::{Level, Outcome, Purpose, Risk, Time};

/// A case with the word it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The word: `just_issued`, `tried_in_vain`, `met`, `at_risk`, `raised`, `cleared`.
    pub name: &'static str,
    /// The case.
    pub case: Case,
}

/// The samples as they stand at `now`.
#[must_use]
pub fn samples(now: Time) -> Vec<Sample> {
    let ago = |minutes: i64| now.plus_minutes(-minutes);
    const HOUR: i64 = 60;
    const DAY: i64 = 24 * HOUR;
    let visit = |outcome: Outcome, ended: Time, risk: Option<Risk>| CaseVisit {
        id: None,
        purpose: Purpose::Dissuasion,
        met_target: outcome == Outcome::Met,
        outcome,
        started: ended.plus_minutes(-20),
        ended,
        risk,
    };
    let of = |level, issued, visits: Vec<CaseVisit>, feedbacks: Vec<Time>| Case {
        visits,
        feedbacks,
        ..Case::new(level, issued)
    };
    let safe = || Some(Risk::None);
    vec![
        Sample { name: "just_issued", case: Case::new(Level::Extreme, ago(12)) },
        Sample {
            name: "tried_in_vain",
            case: of(Level::Low, ago(20 * HOUR), vec![visit(Outcome::NobodyHome, ago(18 * HOUR), None)], vec![]),
        },
        Sample {
            name: "met",
            case: of(
                Level::Medium,
                ago(4 * DAY),
                vec![visit(Outcome::Met, ago(4 * DAY - 3 * HOUR), safe())],
                vec![ago(4 * DAY - 4 * HOUR)],
            ),
        },
        Sample {
            name: "at_risk",
            case: of(
                Level::High,
                ago(DAY),
                vec![visit(Outcome::Met, ago(DAY - HOUR), Some(Risk::MayBeDefraudedAgain))],
                vec![ago(DAY - 2 * HOUR)],
            ),
        },
        Sample {
            name: "raised",
            case: Case {
                raises: vec![Raised { level: Level::High, at: ago(2 * HOUR) }],
                ..of(Level::Low, ago(9 * HOUR), vec![visit(Outcome::TelephoneOnly, ago(8 * HOUR), None)], vec![])
            },
        },
        Sample {
            name: "cleared",
            case: Case {
                clearances: vec![Cleared { at: ago(2 * DAY), withdrawn: None }],
                ..of(
                    Level::High,
                    ago(9 * DAY),
                    vec![
                        visit(Outcome::Met, ago(9 * DAY - 2 * HOUR), safe()),
                        visit(Outcome::Met, ago(7 * DAY), safe()),
                        visit(Outcome::Met, ago(4 * DAY), safe()),
                    ],
                    vec![ago(9 * DAY - 3 * HOUR)],
                )
            },
        },
    ]
}
