//! The audit trail.
//!
//! Floor: console. Invariants: the newest first, paged by number, so that what is added meanwhile moves nothing; reading
//! it is not noted, taking it along is.

use std::collections::HashMap;

use askama::Template;
use qiaomen_core::record::{DocumentId, Kind, PersonId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exports::{Format, made};
use crate::access::Action;
use crate::console::names::{Names, Staff};
use crate::console::{Asked, File, Made, Moment, Page, Shell, Trouble};
use crate::report::ledger::{Wanted, trail};
use crate::store::AuditWanted;

const PAGE: usize = 50;

/// Which entries.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TrailQuery {
    /// By this person: an identifier, or what they are called.
    person: Option<String>,
    /// Of this kind.
    action: Option<String>,
    /// About this.
    subject: Option<String>,
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// Below this number.
    below: Option<u64>,
}

/// Entries of the trail.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TrailModel {
    person: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    from: Option<String>,
    to: Option<String>,
    entries: Vec<EntryLine>,
    /// Below which number the next page begins; none at the end.
    next: Option<u64>,
    /// Whether this is not the first page.
    later: bool,
    #[serde(skip)]
    people: Vec<Staff>,
    #[serde(skip)]
    actions: Vec<&'static str>,
}

/// An entry.
#[derive(Debug, Serialize, JsonSchema)]
struct EntryLine {
    number: u64,
    at: Moment,
    /// Who; nobody known, for a failed sign-in.
    person: Option<Staff>,
    action: String,
    subject: Option<String>,
    /// What the subject is called, where it is one of the staff or an area, and otherwise the kind of record that it is.
    called: Option<String>,
    kind: Option<String>,
    /// Where it is found.
    link: Option<String>,
    detail: Option<String>,
    address: Option<String>,
}

impl TrailModel {
    /// Where what is shown is taken along.
    fn take(&self, format: &str) -> String {
        let all = [
            ("person", &self.person),
            ("action", &self.action),
            ("subject", &self.subject),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let pairs: Vec<(&str, &str)> =
            all.into_iter().filter_map(|(name, value)| value.as_deref().map(|value| (name, value))).collect();
        let query = serde_html_form::to_string(&pairs).unwrap_or_default();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/audit/export/{format}{mark}{query}")
    }
}

impl EntryLine {
    /// The subject's identifier by its last letters.
    fn short(&self) -> String {
        let subject = self.subject.as_deref().unwrap_or_default();
        match subject.len() {
            36 => format!("…{}", subject.get(24..).unwrap_or(subject)),
            _ => subject.to_owned(),
        }
    }
}

fn filters(asked: &Asked<'_>, names: &Names, query: &TrailQuery) -> Result<AuditWanted, Trouble> {
    let period = asked.days(query.from.as_deref(), query.to.as_deref())?;
    let person = query.person.as_deref().map(|text| person(names, text)).transpose()?;
    if let Some(action) = query.action.as_deref()
        && Action::from_word(action).is_none()
    {
        return Err(Trouble::field("action", "没有这种操作。", "There is no such action."));
    }
    Ok(AuditWanted {
        person,
        action: query.action.clone(),
        subject: query.subject.clone().map(|subject| subject.trim().to_owned()),
        from: period.from,
        to: period.until,
        below: query.below,
        limit: PAGE + 1,
    })
}

fn person(names: &Names, text: &str) -> Result<PersonId, Trouble> {
    let text = text.trim();
    text.parse::<PersonId>().ok().or_else(|| names.find(text)).ok_or_else(|| {
        Trouble::field("person", "没有这个人，或者有多人同名。", "There is nobody of this name, or several are.")
    })
}

/// What subjects are: their kinds.
fn kinds(asked: &Asked<'_>, entries: &[(u64, crate::store::AuditEntry)]) -> Result<HashMap<String, Kind>, Trouble> {
    let mut kinds = HashMap::new();
    for (_, entry) in entries {
        let Some(subject) = &entry.subject else { continue };
        if kinds.contains_key(subject) {
            continue;
        }
        if let Ok(id) = subject.parse::<DocumentId>()
            && let Some(stored) = asked.town.store().document(id)?
        {
            kinds.insert(subject.clone(), stored.kind);
        }
    }
    Ok(kinds)
}

fn link(kind: &Kind, id: &str) -> Option<String> {
    match kind {
        Kind::Alert => Some(format!("/alerts/{id}")),
        Kind::Household => Some(format!("/households/{id}")),
        Kind::Person => Some(format!("/people/{id}")),
        Kind::Draw => Some(format!("/accountability/samples/{id}")),
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "audit.html")]
struct TrailView<'a> {
    shell: &'a Shell,
    m: &'a TrailModel,
}

