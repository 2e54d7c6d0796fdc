//! Restored servers that forgot what is not in the log.

use super::*;
use crate::protocol::{Later, Refusal, Verdict};
use crate::store::Mark;

fn hold_all(phone: &Phone) {
    phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Held(Refusal::new("needs_decision")))));
}

#[tokio::test]
async fn what_a_restored_server_held_is_sent_again() {
    let phone = phone().await;
    let replica = &phone.replica;
    let id = replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    hold_all(&phone);
    phone.run(2).await;
    let asked = phone.server.world().asked.len();
    phone.run(3).await;
    phone.run(3).await;
    assert!(phone.server.world().asked[asked..].iter().all(|asked| asked.sent.is_empty()), "held, and so not sent");
    phone.server.world().forget_holds();
    phone.server.world().judge = None;
    let summary = phone.run(4).await;
    assert_eq!(summary.accepted, 1);
    assert_eq!(replica.mark(id.into()).unwrap(), Some(Mark::Sent));
    agrees(&phone);
}

#[tokio::test]
async fn later_verdicts_of_a_restored_server_are_seen_though_their_numbers_were() {
    let phone = phone().await;
    let replica = &phone.replica;
    let verdict = Verdict::Refused(Refusal::new("declined"));
    let decline = |number| {
        let mut world = phone.server.world();
        let (document, change, _) = world.asked.iter().flat_map(|asked| asked.sent.clone()).last().unwrap();
        world.later.push(Later { number, document, change, verdict: verdict.clone() });
    };
    hold_all(&phone);
    for number in 1..=3 {
        replica.households().save(phone.grid, &door(&number.to_string()), at(1)).unwrap();
        phone.run(2).await;
        decline(number);
        phone.run(3).await;
    }
    assert_eq!(replica.quarantine().list().unwrap().len(), 3);
    replica.households().save(phone.grid, &door("4"), at(4)).unwrap();
    phone.run(5).await;
    phone.server.world().later.clear();
    // The restored server counts from one again.
    decline(1);
    phone.run(6).await;
    assert_eq!(replica.quarantine().list().unwrap().len(), 4);
    assert_eq!(replica.figures().unwrap().held, 0);
}

#[tokio::test]
async fn what_is_held_for_an_earlier_device_of_the_phone_is_not_sent_again() {
    let phone = phone().await;
    let replica = &phone.replica;
    replica.households().save(phone.grid, &door("201"), at(1)).unwrap();
    hold_all(&phone);
    phone.run(2).await;
    phone.server.world().device = DeviceId::from_bytes([77; 16]);
    replica.enrol(&phone.server, "code", "phone", &reading(3)).await.unwrap();
    let asked = phone.server.world().asked.len();
    phone.run(4).await;
    phone.run(5).await;
    assert!(phone.server.world().asked[asked..].iter().all(|asked| asked.sent.is_empty()));
    assert_eq!(replica.figures().unwrap().held, 1);
}
