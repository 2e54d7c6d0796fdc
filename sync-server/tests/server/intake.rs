//! Alerts as they come in: over HTTP from systems, and what the server does for each once it is there.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use qiaomen_core::identity::secret;
use qiaomen_core::playbook::CaseResult;
use qiaomen_core::record::{
    Address, AlertId, Asked, Duty, FirstHands, Household, HouseholdId, Level, Origin, PersonId, Place, Record,
    Resident, ResidentId, Role, Routing, Scope, Time,
};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::intake::{Came, Intake, Matched, Sender, Stage, Told, questions, unaccepted};
use qiaomen_server::report::cases::CaseFile;
use serde_json::{Value, json};

use super::http::Running;
use super::{Fixture, start};

/// One request with a JSON body; the status, the type and the body.
pub fn post(address: SocketAddr, key: &str, body: &[u8]) -> (u16, String, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let head = format!(
        "POST /api/v1/alerts HTTP/1.1\r\nHost: town\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {key}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let media = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-type: ").map(str::to_owned));
    (status, media.unwrap_or_default(), serde_json::from_str(body).unwrap_or(Value::Null))
}

/// A town served over HTTP, with an integration of the whole town.
struct Served {
    fixture: Fixture,
    server: Running,
    person: PersonId,
    key: String,
}

impl Served {
    fn new() -> Self {
        let mut fixture = Fixture::new();
        let person = fixture.person(Role::Integration, fixture.root);
        let key = key(&mut fixture, person, 1);
        let server = Running::new(fixture.town.clone());
        Self { fixture, server, person, key }
    }

    fn post(&self, body: &Value) -> (u16, String, Value) {
        post(self.server.address, &self.key, body.to_string().as_bytes())
    }

    fn file(&self, alert: &Value) -> CaseFile {
        let alert: AlertId = alert.as_str().unwrap().parse().unwrap();
        CaseFile::read(&self.fixture.town, alert).unwrap().unwrap()
    }
}

fn key(fixture: &mut Fixture, person: PersonId, seed: u8) -> String {
    let key = [seed; 32];
    fixture.town.store().integration_add(&secret::token_hash(&key), person, SYSTEM, fixture.now).unwrap();
    secret::token_text(&key)
}

/// So many minutes before now, by the clock of the machine.
fn ago(minutes: i64) -> String {
    SystemClock.now().plus_minutes(-minutes).to_string()
}

fn alert(number: &str, level: &str) -> Value {
    json!({
        "number": number, "name": "王小明", "telephone": "+86 120 0001 0000", "level": level, "area": "Village 0",
        "places": [{ "label": "home", "address": "三号楼2单元501" }, { "label": "work", "latitude": 34.5, "longitude": 113.25, "datum": "gcj02" }],
        "issuer": "A platform", "origin": "funds_side", "issued": "2026-11-01T09:00:00+08:00",
        "reached_station": "2026-11-01 09:05", "passed_on": "2026-11-01 09:09", "note": "Somebody calls",
    })
}

#[test]
fn q14_an_alert_handed_in_keeps_its_number_origin_and_four_times_and_the_same_again_changes_nothing() {
    let served = Served::new();
    let mut body = alert("A-1", "high");
    body["issued"] = ago(30).into();
    body["reached_station"] = ago(20).into();
    body["passed_on"] = ago(10).into();
    let (status, _, first) = served.post(&body);
    assert_eq!((status, first["verdict"].as_str()), (201, Some("created")), "{first}");
    let file = served.file(&first["alert"]);
    let held = &file.alert;
    assert_eq!((held.name.as_str(), held.telephone.as_deref()), ("王小明", Some("12000010000")));
    assert_eq!((held.platform_number.as_deref(), &held.origin), (Some("A-1"), &Origin::FundsSide));
    assert_eq!((held.issuer.as_str(), held.places.len()), ("A platform", 2));
    let times = [Some(held.issued), held.reached_station, held.passed_on, Some(held.entered)];
    assert!(times.is_sorted() && times.iter().all(Option::is_some), "{times:?}");
    assert_eq!(file.own.header.author, served.person, "it says who handed it in");
    let log = served.fixture.town.store().log().unwrap();
    let (status, _, again) = served.post(&body);
    assert_eq!((status, again["verdict"].as_str()), (200, Some("unchanged")));
    assert_eq!(again["alert"], first["alert"]);
    assert_eq!(served.fixture.town.store().log().unwrap(), log, "not a change is written");
}

