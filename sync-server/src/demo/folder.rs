//! The demo's folder: whose it is, and that only one demo is at work in it.
//!
//! Floor: sync-server, demo. Invariant: nothing is ever taken away that the demo did not put there.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::{MARKER, Marker};
use crate::command::output::Failure;
use crate::store::sqlite;

/// The marker while it is being written.
const MARKER_NEW: &str = "demo.json.new";
/// Held by the demo that is at work.
const LOCK: &str = "demo.lock";
/// The phones' databases.
pub(super) const PHONES: &str = "phones";

/// What is in the folder.
pub(super) enum Standing {
    Empty,
    Unfinished,
    Finished(Box<Marker>),
}

/// Whether the demo makes something of this name.
fn is_ours(name: &str) -> bool {
    [MARKER, MARKER_NEW, LOCK, PHONES].contains(&name) || name.starts_with(sqlite::FILE)
}

/// What is in the folder; one that holds anything else than a demo is refused.
pub(super) fn standing(folder: &Path) -> Result<Standing, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::usage(format!("cannot read {}: {error}; name an empty folder with --data", folder.display()))
    };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Standing::Empty),
        Err(error) => return Err(unreadable(error)),
        Ok(entries) => entries,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned());
    }
    let marker = std::fs::read(folder.join(MARKER)).ok().and_then(|text| serde_json::from_slice::<Marker>(&text).ok());
    match marker {
        Some(marker) if marker.demo && marker.table.is_some() => Ok(Standing::Finished(Box::new(marker))),
        Some(marker) if marker.demo && names.iter().all(|name| is_ours(name)) => Ok(Standing::Unfinished),
        None if names.iter().all(|name| name == LOCK || name == MARKER_NEW) => Ok(Standing::Empty),
        _ => Err(Failure::usage(format!(
            "{} holds something that the demo did not make; name an empty folder with --data",
            folder.display()
        ))),
    }
}

/// Sees to it that no other demo is at work in the folder, as long as what it returns is kept.
pub(super) fn alone(folder: &Path) -> Result<File, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(format!("cannot write in {}: {error}; name another folder with --data", folder.display()))
    };
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(cannot)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Failure::usage(format!(
            "another demo is at work in {}; end it first, or name another folder with --data",
            folder.display()
        ))),
        // A file system without locks: better without than not at all.
        Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => Ok(lock),
        Err(TryLockError::Error(error)) => Err(cannot(error)),
    }
}

/// Takes away what an interrupted demo left. The marker goes last, so that this can be interrupted too.
pub(super) fn clear(folder: &Path) -> Result<(), Failure> {
    let mut marker = false;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_name().to_string_lossy().as_ref() {
            LOCK => {}
            MARKER => marker = true,
            PHONES => std::fs::remove_dir_all(entry.path())?,
            name if is_ours(name) => std::fs::remove_file(entry.path())?,
            _ => {}
        }
    }
    if marker {
        std::fs::remove_file(folder.join(MARKER))?;
    }
    Ok(())
}

/// Writes the marker, whole or not at all.
pub(super) fn mark(folder: &Path, marker: &Marker) -> Result<(), Failure> {
    let fresh = folder.join(MARKER_NEW);
    std::fs::write(&fresh, serde_json::to_vec_pretty(marker)?)?;
    std::fs::rename(fresh, folder.join(MARKER))?;
    Ok(())
}
