//! What a town sets for itself reaches every phone and means the same there as on the server: phases, its own playbook,
//! the words of its pledge.

use qiaomen_core::doors::{Coverage, Period};
use qiaomen_core::playbook::{DueKind, DueVisit};
use qiaomen_core::record::{
    Alert, AlertId, Language, Level, PersonId, Phase, PledgeText, Record, Role, Rulebook, Time,
};
use qiaomen_server::intake::{Intake, Sender, Told};
use qiaomen_server::report::cases::CaseFile;
use qiaomen_server::report::{Reports, phases, today};
use qiaomen_server::settings::{self, SettingError, playbook, pledge_texts};

use crate::harness::{Phone, World, at, records};

const QUICK: &str = "version = \"town-1\"\n\n[first_meeting_minutes]\nhigh = 30\n";

fn publish(world: &mut World, by: PersonId, rules: &str, from: Time) -> Result<playbook::Line, SettingError> {
    let (town, now) = (world.town(), world.now());
    playbook::publish(&town, by, rules, from, Some("试行"), now, &mut world.random)
}

fn publish_now(world: &mut World, by: PersonId, rules: &str) -> Result<playbook::Line, SettingError> {
    let now = world.now();
    publish(world, by, rules, now)
}

fn first_meeting(list: &[DueVisit]) -> Time {
    list.iter().find(|visit| visit.kind == DueKind::FirstMeeting).unwrap().due
}

fn on_the_phone(phone: &Phone, alert: AlertId) -> Time {
    first_meeting(&phone.replica().tasks().of_case(alert, &phone.reading()).unwrap().list)
}

fn in_the_list(phone: &Phone, alert: AlertId) -> Time {
    let part = qiaomen_core::replica::Part::all();
    let tasks = phone.replica().tasks().list(&phone.reading(), part).unwrap();
    tasks.iter().find(|task| task.alert == alert && task.visit.kind == DueKind::FirstMeeting).unwrap().visit.due
}

fn on_the_board(world: &World, alert: AlertId) -> Time {
    let (town, now) = (world.town(), world.now());
    let books = town.books().unwrap();
    town.board(|board| first_meeting(&board.cases()[&alert].due(&books, town.zone(), now).list)).unwrap()
}

fn in_the_file(world: &World, alert: AlertId) -> Time {
    let town = world.town();
    first_meeting(&CaseFile::read(&town, alert).unwrap().unwrap().due(&town, world.now()).list)
}

/// When the first meeting is due, the same wherever it is asked for.
fn due_everywhere(world: &World, phones: &[&Phone], alert: AlertId) -> Time {
    let due = on_the_board(world, alert);
    assert_eq!(in_the_file(world, alert), due);
    for phone in phones {
        assert_eq!((on_the_phone(phone, alert), in_the_list(phone, alert)), (due, due));
    }
    due
}

fn saved(phone: &Phone, world: &World, issued: Time) -> AlertId {
    phone.replica().alerts().create(&records::alert(world.villages[0], Level::High, issued), phone.reading()).unwrap()
}

fn version(world: &World, alert: AlertId) -> String {
    CaseFile::read(&world.town(), alert).unwrap().unwrap().alert.playbook
}

