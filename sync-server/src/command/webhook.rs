//! `webhook add`, `webhook list`, `webhook remove`, `webhook test`.
//!
//! Floor: sync-server, command. Invariants: only who may change people adds and removes; a secret comes from a file or the
//! environment, never from the command line; neither a secret nor more of an address than its host is printed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use qiaomen_core::record::{PersonId, Time};
use serde::Serialize;

use super::Place;
use super::open::{Session, writable};
use super::output::{self, Failure};
use super::serve::runtime;
use crate::hook::{Client, Status, address};
use crate::store::{HookFormat, HookTarget, NewHook, News, NewsKind, Webhook};

/// The environment's word for the secret.
const SECRET: &str = "QIAOMEN_WEBHOOK_SECRET";

/// How many messages a minute WeCom's and DingTalk's robots take.
const ROBOTS_LIMIT: u32 = 20;

/// The longest secret.
const MAX_SECRET: usize = 1_024;

#[derive(Debug, Subcommand)]
pub(super) enum WebhookCommand {
    Add(Add),
    List(List),
    Remove(Remove),
    Test(Test),
}

/// Have a duty group's chat, or a program, told when alerts wait for somebody
///
/// A running `serve` sends it a message with a count and a link: alerts that nobody has accepted in time, that nobody
/// could be reached for, or in whose area there is no team. Never whom they are about.
///
/// json      POST {"kind":"waiting"|"telephone"|"no_team","count","text","link","time"}; needs a secret. The header
///           Qiaomen-Signature: t=SECONDS,v1=HEX has the HMAC-SHA256 of "SECONDS.BODY". Any 2xx answer is a yes
/// wecom     a WeCom group robot's message (企业微信群机器人); the key stands in its address, there is no secret
/// dingtalk  a DingTalk group robot's message (钉钉群机器人), signed if there is a secret (加签); without one let the
///           robot's keyword be 敲门
///
/// The secret stands in a file, or in the environment as QIAOMEN_WEBHOOK_SECRET:
///   qiaomen-server webhook add duty --url 'https://oapi.dingtalk.com/robot/send?access_token=...' \
///     --format dingtalk --secret-file secret.txt --link https://town.example/alerts --as admin
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Add {
    /// What to call it: up to 32 of a-z, A-Z, 0-9, - and _
    name: String,
    /// Where its messages go: https://, or http:// on this machine
    #[arg(long, env = "QIAOMEN_WEBHOOK_URL", hide_env_values = true, value_name = "URL")]
    url: String,
    /// How it wants its messages
    #[arg(long, value_name = "FORMAT")]
    format: Format,
    /// A file that holds the secret its messages are signed with, and nothing else
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// The address that messages name: where whoever is on duty finds the alerts
    #[arg(long, value_name = "URL")]
    link: Option<String>,
    /// How many messages it takes a minute; robots take no more than 20
    #[arg(long, default_value_t = ROBOTS_LIMIT, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=600))]
    per_minute: u32,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Json,
    Wecom,
    Dingtalk,
}

impl From<Format> for HookFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Json => Self::Json,
            Format::Wecom => Self::Wecom,
            Format::Dingtalk => Self::Dingtalk,
        }
    }
}

/// List who is told, and whether it arrives
///
/// One line each, by name: format, host, how many messages wait, when it last took one. With --json each is
/// {"name","format","host","signed","link","per_minute","created","created_by","waiting","sent","failed"}: times in UTC,
/// failed is when a message was last given up after a day; what there is not is null.
#[derive(Debug, Args)]
pub(super) struct List {}

/// Tell somebody no more; what waits for them is not sent
#[derive(Debug, Args)]
pub(super) struct Remove {
    /// What it is called
    name: String,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

/// Send a message that says it is a test, now, and say what came back
///
/// It counts nought alerts, and counts as one of the messages that the receiver takes in a minute.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// What it is called
    name: String,
}

#[derive(Serialize)]
struct Shown {
    name: String,
    format: &'static str,
    host: String,
    signed: bool,
    link: Option<String>,
    per_minute: u32,
    created: Time,
    created_by: PersonId,
    waiting: u64,
    sent: Option<Time>,
    failed: Option<Time>,
}

#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    answer: &'static str,
}