#[test]
fn q14_the_same_number_corrects_raises_asks_and_takes_back() {
    let served = Served::new();
    let mut body = alert("A-1", "medium");
    body["issued"] = ago(30).into();
    body["reached_station"] = Value::Null;
    body["passed_on"] = Value::Null;
    let (_, _, first) = served.post(&body);
    // The sender puts something right that it had said itself.
    body["name"] = "王晓明".into();
    body["places"][0]["address"] = "四号楼".into();
    let (status, _, said) = served.post(&body);
    assert_eq!((status, said["verdict"].as_str()), (200, Some("corrected")), "{said}");
    let file = served.file(&first["alert"]);
    assert_eq!(file.alert.name, "王晓明");
    assert!(file.alert.places.values().any(|place| place.address.as_deref() == Some("四号楼")));
    assert_eq!(file.alert.places.len(), 2, "a place is known by what it is called");
    // A higher level is a raise; the alert's own stays.
    body["level"] = "extreme".into();
    let (_, _, said) = served.post(&body);
    assert_eq!(said["verdict"], "raised");
    let file = served.file(&first["alert"]);
    assert_eq!(file.alert.level, Level::Medium);
    assert_eq!(file.standing(&served.fixture.town, SystemClock.now()).level, Level::Extreme);
    // A lower one is only a question, once.
    body["level"] = "low".into();
    for _ in 0..2 {
        let (_, _, said) = served.post(&body);
        assert_eq!(said["verdict"], "listed");
    }
    let asked = questions(&served.fixture.town, Some(file.id)).unwrap();
    let lower: Vec<_> = asked.iter().filter(|(_, question)| question.what == Asked::LowerLevel).collect();
    assert_eq!(lower.len(), 1, "{asked:?}");
    assert_eq!(lower[0].1.level, Some(Level::Low));
    assert_eq!(served.file(&first["alert"]).standing(&served.fixture.town, SystemClock.now()).level, Level::Extreme);
    // Taken back it is closed, and still there.
    body["recalled"] = true.into();
    body["recall_reason"] = "A mistake".into();
    let (_, _, said) = served.post(&body);
    assert_eq!(said["verdict"], "recalled");
    let (_, _, said) = served.post(&body);
    assert_ne!(said["verdict"], "recalled", "only once");
    let file = served.file(&first["alert"]);
    assert_eq!(file.standing(&served.fixture.town, SystemClock.now()).result, CaseResult::Recalled);
}

#[test]
fn q14_what_somebody_here_put_right_stays_and_is_listed_beside_what_the_sender_says() {
    let mut served = Served::new();
    let mut body = alert("A-1", "medium");
    for time in ["issued", "reached_station", "passed_on"] {
        body[time] = ago(30).into();
    }
    let (_, _, first) = served.post(&body);
    let id: AlertId = first["alert"].as_str().unwrap().parse().unwrap();
    let mut right = served.file(&first["alert"]).alert;
    let before = Record::from(right.clone()).fields();
    right.name = "王大明".to_owned();
    let edits = before.difference(&Record::from(right).fields());
    served.fixture.system_writes(Draft::Edit { id: id.into(), edits });
    body["name"] = "汪小明".into();
    let (_, _, said) = served.post(&body);
    assert_eq!(said["verdict"], "listed");
    assert_eq!(served.file(&first["alert"]).alert.name, "王大明");
    let asked = questions(&served.fixture.town, Some(id)).unwrap();
    let differs = asked.iter().find(|(_, question)| question.what == Asked::Differs).unwrap();
    assert!(differs.1.note.as_ref().unwrap().contains("汪小明"));
}

