//! What things cost; run by hand: `cargo test … measure -- --ignored --nocapture`.

use std::time::Instant;

use super::*;

#[tokio::test]
#[ignore = "a measurement, not a test"]
async fn measure_a_first_download_and_saves() {
    let phone = phone().await;
    let count = 10_000_u32;
    {
        let mut world = phone.server.world();
        let household = HouseholdId::from_bytes([1; 16]);
        let mut random = SeededRandom::new(5);
        for number in 0..count {
            let id = DocumentId::fresh(reading(i64::from(number)).wall, &mut random);
            let mut record = visit(household, i64::from(number));
            record.note = Some(format!("第{number}次入户，讲解刷单返利与冒充客服，住户已安装反诈应用"));
            let header = Header {
                id,
                kind: Kind::Visit,
                scope: Scope::Grid(phone.grid),
                author: PersonId::from_bytes([200; 16]),
                role: Role::GridWorker,
                said: reading(0).wall,
                offset: Some(0),
                doubtful: false,
            };
            let actor = ActorId::from_bytes([number.to_le_bytes()[0]; 16]);
            let (_, raw) = Document::create(&header, &record.into(), actor, reading(0).wall).unwrap();
            world.accept_many(id, raw, OTHER);
        }
        world.settle();
    }
    let plain = phone.replica.sync().set_pace(crate::store::Pace { page: 2 << 20, batch: 1 });
    plain.unwrap();
    let started = Instant::now();
    let summary = phone.run(1).await;
    let took = started.elapsed();
    eprintln!("download: {took:?}, {} steps, {:?} a document", summary.steps, took / count);
    phone.replica.checkpoint();
    eprintln!("file: {} bytes a document", std::fs::metadata(&phone.path).unwrap().len() / u64::from(count));
    let started = Instant::now();
    let saves = 200;
    let id = phone.replica.households().save(phone.grid, &door("1"), at(2)).unwrap();
    for number in 0..saves {
        phone.replica.visits().save(&visit(id, number), at(number + 100)).unwrap();
    }
    eprintln!("save: {:?} each", started.elapsed() / u32::try_from(saves).unwrap());
    let started = Instant::now();
    for _ in 0..saves {
        phone.replica.engine.state().store.bare_insert();
    }
    eprintln!("bare insert: {:?} each", started.elapsed() / u32::try_from(saves).unwrap());
    phone.replica.sync().set_pace(crate::store::Pace::default()).unwrap();
    let started = Instant::now();
    phone.run(1_000).await;
    eprintln!("push of {saves}: {:?}", started.elapsed());
}
