//! The command line: one file a command.
//!
//! Floor: sync-server, command; calls services, never SQL. Invariants: results go to standard output, what
//! went wrong to standard error; `--json` prints one JSON value and nothing else; an error says what to do.

mod accountability;
mod alert;
mod completions;
pub mod config;
mod device;
mod dossier;
mod duty;
mod grid;
mod held;
mod import;
mod integration;
mod link;
pub(crate) mod open;
pub(crate) mod output;
mod paste;
mod phase;
pub(crate) mod playbook;
mod pledge_text;
mod reminder;
mod report;
mod routing;
mod script;
pub(crate) mod serve;
mod today;
mod token;
mod tree;
mod user;
mod webhook;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub use output::Failure;

/// The sync server of Qiaomen (敲门): merges what phones recorded, offline first.
#[derive(Debug, Parser)]
#[command(name = "qiaomen-server", version, max_term_width = 100)]
#[command(after_help = "\
A first town:
  qiaomen-server user add admin --name Administrator --role administrator
  qiaomen-server import areas areas.csv --as admin --apply
  qiaomen-server import people people.csv --as admin --apply
  qiaomen-server invite worker1
  qiaomen-server serve

Or see one at work: qiaomen-server demo

Results go to standard output (with --json as one JSON value), all else to standard error.
Exit codes:
  0  done
  1  it failed, or a demo's phones and server disagree
  2  it was asked wrongly, or may not be done, or a file has bad lines: nothing was changed")]
pub struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where everything is kept, and how to answer.
#[derive(Debug, Args)]
pub struct Place {
    /// The folder that holds the town; `serve`, `demo` and the first `user add` make it if it is not there
    #[arg(long, global = true, env = "QIAOMEN_DATA", default_value = "qiaomen-data", value_name = "DIR")]
    pub data: PathBuf,
    /// Print one JSON value instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Whether the folder was named by a flag or the environment.
    #[arg(skip)]
    pub is_given: bool,
}

/// Whether any level of the command line, or the environment, names the folder.
fn given(matches: &clap::ArgMatches) -> bool {
    use clap::parser::ValueSource;
    let here = matches.try_contains_id("data").unwrap_or(false)
        && matches.value_source("data").is_some_and(|source| source != ValueSource::DefaultValue);
    here || matches.subcommand().is_some_and(|(_, inner)| given(inner))
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    /// People and their roles: add, set, list
    #[command(subcommand)]
    User(user::User),
    /// Changes that wait for a supervisor's decision: list, accept, refuse
    #[command(subcommand)]
    Held(held::HeldCommand),
    Invite(device::Invite),
    /// Phones that have joined: list, revoke
    #[command(subcommand)]
    Device(device::DeviceCommand),
    /// Grids and who works there: list
    #[command(subcommand)]
    Grid(grid::GridCommand),
    #[command(subcommand)]
    Import(import::Import),
    /// The follow-up rules: check a playbook, try it on a case; publish the town's own, list them, see what one would come to
    #[command(subcommand)]
    Playbook(playbook::PlaybookCommand),
    /// Alerts and their case files: list, show, assign, offer, extend, raise, join, recall, comment
    #[command(subcommand)]
    Alert(alert::AlertCommand),
    Today(today::TodayCommand),
    Dossier(dossier::DossierCommand),
    /// Systems that hand in alerts, and their keys: add, list, revoke
    #[command(subcommand)]
    Integration(integration::IntegrationCommand),
    /// What is said at the door about each kind of fraud: list, show, set, retire
    #[command(subcommand)]
    Script(script::ScriptCommand),
    /// New tricks and reminders for every worker: add, list, end
    #[command(subcommand)]
    Reminder(reminder::ReminderCommand),
    /// Who answers for an area's alerts, and when: add, list, end
    #[command(subcommand)]
    Duty(duty::DutyCommand),
    /// Where alerts of each level go first, and how soon to the next: list, set
    #[command(subcommand)]
    Routing(routing::RoutingCommand),
    Link(link::Link),
    Token(token::Token),
    /// The phases of campaigns, by which reports are cut: add, list, set, cancel, coverage
    #[command(subcommand)]
    Phase(phase::PhaseCommand),
    /// What residents sign: add, list, show, retire
    #[command(subcommand)]
    PledgeText(pledge_text::PledgeTextCommand),
    Completions(completions::Completions),
    /// Doors: how many were reached and signed, and who is left
    #[command(subcommand)]
    Report(report::ReportCommand),
    /// Answering for a loss: what had been done before it, cases to look at, samples for call-backs
    #[command(subcommand)]
    Accountability(accountability::AccountabilityCommand),
    /// Who is told when alerts wait for somebody: add, list, remove, test
    #[command(subcommand)]
    Webhook(webhook::WebhookCommand),
    #[cfg(feature = "demo")]
    Demo(crate::demo::Demo),
}

/// Runs what the command line asks for.
#[must_use]
pub fn run() -> ExitCode {
    run_from(std::env::args_os())
}

/// Runs what a command line asks for; its first word is the program's name.
#[must_use]
pub fn run_from(words: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    let matches = Cli::command().get_matches_from(words);
    let is_given = given(&matches);
    let Cli { mut place, command } = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    place.is_given = is_given;
    let done = match command {
        Command::Serve(command) => command.run(&place),
        Command::User(command) => command.run(&place),
        Command::Held(command) => command.run(&place),
        Command::Invite(command) => command.run(&place),
        Command::Device(command) => command.run(&place),
        Command::Grid(command) => command.run(&place),
        Command::Import(command) => command.run(&place),
        Command::Playbook(command) => command.run(&place),
        Command::Alert(command) => command.run(&place),
        Command::Today(command) => command.run(&place),
        Command::Dossier(command) => command.run(&place),
        Command::Integration(command) => command.run(&place),
        Command::Script(command) => command.run(&place),
        Command::Reminder(command) => command.run(&place),
        Command::Duty(command) => command.run(&place),
        Command::Routing(command) => command.run(&place),
        Command::Link(command) => command.run(&place),
        Command::Token(command) => command.run(&place),
        Command::Phase(command) => command.run(&place),
        Command::PledgeText(command) => command.run(&place),
        Command::Completions(command) => command.run(&place),
        Command::Report(command) => command.run(&place),
        Command::Accountability(command) => command.run(&place),
        Command::Webhook(command) => command.run(&place),
        #[cfg(feature = "demo")]
        Command::Demo(command) => command.run(&place),
    };
    done.and_then(|code| output::complete().map(|()| code)).unwrap_or_else(|failure| failure.report())
}
