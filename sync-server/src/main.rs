//! The program: everything is in the library.
//!
//! Floor: sync-server, top. Invariant: a panic tells its place, never what was being worked on.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic's message may quote what was being worked on, which may be personal: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(place, "panicked");
    }));
    qiaomen_server::command::run()
}
