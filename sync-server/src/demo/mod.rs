//! `demo`: a town from files in the tree, some days of work by phones that are real replicas, and the count.
//!
//! Floor: sync-server, demo; the only user of core's phone side in the server. Invariants: what happens
//! depends on the seed and `--now` only; phones speak real HTTP and exchange one at a time, except in one
//! storm on whose order no count depends; the demo keeps its own books, and phones and server must both
//! agree with them.

mod alerts;
mod books;
mod clock;
mod compare;
mod doors;
mod folder;
mod script;
mod sign_ins;
mod tally;
mod world;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use qiaomen_core::record::Time;
use qiaomen_core::record::random::SeededRandom;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::api::Server;
use crate::command::config::LogFormat;
use crate::command::open::{self, now, random};
use crate::command::output::{self, Failure};
use crate::command::{Place, playbook, serve};
use crate::intake::Intake;
use crate::town::Town;
use clock::DemoClock;
use compare::Table;
use folder::Standing;
use world::{Site, World};

/// Make a demo town, work through some days with real phones, and keep serving
///
/// It imports a town's files (6 villages, 42 grids, 3,066 households in a roster as untidy as real ones are),
/// starts the server on a free port, and works through simulated days and 60 alerts with phones that are real
/// replicas. At the end it prints a table on which phones and server must agree, and keeps serving. The folder must be empty, or the demo's: one that
/// is finished is served as it stands, one that was interrupted is made anew.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End when the table is printed; the exit code is 1 if phones and server disagree
    #[arg(long)]
    exit: bool,
    /// What happens depends on this number and on --now
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The moment at which the simulated days end, such as 2026-03-20T10:00:00+08:00; this minute without it
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: String,
}

/// What marks a folder as the demo's.
#[derive(Serialize, Deserialize)]
struct Marker {
    demo: bool,
    seed: u64,
    now: Time,
    /// The table, once there is one.
    #[serde(default)]
    table: Option<Table>,
}

const MARKER: &str = "demo.json";

/// The first instant of 2026 in UTC.
const EARLIEST: Time = Time::from_millis(1_767_225_600_000);

