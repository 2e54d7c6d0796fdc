//! The console: how long each page takes at the server, with a whole town in it.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qiaomen_core::identity::secret;
use qiaomen_core::record::{
    AreaId, AreaLevel, DocumentId, HouseholdId, MoneySent, OsRandom, PersonId, Record, Role, Scope,
};
use qiaomen_server::api::{ROUTES, Server};
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::store::UserToken;
use qiaomen_tests::figures::{Runs, Table};
use qiaomen_tests::generator::{Doors, Doorway, Visits};

use serde_json::{Value, json};

use crate::alerts::{Place, alert, create, met};
use crate::{Outcome, Report, Room};

/// A town of so many doors, each with so many visits.
fn build(folder: &Path, doors: usize, visits: usize) -> Outcome<(Place, BTreeMap<&'static str, String>, PersonId)> {
    let mut place = Place::found(folder)?;
    let now = SystemClock.now();
    let villages = 10;
    let mut grids = Vec::new();
    for village in 0..villages {
        let id = AreaId::fresh(now, &mut place.random);
        place.area(id, &format!("第{village}村"), AreaLevel::Village, Some(place.root))?;
        for grid in 0..4 {
            let below = AreaId::fresh(now, &mut place.random);
            place.area(below, &format!("第{village}.{grid}网格"), AreaLevel::Grid, Some(id))?;
            grids.push(below);
        }
    }
    let worker = place.person(Role::GridWorker, place.root)?;
    let mut doorways: Vec<Doorway> = Vec::new();
    let mut grid_of: HashMap<HouseholdId, AreaId> = HashMap::new();
    let mut drafts = Vec::new();
    for (household, grid) in Doors::new(5).take(doors).zip(grids.iter().cycle()) {
        let id = HouseholdId::fresh(now, &mut place.random);
        doorways.push(Doorway { household: id, residents: household.residents.keys().copied().collect() });
        grid_of.insert(id, *grid);
        drafts.push(create(id.into(), household, Scope::Grid(*grid)));
        if drafts.len() >= 900 {
            place.write(std::mem::take(&mut drafts))?;
        }
    }
    let first = doorways.first().cloned().ok_or("no door")?;
    let first_grid = *grid_of.get(&first.household).ok_or("no grid")?;
    let mut one_visit = None;
    for visit in Visits::new(6, doorways.clone()).take(visits) {
        let Some(grid) = visit.household.and_then(|door| grid_of.get(&door)) else { continue };
        let id = DocumentId::fresh(now, &mut place.random);
        one_visit.get_or_insert(id);
        drafts.push(create(id, visit, Scope::Grid(*grid)));
        if drafts.len() >= 900 {
            place.write(std::mem::take(&mut drafts))?;
        }
    }
    let mut one = None;
    let other =
        doorways.iter().skip(1).find(|door| grid_of.get(&door.household) == Some(&first_grid)).ok_or("no neighbour")?;
    for number in 0..400 {
        let issued = now.plus_minutes(-60 * i64::from(number % 700) - 30);
        let id = qiaomen_core::record::AlertId::fresh(now, &mut place.random);
        let mut about = alert(place.village, number as usize, issued);
        // One in so many doors, the first among them.
        about.household = doorways.get(number as usize * 17 % doorways.len()).map(|door| door.household);
        drafts.push(create(id.into(), about, Scope::CaseFile(id)));
        if number % 3 > 0 {
            let ended = issued.plus_minutes(25);
            let id_of = DocumentId::fresh(now, &mut place.random);
            drafts.push(create(id_of, Record::from(met(id, ended)), Scope::CaseFile(id)));
        }
        if number % 20 == 7 {
            let sent = MoneySent {
                alert: id,
                at: now,
                sent: Some(issued.plus_minutes(40)),
                fen: Some(9_000_000),
                to: None,
                note: None,
            };
            drafts.push(create(DocumentId::fresh(now, &mut place.random), sent, Scope::CaseFile(id)));
        }
        one.get_or_insert(id);
    }
    place.write(drafts)?;
    let ids = BTreeMap::from([
        ("alert", one.ok_or("no alert")?.to_string()),
        ("household", first.household.to_string()),
        ("resident", first.residents.first().ok_or("no resident")?.to_string()),
        ("person", worker.to_string()),
        ("grid", first_grid.to_string()),
        ("area", first_grid.to_string()),
        ("other_grid", grids.iter().find(|grid| **grid != first_grid).ok_or("no other grid")?.to_string()),
        ("keep", first.household.to_string()),
        ("gone", other.household.to_string()),
        ("record", one_visit.ok_or("no visit")?.to_string()),
    ]);
    Ok((place, ids, worker))
}

/// Asks for a page, or sends a body to an endpoint; the status and the answer.
fn ask(address: SocketAddr, path: &str, token: &str, body: Option<&Value>) -> Outcome<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    let (method, body) = body.map_or(("GET", String::new()), |body| ("POST", body.to_string()));
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: town\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let status = answer.get(9..12).and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
    let body = String::from_utf8_lossy(&answer);
    let body = body.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    Ok((status.ok_or("no status")?, body))
}

