//! Who may write what, and that a verdict stays.

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{HouseholdId, Kind, Role, Scope, Value};

use super::phone::{accepted, code};
use super::{Fixture, alert, case, household, visit};

fn put(key: &str, value: Value) -> Edit {
    Edit { path: vec![key.into()], value }
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn a_worker_records_a_door_and_a_visit_and_others_see_them() {
    let mut fixture = Fixture::new();
    let (_, mut one) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    one.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, first) = one.create(&mut fixture, household("101"), grid, Role::GridWorker);
    let seen = visit(HouseholdId::from(door), fixture.now);
    let (_, second) = one.create(&mut fixture, seen, grid, Role::GridWorker);
    let verdicts = one.send(&mut fixture, &[first.clone(), second.clone()]);
    assert!(accepted(&verdicts), "{verdicts:?}");
    other.sync(&mut fixture);
    assert_eq!(other.changes.get(&door), one.changes.get(&door));
    assert_eq!(other.document(door).record().unwrap(), household("101").into());
    assert_eq!(fixture.town.count(&Kind::Visit).unwrap(), 1);
    assert!(fixture.town.check_log().unwrap());

    // Sent again, whole and in other company, it is answered as it was and changes nothing.
    let log = fixture.town.store().log().unwrap();
    assert_eq!(one.send(&mut fixture, &[first.clone(), second.clone()]), verdicts);
    assert_eq!(one.send(&mut fixture, &[second.clone(), second, first]), [
        verdicts[1].clone(),
        verdicts[1].clone(),
        verdicts[0].clone()
    ]);
    assert_eq!(fixture.town.store().log().unwrap(), log);
}