#[test]
fn a_playbook_published_on_the_server_changes_what_new_alerts_owe_and_not_what_old_ones_do() {
    let mut world = World::new();
    let supervisor = world.person(Role::Supervisor, world.root);
    let police = world.with_role(Role::Police, world.root);
    let head = world.with_role(Role::TeamHead, world.villages[0]);
    let old = world.alert(0, Level::High, at("03-01 09:00"));
    world.settle(&[&police, &head]);
    assert_eq!(due_everywhere(&world, &[&police, &head], old), at("03-01 11:00"));

    world.clock.set(at("03-01 10:00"));
    publish(&mut world, supervisor, QUICK, at("03-01 10:00")).unwrap();
    // A phone that has not heard of it goes by what it knows, and says so in the alert.
    let unheard = saved(&police, &world, at("03-01 10:00"));
    world.settle(&[&police, &head]);
    let fresh = saved(&police, &world, at("03-01 10:00"));
    let before = saved(&police, &world, at("03-01 09:59"));
    world.settle_and_agree(&[&police, &head]);
    let phones = [&police, &head];
    for (alert, name, due) in [
        (old, "builtin-1", "03-01 11:00"),
        (unheard, "builtin-1", "03-01 12:00"),
        (fresh, "town-1", "03-01 10:30"),
        (before, "builtin-1", "03-01 11:59"),
    ] {
        assert_eq!(version(&world, alert), name);
        assert_eq!(due_everywhere(&world, &phones, alert), at(due));
    }

    // What systems hand in and messages say, the same.
    let village = world.villages[0];
    let told = |number: &str, issued: &str| Told {
        name: "赵六".to_owned(),
        telephone: None,
        area: Some(village),
        places: Vec::new(),
        level: Level::High,
        issuer: "反诈中心".to_owned(),
        number: Some(number.to_owned()),
        origin: None,
        issued: at(issued),
        reached_station: None,
        passed_on: None,
        note: None,
        recalled: None,
    };
    let told = [told("A", "03-01 09:59"), told("B", "03-01 10:00")];
    let integration = world.person(Role::Integration, world.root);
    let (town, now) = (world.town(), world.now());
    let intake = Intake::default();
    let [one, other] = told.map(|told| {
        intake
            .take(&town, Sender { person: integration, is_integration: true }, told, now, &mut world.random)
            .unwrap()
            .alert
    });
    assert_eq!((version(&world, one), version(&world, other)), ("builtin-1".into(), "town-1".into()));

    // Another one later: each alert keeps its own.
    world.clock.set(at("03-01 10:20"));
    let slow = QUICK.replace("town-1", "town-2").replace("30", "45");
    publish(&mut world, supervisor, &slow, at("03-01 10:20")).unwrap();
    world.settle_and_agree(&phones);
    assert_eq!(due_everywhere(&world, &phones, fresh), at("03-01 10:30"));
    let newest = saved(&police, &world, at("03-01 10:20"));
    world.settle_and_agree(&phones);
    assert_eq!(due_everywhere(&world, &phones, newest), at("03-01 11:05"));
    let lines = playbook::list(&world.town(), world.now()).unwrap();
    let listed: Vec<_> = lines.iter().map(|line| (line.version.as_str(), line.in_force)).collect();
    assert_eq!(listed, [("town-2", true), ("town-1", false), ("builtin-1", false)]);
    assert_eq!((lines[0].by, lines[0].reason.as_deref()), (Some(supervisor), Some("试行")));
}

#[test]
fn an_alert_whose_playbook_is_not_known_is_reckoned_by_the_built_in_one_and_this_is_said() {
    let mut world = World::new();
    let supervisor = world.person(Role::Supervisor, world.root);
    let police = world.with_role(Role::Police, world.root);
    let of_newer =
        Alert { playbook: "town-1".to_owned(), ..records::alert(world.villages[0], Level::High, at("03-01 09:00")) };
    let alert = world.enter(of_newer);
    world.settle(&[&police]);
    assert_eq!(due_everywhere(&world, &[&police], alert), at("03-01 11:00"));
    let said = |world: &World, phone: &Phone| {
        let (town, now) = (world.town(), world.now());
        let line = today::today(&town, supervisor, now).unwrap().alerts.remove(0);
        let part = qiaomen_core::replica::Part::all();
        let task = phone.replica().tasks().list(&phone.reading(), part).unwrap().remove(0);
        let file = CaseFile::read(&town, alert).unwrap().unwrap();
        let known = phone.replica().playbooks().of_alert(alert).unwrap().1;
        [line.playbook_unknown, task.playbook_unknown, file.playbook_unknown, !known]
    };
    assert_eq!(said(&world, &police), [true; 4]);
    publish(&mut world, supervisor, QUICK, at("03-05 09:00")).unwrap();
    world.settle_and_agree(&[&police]);
    // Who was told late is told all the same.
    assert_eq!(said(&world, &police), [false; 4]);
    assert_eq!(due_everywhere(&world, &[&police], alert), at("03-01 09:30"));
}

