//! The demo's alerts by state: how each stands and whose it is, by the server and by every phone that holds it.
//!
//! Floor: sync-server, demo. Invariant: server and phones are each asked by themselves.

use qiaomen_core::clock::Watch as _;
use qiaomen_core::playbook::{Came, CaseResult};
use qiaomen_core::record::Kind;
use serde::{Deserialize, Serialize};

use super::script::PHONES;
use super::world::World;
use crate::command::output::{self, Failure};
use crate::intake::questions;
use crate::report::cases::CaseFile;

/// The alerts by state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Alerts {
    pub running: u64,
    pub cleared: u64,
    pub recalled: u64,
    pub joined: u64,
    pub lying: u64,
    /// With somebody whose it is.
    pub owned: u64,
    /// Offers that were made.
    pub offers: u64,
    /// Of those, accepted by who was offered it.
    pub handed_over: u64,
    /// Contests that wait for a supervisor.
    pub contests: u64,
    /// Decided by a supervisor.
    pub decided: u64,
    pub accidents: u64,
    pub sent_after_alert: u64,
    pub stop_payments_owed: u64,
    pub releases_owed: u64,
    /// Questions that wait for a supervisor.
    pub questions: u64,
    /// Alerts whose person is a resident on the roster.
    pub matched: u64,
}

/// Counts the alerts, and tells where a phone has one otherwise than the server.
pub(super) fn tally(world: &World, disagreements: &mut Vec<String>) -> Result<Alerts, Failure> {
    let mut found = Alerts { questions: questions(&world.town, None)?.len() as u64, ..Alerts::default() };
    found.offers = world.town.count(&Kind::HandOver)?;
    if found.offers != world.books.offers {
        disagreements.push(format!("{} offers were made, the server has {}", world.books.offers, found.offers));
    }
    for alert in world.alerts.values() {
        let Some(file) = CaseFile::read(&world.town, *alert)? else {
            disagreements.push(format!("{alert} is not on the server"));
            continue;
        };
        let (stands, custody) = (file.standing(&world.town, world.end), file.custody());
        for (number, phone) in world.phones.iter().enumerate() {
            if phone.replica.alerts().get(*alert)?.is_none() {
                continue;
            }
            if phone.replica.tasks().standing(*alert, &phone.clock.read())? != stands {
                disagreements.push(format!("{}: how {alert} stands differs", PHONES[number]));
            }
            if phone.replica.tasks().custody(*alert)? != custody {
                disagreements.push(format!("{}: whose {alert} is differs", PHONES[number]));
            }
        }
        *match stands.result {
            CaseResult::Running => &mut found.running,
            CaseResult::Cleared => &mut found.cleared,
            CaseResult::Recalled => &mut found.recalled,
            CaseResult::Joined => &mut found.joined,
            CaseResult::Lying => &mut found.lying,
        } += 1;
        let came = |how: Came| custody.holders.iter().filter(|holder| holder.came == how).count() as u64;
        found.owned += u64::from(custody.owner.is_some());
        found.handed_over += came(Came::HandedOver);
        found.decided += came(Came::Decided);
        found.contests += custody.contests.len() as u64;
        found.accidents += u64::from(stands.accident.is_some());
        found.sent_after_alert += u64::from(stands.sent_after_alert.is_some());
        found.stop_payments_owed += u64::from(stands.stop_payment_owed);
        found.releases_owed += u64::from(stands.release_owed);
        found.matched += u64::from(file.alert.resident.is_some());
    }
    Ok(found)
}

/// The table, for people.
pub(super) fn print(alerts: &Alerts) {
    output::line("");
    output::line("== Alerts, as the server and every phone that holds one have them");
    let all = alerts.running + alerts.cleared + alerts.recalled + alerts.joined + alerts.lying;
    for (what, count) in [
        ("alerts", all),
        ("  their month runs", alerts.running),
        ("  out of danger", alerts.cleared),
        ("  issued in error", alerts.recalled),
        ("  joined another", alerts.joined),
        ("  month over, nobody judged", alerts.lying),
        ("of residents on the roster", alerts.matched),
        ("somebody's", alerts.owned),
        ("offers made", alerts.offers),
        ("  accepted", alerts.handed_over),
        ("contests that wait", alerts.contests),
        ("decided by a supervisor", alerts.decided),
        ("sent money after the alert", alerts.sent_after_alert),
        ("  having been met: accidents", alerts.accidents),
        ("stop-payments to ask for", alerts.stop_payments_owed),
        ("stop-payments to release", alerts.releases_owed),
        ("questions for a supervisor", alerts.questions),
    ] {
        output::line(format!("{count:>7}  {what}"));
    }
}
