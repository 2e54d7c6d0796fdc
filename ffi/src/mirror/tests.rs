//! That no kind, no field and no word of the core's lacks its mirror, and that what goes there comes back the same.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;
use qiaomen_core::record::field::{Fields, Value};
use qiaomen_core::record::spec::{FieldSpec, Shape};
use qiaomen_core::record::word::Word;
use qiaomen_core::record::{self, Heads, Kind, Part, Random, Record, SeededRandom, Signature, Time};

use super::any::AnyRecord;
use super::syncing::FieldValue;
use super::{Back, Mirrored, Show, doors, visits};

/// Draws records by the core's own specification.
struct Dice(SeededRandom);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % limit
    }

    fn id(&mut self) -> [u8; 16] {
        record::DocumentId::fresh(Time::from_millis(1_700_000_000_000), &mut self.0).bytes().to_owned()
    }

    fn word(&mut self) -> String {
        let all = known_words();
        let at = self.below(all.len() as u64 + 1) as usize;
        all.get(at).cloned().unwrap_or_else(|| "a_word_of_tomorrow".to_owned())
    }

    fn text(&mut self) -> String {
        format!("门 {}", self.below(1_000))
    }

    fn fields(&mut self, specs: &[FieldSpec], prefix: &str, words_in_sets: bool, out: &mut Fields) {
        for spec in specs {
            if !spec.required && self.below(3) == 0 {
                continue;
            }
            let key = format!("{prefix}{}", spec.key);
            let value = match spec.shape {
                Shape::Text => Value::Text(self.text().into()),
                Shape::Int => Value::Int(self.below(1_000_000) as i64 - 500),
                Shape::Bool => Value::Bool(true),
                Shape::Time => Value::Int(self.below(4_000_000_000_000) as i64),
                Shape::Id => Value::Bytes(self.id().to_vec().into()),
                Shape::Word => Value::Text(self.word().into()),
                Shape::Bytes if spec.key == "signature" => Value::Bytes(self.signature().bytes().into()),
                Shape::Bytes => Value::Bytes(self.heads().bytes().into()),
                Shape::Set => {
                    for _ in 0..self.below(4) {
                        let member = if words_in_sets {
                            self.word()
                        } else {
                            record::DocumentId::from_bytes(self.id()).to_string()
                        };
                        out.set(&format!("{key}/{member}"), Value::Bool(true));
                    }
                    continue;
                }
                Shape::Group(inner) => {
                    self.fields(inner, &format!("{key}."), words_in_sets, out);
                    continue;
                }
                Shape::Map(inner) => {
                    let mut parts = Fields::new();
                    for _ in 0..self.below(4) {
                        let mut part = Fields::new();
                        self.fields(inner, "", true, &mut part);
                        parts.set(&record::DocumentId::from_bytes(self.id()).to_string(), Value::Map(part));
                    }
                    Value::Map(parts)
                }
            };
            out.set(&key, value);
        }
    }

    fn signature(&mut self) -> Signature {
        let mut millis = 0;
        let mut point = || {
            millis += self.below(40) as u32;
            record::signature::Point { x: self.below(10_000) as u32, y: self.below(10_000) as u32, millis }
        };
        Signature::of(&[vec![point(), point()], vec![point()]]).unwrap()
    }

    fn heads(&mut self) -> Heads {
        let mut hash = [0; 32];
        self.0.fill(&mut hash);
        let mut other = hash;
        other[0] ^= 1;
        Heads::new([hash, other]).unwrap()
    }

    /// A record of this kind. Sets of identifiers take no words, and which sets are such the specification does not say.
    fn record(&mut self, kind: &Kind) -> Record {
        for words_in_sets in [true, false] {
            let mut fields = Fields::new();
            self.fields(kind.fields(), "", words_in_sets, &mut fields);
            if let Ok(record) = Record::read(kind, &fields) {
                return record;
            }
        }
        panic!("no record of kind {kind} could be made")
    }
}

/// Words of every enumeration that a record can hold.
fn known_words() -> &'static [String] {
    static ALL: OnceLock<Vec<String>> = OnceLock::new();
    ALL.get_or_init(gathered)
}

