//! A village's phones, all at once.

use std::sync::Arc;

use qiaomen_core::record::Role;

use crate::harness::{Phone, World};

const PHONES: usize = 40;

/// Everybody exchanges at the same time.
fn at_once(world: &World, phones: &[Arc<Phone>]) {
    let running: Vec<_> = phones
        .iter()
        .cloned()
        .map(|phone| {
            world.runtime.spawn(async move {
                let Phone { wire, clock, .. } = &*phone;
                phone.replica().sync().run(wire, clock).await
            })
        })
        .collect();
    for (number, one) in running.into_iter().enumerate() {
        let done = world.runtime.block_on(one).unwrap();
        assert!(done.is_ok(), "phone {number}: {done:?}");
    }
}

#[test]
fn the_first_exchange_of_many_phones_at_once_fails_for_none() {
    let mut world = World::new();
    for number in 0..120 {
        world.door(number % 2, &format!("{number}"));
    }
    let phones: Vec<Arc<Phone>> = (0..PHONES)
        .map(|number| {
            let (role, area) = match number % 4 {
                0 => (Role::TeamHead, world.villages[0]),
                1 => (Role::Volunteer, world.grids[1]),
                _ => (Role::GridWorker, world.grids[0]),
            };
            let person = world.person(role, area);
            Arc::new(world.fresh_phone(person))
        })
        .collect();
    at_once(&world, &phones);
    // Each has something to say, and says it while the others do.
    for phone in &phones {
        let order = qiaomen_core::replica::Order::Walking;
        let part = qiaomen_core::replica::Part::first(1);
        let door = phone.replica().households().list(None, order, part).unwrap()[0].household.id;
        phone.visit_door(door.into());
        phone.edit_door(door.into(), |door| door.note = Some(format!("{}", phone.person)));
    }
    at_once(&world, &phones);
    at_once(&world, &phones);
    let some: Vec<&Phone> = phones.iter().step_by(9).map(|phone| &**phone).collect();
    world.agree(&some);
    assert!(phones.iter().all(|phone| phone.waiting() == 0));
    let size = world.log_size();
    assert!(world.town().check_log().unwrap());
    at_once(&world, &phones);
    assert_eq!(world.log_size(), size);
}
