//! A case from hand to hand and to its end: custody, money, stop-payment, joins, transfers, recalls, and the dossier,
//! recorded on phones without a connection and read on others and on the server.

use std::collections::BTreeMap;

use qiaomen_core::clock::Watch as _;
use qiaomen_core::dossier::Recording;
use qiaomen_core::playbook::{CaseResult, DueKind, DueState};
use qiaomen_core::record::{
    AlertId, Dissuasion, DocumentId, FraudKind, Hands, KeptAt, Kind, Level, MoneySent, Outcome, PersonId, PhotoNote,
    Purpose, Record, Recorder, Risk, Role, Scope, Step, StopStep, TakenWith, Transfer,
};
use qiaomen_core::replica::Part;
use qiaomen_server::report::cases::CaseFile;
use qiaomen_server::report::{dossier, page};

use crate::harness::{Phone, World, at, records};

/// The station's officer, a village's head, a worker of another village, a supervisor; and an alert.
struct Case {
    world: World,
    police: Phone,
    head: Phone,
    other: Phone,
    supervisor: Phone,
    alert: AlertId,
}

impl Case {
    fn new(level: Level) -> Self {
        let mut world = World::new();
        // What the server would write by itself comes when it comes.
        world.intake.pause(true);
        let police = world.with_role(Role::Police, world.root);
        let head = world.with_role(Role::TeamHead, world.villages[0]);
        let other = world.with_role(Role::TeamHead, world.villages[1]);
        let supervisor = world.with_role(Role::Supervisor, world.root);
        let alert = issue(&police, &world, level, "03-01 09:00");
        let case = Self { world, police, head, other, supervisor, alert };
        case.settle("03-01 09:01");
        case
    }

    fn phones(&self) -> [&Phone; 4] {
        [&self.police, &self.head, &self.other, &self.supervisor]
    }

    /// All exchange, and phones and server agree.
    fn settle(&self, when: &str) {
        self.world.clock.set(at(when));
        self.world.settle(&self.phones());
        self.world.clock.set(at(when));
    }

    fn at(&self, when: &str) {
        self.world.clock.set(at(when));
    }

    fn file(&self) -> CaseFile {
        CaseFile::read(&self.world.town(), self.alert).unwrap().unwrap()
    }

    /// Whose it is, by the server and by every phone that has the case file.
    fn owner(&self) -> Option<PersonId> {
        let custody = self.file().custody();
        for phone in self.phones().into_iter().filter(|phone| phone.has(self.alert)) {
            assert_eq!(phone.replica().tasks().custody(self.alert).unwrap(), custody);
        }
        custody.owner.map(|owner| owner.person)
    }

    fn stands(&self) -> qiaomen_core::playbook::Standing {
        let town = self.world.town();
        let standing = self.file().standing(&town, self.world.now());
        for phone in self.phones().into_iter().filter(|phone| phone.has(self.alert)) {
            let here = phone.replica().tasks().standing(self.alert, &phone.clock.read()).unwrap();
            assert_eq!(here, standing);
        }
        standing
    }

    fn met(&self, phone: &Phone, when: &str, risk: Option<Risk>) -> DocumentId {
        self.at(when);
        let visit = records::alert_visit(self.alert, Purpose::Dissuasion, Outcome::Met, risk, at(when));
        phone.replica().visits().save(&visit, phone.reading()).unwrap()
    }
}

fn issue(police: &Phone, world: &World, level: Level, when: &str) -> AlertId {
    world.clock.set(at(when));
    let alert = records::alert(world.villages[0], level, at(when));
    police.replica().alerts().create(&alert, police.reading()).unwrap()
}

fn money(case: &Case, sent: &str, fen: i64) -> MoneySent {
    let sent = Some(at(sent));
    MoneySent { alert: case.alert, at: at("03-01 09:00"), sent, fen: Some(fen), to: None, note: None }
}