fn gathered() -> Vec<String> {
    fn of<W: Word>(known: &[W]) -> impl Iterator<Item = String> + '_ {
        known.iter().map(|word| word.word().to_owned())
    }
    let mut all = BTreeSet::new();
    all.extend(of(record::Level::KNOWN).chain(of(record::Origin::KNOWN)).chain(of(record::AreaLevel::KNOWN)));
    all.extend(of(record::Step::KNOWN).chain(of(record::BroughtIn::KNOWN)).chain(of(record::Way::KNOWN)));
    all.extend(of(record::Care::KNOWN).chain(of(record::Recorder::KNOWN)).chain(of(record::KeptAt::KNOWN)));
    all.extend(of(record::TakenWith::KNOWN));
    all.extend(of(record::Door::KNOWN).chain(of(record::Tag::KNOWN)).chain(of(record::FraudKind::KNOWN)));
    all.extend(of(record::Role::KNOWN).chain(of(record::UnitSort::KNOWN)).chain(of(record::Purpose::KNOWN)));
    all.extend(of(record::Outcome::KNOWN).chain(of(record::Risk::KNOWN)).chain(of(record::Given::KNOWN)));
    all.extend(of(record::Explained::KNOWN).chain(of(record::Observation::KNOWN)).chain(of(record::Datum::KNOWN)));
    all.extend(of(record::Hands::KNOWN).chain(of(record::StopStep::KNOWN)).chain(of(record::Language::KNOWN)));
    all.extend(of(record::Asked::KNOWN).chain(of(record::ReviewState::KNOWN)).chain(of(record::FirstHands::KNOWN)));
    all.extend(of(record::DecisionAbout::KNOWN).chain(of(record::Said::KNOWN)).chain(of(record::CallOutcome::KNOWN)));
    all.into_iter().collect()
}

fn keys(specs: &[FieldSpec]) -> BTreeSet<&'static str> {
    specs.iter().map(|spec| spec.key).collect()
}

fn names(fields: &[&'static str]) -> BTreeSet<&'static str> {
    fields.iter().copied().collect()
}

#[test]
fn every_kind_has_a_mirror_with_every_field_under_its_name() {
    for kind in Kind::KNOWN {
        assert_eq!(names(AnyRecord::fields(kind)), keys(kind.fields()), "{kind}");
    }
    assert_eq!(names(doors::Address::FIELDS), keys(record::Address::FIELDS));
    assert_eq!(names(doors::Resident::FIELDS), keys(record::Resident::FIELDS));
    assert_eq!(names(doors::Assignment::FIELDS), keys(record::Assignment::FIELDS));
    assert_eq!(names(doors::Proxy::FIELDS), keys(record::Proxy::FIELDS));
    assert_eq!(names(doors::Contact::FIELDS), keys(record::Contact::FIELDS));
    assert_eq!(names(super::alerts::Place::FIELDS), keys(record::Place::FIELDS));
    assert_eq!(names(visits::Position::FIELDS), keys(record::Position::FIELDS));
    assert_eq!(names(visits::Dissuasion::FIELDS), keys(record::Dissuasion::FIELDS));
    assert_eq!(names(visits::PhotoNote::FIELDS), keys(record::PhotoNote::FIELDS));
}

#[test]
fn every_word_goes_there_and_back_and_unknown_ones_stay_as_they_are() {
    for kind in Kind::KNOWN.iter().cloned().chain([Kind::from_word("a_kind_of_tomorrow")]) {
        let shown: super::words::RecordKind = kind.clone().show();
        assert_eq!(Back::<Kind>::back(shown).unwrap(), kind);
    }
    let unknown: super::words::Outcome = record::Outcome::from_word("abducted").show();
    assert_eq!(unknown, super::words::Outcome::Unknown { word: "abducted".to_owned() });
    // A shell that writes a known word the long way means the known word.
    let met = super::words::Outcome::Unknown { word: "met".to_owned() };
    assert_eq!(Back::<record::Outcome>::back(met).unwrap(), record::Outcome::Met);
}

#[test]
fn what_cannot_be_taken_back_is_complained_of_by_its_field() {
    let mut dice = Dice(SeededRandom::new(1));
    let Record::Household(door) = dice.record(&Kind::Household) else { unreachable!() };
    let mut shown: doors::Household = door.show();
    shown.merged_into = Some("no identifier".to_owned());
    let complaint = Back::<record::Household>::back(shown).unwrap_err();
    assert_eq!(complaint, record::Invalid::new("merged_into", record::Reason::Malformed));
    let Record::Pledge(pledge) = dice.record(&Kind::Pledge) else { unreachable!() };
    let mut shown: doors::Pledge = pledge.show();
    shown.signature = Some(super::signature::Signature { strokes: Vec::new() });
    let complaint = Back::<record::Pledge>::back(shown).unwrap_err();
    assert_eq!(complaint, record::Invalid::new("signature", record::Reason::Missing));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_record_of_any_kind_comes_back_as_it_went(seed: u64) {
        let mut dice = Dice(SeededRandom::new(seed));
        for kind in Kind::KNOWN {
            let record = dice.record(kind);
            let shown: AnyRecord = record.clone().show();
            let again: Record = shown.clone().back().unwrap();
            prop_assert_eq!(&again, &record);
            prop_assert_eq!(Show::<AnyRecord>::show(again), shown);
        }
    }

    #[test]
    fn a_value_comes_back_as_it_went(number: i64, text: String, bytes: Vec<u8>, truth: bool) {
        for value in [Value::Null, Value::Bool(truth), Value::Int(number), Value::Text(text.into()),
            Value::Bytes(bytes.into())] {
            let shown: FieldValue = value.clone().show();
            prop_assert_eq!(Back::<Value>::back(shown).unwrap(), value);
        }
    }
}