impl WebhookCommand {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let session = Session::open_present(place)?;
        match self {
            Self::Add(command) => add(&session, place, command)?,
            Self::List(List {}) => list(&session, place)?,
            Self::Remove(command) => remove(&session, place, &command)?,
            Self::Test(command) => test(&session, place, &command)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn add(session: &Session, place: &Place, command: Add) -> Result<(), Failure> {
    let person = session.managing(&command.acting)?;
    let target = target(command)?;
    writable(&session.town, &place.data)?;
    if !session.town.store().hook_add(&NewHook { target: &target, person, now: session.now })? {
        return Err(Failure::usage(format!(
            "there is a webhook called \"{0}\" already; choose another name, or remove it first with `webhook remove {0}`",
            target.name
        )));
    }
    output::result(place.json, &Answer { name: &target.name, answer: "added" }, |_| {
        output::line(format!("{} is told from now on.", target.name));
        output::note(format!("`qiaomen-server webhook test {}` sends it a message.", target.name));
    })
}

/// What was asked for, once it holds together.
fn target(command: Add) -> Result<HookTarget, Failure> {
    let Add { name, url, format, secret_file, link, per_minute, acting: _ } = command;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if name.is_empty() || name.len() > 32 || !name.chars().all(plain) {
        return Err(Failure::usage("a webhook's name has 1 to 32 letters: a-z, A-Z, 0-9, - and _"));
    }
    address::receiver(&url).map_err(|error| Failure::usage(format!("the address of --url {error}")))?;
    if let Some(link) = &link {
        address::link(link).map_err(|error| Failure::usage(format!("the address of --link {error}")))?;
    }
    let format = HookFormat::from(format);
    if format != HookFormat::Json && per_minute > ROBOTS_LIMIT {
        return Err(Failure::usage(format!(
            "a group robot takes {ROBOTS_LIMIT} messages a minute; give --per-minute no more"
        )));
    }
    let secret = match (format, secret_file) {
        (HookFormat::Wecom, None) => None,
        (HookFormat::Wecom, Some(_)) => {
            return Err(Failure::usage(
                "a WeCom robot has no secret: its key stands in its address; leave --secret-file out",
            ));
        }
        (_, Some(file)) => Some(read_secret(&file)?),
        (_, None) => match std::env::var(SECRET) {
            Ok(secret) => Some(checked(secret.trim().as_bytes().to_vec(), SECRET)?),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Failure::usage(format!("{SECRET} is no text; put the secret in a --secret-file")));
            }
        },
    };
    if format == HookFormat::Json && secret.is_none() {
        return Err(Failure::usage(format!(
            "messages in this format are signed: put a secret that the receiver knows in a --secret-file, or in {SECRET}"
        )));
    }
    Ok(HookTarget { name, url, format, secret, link, per_minute })
}

fn read_secret(file: &Path) -> Result<Vec<u8>, Failure> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::usage(format!("cannot read the secret in {shown}: {error}; name a file that holds it"))
    })?;
    // Editors end a file with a new line.
    checked(bytes.trim_ascii().to_vec(), &shown)
}

fn checked(secret: Vec<u8>, place: &str) -> Result<Vec<u8>, Failure> {
    if secret.is_empty() || secret.len() > MAX_SECRET {
        return Err(Failure::usage(format!(
            "what stands in {place} is no secret: it must have 1 to {MAX_SECRET} bytes; put the receiver's there"
        )));
    }
    Ok(secret)
}

fn list(session: &Session, place: &Place) -> Result<(), Failure> {
    let shown: Vec<Shown> = session
        .town
        .store()
        .hooks()?
        .into_iter()
        .map(|Webhook { target, created, created_by, waiting, sent, failed, .. }| Shown {
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
        })
        .collect();
    output::result(place.json, &shown, |shown| {
        if shown.is_empty() {
            output::note("Nobody is told yet; `qiaomen-server webhook add --help` says how.");
        }
        let written = |time: Option<Time>| time.map(|time| session.town.zone().written(time));
        for hook in shown {
            let sent = written(hook.sent).unwrap_or_else(|| "never".to_owned());
            let failed = written(hook.failed).map(|at| format!("  given up {at}")).unwrap_or_default();
            output::line(format!(
                "{}  {}  {}  {} waiting  told {sent}{failed}",
                hook.name, hook.format, hook.host, hook.waiting
            ));
        }
    })
}

fn remove(session: &Session, place: &Place, command: &Remove) -> Result<(), Failure> {
    let person = session.managing(&command.acting)?;
    writable(&session.town, &place.data)?;
    if !session.town.store().hook_remove(&command.name, person, session.now)? {
        return Err(unknown(&command.name));
    }
    output::result(place.json, &Answer { name: &command.name, answer: "removed" }, |answer| {
        output::line(format!("{} is told no more.", answer.name));
    })
}

fn unknown(name: &str) -> Failure {
    Failure::usage(format!("no webhook is called \"{name}\"; `webhook list` shows those there are"))
}

fn test(session: &Session, place: &Place, command: &Test) -> Result<(), Failure> {
    let store = session.town.store();
    let hook = store.hooks()?.into_iter().find(|hook| hook.target.name == command.name);
    let hook = hook.ok_or_else(|| unknown(&command.name))?;
    writable(&session.town, &place.data)?;
    if !store.hook_spend(hook.number, session.now)? {
        return Err(Failure::new(
            "the receiver has been sent all that it takes in a minute, or asked to be left alone; try again later",
        ));
    }
    let client = Client::new()?;
    let news = News { kind: NewsKind::Waiting, count: 0 };
    let reply = runtime()?.block_on(client.send(&hook.target, news, session.now));
    if let Some(wait) = reply.wait {
        store.hook_done(hook.number, None, Some(session.now.plus_millis(wait)))?;
    }
    if reply.status != Status::Taken {
        return Err(Failure::new(format!(
            "{} did not take the message: {}; {}",
            command.name,
            reply.status,
            advice(reply.status)
        )));
    }
    output::result(place.json, &Answer { name: &command.name, answer: "taken" }, |answer| {
        output::line(format!("{} took the message.", answer.name));
    })
}

/// What to do about a message that was not taken.
const fn advice(status: Status) -> &'static str {
    match status {
        Status::Unreachable | Status::Late => "see whether this machine may reach the receiver's host",
        Status::Http(429) | Status::Code(45_009 | 130_101 | 660_026) => "it was sent too much; try again later",
        Status::Http(_) | Status::Unclear => "see whether the address is the receiver's own, and whether it works",
        Status::Code(_) => {
            "the receiver's documentation says what the code means: often the key or the secret is another, or the \
             robot's keyword is not 敲门"
        }
        Status::Taken | Status::Address(_) => "remove it and add it again with the right address",
    }
}
