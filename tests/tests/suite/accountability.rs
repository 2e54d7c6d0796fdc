//! Answering for a loss: phones record, with and without a connection, before it and after it; the server's account is
//! read by whoever may.

use std::collections::HashMap;

use qiaomen_core::doors::{Period, Reach};
use qiaomen_core::playbook::DueState;
use qiaomen_core::record::{
    Alert, AlertId, DocumentId, Explained, Given, HouseholdId, Level, MoneySent, Outcome, PersonId, Purpose, Resident,
    ResidentId, Risk, Role, StopStep, Tag, Time, Visit,
};
use qiaomen_server::amend::merge;
use qiaomen_server::report::accountability::{
    Account, Found, Limits, Listed, Query, Reason, Side, Subject, Undone, account, automatic, lookup,
};
use qiaomen_server::settings::playbook;
use serde_json::Value;

use crate::harness::{Phone, World, at, records};

/// A door with somebody behind it; two workers of its grid, its village's head, a supervisor of the town.
struct Loss {
    world: World,
    near: Phone,
    far: Phone,
    head: Phone,
    sup: Phone,
    door: HouseholdId,
    resident: ResidentId,
}

impl Loss {
    fn new() -> Self {
        let mut world = World::new();
        world.intake.pause(true);
        let [near, far] = [0, 0].map(|grid| world.worker(grid));
        let head = world.with_role(Role::TeamHead, world.villages[0]);
        let sup = world.with_role(Role::Supervisor, world.root);
        let resident = ResidentId::fresh(world.now(), &mut world.random);
        let mut household = records::household("502");
        let said = Resident { telephones: ["12000000001".to_owned()].into(), ..records::resident("陈某兰") };
        household.residents.insert(resident, said);
        let door = near.replica().households().save(world.grids[0], &household, near.reading()).unwrap();
        let loss = Self { world, near, far, head, sup, door, resident };
        loss.settle();
        loss
    }

    fn settle(&self) {
        self.world.settle(&[&self.near, &self.far, &self.head, &self.sup]);
    }

    fn at(&self, when: &str) {
        self.world.clock.set(at(when));
    }

    fn visit(&self, phone: &Phone, when: &str) -> DocumentId {
        self.at(when);
        let visit = Visit {
            met: [self.resident].into(),
            given: [Given::OpenLetter, Given::ContactCard].into(),
            explained: [Explained::Investment, Explained::App].into(),
            ..records::door_visit(self.door, at(when))
        };
        phone.replica().visits().save(&visit, phone.reading()).unwrap()
    }

    fn looked(&self, phone: &Phone, when: &str, installed: bool) {
        self.at(when);
        let resident = self.resident;
        assert!(phone.edit_door(self.door, |door| {
            door.residents.get_mut(&resident).unwrap().app_installed = Some(installed);
        }));
    }

    fn alert(&mut self, level: Level, when: &str) -> AlertId {
        self.at(when);
        let alert = Alert {
            name: "陈某兰".to_owned(),
            household: Some(self.door),
            resident: Some(self.resident),
            platform_number: Some("2026-7".to_owned()),
            telephone: Some("12000000002".to_owned()),
            ..records::alert(self.world.villages[0], level, at(when))
        };
        let id = self.world.enter(alert);
        self.settle();
        id
    }

    fn met(&self, alert: AlertId, when: &str, risk: Option<Risk>) -> DocumentId {
        self.at(when);
        let visit = records::alert_visit(alert, Purpose::Dissuasion, Outcome::Met, risk, at(when));
        self.head.replica().visits().save(&visit, self.head.reading()).unwrap()
    }

    fn sent(&self, alert: AlertId, when: &str, fen: i64) {
        self.at(when);
        let sent = MoneySent { alert, at: at(when), sent: Some(at(when)), fen: Some(fen), to: None, note: None };
        self.head.replica().alerts().money_sent(&sent, self.head.reading()).unwrap();
    }

    fn asked_by(&self, reader: PersonId, subject: Subject, moment: &str) -> Option<Account> {
        account(&self.world.town(), reader, subject, at(moment), self.world.now()).unwrap()
    }

    fn account(&self, moment: &str) -> Account {
        self.asked_by(self.sup.person, Subject::resident(self.door, self.resident), moment).unwrap()
    }
}

