//! Fields that show several values: all of them with author and time, settled with a reason.
//!
//! Floor: console. Invariants: everything is put right through `amend`, which checks the area again; residents are masked
//! until they were revealed.

mod doubles;
mod merged;
mod preview;

use std::collections::BTreeMap;

use askama::Template;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{DocumentId, HouseholdId, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::account::is_inside;
use crate::access::{self, Action};
use crate::amend::Page as Part;
use crate::amend::conflicts::{FieldConflict, FieldValue, Settling, count, list, settle};
use crate::console::names::Staff;
use crate::console::told::{Shown, Teller, door, place};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};

pub(crate) use doubles::Doubles;
pub(crate) use merged::{Merged, Undo};
pub(crate) use preview::{Merge, Preview, RevealPair};

/// How many records a page has.
const RECORDS: usize = 50;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PageQuery {
    /// Which page, from nought.
    #[serde(default)]
    pub(super) page: usize,
}

/// Fields with several values.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ConflictsModel {
    /// How many there are.
    count: usize,
    /// The records that have them.
    records: Vec<RecordLine>,
    page: usize,
    more: bool,
}

/// A record with such fields.
#[derive(Debug, Serialize, JsonSchema)]
struct RecordLine {
    record: String,
    kind: String,
    /// What it is called; masked where it names a resident.
    name: String,
    /// Whether anything of it is masked.
    masked: bool,
    fields: Vec<FieldLine>,
}

/// A field with several values.
#[derive(Debug, Serialize, JsonSchema)]
struct FieldLine {
    /// The keys from the root to it, for settling.
    path: Vec<String>,
    field: String,
    /// A member of a list, where the field is one.
    member: Option<Shown>,
    /// Whose it is, masked.
    whose: Option<String>,
    /// Whether whoever asks may settle it.
    can_settle: bool,
    values: Vec<ValueLine>,
}

impl FieldLine {
    /// The changes of all values, as one hidden field of a form has them.
    fn seen(&self) -> String {
        self.values.iter().map(|one| one.change.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The path as one hidden field of a form has it.
    fn path_text(&self) -> String {
        self.path.join("\u{1f}")
    }
}

/// One of the values; the first counts now.
#[derive(Debug, Serialize, JsonSchema)]
struct ValueLine {
    /// The change that wrote it, for settling.
    change: String,
    value: Shown,
    by: Option<Staff>,
    at: Moment,
}

impl FieldLine {
    fn of(asked: &Asked<'_>, teller: &Teller<'_>, revealed: bool, conflict: FieldConflict) -> Result<Self, Trouble> {
        let kind = conflict.kind.word();
        let key = conflict.field.clone();
        let (field, member) = key.split_once('/').map_or((key.as_str(), None), |(field, of)| (field, Some(of)));
        let member = match member {
            Some(_) => Some(teller.value(kind, &key, &Value::Bool(true))?),
            None => None,
        };
        let value = |one: &FieldValue| match member {
            Some(_) => Ok(Shown::Flag { yes: one.raw == Value::Bool(true) }),
            None => teller.value(kind, &key, &one.raw),
        };
        let mut values = Vec::with_capacity(conflict.values.len());
        for one in &conflict.values {
            values.push(ValueLine {
                value: value(one)?,
                change: one.change.clone(),
                by: one.by.as_ref().map(|by| Staff {
                    id: by.person.to_string(),
                    name: by.name.clone().unwrap_or_else(|| "系统 System".to_owned()),
                }),
                at: asked.moment(one.at),
            });
        }
        Ok(Self {
            field: field.to_owned(),
            member,
            whose: conflict.resident.as_deref().map(|name| asked.name(name, revealed)),
            can_settle: conflict.can_settle,
            path: conflict.path,
            values,
        })
    }
}

#[derive(Template)]
#[template(path = "conflicts.html")]
struct ConflictsView<'a> {
    shell: &'a Shell,
    m: &'a ConflictsModel,
}

/// Fields with several values.
pub(crate) struct Conflicts;

impl Page for Conflicts {
    const ID: &'static str = "conflicts";
    const SUMMARY: &'static str = "Fields that show several values, with who wrote each and when";
    type Query = PageQuery;
    type Model = ConflictsModel;

