//! `import areas|people|households|alerts FILE --as USER`.
//!
//! Floor: sync-server, command. Invariant: nothing is written if one line is bad.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use crate::import::{self, Noun, Present, Report};

/// Read a spreadsheet into the town
///
/// FILE is CSV in UTF-8 with commas; its first line names the columns, in any order. Those in
/// brackets may be left out. If any line is bad, nothing is written, every bad line is named with
/// its number, its column and what should stand there, and the exit code is 2.
///
/// areas: name,level[,parent,code]
///   Parents before children. level: county town village courtyard grid building.
///   A parent whose name is there twice is written with the one above it: village/grid.
///
/// people: login,name,roles[,telephone]
///   roles: role@area, with ; between several: grid_worker@village/grid; volunteer@village/grid
///   role: volunteer grid_worker team_head police supervisor; administrator without an area.
///
/// households: grid[,village,building,unit,floor,room,group,number,door,note,
///             name,telephone,birth_year,tags,app_installed]
///   One line a resident. Lines with the same grid and address are one household; a line without
///   a name is a door without residents. door: lived_in vacant demolished long_absent.
///   tags, with ; between several: elderly student finance_staff easily_deceived.
///   app_installed: yes no.
///
/// alerts: name,level,area,issuer,issued[,telephone,place,number,origin,
///         reached_station,passed_on,note]
///   level: low medium high extreme. origin: funds_side other.
///   Times: 2026-03-01 09:00 in the town's zone, or 2026-03-01T09:00:00+08:00.
///
/// Who may: areas and people an administrator, or a supervisor of the town; households whoever
/// works in the grid; alerts the police, or a supervisor of the area.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// What the file lists
    noun: NounArgument,
    /// The file
    file: PathBuf,
    /// On whose behalf: a login or an identifier
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum NounArgument {
    Areas,
    People,
    Households,
    Alerts,
}

impl From<NounArgument> for Noun {
    fn from(noun: NounArgument) -> Self {
        match noun {
            NounArgument::Areas => Self::Areas,
            NounArgument::People => Self::People,
            NounArgument::Households => Self::Households,
            NounArgument::Alerts => Self::Alerts,
        }
    }
}

impl Import {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let file = std::fs::read(&self.file)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", self.file.display())))?;
        let noun = Noun::from(self.noun);
        let mut session = Session::open_present(place)?;
        let (by, _) = session.acting(&self.acting)?;
        let present = Present::read(&session.town)?;
        let zone = session.town.zone().clone();
        let mut plan = import::plan(noun, &file, &present, &zone, session.now, &mut session.random)
            .map_err(|error| Failure::usage(format!("{}: {error}", self.file.display())))?;
        if !import::permit(&mut plan, &session.town, by)? && !plan.records.is_empty() {
            return Err(Failure::usage(format!(
                "the role of the person that --as names may not import these {}; name somebody else",
                noun.word()
            )));
        }
        let applied = plan.bad.is_empty() && !plan.records.is_empty();
        let mut report = Report { rows: plan.rows, new: 0, bad: plan.bad, applied };
        if applied {
            report.new = session.write(by, plan.records.into_iter().map(Into::into).collect())?;
        }
        output::result(place.json, &report, |report| print(noun, report))?;
        Ok(if report.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
    }
}

fn print(noun: Noun, report: &Report) {
    for bad in &report.bad {
        let field = if bad.field.is_empty() { String::new() } else { format!("{}: ", bad.field) };
        output::line(format!("line {}: {field}{}", bad.row, bad.reason));
    }
    if report.bad.is_empty() {
        output::line(format!("{} lines read, {} {} made.", report.rows, report.new, noun.word()));
    } else {
        output::line(format!(
            "{} lines read, {} of them bad. Nothing was written: correct them and import the file again.",
            report.rows,
            report.bad.len()
        ));
    }
}