#[test]
fn only_the_town_s_supervisors_and_administrators_publish_and_nobody_edits_what_was_published() {
    let mut world = World::new();
    let supervisor = world.person(Role::Supervisor, world.root);
    let administrator = world.person(Role::Administrator, world.root);
    for (role, area) in [
        (Role::Volunteer, world.grids[0]),
        (Role::TeamHead, world.villages[0]),
        (Role::Police, world.root),
        (Role::Supervisor, world.villages[0]),
    ] {
        let by = world.person(role.clone(), area);
        let refused = publish_now(&mut world, by, QUICK).unwrap_err();
        assert!(matches!(refused, SettingError::Denied), "{role}: {refused}");
        let kind = qiaomen_core::record::Kind::Rulebook;
        assert!(!settings::may_set(&world.town(), by, &kind).unwrap());
    }
    let worker = world.worker(0);
    assert!(worker.replica().playbooks().all().unwrap().own().is_empty());
    let wrong = publish_now(&mut world, supervisor, "version = \"town-1\"\n\nfeedback_minutes = 0\n").unwrap_err();
    assert!(matches!(&wrong, SettingError::Playbook(error) if error.place == "feedback_minutes"), "{wrong}");
    let wrong = publish_now(&mut world, supervisor, "version = \"town-1\"\nmoon = 1\n").unwrap_err();
    assert!(matches!(&wrong, SettingError::Playbook(error) if error.place == "line 2, moon"), "{wrong}");
    for nameless in ["feedback_minutes = 5", "version = \"builtin-1\""] {
        let wrong = publish_now(&mut world, supervisor, nameless).unwrap_err();
        assert!(matches!(&wrong, SettingError::Playbook(error) if error.place == "version"), "{wrong}");
    }
    let long = format!("version = \"town-1\"\n# {}", "长".repeat(3_000));
    assert!(matches!(publish_now(&mut world, supervisor, &long), Err(SettingError::Invalid(_))));
    let past = world.now().plus_minutes(-1);
    let past = publish(&mut world, supervisor, QUICK, past);
    assert!(matches!(past, Err(SettingError::Past)));
    let line = publish_now(&mut world, administrator, QUICK).unwrap();
    assert!(line.in_force);
    assert!(matches!(publish_now(&mut world, supervisor, QUICK), Err(SettingError::Taken)));
    world.sync(&worker);
    assert_eq!(worker.replica().playbooks().in_force(world.now()).unwrap().version(), "town-1");
    // Not even the server itself writes over it.
    let id = line.id.unwrap();
    let Record::Rulebook(before) = world.town().document(id).unwrap().unwrap().1.record().unwrap() else { panic!() };
    let after = Rulebook { reason: Some("另".to_owned()), ..before.clone() };
    let edits = Record::from(before).fields().difference(&Record::from(after).fields());
    let (town, now) = (world.town(), world.now());
    let mut author = qiaomen_server::author::Author::new(&town, supervisor, now, &mut world.random).unwrap();
    let written = author.edit(vec![(id, edits)], now, &mut world.random).unwrap();
    assert!(!written[0].is_done());
}

#[test]
fn the_effect_of_a_draft_is_shown_for_alerts_that_the_reader_holds_and_for_made_up_cases() {
    let mut world = World::new();
    let supervisor = world.person(Role::Supervisor, world.root);
    let head = world.person(Role::TeamHead, world.villages[1]);
    let here = world.alert(0, Level::High, at("03-01 08:50"));
    let there = world.alert(1, Level::Low, at("03-01 08:55"));
    let (town, now) = (world.town(), world.now());
    let effect = |reader, rules: &str| playbook::draft_effect(&town, reader, rules, now);
    let found = effect(supervisor, QUICK).unwrap();
    assert_eq!((found.current.as_str(), found.draft.as_str(), found.version_free), ("builtin-1", "town-1", true));
    let alerts: Vec<_> = found.samples.iter().filter_map(|sample| sample.alert).collect();
    assert_eq!(alerts, [there, here], "the newest first");
    let high = found.samples.iter().find(|sample| sample.alert == Some(here)).unwrap();
    let meeting = high.visits.iter().find(|visit| visit.kind == DueKind::FirstMeeting).unwrap();
    let due = [meeting.current, meeting.draft].map(|side| side.unwrap().due);
    assert_eq!((due, high.differs), ([at("03-01 10:50"), at("03-01 09:20")], true));
    assert!(!found.samples.iter().find(|sample| sample.alert == Some(there)).unwrap().differs);
    assert!(found.samples.iter().filter(|sample| sample.alert.is_none()).count() >= 5);
    let held: Vec<_> = effect(head, QUICK).unwrap().samples.iter().filter_map(|sample| sample.alert).collect();
    assert_eq!(held, [there]);
    let wrong = effect(supervisor, "second_visit_levels = [\"huge\"]").unwrap_err();
    assert!(matches!(&wrong, SettingError::Playbook(error) if error.place == "second_visit_levels[0]"), "{wrong}");
    let log = world.log_size();
    effect(supervisor, QUICK).unwrap();
    assert_eq!((world.log_size(), town.books().unwrap().own().len()), (log, 0), "nothing of that was written");
}

