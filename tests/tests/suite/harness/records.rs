//! Records as people write them.

use std::collections::BTreeSet;

use qiaomen_core::record::signature::Point;
use qiaomen_core::record::{
    Address, Alert, AlertId, AreaId, Consent, Door, Household, HouseholdId, Level, Origin, Outcome, Pledge, Purpose,
    Resident, ResidentId, Risk, Signature, Time, Visit,
};

pub fn household(room: &str) -> Household {
    Household {
        address: Address {
            building: Some("3".to_owned()),
            unit: None,
            floor: None,
            room: Some(room.to_owned()),
            group: None,
            number: None,
        },
        door: Door::LivedIn,
        note: None,
        residents: Default::default(),
        grid: None,
        removed: false,
        merged_into: None,
        counterparts: Default::default(),
    }
}

pub fn resident(name: &str) -> Resident {
    Resident {
        name: name.to_owned(),
        telephones: BTreeSet::new(),
        birth_year: None,
        tags: BTreeSet::new(),
        app_installed: None,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    }
}

pub fn visit(purpose: Purpose, outcome: Outcome, ended: Time) -> Visit {
    Visit {
        purpose,
        household: None,
        alert: None,
        outcome,
        met_target: None,
        met: BTreeSet::new(),
        met_others: None,
        started: ended.plus_minutes(-10),
        ended,
        position: None,
        given: BTreeSet::new(),
        explained: BTreeSet::new(),
        observations: BTreeSet::new(),
        note: None,
        risk: None,
        next_step: None,
        dissuasion: None,
        photos: None,
    }
}

pub fn door_visit(door: HouseholdId, ended: Time) -> Visit {
    Visit { household: Some(door), ..visit(Purpose::Door, Outcome::Met, ended) }
}

pub fn alert_visit(alert: AlertId, purpose: Purpose, outcome: Outcome, risk: Option<Risk>, ended: Time) -> Visit {
    Visit { alert: Some(alert), risk, ..visit(purpose, outcome, ended) }
}

pub fn alert(area: AreaId, level: Level, issued: Time) -> Alert {
    Alert {
        name: "王五".to_owned(),
        telephone: Some("12000000000".to_owned()),
        household: None,
        resident: None,
        outsider: false,
        area,
        places: Default::default(),
        level,
        issuer: "派出所".to_owned(),
        platform_number: None,
        origin: Origin::Other,
        issued,
        reached_station: None,
        passed_on: None,
        entered: issued,
        playbook: "builtin-1".to_owned(),
        note: None,
    }
}

/// A pledge on paper that was not filed yet.
pub fn pledge(household: HouseholdId, resident: ResidentId, at: Time) -> Pledge {
    Pledge {
        household,
        resident,
        template: "承诺书".to_owned(),
        version: 1,
        at,
        signature: None,
        proxy: None,
        witness: None,
        archive_number: None,
        corrects: None,
        void: false,
        note: None,
    }
}

/// A signature drawn on the screen.
pub fn signature() -> Signature {
    Signature::of(&[vec![Point { x: 0, y: 0, millis: 0 }, Point { x: 100, y: 50, millis: 20 }]]).unwrap()
}

/// A supervisor's word that a door is left out for this state, or counted again.
pub fn consent(household: HouseholdId, reason: Option<Door>, at: Time) -> Consent {
    Consent { household, out_of_count: reason.is_some(), reason, at, note: None }
}
