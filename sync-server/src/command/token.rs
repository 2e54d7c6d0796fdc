//! `token`.
//!
//! Floor: sync-server, command. Invariant: the token is printed once; of it nothing but a hash is kept.

use std::process::ExitCode;

use clap::Args;
use qiaomen_core::identity::secret;
use qiaomen_core::record::random;
use serde::Serialize;

use super::Place;
use super::open::Session;
use super::output::{self, Failure};
use crate::access::Action;
use crate::store::{AuditEntry, UserToken};

/// Make a token with which a program of somebody's acts as they do
///
/// It is printed once and works for 90 days, under their permissions and in the audit trail, at every address of
/// /api/openapi.json. They may make and revoke tokens on their own account's page too.
#[derive(Debug, Args)]
pub(super) struct Token {
    /// Who: a login or an identifier
    user: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// On whose behalf: an administrator's, or a supervisor's of the town
    #[arg(long = "as", value_name = "USER")]
    acting: String,
}

#[derive(Serialize)]
struct Made {
    number: u64,
    token: String,
}

/// For how many hours it works.
const HOURS: i64 = 24 * 90;

impl Token {
    pub(super) fn run(self, place: &Place) -> Result<ExitCode, Failure> {
        let mut session = Session::open_present(place)?;
        let by = session.managing(&self.acting)?;
        let (person, _) = session.acting(&self.user)?;
        let label = self.label.trim();
        if label.is_empty() || label.len() > 240 || label.contains(char::is_control) {
            return Err(Failure::usage("--label: say what it is for, in one line of at most 80 characters"));
        }
        let token: [u8; 32] = random::bytes(&mut session.random);
        let kept = UserToken {
            number: 0,
            person,
            label: label.to_owned(),
            created: session.now,
            expires: session.now.plus_hours(HOURS),
            revoked: None,
            seen: None,
        };
        let store = session.town.store();
        let number = store.user_token_add(&secret::token_hash(&token), &kept)?;
        store.audit_add(&AuditEntry {
            at: session.now,
            person: Some(by),
            action: Action::Invite.word().to_owned(),
            subject: Some(person.to_string()),
            detail: Some("token".to_owned()),
            address: None,
        })?;
        let made = Made { number, token: format!("qmu_{}", secret::token_text(&token)) };
        output::result(place.json, &made, |made| output::line(&made.token))?;
        Ok(ExitCode::SUCCESS)
    }
}
