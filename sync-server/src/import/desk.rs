//! Where a file is worked through: who may, what is there, what it comes to, and the writing of it.
//!
//! Floor: sync-server, import. Invariants: in a preview nothing is written; what is about to be written is noted
//! before it is, and what was learnt after; so many records at a time, so that no file is held whole.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use qiaomen_core::playbook::Books;
use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::random::{self, Random};
use qiaomen_core::record::{AlertId, AreaId, DocumentId, Kind, Level, Record, Scope, Time, Value, Zone};

use super::compare::{self, Chosen, Compared, Fate, Part, Present, Say};
use super::places;
use super::table::{Aside, BadRow};
use super::{Clash, Counts, Duplicate, ImportError, Noun, Progress, Report, Request, Twin};
use crate::access::{self, Asker, SYSTEM};
use crate::author::{Author, Draft, Written};
use crate::command::open::refused;
use crate::store::{IdentityNumber, ImportEntry, Learnt, NewImport, Remembered, Standing, Store, StoreError};
use crate::town::Town;

/// How many records are written at a time: fewer than what the author sends at once.
const BATCH: usize = 500;

/// The store's name of the key under which ID numbers are hashed.
const IDENTITY_KEY: &str = "identity_key";

/// A record to be written, with what is learnt by it.
#[derive(Default)]
pub(super) struct Planned {
    row: u64,
    draft: Option<Draft>,
    entries: Vec<ImportEntry>,
    memory: Vec<Remembered>,
    pub(super) identities: Vec<IdentityNumber>,
    pub(super) keys: Vec<(String, DocumentId)>,
    made: bool,
}

struct Writer {
    author: Author,
    digest: [u8; 32],
    id: Option<u64>,
    batch: Vec<Planned>,
    written: u64,
}

