//! The same alert again: what its sender puts right, what goes up, and what is only a question.
//!
//! Floor: sync-server, intake. Invariants: what somebody here has put right since stays, and is told to a supervisor
//! beside what the sender says; a level is never edited; the same again writes nothing.

use std::cmp::Ordering;

use qiaomen_core::record::field::Part as _;
use qiaomen_core::record::word::Word as _;
use qiaomen_core::record::{
    AlertId, Asked, Fields, Kind, Level, Place, PlaceId, Question, Raise, Random, Recall, Record, Scope, Time, Value,
};

use super::told::Told;
use super::{Came, Hands, IntakeError, Sender, ask, remember};
use crate::access::{self, Asker};
use crate::author::Draft;
use crate::import::compare::{self, Chosen, Part, Present, Say};
use crate::report::cases::CaseFile;
use crate::town::Town;

/// What an alert says, field by field; its level and places apart.
pub(super) fn says(told: &Told) -> Vec<Say> {
    let mut says = vec![
        Say::text(0, "name", "name", &told.name),
        Say::text(0, "issuer", "issuer", &told.issuer),
        Say::new(0, "issued", "issued", Value::Int(told.issued.millis())).fixed(),
    ];
    says.extend(told.origin.as_ref().map(|origin| Say::text(0, "origin", "origin", origin.word())));
    says.extend(told.area.map(|area| Say::new(0, "area", "area", Value::Bytes(area.bytes().as_slice().into()))));
    says.extend(told.telephone.as_ref().map(|text| Say::text(0, "telephone", "telephone", text)));
    says.extend(told.note.as_ref().map(|text| Say::text(0, "note", "note", text)));
    for (column, time) in [("reached_station", told.reached_station), ("passed_on", told.passed_on)] {
        says.extend(time.map(|time| Say::new(0, column, column, Value::Int(time.millis()))));
    }
    says
}

/// A place, and whether it is new.
pub(super) fn part(id: [u8; 16], place: &Place, fresh: bool) -> Part {
    let mut fields = Fields::new();
    place.write_fields("", &mut fields);
    let says = fields.iter().map(|(key, value)| Say::new(0, "places", key, value.clone())).collect();
    Part { row: 0, id, fresh: fresh.then_some(fields), says }
}

/// The same alert again.
pub(super) fn again(
    town: &Town,
    hands: &mut Hands,
    sender: Sender,
    alert: AlertId,
    told: &Told,
    now: Time,
    random: &mut dyn Random,
) -> Result<Came, IntakeError> {
    let Some(present) = Present::read(town, alert.into())? else { return Err(IntakeError::Unknown) };
    let file = CaseFile::read(town, alert)?.ok_or(IntakeError::Unknown)?;
    let says = says(told);
    let parts = places(told, &present, now, random);
    let mut found = compare::against(&present, 0, &says, ("places", &parts), &Chosen::new());
    found.check(&present)?;
    let mut came = Came::Unchanged;
    // A system may put right what it made, and nothing else.
    let may_edit = !sender.is_integration || file.own.header.author == sender.person;
    if let Some(area) = told.area.filter(|area| *area != file.alert.area)
        && sender.is_integration
        && !access::may_create_in(
            &**town.store(),
            Asker::Person(&town.store().standing(sender.person)?),
            &Kind::Alert,
            Scope::CaseFile(alert),
            Some(area),
        )?
    {
        return Err(IntakeError::Denied("the area lies outside that of the key".to_owned()));
    }
    if !found.edits.is_empty() && may_edit {
        let edits = std::mem::take(&mut found.edits);
        hands.write(town, sender.person, vec![Draft::Edit { id: alert.into(), edits }], now, random)?;
        came = Came::Corrected;
    }
    if may_edit {
        remember(town, &found.memory);
    }
    let shown = |field: &str, text: &str| match text.parse::<i64>() {
        Ok(millis) if matches!(field, "issued" | "reached_station" | "passed_on") => {
            town.zone().written(Time::from_millis(millis))
        }
        _ => text.to_owned(),
    };
    let mut differs: Vec<String> = found
        .clashes
        .iter()
        .map(|clash| {
            let field = clash.field;
            format!("{field}: {} → {}", shown(field, &clash.here), shown(field, &clash.file))
        })
        .collect();
    if told.recalled.is_none() && file.facts.iter().any(|fact| matches!(fact.record, Record::Recall(_))) {
        differs.push("it was sent once more after it was taken back".to_owned());
    }
    differs.extend(found.edits.iter().map(|edit| edit.path.join(".")));
    if !differs.is_empty() {
        let mut note = differs.join("\n");
        note.truncate(note.floor_char_boundary(4000));
        let question = Question { note: Some(note), ..Question::new(alert, Asked::Differs, now) };
        ask(town, hands, question, now, random)?;
        came = Came::Listed;
    }
    Ok(level(town, hands, sender, (&file, &told.level), now, random)?.unwrap_or(came))
}

