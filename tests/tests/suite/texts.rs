//! What a town decides for the alerts that are to come reaches every phone with its next exchange: scripts, reminders,
//! duties and routing, written on the server or on a supervisor's phone.

use qiaomen_core::record::{
    AreaId, DocumentId, Duty, FirstHands, FraudKind, Language, Level, PersonId, Record, Reminder, Role, Routing, Scope,
    Script, Time,
};
use qiaomen_core::replica::{ReplicaError, Writing};
use qiaomen_core::script::Shown;
use qiaomen_server::author::Draft;

use crate::harness::{Phone, World, at};

fn script(title: &str) -> Script {
    Script {
        fraud: FraudKind::Romance,
        language: Language::Zh,
        title: title.to_owned(),
        body: "先别转账。\n咱们打96110。".to_owned(),
        retired: false,
    }
}

fn reminder(title: &str, at: Time, until: Option<Time>) -> Reminder {
    Reminder {
        title: title.to_owned(),
        body: "冒充社保的电话又来了。".to_owned(),
        fraud: Some(FraudKind::ImpersonatingAuthority),
        at,
        until,
        withdrawn: false,
    }
}

fn fresh(world: &mut World) -> DocumentId {
    DocumentId::fresh(world.now(), &mut world.random)
}

/// Something for the whole town, set on the server.
fn set(world: &mut World, record: impl Into<Record>) -> DocumentId {
    let id = fresh(world);
    world.create(id, record, Scope::Town);
    id
}

fn edit(world: &mut World, id: DocumentId, before: impl Into<Record>, after: impl Into<Record>) {
    let edits = before.into().fields().difference(&after.into().fields());
    world.office(Draft::Edit { id, edits });
}

fn shown(phone: &Phone) -> Shown {
    phone.replica().scripts().for_kind(&FraudKind::Romance, &Language::Zh).unwrap()
}

fn reminded(phone: &Phone) -> Vec<String> {
    let current = phone.replica().reminders().current(&phone.reading()).unwrap();
    current.into_iter().map(|kept| kept.record.title).collect()
}

fn on_duty(phone: &Phone, area: AreaId) -> Vec<PersonId> {
    let on = phone.replica().duties().on(&phone.reading(), area).unwrap();
    on.into_iter().map(|kept| kept.record.person).collect()
}

#[test]
fn p6_a_script_set_on_the_server_is_shown_on_a_worker_s_phone_until_it_is_retired() {
    let mut world = World::new();
    let worker = world.worker(0);
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let built_in = shown(&worker);
    assert_eq!((built_in.name.as_str(), built_in.own), ("builtin-1/romance/zh", false));
    let id = set(&mut world, script("爱情骗局"));
    assert_eq!(shown(&worker), built_in, "it has not come yet");
    world.sync(&worker);
    let own = shown(&worker);
    assert_eq!((own.name, own.title.as_str(), own.own), (id.to_string(), "爱情骗局", true));
    let english = worker.replica().scripts().for_kind(&FraudKind::Romance, &Language::En).unwrap();
    assert_eq!(english.name, "builtin-1/romance/en", "each language for itself");
    let listed = worker.replica().scripts().list(&Language::Zh).unwrap();
    assert_eq!((listed.len(), listed.iter().filter(|one| one.own).count()), (FraudKind::KNOWN.len(), 1));

    // A supervisor without a connection writes a newer one: it counts there at once, elsewhere once it came.
    world.sync(&supervisor);
    let newer = supervisor.replica().scripts().save(&script("新版"), supervisor.reading()).unwrap();
    assert_eq!(shown(&supervisor).title, "新版");
    world.settle_and_agree(&[&supervisor, &worker]);
    assert_eq!(shown(&worker).name, newer.to_string());
    assert!(worker.replica().scripts().get(id).unwrap().is_some(), "what a record names can be read for good");

    // Retired on the server it gives back the one before; all retired, the built-in one.
    edit(&mut world, newer, script("新版"), Script { retired: true, ..script("新版") });
    world.settle(&[&supervisor, &worker]);
    assert_eq!(shown(&worker).name, id.to_string());
    supervisor.replica().scripts().save(&script("第三版"), supervisor.reading()).unwrap();
    let retired =
        supervisor.replica().scripts().retire(&FraudKind::Romance, &Language::Zh, supervisor.reading()).unwrap();
    assert_eq!(retired, 2);
    world.settle_and_agree(&[&supervisor, &worker]);
    assert_eq!((shown(&worker), shown(&supervisor)), (built_in.clone(), built_in));
}

