//! Imports: a spreadsheet is brought, looked at, written, and taken back.
//!
//! Floor: console. Invariants: nothing is written before somebody has seen what it comes to; a file waits in memory alone,
//! for whoever brought it (`kept` says how long); ID numbers are never shown, names, telephones and addresses masked until
//! they were revealed.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

use askama::Template;
use qiaomen_core::protocol::Code;
use qiaomen_core::record::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::import_words;
use crate::access::Action;
use crate::console::names::{Names, Staff};
use crate::console::{Asked, Deed, Done, Kept, Moment, Page, Shell, Trouble, Upload, Waiting};
use crate::import::{self, FirstLines, Noun, Report, Request, Twin, Undone};
use crate::intake::Sender;
use crate::store::ImportRecord;

/// How many imports stand on a page.
const PAGE: usize = 50;
/// How many rows are listed of each sort; the rest is counted.
const LISTED: usize = 200;
/// How many of a file's first rows are shown.
const FIRST: usize = 8;
/// The most bytes of a file.
const LARGEST: usize = 16 * 1024 * 1024;
/// The most bytes that a workbook may unfold to.
const UNFOLDED: u64 = 256 * 1024 * 1024;

/// A file that somebody looks at.
pub(crate) struct Staged {
    noun: Noun,
    file: String,
    bytes: Vec<u8>,
    first: FirstLines,
    report: Report,
    at: Time,
}

/// What an import, or its being taken back, came to.
#[derive(Default)]
pub(crate) struct Outcome {
    bad: Vec<BadLine>,
    stayed: Vec<StayedLine>,
    removed: u64,
    restored: u64,
    undone: bool,
}

/// A row that cannot be taken.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct BadLine {
    /// Its number in the file, titles included.
    row: u64,
    /// The column; empty where the row as a whole is wrong.
    column: String,
    /// What is wrong, and what should stand there, in English.
    reason: String,
}

impl BadLine {
    fn said(&self, shell: &Shell) -> String {
        import_words::reason(shell.lang, &self.reason)
    }
}

/// Something of an import that stays though it was taken back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct StayedLine {
    row: u64,
    record: String,
    column: String,
    /// Why, in English.
    reason: String,
}

impl StayedLine {
    fn said(&self, shell: &Shell) -> String {
        import_words::reason(shell.lang, &self.reason)
    }
}

fn bad(report: &Report) -> Vec<BadLine> {
    let lines = report.bad.iter().take(LISTED);
    lines.map(|bad| BadLine { row: bad.row, column: bad.field.clone(), reason: bad.reason.to_string() }).collect()
}

/// An import that has written something.
#[derive(Debug, Serialize, JsonSchema)]
struct ImportLine {
    id: u64,
    /// What the file lists.
    noun: String,
    file: String,
    by: Staff,
    begun: Moment,
    ended: Option<Moment>,
    undone: Option<Moment>,
    /// applied, undone, or unfinished: cut off, or at work.
    state: String,
    rows: u64,
    new: u64,
    changed: u64,
}

impl ImportLine {
    fn of(asked: &Asked<'_>, names: &Names, import: ImportRecord) -> Self {
        let state = match (import.undone, import.ended) {
            (Some(_), _) => "undone",
            (None, Some(_)) => "applied",
            (None, None) => "unfinished",
        };
        Self {
            id: import.id,
            noun: import.noun,
            file: import.file,
            by: names.staff(import.person),
            begun: asked.moment(import.begun),
            ended: import.ended.map(|at| asked.moment(at)),
            undone: import.undone.map(|at| asked.moment(at)),
            state: state.to_owned(),
            rows: import.rows,
            new: import.made,
            changed: import.changed,
        }
    }
}

/// Every import that wrote something.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ImportsModel {
    imports: Vec<ImportLine>,
    page: usize,
    more: bool,
}

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ImportsQuery {
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "imports.html")]
struct ImportsView<'a> {
    shell: &'a Shell,
    m: &'a ImportsModel,
}

/// Every import.
pub(crate) struct Imports;

impl Page for Imports {
    const ID: &'static str = "imports";
    const SUMMARY: &'static str = "Every import that wrote something, the newest first";
    type Query = ImportsQuery;
    type Model = ImportsModel;

    fn read(asked: &Asked<'_>, query: ImportsQuery) -> Result<ImportsModel, Trouble> {
        let names = asked.names()?;
        let mut imports = asked.town.store().imports()?;
        imports.sort_by_key(|import| std::cmp::Reverse(import.id));
        let more = imports.len() > query.page.saturating_add(1).saturating_mul(PAGE);
        let shown = imports.into_iter().skip(query.page.saturating_mul(PAGE)).take(PAGE);
        let imports = shown.map(|import| ImportLine::of(asked, &names, import)).collect();
        Ok(ImportsModel { imports, page: query.page, more })
    }

