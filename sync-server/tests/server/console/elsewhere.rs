//! The table of routes with identifiers of what there is: nobody reaches into an area that is not theirs, whatever the
//! address, and whoever it belongs to gets there.

use std::collections::BTreeMap;

use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{
    Asked, DocumentId, Heads, HouseholdId, MoneySent, PersonId, Question, Record, ResidentId, Review, ReviewState,
    Role, Scope, Value, Zone,
};
use qiaomen_server::access::Allowed;
use qiaomen_server::api::{ROUTES, Route};
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};
use serde_json::{Value as Json, json};

use super::accountability::{door, writes};
use super::{Client, token};
use crate::http::Running;
use crate::phone::accepted;
use crate::{Fixture, alert, case, visit};

/// A town in whose second village there is something of every sort.
struct Town {
    _fixture: Fixture,
    _server: Running,
    /// By the names that stand in braces.
    ids: BTreeMap<&'static str, String>,
    /// The body of each deed.
    bodies: BTreeMap<&'static str, Json>,
    /// Those of the second village, and of the town.
    here: Vec<(&'static str, Client)>,
    /// Those of the first.
    there: Vec<(&'static str, Client)>,
    worker: PersonId,
}

fn create(fixture: &mut Fixture, id: DocumentId, record: impl Into<Record>, scope: Scope) {
    fixture.system_writes(Draft::Create { id, record: Box::new(record.into()), scope });
}

fn an_alert(fixture: &mut Fixture, police: PersonId) -> DocumentId {
    let now = fixture.tick();
    let id = DocumentId::fresh(now, &mut fixture.random);
    create(fixture, id, alert(fixture.villages[1], now), case(id.into()));
    let sent = MoneySent { alert: id.into(), at: now, sent: None, fen: Some(40_000_000), to: None, note: None };
    writes(fixture, police, sent, case(id.into()));
    id
}

#[track_caller]
fn does(client: &mut Client, path: &str, body: &Json) -> Json {
    let answer = client.post(&format!("/api/v1{path}"), body);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

impl Town {
    fn new() -> Self {
        let mut fixture = Fixture::new();
        fixture.now = SystemClock.now().plus_hours(-2);
        let (village, grid, other) = (fixture.villages[1], fixture.grids[2], fixture.grids[3]);
        let (worker, mut phone) = fixture.worker(2);
        let second = fixture.person(Role::GridWorker, grid);
        let [sup, head, police] =
            [Role::Supervisor, Role::TeamHead, Role::Police].map(|role| fixture.person(role, village));
        let mut doors = Vec::new();
        for _ in 0..2 {
            let resident = ResidentId::fresh(fixture.now, &mut fixture.random);
            let at: HouseholdId =
                writes(&mut fixture, sup, door("501", resident, "王小明", "13800135678"), Scope::Grid(grid)).into();
            doors.push((at, resident));
        }
        phone.sync(&mut fixture);
        let (now, home) = (fixture.now, doors[0].0);
        let mut visits = Vec::new();
        for _ in 0..2 {
            let (id, made) = phone.create(&mut fixture, visit(home, now), Scope::Grid(grid), Role::GridWorker);
            assert!(accepted(&phone.send(&mut fixture, &[made])));
            visits.push(id);
        }
        phone.sync(&mut fixture);
        // What was approved is edited: that waits for a word.
        let (_, document) = fixture.town.document(visits[1]).unwrap().unwrap();
        let heads = Heads::new(document.heads().iter().map(|hash| *hash.bytes())).unwrap();
        let approved = Review { of: visits[1], heads, state: ReviewState::Approved, at: fixture.now, comment: None };
        writes(&mut fixture, sup, approved, Scope::Grid(grid));
        let note = [Edit { path: vec!["note".into()], value: Value::Text("又改".into()) }];
        let edit = phone.edit(&mut fixture, visits[1], &note);
        assert!(!accepted(&phone.send(&mut fixture, &[edit])));

        let (one, two) = (an_alert(&mut fixture, police), an_alert(&mut fixture, police));
        let question = DocumentId::fresh(fixture.now, &mut fixture.random);
        let asked = Question::new(one.into(), Asked::Who, fixture.now);
        create(&mut fixture, question, asked, Scope::Intake);
        let (_, document) = fixture.town.document(worker.into()).unwrap().unwrap();
        let Record::Person(person) = document.record().unwrap() else { unreachable!() };
        let assignment = person.assignments.keys().next().unwrap().to_string();

        let root = fixture.root;
        let client = |fixture: &mut Fixture, person| token(fixture, person);
        let here = [
            ("supervisor", sup),
            ("worker", worker),
            ("team head", head),
            ("police", police),
            ("supervisor of the town", fixture.person(Role::Supervisor, root)),
            ("administrator", fixture.person(Role::Administrator, root)),
        ]
        .map(|(name, person)| (name, client(&mut fixture, person)));
        let there = [Role::Supervisor, Role::TeamHead, Role::Police, Role::GridWorker, Role::Volunteer].map(|role| {
            let name = match role {
                Role::Supervisor => "supervisor",
                Role::TeamHead => "team head",
                Role::Police => "police",
                Role::GridWorker => "worker",
                _ => "volunteer",
            };
            let area = if matches!(name, "worker" | "volunteer") { fixture.grids[0] } else { fixture.villages[0] };
            let person = fixture.person(role, area);
            (name, client(&mut fixture, person))
        });
        let server = Running::new(fixture.town.clone());
        let clients = |all: &[(&'static str, String)]| {
            all.iter().map(|(name, token)| (*name, Client::with_token(server.address, token))).collect::<Vec<_>>()
        };
        let (mut here, there) = (clients(&here), clients(&there));
        let sup = &mut here[0].1;
        let drawn = does(sup, "/accountability/samples", &json!({ "seed": "three", "count": 2 }));
        let plan = does(sup, &format!("/areas/{grid}/moves"), &json!({ "to": other, "doors": [doors[1].0] }));
        does(sup, &format!("/alerts/{one}/offer"), &json!({ "to": second.to_string() }));
        let offers = sup.get(&format!("/api/v1/alerts/{one}")).json();
        let held = sup.get("/api/v1/reviews/held").json();
        let pair = sup.get(&format!("/api/v1/conflicts/doubles/{}/{}", doors[0].0, doors[1].0)).json();
        let draw = drawn["next"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let ids = BTreeMap::from([
            ("household", doors[0].0.to_string()),
            ("resident", doors[0].1.to_string()),
            ("keep", doors[0].0.to_string()),
            ("gone", doors[1].0.to_string()),
            ("alert", one.to_string()),
            ("grid", grid.to_string()),
            ("area", grid.to_string()),
            ("record", visits[0].to_string()),
            ("question", question.to_string()),
            ("offer", offers["offers"][0]["id"].as_str().unwrap().to_owned()),
            ("draw", draw),
            ("plan", plan["id"].as_str().unwrap().to_owned()),
            ("person", worker.to_string()),
            ("assignment", assignment),
            ("device", phone.device.id.to_string()),
            ("number", held["waiting"][0]["number"].to_string()),
            ("ledger", "visits".to_owned()),
            ("format", "csv".to_owned()),
        ]);
        let day = Zone::shanghai().written(SystemClock.now());
        let bodies = BTreeMap::from([
            ("/households/{household}/consent", json!({ "out": true, "reason": "refused", "note": "x" })),
            ("/work/alerts/{alert}/hand-over", json!({ "to": second.to_string() })),
            (
                "/work/alerts/{alert}/visit",
                json!({ "purpose": "dissuasion", "outcome": "nobody_home", "started": day, "ended": day }),
            ),
            ("/work/doors/{household}/visit", json!({ "outcome": "nobody_home", "started": day, "ended": day })),
            (
                "/work/doors/{household}/pledge",
                json!({ "resident": doors[0].1.to_string(), "archive_number": "A-1", "at": day }),
            ),
            ("/work/grids/{grid}/new-door", json!({ "building": "9", "room": "1" })),
            ("/alerts/questions/{question}/answer", json!({ "answer": "x" })),
            ("/alerts/{alert}/comment", json!({ "text": "x" })),
            ("/alerts/{alert}/offer", json!({ "to": worker.to_string() })),
            ("/alerts/{alert}/assign", json!({ "to": worker.to_string(), "reason": "x" })),
            ("/alerts/{alert}/raise", json!({ "level": "extreme", "reason": "x" })),
            ("/alerts/{alert}/extend", json!({ "until": day, "reason": "x" })),
            ("/alerts/{alert}/join", json!({ "other": two.to_string() })),
            ("/alerts/{alert}/money", json!({ "yuan": "5", "sent": day })),
            ("/alerts/{alert}/stop-payment", json!({ "step": "asked" })),
            ("/alerts/{alert}/transfer", json!({ "hands": "police", "reason": "x" })),
            ("/alerts/{alert}/match", json!({ "who": "outsider" })),
            ("/alerts/{alert}/withdraw", json!({ "reason": "x" })),
            ("/alerts/{alert}/clear", json!({ "reason": "x" })),
            ("/alerts/{alert}/recall", json!({ "reason": "x" })),
            ("/people/{person}/change", json!({ "name": "Somebody" })),
            ("/people/{person}/roles", json!({ "role": "volunteer", "area": grid.to_string() })),
            ("/areas/{area}/rename", json!({ "name": "Another name" })),
            ("/areas/{area}/moves", json!({ "to": other.to_string(), "doors": [doors[1].0.to_string()] })),
            ("/reviews/held/{number}", json!({ "decision": "accept" })),
            ("/reviews/{record}", json!({ "heads": "00", "judgement": "approved" })),
            (
                "/conflicts/doubles/{keep}/{gone}",
                json!({ "seen_keep": pair["seen_keep"], "seen_gone": pair["seen_gone"], "reason": "x" }),
            ),
            ("/conflicts/merged/{gone}", json!({ "reason": "x" })),
            ("/accountability/samples/{draw}/call", json!({ "alert": one.to_string(), "outcome": "no_answer" })),
        ]);
        Self { _fixture: fixture, _server: server, ids, bodies, here, there, worker }
    }

    /// An address with the identifiers of what there is; none where something in it is not there.
    fn real(&self, path: &str) -> Option<String> {
        let parts = path.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            // Of the numbers there is only that of what was held back.
            Some("number") if !path.contains("/held/") => None,
            Some(name) => self.ids.get(name).cloned(),
            None => Some(part.to_owned()),
        });
        Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
    }

    /// Whether nothing of what there is stands in an answer: no alert, no door, nobody's name.
    fn tells_nothing(&self, body: &str) -> bool {
        let ids = ["alert", "household", "gone", "resident", "record", "question"];
        !ids.iter().any(|name| body.contains(&self.ids[name])) && !["王", "S**"].iter().any(|name| body.contains(name))
    }

    /// Whether an answer is what a draw was made from, which anybody who checks it needs whole: identifiers of alerts, and
    /// nothing of whom they are about.
    fn tells_numbers(&self, body: &str) -> bool {
        body.lines().all(|line| line.parse::<DocumentId>().is_ok())
            && !["household", "gone", "resident", "record"].iter().any(|name| body.contains(&self.ids[*name]))
    }

    fn ask(&self, client: &mut Client, route: &Route, path: &str) -> (u16, String) {
        let answer = if route.method == "GET" {
            client.get(path)
        } else {
            client.post(path, self.bodies.get(route.path).unwrap_or(&json!({})))
        };
        (answer.status, answer.body)
    }
}

fn of_people() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| matches!(route.action.allowed(), Allowed::Roles(_) | Allowed::TownRoles(_)))
}

/// Whether what stands in the path belongs to an area.
fn is_of_an_area(route: &Route) -> bool {
    route.path.contains('{') && !route.path.contains("{ledger}") && !route.path.contains("{format}")
}

#[test]
fn from_another_area_nothing_of_this_one_is_reached() {
    let mut town = Town::new();
    let mut there = std::mem::take(&mut town.there);
    let mut wrong = Vec::new();
    let mut walked = 0;
    for route in of_people().filter(|route| is_of_an_area(route)) {
        for path in std::iter::once(route.path).chain(route.api) {
            let Some(path) = town.real(path) else { continue };
            for (name, client) in &mut there {
                let (status, body) = town.ask(client, route, &path);
                walked += 1;
                // That a colleague drew a sample every supervisor may know, and no more than that.
                let is_told = route.path.starts_with("/accountability/samples/{draw}")
                    && (town.tells_nothing(&body) || route.path.ends_with("/population") && town.tells_numbers(&body));
                if !(matches!(status, 403 | 404) || is_told && matches!(status, 200 | 303)) {
                    wrong.push(format!("{name} {} {path}: {status} {}", route.method, &body[..body.len().min(200)]));
                }
            }
        }
    }
    // A worker's work in their name, and what stands in a query rather than in the path.
    let (alert, home, grid) = (&town.ids["alert"], &town.ids["household"], &town.ids["grid"]);
    let worker = town.worker;
    for path in [
        format!("/work/alerts/{alert}?for={worker}"),
        format!("/work/doors/{home}?for={worker}"),
        format!("/work/grids/{grid}?for={worker}"),
        format!("/work?for={worker}"),
        format!("/accountability/look?alert={alert}"),
        format!("/accountability/look?household={home}&resident={}", town.ids["resident"]),
        format!("/coverage?area={grid}"),
        format!("/coverage/list?area={grid}&what=reached"),
        format!("/households?area={grid}"),
        format!("/alerts?area={grid}"),
        format!("/reviews?area={grid}"),
        format!("/exports/visits/csv?area={grid}"),
    ] {
        for (name, client) in &mut there {
            let answer = client.get(&format!("/api/v1{path}"));
            // A list may be narrowed by what is not theirs: nothing is in it then.
            let is_empty = answer.status == 200 && town.tells_nothing(&answer.body);
            if !matches!(answer.status, 403 | 404) && !is_empty {
                let body = &answer.body[..answer.body.len().min(200)];
                wrong.push(format!("{name} {path}: {} {body}", answer.status));
            }
        }
    }
    assert!(walked > 300, "{walked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_there_is_is_reached_by_somebody_whose_it_is() {
    let mut town = Town::new();
    let mut here = std::mem::take(&mut town.here);
    let mut wrong = Vec::new();
    let reads = of_people().filter(|route| route.method == "GET");
    let writes = of_people().filter(|route| route.method != "GET");
    for route in reads.chain(writes) {
        let real = town.real(route.api.unwrap_or(route.path));
        let path = real.clone().unwrap_or_else(|| super::policy::filled(route.api.unwrap_or(route.path)));
        if route.path == "/events" {
            continue;
        }
        let mut answers = Vec::new();
        for (name, client) in &mut here {
            let (status, body) = town.ask(client, route, &path);
            answers.push((name, status, body));
            assert!(status < 500, "{path}: {answers:?}");
            // What is not there is looked for by whoever may; what is there is found.
            if !matches!(status, 401 | 403) && (status != 404 || real.is_none()) {
                answers.clear();
                break;
            }
        }
        if !answers.is_empty() {
            wrong.push(format!("{} {path}: {answers:?}", route.method));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
