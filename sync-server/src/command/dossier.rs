//! `dossier PERSON`.
//!
//! Floor: sync-server, command. Invariants: made for somebody, of what they hold; a page that was written lies where
//! nobody else on the machine may read it, and replaces nothing.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{KeptAt, Record, Visit};

use super::Place;
use super::alert::{called, word};
use super::open::Session;
use super::output::{self, Failure};
use crate::report::dossier::{self, Dossier};
use crate::report::page;

/// Everything about the person whom an alert is about, in the order in which it happened
///
/// Alerts and all that was recorded for them, visits that met the person and pledges they signed: who recorded it, when
/// it happened and when it arrived, whether its clock could be trusted, and where the recording is or that there is none; where
/// photos are, if any were taken.
#[derive(Debug, Args)]
pub(super) struct DossierCommand {
    /// The person: an alert's identifier, its number on the issuer's platform, or the person's telephone
    person: String,
    /// For whom: only what they hold is in it
    #[arg(long = "as", value_name = "USER")]
    acting: String,
    /// Write a page for printing to this file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl DossierCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        let (reader, reading) = session.acting(&self.acting)?;
        let alert = called(&session, &self.person, reader)?;
        let found = dossier::dossier(&session.town, alert, reader)?
            .ok_or_else(|| Failure::usage("the person that --as names does not hold this case file"))?;
        let names: BTreeMap<_, _> = session.town.people()?.into_iter().map(|(id, person)| (id, person.name)).collect();
        let zone = session.town.zone();
        if let Some(file) = &self.html {
            let page = page::dossier(&found, &names, zone, (&reading.name, session.now));
            save(file, &page)?;
            output::note(format!("Written to {}; only this user can read it.", file.display()));
            return Ok(ExitCode::SUCCESS);
        }
        output::result(place.json, &found, |Dossier { entries, corrections, .. }| {
            for entry in entries {
                let by = names.get(&entry.by).map_or("-", String::as_str);
                let arrived = entry.arrived.map_or_else(|| "not yet".to_owned(), |at| zone.written(at));
                let late = entry.entered_late_minutes.map_or_else(String::new, |late| format!("  {late} min late"));
                let doubt = if entry.doubtful { "  doubtful clock" } else { "" };
                let recording = match word(&entry.recording).as_str() {
                    "not_owed" => String::new(),
                    "missing" => "  NO RECORDING".to_owned(),
                    kept => format!("  recording: {kept}"),
                };
                let photos = match &entry.record {
                    Record::Visit(Visit { photos: Some(photos), .. }) => {
                        format!("  photos: {}", photos.kept_at.as_ref().map_or("kept", KeptAt::word))
                    }
                    _ => String::new(),
                };
                let (at, kind) = (zone.written(entry.at), &entry.kind);
                output::line(format!("{at}  {kind:<16}  {by}  arrived {arrived}{late}{doubt}{recording}{photos}"));
            }
            for one in corrections {
                let by = names.get(&one.by).map_or("-", String::as_str);
                let (before, after) = (one.before.as_deref().unwrap_or("-"), one.after.as_deref().unwrap_or("-"));
                output::line(format!(
                    "{}  put right  {by}  {}: {before} → {after}",
                    zone.written(one.arrived),
                    one.field
                ));
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn save(file: &Path, page: &str) -> Result<(), Failure> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut out| out.write_all(page.as_bytes()));
    written.map_err(|error| {
        let what = if error.kind() == std::io::ErrorKind::AlreadyExists {
            "it is there already; name another file, or move that one away".to_owned()
        } else {
            format!("{error}; name a file that this user may write")
        };
        Failure::usage(format!("cannot write {}: {what}", file.display()))
    })
}
