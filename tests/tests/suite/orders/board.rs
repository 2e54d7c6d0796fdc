//! The server's board, kept up to date and read anew, with settled alerts put aside in between.

use qiaomen_core::record::{
    AlertId, DocumentId, MoneySent, PersonId, Recall, Record, Scope, SeededRandom, StopPayment, StopStep,
};
use qiaomen_server::author::{Author, Draft};
use qiaomen_server::store::CaseSet;
use qiaomen_server::town::Town;

use super::acts::{Cast, POLICE, What};
use super::{Act, then};
use crate::harness::at;

/// Writes a fact as another process on the same folder would.
fn writes(cast: &Cast, beside: &Town, by: PersonId, alert: AlertId, fact: impl Into<Record>) {
    let now = cast.world.clock.pass(1_000);
    let mut random = SeededRandom::new(now.millis().cast_unsigned());
    let mut author = Author::new(beside, by, now, &mut random).unwrap();
    let id = DocumentId::fresh(now, &mut random);
    let draft = Draft::Create { id, record: Box::new(fact.into()), scope: Scope::CaseFile(alert) };
    assert!(author.write(vec![draft], now, &mut random).unwrap()[0].is_done());
}

fn money(cast: &Cast, alert: AlertId) -> MoneySent {
    MoneySent { alert, at: cast.world.now(), sent: None, fen: Some(100), to: None, note: None }
}

fn asked(cast: &Cast, alert: AlertId) -> StopPayment {
    StopPayment { alert, step: StopStep::Asked, at: cast.world.now(), fen: None, institution: None, note: None }
}

fn tidy(cast: &Cast, town: &Town) {
    town.tidy(cast.world.now()).unwrap();
}

/// Which of the two alerts stand on a board.
fn stand(cast: &Cast, town: &Town) -> [bool; 2] {
    town.board(|board| cast.alerts.map(|alert| board.cases().contains_key(&alert))).unwrap()
}

/// The same of the server's board and of one read anew, which say the same of every alert.
fn everywhere(cast: &Cast) -> [bool; 2] {
    cast.agree().unwrap();
    let (kept, anew) = (stand(cast, &cast.world.town()), stand(cast, &cast.anew()));
    assert_eq!(kept, anew);
    kept
}

/// The alerts that the store has marked as open.
fn marked(town: &Town) -> Vec<AlertId> {
    let mut found = Vec::new();
    town.store().case_rows(CaseSet::Open, &mut |row| found.push(row.alert)).unwrap();
    found.sort_unstable();
    found.dedup();
    found
}

/// The first alert is recalled, and everybody knows.
fn recalled() -> Cast {
    let cast = Cast::new();
    cast.world.clock.set(at("03-01 10:00"));
    cast.act(&then(1, POLICE, What::Recall));
    cast.world.settle(&cast.phones.iter().collect::<Vec<_>>());
    cast
}

#[test]
fn q5_a_settled_alert_into_which_another_process_writes_comes_back_on_every_board() {
    let cast = recalled();
    let (town, beside, police) = (cast.world.town(), cast.anew(), cast.phones[POLICE].person);
    let [alert, _] = cast.alerts;
    assert_eq!(everywhere(&cast), [true, true], "nobody put it aside yet");
    assert_eq!(stand(&cast, &beside), [true, true]);
    tidy(&cast, &town);
    assert_eq!(everywhere(&cast), [false, true]);
    assert_eq!(marked(&town), [cast.alerts[1]]);
    // It comes to light that money went: a stop-payment is owed, recalled or not.
    writes(&cast, &beside, police, alert, money(&cast, alert));
    cast.world.sync(&cast.phones[POLICE]);
    cast.world.settle(&cast.phones.iter().collect::<Vec<_>>());
    assert_eq!(everywhere(&cast), [true, true]);
    tidy(&cast, &town);
    assert_eq!(everywhere(&cast), [true, true], "it is not settled any more");
    assert_eq!(marked(&town).len(), 2);
    writes(&cast, &beside, police, alert, asked(&cast, alert));
    cast.world.settle(&cast.phones.iter().collect::<Vec<_>>());
    tidy(&cast, &town);
    assert_eq!(everywhere(&cast), [false, true]);
}

#[test]
fn q5_a_board_that_never_saw_an_alert_settle_does_not_keep_it_from_those_read_anew() {
    let cast = recalled();
    let (town, beside, police) = (cast.world.town(), cast.anew(), cast.phones[POLICE].person);
    let [alert, second] = cast.alerts;
    // Both serve the folder for a while, as when one takes over from the other.
    assert_eq!(stand(&cast, &beside), [true, true]);
    tidy(&cast, &town);
    writes(&cast, &beside, police, alert, money(&cast, alert));
    writes(&cast, &beside, police, second, Recall { alert: second, at: cast.world.now(), reason: None });
    tidy(&cast, &beside);
    assert_eq!(stand(&cast, &beside), [true, false]);
    assert_eq!(stand(&cast, &cast.anew()), [true, false], "money went, and nobody has asked for a stop-payment");
    tidy(&cast, &town);
    assert_eq!(stand(&cast, &town), [true, false]);
}

#[test]
fn l5_an_alert_is_not_put_aside_while_a_record_from_a_clock_that_is_fast_is_still_to_count() {
    let cast = Cast::new();
    cast.world.clock.set(at("03-01 10:00"));
    let police = &cast.phones[POLICE];
    // After a restart nothing holds the phone's clock to the server's.
    police.clock.off(5 * 3_600_000);
    police.clock.reboot();
    cast.act(&Act { who: POLICE, alert: 0, minutes: 1, what: What::Money { ago: -1, fen: 5 } });
    police.clock.off(0);
    cast.world.settle(&cast.phones.iter().collect::<Vec<_>>());
    cast.act(&then(1, POLICE, What::Recall));
    cast.world.settle(&cast.phones.iter().collect::<Vec<_>>());
    tidy(&cast, &cast.world.town());
    cast.world.clock.set(at("03-01 16:00"));
    assert!(cast.agree().unwrap()[0].standing.stop_payment_owed);
    assert_eq!(everywhere(&cast), [true, true]);
}
