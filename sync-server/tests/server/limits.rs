//! What is too much, and the code that says so.

use qiaomen_core::identity;
use qiaomen_core::protocol::limits::{
    MAX_BATCH_ACTORS, MAX_BATCH_CHANGES, MAX_GAINED, MAX_PAGE_DOCUMENTS, MAX_POINTS, MAX_SALVAGE,
};
use qiaomen_core::protocol::{Batch, Code, CommonRequest, Gained, Point, SalvageRequest, Sent, VERSION};
use qiaomen_core::record::{ActorId, DocumentId, Role, Scope};

use super::phone::{Out, Phone, accepted};
use super::{Fixture, household};

/// A phone that is up to date, and a household that it has not sent.
fn ready(fixture: &mut Fixture) -> (Phone, Out) {
    let (_, mut phone) = fixture.worker(0);
    phone.sync(fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, out) = phone.create(fixture, household("1"), grid, Role::GridWorker);
    (phone, out)
}

#[test]
fn a_cursor_carries_only_so_many_scopes_gained() {
    let mut fixture = Fixture::new();
    let (mut phone, _) = ready(&mut fixture);
    phone.cursor.gained = vec![Gained { scope: Scope::Town, base: 0, at: 0 }; MAX_GAINED];
    assert!(phone.try_exchange(&mut fixture, &[]).is_ok());
    phone.cursor.gained.push(Gained { scope: Scope::Town, base: 0, at: 0 });
    assert_eq!(phone.try_exchange(&mut fixture, &[]).unwrap_err().code(), Code::TooMany);
}

#[test]
fn only_so_many_points_are_looked_up() {
    let fixture = Fixture::new();
    let common = |count| {
        let points = vec![Point { size: 1, root: [7; 32] }; count];
        fixture.town.common(&CommonRequest { version: VERSION, points })
    };
    assert_eq!(common(MAX_POINTS).unwrap().common, None);
    assert_eq!(common(MAX_POINTS + 1).unwrap_err().code(), Code::TooMany);
}

#[test]
fn a_batch_names_only_so_many_actors_and_has_only_so_many_changes() {
    let mut fixture = Fixture::new();
    let (phone, out) = ready(&mut fixture);
    let outs = [out];
    let now = fixture.tick();
    let both = |batch: Batch<'_>| {
        let handed = SalvageRequest { version: VERSION, batch: batch.clone() };
        let handed = fixture.town.salvage(&phone.device, &handed, now).map_err(|error| error.code());
        let sent = fixture.town.exchange(&phone.device, &phone.request(Some(batch)), now);
        (sent.map(|_| ()).map_err(|error| error.code()), handed.map(|answer| answer.kept))
    };
    let with_actors = |count: usize| {
        let mut batch = phone.batch(&outs, now);
        batch.manifest.actors.resize_with(count, || ActorId::from_bytes([3; 16]));
        batch.signature = identity::sign(&phone.key, &batch.manifest);
        batch
    };
    let too_many = (Err(Code::TooMany), Err(Code::TooMany));
    assert_eq!(both(with_actors(MAX_BATCH_ACTORS + 1)), too_many);
    assert_eq!(both(with_actors(MAX_BATCH_ACTORS)), (Ok(()), Ok(1)));
    let with_changes = |count| {
        let mut batch = phone.batch(&outs, now);
        batch.changes = vec![Sent { bytes: b"junk", ..batch.changes[0] }; count];
        batch
    };
    assert_eq!(both(with_changes(MAX_BATCH_CHANGES + 1)), too_many);
    // So many are looked at, and found not to be what was signed.
    let looked_at = (Err(Code::DigestMismatch), Err(Code::DigestMismatch));
    assert_eq!(both(with_changes(MAX_BATCH_CHANGES)), looked_at);
}

#[test]
fn a_device_leaves_only_so_much_in_the_quarantine() {
    let mut fixture = Fixture::new();
    let (mut phone, first) = ready(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, second) = phone.create(&mut fixture, household("2"), grid, Role::GridWorker);
    let now = fixture.tick();
    let hand_in = |out: &Out| {
        let outs = std::slice::from_ref(out);
        let answer = fixture.town.salvage(
            &phone.device,
            &SalvageRequest { version: VERSION, batch: phone.batch(outs, now) },
            now,
        );
        answer.map(|answer| answer.kept).map_err(|error| error.code())
    };
    assert_eq!(hand_in(&first), Ok(1));
    // What it left before, straight in the table: the room that is left is the second one's, or a byte less.
    let left = |bytes: u64| {
        let connection = rusqlite::Connection::open(fixture.folder.path().join("town.sqlite3")).unwrap();
        connection.execute("DELETE FROM salvaged WHERE epoch = 9", []).unwrap();
        connection
            .execute(
                "INSERT INTO salvaged (device, document, hash, epoch, manifest, arrival, bytes)
                 SELECT device, document, zeroblob(32), 9, manifest, arrival, zeroblob(?1) FROM salvaged",
                [bytes.cast_signed()],
            )
            .unwrap();
    };
    let own = |out: &Out| out.1.len() as u64 + 256;
    let room = MAX_SALVAGE - own(&first) - own(&second) - 256;
    left(room + 1);
    assert_eq!(hand_in(&second), Err(Code::QuarantineFull));
    // What is there already takes no room.
    assert_eq!(hand_in(&first), Ok(1));
    left(room);
    assert_eq!(hand_in(&second), Ok(1));
}

#[test]
fn a_page_holds_only_so_many_documents() {
    let mut fixture = Fixture::new();
    let (mut phone, first) = ready(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let mut outs = vec![first];
    outs.resize_with(MAX_PAGE_DOCUMENTS + 10, || phone.create(&mut fixture, household("2"), grid, Role::GridWorker).1);
    assert!(accepted(&phone.send(&mut fixture, &outs)));
    let (_, mut other) = fixture.worker(0);
    other.page_bytes = 8 << 20;
    let mut pages = Vec::new();
    let mut seen: Vec<DocumentId> = Vec::new();
    loop {
        let answer = other.try_exchange(&mut fixture, &[]).unwrap();
        let page = answer.page.as_ref().unwrap();
        pages.push(page.documents.len());
        seen.extend(page.documents.iter().map(|part| part.id));
        other.cursor = answer.cursor.clone();
        if !answer.more {
            break;
        }
    }
    assert_eq!(pages[0], MAX_PAGE_DOCUMENTS);
    assert!(pages.iter().all(|count| *count <= MAX_PAGE_DOCUMENTS), "{pages:?}");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), pages.iter().sum::<usize>());
    assert!(outs.iter().all(|out| seen.binary_search(&out.0).is_ok()));
}
