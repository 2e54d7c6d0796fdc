//! Webhooks on the command line.

use base64::Engine as _;
use serde_json::json;

use super::super::command::{Desk, finish};
use super::{LINK, Receiver, SECRET, hmac};

#[test]
fn webhooks_are_added_listed_tried_and_removed() {
    let (desk, receiver) = (Desk::town(), Receiver::new());
    desk.write("secret.txt", [SECRET, b"\n"].concat());
    let url = receiver.url();
    let add = |name: &str, more: &[&str]| {
        let mut arguments = vec!["webhook", "add", name, "--url", &url];
        arguments.extend(more);
        let mut command = desk.command(&arguments);
        finish(command.env_remove("QIAOMEN_WEBHOOK_SECRET").env_remove("QIAOMEN_WEBHOOK_URL"))
    };
    let signed = ["--format", "dingtalk", "--secret-file", "secret.txt", "--link", LINK, "--as", "admin"];
    add("duty", &signed).done();
    add("duty", &signed).fails(2, &["already", "webhook remove duty"]);
    for by in ["worker", "head", "pol", "supnorth"] {
        add("other", &["--format", "wecom", "--as", by]).fails(2, &["administrator", "--as"]);
    }
    add("no name", &["--format", "wecom", "--as", "admin"]).fails(2, &["1 to 32 letters"]);
    add("other", &["--format", "json", "--as", "admin"]).fails(2, &["--secret-file", "QIAOMEN_WEBHOOK_SECRET"]);
    add("other", &["--format", "json", "--secret-file", "none", "--as", "admin"]).fails(2, &["none", "name a file"]);
    add("other", &["--format", "wecom", "--secret-file", "secret.txt", "--as", "admin"]).fails(2, &["no secret"]);
    add("other", &["--format", "wecom", "--per-minute", "21", "--as", "admin"]).fails(2, &["20 messages"]);
    add("other", &["--format", "wecom", "--link", "alerts", "--as", "admin"]).fails(2, &["--link", "https://"]);
    let open = ["webhook", "add", "other", "--url", "http://town.example/k", "--format", "wecom", "--as", "admin"];
    let failed = desk.run(&open);
    failed.fails(2, &["--url", "https://"]);
    assert!(!failed.err.contains("town.example"));
    let mut command = desk.command(&["webhook", "add", "ours", "--format", "json", "--as", "sup"]);
    finish(command.env("QIAOMEN_WEBHOOK_SECRET", "s3cret").env("QIAOMEN_WEBHOOK_URL", &url)).done();

    let listed = desk.run(&["webhook", "list"]).done().out.clone();
    for hidden in ["the-token", "robot", "SEC", "s3cret"] {
        assert!(!listed.contains(hidden), "{listed}");
    }
    assert!(
        listed.contains(&format!("duty  dingtalk  http://{}  0 waiting  told never", receiver.address)),
        "{listed}"
    );
    let shown = desk.run(&["webhook", "list", "--json"]).done().json();
    assert_eq!(
        (&shown[0]["signed"], &shown[0]["link"], &shown[0]["per_minute"]),
        (&json!(true), &json!(LINK), &json!(20))
    );

    assert!(desk.run(&["webhook", "test", "duty"]).done().out.contains("took"));
    let arrived = receiver.arrived();
    assert_eq!(arrived[0].content(), "【敲门】这是一条测试消息，预警提醒已接通：https://town.example/alerts");
    let text = [arrived[0].parameter("timestamp").unwrap().as_bytes(), b"\n", SECRET].concat();
    let expected = base64::engine::general_purpose::STANDARD.encode(hmac(SECRET, &text));
    assert_eq!(arrived[0].parameter("sign").unwrap(), expected);
    receiver.answers([(200, r#"{"errcode":310000,"errmsg":"sign not match"}"#), (429, "")]);
    desk.run(&["webhook", "test", "duty"]).fails(1, &["errcode 310000", "secret"]);
    desk.run(&["webhook", "test", "duty"]).fails(1, &["HTTP 429", "later"]);
    desk.run(&["webhook", "test", "duty"]).fails(1, &["left alone", "try again later"]);
    assert_eq!(receiver.count(), 3);
    desk.run(&["webhook", "test", "nobody"]).fails(2, &["nobody", "webhook list"]);

    desk.run(&["webhook", "remove", "duty", "--as", "worker"]).fails(2, &["administrator"]);
    desk.run(&["webhook", "remove", "duty", "--as", "admin"]).done();
    desk.run(&["webhook", "remove", "duty", "--as", "admin"]).fails(2, &["webhook list"]);
    assert_eq!(desk.run(&["webhook", "list", "--json"]).done().json().as_array().unwrap().len(), 1);
}
