//! When something is sent: at once, again, less often, or no more.

use std::time::{Duration, Instant};

use qiaomen_core::record::SeededRandom;
use qiaomen_server::clock::{Clock as _, SystemClock};
use qiaomen_server::hook::send::TIMEOUT;
use qiaomen_server::store::{HookFormat, HookTarget, NewHook, News, NewsKind};
use qiaomen_server::town::Town;

use super::super::Fixture;
use super::super::http::Running;
use super::{Arrived, Receiver, Told, nobody};

#[test]
fn what_failed_is_tried_again_less_and_less_often() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers([(500, ""), (302, ""), (503, "")]);
    told.tell(NewsKind::NoTeam, 3);
    told.step();
    for (seconds, count) in [(4, 1), (1, 2), (9, 2), (1, 3), (19, 3), (1, 4), (3_600, 4)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count, "after {seconds} more seconds");
    }
    // Each try is signed anew.
    let mut signatures: Vec<_> =
        receiver.arrived().iter().map(|arrived| arrived.headers["Qiaomen-Signature"].clone()).collect();
    signatures.dedup();
    assert_eq!(signatures.len(), 4);
}

#[test]
fn a_robot_that_was_sent_too_much_is_left_alone_for_a_minute() {
    for (format, code) in [
        (HookFormat::Wecom, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#),
        (HookFormat::Dingtalk, r#"{"errcode":130101,"errmsg":"send too fast"}"#),
        (HookFormat::Dingtalk, r#"{"errcode":660026,"errmsg":"send too fast"}"#),
    ] {
        let (told, receiver) = (Told::new(), Receiver::new());
        told.add("duty", format, receiver.url());
        receiver.answers([(200, code)]);
        told.tell(NewsKind::Waiting, 2);
        told.step();
        told.tell(NewsKind::Telephone, 1);
        told.after(59);
        assert_eq!(receiver.count(), 1, "other news waits as well");
        told.after(1);
        assert_eq!(receiver.count(), 3);
        assert_eq!(told.hook().waiting, 0);
    }
}

#[test]
fn a_robots_other_code_is_a_failure_like_any() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Wecom, receiver.url());
    receiver.answers([(200, r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#), (200, "<html>"), (200, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    for (seconds, count) in [(5, 2), (10, 3), (20, 4), (3_600, 4)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count);
    }
}

#[test]
fn a_receiver_that_says_for_how_long_is_left_alone_so_long() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers_with(429, "retry-after", "300");
    receiver.answers_with(429, "retry-after", "Sun, 01 Mar 2026 02:00:00 GMT");
    told.tell(NewsKind::Waiting, 2);
    told.step();
    for (seconds, count) in [(299, 1), (1, 2), (3_299, 2), (1, 3)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count);
    }
    receiver.answers([(429, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    for (seconds, count) in [(59, 4), (1, 5)] {
        told.after(seconds);
        assert_eq!(receiver.count(), count);
    }
}

#[test]
fn no_more_is_sent_in_a_minute_than_the_receiver_takes() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add_with("duty", HookFormat::Wecom, receiver.url(), 2);
    // What failed counts: the receiver has counted it too.
    receiver.answers([(500, "")]);
    told.tell(NewsKind::Waiting, 1);
    told.step();
    told.after(10);
    assert_eq!(receiver.count(), 2);
    for kind in NewsKind::ALL {
        told.tell(kind, 2);
    }
    // Nor does a restart forget what was sent.
    let told = told.restart();
    told.after(49);
    assert_eq!(receiver.count(), 2);
    told.after(1);
    assert_eq!(receiver.count(), 3, "the first is a minute ago");
    told.after(9);
    assert_eq!(receiver.count(), 3);
    told.after(1);
    assert_eq!(receiver.count(), 4);
    told.after(60);
    assert_eq!(receiver.count(), 5);
    assert_eq!(told.hook().waiting, 0);
}

#[test]
fn never_more_than_twenty_in_any_minute() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Dingtalk, receiver.url());
    let mut when = Vec::new();
    for second in 0..180 {
        told.tell(NewsKind::ALL[second % 3], 1 + second as u64);
        told.after(1);
        when.resize(receiver.count(), second);
    }
    assert_eq!(when.len(), 60, "it is not held back either");
    for first in &when {
        assert!(when.iter().filter(|at| (*first..first + 60).contains(at)).count() <= 20);
    }
}

#[test]
fn what_waits_is_told_with_the_newest_count() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Wecom, receiver.url());
    told.tell(NewsKind::Waiting, 1);
    told.tell(NewsKind::NoTeam, 1);
    told.tell(NewsKind::Waiting, 4);
    told.tell(NewsKind::NoTeam, 0);
    told.step();
    let texts: Vec<_> = receiver.arrived().iter().map(Arrived::content).collect();
    assert_eq!(texts, ["【敲门】4 条预警无人签收，请立即处理：https://town.example/alerts"]);
}

