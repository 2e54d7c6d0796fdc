//! The list of what is due, kept between one asking and the next, against what each case file's documents say.

use super::super::Part;
use super::*;
use crate::playbook::{DueState, DueVisit};
use crate::record::{AlertId, Risk};

fn follow_up(alert: AlertId, ended: Time, outcome: Outcome, risk: Option<Risk>) -> Visit {
    let met = outcome == Outcome::Met;
    let door = visit(HouseholdId::from_bytes([1; 16]), 0);
    let purpose = Purpose::FollowUp;
    let met_target = (met && risk.is_none()).then_some(false);
    Visit { purpose, household: None, alert: Some(alert), outcome, met_target, started: ended, ended, risk, ..door }
}

/// What the list says, and what the documents say, in the list's order.
fn agree(phone: &Phone, alerts: &[AlertId], second: i64) {
    let tasks = phone.replica.tasks();
    let found: Vec<(AlertId, DueVisit)> =
        tasks.list(&reading(second), Part::all()).unwrap().into_iter().map(|task| (task.alert, task.visit)).collect();
    let mut expected = Vec::new();
    let mut all = 0;
    for id in alerts {
        let due = tasks.of_case(*id, &reading(second)).unwrap();
        all += due.list.len() as u64;
        let open = due.list.into_iter().filter(|visit| matches!(visit.state, DueState::Open | DueState::Overdue));
        expected.extend(open.map(|visit| (*id, visit)));
    }
    let key = |(id, visit): &(AlertId, DueVisit)| (*id, visit.due, visit.kind);
    let mut sorted = found.clone();
    sorted.sort_by_key(key);
    expected.sort_by_key(key);
    assert_eq!(sorted, expected);
    assert_eq!(tasks.figures(&reading(second)).unwrap().due, all);
    let page: Vec<(AlertId, DueVisit)> = tasks
        .list(&reading(second), Part { skip: 1, take: 2 })
        .unwrap()
        .into_iter()
        .map(|task| (task.alert, task.visit))
        .collect();
    assert_eq!(page, found.iter().skip(1).take(2).copied().collect::<Vec<_>>());
}

#[tokio::test]
async fn the_list_follows_everything_that_is_written() {
    const DAY: i64 = 86_400;
    let phone = phone().await;
    let police = |second| (reading(second), Role::Police);
    let replica = &phone.replica;
    let mut alerts = Vec::new();
    agree(&phone, &alerts, 0);
    for (level, second) in [(Level::High, 10), (Level::Low, 20), (Level::Medium, 30)] {
        alerts.push(replica.alerts().create(&alert(level, reading(second).wall), police(second)).unwrap());
        agree(&phone, &alerts, second);
    }
    let save = |id, second: i64, outcome, risk| {
        let record = follow_up(id, reading(second).wall, outcome, risk);
        replica.visits().save(&record, at(second)).unwrap()
    };
    let seen = save(alerts[0], DAY, Outcome::NobodyHome, None);
    agree(&phone, &alerts, DAY);
    save(alerts[1], DAY + 1, Outcome::Met, Some(Risk::MayBeDefraudedAgain));
    save(alerts[1], DAY + 2, Outcome::Met, None);
    agree(&phone, &alerts, DAY + 3);
    // The list changes with the hour alone, too.
    for day in 2..40 {
        agree(&phone, &alerts, day * DAY);
    }
    replica.alerts().raise(alerts[1], Level::Extreme, None, police(DAY + 9)).unwrap();
    replica.alerts().feedback(alerts[1], None, at(DAY + 10)).unwrap();
    agree(&phone, &alerts, DAY + 11);
    let cleared = replica.alerts().clear(alerts[2], None, police(DAY + 12)).unwrap();
    agree(&phone, &alerts, DAY + 12);
    replica.alerts().withdraw(alerts[2], cleared, None, police(DAY + 13)).unwrap();
    // Nobody in this role may clear: it counts for nothing.
    replica.alerts().clear(alerts[0], None, at(DAY + 13)).unwrap();
    let until = reading(50 * DAY).wall;
    replica.alerts().extend(alerts[0], until, None, (reading(DAY + 14), Role::Supervisor)).unwrap();
    agree(&phone, &alerts, DAY + 15);
    let kept = replica.visits().get(seen).unwrap().unwrap().record;
    let met = Visit { outcome: Outcome::Met, ..kept.clone() };
    replica.visits().edit(seen, &kept, &met, at(DAY + 16)).unwrap();
    agree(&phone, &alerts, DAY + 17);
    let before = replica.alerts().get(alerts[2]).unwrap().unwrap().record;
    let other = Alert { name: "另一人".into(), ..before.clone() };
    replica.alerts().edit(alerts[2], &before, &other, police(DAY + 18)).unwrap();
    let named = |name: &str| {
        let tasks = replica.tasks().list(&reading(DAY + 19), Part::all()).unwrap();
        tasks.iter().filter(|task| task.name == name).count()
    };
    assert!(named("另一人") > 0 && named("某人") > 0);

    // What others write comes down, and goes with its scope.
    phone.server.world().scopes.extend(alerts.iter().map(|alert| Scope::CaseFile(*alert)));
    phone.run(DAY + 20).await;
    agree(&phone, &alerts, DAY + 21);
    let record = follow_up(alerts[0], reading(2 * DAY).wall, Outcome::Met, None);
    let (_, raw, id) = foreign(60, Scope::CaseFile(alerts[0]), &record.into());
    phone.server.world().accept(id, &raw, OTHER, None);
    phone.run(DAY + 22).await;
    agree(&phone, &alerts, 3 * DAY);
    phone.server.world().scopes.retain(|scope| *scope != Scope::CaseFile(alerts[0]));
    phone.run(DAY + 23).await;
    alerts.remove(0);
    agree(&phone, &alerts, 3 * DAY);
    assert!(replica.alerts().get(alerts[0]).unwrap().is_some());
}
