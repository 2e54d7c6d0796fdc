//! Batches that go before the verdicts on the last ones are written.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::protocol::{Refusal, Verdict};
use crate::store::Pace;
use crate::transport::{Answer, Transport, TransportError};

/// A phone with so many visits that wait, each of which is a batch.
async fn waiting(visits: i64) -> Phone {
    let phone = phone().await;
    phone.run(1).await;
    let door = phone.replica.households().save(phone.grid, &door("1"), at(2)).unwrap();
    phone.run(3).await;
    phone.server.world().asked.clear();
    for number in 0..visits {
        phone.replica.visits().save(&visit(door, number), at(number + 100)).unwrap();
    }
    phone.replica.sync().set_pace(Pace { page: 1_000, batch: 1 }).unwrap();
    phone
}

#[tokio::test]
async fn each_batch_names_a_place_that_an_answer_led_to() {
    let phone = waiting(9).await;
    let summary = phone.run(1_000).await;
    assert_eq!((summary.accepted, summary.refused), (9, 0));
    {
        let world = phone.server.world();
        let sent: Vec<_> = world.asked.iter().filter(|asked| !asked.sent.is_empty()).collect();
        assert!(sent.len() > 2, "{}", sent.len());
        for (one, next) in sent.iter().zip(&sent[2..]) {
            // The answer to the last but one is there at least.
            let arrived = one.cursor.log.size + one.sent.len() as u64;
            assert!(one.cursor.log.size <= 1 || next.cursor.base >= arrived, "{one:?} {next:?}");
        }
    }
    assert_eq!(phone.replica.sync().waiting().unwrap(), 0);
    agrees(&phone);
}

/// Takes its time with every exchange, and counts how many are on their way together.
struct Slow<'f> {
    server: &'f fake::Fake,
    open: AtomicUsize,
    most: AtomicUsize,
    /// The exchange that is cut.
    cut: usize,
    count: AtomicUsize,
    /// The most together since that one.
    after: AtomicUsize,
    /// How many were on their way as each began, itself included.
    began: std::sync::Mutex<Vec<usize>>,
}

/// One that is on its way, until it has come or was given up.
struct Open<'a>(&'a AtomicUsize);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl<'f> Slow<'f> {
    fn new(server: &'f fake::Fake, cut: usize) -> Self {
        let zero = || AtomicUsize::new(0);
        Self { server, open: zero(), most: zero(), cut, count: zero(), after: zero(), began: Default::default() }
    }
}

impl Transport for Slow<'_> {
    fn enrol(&self, body: Vec<u8>) -> Answer<'_> {
        self.server.enrol(body)
    }

    fn exchange(&self, token: &[u8; 32], body: Vec<u8>, wait_seconds: u16) -> Answer<'_> {
        let token = *token;
        Box::pin(async move {
            let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
            let _open = Open(&self.open);
            self.most.fetch_max(open, Ordering::SeqCst);
            self.began.lock().unwrap().push(open);
            let number = self.count.fetch_add(1, Ordering::SeqCst);
            if number > self.cut + 1 {
                self.after.fetch_max(open, Ordering::SeqCst);
            }
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
            let answer = self.server.exchange(&token, body, wait_seconds).await;
            if number == self.cut { Err(TransportError::Cut) } else { answer }
        })
    }

    fn common(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        self.server.common(token, body)
    }

    fn salvage(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        self.server.salvage(token, body)
    }
}

#[tokio::test]
async fn a_second_batch_goes_before_the_first_is_answered() {
    let phone = waiting(9).await;
    let way = Slow::new(&phone.server, usize::MAX - 2);
    let summary = phone.replica.sync().run(&way, &reading(1_000)).await.unwrap();
    assert_eq!((summary.accepted, way.most.load(Ordering::SeqCst)), (9, 2));
    agrees(&phone);
}

#[tokio::test]
async fn after_a_cut_one_goes_at_a_time() {
    let phone = waiting(9).await;
    let way = Slow::new(&phone.server, 0);
    phone.replica.sync().run(&way, &reading(1_000)).await.unwrap();
    assert_eq!(phone.replica.sync().waiting().unwrap(), 0);
    assert_eq!((way.most.load(Ordering::SeqCst), way.after.load(Ordering::SeqCst)), (2, 1));
    agrees(&phone);
}

