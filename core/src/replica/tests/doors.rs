//! How a worker finds a door: lists, searches, and what happened there.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::record::{Consent, KeptAt, PhotoNote, Pledge, Resident, ResidentId, Review, ReviewState, TakenWith};
use crate::replica::{Found, HouseholdLine, Order, Part, Place};
use crate::store::Mark;

pub(super) fn resident(name: &str, telephones: &[&str]) -> Resident {
    Resident {
        name: name.into(),
        telephones: telephones.iter().map(|telephone| (*telephone).to_owned()).collect(),
        birth_year: None,
        tags: BTreeSet::new(),
        app_installed: None,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    }
}

fn resident_id(number: u8) -> ResidentId {
    ResidentId::from_bytes([number; 16])
}

fn town(building: &str, unit: &str, floor: i64, room: &str) -> Household {
    let address = Address {
        building: Some(building.into()),
        unit: Some(unit.into()),
        floor: Some(floor),
        room: Some(room.into()),
        group: None,
        number: None,
    };
    Household { address, ..door("") }
}

fn village(group: &str, number: &str) -> Household {
    let address = Address {
        building: None,
        unit: None,
        floor: None,
        room: None,
        group: Some(group.into()),
        number: Some(number.into()),
    };
    Household { address, ..door("") }
}

fn ids(lines: &[HouseholdLine]) -> Vec<HouseholdId> {
    lines.iter().map(|line| line.household.id.into()).collect()
}

impl Phone {
    fn save(&self, record: &Household) -> HouseholdId {
        self.replica.households().save(self.grid, record, at(1)).unwrap()
    }

    fn find(&self, text: &str) -> Vec<HouseholdId> {
        ids(&self.replica.households().find(text, Part::all()).unwrap())
    }

    fn list(&self, order: Order) -> Vec<HouseholdId> {
        ids(&self.replica.households().list(None, order, Part::all()).unwrap())
    }
}

#[tokio::test]
async fn doors_come_in_the_order_of_a_walk_or_of_their_visits() {
    let phone = phone().await;
    // Saved the other way round.
    let mut walk: Vec<_> = [
        town("三号楼", "1单元", 1, "101"),
        town("3栋", "二单元", -1, "负101"),
        town("３号楼", "2单元", 2, "201"),
        town("10号楼", "甲单元", 1, "101"),
        town("10号楼", "乙单元", 1, "101"),
        village("二组", "9号"),
        village("2组", "10"),
        village("十二组", "1"),
    ]
    .iter()
    .rev()
    .map(|record| phone.save(record))
    .collect();
    walk.reverse();
    assert_eq!(phone.list(Order::Walking), walk);
    assert_eq!(phone.list(Order::LastVisit), walk);
    for (place, second) in [(3, 10), (0, 500), (6, 60)] {
        phone.replica.visits().save(&visit(walk[place], second), at(1_000)).unwrap();
    }
    let never = [1, 2, 4, 5, 7];
    let in_order = |places: &[usize]| places.iter().map(|place| walk[*place]).collect::<Vec<_>>();
    assert_eq!(phone.list(Order::LastVisit), in_order(&[&never[..], &[3, 6, 0]].concat()));
    assert_eq!(phone.list(Order::NotVisited), in_order(&[&never[..], &[0, 3, 6]].concat()));
    let households = phone.replica.households();
    let not_visited = |since| ids(&households.not_visited(Some(phone.grid), since, Part::all()).unwrap());
    assert_eq!(not_visited(None), in_order(&never));
    assert_eq!(not_visited(Some(visit(walk[0], 500).ended)), in_order(&[1, 2, 3, 4, 5, 6, 7]));
    assert_eq!(not_visited(Some(visit(walk[0], 60).ended)), in_order(&[1, 2, 3, 4, 5, 7]));
    assert!(households.not_visited(Some(area(8)), None, Part::all()).unwrap().is_empty());
}

