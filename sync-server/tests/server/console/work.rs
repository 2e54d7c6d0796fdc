//! A worker's work in the browser: for whom it may be typed in, and what a second tap makes of it.

use qiaomen_core::record::{DocumentId, HouseholdId, Kind, ResidentId, Role, Scope, Zone};
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};
use serde_json::json;

use super::accountability::{door, writes};
use super::{Client, token};
use crate::http::Running;
use crate::{Fixture, alert, case};

#[test]
fn an_office_types_for_workers_of_its_own_area_and_never_for_the_police() {
    let mut fixture = Fixture::new();
    fixture.now = SystemClock.now().plus_hours(-2);
    let (village, other, root) = (fixture.villages[0], fixture.villages[1], fixture.root);
    let head = fixture.person(Role::TeamHead, village);
    let sup = fixture.person(Role::Supervisor, root);
    let worker = fixture.person(Role::GridWorker, fixture.grids[0]);
    let elsewhere = fixture.person(Role::GridWorker, fixture.grids[2]);
    let police = fixture.person(Role::Police, root);
    let their_head = fixture.person(Role::TeamHead, other);
    let (head_token, sup_token) = (token(&mut fixture, head), token(&mut fixture, sup));
    let server = Running::new(fixture.town.clone());
    let mut head = Client::with_token(server.address, &head_token);
    let mut sup = Client::with_token(server.address, &sup_token);
    let status = |client: &mut Client, person| client.get(&format!("/api/v1/work?for={person}")).status;
    assert_eq!(status(&mut head, worker), 200);
    for person in [elsewhere, police, their_head] {
        assert_eq!(status(&mut head, person), 403);
    }
    assert_eq!((status(&mut sup, elsewhere), status(&mut sup, their_head), status(&mut sup, police)), (200, 200, 403));
    // Those who may be chosen are just those.
    let listed = head.get("/api/v1/work").json();
    let listed: Vec<&str> =
        listed["workers"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(listed, [worker.to_string()]);
}

#[test]
fn a_visit_sent_twice_is_one_and_names_residents_of_its_door() {
    let mut fixture = Fixture::new();
    fixture.now = SystemClock.now().plus_hours(-2);
    let grid = fixture.grids[0];
    let worker = fixture.person(Role::GridWorker, grid);
    let residents = [(); 2].map(|()| ResidentId::fresh(fixture.now, &mut fixture.random));
    let doors: Vec<HouseholdId> = [("501", residents[0]), ("502", residents[1])]
        .map(|(room, resident)| {
            writes(&mut fixture, worker, door(room, resident, "王小明", "13800135678"), Scope::Grid(grid)).into()
        })
        .to_vec();
    let held = token(&mut fixture, worker);
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &held);
    let at = Zone::shanghai().written(SystemClock.now().plus_minutes(-5));
    let visit = |met: ResidentId| json!({ "outcome": "met", "started": at, "ended": at, "met": [met.to_string()] });
    let path = format!("/api/v1/work/doors/{}/visit", doors[0]);
    assert_eq!(client.post(&path, &visit(residents[1])).status, 422, "somebody of another door");
    let first = client.post(&path, &visit(residents[0])).json();
    let again = client.post(&path, &visit(residents[0])).json();
    assert_eq!((first["id"].is_string(), &first["id"]), (true, &again["id"]));
    assert_eq!(fixture.town.count(&Kind::Visit).unwrap(), 1);

    // A door whose address is there already is added only by whoever means it.
    let path = format!("/api/v1/work/grids/{grid}/new-door");
    let new = |again: bool| json!({ "building": "9", "room": "909", "again": again });
    assert_eq!(client.post(&path, &new(false)).status, 200);
    let refused = client.post(&path, &new(false));
    assert_eq!((refused.status, refused.json()["field"].as_str()), (422, Some("again")), "{}", refused.body);
    assert_eq!(client.post(&path, &new(true)).status, 200);
}