#[test]
fn q5_a_hand_over_to_another_village_counts_when_it_is_accepted_and_brings_the_case_file() {
    let case = Case::new(Level::High);
    case.at("03-01 09:02");
    case.head.replica().alerts().receipt(case.alert, case.head.reading()).unwrap();
    case.settle("03-01 09:03");
    assert_eq!(case.owner(), Some(case.head.person));
    assert!(!case.other.has(case.alert));
    case.at("03-01 10:00");
    let alerts = case.head.replica().alerts();
    let offer = alerts.hand_over(case.alert, case.other.person, None, case.head.reading()).unwrap();
    case.settle("03-01 10:01");
    assert!(case.other.has(case.alert), "who is offered it sees what they are offered");
    assert_eq!(case.owner(), Some(case.head.person), "an offer alone changes nothing");
    case.at("03-01 10:20");
    case.other.replica().alerts().accept(case.alert, offer, case.other.reading()).unwrap();
    case.settle("03-01 10:21");
    assert_eq!(case.owner(), Some(case.other.person));
}

#[test]
fn q5_an_offer_taken_back_before_it_was_accepted_stays_with_its_owner() {
    let case = Case::new(Level::High);
    case.at("03-01 09:02");
    case.head.replica().alerts().receipt(case.alert, case.head.reading()).unwrap();
    let alerts = case.head.replica().alerts();
    let offer = alerts.hand_over(case.alert, case.other.person, None, case.head.reading()).unwrap();
    case.settle("03-01 09:10");
    // Both act without a connection; the one whose record the server gets first is right.
    case.at("03-01 09:20");
    case.other.replica().alerts().accept(case.alert, offer, case.other.reading()).unwrap();
    case.at("03-01 09:21");
    case.head.replica().alerts().take_back(case.alert, offer, None, case.head.reading()).unwrap();
    case.world.sync(&case.head);
    case.world.sync(&case.other);
    case.settle("03-01 09:30");
    assert_eq!(case.owner(), Some(case.head.person));
    assert!(case.file().custody().offers.is_empty());
}

#[test]
fn q5_a_contest_shows_to_both_and_a_supervisor_ends_it() {
    let case = Case::new(Level::High);
    case.at("03-01 09:02");
    case.police.replica().alerts().receipt(case.alert, case.police.reading()).unwrap();
    case.at("03-01 09:05");
    case.head.replica().alerts().receipt(case.alert, case.head.reading()).unwrap();
    case.world.sync(&case.head);
    case.settle("03-01 09:06");
    assert_eq!(case.owner(), Some(case.head.person));
    assert_eq!(case.file().custody().contests[0].person, case.police.person);
    case.at("03-01 09:30");
    let supervisor = case.supervisor.replica().alerts();
    supervisor.decide(case.alert, case.police.person, Some("先接".into()), case.supervisor.reading()).unwrap();
    case.settle("03-01 09:31");
    assert_eq!(case.owner(), Some(case.police.person));
    assert!(case.file().custody().contests.is_empty());
}

#[test]
fn q5_a_receipt_counts_no_earlier_than_the_alert_was_first_sent_to_that_phone() {
    let mut world = World::new();
    let police = world.with_role(Role::Police, world.root);
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let late = world.with_role(Role::TeamHead, world.villages[0]);
    let alert = issue(&police, &world, Level::High, "03-01 09:00");
    world.sync(&police);
    world.clock.set(at("03-01 09:01"));
    world.sync(&head);
    world.clock.set(at("03-01 09:05"));
    head.replica().alerts().receipt(alert, head.reading()).unwrap();
    world.sync(&head);
    // The third phone is sent the alert at half past, and after a restart its clock, which nothing holds to the server's,
    // says that it took it at two minutes past nine.
    world.clock.set(at("03-01 09:30"));
    world.sync(&late);
    late.clock.off(-28 * 60_000);
    late.clock.reboot();
    late.replica().alerts().receipt(alert, late.reading()).unwrap();
    let claimed = late.replica().tasks().custody(alert).unwrap().unconfirmed[0].at;
    assert!(claimed < at("03-01 09:05"), "{claimed:?}");
    world.clock.set(at("03-01 09:31"));
    world.settle(&[&police, &head, &late]);
    let there = CaseFile::read(&world.town(), alert).unwrap().unwrap().custody();
    assert_eq!(there.owner.as_ref().map(|owner| owner.person), Some(head.person));
    assert_eq!(there.contests, [], "nobody took it before they had it");
    for phone in [&police, &head, &late] {
        assert_eq!(phone.replica().tasks().custody(alert).unwrap(), there);
    }
    // Who has been sent it is known, each with the first time; the phone that wrote it was sent nothing.
    let delivered = world.town().store().delivered(alert).unwrap();
    let delivered: Vec<_> = delivered.into_iter().map(|(_, person, at)| (person, at)).collect();
    assert_eq!(delivered.len(), 2, "{delivered:?}");
    assert_eq!(delivered[0].0, head.person);
    assert!(delivered[0].1 < at("03-01 09:02") && delivered[1].1 >= at("03-01 09:30"));
}