/// Does something of the console, and returns where it leads.
fn done(address: SocketAddr, path: &str, token: &str, body: &Value) -> Outcome<String> {
    let (status, answer) = ask(address, &format!("/api/v1{path}"), token, Some(body))?;
    let next = serde_json::from_str::<Value>(&answer).ok().and_then(|answer| Some(answer["next"].as_str()?.to_owned()));
    next.ok_or_else(|| format!("{path}: {status} {answer}").into())
}

/// The end of an address.
fn last(path: &str) -> String {
    path.split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
}

/// What pages are about that somebody must have done before.
fn prepare(address: SocketAddr, token: &str, ids: &mut BTreeMap<&'static str, String>) -> Outcome<()> {
    let draw = done(address, "/accountability/samples", token, &json!({ "seed": "3412.50", "count": 10 }))?;
    ids.insert("draw", last(&draw));
    let rows: String = (0..500).map(|row| format!("第0村,第0.0网格,新{row}栋1单元101,张三{row},户主\n")).collect();
    let sheet = json!({ "noun": "households", "file": { "name": "roster.csv", "content":
        STANDARD.encode(format!("村,网格,地址,姓名,与户主关系\n{rows}")) } });
    ids.insert("ticket", last(&done(address, "/imports/new", token, &sheet)?));
    let written = last(&done(address, "/imports/new", token, &sheet)?);
    let written = done(address, &format!("/imports/staged/{written}/apply"), token, &json!({ "skip_bad": true }))?;
    ids.insert("number", last(&written));
    let move_to = json!({ "to": ids["other_grid"], "doors": [ids["household"]] });
    let plan = done(address, &format!("/areas/{}/moves", ids["area"]), token, &move_to)?;
    ids.insert("plan", last(&plan));
    Ok(())
}

/// Every page of the console that whoever supervises the town may open, as HTML.
pub(crate) fn run(room: &Room, report: &mut Report, quick: bool) -> Outcome<()> {
    let (doors, visits, runs) = if quick { (1_000, 3_000, 3) } else { (10_000, 50_000, 9) };
    let (mut place, ids, worker) = build(&room.path("console"), doors, visits)?;
    let supervisor = place.person(Role::Supervisor, place.root)?;
    let administrator = place.person(Role::Administrator, place.root)?;
    let now = SystemClock.now();
    let mut tokens = Vec::new();
    for (nth, person) in [supervisor, administrator, worker].into_iter().enumerate() {
        let token = [9 + u8::try_from(nth)?; 32];
        let kept = UserToken {
            number: 0,
            person,
            label: "bench".to_owned(),
            created: now,
            expires: now.plus_hours(9),
            revoked: None,
            seen: None,
        };
        place.town.store().user_token_add(&secret::token_hash(&token), &kept)?;
        tokens.push(format!("qmu_{}", secret::token_text(&token)));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let random = Box::new(OsRandom::new().map_err(|_| "no randomness")?);
    let server = Server::new(place.town.clone(), Arc::new(SystemClock), random);
    let serving = runtime.spawn(server.serve(listener, async move {
        let _ = stopped.await;
    }));
    let mut medians: Vec<(f64, f64, &'static str)> = Vec::new();
    let mut left = Vec::new();
    let mut ids = ids;
    prepare(address, &tokens[0], &mut ids)?;
    for route in ROUTES.iter().filter(|route| {
        let is_file = route.path.ends_with("{format}") || route.path.ends_with("/population");
        route.method == "GET" && route.api.is_some() && !is_file
    }) {
        let mut path = route.path.to_owned();
        for (name, id) in &ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        if route.path == "/accountability/look" {
            path = format!("{path}?alert={}", ids["alert"]);
        }
        if path.contains('{') {
            left.push(route.path);
            continue;
        }
        // Where the supervisor may not, the administrator; a worker's own work the worker.
        let mut who = &tokens[0];
        let mut first = 0.0;
        let mut status = 0;
        for token in &tokens {
            let begun = Instant::now();
            (status, _) = ask(address, &path, token, None)?;
            (who, first) = (token, begun.elapsed().as_secs_f64() * 1e3);
            if status != 403 {
                break;
            }
        }
        // A page for sessions alone, such as one's own account.
        if matches!(status, 401 | 403) || route.path == "/second-factor" {
            left.push(route.path);
            continue;
        }
        if status != 200 {
            return Err(format!("{path} answers {status}").into());
        }
        let mut took = Runs::default();
        for _ in 0..runs {
            let begun = Instant::now();
            ask(address, &path, who, None)?;
            took.add(begun.elapsed().as_secs_f64() * 1e3);
        }
        medians.push((took.median(), first, route.path));
    }
    let _ = stop.send(());
    runtime.block_on(serving)??;
    medians.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut table =
        Table::new(format!("Pages of the console, with {doors} doors and {visits} visits, as the town's supervisor"));
    let median = medians.get(medians.len() / 2).ok_or("no page")?;
    table.count("console.page_ms_median", median.0, "ms", "over all pages");
    let worst = medians.last().ok_or("no page")?;
    table.count("console.page_ms_worst", worst.0, "ms", worst.2);
    for (took, first, path) in medians.iter().rev().take(12) {
        table.count(format!("console.first {path}"), *first, "ms", "the first time it is asked for");
        table.count(format!("console.page {path}"), *took, "ms", "after that");
    }
    report.print(&table);
    if !left.is_empty() {
        println!("Not measured, for want of what they name or of the right: {}", left.join(" "));
    }
    Ok(())
}
