//! What holds for any case, whenever and however often it is asked.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::playbook::tests::properties::case;

/// What there is of a case at `now`: from then on nothing is written.
fn until(mut case: Case, now: Time) -> Case {
    case.raises.retain(|raise| raise.at <= now);
    case.visits.retain(|visit| visit.ended <= now);
    case.feedbacks.retain(|at| *at <= now);
    case.clearances.retain(|cleared| cleared.at <= now);
    for cleared in &mut case.clearances {
        cleared.withdrawn = cleared.withdrawn.filter(|at| *at <= now);
    }
    case.money_sent.retain(|sent| sent.at <= now);
    case.extensions.retain(|extended| extended.at <= now);
    case.transfers.retain(|away| away.at <= now);
    case
}

fn phone(cases: Vec<Case>, zone: &str, start: Time, owned: bool) -> Phone {
    let mut phone = Phone::of(!owned);
    phone.zone = Zone::named(zone).unwrap();
    phone.settings.at_once = 2;
    for one in cases {
        let one = until(one, start);
        if one.issued > start {
            continue;
        }
        let case = phone.case(one);
        if owned {
            phone.takes(case, ME, "02-20 09:00");
        }
    }
    phone.reminders.push(ReminderNow { said: said(9, 5, "03-04 23:30"), until: Some(at("03-20 00:00")) });
    phone
}

/// Takes a plan in; every key must be new, but for those that were swallowed.
fn take(phone: &mut Phone, plan: &Plan) -> Result<(), TestCaseError> {
    for notice in &plan.show {
        prop_assert!(phone.shown.insert(notice.key.clone()), "told twice: {}", notice.key);
        for key in &notice.also {
            prop_assert!(phone.shown.insert(key.clone()), "told twice: {key}");
        }
    }
    Ok(())
}

fn start() -> impl Strategy<Value = Time> {
    (0..48_i64 * 10).prop_map(|half_hours| at("03-01 00:00").plus_minutes(half_hours * 30))
}

fn zone() -> impl Strategy<Value = &'static str> {
    select(&["Asia/Shanghai", "Europe/Berlin", "Africa/Cairo"][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn notices_are_never_shown_twice(
        cases in proptest::collection::vec(case(), 1..4), zone in zone(), start in start(), owned in any::<bool>(),
        steps in proptest::collection::vec(0..3_000_i64, 40),
    ) {
        let mut phone = phone(cases, zone, start, owned);
        let mut now = start;
        for minutes in steps {
            let plan = phone.plan(now);
            prop_assert!(plan.next.is_none_or(|next| next > now));
            take(&mut phone, &plan)?;
            prop_assert_eq!(&phone.plan(now).show, &[]);
            now = now.plus_minutes(minutes);
        }
    }

    #[test]
    fn next_never_skips_what_is_to_be_told(
        cases in proptest::collection::vec(case(), 1..4), zone in zone(), start in start(), owned in any::<bool>(),
    ) {
        let mut phone = phone(cases, zone, start, owned);
        let mut now = start;
        let end = start.plus_hours(24 * 40);
        while now < end {
            let plan = phone.plan(now);
            take(&mut phone, &plan)?;
            let next = plan.next.unwrap_or(end).min(end);
            prop_assert!(next > now);
            // Whoever asks in between is told nothing.
            let mut between = now;
            while between < next {
                let quiet = phone.plan(between);
                prop_assert_eq!(&quiet.show, &[], "skipped at {}", between);
                between = between.plus_minutes(197);
            }
            let last = next.plus_millis(-1);
            prop_assert_eq!(&phone.plan(last).show, &[], "skipped at {}", last);
            now = next;
        }
    }
}
