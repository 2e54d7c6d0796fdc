//! Ledgers to be taken along.
//!
//! Floor: console. Invariants: each file is noted in the audit trail, with what it was narrowed by and how many rows it
//! holds, before it is handed out; nothing but what the person holds as a supervisor stands in one.

use askama::Template;
use qiaomen_core::doors::in_order;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{AreaId, Level};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Action;
use crate::console::names::{AreaName, Names, Staff};
use crate::console::pages::accountability::automatic::one_reason;
use crate::console::pages::today::word;
use crate::console::{Asked, File, Lang, Made, Moment, Page, Shell, Trouble};
use crate::report::ledger::{Ledger, MOST_ROWS, Table, Tongue, Wanted, csv, held, ledger, xlsx};
use crate::store::AuditWanted;

/// How many of those that were taken before are shown.
const BEFORE: usize = 20;

/// How records may have been reviewed.
const STATES: [&str; 5] = ["received", "has_issues", "edited", "approved", "rejected"];

/// As what a ledger is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::console::pages) enum Format {
    /// Text.
    Csv,
    /// A spreadsheet.
    Xlsx,
}

impl Format {
    pub(in crate::console::pages) const MEDIA: &'static [&'static str] =
        &["text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"];

    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    const fn media(self) -> &'static str {
        match self {
            Self::Csv => Self::MEDIA[0],
            Self::Xlsx => Self::MEDIA[1],
        }
    }
}

/// What ledgers are narrowed by.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ExportsQuery {
    /// Of this area and all below it.
    area: Option<String>,
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// Such that their review stands so: received, has_issues, edited, approved, rejected.
    state: Option<String>,
    /// Of this level: low, medium, high, extreme.
    level: Option<String>,
}

/// The ledgers there are.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ExportsModel {
    area: Option<AreaName>,
    from: Option<String>,
    to: Option<String>,
    state: Option<String>,
    level: Option<String>,
    ledgers: Vec<LedgerLine>,
    /// What was taken before, by oneself; by everybody for whoever may read the audit trail.
    before: Vec<Taken>,
    /// The most rows of a file.
    most_rows: u64,
    #[serde(skip)]
    areas: Vec<AreaName>,
    /// Whether all is shown that was taken.
    all: bool,
}

impl ExportsModel {
    fn is_area(&self, id: &str) -> bool {
        self.area.as_ref().is_some_and(|area| area.id == id)
    }
}

/// A ledger.
#[derive(Debug, Serialize, JsonSchema)]
struct LedgerLine {
    ledger: String,
    /// What of the above narrows it: area, period, state, level.
    narrowed: Vec<String>,
    xlsx: String,
    csv: String,
}

/// A file that was taken.
#[derive(Debug, Serialize, JsonSchema)]
struct Taken {
    at: Moment,
    by: Option<Staff>,
    ledger: Option<String>,
    detail: Option<String>,
}

/// What is asked for, checked.
struct Narrowed {
    wanted: Wanted,
    from: Option<String>,
    to: Option<String>,
}

fn narrowed(asked: &Asked<'_>, names: &Names, query: &ExportsQuery) -> Result<Narrowed, Trouble> {
    let period = asked.days(query.from.as_deref(), query.to.as_deref())?;
    let area = query.area.as_deref().map(|id| asked.id::<AreaId>(id)).transpose()?;
    if let Some(area) = area {
        if names.tree().get(area).is_none() {
            return Err(Trouble::not_found());
        }
        if !held(asked.town, asked.person)?.contains(&area) {
            return Err(Trouble::forbidden());
        }
    }
    let wrong =
        |field| Trouble::field(field, "这一项不是允许的取值。", "This is none of the values that may be given.");
    if query.state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
        return Err(wrong("state"));
    }
    let level = query.level.as_deref().map(Level::from_word);
    if level.as_ref().is_some_and(|level| !Level::KNOWN.contains(level)) {
        return Err(wrong("level"));
    }
    let day = |time| asked.moment(time).day().to_owned();
    let trail = AuditWanted::default();
    Ok(Narrowed {
        from: period.from.map(day),
        to: period.until.map(|until| day(until.plus_millis(-1))),
        wanted: Wanted { area, period, state: query.state.clone(), level, trail, ..Wanted::default() },
    })
}

/// Whether somebody who may export may take this ledger.
fn may(asked: &Asked<'_>, which: Ledger) -> bool {
    match which {
        Ledger::People => asked.may(Action::People),
        Ledger::Audit => asked.may(Action::Audit),
        Ledger::Accountability => asked.may(Action::Accountability),
        _ => true,
    }
}