#[test]
fn q4_a_key_is_of_one_area_and_ends_when_it_is_revoked() {
    let mut served = Served::new();
    let (status, media, problem) = post(served.server.address, &"0".repeat(64), b"{}");
    assert_eq!(
        (status, media.as_str(), problem["code"].as_str()),
        (401, "application/problem+json", Some("key_unknown"))
    );
    let (status, ..) = post(served.server.address, "no key", b"{}");
    assert_eq!(status, 401);
    let village = served.fixture.villages[1];
    let other = served.fixture.person(Role::Integration, village);
    let narrow = key(&mut served.fixture, other, 2);
    let mut body = alert("B-1", "low");
    for time in ["issued", "reached_station", "passed_on"] {
        body[time] = ago(30).into();
    }
    let (status, _, problem) = post(served.server.address, &narrow, body.to_string().as_bytes());
    assert_eq!((status, problem["code"].as_str()), (403, Some("not_permitted")), "{problem}");
    body["area"] = "Village 1".into();
    let (status, ..) = post(served.server.address, &narrow, body.to_string().as_bytes());
    assert_eq!(status, 201);
    // Another system may count alike: the same number of its own is another alert.
    body["name"] = "李华".into();
    body["telephone"] = "12000020000".into();
    let (status, _, mine) = served.post(&body);
    assert_eq!((status, mine["verdict"].as_str()), (201, Some("created")));
    let number = served.fixture.town.store().integrations().unwrap()[1].number;
    assert!(served.fixture.town.store().integration_revoke(number, served.fixture.now).unwrap());
    let (status, _, problem) = post(served.server.address, &narrow, body.to_string().as_bytes());
    assert_eq!((status, problem["code"].as_str()), (403, Some("key_revoked")));
    // A system has no phone, and is nobody who could read.
    assert!(served.fixture.town.scopes_of(other).unwrap().is_empty());
    let random = &mut served.fixture.random;
    assert_eq!(served.fixture.town.clone().invite(other, 1, None, served.fixture.now, random).unwrap(), None);
}

#[test]
fn q4_each_of_several_has_its_own_verdict_and_what_is_hostile_is_refused_or_made_harmless() {
    let served = Served::new();
    let good = |number: &str| {
        let mut body = alert(number, "特危");
        for time in ["issued", "reached_station", "passed_on"] {
            body[time] = ago(30).into();
        }
        body["telephone"] = format!("1200003{number:0>4}").into();
        body
    };
    let with = |number: &str, field: &str, value: Value| {
        let mut body = good(number);
        body[field] = value;
        body
    };
    let many = json!({ "alerts": [
        good("1"),
        with("2", "name", "".into()),
        with("3", "name", "\u{202e}王\u{0}\u{1b}[31m五\u{200b}".into()),
        with("4", "level", "worst".into()),
        with("5", "issued", "yesterday".into()),
        with("6", "issued", "2199-01-01T00:00:00Z".into()),
        with("7", "area", "Atlantis".into()),
        with("8", "colour", "red".into()),
        with("9", "name", "x".repeat(100_000).into()),
        with("10", "places", json!([{ "latitude": 1e300, "longitude": 0.0 }])),
        with("11", "places", json!([{ "latitude": 12.0 }])),
        with("12", "note", "=HYPERLINK(\"http://example.com\")".into()),
        "text", 5, null, [],
        with("17", "number", "  ".into()),
        with("18", "telephone", json!({})),
    ] });
    let (status, _, answer) = served.post(&many);
    assert_eq!(status, 200);
    let results = answer["results"].as_array().unwrap();
    assert_eq!(results.len(), 18);
    let verdicts: Vec<&str> = results.iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    let taken: Vec<usize> = (0..18).filter(|at| verdicts[*at] == "created").collect();
    assert_eq!(taken, [0, 2, 11], "{answer}");
    for (at, field) in
        [(1, "name"), (3, "level"), (4, "issued"), (5, "issued"), (6, "area"), (8, "name"), (10, "places")]
    {
        assert_eq!(results[at]["problem"]["field"], field, "{}", results[at]);
        assert_eq!(results[at]["problem"]["status"], 422);
    }
    assert_eq!(served.file(&results[2]["alert"]).alert.name, "王[31m五", "what cannot be seen is gone");
    assert_eq!(served.file(&results[0]["alert"]).alert.level, Level::Extreme);
    // Nothing that was written stands in a problem.
    let problems: String = results.iter().map(|one| one["problem"].to_string()).collect();
    assert!(!problems.contains("Atlantis") && !problems.contains("worst") && !problems.contains("xxx"), "{problems}");
    for (body, status) in [
        (&b"{"[..], 400),
        (b"[]", 400),
        (b"\"text\"", 400),
        (b"{\"alerts\": 5}", 400),
        (b"{\"alerts\": [], \"more\": 1}", 400),
        (b"{\"alerts\": []}", 200),
        (b"{}", 422),
        (b"\xff\xfe", 400),
    ] {
        assert_eq!(post(served.server.address, &served.key, body).0, status, "{body:?}");
    }
    let large = json!({ "alerts": [with("19", "name", "y".repeat(1024 * 1024).into())] });
    assert_eq!(served.post(&large).0, 413);
    let nested = "[".repeat(200_000);
    assert_eq!(post(served.server.address, &served.key, nested.as_bytes()).0, 400);
    let most = json!({ "alerts": vec![json!({}); 201] });
    assert_eq!(served.post(&most).2["code"], "too_many");
}

