//! What a message says, and how it is signed.
//!
//! Floor: hook; pure. Invariants: a text is made of a kind, a count and a link, and nothing else; the same news, secret
//! and moment give the same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use qiaomen_core::record::Time;
use reqwest::Url;
use serde::Serialize;
use sha2::Sha256;

use super::address::{self, AddressError};
use crate::store::{HookFormat, HookTarget, News, NewsKind};

/// The header that signs a message in our own format: `t=<seconds since 1970>,v1=<hex of HMAC-SHA-256 of "t.body">`.
pub const SIGNATURE: &str = "Qiaomen-Signature";

/// A message as it goes out.
#[derive(Clone)]
pub struct Outgoing {
    /// To where.
    pub url: Url,
    /// The value of [`SIGNATURE`], where the format has one.
    pub signature: Option<String>,
    /// JSON in UTF-8.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Outgoing").finish_non_exhaustive()
    }
}

/// The message to a receiver, signed as of `now`.
///
/// # Errors
/// Where the receiver's address will not do.
pub fn outgoing(target: &HookTarget, news: News, now: Time) -> Result<Outgoing, AddressError> {
    let mut url = address::receiver(&target.url)?;
    let body = body(target.format, news, target.link.as_deref(), now);
    let secret = target.secret.as_deref();
    let signature = match (target.format, secret) {
        (HookFormat::Json, Some(secret)) => Some(signature(secret, &body, now)),
        (HookFormat::Dingtalk, Some(secret)) => {
            // Behind what stands there: the robot's token.
            url.query_pairs_mut()
                .append_pair("timestamp", &now.millis().to_string())
                .append_pair("sign", &dingtalk_sign(secret, now));
            None
        }
        _ => None,
    };
    Ok(Outgoing { url, signature, body })
}

/// What people read. A count of nought is somebody's try.
#[must_use]
pub fn text(news: News, link: Option<&str>) -> String {
    let News { kind, count } = news;
    let said = match kind {
        _ if count == 0 => "这是一条测试消息，预警提醒已接通".to_owned(),
        NewsKind::Waiting => format!("{count} 条预警无人签收，请立即处理"),
        NewsKind::Telephone => format!("{count} 条预警未能通知到任何人，请立即打电话落实"),
        NewsKind::NoTeam => format!("{count} 条预警所在区域没有劝阻队伍，请立即指派"),
    };
    match link {
        Some(link) => format!("【敲门】{said}：{link}"),
        None => format!("【敲门】{said}"),
    }
}

#[derive(Serialize)]
struct Ours<'a> {
    kind: &'static str,
    count: u64,
    text: &'a str,
    link: Option<&'a str>,
    time: Time,
}

/// WeCom's and DingTalk's robots read the same.
#[derive(Serialize)]
struct Robot<'a> {
    msgtype: &'static str,
    text: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    content: &'a str,
}

/// The body of a message.
#[must_use]
pub fn body(format: HookFormat, news: News, link: Option<&str>, now: Time) -> Vec<u8> {
    let text = text(news, link);
    let written = match format {
        HookFormat::Json => {
            let ours = Ours { kind: news.kind.word(), count: news.count, text: &text, link, time: now };
            serde_json::to_vec(&ours)
        }
        HookFormat::Wecom | HookFormat::Dingtalk => {
            serde_json::to_vec(&Robot { msgtype: "text", text: Content { content: &text } })
        }
    };
    // Writing text and numbers into a Vec cannot fail.
    written.unwrap_or_default()
}

/// The value of the header that signs a body in our own format.
fn signature(secret: &[u8], body: &[u8], now: Time) -> String {
    let seconds = now.seconds().to_string();
    let code = authenticate(secret, &[seconds.as_bytes(), b".", body]);
    let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={hex}")
}

/// What DingTalk calls `sign`, before it is escaped for an address.
fn dingtalk_sign(secret: &[u8], now: Time) -> String {
    let millis = now.millis().to_string();
    STANDARD.encode(authenticate(secret, &[millis.as_bytes(), b"\n", secret]))
}

fn authenticate(secret: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_millis(1_772_326_800_000);

    fn target(format: HookFormat, url: &str) -> HookTarget {
        HookTarget {
            name: "duty".to_owned(),
            url: url.to_owned(),
            format,
            secret: Some(b"SECdemo".to_vec()),
            link: None,
            per_minute: 20,
        }
    }

    #[test]
    fn signatures_are_those_that_another_program_computed() {
        // Computed with Python's hmac, base64 and urllib.parse.quote_plus.
        let target = target(HookFormat::Dingtalk, "https://oapi.dingtalk.com/robot/send?access_token=a%2Bb");
        let sent = outgoing(&target, News { kind: NewsKind::Waiting, count: 2 }, NOW).unwrap();
        assert_eq!(
            sent.url.as_str(),
            "https://oapi.dingtalk.com/robot/send?access_token=a%2Bb&timestamp=1772326800000\
             &sign=UAL08J4LBT0dzEGGSs5RVr6BcrCwttcvouEOy%2FayXI4%3D"
        );
        assert_eq!(sent.signature, None);
        assert_eq!(
            signature(b"key", b"{}", NOW),
            "t=1772326800,v1=b8472bff08b491456224fd82a5ad4e072c37494596448c6809ef8213b0db0918"
        );
    }

    #[test]
    fn a_text_is_a_count_and_a_link() {
        let say = |kind, count| text(News { kind, count }, Some("https://town.example/a"));
        assert_eq!(say(NewsKind::Waiting, 2), "【敲门】2 条预警无人签收，请立即处理：https://town.example/a");
        assert_eq!(
            say(NewsKind::Telephone, 1),
            "【敲门】1 条预警未能通知到任何人，请立即打电话落实：https://town.example/a"
        );
        assert_eq!(
            say(NewsKind::NoTeam, 3),
            "【敲门】3 条预警所在区域没有劝阻队伍，请立即指派：https://town.example/a"
        );
        assert_eq!(text(News { kind: NewsKind::Waiting, count: 0 }, None), "【敲门】这是一条测试消息，预警提醒已接通");
    }

    #[test]
    fn nothing_shows_an_address_or_a_secret() {
        let target = target(HookFormat::Wecom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=thekey");
        let sent = outgoing(&target, News { kind: NewsKind::Waiting, count: 2 }, NOW).unwrap();
        for shown in [format!("{target:?}"), format!("{sent:?}")] {
            assert!(!shown.contains("thekey") && !shown.contains("weixin") && !shown.contains("SEC"), "{shown}");
        }
    }
}
