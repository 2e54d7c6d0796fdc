//! Follow-up rules as numbers and words, and as the TOML that says what differs from the built-in ones.
//!
//! Floor: console; pure. Invariant: what is written as TOML reads back as the same numbers.

use std::fmt::Write as _;

use qiaomen_core::playbook::Playbook;
use qiaomen_core::record::Level;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::console::Shell;

/// The levels, the highest first.
const LEVELS: [Level; 4] = [Level::Extreme, Level::High, Level::Medium, Level::Low];

/// What a level asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct OfLevel {
    /// The level.
    pub(super) level: String,
    /// How long the first contact may take.
    pub(super) first_contact_minutes: i64,
    /// How long the first meeting may take.
    pub(super) first_meeting_minutes: i64,
    /// Whether a second visit is owed whatever a meeting judged.
    pub(super) second_visit: bool,
}

/// Follow-up rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Rules {
    /// The name they go by.
    pub(super) version: String,
    /// What each level asks for, the highest first.
    pub(super) levels: Vec<OfLevel>,
    /// How long the feedback may take after the first meeting.
    pub(super) feedback_minutes: i64,
    /// How long the second visit may take.
    pub(super) second_visit_hours: i64,
    /// How long after its time it is given up at the earliest.
    pub(super) second_visit_grace_hours: i64,
    /// Every how many local days the person is met.
    pub(super) three_day_visit_days: i64,
    /// Whether a standing clearance ends these visits.
    pub(super) clearing_ends_series: bool,
    /// Whether a telephone call does for the second visit.
    pub(super) telephone_satisfies_second_visit: bool,
    /// Every how many local days somebody easily deceived is reached.
    pub(super) easily_deceived_days: i64,
}

impl From<&Playbook> for Rules {
    fn from(playbook: &Playbook) -> Self {
        let of = |level: &Level| OfLevel {
            level: level.to_string(),
            first_contact_minutes: playbook.first_contact_minutes(level),
            first_meeting_minutes: playbook.first_meeting_minutes(level),
            second_visit: playbook.owes_second_visit(level),
        };
        Self {
            version: playbook.version().to_owned(),
            levels: LEVELS.iter().map(of).collect(),
            feedback_minutes: playbook.feedback_minutes(),
            second_visit_hours: playbook.second_visit_hours(),
            second_visit_grace_hours: playbook.second_visit_grace_hours(),
            three_day_visit_days: playbook.three_day_visit_days(),
            clearing_ends_series: playbook.clearing_ends_series(),
            telephone_satisfies_second_visit: playbook.telephone_satisfies_second_visit(),
            easily_deceived_days: playbook.easily_deceived_days(),
        }
    }
}

/// A draft that is tried: its text, or numbers; what is left out is as in the version that it begins with. (One struct:
/// the reader of forms tells no number from a word in a struct within a struct.)
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct DraftQuery {
    /// The rules as TOML; the other fields are left aside then.
    pub(super) rules: Option<String>,
    /// Whether the numbers beside it are to be tried.
    #[serde(default)]
    pub(super) fields: bool,
    /// The version that it begins with; that in force if absent.
    pub(super) base: Option<String>,
    /// The name that it is to go by.
    version: Option<String>,
    first_contact_extreme: Option<i64>,
    first_contact_high: Option<i64>,
    first_contact_medium: Option<i64>,
    first_contact_low: Option<i64>,
    first_meeting_extreme: Option<i64>,
    first_meeting_high: Option<i64>,
    first_meeting_medium: Option<i64>,
    first_meeting_low: Option<i64>,
    feedback_minutes: Option<i64>,
    second_visit_hours: Option<i64>,
    second_visit_grace_hours: Option<i64>,
    three_day_visit_days: Option<i64>,
    easily_deceived_days: Option<i64>,
    #[serde(default)]
    second_visit_levels: Vec<String>,
    clearing_ends_series: Option<bool>,
    telephone_satisfies_second_visit: Option<bool>,
}

impl Rules {
    /// These with what was filled in.
    pub(super) fn filled(mut self, filled: &DraftQuery) -> Self {
        let contact = [
            filled.first_contact_extreme,
            filled.first_contact_high,
            filled.first_contact_medium,
            filled.first_contact_low,
        ];
        let meeting = [
            filled.first_meeting_extreme,
            filled.first_meeting_high,
            filled.first_meeting_medium,
            filled.first_meeting_low,
        ];
        for ((of, contact), meeting) in self.levels.iter_mut().zip(contact).zip(meeting) {
            of.first_contact_minutes = contact.unwrap_or(of.first_contact_minutes);
            of.first_meeting_minutes = meeting.unwrap_or(of.first_meeting_minutes);
            // A box that is not ticked is not sent.
            of.second_visit = filled.second_visit_levels.contains(&of.level);
        }
        self.version = filled.version.clone().unwrap_or(self.version);
        for (number, given) in [
            (&mut self.feedback_minutes, filled.feedback_minutes),
            (&mut self.second_visit_hours, filled.second_visit_hours),
            (&mut self.second_visit_grace_hours, filled.second_visit_grace_hours),
            (&mut self.three_day_visit_days, filled.three_day_visit_days),
            (&mut self.easily_deceived_days, filled.easily_deceived_days),
        ] {
            *number = given.unwrap_or(*number);
        }
        self.clearing_ends_series = filled.clearing_ends_series.unwrap_or(false);
        self.telephone_satisfies_second_visit = filled.telephone_satisfies_second_visit.unwrap_or(false);
        self
    }

