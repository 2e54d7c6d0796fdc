//! Whatever facts a case file holds, and in whatever order they are read: one answer.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::custody::{Event, Place, custody};
use super::super::{Case, standing};
use super::*;
use crate::record::{
    Alert, AlertId, AreaId, Clearance, Comment, CustodyDecision, DocumentId, Extension, Feedback, HandOver, Hands,
    Header, Join, Level, MoneySent, Origin, Outcome, PersonId, Proposal, Purpose, Raise, Recall, Receipt, Record, Risk,
    Role, Scope, Seen, Sending, StopPayment, StopStep, TakeBack, Transfer, Visit, Withdrawal,
};

/// How many facts a case file has at most; facts name each other by their numbers.
const MOST: u8 = 20;

type Fact = (DocumentId, Header, Record, Place);

fn alert_id(number: u8) -> AlertId {
    AlertId::from_bytes([number; 16])
}

fn document(number: u8) -> DocumentId {
    DocumentId::from_bytes([number; 16])
}

fn person(number: u8) -> PersonId {
    PersonId::from_bytes([number; 16])
}

/// Quarters of hours, so that moments coincide often, and now and then none.
fn time() -> impl Strategy<Value = Time> {
    let quarters = prop_oneof![4 => 0..40_i64, 1 => 0..4 * 24 * 40_i64];
    quarters.prop_map(|quarters| at("03-01 09:00").plus_minutes(quarters * 15))
}

fn level() -> impl Strategy<Value = Level> {
    let newer = ["urgent", "utmost"].map(|word| Level::Unknown(word.into()));
    prop_oneof![2 => select(Level::KNOWN), 1 => select(newer.to_vec())]
}

fn visit(alert: AlertId, at: Time, (outcome, target, risk): (Outcome, bool, Option<Risk>)) -> Visit {
    let met_target = (outcome == Outcome::Met).then_some(target);
    Visit {
        purpose: Purpose::FollowUp,
        household: None,
        alert: Some(alert),
        outcome,
        met_target,
        met: Default::default(),
        met_others: None,
        started: at.plus_minutes(-10),
        ended: at,
        position: None,
        given: Default::default(),
        explained: Default::default(),
        observations: Default::default(),
        note: None,
        risk,
        next_step: None,
        dissuasion: None,
        photos: None,
    }
}

