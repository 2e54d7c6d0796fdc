//! What phones send is judged here, and what they lack is put together: gate, verify, authorise, merge, project.
//!
//! Floor: below `author`, `town` and `api`, above `access` and `store`; knows nothing of HTTP, tokio or
//! clocks. Invariants: nothing is answered accepted before it is on the disk; the first verdict for a change
//! is kept and repeated whatever has changed since; repeating any request changes nothing; a decision is
//! taken only on what still stands when it is written.

mod batch;
mod decide;
mod enrol;
mod feed;
mod hold;
mod incoming;
mod judge;
mod judged;
mod moves;
mod reviews;
mod salvage;

use qiaomen_core::identity::{self, DeviceKey};
use qiaomen_core::protocol::limits::{MAX_GAINED, MAX_POINTS, PAGE_BYTES};
use qiaomen_core::protocol::{
    Code, CommonAnswer, CommonRequest, Cursor, Entry, ExchangeAnswer, ExchangeRequest, FirstSent, Later, Page,
    PageDocument, Point, Run, ScopesDigest, Sealed, VERSION, WireError,
};
use qiaomen_core::record::{DocumentId, Scope, Time};

use crate::access;
use crate::store::{DeviceRecord, PageRead, Store, StoreError};

pub use batch::{Submitted, submit};
pub use enrol::{Welcome, enrol};
pub(crate) use hold::may_decide;
pub use hold::{Decided, decide_held, sweep};
pub use salvage::salvage;

/// Why a request was not taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AcceptError {
    /// The request cannot be answered; the code says why.
    #[error("{}", .0.title())]
    Rejected(Code),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AcceptError {
    /// The code that travels.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Rejected(code) => *code,
            Self::Store(StoreError::Busy | StoreError::Conflict) => Code::Busy,
            Self::Store(_) => Code::Unexpected,
        }
    }
}

/// What the server says in one exchange, with the bytes it owns.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The server's clock.
    pub now: Time,
    /// Verdicts on the batch.
    pub verdicts: Vec<Run>,
    /// Verdicts that followed a hold.
    pub later: Vec<Later>,
    /// The scopes held now, where the phone's digest was not theirs.
    pub scopes: Option<Vec<Scope>>,
    /// What the phone lacks, or a part of it.
    pub page: Option<PageRead>,
    /// Where the phone is then.
    pub cursor: Cursor,
    /// Whether there is more to fetch at once.
    pub more: bool,
    /// Whether the server does not know the cursor's root at its size.
    pub diverged: bool,
    /// The log as it is now, where the phone's cursor had another.
    pub seal: Option<Sealed>,
    /// The number of the device's newest later verdict, and how many of its changes are held.
    pub waiting: (u64, u64),
    /// The base that the request named; 0 while its phone heals.
    pub base: u64,
    /// Whether anything was written, so that others should look.
    pub wrote: bool,
    /// When the alerts of receipts were first sent to the devices that wrote those.
    pub first_sent: Vec<FirstSent>,
    /// The number of the test that this answer is, where it wakes a phone to prove that it can be woken.
    pub woken: Option<u64>,
}

impl Answer {
    /// Whether a phone that can wait may as well wait: there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let nothing = |page: &PageRead| page.documents.is_empty() && page.left.is_empty();
        self.verdicts.is_empty()
            && self.later.is_empty()
            && self.scopes.is_none()
            && self.page.as_ref().is_none_or(nothing)
            && !self.more
            && !self.diverged
    }

    /// The answer as it travels.
    #[must_use]
    pub fn wire(&self) -> ExchangeAnswer<'_> {
        ExchangeAnswer {
            version: VERSION,
            now: self.now,
            verdicts: self.verdicts.clone(),
            later: self.later.clone(),
            scopes: self.scopes.clone(),
            page: self.page.as_ref().map(wire_page),
            cursor: self.cursor.clone(),
            more: self.more,
            diverged: self.diverged,
            seal: self.seal,
            later_top: self.waiting.0,
            held: self.waiting.1,
            first_sent: self.first_sent.clone(),
            woken: self.woken,
        }
    }

    /// The answer's bytes.
    ///
    /// # Errors
    /// [`WireError::Encode`].
    pub fn encode(&self) -> Result<Vec<u8>, WireError> {
        qiaomen_core::protocol::encode(&self.wire())
    }
}

