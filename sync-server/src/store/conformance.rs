//! One story that every store must tell the same way.

use qiaomen_core::document::ChangeHash;
use qiaomen_core::identity::{Frontier, LogEntry};
use qiaomen_core::projection::{Cell, Row, table_named};
use qiaomen_core::protocol::{ActorNote, Manifest, PhoneStatus, Refusal, Signature, Verdict};
use qiaomen_core::record::random::bytes;
use qiaomen_core::record::{
    ActorId, AreaId, DeviceId, DocumentId, Kind, PersonId, Random, Role, Scope, SeededRandom, Time,
};

use super::*;

mod cells;
mod queue;

const NOW: Time = Time::from_millis(1_772_326_800_000);

struct Story<'a> {
    store: &'a dyn Store,
    random: SeededRandom,
    device: DeviceRecord,
    actor: ActorNote,
    manifest: KeptManifest,
    frontier: Frontier,
}

/// Tells the story to a fresh store.
pub(crate) fn story(store: &dyn Store) {
    let mut story = begin(store);
    story.settings();
    story.enrolment();
    let first = story.the_log_grows_and_is_read();
    story.what_was_decided_on_the_past_is_not_taken();
    story.feeds(first);
    story.holds();
    story.salvage();
    story.figures();
    story.doors();
    story.cells();
    story.queue();
    story.imports(first.0);
    story.webhooks();
    story.the_tree_is_that_of_the_entries();
}

fn device(random: &mut dyn Random, own: bool) -> DeviceRecord {
    DeviceRecord {
        id: DeviceId::fresh(NOW, random),
        person: PersonId::fresh(NOW, random),
        key: bytes(random),
        label: "phone".to_owned(),
        enrolled: NOW,
        revoked: None,
        seen: None,
        own,
        base: 0,
        wrote: 0,
        told: None,
    }
}

fn begin(store: &dyn Store) -> Story<'_> {
    let mut random = SeededRandom::new(1);
    let device = device(&mut random, true);
    store.add_own_device(&device).unwrap();
    assert_eq!(store.device(device.id).unwrap().unwrap(), device);
    let actor = ActorNote { actor: ActorId::fresh(NOW, &mut random), device: device.id, person: device.person };
    let manifest = Manifest {
        device: device.id,
        person: device.person,
        signed: NOW,
        actors: vec![actor.actor],
        count: 1,
        digest: bytes(&mut random),
    };
    let manifest = KeptManifest { hash: bytes(&mut random), manifest, signature: Signature([7; 64]) };
    Story { store, random, device, actor, manifest, frontier: Frontier::default() }
}

