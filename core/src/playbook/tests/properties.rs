//! What holds for any case.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::playbook::{Away, Case, CaseVisit, Cleared, Extended, Raised, Sent};
use crate::record::{Level, Outcome, Purpose, Risk};

const MINUTE: i64 = 60_000;

/// A visit that met the alert's person.
pub(crate) fn met(ended: Time) -> CaseVisit {
    let (purpose, outcome) = (Purpose::FollowUp, Outcome::Met);
    CaseVisit { id: None, purpose, outcome, met_target: true, started: ended, ended, risk: None }
}

/// The first instant of some day about 1 March of a year, of which all times below are counted in half hours,
/// so that instants and midnights coincide often.
fn origin() -> Time {
    at("03-01 00:00")
}

fn time(half_hours: std::ops::Range<i64>) -> impl Strategy<Value = Time> {
    (half_hours, prop_oneof![3 => Just(0), 1 => 0..30 * MINUTE])
        .prop_map(|(half_hours, extra)| origin().plus_minutes(half_hours * 30).plus_millis(extra))
}

fn visit() -> impl Strategy<Value = CaseVisit> {
    let outcome = prop_oneof![4 => Just(Outcome::Met), 3 => select(Outcome::KNOWN)];
    let risk = proptest::option::of(select(Risk::KNOWN));
    (select(Purpose::KNOWN), outcome, any::<bool>(), time(-60..48 * 40), risk).prop_map(
        |(purpose, outcome, target, ended, risk)| {
            let met_target = outcome == Outcome::Met && target;
            CaseVisit { id: None, purpose, outcome, met_target, started: ended, ended, risk }
        },
    )
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let month = 0..48_i64 * 45;
    let raise = (select(Level::KNOWN), time(month.clone())).prop_map(|(level, at)| Raised { level, at });
    let cleared = (time(month.clone()), proptest::option::of(0..48_i64 * 20))
        .prop_map(|(at, after)| Cleared { at, withdrawn: after.map(|half_hours| at.plus_minutes(half_hours * 30)) });
    let extended = (time(month.clone()), 0..48_i64 * 40)
        .prop_map(|(at, after)| Extended { at, until: at.plus_minutes(after * 30) });
    let away = (time(month.clone()), proptest::option::of(0..48_i64 * 20))
        .prop_map(|(at, after)| Away { at, until: after.map(|half_hours| at.plus_minutes(half_hours * 30)) });
    (
        (select(Level::KNOWN), time(-48..48 * 3), proptest::option::of(0..300_i64)),
        proptest::collection::vec(raise, 0..3),
        proptest::collection::vec(visit(), 0..14),
        proptest::collection::vec(time(month.clone()), 0..3),
        proptest::collection::vec(time(month), 0..2),
        proptest::collection::vec(cleared, 0..3),
        proptest::collection::vec(extended, 0..3),
        proptest::collection::vec(away, 0..2),
    )
        .prop_map(
            |((alert, issued, reached), raises, visits, feedbacks, money_sent, clearances, extensions, transfers)| {
                let reached_station = issued.plus_minutes(reached.unwrap_or(0));
                Case {
                    alert,
                    issued,
                    reached_station,
                    raises,
                    visits,
                    feedbacks,
                    money_sent: money_sent.into_iter().map(|at| Sent { at, fen: None }).collect(),
                    stops: Vec::new(),
                    clearances,
                    extensions,
                    transfers,
                    joins: Vec::new(),
                    closed: None,
                }
            },
        )
}

fn zone() -> impl Strategy<Value = Zone> {
    // The last three change their clocks within the month or its extension.
    select(&["Asia/Shanghai", "Europe/Berlin", "Africa/Cairo", "America/New_York"][..])
        .prop_map(|name| Zone::named(name).unwrap())
}

fn playbook() -> impl Strategy<Value = Playbook> {
    (any::<bool>(), any::<bool>()).prop_map(|(clearing, telephone)| Playbook {
        clearing_ends_series: clearing,
        telephone_satisfies_second_visit: telephone,
        ..Playbook::builtin()
    })
}

fn now() -> impl Strategy<Value = Time> {
    time(-48..48 * 80)
}

/// `list` turned round by `by`, and reversed if it is odd.
fn shuffle<T>(list: &mut [T], by: Index) {
    if !list.is_empty() {
        let by = by.index(list.len());
        list.rotate_left(by);
        if by % 2 == 1 {
            list.reverse();
        }
    }
}

fn of(due: &Due, kind: DueKind) -> Vec<DueVisit> {
    due.list.iter().filter(|visit| visit.kind == kind).copied().collect()
}

