//! A case made from the records of a case file.

use super::super::case::{Case, Cleared, Extended, Raised};
use super::*;
use crate::record::{
    Alert, AlertId, AreaId, Clearance, DocumentId, Extension, Feedback, Header, Level, Origin, Outcome, PersonId,
    Purpose, Raise, Record, Risk, Role, Scope, Visit, Withdrawal,
};

fn alert() -> Alert {
    Alert {
        name: "王某".to_owned(),
        telephone: None,
        household: None,
        resident: None,
        outsider: false,
        area: AreaId::from_bytes([1; 16]),
        places: Default::default(),
        level: Level::High,
        issuer: "市局".to_owned(),
        platform_number: None,
        origin: Origin::Other,
        issued: at("03-01 09:00"),
        reached_station: None,
        passed_on: None,
        entered: at("03-01 09:02"),
        playbook: "builtin-1".to_owned(),
        note: None,
    }
}

fn id(number: u8) -> DocumentId {
    DocumentId::from_bytes([number; 16])
}

fn fact(number: u8, role: Role, record: impl Into<Record>) -> (DocumentId, Header, Record) {
    let record = record.into();
    let header = Header {
        id: id(number),
        kind: record.kind(),
        scope: Scope::CaseFile(of()),
        author: PersonId::from_bytes([9; 16]),
        role,
        said: at("03-01 09:00"),
        offset: None,
        doubtful: false,
    };
    (id(number), header, record)
}

fn of() -> AlertId {
    AlertId::from_bytes([5; 16])
}

fn clearance(number: u8, role: Role, time: &str) -> (DocumentId, Header, Record) {
    fact(number, role, Clearance { alert: of(), at: at(time), reason: None })
}

fn withdrawal(number: u8, role: Role, clearance: u8, time: &str) -> (DocumentId, Header, Record) {
    fact(number, role, Withdrawal { alert: of(), clearance: id(clearance), at: at(time), reason: None })
}

fn made(facts: &[(DocumentId, Header, Record)]) -> Case {
    let there = Case::from_records(&alert(), facts.iter().map(|(id, header, record)| (*id, header, record)));
    let back = Case::from_records(&alert(), facts.iter().rev().map(|(id, header, record)| (*id, header, record)));
    let now = at("03-20 00:00");
    let playbook = Playbook::builtin();
    assert_eq!(due(&playbook, &there, &shanghai(), now), due(&playbook, &back, &shanghai(), now));
    there
}

#[test]
fn l5_only_the_team_s_head_and_the_police_clear() {
    let case = made(&[
        clearance(1, Role::GridWorker, "03-02 10:00"),
        clearance(2, Role::Supervisor, "03-03 10:00"),
        clearance(3, Role::TeamHead, "03-04 10:00"),
        clearance(4, Role::Police, "03-05 10:00"),
        clearance(5, Role::Volunteer, "03-06 10:00"),
    ]);
    let cleared = |time| Cleared { at: at(time), withdrawn: None };
    assert_eq!(case.clearances, [cleared("03-04 10:00"), cleared("03-05 10:00")]);
}

#[test]
fn l5_the_earliest_withdrawal_counts() {
    let first = withdrawal(7, Role::Police, 3, "03-06 10:00");
    let later = withdrawal(8, Role::TeamHead, 3, "03-08 10:00");
    for (one, other) in [(first.clone(), later.clone()), (later, first)] {
        let facts = [
            one,
            clearance(3, Role::TeamHead, "03-04 10:00"),
            other,
            withdrawal(9, Role::GridWorker, 3, "03-05 10:00"),
            withdrawal(10, Role::Police, 4, "03-05 10:00"),
        ];
        let case = made(&facts);
        assert_eq!(case.clearances, [Cleared { at: at("03-04 10:00"), withdrawn: Some(at("03-06 10:00")) }]);
        // Between the two it stands no more, whichever is read first.
        let month_end = |now| judgements(&due(&Playbook::builtin(), &case, &shanghai(), at(now)));
        assert_eq!(month_end("03-05 10:00"), ["04-02 00:00 Done 03-04 10:00"]);
        assert_eq!(month_end("03-07 10:00"), ["04-02 00:00 Open"]);
    }
}

#[test]
fn q14_raises_and_extensions_count_by_the_role_they_were_written_in() {
    let raise = |number, role| {
        fact(number, role, Raise { alert: of(), level: Level::Extreme, at: at("03-02 10:00"), reason: None })
    };
    let extension = |number, role| {
        let until = at("04-20 10:00");
        fact(number, role, Extension { alert: of(), at: at("03-30 10:00"), until, reason: None })
    };
    let case = made(&[
        raise(1, Role::Police),
        raise(2, Role::TeamHead),
        extension(3, Role::Supervisor),
        extension(4, Role::Police),
        fact(5, Role::GridWorker, Feedback { alert: of(), at: at("03-01 12:00"), note: None }),
    ]);
    assert_eq!(case.raises, [Raised { level: Level::Extreme, at: at("03-02 10:00") }]);
    assert_eq!(case.extensions, [Extended { at: at("03-30 10:00"), until: at("04-20 10:00") }]);
    assert_eq!(case.feedbacks, [at("03-01 12:00")]);
    assert_eq!(case.reached_station, at("03-01 09:00"));
}

#[test]
fn q9_visits_count_by_whom_they_met() {
    let visit = |number, outcome, met_target, alert| {
        let (started, ended) = (at("03-01 10:00"), at("03-01 10:30"));
        let visit = Visit {
            purpose: Purpose::Dissuasion,
            household: None,
            alert,
            outcome,
            met_target,
            met: Default::default(),
            met_others: None,
            started,
            ended,
            position: None,
            given: Default::default(),
            explained: Default::default(),
            observations: Default::default(),
            note: None,
            risk: Some(Risk::None),
            next_step: None,
            dissuasion: None,
            photos: None,
        };
        fact(number, Role::GridWorker, visit)
    };
    let met = |fact| made(&[fact]).visits.iter().map(|visit| visit.met_person()).collect::<Vec<_>>();
    assert_eq!(met(visit(1, Outcome::Met, None, Some(of()))), [true]);
    assert_eq!(met(visit(1, Outcome::Met, Some(true), Some(of()))), [true]);
    assert_eq!(met(visit(1, Outcome::Met, Some(false), Some(of()))), [false]);
    assert_eq!(met(visit(1, Outcome::TelephoneOnly, None, Some(of()))), [false]);
    assert_eq!(met(visit(1, Outcome::Unknown("by_video".into()), None, Some(of()))), [false]);
    assert_eq!(met(visit(1, Outcome::Met, None, None)), [false; 0]);
    let case = made(&[visit(1, Outcome::Met, None, Some(of()))]);
    assert_eq!(case.visits[0].id, Some(id(1)));
    let found = due(&Playbook::builtin(), &case, &shanghai(), at("03-01 11:00"));
    assert_eq!(second(&found), ["03-03 10:30 Open"]);
}
