//! Refused, held, depending on it.

use super::*;
use crate::document::Change;
use crate::protocol::{Later, Refusal, Verdict};
use crate::replica::Part;
use crate::store::Mark;

fn noted(text: &str, before: &Household) -> Household {
    Household { note: Some(text.into()), ..before.clone() }
}

#[tokio::test]
async fn a_refused_record_is_corrected_and_sent_again_under_its_identifier() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    let other = replica.households().save(phone.grid, &door("202"), at(1)).unwrap();
    let noted = noted("x", &door("201"));
    replica.households().edit(id, &door("201"), &noted, at(2)).unwrap();
    let mut refused = Some(DocumentId::from(id));
    phone.server.world().judge = Some(Box::new(move |sent| {
        if refused == Some(sent.document) {
            refused = None;
            return Some(Verdict::Refused(Refusal::field("invalid", "door")));
        }
        (Change::parse(sent.bytes).unwrap().seq() > 1).then_some(Verdict::DependsOnRefused)
    }));
    let summary = phone.run(5).await;
    assert_eq!((summary.accepted, summary.refused), (1, 1));
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Refused));
    assert_eq!(replica.mark(other.into()).unwrap(), Some(Mark::Sent));
    assert!(replica.households().get(id).unwrap().is_none());
    let list = replica.quarantine().list().unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].refused.changes.len(), 2);
    assert_eq!((list[0].refused.code.as_str(), list[0].refused.field.as_deref()), ("invalid", Some("door")));
    assert!(list[0].refused.whole && !list[0].reason_zh.is_empty());
    assert_eq!(list[0].record().unwrap(), noted.clone().into());
    let exported = replica.quarantine().export(list[0].refused.item).unwrap();
    assert!(exported.contains("\"invalid\"") && exported.contains(&id.to_string()));
    agrees(&phone);
    let corrected = Household { door: Door::Vacant, ..noted };
    replica.quarantine().resend(list[0].refused.item, &corrected.clone().into(), at(8)).unwrap();
    assert!(replica.quarantine().list().unwrap().is_empty());
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Waiting));
    phone.run(9).await;
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    assert_eq!(replica.households().get(id).unwrap().unwrap().record, corrected);
    agrees(&phone);
    let world = phone.server.world();
    let actors: Vec<_> = world.log.iter().map(|logged| Change::parse(&logged.raw).unwrap().actor()).collect();
    assert_ne!(actors[0], actors[1], "fresh after a refusal");
}

#[tokio::test]
async fn what_merely_depended_on_a_refused_edit_is_written_again() {
    let phone = phone().await;
    let replica = &phone.replica;
    let first = door("201");
    let id = replica.households().save(phone.grid, &first, at(1)).unwrap();
    phone.run(2).await;
    let second = noted("refused", &first);
    replica.households().edit(id, &first, &second, at(3)).unwrap();
    let third = Household { door: Door::Vacant, ..second.clone() };
    replica.households().edit(id, &second, &third, at(4)).unwrap();
    let mut edits = 0;
    phone.server.world().judge = Some(Box::new(move |_| {
        edits += 1;
        match edits {
            1 => Some(Verdict::Refused(Refusal::field("field_not_covered", "note"))),
            2 => Some(Verdict::DependsOnRefused),
            _ => None,
        }
    }));
    // One of the dependants has not been sent yet.
    replica.sync().set_pace(crate::store::Pace { page: 1_000, batch: 1 }).unwrap();
    phone.run(5).await;
    let shown = replica.households().get(id).unwrap().unwrap();
    assert_eq!((shown.record.note, shown.record.door, shown.mark), (None, Door::Vacant, Mark::Refused));
    agrees(&phone);
    let items = replica.quarantine().list().unwrap();
    assert_eq!(items.len(), 1);
    assert!(!items[0].refused.whole);
    assert_eq!(items[0].refused.edits.as_ref().unwrap()[0].path, vec!["note".into()]);
    // The person sends it again otherwise.
    let corrected = noted("better", &Household { door: Door::Vacant, ..first });
    replica.quarantine().resend(items[0].refused.item, &corrected.clone().into(), at(8)).unwrap();
    phone.run(9).await;
    let shown = replica.households().get(id).unwrap().unwrap();
    assert_eq!((shown.record, shown.mark), (corrected, Mark::Sent));
    agrees(&phone);
}

#[tokio::test]
async fn one_that_is_given_up_leaves_the_record_clean() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.run(2).await;
    replica.households().edit(id, &door("201"), &noted("x", &door("201")), at(3)).unwrap();
    phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Refused(Refusal::new("not_permitted")))));
    phone.run(4).await;
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Refused));
    let item = replica.quarantine().list().unwrap()[0].refused.item;
    replica.quarantine().discard(item).unwrap();
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    assert_eq!(replica.households().get(id).unwrap().unwrap().record, door("201"));
}

