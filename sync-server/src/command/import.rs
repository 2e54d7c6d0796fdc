//! `import areas|people|units|households|alerts FILE --as USER`, `import undo`, `import list`.
//!
//! Floor: sync-server, command. Invariant: nothing is written without `--apply`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::Place;
use super::open::{Session, writable};
use super::output::{self, Failure};
use crate::import::{self, ImportError, Noun, Progress, Report, Request, Twin, Undone};
use crate::intake::{Intake, Sender};

/// Read a spreadsheet into the town, take one back, list them
///
/// FILE is CSV (UTF-8, GB18030; commas, semicolons, tabs) or XLSX. One of its first rows names the
/// columns, in any order, in English or Chinese; titles above it and totals below the data are
/// passed over, and so are columns that mean nothing here. Those in brackets may be left out.
///
/// Without --apply nothing is written: what would be new, changed and unchanged is counted, and
/// every bad row (its number counts from the file's first), every row that is there twice and every
/// clash is listed. With bad rows --apply writes nothing either, unless --skip-bad writes the rest.
/// Exit code: 0, or 2 where a row is bad.
///
/// The same file again changes nothing, and rows that a later file lacks change nothing; a blank
/// cell says nothing. A field that somebody has changed since a file last gave it is a clash: it is
/// left as it is, unless --take-file ROW:FIELD chooses the file's value.
///
/// areas: name[,level,parent,code]                              名称 级别 上级 代码
///   level: county town village courtyard grid building; without it, as the name or the parent says.
///   A parent is a name, a code, or, where a name is there twice, the one above it too: village/grid.
///
/// people: name,roles,login[,telephone,village,grid,area]       姓名 职务 账号 手机号 村 网格
///   roles: role@area, with ; between several: grid_worker@village/grid; volunteer@village/grid
///   or the role alone, where columns name its village and grid.
///   role: volunteer grid_worker team_head police supervisor; administrator without an area.
///
/// units: name,grid[,village,sort,address,responsible,responsible_telephone,deputy,
///        deputy_telephone,note]                                单位名称 网格 类型 地址 负责人 联系电话
///   sort: school bank enterprise body institution market other.
///
/// households: grid[,village,household,address, or building,unit,floor,room,group,number;
///             door,note,name,head,telephone,birth_year,birth_date,id_number,tags,app_installed]
///                     网格 村/社区 户号 地址 姓名 户主 电话 出生日期 身份证号 标签 备注
///   One row a resident. Rows with the same household number, or the same grid and address, are one
///   household; a row without a name is a door without residents. An address such as 3栋2单元501,
///   2#-1-501 or 七组12号 is taken apart. door: lived_in vacant demolished long_absent.
///   tags, with ; between several: elderly student finance_staff easily_deceived.
///   app_installed: yes no. ID numbers are checked and never kept, only a keyed hash.
///
/// alerts: name,level,area,issuer,issued[,telephone,place,number,origin,reached_station,
///         passed_on,note]              姓名 等级 网格 下发单位 下发时间 电话 地址 编号 备注
///   level: low medium high extreme. origin: funds_side other.
///   Times: 2026-03-01 09:00 or 2026年3月1日 9:00 in the town's zone, or 2026-03-01T09:00:00+08:00.
///
/// Who may: areas and people an administrator, or a supervisor of the town; units and households
/// whoever works in the grid; alerts the police, or a supervisor of the area.
#[derive(Debug, Subcommand)]
#[command(verbatim_doc_comment)]
pub(super) enum Import {
    /// The area tree
    Areas(File),
    /// People and their roles
    People(File),
    /// Schools, banks, enterprises, and who answers for them
    Units(File),
    /// Doors, and who lives behind them
    Households(File),
    /// Alerts
    Alerts(File),
    Undo(Undo),
    /// Every import that wrote something, with its number
    List,
}

/// `qiaomen-server import --help` says what its columns are.
#[derive(Debug, Args)]
pub(super) struct File {
    /// The file: CSV or XLSX
    file: PathBuf,
    /// On whose behalf: a login or an identifier
    #[arg(long = "as", value_name = "USER")]
    acting: String,
    /// Write it; without this the import is only tried
    #[arg(long)]
    apply: bool,
    /// Write the good rows of a file that has bad ones
    #[arg(long)]
    skip_bad: bool,
    /// Of a clash, take the file's value: 12:telephone; may be given several times
    #[arg(long, value_name = "ROW:FIELD", value_parser = choice)]
    take_file: Vec<(u64, String)>,
}

