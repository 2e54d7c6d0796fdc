//! The demo's town at work: phones that do what the script says.
//!
//! Floor: sync-server, demo. Invariant: whatever is done is written into the books at once, with the fate the
//! demo expects for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use qiaomen_core::clock::Watch as _;
use qiaomen_core::playbook::{Case, CaseVisit, Raised};
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::random::{self, SeededRandom};
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    Alert, AlertId, AreaId, Dissuasion, DocumentId, HouseholdId, KeptAt, Kind, Level, Outcome, PersonId, PhotoNote,
    Purpose, Record, Risk, Role, Scope, StopStep, TakenWith, Time, Visit, Zone,
};
use qiaomen_core::replica::Replica;
use qiaomen_core::sync::Shell;
use qiaomen_core::transport::{HttpOptions, HttpTransport};

use super::Marker;
use super::books::{Books, Fate};
use super::clock::{DemoClock, PhoneClock};
use super::doors::LOST_GRID;
use super::script::{self, Act, DAYS, Event, HEAD_1, HEAD_2, PHONES, POLICE, Reached, WORKER_2, WORKER_3, WORKER_4};
use crate::access::SYSTEM;
use crate::author::{Author, Draft, Written};
use crate::command::open::refused;
use crate::command::output::Failure;
use crate::import::{self, Noun, Report, Request};
use crate::intake::Intake;
use crate::town::Town;

const AREAS: &str = include_str!("town/areas.csv");
const PEOPLE: &str = include_str!("town/people.csv");
/// A roster as untidy as real ones are; `cargo run -p qiaomen-tests --bin roster` makes it.
const ROSTER: &str = include_str!("town/roster.csv");
const ALERTS: &str = include_str!("town/alerts.csv");

/// The villages of the file, with their heads and workers.
const VILLAGES: [(&str, usize, [usize; 2]); 6] = [
    ("南溪村", HEAD_1, [0, 1]),
    ("北桥社区", HEAD_2, [2, 3]),
    ("东坪村", HEAD_1, [4, 4]),
    ("西河社区", HEAD_2, [5, 5]),
    ("上塘村", HEAD_1, [6, 6]),
    ("新城社区", HEAD_2, [7, 7]),
];
/// One phone.
pub(super) struct Phone {
    pub replica: Replica,
    pub transport: HttpTransport,
    pub clock: PhoneClock,
    /// The grids it works in.
    pub grids: Vec<AreaId>,
    /// The door visited last, where somebody was met.
    pub(super) last: Option<HouseholdId>,
}

/// Where the demo is: its folder, the town in it, and the server.
pub(super) struct Site<'f> {
    pub folder: &'f Path,
    pub town: Arc<Town>,
    pub intake: Arc<Intake>,
    pub address: String,
}

/// The town at work.
pub(super) struct World {
    pub intake: Arc<Intake>,
    pub town: Arc<Town>,
    pub zone: Zone,
    pub end: Time,
    pub phones: Vec<Phone>,
    pub people: BTreeMap<String, PersonId>,
    pub books: Books,
    /// The alerts so far, by number.
    pub alerts: BTreeMap<usize, AlertId>,
    clock: Arc<DemoClock>,
    events: Vec<Event>,
    lines: Vec<String>,
    reached: Vec<Reached>,
    /// Whose village each alert is in.
    pub heads: BTreeMap<AlertId, usize>,
    /// Doors by grid, in walking order.
    pub(super) doors: BTreeMap<AreaId, Vec<HouseholdId>>,
    /// The grids of each village, as the file has them.
    pub(super) villages: Vec<Vec<AreaId>>,
    pub(super) visited: BTreeSet<HouseholdId>,
    grids: BTreeMap<String, AreaId>,
    pub(super) moved: bool,
    /// When the server last looked at alerts that nobody took.
    tended: Option<Time>,
    /// How many alerts the office has read in.
    pub imported: u64,
    /// Says how it goes.
    say: fn(String),
    pub(super) random: SeededRandom,
}

