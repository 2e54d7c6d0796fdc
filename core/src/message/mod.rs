//! Alerts in messages as they reach a town: chats, forwarded texts, notes of a call; read so that a person need only
//! correct them.
//!
//! Floor: message, just above [`record`](crate::record) and knowing nothing of any other room. Pure: `now` and the
//! zone are parameters. Invariants: any text is read, in time that grows with its length; of a text longer than
//! [`MAX_BYTES`] only the beginning is, cut between letters; what is not said is nothing, never a guess without
//! [`Reading::unsure`] naming it; nobody's telephone but the person's own is given as theirs; whatever is left over
//! is not lost, as [`Reading::text`] has the person's part as it was written.

mod hours;
mod labels;
mod letters;
mod lexicon;
mod moments;
mod names;
mod papers;
mod people_words;
mod phones;
mod places;
mod split;
mod surnames;
mod terms;
mod times;
mod verdict;

use serde::Serialize;

use crate::record::word::words;
use crate::record::{FraudKind, Level, Origin, Time, Zone};
use labels::marks;
use letters::Letters;
use names::Name;
use phones::{Owner, phones};
use split::{Part, Seen, parts};
use times::{Clock, Moment, moments};

/// Of a longer text only so much is read.
pub const MAX_BYTES: usize = 16 * 1024;

words! {
    /// A field of a [`Reading`].
    pub enum Item {
        /// The name.
        Name = "name",
        /// The telephone.
        Telephone = "telephone",
        /// The level.
        Level = "level",
        /// The number on the issuer's platform.
        PlatformNumber = "platform_number",
        /// The address.
        Address = "address",
        /// When it was issued.
        Issued = "issued",
        /// When it reached the station.
        ReachedStation = "reached_station",
        /// Who issued it.
        Issuer = "issuer",
        /// Where it came from.
        Origin = "origin",
        /// The kind of fraud.
        Kind = "kind",
    }
}

/// What a message says of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The person's name without titles; a covered one (张*) as it was written.
    pub name: Option<String>,
    /// The person's telephone: digits only, without +86.
    pub telephone: Option<String>,
    /// How urgent it is.
    pub level: Option<Level>,
    /// Its number on the issuer's platform.
    pub platform_number: Option<String>,
    /// Where the person may be found.
    pub address: Option<String>,
    /// When it was issued.
    pub issued: Option<Time>,
    /// When it reached the station.
    pub reached_station: Option<Time>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Where it came from.
    pub origin: Option<Origin>,
    /// The kind of fraud.
    pub kind: Option<FraudKind>,
    /// The part of the message about this person, as it was written: everything, where it is about one.
    pub text: String,
    /// What somebody should look at before it is believed, each once.
    pub unsure: Vec<Item>,
}

/// The alerts in a text that was pasted at `now`: one for each person, in its order; none where it is no alert.
#[must_use]
pub fn read(text: &str, now: Time, zone: &Zone) -> Vec<Reading> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    let letters = Letters::of(text);
    let marks = marks(&letters);
    let phones = phones(&letters, &marks);
    let clock = Clock { now, zone };
    let moments = moments(&letters, &clock);
    let seen = Seen { letters: &letters, marks: &marks, phones: &phones };
    let mut found: Vec<Reading> = Vec::new();
    for part in parts(&seen) {
        let reading = one(&seen, &moments, text, &part);
        let again = found.iter().any(|other| {
            other.telephone.is_some() && other.telephone == reading.telephone && other.name == reading.name
        });
        if !again && (reading.name.is_some() || reading.telephone.is_some() || reading.address.is_some()) {
            found.push(reading);
        }
    }
    let any = |has: fn(&Reading) -> bool| found.iter().any(has);
    let evidence = verdict::Evidence {
        name: any(|reading| reading.name.is_some()),
        phone: any(|reading| reading.telephone.is_some()),
        address: any(|reading| reading.address.is_some()),
        level: any(|reading| reading.level.is_some()),
        kind: any(|reading| reading.kind.is_some()),
        number: any(|reading| reading.platform_number.is_some()),
        masked: found.iter().all(|reading| reading.unsure.contains(&Item::Name)),
    };
    if found.is_empty() || !verdict::is_alert(&letters, &letters.whole(), &marks, evidence) {
        return Vec::new();
    }
    found
}

