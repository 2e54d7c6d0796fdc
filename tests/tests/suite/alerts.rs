//! What is owed from the moment an alert reaches the town, recorded on phones and read on the server, and the other way.

use std::collections::BTreeSet;

use qiaomen_core::clock::Watch as _;
use qiaomen_core::identify::Who;
use qiaomen_core::nearest::Known;
use qiaomen_core::playbook::{DueKind, DueState};
use qiaomen_core::record::{
    AlertId, BroughtIn, Care, Datum, Dissuasion, FraudKind, Level, MoneySent, Outcome, Place, PlaceId, Position,
    Purpose, Record, Resident, ResidentId, Risk, Role, Scope, Step, StopStep, Way,
};
use qiaomen_server::intake::Intake;
use qiaomen_server::report::Reports;
use qiaomen_server::report::cases::CaseFile;
use qiaomen_server::report::nearest::nearest_to;
use qiaomen_server::report::today::today;

use crate::harness::{Phone, World, at, records};

/// A town with people in each role, none of whom has looked at anything yet.
struct Town {
    world: World,
    police: Phone,
    head: Phone,
    worker: Phone,
    supervisor: Phone,
}

impl Town {
    fn new() -> Self {
        let mut world = World::new();
        let police = world.with_role(Role::Police, world.root);
        let head = world.with_role(Role::TeamHead, world.villages[0]);
        let worker = world.with_role(Role::GridWorker, world.grids[2]);
        let supervisor = world.with_role(Role::Supervisor, world.root);
        Self { world, police, head, worker, supervisor }
    }

    fn settle(&self, when: &str) {
        self.world.clock.set(at(when));
        self.world.settle(&[&self.police, &self.head, &self.worker, &self.supervisor]);
        self.world.clock.set(at(when));
    }

    fn issue(&self, level: Level, when: &str, places: Vec<(PlaceId, Place)>) -> AlertId {
        self.world.clock.set(at(when));
        let mut alert = records::alert(self.world.villages[0], level, at(when));
        alert.places = places.into_iter().collect();
        self.police.replica().alerts().create(&alert, self.police.reading()).unwrap()
    }

    fn file(&self, alert: AlertId) -> CaseFile {
        CaseFile::read(&self.world.town(), alert).unwrap().unwrap()
    }

    fn state(&self, alert: AlertId, kind: DueKind) -> Option<DueState> {
        let due = self.file(alert).due(&self.world.town(), self.world.now());
        due.list.iter().find(|due| due.kind == kind).map(|due| due.state)
    }
}

fn place(label: &str, latitude: i64, longitude: i64) -> Place {
    let position = Position { latitude, longitude, datum: Datum::Wgs84, accuracy: None };
    Place { label: label.into(), address: None, position: Some(position) }
}

#[test]
fn q2_people_are_sent_to_several_places_at_once_and_a_meeting_at_any_of_them_counts() {
    let town = Town::new();
    let (home, work) = (PlaceId::from_bytes([1; 16]), PlaceId::from_bytes([2; 16]));
    let places =
        vec![(home, place("home", 340_000_000, 1_130_000_000)), (work, place("work", 340_100_000, 1_130_000_000))];
    let alert = town.issue(Level::High, "03-01 09:00", places);
    town.settle("03-01 09:01");
    // The head goes home to them, the worker from elsewhere to where they work.
    town.world.clock.set(at("03-01 09:05"));
    town.head.replica().alerts().receipt(alert, town.head.reading()).unwrap();
    let note = Some("到单位".to_owned());
    town.head.replica().alerts().send(alert, town.worker.person, note, town.head.reading()).unwrap();
    town.settle("03-01 09:10");
    assert_eq!(town.worker.replica().alerts().get(alert).unwrap().unwrap().record.places.len(), 2);
    town.world.clock.set(at("03-01 09:40"));
    let mut tried = records::alert_visit(alert, Purpose::Dissuasion, Outcome::NobodyHome, None, at("03-01 09:40"));
    tried.dissuasion = Some(Box::new(dissuasion(Some(home))));
    town.head.replica().visits().save(&tried, town.head.reading()).unwrap();
    town.world.clock.set(at("03-01 09:45"));
    let mut met = records::alert_visit(alert, Purpose::Dissuasion, Outcome::Met, Some(Risk::None), at("03-01 09:45"));
    met.dissuasion = Some(Box::new(dissuasion(Some(work))));
    town.worker.replica().visits().save(&met, town.worker.reading()).unwrap();
    town.settle("03-01 09:50");
    assert_eq!(town.state(alert, DueKind::FirstMeeting), Some(DueState::Done));
    let at_work = town.file(alert).facts.iter().any(|fact| {
        matches!(&fact.record, Record::Visit(visit) if visit.dissuasion.as_ref().is_some_and(|said| said.place == Some(work)))
    });
    assert!(at_work, "where it was stands in it");
}