#[tokio::test]
async fn a_held_edit_stays_shown_until_it_is_decided() {
    for accepted in [true, false] {
        let phone = phone().await;
        let replica = &phone.replica;
        let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
        phone.run(2).await;
        let changed = noted("held", &door("201"));
        replica.households().edit(id, &door("201"), &changed, at(3)).unwrap();
        phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Held(Refusal::new("needs_decision")))));
        let summary = phone.run(4).await;
        assert_eq!(summary.held, 1);
        let shown = replica.households().get(id).unwrap().unwrap();
        assert_eq!((shown.record.clone(), shown.mark), (changed.clone(), Mark::Held));
        assert_eq!(replica.held_because(id.into()).unwrap().unwrap().0, "needs_decision");
        // It is not sent again, and what follows it is by another actor.
        let further = Household { door: Door::Vacant, ..changed.clone() };
        replica.households().edit(id, &changed, &further, at(5)).unwrap();
        phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Held(Refusal::new("depends_on_held")))));
        phone.run(6).await;
        let held: Vec<_> = {
            let mut world = phone.server.world();
            let asked: Vec<_> = world.asked.iter().filter(|asked| !asked.sent.is_empty()).cloned().collect();
            assert_eq!(asked.len(), 3);
            assert_ne!(asked[1].actors, asked[2].actors);
            world.judge = None;
            vec![asked[1].sent[0].1, asked[2].sent[0].1]
        };
        {
            let mut world = phone.server.world();
            let now = world.now;
            let raws: Vec<Vec<u8>> = phone
                .replica
                .engine
                .state()
                .store
                .document(id.into())
                .unwrap()
                .unwrap()
                .changes()
                .skip(1)
                .map(<[u8]>::to_vec)
                .collect();
            for (number, (hash, raw)) in (1..).zip(held.iter().zip(raws)) {
                let verdict = if accepted {
                    let device = world.device;
                    let sequence = world.accept(id.into(), &raw, device, None);
                    Verdict::Accepted { sequence, acceptance: sequence, arrival: now }
                } else if number == 1 {
                    Verdict::Refused(Refusal::new("declined"))
                } else {
                    Verdict::DependsOnRefused
                };
                world.later.push(Later { number, document: id.into(), change: *hash, verdict });
            }
        }
        phone.run(7).await;
        let shown = replica.households().get(id).unwrap().unwrap();
        if accepted {
            assert_eq!((shown.record, shown.mark), (further, Mark::Sent));
        } else {
            assert_eq!((shown.record.note, shown.record.door, shown.mark), (None, Door::Vacant, Mark::Refused));
            assert_eq!(replica.quarantine().list().unwrap()[0].refused.code, "declined");
        }
        agrees(&phone);
        // Later verdicts come once.
        phone.run(8).await;
        assert_eq!(replica.quarantine().list().unwrap().len(), usize::from(!accepted));
    }
}

/// Others' edit of `document`, as one who saw what `seen` has.
fn others_edit(seen: &[Vec<u8>], before: &Household, after: &Household) -> Vec<u8> {
    let mut document = Document::load(seen.iter().map(Vec::as_slice)).unwrap();
    let edits = Record::from(before.clone()).fields().difference(&Record::from(after.clone()).fields());
    document.edit(&edits, ActorId::from_bytes([99; 16]), reading(3).wall).unwrap().unwrap()
}

fn logged(phone: &Phone, id: HouseholdId) -> Vec<Vec<u8>> {
    let world = phone.server.world();
    world.log.iter().filter(|logged| logged.document == id.into()).map(|logged| logged.raw.clone()).collect()
}

#[tokio::test]
async fn what_is_written_again_leaves_what_others_wrote_meanwhile_beside_it() {
    let phone = phone().await;
    let replica = &phone.replica;
    let first = door("201");
    let id = replica.households().save(phone.grid, &first, at(1)).unwrap();
    phone.run(2).await;
    let second = Household { door: Door::Vacant, ..first.clone() };
    replica.households().edit(id, &first, &second, at(3)).unwrap();
    replica.households().edit(id, &second, &noted("x", &second), at(4)).unwrap();
    let mut held = 0;
    phone.server.world().judge = Some(Box::new(move |_| {
        held += 1;
        let code = if held == 1 { "needs_decision" } else { "depends_on_held" };
        (held <= 2).then(|| Verdict::Held(Refusal::new(code)))
    }));
    phone.run(5).await;
    let raw = others_edit(&logged(&phone, id), &first, &noted("y", &first));
    {
        let mut world = phone.server.world();
        world.accept(id.into(), &raw, OTHER, None);
    }
    phone.run(6).await;
    assert_eq!(replica.conflicts().list(Part::all()).unwrap().len(), 1);
    {
        let mut world = phone.server.world();
        let sent = world.asked.iter().flat_map(|asked| asked.sent.clone()).skip(1);
        let hashes: Vec<_> = sent.map(|(_, hash, _)| hash).collect();
        let verdicts = [Verdict::Refused(Refusal::new("declined")), Verdict::DependsOnRefused];
        for ((number, change), verdict) in (1..).zip(hashes).zip(verdicts) {
            world.later.push(Later { number, document: id.into(), change, verdict });
        }
    }
    phone.run(7).await;
    let conflicts = replica.conflicts().list(Part::all()).unwrap();
    assert_eq!(conflicts.len(), 1, "neither value is lost");
    let values: BTreeSet<String> = conflicts[0].fields[0].values.iter().map(|one| format!("{:?}", one.value)).collect();
    assert_eq!(values, BTreeSet::from(["Text(\"x\")".to_owned(), "Text(\"y\")".to_owned()]));
    assert_eq!(replica.households().get(id).unwrap().unwrap().record.door, Door::LivedIn);
    agrees(&phone);
}