#[test]
fn p6_two_scripts_written_apart_leave_one_on_every_phone_the_last_that_was_accepted() {
    let mut world = World::new();
    let one = world.with_role(Role::Supervisor, world.root);
    let other = world.with_role(Role::Supervisor, world.root);
    let worker = world.worker(0);
    // The one is written first and comes last.
    let late = one.replica().scripts().save(&script("甲"), one.reading()).unwrap();
    world.clock.set(at("03-01 10:00"));
    other.replica().scripts().save(&script("乙"), other.reading()).unwrap();
    world.sync(&other);
    world.settle_and_agree(&[&one, &other, &worker]);
    for phone in [&one, &other, &worker] {
        assert_eq!(shown(phone).name, late.to_string());
    }
}

#[test]
fn p6_a_reminder_reaches_every_worker_and_ends() {
    let mut world = World::new();
    let worker = world.worker(0);
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let first = reminder("社保", world.now(), None);
    let id = set(&mut world, first.clone());
    assert_eq!(reminded(&worker), [""; 0]);
    world.clock.set(at("03-01 09:10"));
    let short = reminder("快递", world.now(), Some(at("03-02 00:00")));
    supervisor.replica().reminders().save(&short, supervisor.reading()).unwrap();
    let later = reminder("返校", at("03-03 08:00"), None);
    supervisor.replica().reminders().save(&later, supervisor.reading()).unwrap();
    world.settle_and_agree(&[&supervisor, &worker]);
    assert_eq!(reminded(&worker), ["快递", "社保"], "the newest first, and nothing before its time");
    // Without a connection its days pass all the same.
    world.clock.set(at("03-02 00:00"));
    assert_eq!(reminded(&worker), ["社保"]);
    world.clock.set(at("03-03 08:00"));
    assert_eq!(reminded(&worker), ["返校", "社保"]);
    edit(&mut world, id, first.clone(), Reminder { withdrawn: true, ..first });
    assert_eq!(reminded(&worker), ["返校", "社保"], "it has not come yet");
    world.settle_and_agree(&[&supervisor, &worker]);
    assert_eq!(reminded(&worker), ["返校"]);
}

#[test]
fn p6_a_worker_may_write_none_of_it() {
    let mut world = World::new();
    let worker = world.worker(0);
    let records: [Record; 4] = [
        script("工人的").into(),
        reminder("工人的", world.now(), None).into(),
        duty(world.grids[0], worker.person, None).into(),
        routing(FirstHands::Team).into(),
    ];
    let save = |record: &Record, writing: Writing| match record {
        Record::Script(script) => worker.replica().scripts().save(script, writing),
        Record::Reminder(reminder) => worker.replica().reminders().save(reminder, writing),
        Record::Duty(duty) => worker.replica().duties().save(duty, writing),
        Record::Routing(routing) => worker.replica().routings().save(routing, writing),
        other => panic!("{other:?}"),
    };
    for record in &records {
        // The phone knows no role in which they could.
        assert_eq!(save(record, worker.reading().into()), Err(ReplicaError::RoleUnknown));
        // One that claims a role is refused by the server.
        save(record, Writing { reading: worker.reading(), role: Some(Role::GridWorker) }).unwrap();
    }
    world.sync(&worker);
    let refused = worker.replica().quarantine().list().unwrap();
    assert_eq!(refused.len(), records.len());
    for entry in &refused {
        assert_eq!(entry.refused.code, "not_permitted");
        assert!(entry.reason_zh.contains("角色") && entry.reason_en.contains("role"), "{entry:?}");
    }
    assert!(!shown(&worker).own, "what was refused is shown no more");
    assert_eq!(reminded(&worker), [""; 0]);
    // Nor may they retire what the town has.
    let id = set(&mut world, script("镇里的"));
    world.sync(&worker);
    let writing = Writing { reading: worker.reading(), role: Some(Role::GridWorker) };
    let after = Script { retired: true, ..script("镇里的") };
    worker.replica().scripts().edit(id, &script("镇里的"), &after, writing).unwrap();
    world.sync(&worker);
    assert_eq!(worker.replica().quarantine().list().unwrap().len(), records.len() + 1);
    assert_eq!(shown(&worker).name, id.to_string());
}

