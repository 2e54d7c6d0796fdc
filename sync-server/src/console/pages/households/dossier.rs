//! One person's dossier: everything that was recorded of them, to be printed (L4).
//!
//! Floor: console. Invariant: masked until revealed; printing is noted before anything is shown for it.

use askama::Template;
use qiaomen_core::record::{HouseholdId, ResidentId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::said::{EntryLine, Teller};
use crate::console::names::Staff;
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::report::dossier::Dossier;
use crate::report::household::{Found, of_resident};

/// What is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DossierQuery {
    /// The household.
    household: String,
    /// The resident.
    resident: String,
    /// Whether it is about to be printed.
    #[serde(default)]
    print: bool,
}

/// A field of an alert that was put right.
#[derive(Debug, Serialize, JsonSchema)]
struct CorrectionLine {
    arrived: Moment,
    by: Staff,
    field: String,
    /// Only where it was revealed.
    before: Option<String>,
    /// Only where it was revealed.
    after: Option<String>,
}

/// One person's dossier.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DossierModel {
    household: String,
    resident: String,
    /// Masked unless it was revealed.
    name: String,
    revealed: bool,
    /// What was recorded, the newest first.
    entries: Vec<EntryLine>,
    corrections: Vec<CorrectionLine>,
    #[serde(skip)]
    print: bool,
}

#[derive(Template)]
#[template(path = "resident_dossier.html")]
struct DossierView<'a> {
    shell: &'a Shell,
    m: &'a DossierModel,
}

fn found(asked: &Asked<'_>, household: &str, resident: &str) -> Result<(HouseholdId, ResidentId, Dossier), Trouble> {
    let (household, resident) = (asked.id(household)?, asked.id(resident)?);
    match of_resident(asked.town, (household, resident), asked.person)? {
        Found::Here(dossier) => Ok((household, resident, dossier)),
        Found::Elsewhere => Err(Trouble::forbidden()),
        Found::Nothing => Err(Trouble::not_found()),
    }
}

/// One person's dossier.
pub(crate) struct ResidentDossier;

impl Page for ResidentDossier {
    const ID: &'static str = "residentDossier";
    const SUMMARY: &'static str = "One person's dossier: visits, pledges, alerts and all that was recorded for them";
    type Query = DossierQuery;
    type Model = DossierModel;

    fn read(asked: &Asked<'_>, query: DossierQuery) -> Result<DossierModel, Trouble> {
        let (household, resident, dossier) = found(asked, &query.household, &query.resident)?;
        let (names, resident) = (asked.names()?, resident.to_string());
        // Who has had a door's names shown has seen this one.
        let revealed = asked.is_revealed(&resident) || asked.is_revealed(&household.to_string());
        let teller = Teller { asked, names: &names, revealed };
        let corrections = dossier.corrections.iter().map(|one| CorrectionLine {
            arrived: asked.moment(one.arrived),
            by: names.staff(one.by),
            field: one.field.rsplit('.').next().unwrap_or_default().to_owned(),
            before: one.before.clone().filter(|_| revealed),
            after: one.after.clone().filter(|_| revealed),
        });
        Ok(DossierModel {
            household: household.to_string(),
            name: asked.name(&dossier.name, revealed),
            revealed,
            entries: teller.entries(&dossier.entries, &|_| None),
            corrections: corrections.collect(),
            print: asked.prints(query.print, &resident),
            resident,
        })
    }

    fn show(shell: &Shell, m: &DossierModel) -> askama::Result<String> {
        DossierView { shell, m }.render()
    }
}

/// Whose dossier.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ResidentForm {
    /// The household.
    household: String,
    /// The resident.
    resident: String,
}

/// Has somebody's dossier shown with names for a while.
pub(crate) struct RevealResident;

impl Deed for RevealResident {
    const ID: &'static str = "revealResident";
    const SUMMARY: &'static str = "Has the names and texts of a dossier shown to this session for ten minutes";
    type Form = ResidentForm;

    fn perform(asked: &Asked<'_>, form: ResidentForm) -> Result<Done, Trouble> {
        let (household, resident, _) = found(asked, &form.household, &form.resident)?;
        asked.reveal(&resident.to_string())?;
        let next = format!("/households/{household}/residents/{resident}/dossier");
        Ok(Done::new(asked, next, "已显示，并已记入审计。", "Shown, and noted in the audit trail."))
    }
}

/// Prints a dossier.
pub(crate) struct PrintResident;

impl Deed for PrintResident {
    const ID: &'static str = "printResident";
    const SUMMARY: &'static str = "Notes that a dossier is printed, with its names shown";
    type Form = ResidentForm;

    fn perform(asked: &Asked<'_>, form: ResidentForm) -> Result<Done, Trouble> {
        let (household, resident, _) = found(asked, &form.household, &form.resident)?;
        asked.reveal(&resident.to_string())?;
        asked.allow_printing(&resident.to_string(), Some("dossier"))?;
        let next = format!("/households/{household}/residents/{resident}/dossier?print=true");
        Ok(Done::new(asked, next, "已记入审计，可以打印。", "Noted in the audit trail; print it now."))
    }
}