fn ids(listed: &[Listed]) -> Vec<DocumentId> {
    listed.iter().map(|listed| listed.entry.id).collect()
}

fn missed(side: &Side) -> Vec<&'static str> {
    side.missed.iter().map(|missed| missed.what.word()).collect()
}

#[test]
fn l8_what_a_phone_brought_after_the_loss_stands_apart_from_what_was_known() {
    let loss = Loss::new();
    let first = loss.visit(&loss.near, "03-02 10:00");
    loss.looked(&loss.near, "03-02 10:05", false);
    loss.world.sync(&loss.near);
    // Without a connection, before the loss; the server is told after it.
    loss.world.sync(&loss.far);
    let second = loss.visit(&loss.far, "03-03 10:00");
    loss.looked(&loss.far, "03-03 10:05", true);
    let pledge = records::pledge(loss.door, loss.resident, at("03-03 10:10"));
    loss.at("03-03 10:10");
    let pledge = loss.far.replica().pledges().save(&pledge, loss.far.reading()).unwrap();
    loss.at("03-06 09:00");
    loss.settle();
    let third = loss.visit(&loss.near, "03-06 10:00");
    loss.settle();

    let account = loss.account("03-04 12:00");
    assert_eq!(ids(&account.records.known_then), [first]);
    assert_eq!(ids(&account.records.came_later), [second, pledge]);
    assert_eq!(ids(&account.records.afterwards), [third]);
    let late = &account.records.came_later[0].entry;
    assert!(late.at < account.moment && late.arrived.unwrap() > account.moment);
    let (then, now) = (account.then.door.as_ref().unwrap(), account.now.door.as_ref().unwrap());
    assert_eq!((then.visits.len(), now.visits.len()), (1, 2));
    assert_eq!(then.visits[0].by, loss.near.person);
    assert_eq!(now.visits[1].by, loss.far.person);
    assert!(then.explained.contains(&Explained::Investment) && then.given.contains(&Given::OpenLetter));
    assert_eq!((then.app.unwrap().installed, now.app.unwrap().installed), (Some(false), Some(true)));
    assert_eq!(then.app.unwrap().looked.unwrap().by, Some(loss.near.person));
    assert_eq!((then.pledges.len(), now.pledges.len()), (0, 1));
    assert_eq!(missed(&account.then), ["no_pledge"]);
    assert_eq!(missed(&account.now), [""; 0]);
}

#[test]
fn l8_later_edits_do_not_rewrite_what_was_known() {
    let mut loss = Loss::new();
    let visit = loss.visit(&loss.near, "03-02 10:00");
    let alert = loss.alert(Level::High, "03-03 09:00");
    loss.settle();
    let before = loss.account("03-04 12:00");
    // After the loss: the visit's author takes back what was explained, somebody looks at the app, and a supervisor puts
    // the alert right.
    loss.at("03-05 09:00");
    let visits = loss.near.replica().visits();
    let was = visits.get(visit).unwrap().unwrap().record;
    let is = Visit { explained: [Explained::Romance].into(), ..was.clone() };
    assert!(visits.edit(visit, &was, &is, loss.near.reading()).unwrap());
    loss.looked(&loss.near, "03-05 09:01", true);
    loss.settle();
    let alerts = loss.sup.replica().alerts();
    let was = alerts.get(alert).unwrap().unwrap().record;
    let is = Alert { platform_number: Some("2026-8".to_owned()), ..was.clone() };
    assert!(alerts.edit(alert, &was, &is, loss.sup.reading()).unwrap());
    loss.settle();

    let after = loss.account("03-04 12:00");
    let json = |side: &Side| serde_json::to_value(side).unwrap();
    assert_eq!(json(&before.then), json(&after.then), "what was known then is known for good");
    let told = |side: &Side| side.door.as_ref().unwrap().visits[0].explained.clone();
    assert_eq!(told(&after.then), [Explained::Investment, Explained::App].into());
    assert_eq!(told(&after.now), [Explained::Romance].into(), "and what is known now is what is said now");
    let numbers = |side: &Side| side.alerts[0].number.clone().unwrap();
    assert_eq!((numbers(&after.then), numbers(&after.now)), ("2026-7".to_owned(), "2026-8".to_owned()));
    // Nobody had looked by then, whatever was seen later.
    for side in [&after.then, &after.now] {
        assert!(side.door.as_ref().unwrap().app.unwrap().looked.is_none());
    }
    assert!(before.records.known_then.iter().all(|listed| listed.edited_since.is_none()));
    let edited: Vec<_> = after.records.known_then.iter().filter(|one| one.edited_since.is_some()).collect();
    assert_eq!(edited.len(), 2, "{edited:?}");
    assert!(edited.iter().all(|one| one.edited_since.unwrap() >= at("03-05 09:00")));
}

