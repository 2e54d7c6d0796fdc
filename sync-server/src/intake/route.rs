//! To whom an alert goes, and to whom next while nobody takes it (Q4, L11).
//!
//! Floor: sync-server, intake; pure but for reading the town's settings. Invariants: what a town has not set is as built
//! in; the last accepted setting of a level counts; somebody who has left, or holds nothing there, is offered nothing; an
//! area without a team is said to have none, never passed over.

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::doors::AreaTree;
use qiaomen_core::record::{AlertId, AreaId, Duty, FirstHands, Level, PersonId, Record, Role, Routing, Time};

use crate::report::area_tree;
use crate::store::StoreError;
use crate::town::Town;

/// Where alerts of each level go first, and how soon to the next.
#[derive(Clone, Debug)]
pub struct Settings(BTreeMap<Level, Routing>);

impl Default for Settings {
    /// No notice prescribes the minutes; they are this project's own.
    fn default() -> Self {
        let built_in = [
            (Level::Extreme, FirstHands::Station, [3, 6, 10]),
            (Level::High, FirstHands::Station, [5, 10, 15]),
            (Level::Medium, FirstHands::Team, [15, 30, 60]),
            (Level::Low, FirstHands::Team, [30, 60, 120]),
        ];
        Self(
            built_in
                .into_iter()
                .map(|(level, first, [deputy_minutes, head_minutes, telephone_minutes])| {
                    let routing =
                        Routing { level: level.clone(), first, deputy_minutes, head_minutes, telephone_minutes };
                    (level, routing)
                })
                .collect(),
        )
    }
}

impl Settings {
    /// The town's.
    ///
    /// # Errors
    /// As the store.
    pub fn read(town: &Town) -> Result<Self, StoreError> {
        let mut settings = Self::default();
        let mut rows = town.rows("routing")?;
        rows.sort_by_key(|row| (row.document.acceptance, row.document.id));
        for row in rows {
            if let Some(Record::Routing(routing)) = row.record("routing") {
                settings.0.insert(routing.level.clone(), routing);
            }
        }
        Ok(settings)
    }

    /// That of a level; of one that this version does not know, the highest one's.
    #[must_use]
    pub fn of(&self, level: &Level) -> Option<&Routing> {
        self.0.get(&level.effective())
    }

    /// All, the lowest level first.
    pub fn all(&self) -> impl Iterator<Item = &Routing> {
        self.0.values()
    }
}

/// Who an area's alerts go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// Who is on duty.
    pub on_duty: Vec<PersonId>,
    /// Who stands in.
    pub deputies: Vec<PersonId>,
    /// The heads of the team, those of the nearest area that has any.
    pub heads: Vec<PersonId>,
}

/// The town's people, areas and rosters, as alerts are routed by them.
#[derive(Debug)]
pub struct Routes {
    /// The settings of each level.
    pub settings: Settings,
    tree: AreaTree,
    heads: BTreeMap<AreaId, Vec<PersonId>>,
    duties: Vec<Duty>,
    here: BTreeSet<PersonId>,
}

impl Routes {
    /// The town's.
    ///
    /// # Errors
    /// As the store.
    pub fn read(town: &Town) -> Result<Self, StoreError> {
        let roles = town.roles()?;
        let mut heads: BTreeMap<AreaId, Vec<PersonId>> = BTreeMap::new();
        for (person, _, area) in roles.iter().filter(|(_, role, _)| *role == Role::TeamHead) {
            heads.entry(*area).or_default().push(*person);
        }
        let duties = town.rows("duty")?.into_iter().filter_map(|row| match row.record("duty") {
            Some(Record::Duty(duty)) => Some(duty),
            _ => None,
        });
        Ok(Self {
            settings: Settings::read(town)?,
            tree: area_tree(town)?,
            heads,
            duties: duties.collect(),
            here: roles.into_iter().map(|(person, ..)| person).collect(),
        })
    }

    /// An area and all above it, the nearest first.
    fn upward(&self, area: AreaId) -> Vec<AreaId> {
        self.tree.upward(area).map(|(id, _)| id).collect()
    }

