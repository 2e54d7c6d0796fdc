//! What a merge writes.
//!
//! Floor: sync-server, amend; pure. Invariants: somebody is proposed to be the same only by name and telephone or year of
//! birth, or by name alone where one of the two has neither; nothing that the door that stays says is written over.

use std::collections::BTreeSet;

use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{AreaId, Household, Record, Resident, ResidentId, Value, counterpart, numbers};
use serde::Serialize;

use super::{Choice, Choices, Opened};
use crate::amend::AmendError;

/// A field that is filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fill {
    /// Which.
    pub field: String,
    /// With what, as it is written.
    pub value: String,
}

/// What becomes of somebody behind a door that is merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonMove {
    /// Who.
    pub resident: ResidentId,
    /// Their name.
    pub name: String,
    /// What becomes of them.
    pub choice: Choice,
    /// Whether that is only proposed: nobody chose.
    pub proposed: bool,
    /// Whether somebody at the other door has their name.
    pub same_name: bool,
    /// What is filled in of their counterpart.
    pub fills: Vec<Fill>,
}

/// What is to be written, and what to say of it.
pub(super) struct Plan {
    pub(super) people: Vec<PersonMove>,
    pub(super) fills: Vec<Fill>,
    pub(super) keep: Vec<Edit>,
    pub(super) gone: Vec<Edit>,
    pub(super) copied: BTreeSet<ResidentId>,
    pub(super) filled: BTreeSet<String>,
}

/// A path as a record of why names it; [`path_of`] is its inverse.
pub(super) fn path_text(path: &[Box<str>]) -> String {
    path.join(".")
}

/// The path that [`path_text`] wrote. Only what lies in the map of residents has more than one key, and a key at the root
/// or in a part may have a dot itself.
pub(super) fn path_of(text: &str) -> Vec<Box<str>> {
    if text.starts_with("residents.") { text.splitn(3, '.').map(Into::into).collect() } else { vec![text.into()] }
}

fn digits(resident: &Resident) -> BTreeSet<String> {
    resident.telephones.iter().flat_map(|text| numbers(text)).collect()
}

/// Whether two are likely to be one.
fn is_same(one: &Resident, other: &Resident) -> bool {
    if one.name.trim() != other.name.trim() {
        return false;
    }
    if let (Some(year), Some(there)) = (one.birth_year, other.birth_year) {
        return year == there;
    }
    let (mine, theirs) = (digits(one), digits(other));
    let told = |telephones: &BTreeSet<String>, year: Option<i64>| !telephones.is_empty() || year.is_some();
    !mine.is_disjoint(&theirs) || !told(&mine, one.birth_year) || !told(&theirs, other.birth_year)
}

/// What is there, with what it lacks and the other has.
fn filled(kept: &Resident, gone: &Resident) -> Resident {
    Resident {
        telephones: kept.telephones.union(&gone.telephones).cloned().collect(),
        birth_year: kept.birth_year.or(gone.birth_year),
        tags: kept.tags.union(&gone.tags).cloned().collect(),
        app_installed: kept.app_installed.or(gone.app_installed),
        left_to: kept.left_to.clone().or_else(|| gone.left_to.clone()),
        left_contact: kept.left_contact.clone().or_else(|| gone.left_contact.clone()),
        ..kept.clone()
    }
}

fn fill(path: &[Box<str>], value: &Value) -> Fill {
    let key = path.last().map(|key| &**key).unwrap_or_default();
    let (field, member) = key.split_once('/').map_or((key, None), |(field, member)| (field, Some(member)));
    let value = match (member, value) {
        (Some(member), _) => member.to_owned(),
        (None, Value::Text(text)) => text.to_string(),
        (None, Value::Int(number)) => number.to_string(),
        (None, Value::Bool(truth)) => truth.to_string(),
        (None, Value::Null | Value::Bytes(_) | Value::Map(_)) => String::new(),
    };
    Fill { field: field.to_owned(), value }
}

fn difference(before: &Household, after: &Household) -> Vec<Edit> {
    Record::from(before.clone()).fields().difference(&Record::from(after.clone()).fields())
}

