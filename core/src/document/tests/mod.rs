//! Tests of the room: what each file tries is in its name.

#![allow(clippy::unwrap_used)]

mod round;

use crate::document::{Change, Document};
use crate::record::{
    ActorId, Address, AlertId, AreaId, DocumentId, Door, Header, Household, HouseholdId, Kind, Outcome, PersonId,
    Purpose, Record, Resident, ResidentId, Role, Scope, Tag, Time, Visit,
};

pub(super) fn time(minutes: i64) -> Time {
    Time::from_millis(1_772_000_000_000).plus_minutes(minutes)
}

pub(super) fn actor(number: u8) -> ActorId {
    ActorId::from_bytes([number; 16])
}

pub(super) fn resident_id(number: u8) -> ResidentId {
    ResidentId::from_bytes([0x70 | (number & 0xf); 16])
}

pub(super) fn header(kind: Kind) -> Header {
    Header {
        id: DocumentId::from_bytes([0xd0; 16]),
        kind,
        scope: Scope::Grid(AreaId::from_bytes([0xa0; 16])),
        author: PersonId::from_bytes([0xb0; 16]),
        role: Role::GridWorker,
        said: time(0),
        offset: Some(-1200),
        doubtful: false,
    }
}

pub(super) fn resident(name: &str) -> Resident {
    Resident {
        name: name.to_owned(),
        telephones: ["13800000000".to_owned()].into(),
        birth_year: Some(1948),
        tags: [Tag::Elderly].into(),
        app_installed: Some(false),
        left_town: false,
        left_to: None,
        removed: false,
    }
}

pub(super) fn household() -> Household {
    Household {
        address: Address {
            building: Some("3号楼".to_owned()),
            unit: Some("2单元".to_owned()),
            floor: Some(5),
            room: Some("502".to_owned()),
            group: None,
            number: None,
        },
        door: Door::LivedIn,
        note: Some("有狗".to_owned()),
        residents: [(resident_id(1), resident("王桂兰")), (resident_id(2), resident("李建国"))].into(),
    }
}

pub(super) fn visit() -> Visit {
    Visit {
        purpose: Purpose::Door,
        household: Some(HouseholdId::from_bytes([0xd0; 16])),
        alert: None,
        outcome: Outcome::Met,
        met_target: None,
        met: [resident_id(1)].into(),
        met_others: Some("邻居".to_owned()),
        started: time(1),
        ended: time(9),
        position: None,
        given: [crate::record::Given::OpenLetter].into(),
        explained: [crate::record::Explained::Loan, crate::record::Explained::App].into(),
        observations: [].into(),
        note: Some("已讲解,老人表示不会转账".to_owned()),
        risk: None,
        next_step: None,
    }
}

pub(super) fn new_household() -> (Document, Vec<u8>) {
    Document::create(&header(Kind::Household), &Record::from(household()), actor(1), time(2)).unwrap()
}

pub(super) fn applied(document: &mut Document, raw: &[u8]) {
    document.apply(&Change::parse(raw).unwrap()).unwrap();
}

#[allow(dead_code)]
pub(super) fn alert_id() -> AlertId {
    AlertId::from_bytes([0xee; 16])
}