impl Demo {
    pub(crate) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        serve::log_to_stderr("error", LogFormat::Text)?;
        let end = match &self.now {
            Some(text) => playbook::time(text)?,
            None => Time::from_millis(now().millis().div_euclid(60_000) * 60_000),
        };
        // The roster is of the year 2026; before, some of its people were not born.
        if !(EARLIEST..=Time::MAX.plus_hours(-24 * 366)).contains(&end) {
            return Err(Failure::usage("--now: write a time from 2026 to 2198"));
        }
        let folder = &place.data;
        // Looked at before anything is put there, and again once no other demo can change it.
        folder::standing(folder)?;
        open::make(folder).map_err(|error| {
            Failure::new(format!("cannot make the folder {}: {error}; name another with --data", folder.display()))
        })?;
        let _alone = folder::alone(folder)?;
        match folder::standing(folder)? {
            Standing::Finished(marker) => self.again(place, *marker),
            Standing::Unfinished | Standing::Empty => {
                folder::clear(folder)?;
                let marker = Marker { demo: true, seed: self.seed, now: end, table: None };
                folder::mark(folder, &marker)?;
                // Exit code 1 says that phones and server disagree, and nothing else.
                let played = serve::runtime()?.block_on(self.play(place, marker));
                let agreed = played.map_err(Failure::apart_from_results)?;
                Ok(if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
        }
    }

    /// A town that the demo made before: its table once more, and it is served.
    fn again(self, place: &Place, marker: Marker) -> Result<ExitCode, Failure> {
        let folder = &place.data;
        progress(place)(format!(
            "There is a demo town in {} already, made with --seed {} --now {}; name another folder with --data for a \
             new one.",
            folder.display(),
            marker.seed,
            marker.now
        ));
        let mut agreed = true;
        if let Some(table) = &marker.table {
            output::result(place.json, table, compare::print)?;
            agreed = table.agree;
        }
        if !self.exit {
            let town = open::town(folder, now(), &mut random()?)?;
            let clock = Arc::new(DemoClock::default());
            clock.release();
            serve::runtime()?.block_on(self.serve(place, Arc::new(town), clock, None))?;
        }
        Ok(if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn play(&self, place: &Place, mut marker: Marker) -> Result<bool, Failure> {
        let (folder, end) = (&place.data, marker.now);
        let clock = Arc::new(DemoClock::default());
        let mut random = SeededRandom::new(self.seed);
        let begin = world::begin(end);
        clock.set(begin);
        let town = Arc::new(Town::open(folder, begin, &mut random)?);
        let intake = Arc::new(Intake::default());
        // What the server does by itself it does when the demo says so, or a run could not be repeated.
        intake.pause(true);
        let (address, stopped) = self.start(&town, &intake, &clock).await?;
        let say = progress(place);
        say(format!("The server listens on {address}"));
        let place_of = Site { folder, town: town.clone(), intake: intake.clone(), address: address.clone() };
        let mut world = World::build(place_of, clock.clone(), &marker, say, random).await?;
        world.work().await?;
        let table = compare::compare(&world)?;
        output::result(place.json, &table, compare::print)?;
        let agree = table.agree;
        marker.table = Some(table);
        folder::mark(folder, &marker)?;
        drop(world);
        clock.release();
        intake.pause(false);
        if self.exit {
            let _ = stopped.stop.send(());
            stopped.ended.await??;
        } else {
            self.serve(place, town, clock, Some((address, stopped))).await?;
        }
        Ok(agree)
    }

    async fn start(
        &self,
        town: &Arc<Town>,
        intake: &Arc<Intake>,
        clock: &Arc<DemoClock>,
    ) -> Result<(String, Served), Failure> {
        let listener =
            TcpListener::bind(&self.listen).await.map_err(|error| serve::cannot_listen(&self.listen, &error))?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopping) = oneshot::channel();
        let server = Server::new(town.clone(), clock.clone(), Box::new(random()?)).with_intake(intake.clone());
        let serving = server.serve(listener, async move {
            let _ = stopping.await;
        });
        Ok((address, Served { stop, ended: tokio::spawn(serving) }))
    }

    /// Keeps serving until told to stop.
    async fn serve(
        &self,
        place: &Place,
        town: Arc<Town>,
        clock: Arc<DemoClock>,
        running: Option<(String, Served)>,
    ) -> Result<(), Failure> {
        let (address, served) = match running {
            Some(running) => running,
            None => self.start(&town, &Arc::default(), &clock).await?,
        };
        if let Some(person) = town.find_person("worker1")? {
            let code = town.invite(person, 72, None, now(), &mut random()?)?.unwrap_or_default();
            progress(place)(format!("A phone can join as worker1 with the code {code}"));
        }
        let say = progress(place);
        say(format!("The console is at {address}; sign in as:"));
        for sign_in in sign_ins::of(&place.data, &town, now(), &mut random()?)? {
            say(format!("  {:<11} password {}", sign_in.login, sign_in.password));
            if let Some(key) = &sign_in.key {
                let codes: Vec<&str> = sign_in.recovery.iter().take(3).map(String::as_str).collect();
                say(format!("{:14}second factor: one of {}, or the key {key} in an app", "", codes.join(" ")));
            }
        }
        say(format!("Serving on {address} until Ctrl-C."));
        serve::told_to_stop().await;
        let _ = served.stop.send(());
        served.ended.await??;
        Ok(())
    }
}

/// Where to say how it goes: standard output is for the table alone, if a program reads it.
fn progress(place: &Place) -> fn(String) {
    if place.json { output::note } else { output::line }
}

/// A server at work.
struct Served {
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<std::io::Result<()>>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use qiaomen_core::clock::Watch as _;
    use qiaomen_core::record::Record;
    use qiaomen_core::replica::{Order, Part};

    use super::*;
    use crate::author::{Author, Draft};

    #[test]
    fn what_one_side_has_alone_is_no_agreement() {
        let folder = tempfile::tempdir().unwrap();
        let end = playbook::time("2026-03-20T10:00:00+08:00").unwrap();
        let demo = Demo { exit: true, seed: 1, now: None, listen: "127.0.0.1:0".to_owned() };
        let marker = Marker { demo: true, seed: 1, now: end, table: None };
        let mut random = SeededRandom::new(1);
        let clock = Arc::new(DemoClock::default());
        clock.set(world::begin(end));
        let town = Arc::new(Town::open(folder.path(), world::begin(end), &mut random).unwrap());
        serve::runtime().unwrap().block_on(async {
            let intake = Arc::new(Intake::default());
            intake.pause(true);
            let (address, _stopped) = demo.start(&town, &intake, &clock).await.unwrap();
            let site = Site { folder: folder.path(), town: town.clone(), intake, address };
            let world = World::build(site, clock, &marker, |_| {}, random);
            let mut world = world.await.unwrap();
            let agree = |world: &World| compare::compare(world).unwrap().agree;
            assert!(agree(&world));
            let replica = &world.phones[0].replica;
            let door = replica.households().list(None, Order::Walking, Part::all()).unwrap().remove(0).household;
            let mut noted = door.record.clone();
            noted.note = Some("new".to_owned());
            // The server alone has it, then both, then the demo's books too.
            let edits = Record::from(door.record.clone()).fields().difference(&Record::from(noted.clone()).fields());
            let (now, mut random) = (world.now(), SeededRandom::new(2));
            let mut office = Author::new(&town, world.person("supervisor").unwrap(), now, &mut random).unwrap();
            office.write(vec![Draft::Edit { id: door.id, edits }], now, &mut random).unwrap();
            assert!(!agree(&world));
            for phone in 0..world.phones.len() {
                world.exchange(phone).await.unwrap();
            }
            assert!(!agree(&world));
            world.books.note(None, door.scope, books::Fate::Accepted);
            assert!(agree(&world));
            // A phone alone has it.
            let reading = world.phones[0].clock.read();
            world.phones[0].replica.households().edit(door.id.into(), &noted, &door.record, reading).unwrap();
            assert!(!agree(&world));
        });
    }
}
