//! Alerts out of a message that was pasted on the station's phone, for somebody to put right and save.
//!
//! Floor: replica. Invariants: nothing is saved here; who is meant is looked for among the residents that this phone
//! holds, by the same rules as on the server; what was unsure is said to be.

use std::collections::BTreeMap;

use super::{Alerts, ReplicaError};
use crate::clock::Reading as Clocks;
use crate::identify::{Candidate, Sought, Who, who};
use crate::message::{self, Reading};
use crate::record::{
    Alert, AreaId, HouseholdId, Level, Origin, Place, PlaceId, Random, Record, ResidentId, Scope, Time, numbers,
};
use crate::store::FOLDED;

/// One alert of a message.
#[derive(Clone, Debug)]
pub struct Pasted {
    /// What the message says, and what it leaves unsure.
    pub reading: Reading,
    /// Who is meant, among the residents on this phone.
    pub who: Who,
    /// The version of the playbook that was in force when it was issued.
    pub playbook: String,
}

impl Pasted {
    /// The alert as far as the message tells it, for the form in which it is put right: what is missing is left empty,
    /// and `area` is the one to answer where no door says another.
    #[must_use]
    pub fn draft(&self, area: AreaId, now: Time, random: &mut dyn Random) -> Alert {
        let Reading { name, telephone, level, platform_number, address, issued, issuer, origin, .. } = &self.reading;
        let one = match &self.who {
            Who::One(one) => Some(one),
            Who::Several(_) | Who::Nobody => None,
        };
        let mut places = BTreeMap::new();
        if let Some(address) = address {
            let place = Place { label: "home".to_owned(), address: Some(address.clone()), position: None };
            places.insert(PlaceId::fresh(now, random), place);
        }
        let issued = issued.unwrap_or(now).min(now);
        Alert {
            name: name.clone().unwrap_or_default(),
            telephone: telephone.clone(),
            household: one.map(|one| one.household),
            resident: one.map(|one| one.resident),
            outsider: false,
            area: one.map_or(area, |one| one.grid),
            places,
            level: level.clone().unwrap_or(Level::High),
            issuer: issuer.clone().unwrap_or_default(),
            platform_number: platform_number.clone(),
            origin: origin.clone().unwrap_or(Origin::Other),
            issued,
            reached_station: self.reading.reached_station.filter(|at| *at >= issued && *at <= now),
            passed_on: None,
            entered: now,
            playbook: self.playbook.clone(),
            note: Some(self.reading.text.chars().take(1_000).collect()),
        }
    }
}

impl Alerts<'_> {
    /// The alerts in a pasted message, each with who is meant; none where it is no alert.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn understand(&self, text: &str, clocks: &Clocks) -> Result<Vec<Pasted>, ReplicaError> {
        let now = self.0.corrected(clocks)?.time;
        let zone = self.0.zone()?;
        let books = self.0.books()?;
        let mut found = Vec::new();
        for reading in message::read(text, now, &zone) {
            let name = reading.name.as_deref().unwrap_or_default();
            let sought = Sought::new(name, reading.telephone.as_deref(), reading.address.iter().cloned().collect());
            let who = self.who(&sought)?;
            let issued = reading.issued.unwrap_or(now).min(now);
            let playbook = books.in_force(issued).version().to_owned();
            found.push(Pasted { reading, who, playbook });
        }
        Ok(found)
    }

    /// Who is meant, among the residents on this phone.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn who(&self, sought: &Sought) -> Result<Who, ReplicaError> {
        const MOST: i64 = 50;
        let mut doors: Vec<HouseholdId> = Vec::new();
        let mut look = |sql: &str, text: &str| -> Result<(), ReplicaError> {
            for id in self.0.read(|store| Ok(store.ids(sql, &[&text, &MOST])?))? {
                if !doors.contains(&id.into()) {
                    doors.push(id.into());
                }
            }
            Ok(())
        };
        if !sought.name.is_empty() {
            let named = "SELECT DISTINCT document.id FROM resident JOIN document USING(record)
                 WHERE resident.name = ?1 LIMIT ?2";
            look(named, &sought.name)?;
        }
        for telephone in &sought.telephones {
            let called = "SELECT DISTINCT document.id FROM resident JOIN document USING(record)
                 WHERE instr(resident.telephones, ?1) > 0 LIMIT ?2";
            look(called, telephone)?;
        }
        let gone = format!("WITH RECURSIVE {FOLDED} SELECT gone FROM folded");
        let gone = self.0.read(|store| Ok(store.ids(&gone, &[])?))?;
        let mut candidates = Vec::new();
        for door in doors {
            let Some(kept) = self.0.record(door.into())? else { continue };
            let (Scope::Grid(grid), Record::Household(household)) = (kept.scope, kept.record) else { continue };
            if household.removed || gone.contains(&door.into()) {
                continue;
            }
            for (resident, person) in household.residents.iter().filter(|(_, one)| !one.removed && !one.left_town) {
                let telephones: Vec<String> = person.telephones.iter().flat_map(|text| numbers(text)).collect();
                let meant = person.name == sought.name || telephones.iter().any(|one| sought.telephones.contains(one));
                if meant {
                    candidates.push(candidate(door, *resident, grid, &person.name, telephones, &household.address));
                }
            }
        }
        Ok(who(sought, &candidates))
    }
}

fn candidate(
    household: HouseholdId,
    resident: ResidentId,
    grid: AreaId,
    name: &str,
    telephones: Vec<String>,
    address: &crate::record::Address,
) -> Candidate {
    Candidate { household, resident, grid, name: name.to_owned(), telephones, address: address.clone() }
}
