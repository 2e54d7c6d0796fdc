//! A person's dossier: everything recorded about them that whoever asks holds, to read and to print.
//!
//! Floor: console. Invariants: masked until revealed; shown whole for printing only after that was noted in the audit
//! trail.

use askama::Template;
use qiaomen_core::record::AlertId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::file::{EntryLine, is_told, recordings};
use super::open;
use super::told::{Hush, telephones};
use crate::access::Action;
use crate::console::names::Staff;
use crate::console::{Asked, Moment, Page, Shell, Trouble};
use crate::report::dossier::dossier;

/// Notes that a dossier is printed, and has it shown whole for a while.
pub(super) fn allow_printing(asked: &Asked<'_>, alert: AlertId) -> Result<(), Trouble> {
    if !asked.may(Action::Print) {
        return Err(Trouble::forbidden());
    }
    asked.allow_printing(&alert.to_string(), Some("dossier"))?;
    Ok(())
}

/// Which dossier.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct DossierQuery {
    /// The alert whose person's it is.
    alert: String,
    /// Whether it is to be printed.
    #[serde(default)]
    print: bool,
}

/// A dossier.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DossierModel {
    /// The alert.
    alert: String,
    /// Masked until revealed.
    name: String,
    /// Masked until revealed.
    telephone: Option<String>,
    revealed: bool,
    /// Whether it may be printed now.
    printable: bool,
    recorded: u64,
    recordings_missing: u64,
    /// Everything, the oldest first.
    entries: Vec<EntryLine>,
    /// What was put right in the alerts.
    corrections: Vec<CorrectionLine>,
}

/// A field that was put right.
#[derive(Debug, Serialize, JsonSchema)]
struct CorrectionLine {
    arrived: Moment,
    by: Staff,
    field: String,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct DossierView<'a> {
    shell: &'a Shell,
    m: &'a DossierModel,
}

/// A dossier.
pub(crate) struct Dossier;

impl Page for Dossier {
    const ID: &'static str = "dossier";
    const SUMMARY: &'static str = "Everything recorded about an alert's person, in the order in which it happened";
    type Query = DossierQuery;
    type Model = DossierModel;

    fn read(asked: &Asked<'_>, query: DossierQuery) -> Result<DossierModel, Trouble> {
        let (file, names) = (open(asked, &query.alert)?, asked.names()?);
        let found = dossier(asked.town, file.id, asked.person)?.ok_or_else(Trouble::forbidden)?;
        let printable = asked.prints(query.print, &file.id.to_string());
        let revealed = printable || asked.is_revealed(&file.id.to_string());
        let hush = Hush::of(asked, &file.alert.name, revealed);
        let (recorded, recordings_missing) = recordings(&found.entries);
        let told = found.entries.iter().filter(|entry| is_told(entry));
        // What a correction says may be a name, a telephone or an address.
        let value = |value: Option<String>| value.map(|value| if revealed { value } else { "***".to_owned() });
        Ok(DossierModel {
            alert: file.id.to_string(),
            name: asked.name(&found.name, revealed),
            telephone: file.alert.telephone.as_ref().map(|telephone| telephones(asked, telephone, revealed)),
            revealed,
            printable,
            recorded,
            recordings_missing,
            entries: told.map(|entry| EntryLine::of(asked, &names, &hush, entry)).collect(),
            corrections: found
                .corrections
                .into_iter()
                .map(|one| CorrectionLine {
                    arrived: asked.moment(one.arrived),
                    by: names.staff(one.by),
                    field: one.field.rsplit('.').next().unwrap_or_default().to_owned(),
                    before: value(one.before),
                    after: value(one.after),
                })
                .collect(),
        })
    }

    fn show(shell: &Shell, m: &DossierModel) -> askama::Result<String> {
        DossierView { shell, m }.render()
    }
}