/// The audit trail.
pub(crate) struct Trail;

impl Page for Trail {
    const ID: &'static str = "auditTrail";
    const SUMMARY: &'static str = "Who signed in, revealed, printed, exported and changed what, the newest first";
    type Query = TrailQuery;
    type Model = TrailModel;

    fn read(asked: &Asked<'_>, query: TrailQuery) -> Result<TrailModel, Trouble> {
        let names = asked.names()?;
        let wanted = filters(asked, &names, &query)?;
        let mut found = asked.town.store().audit(&wanted)?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let kinds = kinds(asked, &found)?;
        let next = found.last().filter(|_| more).map(|(number, _)| *number);
        let entries = found.into_iter().map(|(number, entry)| {
            let kind = entry.subject.as_ref().and_then(|subject| kinds.get(subject));
            let called = match (&entry.subject, kind) {
                (Some(id), Some(Kind::Person)) => id.parse().ok().map(|person| names.person(person)),
                (Some(id), Some(Kind::Area)) => id.parse().ok().map(|area| names.area(area).path),
                _ => None,
            };
            EntryLine {
                number,
                at: asked.moment(entry.at),
                person: entry.person.map(|person| names.staff(person)),
                action: entry.action,
                link: kind.zip(entry.subject.as_ref()).and_then(|(kind, id)| link(kind, id)),
                kind: kind.map(|kind| qiaomen_core::record::word::Word::word(kind).to_owned()),
                called,
                subject: entry.subject,
                detail: entry.detail,
                address: entry.address,
            }
        });
        let mut actions: Vec<&'static str> = Action::ALL.iter().map(|action| action.word()).collect();
        actions.retain(|word| !UNNOTED.contains(word));
        Ok(TrailModel {
            entries: entries.collect(),
            next,
            later: query.below.is_some(),
            people: names.staff_list(),
            actions,
            person: query.person,
            action: query.action,
            subject: query.subject,
            from: query.from,
            to: query.to,
        })
    }

    fn show(shell: &Shell, m: &TrailModel) -> askama::Result<String> {
        TrailView { shell, m }.render()
    }
}

/// What nobody of the staff does, so that the trail never names it.
const UNNOTED: &[&str] = &["exchange", "common", "describe", "health", "ready", "metrics", "assets", "today"];

/// Which entries, and as what.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct TakeQuery {
    /// csv or xlsx.
    format: String,
    /// By this person: an identifier, or what they are called.
    person: Option<String>,
    /// Of this kind.
    action: Option<String>,
    /// About this.
    subject: Option<String>,
    /// The first day.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
}

/// The trail to be taken along.
pub(crate) struct Take;

impl File for Take {
    const ID: &'static str = "exportAuditTrail";
    const SUMMARY: &'static str = "The audit trail as a spreadsheet or as text; noted";
    const MEDIA: &'static [&'static str] = Format::MEDIA;
    type Query = TakeQuery;

    fn make(asked: &Asked<'_>, query: TakeQuery) -> Result<Made, Trouble> {
        let TakeQuery { format, person, action, subject, from, to } = query;
        let format = Format::from_word(&format).ok_or_else(Trouble::not_found)?;
        let query = TrailQuery { person, action, subject, from, to, below: None };
        let narrowed = filters(asked, &asked.names()?, &query)?;
        let period = qiaomen_core::doors::Period { from: narrowed.from, until: narrowed.to };
        let wanted = Wanted { period, trail: narrowed, ..Wanted::default() };
        let table = trail(asked.town, &wanted, asked.now)?;
        made(asked, &table, &wanted, format)
    }
}
