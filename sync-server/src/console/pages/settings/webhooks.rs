//! Who is told that alerts wait: a duty group's chat, or a program.
//!
//! Floor: console. Invariants: a secret that is made here is shown once; of an address no more than its host is shown; one
//! test is sent at a time, since whoever waits for its answer takes up a turn.

use askama::Template;
use parking_lot::Mutex;
use qiaomen_core::protocol::Code;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Nothing, note, rooms};
use crate::console::names::Staff;
use crate::console::{Asked, Deed, Done, Moment, Once, Page, Shell, Trouble};
use crate::hook::address::AddressError;
use crate::settings::webhooks::{self, ROBOTS_LIMIT, WebhookError};
use crate::store::{HookFormat, HookTarget};

const HERE: &str = "/settings/webhooks";

/// Who is told.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct HooksModel {
    /// By name.
    webhooks: Vec<HookModel>,
    /// The address of the alerts here, which messages may name.
    link: String,
}

/// A webhook.
#[derive(Debug, Serialize, JsonSchema)]
struct HookModel {
    name: String,
    /// `json`, `wecom` or `dingtalk`.
    format: String,
    /// The host of its address.
    host: String,
    /// Whether its messages are signed.
    signed: bool,
    /// The address that messages name.
    link: Option<String>,
    /// How many messages it takes a minute.
    per_minute: u32,
    created: Moment,
    created_by: Staff,
    /// How many messages wait to be sent.
    waiting: u64,
    /// When it last took one.
    sent: Option<Moment>,
    /// When one was last given up.
    failed: Option<Moment>,
}

#[derive(Template)]
#[template(path = "settings_webhooks.html")]
struct HooksView<'a> {
    shell: &'a Shell,
    m: &'a HooksModel,
    rooms: Vec<(&'static str, &'static str, bool)>,
}

/// Who is told.
pub(crate) struct Webhooks;

impl Page for Webhooks {
    const ID: &'static str = "webhooks";
    const SUMMARY: &'static str = "Who is told that alerts wait, and whether it arrives";
    type Query = Nothing;
    type Model = HooksModel;

    fn read(asked: &Asked<'_>, _: Nothing) -> Result<HooksModel, Trouble> {
        let names = asked.names()?;
        let lines = webhooks::list(asked.town)?.into_iter().map(|line| HookModel {
            name: line.name,
            format: line.format.to_owned(),
            host: line.host,
            signed: line.signed,
            link: line.link,
            per_minute: line.per_minute,
            created: asked.moment(line.created),
            created_by: names.staff(line.created_by),
            waiting: line.waiting,
            sent: line.sent.map(|sent| asked.moment(sent)),
            failed: line.failed.map(|failed| asked.moment(failed)),
        });
        Ok(HooksModel { webhooks: lines.collect(), link: format!("{}/alerts", asked.origin) })
    }

    fn show(shell: &Shell, m: &HooksModel) -> askama::Result<String> {
        HooksView { shell, m, rooms: rooms(shell) }.render()
    }
}

fn address(field: &str, error: AddressError) -> Trouble {
    let zh = match error {
        AddressError::Malformed => "地址不完整，请写成 https://主机/路径。",
        AddressError::Open => "地址必须以 https:// 开头；http:// 只能用于本机。",
        AddressError::Credentials => "地址里不能带用户名或密码。",
    };
    Trouble::field(field, zh, format!("The address {error}."))
}

impl From<WebhookError> for Trouble {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Name => Self::field(
                "name",
                "名称为 1 到 32 个字母、数字、- 或 _。",
                "A name has 1 to 32 letters: a-z, A-Z, 0-9, - and _.",
            ),
            WebhookError::Url(error) => address("url", error),
            WebhookError::Link(error) => address("link", error),
            WebhookError::PerMinute => Self::field(
                "per_minute",
                "群机器人每分钟最多 20 条，程序最多 600 条，至少 1 条。",
                "A group robot takes 1 to 20 messages a minute, a program 1 to 600.",
            ),
            WebhookError::NoSecret => Self::field(
                "secret",
                "企业微信机器人没有密钥，它的 key 在地址里。",
                "A WeCom robot has no secret: its key stands in its address.",
            ),
            WebhookError::Unsigned | WebhookError::Secret => {
                Self::field("secret", "密钥为 1 到 1024 字节。", "A secret has 1 to 1,024 bytes.")
            }
            WebhookError::Taken => Self::field(
                "name",
                "已经有这个名称了，请换一个，或先删除原来的。",
                "There is one of this name. Choose another, or remove that first.",
            ),
            WebhookError::Unknown => Self::not_found(),
            WebhookError::Denied => Self::forbidden(),
            WebhookError::Limited => Self::new(
                Code::Busy,
                "对方这一分钟已收够消息，或要求暂停，请稍后再试。",
                "The receiver has been sent all that it takes in a minute, or asked to be left alone. Try again later.",
            ),
            WebhookError::NotTaken(status) => Self::invalid(
                format!("对方没有收下测试消息（{status}）。请检查地址、密钥和机器人关键词“敲门”。"),
                format!(
                    "The receiver did not take the message: {status}. See to its address, its secret and the robot's keyword 敲门."
                ),
            ),
            WebhookError::Client => {
                Self::new(Code::Unexpected, "本机无法发送消息。", "Nothing can be sent from this machine.")
            }
            WebhookError::Store(error) => error.into(),
        }
    }
}