impl LedgerLine {
    fn of(which: Ledger, query: &ExportsQuery) -> Self {
        let takes = which.takes();
        let all = [
            ("area", takes.area, "area", &query.area),
            ("period", takes.period, "from", &query.from),
            ("period", takes.period, "to", &query.to),
            ("state", takes.state, "state", &query.state),
            ("level", takes.level, "level", &query.level),
        ];
        let (mut pairs, mut narrowed): (Vec<(&str, &str)>, Vec<String>) = (Vec::new(), Vec::new());
        for (what, taken, name, value) in all {
            if let Some(value) = value.as_deref().filter(|_| taken) {
                pairs.push((name, value));
                narrowed.push(what.to_owned());
            }
        }
        narrowed.dedup();
        let text = serde_html_form::to_string(&pairs).unwrap_or_default();
        let mark = if text.is_empty() { "" } else { "?" };
        let path = |format: Format| format!("/exports/{}/{}{mark}{text}", which.word(), format.word());
        Self { ledger: which.word().to_owned(), narrowed, xlsx: path(Format::Xlsx), csv: path(Format::Csv) }
    }
}

#[derive(Template)]
#[template(path = "exports.html")]
struct ExportsView<'a> {
    shell: &'a Shell,
    m: &'a ExportsModel,
}

/// The ledgers there are.
pub(crate) struct Exports;

impl Page for Exports {
    const ID: &'static str = "exports";
    const SUMMARY: &'static str = "The ledgers that can be taken along, and what was taken before";
    type Query = ExportsQuery;
    type Model = ExportsModel;

    fn read(asked: &Asked<'_>, query: ExportsQuery) -> Result<ExportsModel, Trouble> {
        let names = asked.names()?;
        let Narrowed { wanted, from, to } = narrowed(asked, &names, &query)?;
        let all = asked.may(Action::Audit);
        let trail = AuditWanted {
            action: Some(Action::Export.word().to_owned()),
            person: Some(asked.person).filter(|_| !all),
            limit: BEFORE,
            ..AuditWanted::default()
        };
        let before = asked.town.store().audit(&trail)?.into_iter().map(|(_, entry)| Taken {
            at: asked.moment(entry.at),
            by: entry.person.map(|person| names.staff(person)),
            ledger: entry.subject,
            detail: entry.detail,
        });
        let mut areas: Vec<AreaName> =
            held(asked.town, asked.person)?.into_iter().map(|area| names.area(area)).collect();
        areas.sort_by_cached_key(|area| in_order(&area.path));
        let ledgers = Ledger::ALL.iter().copied().filter(|which| may(asked, *which));
        Ok(ExportsModel {
            area: wanted.area.map(|area| names.area(area)),
            from,
            to,
            ledgers: ledgers.map(|which| LedgerLine::of(which, &query)).collect(),
            before: before.collect(),
            most_rows: MOST_ROWS as u64,
            areas,
            all,
            state: query.state,
            level: query.level,
        })
    }

    fn show(shell: &Shell, m: &ExportsModel) -> askama::Result<String> {
        ExportsView { shell, m }.render()
    }
}

/// Which ledger, and as what.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ExportQuery {
    /// households, visits, pledges, residents, unsigned, coverage, alerts, due, accountability, people or audit.
    ledger: String,
    /// csv or xlsx.
    format: String,
    /// Of this area and all below it.
    area: Option<String>,
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// Such that their review stands so: received, has_issues, edited, approved, rejected.
    state: Option<String>,
    /// Of this level: low, medium, high, extreme.
    level: Option<String>,
    /// Of the cases to look at, those listed for this alone: failed, large, never_visited, not_met.
    reason: Option<String>,
}

/// A ledger to be taken along.
pub(crate) struct Export;

impl File for Export {
    const ID: &'static str = "exportLedger";
    const SUMMARY: &'static str = "A ledger as a spreadsheet or as text, of the areas that one supervises; noted";
    const MEDIA: &'static [&'static str] = Format::MEDIA;
    type Query = ExportQuery;

    fn make(asked: &Asked<'_>, query: ExportQuery) -> Result<Made, Trouble> {
        let ExportQuery { ledger: which, format, area, from, to, state, level, reason } = query;
        let (Some(which), Some(format)) = (Ledger::from_word(&which), Format::from_word(&format)) else {
            return Err(Trouble::not_found());
        };
        if !may(asked, which) {
            return Err(Trouble::forbidden());
        }
        let query = ExportsQuery { area, from, to, state, level };
        let mut wanted = narrowed(asked, &asked.names()?, &query)?.wanted;
        wanted.reason = reason.as_deref().map(one_reason).transpose()?;
        let table = ledger(asked.town, asked.person, which, &wanted, asked.now)?.ok_or_else(Trouble::forbidden)?;
        made(asked, &table, &wanted, format)
    }
}