#[test]
fn l8_who_was_never_visited_and_never_met_is_told_with_all_that_was_owed() {
    let mut loss = Loss::new();
    let alert = loss.alert(Level::Extreme, "03-03 09:00");
    loss.sent(alert, "03-03 18:00", 35_000_000);
    loss.settle();
    loss.at("03-12 09:00");
    let account = loss.account("03-11 12:00");
    let expected = [
        "never_visited",
        "no_pledge",
        "app_not_looked_at",
        "not_accepted",
        "first_contact_overdue",
        "first_meeting_overdue",
        "three_day_visits_missed",
        "stop_payment_not_asked",
    ];
    assert_eq!(missed(&account.then), expected);
    assert_eq!(missed(&account.now), expected);
    let of = |what: Undone| account.now.missed.iter().find(|missed| missed.what == what).unwrap();
    assert_eq!(of(Undone::NotAccepted).minutes, Some(8 * 1440 + 180));
    assert_eq!(of(Undone::FirstMeetingOverdue).due, Some(at("03-03 10:00")));
    // Due by the ends of the 6th and the 9th; the second is overdue, the first was missed when it fell due.
    assert_eq!(of(Undone::ThreeDayVisitsMissed).count, 2);
    let seen = &account.now.alerts[0];
    assert_eq!((seen.alert, seen.owner, seen.met), (alert, None, None));
    assert_eq!((seen.three_day.owed, seen.three_day.missed, seen.three_day.overdue), (2, 1, 1));
    assert_eq!(seen.fen_after_alert, 35_000_000);
    assert_eq!(account.now.door.as_ref().unwrap().reach, Reach::NeverTried);
    // An hour after it was issued neither the money nor most of that was there.
    let early = loss.account("03-03 09:30");
    assert_eq!(missed(&early.now)[3..], ["not_accepted", "first_contact_overdue"]);
    assert!(early.now.alerts[0].money.is_empty());
}

#[test]
fn l8_a_second_visit_that_nobody_made_is_missed_and_one_that_came_in_later_shows_beside() {
    let mut loss = Loss::new();
    loss.visit(&loss.near, "03-02 10:00");
    loss.settle();
    let alert = loss.alert(Level::High, "03-03 09:00");
    loss.at("03-03 09:05");
    loss.head.replica().alerts().receipt(alert, loss.head.reading()).unwrap();
    loss.met(alert, "03-03 10:00", Some(Risk::None));
    loss.at("03-03 10:30");
    loss.head.replica().alerts().feedback(alert, None, loss.head.reading()).unwrap();
    loss.settle();
    let account = loss.account("03-06 12:00");
    let seen = &account.then.alerts[0];
    assert_eq!((seen.owner, seen.untaken_minutes), (Some(loss.head.person), 5));
    assert_eq!(seen.first_meeting.unwrap().state, DueState::Done);
    assert_eq!(seen.second_visits[0].state, DueState::Overdue);
    assert_eq!(missed(&account.then), ["no_pledge", "app_not_looked_at", "second_visit_missed", "no_recording"]);
    // It had been made, without a connection, and without a recording too.
    loss.met(alert, "03-05 09:30", None);
    loss.at("03-07 09:00");
    loss.settle();
    let account = loss.account("03-06 12:00");
    assert_eq!(account.then.alerts[0].second_visits[0].state, DueState::Overdue);
    assert_eq!(account.now.alerts[0].second_visits[0].state, DueState::Done);
    assert_eq!(missed(&account.now), ["no_pledge", "app_not_looked_at", "no_recording"]);
    let recordings = account.now.missed.iter().find(|missed| missed.what == Undone::NoRecording).unwrap();
    assert_eq!((recordings.count, recordings.alert), (2, Some(alert)));
}

