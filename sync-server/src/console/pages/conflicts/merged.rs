//! Merges that were made, and undoing them.
//!
//! Floor: console. Invariant: what an undoing leaves as it is is said, without naming anybody.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use askama::Template;
use qiaomen_core::record::HouseholdId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PageQuery, household};
use crate::access::Action;
use crate::amend::merge::{merged, undo};
use crate::amend::{Page as Part, Who};
use crate::console::names::Staff;
use crate::console::told::{door, place};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};

/// How many merges a page has.
const MERGES: usize = 50;

/// Merges.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MergedModel {
    /// How many there are.
    count: usize,
    merges: Vec<MergeShown>,
    page: usize,
    more: bool,
}

/// A merge.
#[derive(Debug, Serialize, JsonSchema)]
struct MergeShown {
    keep: String,
    /// Masked.
    keep_address: String,
    gone: String,
    /// Masked.
    gone_address: String,
    by: Staff,
    at: Moment,
    reason: String,
    undone: Option<UndoneShown>,
    /// Whether whoever asks can undo it now.
    undoable: bool,
}

/// How a merge was undone.
#[derive(Debug, Serialize, JsonSchema)]
struct UndoneShown {
    by: Staff,
    at: Moment,
    reason: String,
}

fn staff(who: &Who) -> Staff {
    Staff { id: who.person.to_string(), name: who.name.clone().unwrap_or_else(|| "系统 System".to_owned()) }
}

#[derive(Template)]
#[template(path = "merged.html")]
struct MergedView<'a> {
    shell: &'a Shell,
    m: &'a MergedModel,
}

/// Merges that were made.
pub(crate) struct Merged;

impl Page for Merged {
    const ID: &'static str = "merged";
    const SUMMARY: &'static str = "Merges that were made: by whom, when, why, and whether they were undone";
    type Query = PageQuery;
    type Model = MergedModel;

    fn read(asked: &Asked<'_>, query: PageQuery) -> Result<MergedModel, Trouble> {
        let skip = query.page.saturating_mul(MERGES);
        let found = merged(asked.town, asked.person, Part { skip, take: MERGES })?;
        let mut places: HashMap<HouseholdId, String> = HashMap::new();
        for id in found.list.iter().flat_map(|line| [line.keep, line.gone]) {
            if let (Entry::Vacant(vacant), Some(door)) = (places.entry(id), door(asked, id)?) {
                vacant.insert(place(&door.address, asked.is_revealed(&id.to_string())));
            }
        }
        let called = |id: &HouseholdId| places.get(id).cloned().unwrap_or_default();
        let merges = found.list.iter().map(|line| MergeShown {
            keep: line.keep.to_string(),
            keep_address: called(&line.keep),
            gone: line.gone.to_string(),
            gone_address: called(&line.gone),
            by: staff(&line.by),
            at: asked.moment(line.at),
            reason: line.reason.clone(),
            undone: line.undone.as_ref().map(|undone| UndoneShown {
                by: staff(&undone.by),
                at: asked.moment(undone.at),
                reason: undone.reason.clone(),
            }),
            undoable: line.undoable,
        });
        Ok(MergedModel {
            count: found.total,
            merges: merges.collect(),
            page: query.page,
            more: skip.saturating_add(MERGES) < found.total,
        })
    }

    fn show(shell: &Shell, m: &MergedModel) -> askama::Result<String> {
        MergedView { shell, m }.render()
    }
}

/// An undoing.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct UndoForm {
    /// The door that was merged into another.
    gone: String,
    /// Why.
    reason: String,
}

/// Undoes a merge.
pub(crate) struct Undo;

impl Deed for Undo {
    const ID: &'static str = "undoMerge";
    const SUMMARY: &'static str = "Take a merge apart again, with a reason; says what stays";
    type Form = UndoForm;

    fn perform(asked: &Asked<'_>, form: UndoForm) -> Result<Done, Trouble> {
        let gone = household(asked, &form.gone)?;
        let undone = undo(asked.town, asked.person, gone, &form.reason, asked.now, &mut asked.random())?;
        asked.note(Action::Settle, Some(&gone.to_string()), Some("unmerged"))?;
        let mut fields: Vec<&str> = Vec::new();
        for stayed in &undone.stayed {
            let field = stayed.field.split('/').next().unwrap_or(&stayed.field);
            let name = crate::console::words::word(asked.lang, "field", field);
            if !fields.contains(&name) {
                fields.push(name);
            }
        }
        let (zh, en) = match fields.is_empty() {
            true => ("已撤销合并，两户恢复原样。".to_owned(), "Undone: both doors are as they were.".to_owned()),
            false => (
                format!(
                    "已撤销合并。合并后又改过的内容保留不动：{}（{} 处）。",
                    fields.join("、"),
                    undone.stayed.len()
                ),
                format!(
                    "Undone. What was edited since stays as it is: {} ({} in all).",
                    fields.join(", "),
                    undone.stayed.len()
                ),
            ),
        };
        Ok(Done::new(asked, "/conflicts/merged", &zh, &en).with_id(undone.decision))
    }
}
