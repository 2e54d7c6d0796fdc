//! Case files and what is due.

use super::*;
use crate::playbook::{DueKind, DueState};
use crate::record::AlertId;
use crate::replica::Part;
use crate::store::Mark;

fn alert(name: &str, level: Level, issued: i64) -> Alert {
    Alert { name: name.into(), ..super::alert(level, reading(issued).wall) }
}

const HOUR: i64 = 3600;

#[tokio::test]
async fn tasks_come_overdue_first_then_by_level_then_by_time_left() {
    let phone = phone().await;
    let replica = &phone.replica;
    let police = |second| (reading(second), Role::Police);
    let low = replica.alerts().create(&alert("低", Level::Low, 0), police(1)).unwrap();
    let high = replica.alerts().create(&alert("高", Level::High, 10), police(11)).unwrap();
    let raised = replica.alerts().create(&alert("升", Level::Low, 20), police(21)).unwrap();
    // As a real server does: who holds the area holds the case files of its alerts.
    phone.server.world().scopes.extend([low, high, raised].map(Scope::CaseFile));
    replica.alerts().raise(raised, Level::Extreme, None, police(30)).unwrap();
    let tasks = replica.tasks().list(&reading(60), Part::all()).unwrap();
    let order: Vec<(AlertId, Level)> = tasks.iter().map(|task| (task.alert, task.level.clone())).collect();
    assert!(order.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{order:?}");
    assert_eq!(order.first().unwrap(), &(raised, Level::Extreme));
    assert_eq!(order.last().unwrap(), &(low, Level::Low));
    assert!(tasks.iter().all(|task| task.left_ms > 0 && task.visit.state == DueState::Open));
    // Much later everything is overdue, until somebody meets the person.
    let met = Visit {
        purpose: Purpose::Dissuasion,
        household: None,
        alert: Some(high),
        ..visit(HouseholdId::from_bytes([1; 16]), 20 * HOUR)
    };
    let late = reading(30 * HOUR);
    let before = replica.tasks().figures(&late).unwrap();
    assert!(before.overdue > 0);
    let visited = replica.visits().save(&met, at(20 * HOUR + 100)).unwrap();
    let after = replica.tasks().figures(&late).unwrap();
    assert!(after.overdue < before.overdue && after.late > before.late);
    let tasks = replica.tasks().list(&late, Part::all()).unwrap();
    let first_open = tasks.iter().position(|task| task.visit.state == DueState::Open).unwrap_or(tasks.len());
    assert!(tasks[first_open..].iter().all(|task| task.visit.state == DueState::Open));
    let one = replica.tasks().list(&late, Part { skip: 1, take: 1 }).unwrap();
    assert_eq!(one[0].alert, tasks[1].alert);
    let due = replica.tasks().of_case(high, &late).unwrap();
    let meeting = due.list.iter().find(|visit| visit.kind == DueKind::FirstMeeting).unwrap();
    assert_eq!(meeting.done_at, Some(met.ended));
    // The case file, and its timeline.
    replica.alerts().feedback(high, Some("已见面".into()), at(21 * HOUR)).unwrap();
    let receipt = replica.alerts().receipt(high, at(22 * HOUR)).unwrap();
    let file = replica.alerts().file(high).unwrap();
    assert_eq!(file.len(), 3);
    let line = replica.timeline().case(high, Part::first(2)).unwrap();
    assert_eq!((line[0].id, line.len()), (receipt, 2));
    assert_eq!(replica.timeline().case(high, Part::all()).unwrap().last().unwrap().id, high.into());
    assert_eq!(replica.visits().of_case(high, Part::all()).unwrap()[0].id, visited);
    // Whose it is, is the server's to say.
    let custody = replica.tasks().custody(high).unwrap();
    assert!(custody.owner.is_none() && custody.unconfirmed.len() == 1);
    phone.run(23 * HOUR).await;
    let custody = replica.tasks().custody(high).unwrap();
    assert_eq!(custody.owner.unwrap().person, replica.people().me().unwrap());
    assert_eq!(replica.mark(receipt).unwrap(), Some(Mark::Sent));
}
