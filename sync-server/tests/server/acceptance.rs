//! Who may write what, and that a verdict stays.

use qiaomen_core::protocol::Verdict;
use qiaomen_core::record::field::Edit;
use qiaomen_core::record::{Clearance, HouseholdId, Kind, Role, Scope, Value, Withdrawal};

use super::phone::{accepted, code};
use super::{Fixture, alert, case, household, visit};

fn put(key: &str, value: Value) -> Edit {
    Edit { path: vec![key.into()], value }
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

#[test]
fn a_worker_records_a_door_and_a_visit_and_others_see_them() {
    let mut fixture = Fixture::new();
    let (_, mut one) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    one.sync(&mut fixture);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, first) = one.create(&mut fixture, household("101"), grid, Role::GridWorker);
    let seen = visit(HouseholdId::from(door), fixture.now);
    let (_, second) = one.create(&mut fixture, seen, grid, Role::GridWorker);
    let verdicts = one.send(&mut fixture, &[first.clone(), second.clone()]);
    assert!(accepted(&verdicts), "{verdicts:?}");
    other.sync(&mut fixture);
    assert_eq!(other.changes.get(&door), one.changes.get(&door));
    assert_eq!(other.document(door).record().unwrap(), household("101").into());
    assert_eq!(fixture.town.count(&Kind::Visit).unwrap(), 1);
    assert!(fixture.town.check_log().unwrap());

    // Sent again, whole and in other company, it is answered as it was and changes nothing.
    let log = fixture.town.store().log().unwrap();
    assert_eq!(one.send(&mut fixture, &[first.clone(), second.clone()]), verdicts);
    assert_eq!(
        one.send(&mut fixture, &[second.clone(), second, first]),
        [verdicts[1].clone(), verdicts[1].clone(), verdicts[0].clone()]
    );
    assert_eq!(fixture.town.store().log().unwrap(), log);
}

/// What each attempt is answered, the batch of one.
fn answer(fixture: &mut Fixture, phone: &mut super::phone::Phone, out: super::phone::Out) -> String {
    let verdicts = phone.send(fixture, &[out]);
    phone.fresh_actor(fixture);
    code(&verdicts[0]).to_owned()
}

#[test]
fn what_a_role_may_not_do_is_refused_with_its_code() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    phone.sync(&mut fixture);
    let (here, elsewhere) = (Scope::Grid(fixture.grids[0]), Scope::Grid(fixture.grids[2]));

    let (_, out) = phone.create(&mut fixture, household("1"), elsewhere, Role::GridWorker);
    assert_eq!(answer(&mut fixture, &mut phone, out), "not_permitted");
    let (_, out) = phone.create(&mut fixture, household("1"), here, Role::Police);
    assert_eq!(answer(&mut fixture, &mut phone, out), "role_not_held");
    let (_, out) = phone.create(&mut fixture, household("1"), here, Role::Administrator);
    assert_eq!(answer(&mut fixture, &mut phone, out), "not_permitted");
    let (_, out) = phone.create(&mut fixture, household("1"), here, Role::Unknown("mayor".into()));
    assert_eq!(answer(&mut fixture, &mut phone, out), "not_permitted");
    // A village is no grid, and a household lies in no town.
    let village = Scope::Grid(fixture.villages[0]);
    let (_, out) = phone.create(&mut fixture, household("1"), village, Role::GridWorker);
    assert_eq!(answer(&mut fixture, &mut phone, out), "scope_mismatch");
    let (_, out) = phone.create(&mut fixture, household("1"), Scope::Town, Role::GridWorker);
    assert_eq!(answer(&mut fixture, &mut phone, out), "scope_mismatch");
    // Alerts are not a worker's to make, whatever they are filed under.
    let record = alert(fixture.grids[0], fixture.now);
    let id = qiaomen_core::record::DocumentId::fresh(fixture.now, &mut fixture.random);
    let out = phone.create_as(id, record.clone(), case(id.into()), Role::GridWorker, fixture.now);
    assert_eq!(answer(&mut fixture, &mut phone, out), "not_permitted");
    // The envelope and the header must agree.
    let (_, (_, raw, _)) = phone.create(&mut fixture, household("1"), here, Role::GridWorker);
    let other = qiaomen_core::record::DocumentId::fresh(fixture.now, &mut fixture.random);
    assert_eq!(answer(&mut fixture, &mut phone, (other, raw, None)), "id_mismatch");
    let person = phone.person;
    phone.person = fixture.person(Role::GridWorker, fixture.grids[0]);
    let (_, out) = phone.create(&mut fixture, household("1"), here, Role::GridWorker);
    phone.person = person;
    assert_eq!(answer(&mut fixture, &mut phone, out), "author_mismatch");
    // A police officer's alert must lie in its own case file, in an area there is.
    let police = fixture.person(Role::Police, fixture.root);
    let mut officer = fixture.phone(police);
    let (id, mut out) = officer.create(&mut fixture, record.clone(), Scope::Town, Role::Police);
    assert_eq!(answer(&mut fixture, &mut officer, out), "scope_mismatch");
    out = officer.create_as(id, record, case(id.into()), Role::Police, fixture.now);
    assert_eq!(answer(&mut fixture, &mut officer, out), "accepted");
    // A visit to what is no household.
    let (_, out) = phone.create(&mut fixture, visit(HouseholdId::from(id), super::start()), here, Role::GridWorker);
    assert_eq!(answer(&mut fixture, &mut phone, out), "subject_mismatch");
    // Junk, and a change to nothing.
    let junk = (other, b"not a change".to_vec(), None);
    assert!(answer(&mut fixture, &mut phone, junk.clone()).starts_with("gate_"));
    assert!(answer(&mut fixture, &mut phone, junk).starts_with("gate_"));
    assert!(fixture.town.check_log().unwrap());
}

