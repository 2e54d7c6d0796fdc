//! Who an alert is about, and who is near: `alert match`, `alert nearest`.
//!
//! Floor: sync-server, command. Invariants: candidates are shown of grids that the asker holds; what a supervisor says goes
//! through intake, so that a join found then follows.

use std::collections::BTreeSet;

use qiaomen_core::identify::Who;
use qiaomen_core::nearest::Near;
use qiaomen_core::record::{Alert, AlertId, AreaId, AreaLevel, HouseholdId, ResidentId, Scope};
use serde::Serialize;

use super::super::Place;
use super::super::open::{Session, not_taken};
use super::super::output::{self, Failure};
use super::shown::{people, show};
use super::{MatchTo, word};
use crate::intake::{self, Intake, Matched};
use crate::report::cases::CaseFile;
use crate::report::nearest::nearest_to;

/// One resident who may be meant.
#[derive(Serialize)]
struct CandidateLine {
    resident: ResidentId,
    household: HouseholdId,
    name: String,
    grid: AreaId,
}

/// A door with the alert's person behind it.
fn newcomer(session: &mut Session, alert: &Alert, address: &str, grid: &str) -> Result<Matched, Failure> {
    if address.trim().is_empty() {
        return Err(Failure::usage("--new: write the address of the door, such as 3栋2单元501"));
    }
    if alert.resident.is_some() {
        return Err(Failure::usage(
            "it is known who this alert is about; --to names another resident where that is wrong",
        ));
    }
    let areas = session.town.areas()?;
    let grid = crate::import::find_area(&areas, grid).map_err(|reason| Failure::usage(format!("--grid: {reason}")))?;
    if !areas.iter().any(|(id, area)| *id == grid && area.level == AreaLevel::Grid) {
        return Err(Failure::usage("--grid: this is no grid; write one, as village/grid"));
    }
    Ok(Matched::newcomer(alert, address, grid, session.now, &mut session.random))
}

pub(super) fn matched(session: &mut Session, place: &Place, asked: &MatchTo) -> Result<(), Failure> {
    let (person, alert) = asked.one.find(session)?;
    let file = CaseFile::read(&session.town, alert)?
        .ok_or_else(|| Failure::usage("this alert cannot be read by this version"))?;
    let candidates = match intake::who(&session.town, &intake::sought_by(&file.alert))? {
        Who::One(one) => vec![*one],
        Who::Several(several) => several,
        Who::Nobody => Vec::new(),
    };
    if let (Some(address), Some(grid)) = (&asked.new, &asked.grid) {
        let who = newcomer(session, &file.alert, address, grid)?;
        Intake::default()
            .matched(&session.town, person, alert, &who, session.now, &mut session.random)
            .map_err(not_taken)?;
        return show(session, place, alert);
    }
    let Some(to) = &asked.to else {
        let held: BTreeSet<Scope> = session.town.scopes_of(person)?.into_iter().collect();
        let shown: Vec<CandidateLine> = candidates
            .into_iter()
            .filter(|one| held.contains(&Scope::Grid(one.grid)))
            .map(|one| CandidateLine {
                resident: one.resident,
                household: one.household,
                name: one.name,
                grid: one.grid,
            })
            .collect();
        return output::result(place.json, &shown, |shown| {
            if shown.is_empty() {
                output::note(
                    "Nobody here is called so or has this telephone; --to outsider says that they live elsewhere.",
                );
            }
            for one in shown {
                output::line(format!("{}  {}  grid {}", one.resident, one.name, one.grid));
            }
        });
    };
    let who = if to == "outsider" {
        Matched::Outsider
    } else {
        let wrong = || Failure::usage("--to: write a resident's identifier as the candidates show it, or outsider");
        let resident: ResidentId = to.parse().map_err(|_| wrong())?;
        let one = candidates.iter().find(|one| one.resident == resident).ok_or_else(wrong)?;
        Matched::Resident(one.household, resident)
    };
    Intake::default()
        .matched(&session.town, person, alert, &who, session.now, &mut session.random)
        .map_err(not_taken)?;
    show(session, place, alert)
}

/// A worker who is near, with their name.
#[derive(Serialize)]
struct NearLine {
    name: Option<String>,
    telephone: Option<String>,
    #[serde(flatten)]
    near: Near,
}

pub(super) fn nearby(session: &Session, place: &Place, alert: AlertId) -> Result<(), Failure> {
    let file = CaseFile::read(&session.town, alert)?
        .ok_or_else(|| Failure::usage("this alert cannot be read by this version"))?;
    let people = people(session)?;
    let found = nearest_to(&session.town, &file.alert, session.now)?;
    let shown: Vec<NearLine> = found
        .into_iter()
        .map(|near| {
            let person = people.get(&near.person);
            NearLine {
                name: person.map(|person| person.name.clone()),
                telephone: person.and_then(|person| person.telephone.clone()),
                near,
            }
        })
        .collect();
    output::result(place.json, &shown, |shown| {
        if shown.is_empty() {
            output::note("The alert has no place on the map, or nobody recorded anything near it.");
        }
        for line in shown {
            let age = line.near.minutes_ago.map_or_else(String::new, |minutes| format!(", {minutes} min ago"));
            let rough = if line.near.rough { ", datum not known: some 700 m either way" } else { "" };
            let (name, telephone) = (line.name.as_deref().unwrap_or("-"), line.telephone.as_deref().unwrap_or("-"));
            let known = word(line.near.known);
            output::line(format!("{:>7} m  {name}  {telephone}  {known}{age}{rough}", line.near.metres));
        }
    })
}