/// What becomes of a level that a sender names: a raise, a question, or nothing.
pub(super) fn level(
    town: &Town,
    hands: &mut Hands,
    sender: Sender,
    (file, told): (&CaseFile, &Level),
    now: Time,
    random: &mut dyn Random,
) -> Result<Option<Came>, IntakeError> {
    let alert = file.id;
    let may_edit = !sender.is_integration || file.own.header.author == sender.person;
    // Against the level now: it never falls, whoever raised it.
    match told.effective().cmp(&file.standing(town, now).level.effective()) {
        Ordering::Equal => Ok(None),
        Ordering::Greater if may_edit => {
            let raise = Raise { alert, level: told.clone(), at: now, reason: None };
            hands.fact(town, sender.person, (alert, raise.into()), now, random)?;
            Ok(Some(Came::Raised))
        }
        // The level that it was issued with, once more, says nothing against a raise by somebody else.
        Ordering::Less if *told == file.alert.level && !raised_by(file, sender) => Ok(None),
        Ordering::Greater | Ordering::Less => {
            let question = Question { level: Some(told.clone()), ..Question::new(alert, Asked::LowerLevel, now) };
            ask(town, hands, question, now, random)?;
            Ok(Some(Came::Listed))
        }
    }
}

/// Whether this sender has raised the alert itself.
fn raised_by(file: &CaseFile, sender: Sender) -> bool {
    let raise = |record: &Record| matches!(record, Record::Raise(_));
    file.facts.iter().any(|fact| fact.header.author == sender.person && raise(&fact.record))
}

/// The places told, each as the one of its label that is there, or as a new one.
fn places(told: &Told, present: &Present, now: Time, random: &mut dyn Random) -> Vec<Part> {
    let there = present.parts("places");
    let is = |fields: &Fields, key: &str, text: Option<&str>| fields.text(key).ok() == text;
    // What stands there word for word first, so that two of one label are not taken for each other.
    let mut same_as: Vec<Option<[u8; 16]>> = vec![None; told.places.len()];
    for exact in [true, false] {
        for (at, place) in told.places.iter().enumerate() {
            if same_as[at].is_some() {
                continue;
            }
            let found = there.iter().find(|(id, have)| {
                !same_as.contains(&Some(*id))
                    && is(have, "label", Some(&place.label))
                    && (!exact || is(have, "address", place.address.as_deref()))
            });
            same_as[at] = found.map(|(id, _)| *id);
        }
    }
    told.places
        .iter()
        .zip(same_as)
        .map(|(place, same)| {
            let id = same.unwrap_or_else(|| *PlaceId::fresh(now, random).bytes());
            part(id, place, same.is_none())
        })
        .collect()
}

/// Takes an alert back; says whether it stood until now.
pub(super) fn recall(
    town: &Town,
    hands: &mut Hands,
    sender: Sender,
    (alert, reason): (AlertId, &str),
    now: Time,
    random: &mut dyn Random,
) -> Result<bool, IntakeError> {
    let file = CaseFile::read(town, alert)?.ok_or(IntakeError::Unknown)?;
    if file.facts.iter().any(|fact| matches!(fact.record, Record::Recall(_))) {
        return Ok(false);
    }
    let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    hands.fact(town, sender.person, (alert, Recall { alert, at: now, reason }.into()), now, random)?;
    Ok(true)
}
