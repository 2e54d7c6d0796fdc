//! Review, conflicts and doubles as browsers and programs meet them.

use std::collections::BTreeSet;

use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{
    DocumentId, Household, HouseholdId, PersonId, Record, Resident, ResidentId, Role, Scope, Time, Value,
};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::store::AuditWanted;
use serde_json::{Value as Json, json};

use super::{Client, token};
use crate::http::Running;
use crate::phone::{Phone, accepted};
use crate::{Fixture, household, visit};

fn grid(fixture: &Fixture, at: usize) -> Scope {
    Scope::Grid(fixture.grids[at])
}

fn note(text: &str) -> Vec<Edit> {
    vec![Edit { path: vec!["note".into()], value: Value::Text(text.into()) }]
}

fn resident(name: &str, telephone: &str) -> Resident {
    Resident {
        name: name.to_owned(),
        telephones: [telephone.to_owned()].into(),
        birth_year: None,
        tags: BTreeSet::new(),
        app_installed: None,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    }
}

/// A worker's door in the first grid with a visit to it.
fn visited(fixture: &mut Fixture, phone: &mut Phone, room: &str, at: Time) -> (HouseholdId, DocumentId) {
    let scope = grid(fixture, 0);
    let who = ResidentId::fresh(fixture.now, &mut fixture.random);
    let door = Household { residents: [(who, resident("王小明", "13800135678"))].into(), ..household(room) };
    let (door, made) = phone.create(fixture, door, scope, Role::GridWorker);
    let (visit, told) = phone.create(fixture, visit(door.into(), at), scope, Role::GridWorker);
    assert!(accepted(&phone.send(fixture, &[made, told])));
    phone.sync(fixture);
    (door.into(), visit)
}

struct Desk {
    fixture: Fixture,
    server: Running,
    worker: PersonId,
    phone: Phone,
    /// A supervisor of the first village.
    sup: Client,
    /// One of the other village.
    elsewhere: Client,
}

impl Desk {
    fn new() -> Self {
        let mut fixture = Fixture::new();
        let (worker, phone) = fixture.worker(0);
        let [here, there] = [0, 1].map(|village| fixture.person(Role::Supervisor, fixture.villages[village]));
        let tokens = [token(&mut fixture, here), token(&mut fixture, there)];
        let server = Running::new(fixture.town.clone());
        let [sup, elsewhere] = tokens.map(|token| Client::with_token(server.address, &token));
        Self { fixture, server, worker, phone, sup, elsewhere }
    }

