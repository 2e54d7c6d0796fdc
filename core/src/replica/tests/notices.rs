//! What a phone tells its person, from what it holds.

use super::super::{Part, ReplicaError};
use super::*;
use crate::notice::{Notice, NoticeKind, Plan};
use crate::playbook::Custody;
use crate::protocol::{Refusal, Verdict};
use crate::record::{
    AlertId, Assignment, AssignmentId, Comment, CustodyDecision, HandOver, Person, Receipt, Reminder, Review,
    ReviewState, Sending, TakeBack,
};

const HOUR: i64 = 3600;

const SOMEBODY: u8 = 200;

fn alert(level: Level, second: i64) -> Alert {
    super::alert(level, reading(second).wall)
}

impl Phone {
    fn me(&self) -> PersonId {
        self.replica.people().me().unwrap()
    }

    /// Somebody else writes a record, and the phone hears of it.
    async fn hears(&self, id: u8, by: u8, role: Role, record: impl Into<Record>, second: i64) -> DocumentId {
        let id = DocumentId::from_bytes([id; 16]);
        self.hears_as(id, by, role, record, second).await;
        id
    }

    async fn hears_as(&self, id: DocumentId, by: u8, role: Role, record: impl Into<Record>, second: i64) {
        let record = record.into();
        let scope = match record.subject() {
            _ if record.kind() == Kind::Alert => Scope::CaseFile(id.into()),
            Some(crate::record::Subject::Alert(alert)) => Scope::CaseFile(alert),
            Some(crate::record::Subject::Record(_)) => Scope::Grid(self.grid),
            _ => Scope::Town,
        };
        let said = reading(second).wall;
        let author = PersonId::from_bytes([by; 16]);
        let kind = record.kind();
        let header = Header { id, kind, scope, author, role, said, offset: Some(0), doubtful: false };
        let actor = ActorId::from_bytes(*id.bytes());
        let (_, raw) = Document::create(&header, &record, actor, said).unwrap();
        {
            let mut world = self.server.world();
            world.now = said;
            if !world.scopes.contains(&scope) {
                world.scopes.push(scope);
            }
            world.accept(id, &raw, DeviceId::from_bytes([by; 16]), None);
        }
        self.run(second).await;
    }

    /// The phone's person holds this role.
    async fn holds(&self, role: Role, second: i64) {
        let assignment = Assignment { role, area: area(7), ended: false };
        let assignments = [(AssignmentId::from_bytes([1; 16]), assignment)].into();
        let person = Person { name: "甲".into(), login: None, telephone: None, left: false, assignments };
        self.hears_as(self.me().into(), SOMEBODY, Role::Administrator, person, second).await;
    }

    fn plan(&self, second: i64) -> Plan {
        self.replica.notices().plan(&reading(second)).unwrap()
    }

    /// What is told, and shown.
    fn tells(&self, second: i64) -> Vec<NoticeKind> {
        let plan = self.plan(second);
        self.replica.notices().shown(&plan.show, &reading(second)).unwrap();
        plan.show.iter().map(|notice| notice.kind).collect()
    }
}

#[tokio::test]
async fn notices_come_from_what_the_phone_holds_and_once() {
    let phone = phone().await;
    phone.holds(Role::TeamHead, 1).await;
    let id: AlertId = phone.hears(50, SOMEBODY, Role::Police, alert(Level::Low, 10), 10).await.into();
    let plan = phone.plan(11);
    assert_eq!(plan.show.len(), 1);
    assert_eq!((plan.show[0].kind, plan.show[0].alert), (NoticeKind::NewAlert, Some(id)));
    assert_eq!(phone.plan(12).show, plan.show, "as long as it was not shown");
    assert_eq!(phone.tells(13), [NoticeKind::NewAlert]);
    assert_eq!(phone.tells(14), []);
    assert_eq!(open(&phone.path, 3).notices().plan(&reading(15)).unwrap().show, [], "after a restart too");
    // It is taken here: what is due is told, offline.
    phone.replica.alerts().receipt(id, (reading(20), Role::TeamHead)).unwrap();
    let next = phone.plan(21).next.unwrap();
    assert_eq!(next, reading(10 + HOUR + 60).wall, "first contact is due after an hour, and has its minute");
    assert_eq!(phone.tells(10 + HOUR + 59), []);
    assert_eq!(phone.tells(10 + HOUR + 60), [NoticeKind::Overdue]);
    phone.run(2 * HOUR).await;
    assert_eq!(phone.tells(2 * HOUR), []);
    // It is given to somebody else by a supervisor, and then recalled.
    let decided = CustodyDecision {
        alert: id,
        owner: PersonId::from_bytes([SOMEBODY; 16]),
        at: reading(2 * HOUR + 1).wall,
        reason: None,
    };
    phone.hears(51, SOMEBODY, Role::Supervisor, decided, 2 * HOUR + 1).await;
    assert_eq!(phone.tells(2 * HOUR + 2), [NoticeKind::TakenFromMe]);
    assert_eq!(phone.plan(2 * HOUR + 3), Plan::default());
}