#[test]
fn q4_the_api_says_what_it_is() {
    let document = qiaomen_server::api::openapi();
    insta::assert_json_snapshot!("openapi", document);
    let served = Served::new();
    let (status, body) = super::http::send(served.server.address, "GET", "/api/openapi.json", None, b"");
    assert_eq!(status, 200);
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), document);
    // Every reference leads somewhere, and every operation names its statuses.
    let text = document.to_string();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
    for operation in document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values())
    {
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().all(|status| status.parse::<u16>().is_ok()), "{responses:?}");
    }
}

// ---- what the server does for an alert

/// A town and its intake, without HTTP: the clock is the test's.
struct Station {
    fixture: Fixture,
    intake: Intake,
}

impl Station {
    fn new() -> Self {
        Self { fixture: Fixture::new(), intake: Intake::default() }
    }

    fn take(&mut self, told: Told) -> (AlertId, Came, Option<AlertId>) {
        let sender = Sender { person: SYSTEM, is_integration: false };
        let town = self.fixture.town.clone();
        let now = self.fixture.tick();
        let taken = self.intake.take(&town, sender, told, now, &mut self.fixture.random).unwrap();
        (taken.alert, taken.came, taken.joined)
    }

    fn told(&self, number: &str, level: Level) -> Told {
        Told {
            number: Some(number.to_owned()),
            name: "王小明".to_owned(),
            telephone: Some("12000010000".to_owned()),
            level,
            issuer: "A platform".to_owned(),
            origin: None,
            area: Some(self.fixture.villages[0]),
            places: Vec::new(),
            issued: self.fixture.now,
            reached_station: None,
            passed_on: None,
            note: None,
            recalled: None,
        }
    }

    fn file(&self, alert: AlertId) -> CaseFile {
        CaseFile::read(&self.fixture.town, alert).unwrap().unwrap()
    }

    /// To whom an alert is offered.
    fn offered(&self, alert: AlertId) -> Vec<PersonId> {
        self.file(alert).custody().offers.iter().map(|offer| offer.to).collect()
    }

    fn asked(&self, alert: AlertId) -> Vec<Asked> {
        questions(&self.fixture.town, Some(alert)).unwrap().into_iter().map(|(_, question)| question.what).collect()
    }

    fn resident(&mut self, grid: usize, room: &str, name: &str, telephone: &str) -> (HouseholdId, ResidentId) {
        let now = self.fixture.tick();
        let id = HouseholdId::fresh(now, &mut self.fixture.random);
        let resident = ResidentId::fresh(now, &mut self.fixture.random);
        let record = household(room, resident, name, telephone);
        let scope = Scope::Grid(self.fixture.grids[grid]);
        self.fixture.system_writes(Draft::Create { id: id.into(), record: Box::new(record.into()), scope });
        (id, resident)
    }

