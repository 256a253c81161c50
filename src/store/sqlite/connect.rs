//! Opening the file of the store, and refusing one that cannot be trusted.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::store::error::StoreError;
use crate::store::lock;
use crate::store::sqlite::fault::{damaged, sqlite};
use crate::store::sqlite::files::Files;
use crate::store::sqlite::schema::{self, Found};

/// How long a statement waits for another process, such as a command beside the daemon.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Page cache of the writer: most of the marks of ten thousand feeds fit in.
const WRITER_CACHE_KIB: i64 = 8 * 1024;

/// Page cache of each reader.
const READER_CACHE_KIB: i64 = 2 * 1024;

/// The log of changes is cut to this length when it starts anew.
const LOG_BYTES_KEPT: i64 = 16 * 1024 * 1024;

/// The log of changes is worked into the database when it has so many pages of 4 KiB, as many as are kept: a page that changes
/// often is then copied seldom.
const LOG_PAGES: i64 = LOG_BYTES_KEPT / 4096;

/// Files up to this length are checked before the store opens, longer ones beside its work: a check reads some 80 MB a second.
const CHECK_FIRST_BYTES_MAX: u64 = 200 * 1024 * 1024;

/// How many statements stay prepared.
const STATEMENTS_KEPT: usize = 96;

/// Opens the store for the daemon: makes it at the first start, brings it up to date, checks it.
///
/// The cell is filled when a check that still runs finds the file damaged.
pub(super) fn for_daemon(files: &Files, steps: &[&str]) -> Result<(Connection, Arc<OnceLock<StoreError>>), StoreError> {
    lock::make_folder(&files.folder).map_err(|source| StoreError::Unwritable { folder: files.folder.clone(), source: Arc::new(source) })?;
    refuse_loss(files)?;
    let closed_cleanly = files.log_is_empty();
    let mut connection = read_write(files, OpenFlags::SQLITE_OPEN_CREATE)?;
    let found = schema::found(&connection, &files.database)?;
    if closed_cleanly {
        refuse_cut(&connection, files)?;
    }
    match found {
        Found::Version(version) => schema::refuse_newer(version, &files.database, steps)?,
        Found::Empty if files.is_known() => return Err(damaged(&files.database, "it is empty, though a store was kept here")),
        Found::Empty => {}
    }
    let refusal = check(&connection, files)?;
    begin_log(&connection).map_err(|error| unwritable(files, error))?;
    schema::bring_up(&mut connection, files, found, steps)?;
    if found == Found::Empty {
        // From here on the file itself says that it is a store, even if the log beside it were lost.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(|error| sqlite(&files.database, error))?;
    }
    files.set_known().map_err(|source| StoreError::Unwritable { folder: files.folder.clone(), source: Arc::new(source) })?;
    Ok((connection, refusal))
}

/// Opens a store that is there, to write beside the daemon; never makes or changes its form.
pub(super) fn beside_daemon(files: &Files, steps: &[&str]) -> Result<Connection, StoreError> {
    refuse_missing(files)?;
    let connection = read_write(files, OpenFlags::empty())?;
    refuse_other_version(&connection, files, steps)?;
    begin_log(&connection).map_err(|error| sqlite(&files.database, error))?;
    Ok(connection)
}

/// Opens a store that is there, to read beside the daemon.
pub(super) fn for_reading(files: &Files, steps: &[&str]) -> Result<Connection, StoreError> {
    refuse_missing(files)?;
    let connection = read_only(&files.database)?;
    refuse_other_version(&connection, files, steps)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn read_only(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| sqlite(path, error))?;
    tune(&connection, READER_CACHE_KIB).map_err(|error| sqlite(path, error))?;
    Ok(connection)
}

fn read_write(files: &Files, more: OpenFlags) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = Connection::open_with_flags(&files.database, flags).map_err(|error| unwritable(files, error))?;
    tune(&connection, WRITER_CACHE_KIB).map_err(|error| sqlite(&files.database, error))?;
    Ok(connection)
}

fn tune(connection: &Connection, cache_kib: i64) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// What is set before the first table is made, and for each writer.
fn begin_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_BYTES_KEPT, |_| Ok(()))
}

/// A known store that is missing or has no content is a loss, and never answered by starting empty.
fn refuse_loss(files: &Files) -> Result<(), StoreError> {
    match files.database_len() {
        None if files.is_known() => Err(damaged(&files.database, "it is missing, though a store was kept here")),
        Some(0) if files.is_known() => Err(damaged(&files.database, "it is empty, though a store was kept here")),
        _ => Ok(()),
    }
}

/// Without a log the file is exactly as long as it says. A log may hold pages that the file has not yet.
fn refuse_cut(connection: &Connection, files: &Files) -> Result<(), StoreError> {
    let number =
        |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(|error| sqlite(&files.database, error));
    let expected = u64::try_from(number("page_count")?.saturating_mul(number("page_size")?)).unwrap_or(0);
    match files.database_len() {
        Some(len) if len != expected => Err(damaged(&files.database, format!("it has {len} bytes, but should have {expected}"))),
        _ => Ok(()),
    }
}

fn refuse_missing(files: &Files) -> Result<(), StoreError> {
    refuse_loss(files)?;
    match files.database_len() {
        None | Some(0) => Err(StoreError::Missing { path: files.database.clone() }),
        Some(_) => Ok(()),
    }
}

fn refuse_other_version(connection: &Connection, files: &Files, steps: &[&str]) -> Result<(), StoreError> {
    let (path, known) = (files.database.clone(), schema::newest(steps));
    match schema::found(connection, &files.database)? {
        Found::Empty if files.is_known() => Err(damaged(&path, "it is empty, though a store was kept here")),
        Found::Empty => Err(StoreError::Missing { path }),
        Found::Version(found) if found < known => Err(StoreError::Older { path, found, known }),
        Found::Version(found) => schema::refuse_newer(found, &path, steps),
    }
}

/// Checks the file: now, or beside the work when it is long. The cell is filled when the latter finds damage.
fn check(connection: &Connection, files: &Files) -> Result<Arc<OnceLock<StoreError>>, StoreError> {
    let refusal = Arc::new(OnceLock::new());
    if files.database_len().is_none_or(|len| len <= CHECK_FIRST_BYTES_MAX) {
        check_now(connection, &files.database)?;
    } else {
        let (path, found) = (files.database.clone(), Arc::clone(&refusal));
        let beside = move || match read_only(&path).and_then(|connection| check_now(&connection, &path)) {
            Ok(()) => tracing::debug!("the store was checked"),
            Err(error @ StoreError::Damaged { .. }) => {
                tracing::error!(error = %error, "the store is damaged");
                // Only this thread fills the cell.
                drop(found.set(error));
            }
            Err(error) => tracing::warn!(error = %error, "the store could not be checked"),
        };
        if let Err(error) = thread::Builder::new().name("store-check".to_owned()).spawn(beside) {
            tracing::warn!(%error, "the store could not be checked");
        }
    }
    Ok(refusal)
}

fn check_now(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let verdict = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)).map_err(|error| sqlite(path, error))?;
    if verdict == "ok" { Ok(()) } else { Err(damaged(path, verdict.split_whitespace().collect::<Vec<_>>().join(" "))) }
}

/// While a store is opened, not being able to open or write its file is a fault of the folder.
fn unwritable(files: &Files, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            StoreError::Unwritable { folder: files.folder.clone(), source: Arc::new(error) }
        }
        _ => sqlite(&files.database, error),
    }
}
