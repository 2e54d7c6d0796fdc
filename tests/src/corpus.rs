//! Changes like those that people write, to make a dictionary from: other words, other places and other habits
//! than the benchmarks' generator has, so that no figure is won by knowing it.
//!
//! Floor: tests. Invariants: the same seed gives the same changes, whatever the machine; no sentence stands in
//! the generator too (a test holds it).

use std::collections::{BTreeMap, BTreeSet};

use qiaomen_core::document::{Document, DocumentError};
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::random::Random;
use qiaomen_core::record::{
    ActorId, Address, AlertId, AreaId, Clearance, Datum, DocumentId, Door, Explained, Feedback, Given, Header,
    Household, HouseholdId, Observation, Outcome, PersonId, Position, Purpose, Receipt, Record, Resident, ResidentId,
    Risk, Role, Scope, Tag, Time, Value, Visit,
};

use crate::generator::Dice;

/// 2025-09-15T01:00:00Z.
const BEGINS: Time = Time::from_millis(1_757_898_000_000);

/// What may stand in a note, put together from two of them at most.
pub(crate) const NOTES: &[&str] = &[
    "老两口在家，孩子在外地上班，平时很少接陌生电话。",
    "家里装修，工人开的门，约好改天再来。",
    "对方表示已经听社区讲过，愿意再学一遍怎么识别假冒短信。",
    "手机里下载过不明软件，当场帮其卸载并打开来电预警。",
    "近期有人加微信拉其进群领礼品，已提醒马上退群并拉黑。",
    "曾在短视频平台买茶叶被要求先交保证金，没有付款。",
    "房东说租客刚换，新租客周末才搬进来。",
    "户主耳朵不好，说话要慢，下次最好有家属在场。",
    "小店店主，经常收到要求扫码退款的信息，已讲清不要扫。",
    "刚退休，对养老公寓预存款有兴趣，已把相关判例讲给她听。",
    "在读大学生，准备做兼职，说明了凡是垫钱的都是假的。",
    "态度热情，主动转发到家族群里。",
    "门口贴了联系卡，楼上邻居答应转告。",
    "听完后说心里有数，不会随便把验证码告诉别人。",
    "网上认识的朋友劝其炒外汇，目前还没有转账，要继续关注。",
];

const PEOPLE: &[&str] =
    &["邻居一位", "房屋中介", "来串门的亲戚", "护工", "物业保安", "社区医生", "送货的人", "合租室友"];

const PLANS: &[&str] = &[
    "周末晚上再去",
    "请楼栋长帮忙转告",
    "等其子女回来一起谈",
    "下月复查软件是否开启",
    "联系派出所核实号码",
    "不用再去",
];

const NAMES: &[&str] = &["某甲", "某乙", "某丙", "某丁", "某戊", "某己", "某庚", "某辛"];

/// Makes changes one after another.
pub struct Corpus {
    dice: Dice,
    hour: Time,
    actor: ActorId,
    author: PersonId,
    grid: AreaId,
    made: usize,
}