#[tokio::test]
async fn what_is_pending_for_a_recalled_alert_is_void() {
    let phone = phone().await;
    phone.holds(Role::Police, 1).await;
    let id: AlertId = phone.hears(50, SOMEBODY, Role::Police, alert(Level::Extreme, 10), 10).await.into();
    assert_eq!(phone.plan(11).show.len(), 1);
    let recall = crate::record::Recall { alert: id, at: reading(12).wall, reason: None };
    phone.hears(51, SOMEBODY, Role::Police, recall, 12).await;
    assert_eq!(phone.plan(13), Plan::default());
}

#[tokio::test]
async fn sendings_offers_comments_and_reminders_are_found() {
    let phone = phone().await;
    phone.holds(Role::Volunteer, 1).await;
    let id: AlertId = phone.hears(50, SOMEBODY, Role::Police, alert(Level::Low, 10), 10).await.into();
    assert_eq!(phone.tells(11), []);
    let me = phone.me();
    let at = reading(20).wall;
    phone.hears(51, SOMEBODY, Role::Police, Sending { alert: id, person: me, at, note: None }, 20).await;
    assert_eq!(phone.tells(21), [NoticeKind::NewAlert]);
    phone.hears(52, SOMEBODY, Role::Police, Receipt { alert: id, at: reading(30).wall, offer: None }, 30).await;
    let at = reading(40).wall;
    let offer = phone.hears(53, SOMEBODY, Role::Police, HandOver { alert: id, to: me, at, note: None }, 40).await;
    assert_eq!(phone.tells(41), [NoticeKind::HandedOver]);
    phone.replica.alerts().accept(id, offer, (reading(50), Role::Volunteer)).unwrap();
    phone.run(51).await;
    assert_eq!(phone.tells(52), []);
    let said = Comment { alert: id, at: reading(60).wall, text: "请再去".into() };
    phone.hears(54, SOMEBODY, Role::Police, said, 60).await;
    phone.replica.alerts().comment(id, "好".into(), (reading(61), Role::Volunteer)).unwrap();
    assert_eq!(phone.tells(62), [NoticeKind::Comment]);
    let reminder = Reminder {
        title: "新骗术".into(),
        body: "当心".into(),
        fraud: None,
        at: reading(120).wall,
        until: None,
        withdrawn: false,
    };
    phone.hears(55, SOMEBODY, Role::Supervisor, reminder, 70).await;
    assert_eq!(phone.tells(71), []);
    assert_eq!(phone.plan(71).next, Some(reading(120).wall));
    assert_eq!(phone.tells(120), [NoticeKind::Reminder]);
}

#[tokio::test]
async fn refusals_and_reviews_of_ones_own_records_are_found() {
    let phone = phone().await;
    phone.holds(Role::GridWorker, 1).await;
    let scope = Scope::Grid(phone.grid);
    let (_, raw, household) = foreign(20, scope, &door("201").into());
    phone.server.world().accept(household, &raw, OTHER, None);
    phone.run(2).await;
    let own = phone.replica.visits().save(&visit(household.into(), 10), at(80)).unwrap();
    phone.run(81).await;
    assert_eq!(phone.tells(82), []);
    let heads = phone.replica.reviews().heads(own).unwrap();
    let review = |state, comment: Option<&str>| Review {
        of: own,
        heads: heads.clone(),
        state,
        at: reading(90).wall,
        comment: comment.map(str::to_owned),
    };
    phone.hears(60, SOMEBODY, Role::Supervisor, review(ReviewState::Approved, None), 90).await;
    assert_eq!(phone.tells(91), []);
    phone.hears(61, SOMEBODY, Role::Supervisor, review(ReviewState::HasIssues, Some("时间不对")), 92).await;
    let plan = phone.plan(93);
    assert_eq!(
        plan.show.iter().map(|one| (one.kind, one.document)).collect::<Vec<_>>(),
        [(NoticeKind::Comment, Some(own))]
    );
    phone.tells(93);
    phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Refused(Refusal::new("not_permitted")))));
    let refused = phone.replica.visits().save(&visit(household.into(), 100), at(180)).unwrap();
    phone.run(181).await;
    let plan = phone.plan(182);
    assert_eq!(plan.show.iter().map(|one| one.document).collect::<Vec<_>>(), [Some(refused)]);
    assert_eq!(phone.tells(182), [NoticeKind::Refused]);
    assert_eq!(phone.tells(183), []);
}