#[test]
fn q5_only_a_supervisor_decides_whose_it_is() {
    let case = Case::new(Level::High);
    case.at("03-01 09:05");
    assert!(case.head.replica().alerts().decide(case.alert, case.head.person, None, case.head.reading()).is_err());
    let writing = qiaomen_core::replica::Writing { reading: case.head.reading(), role: Some(Role::TeamHead) };
    case.head.replica().alerts().decide(case.alert, case.head.person, None, writing).unwrap();
    case.world.sync(&case.head);
    assert_eq!(case.owner_unsettled(), None);
    assert_eq!(case.head.replica().quarantine().list().unwrap().len(), 1);
}

impl Case {
    fn owner_unsettled(&self) -> Option<PersonId> {
        self.file().custody().owner.map(|owner| owner.person)
    }
}

#[test]
fn q8_l5_l6_money_stop_payment_clearance_and_an_accident_show_everywhere() {
    let case = Case::new(Level::High);
    case.met(&case.head, "03-01 10:00", Some(Risk::None));
    case.head.replica().alerts().money_sent(&money(&case, "03-01 08:30", 300_000), case.head.reading()).unwrap();
    case.settle("03-01 10:30");
    let stands = case.stands();
    assert!(stands.stop_payment_owed && stands.accident.is_none() && stands.sent_after_alert.is_none());
    case.at("03-01 10:40");
    case.police.replica().alerts().stop_payment(case.alert, StopStep::Asked, None, case.police.reading()).unwrap();
    case.at("03-01 11:00");
    case.police.replica().alerts().stop_payment(case.alert, StopStep::Frozen, None, case.police.reading()).unwrap();
    // A worker proposes, the team's head clears: the station sees at once what is to be released.
    case.at("03-02 09:00");
    case.head.replica().alerts().clear(case.alert, Some("已识破".into()), case.head.reading()).unwrap();
    case.settle("03-02 09:01");
    let stands = case.stands();
    assert!(stands.release_owed && !stands.stop_payment_owed);
    assert_eq!((stands.result, stands.cleared), (CaseResult::Cleared, Some(at("03-02 09:00"))));
    // Met, and money sent afterwards: an accident, and the clearance does not stand any more.
    case.at("03-03 12:00");
    case.head.replica().alerts().money_sent(&money(&case, "03-03 11:00", 5_000_000), case.head.reading()).unwrap();
    case.settle("03-03 12:01");
    let stands = case.stands();
    assert_eq!((stands.accident, stands.result), (Some(at("03-03 11:00")), CaseResult::Running));
    assert_eq!((stands.sent_after_alert, stands.fen_after_alert), (Some(at("03-03 11:00")), 5_000_000));
    assert!(!stands.release_owed);
}

#[test]
fn w4_flags_do_not_depend_on_the_order_in_which_records_arrive() {
    let mut seen = Vec::new();
    for turn in [false, true] {
        let case = Case::new(Level::Medium);
        case.met(&case.head, "03-01 10:00", None);
        case.at("03-01 12:00");
        case.head.replica().alerts().clear(case.alert, None, case.head.reading()).unwrap();
        case.at("03-01 12:30");
        case.police.replica().alerts().money_sent(&money(&case, "03-01 11:30", 100), case.police.reading()).unwrap();
        let (first, second) = if turn { (&case.head, &case.police) } else { (&case.police, &case.head) };
        case.world.sync(first);
        case.world.sync(second);
        case.settle("03-05 09:00");
        seen.push(case.stands());
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].accident, Some(at("03-01 11:30")));
}