/// What the app around a replica would say of its phone: not all of them are up to date, and one is nearly full.
fn shell(number: usize) -> Shell {
    const MB: u64 = 1_000_000;
    let version = if number == WORKER_2 { "0.9.4" } else { "1.0.2" };
    let free = if number == WORKER_4 { 180 } else { 2_400 + 1_730 * (number as u64 % 9) };
    Shell {
        version: Some(version.to_owned()),
        free_bytes: Some(free * MB),
        used_bytes: Some((38 + 7 * (number as u64 % 5)) * MB),
    }
}

/// When the demo begins, if it ends at `end`.
pub(super) fn begin(end: Time) -> Time {
    let zone = Zone::shanghai();
    zone.start(script::day_before(zone.day(end), DAYS + 1)).plus_hours(9)
}

impl World {
    pub(super) async fn build(
        site: Site<'_>,
        clock: Arc<DemoClock>,
        marker: &Marker,
        say: fn(String),
        random: SeededRandom,
    ) -> Result<Self, Failure> {
        let Site { folder, town, intake, address } = site;
        let (zone, seed, end) = (town.zone().clone(), marker.seed, marker.now);
        let (lines, reached) = alerts(end, &zone)?;
        let mut world = Self {
            intake,
            tended: None,
            imported: 0,
            events: script::script(seed, end, &zone, &reached),
            town,
            zone,
            end,
            phones: Vec::new(),
            people: BTreeMap::new(),
            books: Books::default(),
            alerts: BTreeMap::new(),
            clock,
            lines,
            reached,
            heads: BTreeMap::new(),
            doors: BTreeMap::new(),
            villages: Vec::new(),
            visited: BTreeSet::new(),
            grids: BTreeMap::new(),
            moved: false,
            say,
            random,
        };
        world.settle()?;
        world.enrol(folder, &address, seed).await?;
        Ok(world)
    }

    /// Reads the files in.
    fn settle(&mut self) -> Result<(), Failure> {
        self.import_whole(SYSTEM, Noun::Areas, AREAS)?;
        self.import_whole(SYSTEM, Noun::People, PEOPLE)?;
        for (id, person) in self.town.people()? {
            self.people.extend(person.login.map(|login| (login, id)));
        }
        for (id, area) in self.town.areas()? {
            self.grids.insert(area.name, id);
        }
        for (village, ..) in VILLAGES {
            let lines = AREAS.lines().map(|line| line.split(',').collect::<Vec<_>>());
            let below = lines.filter(|cells| cells.get(2) == Some(&village));
            let grids = below.filter_map(|cells| self.grids.get(cells[0]).copied()).collect();
            self.villages.push(grids);
        }
        self.roster()?;
        self.integration()?;
        let supervisor = self.person("supervisor")?;
        // Its bad rows are left out, as somebody would who has looked at the preview.
        let request = Request { skip_bad: true, ..Request::apply(Noun::Households, "roster.csv", supervisor) };
        let read = self.import(&request, ROSTER)?;
        self.doors_of_roster()?;
        self.phases()?;
        (self.say)(format!(
            "The town is read in: {} areas; of {} rows of the roster {} households with {} residents, {} rows listed \
             twice, {} bad.",
            self.town.count(&Kind::Area)?,
            read.rows,
            read.records.new,
            read.residents.new,
            read.duplicates.len(),
            read.bad.len(),
        ));
        Ok(())
    }

