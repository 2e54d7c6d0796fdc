//! The playbook: the follow-up rules as versioned data, read from TOML.
//!
//! Floor: playbook. Invariants: a [`Playbook`] has been checked, its clocks are positive and bounded and its
//! zone exists; a file says what differs from the built-in values, which never change under their version.

use std::fmt;

use serde::Deserialize;

use crate::record::word::Word;
use crate::record::{Level, Time, Zone};

/// The built-in playbook, as a file.
pub const BUILTIN: &str = include_str!("builtin.toml");

/// The version a file goes by that names none. Fit for trying out; a town's own must have a name.
pub const UNNAMED: &str = "unnamed";

/// A month of 31 days, in minutes: no clock of the follow-up is longer.
const MONTH_MINUTES: i64 = 31 * 24 * 60;

/// How many levels there are.
pub(super) const LEVELS: usize = 4;

/// The rank of a level, lowest first; a level that this version does not know ranks highest.
pub(super) const fn rank(level: &Level) -> usize {
    match level {
        Level::Low => 0,
        Level::Medium => 1,
        Level::High => 2,
        Level::Extreme | Level::Unknown(_) => 3,
    }
}

/// The follow-up rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Playbook {
    pub(super) version: String,
    pub(super) zone: Zone,
    pub(super) first_contact_minutes: [i64; LEVELS],
    pub(super) first_meeting_minutes: [i64; LEVELS],
    pub(super) feedback_minutes: i64,
    pub(super) second_visit_hours: i64,
    pub(super) second_visit_levels: [bool; LEVELS],
    pub(super) second_visit_grace_hours: i64,
    pub(super) three_day_visit_days: i64,
    pub(super) clearing_ends_series: bool,
    pub(super) telephone_satisfies_second_visit: bool,
    pub(super) easily_deceived_days: i64,
}

/// Why a playbook was not taken: where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct PlaybookError {
    /// The key, with its table, or the line.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
}

impl Playbook {
    /// The built-in rules.
    #[must_use]
    pub fn builtin() -> Self {
        // That the file says what `defaults` says is a test's business.
        Self::parse(BUILTIN).unwrap_or_else(|_| Self::defaults())
    }

    /// Reads a playbook; what the file leaves out is as built in.
    ///
    /// # Errors
    /// The place and the problem, for anything that is not TOML, unknown keys, and values that cannot be.
    pub fn parse(text: &str) -> Result<Self, PlaybookError> {
        let file: File = toml::from_str(text).map_err(|error| PlaybookError::of_toml(text, &error))?;
        let base = Self::defaults();
        let playbook = Self {
            version: version(file.version)?,
            zone: zone(file.zone, base.zone)?,
            first_contact_minutes: file
                .first_contact_minutes
                .over("first_contact_minutes", base.first_contact_minutes)?,
            first_meeting_minutes: file
                .first_meeting_minutes
                .over("first_meeting_minutes", base.first_meeting_minutes)?,
            feedback_minutes: number(
                "feedback_minutes",
                file.feedback_minutes,
                base.feedback_minutes,
                MONTH_MINUTES,
                "minutes",
            )?,
            second_visit_hours: number(
                "second_visit_hours",
                file.second_visit_hours,
                base.second_visit_hours,
                MONTH_MINUTES / 60,
                "hours",
            )?,
            second_visit_levels: levels(file.second_visit_levels.as_deref(), base.second_visit_levels)?,
            second_visit_grace_hours: number(
                "second_visit_grace_hours",
                file.second_visit_grace_hours,
                base.second_visit_grace_hours,
                MONTH_MINUTES / 60,
                "hours",
            )?,
            three_day_visit_days: number(
                "three_day_visit_days",
                file.three_day_visit_days,
                base.three_day_visit_days,
                31,
                "days",
            )?,
            clearing_ends_series: file.clearing_ends_series.unwrap_or(base.clearing_ends_series),
            telephone_satisfies_second_visit: file
                .telephone_satisfies_second_visit
                .unwrap_or(base.telephone_satisfies_second_visit),
            easily_deceived_days: number(
                "easily_deceived_days",
                file.easily_deceived_days,
                base.easily_deceived_days,
                366,
                "days",
            )?,
        };
        // Whoever reads this name on an alert must find the built-in numbers behind it.
        if playbook.version.starts_with("builtin") && playbook != Self::defaults() {
            return Err(PlaybookError::new(
                "version",
                "only the built-in playbook goes by this name; write one of your own",
            ));
        }
        Ok(playbook)
    }

    /// The name it goes by; an alert keeps the one in force when it was issued.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whose local days count where a town sets nothing else.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// How long the first contact may take at this level, in minutes.
    #[must_use]
    pub const fn first_contact_minutes(&self, level: &Level) -> i64 {
        self.first_contact_minutes[rank(level)]
    }

    /// How long the first meeting may take at this level, in minutes.
    #[must_use]
    pub const fn first_meeting_minutes(&self, level: &Level) -> i64 {
        self.first_meeting_minutes[rank(level)]
    }

    /// How long the feedback may take after the first meeting, in minutes.
    #[must_use]
    pub const fn feedback_minutes(&self) -> i64 {
        self.feedback_minutes
    }

    /// Whether an alert of this level owes a second visit whatever a meeting judged.
    #[must_use]
    pub const fn owes_second_visit(&self, level: &Level) -> bool {
        self.second_visit_levels[rank(level)]
    }

    /// How long the second visit may take, in hours.
    #[must_use]
    pub const fn second_visit_hours(&self) -> i64 {
        self.second_visit_hours
    }