fn wire_page(page: &PageRead) -> Page<'_> {
    Page {
        actors: page.actors.clone(),
        documents: page
            .documents
            .iter()
            .map(|part| PageDocument {
                id: part.id,
                scope: part.scope,
                epoch: part.epoch,
                entries: part
                    .entries
                    .iter()
                    .map(|entry| Entry {
                        sequence: entry.sequence,
                        acceptance: (entry.acceptance != entry.sequence).then_some(entry.acceptance),
                        arrival: entry.arrival,
                        bytes: &entry.bytes,
                    })
                    .collect(),
            })
            .collect(),
        left: page.left.clone(),
    }
}

/// One exchange with a device that has shown its token.
///
/// # Errors
/// [`AcceptError::Rejected`] where the request as a whole cannot be taken in; [`AcceptError::Store`].
pub fn exchange(
    store: &dyn Store,
    device: &DeviceRecord,
    request: &ExchangeRequest<'_>,
    key: &DeviceKey,
    now: Time,
) -> Result<Answer, AcceptError> {
    if request.version != VERSION {
        return Err(AcceptError::Rejected(Code::VersionUnsupported));
    }
    if request.cursor.gained.len() > MAX_GAINED {
        return Err(AcceptError::Rejected(Code::TooMany));
    }
    if let Some(batch) = &request.batch {
        incoming::check_sizes(batch)?;
    }
    // Read again: a poll may have waited since the token was looked up.
    let device = &match store.device(device.id)? {
        None => return Err(AcceptError::Rejected(Code::SignedOut)),
        Some(device) if device.revoked.is_some() => return Err(AcceptError::Rejected(Code::Revoked)),
        Some(device) => device,
    };
    // Who left has no device any more; what it had not sent can be handed in.
    if store.standing(device.person)?.left {
        return Err(AcceptError::Rejected(Code::Revoked));
    }
    let mut answer = Answer {
        now,
        verdicts: Vec::new(),
        later: Vec::new(),
        scopes: None,
        page: None,
        cursor: request.cursor.clone(),
        more: false,
        diverged: false,
        seal: None,
        waiting: (0, 0),
        base: 0,
        wrote: false,
        first_sent: Vec::new(),
        woken: None,
    };
    let mut receipts = Vec::new();
    if !knows(store, request.cursor.log)? {
        answer.diverged = true;
        return Ok(answer);
    }
    let claims = claims(store, device, request, key)?;
    answer.base = claims.base(&request.cursor);
    if let Some(batch) = &request.batch {
        let submitted = submit(store, device, batch, &request.cursor, claims, now)?;
        answer.verdicts = Run::pack(&submitted.verdicts);
        answer.wrote = submitted.wrote;
        receipts = submitted.receipts;
    }
    answer.later = store.later(device.id, request.later_seen, page_bytes(request))?;
    answer.waiting = store.waiting(device.id)?;
    let scopes = access::scopes_of(store, device.person)?;
    if ScopesDigest::of(&scopes) != request.scopes {
        answer.scopes = Some(scopes);
        // What was just accepted lies below the point that the phone keeps: a restore is noticed by it.
        answer.cursor.log = store.log()?;
        answer.seal = sealed(store, request, key)?;
        deliver(store, device, &mut answer, receipts)?;
        return Ok(answer);
    }
    // A phone put back from an old backup lacks what it wrote since; one that heals puts it back itself.
    let own_too = !claims.healing && request.cursor.base < device.base;
    feed::fill(store, device, request, own_too, &scopes, &mut answer)?;
    answer.seal = sealed(store, request, key)?;
    deliver(store, device, &mut answer, receipts)?;
    Ok(answer)
}