#[tokio::test]
async fn a_door_is_found_by_whatever_is_known_of_it() {
    let phone = phone().await;
    let mut first = town("三号楼", "甲单元", 5, "502");
    first.residents.insert(resident_id(1), resident("单雄信", &["138-0013-8000"]));
    first.residents.insert(resident_id(2), Resident { left_town: true, ..resident("吕布", &["12000010502"]) });
    first.residents.insert(resident_id(3), Resident { removed: true, ..resident("曾查", &["12000009999"]) });
    let mut second = village("第五村民小组", "5021");
    second.residents.insert(resident_id(4), resident("仇解", &["12000020502"]));
    let (second, first) = (phone.save(&second), phone.save(&first));
    let third = phone.save(&town("10号楼", "1单元", 5, "502"));
    // The room itself comes before numbers that begin so and telephones that end so.
    assert_eq!(phone.find("502"), [first, third, second]);
    assert_eq!(phone.find("５０２"), [first, third, second]);
    for (text, door) in [
        ("三号楼502", first),
        ("3栋 甲单元", first),
        ("五组", second),
        ("12社", second),
        ("雄信", first),
        ("shan xiongxin", first),
        ("sxx", first),
        ("lv", first),
        ("qiuxie", second),
        ("chou jie", second),
        ("8000", first),
        ("138 0013 8000", first),
    ] {
        let expected: &[HouseholdId] = if text == "12社" { &[] } else { &[door] };
        assert_eq!(phone.find(text), expected, "{text}");
    }
    for text in ["曾", "zeng", "ceng", "zc", "9999", "13号楼", "1380", "00", "布吕", "雄信 仇"] {
        assert!(phone.find(text).is_empty(), "{text}");
    }
    let found = phone.replica.households().find("502 LB", Part::all()).unwrap();
    let of = |word: &str, place| Found { word: word.into(), place };
    let expected = [
        of("502", Place::Address),
        of("502", Place::Telephone(resident_id(2))),
        of("LB", Place::Spelling(resident_id(2))),
    ];
    assert_eq!((found.len(), &found[0].found[..]), (1, &expected[..]));
    let found = phone.replica.households().find("吕", Part::all()).unwrap();
    assert_eq!(found[0].found, [of("吕", Place::Name(resident_id(2)))]);
    // What is edited is found as it is now.
    let before = phone.replica.households().get(second).unwrap().unwrap().record;
    let mut after = before.clone();
    after.residents.get_mut(&resident_id(4)).unwrap().name = "仇晟".into();
    after.address.number = Some("77".into());
    phone.replica.households().edit(second, &before, &after, at(5)).unwrap();
    assert_eq!((phone.find("qiuxie").len(), phone.find("5021").len()), (0, 0));
    assert_eq!((phone.find("qiusheng"), phone.find("77")), (vec![second], vec![second]));
}

#[tokio::test]
async fn a_door_marked_as_removed_shows_nowhere() {
    let phone = phone().await;
    let mut record = town("3", "1", 5, "502");
    record.residents.insert(resident_id(1), resident("王平", &["12000010502"]));
    let (kept, gone) = (phone.save(&record), phone.save(&record));
    phone.replica.households().edit(gone, &record, &Household { removed: true, ..record.clone() }, at(3)).unwrap();
    for order in [Order::LastVisit, Order::Walking, Order::NotVisited] {
        assert_eq!(phone.list(order), [kept]);
    }
    assert_eq!(ids(&phone.replica.households().not_visited(None, None, Part::all()).unwrap()), [kept]);
    for text in ["", "502", "王平", "wangping", "wp"] {
        assert_eq!(phone.find(text), [kept], "{text}");
    }
    assert!(phone.replica.households().get(gone).unwrap().is_some_and(|kept| kept.record.removed));
}

#[tokio::test]
async fn pages_are_complete_and_none_shows_a_door_twice() {
    let phone = phone().await;
    for number in 0..23_u8 {
        // Many stand at the same place and were visited at the same time.
        let mut record = town("3", "1", 1, &format!("10{}", number % 3));
        record.residents.insert(resident_id(number), resident("王平", &[]));
        let id = phone.save(&record);
        if number % 2 == 0 {
            phone.replica.visits().save(&visit(id, i64::from(number % 4)), at(100)).unwrap();
        }
    }
    let households = phone.replica.households();
    let lists: [&dyn Fn(Part) -> Vec<HouseholdLine>; 6] = [
        &|part| households.list(None, Order::Walking, part).unwrap(),
        &|part| households.list(None, Order::LastVisit, part).unwrap(),
        &|part| households.list(Some(phone.grid), Order::NotVisited, part).unwrap(),
        &|part| households.not_visited(None, None, part).unwrap(),
        &|part| households.find("wp", part).unwrap(),
        &|part| households.find("3-1-101 王", part).unwrap(),
    ];
    for (list, count) in lists.into_iter().zip([23, 23, 23, 11, 23, 8]) {
        let whole = ids(&list(Part::all()));
        assert_eq!(whole.len(), count);
        let pages: Vec<_> = (0..9).flat_map(|page| ids(&list(Part { skip: page * 4, take: 4 }))).collect();
        assert_eq!(pages, whole);
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), count);
    }
}