    fn escalate(&mut self, at: Time) -> Vec<(AlertId, Stage)> {
        let town = self.fixture.town.clone();
        let waiting = self.intake.escalate(&town, at, &mut self.fixture.random).unwrap();
        waiting.into_iter().map(|one| (one.alert, one.stage)).collect()
    }
}

fn household(room: &str, resident: ResidentId, name: &str, telephone: &str) -> Household {
    let person = Resident {
        name: name.to_owned(),
        telephones: [telephone.to_owned()].into(),
        birth_year: None,
        tags: Default::default(),
        app_installed: None,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    };
    Household {
        address: Address { unit: Some("2".to_owned()), ..super::household(room).address },
        residents: [(resident, person)].into(),
        ..super::household(room)
    }
}

#[test]
fn q14_a_person_is_matched_by_telephone_or_by_name_and_address_and_else_a_supervisor_is_asked() {
    let mut station = Station::new();
    let (door, resident) = station.resident(0, "501", "王小明", "12000010000");
    station.resident(1, "502", "李华", "12000020000");
    let told = station.told("1", Level::High);
    let (alert, ..) = station.take(told);
    let held = station.file(alert).alert;
    assert_eq!((held.household, held.resident), (Some(door), Some(resident)));
    assert!(station.asked(alert).iter().all(|asked| *asked != Asked::Who));
    // By name and address, and where the area is not told it is the door's.
    let mut told = station.told("2", Level::High);
    told.name = "李华".to_owned();
    told.telephone = None;
    told.area = None;
    told.places =
        vec![Place { label: "home".to_owned(), address: Some("Village 0 3栋2单元502".to_owned()), position: None }];
    let (alert, ..) = station.take(told);
    assert_eq!(station.file(alert).alert.area, station.fixture.grids[1]);
    assert!(station.file(alert).alert.resident.is_some());
    // Somebody else's telephone decides nothing: it is there, and somebody is asked.
    let mut told = station.told("3", Level::High);
    told.name = "张三".to_owned();
    told.telephone = Some("12000020000".to_owned());
    let (alert, came, _) = station.take(told);
    assert_eq!(came, Came::Created);
    assert_eq!(station.file(alert).alert.resident, None);
    assert!(station.asked(alert).contains(&Asked::Who));
}

#[test]
fn q14_a_supervisor_says_who_it_is_and_a_join_found_then_follows() {
    let mut station = Station::new();
    let supervisor = station.fixture.person(Role::Supervisor, station.fixture.root);
    let (door, resident) = station.resident(0, "501", "王小明", "12000010000");
    let told = station.told("1", Level::High);
    let (first, ..) = station.take(told);
    let mut told = station.told("2", Level::Extreme);
    told.name = "王某".to_owned();
    told.telephone = None;
    let (second, _, joined) = station.take(told);
    assert_eq!(joined, None);
    let town = station.fixture.town.clone();
    let (now, random) = (station.fixture.tick(), &mut station.fixture.random);
    let who = Matched::Resident(door, resident);
    let joined = station.intake.matched(&town, supervisor, second, &who, now, random).unwrap();
    assert_eq!(joined, Some(first));
    let now = station.fixture.now;
    assert_eq!(station.file(first).standing(&town, now).level, Level::Extreme, "the highest level of both");
    assert_eq!(station.file(second).standing(&town, now).result, CaseResult::Joined);
    let open = questions(&town, None).unwrap();
    let waits = |what: &Asked| open.iter().any(|(_, one)| one.alert == second && one.what == *what);
    assert!(!waits(&Asked::Who) && waits(&Asked::NoTeam), "that question is answered: {open:?}");
    // Nobody else may say so.
    let worker = station.fixture.person(Role::GridWorker, station.fixture.grids[0]);
    let (now, random) = (station.fixture.tick(), &mut station.fixture.random);
    assert!(station.intake.matched(&town, worker, first, &Matched::Outsider, now, random).is_err());
}

