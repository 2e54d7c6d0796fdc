//! A resident looks up who stands at the door: the picture on the worker's phone, opened on the resident's.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use qiaomen_core::identity::Badge as Token;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{AreaId, Role, Value};
use qiaomen_core::replica::{Badge, ReplicaError};
use qiaomen_server::author::Draft;

use crate::harness::{Phone, World};

const ZH: &str = "zh-CN,zh;q=0.9,en;q=0.8";

/// What a resident's telephone is answered.
struct Page {
    status: u16,
    head: String,
    text: String,
}

impl Page {
    #[track_caller]
    fn says(&self, status: u16, texts: &[&str]) {
        assert_eq!(self.status, status, "{}", self.text);
        for text in texts {
            assert!(self.text.contains(text), "{text} is missing in {}", self.text);
        }
    }

    #[track_caller]
    fn says_not(&self, texts: &[&str]) {
        for text in texts {
            assert!(!self.text.contains(text), "{text} stands in {}", self.text);
        }
    }
}

fn get(world: &World, path: &str, language: &str) -> Page {
    let mut stream = TcpStream::connect(world.address().trim_start_matches("http://")).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: town.example\r\nAccept-Language: {language}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Page { status, head: head.to_ascii_lowercase(), text: text.to_owned() }
}

fn token(world: &World, badge: &Badge) -> String {
    badge.url.strip_prefix(&format!("{}/badge/", world.address())).unwrap().to_owned()
}

fn scan(world: &World, badge: &Badge) -> Page {
    get(world, &format!("/badge/{}", token(world, badge)), ZH)
}

fn set_number(world: &mut World, area: AreaId, number: &str) {
    let edits = vec![Edit { path: vec!["telephone".into()], value: Value::Text(number.into()) }];
    world.office(Draft::Edit { id: area.into(), edits });
}

fn show(world: &World, phone: &Phone) -> Badge {
    phone.replica().badge(world.address(), &phone.reading()).unwrap()
}

fn name(world: &World, phone: &Phone) -> String {
    world.read_person(phone.person).name
}

/// A town with a number to call, and a worker with a phone.
fn at_the_door() -> (World, Phone) {
    let mut world = World::new();
    let root = world.root;
    set_number(&mut world, root, "0371-1200 0000");
    let phone = world.worker(0);
    (world, phone)
}

#[test]
fn q7_a_resident_sees_who_stands_at_the_door_and_whom_to_call() {
    let (world, phone) = at_the_door();
    // In flight mode: everything that the screen shows is made on the phone.
    let size = world.log_size();
    let badge = show(&world, &phone);
    assert_eq!((badge.name.as_str(), badge.town.as_str()), (name(&world, &phone).as_str(), "镇"));
    assert_eq!(badge.telephone.as_deref(), Some("0371-1200 0000"));
    let left = badge.until.millis_since(phone.reading().wall);
    assert!((599_000..=600_000).contains(&left), "{left}");
    assert_eq!(badge.qr.dark.len(), (badge.qr.size * badge.qr.size) as usize);
    let page = scan(&world, &badge);
    page.says(
        200,
        &[&badge.name, "镇 · 反诈工作人员", "href=\"tel:037112000000\"", "0371-1200 0000", "密码或验证码", "转账"],
    );
    // 09:00 in Shanghai, and ten minutes.
    page.says(200, &["有效期至", "09:10"]);
    assert!(page.head.contains("cache-control: no-store"), "{}", page.head);
    assert!(page.head.contains("referrer-policy: no-referrer"), "{}", page.head);
    // Nothing about anybody but the name, and nothing was written.
    page.says_not(&[&phone.person.to_string(), "第0.0网格"]);
    assert_eq!(world.log_size(), size);
    // In English for whoever's telephone speaks it, and by the switch.
    get(&world, &format!("/badge/{}", token(&world, &badge)), "en-GB,en").says(200, &["never asks you", &badge.name]);
    get(&world, &format!("/badge/{}?lang=en", token(&world, &badge)), ZH).says(200, &["Valid until"]);
}

#[test]
fn q7_a_badge_is_over_after_ten_minutes_and_its_holder_is_named_no_more() {
    let (world, phone) = at_the_door();
    let badge = show(&world, &phone);
    let name = name(&world, &phone);
    world.clock.pass(9 * 60_000 + 50_000);
    scan(&world, &badge).says(200, &[&name]);
    world.clock.pass(70_000);
    let page = scan(&world, &badge);
    page.says(410, &["已过期", "重新打开", "0371-1200 0000"]);
    page.says_not(&[&name]);
    // A new one is made without the server, and is good.
    scan(&world, &show(&world, &phone)).says(200, &[&name]);
}