    fn show(shell: &Shell, m: &ImportsModel) -> askama::Result<String> {
        ImportsView { shell, m }.render()
    }
}

/// A spreadsheet.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UploadForm {
    /// What it lists: areas, people, units, households or alerts.
    noun: String,
    /// CSV or XLSX, 16 MB at most.
    file: Upload,
}

/// A file's name as it is kept: without a folder, on one line, not too long.
fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(120).collect();
    if name.trim().is_empty() { "file".to_owned() } else { name }
}

fn no_progress(_: import::Progress) {}

/// Takes a spreadsheet and says what importing it would come to.
pub(crate) struct Bring;

impl Deed for Bring {
    const ID: &'static str = "stageImport";
    const SUMMARY: &'static str = "Bring a spreadsheet and have it tried; nothing is written, and it waits for an hour";
    const TAKES_FILE: bool = true;
    type Form = UploadForm;

    fn perform(asked: &Asked<'_>, form: UploadForm) -> Result<Done, Trouble> {
        let noun = Noun::from_word(&form.noun)
            .ok_or_else(|| Trouble::field("noun", "请选择表格内容。", "Say what the file lists."))?;
        let bytes = form.file.bytes()?;
        if bytes.is_empty() {
            return Err(Trouble::field("file", "文件是空的。", "The file is empty."));
        }
        let large = || Trouble {
            field: Some("file".to_owned()),
            ..Trouble::new(
                Code::TooLarge,
                "文件太大：最多 16 MB，解压后最多 256 MB。请拆分后分别导入。",
                "The file is too large: 16 MB at most, and 256 MB unfolded. Split it.",
            )
        };
        if bytes.len() > LARGEST {
            return Err(large());
        }
        let file = file_name(&form.file.name);
        let mut source = Cursor::new(bytes);
        let failed = |error: import::FileError| import_words::trouble(import::ImportError::from(error));
        if !import::unfolds_within(&mut source, UNFOLDED).map_err(failed)? {
            return Err(large());
        }
        let first = import::first_lines(noun, &mut source, FIRST).map_err(import_words::trouble)?;
        let request = Request::preview(noun, &file, asked.person);
        let report = import::run(asked.town, &request, &mut source, asked.now, &mut asked.random(), &mut no_progress)
            .map_err(import_words::trouble)?;
        let ticket = Kept::ticket(&mut asked.random());
        asked.note(Action::Import, Some(noun.word()), Some("looked at"))?;
        let staged = Staged { noun, file, bytes: source.into_inner(), first, report, at: asked.now };
        let weight = staged.bytes.len() + 4_096;
        asked.desk.kept.put((asked.person, &ticket), asked.now, weight, Arc::new(Waiting::File(Box::new(staged))));
        let next = format!("/imports/staged/{ticket}");
        Ok(Done::new(asked, next, "已读取，请核对后再写入。", "Read. Look at it, then write it.").with_id(ticket))
    }
}

/// How many records of a sort.
#[derive(Debug, Serialize, JsonSchema)]
struct CountsModel {
    new: u64,
    changed: u64,
    unchanged: u64,
}

impl From<import::Counts> for CountsModel {
    fn from(counts: import::Counts) -> Self {
        Self { new: counts.new, changed: counts.changed, unchanged: counts.unchanged }
    }
}

/// A row that seems to say what something else says already.
#[derive(Debug, Serialize, JsonSchema)]
struct TwinLine {
    row: u64,
    /// An earlier row of the file.
    of_row: Option<u64>,
    /// A record that is there.
    of_record: Option<String>,
}

/// A field that somebody has changed since a file last gave it.
#[derive(Debug, Serialize, JsonSchema)]
struct ClashLine {
    row: u64,
    column: String,
    here: String,
    file: String,
}

/// One of the first rows.
#[derive(Debug, Serialize, JsonSchema)]
struct FirstLine {
    row: u64,
    cells: Vec<String>,
}

/// A row that names another level than its alert has.
#[derive(Debug, Serialize, JsonSchema)]
struct LevelLine {
    row: u64,
    alert: String,
    level: String,
}

