//! Alerts, and what is recorded for them.
//!
//! Floor: client. Invariant: as `client`'s.

use qiaomen_core::record::{Alert as CoreAlert, AreaId, MoneySent as CoreMoneySent, Transfer as CoreTransfer};

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::alerts::FraudAlert;
use crate::mirror::handling::{MoneySent, Transfer};
use crate::mirror::reckoned::NearWorker;
use crate::mirror::state::{KeptAlert, KeptRecord};
use crate::mirror::sums::{PastedReading, WhoIsMeant};
use crate::mirror::visits::Position;
use crate::mirror::words::{Level, Role, StopStep};
use crate::mirror::{Back, Id, Millis, Page, Show};
use crate::platform::Noun;

client! {
    /// Alerts and their case files.
    Alerts;
}

/// One alert of a pasted message.
#[derive(Clone, Debug, PartialEq, uniffi::Record)]
pub struct PastedAlert {
    /// What the message says, and what it leaves unsure.
    pub reading: PastedReading,
    /// Who is meant, among the residents on this phone.
    pub who: WhoIsMeant,
    /// The alert as far as the message tells it, to be put right and saved.
    pub draft: FraudAlert,
}

/// The two facts by which one alert joins another.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Joined {
    /// That in the file of the one that is joined.
    pub joined: Id,
    /// That in the file of the one that joins.
    pub joining: Id,
}

const SAVED: &[Noun] = &[Noun::Alerts, Noun::Tasks, Noun::Sync];

/// Writes one fact of a case file and says its identifier.
macro_rules! fact {
    ($self:ident, $method:ident($($argument:expr),+), $role:ident) => {
        Ok($self.0.wrote($self.0.core.alerts().$method($($argument,)+ $self.0.writing($role)?), SAVED)?.show())
    };
}

#[uniffi::export]
impl Alerts {
    /// Saves a new alert; says its identifier.
    #[uniffi::method(default(role = None))]
    pub fn create(&self, record: FraudAlert, role: Option<Role>) -> Result<Id, QiaomenError> {
        let record: CoreAlert = record.back()?;
        fact!(self, create(&record), role)
    }

    /// Saves what the person changed of an alert. False if there is nothing to write.
    #[uniffi::method(default(role = None))]
    pub fn edit(
        &self,
        id: Id,
        before: FraudAlert,
        after: FraudAlert,
        role: Option<Role>,
    ) -> Result<bool, QiaomenError> {
        let (before, after): (CoreAlert, CoreAlert) = (before.back()?, after.back()?);
        let saved = self.0.core.alerts().edit(given("id", id)?, &before, &after, self.0.writing(role)?);
        self.0.wrote(saved, SAVED)
    }

    /// One alert.
    pub fn get(&self, id: Id) -> Result<Option<KeptAlert>, QiaomenError> {
        Ok(self.0.core.alerts().get(given("id", id)?)?.show())
    }

    /// Alerts, the newest first.
    pub fn list(&self, page: Page) -> Result<Vec<KeptAlert>, QiaomenError> {
        Ok(self.0.core.alerts().list(page.into())?.show())
    }

    /// Everything recorded for an alert, the oldest first.
    pub fn file(&self, id: Id) -> Result<Vec<KeptRecord>, QiaomenError> {
        Ok(self.0.core.alerts().file(given("id", id)?)?.show())
    }

