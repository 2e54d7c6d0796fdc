//! The program: everything is in the library.
//!
//! Floor: sync-server, top. Invariant: a panic tells its place, never what was being worked on.

use std::io::Write as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic's message may quote what was being worked on, which may be personal: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        if tracing::dispatcher::has_been_set() {
            tracing::error!(place, "panicked");
        } else {
            // Most commands keep no log: whoever ran this is told.
            let _ = writeln!(std::io::stderr(), "qiaomen-server: a fault in the program, at {place}; please report it");
        }
    }));
    qiaomen_server::command::run()
}
