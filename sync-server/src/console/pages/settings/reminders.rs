//! What every worker is reminded of: new tricks above all.
//!
//! Floor: console. Invariant: a reminder that is over is marked and stays.

use askama::Template;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AllQuery, day, id, known, note, rooms, words};
use crate::console::{Asked, Deed, Done, Moment, Page, Shell, Trouble};
use crate::settings::{SettingError, reminders};

/// What workers are reminded of.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RemindersModel {
    /// Whether those that are over are listed too.
    all: bool,
    /// The reminders, the newest first.
    reminders: Vec<ReminderModel>,
}

/// A reminder.
#[derive(Debug, Serialize, JsonSchema)]
struct ReminderModel {
    id: String,
    title: String,
    body: String,
    /// The kind of fraud that it is about.
    fraud: Option<String>,
    /// Since when.
    at: Moment,
    /// Until when; for good if absent.
    until: Option<Moment>,
    /// Whether it was taken back.
    withdrawn: bool,
    /// Whether phones show it now.
    on: bool,
}

#[derive(Template)]
#[template(path = "settings_reminders.html")]
struct RemindersView<'a> {
    shell: &'a Shell,
    m: &'a RemindersModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// What workers are reminded of.
pub(crate) struct Reminders;

impl Page for Reminders {
    const ID: &'static str = "reminders";
    const SUMMARY: &'static str = "What every worker's phone reminds them of";
    type Query = AllQuery;
    type Model = RemindersModel;

    fn read(asked: &Asked<'_>, query: AllQuery) -> Result<RemindersModel, Trouble> {
        let lines = reminders::list(asked.town, query.all, asked.now)?.into_iter().map(|line| ReminderModel {
            id: line.id.to_string(),
            title: line.title,
            body: line.body,
            fraud: line.kind.map(|kind| kind.to_string()),
            at: asked.moment(line.at),
            until: line.until.map(|until| asked.moment(until)),
            withdrawn: line.withdrawn,
            on: line.on,
        });
        Ok(RemindersModel { all: query.all, reminders: lines.collect() })
    }

    fn show(shell: &Shell, m: &RemindersModel) -> askama::Result<String> {
        RemindersView { shell, m, rooms: rooms(shell) }.render()
    }
}

/// A reminder to be shown from now on.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddReminder {
    /// What it is called.
    title: String,
    /// What it says.
    body: String,
    /// The kind of fraud that it is about.
    fraud: Option<String>,
    /// Its last day; for good if absent.
    until: Option<String>,
}

/// Tells every worker.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addReminder";
    const SUMMARY: &'static str = "Have every worker's phone remind them of something";
    type Form = AddReminder;

    fn perform(asked: &Asked<'_>, form: AddReminder) -> Result<Done, Trouble> {
        let until = form.until.as_deref().map(|until| day("until", until)).transpose()?;
        let new = reminders::New {
            title: form.title.trim().to_owned(),
            body: words(&form.body),
            fraud: form.fraud.as_deref().map(|fraud| known("fraud", fraud)).transpose()?,
            until: until.map(|day| asked.town.zone().end(day)),
        };
        let added = reminders::add(asked.town, asked.person, new, asked.now, &mut asked.random());
        let line = added.map_err(|error| match error {
            SettingError::Past => {
                Trouble::field("until", "截止日期已经过去。", "This day is over. Give a later one, or none.")
            }
            error => error.into(),
        })?;
        note(asked, line.id, "reminder_added")?;
        let done = Done::new(
            asked,
            "/settings/reminders",
            "提醒已发出，手机下次同步后显示。",
            "Phones show it from their next exchange on.",
        );
        Ok(done.with_id(line.id))
    }
}

/// Which reminder.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhichReminder {
    /// Which.
    reminder: String,
}

/// Takes a reminder back.
pub(crate) struct End;

impl Deed for End {
    const ID: &'static str = "endReminder";
    const SUMMARY: &'static str = "Take a reminder back";
    type Form = WhichReminder;

    fn perform(asked: &Asked<'_>, form: WhichReminder) -> Result<Done, Trouble> {
        let id = id(asked, &form.reminder)?;
        reminders::end(asked.town, asked.person, id, asked.now, &mut asked.random())?;
        note(asked, id, "reminder_ended")?;
        Ok(Done::new(asked, "/settings/reminders", "提醒已收回。", "The reminder was taken back.").with_id(id))
    }
}
