//! Who takes no part in a case is sent nothing of it (Q5, Q14): every byte that their phones receive is searched.

use std::sync::Arc;
use std::time::Duration;

use qiaomen_core::document::Document;
use qiaomen_core::record::{
    Alert, AlertId, DocumentId, Hands, Level, MoneySent, Outcome, Place, PlaceId, Purpose, Risk, Role, Scope, StopStep,
    Transfer,
};
use qiaomen_core::sync::Cancel;

use crate::harness::{Phone, World, at, records};

/// How long a poll waits, and how long the test hangs at most: a poll that nobody wakes would end after it.
const WAIT: u16 = 55;
const GUARD: Duration = Duration::from_secs(45);

/// Words that stand nowhere but in the case file.
const NAME: &str = "慕容霁雪";
const TELEPHONE: &str = "19900004321";
const PLACE: &str = "望江楼茶馆后门";
const ADDRESS: &str = "柳荫巷七十七号";
const NOTE: &str = "冒充客服退款";
const COMMENT: &str = "她不肯开门只肯隔窗说话";
const MONEY_TO: &str = "自称境外钱庄的陈掌柜";
const BANK: &str = "临江信用社营业部";
const REASON: &str = "女儿劝住了";
const ELSEWHERE: &str = "邻省青石镇";
const WORDS: [&str; 10] = [NAME, TELEPHONE, PLACE, ADDRESS, NOTE, COMMENT, MONEY_TO, BANK, REASON, ELSEWHERE];

/// Those who take part, and those who do not: each of these with a phone that asks after everything that happens, and
/// one that waits.
struct Scene {
    world: World,
    police: Phone,
    head: Phone,
    other: Phone,
    supervisor: Phone,
    asking: [Phone; 2],
    waiting: [Arc<Phone>; 2],
    alert: AlertId,
}

fn issue(world: &mut World, police: &Phone) -> AlertId {
    let place = Place { label: PLACE.to_owned(), address: Some(ADDRESS.to_owned()), position: None };
    let alert = Alert {
        name: NAME.to_owned(),
        telephone: Some(TELEPHONE.to_owned()),
        places: [(PlaceId::fresh(world.now(), &mut world.random), place)].into(),
        note: Some(NOTE.to_owned()),
        ..records::alert(world.grids[0], Level::High, world.now())
    };
    police.replica().alerts().create(&alert, police.reading()).unwrap()
}

impl Scene {
    fn new() -> Self {
        let mut world = World::new();
        world.intake.pause(true);
        world.door(0, "101");
        let police = world.with_role(Role::Police, world.root);
        let head = world.with_role(Role::TeamHead, world.villages[0]);
        let other = world.with_role(Role::TeamHead, world.villages[1]);
        let supervisor = world.with_role(Role::Supervisor, world.root);
        let volunteer = world.with_role(Role::Volunteer, world.grids[0]);
        let worker = world.worker(0);
        let waiting = [volunteer.person, worker.person].map(|person| Arc::new(world.phone(person)));
        let alert = issue(&mut world, &police);
        Self { world, police, head, other, supervisor, asking: [volunteer, worker], waiting, alert }
    }

    /// Whoever wrote hands it over, the server does what it does by itself, and everybody asks.
    fn goes_on(&mut self, when: &str) {
        self.world.clock.set(at(when));
        let town = self.world.town();
        self.world.settle(&[&self.police, &self.head, &self.other, &self.supervisor]);
        self.world.intake.tend(&town, self.world.now(), &mut self.world.random).unwrap();
        self.world.intake.escalate(&town, self.world.now(), &mut self.world.random).unwrap();
        self.world.settle(&[&self.police, &self.head, &self.other, &self.supervisor]);
        for phone in &self.asking {
            self.world.sync(phone);
        }
        self.world.clock.set(at(when));
    }

    /// Those who take part write everything there is to write.
    fn is_worked_on(&mut self) {
        let alert = self.alert;
        let why = || Some(REASON.to_owned());
        self.goes_on("03-01 09:05");
        let (police, head) = (self.police.replica().alerts(), self.head.replica().alerts());
        head.seen(alert, self.head.reading()).unwrap();
        head.receipt(alert, self.head.reading()).unwrap();
        police.receipt(alert, self.police.reading()).unwrap();
        let first = head.hand_over(alert, self.other.person, why(), self.head.reading()).unwrap();
        head.take_back(alert, first, why(), self.head.reading()).unwrap();
        let second = head.hand_over(alert, self.other.person, why(), self.head.reading()).unwrap();
        head.comment(alert, COMMENT.to_owned(), self.head.reading()).unwrap();
        police.raise(alert, Level::Extreme, why(), self.police.reading()).unwrap();
        self.goes_on("03-01 10:00");
        let (police, head, other) =
            (self.police.replica().alerts(), self.head.replica().alerts(), self.other.replica().alerts());
        other.accept(alert, second, self.other.reading()).unwrap();
        let risk = Some(Risk::MayBeDefraudedAgain);
        let mut visit = records::alert_visit(alert, Purpose::Dissuasion, Outcome::Met, risk, at("03-01 10:00"));
        visit.note = Some(COMMENT.to_owned());
        self.other.replica().visits().save(&visit, self.other.reading()).unwrap();
        other.feedback(alert, why(), self.other.reading()).unwrap();
        let (now, to) = (at("03-01 10:00"), Some(MONEY_TO.to_owned()));
        let money = MoneySent { alert, at: now, sent: None, fen: Some(8_888), to, note: why() };
        head.money_sent(&money, self.head.reading()).unwrap();
        police.stop_payment(alert, StopStep::Asked, Some(BANK.to_owned()), self.police.reading()).unwrap();
        other.propose(alert, why(), self.other.reading()).unwrap();
        self.goes_on("03-02 11:00");
        let (police, head) = (self.police.replica().alerts(), self.head.replica().alerts());
        let cleared = head.clear(alert, why(), self.head.reading()).unwrap();
        police.withdraw(alert, cleared, why(), self.police.reading()).unwrap();
        let supervisor = self.supervisor.replica().alerts();
        supervisor.decide(alert, self.police.person, why(), self.supervisor.reading()).unwrap();
        supervisor.extend(alert, at("04-20 10:00"), why(), self.supervisor.reading()).unwrap();
        let away = Transfer {
            alert,
            hands: Hands::OtherPlace,
            place: Some(ELSEWHERE.to_owned()),
            accepted_by: why(),
            at: at("03-02 11:00"),
            until: None,
            reason: why(),
        };
        head.transfer(&away, self.head.reading()).unwrap();
        self.goes_on("03-03 12:00");
        let before = self.police.replica().alerts().get(alert).unwrap().unwrap().record;
        let after = Alert { note: Some(format!("{NOTE}，{COMMENT}")), ..before.clone() };
        self.police.replica().alerts().edit(alert, &before, &after, self.police.reading()).unwrap();
        self.goes_on("03-03 13:00");
    }

