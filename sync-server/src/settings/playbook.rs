//! A town's own follow-up rules: what a draft would come to, and putting one in force.
//!
//! Floor: sync-server, settings. Invariants: what is published is never edited; an alert keeps the rules that were in
//! force when it was issued, so that publishing moves no time that anybody was told; a draft is tried on copies, and
//! nothing of that is written.

use qiaomen_core::playbook::books::Own;
use qiaomen_core::playbook::samples::samples;
use qiaomen_core::playbook::{Case, DueKind, DueState, DueVisit, Playbook, PlaybookError, due};
use qiaomen_core::record::{
    AlertId, DocumentId, Invalid, Level, PersonId, Random, Reason, Record, Rulebook, Time, Zone,
};
use serde::Serialize;

use super::{SettingError, create_one, read};
use crate::report::today::Reach;
use crate::store::StoreError;
use crate::town::Town;

/// How many open alerts a draft is tried on.
const MOST_ALERTS: usize = 20;

/// A playbook, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The record; none for the built-in one.
    pub id: Option<DocumentId>,
    /// The name it goes by.
    pub version: String,
    /// The rules, as TOML: what differs from the built-in ones.
    pub rules: String,
    /// From when it is in force; none for the built-in one, which is wherever no other is.
    pub from: Option<Time>,
    /// Why it was set.
    pub reason: Option<String>,
    /// Who set it.
    pub by: Option<PersonId>,
    /// When the server took it in.
    pub published: Option<Time>,
    /// Whether alerts that are issued now are reckoned by it.
    pub in_force: bool,
    /// Why it is in force nowhere: this program cannot read it, or its version was taken.
    pub problem: Option<String>,
}

/// What a draft would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The version that is in force now.
    pub current: String,
    /// The version that the draft names.
    pub draft: String,
    /// Whether the draft could be published under that version.
    pub version_free: bool,
    /// The newest open alerts that the reader holds, the newest first, and then cases made up for the purpose.
    pub samples: Vec<Sample>,
}

/// One case under both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The alert; none for a case that is made up.
    pub alert: Option<AlertId>,
    /// The alert's number, or the word for what is made up.
    pub name: Option<String>,
    /// The level that it was issued with.
    pub level: Level,
    /// When it was issued.
    pub issued: Time,
    /// Whether anything comes out otherwise.
    pub differs: bool,
    /// What is and ever was due, side by side.
    pub visits: Vec<Beside>,
}

/// A due visit under both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// What it is.
    pub kind: DueKind,
    /// Under the rules in force now; none where they owe it not.
    pub current: Option<Side>,
    /// Under the draft; none where it owes it not.
    pub draft: Option<Side>,
}

/// When something is due, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// When.
    pub due: Time,
    /// How it stands now.
    pub state: DueState,
    /// By how many whole minutes it was late, is overdue, or was overdue when it was missed.
    pub late_minutes: i64,
}

impl From<&DueVisit> for Side {
    fn from(visit: &DueVisit) -> Self {
        Self { due: visit.due, state: visit.state, late_minutes: visit.late_minutes }
    }
}

/// The playbooks there are: the town's own, the last to come into force first, then those in force nowhere, and at the
/// end the built-in one.
///
/// # Errors
/// As the store.
pub fn list(town: &Town, now: Time) -> Result<Vec<Line>, StoreError> {
    let books = town.books()?;
    let current = books.in_force(now).version();
    let mut lines: Vec<(Option<usize>, Line)> = Vec::new();
    for (stored, rulebook) in rulebooks(town)? {
        let place = books.own().iter().position(|own: &Own| own.id == stored.id);
        let problem = books.unreadable().iter().find(|(id, _)| *id == stored.id).map(|(_, error)| error.to_string());
        lines.push((
            place,
            Line {
                id: Some(stored.id),
                in_force: place.is_some() && rulebook.version == current,
                version: rulebook.version,
                rules: rulebook.rules,
                from: Some(rulebook.from),
                reason: rulebook.reason,
                by: Some(stored.author),
                published: Some(stored.arrival),
                problem,
            },
        ));
    }
    lines.sort_by_key(|(place, line)| (std::cmp::Reverse(*place), line.id));
    let built_in = books.builtin().version();
    let last = Line {
        id: None,
        version: built_in.to_owned(),
        rules: qiaomen_core::playbook::rules::BUILTIN.to_owned(),
        from: None,
        reason: None,
        by: None,
        published: None,
        in_force: current == built_in,
        problem: None,
    };
    Ok(lines.into_iter().map(|(_, line)| line).chain(std::iter::once(last)).collect())
}

fn rulebooks(town: &Town) -> Result<Vec<(crate::store::StoredDocument, Rulebook)>, StoreError> {
    read(town, "rulebook", |record| match record {
        Record::Rulebook(rulebook) => Some(rulebook),
        _ => None,
    })
}