#[test]
fn q4_a_second_alert_about_a_person_joins_the_open_one() {
    let case = Case::new(Level::Low);
    case.met(&case.head, "03-01 10:00", None);
    case.settle("03-01 10:05");
    let second = issue(&case.police, &case.world, Level::Extreme, "03-10 10:30");
    case.settle("03-10 10:31");
    case.at("03-10 11:00");
    case.police.replica().alerts().join(case.alert, second, case.police.reading()).unwrap();
    case.settle("03-10 11:01");
    let stands = case.stands();
    assert_eq!((stands.level, stands.series_ends), (Level::Extreme, at("04-11 00:00")));
    let town = case.world.town();
    let joined = CaseFile::read(&town, second).unwrap().unwrap();
    assert_eq!(joined.standing(&town, case.world.now()).result, CaseResult::Joined);
    // One set of tasks: nothing is left to do under the other.
    for phone in [&case.head, &case.police] {
        let tasks = phone.replica().tasks().list(&phone.clock.read(), Part::all()).unwrap();
        assert!(tasks.iter().all(|task| task.alert == case.alert), "{tasks:?}");
        assert!(tasks.iter().any(|task| task.visit.kind == DueKind::SecondVisit));
    }
}

#[test]
fn q14_a_recalled_alert_closes_on_every_phone_and_stays_visible() {
    let case = Case::new(Level::High);
    case.at("03-01 09:30");
    case.police.replica().alerts().recall(case.alert, Some("误报".into()), case.police.reading()).unwrap();
    case.settle("03-01 09:31");
    assert_eq!(case.stands().result, CaseResult::Recalled);
    for phone in [&case.head, &case.police] {
        assert!(phone.replica().tasks().list(&phone.clock.read(), Part::all()).unwrap().is_empty());
        assert!(phone.replica().alerts().get(case.alert).unwrap().is_some());
    }
}

#[test]
fn l4_a_person_in_other_hands_is_excused_only_where_the_other_place_accepted_or_a_supervisor_agreed() {
    let case = Case::new(Level::Low);
    case.met(&case.head, "03-01 10:00", None);
    case.at("03-02 09:00");
    let mut elsewhere = Transfer {
        alert: case.alert,
        hands: Hands::OtherPlace,
        place: Some("外县".into()),
        accepted_by: None,
        at: at("03-02 09:00"),
        until: None,
        reason: None,
    };
    assert!(case.head.replica().alerts().transfer(&elsewhere, case.head.reading()).is_err(), "nobody accepted");
    // From afar takes a supervisor: a head's word is kept and excuses nothing.
    elsewhere.hands = Hands::FromAfar;
    case.head.replica().alerts().transfer(&elsewhere, case.head.reading()).unwrap();
    case.settle("03-06 09:00");
    let three = |case: &Case| {
        let due = case.file().due(&case.world.town(), case.world.now());
        due.list.iter().find(|due| due.kind == DueKind::ThreeDayVisit).map(|due| due.state)
    };
    assert_eq!(three(&case), Some(DueState::Overdue));
    case.at("03-06 10:00");
    elsewhere.hands = Hands::OtherPlace;
    elsewhere.accepted_by = Some("当地派出所".into());
    case.head.replica().alerts().transfer(&elsewhere, case.head.reading()).unwrap();
    case.settle("03-09 09:00");
    let due = case.file().due(&case.world.town(), case.world.now());
    let states: Vec<_> =
        due.list.iter().filter(|due| due.kind == DueKind::ThreeDayVisit).map(|due| due.state).collect();
    assert!(states.contains(&DueState::Excused), "{states:?}");
}