#[test]
fn a_withdrawal_names_a_clearance_of_its_own_alert() {
    let mut fixture = Fixture::new();
    let police = fixture.person(Role::Police, fixture.root);
    let mut officer = fixture.phone(police);
    let now = fixture.now;
    let mut files = Vec::new();
    for _ in 0..2 {
        let id = qiaomen_core::record::DocumentId::fresh(now, &mut fixture.random);
        let issue = officer.create_as(id, alert(fixture.grids[0], now), case(id.into()), Role::Police, now);
        let clearance = Clearance { alert: id.into(), at: now, reason: None };
        let (cleared, clear) = officer.create(&mut fixture, clearance, case(id.into()), Role::Police);
        assert!(accepted(&officer.send(&mut fixture, &[issue, clear])));
        files.push((id, cleared));
    }
    let (one, other) = (files[0], files[1]);
    for (named, expected) in [(other.1, "subject_mismatch"), (one.0, "subject_mismatch"), (one.1, "accepted")] {
        let withdrawal = Withdrawal { alert: one.0.into(), clearance: named, at: now, reason: None };
        let (_, out) = officer.create(&mut fixture, withdrawal, case(one.0.into()), Role::Police);
        assert_eq!(answer(&mut fixture, &mut officer, out), expected);
    }
    assert_eq!(fixture.town.count(&Kind::Withdrawal).unwrap(), 1);
}

#[test]
fn a_later_change_needs_its_document_and_covers_only_its_fields() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, first) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let edit = phone.edit(&mut fixture, door, &[put("note", text("a dog"))]);
    assert_eq!(code(&phone.send(&mut fixture, std::slice::from_ref(&edit))[0]), "unknown_document");
    // What was answered once is answered again, in its own batch too.
    let verdicts = phone.send(&mut fixture, &[first, edit.clone()]);
    assert_eq!(verdicts.iter().map(code).collect::<Vec<_>>(), ["accepted", "unknown_document"]);
    phone.raw.get_mut(&door).unwrap().pop();
    phone.fresh_actor(&mut fixture);
    let edit = phone.edit(&mut fixture, door, &[put("note", text("a large dog"))]);
    let seen = visit(HouseholdId::from(door), fixture.now);
    let (call, out) = phone.create(&mut fixture, seen, grid, Role::GridWorker);
    assert!(accepted(&phone.send(&mut fixture, &[edit, out])));
    // Its author may correct it, but not say that it was another door; nobody else may do either.
    let correction = phone.edit(&mut fixture, call, &[put("note", text("left a letter"))]);
    assert!(accepted(&phone.send(&mut fixture, &[correction])));
    let both = [put("note", text("no letter")), put("purpose", text("survey"))];
    let out = phone.edit(&mut fixture, call, &both);
    let verdict = phone.send(&mut fixture, &[out]).remove(0);
    let Verdict::Refused(refusal) = &verdict else { panic!("{verdict:?}") };
    assert_eq!((refusal.code.as_str(), refusal.field.as_deref()), ("field_not_covered", Some("purpose")));
    other.sync(&mut fixture);
    let out = other.edit(&mut fixture, call, &[put("note", text("mine"))]);
    assert_eq!(answer(&mut fixture, &mut other, out), "not_permitted");
    // The door is everybody's who holds the grid; what would break the record is not taken.
    let raw = other.document(door).edit(&[put("note", text("gone"))], other.actor, fixture.now).unwrap().unwrap();
    assert!(accepted(&other.send(&mut fixture, &[(door, raw, None)])));
    let (_, document) = fixture.town.document(door).unwrap().unwrap();
    assert_eq!(document.fields().text("note").unwrap(), "gone");
    assert_eq!(fixture.town.rows("household").unwrap().len(), 1);
}

