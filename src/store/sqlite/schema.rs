//! Versions of the store: how a new one is made and an older one brought up to date.
//!
//! Each step is one SQL text. All steps that are missing run in one transaction, so a stop at any moment leaves either the
//! old version or the new one.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use crate::store::error::{Cause, StoreError};
use crate::store::sqlite::fault::{damaged, sqlite};
use crate::store::sqlite::files::Files;

/// Marks the file as a store of wirewatch: "wwat".
const APPLICATION: i64 = 0x7777_6174;

/// The steps from nothing to the newest version. Step *n* leads from version *n* to *n* + 1. Only ever appended to.
pub(super) const STEPS: &[&str] = &[
    include_str!("schema.sql"),
    // The hash of the address that the state belongs to.
    "ALTER TABLE feed ADD COLUMN address BLOB",
    include_str!("schema_3.sql"),
    // Entries under way at so many stops that they are lent one at a time; the bound is `SUSPECT_AFTER`.
    "CREATE INDEX work_suspect ON work (attempt, ready_at) WHERE attempt >= 5",
    // Feeds that are due together are taken in the order in which they lie, so that a batch of visits changes few pages.
    "DROP INDEX feed_ready; CREATE INDEX feed_ready ON feed (ready_at) WHERE configured = 1 AND paused = 0 AND gone = 0",
];

/// What stands in the head of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing was ever written.
    Empty,
    /// A store of this version.
    Version(i64),
}

/// Reads the version and refuses what is no store.
pub(super) fn found(connection: &Connection, path: &Path) -> Result<Found, StoreError> {
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(|error| sqlite(path, error));
    let tables =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).map_err(|error| sqlite(path, error))?;
    match (tables, number("application_id")?, number("user_version")?) {
        (0, 0, 0) => Ok(Found::Empty),
        (1.., APPLICATION, version @ 1..) => Ok(Found::Version(version)),
        _ => Err(damaged(path, "it is a database, but none that wirewatch wrote")),
    }
}

/// The newest version that `steps` lead to.
pub(super) fn newest(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).expect("there are only a few steps")
}

/// Refuses a version that is newer than `steps` know.
pub(super) fn refuse_newer(version: i64, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    let known = newest(steps);
    if version > known { Err(StoreError::Newer { path: path.to_path_buf(), found: version, known }) } else { Ok(()) }
}

/// Brings the store to the newest version; keeps a copy of an older one first.
pub(super) fn bring_up(connection: &mut Connection, files: &Files, found: Found, steps: &[&str]) -> Result<(), StoreError> {
    let from = match found {
        Found::Empty => 0,
        Found::Version(version) if version == newest(steps) => return Ok(()),
        Found::Version(version) => {
            refuse_newer(version, &files.database, steps)?;
            keep_copy(connection, files, version)?;
            usize::try_from(version).expect("a version that is known is a small number")
        }
    };
    run(connection, steps, from).map_err(|error| sqlite(&files.database, error))
}

fn run(connection: &mut Connection, steps: &[&str], from: usize) -> rusqlite::Result<()> {
    // Steps may rebuild tables, which a foreign key would forbid half way; the keys are checked once at the end.
    connection.pragma_update(None, "foreign_keys", false)?;
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps.iter().skip(from) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "application_id", APPLICATION)?;
    change.pragma_update(None, "user_version", newest(steps))?;
    change.commit()?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Copies the store, through a name of its own, so that a copy with the final name is always whole.
fn keep_copy(connection: &Connection, files: &Files, version: i64) -> Result<(), StoreError> {
    let copy = files.copy_of_version(version);
    let unfinished = copy.with_extension("unfinished");
    let failed = |source: Cause| StoreError::Copy { path: files.database.clone(), copy: copy.clone(), source };
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(Arc::new(error))),
        _ => {}
    }
    connection.execute("VACUUM INTO ?1", [unfinished.to_string_lossy()]).map_err(|error| failed(Arc::new(error)))?;
    File::open(&unfinished)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&unfinished, &copy))
        .and_then(|()| files.sync_folder())
        .map_err(|error| failed(Arc::new(error)))
}
