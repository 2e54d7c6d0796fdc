//! Writes the demo town's files anew: `cargo run -p qiaomen-tests --bin roster -- sync-server/src/demo/town`.
//!
//! Floor: tests. The committed files are what it writes; a test holds them to it.

#![expect(clippy::print_stderr, reason = "it speaks to whoever started it")]

use std::path::PathBuf;
use std::process::ExitCode;

use qiaomen_tests::roster::{SEED, make};

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Name the folder to write into.");
        return ExitCode::from(2);
    };
    let files = make(SEED);
    let named = [
        ("areas.csv", &files.areas),
        ("people.csv", &files.people),
        ("roster.csv", &files.roster),
        ("alerts.csv", &files.alerts),
    ];
    for (name, text) in named {
        if let Err(error) = std::fs::write(folder.join(name), text) {
            eprintln!("{name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    eprintln!("{:?}", files.untidy);
    ExitCode::SUCCESS
}