fn duty(area: AreaId, person: PersonId, deputy: Option<PersonId>) -> Duty {
    Duty { area, from: at("03-01 08:00"), until: at("03-01 20:00"), person, deputy, cancelled: false }
}

fn routing(first: FirstHands) -> Routing {
    Routing { level: Level::High, first, deputy_minutes: 1, head_minutes: 2, telephone_minutes: 3 }
}

#[test]
fn l11_every_phone_knows_who_is_on_duty_for_an_area_as_alerts_are_routed() {
    let mut world = World::new();
    let worker = world.worker(0);
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let (head, officer) = (world.person(Role::TeamHead, world.villages[0]), world.person(Role::Police, world.root));
    let (village, grid, root) = (world.villages[0], world.grids[0], world.root);
    set(&mut world, duty(village, head, Some(worker.person)));
    set(&mut world, duty(root, officer, None));
    world.settle(&[&worker, &supervisor]);
    assert_eq!(on_duty(&worker, village), [head]);
    assert_eq!(on_duty(&worker, grid), [head], "by the nearest roster above");
    assert_eq!(on_duty(&worker, world.villages[1]), [], "the town's roster is the station's");
    assert_eq!(on_duty(&worker, root), [officer]);
    // A supervisor calls it off on their phone, and has somebody else answer for the grid.
    let kept = supervisor.replica().duties().on(&supervisor.reading(), village).unwrap().remove(0);
    let off = Duty { cancelled: true, ..kept.record.clone() };
    supervisor.replica().duties().edit(kept.id, &kept.record, &off, supervisor.reading()).unwrap();
    let own = duty(grid, worker.person, None);
    supervisor.replica().duties().save(&own, supervisor.reading()).unwrap();
    world.settle_and_agree(&[&supervisor, &worker]);
    assert_eq!((on_duty(&worker, village), on_duty(&worker, grid)), (vec![], vec![worker.person]));
    // The server routes by the same.
    let routes = qiaomen_server::intake::Routes::read(&world.town()).unwrap();
    for area in [village, grid] {
        assert_eq!(routes.team(area, world.now()).on_duty, on_duty(&worker, area));
    }
    assert_eq!(routes.station(grid, world.now()).on_duty, on_duty(&worker, root));
    let all = worker.replica().duties().list(&worker.reading(), qiaomen_core::replica::Part::all()).unwrap();
    assert_eq!(all.len(), 2);
    world.clock.set(at("03-01 20:00"));
    assert_eq!(on_duty(&worker, grid), [], "its hours are over");
}

#[test]
fn q4_routing_set_on_a_supervisor_s_phone_is_the_server_s_and_every_phone_s() {
    let mut world = World::new();
    let worker = world.worker(0);
    let supervisor = world.with_role(Role::Supervisor, world.root);
    let of = |phone: &Phone| phone.replica().routings().of(&Level::High).unwrap().map(|kept| kept.record);
    assert_eq!(of(&worker), None);
    let first = supervisor.replica().routings().save(&routing(FirstHands::Team), supervisor.reading()).unwrap();
    supervisor.replica().routings().save(&routing(FirstHands::Joint), supervisor.reading()).unwrap();
    world.settle(&[&supervisor, &worker]);
    assert_eq!(of(&worker), Some(routing(FirstHands::Joint)));
    // An edit of what no longer counts does not make it count again, on no side.
    let late = Routing { telephone_minutes: 9, ..routing(FirstHands::Team) };
    supervisor.replica().routings().edit(first, &routing(FirstHands::Team), &late, supervisor.reading()).unwrap();
    world.settle_and_agree(&[&supervisor, &worker]);
    assert_eq!(of(&worker), Some(routing(FirstHands::Joint)));
    let settings = qiaomen_server::intake::Settings::read(&world.town()).unwrap();
    assert_eq!(settings.of(&Level::High), of(&worker).as_ref());
}