    fn on_duty(&self, area: AreaId, now: Time) -> (Vec<PersonId>, Vec<PersonId>) {
        let on = || self.duties.iter().filter(|duty| duty.area == area && duty.is_on(now));
        let here = |person: &PersonId| self.here.contains(person);
        (
            on().map(|duty| duty.person).filter(here).collect(),
            on().filter_map(|duty| duty.deputy).filter(here).collect(),
        )
    }

    /// Who answers for an area's team at `now`.
    #[must_use]
    pub fn team(&self, area: AreaId, now: Time) -> Answering {
        let mut answering = Answering::default();
        let upward = self.upward(area);
        // The town's own roster is the station's.
        let local = if upward.len() > 1 { &upward[..upward.len() - 1] } else { &upward[..] };
        for area in local {
            if answering.on_duty.is_empty() {
                (answering.on_duty, answering.deputies) = self.on_duty(*area, now);
            }
            if answering.heads.is_empty() {
                answering.heads = self.heads.get(area).cloned().unwrap_or_default();
            }
        }
        if answering.heads.is_empty() {
            // Somebody who leads the whole town's teams.
            answering.heads = upward.last().and_then(|root| self.heads.get(root)).cloned().unwrap_or_default();
        }
        answering
    }

    /// Who answers for the station that an area belongs to at `now`; its heads are the local team's.
    #[must_use]
    pub fn station(&self, area: AreaId, now: Time) -> Answering {
        let root = self.upward(area).last().copied().unwrap_or(area);
        let (on_duty, deputies) = self.on_duty(root, now);
        Answering { on_duty, deputies, heads: self.team(area, now).heads }
    }

    /// Who answers for an area's alerts of a level at `now`, while nobody has taken one.
    #[must_use]
    pub fn answering(&self, level: &Level, area: AreaId, now: Time) -> Answering {
        match self.hands(level) {
            FirstHands::Team => self.team(area, now),
            FirstHands::Station | FirstHands::Joint | FirstHands::Unknown(_) => self.station(area, now),
        }
    }

    /// Who goes first.
    fn hands(&self, level: &Level) -> FirstHands {
        self.settings.of(level).map_or(FirstHands::Station, |routing| routing.first.clone())
    }

    /// Where an alert goes first at `now`.
    #[must_use]
    pub fn first(&self, level: &Level, area: AreaId, now: Time) -> First {
        let hands = self.hands(level);
        let team = self.team(area, now);
        let lead = if team.on_duty.is_empty() { team.heads.clone() } else { team.on_duty.clone() };
        match hands {
            FirstHands::Team => First { no_team: lead.is_empty(), offered: lead, sent: Vec::new(), hands },
            FirstHands::Joint => {
                let station = self.station(area, now);
                First { no_team: lead.is_empty(), offered: station.on_duty, sent: lead, hands }
            }
            FirstHands::Station | FirstHands::Unknown(_) => {
                let station = self.station(area, now);
                First { no_team: team.heads.is_empty(), offered: station.on_duty, sent: Vec::new(), hands }
            }
        }
    }
}

/// Where an alert goes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// Who goes first.
    pub hands: FirstHands,
    /// Who is offered it.
    pub offered: Vec<PersonId>,
    /// Who comes along.
    pub sent: Vec<PersonId>,
    /// Whether nobody leads a team there.
    pub no_team: bool,
}

/// How long an alert has waited for somebody to take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It is with whom it went to first.
    First,
    /// The deputy's turn has come.
    Deputy,
    /// The team head's turn has come.
    Head,
    /// A supervisor is to telephone.
    Telephone,
}

/// An alert that nobody has taken.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Waiting {
    /// The alert.
    pub alert: AlertId,
    /// How far it has come.
    pub stage: Stage,
    /// Since when it waits.
    pub since: Time,
}

/// How far an alert has come that nobody took since it arrived.
#[must_use]
pub fn stage(routing: &Routing, arrived: Time, now: Time) -> Stage {
    let minutes = now.minutes_since(arrived);
    if minutes >= routing.telephone_minutes {
        Stage::Telephone
    } else if minutes >= routing.head_minutes {
        Stage::Head
    } else if minutes >= routing.deputy_minutes {
        Stage::Deputy
    } else {
        Stage::First
    }
}