impl Story<'_> {
    fn settings(&self) {
        assert_eq!(self.store.meta("zone").unwrap(), None);
        assert_eq!(self.store.meta_once("zone", b"one").unwrap(), b"one");
        assert_eq!(self.store.meta_once("zone", b"two").unwrap(), b"one");
        assert_eq!(self.store.meta("zone").unwrap().unwrap(), b"one");
    }

    fn enrolment(&mut self) {
        let (phone, other) = (device(&mut self.random, false), device(&mut self.random, false));
        let person = PersonId::fresh(NOW, &mut self.random);
        let (code, token) = ([1; 32], [2; 32]);
        self.store.invite(&code, person, None, NOW, NOW.plus_hours(1)).unwrap();
        assert_eq!(self.store.redeem(&[9; 32], &phone, &token, NOW).unwrap(), Redeemed::Unknown);
        assert_eq!(self.store.redeem(&code, &phone, &token, NOW.plus_hours(1)).unwrap(), Redeemed::Expired);
        assert_eq!(self.store.redeem(&code, &phone, &token, NOW).unwrap(), Redeemed::Enrolled(person));
        assert_eq!(self.store.redeem(&code, &other, &[3; 32], NOW).unwrap(), Redeemed::Used);
        let found = self.store.device_by_token(&token).unwrap().unwrap();
        assert_eq!((found.id, found.person, found.own), (phone.id, person, false));
        self.store.seen(phone.id, 7, NOW.plus_hours(1)).unwrap();
        self.store.seen(phone.id, 5, NOW.plus_hours(1)).unwrap();
        assert_eq!(self.store.device(phone.id).unwrap().unwrap().base, 7, "it only grows");
        assert_eq!(self.store.device(phone.id).unwrap().unwrap().told, None);
        let status = PhoneStatus {
            version: Some("1.2.0".into()),
            free_bytes: Some(u64::MAX),
            used_bytes: None,
            clock_offset: Some(-7),
            unsent: 3,
            unsent_since: Some(NOW),
            quarantined: 1,
        }
        .bounded();
        self.store.told(phone.id, &status, NOW.plus_hours(2)).unwrap();
        assert_eq!(self.store.device(phone.id).unwrap().unwrap().told, Some((status, NOW.plus_hours(2))));
        let before = self.store.pulse().unwrap();
        assert!(self.store.revoke(phone.id, NOW).unwrap());
        assert!(!self.store.revoke(phone.id, NOW).unwrap());
        assert!(self.store.pulse().unwrap() > before, "whoever waits is to look again");
        let found = self.store.device(phone.id).unwrap().unwrap();
        assert_eq!((found.revoked, found.seen), (Some(NOW), Some(NOW.plus_hours(1))));
        assert_eq!(self.store.devices().unwrap().len(), 2);
        // A person's phones are locked together with the codes they have not used.
        for code in [[4; 32], [5; 32]] {
            self.store.invite(&code, person, None, NOW, NOW.plus_hours(1)).unwrap();
        }
        let another = device(&mut self.random, false);
        assert_eq!(self.store.redeem(&[4; 32], &another, &[6; 32], NOW).unwrap(), Redeemed::Enrolled(person));
        assert_eq!(self.store.revoke_person(person, NOW).unwrap(), [another.id]);
        assert_eq!(self.store.redeem(&[5; 32], &other, &[3; 32], NOW).unwrap(), Redeemed::Expired);
    }

    fn decision(&self) -> Decision<'static> {
        Decision {
            generation: self.store.context(&Wanted::default()).unwrap().generation,
            now: NOW,
            manifest: Some(self.manifest.clone()),
            base: None,
            actors: vec![self.actor],
            accepted: Vec::new(),
            shown: Vec::new(),
            refused: Vec::new(),
            held: Vec::new(),
            released: Vec::new(),
            rehung: Vec::new(),
            later: Vec::new(),
        }
    }

    fn change(&mut self, document: DocumentId, sequence: u64, first: Option<Scope>) -> AcceptedChange<'static> {
        let first = first.map(|scope| NewDocument {
            kind: Kind::Household,
            scope,
            birth_scope: scope,
            author: self.device.person,
            role: Role::GridWorker,
            written: NOW,
            doubtful: false,
        });
        AcceptedChange {
            sequence,
            acceptance: sequence,
            document,
            epoch: 0,
            hash: ChangeHash::from_bytes(bytes(&mut self.random)),
            actor: self.actor.actor,
            seq: sequence,
            device: self.device.id,
            manifest: self.manifest.hash,
            bytes: b"bytes",
            first,
        }
    }

    fn append(&mut self, decision: &Decision<'_>) -> Vec<DocumentId> {
        for change in &decision.accepted {
            let entry = LogEntry {
                sequence: change.sequence,
                document: change.document,
                epoch: change.epoch,
                change: change.hash,
                manifest: change.manifest,
                arrival: decision.now,
            };
            self.frontier.append(&entry.bytes());
        }
        self.store.append(decision).unwrap()
    }

    fn the_log_grows_and_is_read(&mut self) -> (DocumentId, Scope) {
        let empty = self.store.log().unwrap();
        assert_eq!((empty.size, empty.root), (0, Frontier::default().root()));
        let scope = Scope::Grid(AreaId::fresh(NOW, &mut self.random));
        let id = DocumentId::fresh(NOW, &mut self.random);
        let mut decision = self.decision();
        decision.accepted = vec![self.change(id, 1, Some(scope)), self.change(id, 2, None)];
        decision.accepted[1].acceptance = 40;
        let hashes: Vec<ChangeHash> = decision.accepted.iter().map(|change| change.hash).collect();
        assert!(self.append(&decision).is_empty());
        let log = self.store.log().unwrap();
        assert_eq!((log.size, log.root), (2, self.frontier.root()));
        assert_eq!(self.store.root_at(2).unwrap(), Some(log.root));
        assert_eq!(self.store.root_at(1).unwrap(), None);
        let wanted = Wanted {
            documents: vec![id],
            load: vec![id],
            changes: hashes.iter().map(|hash| (id, *hash)).collect(),
            actors: vec![self.actor.actor],
            devices: vec![self.device.id],
            ..Wanted::default()
        };
        let context = self.store.context(&wanted).unwrap();
        let stored = &context.documents[&id];
        assert_eq!((stored.scope, stored.birth_scope, stored.sequence, stored.entered), (scope, scope, 2, 0));
        assert_eq!(context.loaded[&id].iter().map(|change| change.hash).collect::<Vec<_>>(), hashes);
        assert_eq!(context.actors[&self.actor.actor], self.actor);
        let verdict = Verdict::Accepted { sequence: 2, acceptance: 40, arrival: NOW };
        assert_eq!(context.accepted[&(id, hashes[1])], verdict);
        assert_eq!(self.store.changes_until(id, 1, None).unwrap().len(), 1);
        (id, scope)
    }

    fn what_was_decided_on_the_past_is_not_taken(&mut self) {
        let id = DocumentId::fresh(NOW, &mut self.random);
        let mut stale = self.decision();
        stale.accepted = vec![self.change(id, 3, Some(Scope::Town))];
        let fresh = self.decision();
        assert!(self.append(&fresh).is_empty());
        assert!(matches!(self.store.append(&stale), Err(StoreError::Conflict)));
        let mut gap = self.decision();
        gap.accepted = vec![self.change(id, 4, Some(Scope::Town))];
        assert!(self.store.append(&gap).is_err());
        assert_eq!(self.store.document(id).unwrap(), None);
        assert_eq!(self.store.log().unwrap().size, 2);
    }

    fn page(&self, device: DeviceId, scope: Scope, base: u64, at: u64) -> PageRead {
        let pairs = vec![Pair { base, at, gained: false }];
        let wanted = PageWanted { device, own_too: false, scopes: vec![(scope, 0)], pairs, bytes: 1, documents: 10 };
        self.store.page(&wanted).unwrap()
    }

    fn feeds(&mut self, (id, scope): (DocumentId, Scope)) {
        let reader = device(&mut self.random, true);
        self.store.add_own_device(&reader).unwrap();
        let page = self.page(reader.id, scope, 0, 0);
        assert_eq!(page.documents.len(), 1);
        assert_eq!(page.documents[0].entries.len(), 2);
        assert_eq!(page.actors, [self.actor]);
        assert!(page.exhausted[0] && page.cut.is_none());
        assert_eq!(self.page(reader.id, scope, 1, 1).documents[0].entries.len(), 1);
        assert!(self.page(self.device.id, scope, 0, 0).documents.is_empty(), "its own");
        // Two more, and the page is cut behind the first.
        let others = [DocumentId::fresh(NOW, &mut self.random), DocumentId::fresh(NOW, &mut self.random)];
        let mut decision = self.decision();
        decision.accepted = vec![self.change(others[0], 3, Some(scope)), self.change(others[1], 4, Some(scope))];
        self.append(&decision);
        let page = self.page(reader.id, scope, 0, 2);
        assert_eq!((page.documents.len(), page.cut, page.exhausted[0]), (1, Some(3), false));
        // One moves away with the next change.
        let target = Scope::Grid(AreaId::fresh(NOW, &mut self.random));
        let mut decision = self.decision();
        decision.accepted = vec![self.change(id, 5, None)];
        decision.shown = vec![Shown {
            document: id,
            rows: [].as_slice().into(),
            updated: true,
            conflicts: 2,
            doubtful: false,
            moved: Some(target),
        }];
        self.append(&decision);
        let page = self.page(reader.id, scope, 4, 4);
        assert_eq!(page.left.len(), 1);
        assert_eq!((page.left[0].document, page.left[0].scope), (id, scope));
        let page = self.page(self.device.id, target, 4, 4);
        assert_eq!(page.documents[0].entries.len(), 3, "whole, its own too");
        let stored = self.store.document(id).unwrap().unwrap();
        assert_eq!((stored.scope, stored.birth_scope, stored.entered, stored.conflicts), (target, scope, 5, 2));
        assert_eq!(self.store.conflicted().unwrap(), [stored]);
    }

    fn holds(&mut self) {
        let (id, awaited) = (DocumentId::fresh(NOW, &mut self.random), DocumentId::fresh(NOW, &mut self.random));
        let held = HeldChange {
            number: 0,
            document: id,
            hash: ChangeHash::from_bytes(bytes(&mut self.random)),
            epoch: 0,
            bytes: b"held".to_vec(),
            claimed: Some(9),
            refusal: Refusal::new("waits_for_subject"),
            waits_for: Some(awaited),
            device: self.device.id,
            person: self.device.person,
            used: (self.actor.actor, 77),
            manifest: self.manifest.hash,
            base: 3,
            arrival: NOW,
        };
        let mut decision = self.decision();
        decision.held = vec![held.clone()];
        self.append(&decision);
        let found = self.store.held(&[id, awaited], 0, 10).unwrap();
        assert_eq!(found, [HeldChange { number: found[0].number, ..held.clone() }]);
        assert!(self.store.held(&[id], 0, 10).unwrap().is_empty());
        assert!(self.store.held(&[awaited], found[0].number, 10).unwrap().is_empty());
        assert_eq!(self.store.held_one(found[0].number).unwrap().as_ref(), Some(&found[0]));
        let listed = self.store.held_list(0, 10).unwrap();
        assert_eq!(listed, [HeldChange { bytes: Vec::new(), ..found[0].clone() }]);
        assert_eq!(self.store.waiting(self.device.id).unwrap(), (0, 1));
        let wanted = Wanted { devices: vec![self.device.id], ..Wanted::default() };
        let counted = self.store.context(&wanted).unwrap().held_counts;
        let bytes = 256 + held.bytes.len() as u64;
        assert_eq!(counted[&self.device.id], HeldCount { changes: 1, bytes });
        assert!(self.store.awaited().unwrap().is_empty());
        let size = self.store.log().unwrap().size;
        let mut decision = self.decision();
        decision.accepted = vec![self.change(awaited, size + 1, Some(Scope::Town))];
        assert_eq!(self.append(&decision), [awaited]);
        assert_eq!(self.store.awaited().unwrap(), [awaited]);
        let verdict = Verdict::Refused(Refusal::field("invalid", "ended"));
        let mut decision = self.decision();
        decision.released = vec![found[0].number];
        decision.refused = vec![RefusedChange {
            document: id,
            hash: held.hash,
            device: self.device.id,
            verdict: verdict.clone(),
            used: Some(held.used),
        }];
        decision.later = vec![(self.device.id, id, held.hash, verdict.clone())];
        self.append(&decision);
        assert_eq!(self.store.refused_since(self.device.id, NOW.plus_minutes(-1)).unwrap(), 1);
        assert_eq!(self.store.refused_since(self.device.id, NOW).unwrap(), 0);
        // Exactly what was asked for is found, by hash, as a dependency or by its number, and nothing else.
        let found = |wanted: Wanted| self.store.context(&wanted).unwrap().refused.len();
        let other = ChangeHash::from_bytes([1; 32]);
        let changes = vec![(id, other)];
        assert_eq!(found(Wanted { changes: changes.clone(), ..Wanted::default() }), 0);
        let dependencies = vec![(id, held.hash)];
        assert_eq!(found(Wanted { changes: changes.clone(), dependencies, ..Wanted::default() }), 1);
        let used = vec![(id, held.used.0, held.used.1)];
        assert_eq!(found(Wanted { changes, used, ..Wanted::default() }), 1);
        assert!(self.store.held_list(0, 10).unwrap().is_empty());
        assert_eq!(self.store.waiting(self.device.id).unwrap(), (1, 0));
        let later = self.store.later(self.device.id, 0, 1_000).unwrap();
        assert_eq!((later.len(), later[0].number, &later[0].verdict), (1, 1, &verdict));
        assert!(self.store.later(self.device.id, 1, 1_000).unwrap().is_empty());
        let wanted = Wanted { changes: vec![(id, held.hash)], ..Wanted::default() };
        let context = self.store.context(&wanted).unwrap();
        assert_eq!((context.refused.len(), context.refused[0].used), (1, Some(held.used)));
    }

    fn salvage(&mut self) {
        let change = Salvaged {
            document: DocumentId::fresh(NOW, &mut self.random),
            hash: ChangeHash::from_bytes(bytes(&mut self.random)),
            epoch: 0,
            claimed: None,
            bytes: b"0123456789",
        };
        let other = Salvaged { hash: ChangeHash::from_bytes([8; 32]), ..change.clone() };
        let salvage = |changes: &[Salvaged<'_>], limit| {
            self.store.salvage(self.device.id, &self.manifest, changes, NOW, limit).unwrap()
        };
        assert_eq!(salvage(std::slice::from_ref(&change), 265), None);
        assert_eq!(salvage(std::slice::from_ref(&change), 266), Some(1));
        assert_eq!(salvage(std::slice::from_ref(&change), 266), Some(1));
        assert_eq!(salvage(&[change, other], 500), None);
    }

    fn figures(&self) {
        assert!(self.store.probe().unwrap().is_none_or(|left| left > 0));
        let counts = self.store.counts().unwrap();
        assert_eq!((counts.log, counts.refused, counts.held), (self.store.log().unwrap().size, 1, 0));
        assert_eq!((counts.enrolled, counts.revoked), (0, 2), "the server's own replicas are no phones");
        assert!(counts.documents.contains(&(Kind::Household, self.store.count(&Kind::Household).unwrap())));
        let grids = self.store.grids().unwrap();
        let lying = |scope: Scope| grids.iter().find(|count| Scope::Grid(count.grid) == scope);
        assert_eq!(grids.len(), 2, "only grids");
        for document in self.store.log_entries(0, 5).unwrap().iter().map(|row| row.entry.document) {
            let scope = self.store.document(document).unwrap().unwrap().scope;
            assert_eq!(lying(scope).map(|count| (count.households, count.latest)), Some((0, Some(NOW))));
        }
    }

    /// What a grid's doors are reckoned from: what lies there, and visits for alerts that name its doors.
    fn doors(&mut self) {
        let grids = [(); 2].map(|()| AreaId::fresh(NOW, &mut self.random));
        let case = Scope::CaseFile(AlertId::fresh(NOW, &mut self.random));
        let [door, elsewhere, visit, alert_visit, review, in_case] =
            [(); 6].map(|()| DocumentId::fresh(NOW, &mut self.random));
        let blob = |id: DocumentId| Cell::Blob(id.bytes().to_vec());
        let grid = Scope::Grid(grids[0]);
        let told = [
            (door, Kind::Household, grid, "household", vec![("walk", Cell::Text("1".to_owned()))]),
            (elsewhere, Kind::Household, Scope::Grid(grids[1]), "household", vec![]),
            (visit, Kind::Visit, grid, "visit", vec![("household", blob(door))]),
            (alert_visit, Kind::Visit, case, "visit", vec![("household", blob(door)), ("alert", blob(door))]),
            (review, Kind::Review, grid, "review", vec![("of", blob(visit))]),
            (in_case, Kind::Review, case, "review", vec![("of", blob(alert_visit))]),
        ];
        let mut sequence = self.store.log().unwrap().size;
        for (id, kind, scope, table, cells) in told {
            sequence += 1;
            let mut change = self.change(id, sequence, Some(scope));
            change.first = change.first.map(|first| NewDocument { kind, ..first });
            let mut decision = self.decision();
            decision.accepted = vec![change];
            let table = table_named(table).unwrap();
            let cell = |name: &str| cells.iter().find(|(have, _)| *have == name).map(|(_, cell)| cell.clone());
            let cells = table.columns.iter().map(|column| cell(column.name).unwrap_or(Cell::Null)).collect();
            let rows = vec![Row { table, part: None, cells }];
            let (rows, moved) = (rows.into(), None);
            decision.shown = vec![Shown { document: id, rows, updated: false, conflicts: 0, doubtful: false, moved }];
            self.append(&decision);
        }
        let read = |grid, contacts| {
            let mut found = Vec::new();
            let each = &mut |source, filed: &Filed, cells: &[Cell]| {
                assert_eq!(cells.len(), Source::columns(source).len());
                assert_eq!(filed.author, Some(self.device.person));
                assert!(filed.acceptance.is_some() && filed.part.is_none());
                found.push((source, filed.document, filed.scope));
            };
            self.store.doors(grid, contacts, each).unwrap();
            found
        };
        let own = [(Source::Household, door, grid), (Source::Visit, visit, grid), (Source::Review, review, grid)];
        assert_eq!(read(grids[0], false), own);
        let all = [own[0], own[1], (Source::Visit, alert_visit, case), own[2], (Source::Review, in_case, case)];
        assert_eq!(read(grids[0], true), all);
        assert_eq!(read(grids[1], true), [(Source::Household, elsewhere, Scope::Grid(grids[1]))]);
    }

    fn imports(&mut self, document: DocumentId) {
        use qiaomen_core::record::{Fields, Value};
        let store = self.store;
        let person = PersonId::fresh(NOW, &mut self.random);
        let new = NewImport { noun: "households", file: "a.csv", digest: [1; 32], person, rows: 3, now: NOW };
        let id = store.import_begin(&new).unwrap();
        assert_eq!(store.import_begin(&new).unwrap(), id, "it was cut off, and goes on");
        let fields: Fields = [
            ("a", Value::Null),
            ("b", Value::Bool(true)),
            ("c", Value::Int(-7)),
            ("d", Value::Text("text".into())),
            ("e", Value::Bytes([1, 2].as_slice().into())),
        ]
        .into_iter()
        .collect();
        let part = Some(bytes(&mut self.random));
        let entry = |part, made| ImportEntry {
            number: 0,
            row: 4,
            document,
            part,
            made,
            actor: self.actor.actor,
            before: fields.clone(),
            after: Fields::new(),
            was: Fields::new(),
            reads: fields.clone(),
        };
        store.import_journal(id, &[entry(None, true), entry(part, false)]).unwrap();
        store.import_journal(id, &[entry(None, false)]).unwrap();
        let entries = store.import_entries(id, 100, 2).unwrap();
        assert_eq!(
            entries,
            [ImportEntry { number: 3, ..entry(None, false) }, ImportEntry { number: 2, ..entry(part, false) }]
        );
        assert_eq!(store.import_entries(id, 2, 2).unwrap(), [ImportEntry { number: 1, ..entry(None, true) }]);
        // What is learnt stands for all that was known of its record or part.
        let memory = |fields: &Fields| [None, part].map(|part| Remembered { document, part, fields: fields.clone() });
        let (resident, other) = (bytes(&mut self.random), bytes(&mut self.random));
        let number = |part, hash| IdentityNumber { hash, last_four: "001X".to_owned(), born: 1950, document, part };
        let identities = [number(resident, [7; 32]), number(other, [8; 32])];
        let (first, keys) = (memory(&Fields::new()), [("household:7".to_owned(), document)]);
        let learnt = Learnt { memory: &first, identities: &identities, keys: &keys, made: 1, changed: 2 };
        store.import_learn(id, &learnt).unwrap();
        let second = memory(&fields);
        let learnt = Learnt { memory: &second, identities: &[number(other, [9; 32])], ..Learnt::default() };
        store.import_learn(id, &learnt).unwrap();
        let mut remembered = store.remembered(&[document, DocumentId::fresh(NOW, &mut self.random)]).unwrap();
        remembered.sort_by_key(|one| one.part);
        assert_eq!(remembered, second);
        assert_eq!(store.identities(&[[7; 32], [8; 32]]).unwrap(), [number(resident, [7; 32])]);
        assert_eq!(store.identities_of(&[document]).unwrap().len(), 2);
        assert_eq!(store.called(&["household:7".to_owned(), "household:8".to_owned()]).unwrap(), keys);
        let listed = |ended, undone| ImportRecord {
            id,
            noun: "households".to_owned(),
            file: "a.csv".to_owned(),
            person,
            begun: NOW,
            ended,
            undone,
            rows: 3,
            made: 1,
            changed: 2,
        };
        assert_eq!(store.imports().unwrap(), [listed(None, None)]);
        store.import_end(id, NOW.plus_hours(1)).unwrap();
        assert_ne!(store.import_begin(&new).unwrap(), id, "that one is over");
        store.import_forget(&first, &[document]).unwrap();
        assert!(store.identities_of(&[document]).unwrap().is_empty());
        assert!(store.remembered(&[document]).unwrap().iter().all(|one| one.fields.is_empty()));
        store.import_undone(id, NOW.plus_hours(2)).unwrap();
        assert_eq!(store.imports().unwrap()[0], listed(Some(NOW.plus_hours(1)), Some(NOW.plus_hours(2))));
        // Somebody who wrote is named by what they wrote; a record that only exists is named by nothing.
        let (author, nobody) = (*self.device.person.bytes(), bytes(&mut self.random));
        assert_eq!(store.mentioned(&[author, nobody, *document.bytes()]).unwrap(), [author]);
        let mut rows = 0;
        store
            .walk_rows("household", &mut |_| {
                rows += 1;
                Ok(())
            })
            .unwrap();
        assert_eq!(rows, store.rows("household").unwrap().len());
        assert!(store.walk_rows("cats", &mut |_| Ok(())).is_err());
    }

    fn webhooks(&mut self) {
        let store = self.store;
        let (person, minute) = (self.device.person, |minutes| NOW.plus_minutes(minutes));
        let news = |kind, count| News { kind, count };
        let target = |name: &str| HookTarget {
            name: name.to_owned(),
            url: "https://town.example/hook".to_owned(),
            format: HookFormat::Dingtalk,
            secret: Some(b"secret".to_vec()),
            link: Some("https://town.example/alerts".to_owned()),
            per_minute: 2,
        };
        // Where there is nobody to tell, nothing is kept for later.
        store.hook_tell(&[news(NewsKind::Waiting, 9)], NOW).unwrap();
        for (name, free) in [("duty", true), ("duty", false), ("another", true)] {
            let target = target(name);
            assert_eq!(store.hook_add(&NewHook { target: &target, person, now: NOW }).unwrap(), free);
        }
        let listed = store.hooks().unwrap();
        let duty = Webhook {
            number: listed[1].number,
            target: target("duty"),
            created: NOW,
            created_by: person,
            waiting: 0,
            sent: None,
            failed: None,
        };
        assert_eq!((listed.len(), &listed[1]), (2, &duty));
        // A newer count takes the place of one that was not sent, and nought takes it back.
        store.hook_tell(&[news(NewsKind::Waiting, 1), news(NewsKind::NoTeam, 4)], NOW).unwrap();
        store.hook_tell(&[news(NewsKind::Waiting, 2), news(NewsKind::NoTeam, 0)], minute(1)).unwrap();
        assert_eq!(store.hooks().unwrap()[1].waiting, 1);
        assert!(store.hook_remove("another", person, minute(1)).unwrap());
        assert!(!store.hook_remove("another", person, minute(1)).unwrap());
        assert!(store.hook_take(listed[0].number, minute(2), minute(2)).unwrap().is_none(), "it was removed");
        assert!(store.hooks_due(NOW.plus_millis(-1)).unwrap().is_empty());
        assert_eq!(store.hooks_due(minute(2)).unwrap(), [duty.number]);
        let first = store.hook_take(duty.number, minute(2), minute(3)).unwrap().unwrap();
        assert_eq!((&first.target, first.created, first.tries), (&duty.target, minute(1), 1));
        assert_eq!(first.news, news(NewsKind::Waiting, 2));
        assert!(store.hook_take(duty.number, minute(2), minute(3)).unwrap().is_none(), "it is on its way");
        // What became of one is not noted for the one in its place, and the pause is kept.
        store.hook_tell(&[news(NewsKind::Waiting, 3)], minute(2)).unwrap();
        store.hook_done(duty.number, Some((first.number, HookEnd::Sent(minute(2)))), None).unwrap();
        assert!(store.hooks_due(minute(2)).unwrap().is_empty());
        let second = store.hook_take(duty.number, minute(3), minute(4)).unwrap().unwrap();
        assert_eq!((second.news, second.created, second.tries), (news(NewsKind::Waiting, 3), minute(2), 2));
        store.hook_done(duty.number, Some((second.number, HookEnd::Again(minute(3)))), None).unwrap();
        // Two a minute, whatever came of them.
        assert!(store.hook_spend(duty.number, minute(3)).unwrap());
        assert!(!store.hook_spend(duty.number, minute(3)).unwrap());
        assert!(store.hooks_due(minute(4).plus_millis(-1)).unwrap().is_empty());
        let third = store.hook_take(duty.number, minute(4), minute(5)).unwrap().unwrap();
        assert_eq!((third.number, third.tries), (second.number, 3));
        store.hook_done(duty.number, Some((third.number, HookEnd::GivenUp(minute(4)))), Some(minute(9))).unwrap();
        store.hook_tell(&[news(NewsKind::Telephone, 1)], minute(6)).unwrap();
        assert!(store.hooks_due(minute(8)).unwrap().is_empty(), "it asked to be left alone");
        let fourth = store.hook_take(duty.number, minute(9), minute(10)).unwrap().unwrap();
        store.hook_done(duty.number, Some((fourth.number, HookEnd::Sent(minute(9)))), None).unwrap();
        let found = store.hooks().unwrap().remove(0);
        assert_eq!(found, Webhook { sent: Some(minute(9)), failed: Some(minute(4)), ..duty });
        // A clock that was ahead for a while keeps nothing back.
        store.hook_tell(&[news(NewsKind::Waiting, 5)], minute(60 * 24 * 400)).unwrap();
        assert_eq!(store.hooks_due(minute(20)).unwrap(), [found.number]);
        assert!(store.hook_remove("duty", person, minute(20)).unwrap());
        assert!(store.hooks_due(minute(20)).unwrap().is_empty() && store.hooks().unwrap().is_empty());
        let again = target("duty");
        assert!(store.hook_add(&NewHook { target: &again, person, now: minute(21) }).unwrap(), "the name is free");
    }

    fn the_tree_is_that_of_the_entries(&self) {
        let mut frontier = Frontier::default();
        let mut rows = self.store.log_entries(0, 2).unwrap();
        rows.extend(self.store.log_entries(2, 1_000).unwrap());
        for row in &rows {
            frontier.append(&row.entry.bytes());
        }
        let log = self.store.log().unwrap();
        assert_eq!((frontier.size(), frontier.root()), (log.size, log.root));
    }
}

#[test]
fn the_embedded_store_tells_the_story() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path()).unwrap();
    story(&store);
    assert_eq!(store.synchronous().unwrap(), 2, "FULL");
    let log = store.log().unwrap();
    drop(store);
    assert_eq!(SqliteStore::open(folder.path()).unwrap().log().unwrap(), log);
}

#[test]
fn a_newer_programs_store_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(folder.path()).unwrap());
    let connection = rusqlite::Connection::open(folder.path().join(sqlite::FILE)).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = SqliteStore::open(folder.path()).unwrap_err();
    assert!(error.to_string().starts_with("the store has version 99"), "{error}");
}
