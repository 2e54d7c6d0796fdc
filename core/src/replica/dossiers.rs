//! Dossiers of the people whom alerts are about, from what this phone holds (L4).
//!
//! Floor: replica. Invariant: only what this phone holds: somebody with one case file sees that one.

use std::collections::BTreeSet;

use super::{Kept, Part, Replica, ReplicaError};
use crate::dossier::{self, Entry, Known};
use crate::record::{AlertId, Record};

/// Dossiers.
#[derive(Clone, Copy, Debug)]
pub struct Dossiers<'r>(pub(super) &'r Replica);

impl Dossiers<'_> {
    /// Everything about the person of an alert, the oldest first.
    ///
    /// # Errors
    /// [`ReplicaError::NotFound`], [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of(&self, id: AlertId) -> Result<Vec<Entry>, ReplicaError> {
        let alert = self.0.alerts().get(id)?.ok_or(ReplicaError::NotFound)?.record;
        // Only those that may be about the same person are read whole: of telephones, those that have the same digits in
        // this order, whatever stands between them.
        let sql = "SELECT document.id FROM alert JOIN document USING(record)
             WHERE document.id = ?1 OR resident = ?2 OR household = ?3 OR telephone LIKE ?4";
        let (resident, household) = (alert.resident.map(|id| *id.bytes()), alert.household.map(|id| *id.bytes()));
        let like = |telephone: &str| {
            dossier::digits(telephone).chars().flat_map(|digit| ['%', digit]).collect::<String>() + "%"
        };
        let telephone = alert.telephone.as_deref().map(like);
        let found = self.0.read(|store| Ok(store.ids(sql, &[id.bytes(), &resident, &household, &telephone])?))?;
        let mut known = Vec::new();
        let mut doors = BTreeSet::new();
        for other in found.into_iter().map(AlertId::from) {
            let Some(kept) = self.0.record(other.into())? else { continue };
            let Record::Alert(about) = &kept.record else { continue };
            if other != id && !dossier::same_person(&alert, about) {
                continue;
            }
            doors.extend(about.household.zip(about.resident));
            known.push(of_kept(kept));
            known.extend(self.0.alerts().file(other)?.into_iter().map(of_kept));
        }
        for (household, resident) in doors {
            let happened = self.0.timeline().household(household, Part::all())?.into_iter();
            let them = dossier::everywhere(resident, &self.0.timeline().merged_with(household)?);
            let about = |kept: &Kept<Record>| them.iter().any(|one| dossier::is_about(&kept.record, *one));
            known.extend(happened.filter(about).map(of_kept));
        }
        Ok(dossier::dossier(known))
    }
}

fn of_kept(kept: Kept<Record>) -> Known {
    let Kept { id, record, header, acceptance, arrival, .. } = kept;
    Known { id, header, record, acceptance, arrival }
}