#[test]
fn l8_a_door_that_nobody_had_listed_by_the_loss_is_told_as_such() {
    let mut loss = Loss::new();
    loss.at("03-05 09:00");
    let resident = ResidentId::fresh(loss.world.now(), &mut loss.world.random);
    let mut household = records::household("601");
    household.residents.insert(resident, records::resident("新住户"));
    let grid = loss.world.grids[0];
    let door = loss.near.replica().households().save(grid, &household, loss.near.reading()).unwrap();
    loss.settle();
    let account = loss.asked_by(loss.sup.person, Subject::resident(door, resident), "03-04 12:00").unwrap();
    assert!(account.then.door.is_none());
    assert_eq!(missed(&account.then), ["not_on_roster"]);
    assert_eq!(missed(&account.now), ["never_visited", "no_pledge", "app_not_looked_at"]);
    // Somebody who moved in later stood nowhere then, though the door did.
    loss.at("03-05 10:00");
    assert!(loss.near.edit_door(loss.door, |door| {
        door.residents.insert(resident, records::resident("新住户"));
    }));
    loss.settle();
    let account = loss.asked_by(loss.sup.person, Subject::resident(loss.door, resident), "03-04 12:00").unwrap();
    assert_eq!(missed(&account.then)[..2], ["not_on_roster", "never_visited"]);
}

#[test]
fn q6_what_was_missed_is_told_by_the_rules_that_the_alert_was_issued_under() {
    let mut loss = Loss::new();
    let resident = loss.resident;
    loss.at("03-01 09:30");
    assert!(loss.near.edit_door(loss.door, |door| {
        door.residents.get_mut(&resident).unwrap().tags.insert(Tag::EasilyDeceived);
    }));
    loss.visit(&loss.near, "03-01 10:00");
    loss.settle();
    // The town asks for much more than the built-in playbook does.
    loss.at("03-03 08:00");
    let (town, now) = (loss.world.town(), loss.world.now());
    let rules = "version = \"town-1\"\neasily_deceived_days = 1\n\n[first_meeting_minutes]\nhigh = 30\n";
    playbook::publish(&town, loss.sup.person, rules, now, Some("试行"), now, &mut loss.world.random).unwrap();
    loss.at("03-03 09:00");
    let issued = Alert {
        name: "陈某兰".to_owned(),
        household: Some(loss.door),
        resident: Some(loss.resident),
        playbook: "town-1".to_owned(),
        ..records::alert(loss.world.villages[0], Level::High, at("03-03 09:00"))
    };
    let alert = loss.world.enter(issued);
    loss.settle();
    loss.at("03-03 09:45");
    let account = loss.account("03-03 09:45");
    assert_eq!(account.now.alerts[0].first_meeting.unwrap().due, at("03-03 09:30"));
    assert!(missed(&account.then).contains(&"first_meeting_overdue"), "{:?}", missed(&account.then));
    assert!(missed(&account.now).contains(&"reach_again_overdue"), "{:?}", missed(&account.now));
    // Before the town's own was in force they were to be reached again within thirty days.
    assert!(!missed(&loss.account("03-03 07:59").now).contains(&"reach_again_overdue"));
    let listed = automatic(&town, loss.sup.person, Period::ALL, Limits::default(), loss.world.now()).unwrap();
    let [line] = &listed.lines[..] else { panic!("{listed:?}") };
    assert_eq!((line.alert, line.reasons.contains(&Reason::NotMet)), (alert, true));
}