#[test]
fn q14_a_second_alert_about_somebody_with_an_open_one_joins_it() {
    let mut station = Station::new();
    let told = station.told("1", Level::Low);
    let (first, ..) = station.take(told);
    let told = station.told("2", Level::High);
    let (second, came, joined) = station.take(told);
    assert_eq!((came, joined), (Came::Created, Some(first)));
    assert!(station.offered(second).is_empty(), "it is nobody's but through the first");
    // The first is recalled; its case goes on for the second, and the next joins it too.
    let mut told = station.told("1", Level::Low);
    told.recalled = Some(String::new());
    let (_, came, _) = station.take(told);
    assert_eq!(came, Came::Recalled);
    let told = station.told("3", Level::High);
    let (_, _, joined) = station.take(told);
    assert_eq!(joined, Some(first), "the second still stands in it");
}

fn duty(station: &mut Station, area: qiaomen_core::record::AreaId, person: PersonId, deputy: Option<PersonId>) {
    let from = start();
    let record = Duty { area, from, until: from.plus_hours(24), person, deputy, cancelled: false };
    let id = qiaomen_core::record::DocumentId::fresh(station.fixture.now, &mut station.fixture.random);
    station.fixture.system_writes(Draft::Create { id, record: Box::new(record.into()), scope: Scope::Town });
}

#[test]
fn q4_high_levels_stay_with_the_station_and_others_go_to_the_team_s_head() {
    let mut station = Station::new();
    let (root, village) = (station.fixture.root, station.fixture.villages[0]);
    let head = station.fixture.person(Role::TeamHead, village);
    let officer = station.fixture.person(Role::Police, root);
    duty(&mut station, root, officer, None);
    for (number, level, to) in [
        ("1", Level::Extreme, officer),
        ("2", Level::High, officer),
        ("3", Level::Medium, head),
        ("4", Level::Low, head),
    ] {
        let mut told = station.told(number, level.clone());
        told.telephone = Some(format!("1200001000{number}"));
        let (alert, ..) = station.take(told);
        assert_eq!(station.offered(alert), [to], "{level}");
        assert!(!station.asked(alert).contains(&Asked::NoTeam));
    }
}

#[test]
fn l3_a_joint_dissuasion_is_the_station_s_and_the_team_comes_along() {
    let mut station = Station::new();
    let (root, village) = (station.fixture.root, station.fixture.villages[0]);
    let head = station.fixture.person(Role::TeamHead, village);
    let officer = station.fixture.person(Role::Police, root);
    duty(&mut station, root, officer, None);
    // Who goes first is a setting of each level.
    let routing = Routing {
        level: Level::Extreme,
        first: FirstHands::Joint,
        deputy_minutes: 1,
        head_minutes: 2,
        telephone_minutes: 3,
    };
    let id = qiaomen_core::record::DocumentId::fresh(station.fixture.now, &mut station.fixture.random);
    station.fixture.system_writes(Draft::Create { id, record: Box::new(routing.into()), scope: Scope::Town });
    let mut told = station.told("5", Level::Extreme);
    told.telephone = Some("12000010005".to_owned());
    let (alert, ..) = station.take(told);
    assert_eq!(station.offered(alert), [officer]);
    let sent = station
        .file(alert)
        .facts
        .iter()
        .any(|fact| matches!(&fact.record, Record::Sending(sending) if sending.person == head));
    assert!(sent, "the team comes along");
}

#[test]
fn q4_an_area_without_a_team_is_said_to_have_none() {
    let mut station = Station::new();
    let told = station.told("1", Level::Medium);
    let (alert, ..) = station.take(told);
    assert!(station.asked(alert).contains(&Asked::NoTeam));
    assert!(station.offered(alert).is_empty());
    // Nobody can be told in time: a supervisor telephones.
    let later = station.fixture.now.plus_minutes(61);
    assert_eq!(station.escalate(later), [(alert, Stage::Telephone)]);
}

