//! What a town sets in the console: in force where it counts, refused with its place, and nobody else's to set.

use std::io::{Read as _, Write as _};
use std::sync::{Mutex, PoisonError};

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{DocumentId, FirstHands, HouseholdId, Level, PersonId, Role, Scope, Zone};
use qiaomen_server::author::{Author, Draft, Written};
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::intake::Settings;
use qiaomen_server::report::Reports;
use qiaomen_server::store::AuditWanted;
use serde_json::{Value, json};

use super::{Answer, Client, token};
use crate::http::Running;
use crate::{Fixture, household, visit};

struct Place {
    fixture: Fixture,
    server: Running,
    person: PersonId,
    supervisor: Client,
}

impl Place {
    fn new() -> Self {
        let mut fixture = Fixture::new();
        let person = fixture.person(Role::Supervisor, fixture.root);
        let token = token(&mut fixture, person);
        let server = Running::new(fixture.town.clone());
        let supervisor = Client::with_token(server.address, &token);
        Self { fixture, server, person, supervisor }
    }

    #[track_caller]
    fn sees(&mut self, path: &str) -> Value {
        let answer = self.supervisor.get(&format!("/api/v1{path}"));
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    fn posts(&mut self, path: &str, body: &Value) -> Answer {
        self.supervisor.post(&format!("/api/v1{path}"), body)
    }

    #[track_caller]
    fn does(&mut self, path: &str, body: &Value) -> Value {
        let answer = self.posts(path, body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// What the trail says was set, the first first.
    fn trail(&self) -> Vec<String> {
        let wanted = AuditWanted { action: Some("settings".to_owned()), limit: 100, ..AuditWanted::default() };
        let found = self.fixture.town.store().audit(&wanted).unwrap().into_iter().rev();
        found
            .map(|(_, entry)| {
                assert_eq!(entry.person, Some(self.person));
                entry.detail.unwrap()
            })
            .collect()
    }
}

fn write(fixture: &mut Fixture, by: PersonId, drafts: Vec<Draft>) {
    let now = fixture.tick();
    let mut author = Author::new(&fixture.town, by, now, &mut fixture.random).unwrap();
    let written = author.write(drafts, now, &mut fixture.random).unwrap();
    assert!(written.iter().all(|one| matches!(one, Written::Verdict(Verdict::Accepted { .. }))), "{written:?}");
}

fn today() -> String {
    Zone::shanghai().day(SystemClock.now()).to_string()
}

#[test]
fn p1_a_phase_that_is_added_is_listed_and_cuts_coverage() {
    let mut place = Place::new();
    let fixture = &mut place.fixture;
    let worker = fixture.person(Role::GridWorker, fixture.grids[0]);
    let (door, now, scope) =
        (HouseholdId::fresh(fixture.now, &mut fixture.random), fixture.now, Scope::Grid(fixture.grids[0]));
    let tried = DocumentId::fresh(now, &mut fixture.random);
    write(
        fixture,
        worker,
        vec![
            Draft::Create { id: door.into(), record: Box::new(household("101").into()), scope },
            Draft::Create { id: tried, record: Box::new(visit(door, now).into()), scope },
        ],
    );
    let phase =
        |name: &str, from: &str, to: &str| json!({"campaign": "百日行动", "name": name, "from": from, "to": to});
    let march = place.does("/settings/phases", &phase("摸排", "2026-03-01", "2026-03-01"));
    let april = place.does("/settings/phases", &phase("回头看", "2026-04-01", "2026-04-30"));
    let wrong = place.posts("/settings/phases", &phase("倒着", "2026-04-02", "2026-04-01"));
    assert_eq!((wrong.status, wrong.json()["field"].as_str()), (422, Some("to")), "{}", wrong.body);
    let listed = place.sees("/settings/phases");
    let names = |listed: &Value| -> Vec<String> {
        let phases = listed["phases"].as_array().unwrap().iter();
        phases
            .map(|one| {
                format!(
                    "{} {} {}",
                    one["name"].as_str().unwrap(),
                    one["from"].as_str().unwrap(),
                    one["to"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert_eq!(names(&listed), ["摸排 2026-03-01 2026-03-01", "回头看 2026-04-01 2026-04-30"]);
    assert_eq!(listed["phases"][0]["state"], "over");
    let untried = |place: &Place| -> Vec<u64> {
        let found = Reports::of(&place.fixture.town).unwrap().coverage_by_phase(None).unwrap();
        found.phases.iter().map(|of| of.coverage.never_tried).collect()
    };
    assert_eq!(untried(&place), [0, 1], "the door was tried in March");

    let (march, april) = (march["id"].as_str().unwrap().to_owned(), april["id"].as_str().unwrap().to_owned());
    place.does(&format!("/settings/phases/{march}"), &phase("摸排", "2026-03-02", "2026-03-31"));
    assert_eq!(untried(&place), [1, 1], "reports are cut by what the phase says now");
    place.does(&format!("/settings/phases/{april}/cancel"), &json!({}));
    assert_eq!(names(&place.sees("/settings/phases")), ["摸排 2026-03-02 2026-03-31"]);
    assert_eq!(names(&place.sees("/settings/phases?all=true")).len(), 2, "it can be looked up");
    assert_eq!(place.posts(&format!("/settings/phases/{april}/cancel"), &json!({})).status, 409);
    assert_eq!(place.trail(), ["phase_added", "phase_added", "phase_changed", "phase_cancelled"]);
}

#[test]
fn rules_are_tried_refused_with_their_place_and_published() {
    let mut place = Place::new();
    let built_in = place.sees("/settings/playbook");
    assert_eq!(
        (&built_in["current"]["version"], &built_in["versions"][0]["in_force"]),
        (&json!("builtin-1"), &json!(true))
    );

    // Numbers become the text that says what differs.
    let draft = place.sees(
        "/settings/playbook/draft?fields=true&version=town-1&first_contact_extreme=5&second_visit_levels=extreme&second_visit_levels=high&second_visit_levels=medium",
    );
    let text = draft["text"].as_str().unwrap().to_owned();
    assert_eq!(
        text,
        "version = \"town-1\"\nsecond_visit_levels = [\"extreme\", \"high\", \"medium\"]\n\n[first_contact_minutes]\nextreme = 5\n"
    );
    let samples = draft["effect"]["samples"].as_array().unwrap();
    let of = |name: &str| samples.iter().find(|sample| sample["name"] == name).unwrap();
    assert_eq!((&of("just_issued")["differs"], &of("tried_in_vain")["differs"]), (&json!(true), &json!(false)));
    let contact = &of("just_issued")["visits"][0];
    assert_eq!((&contact["kind"], &contact["differs"]), (&json!("first_contact"), &json!(true)));
    assert_ne!(contact["current"]["due"], contact["draft"]["due"]);
    let page = place.supervisor.get("/settings/playbook/draft?fields=true&version=town-1&first_contact_extreme=5");
    assert!(page.body.contains("<ins>") && page.body.contains("data-fingerprint=\"\""), "{}", page.body);

    // What is wrong is told with its place, and nothing is written.
    let wrong = place.sees("/settings/playbook/draft?rules=version%20%3D%20%22town-1%22%0Afeedback_minute%20%3D%209");
    assert_eq!((wrong["problem"]["place"].as_str(), &wrong["effect"]), (Some("line 2, feedback_minute"), &Value::Null));
    for (rules, zh) in [
        ("version = \"town-1\"\nfeedback_minutes = 0", "feedback_minutes：应为 1 到 44640 的整数（分钟）"),
        ("version = \"town-1\"\nfeedback = 9", "第 2 行 feedback：没有“feedback”这一项"),
        ("feedback_minutes = 9", "version：builtin 是内置规则的名称"),
    ] {
        let refused = place.posts("/settings/playbook/publish", &json!({"rules": rules, "reason": "试"}));
        let said = refused.json();
        assert_eq!((refused.status, said["field"].as_str()), (422, Some("rules")), "{said}");
        assert!(said["detail"].as_str().unwrap().contains(zh), "{said}");
    }
    assert_eq!(place.sees("/settings/playbook"), built_in);
    assert!(place.trail().is_empty());

    let publish = |from: Option<&str>| json!({"rules": text, "reason": "县局要求", "from": from});
    let late = place.posts("/settings/playbook/publish", &publish(Some("2026-03-01T09:00")));
    assert_eq!((late.status, late.json()["field"].as_str()), (422, Some("from")));
    let done = place.does("/settings/playbook/publish", &publish(None));
    let now = place.sees("/settings/playbook");
    assert_eq!(now["current"]["version"], "town-1");
    assert_eq!(now["current"]["levels"][0]["first_contact_minutes"], 5);
    let line = &now["versions"][0];
    assert_eq!(
        (&line["id"], &line["reason"], &line["by"]["id"]),
        (&done["id"], &json!("县局要求"), &json!(place.person.to_string()))
    );
    let books = place.fixture.town.books().unwrap();
    assert_eq!(books.in_force(SystemClock.now()).version(), "town-1");
    let taken = place.posts("/settings/playbook/publish", &publish(None));
    assert_eq!((taken.status, taken.json()["field"].as_str()), (422, Some("version")));
    assert_eq!(place.trail(), ["playbook_published"]);
    // A draft begins with what is in force, under a name that is free.
    let next = place.sees("/settings/playbook/draft");
    assert_eq!(
        (&next["rules"]["version"], &next["rules"]["levels"][0]["first_contact_minutes"]),
        (&json!("town-2"), &json!(5))
    );
}

#[test]
fn routing_duties_scripts_reminders_and_pledge_texts_are_set_where_they_count() {
    let mut place = Place::new();
    let steps =
        json!({"level": "high", "first": "joint", "deputy_minutes": 3, "head_minutes": 6, "telephone_minutes": 9});
    place.does("/settings/routing", &steps);
    let settings = Settings::read(&place.fixture.town).unwrap();
    let high = settings.of(&Level::High).unwrap();
    assert_eq!((&high.first, high.deputy_minutes, high.telephone_minutes), (&FirstHands::Joint, 3, 9));
    let wrong = place.posts("/settings/routing", &json!({"level": "high", "head_minutes": 2}));
    assert_eq!((wrong.status, wrong.json()["field"].as_str()), (422, Some("head_minutes")));

    let fixture = &mut place.fixture;
    let (village, worker) = (fixture.villages[0], fixture.person(Role::GridWorker, fixture.grids[0]));
    let day = today();
    let duty = json!({"area": village, "person": worker, "from": day, "to": day});
    place.does("/settings/duties", &duty);
    assert_eq!(place.posts("/settings/duties", &duty).json()["field"], "person", "twice for one thing is a slip");
    let roster = place.sees("/settings/duties");
    let row = roster["rows"].as_array().unwrap().iter().find(|row| row["area"]["id"] == village.to_string()).unwrap();
    assert_eq!((&row["days"][0][0]["name"], &row["days"][0][0]["hours"]), (&json!("Somebody"), &Value::Null));
    let id = roster["coming"][0]["id"].as_str().unwrap().to_owned();
    place.does(&format!("/settings/duties/{id}/end"), &json!({}));
    assert_eq!(place.sees("/settings/duties")["coming"], json!([]));

    // As browsers send them.
    let script =
        json!({"fraud": "romance", "language": "zh", "title": "网恋", "body": "先别转钱。\r\n我们一起核实。\r\n"});
    place.does("/settings/scripts", &script);
    let romance = |place: &mut Place| {
        let all = place.sees("/settings/scripts?language=zh");
        all["scripts"].as_array().unwrap().iter().find(|one| one["fraud"] == "romance").unwrap().clone()
    };
    let shown = romance(&mut place);
    assert_eq!((&shown["own"], &shown["body"]), (&json!(true), &json!("先别转钱。\n我们一起核实。")));
    place.does("/settings/scripts/retire", &json!({"fraud": "romance", "language": "zh"}));
    assert_eq!(romance(&mut place)["own"], false);

    let reminder = place.does("/settings/reminders", &json!({"title": "新骗术", "body": "冒充快递。", "until": day}));
    assert_eq!(place.sees("/settings/reminders")["reminders"][0]["on"], true);
    place.does(&format!("/settings/reminders/{}/end", reminder["id"].as_str().unwrap()), &json!({}));
    assert_eq!(place.sees("/settings/reminders")["reminders"], json!([]));

    let text = json!({"language": "zh", "title": "承诺书", "body": "不轻信。", "from": day});
    let added = place.does("/settings/pledge-texts", &text);
    let shown = place.sees("/settings/pledge-texts");
    assert_eq!((&shown["shown"][0]["own"], &shown["own"][0]["shown"]), (&json!(true), &json!(true)));
    place.does(&format!("/settings/pledge-texts/{}/retire", added["id"].as_str().unwrap()), &json!({}));
    assert_eq!(place.sees("/settings/pledge-texts")["shown"][0]["own"], false);
    assert_eq!(
        place.trail(),
        [
            "routing_set",
            "duty_added",
            "duty_ended",
            "script_set",
            "script_retired",
            "reminder_added",
            "reminder_ended",
            "pledge_text_added",
            "pledge_text_retired"
        ]
    );
}

/// A receiver that takes one message; what it was sent.
fn receiver() -> (String, std::thread::JoinHandle<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in?key=the-key", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut came = String::new();
        let mut buffer = [0; 4096];
        while !came.contains("\"kind\"") {
            let read = stream.read(&mut buffer).unwrap();
            came.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
        came
    });
    (url, thread)
}

/// A server sends one test message at a time, and all servers here are one process.
static TESTING: Mutex<()> = Mutex::new(());

#[test]
fn secrets_of_webhooks_and_keys_of_systems_are_shown_once() {
    let _alone = TESTING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut place = Place::new();
    let (url, thread) = receiver();
    let open = json!({"name": "duty", "format": "json", "url": "http://town.example/in?key=the-key"});
    let refused = place.posts("/settings/webhooks", &open);
    assert_eq!((refused.status, refused.json()["field"].as_str()), (422, Some("url")));
    assert!(!refused.body.contains("the-key"), "{}", refused.body);
    let hook = json!({"name": "duty", "format": "json", "url": url, "link": "https://town.example/alerts"});
    let added = place.does("/settings/webhooks", &hook);
    let secret = added["once"]["codes"][0].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 64);
    let twice = place.posts("/settings/webhooks", &hook);
    assert_eq!((twice.status, twice.json()["field"].as_str()), (422, Some("name")));
    let listed = place.sees("/settings/webhooks");
    assert_eq!((&listed["webhooks"][0]["signed"], &listed["webhooks"][0]["sent"]), (&json!(true), &Value::Null));
    for path in ["/settings/webhooks", "/api/v1/settings/webhooks", "/settings", "/api/v1/settings"] {
        let body = place.supervisor.get(path).body;
        assert!(!body.contains(&secret) && !body.contains("the-key"), "{path}: {body}");
    }
    place.does("/settings/webhooks/duty/test", &json!({}));
    assert!(thread.join().unwrap().to_lowercase().contains("qiaomen-signature"));
    // Nobody is there any more.
    let failed = place.posts("/settings/webhooks/duty/test", &json!({}));
    assert_eq!(failed.status, 422, "{}", failed.body);
    place.does("/settings/webhooks/duty/remove", &json!({}));
    assert_eq!(place.posts("/settings/webhooks/duty/test", &json!({})).status, 404);

    let made = place.does("/settings/integrations", &json!({"name": "反诈平台"}));
    let key = made["once"]["codes"][0].as_str().unwrap().to_owned();
    assert!(!place.supervisor.get("/settings/integrations").body.contains(&key));
    let mut system = Client::with_token(place.server.address, &key);
    let status = system.post("/api/v1/alerts", &json!({})).status;
    assert!(![401, 403].contains(&status), "{status}");
    let listed = place.sees("/settings/integrations");
    assert_eq!(
        (&listed["systems"][0]["name"], &listed["systems"][0]["area"]["id"]),
        (&json!("反诈平台"), &json!(place.fixture.root))
    );
    let number = listed["systems"][0]["keys"][0]["number"].as_u64().unwrap();
    place.does(&format!("/settings/integrations/{number}/revoke"), &json!({}));
    assert_eq!(system.post("/api/v1/alerts", &json!({})).status, 403);
    assert_eq!(place.posts("/settings/integrations", &json!({"name": "Somebody"})).json()["field"], "name");
    assert_eq!(
        place.trail(),
        [
            "webhook_added",
            "webhook_tested",
            "webhook_test_failed",
            "webhook_removed",
            "integration_key_added",
            "integration_key_revoked"
        ]
    );
}

#[test]
fn nobody_but_the_towns_office_sees_or_sets_anything() {
    let mut place = Place::new();
    let fixture = &mut place.fixture;
    let (root, village) = (fixture.root, fixture.villages[0]);
    let others =
        [(Role::Supervisor, village), (Role::Administrator, village), (Role::Police, root), (Role::TeamHead, village)];
    for (role, area) in others {
        let person = fixture.person(role.clone(), area);
        let mut client = Client::with_token(place.server.address, &token(fixture, person));
        for path in ["/settings", "/settings/playbook", "/settings/webhooks", "/settings/duties"] {
            assert_eq!(client.get(&format!("/api/v1{path}")).status, 403, "{role} {path}");
        }
        let reminder = json!({"title": "t", "body": "b"});
        assert_eq!(client.post("/api/v1/settings/reminders", &reminder).status, 403, "{role}");
    }
    let administrator = fixture.person(Role::Administrator, root);
    let mut client = Client::with_token(place.server.address, &token(fixture, administrator));
    for path in [
        "/settings",
        "/settings/playbook",
        "/settings/playbook/draft?fields=true&version=town-1",
        "/settings/phases",
        "/settings/pledge-texts",
        "/settings/scripts",
        "/settings/reminders",
        "/settings/routing",
        "/settings/duties",
        "/settings/webhooks",
        "/settings/integrations",
    ] {
        for lang in ["zh", "en"] {
            let page = client.get(&format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' }));
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            assert!(page.body.contains("aria-current=\"page\""), "{path}");
        }
    }
    assert_eq!(place.sees("/settings/reminders")["reminders"], json!([]));
    assert!(place.trail().is_empty());
}

#[test]
fn what_is_called_like_a_number_is_found_by_its_name() {
    let _alone = TESTING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut place = Place::new();
    let (url, thread) = receiver();
    let hook = json!({"name": "2026", "format": "json", "url": url, "link": "https://town.example/alerts"});
    place.does("/settings/webhooks", &hook);
    place.does("/settings/webhooks/2026/test", &json!({}));
    thread.join().unwrap();
    place.does("/settings/webhooks/2026/remove", &json!({}));
    assert_eq!(place.sees("/settings/webhooks")["webhooks"], json!([]));
}

#[test]
fn whoever_writes_much_has_one_replica_on_the_server() {
    let mut place = Place::new();
    let own = |place: &Place| {
        let devices = place.fixture.town.store().devices().unwrap();
        devices.iter().filter(|device| device.person == place.person).count()
    };
    let area = place.fixture.grids[0];
    for round in 0..3 {
        place.does("/settings/reminders", &json!({"title": format!("t {round}"), "body": "b"}));
        place.does(&format!("/areas/{area}/rename"), &json!({"name": format!("Grid {round}")}));
    }
    assert_eq!(own(&place), 1);
}
