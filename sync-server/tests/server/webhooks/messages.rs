//! What is sent, and what is never said.

use std::sync::Arc;

use base64::Engine as _;
use parking_lot::Mutex;
use qiaomen_core::record::{AlertId, Role};
use qiaomen_server::author::Draft;
use qiaomen_server::hook::Post;
use qiaomen_server::store::{HookFormat, HookTarget, NewHook, News, NewsKind};
use serde_json::json;

use super::super::{Fixture, alert, case, start};
use super::{Hands, LINK, Receiver, SECRET, Told, hmac, nobody};

#[test]
fn our_own_message_is_signed_over_its_time_and_body() {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Json, receiver.url());
    told.tell(NewsKind::Waiting, 2);
    told.step();
    let [arrived] = &receiver.arrived()[..] else { panic!("one message") };
    assert_eq!(
        String::from_utf8(arrived.body.clone()).unwrap(),
        r#"{"kind":"waiting","count":2,"text":"【敲门】2 条预警无人签收，请立即处理：https://town.example/alerts","link":"https://town.example/alerts","time":"2026-03-01T01:00:00Z"}"#
    );
    assert_eq!(arrived.uri.to_string(), "/robot/send?access_token=the-token");
    assert_eq!(arrived.headers["content-type"], "application/json");
    let header = arrived.headers["Qiaomen-Signature"].to_str().unwrap();
    let (time, code) = header.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    assert_eq!(time, (start().millis() / 1_000).to_string());
    let signed = [time.as_bytes(), b".", &arrived.body].concat();
    let expected: String = hmac(SECRET, &signed).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(code, expected);
    // It was taken, and is not sent again.
    told.after(3_600);
    assert_eq!(receiver.count(), 1);
    assert_eq!((told.hook().waiting, told.hook().sent), (0, Some(start())));
}

#[test]
fn robots_are_told_as_they_want_to_be() {
    let (told, wecom, dingtalk) = (Told::new(), Receiver::new(), Receiver::new());
    told.add("wecom", HookFormat::Wecom, wecom.url());
    told.add("dingtalk", HookFormat::Dingtalk, dingtalk.url());
    told.tell(NewsKind::Telephone, 1);
    told.step();
    let body = json!({
        "msgtype": "text",
        "text": {"content": "【敲门】1 条预警未能通知到任何人，请立即打电话落实：https://town.example/alerts"},
    });
    let ([plain], [signed]) = (&wecom.arrived()[..], &dingtalk.arrived()[..]) else { panic!("one message each") };
    assert_eq!((plain.json(), signed.json()), (body.clone(), body));
    for arrived in [plain, signed] {
        assert_eq!(arrived.parameter("access_token").unwrap(), "the-token");
        assert!(!arrived.headers.contains_key("Qiaomen-Signature"));
    }
    assert_eq!(plain.uri.to_string(), "/robot/send?access_token=the-token");
    let millis = start().millis().to_string();
    assert_eq!(signed.parameter("timestamp").unwrap(), millis);
    let text = [millis.as_bytes(), b"\n", SECRET].concat();
    let expected = base64::engine::general_purpose::STANDARD.encode(hmac(SECRET, &text));
    assert_eq!(signed.parameter("sign").unwrap(), expected);
}

#[test]
fn p4_nobody_is_named_in_any_message() {
    let mut fixture = Fixture::new();
    let receivers = HookFormat::ALL.map(|format| (format, Receiver::new()));
    for (format, receiver) in &receivers {
        let secret = Some(SECRET.to_vec());
        let name = format.word().to_owned();
        let target = HookTarget {
            name,
            url: receiver.url(),
            format: *format,
            secret,
            link: Some(LINK.to_owned()),
            per_minute: 20,
        };
        fixture.town.store().hook_add(&NewHook { target: &target, person: nobody(), now: fixture.now }).unwrap();
    }
    // A town in which there is somebody to be named.
    fixture.person(Role::TeamHead, fixture.villages[0]);
    let id = AlertId::fresh(fixture.now, &mut fixture.random);
    let mut record = alert(fixture.grids[0], fixture.now);
    record.name = "陈某某".to_owned();
    record.telephone = Some("12000000000".parse().unwrap());
    let record = Box::new(record.into());
    fixture.system_writes(Draft::Create { id: id.into(), record, scope: case(id) });
    let news = NewsKind::ALL.map(|kind| News { kind, count: 1 });
    fixture.town.tell(&news, fixture.now).unwrap();
    let clock = Arc::new(Hands(Mutex::new(fixture.now)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Post::new(fixture.town.clone(), clock).unwrap().step()).unwrap();
    for (format, receiver) in receivers {
        let arrived = receiver.arrived();
        assert_eq!(arrived.len(), 3);
        for arrived in arrived {
            let body = String::from_utf8(arrived.body.clone()).unwrap();
            let whole = format!("{}{:?}{body}", arrived.uri, arrived.headers);
            for personal in ["陈", "12000000000", "Somebody", "station", "Grid", "Village", &id.to_string()] {
                assert!(!whole.contains(personal), "{personal}: {whole}");
            }
            // Nor is there room for it: these keys and no others.
            let keys: Vec<String> = arrived.json().as_object().unwrap().keys().cloned().collect();
            let expected: &[&str] = match format {
                HookFormat::Json => &["count", "kind", "link", "text", "time"],
                HookFormat::Wecom | HookFormat::Dingtalk => &["msgtype", "text"],
            };
            assert_eq!(keys, expected);
        }
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What is logged while a webhook fails twice and is told then, and the receiver's port.
fn logged() -> (String, String) {
    let (told, receiver) = (Told::new(), Receiver::new());
    told.add("duty", HookFormat::Dingtalk, receiver.url());
    receiver.answers([(500, "the answer"), (200, r#"{"errcode":310000,"errmsg":"the answer"}"#)]);
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let anew = tracing::callsite::rebuild_interest_cache;
    tracing::subscriber::with_default(subscriber, || {
        anew();
        told.tell(NewsKind::Waiting, 2);
        told.step();
        anew();
        told.after(5);
        anew();
        told.after(10);
    });
    (String::from_utf8(lines.0.lock().clone()).unwrap(), receiver.address.port().to_string())
}

#[test]
fn p4_no_log_line_has_an_address_a_secret_or_a_text() {
    // Whether a line is wanted is remembered for all threads, and another test may say no in between: then once more.
    for attempt in 1.. {
        let (text, port) = logged();
        let ours: Vec<&str> = text.lines().filter(|line| line.contains("qiaomen_server")).collect();
        assert!(ours.iter().all(|line| line.contains("webhook=\"duty\"")), "{text}");
        for secret in ["the-token", "SEC-of", "敲门", "town.example", "robot", "the answer", &port] {
            assert!(!ours.iter().any(|line| line.contains(secret)), "{secret}: {text}");
        }
        if ours.len() == 3 {
            assert!(ours[0].contains("HTTP 500") && ours[1].contains("errcode 310000"), "{text}");
            assert!(ours[2].contains("told"), "{text}");
            return;
        }
        assert!(attempt < 10, "{text}");
    }
}