#[test]
fn q7_a_phone_whose_wall_clock_is_wrong_makes_good_badges() {
    let (world, phone) = at_the_door();
    phone.clock.off(3 * 3_600_000);
    scan(&world, &show(&world, &phone)).says(200, &[&name(&world, &phone)]);
    // A phone that runs two minutes ahead of the server passes, one that runs further does not.
    let identity = phone.replica().identity().unwrap().unwrap();
    let token = |ahead: i64| {
        let mut reading = phone.reading();
        reading.monotonic_ms += ahead * 1000;
        phone.replica().badge(world.address(), &reading).unwrap()
    };
    scan(&world, &token(110)).says(200, &[]);
    let page = scan(&world, &token(180));
    page.says(410, &["已过期"]);
    page.says_not(&[&name(&world, &phone), &identity.certificate.device.to_string()]);
}

#[test]
fn q7_a_revoked_phone_and_a_person_who_left_are_told_as_such() {
    for leaves in [false, true] {
        let (mut world, phone) = at_the_door();
        let badge = show(&world, &phone);
        let name = name(&world, &phone);
        scan(&world, &badge).says(200, &[&name]);
        if leaves {
            world.edit_person(phone.person, |person| person.left = true);
        } else {
            let device = phone.replica().identity().unwrap().unwrap().certificate.device;
            assert!(world.town().revoke_device(device, world.now()).unwrap());
        }
        let page = scan(&world, &badge);
        page.says(410, &["已停用", "别让来人进门", "0371-1200 0000"]);
        page.says_not(&[&name]);
        // It stays so when the ten minutes are over, and the phone makes none once it knows.
        world.clock.pass(700_000);
        scan(&world, &badge).says(410, &["已停用"]);
        assert_eq!(world.try_sync(&phone).err(), Some(ReplicaError::Revoked));
        let none = phone.replica().badge(world.address(), &phone.reading());
        assert_eq!(none.err(), Some(ReplicaError::Revoked));
    }
}

#[test]
fn q7_what_is_no_badge_of_this_town_says_what_to_do() {
    let (world, phone) = at_the_door();
    let badge = show(&world, &phone);
    let token = token(&world, &badge);
    let swapped = if token.ends_with('A') { "Q" } else { "A" };
    let mut elsewhere = World::seeded(9);
    let stranger = elsewhere.worker(0);
    let foreign = show(&elsewhere, &stranger).url.rsplit('/').next().unwrap().to_owned();
    assert!(Token::parse(&foreign).is_some());
    let tampered = [
        format!("{}{swapped}", &token[..token.len() - 1]),
        format!("{}{}{}", &token[..40], if &token[40..41] == "x" { "y" } else { "x" }, &token[41..]),
        token[..60].to_owned(),
        "-".to_owned(),
        "%F0%9F%9A%AA%22%3E%3Cscript%3E".to_owned(),
        foreign,
    ];
    for text in &tampered {
        let page = get(&world, &format!("/badge/{text}"), ZH);
        page.says(404, &["不是本镇的工作证", "href=\"tel:037112000000\"", "110"]);
        page.says_not(&[&name(&world, &phone), "<script>"]);
    }
    // Whoever guesses is made to wait; a good badge is not, from whichever address.
    for _ in 0..10 {
        get(&world, "/badge/-", ZH);
    }
    let page = get(&world, "/badge/-", ZH);
    page.says(429, &["现在查不了", "拨打"]);
    assert!(page.head.contains("retry-after: 60"), "{}", page.head);
    scan(&world, &badge).says(200, &[&badge.name]);
    world.clock.pass(60_000);
    get(&world, "/badge/-", ZH).says(404, &[]);
}

#[test]
fn q7_the_number_is_that_of_the_nearest_area_and_a_town_without_one_says_110() {
    let mut world = World::new();
    let phone = world.worker(0);
    let none = show(&world, &phone);
    assert_eq!(none.telephone, None);
    scan(&world, &none).says(200, &["href=\"tel:110\""]);
    let (root, village) = (world.root, world.villages[0]);
    set_number(&mut world, root, "110");
    set_number(&mut world, village, "+86 120-0000-0001");
    let elsewhere = world.worker(2);
    world.settle(&[&phone, &elsewhere]);
    assert_eq!(show(&world, &phone).telephone.as_deref(), Some("+86 120-0000-0001"));
    assert_eq!(show(&world, &elsewhere).telephone.as_deref(), Some("110"));
    scan(&world, &show(&world, &phone)).says(200, &["href=\"tel:+8612000000001\""]);
    // Before it has exchanged a phone knows nobody's name, its own person's neither.
    let person = world.person(Role::GridWorker, world.grids[0]);
    let fresh = world.fresh_phone(person);
    let told = fresh.replica().badge(world.address(), &fresh.reading());
    assert_eq!(told.err(), Some(ReplicaError::NotFound));
}
