//! What is due, from an alert's entry on the server to the lists on two phones that were offline.

use qiaomen_core::playbook::{Due, DueKind, DueState};
use qiaomen_core::record::{AlertId, Kind, Level, Outcome, Purpose, Risk, Role, Time};
use qiaomen_core::replica::Part;
use qiaomen_server::access::SYSTEM;
use qiaomen_server::import::{self, Noun, Request};

use crate::harness::agree::CaseFiles;
use crate::harness::{Phone, World, at, records};

/// A village's head and the station's officer, and an alert that the office imported.
struct Case {
    world: World,
    head: Phone,
    police: Phone,
    alert: AlertId,
}

fn case(level: &str, issued: &str) -> Case {
    let mut world = World::new();
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let police = world.with_role(Role::Police, world.root);
    world.clock.set(at(issued));
    let (day, clock) = issued.split_once(' ').unwrap();
    let time = format!("2026-{day} {clock}");
    let file = format!(
        "name,telephone,level,area,place,issuer,number,origin,issued,reached_station\n\
         王五,12000000000,{level},第0村,第0村1栋,派出所,N-1,other,{time},{time}\n"
    );
    let town = world.town();
    let now = world.now();
    let request = Request::apply(Noun::Alerts, "alerts.csv", SYSTEM);
    let mut file = std::io::Cursor::new(file.as_bytes());
    let report = import::run(&town, &request, &mut file, now, &mut world.random, &mut |_| ()).unwrap();
    assert!(report.bad.is_empty() && report.applied, "{report:?}");
    let (document, _) = town.records(&Kind::Alert).unwrap().remove(0);
    let alert = AlertId::from(document.id);
    world.settle(&[&head, &police]);
    assert!(head.has(alert) && police.has(alert));
    Case { world, head, police, alert }
}

impl Case {
    /// Somebody came, offline: the phone's own clock is right.
    fn came(&self, phone: &Phone, when: &str, outcome: Outcome, risk: Option<Risk>) {
        self.world.clock.set(at(when));
        let visit = records::alert_visit(self.alert, Purpose::FollowUp, outcome, risk, at(when));
        phone.replica().visits().save(&visit, phone.reading()).unwrap();
    }

    fn met(&self, phone: &Phone, when: &str) {
        self.came(phone, when, Outcome::Met, None);
    }

    /// All exchange; what is due at `now` is the same on both phones and by the server's own records.
    fn due(&self, now: &str) -> Due {
        self.world.clock.set(at(now));
        let phones = [&self.head, &self.police];
        // Exchanging takes no time here.
        for phone in phones.iter().cycle().take(4) {
            let replica = phone.replica();
            self.world.runtime.block_on(replica.sync().run(&phone.wire, &phone.clock)).unwrap();
        }
        self.world.agree(&phones);
        let there = CaseFiles::read(&self.world).due(&self.world, self.alert, at(now));
        for phone in phones {
            let here = phone.replica().tasks().of_case(self.alert, &phone.reading()).unwrap();
            assert_eq!(here, there);
            let listed = phone.replica().tasks().list(&phone.reading(), Part::all()).unwrap();
            let open = |state: &DueState| matches!(state, DueState::Open | DueState::Overdue);
            assert_eq!(listed.len(), there.list.iter().filter(|due| open(&due.state)).count());
        }
        there
    }
}

/// Of one kind: due, state, minutes late, attempts.
fn of(due: &Due, kind: DueKind) -> Vec<(Time, DueState, i64, u32)> {
    let list = due.list.iter().filter(|due| due.kind == kind);
    list.map(|due| (due.due, due.state, due.late_minutes, due.attempts)).collect()
}

const SECOND: DueKind = DueKind::SecondVisit;
const THREE_DAY: DueKind = DueKind::ThreeDayVisit;

#[test]
fn q9_l4_case_1_a_dissuasion_brings_the_second_visit_and_the_series() {
    let case = case("extreme", "03-01 09:00");
    case.met(&case.head, "03-01 10:30");
    let due = case.due("03-01 12:00");
    assert_eq!(of(&due, SECOND), [(at("03-03 10:30"), DueState::Open, 0, 0)]);
    assert_eq!(of(&due, THREE_DAY), [(at("03-05 00:00"), DueState::Open, 0, 0)]);
    assert_eq!(due.series_ends, at("04-02 00:00"));
}

#[test]
fn q9_case_2_in_time_to_the_minute() {
    let case = case("extreme", "03-01 09:00");
    case.met(&case.head, "03-01 10:30");
    case.met(&case.police, "03-03 10:29");
    let due = case.due("03-03 12:00");
    assert_eq!(of(&due, SECOND), [(at("03-03 10:30"), DueState::Done, 0, 0)]);
    let three_day = of(&due, THREE_DAY);
    assert_eq!(three_day.last(), Some(&(at("03-07 00:00"), DueState::Open, 0, 0)));
}

#[test]
fn q9_case_3_a_minute_late_stays_late() {
    let case = case("extreme", "03-01 09:00");
    case.met(&case.police, "03-01 10:30");
    case.met(&case.head, "03-03 10:31");
    for now in ["03-03 12:00", "03-20 12:00"] {
        assert_eq!(of(&case.due(now), SECOND), [(at("03-03 10:30"), DueState::Late, 1, 0)]);
    }
    let due = case.due("03-03 12:00");
    assert_eq!(of(&due, THREE_DAY).last(), Some(&(at("03-07 00:00"), DueState::Open, 0, 0)));
}