    /// Everything by which the case would be known: its words, and the identifiers of all that lies in its case file.
    fn signs(&self) -> Vec<(String, Vec<u8>)> {
        let mut signs: Vec<(String, Vec<u8>)> =
            WORDS.iter().map(|word| ((*word).to_owned(), word.as_bytes().to_vec())).collect();
        let town = self.world.town();
        let lying = town.store().lying_in(Scope::CaseFile(self.alert)).unwrap();
        for (stored, changes) in lying {
            let document = Document::load(changes.iter().map(|change| change.bytes.as_slice())).unwrap();
            let name = format!("{} {}", document.header().kind, stored.id);
            signs.push((name.clone(), stored.id.bytes().to_vec()));
            signs.push((format!("{name} in letters"), stored.id.to_string().into_bytes()));
        }
        assert!(signs.iter().any(|(_, sign)| sign == self.alert.bytes()));
        signs
    }
}

/// Which of the signs stand in what a phone received.
fn found<'s>(phone: &Phone, signs: &'s [(String, Vec<u8>)]) -> Vec<&'s str> {
    let came = phone.wire.came();
    assert!(!came.is_empty());
    let stands = |sign: &[u8]| came.iter().any(|body| body.windows(sign.len()).any(|window| window == sign));
    signs.iter().filter(|(_, sign)| stands(sign)).map(|(name, _)| name.as_str()).collect()
}

/// Those that every phone with the case file was sent.
fn sent_to_all(signs: &[(String, Vec<u8>)]) -> Vec<&str> {
    signs.iter().map(|(name, _)| name.as_str()).filter(|name| !name.ends_with("in letters")).collect()
}

#[test]
fn q5_q14_a_volunteer_who_takes_no_part_is_sent_no_byte_of_a_case_and_a_worker_only_once_they_are_sent() {
    let mut scene = Scene::new();
    // The last thing that happens in their grid ends the waiting.
    let last = DocumentId::fresh(scene.world.now(), &mut scene.world.random);
    let polling = scene.waiting.clone().map(|phone| {
        scene.world.runtime.spawn(async move {
            while !phone.has(last) {
                phone.replica().sync().poll(&phone.wire, &phone.clock, WAIT, &Cancel::new()).await.unwrap();
            }
        })
    });
    scene.is_worked_on();
    let signs = scene.signs();
    assert!(signs.len() > 2 * 20, "{signs:?}");
    // The same search finds all of it where it was sent: what a phone wrote itself it is not sent, so that it takes two.
    let mut there = [&scene.police, &scene.head].map(|phone| found(phone, &signs)).concat();
    there.sort_unstable();
    there.dedup();
    let mut expected = sent_to_all(&signs);
    expected.sort_unstable();
    assert_eq!(there, expected);
    let [volunteer, worker] = &scene.asking;
    for phone in [volunteer, worker, &scene.waiting[0], &scene.waiting[1]] {
        assert_eq!(found(phone, &signs), [""; 0]);
    }
    // Somebody in their grid writes to a door, so that they do receive what is theirs.
    let door = scene.world.door(0, "102");
    for phone in &scene.asking {
        scene.world.sync(phone);
        assert!(phone.has(door));
    }
    // The worker is sent, and receives all of it.
    let alerts = scene.police.replica().alerts();
    alerts.send(scene.alert, worker.person, Some(REASON.to_owned()), scene.police.reading()).unwrap();
    alerts.comment(scene.alert, COMMENT.to_owned(), scene.police.reading()).unwrap();
    let worker = worker.person;
    scene.goes_on("03-03 14:00");
    let signs = scene.signs();
    assert_eq!(scene.asking[1].person, worker);
    assert_eq!(found(&scene.asking[1], &signs), sent_to_all(&signs));
    let fresh = scene.world.phone(scene.asking[0].person);
    scene.world.create(last, records::household("103"), Scope::Grid(scene.world.grids[0]));
    for polled in polling {
        let in_time = scene.world.runtime.block_on(async { tokio::time::timeout(GUARD, polled).await });
        in_time.expect("nobody woke it").unwrap();
    }
    assert_eq!(found(&scene.waiting[1], &signs), sent_to_all(&signs));
    for phone in [&scene.asking[0], &scene.waiting[0], &fresh] {
        assert_eq!(found(phone, &signs), [""; 0], "the volunteer takes no part still");
    }
}