#[test]
fn q6_q7_l3_l4_the_dossier_says_what_was_done_by_whom_when_it_came_and_where_the_recording_is() {
    let case = Case::new(Level::High);
    case.met(&case.head, "03-01 10:00", None);
    // Recorded by the station, entered three hours after it happened.
    case.at("03-03 13:00");
    let recorded = Dissuasion {
        steps: [Step::IdentityShown, Step::KindJudged].into(),
        fraud: Some(FraudKind::Romance),
        script: Some("romance-1".into()),
        deeply_taken_in: true,
        brought_in: Default::default(),
        ways: Default::default(),
        place: None,
        officers: Some("民警二人".into()),
        team: Some("村队一人".into()),
        courtesy: true,
        recorded_with: Some(Recorder::BodyCamera),
        recorded_by: Some("民警".into()),
        kept_at: Some(KeptAt::Police),
        kept_as: None,
        care: Default::default(),
    };
    let mut visit = records::alert_visit(case.alert, Purpose::FollowUp, Outcome::Met, None, at("03-03 10:00"));
    visit.dissuasion = Some(Box::new(recorded.clone()));
    case.police.replica().visits().save(&visit, case.police.reading()).unwrap();
    case.settle("03-03 13:05");
    let (town, supervisor) = (case.world.town(), case.supervisor.person);
    let there = dossier::dossier(&town, case.alert, supervisor).unwrap().unwrap();
    let kinds: Vec<&Kind> = there.entries.iter().map(|entry| &entry.kind).collect();
    assert_eq!(kinds, [&Kind::Alert, &Kind::Visit, &Kind::Visit]);
    assert_eq!(there.entries[1].recording, Recording::Missing);
    assert_eq!((there.entries[1].by, there.entries[1].entered_late_minutes), (case.head.person, None));
    assert_eq!(there.entries[2].recording, Recording::Kept(Some(KeptAt::Police)), "with the police is not missing");
    assert_eq!(there.entries[2].entered_late_minutes, Some(180));
    assert!(there.entries[2].arrived.is_some_and(|arrived| arrived >= at("03-03 13:00")));
    // Every phone that has the case file puts together the same.
    for phone in [&case.police, &case.head, &case.supervisor] {
        assert_eq!(phone.replica().dossiers().of(case.alert).unwrap(), there.entries);
        let found = phone.replica().alerts().file(case.alert).unwrap();
        let said =
            |record: &Record| matches!(record, Record::Visit(visit) if visit.dissuasion.as_deref() == Some(&recorded));
        assert!(found.iter().any(|fact| said(&fact.record)));
    }
    // Who takes no part gets nothing of it.
    assert!(dossier::dossier(&town, case.alert, case.other.person).unwrap().is_none());
    assert!(!case.other.replica().scopes().unwrap().contains(&Scope::CaseFile(case.alert)));
}

#[test]
fn q6_photos_are_noted_with_a_meeting_and_are_no_recording_of_it() {
    let case = Case::new(Level::High);
    case.at("03-01 10:00");
    let mut visit = records::alert_visit(case.alert, Purpose::Dissuasion, Outcome::Met, None, at("03-01 10:00"));
    let note = PhotoNote {
        taken_with: Some(TakenWith::Telephone),
        taken_by: Some("村队一人".into()),
        kept_at: Some(KeptAt::Police),
        kept_as: Some("影像-7".into()),
    };
    visit.photos = Some(Box::new(note));
    let id = case.head.replica().visits().save(&visit, case.head.reading()).unwrap();
    case.settle("03-01 10:05");
    let there = dossier::dossier(&case.world.town(), case.alert, case.supervisor.person).unwrap().unwrap();
    let entry = there.entries.iter().find(|entry| entry.id == id).unwrap();
    assert_eq!(entry.recording, Recording::Missing, "kept with the police, and still no recording");
    assert_eq!(entry.record, Record::from(visit));
    let town = case.world.town();
    let printed = page::dossier(&there, &BTreeMap::new(), town.zone(), ("督导员", case.world.now()));
    for told in [
        "拍照设备</dt><dd>手机<",
        "照片存放处</dt><dd>公安机关保存<",
        "照片编号</dt><dd>影像-7<",
        "<b class=a>无录音录像</b>",
    ] {
        assert!(printed.contains(told), "{told}: {printed}");
    }
    for phone in [&case.police, &case.head, &case.supervisor] {
        assert_eq!(phone.replica().dossiers().of(case.alert).unwrap(), there.entries);
    }
}

#[test]
fn l4_another_alert_about_the_same_person_stands_in_one_dossier() {
    let case = Case::new(Level::Low);
    let second = issue(&case.police, &case.world, Level::Low, "03-08 10:00");
    case.settle("03-08 10:01");
    let town = case.world.town();
    for asked in [case.alert, second] {
        let there = dossier::dossier(&town, asked, case.supervisor.person).unwrap().unwrap();
        assert_eq!(there.entries.iter().filter(|entry| entry.kind == Kind::Alert).count(), 2);
        assert_eq!(case.head.replica().dossiers().of(asked).unwrap(), there.entries);
    }
}