/// Notes which alerts the answer brings to its device, and adds when those of the receipts in it, and of `receipts`,
/// were first sent to theirs. A receipt counts no earlier than that.
fn deliver(
    store: &dyn Store,
    device: &DeviceRecord,
    answer: &mut Answer,
    mut receipts: Vec<DocumentId>,
) -> Result<(), StoreError> {
    let mut alerts = Vec::new();
    for part in answer.page.iter().flat_map(|page| &page.documents) {
        match part.scope {
            Scope::CaseFile(alert) if DocumentId::from(alert) == part.id => alerts.push(alert),
            Scope::CaseFile(_) => receipts.push(part.id),
            _ => {}
        }
    }
    if !alerts.is_empty() {
        store.deliver(device.id, &alerts, answer.now)?;
    }
    receipts.extend(answer.later.iter().map(|later| later.document));
    if !receipts.is_empty() {
        answer.first_sent = store.first_sent(&receipts)?;
    }
    Ok(())
}

/// The log as it is now with the server's word for it, unless the phone's cursor says the same.
fn sealed(store: &dyn Store, request: &ExchangeRequest<'_>, key: &DeviceKey) -> Result<Option<Sealed>, StoreError> {
    let log = store.log()?;
    Ok((log.size > 0 && log != request.cursor.log).then(|| identity::seal(key, log)))
}

/// Which acceptance numbers the request's changes may claim: those above its cursor's point up to a later
/// one for which this server once gave its word, and which it knows no longer. Without a restore there is no
/// such point, so that nobody can give themselves an earlier number.
///
/// Nor does a device whose base has passed that point put anything back: what it lost then it has put back.
fn claims(
    store: &dyn Store,
    device: &DeviceRecord,
    request: &ExchangeRequest<'_>,
    key: &DeviceKey,
) -> Result<Claims, StoreError> {
    let Some(lost) = &request.lost else { return Ok(Claims::default()) };
    if identity::verify_seal(&key.public(), lost).is_err() || knows(store, lost.point)? {
        return Ok(Claims::default());
    }
    let above = request.cursor.log.size;
    Ok(Claims { above, up_to: if device.base <= above { lost.point.size } else { 0 }, healing: true })
}

/// Acceptance numbers that may be claimed; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Numbers above this.
    pub above: u64,
    /// Up to this one.
    pub up_to: u64,
    /// Whether the phone shows that the server forgot something it had.
    pub healing: bool,
}

impl Claims {
    pub(crate) const fn allow(self, number: u64) -> bool {
        self.above < number && number <= self.up_to
    }

    /// The base that counts as seen from a device: what it names while it heals does not.
    fn base(self, cursor: &Cursor) -> u64 {
        if self.healing { 0 } else { cursor.base.min(cursor.log.size) }
    }
}

fn page_bytes(request: &ExchangeRequest<'_>) -> usize {
    usize::try_from(request.page_bytes.clamp(*PAGE_BYTES.start(), *PAGE_BYTES.end())).unwrap_or(usize::MAX)
}

/// Whether the log had this root at this size. Everybody knows the empty log.
fn knows(store: &dyn Store, point: Point) -> Result<bool, StoreError> {
    Ok(point.size == 0 || store.root_at(point.size)? == Some(point.root))
}

/// After `diverged`: the newest of a phone's points that the server has.
///
/// # Errors
/// [`AcceptError::Rejected`] where the request cannot be taken in; [`AcceptError::Store`].
pub fn common(store: &dyn Store, request: &CommonRequest) -> Result<CommonAnswer, AcceptError> {
    if request.version != VERSION {
        return Err(AcceptError::Rejected(Code::VersionUnsupported));
    }
    if request.points.len() > MAX_POINTS {
        return Err(AcceptError::Rejected(Code::TooMany));
    }
    let mut points: Vec<Point> = request.points.iter().copied().filter(|point| point.size > 0).collect();
    points.sort_unstable_by_key(|point| std::cmp::Reverse(point.size));
    for point in points {
        if knows(store, point)? {
            return Ok(CommonAnswer { version: VERSION, common: Some(point) });
        }
    }
    Ok(CommonAnswer { version: VERSION, common: None })
}