#[test]
fn l8_what_was_done_at_a_double_counts_and_was_known_once_the_doors_were_merged() {
    let mut loss = Loss::new();
    // Another worker had entered the same door too, and went there.
    loss.at("03-02 09:00");
    let other = ResidentId::fresh(loss.world.now(), &mut loss.world.random);
    let mut household = records::household("502");
    let said = Resident { telephones: ["12000000001".to_owned()].into(), ..records::resident("陈某兰") };
    household.residents.insert(other, said);
    let double = loss.far.replica().households().save(loss.world.grids[0], &household, loss.far.reading()).unwrap();
    loss.at("03-02 10:00");
    let visit = Visit { met: [other].into(), ..records::door_visit(double, at("03-02 10:00")) };
    let visit = loss.far.replica().visits().save(&visit, loss.far.reading()).unwrap();
    let pledge = records::pledge(double, other, at("03-02 10:00"));
    let pledge = loss.far.replica().pledges().save(&pledge, loss.far.reading()).unwrap();
    loss.at("03-02 10:05");
    assert!(loss.far.edit_door(double, |door| {
        door.residents.get_mut(&other).unwrap().app_installed = Some(true);
    }));
    loss.settle();
    let alert = loss.alert(Level::High, "03-03 09:00");
    let listed = |loss: &Loss| {
        let now = loss.world.now();
        let listed = automatic(&loss.world.town(), loss.sup.person, Period::ALL, Limits::default(), now).unwrap();
        listed.lines.iter().any(|line| line.alert == alert && line.reasons.contains(&Reason::NeverVisited))
    };
    assert!(listed(&loss));

    loss.at("03-05 09:00");
    let (keep, gone, sup, town) = (loss.door, double, loss.sup.person, loss.world.town());
    let seen = merge::preview(&town, sup, keep, gone, &merge::Choices::new()).unwrap().seen;
    let now = loss.world.now();
    let random = &mut loss.world.random;
    merge::merge(&town, sup, (keep, gone), &merge::Choices::new(), &seen, "同一户", now, random).unwrap();
    assert!(!listed(&loss));

    // Nobody knew by the 4th that it was their door.
    let account = loss.account("03-04 12:00");
    let (then, is) = (account.then.door.as_ref().unwrap(), account.now.door.as_ref().unwrap());
    assert_eq!((then.visits.len(), then.pledges.len(), then.reach), (0, 0, Reach::NeverTried));
    assert_eq!((is.visits.len(), is.pledges.len(), is.reach), (1, 1, Reach::Visited));
    assert_eq!((is.visits[0].met_them, is.pledges[0].resident), (Some(true), other));
    assert!(then.app.unwrap().looked.is_none());
    // Whoever looked was the worker, not who merged the doors.
    assert_eq!(is.app.unwrap().looked.unwrap().by, Some(loss.far.person));
    assert_eq!(missed(&account.then)[..3], ["never_visited", "no_pledge", "app_not_looked_at"]);
    assert!(["never_visited", "no_pledge"].iter().all(|what| !missed(&account.now).contains(what)));
    assert_eq!(ids(&account.records.came_later), [visit, pledge]);
    assert_eq!(ids(&account.records.known_then), [DocumentId::from(alert)]);
    // From the merge on it was known, and so it stays when the merge is taken apart again.
    let account = loss.account("03-05 12:00");
    assert_eq!(account.then.door.as_ref().unwrap().visits.len(), 1);
    assert!(!missed(&account.then).contains(&"no_pledge"));
    // Asked for by the double it is the same person with the same alert.
    let account = loss.asked_by(sup, Subject::resident(double, other), "03-05 12:00").unwrap();
    assert_eq!((account.now.alerts.len(), account.now.door.unwrap().pledges.len()), (1, 1));
    loss.at("03-06 09:00");
    let now = loss.world.now();
    merge::undo(&town, sup, gone, "原来是两户", now, &mut loss.world.random).unwrap();
    let account = loss.account("03-05 12:00");
    let visits = |side: &Side| side.door.as_ref().unwrap().visits.len();
    assert_eq!((visits(&account.then), visits(&account.now)), (1, 0));
    assert!(listed(&loss));
}

