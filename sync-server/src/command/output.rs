//! How commands answer and fail.
//!
//! Floor: sync-server, command. The only place of the library that prints. Invariant: results go to standard
//! output and nothing else does.
use std::fmt;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

/// Why a command could not do what it was asked, and the exit code that says so.
#[derive(Debug)]
pub struct Failure {
    text: String,
    code: u8,
}

impl Failure {
    /// A failure with exit code 1.
    pub fn new(text: impl fmt::Display) -> Self {
        Self { text: text.to_string(), code: 1 }
    }

    /// What was asked for cannot be: exit code 2, as for any wrong use of the command line.
    pub fn usage(text: impl fmt::Display) -> Self {
        Self { text: text.to_string(), code: 2 }
    }

    /// The same with exit code 2, where 1 is a result.
    #[cfg(feature = "demo")]
    #[must_use]
    pub(crate) fn apart_from_results(self) -> Self {
        Self { code: 2, ..self }
    }

    pub(super) fn report(&self) -> ExitCode {
        note(format_args!("qiaomen-server: {}", self.text));
        ExitCode::from(self.code)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(next) = cause {
            let said = next.to_string();
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            cause = next.source();
        }
        Self { text, code: 1 }
    }
}

/// One line for people. Whoever reads may have heard enough (`| head`), which is no failure of ours.
pub(crate) fn line(text: impl fmt::Display) {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => LOST.store(true, Ordering::Relaxed),
        _ => {}
    }
}

/// Whether some of the result could not be written, on a full disk for one.
static LOST: AtomicBool = AtomicBool::new(false);

/// Fails where some of the result could not be written.
pub(super) fn complete() -> Result<(), Failure> {
    if LOST.load(Ordering::Relaxed) {
        return Err(Failure::new(
            "it was done, but the result could not be written to standard output; is the disk full?",
        ));
    }
    Ok(())
}

/// One line of progress, which is no result.
pub(crate) fn note(text: impl fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The result: as JSON, or as `text` has it.
pub(crate) fn result<T: Serialize>(json: bool, value: &T, text: impl FnOnce(&T)) -> Result<(), Failure> {
    if json {
        line(serde_json::to_string(value)?);
    } else {
        text(value);
    }
    Ok(())
}
