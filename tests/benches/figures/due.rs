//! What is due over many alerts: by the pure function alone, and as a phone lists it.

use std::hint::black_box;
use std::time::Instant;

use qiaomen_core::playbook::{Case, CaseVisit, Playbook, due};
use qiaomen_core::record::{Level, Outcome as Found, Purpose, Risk, Time, Zone};
use qiaomen_tests::figures::{Runs, Table};
use qiaomen_tests::generator::{Dice, SEED};
use qiaomen_tests::process::Process;

use crate::sync::Village;
use crate::{Outcome, Report, Room};

/// Visits of one alert at most.
const VISITS: i64 = 4;

/// Alerts of the last three weeks with a few visits each, and the hour at which they are looked at.
fn cases(count: usize) -> (Vec<Case>, Time) {
    let mut dice = Dice::new(SEED ^ 0xd0e);
    let now = Time::from_millis(1_774_000_000_000);
    let cases = (0..count).map(|_| {
        let issued = now.plus_minutes(-dice.between(10, 21 * 24 * 60));
        let level = dice.pick(&[&Level::Low, &Level::Medium, &Level::High, &Level::Extreme]).clone();
        let mut case = Case::new(level, issued);
        case.reached_station = issued.plus_minutes(dice.between(0, 60));
        let mut ended = case.reached_station;
        for _ in 0..dice.between(0, VISITS) {
            ended = ended.plus_minutes(dice.between(20, 5 * 24 * 60));
            if ended > now {
                break;
            }
            case.visits.push(CaseVisit {
                id: None,
                purpose: Purpose::FollowUp,
                outcome: if dice.chance(80) { Found::Met } else { Found::NobodyHome },
                met_target: true,
                started: ended.plus_minutes(-15),
                ended,
                risk: Some(if dice.chance(20) { Risk::MayBeDefraudedAgain } else { Risk::None }),
            });
        }
        case
    });
    (cases.collect(), now)
}

/// Measures both with so many alerts.
pub(crate) fn run(room: &Room, report: &mut Report, alerts: usize) -> Outcome<()> {
    let mut table = Table::new(format!("What is due over {alerts} alerts with up to {VISITS} visits each"));
    let (cases, now) = cases(alerts);
    let (rules, zone) = (Playbook::builtin(), Zone::shanghai());
    let mut pure = Runs::default();
    let mut listed = 0;
    for _ in 0..9 {
        let begun = Instant::now();
        listed = cases.iter().map(|case| black_box(due(&rules, black_box(case), &zone, now)).list.len()).sum();
        pure.add(begun.elapsed().as_secs_f64() * 1e3);
    }
    table.runs(format!("due.ms_{alerts}"), &pure, "ms", "every alert's due list, by the pure function");
    table.count("due.entries", listed as f64, "", "entries in all of them");

    let village = Village::found(room, "due", 200)?;
    let (mut phone, _) = Process::start(Room::PHONE.as_ref(), [village.phone()])?;
    phone.ask(&format!("alerts {alerts} {VISITS}"))?;
    phone.end()?;
    let (mut phone, _) = Process::start(Room::PHONE.as_ref(), [village.phone()])?;
    let first = phone.ask("tasks 50")?.number("wall_us")? / 1e3;
    let (mut again, mut written) = (Runs::default(), Runs::default());
    for _ in 0..9 {
        again.add(phone.ask("tasks 50")?.number("wall_us")? / 1e3);
        phone.ask("alerts 1 1")?;
        written.add(phone.ask("tasks 50")?.number("wall_us")? / 1e3);
    }
    let peak = phone.used()?.peak_bytes / 1e6;
    phone.end()?;
    table.count(format!("due.first_list_ms_{alerts}"), first, "ms", "the first list after the phone was opened");
    table.runs(format!("due.list_ms_{alerts}"), &again, "ms", "the first 50 of the phone's list, every other time");
    table.runs(format!("due.changed_list_ms_{alerts}"), &written, "ms", "the same after an alert and a visit more");
    table.count("due.phone_peak_megabytes", peak, "MB", "the phone's memory");
    report.print(&table);
    Ok(())
}
