//! `grid list`.
//!
//! Floor: sync-server, command. Invariant: every grid of the area tree is listed, whether or not anything lies there.

use std::collections::HashMap;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use qiaomen_core::record::{Area, AreaId, AreaLevel, Person, PersonId, Role, Time};
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use super::tree::Tree;
use crate::store::GridCount;

#[derive(Debug, Subcommand)]
pub(super) enum GridCommand {
    List(List),
}

/// List every grid: village, households, who works there, and when something last came from there
///
/// One line a grid, by village: its name, how many households lie there, the volunteers and grid workers who hold
/// it, and when the newest change of anything that lies there arrived, an import's too; then the number that residents
/// call about whoever stands at their door, the grid's own or that of the nearest area above that has one. Who has their role in the
/// village or above works in every grid below. A grid that nobody works in says so; --without-worker lists no others.
/// With --json each grid is {"id","name","code","village","path","telephone","households",
/// "workers":[{"id","login","name","role"}],"last_activity"}, times in UTC; what there is not is null.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only the grids that no volunteer and no grid worker holds
    #[arg(long)]
    without_worker: bool,
}

#[derive(Serialize)]
struct Worker {
    id: PersonId,
    login: Option<String>,
    name: String,
    role: Role,
}

#[derive(Serialize)]
struct Shown {
    id: AreaId,
    name: String,
    code: Option<String>,
    village: Option<String>,
    path: String,
    telephone: Option<String>,
    households: u64,
    workers: Vec<Worker>,
    last_activity: Option<Time>,
}

impl GridCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let Self::List(list) = self;
        let session = Session::open_present(place)?;
        let (areas, people) = (session.town.areas()?, session.town.people()?);
        let counts = session.town.grids()?.into_iter().map(|count| (count.grid, count)).collect();
        let mut shown = shown(&areas, &people, &counts);
        if list.without_worker {
            shown.retain(|grid| grid.workers.is_empty());
        }
        output::result(place.json, &shown, |shown| {
            if shown.is_empty() {
                output::note(if list.without_worker {
                    "Somebody works in every grid."
                } else {
                    "There is no grid yet; `qiaomen-server import areas` brings them."
                });
            }
            for grid in shown {
                let workers: Vec<String> = grid.workers.iter().map(Worker::written).collect();
                let workers = if workers.is_empty() { "(nobody works here)".to_owned() } else { workers.join(", ") };
                let last = grid.last_activity.map_or_else(|| "-".to_owned(), |at| session.town.zone().written(at));
                let households = match grid.households {
                    0 => "no household".to_owned(),
                    1 => "1 household".to_owned(),
                    many => format!("{many} households"),
                };
                let call = grid.telephone.as_ref().map(|number| format!("  call {number}")).unwrap_or_default();
                output::line(format!("{}  {households}  {workers}  {last}{call}", grid.path));
            }
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Worker {
    fn written(&self) -> String {
        match &self.login {
            Some(login) => format!("{} ({login}, {})", self.name, self.role),
            None => format!("{} ({})", self.name, self.role),
        }
    }
}

fn shown(areas: &[(AreaId, Area)], people: &[(PersonId, Person)], counts: &HashMap<AreaId, GridCount>) -> Vec<Shown> {
    let tree = Tree::new(areas);
    let workers = workers(people);
    let mut grids: Vec<(AreaId, &Area)> =
        areas.iter().filter(|(_, area)| area.level == AreaLevel::Grid).map(|(id, area)| (*id, area)).collect();
    // By village, each by code where there is one: that is the order of the register.
    grids.sort_by_cached_key(|(id, area)| {
        let village = tree.village(*id).map(|(id, village)| (village.code.clone(), village.name.clone(), id));
        (village, area.code.clone(), area.name.clone(), *id)
    });
    grids
        .into_iter()
        .map(|(id, area)| {
            let count = counts.get(&id);
            Shown {
                id,
                name: area.name.clone(),
                code: area.code.clone(),
                village: tree.village(id).map(|(_, village)| village.name.clone()),
                path: tree.path(id),
                telephone: tree.upwards(id).find_map(|(_, area)| area.telephone.clone()),
                households: count.map_or(0, |count| count.households),
                workers: working_in(id, &tree, &workers),
                last_activity: count.and_then(|count| count.latest),
            }
        })
        .collect()
}

/// Who works, by the area that they have their role in.
fn workers(people: &[(PersonId, Person)]) -> HashMap<AreaId, Vec<(PersonId, &Person, &Role)>> {
    let mut workers: HashMap<AreaId, Vec<_>> = HashMap::new();
    for (id, person) in people {
        for (role, area) in person.roles() {
            if matches!(role, Role::Volunteer | Role::GridWorker) {
                workers.entry(area).or_default().push((*id, person, role));
            }
        }
    }
    workers
}

fn working_in(
    grid: AreaId,
    tree: &Tree<'_>,
    workers: &HashMap<AreaId, Vec<(PersonId, &Person, &Role)>>,
) -> Vec<Worker> {
    let mut found: Vec<Worker> = tree
        .upwards(grid)
        .filter_map(|(area, _)| workers.get(&area))
        .flatten()
        .map(|(id, person, role)| Worker {
            id: *id,
            login: person.login.clone(),
            name: person.name.clone(),
            role: (*role).clone(),
        })
        .collect();
    // Whoever has no login comes last.
    found.sort_by_cached_key(|worker| (worker.login.is_none(), worker.login.clone(), worker.id, worker.role.clone()));
    found.dedup_by(|one, other| one.id == other.id && one.role == other.role);
    found
}