/// What one part says.
fn one(seen: &Seen<'_>, moments: &[Moment], text: &str, part: &Part) -> Reading {
    let (letters, marks) = (seen.letters, seen.marks);
    let mut made = Reading { text: letters.written(text, part.span.clone()).to_owned(), ..Reading::default() };
    let name = best(names::names(letters, part.span.clone(), marks, seen.phones));
    if let Some(name) = &name {
        made.name = Some(name.text.clone());
        made.doubt(Item::Name, name.partial);
    }
    telephone(seen, part, name.as_ref(), &mut made);
    let own = || std::iter::once(&part.span).chain(&part.shared);
    let everywhere = || own().chain([&part.lead]);
    let address = own().find_map(|span| places::address(letters, span.clone(), marks, name.as_ref()));
    made.address = address.map(|span| letters.text(span));
    if let Some((level, unsure)) = everywhere().find_map(|span| terms::level(letters, span, marks)) {
        made.level = Some(level);
        made.doubt(Item::Level, unsure);
    }
    if let Some((kind, unsure)) = everywhere().find_map(|span| terms::kind(letters, span, marks)) {
        made.kind = Some(kind);
        made.doubt(Item::Kind, unsure);
    }
    made.platform_number = own()
        .find_map(|span| papers::number(letters, span, marks))
        .or_else(|| papers::column(letters, &part.span, &part.shared));
    made.issuer = everywhere().find_map(|span| papers::issuer(letters, span, marks));
    made.origin = everywhere().find_map(|span| terms::origin(letters, span, marks));
    let times: Vec<_> = everywhere().map(|span| moments::times(letters, span, marks, moments)).collect();
    if let Some(moment) = times.iter().find_map(|times| times.issued.as_ref()) {
        made.issued = Some(moment.time);
        made.doubt(Item::Issued, moment.unsure);
    }
    if let Some(moment) = times.iter().find_map(|times| times.reached.as_ref()) {
        made.reached_station = Some(moment.time);
        made.doubt(Item::ReachedStation, moment.unsure || made.issued.is_some_and(|issued| issued > moment.time));
    }
    made.unsure.sort();
    made
}

/// The surest of the names; of those that are as sure the first.
fn best(names: Vec<Name>) -> Option<Name> {
    let whole = |name: &Name| name.score - if name.partial { 20 } else { 0 } - if name.relative { 30 } else { 0 };
    names.into_iter().rev().max_by_key(whole)
}

fn telephone(seen: &Seen<'_>, part: &Part, name: Option<&Name>, made: &mut Reading) {
    let inside = |owner: Owner| {
        seen.phones.iter().filter(move |phone| phone.owner == owner && part.span.contains(&phone.span.start))
    };
    let own: Vec<_> = inside(Owner::Person).collect();
    let mut digits: Vec<&String> = own.iter().filter_map(|phone| phone.digits.as_ref()).collect();
    digits.dedup();
    made.telephone = digits.first().map(|digits| (*digits).clone());
    made.doubt(Item::Telephone, digits.iter().any(|other| Some(*other) != made.telephone.as_ref()));
    if own.is_empty()
        && let Some(name) = name
        && let Some(phone) = inside(Owner::Relative)
            .find(|phone| phone.span.start >= name.span.end && phone.span.start - name.span.end < 12)
    {
        // The relative is whom it is about.
        made.telephone.clone_from(&phone.digits);
    }
    made.doubt(Item::Telephone, made.telephone.is_none() && !own.is_empty());
}

impl Reading {
    fn doubt(&mut self, item: Item, unsure: bool) {
        if unsure && !self.unsure.contains(&item) {
            self.unsure.push(item);
        }
    }
}

#[cfg(test)]
mod tests;