#[test]
fn l8_only_supervisors_and_the_police_of_the_place_look_anybody_up() {
    let mut loss = Loss::new();
    let alert = loss.alert(Level::High, "03-03 09:00");
    let here = loss.world.villages[0];
    let elsewhere = loss.world.villages[1];
    let readers = [
        (Role::Supervisor, here, true),
        (Role::Police, loss.world.root, true),
        (Role::Supervisor, elsewhere, false),
        (Role::Police, elsewhere, false),
        (Role::TeamHead, here, false),
        (Role::Volunteer, loss.world.grids[0], false),
        (Role::Administrator, loss.world.root, false),
    ];
    for (role, area, may) in readers {
        let person = loss.world.person(role.clone(), area);
        for subject in [Subject::resident(loss.door, loss.resident), Subject::door(loss.door), Subject::alert(alert)] {
            let found = loss.asked_by(person, subject, "03-04 12:00");
            assert_eq!(found.is_some(), may, "{role} {subject:?}");
            assert!(found.is_none_or(|found| found.now.alerts.len() == 1));
        }
        for text in ["陈某兰", "12000000001", "3号楼502", "2026-7", &loss.door.to_string(), &alert.to_string()] {
            let query = Query { text: text.to_owned(), moment: at("03-04 12:00") };
            let found = lookup(&loss.world.town(), person, &query).unwrap();
            assert_eq!(!found.is_empty(), may, "{role} {text}");
        }
    }
}

#[test]
fn q12_a_person_is_found_by_name_telephone_and_address_and_a_stranger_by_the_alert() {
    let mut loss = Loss::new();
    let alert = loss.alert(Level::High, "03-03 09:00");
    let stranger =
        Alert { name: "过路人".to_owned(), ..records::alert(loss.world.villages[0], Level::Low, at("03-03 09:00")) };
    let other = loss.world.enter(stranger);
    let find = |text: &str, moment: &str| {
        let query = Query { text: text.to_owned(), moment: at(moment) };
        lookup(&loss.world.town(), loss.sup.person, &query).unwrap()
    };
    for text in ["陈某兰", "12000000001", "502", &loss.resident.to_string()] {
        let found = find(text, "03-04 12:00");
        let [one] = &found[..] else { panic!("{text}: {found:?}") };
        assert_eq!(one.subject, Subject::resident(loss.door, loss.resident));
        assert_eq!((one.found, &one.alerts[..]), (Found::Roster, &[alert][..]));
        // Before it was issued there was none.
        assert!(find(text, "03-02 12:00")[0].alerts.is_empty());
    }
    for text in ["过路人", "12000000000"] {
        let found = find(text, "03-04 12:00");
        assert_eq!((found[0].subject, found[0].found), (Subject::alert(other), Found::Alert), "{text}");
        assert_eq!(found.len(), 1);
    }
    // A telephone that only the alert has leads to whom it is about all the same.
    let found = find("12000000002", "03-04 12:00");
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.subject, one.found), (Subject::resident(loss.door, loss.resident), Found::Alert));
    assert_eq!((one.name.as_deref(), &one.alerts[..]), (Some("陈某兰"), &[alert][..]));
    assert!(find("没有这个人", "03-04 12:00").is_empty() && find("  ", "03-04 12:00").is_empty());
}

/// The same with every identifier called by the order of its first appearance, and hashes left out.
fn without_ids(mut value: Value) -> Value {
    fn rename(value: &mut Value, seen: &mut HashMap<String, usize>) {
        match value {
            Value::String(text) if text.len() == 36 && text.parse::<PersonId>().is_ok() => {
                let next = seen.len() + 1;
                *text = format!("id {}", seen.entry(text.clone()).or_insert(next));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| rename(value, seen)),
            Value::Object(values) => values.values_mut().for_each(|value| rename(value, seen)),
            _ => {}
        }
    }
    rename(&mut value, &mut HashMap::new());
    value
}

#[test]
fn l8_one_account_as_json() {
    let mut loss = Loss::new();
    loss.visit(&loss.near, "03-02 10:00");
    loss.settle();
    let alert = loss.alert(Level::High, "03-03 09:00");
    loss.met(alert, "03-03 12:30", Some(Risk::MayBeDefraudedAgain));
    loss.sent(alert, "03-04 11:00", 5_000_000);
    loss.at("03-04 11:10");
    let alerts = loss.head.replica().alerts();
    alerts.stop_payment(alert, StopStep::Asked, None, loss.head.reading()).unwrap();
    loss.at("03-05 09:00");
    loss.settle();
    let mut account = loss.account("03-04 12:00");
    account.made = Time::from_millis(0);
    insta::assert_json_snapshot!("account", without_ids(serde_json::to_value(&account).unwrap()));
}