    async fn enrol(&mut self, folder: &Path, address: &str, seed: u64) -> Result<(), Failure> {
        let phones = folder.join(super::folder::PHONES);
        std::fs::create_dir_all(&phones)?;
        for (number, login) in PHONES.iter().enumerate() {
            let person = self.person(login)?;
            let now = self.now();
            let code = self.town.invite(person, 1, None, now, &mut self.random)?.unwrap_or_default();
            let mut random = SeededRandom::new(seed.wrapping_mul(1_000).wrapping_add(number as u64 + 1));
            let key: [u8; 32] = random::bytes(&mut random);
            let replica = Replica::open(&phones.join(format!("{login}.sqlite3")), &key, Box::new(random))?;
            let transport = HttpTransport::new(address, HttpOptions::default())?;
            // One phone's clock is wrong by hours, another's by minutes.
            let off_minutes =
                [(WORKER_3, 187), (WORKER_4, -7)].iter().find(|(phone, _)| *phone == number).map_or(0, |(_, off)| *off);
            let clock = PhoneClock { clock: self.clock.clone(), off_minutes };
            replica.enrol(&transport, &code, login, &clock).await?;
            replica.sync().set_shell(shell(number));
            let mut grids = Vec::new();
            for scope in replica.scopes()? {
                if let Scope::Grid(grid) = scope {
                    grids.push(grid);
                }
            }
            grids.sort_by_key(|grid| self.grids.iter().find(|(_, id)| *id == grid).map(|(name, _)| name.clone()));
            self.phones.push(Phone { replica, transport, clock, grids, last: None });
            self.exchange(number).await?;
        }
        (self.say)(format!("{} phones have joined and hold what they may.", self.phones.len()));
        Ok(())
    }

    /// Works through the script.
    pub(super) async fn work(&mut self) -> Result<(), Failure> {
        let events = std::mem::take(&mut self.events);
        let mut day = None;
        let (mut done, all) = (0, events.len());
        for event in events {
            let today = self.zone.day(event.at);
            if day != Some(today) {
                (self.say)(format!("{today}  {done} of {all} events done, {} alerts", self.alerts.len()));
                day = Some(today);
            }
            self.clock.set(event.at);
            // The server looks every minute; what it finds does not depend on how often the demo does.
            if self.tended.is_none_or(|last| event.at.minutes_since(last) >= 1) {
                self.tend()?;
                self.tended = Some(event.at);
            }
            self.act(event.phone, event.act).await?;
            done += 1;
        }
        self.clock.set(self.end);
        // Twice: what one sends in the first round the others fetch in the second.
        self.tend()?;
        for _ in 0..2 {
            for phone in 0..self.phones.len() {
                self.exchange(phone).await?;
            }
        }
        (self.say)(format!("{all} of {all} events done; every phone has exchanged."));
        Ok(())
    }

    pub(super) fn now(&self) -> Time {
        use crate::clock::Clock as _;
        self.clock.now()
    }

    pub(super) fn person(&self, login: &str) -> Result<PersonId, Failure> {
        self.people.get(login).copied().ok_or_else(|| Failure::new(format!("the demo's files name no {login}")))
    }

    pub(super) fn root(&self) -> Result<AreaId, Failure> {
        self.grid("石桥镇")
    }

    pub(super) fn grid(&self, name: &str) -> Result<AreaId, Failure> {
        self.grids.get(name).copied().ok_or_else(|| Failure::new(format!("the demo's files name no {name}")))
    }

