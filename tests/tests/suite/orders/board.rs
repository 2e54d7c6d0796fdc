//! The server's board, kept up to date and read anew, with settled alerts put aside in between.

use qiaomen_core::record::{
    AlertId, DocumentId, MoneySent, PersonId, Recall, Record, Scope, SeededRandom, StopPayment, StopStep, Time,
};
use qiaomen_server::author::{Author, Draft};
use qiaomen_server::town::Town;

use super::acts::{Cast, POLICE, What};
use super::then;
use crate::harness::at;

/// Writes a fact as another process on the same folder would.
fn writes(beside: &Town, by: PersonId, alert: AlertId, fact: impl Into<Record>, now: Time, seed: u64) {
    let mut random = SeededRandom::new(seed);
    let mut author = Author::new(&std::sync::Arc::new(beside_of(beside, now)), by, now, &mut random).unwrap();
    let id = DocumentId::fresh(now, &mut random);
    let draft = Draft::Create { id, record: Box::new(fact.into()), scope: Scope::CaseFile(alert) };
    assert!(author.write(vec![draft], now, &mut random).unwrap()[0].is_done());
}