#[test]
fn q9_l4_case_6_attempts_are_counted_and_are_no_substitute() {
    let case = case("high", "03-01 09:00");
    case.met(&case.head, "03-01 11:00");
    assert_eq!(of(&case.due("03-03 11:00"), SECOND), [(at("03-03 11:00"), DueState::Open, 0, 0)]);
    assert_eq!(of(&case.due("03-03 11:01"), SECOND), [(at("03-03 11:00"), DueState::Overdue, 1, 0)]);
    case.came(&case.police, "03-04 15:00", Outcome::NobodyHome, None);
    assert_eq!(of(&case.due("03-04 23:59"), THREE_DAY), [(at("03-05 00:00"), DueState::Open, 0, 1)]);
    assert_eq!(of(&case.due("03-05 00:00"), THREE_DAY), [(at("03-05 00:00"), DueState::Overdue, 0, 1)]);
    case.came(&case.head, "03-05 10:00", Outcome::TelephoneOnly, None);
    let due = case.due("03-05 12:00");
    assert_eq!(of(&due, SECOND), [(at("03-03 11:00"), DueState::Overdue, 2_940, 2)]);
    assert_eq!(of(&due, THREE_DAY), [(at("03-05 00:00"), DueState::Overdue, 720, 2)]);
}

#[test]
fn l5_case_8_a_clearance_ends_no_second_visit() {
    let case = case("high", "03-01 09:00");
    case.met(&case.head, "03-01 20:00");
    case.world.clock.set(at("03-02 08:00"));
    case.head.replica().alerts().clear(case.alert, Some("已醒悟".to_owned()), case.head.reading()).unwrap();
    let due = case.due("03-02 09:00");
    assert_eq!(of(&due, SECOND), [(at("03-03 20:00"), DueState::Open, 0, 0)]);
    assert_eq!(of(&due, THREE_DAY), [(at("03-05 00:00"), DueState::Open, 0, 0)]);
    assert_eq!(of(&due, DueKind::MonthEndJudgement)[0].1, DueState::Done);
    // The station hears of it.
    let file = case.police.replica().alerts().file(case.alert).unwrap();
    assert!(file.iter().any(|fact| fact.header.author == case.head.person && fact.id != case.alert.into()));
}

#[test]
fn l4_case_9_two_phones_records_in_either_order_give_one_answer() {
    let mut answers = Vec::new();
    for turn in [false, true] {
        let case = case("medium", "03-01 09:00");
        case.met(&case.head, "03-01 10:00");
        case.came(&case.police, "03-02 15:00", Outcome::Met, Some(Risk::MayBeDefraudedAgain));
        case.came(&case.head, "03-03 09:00", Outcome::NobodyHome, None);
        case.met(&case.police, "03-04 16:00");
        let (first, second) = if turn { (&case.head, &case.police) } else { (&case.police, &case.head) };
        case.world.sync(first);
        case.world.sync(second);
        let due = case.due("03-06 12:00");
        assert_eq!(of(&due, SECOND), [(at("03-04 15:00"), DueState::Late, 60, 1)]);
        answers.push(due);
    }
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn q14_q3_an_alert_says_on_every_phone_when_it_came_and_each_step_has_its_time() {
    let case = case("high", "03-01 09:00");
    case.world.clock.set(at("03-01 09:08"));
    let call = records::alert_visit(case.alert, Purpose::FirstContact, Outcome::TelephoneOnly, None, at("03-01 09:08"));
    case.head.replica().visits().save(&call, case.head.reading()).unwrap();
    let due = case.due("03-01 09:10");
    let contact = due.list.iter().find(|due| due.kind == DueKind::FirstContact).unwrap();
    assert_eq!((contact.due, contact.state), (at("03-01 09:15"), DueState::Done));
    assert_eq!(contact.done_at, Some(at("03-01 09:08")));
    for phone in [&case.head, &case.police] {
        let alert = phone.replica().alerts().get(case.alert).unwrap().unwrap().record;
        assert_eq!((alert.issued, alert.reached_station), (at("03-01 09:00"), Some(at("03-01 09:00"))));
        assert_eq!((alert.issuer.as_str(), alert.platform_number.as_deref()), ("派出所", Some("N-1")));
        assert_eq!(alert.level, Level::High);
    }
}

#[test]
fn q5_l11_the_first_receipt_to_arrive_owns_the_alert_for_all_to_see() {
    let case = case("high", "03-01 09:00");
    // The officer takes it first and has no connection; the head's receipt arrives before.
    case.world.clock.set(at("03-01 09:01"));
    case.police.replica().alerts().receipt(case.alert, case.police.reading()).unwrap();
    let unconfirmed = case.police.replica().tasks().custody(case.alert).unwrap();
    assert!(unconfirmed.owner.is_none());
    assert_eq!(unconfirmed.unconfirmed[0].person, case.police.person);
    case.world.clock.set(at("03-01 09:03"));
    case.head.replica().alerts().receipt(case.alert, case.head.reading()).unwrap();
    case.world.sync(&case.head);
    case.world.sync(&case.police);
    case.world.settle(&[&case.head, &case.police]);
    for phone in [&case.head, &case.police] {
        let custody = phone.replica().tasks().custody(case.alert).unwrap();
        assert_eq!(custody.owner.unwrap().person, case.head.person);
        assert_eq!(custody.contests.len(), 1);
        assert_eq!(custody.contests[0].person, case.police.person);
        assert!(custody.unconfirmed.is_empty());
    }
}