pub(super) struct Desk<'a> {
    pub(super) town: &'a Town,
    pub(super) now: Time,
    pub(super) random: &'a mut dyn Random,
    pub(super) areas: places::Places,
    pub(super) books: Arc<Books>,
    pub(super) identity_key: [u8; 32],
    request: &'a Request,
    progress: &'a mut dyn FnMut(Progress),
    standing: Standing,
    allowed: HashMap<(Kind, AreaId), bool>,
    denied: (u64, u64),
    writer: Option<Writer>,
    report: Report,
    taken: BTreeSet<(u64, String)>,
    /// How many duplicates were found while the file was read.
    read_twins: usize,
    /// The rows that duplicates are listed for.
    twins: HashSet<u64>,
    compared: u64,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        town: &'a Town,
        request: &'a Request,
        now: Time,
        random: &'a mut dyn Random,
        progress: &'a mut dyn FnMut(Progress),
    ) -> Result<Self, ImportError> {
        let identity_key = match town.store().meta(IDENTITY_KEY)? {
            Some(key) => key,
            // A preview writes nothing, and nothing can have been kept under another key.
            None if !request.apply => random::bytes::<32>(random).to_vec(),
            None => town.store().meta_once(IDENTITY_KEY, &random::bytes::<32>(random))?,
        };
        let identity_key = identity_key.try_into().map_err(|_| StoreError::Damaged("the key of ID numbers"))?;
        Ok(Self {
            town,
            now,
            random,
            areas: places::Places::new(town.areas()?),
            books: town.books()?,
            identity_key,
            request,
            progress,
            standing: town.store().standing(request.by)?,
            allowed: HashMap::new(),
            denied: (0, 0),
            writer: None,
            report: Report {
                id: None,
                noun: request.noun,
                rows: 0,
                records: Counts::default(),
                residents: Counts::default(),
                duplicates: Vec::new(),
                clashes: Vec::new(),
                bad: Vec::new(),
                levels: Vec::new(),
                applied: false,
                ignored: (Vec::new(), Vec::new()),
            },
            taken: BTreeSet::new(),
            read_twins: 0,
            twins: HashSet::new(),
            compared: 0,
        })
    }

    pub(super) fn zone(&self) -> &'a Zone {
        self.town.zone()
    }

    pub(super) fn store(&self) -> &'a dyn Store {
        &**self.town.store()
    }

    // ---- reading

    /// One more row of data, good or bad.
    pub(super) fn count_row(&mut self) {
        self.report.rows += 1;
        if self.report.rows.is_multiple_of(1_000) {
            (self.progress)(Progress::Read(self.report.rows));
        }
    }

    pub(super) fn aside(&mut self, aside: Aside) {
        self.report.ignored = (aside.ignored, aside.sheets);
    }

    /// The file has been read to its end.
    pub(super) fn have_read(&mut self) {
        self.read_twins = self.report.duplicates.len();
    }

    /// A row that cannot be taken; while writing it is known already.
    pub(super) fn bad(&mut self, bad: BadRow) {
        if self.writer.is_none() {
            self.report.bad.push(bad);
        }
    }

    /// A row that says what something else says already; once for each row, and the file's own rows first.
    pub(super) fn twin(&mut self, row: u64, of: Twin) {
        if self.twins.insert(row) {
            self.report.duplicates.push(Duplicate { row, of });
        }
    }

    /// A row names another level than its alert was issued with.
    pub(super) fn level(&mut self, row: u64, alert: AlertId, level: Level) {
        // Reading the file twice, once to look and once to write, must not say it twice.
        if !self.report.levels.iter().any(|(have, ..)| *have == row) {
            self.report.levels.push((row, alert, level));
        }
    }

    pub(super) fn clash(&mut self, clash: Clash) {
        self.report.clashes.push(clash);
    }

    /// Whether the file is to count in this row and field.
    pub(super) fn takes(&mut self, row: u64, field: &str) -> bool {
        let choice = (row, field.to_owned());
        let chosen = self.request.take.contains(&choice);
        if chosen {
            self.taken.insert(choice);
        }
        chosen
    }

    // ---- permission

    /// Whether the person may write such a record there; counted for [`is_wholly_denied`](Self::is_wholly_denied).
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn may(&mut self, kind: &Kind, area: Option<AreaId>) -> Result<bool, ImportError> {
        let key = (kind.clone(), area.unwrap_or(super::EVERYWHERE));
        let may = match self.allowed.get(&key) {
            Some(may) => *may,
            None => {
                let may = self.judge(kind, area)?;
                self.allowed.insert(key, may);
                may
            }
        };
        if may {
            self.denied.1 += 1;
        } else {
            self.denied.0 += 1;
        }
        Ok(may)
    }

    fn judge(&mut self, kind: &Kind, area: Option<AreaId>) -> Result<bool, ImportError> {
        let scope = match (kind, area) {
            (Kind::Alert, Some(_)) => Scope::CaseFile(AlertId::fresh(self.now, self.random)),
            (_, Some(grid)) => Scope::Grid(grid),
            (_, None) => Scope::Town,
        };
        let asker = if self.request.by == SYSTEM { Asker::System } else { Asker::Person(&self.standing) };
        Ok(access::may_create_in(self.store(), asker, kind, scope, area)?)
    }

    /// That a row lies where the person may write, or what is wrong with it.
    pub(super) fn permit(
        &mut self,
        kind: &Kind,
        area: AreaId,
        row: u64,
        field: &str,
    ) -> Result<Result<(), BadRow>, ImportError> {
        if self.may(kind, Some(area))? {
            return Ok(Ok(()));
        }
        let reason = "lies where the person that --as names may not write; name somebody else, or leave the row out";
        Ok(Err(BadRow::new(row, field, reason)))
    }

    /// Whether the person may write none of what the file holds.
    pub(super) const fn is_wholly_denied(&self) -> bool {
        self.denied.0 > 0 && self.denied.1 == 0
    }

    // ---- what is there

    /// A record that is there, with what was last read of it.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn present(&self, id: DocumentId) -> Result<Option<Present>, ImportError> {
        Ok(Present::read(self.town, id)?)
    }

    /// The record under a name that a file once gave it.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn called(&self, key: &str) -> Result<Option<DocumentId>, ImportError> {
        Ok(self.store().called(&[key.to_owned()])?.first().map(|(_, id)| *id))
    }

    /// What an area is called.
    pub(super) fn area_name(&self, id: AreaId) -> String {
        let found = self.areas.all.iter().find(|(other, _)| *other == id);
        found.map_or_else(|| id.to_string(), |(_, area)| area.name.clone())
    }

    /// That a record lies in another grid than the file has it in: a clash, unless the file is to count, and then
    /// what moves it.
    pub(super) fn elsewhere(&mut self, row: u64, present: &mut Present, file: AreaId) -> Option<Say> {
        let Scope::Grid(here) = present.stored.scope else { return None };
        if here == file {
            return None;
        }
        if !self.takes(row, "grid") {
            let (here, file) = (self.area_name(here), self.area_name(file));
            self.clash(Clash { row, field: "grid", here, file });
            return None;
        }
        let bytes = |grid: AreaId| Value::Bytes(grid.bytes().as_slice().into());
        // Where it lies stands in no field until it is moved; undoing moves it back there.
        present.fields.set("grid", bytes(here));
        Some(Say::new(row, "grid", "grid", bytes(file)))
    }

    // ---- what it comes to

    /// A record that is new.
    pub(super) fn make(
        &mut self,
        row: u64,
        (id, scope, record): (DocumentId, Scope, Record),
        says: &[Say],
        parts: &[Part],
        also: Planned,
    ) -> Result<(), ImportError> {
        let compared = compare::made(id, row, says, parts);
        let draft = Draft::Create { id, record: Box::new(record), scope };
        self.put(row, Some(draft), compared, Fate::New, also)
    }

    /// A record that is there.
    pub(super) fn meet(
        &mut self,
        row: u64,
        present: &Present,
        says: &[Say],
        (map, parts): (&str, &[Part]),
        also: Planned,
    ) -> Result<(), ImportError> {
        let chosen: &Chosen = &self.request.take;
        let compared = compare::against(present, row, says, (map, parts), chosen);
        if !self.request.take.is_empty() {
            for say in says.iter().chain(parts.iter().flat_map(|part| &part.says)) {
                let choice = (say.row, say.column.to_owned());
                let says = say.how != compare::How::Fixed && !say.value.is_null();
                if says && self.request.take.contains(&choice) {
                    self.taken.insert(choice);
                }
            }
        }
        let mut fate = if compared.changed { Fate::Changed } else { Fate::Unchanged };
        // A role or a place is a field of its record; only a resident counts as somebody.
        if map != "residents" && compared.parts.iter().any(|part| *part != Fate::Unchanged) {
            fate = Fate::Changed;
        }
        if let Err(invalid) = compared.check(present) {
            self.bad(BadRow::invalid(row, &invalid));
            return Ok(());
        }
        let edits = compared.edits.clone();
        let draft = (!edits.is_empty()).then_some(Draft::Edit { id: present.stored.id, edits });
        self.put(row, draft, compared, fate, also)
    }

    fn put(
        &mut self,
        row: u64,
        draft: Option<Draft>,
        compared: Compared,
        fate: Fate,
        also: Planned,
    ) -> Result<(), ImportError> {
        let count = |counts: &mut Counts, fate: Fate| match fate {
            Fate::New => counts.new += 1,
            Fate::Changed => counts.changed += 1,
            Fate::Unchanged => counts.unchanged += 1,
        };
        count(&mut self.report.records, fate);
        if self.request.noun == Noun::Households {
            compared.parts.iter().for_each(|fate| count(&mut self.report.residents, *fate));
        }
        self.report.clashes.extend(compared.clashes);
        self.compared += 1;
        if self.writer.is_none() {
            if self.compared.is_multiple_of(1_000) {
                (self.progress)(Progress::Compared(self.compared));
            }
            return Ok(());
        }
        let planned =
            Planned { row, draft, entries: compared.entries, memory: compared.memory, made: fate == Fate::New, ..also };
        if planned.is_empty() {
            return Ok(());
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        writer.batch.push(planned);
        if writer.batch.len() >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    /// That every choice was one.
    pub(super) fn check_choices(&self) -> Result<(), ImportError> {
        match self.request.take.difference(&self.taken).next() {
            None => Ok(()),
            Some((row, field)) => Err(ImportError::Choice(format!(
                "--take-file {row}:{field}: row {row} says nothing of \"{field}\" that could be taken; \
                 run the import without --take-file to see the clashes"
            ))),
        }
    }

    /// Whether what was found may be written.
    pub(super) const fn may_apply(&self) -> bool {
        self.request.skip_bad || self.report.bad.is_empty()
    }

    // ---- writing

    /// From here on what comes is written.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn begin(&mut self, digest: [u8; 32]) -> Result<(), ImportError> {
        let author = Author::new(self.town, self.request.by, self.now, self.random)?;
        self.writer = Some(Writer { author, digest, id: None, batch: Vec::new(), written: 0 });
        self.report.records = Counts::default();
        self.report.residents = Counts::default();
        self.report.duplicates.truncate(self.read_twins);
        self.twins = self.report.duplicates.iter().map(|twin| twin.row).collect();
        self.report.clashes.clear();
        self.report.applied = true;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn end(&mut self) -> Result<(), ImportError> {
        self.flush()?;
        if let Some(id) = self.writer.as_ref().and_then(|writer| writer.id) {
            self.store().import_end(id, self.now)?;
            self.report.id = Some(id);
        }
        Ok(())
    }

    /// Writes what has come together, where somebody looks for it next.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) fn flush(&mut self) -> Result<(), ImportError> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        if writer.batch.is_empty() {
            return Ok(());
        }
        let store = &**self.town.store();
        let id = match writer.id {
            Some(id) => id,
            None => {
                let new = NewImport {
                    noun: self.request.noun.word(),
                    file: &self.request.name,
                    digest: writer.digest,
                    person: self.request.by,
                    rows: self.report.rows,
                    now: self.now,
                };
                *writer.id.insert(store.import_begin(&new)?)
            }
        };
        let mut batch = std::mem::take(&mut writer.batch);
        let actor = writer.author.actor();
        let mut entries = Vec::new();
        let mut drafts = Vec::new();
        let mut drafted = Vec::new();
        for (at, planned) in batch.iter_mut().enumerate() {
            entries.extend(planned.entries.drain(..).map(|entry| ImportEntry { actor, ..entry }));
            if let Some(draft) = planned.draft.take() {
                drafts.push(draft);
                drafted.push(at);
            }
        }
        store.import_journal(id, &entries)?;
        let mut done = vec![true; batch.len()];
        for (at, written) in drafted.iter().zip(writer.author.write(drafts, self.now, self.random)?) {
            if let Written::Verdict(verdict) = &written
                && !matches!(verdict, Verdict::Accepted { .. })
            {
                done[*at] = false;
                self.report.bad.push(BadRow::new(batch[*at].row, "", refused(verdict)));
            }
        }
        let (mut memory, mut identities, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        let (mut made, mut changed) = (0, 0);
        for (at, planned) in batch.into_iter().enumerate().filter(|(at, _)| done[*at]) {
            made += u64::from(planned.made);
            changed += u64::from(!planned.made && drafted.binary_search(&at).is_ok());
            memory.extend(planned.memory);
            identities.extend(planned.identities);
            keys.extend(planned.keys);
        }
        let learnt = Learnt { memory: &memory, identities: &identities, keys: &keys, made, changed };
        store.import_learn(id, &learnt)?;
        writer.written += made + changed;
        (self.progress)(Progress::Written(writer.written));
        Ok(())
    }

    pub(super) fn into_report(self) -> Report {
        let mut report = self.report;
        report.bad.sort_by_key(|bad| bad.row);
        report.clashes.sort_by(|one, other| (one.row, one.field).cmp(&(other.row, other.field)));
        report.duplicates.sort_by_key(|twin| twin.row);
        report
    }
}

impl Planned {
    fn is_empty(&self) -> bool {
        self.draft.is_none()
            && self.entries.is_empty()
            && self.memory.is_empty()
            && self.identities.is_empty()
            && self.keys.is_empty()
    }
}
