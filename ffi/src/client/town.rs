//! What a town decides, and whom it consists of; what the shell is to tell.
//!
//! Floor: client. Invariant: as `client`'s. Phones read all of this; what only the console writes has no method here.

use qiaomen_core::record::Time;

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::reckoned::{Notice, NoticePlan, ScriptText};
use crate::mirror::state::{KeptArea, KeptDuty, KeptPerson, KeptPhase, KeptReminder, KeptRouting, KeptScript};
use crate::mirror::words::{FraudKind, Language, Level};
use crate::mirror::{Back, Id, Millis, Page, Show};

client! {
    /// The area tree.
    Areas;
    /// People and their roles.
    People;
    /// What is said at the door.
    Scripts;
    /// New tricks, and what people are to be reminded of.
    Reminders;
    /// Who is on duty.
    Duties;
    /// Where alerts of each level go first.
    Routings;
    /// What a town sets for itself.
    TownSettings;
    /// What the shell is to tell its person, and when.
    Notices;
}

#[uniffi::export]
impl Areas {
    /// One area.
    pub fn get(&self, id: Id) -> Result<Option<KeptArea>, QiaomenError> {
        Ok(self.0.core.areas().get(given("id", id)?)?.show())
    }

    /// The areas below `parent`; those without one for none.
    pub fn below(&self, parent: Option<Id>) -> Result<Vec<KeptArea>, QiaomenError> {
        Ok(self.0.core.areas().below(given("parent", parent)?)?.show())
    }
}

#[uniffi::export]
impl People {
    /// Whose phone this is.
    pub fn me(&self) -> Result<Id, QiaomenError> {
        Ok(self.0.core.people().me()?.show())
    }

    /// One person.
    pub fn get(&self, id: Id) -> Result<Option<KeptPerson>, QiaomenError> {
        Ok(self.0.core.people().get(given("id", id)?)?.show())
    }

    /// Everybody, by name.
    pub fn list(&self, page: Page) -> Result<Vec<KeptPerson>, QiaomenError> {
        Ok(self.0.core.people().list(page.into())?.show())
    }
}

#[uniffi::export]
impl Scripts {
    /// One script of the town's.
    pub fn get(&self, id: Id) -> Result<Option<KeptScript>, QiaomenError> {
        Ok(self.0.core.scripts().get(given("id", id)?)?.show())
    }

    /// What is said about a kind of fraud: the town's last script that is in use, else the built-in one.
    pub fn for_kind(&self, fraud: FraudKind, language: Language) -> Result<ScriptText, QiaomenError> {
        let (fraud, language) = (given("fraud", fraud)?, given("language", language)?);
        Ok(self.0.core.scripts().for_kind(&fraud, &language)?.show())
    }

    /// What is said about every kind of fraud.
    pub fn list(&self, language: Language) -> Result<Vec<ScriptText>, QiaomenError> {
        Ok(self.0.core.scripts().list(&given("language", language)?)?.show())
    }
}

#[uniffi::export]
impl Reminders {
    /// One reminder.
    pub fn get(&self, id: Id) -> Result<Option<KeptReminder>, QiaomenError> {
        Ok(self.0.core.reminders().get(given("id", id)?)?.show())
    }

    /// What is to be shown now, the newest first.
    pub fn current(&self) -> Result<Vec<KeptReminder>, QiaomenError> {
        Ok(self.0.core.reminders().current(&self.0.reading()?)?.show())
    }
}

#[uniffi::export]
impl Duties {
    /// One duty.
    pub fn get(&self, id: Id) -> Result<Option<KeptDuty>, QiaomenError> {
        Ok(self.0.core.duties().get(given("id", id)?)?.show())
    }

    /// Who is on duty for an area now, as alerts are routed.
    pub fn on(&self, area: Id) -> Result<Vec<KeptDuty>, QiaomenError> {
        Ok(self.0.core.duties().on(&self.0.reading()?, given("area", area)?)?.show())
    }

    /// Duties that are not over and were not called off, the first to begin first.
    pub fn list(&self, page: Page) -> Result<Vec<KeptDuty>, QiaomenError> {
        Ok(self.0.core.duties().list(&self.0.reading()?, page.into())?.show())
    }
}

#[uniffi::export]
impl Routings {
    /// What the town has set for a level; none where it goes by what is built into the server.
    pub fn of(&self, level: Level) -> Result<Option<KeptRouting>, QiaomenError> {
        Ok(self.0.core.routings().of(&given("level", level)?)?.show())
    }
}

#[uniffi::export]
impl TownSettings {
    /// The phases of the town's campaigns that were not called off, the first to begin first.
    pub fn phases(&self) -> Result<Vec<KeptPhase>, QiaomenError> {
        Ok(self.0.core.phases().list()?.show())
    }

    /// Those that run now.
    pub fn current_phases(&self) -> Result<Vec<KeptPhase>, QiaomenError> {
        Ok(self.0.core.phases().current(&self.0.reading()?)?.show())
    }

    /// The version of the follow-up rules in force at a moment.
    pub fn rules_in_force(&self, at: Millis) -> Result<String, QiaomenError> {
        let at: Time = given("at", at)?;
        Ok(self.0.core.playbooks().in_force(at)?.version().to_owned())
    }
}

#[uniffi::export]
impl Notices {
    /// What to tell now, and when to ask again at the latest.
    pub fn plan(&self) -> Result<NoticePlan, QiaomenError> {
        Ok(self.0.core.notices().plan(&self.0.reading()?)?.show())
    }

    /// Notes that these were shown: they are not told again.
    pub fn shown(&self, notices: Vec<Notice>) -> Result<(), QiaomenError> {
        let notices = notices.into_iter().map(Notice::back).collect::<Result<Vec<_>, _>>()?;
        Ok(self.0.core.notices().shown(&notices, &self.0.reading()?)?)
    }

    /// Has the notifier show what is to be told now, notes what it showed, and says when to ask again at the latest.
    pub fn tell(&self) -> Result<Option<Millis>, QiaomenError> {
        let reading = self.0.reading()?;
        let plan = self.0.core.notices().plan(&reading)?;
        let shown: Vec<_> = plan
            .show
            .into_iter()
            .filter(|notice| self.0.platform.notifier.show(notice.clone().show()).is_ok())
            .collect();
        if !shown.is_empty() {
            self.0.core.notices().shown(&shown, &reading)?;
        }
        Ok(plan.next.show())
    }
}
