//! `import areas|people|households|alerts FILE --as USER`.
//!
//! Floor: sync-server, command.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use crate::import::{self, Noun, Present, Report};

/// Reads a CSV file (UTF-8, the first line names the columns). If any line is bad, nothing is written, every
/// bad line is named, and the exit code is 2.
///
/// areas:       name,level[,parent,code]           level: county town village courtyard grid building
/// people:      login,name,roles[,telephone]       roles: grid_worker@village/grid; volunteer@village/grid
/// households:  grid[,village,building,unit,floor,room,group,number,door,note,name,telephone,birth_year,
///              tags,app_installed]                one line a resident
/// alerts:      name,level,area,issuer,issued[,telephone,place,number,origin,reached_station,passed_on,note]
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// What the file lists
    noun: NounArgument,
    /// The file
    file: PathBuf,
    /// On whose behalf
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
        let plan = import::plan(noun, &file, &present, &zone, session.now, &mut session.random)
            .map_err(|error| Failure::usage(format!("{}: {error}", self.file.display())))?;
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
        output::line(format!("line {}: {}: {}", bad.row, bad.field, bad.reason));
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