/// A record of any kind that a case file holds.
fn record() -> impl Strategy<Value = Record> {
    let alert = alert_id(5);
    let found = (select(Outcome::KNOWN), any::<bool>(), proptest::option::of(select(Risk::KNOWN)));
    let met = (Just(Outcome::Met), Just(true), proptest::option::of(select(Risk::KNOWN)));
    let (other, to) = (0..MOST, 0..5_u8);
    let step = prop_oneof![3 => select(StopStep::KNOWN), 1 => Just(StopStep::Unknown("returned".into()))];
    let custody = prop_oneof![
        2 => time().prop_map(move |at| Receipt { alert, at, offer: None }.into()),
        2 => (time(), other.clone())
            .prop_map(move |(at, offer)| Receipt { alert, at, offer: Some(document(offer)) }.into()),
        2 => (time(), to.clone()).prop_map(move |(at, to)| HandOver { alert, to: person(to), at, note: None }.into()),
        1 => (time(), other.clone())
            .prop_map(move |(at, offer)| TakeBack { alert, offer: document(offer), at, reason: None }.into()),
        1 => (time(), to.clone())
            .prop_map(move |(at, owner)| CustodyDecision { alert, owner: person(owner), at, reason: None }.into()),
    ];
    let ending = prop_oneof![
        2 => time().prop_map(move |at| Clearance { alert, at, reason: None }.into()),
        2 => (time(), other.clone())
            .prop_map(move |(at, of)| Withdrawal { alert, clearance: document(of), at, reason: None }.into()),
        1 => (time(), 0..40_i64)
            .prop_map(move |(at, days)| Extension { alert, at, until: at.plus_hours(days * 24), reason: None }.into()),
        1 => time().prop_map(move |at| Recall { alert, at, reason: None }.into()),
        1 => (time(), time(), level(), any::<bool>()).prop_map(move |(issued, at, level, into_other)| {
            Join { alert, other: alert_id(6), level, issued, at, into_other }.into()
        }),
        1 => (time(), select(Hands::KNOWN), proptest::option::of(0..20_i64)).prop_map(move |(at, hands, days)| {
            let until = days.map(|days| at.plus_hours(days * 24));
            Transfer { alert, hands, place: None, accepted_by: Some("某所".into()), at, until, reason: None }.into()
        }),
    ];
    let rest = prop_oneof![
        3 => (time(), prop_oneof![met, found]).prop_map(move |(at, found)| visit(alert, at, found).into()),
        4 => (time(), level()).prop_map(move |(at, level)| Raise { alert, level, at, reason: None }.into()),
        2 => (time(), proptest::option::of(time()), proptest::option::of(0..1_000_000_000_000_000_i64)).prop_map(
            move |(at, sent, fen)| MoneySent { alert, at, sent, fen, to: None, note: None }.into()
        ),
        2 => (time(), step).prop_map(move |(at, step)| {
            StopPayment { alert, step, at, fen: None, institution: None, note: None }.into()
        }),
        1 => time().prop_map(move |at| Feedback { alert, at, note: None }.into()),
        1 => time().prop_map(move |at| Proposal { alert, at, reason: None }.into()),
        1 => time().prop_map(move |at| Seen { alert, at }.into()),
        1 => time().prop_map(move |at| Comment { alert, at, text: "看过".into() }.into()),
        1 => (time(), to).prop_map(move |(at, to)| Sending { alert, person: person(to), at, note: None }.into()),
    ];
    prop_oneof![3 => custody, 2 => ending, 4 => rest]
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let role = prop_oneof![
        2 => Just(Role::Police), 2 => Just(Role::TeamHead), 1 => Just(Role::Supervisor), 1 => select(Role::KNOWN)
    ];
    let sent = proptest::option::of(time());
    // Few numbers, so that some facts share one, as after a restore; some have none yet.
    let place = (proptest::option::weighted(0.9, 0..30_u64), any::<bool>(), any::<u8>(), sent);
    let fact = (record(), role, 0..5_u8, place);
    proptest::collection::vec(fact, 0..usize::from(MOST)).prop_map(|facts| {
        let numbered = facts.into_iter().enumerate();
        let whole = numbered.map(|(number, (record, role, author, (acceptance, healed, hash, sent)))| {
            let id = document(u8::try_from(number).unwrap());
            let header = Header {
                id,
                kind: record.kind(),
                scope: Scope::CaseFile(alert_id(5)),
                author: person(author),
                role,
                said: at("03-01 09:00"),
                offset: None,
                doubtful: false,
            };
            (id, header, record, Place { acceptance, healed, change_hash: [hash; 32], sent })
        });
        whole.collect()
    })
}

fn alert(level: Level) -> Alert {
    Alert {
        name: "王某".to_owned(),
        telephone: None,
        household: None,
        resident: None,
        outsider: false,
        area: AreaId::from_bytes([1; 16]),
        places: Default::default(),
        level,
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn q5_l5_l6_the_order_in_which_facts_are_read_does_not_matter(
        level in level(), facts in facts(), turns in proptest::collection::vec(any::<Index>(), usize::from(MOST)),
        now in time(), playbook in any::<bool>().prop_map(|ends| if ends { clearing_ends() } else { Playbook::builtin() }),
    ) {
        let mut shuffled = facts.clone();
        for (place, turn) in turns.iter().enumerate().take(facts.len()) {
            let other = turn.index(facts.len());
            shuffled.swap(place, other);
        }
        let alert = alert(level);
        let read = |facts: &[Fact]| {
            let case = Case::from_records(&alert, facts.iter().map(|(id, header, record, _)| (*id, header, record)));
            let events: Vec<Event> = facts
                .iter()
                .filter_map(|(id, header, record, place)| Event::of(*id, header, record, *place))
                .collect();
            let moments = [now, now.plus_hours(72), case.latest()];
            let stands = moments.map(|now| (due(&playbook, &case, &shanghai(), now), standing(&case, &shanghai(), now)));
            (custody(&events), stands, case.latest())
        };
        prop_assert_eq!(read(&shuffled), read(&facts));
    }

    #[test]
    fn l5_l6_after_the_last_record_nothing_comes_to_count_any_more(facts in facts(), hours in 0..2_000_i64) {
        let alert = alert(Level::High);
        let case = Case::from_records(&alert, facts.iter().map(|(id, header, record, _)| (*id, header, record)));
        let flags = |now| {
            let stands = standing(&case, &shanghai(), now);
            (stands.level, stands.series_ends, stands.cleared, stands.accident, stands.stop_payment_owed, stands.release_owed)
        };
        prop_assert_eq!(flags(case.latest()), flags(case.latest().plus_hours(hours)));
    }
}
