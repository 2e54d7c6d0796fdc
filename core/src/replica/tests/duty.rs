//! Being on duty, and the proof that this phone is woken.

use super::super::{Poll, ReplicaError, TestResult, WAIT_SECONDS};
use super::*;
use crate::protocol::limits::MAX_WAIT_SECONDS;
use crate::sync::Cancel;
use crate::transport::TransportError;

const HOUR: i64 = 3600;

impl Phone {
    async fn polls(&self, second: i64) {
        self.server.world().now = reading(second).wall;
        let wait = self.replica.duty().poll(&reading(second)).unwrap().wait_seconds;
        self.replica.sync().poll(&self.server, &reading(second), wait, &Cancel::new()).await.unwrap();
    }
}

#[tokio::test]
async fn duty_lasts_until_it_ends_and_survives_a_restart() {
    let phone = phone().await;
    let duty = phone.replica.duty();
    let off = Poll { wait_seconds: WAIT_SECONDS, keeps_alive: false, until: None };
    assert_eq!(duty.poll(&reading(1)).unwrap(), off);
    let until = reading(HOUR).wall;
    duty.set(true, Some(until)).unwrap();
    let on = Poll { wait_seconds: MAX_WAIT_SECONDS, keeps_alive: true, until: Some(until) };
    assert_eq!(duty.poll(&reading(2)).unwrap(), on);
    let again = open(&phone.path, 2);
    assert!(again.duty().is_on(&reading(HOUR - 1)).unwrap());
    assert!(!again.duty().is_on(&reading(HOUR)).unwrap());
    duty.set(true, None).unwrap();
    assert!(duty.is_on(&reading(999 * HOUR)).unwrap());
    duty.set(false, None).unwrap();
    assert_eq!(duty.poll(&reading(2)).unwrap(), off);
}

#[tokio::test]
async fn a_test_is_passed_once_the_server_wakes_the_phone() {
    let phone = phone().await;
    let duty = phone.replica.duty();
    phone.run(1).await;
    assert_eq!(duty.last_test().unwrap(), None);
    phone.server.world().answers_polls = true;
    let begun = duty.begin_test(&reading(10), 42).unwrap();
    // What waits already ends; an ordinary exchange says nothing of it.
    phone.polls(11).await;
    assert_eq!(phone.server.world().wake, None);
    phone.polls(12).await;
    assert_eq!(phone.server.world().wake, Some(42));
    let asked = TestResult { asked: begun.asked, woken: None };
    assert_eq!(duty.last_test().unwrap(), Some(asked), "being answered at once proves nothing");
    phone.polls(15).await;
    // What waited says nothing of the server's clock.
    let woken = duty.last_test().unwrap().unwrap().woken.unwrap();
    assert!(woken > begun.asked);
    // Another waking changes nothing, and neither does a number of another test.
    phone.server.world().wake = Some(42);
    phone.polls(99).await;
    assert_eq!(duty.last_test().unwrap().unwrap().woken, Some(woken));
    duty.begin_test(&reading(100), 43).unwrap();
    phone.polls(101).await;
    phone.polls(102).await;
    phone.server.world().wake = Some(42);
    phone.polls(103).await;
    assert_eq!(duty.last_test().unwrap().unwrap().woken, None);
}

#[tokio::test]
async fn what_the_server_may_not_have_heard_is_said_again() {
    use super::fake::Mishap;
    let phone = phone().await;
    let duty = phone.replica.duty();
    phone.run(1).await;
    phone.server.world().answers_polls = true;
    duty.begin_test(&reading(10), 7).unwrap();
    phone.polls(11).await;
    phone.server.world().mishaps.push_back(Mishap::Before(TransportError::Offline));
    let wait = MAX_WAIT_SECONDS;
    let cut = phone.replica.sync().poll(&phone.server, &reading(12), wait, &Cancel::new()).await;
    assert_eq!(cut.unwrap_err(), ReplicaError::Offline);
    phone.polls(13).await;
    assert_eq!(phone.server.world().wake, Some(7));
    phone.polls(14).await;
    assert!(duty.last_test().unwrap().unwrap().woken.is_some());
}

#[tokio::test]
async fn a_revoked_phone_is_on_no_duty() {
    let phone = phone().await;
    phone.replica.duty().set(true, None).unwrap();
    phone.server.world().revoked = true;
    let run = phone.replica.sync().run(&phone.server, &reading(1)).await;
    assert_eq!(run.unwrap_err(), ReplicaError::Revoked);
    let duty = phone.replica.duty();
    assert_eq!(duty.is_on(&reading(2)), Err(ReplicaError::Revoked));
    assert_eq!(duty.set(true, None), Err(ReplicaError::Revoked));
    assert_eq!(duty.begin_test(&reading(2), 1), Err(ReplicaError::Revoked));
    assert_eq!(duty.last_test(), Err(ReplicaError::Revoked));
    assert_eq!(phone.replica.notices().plan(&reading(2)), Err(ReplicaError::Revoked));
    assert_eq!(phone.replica.notices().shown(&[], &reading(2)), Err(ReplicaError::Revoked));
}