fn dissuasion(place: Option<PlaceId>) -> Dissuasion {
    Dissuasion {
        steps: [Step::IdentityShown, Step::ReasonSaid].into(),
        fraud: Some(FraudKind::FakeInvestment),
        script: None,
        deeply_taken_in: false,
        brought_in: BTreeSet::new(),
        ways: BTreeSet::new(),
        place,
        officers: None,
        team: None,
        courtesy: true,
        recorded_with: None,
        recorded_by: None,
        kept_at: None,
        kept_as: None,
        care: BTreeSet::new(),
    }
}

#[test]
fn q3_each_step_on_receiving_an_alert_is_on_the_server_with_its_time() {
    let town = Town::new();
    let alert = town.issue(Level::High, "03-01 09:00", Vec::new());
    town.settle("03-01 09:01");
    town.world.clock.set(at("03-01 09:03"));
    town.head.replica().alerts().seen(alert, town.head.reading()).unwrap();
    town.head.replica().alerts().receipt(alert, town.head.reading()).unwrap();
    town.world.clock.set(at("03-01 09:10"));
    let mut call = records::alert_visit(alert, Purpose::FirstContact, Outcome::TelephoneOnly, None, at("03-01 09:10"));
    call.position = Some(Position { latitude: 1, longitude: 2, datum: Datum::Gcj02, accuracy: Some(30) });
    town.head.replica().visits().save(&call, town.head.reading()).unwrap();
    town.settle("03-01 09:12");
    assert_eq!(town.state(alert, DueKind::FirstContact), Some(DueState::Done));
    assert_eq!(town.state(alert, DueKind::FirstMeeting), Some(DueState::Open));
    let moments: Vec<_> = town
        .file(alert)
        .facts
        .iter()
        .filter(|fact| fact.header.author == town.head.person)
        .map(|fact| (fact.header.kind.to_string(), fact.record.moment().unwrap()))
        .collect();
    let [seen, taken, called] = [("seen", "09:03"), ("receipt", "09:03"), ("visit", "09:10")]
        .map(|(kind, clock)| (kind.to_owned(), at(&format!("03-01 {clock}"))));
    assert!([seen, taken, called].iter().all(|one| moments.contains(one)), "{moments:?}");
}

#[test]
fn b11_w4_care_for_a_victim_and_work_through_relatives_are_read_where_they_count() {
    let town = Town::new();
    let alert = town.issue(Level::Extreme, "03-01 09:00", Vec::new());
    town.settle("03-01 09:01");
    town.world.clock.set(at("03-01 10:00"));
    let mut visit = records::alert_visit(
        alert,
        Purpose::FollowUp,
        Outcome::NobodyHome,
        Some(Risk::MayBeDefraudedAgain),
        at("03-01 10:00"),
    );
    visit.dissuasion = Some(Box::new(Dissuasion {
        deeply_taken_in: true,
        brought_in: [BroughtIn::Relatives, BroughtIn::Officer].into(),
        ways: [Way::ThroughRelatives, Way::Online].into(),
        care: [Care::Counselling, Care::Guidance, Care::LegalAid, Care::Escalated].into(),
        ..dissuasion(None)
    }));
    let id = town.head.replica().visits().save(&visit, town.head.reading()).unwrap();
    town.settle("03-01 10:05");
    let there = town.file(alert).facts.into_iter().find(|fact| fact.stored.id == id).unwrap();
    let Record::Visit(read) = there.record else { panic!() };
    assert_eq!(read.dissuasion, visit.dissuasion);
    // Worked with, but not met: no meeting for all that.
    assert_eq!(town.state(alert, DueKind::FirstMeeting), Some(DueState::Overdue));
    let found = town.police.replica().dossiers().of(alert).unwrap();
    assert!(found.iter().any(|entry| entry.id == id));
}

#[test]
fn l11_delivered_seen_and_accepted_are_known_for_each() {
    let town = Town::new();
    let alert = town.issue(Level::High, "03-01 09:00", Vec::new());
    town.world.sync(&town.police);
    let delivered = || -> Vec<_> {
        let told = town.world.town().store().delivered(alert).unwrap();
        told.into_iter().map(|(_, person, _)| person).collect()
    };
    assert!(delivered().is_empty(), "who wrote it needs not be sent it");
    town.world.sync(&town.head);
    assert_eq!(delivered(), [town.head.person]);
    town.head.replica().alerts().seen(alert, town.head.reading()).unwrap();
    town.world.sync(&town.head);
    let board = || town.world.town().board(|board| board.cases()[&alert].clone()).unwrap();
    assert!(board().seen.contains_key(&town.head.person) && board().custody.owner.is_none());
    town.head.replica().alerts().receipt(alert, town.head.reading()).unwrap();
    town.world.sync(&town.head);
    assert_eq!(board().custody.owner.map(|owner| owner.person), Some(town.head.person));
    assert!(!delivered().contains(&town.worker.person), "nobody else was told");
}

