//! Looking somebody up, the list that makes itself, samples: through the pages and their JSON (L8, Q12).

use std::collections::BTreeSet;

use qiaomen_core::record::{
    AlertId, DocumentId, Household, HouseholdId, MoneySent, Outcome, PersonId, Record, Resident, ResidentId, Role,
    Scope, Visit,
};
use qiaomen_server::author::Author;
use qiaomen_server::store::AuditWanted;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Client, token};
use crate::http::Running;
use crate::{Fixture, alert, case, household, start, visit};

/// Somebody writes as the fixture's clock has it.
pub fn writes(fixture: &mut Fixture, by: PersonId, record: impl Into<Record>, scope: Scope) -> DocumentId {
    let now = fixture.tick();
    let random = &mut fixture.random;
    let mut author = Author::new(&fixture.town, by, now, random).unwrap();
    let (id, verdict) = author.create(record, scope, now, random).unwrap();
    assert!(matches!(verdict, qiaomen_core::protocol::Verdict::Accepted { .. }), "{verdict:?}");
    id
}

/// A door with somebody behind it.
pub fn door(room: &str, resident: ResidentId, name: &str, telephone: &str) -> Household {
    let said = Resident {
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
    Household { residents: [(resident, said)].into(), ..household(room) }
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v Vec<Value> {
    value.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("{pointer}: {value}"))
}

#[test]
fn l8_what_was_known_then_stands_beside_what_is_known_now_and_no_name_stands_in_an_address() {
    let mut fixture = Fixture::new();
    let (grid, root, other) = (fixture.grids[0], fixture.root, fixture.villages[1]);
    let (sup, elsewhere) = (fixture.person(Role::Supervisor, root), fixture.person(Role::Supervisor, other));
    let worker = fixture.person(Role::GridWorker, grid);
    let resident = ResidentId::fresh(fixture.now, &mut fixture.random);
    let home: HouseholdId =
        writes(&mut fixture, sup, door("501", resident, "王小明", "13800135678"), Scope::Grid(grid)).into();
    // They were met the day before, and the record of it came two days later.
    fixture.now = start().plus_hours(48);
    let met = Visit { outcome: Outcome::Met, met: [resident].into(), ..visit(home, start().plus_hours(-24)) };
    writes(&mut fixture, worker, met, Scope::Grid(grid));
    let (again, token, stranger) = (token(&mut fixture, sup), token(&mut fixture, sup), token(&mut fixture, elsewhere));
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    let moment = fixture.town.zone().written(start().plus_hours(24));
    let found = client.post("/api/v1/accountability/search", &json!({ "text": "王小明", "at": moment })).json();
    let next = found["next"].as_str().unwrap().to_owned();
    assert!(next.is_ascii() && !next.contains('%') && next.starts_with("/accountability?search="), "{next}");
    let matches = client.get(&format!("/api/v1{next}")).json();
    assert_eq!(list(&matches, "/matches").len(), 1, "{matches}");
    let line = &matches["matches"][0];
    assert_eq!((line["name"].as_str(), line["telephones"][0].as_str()), (Some("王**"), Some("138****5678")));
    let look = line["look"].as_str().unwrap().to_owned();
    assert!(look.contains(&home.to_string()) && look.contains(&resident.to_string()) && look.contains("at=2026"));
    // It was this session's search, and nobody else's.
    let mut colleague = Client::with_token(server.address, &stranger);
    assert_eq!(colleague.get(&format!("/api/v1{next}")).json()["forgotten"], true);

    let answer = client.get(&format!("/api/v1{look}"));
    let told = answer.json();
    assert!(!answer.body.contains("王小明") && !answer.body.contains("13800135678"), "{}", answer.body);
    assert!(list(&told, "/door/then/visits").is_empty());
    assert_eq!(told["door"]["now"]["visits"][0]["outcome"], "met");
    assert_eq!(
        (&told["door"]["then"]["reach"], &told["door"]["now"]["reach"]),
        (&json!("never_tried"), &json!("visited"))
    );
    let differs: BTreeSet<&str> = list(&told, "/door/differs").iter().filter_map(Value::as_str).collect();
    assert!(differs.contains("visits") && differs.contains("reach") && !differs.contains("pledges"), "{differs:?}");
    let missed = list(&told, "/missed").iter().find(|one| one["what"] == "never_visited").unwrap();
    assert_eq!((missed["then"].as_u64(), missed["now"].as_u64()), (Some(1), Some(0)));
    assert_eq!((list(&told, "/came_later").len(), list(&told, "/afterwards").len()), (1, 0));
    // The page says the same, with the differing row marked.
    let page = client.get(&look).body;
    assert!(page.contains("当时服务器所知") && page.contains("现在所知") && page.contains("class=\"differs\""));
    assert!(page.contains("其实做了") && !page.contains("王小明"));

    let form = json!({ "household": home.to_string(), "resident": resident.to_string(), "at": moment });
    // Whoever only writes that it is to be printed has noted nothing, and prints nothing.
    assert!(!client.get(&format!("{look}&print=true")).body.contains("data-print"));
    assert_eq!(client.post("/api/v1/accountability/look/print", &form).status, 200);
    let printed = client.get(&format!("{look}&print=true")).body;
    assert!(printed.contains("data-print") && printed.contains("王小明"));
    assert!(!client.get(&look).body.contains("王小明"));
    // A page that is open somewhere asks without anybody looking.
    let mut peeking = Client::with_token(server.address, &again);
    peeking.extra.push(("x-qiaomen-peek".to_owned(), "1".to_owned()));
    assert_eq!(peeking.get(&look).status, 200);
    let shown = client.post("/api/v1/accountability/look/reveal", &form).json();
    let told = client.get(&format!("/api/v1{}", shown["next"].as_str().unwrap())).json();
    assert_eq!((told["revealed"].as_bool(), told["name"].as_str()), (Some(true), Some("王小明")));
    let trail = fixture.town.store().audit(&AuditWanted { limit: 10, ..AuditWanted::default() }).unwrap();
    let noted: Vec<(&str, Option<&str>)> =
        trail.iter().rev().map(|(_, entry)| (entry.action.as_str(), entry.subject.as_deref())).collect();
    let whom = resident.to_string();
    let whom = Some(whom.as_str());
    assert_eq!(noted, [("accountability", None), ("accountability", whom), ("print", whom), ("reveal", whom)]);
    assert!(!trail.iter().any(|(_, entry)| format!("{entry:?}").contains("王小明")));
    // Elsewhere it is refused, and what there is not is not found.
    assert_eq!(colleague.get(&format!("/api/v1{look}")).status, 403);
    assert_eq!(colleague.post("/api/v1/accountability/look/reveal", &form).status, 403);
    let nothing = look.replace(&home.to_string(), &worker.to_string().replace('7', "8"));
    assert_eq!(client.get(&format!("/api/v1{nothing}")).status, 404);
    assert_eq!(client.get("/api/v1/accountability/look").status, 422);
}

#[test]
fn q12_a_sample_shows_how_to_make_it_again_and_keeps_what_was_said() {
    let mut fixture = Fixture::new();
    let root = fixture.root;
    let (sup, police) = (fixture.person(Role::Supervisor, root), fixture.person(Role::Police, root));
    let village = fixture.person(Role::Supervisor, fixture.villages[1]);
    let mut alerts = Vec::new();
    for at in 0..5_usize {
        let mut said = alert(fixture.villages[at % 2], start());
        said.telephone = Some("13900001111".to_owned());
        let now = fixture.tick();
        let id = DocumentId::fresh(now, &mut fixture.random);
        fixture.system_writes(qiaomen_server::author::Draft::Create {
            id,
            record: Box::new(said.into()),
            scope: Scope::CaseFile(id.into()),
        });
        let sent = MoneySent {
            alert: id.into(),
            at: start().plus_hours(at as i64 + 1),
            sent: None,
            fen: Some(40_000_000 - at as i64),
            to: None,
            note: None,
        };
        writes(&mut fixture, police, sent, case(id.into()));
        alerts.push(id.to_string());
    }
    let (token, of_village, of_police) =
        (token(&mut fixture, sup), token(&mut fixture, village), token(&mut fixture, police));
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    // The list that makes itself leads to each case, the largest loss first, and shows no name.
    let told = client.get("/api/v1/accountability/automatic?from=2026-01-01").json();
    assert_eq!((told["total"].as_u64(), told["lines"][0]["fen_after_alert"].as_i64()), (Some(5), Some(40_000_000)));
    assert_eq!(told["lines"][0]["name"], "S**");
    assert_eq!(list(&told, "/areas").len(), 1);
    assert!(client.get("/accountability/automatic").body.contains("400,000.00"));
    assert_eq!(client.get("/api/v1/accountability/automatic?reason=large").json()["lines"][4]["reasons"][0], "large");
    assert_eq!(client.get("/api/v1/accountability/automatic?from=2026-03-09&to=2026-03-01").status, 422);
    // What is taken along is what is on the screen.
    let page = client.get("/accountability/automatic?from=2026-01-01&reason=large").body;
    let taken = |client: &mut Client, reason: &str| {
        let path = format!("/exports/accountability/csv?from=2026-01-01&reason={reason}");
        (client.get(&path).body.lines().count(), path)
    };
    let (large, path) = taken(&mut client, "large");
    assert!(page.replace("&amp;", "&").replace("&#38;", "&").contains(&path), "{page}");
    assert_eq!((large, taken(&mut client, "failed").0), (6, 1));
    assert_eq!(client.get("/exports/accountability/csv?reason=none").status, 422);
    assert_eq!(client.get("/api/v1/accountability/automatic?reason=none").status, 422);
    let mut part = Client::with_token(server.address, &of_village);
    assert_eq!(part.get("/api/v1/accountability/automatic").json()["total"], 2);

    let drawn = client.post("/api/v1/accountability/samples", &json!({ "seed": "三千七百", "count": 3 })).json();
    let next = drawn["next"].as_str().unwrap().to_owned();
    let told = client.get(&format!("/api/v1{next}")).json();
    // By hand, from the rule alone.
    alerts.sort();
    let hash = |text: String| Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(told["population_hash"].as_str(), Some(hash(alerts.join("\n")).as_str()));
    let mut ranked: Vec<(String, String)> =
        alerts.iter().map(|id| (hash(format!("三千七百\n{id}")), id.clone())).collect();
    ranked.sort();
    let people = list(&told, "/people");
    let order: Vec<(&str, &str)> =
        people.iter().map(|one| (one["rank"].as_str().unwrap(), one["alert"].as_str().unwrap())).collect();
    let expected: Vec<(&str, &str)> = ranked.iter().take(3).map(|(rank, id)| (rank.as_str(), id.as_str())).collect();
    assert_eq!(order, expected);
    assert_eq!(people[0]["telephone"], "139****1111");
    let page = client.get(&next).body;
    assert!(page.contains("三千七百") && page.contains("sha256sum") && page.contains("记录回访"));

    let called = json!({
        "alert": people[0]["alert"], "outcome": "reached", "visited": "no", "met_in_time": "unknown", "satisfied": 2,
        "note": "没人来过",
    });
    assert_eq!(client.post(&format!("/api/v1{next}/call"), &called).status, 200);
    let silent = json!({ "alert": people[1]["alert"], "outcome": "no_answer", "visited": "yes" });
    assert_eq!(client.post(&format!("/api/v1{next}/call"), &silent).status, 422);
    client.post(&format!("/api/v1{next}/reveal"), &json!({}));
    let told = client.get(&format!("/api/v1{next}")).json();
    let call = &told["people"][0]["calls"][0];
    assert_eq!(
        call["answers"],
        json!([{ "asked": "visited", "said": "no" }, { "asked": "met_in_time", "said": "unknown" }])
    );
    assert_eq!((&call["note"], &told["people"][0]["telephone"]), (&json!("没人来过"), &json!("13900001111")));
    assert_eq!(told["waiting"], 2);
    // The police call back too, but draw nothing and read no list of draws.
    let mut officer = Client::with_token(server.address, &of_police);
    let another = json!({ "alert": people[1]["alert"], "outcome": "no_answer" });
    assert_eq!(officer.post(&format!("/api/v1{next}/call"), &another).status, 200);
    assert_eq!(officer.get("/api/v1/accountability/samples").status, 403);
    assert_eq!(client.get("/api/v1/accountability/samples").json()["draws"][0]["seed"], "三千七百");
}

#[test]
fn q12_anybody_draws_the_same_sample_from_the_file_the_seed_and_the_recipe() {
    let mut fixture = Fixture::new();
    let root = fixture.root;
    let (sup, police) = (fixture.person(Role::Supervisor, root), fixture.person(Role::Police, root));
    let robbed = |fixture: &mut Fixture, hours: i64| {
        let now = fixture.tick();
        let id = DocumentId::fresh(now, &mut fixture.random);
        fixture.system_writes(qiaomen_server::author::Draft::Create {
            id,
            record: Box::new(alert(fixture.villages[0], start()).into()),
            scope: Scope::CaseFile(id.into()),
        });
        let at = start().plus_hours(hours);
        let sent = MoneySent { alert: id.into(), at, sent: None, fen: Some(100), to: None, note: None };
        writes(fixture, police, sent, case(id.into()));
    };
    (0..9).for_each(|hours| robbed(&mut fixture, hours));
    let (token, of_police) = (token(&mut fixture, sup), token(&mut fixture, police));
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    let drawn = client.post("/api/v1/accountability/samples", &json!({ "seed": "三千七百", "count": 4 })).json();
    let next = drawn["next"].as_str().unwrap().to_owned();
    // More of the same days comes in later.
    (0..3).for_each(|hours| robbed(&mut fixture, hours));
    let told = client.get(&format!("/api/v1{next}")).json();
    let page = client.get(&next).body;
    assert!(page.contains(&format!("{next}/population")) && page.contains("sha256sum"));

    // The recipe of docs/rules.md, with the file and the seed alone.
    let file = client.get(&format!("{next}/population"));
    assert_eq!((file.status, file.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(Some(hash(&file.bytes).as_str()), told["population_hash"].as_str());
    let mut ranked: Vec<(String, &str)> =
        file.body.split('\n').map(|id| (hash(format!("三千七百\n{id}").as_bytes()), id)).collect();
    assert_eq!(ranked.len(), 9);
    ranked.sort();
    let expected: Vec<&str> = ranked.into_iter().take(4).map(|(_, id)| id).collect();
    let chosen: Vec<&str> = list(&told, "/people").iter().map(|one| one["alert"].as_str().unwrap()).collect();
    assert_eq!(chosen, expected);
    // It holds identifiers alone, and who took it is noted.
    assert!(file.body.split('\n').all(|id| id.parse::<AlertId>().is_ok()));
    let trail = fixture.town.store().audit(&AuditWanted { limit: 1, ..AuditWanted::default() }).unwrap();
    assert_eq!(trail[0].1.action, "export");
    let mut officer = Client::with_token(server.address, &of_police);
    assert_eq!(officer.get(&format!("{next}/population")).status, 403);
}

/// Rows for so many doors, visits and alerts, written beside the documents that they would come from: the list that
/// makes itself reads rows alone.
fn fill(fixture: &Fixture, doors: usize, visits: usize, alerts: usize) {
    let file = fixture.folder.path().join(qiaomen_server::store::sqlite::FILE);
    let mut beside = rusqlite::Connection::open(file).unwrap();
    let all = beside.transaction().unwrap();
    let scope = |bytes: Vec<u8>| -> i64 {
        all.execute("INSERT OR IGNORE INTO scope(bytes) VALUES(?1)", [&bytes]).unwrap();
        all.query_row("SELECT number FROM scope WHERE bytes = ?1", [&bytes], |row| row.get(0)).unwrap()
    };
    let grids: Vec<i64> = fixture.grids.iter().map(|grid| scope(Scope::Grid(*grid).to_bytes())).collect();
    let id = |sort: u8, number: usize| {
        let mut bytes = [0_u8; 16];
        bytes[0] = sort;
        bytes[8..].copy_from_slice(&(number as u64).to_be_bytes());
        bytes
    };
    let mut document = all
        .prepare(
            "INSERT INTO document(record, id, kind, scope, author, role, written, doubtful, epoch, sequence, entered,
             acceptance, arrival, conflicts) VALUES(?1, ?2, ?3, ?4, x'00000000000000000000000000000001', 'grid_worker',
             0, 0, 0, ?1, 0, ?1, 0, 0)",
        )
        .unwrap();
    let at = |number: usize| start().plus_minutes(number as i64).millis();
    for number in 0..doors {
        let record = 1_000_000 + number as i64;
        document.execute((record, id(1, number), "household", grids[number % grids.len()])).unwrap();
        let sql =
            "INSERT INTO household(record, building, room, door, removed, walk) VALUES(?1, '1', ?2, 'lived_in', 0, ?2)";
        all.execute(sql, (record, number.to_string())).unwrap();
    }
    for number in 0..visits {
        let (record, of) = (2_000_000 + number as i64, number % doors);
        document.execute((record, id(2, number), "visit", grids[of % grids.len()])).unwrap();
        let outcome = if number % 3 == 0 { "met" } else { "nobody_home" };
        let sql = "INSERT INTO visit(record, household, purpose, outcome, met, ended, given, explained)
                   VALUES(?1, ?2, 'door', ?3, '', ?4, 'open_letter', 'app,cases')";
        all.execute(sql, (record, id(1, of), outcome, at(number))).unwrap();
    }
    for number in 0..alerts {
        let record = 4_000_000 + number as i64;
        let alert = id(4, number);
        let own = scope(Scope::CaseFile(AlertId::from_bytes(alert)).to_bytes());
        document.execute((record, alert, "alert", own)).unwrap();
        let sql = "INSERT INTO alert(record, name, area, level, issuer, origin, issued, reached, entered, household, outsider)
                   VALUES(?1, '张三', ?2, 'high', '所', 'other', ?3, ?3, ?3, ?4, 0)";
        let area = fixture.villages[number % 2];
        all.execute(sql, (record, area.bytes(), at(number * 20), id(1, number * 3 % doors))).unwrap();
        if number % 10 == 0 {
            document.execute((record + 500_000, id(5, number), "money_sent", own)).unwrap();
            let sql = "INSERT INTO money_sent(record, alert, at, fen) VALUES(?1, ?2, ?3, 5000000)";
            all.execute(sql, (record + 500_000, alert, at(number * 20 + 300))).unwrap();
        }
    }
    drop(document);
    all.commit().unwrap();
}

#[test]
#[ignore = "measures"]
fn the_pages_of_a_large_town() {
    let mut fixture = Fixture::new();
    let sup = fixture.person(Role::Supervisor, fixture.root);
    let token = token(&mut fixture, sup);
    fill(&fixture, 10_000, 50_000, 2_000);
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    for path in [
        "/accountability/automatic",
        "/accountability/automatic",
        "/accountability/samples",
        "/exports",
        "/audit",
        "/exports/households/xlsx",
        "/exports/visits/xlsx",
        "/exports/visits/csv",
        "/exports/alerts/csv",
        "/exports/due/csv",
        "/exports/coverage/csv",
    ] {
        let began = std::time::Instant::now();
        let answer = client.get(path);
        println!("{path}: {} {:?} ({} bytes)", answer.status, began.elapsed(), answer.bytes.len());
        assert_eq!(answer.status, 200);
    }
}
