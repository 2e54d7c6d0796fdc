//! `demo`: a town from files in the tree, some days of work by phones that are real replicas, and the count.
//!
//! Floor: sync-server, demo; the only user of core's phone side in the server. Invariants: what happens
//! depends on the seed and `--now` only; phones speak real HTTP and exchange one at a time, except in one
//! storm on whose order no count depends; the demo keeps its own books, and phones and server must both
//! agree with them.

mod books;
mod clock;
mod compare;
mod script;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use qiaomen_core::record::Time;
use qiaomen_core::record::random::SeededRandom;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::api;
use crate::command::config::LogFormat;
use crate::command::open::{now, random};
use crate::command::output::{self, Failure};
use crate::command::{Place, playbook, serve};
use crate::town::Town;
use clock::DemoClock;
use world::World;

/// Makes a small town from files (2 villages, 8 grids, 400 households, 20 alerts), starts the server on a free
/// port, and works through simulated days with phones that are real replicas. At the end it prints a table on
/// which phones and server must agree, and keeps serving.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End when the table is printed; the exit code is 1 if phones and server disagree
    #[arg(long)]
    exit: bool,
    /// What happens depends on this number and on --now
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The moment at which the simulated days end; this minute without it
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
    finished: bool,
}

const MARKER: &str = "demo.json";

impl Demo {
    pub(crate) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        serve::log_to_stderr("error", LogFormat::Text)?;
        let end = match &self.now {
            Some(text) => playbook::time(text)?,
            None => Time::from_millis(now().millis().div_euclid(60_000) * 60_000),
        };
        let folder = &place.data;
        match standing(folder)? {
            Standing::Finished => {
                output::line(format!("There is a demo town in {} already.", folder.display()));
                if self.exit {
                    return Ok(ExitCode::SUCCESS);
                }
                let town = Town::open(folder, now(), &mut random()?)?;
                let clock = Arc::new(DemoClock::default());
                clock.release();
                serve::runtime()?.block_on(self.serve(Arc::new(town), clock, None))?;
                return Ok(ExitCode::SUCCESS);
            }
            Standing::Unfinished => clear(folder)?,
            Standing::Empty => {}
        }
        std::fs::create_dir_all(folder)?;
        mark(folder, &Marker { demo: true, seed: self.seed, now: end, finished: false })?;
        let agreed = serve::runtime()?.block_on(self.play(place, end))?;
        Ok(if agreed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn play(&self, place: &Place, end: Time) -> Result<bool, Failure> {
        let folder = &place.data;
        let clock = Arc::new(DemoClock::default());
        let mut random = SeededRandom::new(self.seed);
        let begin = world::begin(end);
        clock.set(begin);
        let town = Arc::new(Town::open(folder, begin, &mut random)?);
        let (address, stopped) = self.start(&town, &clock).await?;
        output::line(format!("The server listens on {address}"));
        let mut world = World::build(folder, town.clone(), clock.clone(), &address, self.seed, end, random).await?;
        world.work().await?;
        let table = compare::compare(&world)?;
        output::result(place.json, &table, compare::print)?;
        mark(folder, &Marker { demo: true, seed: self.seed, now: end, finished: true })?;
        drop(world);
        clock.release();
        if self.exit {
            let _ = stopped.stop.send(());
            stopped.ended.await??;
        } else {
            self.serve(town, clock, Some((address, stopped))).await?;
        }
        Ok(table.agree)
    }

    async fn start(&self, town: &Arc<Town>, clock: &Arc<DemoClock>) -> Result<(String, Served), Failure> {
        let listener = TcpListener::bind(&self.listen)
            .await
            .map_err(|error| Failure::usage(format!("cannot listen on {}: {error}", self.listen)))?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopping) = oneshot::channel();
        let serving = api::serve(town.clone(), listener, clock.clone(), async move {
            let _ = stopping.await;
        });
        Ok((address, Served { stop, ended: tokio::spawn(serving) }))
    }

    /// Keeps serving until told to stop.
    async fn serve(
        &self,
        town: Arc<Town>,
        clock: Arc<DemoClock>,
        running: Option<(String, Served)>,
    ) -> Result<(), Failure> {
        let (address, served) = match running {
            Some(running) => running,
            None => self.start(&town, &clock).await?,
        };
        if let Some(person) = town.find_person("worker1")? {
            let code = town.invite(person, 72, None, now(), &mut random()?)?.unwrap_or_default();
            output::line(format!("A phone can join as worker1 with the code {code}"));
        }
        output::line(format!("Serving on {address} until Ctrl-C."));
        serve::told_to_stop().await;
        let _ = served.stop.send(());
        served.ended.await??;
        Ok(())
    }
}

/// A server at work.
struct Served {
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<std::io::Result<()>>,
}

enum Standing {
    Empty,
    Unfinished,
    Finished,
}

/// What is in the folder; a folder that holds anything else than a demo is refused.
fn standing(folder: &Path) -> Result<Standing, Failure> {
    let mut entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Standing::Empty),
        Err(error) => return Err(Failure::usage(format!("cannot read {}: {error}", folder.display()))),
        Ok(entries) => entries,
    };
    if entries.next().is_none() {
        return Ok(Standing::Empty);
    }
    let marker = std::fs::read(folder.join(MARKER)).ok().and_then(|text| serde_json::from_slice::<Marker>(&text).ok());
    match marker {
        Some(Marker { finished: true, .. }) => Ok(Standing::Finished),
        Some(_) => Ok(Standing::Unfinished),
        None => Err(Failure::usage(format!(
            "{} holds something that the demo did not make; name an empty folder with --data",
            folder.display()
        ))),
    }
}

/// Takes away what an interrupted demo left.
fn clear(folder: &Path) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() { std::fs::remove_dir_all(&path)? } else { std::fs::remove_file(&path)? }
    }
    Ok(())
}

fn mark(folder: &Path, marker: &Marker) -> Result<(), Failure> {
    std::fs::write(folder.join(MARKER), serde_json::to_vec_pretty(marker)?)?;
    Ok(())
}
