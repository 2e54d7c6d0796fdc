//! What duty groups are told of alerts that wait.
//!
//! Floor: sync-server, intake. Invariants: something is told when another alert has come to wait, not each time one looks;
//! when none waits any more, what was not told yet is taken back. What was told is remembered in memory and can be lost:
//! then it is told once more.

use std::collections::BTreeSet;

use qiaomen_core::record::{AlertId, Asked, Time};

use super::questions;
use super::route::{Stage, Waiting};
use crate::store::{News, NewsKind, StoreError};
use crate::town::Town;

/// The alerts of each kind that were told of.
#[derive(Debug, Default)]
pub(super) struct Announced([BTreeSet<AlertId>; 3]);

impl Announced {
    /// Tells of the alerts that wait now.
    pub(super) fn tell(&mut self, town: &Town, waiting: &[Waiting], now: Time) -> Result<(), StoreError> {
        let from = |least: Stage| {
            waiting.iter().filter(|one| one.stage >= least).map(|one| one.alert).collect::<BTreeSet<AlertId>>()
        };
        let no_team = questions(town, None)?
            .into_iter()
            .filter(|(_, question)| question.what == Asked::NoTeam)
            .map(|(_, question)| question.alert)
            .filter(|alert| waiting.iter().any(|one| one.alert == *alert))
            .collect();
        let now_waiting = [from(Stage::Deputy), from(Stage::Telephone), no_team];
        let kinds = [NewsKind::Waiting, NewsKind::Telephone, NewsKind::NoTeam];
        let mut news = Vec::new();
        for ((kind, wait), told) in kinds.into_iter().zip(&now_waiting).zip(&self.0) {
            let more = !wait.is_subset(told);
            let over = wait.is_empty() && !told.is_empty();
            if more || over {
                news.push(News { kind, count: wait.len() as u64 });
            }
        }
        if !news.is_empty() {
            town.tell(&news, now)?;
        }
        self.0 = now_waiting;
        Ok(())
    }
}