    fn queue(&mut self, query: &str) -> Vec<Json> {
        let answer = self.sup.get(&format!("/api/v1/reviews?{query}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["lines"].as_array().unwrap().clone()
    }

    fn records(&mut self, query: &str) -> Vec<String> {
        self.queue(query).iter().map(|line| line["record"].as_str().unwrap().to_owned()).collect()
    }

    fn look(&mut self, record: DocumentId) -> Json {
        let answer = self.sup.get(&format!("/api/v1/reviews/{record}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    fn judge(&mut self, record: DocumentId, heads: &Json, judgement: &str, comment: Option<&str>) -> (u16, String) {
        let body = json!({ "heads": heads, "judgement": judgement, "comment": comment });
        let answer = self.sup.post(&format!("/api/v1/reviews/{record}"), &body);
        let code = if answer.status == 200 { String::new() } else { answer.code() };
        (answer.status, code)
    }

    fn edits(&mut self, record: DocumentId, text: &str) -> bool {
        let edit = self.phone.edit(&mut self.fixture, record, &note(text));
        accepted(&self.phone.send(&mut self.fixture, &[edit]))
    }
}

#[test]
fn a_visit_goes_back_to_its_worker_with_a_comment_and_is_approved_once_it_is_put_right() {
    let mut desk = Desk::new();
    let (_, visit) = visited(&mut desk.fixture, &mut desk.phone, "甲一室", crate::start());
    let (_, late) = visited(&mut desk.fixture, &mut desk.phone, "甲二室", crate::start().plus_hours(-30));
    let all = [late.to_string(), visit.to_string()];
    assert_eq!(desk.records(""), all, "the newest first");
    assert_eq!(desk.records("state=received"), all);
    assert_eq!(desk.records("late=true"), [late.to_string()]);
    assert_eq!(desk.records("doubtful=true&kind=visit"), Vec::<String>::new());
    assert_eq!(desk.records("kind=pledge"), Vec::<String>::new());
    assert_eq!(desk.records("by=happened&from=2026-03-01&to=2026-03-01"), [visit.to_string()]);
    assert_eq!(desk.records(&format!("worker={}&area={}", desk.worker, desk.fixture.grids[0])), all);
    assert!(desk.records(&format!("area={}", desk.fixture.grids[1])).is_empty());
    let line = &desk.queue("late=true")[0];
    assert_eq!((&line["late_minutes"], &line["looked"]), (&json!(30 * 60), &Json::Null));
    assert!(!line.to_string().contains("甲一室") && !line.to_string().contains("甲二室"), "{line}");

    // Somebody elsewhere sees nothing of it, not even that there is something.
    assert_eq!(desk.elsewhere.get("/api/v1/reviews").json()["lines"], json!([]));
    let elsewhere = format!("/api/v1/reviews?area={}", desk.fixture.grids[0]);
    assert_eq!(desk.elsewhere.get(&elsewhere).status, 403);
    assert_eq!(desk.elsewhere.get(&format!("/api/v1/reviews/{visit}")).status, 403);
    let body = json!({ "heads": "00", "judgement": "approved" });
    assert_eq!(desk.elsewhere.post(&format!("/api/v1/reviews/{visit}"), &body).status, 403);
    assert_eq!(desk.sup.get("/api/v1/reviews/018f0000-0000-7000-8000-000000000001").status, 404);

    let seen = desk.look(visit);
    assert_eq!((&seen["older"], &seen["newer"]), (&Json::Null, &json!(late.to_string())));
    assert_eq!(desk.judge(visit, &seen["heads"], "has_issues", Some("  ")), (422, "invalid".to_owned()));
    assert_eq!(desk.judge(visit, &seen["heads"], "has_issues", Some("请补充照片")).0, 200);
    // Whoever looked before a colleague decided does not overrule them unseen.
    assert_eq!(desk.judge(visit, &seen["heads"], "approved", None), (409, "moved_on".to_owned()));
    assert_eq!(desk.records("state=has_issues"), [visit.to_string()]);
    assert_eq!(desk.records("state=received"), [late.to_string()]);

    // The comment comes to the worker's phone.
    desk.phone.sync(&mut desk.fixture);
    let comments: Vec<String> = desk
        .phone
        .raw
        .keys()
        .filter_map(|id| match desk.phone.document(*id).record() {
            Ok(Record::Review(review)) if review.of == visit => review.comment,
            _ => None,
        })
        .collect();
    assert_eq!(comments, ["请补充照片"]);

    assert!(desk.edits(visit, "已补充"));
    assert_eq!(desk.records("state=edited"), [visit.to_string()]);
    assert!(desk.records("state=has_issues").is_empty());
    // What was seen before is not what stands there now.
    assert_eq!(desk.judge(visit, &seen["heads"], "approved", None), (409, "moved_on".to_owned()));
    let seen = desk.look(visit);
    let newest = &seen["versions"][0];
    assert_eq!(newest["fields"][0]["field"], "note");
    assert_eq!(newest["fields"][0]["before"], json!({ "as": "nothing" }));
    assert_eq!(newest["fields"][0]["after"], json!({ "as": "text", "text": "已补充" }));
    assert_eq!(newest["by"]["id"], desk.worker.to_string());
    assert_eq!(seen["reviews"][0]["comment"], "请补充照片");
    assert_eq!(desk.judge(visit, &seen["heads"], "approved", None).0, 200);
    assert_eq!(desk.records("state=approved"), [visit.to_string()]);

    // Names are masked until somebody answers for seeing them.
    assert!(!seen.to_string().contains("甲一室"), "{seen}");
    assert_eq!(desk.elsewhere.post(&format!("/api/v1/reviews/{visit}/reveal"), &json!({})).status, 403);
    assert_eq!(desk.sup.post(&format!("/api/v1/reviews/{visit}/reveal"), &json!({})).status, 200);
    assert!(desk.look(visit)["door"].as_str().unwrap().contains("甲一室"));
    let trail = desk.fixture.town.store().audit(&AuditWanted { limit: 9, ..AuditWanted::default() }).unwrap();
    let revealed = trail.iter().find(|(_, entry)| entry.action == "reveal").unwrap();
    assert_eq!(revealed.1.subject, Some(visit.to_string()));
    drop(desk.server);
}

#[test]
fn only_what_was_looked_at_is_approved_in_bulk() {
    let mut desk = Desk::new();
    let (_, one) = visited(&mut desk.fixture, &mut desk.phone, "甲一室", crate::start());
    let (_, two) = visited(&mut desk.fixture, &mut desk.phone, "甲二室", crate::start());
    let heads = |seen: &Json| seen["heads"].as_str().unwrap().to_owned();
    let first = format!("{one}:{}", heads(&desk.look(one)));
    let approve = |client: &mut Client, seen: &[&str]| client.post("/api/v1/reviews/approve", &json!({ "seen": seen }));
    // Its heads are known from elsewhere; this session was never shown it.
    let (_, document) = desk.fixture.town.document(two).unwrap().unwrap();
    let unseen = format!("{two}:{}", document.heads().iter().map(ToString::to_string).collect::<Vec<_>>().join("."));
    let answer = approve(&mut desk.sup, &[&first, &unseen]);
    assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some("seen")), "{answer:?}");
    assert!(desk.records("state=approved").is_empty(), "all or none");
    assert_eq!(approve(&mut desk.elsewhere, &[&first]).status, 403);
    assert_eq!(approve(&mut desk.sup, &[]).status, 422);
    // One that was edited since is not approved as it was.
    let second = format!("{two}:{}", heads(&desk.look(two)));
    assert!(desk.edits(two, "又改"));
    let answer = approve(&mut desk.sup, &[&first, &second]);
    assert_eq!((answer.status, answer.code()), (409, "moved_on".to_owned()));
    let lines = desk.queue("");
    assert_eq!(lines.iter().map(|line| line["looked"].is_string()).collect::<Vec<_>>(), [false, true]);
    let second = format!("{two}:{}", heads(&desk.look(two)));
    assert_eq!(approve(&mut desk.sup, &[&first, &second]).status, 200);
    assert_eq!(desk.records("state=approved").len(), 2);

    // An edit after that waits for a word, and says what it would change.
    assert!(!desk.edits(one, "批准后又改"));
    let held = desk.sup.get("/api/v1/reviews/held").json();
    assert_eq!(
        (&held["waiting"][0]["code"], &held["waiting"][0]["record"]),
        (&json!("approved"), &json!(one.to_string()))
    );
    assert_eq!(held["waiting"][0]["fields"][0]["after"]["text"], "批准后又改");
    assert_eq!(desk.elsewhere.get("/api/v1/reviews/held").json()["waiting"], json!([]));
    let path = format!("/api/v1/reviews/held/{}", held["waiting"][0]["number"]);
    assert_eq!(desk.elsewhere.post(&path, &json!({ "decision": "accept" })).status, 403);
    assert_eq!(desk.sup.post(&path, &json!({ "decision": "accept" })).status, 200);
    assert_eq!(desk.sup.post(&path, &json!({ "decision": "refuse" })).status, 404);
    assert_eq!(desk.look(one)["versions"][0]["fields"][0]["after"]["text"], "批准后又改");
}

#[test]
fn a_conflict_is_settled_with_a_reason_by_a_supervisor_of_its_area() {
    let mut desk = Desk::new();
    let (door, _) = visited(&mut desk.fixture, &mut desk.phone, "甲一室", crate::start());
    let mut other = desk.fixture.phone(desk.worker);
    other.sync(&mut desk.fixture);
    let mine = desk.phone.edit(&mut desk.fixture, door.into(), &note("有狗"));
    let theirs = other.edit(&mut desk.fixture, door.into(), &note("没有狗"));
    assert!(accepted(&desk.phone.send(&mut desk.fixture, &[mine])));
    assert!(accepted(&other.send(&mut desk.fixture, &[theirs])));
    let found = desk.sup.get("/api/v1/conflicts").json();
    assert_eq!((&found["count"], &found["records"][0]["record"]), (&json!(1), &json!(door.to_string())));
    let tile = desk.sup.get("/api/v1/today").json();
    let tile = tile["counts"].as_array().unwrap().iter().find(|one| one["key"] == "conflicts").unwrap().clone();
    assert_eq!((&tile["count"], &tile["list"]), (&json!(1), &json!("/conflicts")), "the number is the list's length");
    let field = &found["records"][0]["fields"][0];
    assert_eq!(field["values"].as_array().unwrap().len(), 2);
    let lost = &field["values"][1];
    assert_eq!(lost["by"]["id"], desk.worker.to_string());
    let path = field["path"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect::<Vec<_>>();
    let seen = field["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["change"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join(" ");
    let unseen = json!({ "record": door.to_string(), "path": path.join("\u{1f}"), "seen": lost["change"], "change": lost["change"], "reason": "上门看过" });
    assert_eq!(
        desk.sup.post("/api/v1/conflicts/settle", &unseen).status,
        409,
        "a value nobody was shown is not settled away"
    );
    let body = |reason: &str| json!({ "record": door.to_string(), "path": path.join("\u{1f}"), "seen": seen, "change": lost["change"], "reason": reason });
    assert_eq!(desk.elsewhere.get("/api/v1/conflicts").json()["count"], 0);
    assert_eq!(desk.elsewhere.post("/api/v1/conflicts/settle", &body("看过")).status, 403);
    assert_eq!(desk.sup.post("/api/v1/conflicts/settle", &body(" ")).status, 422);
    assert_eq!(desk.sup.post("/api/v1/conflicts/settle", &body("上门看过")).status, 200);
    assert_eq!(desk.sup.post("/api/v1/conflicts/settle", &body("再来")).status, 409);
    assert_eq!(desk.sup.get("/api/v1/conflicts").json()["count"], 0);
    let (_, document) = desk.fixture.town.document(door.into()).unwrap().unwrap();
    assert_eq!(document.fields().text("note").unwrap(), lost["value"]["text"].as_str().unwrap());
}

#[test]
fn doubles_are_merged_as_they_were_shown_and_taken_apart_again() {
    let mut desk = Desk::new();
    let (keep, _) = visited(&mut desk.fixture, &mut desk.phone, "甲一室", crate::start());
    let (gone, _) = visited(&mut desk.fixture, &mut desk.phone, "甲一室", crate::start());
    let found = desk.sup.get("/api/v1/conflicts/doubles").json();
    assert_eq!((&found["count"], &found["pairs"][0]["same_address"]), (&json!(1), &json!(true)));
    let text = found.to_string();
    assert!(
        text.contains("王**") && !text.contains("王小明") && !text.contains("13800135678") && !text.contains("甲一室")
    );
    assert_eq!(desk.elsewhere.get("/api/v1/conflicts/doubles").json()["count"], 0);
    let path = format!("/api/v1/conflicts/doubles/{keep}/{gone}");
    assert_eq!(desk.elsewhere.get(&path).status, 403);
    assert_eq!(desk.elsewhere.post(&format!("{path}/reveal"), &json!({})).status, 403);
    let shown = desk.sup.get(&path).json();
    assert_eq!((&shown["visits"], &shown["people"][0]["choice"]), (&json!(1), &json!("same")));
    assert!(!shown.to_string().contains("王小明"));
    assert_eq!(desk.sup.post(&format!("{path}/reveal"), &json!({})).status, 200);
    assert!(desk.sup.get(&path).body.contains("王小明"));
    // Other choices show what they would do.
    let resident = shown["people"][0]["resident"].as_str().unwrap();
    let other = desk.sup.get(&format!("{path}?choice={resident}:copy")).json();
    assert_eq!((&other["people"][0]["choice"], &other["people"][0]["same_name"]), (&json!("copy"), &json!(true)));

    let body = |shown: &Json, reason: &str| json!({ "seen_keep": shown["seen_keep"], "seen_gone": shown["seen_gone"], "reason": reason });
    assert_eq!(desk.elsewhere.post(&path, &body(&shown, "同一户")).status, 403);
    assert!(desk.edits(gone.into(), "改了"));
    assert_eq!(desk.sup.post(&path, &body(&shown, "同一户")).code(), "moved_on");
    let shown = desk.sup.get(&path).json();
    assert_eq!(shown["fills"][0]["field"], "note");
    assert_eq!(desk.sup.post(&path, &body(&shown, "同一户")).status, 200);
    assert_eq!(desk.sup.get("/api/v1/conflicts/doubles").json()["count"], 0);
    assert_eq!(desk.sup.get(&path).status, 409, "it was merged already");
    let merges = desk.sup.get("/api/v1/conflicts/merged").json();
    let line = &merges["merges"][0];
    assert_eq!((&line["reason"], &line["undoable"]), (&json!("同一户"), &json!(true)));
    assert_eq!(desk.elsewhere.get("/api/v1/conflicts/merged").json()["count"], 0);

    // Somebody writes to what was filled in: that stays, and is said.
    desk.phone.sync(&mut desk.fixture);
    assert!(desk.edits(keep.into(), "另写"));
    let undo = format!("/api/v1/conflicts/merged/{gone}");
    assert_eq!(desk.elsewhere.post(&undo, &json!({ "reason": "两户" })).status, 403);
    let answer = desk.sup.post(&undo, &json!({ "reason": "原来是两户" }));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.json()["said"].as_str().unwrap().contains("备注"), "{answer:?}");
    let line = desk.sup.get("/api/v1/conflicts/merged").json()["merges"][0].clone();
    assert_eq!((&line["undone"]["reason"], &line["undoable"]), (&json!("原来是两户"), &json!(false)));
    assert_eq!(desk.sup.get("/api/v1/conflicts/doubles").json()["count"], 1);
    // Merging and undoing were written through one replica of the supervisor's.
    let devices = desk.fixture.town.store().devices().unwrap();
    let of_server: Vec<_> = devices.iter().filter(|device| device.own && device.person != SYSTEM).collect();
    assert!(
        of_server.iter().enumerate().all(|(at, one)| !of_server[..at].iter().any(|other| other.person == one.person))
    );
    assert!(!of_server.is_empty());
}