#[test]
fn l5_l6_w4_what_waits_today_is_the_same_as_on_phones_and_tells_silence_from_lateness() {
    let town = Town::new();
    let supervisor = town.supervisor.person;
    let alert = town.issue(Level::High, "03-01 09:00", Vec::new());
    town.settle("03-01 09:01");
    let waits = || today(&town.world.town(), supervisor, town.world.now()).unwrap();
    assert_eq!((waits().counts.running, waits().counts.unowned), (1, 1));
    town.world.clock.set(at("03-01 09:05"));
    town.head.replica().alerts().receipt(alert, town.head.reading()).unwrap();
    town.settle("03-01 09:06");
    assert_eq!((waits().counts.unowned, waits().counts.overdue), (0, 0));
    // First contact falls due, and the phone is not heard from: it may have been done.
    town.world.clock.set(at("03-01 09:40"));
    let counts = waits().counts;
    assert_eq!((counts.overdue, counts.unheard), (1, 1));
    town.world.clock.set(at("03-01 09:41"));
    let visit = records::alert_visit(alert, Purpose::Dissuasion, Outcome::Met, Some(Risk::None), at("03-01 09:20"));
    town.head.replica().visits().save(&visit, town.head.reading()).unwrap();
    town.settle("03-01 11:00");
    assert_eq!(waits().counts.unheard, 0);
    // Met, and paid all the same: an accident, with the account to be stopped, and later to be released.
    town.world.clock.set(at("03-02 09:00"));
    let sent = Some(at("03-02 08:00"));
    let money = MoneySent { alert, at: at("03-02 09:00"), sent, fen: Some(5_000), to: None, note: None };
    town.head.replica().alerts().money_sent(&money, town.head.reading()).unwrap();
    town.settle("03-02 09:01");
    assert_eq!((waits().counts.accidents, waits().counts.stop_payment_owed), (1, 1));
    town.world.clock.set(at("03-02 09:05"));
    town.police.replica().alerts().stop_payment(alert, StopStep::Frozen, None, town.police.reading()).unwrap();
    town.head.replica().alerts().propose(alert, None, town.head.reading()).unwrap();
    town.settle("03-02 09:06");
    assert_eq!((waits().counts.stop_payment_owed, waits().counts.proposed), (0, 1));
    town.world.clock.set(at("03-04 09:00"));
    town.head.replica().alerts().clear(alert, None, town.head.reading()).unwrap();
    town.settle("03-04 09:01");
    assert_eq!((waits().counts.release_owed, waits().counts.proposed, waits().counts.lying), (1, 0, 0));
    // The same on the station's phone.
    let stands = town.police.replica().tasks().standing(alert, &town.police.clock.read()).unwrap();
    assert!(stands.release_owed && stands.accident.is_some() && stands.cleared.is_some());
    // Whoever holds none of it counts none of it.
    let none = today(&town.world.town(), town.worker.person, town.world.now()).unwrap();
    assert_eq!((none.counts.running, none.alerts.len()), (0, 0));
}

#[test]
fn b2_the_share_of_alerts_from_the_side_of_the_money_that_sent_again_is_told() {
    let town = Town::new();
    for (number, origin, pays) in [(1, true, true), (2, true, false), (3, false, true)] {
        town.world.clock.set(at("03-01 09:00"));
        let mut record = records::alert(town.world.villages[0], Level::Low, at("03-01 09:00"));
        record.telephone = Some(format!("1200000000{number}"));
        record.origin = if origin { qiaomen_core::record::Origin::FundsSide } else { record.origin };
        let alert = town.police.replica().alerts().create(&record, town.police.reading()).unwrap();
        if pays {
            let now = at("03-02 09:00");
            town.world.clock.set(now);
            let money = MoneySent { alert, at: now, sent: Some(now), fen: Some(100), to: None, note: None };
            town.police.replica().alerts().money_sent(&money, town.police.reading()).unwrap();
        }
    }
    town.settle("03-02 10:00");
    let (there, now) = (town.world.town(), town.world.now());
    let reports = Reports::of(&there).unwrap();
    let counts = reports.alerts(None, qiaomen_core::doors::Period::ALL, now).unwrap();
    assert_eq!((counts.alerts, counts.sent_after_alert, counts.accidents), (3, 2, 0));
    assert_eq!((counts.funds_side, counts.funds_side_sent, counts.funds_side_percent), (2, 1, Some(50.0)));
    let elsewhere = reports.alerts(Some(town.world.villages[1]), qiaomen_core::doors::Period::ALL, now).unwrap();
    assert_eq!(elsewhere.alerts, 0);
}