    /// Raises an alert's level.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn raise(
        &self,
        alert: Id,
        level: Level,
        reason: Option<String>,
        role: Option<Role>,
    ) -> Result<Id, QiaomenError> {
        fact!(self, raise(given("alert", alert)?, given("level", level)?, reason), role)
    }

    /// Takes an alert.
    #[uniffi::method(default(role = None))]
    pub fn receipt(&self, alert: Id, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, receipt(given("alert", alert)?), role)
    }

    /// Reports back what was found.
    #[uniffi::method(default(note = None, role = None))]
    pub fn feedback(&self, alert: Id, note: Option<String>, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, feedback(given("alert", alert)?, note), role)
    }

    /// Finds the person out of danger.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn clear(&self, alert: Id, reason: Option<String>, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, clear(given("alert", alert)?, reason), role)
    }

    /// Takes a clearance back.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn withdraw(
        &self,
        alert: Id,
        clearance: Id,
        reason: Option<String>,
        role: Option<Role>,
    ) -> Result<Id, QiaomenError> {
        fact!(self, withdraw(given("alert", alert)?, given("clearance", clearance)?, reason), role)
    }

    /// Carries the month on.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn extend(
        &self,
        alert: Id,
        until: Millis,
        reason: Option<String>,
        role: Option<Role>,
    ) -> Result<Id, QiaomenError> {
        fact!(self, extend(given("alert", alert)?, given("until", until)?, reason), role)
    }

    /// Sends somebody from elsewhere.
    #[uniffi::method(default(note = None, role = None))]
    pub fn send(&self, alert: Id, person: Id, note: Option<String>, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, send(given("alert", alert)?, given("person", person)?, note), role)
    }

    /// Offers an alert to somebody; it is theirs once they accept.
    #[uniffi::method(default(note = None, role = None))]
    pub fn hand_over(&self, alert: Id, to: Id, note: Option<String>, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, hand_over(given("alert", alert)?, given("to", to)?, note), role)
    }

    /// Accepts an alert as it was offered.
    #[uniffi::method(default(role = None))]
    pub fn accept(&self, alert: Id, offer: Id, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, accept(given("alert", alert)?, given("offer", offer)?), role)
    }

    /// Takes an offer back.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn take_back(
        &self,
        alert: Id,
        offer: Id,
        reason: Option<String>,
        role: Option<Role>,
    ) -> Result<Id, QiaomenError> {
        fact!(self, take_back(given("alert", alert)?, given("offer", offer)?, reason), role)
    }

    /// Says whose an alert is: a supervisor's word.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn decide(&self, alert: Id, owner: Id, reason: Option<String>, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, decide(given("alert", alert)?, given("owner", owner)?, reason), role)
    }

    /// Notes that the alert was looked at.
    #[uniffi::method(default(role = None))]
    pub fn seen(&self, alert: Id, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, seen(given("alert", alert)?), role)
    }

    /// Takes an alert back that was issued in error.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn recall(&self, alert: Id, reason: Option<String>, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, recall(given("alert", alert)?, reason), role)
    }

    /// Notes money that went; when that became known is now, whatever stands there.
    #[uniffi::method(default(role = None))]
    pub fn money_sent(&self, what: MoneySent, role: Option<Role>) -> Result<Id, QiaomenError> {
        let what: CoreMoneySent = what.back()?;
        fact!(self, money_sent(&what), role)
    }

    /// Notes how far a stop-payment has come.
    #[uniffi::method(default(institution = None, role = None))]
    pub fn stop_payment(
        &self,
        alert: Id,
        step: StopStep,
        institution: Option<String>,
        role: Option<Role>,
    ) -> Result<Id, QiaomenError> {
        fact!(self, stop_payment(given("alert", alert)?, given("step", step)?, institution), role)
    }

    /// Has `other`, an alert about the same person, join one: a fact in the file of each.
    #[uniffi::method(default(role = None))]
    pub fn join(&self, alert: Id, other: Id, role: Option<Role>) -> Result<Joined, QiaomenError> {
        let joined = self.0.core.alerts().join(given("alert", alert)?, given("other", other)?, self.0.writing(role)?);
        let (joined, joining) = self.0.wrote(joined, SAVED)?;
        Ok(Joined { joined: joined.show(), joining: joining.show() })
    }

    /// Notes that the person is in other hands, from now on whatever stands there.
    #[uniffi::method(default(role = None))]
    pub fn transfer(&self, what: Transfer, role: Option<Role>) -> Result<Id, QiaomenError> {
        let what: CoreTransfer = what.back()?;
        fact!(self, transfer(&what), role)
    }

    /// Proposes that the person is out of danger.
    #[uniffi::method(default(reason = None, role = None))]
    pub fn propose(&self, alert: Id, reason: Option<String>, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, propose(given("alert", alert)?, reason), role)
    }

    /// Says something about a case.
    #[uniffi::method(default(role = None))]
    pub fn comment(&self, alert: Id, text: String, role: Option<Role>) -> Result<Id, QiaomenError> {
        fact!(self, comment(given("alert", alert)?, text), role)
    }

    /// Workers, the nearest to any of the alert's places first.
    pub fn nearest(&self, id: Id) -> Result<Vec<NearWorker>, QiaomenError> {
        Ok(self.0.core.alerts().nearest(given("id", id)?, &self.0.reading()?)?.show())
    }

    /// Says by hand where one is, for whoever looks for the nearest in this grid.
    #[uniffi::method(default(until = None, role = None))]
    pub fn share_place(
        &self,
        grid: Id,
        position: Position,
        until: Option<Millis>,
        role: Option<Role>,
    ) -> Result<Id, QiaomenError> {
        let (position, until) = (given("position", position)?, given("until", until)?);
        fact!(self, share_place(given("grid", grid)?, position, until), role)
    }

    /// The alerts in a pasted message, each with who is meant; `area` is the one to answer where no door says another.
    pub fn understand(&self, text: String, area: Id) -> Result<Vec<PastedAlert>, QiaomenError> {
        let area: AreaId = given("area", area)?;
        let reading = self.0.reading()?;
        let now = self.0.core.corrected(&reading)?.time;
        let found = self.0.core.alerts().understand(&text, &reading)?.into_iter();
        let shown = found.map(|pasted| PastedAlert {
            draft: self.0.random(|random| pasted.draft(area, now, random)).show(),
            reading: pasted.reading.show(),
            who: pasted.who.show(),
        });
        Ok(shown.collect())
    }
}