#[test]
fn l11_an_alert_nobody_takes_goes_to_the_deputy_then_to_the_head_and_then_somebody_telephones() {
    let mut station = Station::new();
    let (root, village) = (station.fixture.root, station.fixture.villages[0]);
    let head = station.fixture.person(Role::TeamHead, village);
    let officer = station.fixture.person(Role::Police, root);
    let deputy = station.fixture.person(Role::Police, root);
    duty(&mut station, root, officer, Some(deputy));
    let told = station.told("1", Level::High);
    let (alert, ..) = station.take(told);
    let arrived = station.fixture.now;
    let after = |minutes| arrived.plus_minutes(minutes);
    assert_eq!(station.escalate(after(4)), [(alert, Stage::First)]);
    assert_eq!(station.offered(alert), [officer]);
    assert_eq!(station.escalate(after(5)), [(alert, Stage::Deputy)]);
    assert_eq!(station.offered(alert), [officer, deputy]);
    assert_eq!(station.escalate(after(6)), [(alert, Stage::Deputy)]);
    assert_eq!(station.offered(alert), [officer, deputy], "each is offered it once");
    assert_eq!(station.escalate(after(10)), [(alert, Stage::Head)]);
    assert_eq!(station.offered(alert), [officer, deputy, head]);
    assert_eq!(station.escalate(after(15)), [(alert, Stage::Telephone)]);
    // A raise brings it forward.
    let mut told = station.told("1", Level::Extreme);
    told.issued = station.file(alert).alert.issued;
    assert_eq!(station.take(told).1, Came::Raised);
    assert_eq!(station.escalate(after(11)), [(alert, Stage::Telephone)]);
    // Once somebody has it, nobody is asked any more.
    let mut phone = station.fixture.phone(head);
    phone.sync(&mut station.fixture);
    let receipt = qiaomen_core::record::Receipt { alert, at: station.fixture.now, offer: None };
    let (_, out) = phone.create(&mut station.fixture, receipt, Scope::CaseFile(alert), Role::TeamHead);
    assert!(super::phone::accepted(&phone.send(&mut station.fixture, &[out])));
    assert_eq!(station.file(alert).custody().owner.map(|owner| owner.person), Some(head));
    assert_eq!(station.escalate(after(90)), []);
    assert!(unaccepted(&station.fixture.town, after(90)).unwrap().is_empty());
}

#[test]
fn q4_what_a_phone_or_a_spreadsheet_brings_is_seen_to_like_any_other() {
    let mut station = Station::new();
    let (door, resident) = station.resident(0, "501", "Somebody else", "12000010000");
    let head = station.fixture.person(Role::TeamHead, station.fixture.villages[0]);
    let mut record = super::alert(station.fixture.villages[0], station.fixture.now);
    record.telephone = Some("120 0001 0000".to_owned());
    record.level = Level::Medium;
    let id = AlertId::fresh(station.fixture.now, &mut station.fixture.random);
    station.fixture.system_writes(Draft::Create {
        id: id.into(),
        record: Box::new(record.into()),
        scope: Scope::CaseFile(id),
    });
    let town = station.fixture.town.clone();
    let now = station.fixture.tick();
    station.intake.tend(&town, now, &mut station.fixture.random).unwrap();
    let held = station.file(id).alert;
    assert_eq!((held.household, held.resident), (Some(door), Some(resident)));
    assert_eq!(station.offered(id), [head]);
    let log = town.store().log().unwrap();
    station.intake.tend(&town, now, &mut station.fixture.random).unwrap();
    assert_eq!(town.store().log().unwrap(), log, "once");
}

#[test]
fn q14_a_recall_takes_back_its_own_alert_and_not_the_one_that_joined_it() {
    let mut station = Station::new();
    let told = station.told("1", Level::Low);
    let (first, ..) = station.take(told);
    let told = station.told("2", Level::Extreme);
    let (_, _, joined) = station.take(told);
    assert_eq!(joined, Some(first));
    let mut told = station.told("1", Level::Low);
    told.recalled = Some("A mistake".to_owned());
    assert_eq!(station.take(told).1, Came::Recalled);
    let stands = station.file(first).standing(&station.fixture.town, station.fixture.now);
    assert_eq!((stands.result, stands.level), (CaseResult::Running, Level::Extreme), "the case goes on for the other");
    let waiting = unaccepted(&station.fixture.town, station.fixture.now).unwrap();
    assert_eq!(waiting.iter().map(|one| one.alert).collect::<Vec<_>>(), [first]);
}