#[test]
fn q4_the_nearest_workers_are_told_with_how_old_their_position_is() {
    let mut town = Town::new();
    let near = town.world.with_role(Role::GridWorker, town.world.grids[0]);
    let far = town.world.with_role(Role::GridWorker, town.world.grids[1]);
    let door = town.world.door(0, "101");
    let other = town.world.door(1, "102");
    town.world.settle(&[&near, &far]);
    for (phone, door, latitude, clock) in
        [(&near, door, 340_010_000, "03-01 08:50"), (&far, other, 340_900_000, "03-01 08:30")]
    {
        town.world.clock.set(at(clock));
        let mut visit = records::door_visit(door, at(clock));
        visit.position = Some(Position { latitude, longitude: 1_130_000_000, datum: Datum::Wgs84, accuracy: None });
        phone.replica().visits().save(&visit, phone.reading()).unwrap();
    }
    town.world.settle(&[&near, &far]);
    let places = vec![(PlaceId::from_bytes([1; 16]), place("home", 340_000_000, 1_130_000_000))];
    let alert = town.issue(Level::Medium, "03-01 09:00", places);
    town.settle("03-01 09:00");
    let record = town.file(alert).alert;
    let found = nearest_to(&town.world.town(), &record, at("03-01 09:00")).unwrap();
    let told: Vec<_> = found.iter().map(|one| (one.person, one.known, one.minutes_ago, one.rough)).collect();
    assert_eq!(
        told[..2],
        [(near.person, Known::Recorded, Some(10), false), (far.person, Known::Recorded, Some(30), false)]
    );
    assert!((100..120).contains(&found[0].metres), "{}", found[0].metres);
    // The head's phone, which holds those grids, says the same; one shared by hand counts later.
    assert_eq!(town.head.replica().alerts().nearest(alert, &town.head.clock.read()).unwrap()[..2], found[..2]);
    town.world.clock.set(at("03-01 09:05"));
    let here = Position { latitude: 340_000_100, longitude: 1_130_000_000, datum: Datum::Gcj02, accuracy: None };
    far.replica().alerts().share_place(town.world.grids[1], here, None, far.reading()).unwrap();
    town.world.settle(&[&far]);
    let found = nearest_to(&town.world.town(), &record, at("03-01 09:06")).unwrap();
    assert_eq!((found[0].person, found[0].known, found[0].rough), (far.person, Known::Shared, true));
}

#[test]
fn q4_a_message_pasted_on_the_station_s_phone_becomes_an_alert_that_is_routed() {
    let mut town = Town::new();
    let door = town.world.door(0, "301");
    town.settle("03-01 09:00");
    let resident = ResidentId::from_bytes([7; 16]);
    let (name, telephone) = ("何晚秋".to_owned(), "13800009905".to_owned());
    let person = Resident {
        name: name.clone(),
        telephones: [telephone.clone()].into(),
        birth_year: None,
        tags: BTreeSet::new(),
        app_installed: None,
        left_town: false,
        left_to: None,
        left_contact: None,
        removed: false,
    };
    town.supervisor.edit_door(door, |household| {
        household.residents.insert(resident, person);
    });
    town.settle("03-01 09:05");
    town.world.clock.set(at("03-01 09:10"));
    let message = format!(
        "【预警】姓名：{name}，电话：{telephone}，中危，疑似刷单，编号：CHAT-7，下发单位：市反诈中心，下发时间：2026-03-01 08:50"
    );
    let reading = town.police.clock.read();
    let understood = town.police.replica().alerts().understand(&message, &reading).unwrap();
    assert_eq!(understood.len(), 1, "{understood:?}");
    let candidates = town.police.replica().households().get(door).unwrap();
    assert!(
        matches!(&understood[0].who, Who::One(one) if one.resident == resident),
        "{:?} {:?} {candidates:?}",
        understood[0].who,
        understood[0].reading
    );
    let alert = understood[0].draft(town.world.villages[0], at("03-01 09:10"), &mut town.world.random);
    assert_eq!((alert.platform_number.as_deref(), &alert.level), (Some("CHAT-7"), &Level::Medium));
    assert_eq!((alert.household, alert.resident), (Some(door), Some(resident)));
    let id = town.police.replica().alerts().create(&alert, town.police.reading()).unwrap();
    town.settle("03-01 09:11");
    let there = town.world.town();
    Intake::default().tend(&there, at("03-01 09:11"), &mut town.world.random).unwrap();
    town.settle("03-01 09:12");
    let offers = town.head.replica().tasks().custody(id).unwrap().offers;
    assert_eq!(offers.iter().map(|offer| offer.to).collect::<Vec<_>>(), [town.head.person]);
    assert!(town.worker.replica().scopes().unwrap().iter().all(|scope| *scope != Scope::CaseFile(id)));
}
