//! The table of routes against the permission table: nobody gets further than it says, whatever the address.

use std::collections::BTreeSet;

use qiaomen_core::identity::secret;
use qiaomen_core::record::random::bytes;
use qiaomen_core::record::{AreaId, PersonId, Record, Role, Time};
use qiaomen_server::access::{Action, Allowed, needs_second_factor};
use qiaomen_server::api::{Audience, ROUTES, Route};
use qiaomen_server::author::Draft;
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::store::{Stage, UserToken};
use serde_json::json;

use super::{Client, account, token};
use crate::Fixture;
use crate::http::Running;

const ROLES: &[Role] = &[
    Role::Volunteer,
    Role::GridWorker,
    Role::TeamHead,
    Role::Police,
    Role::Supervisor,
    Role::Administrator,
    Role::Integration,
];

/// A path with something in place of each name in braces.
pub fn filled(path: &str) -> String {
    let parts =
        path.split('/').map(|part| if part.starts_with('{') { "018f0000-0000-7000-8000-000000000001" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn ask(client: &mut Client, route: &Route, path: &str) -> u16 {
    let path = filled(path);
    match route.method {
        "GET" => client.get(&path).status,
        _ => client.post(&path, &json!({})).status,
    }
}

fn is_for_people(route: &Route) -> bool {
    matches!(route.action.allowed(), Allowed::HalfIn | Allowed::SignedIn | Allowed::Roles(_) | Allowed::TownRoles(_))
}

fn may(action: Action, role: &Role, of_town: bool) -> bool {
    match action.allowed() {
        Allowed::HalfIn | Allowed::SignedIn => true,
        Allowed::Roles(roles) => roles.contains(role),
        Allowed::TownRoles(roles) => of_town && roles.contains(role),
        _ => false,
    }
}

fn people_routes() -> impl Iterator<Item = (&'static Route, &'static str)> {
    let routes = ROUTES.iter().filter(|route| is_for_people(route));
    routes.flat_map(|route| std::iter::once((route, route.path)).chain(route.api.map(|api| (route, api))))
}

#[test]
fn without_a_session_every_address_for_people_says_401() {
    let fixture = Fixture::new();
    let server = Running::new(fixture.town.clone());
    let mut nobody = Client::new(server.address);
    let mut walked = 0;
    for (route, path) in people_routes() {
        assert_eq!(ask(&mut nobody, route, path), 401, "{} {path}", route.method);
        walked += 1;
    }
    assert!(walked > 10, "{walked}");
    let mut stranger = Client::with_token(server.address, &format!("qmu_{}", "0".repeat(64)));
    for (route, path) in people_routes() {
        assert_eq!(ask(&mut stranger, route, path), 401, "{} {path}", route.method);
    }
}

#[test]
fn every_role_gets_as_far_as_the_table_says() {
    let mut fixture = Fixture::new();
    let (root, village) = (fixture.root, fixture.villages[0]);
    let mut who: Vec<(Role, bool, PersonId)> = Vec::new();
    for role in ROLES {
        let mut add =
            |of_town: bool, area: AreaId| who.push((role.clone(), of_town, fixture.person(role.clone(), area)));
        add(true, root);
        add(false, village);
    }
    let tokens: Vec<(Role, bool, String)> =
        who.into_iter().map(|(role, of_town, person)| (role, of_town, token(&mut fixture, person))).collect();
    let server = Running::new(fixture.town.clone());
    let mut let_in = BTreeSet::new();
    for (role, of_town, token) in &tokens {
        let mut client = Client::with_token(server.address, token);
        for (route, path) in people_routes() {
            let status = ask(&mut client, route, path);
            let what = format!("{role} (of the town: {of_town}) {} {path}: {status}", route.method);
            assert!(status < 500, "{what}");
            if may(route.action, role, *of_town) {
                assert_ne!(status, 401, "{what}");
                // Somebody who may begin something may still be kept from a record, but not everybody from each.
                if status != 403 {
                    let_in.insert(route.action);
                }
            } else {
                assert_eq!(status, 403, "{what}");
            }
        }
    }
    // Each action is somebody's.
    for (route, path) in people_routes() {
        assert!(let_in.contains(&route.action), "nobody may {} {path}", route.method);
    }
}

#[test]
fn whoever_has_left_or_whose_token_is_over_gets_nowhere() {
    let mut fixture = Fixture::new();
    let store = fixture.town.store().clone();
    let now = SystemClock.now();
    let server = Running::new(fixture.town.clone());
    let enters = |fixture: &mut Fixture| {
        let person = fixture.person(Role::Supervisor, fixture.root);
        let held = token(fixture, person);
        let mut client = Client::with_token(server.address, &held);
        assert_eq!(client.get("/api/v1/today").status, 200);
        (person, client)
    };
    let is_out = |client: &mut Client| {
        assert_eq!(client.get("/api/v1/today").status, 401);
        assert_eq!(client.post("/api/v1/settings/reminders", &json!({ "title": "t", "body": "b" })).status, 401);
    };
    // Revoked.
    let (person, mut client) = enters(&mut fixture);
    store.user_token_revoke(person, None, fixture.now).unwrap();
    is_out(&mut client);
    // Over.
    let (person, _) = enters(&mut fixture);
    let bytes = [9; 32];
    let kept = UserToken {
        number: 0,
        person,
        label: "test".to_owned(),
        created: now.plus_hours(-2),
        expires: now.plus_minutes(-1),
        revoked: None,
        seen: None,
    };
    store.user_token_add(&secret::token_hash(&bytes), &kept).unwrap();
    is_out(&mut Client::with_token(server.address, &format!("qmu_{}", secret::token_text(&bytes))));
    // They have left: neither their token nor their session is looked at any more.
    let (person, mut client) = enters(&mut fixture);
    let mut browser = session(&mut fixture, &server, person, now);
    assert_eq!(browser.get("/today").status, 200);
    let (_, document) = fixture.town.document(person.into()).unwrap().unwrap();
    let before = document.fields();
    let Record::Person(mut record) = document.record().unwrap() else { unreachable!() };
    record.left = true;
    let edits = before.difference(&Record::from(record).fields());
    fixture.system_writes(Draft::Edit { id: person.into(), edits });
    is_out(&mut client);
    assert_eq!(browser.get("/today").status, 401);
    // Their roles have ended: they are known, and may do nothing.
    let (person, mut client) = enters(&mut fixture);
    fixture.reassign(person, &[]);
    assert_eq!(client.get("/api/v1/today").status, 403);
    // A session that was not used for an hour, or that is older than half a day.
    let (person, _) = enters(&mut fixture);
    for (ago, status) in [(30, 200), (61, 401), (13 * 60, 401)] {
        let mut browser = session(&mut fixture, &server, person, now.plus_minutes(-ago));
        assert_eq!(browser.get("/today").status, status, "{ago} minutes ago");
    }
}

/// A browser whose session is all the way in, and began then.
fn session(fixture: &mut Fixture, server: &Running, person: PersonId, began: Time) -> Client {
    let token: [u8; 32] = bytes(&mut fixture.random);
    fixture.town.store().session_add(&secret::token_hash(&token), person, Stage::In, began).unwrap();
    let mut browser = Client::new(server.address);
    browser.cookies.insert("qm_session".to_owned(), secret::token_text(&token));
    browser
}

#[test]
fn a_session_without_its_second_factor_opens_nothing() {
    let mut fixture = Fixture::new();
    let person = fixture.person(Role::Supervisor, fixture.root);
    account(&mut fixture, person, "wang", "tapping softly", true);
    let standing = fixture.town.store().standing(person).unwrap();
    assert!(needs_second_factor(&standing));
    let server = Running::new(fixture.town.clone());
    let mut browser = Client::new(server.address);
    assert_eq!(browser.form("/sign-in", &[("login", "wang"), ("password", "tapping softly")]).status, 303);
    for (route, path) in people_routes().filter(|(route, _)| route.action.allowed() != Allowed::HalfIn) {
        let status = ask(&mut browser, route, path);
        // A browser is led to the second step, a program is told.
        let expected: &[u16] = if route.api == Some(path) || route.path == "/events" { &[403] } else { &[303] };
        assert!(expected.contains(&status), "{} {path}: {status}", route.method);
    }
}

#[test]
fn nothing_is_served_outside_the_table() {
    let fixture = Fixture::new();
    let server = Running::new(fixture.town.clone());
    let mut nobody = Client::new(server.address);
    for path in
        ["/admin", "/api", "/api/v1", "/api/v1/nothing", "/today/", "/.git/config", "/assets/../Cargo.toml", "//today"]
    {
        assert_eq!(nobody.get(path).status, 404, "{path}");
    }
    for route in ROUTES.iter().filter(|route| route.audience == Audience::Phones) {
        let other = if route.method == "GET" { "DELETE" } else { "PUT" };
        for path in std::iter::once(route.path).chain(route.api) {
            assert_eq!(nobody.send(other, &filled(path), None).status, 405, "{other} {path}");
        }
    }
    // The sources route nothing but what the table holds: there is one router, made from the table alone.
    let api = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut routers = Vec::new();
    let mut folders = vec![api];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                if text.split(|c| !is_word(c)).any(|word| word == "Router") {
                    routers.push((path, text));
                }
            }
        }
    }
    let [(path, text)] = &routers[..] else { panic!("{:?}", routers.iter().map(|(path, _)| path).collect::<Vec<_>>()) };
    assert!(path.ends_with("api/mod.rs"));
    let counts = [".route(", "(Router::new()", ".fallback(not_found)", ".method_not_allowed_fallback(no_method)"];
    for part in counts {
        assert_eq!(text.matches(part).count(), 1, "{part}");
    }
    for other in
        [".route_service(", ".merge(", "fallback_service(", ".nest(", "nest_service(", "Router::default(", ".fallback_"]
    {
        assert!(!text.contains(other), "{other}");
    }
}