/// What importing a file would come to.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StagedModel {
    ticket: String,
    noun: String,
    file: String,
    /// When it was tried.
    at: Moment,
    /// Until when it waits.
    until: Moment,
    rows: u64,
    records: CountsModel,
    /// Of households.
    residents: Option<CountsModel>,
    bad: Vec<BadLine>,
    bad_total: u64,
    duplicates: Vec<TwinLine>,
    duplicates_total: u64,
    clashes: Vec<ClashLine>,
    clashes_total: u64,
    levels: Vec<LevelLine>,
    /// Headings that mean nothing here.
    ignored_columns: Vec<String>,
    /// Sheets that were not read.
    ignored_sheets: Vec<String>,
    columns: Vec<String>,
    first: Vec<FirstLine>,
    revealed: bool,
}

impl StagedModel {
    fn more_bad(&self) -> bool {
        self.bad_total > self.bad.len() as u64
    }

    fn writes(&self) -> bool {
        let some = |counts: &CountsModel| counts.new + counts.changed > 0;
        some(&self.records)
            || self.residents.as_ref().is_some_and(some)
            || !self.levels.is_empty()
            || !self.clashes.is_empty()
    }
}

/// Which file.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TicketQuery {
    ticket: String,
}

fn lost() -> Trouble {
    Trouble::new(
        Code::NotFound,
        "上传的文件已过期或已写入，请重新上传。",
        "The file is no longer kept, or was written. Bring it again.",
    )
}

/// What stands under a column, as it may be shown.
fn shown(asked: &Asked<'_>, noun: Noun, column: &str, text: &str, revealed: bool) -> String {
    if text.is_empty() {
        return String::new();
    }
    match (noun, column) {
        (_, "id_number") => "******************".to_owned(),
        (Noun::Areas, _) => text.to_owned(),
        (_, "telephone" | "responsible_telephone" | "deputy_telephone") => asked.telephone(text, revealed),
        // Staff are named wherever the console shows them, and so is a unit.
        (Noun::People | Noun::Units, "name") => text.to_owned(),
        (_, "name" | "head" | "responsible" | "deputy") => asked.name(text, revealed),
        (Noun::Units, "address") => text.to_owned(),
        (_, "address" | "place" | "room") => asked.place(text, revealed),
        (_, "birth_date") if !revealed => text.chars().take(4).chain("**".chars()).collect(),
        (_, "note") if !revealed => "…".to_owned(),
        _ => text.to_owned(),
    }
}

#[derive(Template)]
#[template(path = "import_staged.html")]
struct StagedView<'a> {
    shell: &'a Shell,
    m: &'a StagedModel,
}

/// What importing a file would come to.
pub(crate) struct Look;

impl Page for Look {
    const ID: &'static str = "stagedImport";
    const SUMMARY: &'static str = "What importing a spreadsheet would come to, row by row where something is wrong";
    type Query = TicketQuery;
    type Model = StagedModel;

    fn read(asked: &Asked<'_>, query: TicketQuery) -> Result<StagedModel, Trouble> {
        let (waiting, until) = asked.desk.kept.get(asked.person, &query.ticket, asked.now).ok_or_else(lost)?;
        let Waiting::File(staged) = &*waiting else { return Err(lost()) };
        let Staged { noun, file, first, report, at, .. } = &**staged;
        let revealed = asked.is_revealed(&query.ticket);
        let mask = |column: &str, text: &str| shown(asked, *noun, column, text, revealed);
        Ok(StagedModel {
            noun: noun.word().to_owned(),
            file: file.clone(),
            at: asked.moment(*at),
            until: asked.moment(until),
            rows: report.rows,
            records: report.records.into(),
            residents: (*noun == Noun::Households).then(|| report.residents.into()),
            bad: bad(report),
            bad_total: report.bad.len() as u64,
            duplicates: report
                .duplicates
                .iter()
                .take(LISTED)
                .map(|twin| match twin.of {
                    Twin::Row(row) => TwinLine { row: twin.row, of_row: Some(row), of_record: None },
                    Twin::Record(record) => {
                        TwinLine { row: twin.row, of_row: None, of_record: Some(record.to_string()) }
                    }
                })
                .collect(),
            duplicates_total: report.duplicates.len() as u64,
            clashes: report
                .clashes
                .iter()
                .take(LISTED)
                .map(|clash| ClashLine {
                    row: clash.row,
                    column: clash.field.to_owned(),
                    here: mask(clash.field, &clash.here),
                    file: mask(clash.field, &clash.file),
                })
                .collect(),
            clashes_total: report.clashes.len() as u64,
            levels: report
                .levels
                .iter()
                .take(LISTED)
                .map(|(row, alert, level)| LevelLine { row: *row, alert: alert.to_string(), level: level.to_string() })
                .collect(),
            ignored_columns: report.ignored.0.clone(),
            ignored_sheets: report.ignored.1.clone(),
            columns: first.columns.iter().map(|column| (*column).to_owned()).collect(),
            first: first
                .lines
                .iter()
                .map(|(row, cells)| FirstLine {
                    row: *row,
                    cells: first.columns.iter().zip(cells).map(|(column, text)| mask(column, text)).collect(),
                })
                .collect(),
            revealed,
            ticket: query.ticket,
        })
    }