const fn is_settled(state: DueState) -> bool {
    matches!(state, DueState::Done | DueState::Late)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_arrival_does_not_matter(
        case in case(), zone in zone(), playbook in playbook(), now in now(), by in any::<Index>(),
    ) {
        let expected = due(&playbook, &case, &zone, now);
        let mut other = case;
        shuffle(&mut other.visits, by);
        shuffle(&mut other.raises, by);
        shuffle(&mut other.feedbacks, by);
        shuffle(&mut other.money_sent, by);
        shuffle(&mut other.clearances, by);
        shuffle(&mut other.extensions, by);
        shuffle(&mut other.transfers, by);
        prop_assert_eq!(due(&playbook, &other, &zone, now), expected);
    }

    #[test]
    fn the_series_is_the_naive_one(case in case(), zone in zone(), now in now()) {
        let case = Case { transfers: Vec::new(), ..case };
        let found = due(&Playbook::builtin(), &case, &zone, now);
        let found: Vec<naive::Entry> =
            of(&found, DueKind::ThreeDayVisit).iter().map(|visit| (visit.due, visit.state, visit.done_at)).collect();
        let expected = if case.issued <= now { naive::series(&case, &zone, now) } else { Vec::new() };
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn nothing_but_a_meeting_satisfies_more_than_the_first_contact(case in case(), zone in zone(), now in now()) {
        let mut case = case;
        case.visits.iter_mut().for_each(|visit| visit.met_target = false);
        let found = due(&Playbook::builtin(), &case, &zone, now);
        for visit in &found.list {
            let may = matches!(visit.kind, DueKind::FirstContact | DueKind::MonthEndJudgement);
            prop_assert!(may || !is_settled(visit.state), "{:?}", visit);
            prop_assert!(visit.kind != DueKind::SecondVisit && visit.kind != DueKind::Feedback);
        }
    }

    #[test]
    fn attempts_change_nothing_but_their_count(case in case(), zone in zone(), now in now()) {
        let strip = |due: Due| {
            let list = due.list.into_iter().filter(|visit| visit.kind != DueKind::FirstContact);
            list.map(|visit| DueVisit { attempts: 0, ..visit }).collect::<Vec<_>>()
        };
        let mut met = case.clone();
        met.visits.retain(CaseVisit::met_person);
        let playbook = Playbook::builtin();
        prop_assert_eq!(strip(due(&playbook, &case, &zone, now)), strip(due(&playbook, &met, &zone, now)));
    }

    #[test]
    fn clearing_cancels_no_second_visit(case in case(), zone in zone(), playbook in playbook(), now in now()) {
        let uncleared = Case { clearances: Vec::new(), ..case.clone() };
        prop_assert_eq!(
            of(&due(&playbook, &case, &zone, now), DueKind::SecondVisit),
            of(&due(&playbook, &uncleared, &zone, now), DueKind::SecondVisit)
        );
    }

    #[test]
    fn never_more_than_one_three_day_visit_to_do(case in case(), zone in zone(), playbook in playbook(), now in now()) {
        let found = due(&playbook, &case, &zone, now);
        let to_do = |visit: &&DueVisit| matches!(visit.state, DueState::Open | DueState::Overdue);
        prop_assert!(of(&found, DueKind::ThreeDayVisit).iter().filter(to_do).count() <= 1);
    }

    #[test]
    fn what_is_done_stays_done(
        case in case(), zone in zone(), playbook in playbook(), from in time(48 * 45..48 * 60), later in 0..48_i64 * 60,
    ) {
        // No record is later than `from`, other than the ends that extensions and transfers foresee.
        let mut case = case;
        case.clearances.retain(|cleared| cleared.withdrawn.is_none_or(|withdrawn| withdrawn <= from));
        let before = due(&playbook, &case, &zone, from);
        let after = due(&playbook, &case, &zone, from.plus_minutes(later * 30));
        for visit in &before.list {
            let ended = !matches!(visit.state, DueState::Open | DueState::Overdue | DueState::Excused);
            let still = after.list.iter().any(|other| {
                other == visit || (!ended && other.kind == visit.kind && other.due == visit.due)
            });
            prop_assert!(still, "{:?} in {:?}", visit, after.list);
        }
    }

    #[test]
    fn the_list_is_sound(case in case(), zone in zone(), playbook in playbook(), now in now()) {
        let found = due(&playbook, &case, &zone, now);
        prop_assert!(found.list.is_sorted_by_key(|visit| (visit.due, visit.kind)));
        for visit in &found.list {
            prop_assert_eq!(visit.done_at.is_some(), is_settled(visit.state));
            prop_assert!(visit.done_at.is_none_or(|done| done <= now));
            prop_assert!(visit.late_minutes >= 0);
            let idle = matches!(visit.state, DueState::Open | DueState::Done | DueState::Excused);
            prop_assert!(!idle || visit.late_minutes == 0);
            prop_assert!(visit.kind != DueKind::ThreeDayVisit || visit.due <= found.series_ends);
            prop_assert!(visit.kind != DueKind::MonthEndJudgement || visit.state != DueState::Missed);
            prop_assert!(visit.kind == DueKind::ThreeDayVisit || visit.state != DueState::Excused);
        }
        let judged = of(&found, DueKind::MonthEndJudgement);
        prop_assert_eq!(judged.last().map(|last| last.due), (case.issued <= now).then_some(found.series_ends));
    }

    #[test]
    fn other_hands_only_excuse(case in case(), zone in zone(), now in now()) {
        let playbook = Playbook::builtin();
        let at_home = due(&playbook, &Case { transfers: Vec::new(), ..case.clone() }, &zone, now);
        let found = due(&playbook, &case, &zone, now);
        prop_assert_eq!(found.list.len(), at_home.list.len());
        for (visit, other) in found.list.iter().zip(&at_home.list) {
            let excused = visit.state == DueState::Excused && !is_settled(other.state)
                && (visit.due, visit.attempts) == (other.due, other.attempts);
            prop_assert!(visit == other || excused, "{:?} {:?}", visit, other);
        }
    }

    #[test]
    fn no_text_is_too_strange_to_be_refused(text in ".{0,60}", tail in "[\\[\\]{}\":,a-z0-9]{0,40}") {
        let _ = scenario::parse(&text);
        let _ = scenario::parse(&format!("{{\"alert\":{text}{tail}"));
        let _ = scenario::parse_time(&text);
        let _ = Playbook::parse(&text);
    }
}
