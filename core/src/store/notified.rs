//! What was told already, and what there is to tell of: rows only, no document is opened for it.
//!
//! Floor: store. Invariants: a key that was told stays for as long as what it is about may be told; custody read from
//! rows is what the documents say.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, params};

use super::{Store, StoreError, meta};
use crate::notice::{NoticeKey, RefusedNow, ReminderNow, ReviewNow, Said};
use crate::playbook::{Event, What};
use crate::record::word::Word;
use crate::record::{AlertId, DocumentId, PersonId, ReviewState, Role, Time};

/// When it was first asked what there is to tell.
const SINCE: &str = "notices_since";

/// Something said about an alert.
pub(crate) type OfAlert = (AlertId, Said);

fn said(row: &Row<'_>) -> rusqlite::Result<Option<OfAlert>> {
    let alert: Option<[u8; 16]> = row.get(0)?;
    let (by, at): (Option<[u8; 16]>, Option<i64>) = (row.get(2)?, row.get(3)?);
    let (Some(alert), Some(by), Some(at)) = (alert, by, at) else { return Ok(None) };
    let document = DocumentId::from_bytes(row.get(1)?);
    let said = Said { document, by: PersonId::from_bytes(by), at: Time::from_millis(at) };
    Ok(Some((AlertId::from_bytes(alert), said)))
}

impl Store {
    /// Since when it has been asked what there is to tell; from `now` on if nobody asked before.
    pub(crate) fn noticing_since(&self, now: Time) -> Result<Time, StoreError> {
        if let Some(since) = meta::get(&self.connection, SINCE)? {
            return Ok(since);
        }
        meta::set(&self.connection, SINCE, &now)?;
        Ok(now)
    }

    /// Everything that was told.
    pub(crate) fn told(&self) -> Result<BTreeSet<NoticeKey>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT key FROM notified")?;
        let found = statement.query_map([], |row| row.get(0).map(NoticeKey::new))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Notes that these were told, and forgets what was told before `sweep`.
    pub(crate) fn tell<'k>(
        &mut self,
        keys: impl Iterator<Item = (&'k NoticeKey, Time)>,
        sweep: Option<Time>,
    ) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for (key, at) in keys {
            transaction
                .prepare_cached("INSERT OR IGNORE INTO notified(key, at) VALUES(?, ?)")?
                .execute(params![key.as_str(), at.millis()])?;
        }
        if let Some(sweep) = sweep {
            transaction.prepare_cached("DELETE FROM notified WHERE at < ?")?.execute([sweep.millis()])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// What bears on whose these alerts are, by alert.
    pub(crate) fn custody_events(
        &self,
        wanted: &dyn Fn(AlertId) -> bool,
    ) -> Result<BTreeMap<AlertId, Vec<Event>>, StoreError> {
        let mut events: BTreeMap<AlertId, Vec<Event>> = BTreeMap::new();
        let mut add = |row: &Row<'_>, what: fn(Option<[u8; 16]>) -> Option<What>| -> rusqlite::Result<()> {
            let Some((alert, Said { document, by, at })) = said(row)?.filter(|(alert, _)| wanted(*alert)) else {
                return Ok(());
            };
            let role: Option<String> = row.get(4)?;
            let (Some(role), Some(what)) = (role, what(row.get(6)?)) else { return Ok(()) };
            let sent: Option<i64> = row.get(7)?;
            events.entry(alert).or_default().push(Event {
                person: by,
                role: Role::from_word(&role),
                document,
                acceptance: row.get::<_, Option<i64>>(5)?.map(i64::cast_unsigned),
                healed: false,
                change_hash: [0; 32],
                at: sent.map_or(at, |sent| at.max(Time::from_millis(sent))),
                what,
            });
            Ok(())
        };
        let mut read = |table: &str, column: &str, join: &str, sent: &str, what| -> Result<(), StoreError> {
            let sql = format!(
                "SELECT fact.alert, document.id, document.author, fact.at, document.role, document.acceptance,
                   fact.\"{column}\", {sent} FROM \"{table}\" AS fact JOIN document USING(record) {join}"
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                add(row, what)?;
            }
            Ok(())
        };
        let join = "LEFT JOIN first_sent ON first_sent.receipt = document.id";
        read("receipt", "offer", join, "first_sent.at", |offer| {
            Some(What::Taken { offer: offer.map(DocumentId::from_bytes) })
        })?;
        read("hand_over", "to", "", "NULL", |id| Some(What::Offered { to: PersonId::from_bytes(id?) }))?;
        read("take_back", "offer", "", "NULL", |id| Some(What::TakenBack { offer: DocumentId::from_bytes(id?) }))?;
        read("custody_decision", "owner", "", "NULL", |id| Some(What::Decided { owner: PersonId::from_bytes(id?) }))?;
        for of in events.values_mut() {
            self.tell_apart(of)?;
        }
        Ok(events)
    }

