//! Every alert that is not settled, as it stands now: what "today", lists and escalation are answered from.
//!
//! Floor: below `town`, above `store`; knows nothing of HTTP or SQL. Invariants: what is kept is what the rows say now,
//! reckoned by core's playbook as on every phone; nothing that depends on the hour is kept; a settled alert costs
//! nothing until somebody writes into its case file again. All of it can be lost: it is read again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use qiaomen_core::playbook::{
    Books, Case, CaseResult, Custody, Due, DueState, Event, Place, Standing, What, custody, due, standing,
};
use qiaomen_core::record::{Alert, AlertId, DocumentId, PersonId, Record, Role, Time, Zone};

use crate::store::{CaseRow, CaseSet, Store, StoreError};

/// One alert with what is reckoned from its case file.
#[derive(Clone, Debug)]
pub struct OpenCase {
    /// The alert, without its places.
    pub alert: Alert,
    /// Who entered it.
    pub author: PersonId,
    /// When it arrived at the server.
    pub arrival: Time,
    /// What due visits and standing are reckoned from.
    pub case: Case,
    /// Whose it is.
    pub custody: Custody,
    /// Who has looked at it, and when first.
    pub seen: BTreeMap<PersonId, Time>,
    /// Who was offered it or sent, by whom, and when.
    pub offered: Vec<(PersonId, PersonId, Time)>,
    /// Whether a proposal to clear waits for the head or the police.
    pub proposed: Option<Time>,
}

impl OpenCase {
    /// How it stands at `now`.
    #[must_use]
    pub fn standing(&self, zone: &Zone, now: Time) -> Standing {
        standing(&self.case, zone, now)
    }

    /// What is and ever was due at `now`, by the playbook that it was issued under.
    #[must_use]
    pub fn due(&self, books: &Books, zone: &Zone, now: Time) -> Due {
        due(books.of_alert(&self.alert.playbook), &self.case, zone, now)
    }

    /// Whether nothing is left to be done, so that nobody needs to be shown it.
    fn is_settled(&self, books: &Books, zone: &Zone, now: Time) -> bool {
        // When the playbook it was issued under arrives, more may be owed than by the one that stands in for it.
        if !books.knows(&self.alert.playbook) {
            return false;
        }
        let stands = self.standing(zone, now);
        let ended = match stands.result {
            CaseResult::Recalled | CaseResult::Joined => true,
            CaseResult::Cleared => now >= stands.series_ends,
            CaseResult::Running | CaseResult::Lying => false,
        };
        // What a fast clock wrote still comes to count, and nobody writes then.
        let all_counts = self.case.latest() <= now;
        ended
            && all_counts
            && !stands.release_owed
            && !stands.stop_payment_owed
            && self.custody.contests.is_empty()
            && {
                let due = self.due(books, zone, now);
                !due.list.iter().any(|visit| matches!(visit.state, DueState::Open | DueState::Overdue))
            }
    }

    /// The case of these rows, where it does not matter when receipts' alerts were first sent; none without the alert's
    /// own.
    #[must_use]
    pub fn read(rows: Vec<CaseRow>) -> Option<Self> {
        Self::of(rows, &HashMap::new())
    }

    /// The case of these rows; none without the alert's own.
    fn of(rows: Vec<CaseRow>, sent: &HashMap<DocumentId, Time>) -> Option<Self> {
        let mut own = None;
        let mut facts: Vec<(DocumentId, Role, Record)> = Vec::with_capacity(rows.len());
        let (mut events, mut seen, mut offered, mut proposed) = (Vec::new(), BTreeMap::new(), Vec::new(), None);
        for row in rows {
            let Some(record) = row.record() else { continue };
            if let Record::Alert(alert) = record {
                own = Some((alert, row.author, row.arrival));
                continue;
            }
            match &record {
                Record::Seen(one) => {
                    let first = seen.entry(row.author).or_insert(one.at);
                    *first = one.at.min(*first);
                }
                Record::HandOver(one) => offered.push((one.to, row.author, one.at)),
                Record::Sending(one) => offered.push((one.person, row.author, one.at)),
                Record::Proposal(one) => proposed = proposed.max(Some(one.at)),
                _ => {}
            }
            if What::of(&record).is_some() {
                let place = Place {
                    acceptance: Some(row.acceptance),
                    healed: row.healed,
                    change_hash: *row.first.bytes(),
                    sent: sent.get(&row.document).copied(),
                };
                events.extend(Event::by(row.document, (row.author, &row.role), &record, place));
            }
            facts.push((row.document, row.role, record));
        }
        let (alert, author, arrival) = own?;
        let facts = facts.iter().map(|(id, role, fact)| (*id, role, fact));
        let case = Case::from_facts(alert.level.clone(), alert.issued, alert.reached(), facts);
        offered.sort_unstable_by_key(|(person, by, at)| (*at, *person, *by));
        Some(Self { alert, author, arrival, case, custody: custody(&events), seen, offered, proposed })
    }
}