#[tokio::test]
async fn what_hangs_on_a_record_that_waits_does_not_go_beside_it() {
    let phone = phone().await;
    phone.run(1).await;
    let door = phone.replica.households().save(phone.grid, &door("1"), at(2)).unwrap();
    for number in 0..6 {
        phone.replica.visits().save(&visit(door, number), at(number + 100)).unwrap();
    }
    phone.replica.sync().set_pace(Pace { page: 1_000, batch: 1 }).unwrap();
    let way = Slow::new(&phone.server, usize::MAX - 2);
    // The door itself goes alone: the first visit to it waits for its answer, and only then do two go at a time.
    phone.replica.sync().run(&way, &reading(1_000)).await.unwrap();
    assert_eq!(way.began.lock().unwrap()[..2], [1, 1]);
    assert_eq!(way.most.load(Ordering::SeqCst), 2);
    assert_eq!(phone.replica.sync().waiting().unwrap(), 0);
    agrees(&phone);
}

#[tokio::test]
async fn what_is_on_its_way_behind_a_refusal_is_asked_for_again() {
    let phone = waiting(9).await;
    let refused = AtomicUsize::new(0);
    phone.server.world().judge = Some(Box::new(move |_| {
        let first = refused.fetch_add(1, Ordering::SeqCst) == 0;
        first.then(|| Verdict::Refused(Refusal::new("not_permitted")))
    }));
    let way = Slow::new(&phone.server, usize::MAX - 2);
    let summary = phone.replica.sync().run(&way, &reading(1_000)).await.unwrap();
    assert_eq!((summary.accepted, summary.refused, way.most.load(Ordering::SeqCst)), (8, 1, 2));
    assert_eq!(phone.replica.sync().waiting().unwrap(), 0);
    agrees(&phone);
}

/// Cuts the way after some exchange has arrived.
struct Cuts<'f> {
    server: &'f fake::Fake,
    at: usize,
    count: AtomicUsize,
}

impl Transport for Cuts<'_> {
    fn enrol(&self, body: Vec<u8>) -> Answer<'_> {
        self.server.enrol(body)
    }

    fn exchange(&self, token: &[u8; 32], body: Vec<u8>, wait_seconds: u16) -> Answer<'_> {
        let answer = self.server.exchange(token, body, wait_seconds);
        let cut = self.count.fetch_add(1, Ordering::SeqCst) == self.at;
        Box::pin(async move { if cut { answer.await.and(Err(TransportError::Cut)) } else { answer.await } })
    }

    fn common(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        self.server.common(token, body)
    }

    fn salvage(&self, token: &[u8; 32], body: Vec<u8>) -> Answer<'_> {
        self.server.salvage(token, body)
    }
}

#[tokio::test]
async fn wherever_the_way_is_cut_nothing_is_lost_or_sent_twice_as_new() {
    for at in 0..5 {
        let phone = waiting(5).await;
        let way = Cuts { server: &phone.server, at, count: AtomicUsize::new(0) };
        phone.replica.sync().run(&way, &reading(1_000)).await.unwrap();
        assert_eq!(phone.replica.sync().waiting().unwrap(), 0);
        agrees(&phone);
    }
}

#[tokio::test]
async fn a_phone_that_dies_with_a_batch_ahead_goes_on_from_its_own_place() {
    let phone = waiting(5).await;
    // The second arrives, its answer does not, and the phone is gone before the first one's verdicts are known to it.
    let way = Cuts { server: &phone.server, at: 1, count: AtomicUsize::new(0) };
    let cancel = crate::sync::Cancel::new();
    let step = phone.replica.sync().step(&way, &reading(1_000), &cancel).await.unwrap();
    assert_eq!(step.taken.accepted, 1);
    phone.replica.sync().step(&way, &reading(1_001), &cancel).await.unwrap_err();
    let Phone { replica, server, path, folder, grid } = phone;
    drop(replica);
    let phone = Phone { replica: open(&path, 9), server, path, folder, grid };
    phone.run(2_000).await;
    assert_eq!(phone.replica.sync().waiting().unwrap(), 0);
    agrees(&phone);
}

#[tokio::test]
async fn nothing_goes_ahead_of_a_refusal() {
    let phone = waiting(1).await;
    let visits =
        phone.replica.households().list(None, super::super::Order::Walking, super::super::Part::all()).unwrap();
    let door = visits[0].household.id.into();
    let kept = phone.replica.visits().of_household(door, super::super::Part::all()).unwrap().remove(0);
    let changed = Visit { note: Some("另一句话".into()), ..kept.record.clone() };
    assert!(phone.replica.visits().edit(kept.id, &kept.record, &changed, at(500)).unwrap());
    phone.server.world().judge = Some(Box::new(|_| Some(Verdict::Refused(Refusal::new("not_permitted")))));
    let summary = phone.run(1_000).await;
    assert_eq!((summary.accepted, summary.refused), (0, 1));
    let sent = phone.server.world().asked.iter().map(|asked| asked.sent.len()).sum::<usize>();
    assert_eq!(sent, 1, "what followed the refused change was never sent");
}
