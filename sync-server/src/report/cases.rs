//! Case files as supervisors read them: whose an alert is, how it stands, what is due (Q5, L5, L6, W4).
//!
//! Floor: sync-server, report, above `town`; knows nothing of HTTP, SQL or the command line. Invariants: everything is
//! reckoned from the case file's records by core's `playbook`, as every phone does; nothing of it is stored.

use std::collections::BTreeMap;

use qiaomen_core::document::Document;
use qiaomen_core::dossier::Known;
use qiaomen_core::playbook::{Case, Custody, Due, Event, Place, Playbook, Standing, custody, due, standing};
use qiaomen_core::record::{Alert, AlertId, DocumentId, Header, Record, Scope, Time};

use crate::store::{StoreError, StoredChange, StoredDocument};
use crate::town::Town;

/// One record of a case file.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its columns.
    pub stored: StoredDocument,
    /// Its header.
    pub header: Header,
    /// What it says.
    pub record: Record,
    /// What puts it in its place among others.
    pub place: Place,
}

impl Fact {
    /// The record of these changes; none where this version cannot read it.
    pub(super) fn of(stored: StoredDocument, changes: &[StoredChange]) -> Option<Self> {
        let document = Document::load(changes.iter().map(|change| change.bytes.as_slice())).ok()?;
        let record = document.record().ok()?;
        let first = changes.first()?;
        let place = Place {
            acceptance: Some(stored.acceptance),
            healed: first.sequence != stored.acceptance,
            change_hash: *first.hash.bytes(),
            sent: None,
        };
        Some(Self { header: document.header().clone(), stored, record, place })
    }

    /// The record as dossiers take it.
    pub(crate) fn known(self) -> Known {
        Known {
            id: self.stored.id,
            header: self.header,
            record: self.record,
            acceptance: Some(self.stored.acceptance),
            arrival: Some(self.stored.arrival),
        }
    }
}

/// One alert with everything recorded for it.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The alert.
    pub id: AlertId,
    /// What it says.
    pub alert: Alert,
    /// Its columns and header.
    pub own: Fact,
    /// Everything else in the case file, in the order of the scope's feed.
    pub facts: Vec<Fact>,
    /// What is reckoned from them.
    case: Case,
    /// The playbook that it is reckoned by.
    playbook: Playbook,
    /// Whether that is not the one it was issued under, as this server does not know that one.
    pub playbook_unknown: bool,
}

impl CaseFile {
    /// The case file of an alert; none where there is no such alert.
    ///
    /// # Errors
    /// As the store.
    pub fn read(town: &Town, id: AlertId) -> Result<Option<Self>, StoreError> {
        let (mut own, mut facts) = (None, Vec::new());
        let lying = town.store().lying_in(Scope::CaseFile(id))?;
        let documents: Vec<DocumentId> = lying.iter().map(|(stored, _)| stored.id).collect();
        let sent: BTreeMap<DocumentId, Time> =
            town.store().first_sent(&documents)?.into_iter().map(|sent| (sent.receipt, sent.at)).collect();
        for (stored, changes) in lying {
            let is_own = stored.id == id.into();
            let fact = Fact::of(stored, &changes).map(|fact| {
                let sent = sent.get(&fact.stored.id).copied();
                Fact { place: Place { sent, ..fact.place }, ..fact }
            });
            match fact {
                Some(fact) if is_own => own = Some(fact),
                Some(fact) => facts.push(fact),
                None => {}
            }
        }
        let books = town.books()?;
        Ok(own.and_then(|own| match own.record.clone() {
            Record::Alert(alert) => {
                let of = facts.iter().map(|fact| (fact.stored.id, &fact.header, &fact.record));
                let case = Case::from_records(&alert, of);
                let playbook = books.of_alert(&alert.playbook).clone();
                let playbook_unknown = !books.knows(&alert.playbook);
                Some(Self { id, alert, own, facts, case, playbook, playbook_unknown })
            }
            _ => None,
        }))
    }

    /// Whose it is.
    #[must_use]
    pub fn custody(&self) -> Custody {
        let events: Vec<Event> = self
            .facts
            .iter()
            .filter_map(|fact| Event::of(fact.stored.id, &fact.header, &fact.record, fact.place))
            .collect();
        custody(&events)
    }

    /// How it stands at `now`.
    #[must_use]
    pub fn standing(&self, town: &Town, now: Time) -> Standing {
        standing(&self.case, town.zone(), now)
    }

    /// What is and ever was due at `now`, by the playbook that it was issued under.
    #[must_use]
    pub fn due(&self, town: &Town, now: Time) -> Due {
        due(&self.playbook, &self.case, town.zone(), now)
    }
}
