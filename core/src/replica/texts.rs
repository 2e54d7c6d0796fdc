//! What a town decides for the alerts that are to come, as phones show it: what is said at the door, what people are
//! reminded of, who is on duty, where alerts go first.
//!
//! Floor: replica. Invariants: all of it lies in the town's scope, so that every phone has it without a connection; of
//! several that say something of one thing the last that the server accepted counts, after those that it has not seen
//! yet; nothing is taken out, what is over is marked.

use super::{Kept, Part, Replica, ReplicaError, Writing, reader, role};
use crate::clock::Reading;
use crate::record::{AreaId, DocumentId, Duty, FraudKind, Language, Level, Record, Reminder, Routing, Scope, Script};
use crate::script::{self, Shown};

/// What is said at the door.
#[derive(Clone, Copy, Debug)]
pub struct Scripts<'r>(pub(super) &'r Replica);

/// New tricks, and what people are to be reminded of.
#[derive(Clone, Copy, Debug)]
pub struct Reminders<'r>(pub(super) &'r Replica);

/// Who is on duty.
#[derive(Clone, Copy, Debug)]
pub struct Duties<'r>(pub(super) &'r Replica);

/// Where alerts of each level go first.
#[derive(Clone, Copy, Debug)]
pub struct Routings<'r>(pub(super) &'r Replica);

reader!(script_of, Script);
reader!(reminder, Reminder);
reader!(duty, Duty);
reader!(routing, Routing);

/// The one that counts first: the last accepted, after those that the server has not seen.
const LAST_FIRST: &str = "document.acceptance IS NOT NULL, document.acceptance DESC, document.id DESC";

impl Replica {
    fn save_for_town(&self, writing: &Writing, record: &Record) -> Result<DocumentId, ReplicaError> {
        self.save_new(writing, None, record, |_, _| Ok(Scope::Town))
    }
}

impl Scripts<'_> {
    /// Saves a script of the town's; it goes before those of its kind and language that there are.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::RoleUnknown`] for who may not.
    pub fn save(&self, record: &Script, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.0.save_for_town(&writing.into(), &record.clone().into())
    }

    /// Saves what was changed of a script. Other words are better saved as a script of their own: records name the
    /// script by its identifier.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: DocumentId,
        before: &Script,
        after: &Script,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id, &before.clone().into(), &after.clone().into())
    }

    /// Retires every script that the town has of this kind and language, which gives the built-in one back. Says how many
    /// there were.
    ///
    /// # Errors
    /// As [`edit`](Self::edit).
    pub fn retire(
        &self,
        fraud: &FraudKind,
        language: &Language,
        writing: impl Into<Writing>,
    ) -> Result<usize, ReplicaError> {
        let writing = writing.into();
        let mut found = self.in_use()?;
        found.retain(|kept| kept.record.fraud == *fraud && kept.record.language == *language);
        for kept in &found {
            let after = Script { retired: true, ..kept.record.clone() };
            self.edit(kept.id, &kept.record, &after, writing.clone())?;
        }
        Ok(found.len())
    }

    /// One script of the town's; what a record names as the script that was used, where it is no built-in one.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Kept<Script>>, ReplicaError> {
        self.0.get_one(id, script_of)
    }

    /// What is said about a kind of fraud: the town's last script that is in use, else the built-in one.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn for_kind(&self, fraud: &FraudKind, language: &Language) -> Result<Shown, ReplicaError> {
        script::shown(fraud, language, &self.town()?).ok_or(ReplicaError::Unexpected("there is no built-in script"))
    }

    /// What is said about every kind of fraud.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, language: &Language) -> Result<Vec<Shown>, ReplicaError> {
        Ok(script::list(language, &self.town()?))
    }

    /// The town's own scripts that are in use, the one that counts first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn in_use(&self) -> Result<Vec<Kept<Script>>, ReplicaError> {
        let sql = format!(
            "SELECT document.id FROM script JOIN document USING(record) WHERE script.retired = 0 ORDER BY {LAST_FIRST}"
        );
        let found = self.0.read(|store| Ok(store.ids(&sql, &[])?))?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }

    fn town(&self) -> Result<Vec<(DocumentId, Script)>, ReplicaError> {
        Ok(self.in_use()?.into_iter().map(|kept| (kept.id, kept.record)).collect())
    }
}

