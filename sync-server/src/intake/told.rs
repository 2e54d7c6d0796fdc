//! An alert as its sender tells it, before anybody here has looked at it.
//!
//! Floor: sync-server, intake; pure. Invariants: text is taken without what cannot be seen (control characters, marks that
//! turn the direction of writing); what is too long or cannot be is refused with the field that is wrong, never cut.

use qiaomen_core::record::{AreaId, Level, Origin, Place, Time, numbers};

use crate::import::clean;

/// An alert as its sender tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The sender's own number for it, by which it is known again.
    pub number: Option<String>,
    /// The person's name.
    pub name: String,
    /// The person's telephones, as text.
    pub telephone: Option<String>,
    /// How urgent it is.
    pub level: Level,
    /// Who issued it.
    pub issuer: String,
    /// Where it came from.
    pub origin: Option<Origin>,
    /// The area whose team answers for it, where the sender knows.
    pub area: Option<AreaId>,
    /// Where the person may be found.
    pub places: Vec<Place>,
    /// When it was issued.
    pub issued: Time,
    /// When it reached the station.
    pub reached_station: Option<Time>,
    /// When it was passed on.
    pub passed_on: Option<Time>,
    /// What else is known.
    pub note: Option<String>,
    /// Why it was issued in error, where the sender takes it back.
    pub recalled: Option<String>,
}

/// A line of text without what cannot be seen.
pub(super) fn line(text: &str) -> String {
    clean::word(text)
}

/// Prose without what cannot be seen.
pub(super) fn prose(text: &str) -> String {
    clean::tidy(text)
}

/// Telephones in one form, where they are any; else the text as it came.
fn telephones(text: &str) -> String {
    let found = numbers(&clean::narrow_signs(text));
    if found.iter().all(|number| (7..=15).contains(&number.len())) && !found.is_empty() {
        found.join("; ")
    } else {
        line(text)
    }
}

impl Told {
    /// The same, as it is kept.
    #[must_use]
    pub fn cleaned(self) -> Self {
        let some = |text: Option<String>, clean: fn(&str) -> String| {
            text.map(|text| clean(&text)).filter(|text| !text.is_empty())
        };
        Self {
            number: some(self.number, line),
            name: line(&self.name),
            telephone: some(self.telephone, telephones),
            issuer: line(&self.issuer),
            places: self
                .places
                .into_iter()
                .map(|place| Place {
                    label: line(&place.label),
                    address: some(place.address, line),
                    position: place.position,
                })
                .collect(),
            note: some(self.note, prose),
            recalled: self.recalled.map(|reason| prose(&reason)),
            ..self
        }
    }

    /// The addresses of its places.
    pub(super) fn addresses(&self) -> Vec<String> {
        self.places.iter().filter_map(|place| place.address.clone()).collect()
    }
}