#[tokio::test]
async fn a_door_s_timeline_has_everything_that_happened_there() {
    let phone = phone().await;
    let replica = &phone.replica;
    let mut record = town("3", "1", 5, "502");
    record.residents.insert(resident_id(1), resident("王平", &[]));
    let (id, other) = (phone.save(&record), phone.save(&record));
    let supervisor = |second| (reading(second), Role::Supervisor);
    let call = replica.visits().save(&visit(id, 100), at(200)).unwrap();
    replica.visits().save(&visit(other, 100), at(200)).unwrap();
    let alert = Alert {
        name: "王平".into(),
        telephone: None,
        household: Some(id),
        resident: Some(resident_id(1)),
        outsider: false,
        area: phone.grid,
        places: BTreeMap::new(),
        level: Level::High,
        issuer: "所".into(),
        platform_number: None,
        origin: Origin::Other,
        issued: reading(300).wall,
        reached_station: None,
        passed_on: None,
        entered: reading(310).wall,
        playbook: "builtin-1".into(),
        note: None,
    };
    let case = replica.alerts().create(&alert, (reading(320), Role::Police)).unwrap();
    let dissuasion = Visit { purpose: Purpose::Dissuasion, alert: Some(case), ..visit(id, 400) };
    let dissuasion = replica.visits().save(&dissuasion, at(500)).unwrap();
    let pledge = Pledge {
        household: id,
        resident: resident_id(1),
        template: "t".into(),
        version: 1,
        at: reading(600).wall,
        signature: None,
        proxy: None,
        witness: None,
        archive_number: None,
        corrects: None,
        void: false,
        note: None,
    };
    let signed = replica.pledges().save(&pledge, at(610)).unwrap();
    let judge = |of, second| {
        let heads = replica.reviews().heads(of).unwrap();
        replica.reviews().save(of, heads, ReviewState::Approved, None, supervisor(second)).unwrap()
    };
    let reviews = [judge(call, 700), judge(signed, 710), judge(id.into(), 720)];
    let consent = Consent { household: id, out_of_count: false, reason: None, at: reading(800).wall, note: None };
    let consent = replica.pledges().consent(&consent, supervisor(800)).unwrap();
    phone.server.world().scopes.push(Scope::CaseFile(case));
    phone.run(900).await;
    let last = replica.visits().save(&visit(id, 1_000), at(1_100)).unwrap();
    let expected = [last, consent, reviews[2], reviews[1], reviews[0], signed, dissuasion, case.into(), call];
    let line = replica.timeline().household(id, Part::all()).unwrap();
    assert_eq!(line.iter().map(|kept| kept.id).collect::<Vec<_>>(), expected);
    assert_eq!(line[0].mark, Mark::Waiting);
    assert!(
        line[1..].iter().all(|kept| kept.mark == Mark::Sent),
        "{:?}",
        line.iter().map(|kept| kept.mark).collect::<Vec<_>>()
    );
    assert!(matches!(&line[2].record, Record::Review(Review { of, .. }) if *of == id.into()));
    let pages = (0..4).flat_map(|page| replica.timeline().household(id, Part { skip: page * 3, take: 3 }).unwrap());
    assert_eq!(pages.map(|kept| kept.id).collect::<Vec<_>>(), expected);
    assert_eq!(replica.timeline().household(other, Part::all()).unwrap().len(), 1);
}

#[tokio::test]
async fn photos_are_noted_of_any_visit_and_those_of_before_have_none() {
    let phone = phone().await;
    let id = phone.save(&town("3", "1", 2, "202"));
    let visits = phone.replica.visits();
    let before = visit(id, 100);
    let made = visits.save(&before, at(200)).unwrap();
    let flat = |visit: &Visit| Record::from(visit.clone()).fields();
    assert_eq!(flat(&before).under("photos").count(), 0, "a visit without photos is written as it always was");
    assert_eq!(visits.get(made).unwrap().unwrap().record, before);
    let note = PhotoNote {
        taken_with: Some(TakenWith::Telephone),
        taken_by: Some("张".into()),
        kept_at: Some(KeptAt::Device),
        kept_as: Some("相册 3".into()),
    };
    let noted = Visit { photos: Some(Box::new(note)), ..before.clone() };
    assert!(visits.edit(made, &before, &noted, at(300)).unwrap());
    assert_eq!(visits.get(made).unwrap().unwrap().record, noted);
    let line = phone.replica.timeline().household(id, Part::all()).unwrap();
    assert_eq!(line[0].record, Record::from(noted.clone()));
    // Taken back, it is as if nothing had been noted.
    assert!(visits.edit(made, &noted, &before, at(400)).unwrap());
    assert_eq!(visits.get(made).unwrap().unwrap().record, before);
}