    /// How long after its time a second visit is given up at the earliest, in hours.
    #[must_use]
    pub const fn second_visit_grace_hours(&self) -> i64 {
        self.second_visit_grace_hours
    }

    /// Every how many local days the person is met.
    #[must_use]
    pub const fn three_day_visit_days(&self) -> i64 {
        self.three_day_visit_days
    }

    /// Whether a standing clearance ends the three-day visits.
    #[must_use]
    pub const fn clearing_ends_series(&self) -> bool {
        self.clearing_ends_series
    }

    /// Whether a telephone call does for the second visit.
    #[must_use]
    pub const fn telephone_satisfies_second_visit(&self) -> bool {
        self.telephone_satisfies_second_visit
    }

    /// Every how many local days somebody easily deceived is reached.
    #[must_use]
    pub const fn easily_deceived_days(&self) -> i64 {
        self.easily_deceived_days
    }

    /// When somebody easily deceived, last reached at `last`, is overdue: the first instant after the local day by
    /// whose end they are to be reached again.
    #[must_use]
    pub fn easily_deceived_due(&self, last: Time, zone: &Zone) -> Time {
        zone.end(zone.day(last).saturating_add(jiff::Span::new().days(self.easily_deceived_days)))
    }

    /// What a file need not say.
    pub(super) fn defaults() -> Self {
        Self {
            version: "builtin-1".to_owned(),
            zone: Zone::shanghai(),
            first_contact_minutes: [60, 30, 15, 10],
            first_meeting_minutes: [1440, 720, 120, 60],
            feedback_minutes: 120,
            second_visit_hours: 48,
            second_visit_levels: [false, false, true, true],
            second_visit_grace_hours: 24,
            three_day_visit_days: 3,
            clearing_ends_series: false,
            telephone_satisfies_second_visit: false,
            easily_deceived_days: 30,
        }
    }
}

/// A playbook's file, as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    version: Option<String>,
    zone: Option<String>,
    first_contact_minutes: Minutes,
    first_meeting_minutes: Minutes,
    feedback_minutes: Option<i64>,
    second_visit_hours: Option<i64>,
    second_visit_levels: Option<Vec<String>>,
    second_visit_grace_hours: Option<i64>,
    three_day_visit_days: Option<i64>,
    clearing_ends_series: Option<bool>,
    telephone_satisfies_second_visit: Option<bool>,
    easily_deceived_days: Option<i64>,
}

/// Minutes per level, as they are written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Minutes {
    low: Option<i64>,
    medium: Option<i64>,
    high: Option<i64>,
    extreme: Option<i64>,
}

impl Minutes {
    fn over(&self, table: &str, base: [i64; LEVELS]) -> Result<[i64; LEVELS], PlaybookError> {
        let [low, medium, high, extreme] = base;
        let one = |level: &str, given, base| number(&format!("{table}.{level}"), given, base, MONTH_MINUTES, "minutes");
        Ok([
            one("low", self.low, low)?,
            one("medium", self.medium, medium)?,
            one("high", self.high, high)?,
            one("extreme", self.extreme, extreme)?,
        ])
    }
}

fn number(key: &str, given: Option<i64>, base: i64, most: i64, unit: &str) -> Result<i64, PlaybookError> {
    match given.unwrap_or(base) {
        number if (1..=most).contains(&number) => Ok(number),
        _ => Err(PlaybookError::new(key, format_args!("write a whole number of {unit} from 1 to {most}"))),
    }
}

fn version(given: Option<String>) -> Result<String, PlaybookError> {
    let Some(version) = given else { return Ok(UNNAMED.to_owned()) };
    if version.trim().is_empty() || version.len() > 64 || version.chars().any(char::is_control) {
        return Err(PlaybookError::new("version", "write a name of 1 to 64 bytes on one line, such as \"town-2\""));
    }
    Ok(version)
}

fn zone(given: Option<String>, base: Zone) -> Result<Zone, PlaybookError> {
    given.map_or(Ok(base), |name| {
        Zone::named(&name).map_err(|_| {
            PlaybookError::new("zone", "there is no such zone; write an IANA name, such as \"Asia/Shanghai\"")
        })
    })
}

fn levels(given: Option<&[String]>, base: [bool; LEVELS]) -> Result<[bool; LEVELS], PlaybookError> {
    let Some(words) = given else { return Ok(base) };
    let mut levels = [false; LEVELS];
    for (at, word) in words.iter().enumerate() {
        let level = Level::from_word(word);
        let place = format!("second_visit_levels[{at}]");
        if !level.is_known() {
            return Err(PlaybookError::new(&place, "there is no such level; write extreme, high, medium or low"));
        }
        if std::mem::replace(&mut levels[rank(&level)], true) {
            return Err(PlaybookError::new(&place, "stands twice; write each level once"));
        }
    }
    Ok(levels)
}

impl PlaybookError {
    pub(super) fn new(place: &str, problem: impl fmt::Display) -> Self {
        Self { place: place.to_owned(), problem: problem.to_string() }
    }

    /// A complaint of the TOML reader: the line, with its key where it has one.
    fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let before = text.as_bytes().get(..start).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        let key = text.lines().nth(line).and_then(|line| line.split_once('=')).map(|(key, _)| key.trim());
        let place = match key {
            Some(key) if !key.is_empty() => format!("line {}, {key}", line + 1),
            _ => format!("line {}", line + 1),
        };
        Self { place, problem: error.message().trim().replace('\n', ", ") }
    }
}