    async fn act(&mut self, phone: usize, act: Act) -> Result<(), Failure> {
        match act {
            Act::Exchange => self.exchange(phone).await,
            Act::Storm => self.storm().await,
            Act::Import { alert } => self.reach(alert),
            Act::Door { met } => self.door(phone, met),
            Act::Edit => self.put_right(phone, Fate::Accepted),
            Act::Contact { alert, met } => {
                let outcome = if met { Outcome::TelephoneOnly } else { Outcome::NobodyHome };
                self.receive(phone, alert)?;
                self.visit(phone, alert, Purpose::FirstContact, outcome, None, None)
            }
            Act::Dissuade { alert, at_risk } => self.dissuade(phone, alert, at_risk),
            Act::HandOver { alert, to } => self.hand_over(phone, alert, to),
            Act::Accept { alert } => self.receive(phone, alert),
            Act::TakeFirst { alert } => self.take_first(phone, alert),
            Act::Decide { alert, to } => self.decide(alert, to),
            Act::Money { alert } => self.money(phone, alert),
            Act::Release { alert } => self.stop(phone, alert, StopStep::Released),
            Act::Propose { alert } => self.propose(phone, alert),
            Act::Recall { alert } => self.recall(phone, alert),
            Act::Another { alert, number } => self.another(alert, number),
            Act::Paste { number, head } => self.paste(number, head),
            Act::Away { alert } => self.away(alert),
            Act::Comment { alert } => self.comment(alert),
            Act::FollowUp { alert, met, at_risk } => {
                let outcome = if met { Outcome::Met } else { Outcome::NobodyHome };
                self.visit(phone, alert, Purpose::FollowUp, outcome, met.then_some(at_risk), None)
            }
            Act::Report { alert } => self.fact(phone, alert, |world, id| {
                let reading = world.phones[phone].clock.read();
                world.phones[phone].replica.alerts().feedback(id, None, reading)?;
                let now = world.now();
                world.case(id, |case| case.feedbacks.push(now));
                Ok(Fate::Accepted)
            }),
            Act::Send { alert, to } => {
                let person = self.person(PHONES[to])?;
                self.fact(phone, alert, |world, id| {
                    let reading = world.phones[phone].clock.read();
                    world.phones[phone].replica.alerts().send(id, person, None, reading)?;
                    world.books.sent.insert((to, id));
                    Ok(Fate::Accepted)
                })
            }
            Act::Raise { alert } => self.fact(POLICE, alert, |world, id| {
                let reading = world.phones[POLICE].clock.read();
                world.phones[POLICE].replica.alerts().raise(id, Level::Extreme, None, reading)?;
                let now = world.now();
                world.case(id, |case| case.raises.push(Raised { level: Level::Extreme, at: now }));
                Ok(Fate::Accepted)
            }),
            Act::Clear { alert } => self.clear(phone, alert),
            Act::Forbidden { alert } => self.fact(phone, alert, |world, id| {
                let reading = world.phones[phone].clock.read();
                let raise = world.phones[phone].replica.alerts().raise(
                    id,
                    Level::Extreme,
                    None,
                    (reading, Role::GridWorker),
                )?;
                world.books.refused.insert((phone, raise));
                Ok(Fate::Refused)
            }),
            Act::SameField { door } => self.both_write(phone, door, true),
            Act::OtherField { door } => self.both_write(phone, door, false),
            Act::Again { same_address } => self.again(phone, same_address),
            Act::Move => self.move_worker(),
            Act::AfterMove => self.after_move(),
        }
    }

    pub(super) async fn exchange(&mut self, phone: usize) -> Result<(), Failure> {
        let Phone { replica, transport, clock, .. } = &self.phones[phone];
        replica.sync().run(transport, clock).await?;
        Ok(())
    }

    /// Everybody at once.
    async fn storm(&mut self) -> Result<(), Failure> {
        let exchanges = self
            .phones
            .iter()
            .map(|phone| async { phone.replica.sync().run(&phone.transport, &phone.clock).await.map(|_| ()) });
        let mut running: Vec<_> = exchanges.map(Box::pin).collect();
        // Polled side by side, so that the server has all of them at once.
        std::future::poll_fn(|context| {
            let mut failed = None;
            running.retain_mut(|exchange| match exchange.as_mut().poll(context) {
                std::task::Poll::Pending => true,
                std::task::Poll::Ready(done) => {
                    failed = failed.take().or(done.err());
                    false
                }
            });
            match failed {
                Some(error) => std::task::Poll::Ready(Err(Failure::from(error))),
                None if running.is_empty() => std::task::Poll::Ready(Ok(())),
                None => std::task::Poll::Pending,
            }
        })
        .await
    }

    // ---- the office

    /// Imports a file of which every row must be good; says what it came to.
    fn import_whole(&mut self, by: PersonId, noun: Noun, file: &str) -> Result<Report, Failure> {
        let report = self.import(&Request::apply(noun, "demo", by), file)?;
        match report.bad.first() {
            Some(bad) => {
                let noun = noun.word();
                Err(Failure::new(format!("{noun}, row {}: {}: {}", bad.row, bad.field, bad.reason)))
            }
            None => Ok(report),
        }
    }

