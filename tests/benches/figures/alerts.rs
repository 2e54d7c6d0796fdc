//! Alerts: how long one handed in takes to a phone that waits, and what "today" costs over many.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use qiaomen_core::clock::{Reading, Watch};
use qiaomen_core::identity::secret;
use qiaomen_core::record::{
    Alert, AlertId, Area, AreaId, AreaLevel, Assignment, AssignmentId, DocumentId, Level, Origin, OsRandom,
    Outcome as Found, Person, PersonId, Purpose, Recall, Receipt, Record, Risk, Role, Scope, Time, Visit,
};
use qiaomen_core::replica::{Part, Replica};
use qiaomen_core::sync::Cancel;
use qiaomen_core::transport::{HttpOptions, HttpTransport};
use qiaomen_server::access::SYSTEM;
use qiaomen_server::api::Server;
use qiaomen_server::author::{Author, Draft};
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::report::today::today;
use qiaomen_server::town::Town;
use qiaomen_tests::figures::{Runs, Table};

use crate::{Outcome, Report, Room};

/// How long a poll waits.
const WAIT: u16 = 55;

/// A town with one village of one grid, whose people are made as they are needed.
pub(crate) struct Place {
    pub(crate) town: Arc<Town>,
    author: Author,
    pub(crate) random: OsRandom,
    pub(crate) root: AreaId,
    pub(crate) village: AreaId,
    grid: AreaId,
}

impl Place {
    pub(crate) fn found(folder: &Path) -> Outcome<Self> {
        let mut random = OsRandom::new()?;
        let now = SystemClock.now();
        let town = Arc::new(Town::open(folder, now, &mut random)?);
        let author = Author::new(&town, SYSTEM, now, &mut random)?;
        let ids = [(); 3].map(|()| AreaId::fresh(now, &mut random));
        let [root, village, grid] = ids;
        let mut place = Self { town, author, random, root, village, grid };
        for (id, level, parent) in [
            (root, AreaLevel::Town, None),
            (village, AreaLevel::Village, Some(root)),
            (grid, AreaLevel::Grid, Some(village)),
        ] {
            let record = Area { name: format!("{level}"), level, parent, code: None, telephone: None };
            place.write(vec![create(id.into(), record, Scope::Town)])?;
        }
        Ok(place)
    }

    pub(crate) fn write(&mut self, drafts: Vec<Draft>) -> Outcome<()> {
        self.author.write(drafts, SystemClock.now(), &mut self.random)?;
        Ok(())
    }

    pub(crate) fn area(&mut self, id: AreaId, name: &str, level: AreaLevel, parent: Option<AreaId>) -> Outcome<()> {
        let record = Area { name: name.to_owned(), level, parent, code: None, telephone: None };
        self.write(vec![create(id.into(), record, Scope::Town)])
    }

    pub(crate) fn person(&mut self, role: Role, area: AreaId) -> Outcome<PersonId> {
        let now = SystemClock.now();
        let id = PersonId::fresh(now, &mut self.random);
        let held = Assignment { role, area, ended: false };
        let record = Person {
            name: "Somebody".into(),
            login: None,
            telephone: None,
            left: false,
            assignments: [(AssignmentId::fresh(now, &mut self.random), held)].into(),
        };
        self.write(vec![create(id.into(), record, Scope::Town)])?;
        Ok(id)
    }
}

pub(crate) fn create(id: DocumentId, record: impl Into<Record>, scope: Scope) -> Draft {
    Draft::Create { id, record: Box::new(record.into()), scope }
}

/// The machine's clocks.
struct Clocks(Instant);

impl Watch for Clocks {
    fn read(&self) -> Reading {
        let monotonic_ms = i64::try_from(self.0.elapsed().as_millis()).unwrap_or(i64::MAX);
        Reading { wall: SystemClock.now(), monotonic_ms, boot: [1; 16] }
    }
}

fn post(address: SocketAddr, key: &str, number: usize, issued: Time) -> Outcome<()> {
    let body = format!(
        "{{\"number\":\"{number}\",\"name\":\"Somebody {number}\",\"telephone\":\"120{number:08}\",\"level\":\"extreme\",\
         \"area\":\"village\",\"issuer\":\"A platform\",\"issued\":\"{issued}\"}}"
    );
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "POST /api/v1/alerts HTTP/1.1\r\nHost: town\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 201") { Ok(()) } else { Err(format!("not taken: {answer}").into()) }
}