/// What merging `gone` into `keep` writes.
pub(super) fn plan(keep: &Opened, gone: &Opened, choices: &Choices) -> Result<Plan, AmendError> {
    let mut after = keep.record.clone();
    let mut people = Vec::new();
    let mut taken: BTreeSet<ResidentId> = BTreeSet::new();
    let (mut copied, mut pairs) = (BTreeSet::new(), BTreeSet::new());
    for (id, resident) in gone.record.residents.iter().filter(|(_, resident)| !resident.removed) {
        let here = || keep.record.residents.iter().filter(|(_, there)| !there.removed);
        let like = here().find(|(there, kept)| !taken.contains(there) && is_same(kept, resident));
        let proposed = match like {
            // Somebody who was copied before and is there still.
            _ if here().any(|(there, _)| there == id) => Choice::Same(*id),
            Some((there, _)) => Choice::Same(*there),
            None => Choice::Copy,
        };
        let choice = choices.get(id).copied().unwrap_or(proposed);
        match choice {
            Choice::Copy => {
                after.residents.insert(*id, resident.clone());
                copied.insert(*id);
            }
            Choice::Same(there) => {
                let kept = after.residents.get_mut(&there).filter(|kept| !kept.removed).ok_or(AmendError::Unknown)?;
                *kept = filled(kept, resident);
                taken.insert(there);
                if there != *id {
                    pairs.insert(counterpart(*id, there));
                }
            }
            Choice::Leave => {}
        }
        people.push(PersonMove {
            resident: *id,
            name: resident.name.clone(),
            choice,
            proposed: !choices.contains_key(id),
            same_name: here().any(|(_, kept)| kept.name.trim() == resident.name.trim()),
            fills: Vec::new(),
        });
    }
    if after.note.is_none() {
        after.note.clone_from(&gone.record.note);
    }
    let keep_edits = difference(&keep.record, &after);
    let (mut fills, mut names) = (Vec::new(), BTreeSet::new());
    for edit in &keep_edits {
        let whose: Option<ResidentId> = edit.path.get(1).and_then(|key| key.parse().ok());
        if whose.is_some_and(|whose| copied.contains(&whose)) {
            continue;
        }
        names.insert(path_text(&edit.path));
        let line = fill(&edit.path, &edit.value);
        match people.iter_mut().find(|one| whose.is_some_and(|whose| one.choice == Choice::Same(whose))) {
            Some(one) => one.fills.push(line),
            None => fills.push(line),
        }
    }
    let moved: Option<AreaId> = (keep.grid != gone.grid).then_some(keep.grid).or(gone.record.grid);
    let merged = Household { grid: moved, merged_into: Some(keep.id), counterparts: pairs, ..gone.record.clone() };
    Record::from(after.clone()).validate()?;
    Record::from(merged.clone()).validate()?;
    let gone_edits = difference(&gone.record, &merged);
    Ok(Plan { people, fills, keep: keep_edits, gone: gone_edits, copied, filled: names })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resident(name: &str, telephone: &str, birth_year: Option<i64>) -> Resident {
        Resident {
            name: name.to_owned(),
            telephones: Some(telephone).filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect(),
            birth_year,
            tags: BTreeSet::new(),
            app_installed: None,
            left_town: false,
            left_to: None,
            left_contact: None,
            removed: false,
        }
    }

    #[test]
    fn somebody_is_proposed_to_be_the_same_where_nothing_speaks_against_it() {
        let one = resident("王芳", "12000001111", Some(1950));
        let fits = [("王芳", "", None), ("王芳", "120 0000 1111", None), ("王芳", "12000002222", Some(1950))];
        for (name, telephone, year) in fits {
            assert!(is_same(&one, &resident(name, telephone, year)), "{name} {telephone} {year:?}");
        }
        for (name, telephone, year) in [("王方", "12000001111", None), ("王芳", "12000001111", Some(1980))] {
            assert!(!is_same(&one, &resident(name, telephone, year)), "{name} {telephone} {year:?}");
        }
        assert!(!is_same(&resident("王芳", "12000001111", None), &resident("王芳", "12000002222", None)));
    }

    #[test]
    fn a_path_is_found_again_in_its_text() {
        let id = ResidentId::from_bytes([7; 16]).to_string();
        let paths: [&[&str]; 3] = [&["note"], &["address.room"], &["residents", &id, "telephones/0757.1234"]];
        for path in paths {
            let path: Vec<Box<str>> = path.iter().map(|key| (*key).into()).collect();
            assert_eq!(path_of(&path_text(&path)), path);
        }
    }
}
