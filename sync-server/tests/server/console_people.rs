//! People, phones, areas and imports in the console, over real HTTP with tokens of people.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use qiaomen_core::identity::{DeviceKey, secret};
use qiaomen_core::protocol::{
    EnrolAnswer, EnrolRequest, ExchangeRequest, PhoneStatus, VERSION, decode, encode, path, unpack,
};
use qiaomen_core::record::{AreaId, HouseholdId, PersonId, Role, Scope};
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::store::{AuditWanted, UserToken};
use serde_json::{Value, json};

use super::http::{Running, poll, send};
use super::{Fixture, household};

struct Console {
    fixture: Fixture,
    server: Running,
    admin: (PersonId, String),
}

fn token(fixture: &Fixture, person: PersonId, seed: u8) -> String {
    let bytes = [seed; 32];
    let now = SystemClock.now();
    let kept = UserToken {
        number: 0,
        person,
        label: "test".to_owned(),
        created: now,
        expires: now.plus_hours(1),
        revoked: None,
        seen: None,
    };
    fixture.town.store().user_token_add(&secret::token_hash(&bytes), &kept).unwrap();
    format!("qmu_{}", secret::token_text(&bytes))
}

fn ask(address: SocketAddr, token: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let body = body.map(Value::to_string).unwrap_or_default();
    let head = format!(
        "{method} /api/v1{path} HTTP/1.1\r\nHost: town\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Accept-Language: en\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap_or(Value::Null))
}

impl Console {
    fn new() -> Self {
        let mut fixture = Fixture::new();
        let person = fixture.person(Role::Administrator, fixture.root);
        let admin = (person, token(&fixture, person, 1));
        let server = Running::new(fixture.town.clone());
        Self { fixture, server, admin }
    }

    fn with(&mut self, role: Role, area: qiaomen_core::record::AreaId, seed: u8) -> (PersonId, String) {
        let person = self.fixture.person(role, area);
        (person, token(&self.fixture, person, seed))
    }

    fn get(&self, token: &str, path: &str) -> (u16, Value) {
        ask(self.server.address, token, "GET", path, None)
    }

    fn post(&self, token: &str, path: &str, body: &Value) -> (u16, Value) {
        ask(self.server.address, token, "POST", path, Some(body))
    }

    #[track_caller]
    fn does(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(&self.admin.1, path, body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    fn noted(&self, action: &str) -> Vec<(Option<String>, Option<String>)> {
        let wanted = AuditWanted { action: Some(action.to_owned()), limit: 100, ..AuditWanted::default() };
        let entries = self.fixture.town.store().audit(&wanted).unwrap();
        assert!(entries.iter().all(|(_, entry)| entry.person.is_some()));
        entries.into_iter().map(|(_, entry)| (entry.subject, entry.detail)).collect()
    }

    fn upload(&self, token: &str, noun: &str, bytes: &[u8]) -> (u16, Value) {
        use base64::Engine as _;
        let content = base64::engine::general_purpose::STANDARD.encode(bytes);
        self.post(token, "/imports/new", &json!({ "noun": noun, "file": { "name": "people.csv", "content": content } }))
    }
}

#[test]
fn an_administrator_adds_and_changes_people_and_their_standing_follows() {
    let console = Console::new();
    let (town, grid) = (console.fixture.town.clone(), console.fixture.grids[0]);
    let form = json!({ "name": "王芳", "login": "wang.fang", "telephone": "13800135678", "role": "grid_worker", "area": grid });
    let added = console.does("/people/new", &form);
    let id: PersonId = added["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(town.store().standing(id).unwrap().roles, [(Role::GridWorker, grid)]);
    let (status, answer) = console.post(&console.admin.1, "/people/new", &form);
    assert_eq!((status, answer["field"].as_str()), (422, Some("login")), "{answer}");

    let village = console.fixture.villages[1];
    console.does(&format!("/people/{id}/roles"), &json!({ "role": "supervisor", "area": village }));
    let (_, page) = console.get(&console.admin.1, &format!("/people/{id}"));
    let first = page["roles"].as_array().unwrap().iter().find(|role| role["role"] == "grid_worker").unwrap();
    let assignment = first["assignment"].as_str().unwrap();
    console.does(&format!("/people/{id}/roles/{assignment}/end"), &json!({}));
    assert_eq!(town.store().standing(id).unwrap().roles, [(Role::Supervisor, village)]);
    console.does(&format!("/people/{id}/change"), &json!({ "name": "王小芳" }));
    let (_, page) = console.get(&console.admin.1, &format!("/people/{id}"));
    assert_eq!(
        (&page["name"], &page["login"], &page["telephone"]),
        (&json!("王小芳"), &json!("wang.fang"), &Value::Null)
    );
    let (_, list) = console.get(&console.admin.1, &format!("/people?role=supervisor&area={}", console.fixture.root));
    assert_eq!(list["people"]["total"], 1);

    console.does(&format!("/people/{id}/left"), &json!({}));
    assert!(town.store().standing(id).unwrap().left);
    let (_, list) = console.get(&console.admin.1, "/people?left=true");
    assert_eq!(list["people"]["lines"][0]["id"], json!(id));
    // Whoever sees to people cannot take the last one away who may.
    let own = console.admin.0;
    let (status, answer) = console.post(&console.admin.1, &format!("/people/{own}/left"), &json!({}));
    assert_eq!(status, 422, "{answer}");
    assert!(answer["detail"].as_str().unwrap().contains("Nobody would be left"), "{answer}");
    assert_eq!(console.get(&console.admin.1, "/people").0, 200);
    let noted: Vec<_> = console.noted("people").into_iter().filter_map(|(_, detail)| detail).collect();
    assert_eq!(noted, ["left", "changed", "role_ended", "role_given", "added"]);
}

#[test]
fn a_code_joins_a_phone_and_a_lock_ends_it() {
    let mut console = Console::new();
    let (worker, _) = console.with(Role::GridWorker, console.fixture.grids[0], 9);
    let invited = console.does(&format!("/people/{worker}/invite"), &json!({}));
    let code = invited["once"]["codes"][0].as_str().unwrap().to_owned();
    assert!(invited["once"]["qr"].as_str().unwrap().starts_with("<svg"));
    let key = DeviceKey::generate(&mut console.fixture.random);
    let request = EnrolRequest { version: VERSION, code, key: key.public(), label: "Her phone".to_owned() };
    let (status, body) = send(console.server.address, "POST", path::ENROL, None, &encode(&request).unwrap());
    assert_eq!(status, 200);
    let plain = unpack(&body, 1 << 20).unwrap();
    let joined: EnrolAnswer = decode(&plain).unwrap();
    assert_eq!(joined.certificate.person, worker);
    let device = joined.certificate.device;
    let (_, page) = console.get(&console.admin.1, "/people?tab=devices");
    let line = &page["devices"]["lines"][0];
    assert_eq!((&line["id"], &line["label"], &line["version"]), (&json!(device), &json!("Her phone"), &Value::Null));
    assert_eq!((&line["told"], &line["unsent"]), (&Value::Null, &Value::Null));
    assert_eq!(
        console.does(&format!("/devices/{device}/revoke"), &json!({}))["said"],
        "The phone was taken out of use."
    );
    assert!(console.fixture.town.store().device(device).unwrap().unwrap().revoked.is_some());
    let phone = console.fixture.phone(worker);
    assert_eq!(poll(console.server.address, &phone, 0).0, 200);
    console.does(&format!("/people/{worker}/revoke"), &json!({}));
    assert_eq!(poll(console.server.address, &phone, 0).0, 403);
    let (_, page) = console.get(&console.admin.1, "/people?tab=devices&only=revoked");
    assert_eq!(page["devices"]["total"], 2);

    console.does(&format!("/people/{worker}/change"), &json!({ "name": "W", "login": "w" }));
    let link = console.does(&format!("/people/{worker}/link"), &json!({}));
    assert!(link["once"]["codes"][0].as_str().unwrap().starts_with("http://town/link/"));
    let own = console.admin.0;
    assert_eq!(console.post(&console.admin.1, &format!("/people/{own}/link"), &json!({})).0, 422);
    assert_eq!((console.noted("invite").len(), console.noted("revoke").len()), (2, 2));
}

#[test]
fn how_a_phone_is_is_kept_once_in_ten_minutes_unless_it_changes() {
    let mut fixture = Fixture::new();
    let worker = fixture.person(Role::GridWorker, fixture.grids[0]);
    let phone = fixture.phone(worker);
    let told = |fixture: &Fixture| fixture.town.store().device(phone.device.id).unwrap().unwrap().told;
    let tell = |fixture: &mut Fixture, minutes: i64, status: Option<PhoneStatus>| {
        let now = fixture.now.plus_minutes(minutes);
        let device = fixture.town.store().device(phone.device.id).unwrap().unwrap();
        let request = ExchangeRequest { status, ..phone.request(None) };
        fixture.town.exchange(&device, &request, now).unwrap();
        now
    };
    tell(&mut fixture, 0, None);
    assert_eq!(told(&fixture), None, "an older phone tells nothing");
    let status = PhoneStatus { version: Some("1.0".to_owned()), unsent: 3, ..PhoneStatus::default() };
    let first = tell(&mut fixture, 1, Some(status.clone()));
    tell(&mut fixture, 5, Some(status.clone()));
    assert_eq!(told(&fixture), Some((status.clone(), first)));
    let changed = PhoneStatus { version: Some(format!("1.1\u{1b}{}", "x".repeat(100))), ..status };
    let second = tell(&mut fixture, 6, Some(changed.clone()));
    assert_eq!(told(&fixture), Some((changed.clone().bounded(), second)));
    assert_eq!(told(&fixture).unwrap().0.version.unwrap().len(), 64);
    let third = tell(&mut fixture, 17, Some(changed.clone()));
    tell(&mut fixture, 40, None);
    assert_eq!(told(&fixture), Some((changed.bounded(), third)), "who tells nothing takes nothing back");
}

#[test]
fn a_supervisor_of_a_village_sees_to_nobody() {
    let mut console = Console::new();
    let (_, village) = console.with(Role::Supervisor, console.fixture.villages[0], 5);
    let (_, town) = console.with(Role::Supervisor, console.fixture.root, 6);
    let admin = console.admin.0;
    for path in ["/people", "/people?tab=devices", "/imports"] {
        assert_eq!((console.get(&village, path).0, console.get(&town, path).0), (403, 200), "{path}");
    }
    for path in ["/people/new", &format!("/people/{admin}/left"), &format!("/people/{admin}/invite"), "/areas/new"] {
        let (status, answer) = console.post(&village, path, &json!({}));
        assert_eq!((status, answer["code"].as_str()), (403, Some("not_permitted")), "{path}");
    }
    assert_eq!(console.upload(&village, "areas", b"name,level\nX,town\n").0, 403);
    assert_eq!(console.get(&town, &format!("/people/{}", PersonId::from_bytes([9; 16]))).0, 404);
}

#[test]
fn doors_move_as_the_preview_says_and_only_between_grids_of_whoever_moves_them() {
    let mut console = Console::new();
    let (grids, villages) = (console.fixture.grids.clone(), console.fixture.villages.clone());
    let (_, worker) = console.fixture.worker(0);
    drop(worker);
    let door = HouseholdId::fresh(console.fixture.now, &mut console.fixture.random);
    let record = Box::new(household("501").into());
    console.fixture.system_writes(Draft::Create { id: door.into(), record, scope: Scope::Grid(grids[0]) });
    let (_, here) = console.with(Role::Supervisor, villages[0], 5);
    let (_, elsewhere) = console.with(Role::Supervisor, villages[1], 6);
    let doors = format!("/areas/{}/doors", grids[0]);
    assert_eq!((console.get(&elsewhere, &doors).0, console.get(&console.admin.1, &doors).0), (403, 403));
    let (_, page) = console.get(&here, &doors);
    assert_eq!((&page["total"], &page["doors"][0]["id"]), (&json!(1), &json!(door)));
    assert!(!page["doors"][0]["address"].to_string().contains("501"), "{page}");
    let plan = |to: usize| json!({ "to": grids[to], "doors": [door] });
    let moves = format!("/areas/{}/moves", grids[0]);
    assert_eq!(console.post(&here, &moves, &plan(2)).0, 403);
    let (status, answer) = console.post(&here, &moves, &plan(1));
    assert_eq!(status, 200, "{answer}");
    let ticket = answer["id"].as_str().unwrap();
    let (_, preview) = console.get(&here, &format!("/moves/{ticket}"));
    assert_eq!((&preview["doors"], preview["lose"].as_array().unwrap().len()), (&json!(1), 1), "{preview}");
    assert_eq!(console.get(&elsewhere, &format!("/moves/{ticket}")).0, 404);
    let scope = |console: &Console| console.fixture.town.store().document(door.into()).unwrap().unwrap().scope;
    assert_eq!(scope(&console), Scope::Grid(grids[0]));
    assert_eq!(console.post(&here, &format!("/moves/{ticket}/apply"), &json!({})).0, 200);
    assert_eq!(scope(&console), Scope::Grid(grids[1]));
    assert_eq!(console.noted("move_doors").len(), 1);
}

#[test]
fn q7_the_number_to_call_about_visitors_is_set_on_the_page_or_by_a_file_and_is_one_telephone() {
    let console = Console::new();
    let (admin, grid) = (console.admin.1.clone(), console.fixture.grids[0]);
    let other = console.fixture.grids[1];
    let shown = |area: AreaId| {
        let (_, page) = console.get(&admin, "/people?tab=areas");
        let lines = page["areas"]["lines"].as_array().unwrap().clone();
        lines.into_iter().find(|line| line["id"] == json!(area)).unwrap()["telephone"].clone()
    };
    let rename = format!("/areas/{grid}/rename");
    for wrong in ["王芳", "11", "110、120", "<b>110</b>"] {
        let (status, answer) = console.post(&admin, &rename, &json!({ "name": "Grid", "telephone": wrong }));
        assert_eq!((status, answer["field"].as_str()), (422, Some("telephone")), "{answer}");
        let new = json!({ "name": "New", "level": "grid", "parent": console.fixture.villages[0], "telephone": wrong });
        assert_eq!(console.post(&admin, "/areas/new", &new).0, 422);
    }
    assert_eq!(shown(grid), Value::Null);
    console.does(&rename, &json!({ "name": "Grid", "telephone": " 0371-1200 0000 " }));
    assert_eq!(shown(grid), "0371-1200 0000");
    // A file tells it of an area that has none; what a file does not say stays, and so does what somebody wrote since.
    let line = |name: &str, number: &str| format!("名称,联系电话\n{name},{number}\n");
    for (file, after) in [
        (line("Grid 0.1", "120 0000 0001"), ["0371-1200 0000", "120 0000 0001"]),
        ("名称,代码\nGrid 0.1,7\n".to_owned(), ["0371-1200 0000", "120 0000 0001"]),
        (line("Grid", "120 0000 0002"), ["0371-1200 0000", "120 0000 0001"]),
        (line("Grid 0.1", "120 0000 0003"), ["0371-1200 0000", "120 0000 0003"]),
    ] {
        let (status, staged) = console.upload(&admin, "areas", file.as_bytes());
        assert_eq!(status, 200, "{staged}");
        console.does(&format!("/imports/staged/{}/apply", staged["id"].as_str().unwrap()), &json!({}));
        assert_eq!([shown(grid), shown(other)], after.map(Value::from), "{file}");
    }
    let (_, staged) = console.upload(&admin, "areas", line("Grid", "王芳").as_bytes());
    let (_, look) = console.get(&admin, &format!("/imports/staged/{}", staged["id"].as_str().unwrap()));
    assert_eq!((&look["bad_total"], &look["bad"][0]["column"]), (&json!(1), &json!("telephone")), "{look}");
    console.does(&rename, &json!({ "name": "Grid" }));
    assert_eq!(shown(grid), Value::Null);
}

#[test]
fn an_import_is_looked_at_written_and_taken_back() {
    let console = Console::new();
    let (address, admin) = (console.server.address, console.admin.1.clone());
    let before = console.fixture.town.roles().unwrap();
    let file = "姓名,账号,电话,职务\n王芳,wang,13800135678,网格员@Village 0/Grid 0.0\n李明,li ming,,队长@Village 0\n";
    let (status, staged) = console.upload(&admin, "people", file.as_bytes());
    assert_eq!(status, 200, "{staged}");
    let ticket = staged["id"].as_str().unwrap();
    let (_, look) = console.get(&admin, &format!("/imports/staged/{ticket}"));
    assert_eq!((&look["records"]["new"], &look["bad_total"]), (&json!(1), &json!(1)), "{look}");
    assert_eq!((&look["bad"][0]["row"], &look["bad"][0]["column"]), (&json!(3), &json!("login")));
    assert_eq!(look["first"][0]["cells"], json!(["王芳", "wang", "138****5678", "网格员@Village 0/Grid 0.0"]));
    assert_eq!(console.fixture.town.roles().unwrap(), before);
    let apply = format!("/imports/staged/{ticket}/apply");
    assert_eq!(console.post(&admin, &apply, &json!({})).0, 422);
    let (status, applied) = console.post(&admin, &apply, &json!({ "skip_bad": true }));
    assert_eq!(status, 200, "{applied}");
    assert_eq!(console.post(&admin, &apply, &json!({ "skip_bad": true })).0, 404);
    assert_eq!(console.fixture.town.roles().unwrap().len(), before.len() + 1);
    let number = applied["id"].as_str().unwrap();
    let (_, page) = console.get(&admin, &format!("/imports/{number}"));
    assert_eq!((&page["import"]["state"], &page["bad"][0]["row"]), (&json!("applied"), &json!(3)));
    let (status, undone) = console.post(&admin, &format!("/imports/{number}/undo"), &json!({}));
    assert_eq!(status, 200, "{undone}");
    let mut after = console.fixture.town.roles().unwrap();
    let mut before = before;
    after.sort_by_key(|(id, ..)| *id);
    before.sort_by_key(|(id, ..)| *id);
    assert_eq!(after, before);
    assert_eq!(console.get(&admin, "/imports").1["imports"][0]["state"], "undone");
    assert_eq!(console.post(&admin, &format!("/imports/{number}/undo"), &json!({})).0, 422);
    assert_eq!((console.noted("import").len(), console.noted("undo").len()), (2, 1));

    // What is no table says so, and brings nobody down.
    for (noun, bytes, field) in [
        ("people", &b""[..], "file"),
        ("people", b"\x89PNG\r\n\x1a\n\x00\x00", "file"),
        ("people", b"PK\x03\x04rubbish", "file"),
        ("people", b"\xd0\xcf\x11\xe0rubbish", "file"),
        ("people", b"a,b\n1,2\n", "file"),
        ("cats", b"name\nx\n", "noun"),
    ] {
        let (status, answer) = console.upload(&admin, noun, bytes);
        assert_eq!((status, answer["field"].as_str()), (422, Some(field)), "{noun} {answer}");
    }
    let (status, answer) = console.upload(&admin, "people", &vec![b'a'; 17 * 1024 * 1024]);
    assert_eq!((status, answer["code"].as_str()), (413, Some("too_large")));
    // An administrator does no casework.
    let rows = "网格,地址,姓名\nGrid 0.0,3栋501,王芳\n";
    assert_eq!(console.upload(&admin, "households", rows.as_bytes()).0, 403);
    let body = json!({ "noun": "people", "file": { "name": "x", "content": "***" } });
    assert_eq!(ask(address, &admin, "POST", "/imports/new", Some(&body)).0, 422);
}
