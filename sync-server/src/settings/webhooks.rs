//! Who is told that alerts wait: a duty group's chat, or a program.
//!
//! Floor: sync-server, settings. Invariants: only who may change people adds and removes; neither a secret nor more of an
//! address than its host is listed; what is wrong with an address is said without repeating it, since it may hold a key.

use qiaomen_core::record::{Kind, PersonId, Random, Time, random};
use serde::Serialize;

use super::may_set;
use crate::hook::address::{self, AddressError};
use crate::hook::{Client, Status};
use crate::store::{HookFormat, HookTarget, NewHook, News, NewsKind, StoreError, Webhook};
use crate::town::Town;

/// How many messages a minute WeCom's and DingTalk's robots take.
pub const ROBOTS_LIMIT: u32 = 20;

/// How many messages a minute a receiver may be sent at the most.
pub const MOST_PER_MINUTE: u32 = 600;

/// The longest secret.
pub const MAX_SECRET: usize = 1_024;

/// A webhook, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is called.
    pub name: String,
    /// How it wants its messages.
    pub format: &'static str,
    /// The host of its address.
    pub host: String,
    /// Whether its messages are signed.
    pub signed: bool,
    /// The address that messages name.
    pub link: Option<String>,
    /// How many messages it takes a minute.
    pub per_minute: u32,
    /// When it was added.
    pub created: Time,
    /// On whose behalf.
    pub created_by: PersonId,
    /// How many messages wait to be sent.
    pub waiting: u64,
    /// When it last took one.
    pub sent: Option<Time>,
    /// When one was last given up.
    pub failed: Option<Time>,
}

impl From<Webhook> for Line {
    fn from(hook: Webhook) -> Self {
        let Webhook { target, created, created_by, waiting, sent, failed, .. } = hook;
        Self {
            format: target.format.word(),
            host: address::shown(&target.url),
            signed: target.secret.is_some(),
            name: target.name,
            link: target.link,
            per_minute: target.per_minute,
            created,
            created_by,
            waiting,
            sent,
            failed,
        }
    }
}

/// Why a webhook was not added, removed or tried.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// What it is called has other letters, or too many.
    #[error("a webhook's name has 1 to 32 letters: a-z, A-Z, 0-9, - and _")]
    Name,
    /// The address will not do.
    #[error("the address {0}")]
    Url(AddressError),
    /// The address that messages name will not do.
    #[error("the address that messages name {0}")]
    Link(AddressError),
    /// It would be sent too many messages, or none.
    #[error("it cannot be sent as many messages a minute")]
    PerMinute,
    /// A WeCom robot has no secret.
    #[error("a WeCom robot has no secret: its key stands in its address")]
    NoSecret,
    /// A program needs one.
    #[error("messages in this format are signed with a secret")]
    Unsigned,
    /// The secret is empty or too long.
    #[error("a secret has 1 to {MAX_SECRET} bytes")]
    Secret,
    /// There is one of this name.
    #[error("there is a webhook of this name already")]
    Taken,
    /// There is none of this name.
    #[error("there is no webhook of this name")]
    Unknown,
    /// It has been sent all that it takes for now.
    #[error("the receiver has been sent all that it takes in a minute, or asked to be left alone")]
    Limited,
    /// It did not take the message.
    #[error("the receiver did not take the message: {0}")]
    NotTaken(Status),
    /// Nothing can be sent from here.
    #[error("nothing can be sent from this machine")]
    Client,
    /// They hold no role in which they could do this.
    #[error("this person holds no role that may do this")]
    Denied,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// That a webhook holds together.
///
/// # Errors
/// What is wrong with it.
pub fn check(target: &HookTarget) -> Result<(), WebhookError> {
    let HookTarget { name, url, format, secret, link, per_minute } = target;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if name.is_empty() || name.len() > 32 || !name.chars().all(plain) {
        return Err(WebhookError::Name);
    }
    address::receiver(url).map_err(WebhookError::Url)?;
    if let Some(link) = link {
        address::link(link).map_err(WebhookError::Link)?;
    }
    let most = if *format == HookFormat::Json { MOST_PER_MINUTE } else { ROBOTS_LIMIT };
    if !(1..=most).contains(per_minute) {
        return Err(WebhookError::PerMinute);
    }
    match (format, secret) {
        (HookFormat::Wecom, Some(_)) => Err(WebhookError::NoSecret),
        (HookFormat::Json, None) => Err(WebhookError::Unsigned),
        (_, Some(secret)) if secret.is_empty() || secret.len() > MAX_SECRET => Err(WebhookError::Secret),
        _ => Ok(()),
    }
}

/// A secret that nobody guesses, as it is told to the receiver: 32 bytes in hexadecimal.
pub fn fresh_secret(random: &mut dyn Random) -> String {
    let bytes: [u8; 32] = random::bytes(random);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn allowed(town: &Town, by: PersonId) -> Result<(), WebhookError> {
    if may_set(town, by, &Kind::Person)? { Ok(()) } else { Err(WebhookError::Denied) }
}

/// Has somebody told from now on.
///
/// # Errors
/// As [`check`]; [`WebhookError::Taken`], [`WebhookError::Denied`], or as the store.
pub fn add(town: &Town, by: PersonId, target: &HookTarget, now: Time) -> Result<(), WebhookError> {
    allowed(town, by)?;
    check(target)?;
    let added = town.store().hook_add(&NewHook { target, person: by, now })?;
    if added { Ok(()) } else { Err(WebhookError::Taken) }
}

/// Who is told, by name.
///
/// # Errors
/// As the store.
pub fn list(town: &Town) -> Result<Vec<Line>, StoreError> {
    Ok(town.store().hooks()?.into_iter().map(Line::from).collect())
}

/// Tells somebody no more; what waits for them is not sent.
///
/// # Errors
/// [`WebhookError::Unknown`], [`WebhookError::Denied`], or as the store.
pub fn remove(town: &Town, by: PersonId, name: &str, now: Time) -> Result<(), WebhookError> {
    allowed(town, by)?;
    if town.store().hook_remove(name, by, now)? { Ok(()) } else { Err(WebhookError::Unknown) }
}

/// Sends a message that says it is a test: it counts nought alerts, and counts as one of the messages that the receiver
/// takes in a minute. Nothing is sent before what is returned is waited for.
///
/// # Errors
/// [`WebhookError::Unknown`], [`WebhookError::Limited`], [`WebhookError::NotTaken`], [`WebhookError::Client`], or as the
/// store.
pub async fn test(town: &Town, name: &str, now: Time) -> Result<(), WebhookError> {
    let store = town.store();
    let hook = store.hooks()?.into_iter().find(|hook| hook.target.name == name).ok_or(WebhookError::Unknown)?;
    if !store.hook_spend(hook.number, now)? {
        return Err(WebhookError::Limited);
    }
    let client = Client::new().map_err(|_| WebhookError::Client)?;
    let reply = client.send(&hook.target, News { kind: NewsKind::Waiting, count: 0 }, now).await;
    if let Some(wait) = reply.wait {
        store.hook_done(hook.number, None, Some(now.plus_millis(wait)))?;
    }
    if reply.status == Status::Taken { Ok(()) } else { Err(WebhookError::NotTaken(reply.status)) }
}