impl Corpus {
    /// The changes that belong to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed ^ 0xc0_4b05);
        let (actor, author, grid) = someone(&mut dice, BEGINS);
        Self { dice, hour: BEGINS, actor, author, grid, made: 0 }
    }

    /// `count` changes, or a few more: most are visits, as everywhere.
    ///
    /// # Errors
    /// None that these records could cause.
    pub fn changes(mut self, count: usize) -> Result<Vec<Vec<u8>>, DocumentError> {
        let mut changes = Vec::with_capacity(count + 1);
        while changes.len() < count {
            if self.made.is_multiple_of(8) {
                (self.actor, self.author, self.grid) = someone(&mut self.dice, self.hour);
            }
            self.made += 1;
            self.hour = self.hour.plus_millis(self.dice.between(40_000, 5_400_000));
            let alert = AlertId::fresh(self.hour, self.dice.random());
            let (record, scope) = match self.dice.below(20) {
                0 | 1 => (self.household().into(), Scope::Grid(self.grid)),
                2 | 3 => (self.follow_up(alert).into(), Scope::CaseFile(alert)),
                4 => (self.fact(alert), Scope::CaseFile(alert)),
                _ => (self.visit().into(), Scope::Grid(self.grid)),
            };
            self.write(&record, scope, &mut changes)?;
        }
        Ok(changes)
    }

    fn write(&mut self, record: &Record, scope: Scope, changes: &mut Vec<Vec<u8>>) -> Result<(), DocumentError> {
        let roles = [Role::GridWorker, Role::Volunteer, Role::Police, Role::TeamHead];
        let header = Header {
            id: DocumentId::fresh(self.hour, self.dice.random()),
            kind: record.kind(),
            scope,
            author: self.author,
            role: self.dice.pick(&roles.each_ref()).clone(),
            said: self.hour,
            offset: self.dice.chance(85).then(|| self.dice.between(-4_000, 4_000)),
            doubtful: self.dice.chance(4),
        };
        let (mut document, first) = Document::create_from(&header, &record.fields(), self.actor, self.hour)?;
        changes.push(first);
        if self.dice.chance(6) {
            let note = Value::Text(self.note().into());
            let edits = [Edit { path: vec!["note".into()], value: note }];
            changes.extend(document.edit(&edits, self.actor, self.hour.plus_millis(90_000))?);
        }
        Ok(())
    }

    fn note(&mut self) -> String {
        let first = self.dice.pick(NOTES).to_owned();
        if self.dice.chance(40) { first + self.dice.pick(NOTES) } else { first }
    }

    fn position(&mut self) -> Position {
        let dice = &mut self.dice;
        Position {
            latitude: dice.between(226_000_000, 395_000_000),
            longitude: dice.between(1_040_000_000, 1_219_000_000),
            datum: dice.pick(&[&Datum::Wgs84, &Datum::Gcj02, &Datum::Wgs84]).clone(),
            accuracy: dice.chance(80).then(|| dice.between(4, 120)),
        }
    }

    fn visit(&mut self) -> Visit {
        let outcomes =
            [Outcome::Met, Outcome::Met, Outcome::Met, Outcome::NobodyHome, Outcome::Refused, Outcome::Moved];
        let outcome = self.dice.pick(&outcomes.each_ref()).clone();
        let met = outcome == Outcome::Met;
        let hour = self.hour;
        let people = self.dice.between(0, 3);
        let given = [Given::OpenLetter, Given::ContactCard, Given::Pledge, Given::Leaflet];
        let explained = [
            Explained::TaskRebate,
            Explained::Investment,
            Explained::Loan,
            Explained::CustomerService,
            Explained::Impersonation,
            Explained::Romance,
            Explained::HealthProducts,
            Explained::PersonalInformation,
            Explained::App,
            Explained::Cases,
        ];
        let noticed = [
            Observation::Aware,
            Observation::Evasive,
            Observation::Flustered,
            Observation::OnTheTelephone,
            Observation::MoneySent,
        ];
        let shares = (self.dice.between(20, 80), self.dice.between(10, 60));
        let share = |percent: i64| if met { percent.unsigned_abs() } else { 0 };
        Visit {
            purpose: Purpose::Door,
            household: Some(HouseholdId::fresh(hour, self.dice.random())),
            alert: None,
            met_target: None,
            met: (0..people).filter(|_| met).map(|_| ResidentId::fresh(hour, self.dice.random())).collect(),
            met_others: self.dice.chance(20).then(|| self.dice.pick(PEOPLE).to_owned()),
            started: hour.plus_millis(-self.dice.between(60_000, 2_400_000)),
            ended: hour,
            position: self.dice.chance(85).then(|| self.position()),
            given: self.dice.some(&given, share(shares.0)),
            explained: self.dice.some(&explained, share(shares.1)),
            observations: self.dice.some(&noticed, share(8)),
            note: self.dice.chance(75).then(|| self.note()),
            risk: None,
            next_step: self.dice.chance(35).then(|| self.dice.pick(PLANS).to_owned()),
            dissuasion: None,
            photos: None,
            outcome,
        }
    }

    fn follow_up(&mut self, alert: AlertId) -> Visit {
        let visit = self.visit();
        let risk = [Risk::None, Risk::MayBeDefraudedAgain];
        let purpose = [Purpose::FirstContact, Purpose::Dissuasion, Purpose::FollowUp];
        Visit {
            purpose: self.dice.pick(&purpose.each_ref()).clone(),
            household: None,
            met: BTreeSet::new(),
            alert: Some(alert),
            risk: (visit.outcome == Outcome::Met).then(|| self.dice.pick(&risk.each_ref()).clone()),
            ..visit
        }
    }

    fn fact(&mut self, alert: AlertId) -> Record {
        let at = self.hour;
        match self.dice.below(3) {
            0 => Receipt { alert, at, offer: None }.into(),
            1 => Feedback { alert, at, note: Some(self.note()) }.into(),
            _ => Clearance { alert, at, reason: Some(self.note()) }.into(),
        }
    }

    fn household(&mut self) -> Household {
        let dice = &mut self.dice;
        let flat = dice.chance(60);
        let some =
            |dice: &mut Dice, is: bool, most: i64, after: &str| is.then(|| format!("{}{after}", dice.between(1, most)));
        let address = Address {
            building: some(dice, flat, 60, "栋"),
            unit: some(dice, flat, 6, "单元"),
            floor: flat.then(|| dice.between(1, 33)),
            room: some(dice, flat, 3304, "室"),
            group: some(dice, !flat, 20, "组"),
            number: some(dice, !flat, 400, "号"),
        };
        let tags = [Tag::Elderly, Tag::Student];
        let residents: BTreeMap<ResidentId, Resident> = (0..dice.between(1, 5))
            .map(|_| {
                let resident = Resident {
                    name: dice.pick(NAMES).to_owned(),
                    telephones: BTreeSet::from([format!("1{}", dice.between(3_000_000_000, 9_999_999_999))]),
                    birth_year: dice.chance(80).then(|| dice.between(1935, 2018)),
                    tags: dice.some(&tags, 20),
                    app_installed: dice.chance(50).then(|| dice.chance(50)),
                    left_town: false,
                    left_to: None,
                    left_contact: None,
                    removed: false,
                };
                (ResidentId::fresh(self.hour, dice.random()), resident)
            })
            .collect();
        let note = dice.chance(20).then(|| dice.pick(NOTES).to_owned());
        Household {
            address,
            door: Door::LivedIn,
            note,
            residents,
            grid: None,
            removed: false,
            merged_into: None,
            counterparts: Default::default(),
        }
    }
}

fn someone(dice: &mut Dice, hour: Time) -> (ActorId, PersonId, AreaId) {
    let random: &mut dyn Random = dice.random();
    (ActorId::fresh(hour, random), PersonId::fresh(hour, random), AreaId::fresh(hour, random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::{SEED, json};

    #[test]
    fn the_seed_repeats_the_changes_and_no_sentence_is_the_generators() {
        let changes = Corpus::new(3).changes(200).unwrap();
        assert_eq!(changes, Corpus::new(3).changes(200).unwrap());
        assert_ne!(changes, Corpus::new(4).changes(200).unwrap());
        let generated = json(SEED, 2_000).unwrap().join("\n");
        for text in NOTES.iter().chain(PEOPLE).chain(PLANS) {
            for sentence in text.split_inclusive(['。', '，']) {
                assert!(!generated.contains(sentence), "{sentence}");
            }
        }
    }
}