/// Who is to be told.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct AddHook {
    /// What to call it: up to 32 of a-z, A-Z, 0-9, - and _.
    name: String,
    /// `json`, `wecom` or `dingtalk`.
    format: String,
    /// Where its messages go.
    url: String,
    /// What they are signed with: DingTalk's own, or a program's; one is made for a program if absent.
    secret: Option<String>,
    /// The address that messages name.
    link: Option<String>,
    /// How many messages it takes a minute; 20 if absent.
    per_minute: Option<u32>,
}

/// Has somebody told.
pub(crate) struct Add;

impl Deed for Add {
    const ID: &'static str = "addWebhook";
    const SUMMARY: &'static str = "Have a duty group's chat, or a program, told that alerts wait";
    type Form = AddHook;

    fn perform(asked: &Asked<'_>, form: AddHook) -> Result<Done, Trouble> {
        let format = HookFormat::from_word(form.format.trim());
        let format = format.ok_or_else(|| Trouble::field("format", "没有这种格式。", "There is no such format."))?;
        let given = form.secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty());
        let made = (format == HookFormat::Json && given.is_none()).then(|| webhooks::fresh_secret(&mut asked.random()));
        let target = HookTarget {
            name: form.name.trim().to_owned(),
            url: form.url.trim().to_owned(),
            format,
            secret: made.as_deref().or(given).map(|secret| secret.as_bytes().to_vec()),
            link: form.link.as_deref().map(|link| link.trim().to_owned()).filter(|link| !link.is_empty()),
            per_minute: form.per_minute.unwrap_or(ROBOTS_LIMIT),
        };
        webhooks::add(asked.town, asked.person, &target, asked.now)?;
        note(asked, &target.name, "webhook_added")?;
        let mut done =
            Done::new(asked, HERE, "已添加，可以发一条测试消息。", "It is told from now on. Send it a test.");
        if let Some(secret) = made {
            let about = asked.lang.pick(
                "签名密钥：请填到接收程序里，用来核对消息确实来自本服务器。离开本页后不再显示。",
                "The secret that messages are signed with: put it into the receiving program, so that it can tell that they come from here. It is not shown again.",
            );
            done.once = Some(Once { about: about.to_owned(), codes: vec![secret], qr: None });
        }
        Ok(done)
    }
}

/// Which webhook.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhichHook {
    /// What it is called.
    name: String,
}

/// Tells somebody no more.
pub(crate) struct Remove;

impl Deed for Remove {
    const ID: &'static str = "removeWebhook";
    const SUMMARY: &'static str = "Tell somebody no more; what waits for them is not sent";
    type Form = WhichHook;

    fn perform(asked: &Asked<'_>, form: WhichHook) -> Result<Done, Trouble> {
        webhooks::remove(asked.town, asked.person, &form.name, asked.now)?;
        note(asked, &form.name, "webhook_removed")?;
        Ok(Done::new(asked, HERE, "已删除，不再推送。", "It is told no more."))
    }
}

/// Sends a test.
pub(crate) struct Test;

/// Who sends a test holds it.
static TESTING: Mutex<()> = Mutex::new(());

impl Deed for Test {
    const ID: &'static str = "testWebhook";
    const SUMMARY: &'static str = "Send somebody who is told a message that says it is a test, and wait for the answer";
    type Form = WhichHook;

    fn perform(asked: &Asked<'_>, form: WhichHook) -> Result<Done, Trouble> {
        if !webhooks::list(asked.town)?.iter().any(|hook| hook.name == form.name) {
            return Err(Trouble::not_found());
        }
        let Some(_testing) = TESTING.try_lock() else {
            return Err(Trouble::new(
                Code::Busy,
                "另一条测试消息正在发送，请稍后再试。",
                "Another test is being sent. Try again shortly.",
            ));
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return Err(WebhookError::Client.into()) };
        // A deed runs on a thread that may wait.
        let tried = runtime.block_on(webhooks::test(asked.town, &form.name, asked.now));
        note(asked, &form.name, if tried.is_ok() { "webhook_tested" } else { "webhook_test_failed" })?;
        tried?;
        Ok(Done::new(asked, HERE, "对方收下了测试消息。", "The receiver took the message."))
    }
}
