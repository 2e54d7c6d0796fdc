//! Answering for it: who is meant, what had been done before a loss, the list that makes itself, samples.
//!
//! Floor: console. Invariants: what somebody looks for stands in no address; names and telephones are masked until they
//! are revealed; everything comes from `report::accountability`, which keeps to what the reader holds.

pub(crate) mod automatic;
mod facts;
pub(crate) mod look;
pub(crate) mod samples;
pub(crate) mod search;

use qiaomen_core::record::{AlertId, HouseholdId, ResidentId};

use crate::console::{Asked, Trouble};
use crate::report::accountability::Subject;

/// Who is looked up, as addresses and forms name them.
struct Meant<'a> {
    household: Option<&'a str>,
    resident: Option<&'a str>,
    alert: Option<&'a str>,
}

impl Meant<'_> {
    fn subject(&self, asked: &Asked<'_>) -> Result<Subject, Trouble> {
        let subject = Subject {
            household: self.household.map(|id| asked.id::<HouseholdId>(id)).transpose()?,
            resident: self.resident.map(|id| asked.id::<ResidentId>(id)).transpose()?,
            alert: self.alert.map(|id| asked.id::<AlertId>(id)).transpose()?,
        };
        if subject.household.is_none() && subject.alert.is_none() {
            return Err(Trouble::field(
                "household",
                "请先查找要倒查的人，或者指定一条预警。",
                "Look for somebody first, or name an alert.",
            ));
        }
        Ok(subject)
    }
}

/// As the audit trail and what was revealed name them.
fn subject_text(subject: &Subject) -> String {
    let resident = subject.resident.map(|id| id.to_string());
    let household = subject.household.map(|id| id.to_string());
    let alert = subject.alert.map(|id| id.to_string());
    resident.or(household).or(alert).unwrap_or_default()
}

/// The address of a look-up; of this moment where none is given.
fn look_path(subject: &Subject, at: Option<&str>, print: bool) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    pairs.extend(subject.household.map(|id| ("household", id.to_string())));
    pairs.extend(subject.resident.map(|id| ("resident", id.to_string())));
    pairs.extend(subject.alert.map(|id| ("alert", id.to_string())));
    pairs.extend(at.map(|at| ("at", at.to_owned())));
    pairs.extend(print.then(|| ("print", "true".to_owned())));
    let query = serde_html_form::to_string(&pairs).unwrap_or_default();
    format!("/accountability/look?{query}")
}