#[test]
fn a_restart_keeps_what_waits() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers([(500, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    let told = told.restart();
    told.after(4);
    assert_eq!(receiver.count(), 1, "the pause is kept as well");
    told.after(1);
    assert_eq!(receiver.count(), 2);
    let told = told.restart();
    told.after(3_600);
    assert_eq!(receiver.count(), 2);
}

#[test]
fn a_removed_webhook_is_told_nothing() {
    let (told, receiver, other) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    told.add("other", HookFormat::Json, other.url());
    told.tell(NewsKind::Waiting, 2);
    assert!(told.town.store().hook_remove("duty", nobody(), told.clock.now()).unwrap());
    told.step();
    told.tell(NewsKind::Telephone, 1);
    told.step();
    assert_eq!((receiver.count(), other.count()), (0, 2));
    // Neither its address nor its secret is kept, though the row is.
    let connection = rusqlite::Connection::open(told.folder.path().join("town.sqlite3")).unwrap();
    let kept: (String, Option<Vec<u8>>) = connection
        .query_row("SELECT url, secret FROM webhook WHERE name = 'duty'", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(kept, (String::new(), None));
}

#[test]
fn a_message_is_given_up_after_a_day() {
    let told = Told::new();
    // Nobody listens there.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    told.add("duty", HookFormat::Json, format!("http://{gone}/"));
    told.tell(NewsKind::Waiting, 2);
    told.step();
    let mut minutes = 0;
    while told.hook().waiting == 1 {
        told.after(60);
        minutes += 1;
    }
    assert!((24 * 60 - 11..=24 * 60).contains(&minutes), "{minutes}");
    assert_eq!((told.hook().sent, told.hook().failed), (None, Some(told.clock.now())));
    // One that nobody could send for a day, since nothing ran, is not sent late.
    let receiver = Receiver::new();
    told.add("late", HookFormat::Json, receiver.url());
    told.tell(NewsKind::Waiting, 3);
    told.after(24 * 3_600);
    assert_eq!(receiver.count(), 0);
    told.tell(NewsKind::Waiting, 3);
    told.step();
    assert_eq!(receiver.count(), 1);
}

#[test]
fn a_redirect_leads_nowhere() {
    let (told, receiver, elsewhere) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    receiver.answers_with(307, "location", &elsewhere.url());
    told.tell(NewsKind::Waiting, 2);
    told.step();
    assert_eq!((receiver.count(), elsewhere.count(), told.hook().waiting), (1, 0, 1));
}

#[test]
fn a_receiver_that_fails_keeps_no_other_waiting() {
    let (told, broken, sound) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("a", HookFormat::Wecom, broken.url());
    told.add("b", HookFormat::Wecom, sound.url());
    broken.answers([(500, ""), (500, "")]);
    told.tell(NewsKind::Waiting, 2);
    told.step();
    assert_eq!((broken.count(), sound.count()), (1, 1));
    told.after(5);
    assert_eq!((broken.count(), sound.count()), (2, 1));
}

/// Takes as long as a receiver may.
#[test]
fn a_receiver_that_never_answers_is_given_ten_seconds_and_keeps_no_other_waiting() {
    let (told, sound) = (Told::new(), Receiver::new());
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    told.add("a", HookFormat::Json, format!("http://{}/", silent.local_addr().unwrap()));
    told.add("b", HookFormat::Json, sound.url());
    told.tell(NewsKind::Waiting, 2);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let arrived = scope.spawn(|| {
            while sound.count() == 0 {
                std::thread::sleep(Duration::from_millis(10));
            }
            begun.elapsed()
        });
        told.step();
        assert!(arrived.join().unwrap() < TIMEOUT);
    });
    assert!((TIMEOUT..TIMEOUT * 2).contains(&begun.elapsed()));
    assert_eq!((told.hook().waiting, sound.count()), (1, 1));
}

#[test]
fn a_server_sends_what_another_process_has_to_tell() {
    let receiver = Receiver::new();
    let fixture = Fixture::new();
    let mut server = Running::new(fixture.town.clone());
    let mut random = SeededRandom::new(3);
    let beside = Town::open(fixture.folder.path(), SystemClock.now(), &mut random).unwrap();
    let target = HookTarget {
        name: "duty".to_owned(),
        url: receiver.url(),
        format: HookFormat::Wecom,
        secret: None,
        link: None,
        per_minute: 20,
    };
    let now = SystemClock.now();
    assert!(beside.store().hook_add(&NewHook { target: &target, person: nobody(), now }).unwrap());
    beside.tell(&[News { kind: NewsKind::Waiting, count: 7 }], now).unwrap();
    while beside.store().hooks().unwrap()[0].sent.is_none() {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(receiver.arrived()[0].content(), "【敲门】7 条预警无人签收，请立即处理");
    server.stop();
    // Nobody sends when nobody serves.
    beside.tell(&[News { kind: NewsKind::Waiting, count: 8 }], SystemClock.now()).unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(receiver.count(), 1);
}