#[test]
fn a_verdict_is_repeated_whatever_has_changed_since() {
    let mut fixture = Fixture::new();
    let (person, mut phone) = fixture.worker(0);
    phone.sync(&mut fixture);
    let grids = [Scope::Grid(fixture.grids[0]), Scope::Grid(fixture.grids[2])];
    let (_, good) = phone.create(&mut fixture, household("1"), grids[0], Role::GridWorker);
    let taken = phone.send(&mut fixture, std::slice::from_ref(&good));
    assert!(accepted(&taken));
    phone.fresh_actor(&mut fixture);
    let (_, bad) = phone.create(&mut fixture, household("2"), grids[1], Role::GridWorker);
    let refused = phone.send(&mut fixture, std::slice::from_ref(&bad));
    assert_eq!(code(&refused[0]), "not_permitted");
    fixture.reassign(person, &[(Role::GridWorker, fixture.grids[2])]);
    assert_eq!(phone.send(&mut fixture, &[good]), taken);
    assert_eq!(phone.send(&mut fixture, &[bad]), refused);
}

#[test]
fn an_actor_belongs_to_one_device_and_its_numbers_are_used_once() {
    let mut fixture = Fixture::new();
    let (_, mut one) = fixture.worker(0);
    let (_, mut other) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, first) = one.create(&mut fixture, household("1"), grid, Role::GridWorker);
    assert!(accepted(&one.send(&mut fixture, &[first])));
    other.sync(&mut fixture);
    let own = std::mem::replace(&mut other.actor, one.actor);
    let (_, out) = other.create(&mut fixture, household("2"), grid, Role::GridWorker);
    assert_eq!(code(&other.send(&mut fixture, &[out])[0]), "actor_foreign");
    other.actor = own;
    // Two edits from the same state by one actor, as after a restored phone.
    let base = one.document(door).changes().map(<[u8]>::to_vec).collect::<Vec<_>>();
    let now = fixture.tick();
    let make = |note: &str| {
        let mut document = qiaomen_core::document::Document::load(base.iter().map(Vec::as_slice)).unwrap();
        document.edit(&[put("note", text(note))], one.actor, now).unwrap().unwrap()
    };
    let (left, right) = (make("left"), make("right"));
    assert!(accepted(&one.send(&mut fixture, &[(door, left, None)])));
    assert_eq!(code(&one.send(&mut fixture, &[(door, right, None)])[0]), "actor_reused");
    // The same with a refused one: its number is spent.
    one.fresh_actor(&mut fixture);
    let elsewhere = Scope::Grid(fixture.grids[3]);
    let (_, far) = one.create(&mut fixture, household("3"), elsewhere, Role::GridWorker);
    assert_eq!(code(&one.send(&mut fixture, std::slice::from_ref(&far))[0]), "not_permitted");
    let again = one.create_as(far.0, household("3"), grid, Role::GridWorker, fixture.now);
    assert_eq!(code(&one.send(&mut fixture, &[again])[0]), "actor_reused");
    one.fresh_actor(&mut fixture);
    let again = one.create_as(far.0, household("3"), grid, Role::GridWorker, fixture.now);
    assert!(accepted(&one.send(&mut fixture, &[again])));
    let twice = other.create_as(far.0, household("4"), grid, Role::GridWorker, fixture.now);
    assert_eq!(answer(&mut fixture, &mut other, twice), "already_exists");
}

