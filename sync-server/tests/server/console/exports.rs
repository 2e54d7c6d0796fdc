//! Ledgers that are taken along, and the trail that says so.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::{DocumentId, Heads, Outcome, Record, ResidentId, Review, ReviewState, Role, Scope, Visit};
use qiaomen_server::author::{Author, Draft, Written};
use qiaomen_server::report::ledger::Ledger;
use qiaomen_server::store::AuditWanted;

use serde_json::json;

use super::accountability::{door, writes};
use super::{Client, token};
use crate::http::Running;
use crate::{Fixture, start, visit};

fn rows(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let (_, sheet) = book.worksheets().into_iter().next().unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

fn text(cell: &Data) -> &str {
    if let Data::String(text) = cell { text } else { "" }
}

fn review(fixture: &Fixture, of: DocumentId, state: ReviewState) -> Review {
    let (_, document) = fixture.town.document(of).unwrap().unwrap();
    let heads = Heads::new(document.heads().iter().map(|hash| *hash.bytes())).unwrap();
    Review { of, heads, state, at: fixture.now, comment: None }
}

#[test]
fn ledgers_open_as_spreadsheets_hold_no_formula_and_stand_in_the_audit_trail() {
    const FORMULA: &str = "=HYPERLINK(\"http://bad.example\",\"click\")";
    let mut fixture = Fixture::new();
    let (root, grid, far) = (fixture.root, fixture.grids[0], fixture.grids[2]);
    let sup = fixture.person(Role::Supervisor, root);
    let village = fixture.person(Role::Supervisor, fixture.villages[0]);
    let mut doors = Vec::new();
    for (room, name, grid) in [("1", FORMULA, grid), ("2", "李四", grid), ("3", "王五", grid), ("4", "赵六", far)]
    {
        let resident = ResidentId::fresh(fixture.now, &mut fixture.random);
        doors.push(writes(&mut fixture, sup, door(room, resident, name, "+86 13800135678"), Scope::Grid(grid)));
    }
    let worker = fixture.person(Role::GridWorker, grid);
    let met = Visit {
        outcome: Outcome::Met,
        note: Some("=1+1\n-2".to_owned()),
        ..visit(doors[0].into(), start().plus_hours(-24))
    };
    let first = writes(&mut fixture, worker, met, Scope::Grid(grid));
    // One visit was approved, another edited after issues were found with it.
    let second = writes(&mut fixture, worker, visit(doors[1].into(), start().plus_hours(-23)), Scope::Grid(grid));
    writes(&mut fixture, worker, visit(doors[2].into(), start().plus_hours(-22)), Scope::Grid(grid));
    for (of, state) in [(first, ReviewState::Approved), (second, ReviewState::HasIssues)] {
        let said = review(&fixture, of, state);
        writes(&mut fixture, sup, said, Scope::Grid(grid));
    }
    let (_, document) = fixture.town.document(second).unwrap().unwrap();
    let before = document.fields();
    let Record::Visit(mut changed) = document.record().unwrap() else { unreachable!() };
    changed.note = Some("门锁着".to_owned());
    let edits = before.difference(&Record::from(changed).fields());
    let now = fixture.tick();
    let mut author = Author::new(&fixture.town, worker, now, &mut fixture.random).unwrap();
    let written = author.write(vec![Draft::Edit { id: second, edits }], now, &mut fixture.random).unwrap();
    assert!(matches!(written[..], [Written::Verdict(Verdict::Accepted { .. })]), "{written:?}");

    let (token, of_village) = (token(&mut fixture, sup), token(&mut fixture, village));
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    let file = client.get("/exports/households/xlsx?lang=zh");
    assert_eq!(file.status, 200, "{}", file.body);
    assert!(file.header("content-type").unwrap().contains("spreadsheetml"));
    assert!(file.header("content-disposition").unwrap().contains("filename*=UTF-8''%E4%BD%8F%E6%88%B7"));
    let all = rows(&file.bytes);
    assert_eq!(all.len(), 5);
    assert_eq!((text(&all[0][0]), text(&all[0][4])), ("区域", "姓名"));
    let names: Vec<&str> = all[1..].iter().map(|row| text(&row[4])).collect();
    assert_eq!(names.len(), 4);
    assert!(names.contains(&FORMULA), "{names:?}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes.clone())).unwrap();
    let formulas = book.worksheet_formula("住户台账").unwrap();
    assert!(formulas.used_cells().next().is_none());
    // A moment is a moment, a number a number.
    let visits = rows(&client.get("/exports/visits/xlsx").bytes);
    assert_eq!(visits.len(), 4);
    let states: Vec<&str> = visits[1..].iter().map(|row| text(&row[15])).collect();
    assert_eq!(states, ["已收到", "已修改", "已通过"]);
    assert!(matches!(visits[1][2], Data::DateTime(_)) && matches!(all[1][3], Data::Float(_)), "{visits:?}");
    let csv = client.get("/exports/visits/csv?lang=en").body;
    assert!(csv.starts_with("\u{feff}Area,Address,Began") && csv.contains("'=1+1 -2"), "{csv}");
    let csv = client.get("/exports/households/csv").body;
    assert!(csv.contains("\"'=HYPERLINK(\"\"http") && csv.contains("'+86 13800135678"), "{csv}");
    // As it is filtered on screen.
    let state = |client: &mut Client, state: &str| {
        rows(&client.get(&format!("/exports/visits/xlsx?state={state}")).bytes).len() - 1
    };
    assert_eq!(
        (state(&mut client, "approved"), state(&mut client, "edited"), state(&mut client, "rejected")),
        (1, 1, 0)
    );
    let later = client.get("/exports/visits/csv?from=2026-03-02").body;
    assert_eq!(later.lines().count(), 1);
    assert_eq!(client.get("/exports/visits/csv?state=nonsense").status, 422);
    assert_eq!(client.get("/exports/nothing/csv").status, 404);
    assert_eq!(client.get("/exports/visits/pdf").status, 404);
    for ledger in Ledger::ALL {
        for format in ["csv", "xlsx"] {
            let path = format!("/api/v1/exports/{}/{format}", ledger.word());
            assert_eq!(client.get(&path).status, 200, "{path}");
        }
    }
    // A list is taken along as it stands on its page: what the page does not list is not in the file either.
    let listed = client.get("/api/v1/reviews?state=edited").json();
    let listed: Vec<&str> =
        listed["lines"].as_array().unwrap().iter().map(|line| line["record"].as_str().unwrap()).collect();
    let taken = client.get("/reviews/export/visits/csv?state=edited").body;
    assert_eq!((listed.len(), taken.lines().count()), (1, 2), "{taken}");
    assert!(taken.contains(listed[0]), "{taken}");
    assert_eq!(client.get(&format!("/reviews/export/visits/csv?worker={sup}")).body.lines().count(), 1);
    assert_eq!(client.get("/reviews/export/alerts/csv").status, 404);
    let unsigned = client.get("/api/v1/coverage/list?what=unsigned").json();
    let taken = client.get("/coverage/list/export/csv?what=unsigned").body;
    let people = unsigned["lines"].as_array().unwrap();
    assert_eq!(taken.lines().count(), people.len() + 1, "{taken}");
    assert!(people.iter().all(|line| taken.contains(line["resident"].as_str().unwrap())), "{taken}");
    let never = client.get("/api/v1/coverage/list?what=never").json();
    let taken = client.get("/coverage/list/export/csv?what=never").body;
    assert_eq!(taken.lines().count(), never["lines"].as_array().unwrap().len() + 1, "{taken}");
    let searched = client.post("/api/v1/households/search", &json!({ "text": "赵六" })).json();
    let search = searched["next"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    let taken = client.get(&format!("/households/export/csv?{search}")).body;
    assert_eq!((taken.lines().count(), taken.contains("赵六")), (2, true), "{taken}");
    for path in ["/alerts/export/csv", "/alerts/export/xlsx?state=cleared", "/alerts/export/csv?only=overdue"] {
        assert_eq!(client.get(path).status, 200, "{path}");
    }
    assert_eq!(client.get("/alerts/export/csv?only=nonsense").status, 422);
    // Elsewhere is refused, and does not stand in the file.
    let mut part = Client::with_token(server.address, &of_village);
    assert_eq!(part.get(&format!("/exports/households/csv?area={root}")).status, 403);
    assert_eq!(part.get(&format!("/exports/households/csv?area={far}")).status, 403);
    let own = part.get("/exports/households/csv").body;
    assert_eq!(own.lines().count(), 4);
    assert!(!own.contains("赵六"));
    for ledger in ["people", "audit"] {
        assert_eq!(part.get(&format!("/exports/{ledger}/csv")).status, 403);
    }

    let wanted = AuditWanted { action: Some("export".to_owned()), limit: 100, ..AuditWanted::default() };
    let trail = fixture.town.store().audit(&wanted).unwrap();
    let (_, first) = trail.last().unwrap();
    assert_eq!((first.person, first.subject.as_deref()), (Some(sup), Some("households")));
    assert_eq!(first.detail.as_deref(), Some("format=xlsx rows=4"));
    assert!(trail.iter().any(|(_, entry)| entry.detail.as_deref() == Some("format=xlsx state=approved rows=1")));
    // What was refused was not taken.
    assert_eq!(trail.iter().filter(|(_, entry)| entry.person == Some(village)).count(), 1);
    let told = client.get("/api/v1/exports").json();
    assert_eq!(told["ledgers"].as_array().unwrap().len(), Ledger::ALL.len());
    assert_eq!(told["before"].as_array().unwrap().len(), 20);
    let own = part.get("/api/v1/exports").json();
    assert_eq!((own["ledgers"].as_array().unwrap().len(), own["before"].as_array().unwrap().len()), (9, 1));
}

#[test]
fn the_audit_trail_is_filtered_paged_by_number_and_taken_along() {
    let mut fixture = Fixture::new();
    let root = fixture.root;
    let sup = fixture.person(Role::Supervisor, root);
    let (admin, village) =
        (fixture.person(Role::Administrator, root), fixture.person(Role::Supervisor, fixture.villages[0]));
    let (token, of_admin, of_village) =
        (token(&mut fixture, sup), token(&mut fixture, admin), token(&mut fixture, village));
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &token);
    for _ in 0..60 {
        assert_eq!(client.get("/exports/coverage/csv").status, 200);
    }
    let mut office = Client::with_token(server.address, &of_admin);
    let first = office.get("/api/v1/audit?action=export").json();
    let entries = first["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 50);
    assert_eq!(
        (entries[0]["subject"].as_str(), entries[0]["person"]["id"].as_str()),
        (Some("coverage"), Some(sup.to_string().as_str()))
    );
    // What is added meanwhile moves nothing.
    let next = first["next"].as_u64().unwrap();
    client.get("/exports/coverage/csv");
    let second = office.get(&format!("/api/v1/audit?action=export&below={next}")).json();
    assert_eq!((second["entries"].as_array().unwrap().len(), second["next"].is_null()), (10, true));
    assert_eq!(office.get(&format!("/api/v1/audit?person={admin}")).json()["entries"].as_array().unwrap().len(), 0);
    assert_eq!(office.get("/api/v1/audit?to=2026-03-01").json()["entries"].as_array().unwrap().len(), 0);
    assert_eq!(office.get("/api/v1/audit?action=nothing").status, 422);
    let page = office.get("/audit").body;
    assert!(page.contains("覆盖统计") && page.contains("导出") && page.contains("更早"));
    // Reading is not noted, taking it along is.
    let csv = office.get("/audit/export/csv?action=export&lang=en").body;
    assert_eq!(csv.lines().count(), 62);
    let mine = office.get(&format!("/api/v1/audit?person={admin}")).json();
    assert_eq!(mine["entries"].as_array().unwrap().len(), 1);
    assert_eq!(mine["entries"][0]["detail"], "format=csv action=export rows=61");
    let mut part = Client::with_token(server.address, &of_village);
    assert_eq!((part.get("/audit").status, part.get("/audit/export/csv").status), (403, 403));
}