    fn show(shell: &Shell, m: &StagedModel) -> askama::Result<String> {
        StagedView { shell, m }.render()
    }
}

/// Shows what stands in a file.
pub(crate) struct Reveal;

impl Deed for Reveal {
    const ID: &'static str = "revealStaged";
    const SUMMARY: &'static str = "Have names, telephones and addresses of a file shown to this session for a while";
    type Form = TicketQuery;

    fn perform(asked: &Asked<'_>, form: TicketQuery) -> Result<Done, Trouble> {
        asked.desk.kept.get(asked.person, &form.ticket, asked.now).ok_or_else(lost)?;
        asked.reveal(&form.ticket)?;
        let next = format!("/imports/staged/{}", form.ticket);
        Ok(Done::new(asked, next, "已显示，10 分钟后重新遮盖。", "Shown for ten minutes."))
    }
}

/// How a file is written.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ApplyForm {
    ticket: String,
    /// Whether to write the good rows of a file that has bad ones.
    #[serde(default)]
    skip_bad: bool,
    /// The clashes in which the file counts: row and column, `12:telephone`.
    #[serde(default)]
    take: Vec<String>,
}

fn choice(text: &str) -> Option<(u64, String)> {
    let (row, column) = text.split_once(':')?;
    Some((row.trim().parse().ok()?, column.trim().to_owned()))
}

/// Writes a file.
pub(crate) struct Apply;

impl Deed for Apply {
    const ID: &'static str = "applyImport";
    const SUMMARY: &'static str = "Write a spreadsheet that was looked at; it can be taken back";
    type Form = ApplyForm;

    fn perform(asked: &Asked<'_>, form: ApplyForm) -> Result<Done, Trouble> {
        let take: Option<BTreeSet<(u64, String)>> = form.take.iter().map(|text| choice(text)).collect();
        let take =
            take.ok_or_else(|| Trouble::field("take", "选择的写法不对。", "Write ROW:COLUMN, such as 12:telephone."))?;
        // Taken, so that nobody writes it twice by clicking twice; put back where nothing came of it.
        let (waiting, weight) = asked.desk.kept.take(asked.person, &form.ticket, asked.now).ok_or_else(lost)?;
        let again = || asked.desk.kept.put((asked.person, &form.ticket), asked.now, weight, waiting.clone());
        let Waiting::File(staged) = &*waiting else { return Err(lost()) };
        let request = Request {
            noun: staged.noun,
            name: staged.file.clone(),
            by: asked.person,
            apply: true,
            skip_bad: form.skip_bad,
            take,
        };
        let mut source = Cursor::new(staged.bytes.as_slice());
        let report = import::run(asked.town, &request, &mut source, asked.now, &mut asked.random(), &mut no_progress)
            .map_err(|error| {
            again();
            import_words::trouble(error)
        })?;
        if !report.applied {
            again();
            return Err(Trouble::invalid(
                "有不能写入的行，什么都没有写。请改正后重新上传，或选择跳过这些行。",
                "Some rows are bad, and nothing was written. Correct them, or choose to leave them out.",
            ));
        }
        let Some(id) = report.id else {
            asked.note(Action::Import, Some(staged.noun.word()), Some("nothing to write"))?;
            return Ok(Done::new(
                asked,
                "/imports",
                "表格内容已全部存在，没有需要写入的。",
                "There was nothing to write.",
            ));
        };
        let detail = if form.skip_bad && !report.bad.is_empty() { "applied, bad rows left out" } else { "applied" };
        asked.note(Action::Import, Some(&id.to_string()), Some(detail))?;
        let outcome = Outcome { bad: bad(&report), ..Outcome::default() };
        keep(asked, id, outcome);
        if staged.noun == Noun::Alerts {
            // As whatever else brings alerts in: levels, matches, joins, and who goes. Last: what was written is noted whatever
            // becomes of this, and the server tends to alerts again every minute.
            let sender = Sender { person: asked.person, is_integration: false };
            asked.intake.levels(asked.town, sender, &report.levels, asked.now, &mut asked.random())?;
            asked.intake.tend(asked.town, asked.now, &mut asked.random())?;
        }
        let (zh, en) = match report.bad.len() {
            0 => ("已写入，可以撤销。".to_owned(), "Written. It can be taken back.".to_owned()),
            bad => (
                format!("已写入，跳过 {bad} 行，可以撤销。"),
                format!("Written; {bad} bad rows were left out. It can be taken back."),
            ),
        };
        Ok(Done::new(asked, format!("/imports/{id}"), &zh, &en).with_id(id))
    }
}

