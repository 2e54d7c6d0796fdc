//! A person's own day, and the grids of a phone.

use super::super::{Part, ReplicaError, Today};
use super::*;
use crate::record::{AlertId, Area, AreaLevel, Phase, Pledge, ResidentId};

const HOUR: i64 = 3_600;

fn today(phone: &Phone, second: i64) -> Today {
    phone.replica.tasks().today(&reading(second)).unwrap()
}

fn pledge(household: HouseholdId, second: i64) -> Pledge {
    Pledge {
        household,
        resident: ResidentId::from_bytes([1; 16]),
        template: "builtin-1/zh".into(),
        version: 1,
        at: reading(second).wall,
        signature: None,
        proxy: None,
        witness: None,
        archive_number: Some("7".into()),
        corrects: None,
        void: false,
        note: None,
    }
}

fn door_with_somebody(room: &str) -> Household {
    let mut record = door(room);
    record.residents.insert(ResidentId::from_bytes([1; 16]), super::doors::resident("某人", &[]));
    record
}

#[tokio::test]
async fn a_day_is_counted_from_midnight_to_midnight_of_what_one_wrote_oneself() {
    let phone = phone().await;
    let replica = &phone.replica;
    assert_eq!(today(&phone, 0), Today::default());
    let save = |room: &str| replica.households().save(phone.grid, &door_with_somebody(room), at(1)).unwrap();
    let (one, two) = (save("101"), save("102"));
    // Nine in the morning is second 0; the evening before is another day.
    for (door, second) in [(one, -12 * HOUR), (one, 10), (one, 100), (two, 200)] {
        replica.visits().save(&visit(door, second), at(second + 60)).unwrap();
    }
    // A draft is none yet.
    replica.visits().draft(None, &visit(two, 300), at(300)).unwrap();
    // Somebody else's.
    let (_, raw, id) = foreign(90, Scope::Grid(phone.grid), &visit(two, 250).into());
    {
        let mut world = phone.server.world();
        world.accept_many(id, raw, OTHER);
        world.settle();
    }
    phone.run(400).await;
    assert_eq!(replica.visits().of_household(two, Part::all()).unwrap().len(), 2);
    assert_eq!(today(&phone, 500), Today { visits: 3, doors: 2, ..Today::default() });
    // Pledges: one that stands, one corrected, one taken back, one of yesterday.
    replica.pledges().save(&pledge(one, 410), at(410)).unwrap();
    let wrong = replica.pledges().save(&pledge(two, 420), at(420)).unwrap();
    replica.pledges().save(&Pledge { corrects: Some(wrong), ..pledge(two, 430) }, at(430)).unwrap();
    let gone = replica.pledges().save(&pledge(one, 440), at(440)).unwrap();
    replica.pledges().save(&Pledge { corrects: Some(gone), void: true, ..pledge(one, 440) }, at(450)).unwrap();
    replica.pledges().save(&pledge(one, -12 * HOUR), at(460)).unwrap();
    assert_eq!(today(&phone, 500), Today { visits: 3, doors: 2, pledges: 2, ..Today::default() });
    // Seen from the next day, and from the evening before.
    assert_eq!(today(&phone, 16 * HOUR), Today::default());
    assert_eq!(today(&phone, 14 * HOUR).visits, 3);
    assert_eq!(today(&phone, -10 * HOUR), Today { visits: 1, doors: 1, pledges: 1, ..Today::default() });
}

#[tokio::test]
async fn due_visits_count_as_done_by_whoever_did_them_and_as_left_while_they_are_due_today() {
    let phone = phone().await;
    let replica = &phone.replica;
    let police = |second| (reading(second), Role::Police);
    let alert: AlertId = replica.alerts().create(&alert(Level::High, reading(10).wall), police(10)).unwrap();
    let left = |second| replica.tasks().list(&reading(second), Part::all()).unwrap().len() as u64;
    let before = today(&phone, 20);
    assert_eq!((before.visits, before.tasks_done), (0, 0));
    // First contact and first meeting of a high alert are due today, the month's end is not.
    assert!(before.tasks_left >= 2 && before.tasks_left < left(20), "{before:?}");
    let met = Visit {
        purpose: Purpose::Dissuasion,
        household: None,
        alert: Some(alert),
        risk: Some(crate::record::Risk::None),
        ..visit(HouseholdId::from_bytes([1; 16]), 600)
    };
    replica.visits().save(&met, at(700)).unwrap();
    let after = today(&phone, 720);
    // One visit did both, and brought the feedback that is owed.
    assert_eq!((after.visits, after.doors, after.tasks_done), (1, 0, 2));
    replica.alerts().feedback(alert, None, at(800)).unwrap();
    let told = today(&phone, 900);
    assert_eq!(told.tasks_done, 3);
    assert!(told.tasks_left < before.tasks_left, "{told:?}");
    // The day after nothing of it is today's.
    assert_eq!(today(&phone, 24 * HOUR).tasks_done, 0);
}

#[tokio::test]
async fn a_phones_grids_tell_where_they_lie_and_how_far_they_are() {
    let phone = phone().await;
    let replica = &phone.replica;
    assert_eq!(replica.households().grids(&reading(0)).unwrap(), []);
    let office = |second| (reading(second), Role::Supervisor);
    let town = |name: &str, level, parent| Area { name: name.into(), level, parent, code: None, telephone: None };
    let root = replica.areas().save(&town("石桥镇", AreaLevel::Town, None), office(1)).unwrap();
    let village = replica.areas().save(&town("南溪村", AreaLevel::Village, Some(root)), office(2)).unwrap();
    let (_, raw, id) = foreign(7, Scope::Town, &town("第一网格", AreaLevel::Grid, Some(village)).into());
    assert_eq!(AreaId::from(id), phone.grid);
    {
        let mut world = phone.server.world();
        world.accept_many(id, raw, OTHER);
        world.settle();
    }
    phone.run(10).await;
    let door_of = |room: &str| replica.households().save(phone.grid, &door(room), at(20)).unwrap();
    let (one, _) = (door_of("101"), door_of("102"));
    replica.visits().save(&visit(one, 30), at(100)).unwrap();
    let told = |second| {
        let grids = replica.households().grids(&reading(second)).unwrap();
        let [line] = <[_; 1]>::try_from(grids).unwrap();
        line
    };
    let line = told(200);
    assert_eq!(
        (line.grid, line.name.as_str(), line.above.as_slice()),
        (phone.grid, "第一网格", &["石桥镇".to_owned(), "南溪村".to_owned()][..])
    );
    assert_eq!((line.doors, line.visited, line.phase), (2, 1, None));
    // A phase that began after the visit begins anew.
    let phase = Phase {
        campaign: "百日攻坚".into(),
        name: "第二阶段".into(),
        from: reading(300).wall,
        to: reading(100 * HOUR).wall,
        note: None,
        cancelled: false,
    };
    let (_, raw, id) = foreign(66, Scope::Town, &phase.into());
    {
        let mut world = phone.server.world();
        world.accept_many(id, raw, OTHER);
        world.settle();
    }
    phone.run(210).await;
    let line = told(1_000);
    assert_eq!((line.doors, line.visited, line.phase.as_deref()), (2, 0, Some("第二阶段")));
    assert_eq!(told(101 * HOUR).visited, 1);
    assert_eq!(replica.tasks().today(&reading(400)).unwrap().visits, 1);
    assert_eq!(
        open(&phone.folder.path().join("other"), 3).tasks().today(&reading(0)).err(),
        Some(ReplicaError::NotEnrolled)
    );
}