/// Take an import back
///
/// A former value returns only where the import's own value still stands. A household, a unit, a
/// resident, a role or a person that the import made is taken out again, unless somebody has edited
/// or visited it since or something refers to it. What stays is listed. Areas and alerts stay.
/// Doors and units are taken out by a supervisor.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Undo {
    /// Its number; `import list` shows it
    id: u64,
    /// On whose behalf: a login or an identifier
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

fn choice(text: &str) -> Result<(u64, String), String> {
    let found = text.split_once(':').and_then(|(row, field)| Some((row.trim().parse().ok()?, field.trim().to_owned())));
    found.filter(|(_, field)| !field.is_empty()).ok_or_else(|| "write ROW:FIELD, such as 12:telephone".to_owned())
}

impl Import {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        match self {
            Self::Areas(file) => file.run(Noun::Areas, place),
            Self::People(file) => file.run(Noun::People, place),
            Self::Units(file) => file.run(Noun::Units, place),
            Self::Households(file) => file.run(Noun::Households, place),
            Self::Alerts(file) => file.run(Noun::Alerts, place),
            Self::Undo(undo) => undo.run(place),
            Self::List => list(place),
        }
    }
}

/// From how many records on progress is worth a line.
const LONG: u64 = 5_000;

/// One line now and then on standard error.
fn say(progress: Progress) {
    match progress {
        Progress::Read(rows) if rows.is_multiple_of(20_000) => output::note(format_args!("{rows} rows read")),
        Progress::Compared(records) if records.is_multiple_of(20_000) => {
            output::note(format_args!("{records} records compared"));
        }
        Progress::Written(records) if records >= LONG && records % LONG < 500 => {
            output::note(format_args!("{records} records written"));
        }
        Progress::Read(_) | Progress::Compared(_) | Progress::Written(_) => {}
    }
}

fn failed(error: ImportError, file: &Path) -> Failure {
    match error {
        ImportError::File(error) => Failure::usage(format!("{}: {error}", file.display())),
        error if error.is_usage() => Failure::usage(error),
        error => error.into(),
    }
}