fn keep(asked: &Asked<'_>, id: u64, outcome: Outcome) {
    let bytes = (outcome.bad.len() + outcome.stayed.len()) * 256;
    let what = Arc::new(Waiting::Outcome(outcome));
    asked.desk.kept.put((asked.person, &format!("import-{id}")), asked.now, bytes, what);
}

/// One import.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ImportModel {
    import: ImportLine,
    /// Rows that were left out, for an hour and for whoever imported them.
    bad: Vec<BadLine>,
    /// What stays though it was taken back; kept likewise.
    stayed: Vec<StayedLine>,
    /// What was taken back, where that was just done.
    removed: Option<u64>,
    restored: Option<u64>,
}

/// Which import.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct NumberQuery {
    number: u64,
}

fn import_of(asked: &Asked<'_>, number: u64) -> Result<ImportRecord, Trouble> {
    asked.town.store().imports()?.into_iter().find(|import| import.id == number).ok_or_else(Trouble::not_found)
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportView<'a> {
    shell: &'a Shell,
    m: &'a ImportModel,
}

/// One import.
pub(crate) struct One;

impl Page for One {
    const ID: &'static str = "import";
    const SUMMARY: &'static str = "One import, and what was left out or stays";
    type Query = NumberQuery;
    type Model = ImportModel;

    fn read(asked: &Asked<'_>, query: NumberQuery) -> Result<ImportModel, Trouble> {
        let import = ImportLine::of(asked, &asked.names()?, import_of(asked, query.number)?);
        let waiting = asked.desk.kept.get(asked.person, &format!("import-{}", query.number), asked.now);
        let mut model = ImportModel { import, bad: Vec::new(), stayed: Vec::new(), removed: None, restored: None };
        if let Some((waiting, _)) = waiting
            && let Waiting::Outcome(outcome) = &*waiting
        {
            model.bad.clone_from(&outcome.bad);
            model.stayed.clone_from(&outcome.stayed);
            model.removed = outcome.undone.then_some(outcome.removed);
            model.restored = outcome.undone.then_some(outcome.restored);
        }
        Ok(model)
    }

    fn show(shell: &Shell, m: &ImportModel) -> askama::Result<String> {
        ImportView { shell, m }.render()
    }
}

/// Takes an import back.
pub(crate) struct Undo;

impl Deed for Undo {
    const ID: &'static str = "undoImport";
    const SUMMARY: &'static str =
        "Take an import back as far as nobody has edited, visited or referred to what it wrote";
    type Form = NumberQuery;

    fn perform(asked: &Asked<'_>, form: NumberQuery) -> Result<Done, Trouble> {
        let import = import_of(asked, form.number)?;
        if import.undone.is_some() {
            return Err(Trouble::invalid("这次导入已经撤销过。", "This import was taken back already."));
        }
        asked.note(Action::Undo, Some(&import.id.to_string()), Some(&import.noun))?;
        let done = import::undo(asked.town, import.id, asked.person, asked.now, &mut asked.random(), &mut no_progress)
            .map_err(import_words::trouble)?;
        let Undone { removed, restored, stayed, complete, .. } = done;
        let lines = stayed.iter().take(LISTED).map(|stayed| StayedLine {
            row: stayed.row,
            record: stayed.record.to_string(),
            column: stayed.field.clone(),
            reason: stayed.reason.to_owned(),
        });
        let count = stayed.len();
        keep(
            asked,
            import.id,
            Outcome { stayed: lines.collect(), removed, restored, undone: true, ..Outcome::default() },
        );
        let (zh, en) = (
            format!(
                "撤回 {removed} 项，恢复 {restored} 项，保留 {count} 项{}。",
                if complete { "" } else { "；有些您无权撤销，请换人再撤一次" }
            ),
            format!(
                "{removed} taken out again, {restored} with former values back, {count} left as they are{}.",
                if complete { "" } else { "; some are not yours to take back, somebody else must" }
            ),
        );
        Ok(Done::new(asked, format!("/imports/{}", import.id), &zh, &en).with_id(import.id))
    }
}
