//! Faults of statements, before they know of which store.

use std::path::Path;
use std::sync::Arc;

use rusqlite::ErrorCode;

use crate::store::error::StoreError;
use crate::store::sqlite::files::Files;

/// A fault inside an operation.
#[derive(Debug)]
pub(super) enum Fault {
    /// The engine refused.
    Sqlite(rusqlite::Error),
    /// The store refused.
    Store(StoreError),
}

impl Fault {
    /// The lease on something was lost.
    pub(super) fn lost(what: impl Into<String>) -> Self {
        Self::Store(StoreError::LostLease { what: what.into() })
    }

    /// The fault as the caller of the store sees it.
    pub(super) fn of(self, path: &Path) -> StoreError {
        match self {
            Self::Sqlite(source) => sqlite(path, source),
            Self::Store(error) => error,
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(source: rusqlite::Error) -> Self {
        Self::Sqlite(source)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a fault of the engine means for the store at `path`.
pub(super) fn sqlite(path: &Path, source: rusqlite::Error) -> StoreError {
    let code = source.sqlite_error_code();
    let path = path.to_path_buf();
    match code {
        Some(ErrorCode::DiskFull) => StoreError::Full { path, source: Arc::new(source) },
        Some(ErrorCode::SystemIoFailure) => StoreError::Disk { path, source: Arc::new(source) },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path, source: Arc::new(source) },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(&path, source.to_string()),
        _ => StoreError::Sqlite { path, source: Arc::new(source) },
    }
}

/// The store at `path` is damaged in the way that is told.
pub(super) fn damaged(path: &Path, what: impl Into<String>) -> StoreError {
    StoreError::Damaged { path: path.to_path_buf(), marker: Files::marker_of(path), what: what.into() }
}