/// What a draft would come to for alerts that the reader holds and for cases made up for the purpose, beside the rules
/// in force now. Alerts that there are keep their own rules; the draft is what later ones like them would have.
///
/// # Errors
/// [`SettingError::Playbook`] with the place, where the draft cannot be read; as the store.
pub fn draft_effect(town: &Town, reader: PersonId, rules: &str, now: Time) -> Result<Effect, SettingError> {
    let draft = Playbook::parse(rules)?;
    let (books, zone) = (town.books()?, town.zone());
    let current = books.in_force(now);
    let reach = Reach::of(town, reader)?;
    let mut held = town.board(|board| {
        let held = board.cases().iter().filter(|(alert, case)| reach.holds(**alert, case.alert.area));
        let mut held: Vec<_> = held.map(|(alert, case)| (case.alert.issued, *alert)).collect();
        held.sort_unstable_by(|one, other| other.cmp(one));
        held.truncate(MOST_ALERTS);
        let of = |(_, alert): (Time, AlertId)| {
            let case = board.cases().get(&alert)?;
            Some((Some(alert), case.alert.platform_number.clone(), case.case.clone()))
        };
        held.into_iter().filter_map(of).collect::<Vec<_>>()
    })?;
    held.extend(samples(now).into_iter().map(|sample| (None, Some(sample.name.to_owned()), sample.case)));
    let samples = held.into_iter().map(|(alert, name, case)| {
        let visits = beside((current, &draft), &case, zone, now);
        let differs = visits.iter().any(|visit| visit.current != visit.draft);
        Sample { alert, name, level: case.alert, issued: case.issued, differs, visits }
    });
    Ok(Effect {
        current: current.version().to_owned(),
        draft: draft.version().to_owned(),
        version_free: named(&draft).is_ok() && !is_taken(town, draft.version())?,
        samples: samples.collect(),
    })
}

/// What one case owes under both, the first of a kind beside the first of that kind.
fn beside((current, draft): (&Playbook, &Playbook), case: &Case, zone: &Zone, now: Time) -> Vec<Beside> {
    let one = due(current, case, zone, now).list;
    let mut other = due(draft, case, zone, now).list;
    let mut visits = Vec::with_capacity(one.len().max(other.len()));
    for visit in &one {
        let place = other.iter().position(|found| found.kind == visit.kind);
        let draft = place.map(|place| Side::from(&other.remove(place)));
        visits.push(Beside { kind: visit.kind, current: Some(visit.into()), draft });
    }
    let only_draft = other.iter().map(|visit| Beside { kind: visit.kind, current: None, draft: Some(visit.into()) });
    visits.extend(only_draft);
    visits.sort_by_key(|visit| {
        let due = |side: &Option<Side>| side.map(|side| side.due);
        (due(&visit.current).or(due(&visit.draft)), visit.kind)
    });
    visits
}

/// That a playbook has a name of its own.
fn named(playbook: &Playbook) -> Result<(), PlaybookError> {
    let version = playbook.version();
    if version.starts_with("builtin") || version == qiaomen_core::playbook::rules::UNNAMED {
        let problem = "write a name of its own at the top, such as version = \"town-2\"".to_owned();
        return Err(PlaybookError { place: "version".to_owned(), problem });
    }
    Ok(())
}

fn is_taken(town: &Town, version: &str) -> Result<bool, StoreError> {
    Ok(rulebooks(town)?.iter().any(|(_, rulebook)| rulebook.version == version))
}

/// Puts a playbook in force from a moment on: alerts issued from then on are reckoned by it. Its version is the one that
/// stands in its text.
///
/// # Errors
/// [`SettingError::Playbook`] with the place; [`SettingError::Taken`] where there is one of this version;
/// [`SettingError::Past`] for a moment that is over, as alerts of that time have been reckoned; [`SettingError::Invalid`],
/// [`SettingError::Denied`], or as the store.
pub fn publish(
    town: &Town,
    by: PersonId,
    rules: &str,
    from: Time,
    reason: Option<&str>,
    now: Time,
    random: &mut dyn Random,
) -> Result<Line, SettingError> {
    if rules.len() > qiaomen_core::record::setting::MOST_RULES {
        let limit = qiaomen_core::record::setting::MOST_RULES;
        return Err(Invalid::new("rules", Reason::TooLong(limit)).into());
    }
    let playbook = Playbook::parse(rules)?;
    named(&playbook)?;
    if is_taken(town, playbook.version())? {
        return Err(SettingError::Taken);
    }
    if from < now {
        return Err(SettingError::Past);
    }
    let rulebook = Rulebook {
        version: playbook.version().to_owned(),
        rules: rules.to_owned(),
        from,
        reason: reason.map(str::to_owned).filter(|reason| !reason.trim().is_empty()),
    };
    let id = create_one(town, by, rulebook, now, random)?;
    list(town, now)?.into_iter().find(|line| line.id == Some(id)).ok_or(SettingError::Unknown)
}
