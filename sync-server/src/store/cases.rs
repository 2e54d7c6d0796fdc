//! What intake and supervision read of alerts, case files and the people they may be about: plain data.
//!
//! Floor: store. Invariant: nothing here knows how it is kept.

use qiaomen_core::document::ChangeHash;
use qiaomen_core::projection::{Cell, Table, record_of};
use qiaomen_core::record::{AlertId, DocumentId, HouseholdId, PersonId, Record, ResidentId, Role, Scope, Time};

use super::StoreError;

/// Whom alerts are looked for about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// A resident.
    pub resident: Option<ResidentId>,
    /// A door.
    pub household: Option<HouseholdId>,
    /// A telephone's digits.
    pub telephone: Option<String>,
}

/// Which case files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseSet {
    /// All there are.
    All,
    /// Those of alerts that are marked as open.
    Open,
    /// That of one alert.
    One(AlertId),
}

/// One record of a case file, as its row tells it.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// The alert.
    pub alert: AlertId,
    /// The document.
    pub document: DocumentId,
    /// Who wrote it.
    pub author: PersonId,
    /// In which role.
    pub role: Role,
    /// Its acceptance number.
    pub acceptance: u64,
    /// When it arrived.
    pub arrival: Time,
    /// The hash of its first change, where it bears on whose the alert is.
    pub first: ChangeHash,
    /// Whether it was sent again after a restore, where it bears on whose the alert is.
    pub healed: bool,
    /// Its table.
    pub table: &'static Table,
    /// Its row.
    pub cells: Vec<Cell>,
}

impl CaseRow {
    /// The record, as much of it as the row tells; none where it lacks what it must have.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        record_of(self.table, &self.cells)
    }
}

/// What is done with each row of which some columns are read.
pub type EachCells<'f> = &'f mut dyn FnMut(&CellRow, &[Cell]) -> Result<(), StoreError>;

/// What a store knows of the document of a row of which some columns are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellRow {
    /// The document.
    pub document: DocumentId,
    /// The part, in a table of parts.
    pub part: Option<[u8; 16]>,
    /// Where it lies.
    pub scope: Scope,
    /// Who wrote it.
    pub author: PersonId,
    /// In which role.
    pub role: Role,
    /// Its acceptance number.
    pub acceptance: u64,
    /// When its first change arrived.
    pub arrival: Time,
}

/// The key of a system that sends alerts, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationKey {
    /// Its number.
    pub number: u64,
    /// As whom it writes.
    pub person: PersonId,
    /// When it was made.
    pub created: Time,
    /// By whom.
    pub created_by: PersonId,
    /// When it was revoked.
    pub revoked: Option<Time>,
    /// When it was last used, a while ago at most.
    pub seen: Option<Time>,
}