/// Every alert that is not settled.
#[derive(Debug, Default)]
pub struct Board {
    /// Up to where in the log it has read; none before it has read anything.
    upto: Option<u64>,
    cases: BTreeMap<AlertId, OpenCase>,
    /// The alerts that the store has marked as open.
    marked: BTreeSet<AlertId>,
    /// Those written into since the marks were last kept: whichever process took a mark off, they may be open again.
    touched: BTreeSet<AlertId>,
    /// Up to where the store's marks are right.
    kept: u64,
}

/// With so many entries since the marks were last kept, they are kept anew: whoever starts reads what lies behind them.
const MARKS_BEHIND: u64 = 2_000;

/// How often it is tried to keep marks while other processes keep theirs.
const TRIES: usize = 3;

impl Board {
    /// The alerts, by identifier.
    #[must_use]
    pub const fn cases(&self) -> &BTreeMap<AlertId, OpenCase> {
        &self.cases
    }

    /// Reads what has changed since it last looked.
    ///
    /// # Errors
    /// As the store.
    pub fn refresh(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let (size, mut changed) = match self.upto {
            Some(upto) => store.cases_changed(upto)?,
            None => {
                self.kept = store.open_upto()?;
                // What was written since the marks were kept is read by itself, open or not.
                let (size, changed) = store.cases_changed(self.kept)?;
                self.read_all(store)?;
                // Without marks all are read already.
                (size, if self.kept == 0 { Vec::new() } else { changed })
            }
        };
        changed.sort_unstable();
        for alert in changed {
            self.touched.insert(alert);
            let mut rows = Vec::new();
            store.case_rows(CaseSet::One(alert), &mut |row| rows.push(row))?;
            let sent = sent(store, rows.iter())?;
            match OpenCase::of(rows, &sent) {
                Some(case) => self.cases.insert(alert, case),
                None => self.cases.remove(&alert),
            };
        }
        self.upto = Some(size);
        Ok(())
    }

    fn read_all(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        let which = if self.kept == 0 { CaseSet::All } else { CaseSet::Open };
        let mut files: HashMap<AlertId, Vec<CaseRow>> = HashMap::new();
        store.case_rows(which, &mut |row| files.entry(row.alert).or_default().push(row))?;
        let sent = sent(store, files.values().flatten())?;
        if which == CaseSet::Open {
            self.marked = files.keys().copied().collect();
        }
        self.cases =
            files.into_iter().filter_map(|(alert, rows)| OpenCase::of(rows, &sent).map(|case| (alert, case))).collect();
        Ok(())
    }

    /// Puts aside what is settled at `now`, and keeps marks of what is not.
    ///
    /// # Errors
    /// As the store.
    pub fn settle(&mut self, store: &dyn Store, books: &Books, zone: &Zone, now: Time) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            self.refresh(store)?;
            self.cases.retain(|_, case| !case.is_settled(books, zone, now));
            let unmarked = |alert: &&AlertId| !self.marked.contains(alert) || self.touched.contains(alert);
            let open: Vec<AlertId> = self.cases.keys().filter(unmarked).copied().collect();
            let settled: Vec<AlertId> =
                self.marked.iter().filter(|alert| !self.cases.contains_key(alert)).copied().collect();
            let upto = self.upto.unwrap_or(0);
            if open.is_empty() && settled.is_empty() && upto.saturating_sub(self.kept) <= MARKS_BEHIND {
                return Ok(());
            }
            if store.mark_open(&open, &settled, (self.kept, upto))? {
                self.kept = upto;
                self.marked = self.cases.keys().copied().collect();
                self.touched.clear();
                return Ok(());
            }
            // Another process has kept marks meanwhile: it is begun anew, from those.
            *self = Self::default();
        }
        Ok(())
    }
}

/// When the alerts of the receipts among these rows were first sent to the phones that wrote them.
fn sent<'r>(
    store: &dyn Store,
    rows: impl Iterator<Item = &'r CaseRow>,
) -> Result<HashMap<DocumentId, Time>, StoreError> {
    let receipts: Vec<DocumentId> = rows.filter(|row| row.table.name == "receipt").map(|row| row.document).collect();
    if receipts.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store.first_sent(&receipts)?.into_iter().map(|sent| (sent.receipt, sent.at)).collect())
}
