//! `link`.
//!
//! Floor: sync-server, command. Invariant: the link is printed once; of it nothing but a hash is kept.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use crate::access::{Action, account};
use crate::store::{AuditEntry, LinkUse};

/// Make a one-time link by which somebody chooses their password for the console
///
/// It works once, for 72 hours; an older one of theirs works no more. Hand it to them yourself: whoever opens it signs
/// in as them. Their second factor stays as it is, unless --reset-second-factor takes it away because their phone is lost.
#[derive(Debug, Args)]
pub(super) struct Link {
    /// Who: a login or an identifier
    user: String,
    /// Have them set up a new second factor: the one they have, and their recovery codes, work no more
    #[arg(long)]
    reset_second_factor: bool,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Serialize)]
struct Made {
    path: String,
}

impl Link {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let by = session.managing(&self.acting)?;
        let (person, record) = session.acting(&self.user)?;
        if record.login.is_none() {
            return Err(Failure::usage("they have no login; give them one with `user add` or an import first"));
        }
        let store = session.town.store().clone();
        if self.reset_second_factor {
            if let Some(account) = store.account(person)? {
                store.account_put(&crate::store::Account { totp: None, confirmed: false, ..account })?;
            }
            store.recovery_put(person, &[])?;
            account::shut_out(&*store, person, session.now)?;
        }
        let token = account::link(&*store, LinkUse::Password, Some(person), session.now, &mut session.random)?;
        store.audit_add(&AuditEntry {
            at: session.now,
            person: Some(by),
            action: Action::Invite.word().to_owned(),
            subject: Some(person.to_string()),
            detail: Some(if self.reset_second_factor { "link, second factor reset" } else { "link" }.to_owned()),
            address: None,
        })?;
        let made = Made { path: format!("/link/{token}") };
        output::result(place.json, &made, |made| {
            output::line(format!("{} (put the server's address in front of it)", made.path));
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