fn phase(name: &str, from: &str, to: &str) -> Phase {
    let campaign = "春季敲门".to_owned();
    Phase { campaign, name: name.to_owned(), from: at(from), to: at(to), note: None, cancelled: false }
}

#[test]
fn p1_reports_are_cut_by_the_phases_of_a_campaign_on_the_server_and_on_phones_alike() {
    let mut world = World::new();
    let worker = world.worker(0);
    let supervisor = world.person(Role::Supervisor, world.root);
    let doors = ["101", "102", "103"].map(|room| world.door(0, room));
    let (town, now) = (world.town(), world.now());
    let add = |world: &mut World, by, phase: Phase| {
        let Phase { campaign, name, from, to, note, .. } = phase;
        let new = settings::phases::New { campaign, name, from, to, note };
        settings::phases::add(&world.town(), by, new, now, &mut world.random)
    };
    let second = add(&mut world, supervisor, phase("清零", "03-03 00:00", "03-05 00:00")).unwrap();
    let first = add(&mut world, supervisor, phase("摸排", "03-01 00:00", "03-03 00:00")).unwrap();
    assert!(matches!(
        add(&mut world, worker.person, phase("x", "03-01 00:00", "03-02 00:00")),
        Err(SettingError::Denied)
    ));
    let turned = add(&mut world, supervisor, phase("x", "03-02 00:00", "03-02 00:00"));
    assert!(matches!(turned, Err(SettingError::Invalid(invalid)) if invalid.field == "to"));
    world.sync(&worker);
    let seen = |phone: &Phone| {
        let list = phone.replica().phases().list().unwrap();
        list.into_iter().map(|kept| kept.record.name).collect::<Vec<_>>()
    };
    assert_eq!(seen(&worker), ["摸排", "清零"]);
    let current = worker.replica().phases().current(&worker.reading()).unwrap();
    assert_eq!(current.iter().map(|kept| kept.id).collect::<Vec<_>>(), [first.id]);

    // The last instant of the first phase, the first of the second.
    for (door, when) in [(0, "03-01 10:00"), (1, "03-02 23:59"), (2, "03-03 00:00")] {
        world.clock.set(at(when));
        let visit = records::door_visit(doors[door], at(when));
        worker.replica().visits().save(&visit, worker.reading()).unwrap();
    }
    world.settle_and_agree(&[&worker]);
    let reports = Reports::of(&town).unwrap();
    let agree = |expected: &[(&str, u64)]| {
        let found = reports.coverage_by_phase(None).unwrap();
        let visited: Vec<_> = found.phases.iter().map(|of| (of.phase.name.as_str(), of.coverage.visited)).collect();
        assert_eq!(visited, expected);
        for of in &found.phases {
            assert_eq!(of.coverage.counted, 3, "the denominator is all doors that are counted");
            let period = of.phase.period;
            let whole: Coverage = reports.coverage(None, qiaomen_server::report::By::Below, period).unwrap().total;
            assert_eq!(of.coverage, whole);
            assert_eq!(worker.replica().doors().coverage(None, period).unwrap(), whole);
        }
    };
    agree(&[("摸排", 2), ("清零", 1)]);

    // The days are moved, and the report with them.
    let change = settings::phases::Change { to: Some(at("03-02 00:00")), ..Default::default() };
    let changed =
        settings::phases::change(&town, supervisor, first.id, change, world.now(), &mut world.random).unwrap();
    assert_eq!(changed.period, Period { from: Some(at("03-01 00:00")), until: Some(at("03-02 00:00")) });
    agree(&[("摸排", 1), ("清零", 1)]);
    settings::phases::cancel(&town, supervisor, second.id, world.now(), &mut world.random).unwrap();
    let again = settings::phases::cancel(&town, supervisor, second.id, world.now(), &mut world.random);
    assert!(matches!(again, Err(SettingError::Over)));
    agree(&[("摸排", 1)]);
    world.settle_and_agree(&[&worker]);
    assert_eq!(seen(&worker), ["摸排"]);
    assert_eq!((phases(&town).unwrap().len(), settings::phases::list(&town, false).unwrap().len()), (2, 1));
}

