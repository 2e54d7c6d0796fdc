//! Errors over HTTP: RFC 9457 problem details with a stable code.
//!
//! Floor: protocol. Invariant: no internals and nothing a person wrote stand in a problem.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$meta:meta])* $code:ident = $word:literal, $status:literal, $title:literal;)+) => {
        /// What went wrong, for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code { $($(#[$meta])* $code,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The word that travels.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$code => $word,)+ }
            }

            /// The HTTP status it travels under.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// What it means, and what to do.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }

            /// The code of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$code),)+ _ => None }
            }
        }
    };
}

codes! {
    /// No token, or one that nobody was given.
    SignedOut = "signed_out", 401, "This device is not signed in. Enrol it with a new code.";
    /// The device or its person was revoked.
    Revoked = "revoked", 403, "This device was revoked. Unsent work can still be handed in.";
    /// Nobody was given this enrolment code.
    CodeUnknown = "code_unknown", 403, "This enrolment code is not known. Check it, or ask for a new one.";
    /// The enrolment code has expired.
    CodeExpired = "code_expired", 403, "This enrolment code has expired. Ask for a new one.";
    /// The enrolment code has been used.
    CodeUsed = "code_used", 403, "This enrolment code has been used. Ask for a new one.";
    /// Too many attempts to enrol.
    TooManyAttempts = "too_many_attempts", 429, "Too many attempts. Wait a minute and try again.";
    /// The message speaks a version this server does not.
    VersionUnsupported = "version_unsupported", 400, "This version is not spoken here. Update the app or the server.";
    /// The message is larger than the limit.
    TooLarge = "too_large", 413, "The message is too large. Send it in smaller batches.";
    /// The message could not be read.
    Malformed = "malformed", 400, "The message could not be read.";
    /// There are more of something than the limit.
    TooMany = "too_many", 400, "The message holds more of something than is allowed. Send less at a time.";
    /// The manifest's digest is not that of the changes.
    DigestMismatch = "digest_mismatch", 400, "The signed manifest is not that of the changes sent.";
    /// The signature is not the device's.
    SignatureInvalid = "signature_invalid", 400, "The signature is not this device's.";
    /// The device left too much in the quarantine.
    QuarantineFull = "quarantine_full", 413, "The server keeps no more of this device's unsent work. Export it instead.";
    /// Somebody else is at the store.
    Busy = "busy", 503, "The server is busy. Try again shortly.";
    /// The server takes no work at present: it is stopping, or its store is not to be had.
    NotReady = "not_ready", 503, "The server is not ready. Try again shortly.";
    /// No key, or one that no integration was given.
    KeyUnknown = "key_unknown", 401, "This key is not known. Send a key made by `qiaomen-server integration add` as a bearer token.";
    /// The integration's key was revoked.
    KeyRevoked = "key_revoked", 403, "This key was revoked. Ask the town for a new one.";
    /// The body is of another type than the address takes.
    MediaTypeUnsupported = "media_type_unsupported", 415, "This address takes another type of body.";
    /// Something in the message does not hold together.
    Invalid = "invalid", 422, "Something in the message does not hold together.";
    /// Whoever asks may not do this here.
    NotPermitted = "not_permitted", 403, "This may not be done here by whoever asks.";
    /// Nobody has signed in, or the session is over.
    SignInNeeded = "sign_in_needed", 401, "Sign in, or send a person's token as a bearer token.";
    /// The password was right; the second factor is still to be shown or set up.
    SecondFactorNeeded = "second_factor_needed", 403, "Show your second factor first, or set it up.";
    /// A form came from elsewhere, or from a session that is over.
    FormExpired = "form_expired", 403, "This form has expired. Load the page again.";
    /// Somebody else changed it in between.
    MovedOn = "moved_on", 409, "It has changed since you looked. Look again, then decide.";
    /// There is nothing at this address.
    NotFound = "not_found", 404, "There is nothing at this address.";
    /// Another method is needed.
    MethodNotAllowed = "method_not_allowed", 405, "This address takes another method.";
    /// It could not be done for a reason inside the server.
    Unexpected = "unexpected", 500, "Something went wrong inside the server. It has been logged.";
}

/// An error's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A name for the kind of problem: `urn:qiaomen:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What it means, and what to do.
    pub title: String,
    /// What exactly, where that can be said without internals or personal data.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            kind: format!("urn:qiaomen:problem:{}", code.word()),
            status: code.status(),
            code: code.word().to_owned(),
            title: code.title().to_owned(),
            detail: None,
        }
    }
}