/// What a list on a page was narrowed by, without what was not asked for.
pub(super) fn on_screen<const N: usize>(said: [(&'static str, Option<String>); N]) -> Vec<(&'static str, String)> {
    said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A list as it stands on a page, to be taken along: the rows of a ledger that are in it.
pub(super) fn shown(asked: &Asked<'_>, which: Ledger, wanted: &Wanted, format: &str) -> Result<Made, Trouble> {
    let format = Format::from_word(format).ok_or_else(Trouble::not_found)?;
    let table = ledger(asked.town, asked.person, which, wanted, asked.now)?.ok_or_else(Trouble::forbidden)?;
    made(asked, &table, wanted, format)
}

/// Notes a ledger and writes it.
pub(super) fn made(asked: &Asked<'_>, table: &Table, wanted: &Wanted, format: Format) -> Result<Made, Trouble> {
    let filters = filters(asked, table.ledger, wanted);
    let mut detail = vec![format!("format={}", format.word())];
    detail.extend(filters.iter().map(|(name, value)| format!("{name}={value}")));
    detail.push(format!("rows={}", table.rows.len()));
    detail.extend(table.cut.then(|| "cut=yes".to_owned()));
    asked.note(Action::Export, Some(table.ledger.word()), Some(&detail.join(" ")))?;
    let shell = Shell { lang: asked.lang, ..Shell::default() };
    let word = |group: &str, word: &str| shell.word(group, word).to_owned();
    let tongue = Tongue { english: asked.lang == Lang::En, word: &word, zone: asked.town.zone(), now: asked.now };
    let title = shell.word("ledger", table.ledger.word()).to_owned();
    let bytes = match format {
        Format::Csv => csv(table, &tongue),
        Format::Xlsx => {
            let about = about(asked, &shell, table, &title, wanted)?;
            xlsx(table, &tongue, &about).map_err(|error| {
                tracing::error!(%error, "a spreadsheet could not be written");
                Trouble::new(
                    qiaomen_core::protocol::Code::Unexpected,
                    "服务器内部出错，已记录。",
                    "Something went wrong inside the server. It has been logged.",
                )
            })?
        }
    };
    let day = asked.moment(asked.now).day().to_owned();
    let cut = if table.cut { shell.w("（不完整）", " (cut)") } else { "" };
    Ok(Made { name: format!("{title}-{day}{cut}.{}", format.word()), media: format.media(), bytes })
}

/// What a ledger was narrowed by, as the audit trail has it.
fn filters(asked: &Asked<'_>, which: Ledger, wanted: &Wanted) -> Vec<(&'static str, String)> {
    let (takes, trail) = (which.takes(), &wanted.trail);
    let day = |time| asked.moment(time).day().to_owned();
    let mut found: Vec<(&'static str, String)> = Vec::new();
    if takes.area {
        found.extend(wanted.area.map(|area| ("area", area.to_string())));
    }
    if takes.period {
        found.extend(wanted.period.from.map(|from| ("from", day(from))));
        found.extend(wanted.period.until.map(|until| ("to", day(until.plus_millis(-1)))));
    }
    if takes.state {
        found.extend(wanted.state.clone().map(|state| ("state", state)));
    }
    if takes.level {
        found.extend(wanted.level.as_ref().map(|level| ("level", level.word().to_owned())));
    }
    found.extend(wanted.on_screen.iter().cloned());
    if matches!(which, Ledger::Accountability) {
        found.extend(wanted.reason.map(|reason| ("reason", word(reason))));
    }
    found.extend(trail.person.map(|person| ("person", person.to_string())));
    found.extend(trail.action.clone().map(|action| ("action", action)));
    // Whoever filters writes what they like; the trail keeps identifiers and words alone.
    found.extend(trail.subject.as_ref().map(|subject| match subject.parse::<qiaomen_core::record::DocumentId>() {
        Ok(id) => ("subject", id.to_string()),
        Err(_) => ("subject", "word".to_owned()),
    }));
    found
}

/// What stands on the second sheet.
fn about(
    asked: &Asked<'_>,
    shell: &Shell,
    table: &Table,
    title: &str,
    wanted: &Wanted,
) -> Result<Vec<(String, String)>, Trouble> {
    let names = asked.names()?;
    let rows = if table.cut {
        format!("{} {}", table.rows.len(), shell.w("（超出上限，其余未列出）", "(there were more; they are left out)"))
    } else {
        table.rows.len().to_string()
    };
    let mut about = vec![
        (shell.w("台账", "Ledger").to_owned(), title.to_owned()),
        (shell.w("导出人", "Taken by").to_owned(), names.person(asked.person)),
        (shell.w("导出时间", "Taken at").to_owned(), asked.moment(asked.now).minute()),
        (shell.w("行数", "Rows").to_owned(), rows),
    ];
    for (name, value) in filters(asked, table.ledger, wanted) {
        let value = match name {
            "area" => value.parse().map_or(value, |area| names.area(area).path),
            "person" | "worker" | "owner" => value.parse().map_or(value, |person| names.person(person)),
            "state" => shell.word("review", &value).to_owned(),
            "level" => shell.word("level", &value).to_owned(),
            "result" | "only" | "list" => shell.word(name, &value).to_owned(),
            "kind" => shell.word("kind", &value).to_owned(),
            "by" | "late" | "doubtful" | "search" => shell.word("said", "yes").to_owned(),
            "reason" => shell.word("reason", &value).to_owned(),
            "action" => shell.word("action", &value).to_owned(),
            _ => value,
        };
        about.push((shell.word("filter", name).to_owned(), value));
    }
    let care = shell.w(
        "含个人信息，仅限工作使用，请妥善保管，用后删除。本次导出已记入审计。",
        "Holds personal data: for work only. Keep it safe, and delete it after use. This export was noted in the audit trail.",
    );
    about.push((shell.w("注意", "Note").to_owned(), care.to_owned()));
    Ok(about)
}