#[test]
fn q14_a_family_has_one_telephone_and_its_people_are_several() {
    let mut station = Station::new();
    let told = station.told("1", Level::High);
    station.take(told);
    let mut told = station.told("2", Level::High);
    told.name = "李秀英".to_owned();
    assert_eq!(station.take(told).2, None, "somebody else");
    let mut told = station.told("3", Level::High);
    told.name = "王某".to_owned();
    assert!(station.take(told).2.is_some(), "a covered name may be theirs");
}

#[test]
fn q4_an_alert_put_right_to_another_area_goes_to_its_team_and_never_out_of_a_key_s_area() {
    let mut station = Station::new();
    let heads = [0, 1].map(|at| {
        let village = station.fixture.villages[at];
        station.fixture.person(Role::TeamHead, village)
    });
    let village = station.fixture.villages[0];
    let person = station.fixture.person(Role::Integration, village);
    let town = station.fixture.town.clone();
    let take = |station: &mut Station, told: Told, person: PersonId| {
        let now = station.fixture.tick();
        let sender = Sender { person, is_integration: person != SYSTEM };
        station.intake.take(&town, sender, told, now, &mut station.fixture.random)
    };
    let told = station.told("1", Level::Low);
    let alert = take(&mut station, told, person).unwrap().alert;
    assert_eq!(station.offered(alert), [heads[0]]);
    let mut told = station.told("1", Level::Low);
    told.issued = station.file(alert).alert.issued;
    told.area = Some(station.fixture.villages[1]);
    assert!(take(&mut station, told.clone(), person).is_err());
    assert_eq!(station.file(alert).alert.area, village);
    // Of the whole town it may.
    let mut told = Told { number: Some("2".to_owned()), telephone: None, name: "赵".to_owned(), ..told };
    told.area = Some(village);
    let alert = take(&mut station, told.clone(), SYSTEM).unwrap().alert;
    told.area = Some(station.fixture.villages[1]);
    assert_eq!(take(&mut station, told, SYSTEM).unwrap().came, Came::Corrected);
    assert_eq!(station.offered(alert), heads);
}

#[test]
fn q14_the_same_once_more_says_nothing_and_what_was_taken_back_or_raised_is_asked_about() {
    let mut station = Station::new();
    let mut told = station.told("1", Level::High);
    let place = |address: &str| Place { label: "home".to_owned(), address: Some(address.to_owned()), position: None };
    told.places = vec![place("甲地"), place("乙地")];
    let (alert, ..) = station.take(told.clone());
    for _ in 0..4 {
        assert_eq!(station.take(told.clone()).1, Came::Unchanged);
    }
    // Its sender raised it, and names the first level again: that is lower.
    let raised = Told { level: Level::Extreme, ..told.clone() };
    assert_eq!(station.take(raised).1, Came::Raised);
    assert_eq!(station.take(told.clone()).1, Came::Listed);
    assert!(station.asked(alert).contains(&Asked::LowerLevel));
    let back = Told { recalled: Some(String::new()), level: Level::Extreme, ..told.clone() };
    assert_eq!(station.take(back).1, Came::Recalled);
    let again = Told { level: Level::Extreme, ..told.clone() };
    assert_eq!(station.take(again).1, Came::Listed, "sent once more after it was taken back");
    assert!(station.asked(alert).contains(&Asked::Differs));
    // A year mistyped, and a number of nothing that can be seen.
    let sender = Sender { person: SYSTEM, is_integration: true };
    let town = station.fixture.town.clone();
    for told in [
        Told { number: Some("9".to_owned()), issued: start().plus_hours(-24 * 365), ..told.clone() },
        Told { number: Some("\u{0}\u{200b}".to_owned()), ..told },
    ] {
        let now = station.fixture.tick();
        assert!(station.intake.take(&town, sender, told, now, &mut station.fixture.random).is_err());
    }
}