impl Reminders<'_> {
    /// Saves a reminder for every worker.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::RoleUnknown`] for who may not.
    pub fn save(&self, record: &Reminder, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.0.save_for_town(&writing.into(), &record.clone().into())
    }

    /// Saves what was changed of a reminder; one that is withdrawn is shown no more.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: DocumentId,
        before: &Reminder,
        after: &Reminder,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id, &before.clone().into(), &after.clone().into())
    }

    /// One reminder.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Kept<Reminder>>, ReplicaError> {
        self.0.get_one(id, reminder)
    }

    /// What is to be shown now, the newest first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn current(&self, reading: &Reading) -> Result<Vec<Kept<Reminder>>, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let sql = "SELECT document.id FROM reminder JOIN document USING(record)
             WHERE reminder.withdrawn = 0 AND reminder.at <= ?1 AND (reminder.until IS NULL OR reminder.until > ?1)
             ORDER BY reminder.at DESC, document.id DESC";
        let found = self.0.read(|store| Ok(store.ids(sql, &[&now.millis()])?))?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }
}

impl Duties<'_> {
    /// Saves who answers for an area's alerts for a while.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::RoleUnknown`] for who may not.
    pub fn save(&self, record: &Duty, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.0.save_for_town(&writing.into(), &record.clone().into())
    }

    /// Saves what was changed of a duty.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: DocumentId,
        before: &Duty,
        after: &Duty,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id, &before.clone().into(), &after.clone().into())
    }

    /// One duty.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn get(&self, id: DocumentId) -> Result<Option<Kept<Duty>>, ReplicaError> {
        self.0.get_one(id, duty)
    }

    /// Who is on duty for an area now, as alerts are routed: by its own roster, else that of the nearest area above that
    /// has somebody on duty. The town's roster is the station's, and is asked for as the town's alone.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn on(&self, reading: &Reading, area: AreaId) -> Result<Vec<Kept<Duty>>, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        // Whoever has left is on no duty any more.
        let sql = "SELECT document.id FROM duty JOIN document USING(record)
             WHERE duty.area = ?1 AND duty.until > ?2 AND duty.\"from\" <= ?2 AND duty.cancelled = 0
             AND EXISTS (SELECT 1 FROM document AS who JOIN person USING(record)
                         WHERE who.id = duty.person AND person.left = 0)
             ORDER BY duty.\"from\", document.id";
        let found = self.0.read(|store| {
            let mut above = role::above(store, area)?;
            if above.len() > 1 {
                above.pop();
            }
            for area in above {
                let found = store.ids(sql, &[area.bytes(), &now.millis()])?;
                if !found.is_empty() {
                    return Ok(found);
                }
            }
            Ok(Vec::new())
        })?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }

    /// Duties that are not over and were not called off, the first to begin first.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn list(&self, reading: &Reading, part: Part) -> Result<Vec<Kept<Duty>>, ReplicaError> {
        let now = self.0.corrected(reading)?.time;
        let sql = "SELECT document.id FROM duty JOIN document USING(record)
             WHERE duty.until > ?1 AND duty.cancelled = 0 ORDER BY duty.\"from\", document.id LIMIT ?2 OFFSET ?3";
        let found = self.0.read(|store| Ok(store.ids(sql, &[&now.millis(), &part.take, &part.skip])?))?;
        found.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }
}

impl Routings<'_> {
    /// Saves where alerts of a level go first from now on; it goes before what was set for the level.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::RoleUnknown`] for who may not.
    pub fn save(&self, record: &Routing, writing: impl Into<Writing>) -> Result<DocumentId, ReplicaError> {
        self.0.save_for_town(&writing.into(), &record.clone().into())
    }

    /// Saves what was changed of a setting.
    ///
    /// # Errors
    /// [`ReplicaError::Invalid`] where it does not hold together, [`ReplicaError::NotFound`].
    pub fn edit(
        &self,
        id: DocumentId,
        before: &Routing,
        after: &Routing,
        writing: impl Into<Writing>,
    ) -> Result<bool, ReplicaError> {
        self.0.save_edit(&writing.into(), id, &before.clone().into(), &after.clone().into())
    }

    /// What the town has set for a level; none where it goes by what is built into the server.
    ///
    /// # Errors
    /// [`ReplicaError::Revoked`], or when the store cannot be read.
    pub fn of(&self, level: &Level) -> Result<Option<Kept<Routing>>, ReplicaError> {
        let sql = format!(
            "SELECT document.id FROM routing JOIN document USING(record) WHERE routing.level = ?1
             ORDER BY {LAST_FIRST} LIMIT 1"
        );
        let found = self.0.read(|store| Ok(store.ids(&sql, &[&level.to_string()])?))?;
        found.first().map_or(Ok(None), |id| self.0.get_one(*id, routing))
    }
}
