//! Doors that are one and the same: found in pairs, looked at before anything is moved, merged, and taken apart again.
//!
//! Floor: sync-server, amend. Invariants: nothing that was recorded is written anew: a merged door says into which it was
//! merged, and core's `doors` counts it there, on phones and server alike; the people whom the other door lacks are copied
//! there under the identifiers that they have, so that whatever names them finds them; only what the other door lacks is
//! filled in; the record of why also names what was copied and filled in, and an undoing takes back that and nothing else.

mod pairs;
mod plan;
mod undo;

use std::collections::BTreeMap;

use qiaomen_core::document::Document;
use qiaomen_core::record::{
    AreaId, Decision, DecisionAbout, DocumentId, Household, HouseholdId, Kind, PersonId, Random, Record, ResidentId,
    Scope, Time,
};
use serde::{Deserialize, Serialize};

use super::rights::Rights;
use super::{AmendError, write};
use crate::author::Draft;
use crate::report::Reports;
use crate::store::{About, StoredDocument};
use crate::town::Town;

pub use pairs::{Pair, Side, SideResident, pairs};
pub use plan::{Fill, PersonMove};
pub use undo::{MergeLine, Stayed, Undone, UndoneMerge, merged, undo};

/// What becomes of somebody behind the door that is to be no longer shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what", content = "resident")]
pub enum Choice {
    /// They are copied to the other door.
    Copy,
    /// They are this one there.
    Same(ResidentId),
    /// They are left behind.
    Leave,
}

/// What was chosen, for those of whom anything was: for the others what is proposed is done.
pub type Choices = BTreeMap<ResidentId, Choice>;

/// The two doors as somebody saw them: their heads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Of the door that stays.
    pub keep: String,
    /// Of the other.
    pub gone: String,
}

/// What a supervisor should know before they merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "warning")]
pub enum Warning {
    /// The door lies in another grid, and is moved to that of the other first.
    OtherGrid {
        /// Where it lies.
        from: AreaId,
        /// Where it goes.
        to: AreaId,
    },
    /// Their addresses differ.
    OtherAddress,
    /// Somebody there has a counterpart of the same name, and is copied or left all the same.
    SameName {
        /// Who.
        resident: ResidentId,
    },
}

/// Exactly what a merge would do.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The door that stays.
    pub keep: Side,
    /// The door that is no longer shown.
    pub gone: Side,
    /// Both as they are now, for [`merge`].
    pub seen: Seen,
    /// What becomes of each of the people behind it.
    pub people: Vec<PersonMove>,
    /// What is filled in of the door itself.
    pub fills: Vec<Fill>,
    /// How many visits to it count for the other from then on, those that are rejected too.
    pub visits: usize,
    /// How many pledges.
    pub pledges: usize,
    /// How many consents.
    pub consents: usize,
    /// How many alerts name it.
    pub alerts: usize,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// A door, as a merge needs it.
struct Opened {
    id: HouseholdId,
    stored: StoredDocument,
    document: Document,
    record: Household,
    grid: AreaId,
}

impl Opened {
    fn read(town: &Town, id: HouseholdId) -> Result<Self, AmendError> {
        let (stored, document) = town.document(id.into())?.ok_or(AmendError::Unknown)?;
        let Scope::Grid(grid) = stored.scope else { return Err(AmendError::Unknown) };
        match document.record() {
            Ok(Record::Household(record)) => Ok(Self { id, stored, document, record, grid }),
            Ok(_) => Err(AmendError::Unknown),
            Err(invalid) => Err(invalid.into()),
        }
    }

    fn heads(&self) -> String {
        self.document.heads().iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }

    /// Whether it is shown, as far as it says itself.
    const fn stands(&self) -> bool {
        self.record.merged_into.is_none() && !self.record.removed
    }
}

/// Both doors, if `by` may merge the one into the other.
fn open(town: &Town, by: PersonId, keep: HouseholdId, gone: HouseholdId) -> Result<(Opened, Opened), AmendError> {
    if keep == gone {
        return Err(AmendError::NoDoor);
    }
    let (keep, gone) = (Opened::read(town, keep)?, Opened::read(town, gone)?);
    may(town, by, &[&keep, &gone], &[])?;
    if !keep.stands() || !gone.stands() {
        return Err(AmendError::NoDoor);
    }
    Ok((keep, gone))
}

