//! Exactly what a merge would do, and doing it.
//!
//! Floor: console. Invariants: what is merged is what was shown; names are masked until they were revealed.

use askama::Template;
use qiaomen_core::record::ResidentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::account::is_inside;
use super::doubles::SideShown;
use super::{decides, household, revealed};
use crate::access::Action;
use crate::amend::merge::{Choice, Choices, Fill, Seen, Warning, merge, preview};
use crate::console::told::{Shown, Teller};
use crate::console::{Asked, Deed, Done, Page, Shell, Trouble};
use qiaomen_core::record::Value;

/// Which doors, and what was chosen.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct PreviewQuery {
    /// The door that stays.
    keep: String,
    /// The door that is no longer shown.
    gone: String,
    /// What becomes of somebody: `RESIDENT:copy`, `RESIDENT:leave` or `RESIDENT:same:OTHER`.
    #[serde(default)]
    choice: Vec<String>,
}

/// What a merge would do.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PreviewModel {
    keep: SideShown,
    gone: SideShown,
    /// Both as they are now, for merging.
    seen_keep: String,
    seen_gone: String,
    /// What becomes of each of the people behind the door that goes.
    people: Vec<PersonLine>,
    /// What is filled in of the door itself.
    fills: Vec<FillLine>,
    visits: usize,
    pledges: usize,
    consents: usize,
    alerts: usize,
    /// Whether the door is moved to another grid first: from, to.
    moves: Option<(String, String)>,
    /// Whether their addresses differ.
    other_address: bool,
    /// Whether names and addresses are shown.
    revealed: bool,
    /// What was chosen, as the form repeats it.
    choices: Vec<String>,
}

/// Somebody behind the door that goes.
#[derive(Debug, Serialize, JsonSchema)]
struct PersonLine {
    resident: String,
    name: String,
    /// What becomes of them: copy, leave, same.
    choice: String,
    /// Whom they are the same as.
    same_as: Option<String>,
    /// Whether that is only proposed.
    proposed: bool,
    /// Whether somebody of their name stands behind the other door, and they are not taken to be the same.
    same_name: bool,
    fills: Vec<FillLine>,
}

impl PersonLine {
    /// Whether they are taken to be this one.
    fn is_same(&self, other: &str) -> bool {
        self.same_as.as_deref() == Some(other)
    }

    /// Their choice as the form says it.
    fn chosen(&self) -> String {
        let whom = self.same_as.as_ref().map(|other| format!(":{other}")).unwrap_or_default();
        format!("{}:{}{whom}", self.resident, self.choice)
    }
}

/// A field that is filled in.
#[derive(Debug, Serialize, JsonSchema)]
struct FillLine {
    field: String,
    value: Shown,
}

fn choices(texts: &[String]) -> Result<Choices, Trouble> {
    let bad = || Trouble::field("choice", "对住户的选择写法不对。", "A choice for a resident is not written right.");
    let mut found = Choices::new();
    for text in texts {
        let (resident, choice) = text.split_once(':').ok_or_else(bad)?;
        let resident: ResidentId = resident.parse().map_err(|_| bad())?;
        let choice = match choice.split_once(':') {
            None if choice == "copy" => Choice::Copy,
            None if choice == "leave" => Choice::Leave,
            Some(("same", other)) => Choice::Same(other.parse().map_err(|_| bad())?),
            _ => return Err(bad()),
        };
        found.insert(resident, choice);
    }
    Ok(found)
}

fn fills(teller: &Teller<'_>, fills: &[Fill]) -> Result<Vec<FillLine>, Trouble> {
    let line = |fill: &Fill| {
        let key = match fill.field.as_str() {
            // A member of a set stands for itself.
            field @ ("tags" | "telephones") => format!("{field}/{}", fill.value),
            field => field.to_owned(),
        };
        let value = match (key.contains('/'), fill.value.as_str()) {
            (true, _) | (_, "true") => Value::Bool(true),
            (_, "false") => Value::Bool(false),
            (_, text) => Value::Text(text.into()),
        };
        Ok(FillLine { field: fill.field.clone(), value: teller.value("household", &key, &value)? })
    };
    fills.iter().map(line).collect()
}

fn is_revealed(asked: &Asked<'_>, keep: &str, gone: &str) -> bool {
    asked.is_revealed(keep) && asked.is_revealed(gone)
}

#[derive(Template)]
#[template(path = "merge.html")]
struct PreviewView<'a> {
    shell: &'a Shell,
    m: &'a PreviewModel,
}

/// What a merge would do.
pub(crate) struct Preview;

impl Page for Preview {
    const ID: &'static str = "previewMerge";
    const SUMMARY: &'static str = "Exactly what merging one household into another would do";
    type Query = PreviewQuery;
    type Model = PreviewModel;

