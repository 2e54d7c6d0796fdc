//! Counts as pages show them.
//!
//! Floor: console; pure. Invariant: each is what the coverage report says under a name that a reader knows.

use qiaomen_core::doors::Coverage;
use schemars::JsonSchema;
use serde::Serialize;

use crate::console::names::{AreaName, Names};
use crate::console::{Asked, Moment};
use crate::report::Point;
use crate::report::overview::{Part, Waiting};
use crate::report::phases::PhaseCoverage;

/// How doors stand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Sums {
    /// Doors on the roster.
    pub(super) doors: u64,
    /// Those that are counted.
    pub(super) counted: u64,
    /// Counted doors to which somebody went, or that somebody telephoned.
    pub(super) gone_to: u64,
    /// Where somebody was met face to face.
    pub(super) met: u64,
    /// Reached by telephone only.
    pub(super) telephone_only: u64,
    /// Where they would not talk.
    pub(super) refused: u64,
    /// Tried in vain.
    pub(super) in_vain: u64,
    /// Never visited.
    pub(super) never: u64,
    /// Where somebody's pledge stands.
    pub(super) pledged: u64,
    /// Where the app was explained to somebody who was met.
    pub(super) app_explained: u64,
    /// Where all that is to be explained was.
    pub(super) all_explained: u64,
    /// Where the open letter was handed over.
    pub(super) letter: u64,
    /// Where the police's card was.
    pub(super) card: u64,
    /// People behind counted doors.
    pub(super) residents: u64,
    /// Those of them whose pledge stands.
    pub(super) signed: u64,
    /// Those who have not signed.
    pub(super) unsigned: u64,
    /// Those who have the app.
    pub(super) app_installed: u64,
    /// Those who do not.
    pub(super) app_missing: u64,
    /// Those of whom nobody has looked.
    pub(super) app_not_looked: u64,
    /// Those who are not known to have it.
    pub(super) app_open: u64,
    /// Paper pledges that were not filed yet.
    pub(super) unfiled: u64,
    /// Doors left out of the count with a supervisor's consent.
    pub(super) left_out: Out,
    /// Doors that wait for a supervisor's consent; they are counted.
    pub(super) waiting: Out,
}

/// Doors by why they are, or may be, left out.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Out {
    pub(super) all: u64,
    pub(super) vacant: u64,
    pub(super) demolished: u64,
    pub(super) long_absent: u64,
    pub(super) other: u64,
}

impl Sums {
    pub(super) fn of(of: &Coverage, waiting: &Waiting) -> Self {
        let out = &of.left_out;
        Self {
            doors: of.doors,
            counted: of.counted,
            gone_to: of.counted - of.never_tried,
            met: of.visited,
            telephone_only: of.telephone_only,
            refused: of.refused,
            in_vain: of.in_vain,
            never: of.never_tried,
            pledged: of.pledged,
            app_explained: of.explained.app,
            all_explained: of.explained.all,
            letter: of.letter,
            card: of.card,
            residents: of.residents.here,
            signed: of.residents.signed,
            unsigned: of.residents.unsigned,
            app_installed: of.residents.app_installed,
            app_missing: of.residents.app_missing,
            app_not_looked: of.residents.app_not_looked,
            app_open: of.residents.app_missing + of.residents.app_not_looked,
            unfiled: of.pledges.unfiled,
            left_out: Out {
                all: out.vacant + out.demolished + out.long_absent + out.other,
                vacant: out.vacant,
                demolished: out.demolished,
                long_absent: out.long_absent,
                other: out.other,
            },
            waiting: Out {
                all: waiting.all(),
                vacant: waiting.vacant,
                demolished: waiting.demolished,
                long_absent: waiting.long_absent,
                other: waiting.other,
            },
        }
    }

    /// What is shown as a share of a whole: the word for it, the part, the whole.
    pub(super) const fn rates(&self) -> [(&'static str, u64, u64); 5] {
        [
            ("gone_to", self.gone_to, self.counted),
            ("met", self.met, self.counted),
            ("pledged", self.pledged, self.counted),
            ("app", self.app_explained, self.counted),
            ("installed", self.app_installed, self.residents),
        ]
    }
}

/// A part of a whole in percent, for a meter.
pub(super) fn share(part: &u64, whole: &u64) -> u64 {
    if *whole == 0 { 0 } else { part * 100 / whole }
}

/// A village or a grid.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PartLine {
    pub(super) area: AreaName,
    /// What it is called by itself.
    pub(super) name: String,
    /// The village that a grid lies in.
    pub(super) village: Option<AreaName>,
    pub(super) sums: Sums,
    /// The middle of what was recorded there: degrees north, times ten million.
    pub(super) latitude: Option<i64>,
    /// Degrees east, times ten million.
    pub(super) longitude: Option<i64>,
}

impl PartLine {
    pub(super) fn of(names: &Names, part: &Part) -> Self {
        Self {
            area: names.area(part.area.id),
            name: part.area.name.clone(),
            village: part.village.map(|village| AreaName {
                id: village.to_string(),
                path: names.tree().get(village).map(|area| area.name.clone()).unwrap_or_default(),
            }),
            sums: Sums::of(&part.coverage, &part.waiting),
            latitude: part.middle.as_ref().map(|at| at.latitude),
            longitude: part.middle.as_ref().map(|at| at.longitude),
        }
    }

    /// Whether a grid lies in this village, or in none where this is no village's.
    pub(super) fn holds(&self, grid: &Self) -> bool {
        grid.village.as_ref().is_some_and(|village| village.id == self.area.id)
    }
}

/// A phase, of what was done in it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PhaseLine {
    pub(super) id: String,
    pub(super) campaign: String,
    pub(super) name: String,
    pub(super) from: Option<Moment>,
    /// Its last moment.
    pub(super) to: Option<Moment>,
    /// Whether it runs now.
    pub(super) runs: bool,
    pub(super) sums: Sums,
}

impl PhaseLine {
    pub(super) fn of(asked: &Asked<'_>, found: &PhaseCoverage) -> Self {
        let period = found.phase.period;
        Self {
            id: found.phase.id.to_string(),
            campaign: found.phase.campaign.clone(),
            name: found.phase.name.clone(),
            from: period.from.map(|from| asked.moment(from)),
            to: period.until.map(|until| asked.moment(until.plus_millis(-1))),
            runs: period.contains(asked.now),
            sums: Sums::of(&found.coverage, &Waiting::default()),
        }
    }
}

/// How far the doors were by a moment.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PointLine {
    /// The last moment that counts.
    pub(super) last: Moment,
    pub(super) gone_to: u64,
    pub(super) met: u64,
    pub(super) pledged: u64,
    pub(super) app_explained: u64,
}

impl PointLine {
    pub(super) fn of(asked: &Asked<'_>, point: &Point) -> Self {
        Self {
            last: asked.moment(point.until.plus_millis(-1)),
            gone_to: point.tried,
            met: point.met,
            pledged: point.pledged,
            app_explained: point.app,
        }
    }
}