/// How long an alert handed in takes to the station's phone, while so many others wait too.
fn to_phone(folder: &Path, others: usize, runs: usize) -> Outcome<Runs> {
    std::fs::create_dir_all(folder)?;
    let mut place = Place::found(&folder.join("town"))?;
    let sender = place.person(Role::Integration, place.root)?;
    let key = [7; 32];
    let now = SystemClock.now();
    place.town.store().integration_add(&secret::token_hash(&key), sender, SYSTEM, now)?;
    let officer = place.person(Role::Police, place.root)?;
    let mut people = vec![officer];
    for _ in 0..others {
        people.push(place.person(Role::Volunteer, place.grid)?);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut took = Runs::default();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = Server::new(
            place.town.clone(),
            Arc::new(SystemClock),
            Box::new(OsRandom::new().map_err(|_| "no randomness")?),
        );
        let serving = tokio::spawn(server.serve(listener, async move {
            let _ = stopped.await;
        }));
        let mut phones = Vec::new();
        for (number, person) in people.into_iter().enumerate() {
            let code = place.town.invite(person, 1, None, now, &mut place.random)?.ok_or("no code")?;
            let random = Box::new(OsRandom::new().map_err(|_| "no randomness")?);
            let replica = Replica::open(&folder.join(format!("{number}.sqlite3")), &[3; 32], random)?;
            let transport = HttpTransport::new(&format!("http://{address}"), HttpOptions::default())?;
            let clocks = Clocks(Instant::now());
            replica.enrol(&transport, &code, "phone", &clocks).await?;
            replica.sync().run(&transport, &clocks).await?;
            phones.push((replica, transport, clocks));
        }
        let (first, transport, clocks) = phones.remove(0);
        let waiting: Vec<_> = phones
            .into_iter()
            .map(|(replica, transport, clocks)| {
                tokio::spawn(async move {
                    loop {
                        // Whoever takes no part is woken, finds nothing, and waits on.
                        if replica.sync().poll(&transport, &clocks, WAIT, &Cancel::new()).await.is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(if others > 0 { 3_000 } else { 300 })).await;
        for run in 1..=runs {
            let key = secret::token_text(&key);
            let waits = async {
                let begun = Instant::now();
                while first.alerts().list(Part::all())?.len() < run {
                    first.sync().poll(&transport, &clocks, WAIT, &Cancel::new()).await?;
                }
                Ok::<_, Box<dyn std::error::Error>>(begun)
            };
            let hands_in = async {
                // The phone waits by then.
                tokio::time::sleep(Duration::from_millis(250)).await;
                let begun = Instant::now();
                let done = tokio::task::spawn_blocking(move || {
                    post(address, &key, run, SystemClock.now().plus_minutes(-1)).map_err(|error| error.to_string())
                });
                done.await??;
                Ok::<_, Box<dyn std::error::Error>>(begun)
            };
            let (arrived, begun) = tokio::join!(
                async {
                    waits.await?;
                    Ok::<_, Box<dyn std::error::Error>>(Instant::now())
                },
                hands_in
            );
            took.add(arrived?.duration_since(begun?).as_secs_f64() * 1e3);
        }
        for task in waiting {
            task.abort();
        }
        let _ = stop.send(());
        serving.await??;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    Ok(took)
}

pub(crate) fn alert(area: AreaId, number: usize, issued: Time) -> Alert {
    Alert {
        name: format!("Somebody {number}"),
        telephone: Some(format!("120{number:08}")),
        household: None,
        resident: None,
        outsider: false,
        area,
        places: Default::default(),
        level: Level::KNOWN[number % Level::KNOWN.len()].clone(),
        issuer: "A platform".into(),
        platform_number: Some(format!("N-{number}")),
        origin: Origin::Other,
        issued,
        reached_station: None,
        passed_on: None,
        entered: issued,
        playbook: "builtin-1".into(),
        note: None,
    }
}

pub(crate) fn met(alert: AlertId, ended: Time) -> Visit {
    Visit {
        purpose: Purpose::Dissuasion,
        household: None,
        alert: Some(alert),
        outcome: Found::Met,
        met_target: None,
        met: Default::default(),
        met_others: None,
        started: ended.plus_minutes(-15),
        ended,
        position: None,
        given: Default::default(),
        explained: Default::default(),
        observations: Default::default(),
        note: None,
        risk: Some(Risk::None),
        next_step: None,
        dissuasion: None,
        photos: None,
    }
}

/// What "today" costs with so many alerts open and so many closed.
fn over(folder: &Path, open: usize, closed: usize, runs: usize, table: &mut Table) -> Outcome<()> {
    std::fs::create_dir_all(folder)?;
    let mut place = Place::found(folder)?;
    let supervisor = place.person(Role::Supervisor, place.root)?;
    let (now, area) = (SystemClock.now(), place.village);
    let mut drafts = Vec::new();
    for number in 0..open + closed {
        let issued = now.plus_minutes(-60 * i64::try_from(number % 480).unwrap_or(0) - 30);
        let id = AlertId::fresh(now, &mut place.random);
        let scope = Scope::CaseFile(id);
        let mut fact = |record: Record, random: &mut OsRandom| {
            drafts.push(create(DocumentId::fresh(now, random), record, scope));
        };
        if number < open {
            fact(Receipt { alert: id, at: issued, offer: None }.into(), &mut place.random);
            for visit in 0..i64::try_from(number % 3).unwrap_or(0) {
                let ended = issued.plus_minutes(20 + visit * 4_000);
                if ended < now {
                    fact(met(id, ended).into(), &mut place.random);
                }
            }
        } else {
            fact(Recall { alert: id, at: now.plus_minutes(-1), reason: None }.into(), &mut place.random);
        }
        // The alert itself first.
        let first = drafts.len()
            - drafts
                .iter()
                .rev()
                .take_while(|draft| matches!(draft, Draft::Create { scope: have, .. } if *have == scope))
                .count();
        drafts.insert(first, create(id.into(), alert(area, number, issued), scope));
        if drafts.len() >= 900 {
            place.write(std::mem::take(&mut drafts))?;
        }
    }
    place.write(drafts)?;
    let town = place.town.clone();
    let begun = Instant::now();
    town.tidy(now)?;
    let first = begun.elapsed().as_secs_f64() * 1e3;
    let (mut took, mut written) = (Runs::default(), Runs::default());
    let mut counts = None;
    for run in 0..runs {
        let begun = Instant::now();
        counts = Some(today(&town, supervisor, now)?.counts);
        took.add(begun.elapsed().as_secs_f64() * 1e3);
        let id = AlertId::fresh(now, &mut place.random);
        place.write(vec![create(id.into(), alert(area, open + closed + run, now), Scope::CaseFile(id))])?;
        let begun = Instant::now();
        today(&town, supervisor, now)?;
        written.add(begun.elapsed().as_secs_f64() * 1e3);
    }
    // As a server that has just started.
    let again = Town::open(folder, now, &mut place.random)?;
    let begun = Instant::now();
    today(&again, supervisor, now)?;
    let cold = begun.elapsed().as_secs_f64() * 1e3;
    let running = counts.map_or(0, |counts| counts.running);
    table.count("today.running", running as f64, "", "alerts whose month runs, of those counted");
    table.runs("today.ms", &took, "ms", "figures and list for the town's supervisor");
    table.runs("today.changed_ms", &written, "ms", "the same after one more alert came");
    table.count("today.first_ms", cold, "ms", "the first after the server was started");
    table.count("today.never_marked_ms", first, "ms", "the very first, over closed ones too");
    Ok(())
}

/// Measures both.
pub(crate) fn run(room: &Room, report: &mut Report, quick: bool) -> Outcome<()> {
    let runs = if quick { 3 } else { 15 };
    let mut table = Table::new("An alert handed in, until it is on the station's phone, which waits".to_owned());
    let alone = to_phone(&room.path("alone"), 0, runs)?;
    table.runs("alert.ms_to_phone", &alone, "ms", "nobody else waits");
    let many = if quick { 30 } else { 300 };
    let among = to_phone(&room.path("among"), many, runs)?;
    table.runs(format!("alert.ms_to_phone_{many}"), &among, "ms", "so many other phones wait too");
    report.print(&table);
    let (open, closed) = if quick { (1_000, 10_000) } else { (10_000, 100_000) };
    let mut table = Table::new(format!("What waits today, with {open} alerts open and {closed} closed"));
    over(&room.path("today"), open, closed, runs, &mut table)?;
    report.print(&table);
    Ok(())
}