    /// Imports a file, and writes what it made into the books.
    fn import(&mut self, request: &Request, file: &str) -> Result<Report, Failure> {
        let now = self.now();
        let kind = match request.noun {
            Noun::Areas => Kind::Area,
            Noun::People => Kind::Person,
            Noun::Units => Kind::Unit,
            Noun::Households => Kind::Household,
            Noun::Alerts => Kind::Alert,
        };
        let there = |town: &Town| -> Result<BTreeMap<DocumentId, Scope>, Failure> {
            Ok(town.rows(kind.word())?.into_iter().map(|row| (row.document.id, row.document.scope)).collect())
        };
        let before = there(&self.town)?;
        let mut file = std::io::Cursor::new(file.as_bytes());
        let report = import::run(&self.town, request, &mut file, now, &mut self.random, &mut |_| ())?;
        for (_, scope) in there(&self.town)?.into_iter().filter(|(id, _)| !before.contains_key(id)) {
            self.books.note(None, scope, Fate::Accepted);
        }
        Ok(report)
    }

    pub(super) fn office(&mut self, by: PersonId, drafts: Vec<Draft>, scopes: &[Scope]) -> Result<(), Failure> {
        let now = self.now();
        let mut author = Author::new(&self.town, by, now, &mut self.random)?;
        for written in author.write(drafts, now, &mut self.random)? {
            match written {
                Written::Verdict(Verdict::Accepted { .. }) | Written::Nothing => {}
                Written::Verdict(verdict) => return Err(Failure::new(refused(&verdict))),
            }
        }
        for scope in scopes {
            self.books.note(None, *scope, Fate::Accepted);
        }
        Ok(())
    }

    /// An alert reaches the town.
    fn reach(&mut self, alert: usize) -> Result<(), Failure> {
        let heading = ALERTS.lines().next().unwrap_or_default();
        let file = format!("{heading}\n{}\n", self.lines[alert]);
        let before: BTreeSet<AlertId> = self.alerts.values().copied().collect();
        self.import_whole(self.person("police1")?, Noun::Alerts, &file)?;
        for (document, record) in self.town.records(&Kind::Alert)? {
            let id = AlertId::from(document.id);
            if let (Record::Alert(record), false) = (record, before.contains(&id)) {
                self.alerts.insert(alert, id);
                self.heads.insert(id, self.reached[alert].head);
                self.books.cases.insert(id, opened(&record));
                self.imported += 1;
            }
        }
        self.tend()
    }

    fn move_worker(&mut self) -> Result<(), Failure> {
        let (id, grid) = (self.person(PHONES[WORKER_2])?, self.grid(LOST_GRID)?);
        let people = self.town.people()?;
        let Some((_, before)) = people.into_iter().find(|(other, _)| *other == id) else { return Ok(()) };
        let mut after = before.clone();
        for assignment in after.assignments.values_mut() {
            assignment.ended |= assignment.area == grid;
        }
        let edits = Record::from(before).fields().difference(&Record::from(after).fields());
        self.office(self.person("supervisor")?, vec![Draft::Edit { id: id.into(), edits }], &[Scope::Town])?;
        self.moved = true;
        Ok(())
    }

    // ---- alerts

    /// Writes a fact of a case file, where the phone holds it.
    pub(super) fn fact(
        &mut self,
        phone: usize,
        alert: usize,
        write: impl FnOnce(&mut Self, AlertId) -> Result<Fate, Failure>,
    ) -> Result<(), Failure> {
        let Some(id) = self.alerts.get(&alert).copied() else { return Ok(()) };
        if self.phones[phone].replica.alerts().get(id)?.is_none() {
            return Ok(());
        }
        let fate = write(self, id)?;
        self.books.note(Some(phone), Scope::CaseFile(id), fate);
        Ok(())
    }