#[test]
fn l1_a_pledge_names_the_words_that_were_signed_and_they_can_be_read_for_good() {
    let mut world = World::new();
    let worker = world.worker(0);
    let supervisor = world.person(Role::Supervisor, world.root);
    let (town, now) = (world.town(), world.now());
    let text = |phone: &Phone| phone.replica().pledges().text(&Language::Zh, &phone.reading()).unwrap();
    let built_in = text(&worker);
    assert_eq!((built_in.template.as_str(), built_in.version, built_in.own), ("builtin-1/zh", 1, false));
    let new = |title: &str| pledge_texts::New {
        language: Language::Zh,
        title: title.to_owned(),
        body: "我承诺不转账给陌生人。".to_owned(),
        version: None,
        from: None,
    };
    let refused = pledge_texts::add(&town, worker.person, new("x"), now, &mut world.random);
    assert!(matches!(refused, Err(SettingError::Denied)));
    let line = pledge_texts::add(&town, supervisor, new("承诺书"), now, &mut world.random).unwrap();
    assert!(line.shown);
    world.sync(&worker);
    let own = text(&worker);
    assert_eq!((own.template.clone(), own.version, own.own), (line.id.to_string(), 1, true));

    let mut household = records::household("101");
    let resident = qiaomen_core::record::ResidentId::fresh(now, &mut world.random);
    household.residents.insert(resident, records::resident("张三"));
    let door = worker.replica().households().save(world.grids[0], &household, worker.reading()).unwrap();
    let pledge = qiaomen_core::record::Pledge {
        template: own.template.clone(),
        version: own.version,
        ..records::pledge(door, resident, now)
    };
    worker.replica().pledges().save(&pledge, worker.reading()).unwrap();

    // Another edition, and the first retired: what was signed is what it was.
    pledge_texts::add(&town, supervisor, new("承诺书二"), now.plus_minutes(5), &mut world.random).unwrap();
    let retired = pledge_texts::retire(&town, supervisor, line.id, now, &mut world.random).unwrap();
    assert!(retired.retired && !retired.shown);
    world.clock.set(now.plus_minutes(10));
    world.settle_and_agree(&[&worker]);
    assert_eq!((text(&worker).title.as_str(), text(&worker).version), ("承诺书二", 2));
    let part = qiaomen_core::replica::Part::all();
    let told = worker.replica().timeline().household(door, part).unwrap();
    let Record::Pledge(signed) = &told[0].record else { panic!("{told:?}") };
    let words = worker.replica().pledges().signed(signed).unwrap().unwrap();
    assert_eq!((words.title, words.version), ("承诺书".to_owned(), 1));

    // Nobody changes the words.
    let Record::PledgeText(before) = town.document(line.id).unwrap().unwrap().1.record().unwrap() else { panic!() };
    let after = PledgeText { body: "另".to_owned(), ..before.clone() };
    let edits = Record::from(before).fields().difference(&Record::from(after).fields());
    let mut author = qiaomen_server::author::Author::new(&town, supervisor, now, &mut world.random).unwrap();
    assert!(!author.edit(vec![(line.id, edits)], now, &mut world.random).unwrap()[0].is_done());
}