#[test]
fn a_batch_that_is_not_what_was_signed_is_not_looked_at() {
    let mut fixture = Fixture::new();
    let (_, phone) = {
        let (person, mut phone) = fixture.worker(0);
        phone.sync(&mut fixture);
        (person, phone)
    };
    let mut phone = phone;
    let grid = Scope::Grid(fixture.grids[0]);
    let (_, out) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let outs = [out];
    let now = fixture.tick();
    let town = fixture.town.clone();
    let exchange = |batch| {
        let request = phone.request(Some(batch));
        town.exchange(&phone.device, &request, now).unwrap_err().code()
    };
    use qiaomen_core::protocol::Code;
    let mut batch = phone.batch(&outs, now);
    batch.changes[0].acceptance = Some(9);
    assert_eq!(exchange(batch), Code::DigestMismatch);
    let mut batch = phone.batch(&outs, now);
    batch.changes[0].epoch = 1;
    assert_eq!(exchange(batch), Code::DigestMismatch);
    let mut batch = phone.batch(&outs, now);
    batch.signature.0[3] ^= 1;
    assert_eq!(exchange(batch), Code::SignatureInvalid);
    let mut batch = phone.batch(&outs, now);
    batch.changes = vec![batch.changes[0]; 10_001];
    assert_eq!(exchange(batch), Code::TooMany);
    let mut request = phone.request(None);
    request.version = 2;
    let error = town.exchange(&phone.device, &request, now).unwrap_err();
    assert_eq!(error.code(), Code::VersionUnsupported);
    assert_eq!(fixture.town.count(&Kind::Household).unwrap(), 0);
    // Another epoch, rightly signed.
    let mut batch = phone.batch(&outs, now);
    batch.changes[0].epoch = 1;
    let named = [(outs[0].0, 1, super::phone::hash_of(&outs[0].1), None)];
    batch.manifest.digest = qiaomen_core::identity::digest(named);
    batch.signature = qiaomen_core::identity::sign(&phone.key, &batch.manifest);
    let request = phone.request(Some(batch));
    let answer = town.exchange(&phone.device, &request, now).unwrap();
    assert_eq!(code(&answer.verdicts[0].verdict), "epoch_mismatch");
}

#[test]
fn one_bad_change_stops_nothing_else() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let mut outs = Vec::new();
    for room in 0..20 {
        let (door, out) = phone.create(&mut fixture, household(&room.to_string()), grid, Role::GridWorker);
        outs.push(out);
        outs.push(phone.edit(&mut fixture, door, &[put("note", text("x"))]));
    }
    outs[4].1 = b"junk".to_vec();
    let verdicts = phone.send(&mut fixture, &outs);
    let bad: Vec<usize> = (0..outs.len()).filter(|at| code(&verdicts[*at]) != "accepted").collect();
    assert_eq!(bad, [4, 5]);
    assert_eq!(fixture.town.count(&Kind::Household).unwrap(), 19);
    assert!(fixture.town.check_log().unwrap());
}

#[test]
fn a_batch_with_too_much_of_one_document_is_to_be_sent_in_parts() {
    let mut fixture = Fixture::new();
    let (_, mut phone) = fixture.worker(0);
    let grid = Scope::Grid(fixture.grids[0]);
    let (door, out) = phone.create(&mut fixture, household("1"), grid, Role::GridWorker);
    let mut outs = vec![out];
    for at in 0..201 {
        outs.push(phone.edit(&mut fixture, door, &[put("note", text(&at.to_string()))]));
    }
    let error = phone.try_exchange(&mut fixture, &outs).unwrap_err();
    assert_eq!(error.code(), qiaomen_core::protocol::Code::TooMany);
    assert_eq!(fixture.town.count(&Kind::Household).unwrap(), 0);
    for part in outs.chunks(101) {
        assert!(accepted(&phone.send(&mut fixture, part)));
    }
}