#[tokio::test]
async fn rows_are_made_anew_when_they_are_computed_otherwise() {
    let phone = phone().await;
    let id = phone.save(&town("三号楼", "1单元", 1, "101"));
    let Phone { replica, path, folder: _folder, .. } = phone;
    replica.engine.state().store.age_rows();
    assert!(replica.households().find("3栋101", Part::all()).unwrap().is_empty());
    drop(replica);
    let replica = open(&path, 2);
    assert_eq!(ids(&replica.households().find("3栋101", Part::all()).unwrap()), [id]);
}

/// Characters with their readings as a dictionary has them, the tones left out.
const CHARACTERS: &[(char, &[&str])] = &[
    ('单', &["dan", "shan", "chan"]),
    ('曾', &["zeng", "ceng"]),
    ('解', &["jie", "xie"]),
    ('仇', &["chou", "qiu"]),
    ('查', &["cha", "zha"]),
    ('区', &["qu", "ou"]),
    ('盖', &["gai", "ge"]),
    ('朴', &["pu", "piao"]),
    ('缪', &["miao", "mou", "miu"]),
    ('翟', &["zhai", "di"]),
    ('覃', &["tan", "qin"]),
    ('种', &["zhong", "chong"]),
    ('黑', &["hei", "he"]),
    ('乐', &["le", "yue"]),
    ('吕', &["lv", "lü", "lu"]),
    ('女', &["nv", "nü", "nyu"]),
    ('王', &["wang"]),
    ('伟', &["wei"]),
    ('行', &["xing", "hang"]),
    ('重', &["zhong", "chong"]),
    ('晟', &["cheng", "sheng"]),
    ('三', &["san"]),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn every_resident_is_found_by_all_that_is_known(
        people in proptest::collection::vec(
            (proptest::collection::vec(select(CHARACTERS), 2..=4), "1[0-9]{10}", any::<u64>()), 12),
        removed in subsequence((0..12_usize).collect::<Vec<_>>(), 0..4),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let phone = runtime.block_on(phone());
        let mut doors = Vec::new();
        for (at, (letters, telephone, dice)) in people.iter().enumerate() {
            let name: String = letters.iter().map(|(letter, _)| letter).collect();
            let mut record = town("3", "1", 1, "9");
            let person = Resident { removed: removed.contains(&at), ..resident(&name, &[telephone]) };
            record.residents.insert(resident_id(1), person);
            doors.push((phone.save(&record), at, name, letters, telephone, *dice));
        }
        let finds = |text: &str| phone.find(text).into_iter().collect::<BTreeSet<_>>();
        for (id, at, name, letters, telephone, dice) in doors {
            let mut spellings = vec![(String::new(), String::new())];
            for (_, readings) in letters {
                let longer = spellings.iter().flat_map(|(full, initials)| readings.iter().map(move |reading| {
                    (format!("{full} {reading}"), format!("{initials}{}", &reading[..1]))
                }));
                spellings = longer.collect();
            }
            let some = |count: usize| usize::try_from(dice % count as u64).unwrap();
            let (full, initials) = &spellings[some(spellings.len())];
            let joined = full.replace(' ', "");
            let prefix: String = joined.chars().take(1 + some(joined.chars().count())).collect();
            let shown = !removed.contains(&at);
            for text in [&name, full, &joined, &prefix, initials, &telephone[some(9)..].to_owned()] {
                let found = finds(text);
                prop_assert!(!shown || found.contains(&id), "{} {}", name, text);
                prop_assert!(shown || !found.contains(&id), "{} {}", name, text);
            }
            let middle = &telephone[..8];
            let ends = people.iter().any(|(_, telephone, _)| telephone.ends_with(middle));
            prop_assert!(ends || finds(middle).is_empty());
        }
    }
}