    /// What decides between events of one number, which only a restored server gives twice, stands in the documents.
    fn tell_apart(&self, events: &mut [Event]) -> Result<(), StoreError> {
        let mut numbers: Vec<u64> = events.iter().filter_map(|event| event.acceptance).collect();
        numbers.sort_unstable();
        let twice: Vec<u64> = numbers.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        for event in events.iter_mut().filter(|event| event.acceptance.is_some_and(|it| twice.contains(&it))) {
            if let Some((change, healed)) = self.first_change(event.document)? {
                (event.change_hash, event.healed) = (*change.bytes(), healed);
            }
        }
        Ok(())
    }

    fn said(&self, sql: &str, bound: impl rusqlite::Params) -> Result<Vec<OfAlert>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map(bound, said)?.collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Who entered each alert, and when it came.
    pub(crate) fn entered(&self) -> Result<Vec<OfAlert>, StoreError> {
        let sql = "SELECT document.id, document.id, document.author, coalesce(document.arrival, alert.entered)
             FROM alert JOIN document USING(record)";
        self.said(sql, [])
    }

    /// The sendings of somebody.
    pub(crate) fn sendings_of(&self, person: PersonId) -> Result<Vec<OfAlert>, StoreError> {
        let sql = "SELECT sending.alert, document.id, document.author, sending.at
             FROM sending JOIN document USING(record) WHERE sending.person = ?";
        self.said(sql, [person.bytes()])
    }

    /// What was said about alerts since.
    pub(crate) fn comments_since(&self, since: Time) -> Result<Vec<OfAlert>, StoreError> {
        let sql = "SELECT comment.alert, document.id, document.author, comment.at
             FROM comment JOIN document USING(record) WHERE comment.at >= ?";
        self.said(sql, [since.millis()])
    }

    /// What was refused.
    pub(crate) fn refusals(&self) -> Result<Vec<RefusedNow>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT document, at FROM quarantine")?;
        let found = statement.query_map([], |row| {
            Ok(RefusedNow { document: DocumentId::from_bytes(row.get(0)?), at: Time::from_millis(row.get(1)?) })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The review that counts of each record that somebody wrote.
    pub(crate) fn reviews_of(&self, author: PersonId) -> Result<Vec<ReviewNow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT review.\"of\", document.id, document.author, review.at, review.state, review.comment
             FROM review JOIN document USING(record) JOIN document AS judged ON judged.id = review.\"of\"
             WHERE judged.author = ? ORDER BY document.acceptance IS NULL, document.acceptance, document.id",
        )?;
        let mut rows = statement.query([author.bytes()])?;
        let mut last = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (Some((of, said)), Some(state)) = (said(row)?, row.get::<_, Option<String>>(4)?) else { continue };
            let of = DocumentId::from_bytes(*of.bytes());
            let state = ReviewState::from_word(&state);
            last.insert(of, ReviewNow { said, of, state, comment: row.get(5)? });
        }
        Ok(last.into_values().collect())
    }

    /// Reminders that were not taken back.
    pub(crate) fn reminders(&self) -> Result<Vec<ReminderNow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT document.id, document.id, document.author, reminder.at, reminder.until
             FROM reminder JOIN document USING(record) WHERE NOT reminder.withdrawn",
        )?;
        let found = statement.query_map([], |row| {
            let until: Option<i64> = row.get(4)?;
            Ok(said(row)?.map(|(_, said)| ReminderNow { said, until: until.map(Time::from_millis) }))
        })?;
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}