#[tokio::test]
async fn history_does_not_flood_a_phone_that_has_just_enrolled() {
    const DAY: i64 = 24 * HOUR;
    let phone = phone().await;
    phone.server.world().now = reading(5 * DAY).wall;
    // Asked before anything came.
    assert_eq!(phone.plan(5 * DAY), Plan::default());
    phone.holds(Role::TeamHead, 5 * DAY).await;
    for number in 50..58 {
        phone.hears(number, SOMEBODY, Role::Police, alert(Level::Low, i64::from(number)), i64::from(number)).await;
    }
    let fresh = phone.hears(59, SOMEBODY, Role::Police, alert(Level::Low, 5 * DAY - 60), 5 * DAY - 60).await;
    let told = phone.plan(5 * DAY + 10).show;
    let new: Vec<&Notice> = told.iter().filter(|one| one.kind == NoticeKind::NewAlert).collect();
    assert_eq!(new.iter().map(|one| one.document).collect::<Vec<_>>(), [Some(fresh)]);
    // Of the old ones only what became overdue within the last day: the three-day visits of the night.
    assert!(told.iter().all(|one| matches!(one.kind, NoticeKind::NewAlert | NoticeKind::Overdue)), "{told:?}");
}

#[tokio::test]
async fn custody_read_from_rows_is_what_the_documents_say() {
    let phone = phone().await;
    phone.holds(Role::TeamHead, 1).await;
    let id: AlertId = phone.hears(50, SOMEBODY, Role::Police, alert(Level::Low, 10), 10).await.into();
    let agree = |owned: bool| {
        let state = phone.replica.engine.state();
        let events = state.store.custody_events(&|alert| alert == id).unwrap();
        drop(state);
        let events = events.get(&id).cloned().unwrap_or_default();
        let strip = |mut found: Custody| {
            // The hash matters to nothing but ties.
            found.unconfirmed.iter_mut().for_each(|event| event.change_hash = [0; 32]);
            found
        };
        let found = strip(crate::playbook::custody(&events));
        assert_eq!(found.owner.is_some(), owned);
        assert_eq!(found, strip(phone.replica.tasks().custody(id).unwrap()));
    };
    agree(false);
    phone.replica.alerts().receipt(id, (reading(20), Role::TeamHead)).unwrap();
    agree(false);
    phone.run(21).await;
    agree(true);
    phone.hears(51, 201, Role::Police, Receipt { alert: id, at: reading(15).wall, offer: None }, 30).await;
    agree(true);
    let to = PersonId::from_bytes([201; 16]);
    let offer = phone.replica.alerts().hand_over(id, to, None, (reading(40), Role::TeamHead)).unwrap();
    phone.run(41).await;
    agree(true);
    let back = TakeBack { alert: id, offer, at: reading(50).wall, reason: None };
    phone.hears(52, 202, Role::Supervisor, back, 50).await;
    let decided = CustodyDecision { alert: id, owner: to, at: reading(60).wall, reason: None };
    phone.hears(53, 202, Role::Supervisor, decided, 60).await;
    agree(true);
}

#[tokio::test]
async fn what_was_told_is_forgotten_after_it_can_be_told_no_more() {
    const DAY: i64 = 24 * HOUR;
    let phone = phone().await;
    phone.holds(Role::GridWorker, 1).await;
    let reminder = Reminder {
        title: "一".into(),
        body: "二".into(),
        fraud: None,
        at: reading(10).wall,
        until: None,
        withdrawn: false,
    };
    phone.hears(55, SOMEBODY, Role::Supervisor, reminder, 10).await;
    assert_eq!(phone.tells(11), [NoticeKind::Reminder]);
    for day in [1, 30, 59, 60, 61, 100] {
        assert_eq!(phone.tells(day * DAY), [], "day {day}");
    }
    let told = phone.replica.engine.state().store.told().unwrap();
    assert_eq!(told.len(), 0);
}

#[tokio::test]
async fn many_case_files_are_planned_quickly() {
    let phone = phone().await;
    phone.holds(Role::TeamHead, 1).await;
    {
        let mut world = phone.server.world();
        for number in 0..2_000_u32 {
            let mut bytes = [9; 16];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            let id = DocumentId::from_bytes(bytes);
            let scope = Scope::CaseFile(id.into());
            let header = Header {
                id,
                kind: Kind::Alert,
                scope,
                author: PersonId::from_bytes([SOMEBODY; 16]),
                role: Role::Police,
                said: reading(2).wall,
                offset: Some(0),
                doubtful: false,
            };
            let record = Record::from(alert(Level::Low, 2));
            let (_, raw) = Document::create(&header, &record, ActorId::from_bytes(bytes), reading(2).wall).unwrap();
            world.scopes.push(scope);
            world.accept_many(id, raw, OTHER);
        }
        world.settle();
    }
    phone.run(3).await;
    assert_eq!(phone.replica.alerts().list(Part::first(1)).unwrap().len(), 1);
    let plan = phone.plan(4);
    assert_eq!(plan.show.iter().map(|one| one.count).sum::<u32>(), 2_000);
    assert_eq!(plan.show.len(), 6);
    let began = std::time::Instant::now();
    phone.plan(5);
    // Unoptimised, on a machine that does other things too.
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    phone.replica.notices().shown(&plan.show, &reading(5)).unwrap();
    assert_eq!(phone.plan(6).show, []);
}

#[tokio::test]
async fn a_phone_that_was_never_enrolled_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let replica = super::open(&folder.path().join("store"), 1);
    assert_eq!(replica.notices().plan(&reading(1)), Err(ReplicaError::NotEnrolled));
}