/// Whether `by` may merge these doors, or take them apart, and move them to these grids.
fn may(town: &Town, by: PersonId, doors: &[&Opened], grids: &[AreaId]) -> Result<(), AmendError> {
    let scopes: Vec<Scope> =
        doors.iter().map(|door| door.stored.scope).chain(grids.iter().map(|grid| Scope::Grid(*grid))).collect();
    let rights = Rights::of(town, by, scopes.iter().copied())?;
    let fits = |scope: &Scope| rights.decides(*scope) && rights.edits(by, &Kind::Household, *scope, "merged_into");
    if scopes.iter().all(fits) { Ok(()) } else { Err(AmendError::NotPermitted) }
}

/// Exactly what merging `gone` into `keep` would do.
///
/// # Errors
/// [`AmendError`].
pub fn preview(
    town: &Town,
    by: PersonId,
    keep: HouseholdId,
    gone: HouseholdId,
    choices: &Choices,
) -> Result<Preview, AmendError> {
    let (keep, gone) = open(town, by, keep, gone)?;
    let plan = plan::plan(&keep, &gone, choices)?;
    let reports = Reports::of(town)?;
    let sides = pairs::sides(town, &reports, &[(keep.grid, keep.id), (gone.grid, gone.id)])?;
    let [kept_side, gone_side] = sides.try_into().map_err(|_| AmendError::Unknown)?;
    let (mut visits, mut pledges, mut consents) = (0, 0, 0);
    for fact in town.store().facts_of(gone.id.into())? {
        match town.store().document(fact)?.map(|stored| stored.kind) {
            Some(Kind::Visit) => visits += 1,
            Some(Kind::Pledge) => pledges += 1,
            Some(Kind::Consent) => consents += 1,
            _ => {}
        }
    }
    let about = About { resident: None, household: Some(gone.id), telephone: None };
    let alerts = town.store().alerts_about(&about)?.len();
    let mut warnings = Vec::new();
    if keep.grid != gone.grid {
        warnings.push(Warning::OtherGrid { from: gone.grid, to: keep.grid });
    }
    if kept_side.walk != gone_side.walk {
        warnings.push(Warning::OtherAddress);
    }
    let doubtful = plan.people.iter().filter(|one| one.same_name && !matches!(one.choice, Choice::Same(_)));
    warnings.extend(doubtful.map(|one| Warning::SameName { resident: one.resident }));
    let seen = Seen { keep: keep.heads(), gone: gone.heads() };
    Ok(Preview {
        keep: kept_side,
        gone: gone_side,
        seen,
        people: plan.people,
        fills: plan.fills,
        visits,
        pledges,
        consents,
        alerts,
        warnings,
    })
}

/// Merges `gone` into `keep`, as it was seen; returns the record of why.
///
/// # Errors
/// [`AmendError`]; [`AmendError::MovedOn`] where somebody wrote to either since.
#[expect(clippy::too_many_arguments, reason = "who, what, as it was seen, why, and when")]
pub fn merge(
    town: &Town,
    by: PersonId,
    (keep, gone): (HouseholdId, HouseholdId),
    choices: &Choices,
    seen: &Seen,
    reason: &str,
    now: Time,
    random: &mut dyn Random,
) -> Result<DocumentId, AmendError> {
    let (keep, gone) = open(town, by, keep, gone)?;
    if keep.heads() != seen.keep || gone.heads() != seen.gone {
        return Err(AmendError::MovedOn);
    }
    let plan = plan::plan(&keep, &gone, choices)?;
    let decision = Decision {
        subject: gone.id.into(),
        about: DecisionAbout::Merge,
        field: None,
        other: Some(keep.id.into()),
        reason: reason.trim().to_owned(),
        at: now,
        moved_from: (gone.grid != keep.grid).then_some(gone.grid),
        residents: plan.copied,
        filled: plan.filled,
    };
    let decision = Record::from(decision);
    decision.validate()?;
    let id = DocumentId::fresh(now, random);
    let drafts = vec![
        Draft::Edit { id: keep.id.into(), edits: plan.keep },
        Draft::Edit { id: gone.id.into(), edits: plan.gone },
        Draft::Create { id, record: Box::new(decision), scope: Scope::Grid(keep.grid) },
    ];
    write(town, by, drafts, now, random)?;
    Ok(id)
}