#[tokio::test]
async fn another_device_of_the_person_leaves_what_others_wrote_meanwhile_beside_its_own() {
    let phone = phone().await;
    let replica = &phone.replica;
    let first = door("201");
    let id = replica.households().save(phone.grid, &first, at(1)).unwrap();
    phone.run(2).await;
    replica.households().edit(id, &first, &noted("x", &first), at(4)).unwrap();
    let raw = others_edit(&logged(&phone, id), &first, &noted("y", &first));
    {
        let mut world = phone.server.world();
        world.accept(id.into(), &raw, OTHER, None);
        // The page arrives, and what was sent with it goes nowhere.
        world.judge = Some(Box::new(|_| Some(Verdict::Held(Refusal::new("needs_decision")))));
    }
    phone.run(5).await;
    replica.engine.state().store.release_held_for_tests();
    phone.server.world().judge = None;
    phone.server.world().device = DeviceId::from_bytes([77; 16]);
    replica.enrol(&phone.server, "code", "phone", &reading(6)).await.unwrap();
    phone.run(7).await;
    assert_eq!(replica.conflicts().list(Part::all()).unwrap().len(), 1);
    agrees(&phone);
}

#[tokio::test]
async fn a_corrected_edit_leaves_what_others_wrote_meanwhile() {
    let phone = phone().await;
    let replica = &phone.replica;
    let first = door("201");
    let id = replica.households().save(phone.grid, &first, at(1)).unwrap();
    phone.run(2).await;
    replica.households().edit(id, &first, &noted("refused", &first), at(3)).unwrap();
    phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Refused(Refusal::field("invalid", "note")))));
    phone.run(4).await;
    let theirs = Household { door: Door::Vacant, ..first.clone() };
    let raw = others_edit(&logged(&phone, id), &first, &theirs);
    {
        let mut world = phone.server.world();
        world.judge = None;
        world.accept(id.into(), &raw, OTHER, None);
    }
    phone.run(5).await;
    let item = replica.quarantine().list().unwrap().remove(0);
    assert_eq!(item.record().unwrap(), noted("refused", &first).into(), "as the person had it");
    replica.quarantine().resend(item.refused.item, &noted("better", &first).into(), at(6)).unwrap();
    phone.run(7).await;
    let shown = replica.households().get(id).unwrap().unwrap();
    assert_eq!((shown.record, shown.mark), (noted("better", &theirs), Mark::Sent));
    agrees(&phone);
}

#[tokio::test]
async fn a_corrected_record_that_somebody_else_has_written_meanwhile_adds_to_theirs() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &noted("mine", &door("201")), at(1)).unwrap();
    let mine = logged_unsent(&phone);
    phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Refused(Refusal::new("already_exists")))));
    phone.run(2).await;
    let header = Change::parse(&mine).unwrap().first().unwrap().header;
    let theirs = Household { door: Door::Vacant, ..door("301") };
    let record = Record::from(theirs.clone());
    let (_, raw) = Document::create(&header, &record, ActorId::from_bytes([98; 16]), reading(2).wall).unwrap();
    {
        let mut world = phone.server.world();
        world.judge = None;
        world.accept(id.into(), &raw, OTHER, None);
    }
    phone.run(3).await;
    let item = replica.quarantine().list().unwrap().remove(0);
    assert!(item.refused.whole);
    // The person changes one field of what they were shown.
    let mut corrected = noted("mine", &door("201"));
    corrected.address.floor = Some(9);
    replica.quarantine().resend(item.refused.item, &corrected.into(), at(6)).unwrap();
    phone.run(7).await;
    let mut expected = noted("mine", &theirs);
    expected.address.floor = Some(9);
    assert_eq!(replica.households().get(id).unwrap().unwrap().record, expected);
    agrees(&phone);
}

fn logged_unsent(phone: &Phone) -> Vec<u8> {
    let unsent = phone.replica.engine.state().store.unsent(crate::store::Choice::All, i64::MIN, |_| true).unwrap();
    unsent.last().unwrap().raw.clone()
}