    fn read(asked: &Asked<'_>, query: PageQuery) -> Result<ConflictsModel, Trouble> {
        let names = asked.names()?;
        let skip = query.page.saturating_mul(RECORDS);
        let found = list(asked.town, asked.person, Part { skip, take: RECORDS })?;
        let more = skip.saturating_add(RECORDS) < found.total;
        let mut records: Vec<RecordLine> = Vec::new();
        let mut tellers: BTreeMap<DocumentId, Teller<'_>> = BTreeMap::new();
        for conflict in found.list {
            let id = conflict.document;
            let record = id.to_string();
            let revealed = asked.is_revealed(&record);
            let teller = tellers.entry(id).or_insert_with(|| Teller::new(asked, &names, revealed));
            if records.last().is_none_or(|last| last.record != record) {
                let kind = conflict.kind.word();
                let name = match kind {
                    "household" => {
                        door(asked, id.into())?.map_or_else(String::new, |door| place(&door.address, revealed))
                    }
                    "area" | "person" | "unit" | "script" | "reminder" | "duty" => conflict.name.clone(),
                    "alert" | "question" => asked.name(&conflict.name, revealed),
                    _ => asked.place(&conflict.name, revealed),
                };
                let masked = name != conflict.name || conflict.resident.is_some() && !revealed;
                records.push(RecordLine { record, kind: kind.to_owned(), name, masked, fields: Vec::new() });
            }
            let line = FieldLine::of(asked, teller, revealed, conflict)?;
            if let Some(last) = records.last_mut() {
                last.fields.push(line);
            }
        }
        Ok(ConflictsModel { count: count(asked.town, asked.person)?, records, page: query.page, more })
    }

    fn show(shell: &Shell, m: &ConflictsModel) -> askama::Result<String> {
        ConflictsView { shell, m }.render()
    }
}

/// A field to settle.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct SettleForm {
    /// The record.
    record: String,
    /// The keys from the root to the field, with U+001F between them.
    path: String,
    /// The changes whose values were shown, with spaces between them.
    seen: String,
    /// The change whose value is to count.
    change: String,
    /// Why.
    reason: String,
}

/// Settles a field.
pub(crate) struct SettleConflict;

impl Deed for SettleConflict {
    const ID: &'static str = "settleConflict";
    const SUMMARY: &'static str = "Have one of a field's values count from now on, with a reason";
    type Form = SettleForm;

    fn perform(asked: &Asked<'_>, form: SettleForm) -> Result<Done, Trouble> {
        let document: DocumentId = asked.id(&form.record)?;
        let path: Vec<String> = form.path.split('\u{1f}').map(str::to_owned).collect();
        let seen: Vec<String> = form.seen.split_whitespace().map(str::to_owned).collect();
        let what = Settling { document, path: &path, seen: &seen, change: &form.change, reason: &form.reason };
        let id = settle(asked.town, asked.person, &what, asked.now, &mut asked.random())?;
        asked.note(Action::Settle, Some(&document.to_string()), Some("settled"))?;
        Ok(Done::new(
            asked,
            "/conflicts",
            "已裁定，各手机下次联网时更新。",
            "Settled. Phones learn of it when they next connect.",
        )
        .with_id(id))
    }
}

/// A record whose names are to be shown.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RevealForm {
    record: String,
    /// Where to go on.
    next: Option<String>,
}

/// Has a record's names and telephones shown.
pub(crate) struct Reveal;

impl Deed for Reveal {
    const ID: &'static str = "revealConflict";
    const SUMMARY: &'static str = "Show the names and telephones in a record with conflicts, for a while";
    type Form = RevealForm;

    fn perform(asked: &Asked<'_>, form: RevealForm) -> Result<Done, Trouble> {
        let id: DocumentId = asked.id(&form.record)?;
        decides(asked, id)?;
        asked.reveal(&id.to_string())?;
        let next = form.next.filter(|next| is_inside(next)).unwrap_or_else(|| "/conflicts".to_owned());
        Ok(revealed(asked, next))
    }
}

fn revealed(asked: &Asked<'_>, next: String) -> Done {
    Done::new(
        asked,
        next,
        "已显示姓名、电话和地址，十分钟内有效，已记入审计。",
        "Names, telephones and addresses are shown for ten minutes. This is in the audit trail.",
    )
}

/// Whether whoever asks is a supervisor where a record lies.
fn decides(asked: &Asked<'_>, id: DocumentId) -> Result<(), Trouble> {
    let Some(stored) = asked.town.store().document(id)? else { return Err(Trouble::not_found()) };
    let context = asked.town.store().context(&crate::store::Wanted {
        documents: vec![id],
        people: vec![asked.person],
        ..Default::default()
    })?;
    let ground = access::Ground { areas: &context.areas, alerts: &context.alerts };
    if access::may_decide(asked.asker(), stored.scope, ground) { Ok(()) } else { Err(Trouble::forbidden()) }
}

/// A door of a path.
fn household(asked: &Asked<'_>, text: &str) -> Result<HouseholdId, Trouble> {
    asked.id(text)
}