impl File {
    fn run(self, noun: Noun, place: &Place) -> Result<ExitCode, Failure> {
        let cannot = |error| Failure::usage(format!("cannot read {}: {error}", self.file.display()));
        let mut file = std::fs::File::open(&self.file).map_err(cannot)?;
        if self.skip_bad && !self.apply {
            output::note("--skip-bad says nothing without --apply: nothing will be written");
        }
        let mut session = Session::open_present(place)?;
        let (by, _) = session.acting(&self.acting)?;
        if self.apply {
            writable(&session.town, &place.data)?;
        }
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let take = self.take_file.into_iter().collect();
        let request = Request { noun, name, by, apply: self.apply, skip_bad: self.skip_bad, take };
        let report = import::run(&session.town, &request, &mut file, session.now, &mut session.random, &mut say)
            .map_err(|error| failed(error, &self.file))?;
        if report.applied && noun == Noun::Alerts {
            // As whatever else brings alerts in: levels, matches, joins, and who goes.
            let (intake, sender) = (Intake::default(), Sender { person: by, is_integration: false });
            intake.levels(&session.town, sender, &report.levels, session.now, &mut session.random)?;
            intake.tend(&session.town, session.now, &mut session.random)?;
        }
        let (columns, sheets) = &report.ignored;
        if !columns.is_empty() {
            output::note(format_args!("columns that mean nothing here: {}", columns.join(", ")));
        }
        if !sheets.is_empty() {
            let sheets = sheets.join(", ");
            output::note(format_args!("sheets that were not read: {sheets}; save each as a file of its own"));
        }
        output::result(place.json, &report, |report| print(report, self.apply))?;
        Ok(if report.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
    }
}

fn print(report: &Report, apply: bool) {
    for bad in &report.bad {
        let field = if bad.field.is_empty() { String::new() } else { format!("{}: ", bad.field) };
        output::line(format!("row {}: {field}{}", bad.row, bad.reason));
    }
    for twin in &report.duplicates {
        let of = match twin.of {
            Twin::Row(row) => format!("row {row}"),
            Twin::Record(record) => format!("what is there as {record}"),
        };
        output::line(format!("row {}: seems to be the same as {of}", twin.row));
    }
    for clash in &report.clashes {
        output::line(format!(
            "row {}: {}: somebody has written \"{}\", the file says \"{}\"; --take-file {}:{} takes the file's",
            clash.row, clash.field, clash.here, clash.file, clash.row, clash.field
        ));
    }
    for (row, alert, level) in &report.levels {
        output::line(format!(
            "row {row}: names the level {level} for {alert}: a higher one raises it, a lower one is asked"
        ));
    }
    let counts = |noun: &str, counts: &import::Counts| {
        let import::Counts { new, changed, unchanged } = counts;
        output::line(format!("{noun}: {new} new, {changed} changed, {unchanged} unchanged"));
    };
    counts(report.noun.word(), &report.records);
    if report.noun == Noun::Households {
        counts("residents", &report.residents);
    }
    let (rows, bad) = (report.rows, report.bad.len());
    output::line(match (report.applied, report.id) {
        (true, Some(id)) if bad > 0 => {
            format!("{rows} rows read; {bad} bad ones were left out. Import {id}: it can be undone.")
        }
        (true, Some(id)) => format!("{rows} rows read. Import {id}: it can be undone."),
        (true, None) => format!("{rows} rows read. There was nothing to write."),
        (false, _) if bad > 0 && apply => {
            format!("{rows} rows read, {bad} bad. Nothing was written: correct them, or add --skip-bad.")
        }
        (false, _) if bad > 0 => format!("{rows} rows read, {bad} bad. Nothing was written: correct them."),
        (false, _) => format!("{rows} rows read. Nothing was written: add --apply to write this."),
    });
}

impl Undo {
    fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let (by, _) = session.acting(&self.acting)?;
        writable(&session.town, &place.data)?;
        let undone = import::undo(&session.town, self.id, by, session.now, &mut session.random, &mut say)
            .map_err(|error| failed(error, Path::new("")))?;
        output::result(place.json, &undone, print_undone)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn print_undone(undone: &Undone) {
    for stayed in &undone.stayed {
        let field = if stayed.field.is_empty() { String::new() } else { format!("{}: ", stayed.field) };
        output::line(format!("row {}: {field}{} ({})", stayed.row, stayed.reason, stayed.record));
    }
    output::line(format!(
        "Import {}: {} taken out again, {} with former values back, {} left as they are.",
        undone.id,
        undone.removed,
        undone.restored,
        undone.stayed.len()
    ));
}

#[derive(Serialize)]
struct Listed {
    id: u64,
    noun: String,
    file: String,
    by: String,
    begun: String,
    rows: u64,
    new: u64,
    changed: u64,
    state: &'static str,
}

fn list(place: &Place) -> Result<ExitCode, Failure> {
    let session = Session::open_present(place)?;
    let people = session.town.people()?;
    let zone = session.town.zone();
    let listed: Vec<Listed> = session
        .town
        .store()
        .imports()?
        .into_iter()
        .map(|import| {
            let person = people.iter().find(|(id, _)| *id == import.person);
            let login = person.and_then(|(_, person)| person.login.clone());
            Listed {
                id: import.id,
                by: login.unwrap_or_else(|| import.person.to_string()),
                begun: if place.json { zone.rfc3339(import.begun) } else { zone.written(import.begun) },
                rows: import.rows,
                new: import.made,
                changed: import.changed,
                state: match (import.undone, import.ended) {
                    (Some(_), _) => "undone",
                    (None, Some(_)) => "applied",
                    (None, None) => "unfinished",
                },
                noun: import.noun,
                file: import.file,
            }
        })
        .collect();
    output::result(place.json, &listed, |listed| {
        for one in listed {
            let Listed { id, noun, file, by, begun, rows, new, changed, state } = one;
            output::line(format!(
                "{id}  {begun}  {noun}  {file}  by {by}: {rows} rows, {new} new, {changed} changed, {state}"
            ));
        }
        if listed.iter().any(|one| one.state == "unfinished") {
            output::line("What is unfinished was cut off: import the same file again to go on, or undo it.");
        }
        if listed.is_empty() {
            output::line("Nothing has been imported.");
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
