//! What a phone tells of itself, as whoever answers for the phones sees it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use qiaomen_core::identity::secret;
use qiaomen_core::protocol::limits::MAX_REQUEST_INFLATED;
use qiaomen_core::protocol::{ExchangeRequest, PhoneStatus, decode, unpack};
use qiaomen_core::record::{Level, Role};
use qiaomen_core::sync::Shell;
use qiaomen_server::store::UserToken;
use serde_json::{Value, json};

use crate::harness::{Phone, World};

/// The line of a person's only phone, from the console's JSON.
fn line(world: &World, admin: &str, phone: &Phone) -> Value {
    let mut stream = TcpStream::connect(world.address().trim_start_matches("http://")).unwrap();
    let path = format!("/api/v1/people/{}", phone.person);
    let head =
        format!("GET {path} HTTP/1.1\r\nHost: town\r\nConnection: close\r\nAuthorization: Bearer {admin}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, page) = answer.split_once("\r\n\r\n").unwrap();
    let page: Value = serde_json::from_str(page).expect(&answer);
    assert_eq!(page["phones"].as_array().map(Vec::len), Some(1), "{page}");
    page["phones"][0].clone()
}

fn administrator(world: &mut World) -> String {
    let person = world.person(Role::Administrator, world.root);
    let (bytes, now) = ([7; 32], world.now());
    let kept = UserToken {
        number: 0,
        person,
        label: "test".to_owned(),
        created: now,
        expires: now.plus_hours(240),
        revoked: None,
        seen: None,
    };
    world.town().store().user_token_add(&secret::token_hash(&bytes), &kept).unwrap();
    format!("qmu_{}", secret::token_text(&bytes))
}

/// What each exchange of a phone told.
fn told(phone: &Phone) -> Vec<Option<PhoneStatus>> {
    let read = |body: &[u8]| {
        let plain = unpack(body, MAX_REQUEST_INFLATED).unwrap();
        let request: ExchangeRequest<'_> = decode(&plain).unwrap();
        request.status
    };
    phone.wire.went().iter().map(|went| read(&went.body)).collect()
}

#[test]
fn the_console_shows_what_a_phone_tells_and_what_it_still_holds_back() {
    let mut world = World::new();
    let admin = administrator(&mut world);
    let person = world.person(Role::GridWorker, world.grids[0]);
    let phone = world.fresh_phone(person);
    let before = line(&world, &admin, &phone);
    for key in ["told", "version", "free_bytes", "used_bytes", "clock_fast_ms", "unsent", "unsent_since", "quarantined"]
    {
        assert_eq!(before[key], Value::Null, "{key}");
    }

    phone.clock.off(192_000);
    let shell = Shell { version: Some("1.2.0\n".into()), free_bytes: Some(120_000_000), used_bytes: Some(40_000_000) };
    phone.replica().sync().set_shell(shell.clone());
    world.sync(&phone);
    let shown = line(&world, &admin, &phone);
    assert_eq!((&shown["version"], &shown["unsent"], &shown["quarantined"]), (&json!("1.2.0"), &json!(0), &json!(0)));
    assert_eq!((&shown["free_bytes"], &shown["used_bytes"]), (&json!(120_000_000), &json!(40_000_000)));
    assert_eq!((&shown["little_room"], &shown["unsent_since"]), (&json!(true), &Value::Null));

    // What is written while nobody is there: one change goes, two stay, and since when is what the first of those says.
    let grid = world.grids[0];
    phone.pace(1 << 20, 1);
    phone.add_door(grid, "101");
    world.clock.pass(3_600_000);
    let second = world.now();
    phone.add_door(grid, "102");
    world.clock.pass(3_600_000);
    phone.add_door(grid, "103");
    world.step(&phone).unwrap();
    let shown = line(&world, &admin, &phone);
    assert_eq!(shown["unsent"], 2);
    assert_eq!(shown["unsent_since"], json!(world.town().zone().rfc3339(second)));
    // The clock was put right since the phone joined, so it knows by how much it is off.
    let fast = shown["clock_fast_ms"].as_i64().unwrap();
    assert!((fast - 192_000).abs() < 1_000, "{fast}");
    assert_eq!(shown["clock_off"], false);
    phone.clock.off(11_220_000);
    world.sync(&phone);
    let shown = line(&world, &admin, &phone);
    assert_eq!(
        (&shown["unsent"], &shown["unsent_since"], &shown["clock_off"]),
        (&json!(0), &Value::Null, &json!(true))
    );

    // Another start, another version; what goes without saying is not said again.
    let mut phone = phone;
    phone.restart();
    phone.replica().sync().set_shell(Shell { version: Some("1.3.0".into()), ..shell });
    let exchanges = told(&phone).len();
    for _ in 0..5 {
        world.sync(&phone);
    }
    let since: Vec<_> = told(&phone).split_off(exchanges);
    assert_eq!(since.iter().filter(|one| one.is_some()).count(), 1, "{since:?}");
    assert_eq!(line(&world, &admin, &phone)["version"], "1.3.0");
    world.clock.pass(7 * 3_600_000);
    world.sync(&phone);
    assert!(told(&phone).last().unwrap().is_some(), "after hours it is said again");
    world.settle_and_agree(&[&phone]);
}

#[test]
fn the_console_shows_that_refused_work_waits_on_a_phone() {
    let mut world = World::new();
    let admin = administrator(&mut world);
    let alert = world.alert(0, Level::Low, world.now());
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let reading = (head.reading(), Role::TeamHead);
    head.replica().alerts().raise(alert, Level::Extreme, Some("转账中".to_owned()), reading).unwrap();
    world.sync(&head);
    world.sync(&head);
    let shown = line(&world, &admin, &head);
    assert_eq!((&shown["quarantined"], &shown["refused"], &shown["unsent"]), (&json!(1), &json!(1), &json!(0)));
    let item = head.replica().quarantine().list().unwrap()[0].refused.item;
    head.replica().quarantine().discard(item).unwrap();
    world.sync(&head);
    let shown = line(&world, &admin, &head);
    assert_eq!((&shown["quarantined"], &shown["refused"]), (&json!(0), &json!(1)));
}

#[test]
fn a_long_upload_tells_when_nothing_is_left() {
    let mut world = World::new();
    let phone = world.worker(0);
    let grid = world.grids[0];
    for room in 0..40 {
        phone.add_door(grid, &format!("{room}"));
    }
    phone.pace(1 << 20, 2_000);
    world.sync(&phone);
    let unsent: Vec<u64> = told(&phone).into_iter().flatten().map(|status| status.unsent).collect();
    assert_eq!(unsent.last(), Some(&0), "{unsent:?}");
    assert!(unsent.len() <= 8, "{unsent:?}");
    let kept = world.town().devices().unwrap().into_iter().find(|device| device.person == phone.person).unwrap();
    assert_eq!(kept.told.unwrap().0.unsent, 0);
}