#[test]
fn photos_are_noted_with_a_visit_and_read_beside_it_and_are_no_recording() {
    let mut fixture = Fixture::new();
    fixture.now = SystemClock.now().plus_hours(-2);
    let grid = fixture.grids[0];
    let head = fixture.person(Role::TeamHead, fixture.villages[0]);
    let resident = ResidentId::fresh(fixture.now, &mut fixture.random);
    let house: HouseholdId =
        writes(&mut fixture, head, door("501", resident, "王小明", "13800135678"), Scope::Grid(grid)).into();
    let now = fixture.tick();
    let id = DocumentId::fresh(now, &mut fixture.random);
    let record = Box::new(alert(fixture.villages[0], now).into());
    fixture.system_writes(Draft::Create { id, record, scope: case(id.into()) });
    let held = token(&mut fixture, head);
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &held);
    let at = Zone::shanghai().written(SystemClock.now().plus_minutes(-5));

    let path = format!("/api/v1/work/doors/{house}/visit");
    let kept_without = json!({ "outcome": "nobody_home", "started": at, "ended": at, "photos_kept_at": "village" });
    let refused = client.post(&path, &kept_without);
    assert_eq!((refused.status, refused.json()["field"].as_str()), (422, Some("photos_with")), "{}", refused.body);
    let noted = json!({ "outcome": "nobody_home", "started": at, "ended": at,
        "photos_with": "camera", "photos_kept_at": "village" });
    assert_eq!(client.post(&path, &noted).status, 200);
    let seen = client.get(&format!("/api/v1/households/{house}")).json();
    let said = seen["entries"][0]["said"].as_array().unwrap();
    let field = |name: &str| said.iter().find(|one| one["field"] == name).map(|one| one["values"][0].clone());
    assert_eq!(field("photos.taken_with"), Some(json!("camera")));
    assert_eq!(field("photos.kept_at"), Some(json!("village")));

    assert_eq!(client.post(&format!("/api/v1/work/alerts/{id}/take"), &json!({})).status, 200);
    let met = json!({ "purpose": "dissuasion", "outcome": "met", "risk": "none", "started": at, "ended": at,
        "photos_with": "telephone", "photos_kept_at": "police" });
    assert_eq!(client.post(&format!("/api/v1/work/alerts/{id}/visit"), &met).status, 200);
    let seen = client.get(&format!("/api/v1/alerts/{id}")).json();
    let meeting = &seen["meetings"][0];
    assert_eq!((&meeting["recording"], &seen["recordings_missing"]), (&json!("missing"), &json!(1)));
    assert_eq!(
        meeting["photos"],
        json!({ "taken_with": "telephone", "taken_by": null, "kept_at": "police", "kept_as": null })
    );
    let page = client.get(&format!("/alerts/{id}")).body;
    assert!(page.contains("<dt>照片</dt><dd>手机 · 公安机关</dd>"), "{page}");
    let page = client.get(&format!("/alerts/{id}/dossier")).body;
    assert!(page.contains("照片存放处"), "{page}");
}

#[test]
fn an_alert_is_handed_over_only_to_somebody_who_can_take_it_and_once() {
    let mut fixture = Fixture::new();
    fixture.now = SystemClock.now().plus_hours(-2);
    let village = fixture.villages[0];
    let (head, police) = (fixture.person(Role::TeamHead, village), fixture.person(Role::Police, village));
    let (admin, worker) =
        (fixture.person(Role::Administrator, fixture.root), fixture.person(Role::GridWorker, fixture.grids[0]));
    let now = fixture.tick();
    let id = DocumentId::fresh(now, &mut fixture.random);
    let record = Box::new(alert(village, now).into());
    fixture.system_writes(Draft::Create { id, record, scope: case(id.into()) });
    let held = token(&mut fixture, head);
    let server = Running::new(fixture.town.clone());
    let mut client = Client::with_token(server.address, &held);
    assert_eq!(client.post(&format!("/api/v1/work/alerts/{id}/take"), &json!({})).status, 200);
    let mut hand_over = |to: String| client.post(&format!("/api/v1/work/alerts/{id}/hand-over"), &json!({ "to": to }));
    assert_eq!(hand_over(admin.to_string()).status, 422);
    assert_eq!(hand_over(worker.to_string()).status, 200);
    assert_eq!(hand_over(worker.to_string()).status, 422, "it is offered already");
    assert_eq!(hand_over(police.to_string()).status, 200);
}
