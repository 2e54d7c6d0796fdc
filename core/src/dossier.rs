//! One person's dossier: everything recorded about them, in the order in which it happened (L4).
//!
//! Floor: dossier, above `projection`; pure; phone and server put theirs together through it. Invariants: nothing is left
//! out that was given; what happened when, by whose account, when it came in and whether its clock could be trusted
//! stand beside each other; a meeting says where its recording is, and one without says so (Q6).

use std::collections::BTreeSet;

use crate::identify::names_agree;
use crate::projection;
use crate::record::word::Word;
use crate::record::{
    Alert, DocumentId, Header, Household, KeptAt, Kind, PersonId, Record, ResidentId, Role, Time, counterpart_of,
    numbers,
};

/// From how many minutes after the fact on a record counts as entered late. This project's own number.
pub const LATE_MINUTES: i64 = 120;

/// A record as it is known on some replica.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its document.
    pub id: DocumentId,
    /// Its header.
    pub header: Header,
    /// What it says.
    pub record: Record,
    /// The number under which the server accepted it; none yet where it has not.
    pub acceptance: Option<u64>,
    /// When it arrived at the server.
    pub arrival: Option<Time>,
}

/// Where the recording of a meeting is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recording {
    /// There was nothing to record.
    NotOwed,
    /// There was a meeting, and it was not recorded, or nobody says so.
    Missing,
    /// It is kept there; nowhere that is said if absent.
    Kept(Option<KeptAt>),
}

impl serde::Serialize for Recording {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::NotOwed => "not_owed",
            Self::Missing => "missing",
            Self::Kept(None) => "kept",
            Self::Kept(Some(place)) => place.word(),
        })
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    /// When it happened, corrected.
    pub at: Time,
    /// Its document.
    pub id: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// Who recorded it.
    pub by: PersonId,
    /// In which role.
    pub role: Role,
    /// When it arrived at the server; not yet if absent.
    pub arrived: Option<Time>,
    /// Whether its times cannot be relied upon.
    pub doubtful: bool,
    /// How many minutes after it happened it was written, where that is late.
    pub entered_late_minutes: Option<i64>,
    /// Where its recording is.
    pub recording: Recording,
    /// What it says.
    pub record: Record,
}

impl Entry {
    fn of(known: Known) -> Self {
        let Known { id, header, record, arrival, .. } = known;
        let doubtful = projection::doubtful(&header, &record.fields(), arrival);
        let written = header.written();
        let at = record.moment().unwrap_or(written);
        let late = written.minutes_since(at);
        Self {
            at,
            id,
            kind: header.kind,
            by: header.author,
            role: header.role,
            arrived: arrival,
            doubtful,
            entered_late_minutes: (late >= LATE_MINUTES).then_some(late),
            recording: recording(&record),
            record,
        }
    }
}

/// The dossier of these records, each once, in the order in which they happened; of what happened at one moment, in
/// the order in which the server accepted it.
#[must_use]
pub fn dossier(known: Vec<Known>) -> Vec<Entry> {
    let mut entries: Vec<(u64, Entry)> =
        known.into_iter().map(|known| (known.acceptance.unwrap_or(u64::MAX), Entry::of(known))).collect();
    entries.sort_by(|(one, first), (other, second)| (first.at, one, first.id).cmp(&(second.at, other, second.id)));
    entries.dedup_by_key(|(_, entry)| entry.id);
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Where the recording of what a record tells of is: a meeting with an alert's person is to be recorded.
fn recording(record: &Record) -> Recording {
    let Record::Visit(visit) = record else { return Recording::NotOwed };
    let said = visit.dissuasion.as_ref().filter(|said| said.recorded_with.is_some());
    match said {
        Some(said) => Recording::Kept(said.kept_at.clone()),
        None if visit.alert.is_some() && visit.met_person() => Recording::Missing,
        None => Recording::NotOwed,
    }
}

/// The digits of a telephone, by which two are compared.
#[must_use]
pub fn digits(telephone: &str) -> String {
    telephone.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two alerts are about one person, as far as they say: the same resident, the same telephone under names that
/// agree, or the same name at the same door.
#[must_use]
pub fn same_person(one: &Alert, other: &Alert) -> bool {
    if let (Some(one), Some(other)) = (one.resident, other.resident) {
        return one == other;
    }
    let called = |alert: &Alert| numbers(alert.telephone.as_deref().unwrap_or_default());
    let telephones = called(other);
    let same_number = called(one).iter().any(|number| number.len() >= 7 && telephones.contains(number));
    // A family has one telephone, and its people are several.
    (same_number && names_agree(&one.name, &other.name))
        || (one.household.is_some() && one.household == other.household && one.name == other.name)
}

/// Who a resident is at all doors that were merged with theirs, by what these doors say; themselves among them.
#[must_use]
pub fn everywhere(resident: ResidentId, doors: &[Household]) -> BTreeSet<ResidentId> {
    let merged = doors.iter().filter(|door| door.merged_into.is_some());
    let pairs: Vec<_> = merged.flat_map(|door| &door.counterparts).filter_map(|pair| counterpart_of(pair)).collect();
    let mut found = BTreeSet::from([resident]);
    loop {
        let more: Vec<ResidentId> = pairs
            .iter()
            .filter(|(gone, kept)| found.contains(gone) != found.contains(kept))
            .flat_map(|(gone, kept)| [*gone, *kept])
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Whether a record of a door is about this resident: they were met, or pledged.
#[must_use]
pub fn is_about(record: &Record, resident: ResidentId) -> bool {
    match record {
        Record::Visit(visit) => visit.met.contains(&resident),
        Record::Pledge(pledge) => pledge.resident == resident,
        _ => false,
    }
}
