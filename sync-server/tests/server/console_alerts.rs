//! The console's alerts over real HTTP: who sees what, what is masked, what decisions do.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use qiaomen_core::identity::secret;
use qiaomen_core::record::{
    Alert, AlertId, AreaId, Clearance, DocumentId, Level, MoneySent, Outcome, PersonId, Place, PlaceId, Proposal,
    Purpose, Receipt, Record, Role, StopPayment, StopStep, Time, Visit,
};
use qiaomen_server::author::{Author, Draft, Written};
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::intake::questions;
use qiaomen_server::report::cases::CaseFile;
use qiaomen_server::store::{AuditWanted, UserToken};
use serde_json::{Value, json};

use super::http::Running;
use super::{Fixture, alert, case, visit};

/// One request of a program; the status and the body.
fn send(address: SocketAddr, token: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, String) {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: town\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {token}\r\nAccept-Language: en\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// A town of today with its server.
struct Console {
    fixture: Fixture,
    server: Option<Running>,
    tokens: u8,
}

impl Console {
    fn new() -> Self {
        Self { fixture: Fixture::new(), server: None, tokens: 0 }
    }

    /// From here on it is today.
    fn serve(&mut self) {
        self.fixture.now = self.fixture.now.max(SystemClock.now());
        self.server = Some(Running::new(self.fixture.town.clone()));
    }

    fn token(&mut self, role: Role, area: AreaId) -> (PersonId, String) {
        let person = self.fixture.person(role, area);
        self.tokens += 1;
        let (bytes, now) = ([self.tokens; 32], SystemClock.now());
        let token = UserToken {
            number: 0,
            person,
            label: "test".to_owned(),
            created: now,
            expires: now.plus_hours(24),
            revoked: None,
            seen: None,
        };
        self.fixture.town.store().user_token_add(&secret::token_hash(&bytes), &token).unwrap();
        (person, format!("qmu_{}", secret::token_text(&bytes)))
    }

    fn get(&self, token: &str, path: &str) -> (u16, Value) {
        let address = self.server.as_ref().unwrap().address;
        let (status, body) = send(address, token, "GET", &format!("/api/v1{path}"), None);
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    fn page(&self, token: &str, path: &str) -> (u16, String) {
        send(self.server.as_ref().unwrap().address, token, "GET", path, None)
    }

    fn post(&self, token: &str, path: &str, body: &Value) -> (u16, Value) {
        let address = self.server.as_ref().unwrap().address;
        let (status, body) = send(address, token, "POST", &format!("/api/v1{path}"), Some(body));
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    fn alert(&mut self, alert: Alert) -> AlertId {
        let id = AlertId::fresh(self.fixture.now, &mut self.fixture.random);
        self.fixture.system_writes(Draft::Create { id: id.into(), record: Box::new(alert.into()), scope: case(id) });
        id
    }

    /// An alert of this level that was issued so many hours ago.
    fn issued(&mut self, grid: usize, level: Level, hours: i64) -> AlertId {
        let at = SystemClock.now().plus_hours(-hours);
        self.alert(Alert { level, ..alert(self.fixture.grids[grid], at) })
    }

    fn fact(&mut self, alert: AlertId, record: impl Into<Record>) {
        let id = DocumentId::fresh(self.fixture.now, &mut self.fixture.random);
        let record = Box::new(record.into());
        self.fixture.system_writes(Draft::Create { id, record, scope: case(alert) });
    }

    /// Somebody takes an alert.
    fn taken(&mut self, person: PersonId, alert: AlertId, at: Time) {
        let now = self.fixture.tick();
        let mut author = Author::new(&self.fixture.town, person, now, &mut self.fixture.random).unwrap();
        let id = DocumentId::fresh(now, &mut self.fixture.random);
        let record = Box::new(Receipt { alert, at, offer: None }.into());
        let written =
            author.write(vec![Draft::Create { id, record, scope: case(alert) }], now, &mut self.fixture.random);
        assert!(matches!(written.unwrap()[..], [Written::Verdict(qiaomen_core::protocol::Verdict::Accepted { .. })]));
    }

    /// Two took it, and the one who was heard of later says they were the first.
    fn contested(&mut self, grid: usize) -> (AlertId, PersonId, PersonId) {
        let grid_area = self.fixture.grids[grid];
        let first = self.fixture.person(Role::TeamHead, grid_area);
        let other = self.fixture.person(Role::TeamHead, grid_area);
        let id = self.issued(grid, Level::High, 1);
        let now = SystemClock.now();
        self.taken(first, id, now.plus_minutes(-20));
        self.taken(other, id, now.plus_minutes(-40));
        (id, first, other)
    }
}

fn meeting(alert: AlertId, at: Time) -> Visit {
    let household = qiaomen_core::record::HouseholdId::from_bytes([1; 16]);
    Visit {
        purpose: Purpose::Dissuasion,
        household: None,
        alert: Some(alert),
        outcome: Outcome::Met,
        ..visit(household, at)
    }
}

fn total(list: &Value) -> u64 {
    list["total"].as_u64().unwrap()
}

#[test]
fn every_count_of_today_is_the_length_of_the_list_that_it_leads_to() {
    let mut console = Console::new();
    let root = console.fixture.root;
    // Their phone was last heard of in March.
    let silent = console.fixture.person(Role::GridWorker, console.fixture.grids[0]);
    let mut phone = console.fixture.phone(silent);
    phone.sync(&mut console.fixture);
    // This one came in three days ago, and nobody took it.
    console.fixture.now = SystemClock.now().plus_hours(-72);
    console.issued(0, Level::Extreme, 72);
    console.serve();
    let (_, sup) = console.token(Role::Supervisor, root);
    let villages = console.fixture.villages.clone();
    let (_, head) = console.token(Role::TeamHead, villages[1]);
    let now = SystemClock.now();
    console.issued(2, Level::Extreme, 72);
    console.issued(0, Level::Low, 0);
    console.issued(0, Level::Medium, 24 * 45);
    console.contested(0);
    let unheard = console.issued(0, Level::High, 48);
    console.fact(unheard, qiaomen_core::record::Sending { alert: unheard, person: silent, at: now, note: None });
    console.taken(silent, unheard, now.plus_hours(-40));
    let accident = console.issued(0, Level::High, 30);
    console.fact(accident, meeting(accident, now.plus_hours(-20)));
    let money = |alert| MoneySent { alert, at: now.plus_hours(-10), sent: None, fen: Some(100), to: None, note: None };
    console.fact(accident, money(accident));
    let release = console.issued(2, Level::High, 30);
    let stop = StopPayment {
        alert: release,
        step: StopStep::Asked,
        at: now.plus_hours(-9),
        fen: None,
        institution: None,
        note: None,
    };
    console.fact(release, stop);
    console.fact(release, Clearance { alert: release, at: now.plus_hours(-8), reason: None });
    let proposed = console.issued(2, Level::Low, 5);
    console.fact(proposed, Proposal { alert: proposed, at: now.plus_hours(-1), reason: None });

    for (token, all) in [(&sup, true), (&head, false)] {
        let (status, today) = console.get(token, "/today");
        assert_eq!(status, 200, "{today}");
        let mut looked_at = 0;
        for count in today["counts"].as_array().unwrap() {
            let path = count["list"].as_str().unwrap();
            if !path.starts_with("/alerts?only=") {
                continue;
            }
            looked_at += 1;
            let (status, list) = console.get(token, path);
            assert_eq!(status, 200, "{path} {list}");
            assert_eq!(count["count"].as_u64().unwrap(), total(&list), "{path}");
            assert_eq!(list["alerts"].as_array().unwrap().len() as u64, total(&list), "{path}");
            assert!(!all || total(&list) > 0, "{path} is tried with something in it");
            let (status, html) = console.page(token, path);
            assert_eq!(status, 200);
            assert_eq!(html.matches("class=\"cover\"").count() as u64, total(&list), "{path}");
        }
        assert_eq!(looked_at, 11);
        let (_, running) = console.get(token, "/alerts?state=running");
        assert_eq!(today["running"].as_u64().unwrap(), total(&running));
    }
    let (_, cleared) = console.get(&sup, "/alerts?state=cleared");
    assert_eq!(cleared["alerts"][0]["id"], release.to_string());
    let (_, recalled) = console.get(&sup, "/alerts?state=recalled");
    assert!(recalled["alerts"].as_array().unwrap().is_empty());
    let (_, there) = console.get(&sup, &format!("/alerts?area={}", villages[1]));
    let (_, own) = console.get(&head, "/alerts");
    assert_eq!(total(&there), total(&own), "a team head sees their village and nothing else");
    for wrong in ["only=x", "state=x", "level=x"] {
        assert_eq!(console.get(&sup, &format!("/alerts?{wrong}")).0, 422, "{wrong}");
    }
}

#[test]
fn an_alert_of_another_area_is_shown_to_nobody_and_written_into_by_nobody() {
    let mut console = Console::new();
    console.serve();
    let villages = console.fixture.villages.clone();
    let (_, head) = console.token(Role::TeamHead, villages[1]);
    let (_, police) = console.token(Role::Police, villages[1]);
    let (_, sup) = console.token(Role::Supervisor, villages[1]);
    let (_, worker) = console.token(Role::GridWorker, console.fixture.grids[0]);
    let id = console.issued(0, Level::High, 1);
    let away = AlertId::fresh(console.fixture.now, &mut console.fixture.random);
    for token in [&head, &police, &sup, &worker] {
        for path in [format!("/alerts/{id}"), format!("/alerts/{id}/dossier")] {
            assert_eq!(console.get(token, &path).0, 403, "{path}");
            assert_eq!(console.page(token, &path).0, 403, "{path}");
        }
        for deed in ["reveal", "clear", "recall", "withdraw"] {
            assert_eq!(console.post(token, &format!("/alerts/{id}/{deed}"), &json!({})).0, 403, "{deed}");
        }
        assert_eq!(console.post(token, &format!("/alerts/{id}/comment"), &json!({"text": "T"})).0, 403);
    }
    assert_eq!(console.get(&sup, &format!("/alerts/{away}")).0, 404);
    let (status, found) = console.get(&sup, &format!("/alerts?alert={id}"));
    assert_eq!((status, total(&found)), (200, 0));
    assert!(CaseFile::read(&console.fixture.town, id).unwrap().unwrap().facts.is_empty());
}

#[test]
fn a_person_is_masked_until_revealed_and_the_trail_says_who_revealed_them() {
    let mut console = Console::new();
    console.serve();
    let root = console.fixture.root;
    let (who, sup) = console.token(Role::Supervisor, root);
    let (_, other) = console.token(Role::Police, root);
    let at = SystemClock.now().plus_hours(-1);
    let home = Place { label: "home".to_owned(), address: Some("3栋2单元501".to_owned()), position: None };
    let place = PlaceId::fresh(at, &mut console.fixture.random);
    let id = console.alert(Alert {
        name: "王小明".to_owned(),
        telephone: Some("13800138000".to_owned()),
        places: [(place, home)].into(),
        note: Some("王小明 13800138000 正在转账".to_owned()),
        ..alert(console.fixture.grids[0], at)
    });
    let (status, _) =
        console.post(&sup, &format!("/alerts/{id}/comment"), &json!({"text": "王小明的电话是13800138000"}));
    assert_eq!(status, 200);
    let is_masked = |console: &Console, token: &str| {
        for path in [format!("/alerts/{id}"), format!("/alerts/{id}/dossier"), "/alerts".to_owned()] {
            for text in [console.get(token, &path).1.to_string(), console.page(token, &path).1] {
                assert!(text.contains("王**"), "{path}");
                for secret in ["王小明", "13800138000", "单元501"] {
                    assert!(!text.contains(secret), "{path} shows {secret}");
                }
            }
        }
    };
    is_masked(&console, &sup);
    let trail = |action: &str| {
        let wanted = AuditWanted { action: Some(action.to_owned()), limit: 10, ..AuditWanted::default() };
        console.fixture.town.store().audit(&wanted).unwrap()
    };
    assert!(trail("reveal").is_empty());
    assert_eq!(console.post(&sup, &format!("/alerts/{id}/reveal"), &json!({})).0, 200);
    let (_, shown) = console.get(&sup, &format!("/alerts/{id}"));
    assert_eq!(shown["person"]["name"], "王小明");
    assert_eq!(shown["person"]["places"][0]["address"], "3栋2单元501");
    is_masked(&console, &other);
    let revealed = trail("reveal");
    assert_eq!(revealed.len(), 1);
    let entry = &revealed[0].1;
    assert_eq!((entry.person, entry.subject.clone()), (Some(who), Some(id.to_string())));
    assert_eq!(entry.detail, None, "a trail holds no names");
    // Asking for the printed form shows nothing before that was noted.
    let (_, dossier) = console.get(&other, &format!("/alerts/{id}/dossier?print=true"));
    assert_eq!(dossier["printable"], false);
    assert_eq!(console.post(&other, &format!("/alerts/{id}/dossier/print"), &json!({})).0, 200);
    let (_, dossier) = console.get(&other, &format!("/alerts/{id}/dossier?print=true"));
    assert_eq!((&dossier["printable"], &dossier["name"]), (&json!(true), &json!("王小明")));
    assert_eq!(trail("print").len(), 1);
    // A search stands in no address, and finds by what is masked.
    let (status, found) = console.post(&sup, "/alerts/find", &json!({"text": "13800138000"}));
    assert_eq!((status, found["next"].as_str().unwrap()), (200, format!("/alerts/{id}").as_str()));
}

#[test]
fn q5_a_supervisor_s_decision_ends_a_contest_and_what_changes_nothing_is_refused() {
    let mut console = Console::new();
    console.serve();
    let root = console.fixture.root;
    let (_, sup) = console.token(Role::Supervisor, root);
    let (_, head) = console.token(Role::TeamHead, console.fixture.villages[0]);
    let (id, first, other) = console.contested(0);
    let path = format!("/alerts/{id}");
    let (_, before) = console.get(&sup, &path);
    assert_eq!(before["contests"][0]["person"]["id"], other.to_string());
    let decide = |to: PersonId| json!({"to": to.to_string(), "reason": "R"});
    assert_eq!(console.post(&head, &format!("{path}/assign"), &decide(other)).0, 403, "a head decides nothing");
    assert_eq!(console.post(&sup, &format!("{path}/assign"), &decide(other)).0, 200);
    let (_, after) = console.get(&sup, &path);
    assert_eq!(after["owner"]["person"]["id"], other.to_string());
    assert!(after["contests"].as_array().unwrap().is_empty());
    assert_eq!(total(&console.get(&sup, "/alerts?only=contested").1), 0);
    assert_eq!(console.post(&sup, &format!("{path}/assign"), &decide(other)).0, 422, "it is theirs already");
    // An offer changes nothing until it is accepted, and can be taken back once.
    assert_eq!(console.post(&sup, &format!("{path}/offer"), &decide(first)).0, 200);
    assert_eq!(console.post(&sup, &format!("{path}/offer"), &decide(first)).0, 422, "it is offered already");
    let (_, offered) = console.get(&sup, &path);
    assert_eq!(offered["owner"]["person"]["id"], other.to_string());
    let back = format!("{path}/offers/{}/take-back", offered["offers"][0]["id"].as_str().unwrap());
    assert_eq!(console.post(&sup, &back, &json!({})).0, 200);
    assert_eq!(console.post(&sup, &back, &json!({})).0, 422);
    // Levels only go up; a supervisor clears nothing, a head does; a clearance is taken back once.
    assert_eq!(console.post(&sup, &format!("{path}/raise"), &json!({"level": "medium"})).0, 422);
    assert_eq!(console.post(&sup, &format!("{path}/raise"), &json!({"level": "extreme"})).0, 200);
    assert_eq!(console.post(&sup, &format!("{path}/clear"), &json!({})).0, 403);
    assert_eq!(console.post(&head, &format!("{path}/clear"), &json!({"reason": "R"})).0, 200);
    assert_eq!(console.post(&head, &format!("{path}/clear"), &json!({})).0, 422);
    assert_eq!(console.get(&sup, &path).1["stands"]["result"], "cleared");
    assert_eq!(console.post(&sup, &format!("{path}/withdraw"), &json!({})).0, 200);
    assert_eq!(console.post(&sup, &format!("{path}/withdraw"), &json!({})).0, 422);
    assert_eq!(console.post(&sup, &format!("{path}/extend"), &json!({"until": "2020-01-01"})).0, 422);
    assert_eq!(console.post(&sup, &format!("{path}/extend"), &json!({"until": "2199-01-01"})).0, 200);
    // What stops the money goes forward by steps.
    assert_eq!(console.post(&head, &format!("{path}/stop-payment"), &json!({"step": "released"})).0, 422);
    assert_eq!(console.post(&head, &format!("{path}/stop-payment"), &json!({"step": "asked", "yuan": "1,200"})).0, 200);
    assert_eq!(console.post(&head, &format!("{path}/stop-payment"), &json!({"step": "asked"})).0, 422);
    // Following up from afar takes a supervisor; another place must have accepted.
    assert_eq!(console.post(&head, &format!("{path}/transfer"), &json!({"hands": "from_afar"})).0, 403);
    assert_eq!(console.post(&sup, &format!("{path}/transfer"), &json!({"hands": "other_place"})).0, 422);
    let second = console.issued(0, Level::Low, 2);
    assert_eq!(console.post(&sup, &format!("{path}/join"), &json!({"other": id.to_string()})).0, 422);
    assert_eq!(console.post(&sup, &format!("{path}/join"), &json!({"other": second.to_string()})).0, 200);
    assert_eq!(console.get(&sup, &format!("/alerts/{second}")).1["stands"]["result"], "joined");
    assert_eq!(console.get(&sup, "/alerts?state=joined").1["alerts"][0]["id"], second.to_string());
    assert_eq!(console.post(&sup, &format!("/alerts/{second}/recall"), &json!({})).0, 422);
    assert_eq!(console.post(&sup, &format!("{path}/join"), &json!({"other": second.to_string()})).0, 422);
}

#[test]
fn a_comment_of_the_console_reaches_the_worker_s_phone() {
    let mut console = Console::new();
    console.serve();
    let (_, sup) = console.token(Role::Supervisor, console.fixture.root);
    let worker = console.fixture.person(Role::GridWorker, console.fixture.grids[0]);
    let mut phone = console.fixture.phone(worker);
    let id = console.issued(0, Level::High, 1);
    let to = json!({"to": worker.to_string()});
    assert_eq!(console.post(&sup, &format!("/alerts/{id}/assign"), &to).0, 200);
    let (status, done) = console.post(&sup, &format!("/alerts/{id}/comment"), &json!({"text": "请带上儿子一起去"}));
    assert_eq!(status, 200, "{done}");
    console.fixture.now = SystemClock.now().plus_minutes(1);
    phone.sync(&mut console.fixture);
    let comment: DocumentId = done["id"].as_str().unwrap().parse().unwrap();
    let Ok(Record::Comment(said)) = phone.document(comment).record() else { panic!("no comment") };
    assert_eq!(said.text, "请带上儿子一起去");
}

#[test]
fn a_pasted_message_is_looked_over_entered_and_matched() {
    let mut console = Console::new();
    console.serve();
    let grid = console.fixture.grids[0];
    let (_, sup) = console.token(Role::Supervisor, console.fixture.root);
    let (_, head) = console.token(Role::TeamHead, console.fixture.villages[0]);
    let message = "【预警】王小明，电话13800138000，特危，住3栋2单元501，疑似刷单诈骗，请立即见面劝阻。";
    assert_eq!(console.post(&head, "/alerts/new/paste", &json!({"text": message})).0, 403);
    assert_eq!(console.post(&sup, "/alerts/new/paste", &json!({"text": "今天天气不错"})).0, 422);
    let (status, pasted) = console.post(&sup, "/alerts/new/paste", &json!({"text": message}));
    assert_eq!(status, 200, "{pasted}");
    let next = pasted["next"].as_str().unwrap();
    assert!(!next.contains("13800138000"), "no telephone stands in an address");
    let (_, seen) = console.get(&sup, next);
    let one = &seen["understood"][0];
    assert_eq!((one["name"].as_str(), one["level"].as_str()), (Some("王小明"), Some("extreme")), "{one}");
    assert_eq!(console.get(&sup, "/alerts").1["total"], 0, "nothing is written before it was looked over");
    let form = json!({
        "name": one["name"], "telephone": one["telephone"], "level": one["level"], "issuer": "反诈中心",
        "number": "N-7", "home": "3栋2单元501", "area": grid.to_string(),
        "issued": SystemClock.now().plus_minutes(-30).to_string(), "paste": pasted["id"], "part": 0,
    });
    let (status, done) = console.post(&sup, "/alerts/new", &form);
    assert_eq!(status, 200, "{done}");
    let id = done["id"].as_str().unwrap().to_owned();
    let (_, again) = console.post(&sup, "/alerts/new", &form);
    assert_eq!(again["id"].as_str(), Some(id.as_str()), "known again by its number");
    // Who it is waits for a supervisor.
    let alert: AlertId = id.parse().unwrap();
    let (_, waiting) = console.get(&sup, "/alerts/questions?what=who");
    assert_eq!(waiting["questions"][0]["alert"].as_str(), Some(id.as_str()));
    assert_eq!(waiting["questions"][0]["name"], "王**");
    assert_eq!(console.get(&head, "/alerts/questions").0, 403);
    let answer = format!("/alerts/questions/{}/answer", waiting["questions"][0]["id"].as_str().unwrap());
    assert_eq!(console.post(&sup, &answer, &json!({"answer": "A"})).0, 422, "who it is, is to be said");
    let elsewhere = json!({"who": "new", "address": "3栋2单元501", "grid": console.fixture.villages[0].to_string()});
    assert_eq!(console.post(&sup, &format!("/alerts/{id}/match"), &elsewhere).0, 422, "a village is no grid");
    let there = json!({"who": "new", "address": "3栋2单元501", "grid": grid.to_string()});
    assert_eq!(console.post(&sup, &format!("/alerts/{id}/match"), &there).0, 200);
    assert!(questions(&console.fixture.town, None).unwrap().is_empty());
    let file = CaseFile::read(&console.fixture.town, alert).unwrap().unwrap();
    assert!(file.alert.resident.is_some());
    // A second alert about them finds them by itself.
    let second = json!({
        "name": "王小明", "telephone": "13800138000", "level": "high", "issuer": "反诈中心", "number": "N-8",
        "issued": SystemClock.now().plus_minutes(-5).to_string(),
    });
    let (status, joined) = console.post(&sup, "/alerts/new", &second);
    assert_eq!(status, 200, "{joined}");
    let (_, shown) = console.get(&sup, &format!("/alerts/{}", joined["id"].as_str().unwrap()));
    assert_eq!(shown["stands"]["result"], "joined");
    assert_eq!(shown["joined"][0]["alert"].as_str(), Some(id.as_str()));
}