    pub(super) fn case(&mut self, id: AlertId, write: impl FnOnce(&mut Case)) {
        if let Some(case) = self.books.cases.get_mut(&id) {
            write(case);
        }
    }

    pub(super) fn visit(
        &mut self,
        phone: usize,
        alert: usize,
        purpose: Purpose,
        outcome: Outcome,
        at_risk: Option<bool>,
        dissuasion: Option<Dissuasion>,
    ) -> Result<(), Failure> {
        self.fact(phone, alert, |world, id| {
            let mut visit = visit(purpose, outcome, world.now());
            visit.alert = Some(id);
            visit.dissuasion = dissuasion.map(Box::new);
            // Of every fourth dissuasion there are photos, whether or not there is a recording.
            visit.photos = (visit.dissuasion.is_some() && alert.is_multiple_of(4)).then(|| photographed(alert));
            visit.risk = at_risk.map(|risk| if risk { Risk::MayBeDefraudedAgain } else { Risk::None });
            let reading = world.phones[phone].clock.read();
            world.phones[phone].replica.visits().save(&visit, reading)?;
            world.case(id, |case| case.visits.push(noted(&visit)));
            Ok(Fate::Accepted)
        })
    }
}

pub(super) fn visit(purpose: Purpose, outcome: Outcome, ended: Time) -> Visit {
    Visit {
        purpose,
        household: None,
        alert: None,
        outcome,
        met_target: None,
        met: BTreeSet::new(),
        met_others: None,
        started: ended.plus_minutes(-12),
        ended,
        position: None,
        given: BTreeSet::new(),
        explained: BTreeSet::new(),
        observations: BTreeSet::new(),
        note: None,
        risk: None,
        next_step: None,
        dissuasion: None,
        photos: None,
    }
}

/// What is noted of photos.
pub(super) fn photographed(number: usize) -> Box<PhotoNote> {
    Box::new(PhotoNote {
        taken_with: Some(TakenWith::Telephone),
        taken_by: None,
        kept_at: Some(KeptAt::Village),
        kept_as: Some(format!("影像-{number:03}")),
    })
}

/// An alert in the demo's books.
pub(super) fn opened(alert: &Alert) -> Case {
    let mut case = Case::new(alert.level.clone(), alert.issued);
    case.reached_station = alert.reached();
    case
}

/// A visit in the demo's books.
fn noted(visit: &Visit) -> CaseVisit {
    CaseVisit {
        id: None,
        purpose: visit.purpose.clone(),
        outcome: visit.outcome.clone(),
        met_target: visit.met_person(),
        started: visit.started,
        ended: visit.ended,
        risk: visit.risk.clone(),
    }
}

/// The lines of the alerts' file with real times in place of `@-DAYS HH:MM`, oldest first, and when and where
/// each reaches the town.
fn alerts(end: Time, zone: &Zone) -> Result<(Vec<String>, Vec<Reached>), Failure> {
    let last = zone.day(end);
    let mut found = Vec::new();
    for line in ALERTS.lines().skip(1) {
        let mut times = Vec::new();
        let cells: Vec<String> = line
            .split(',')
            .map(|cell| match cell.strip_prefix("@-").and_then(|rest| rest.split_once(' ')) {
                Some((days, clock)) => {
                    let days = days.parse().unwrap_or(0);
                    let text = format!("{} {clock}", script::day_before(last, days));
                    times.extend(zone.parse_local(&text).ok());
                    text
                }
                None => cell.to_owned(),
            })
            .collect();
        let village = VILLAGES.iter().find(|(name, ..)| cells.iter().any(|cell| cell == name));
        match (times.last(), village) {
            (Some(at), Some((_, head, workers))) => {
                found.push((cells.join(","), Reached { at: *at, head: *head, workers: *workers }));
            }
            _ => return Err(Failure::new("the demo's file of alerts is wrong")),
        }
    }
    found.sort_by_key(|(_, reached)| reached.at);
    Ok(found.into_iter().unzip())
}
