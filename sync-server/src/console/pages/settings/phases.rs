//! The phases of campaigns, by which coverage is cut.
//!
//! Floor: console. Invariant: days are the town's own, and the last day is within the phase.

use askama::Template;
use qiaomen_core::record::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AllQuery, day, id, note, rooms, words};
use crate::console::{Asked, Deed, Done, Page, Shell, Trouble};
use crate::settings::phases;

/// The phases of campaigns.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PhasesModel {
    /// Whether those that were called off are listed too.
    all: bool,
    /// The phases, the first to begin first.
    phases: Vec<PhaseModel>,
}

/// A phase.
#[derive(Debug, Serialize, JsonSchema)]
struct PhaseModel {
    id: String,
    /// What the campaign is called.
    campaign: String,
    /// What the phase is called.
    name: String,
    /// Its first day.
    from: String,
    /// Its last day.
    to: String,
    /// What is to be done in it.
    note: Option<String>,
    /// Whether it was called off.
    cancelled: bool,
    /// `coming`, `running` or `over`.
    state: String,
}

#[derive(Template)]
#[template(path = "settings_phases.html")]
struct PhasesView<'a> {
    shell: &'a Shell,
    m: &'a PhasesModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// The phases of campaigns.
pub(crate) struct Phases;

impl Page for Phases {
    const ID: &'static str = "phases";
    const SUMMARY: &'static str = "The phases of the town's campaigns";
    type Query = AllQuery;
    type Model = PhasesModel;

    fn read(asked: &Asked<'_>, query: AllQuery) -> Result<PhasesModel, Trouble> {
        let zone = asked.town.zone();
        let lines = phases::list(asked.town, query.all)?.into_iter().map(|line| {
            let phase = line.phase();
            let state = match asked.now {
                now if now < phase.from => "coming",
                now if now < phase.to => "running",
                _ => "over",
            };
            PhaseModel {
                id: line.id.to_string(),
                campaign: phase.campaign,
                name: phase.name,
                from: zone.day(phase.from).to_string(),
                // A phase ends with the first instant that is no longer in it.
                to: zone.day(phase.to.plus_millis(-1)).to_string(),
                note: phase.note,
                cancelled: phase.cancelled,
                state: state.to_owned(),
            }
        });
        Ok(PhasesModel { all: query.all, phases: lines.collect() })
    }

    fn show(shell: &Shell, m: &PhasesModel) -> askama::Result<String> {
        PhasesView { shell, m, rooms: rooms(shell) }.render()
    }
}

/// A phase to be.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddPhase {
    /// What the campaign is called.
    campaign: String,
    /// What the phase is called.
    name: String,
    /// Its first day.
    from: String,
    /// Its last day.
    to: String,
    /// What is to be done in it.
    note: Option<String>,
}

fn span((from, to): (&str, &str)) -> Result<(Day, Day), Trouble> {
    let (from, to) = (day("from", from)?, day("to", to)?);
    if to < from {
        return Err(Trouble::field("to", "最后一天早于第一天。", "The last day is before the first."));
    }
    Ok((from, to))
}

/// Adds a phase.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addPhase";
    const SUMMARY: &'static str = "Add a phase of a campaign";
    type Form = AddPhase;

    fn perform(asked: &Asked<'_>, form: AddPhase) -> Result<Done, Trouble> {
        let (zone, (from, to)) = (asked.town.zone(), span((&form.from, &form.to))?);
        let new = phases::New {
            campaign: form.campaign.trim().to_owned(),
            name: form.name.trim().to_owned(),
            from: zone.start(from),
            to: zone.end(to),
            note: form.note.as_deref().map(words),
        };
        let line = phases::add(asked.town, asked.person, new, asked.now, &mut asked.random())?;
        note(asked, line.id, "phase_added")?;
        Ok(Done::new(asked, "/settings/phases", "阶段已添加。", "The phase was added.").with_id(line.id))
    }
}

/// What a phase is to be.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct ChangePhase {
    /// Which.
    phase: String,
    /// What the campaign is called.
    campaign: String,
    /// What the phase is called.
    name: String,
    /// Its first day.
    from: String,
    /// Its last day.
    to: String,
    /// What is to be done in it.
    note: Option<String>,
}

/// Changes a phase.
pub(crate) struct Change;

impl Deed for Change {
    const ID: &'static str = "changePhase";
    const SUMMARY: &'static str = "Change a phase of a campaign";
    type Form = ChangePhase;

    fn perform(asked: &Asked<'_>, form: ChangePhase) -> Result<Done, Trouble> {
        let (zone, (from, to)) = (asked.town.zone(), span((&form.from, &form.to))?);
        let id = id(asked, &form.phase)?;
        let change = phases::Change {
            campaign: Some(form.campaign.trim().to_owned()),
            name: Some(form.name.trim().to_owned()),
            from: Some(zone.start(from)),
            to: Some(zone.end(to)),
            // What was emptied is taken out.
            note: Some(form.note.as_deref().map(words).unwrap_or_default()),
        };
        phases::change(asked.town, asked.person, id, change, asked.now, &mut asked.random())?;
        note(asked, id, "phase_changed")?;
        Ok(Done::new(asked, "/settings/phases", "阶段已修改。", "The phase was changed.").with_id(id))
    }
}

/// Which phase.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhichPhase {
    /// Which.
    phase: String,
}

/// Calls a phase off.
pub(crate) struct Cancel;

impl Deed for Cancel {
    const ID: &'static str = "cancelPhase";
    const SUMMARY: &'static str = "Call a phase of a campaign off";
    type Form = WhichPhase;

    fn perform(asked: &Asked<'_>, form: WhichPhase) -> Result<Done, Trouble> {
        let id = id(asked, &form.phase)?;
        phases::cancel(asked.town, asked.person, id, asked.now, &mut asked.random())?;
        note(asked, id, "phase_cancelled")?;
        Ok(Done::new(asked, "/settings/phases", "阶段已取消。", "The phase was called off.").with_id(id))
    }
}
