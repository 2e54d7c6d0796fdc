//! Work of one's own in documents whose scope is held no longer.

use super::*;
use crate::protocol::{Refusal, Verdict};

/// A record of others' on the phone, which the person has edited; nothing of the edit was sent.
async fn edited(phone: &Phone) -> (DocumentId, Household) {
    let (_, raw, id) = foreign(1, Scope::Grid(phone.grid), &door("1").into());
    phone.server.world().accept(id, &raw, OTHER, None);
    phone.run(1).await;
    let changed = Household { note: Some("mine".into()), ..door("1") };
    phone.replica.households().edit(id.into(), &door("1"), &changed, at(2)).unwrap();
    (id, changed)
}

fn refuse(phone: &Phone, code: &'static str) {
    phone.server.world().judge = Some(Box::new(move |_| Some(Verdict::Refused(Refusal::new(code)))));
}

#[tokio::test]
async fn what_was_kept_back_is_handed_over_before_its_scope_goes() {
    let phone = phone().await;
    let replica = &phone.replica;
    replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    phone.run(1).await;
    let (id, _) = edited(&phone).await;
    // What the edit follows is lost, and the scope with it.
    {
        let mut world = phone.server.world();
        world.restore(1);
        world.scopes = vec![Scope::Town];
    }
    refuse(&phone, "gate_dependency_missing");
    phone.run(4).await;
    {
        let world = phone.server.world();
        let sent: Vec<_> = world.asked.iter().filter(|asked| asked.sent.iter().any(|sent| sent.0 == id)).collect();
        assert_eq!(sent.len(), 2, "once to be told that the server was restored");
        assert_eq!(sent[1].cursor.base, 1, "as the one it was");
    }
    let items = replica.quarantine().list().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].refused.edits.as_ref().unwrap()[0].path, vec!["note".into()]);
    assert_eq!(replica.scopes().unwrap(), vec![Scope::Town]);
    assert_eq!(replica.snapshot().unwrap().documents.len(), 0);
}

#[tokio::test]
async fn a_refused_edit_of_what_left_keeps_nothing_of_others() {
    let phone = phone().await;
    let replica = &phone.replica;
    let (id, _) = edited(&phone).await;
    // It is moved away before the edit is sent.
    {
        let mut world = phone.server.world();
        let (_, raw, other) = foreign(2, Scope::Grid(phone.grid), &door("2").into());
        world.accept(other, &raw, OTHER, None);
        world.move_to(id, Scope::Grid(area(99)));
    }
    let mut first = true;
    phone.server.world().judge = Some(Box::new(move |_| {
        let code = if std::mem::take(&mut first) { "first" } else { "not_permitted" };
        Some(Verdict::Refused(Refusal::new(code)))
    }));
    replica.households().edit(id.into(), &door("1"), &Household { door: Door::Vacant, ..door("1") }, at(3)).unwrap();
    // One of two goes up with the answer that takes the record away.
    replica.sync().set_pace(crate::store::Pace { page: 100_000, batch: 1 }).unwrap();
    phone.run(4).await;
    let items = replica.quarantine().list().unwrap();
    assert_eq!(items.len(), 2);
    for item in items {
        assert!(item.refused.fields.is_none(), "the record is others'");
        assert_eq!(item.refused.edits.as_ref().unwrap().len(), 1, "the edit is the person's");
    }
    assert!(replica.households().get(id.into()).unwrap().is_none());
    assert!(replica.snapshot().unwrap().documents.iter().all(|document| document.id != id));
}