    /// As a playbook's file: its version, and what differs from the built-in rules.
    pub(super) fn toml(&self, zone: Option<&str>) -> String {
        let built_in = Self::from(&Playbook::builtin());
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let mut out = format!("version = {}\n", quoted(&self.version));
        if let Some(zone) = zone {
            // Writing to a string never fails.
            let _ = writeln!(out, "zone = {}", quoted(zone));
        }
        for (key, here, there) in [
            ("feedback_minutes", self.feedback_minutes, built_in.feedback_minutes),
            ("second_visit_hours", self.second_visit_hours, built_in.second_visit_hours),
            ("second_visit_grace_hours", self.second_visit_grace_hours, built_in.second_visit_grace_hours),
            ("three_day_visit_days", self.three_day_visit_days, built_in.three_day_visit_days),
            ("easily_deceived_days", self.easily_deceived_days, built_in.easily_deceived_days),
        ] {
            if here != there {
                let _ = writeln!(out, "{key} = {here}");
            }
        }
        let owed = |rules: &Self| -> Vec<String> {
            let owing = rules.levels.iter().filter(|of| of.second_visit);
            owing.map(|of| of.level.clone()).collect()
        };
        if owed(self) != owed(&built_in) {
            let levels: Vec<String> = owed(self).iter().map(|level| quoted(level)).collect();
            let _ = writeln!(out, "second_visit_levels = [{}]", levels.join(", "));
        }
        for (key, here, there) in [
            ("clearing_ends_series", self.clearing_ends_series, built_in.clearing_ends_series),
            (
                "telephone_satisfies_second_visit",
                self.telephone_satisfies_second_visit,
                built_in.telephone_satisfies_second_visit,
            ),
        ] {
            if here != there {
                let _ = writeln!(out, "{key} = {here}");
            }
        }
        for (table, of) in [
            ("first_contact_minutes", (|of| of.first_contact_minutes) as fn(&OfLevel) -> i64),
            ("first_meeting_minutes", |of| of.first_meeting_minutes),
        ] {
            let differ: Vec<_> =
                self.levels.iter().zip(&built_in.levels).filter(|(here, there)| of(here) != of(there)).collect();
            if !differ.is_empty() {
                let _ = writeln!(out, "\n[{table}]");
            }
            for (here, _) in differ {
                let _ = writeln!(out, "{} = {}", here.level, of(here));
            }
        }
        out
    }
}

impl Shell {
    /// So many minutes as people say it: 10 分钟, 2 小时, 2 天.
    pub(super) fn rule_span(&self, minutes: &i64) -> String {
        let (number, unit) = match *minutes {
            minutes if minutes > 1_440 && minutes % 1_440 == 0 => (minutes / 1_440, self.w("天", "days")),
            minutes if minutes >= 60 && minutes % 60 == 0 => (minutes / 60, self.w("小时", "h")),
            minutes => (minutes, self.w("分钟", "min")),
        };
        format!("{number} {unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_written_as_toml_read_back_as_the_same_rules() {
        let built_in = Rules::from(&Playbook::builtin());
        let mut own = built_in.clone();
        own.version = "town \"2\" \\ 号".to_owned();
        assert_eq!(own.toml(None).lines().count(), 1, "only what differs");
        own.levels[1].first_contact_minutes = 20;
        own.levels[3].first_meeting_minutes = 720;
        own.levels[2].second_visit = true;
        own.levels[0].second_visit = false;
        own.feedback_minutes = 90;
        own.clearing_ends_series = true;
        let text = own.toml(Some("Asia/Urumqi"));
        let read = Playbook::parse(&text).unwrap();
        assert_eq!(Rules::from(&read), own, "{text}");
        for level in &mut own.levels {
            level.second_visit = false;
        }
        assert_eq!(Rules::from(&Playbook::parse(&own.toml(None)).unwrap()), own);
    }

    #[test]
    fn minutes_are_told_as_people_say_them() {
        let shell = Shell::default();
        for (minutes, said) in [(10, "10 分钟"), (90, "90 分钟"), (120, "2 小时"), (1_440, "24 小时"), (2_880, "2 天")]
        {
            assert_eq!(shell.rule_span(&minutes), said);
        }
    }
}
