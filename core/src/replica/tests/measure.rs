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

#[tokio::test]
#[ignore = "a measurement, not a test"]
async fn measure_lists_and_searches_over_10_000_doors() {
    use crate::replica::{Order, Part};

    let phone = phone().await;
    let count = 10_000_u32;
    {
        let mut world = phone.server.world();
        let mut random = SeededRandom::new(7);
        let mut header = |number: u32, kind: Kind| Header {
            id: DocumentId::fresh(reading(i64::from(number)).wall, &mut random),
            kind,
            scope: Scope::Grid(phone.grid),
            author: PersonId::from_bytes([200; 16]),
            role: Role::GridWorker,
            said: reading(0).wall,
            offset: Some(0),
            doubtful: false,
        };
        let surnames: Vec<char> = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗单曾解仇查".chars().collect();
        let given: Vec<char> = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂和行乐".chars().collect();
        let mut doors = Vec::new();
        for number in 0..count {
            let n = number as usize;
            let mut record = door(&format!("{}0{}", n % 18 + 1, n % 4 + 1));
            record.address.building = Some(format!("紫荆苑{}号楼", n / 200 + 1));
            record.address.unit = Some(format!("{}单元", n / 72 % 3 + 1));
            record.address.floor = Some((n % 18 + 1) as i64);
            for place in 0..3 {
                let mix = n * 31 + place * 17;
                let letters = [surnames[mix % surnames.len()], given[mix % given.len()], given[mix / 7 % given.len()]];
                let person = crate::record::Resident {
                    name: letters.iter().collect(),
                    telephones: [format!("1200{:07}", mix * 7_919 % 10_000_000)].into(),
                    birth_year: Some(1960),
                    tags: BTreeSet::new(),
                    app_installed: None,
                    left_town: false,
                    left_to: None,
                    left_contact: None,
                    removed: false,
                };
                record.residents.insert(crate::record::ResidentId::from_bytes([place as u8 + 1; 16]), person);
            }
            let header = header(number, Kind::Household);
            doors.push(header.id);
            let actor = ActorId::from_bytes([number.to_le_bytes()[0]; 16]);
            let (_, raw) = Document::create(&header, &record.into(), actor, reading(0).wall).unwrap();
            world.accept_many(header.id, raw, OTHER);
        }
        for number in 0..count {
            let of = doors[(number * 7 % (count * 3 / 4)) as usize];
            let header = header(number, Kind::Visit);
            let record = visit(of.into(), i64::from(number));
            let actor = ActorId::from_bytes([number.to_le_bytes()[0]; 16]);
            let (_, raw) = Document::create(&header, &record.into(), actor, reading(0).wall).unwrap();
            world.accept_many(header.id, raw, OTHER);
        }
        let name =
            |level, parent| crate::record::Area { name: "某".into(), level, parent, code: None, telephone: None };
        let (_, raw, id) = foreign(7, Scope::Town, &name(crate::record::AreaLevel::Grid, None).into());
        world.accept_many(id, raw, OTHER);
        world.settle();
    }
    let started = Instant::now();
    phone.run(1).await;
    eprintln!("download of {}: {:?}", 2 * count, started.elapsed());
    let households = phone.replica.households();
    let length = "SELECT sum(length(CAST(search AS BLOB))) FROM household";
    let bytes = phone.replica.read(|store| Ok(store.number(length, &[])?)).unwrap();
    eprintln!("searched column: {} bytes a door", bytes / i64::from(count));
    // The thread's own time on a processor, so that whatever else runs here counts little.
    let on_processor = || {
        let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        std::time::Duration::from_nanos(said.split(' ').next().unwrap().parse().unwrap())
    };
    let time = |name: &str, list: &dyn Fn() -> usize| {
        let found = list();
        let before = on_processor();
        for _ in 0..5 {
            list();
        }
        eprintln!("{name}: {:?}, {found} doors", (on_processor() - before) / 5);
    };
    for order in [Order::Walking, Order::LastVisit, Order::NotVisited] {
        for skip in [0, 9_000] {
            let part = Part { skip, take: 50 };
            time(&format!("{order:?} from {skip}"), &|| households.list(None, order, part).unwrap().len());
        }
    }
    let one = households.list(None, Order::Walking, Part::first(1)).unwrap()[0].household.id.into();
    time("one door, 50 times", &|| (0..50).filter_map(|_| households.get(one).unwrap()).count());
    time("grids", &|| households.grids(&reading(1)).unwrap().len());
    time("walk", &|| phone.replica.doors().walk(phone.grid, &reading(1)).unwrap().len());
    time("coverage", &|| phone.replica.doors().by_grid(None, crate::doors::Period::ALL).unwrap().len());
    time("today, a day later", &|| {
        phone.replica.tasks().today(&reading(86_400)).map_or(0, |today| today.visits as usize)
    });
    time("today, all of them visited today", &|| {
        phone.replica.tasks().today(&reading(1)).map_or(0, |today| today.visits as usize)
    });
    time("not visited", &|| households.not_visited(None, None, Part::first(50)).unwrap().len());
    for text in
        ["wang", "shan", "zj", "王", "1203", "3号楼2单元", "3-2-502", "6789", "wang 502", "zhang wei 3号楼", "没有"]
    {
        time(&format!("find {text}"), &|| households.find(text, Part::first(50)).unwrap().len());
    }
}
