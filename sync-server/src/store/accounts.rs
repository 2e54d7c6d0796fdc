//! What the store keeps of people who sign in to the console: accounts, sessions, links, tokens, and the audit trail.
//!
//! Floor: store. Invariants: of passwords, tokens and codes nothing but hashes; a trail's entry, once there, is never
//! changed.

use qiaomen_core::record::{PersonId, Time};

/// How somebody signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub person: PersonId,
    /// The password's hash, as argon2 writes it.
    pub password: String,
    /// The second factor's secret.
    pub totp: Option<Vec<u8>>,
    /// Whether somebody has shown that their device has it.
    pub confirmed: bool,
    /// When the password was last set.
    pub changed: Time,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Account").field("person", &self.person).finish_non_exhaustive()
    }
}

/// How far somebody has come with signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is to be shown.
    Code,
    /// The password was right; a second factor is to be set up.
    Setup,
    /// They are in.
    In,
}

/// Somebody's session in a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its number.
    pub number: u64,
    /// Whose.
    pub person: PersonId,
    /// How far they have come.
    pub stage: Stage,
    /// When it began.
    pub created: Time,
    /// When its token was made.
    pub rotated: Time,
    /// When it was last used, a while ago at most.
    pub seen: Time,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkUse {
    /// To make the first administrator.
    First,
    /// For somebody to choose a password.
    Password,
}

/// A one-time link that was not used and has not expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What for.
    pub purpose: LinkUse,
    /// Whom it is for; nobody yet, for the first administrator.
    pub person: Option<PersonId>,
    /// Until when it works.
    pub expires: Time,
}

/// A token with which a person's program acts as they do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserToken {
    /// Its number.
    pub number: u64,
    /// Whose.
    pub person: PersonId,
    /// What they call it.
    pub label: String,
    /// When it was made.
    pub created: Time,
    /// Until when it works.
    pub expires: Time,
    /// When it was revoked.
    pub revoked: Option<Time>,
    /// When it was last used, a while ago at most.
    pub seen: Option<Time>,
}

/// Something that was done in the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Time,
    /// By whom; nobody known, for a failed sign-in.
    pub person: Option<PersonId>,
    /// What: a word of [`crate::access::Action`].
    pub action: String,
    /// To what: an identifier or a word, never a name.
    pub subject: Option<String>,
    /// What else, never a name.
    pub detail: Option<String>,
    /// From which address.
    pub address: Option<String>,
}

/// Which entries of the trail.
#[derive(Clone, Debug, Default)]
pub struct AuditWanted {
    /// By this person.
    pub person: Option<PersonId>,
    /// Of this kind.
    pub action: Option<String>,
    /// About this.
    pub subject: Option<String>,
    /// Not before.
    pub from: Option<Time>,
    /// Before.
    pub to: Option<Time>,
    /// Below this number.
    pub below: Option<u64>,
    /// So many at most.
    pub limit: usize,
}
