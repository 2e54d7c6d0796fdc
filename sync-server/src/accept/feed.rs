//! The page of an answer, and the cursor after it.
//!
//! Floor: accept. Invariant: the cursor never passes something that the phone has not been sent.

use std::collections::HashMap;

use qiaomen_core::protocol::limits::MAX_PAGE_DOCUMENTS;
use qiaomen_core::protocol::{Cursor, ExchangeRequest, Gained};
use qiaomen_core::record::Scope;

use super::{AcceptError, Answer, page_bytes};
use crate::store::{DeviceRecord, PageWanted, Pair, Store};

pub(super) fn fill(
    store: &dyn Store,
    device: &DeviceRecord,
    request: &ExchangeRequest<'_>,
    own_too: bool,
    scopes: &[Scope],
    answer: &mut Answer,
) -> Result<(), AcceptError> {
    let cursor = &request.cursor;
    // The first of a scope's entries counts; those of scopes not held are passed over.
    let mut gained: Vec<Gained> = Vec::new();
    let mut pair_of: HashMap<Scope, usize> = HashMap::new();
    let mut pairs = vec![Pair { base: cursor.base, at: cursor.at.max(cursor.base), gained: false }];
    for entry in &cursor.gained {
        if scopes.binary_search(&entry.scope).is_ok() && !pair_of.contains_key(&entry.scope) {
            pair_of.insert(entry.scope, pairs.len());
            pairs.push(Pair { base: entry.base, at: entry.at.max(entry.base), gained: true });
            gained.push(*entry);
        }
    }
    let page = store.page(&PageWanted {
        device: device.id,
        own_too,
        scopes: scopes.iter().map(|scope| (*scope, pair_of.get(scope).copied().unwrap_or(0))).collect(),
        pairs: pairs.clone(),
        bytes: page_bytes(request),
        documents: MAX_PAGE_DOCUMENTS,
    })?;
    let size = page.log.size;
    let place = |at: usize| -> (u64, u64, bool) {
        let pair = pairs.get(at).copied().unwrap_or(Pair { base: 0, at: 0, gained: false });
        if page.exhausted.get(at) == Some(&true) {
            (size, size, true)
        } else {
            (pair.base, pair.at.max(page.cut.unwrap_or(0)), false)
        }
    };
    let (base, at, main_done) = place(0);
    let mut more = !main_done;
    let mut still: Vec<Gained> = Vec::new();
    for (index, entry) in gained.iter().enumerate() {
        let (base, at, done) = place(index + 1);
        more |= !done;
        if !(done && main_done) {
            still.push(Gained { scope: entry.scope, base, at });
        }
    }
    answer.cursor = Cursor { base, at, log: page.log, gained: still };
    answer.more = more;
    answer.page = Some(page);
    Ok(())
}