    fn read(asked: &Asked<'_>, query: PreviewQuery) -> Result<PreviewModel, Trouble> {
        let (keep, gone) = (household(asked, &query.keep)?, household(asked, &query.gone)?);
        let chosen = choices(&query.choice)?;
        let found = preview(asked.town, asked.person, keep, gone, &chosen)?;
        let names = asked.names()?;
        let shown = is_revealed(asked, &keep.to_string(), &gone.to_string());
        let mut teller = Teller::new(asked, &names, shown);
        teller.behind(keep)?;
        teller.behind(gone)?;
        let mut people = Vec::with_capacity(found.people.len());
        for one in &found.people {
            let (choice, same_as) = match one.choice {
                Choice::Copy => ("copy", None),
                Choice::Leave => ("leave", None),
                Choice::Same(other) => ("same", Some(other.to_string())),
            };
            people.push(PersonLine {
                resident: one.resident.to_string(),
                name: asked.name(&one.name, shown),
                choice: choice.to_owned(),
                proposed: one.proposed,
                same_name: one.same_name && same_as.is_none(),
                same_as,
                fills: fills(&teller, &one.fills)?,
            });
        }
        let moves = found.warnings.iter().find_map(|warning| match warning {
            Warning::OtherGrid { from, to } => Some((names.area(*from).path, names.area(*to).path)),
            Warning::OtherAddress | Warning::SameName { .. } => None,
        });
        Ok(PreviewModel {
            keep: SideShown::of(asked, &found.keep, shown),
            gone: SideShown::of(asked, &found.gone, shown),
            seen_keep: found.seen.keep,
            seen_gone: found.seen.gone,
            people,
            fills: fills(&teller, &found.fills)?,
            visits: found.visits,
            pledges: found.pledges,
            consents: found.consents,
            alerts: found.alerts,
            moves,
            other_address: found.warnings.contains(&Warning::OtherAddress),
            revealed: shown,
            choices: query.choice,
        })
    }

    fn show(shell: &Shell, m: &PreviewModel) -> askama::Result<String> {
        PreviewView { shell, m }.render()
    }
}

/// A merge.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct MergeForm {
    /// The door that stays.
    keep: String,
    /// The door that is no longer shown.
    gone: String,
    /// The door that stays, as it was shown.
    seen_keep: String,
    /// The other, as it was shown.
    seen_gone: String,
    /// What becomes of somebody, as in the preview.
    #[serde(default)]
    choice: Vec<String>,
    /// Why.
    reason: String,
}

/// Merges one door into another.
pub(crate) struct Merge;

impl Deed for Merge {
    const ID: &'static str = "merge";
    const SUMMARY: &'static str = "Merge one household into another as it was shown, with a reason";
    type Form = MergeForm;

    fn perform(asked: &Asked<'_>, form: MergeForm) -> Result<Done, Trouble> {
        let (keep, gone) = (household(asked, &form.keep)?, household(asked, &form.gone)?);
        let (chosen, seen) = (choices(&form.choice)?, Seen { keep: form.seen_keep, gone: form.seen_gone });
        let (now, random) = (asked.now, &mut asked.random());
        let id = merge(asked.town, asked.person, (keep, gone), &chosen, &seen, &form.reason, now, random)?;
        asked.note(Action::Settle, Some(&gone.to_string()), Some("merged"))?;
        Ok(Done::new(
            asked,
            "/conflicts/merged",
            "已合并。走访、承诺书和预警从此计入保留的一户；需要时可以撤销。",
            "Merged. Visits, pledges and alerts count for the door that stays; this can be undone.",
        )
        .with_id(id))
    }
}

/// Two doors whose people are to be shown.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct RevealPairForm {
    keep: String,
    gone: String,
    /// Where to go on.
    next: Option<String>,
}

/// Has the people and addresses of two doors shown.
pub(crate) struct RevealPair;

impl Deed for RevealPair {
    const ID: &'static str = "revealPair";
    const SUMMARY: &'static str = "Show the people and addresses of two households, for a while";
    type Form = RevealPairForm;

    fn perform(asked: &Asked<'_>, form: RevealPairForm) -> Result<Done, Trouble> {
        let (keep, gone) = (household(asked, &form.keep)?, household(asked, &form.gone)?);
        for one in [keep, gone] {
            decides(asked, one.into())?;
        }
        for one in [keep, gone] {
            asked.reveal(&one.to_string())?;
        }
        let next = form.next.filter(|next| is_inside(next));
        Ok(revealed(asked, next.unwrap_or_else(|| format!("/conflicts/doubles/{keep}/{gone}"))))
    }
}
