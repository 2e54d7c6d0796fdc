//! `webhook add`, `webhook list`, `webhook remove`, `webhook test`.
//!
//! Floor: sync-server, command. Invariants: only who may change people adds and removes; a secret comes from a file or the
//! environment, never from the command line; neither a secret nor more of an address than its host is printed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use qiaomen_core::record::Time;
use serde::Serialize;

use super::Place;
use super::open::{Session, writable};
use super::output::{self, Failure};
use super::serve::runtime;
use crate::hook::Status;
use crate::settings::webhooks::{self, MAX_SECRET, ROBOTS_LIMIT, WebhookError};
use crate::store::{HookFormat, HookTarget};

/// The environment's word for the secret.
const SECRET: &str = "QIAOMEN_WEBHOOK_SECRET";

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
    webhooks::add(&session.town, person, &target, session.now).map_err(|error| not_done(error, &target.name))?;
    output::result(place.json, &Answer { name: &target.name, answer: "added" }, |_| {
        output::line(format!("{} is told from now on.", target.name));
        output::note(format!("`qiaomen-server webhook test {}` sends it a message.", target.name));
    })
}

/// What was asked for, once it holds together.
fn target(command: Add) -> Result<HookTarget, Failure> {
    let Add { name, url, format, secret_file, link, per_minute, acting: _ } = command;
    let format = HookFormat::from(format);
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
    let target = HookTarget { name, url, format, secret, link, per_minute };
    webhooks::check(&target).map_err(|error| not_done(error, &target.name))?;
    Ok(target)
}

/// What to tell where a webhook was not added, removed or tried.
fn not_done(error: WebhookError, name: &str) -> Failure {
    match error {
        WebhookError::Url(error) => Failure::usage(format!("the address of --url {error}")),
        WebhookError::Link(error) => Failure::usage(format!("the address of --link {error}")),
        WebhookError::PerMinute => {
            Failure::usage(format!("a group robot takes {ROBOTS_LIMIT} messages a minute; give --per-minute no more"))
        }
        WebhookError::Unsigned => Failure::usage(format!(
            "messages in this format are signed: put a secret that the receiver knows in a --secret-file, or in {SECRET}"
        )),
        WebhookError::Taken => Failure::usage(format!(
            "there is a webhook called \"{name}\" already; choose another name, or remove it first with `webhook remove {name}`"
        )),
        WebhookError::Unknown => {
            Failure::usage(format!("no webhook is called \"{name}\"; `webhook list` shows those there are"))
        }
        WebhookError::Limited => Failure::new(format!("{error}; try again later")),
        WebhookError::NotTaken(status) => {
            Failure::new(format!("{name} did not take the message: {status}; {}", advice(status)))
        }
        WebhookError::Client | WebhookError::Store(_) => Failure::new(error),
        error => Failure::usage(error),
    }
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
    let shown = webhooks::list(&session.town)?;
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
    webhooks::remove(&session.town, person, &command.name, session.now)
        .map_err(|error| not_done(error, &command.name))?;
    output::result(place.json, &Answer { name: &command.name, answer: "removed" }, |answer| {
        output::line(format!("{} is told no more.", answer.name));
    })
}

fn test(session: &Session, place: &Place, command: &Test) -> Result<(), Failure> {
    if !webhooks::list(&session.town)?.iter().any(|hook| hook.name == command.name) {
        return Err(not_done(WebhookError::Unknown, &command.name));
    }
    writable(&session.town, &place.data)?;
    let tried = runtime()?.block_on(webhooks::test(&session.town, &command.name, session.now));
    tried.map_err(|error| not_done(error, &command.name))?;
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
