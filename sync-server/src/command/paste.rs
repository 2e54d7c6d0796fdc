//! `alert paste`.
//!
//! Floor: sync-server, command. Invariants: what a message says is read by core, as on the phone; nothing is written
//! before somebody has seen what was understood; what was unsure is said to be.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;
use qiaomen_core::message::{self, Item, Reading};
use qiaomen_core::record::{Level, PersonId, Place as AlertPlace};
use serde::Serialize;

use super::Place;
use super::open::{Session, not_taken};
use super::output::{self, Failure};
use crate::intake::{Intake, Sender, Taken, Told, area_named};

/// Take alerts out of a pasted message
///
/// Reads the message from a file or from standard input, and shows what it understood and what it is unsure of. With
/// --apply it takes them in, as a system's or a spreadsheet's would be; --area, --level and --name put right what the
/// message leaves out, for all of its people.
#[derive(Debug, Args)]
pub(super) struct Paste {
    /// The message; standard input if absent
    file: Option<PathBuf>,
    /// On whose behalf: the police's, or a supervisor's
    #[arg(long = "as", value_name = "USER")]
    acting: String,
    /// Take them in
    #[arg(long)]
    apply: bool,
    /// The area whose team answers, where the message does not say it
    #[arg(long, value_name = "AREA")]
    area: Option<String>,
    /// The level, where the message does not say it: low, medium, high or extreme
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Who issued it, where the message does not say it
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
}

/// The most bytes of a message.
const MOST: u64 = 1024 * 1024;

#[derive(Serialize)]
struct Done {
    understood: Vec<Reading>,
    taken: Vec<Taken>,
}

impl Paste {
    pub(super) fn run(self, session: &mut Session, place: &Place) -> Result<(), Failure> {
        let (person, _) = session.acting(&self.acting)?;
        let mut bytes = Vec::new();
        match &self.file {
            Some(path) => {
                let file = std::fs::File::open(path)
                    .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?;
                file.take(MOST).read_to_end(&mut bytes)?;
            }
            None => {
                std::io::stdin().take(MOST).read_to_end(&mut bytes)?;
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        if text.len() > message::MAX_BYTES {
            return Err(Failure::usage(format!(
                "the message is longer than {} KB, and what stands behind that would be lost; paste it in parts",
                message::MAX_BYTES / 1024
            )));
        }
        let understood = message::read(&text, session.now, session.town.zone());
        if understood.is_empty() {
            return Err(Failure::usage("no alert was recognised in this message; enter it by hand"));
        }
        let mut taken = Vec::new();
        if self.apply {
            let told: Vec<Told> =
                understood.iter().map(|reading| self.told(session, reading)).collect::<Result<_, _>>()?;
            taken = take(session, person, told)?;
        }
        let zone = session.town.zone().clone();
        let done = Done { understood, taken };
        output::result(place.json, &done, |done| {
            for reading in &done.understood {
                let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
                let level = reading.level.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
                let issued = reading.issued.map_or_else(|| "-".to_owned(), |at| zone.written(at));
                output::line(format!(
                    "{}  {}  {level}  {}  {}  issued {issued}",
                    or(&reading.name),
                    or(&reading.telephone),
                    or(&reading.platform_number),
                    or(&reading.address)
                ));
                if !reading.unsure.is_empty() {
                    let unsure: Vec<String> = reading.unsure.iter().map(ToString::to_string).collect();
                    output::line(format!("  look at: {}", unsure.join(", ")));
                }
            }
            for taken in &done.taken {
                output::line(format!("{}  {}", taken.alert, super::alert::word(taken.came)));
            }
            if !self.apply {
                output::note("Nothing was written; --apply takes them in.");
            }
        })
    }

    fn told(&self, session: &Session, reading: &Reading) -> Result<Told, Failure> {
        let must = |what: &str, flag: &str| {
            Failure::usage(format!("the message does not say {what}; give it with {flag}, or enter the alert by hand"))
        };
        let level = match (&reading.level, &self.level) {
            (Some(level), _) => level.clone(),
            (None, Some(word)) => {
                use qiaomen_core::record::word::Word as _;
                let level = Level::from_word(word);
                if !level.is_known() {
                    return Err(Failure::usage("--level: write low, medium, high or extreme"));
                }
                level
            }
            (None, None) => return Err(must("how urgent it is", "--level")),
        };
        let area = match &self.area {
            None => None,
            Some(text) => {
                Some(area_named(&session.town, text)?.map_err(|reason| Failure::usage(format!("--area: {reason}")))?)
            }
        };
        let places = reading.address.iter().map(|address| AlertPlace {
            label: "home".to_owned(),
            address: Some(address.clone()),
            position: None,
        });
        Ok(Told {
            number: reading.platform_number.clone(),
            // A covered or missing name is still somebody's: the telephone says whose.
            name: reading.name.clone().unwrap_or_else(|| "?".to_owned()),
            telephone: reading.telephone.clone(),
            level,
            issuer: reading
                .issuer
                .clone()
                .or_else(|| self.issuer.clone())
                .ok_or_else(|| must("who issued it", "--issuer"))?,
            origin: reading.origin.clone(),
            area,
            places: places.collect(),
            issued: reading
                .issued
                .filter(|_| !reading.unsure.contains(&Item::Issued))
                .unwrap_or(session.now)
                .min(session.now),
            reached_station: reading.reached_station.filter(|at| *at <= session.now),
            passed_on: None,
            note: Some(reading.text.chars().take(1_000).collect()),
            recalled: None,
        })
    }
}

fn take(session: &mut Session, person: PersonId, told: Vec<Told>) -> Result<Vec<Taken>, Failure> {
    let intake = Intake::default();
    let sender = Sender { person, is_integration: false };
    let mut taken = Vec::new();
    for told in told {
        let done = intake.take(&session.town, sender, told, session.now, &mut session.random);
        taken.push(done.map_err(not_taken)?);
    }
    Ok(taken)
}
