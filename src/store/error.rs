//! What can go wrong in the store.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// The fault below a fault of the store; shared, because one failed commit answers many calls.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// A fault of the store.
///
/// It can be cloned, because one failed commit answers every call that took part in it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The lease ran out and somebody else holds it, or has ended the work.
    #[error("the lease on {what} was lost")]
    LostLease {
        /// The thing on loan.
        what: String,
    },
    /// The state folder cannot be made or written to.
    #[error(
        "cannot write to the state folder `{folder}`; let the user that wirewatch runs as write there, or name another folder with `state`"
    )]
    Unwritable {
        /// The state folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// Another daemon works with this state folder.
    #[error("{} works with the state folder `{folder}` already; stop it first, or name another folder with `state`", holder(*.pid))]
    Held {
        /// The state folder.
        folder: PathBuf,
        /// The other process, where it could be read.
        pid: Option<u32>,
    },
    /// Nothing was ever stored here.
    #[error("there is no store at `{path}` yet; `wirewatch run` makes it")]
    Missing {
        /// The file of the store.
        path: PathBuf,
    },
    /// The file of the store cannot be trusted.
    #[error(
        "the store `{path}` is damaged: {what}; put back a copy of it, or move it and `{marker}` away to begin anew, with all that the feeds list then marked as seen"
    )]
    Damaged {
        /// The file of the store.
        path: PathBuf,
        /// The file that says that a store was kept here.
        marker: PathBuf,
        /// What was found.
        what: String,
    },
    /// A newer version of the program wrote the store.
    #[error(
        "the store `{path}` has version {found}, but this wirewatch knows versions up to {known}; use the newer wirewatch that wrote it"
    )]
    Newer {
        /// The file of the store.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// An older version of the program wrote the store, and it was opened for reading only.
    #[error("the store `{path}` has version {found}, which is older than {known}; `wirewatch run` brings it up to date")]
    Older {
        /// The file of the store.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version this program reads.
        known: i64,
    },
    /// The copy that is kept before an older store is changed could not be made.
    #[error("cannot copy the store `{path}` to `{copy}` before bringing it up to date")]
    Copy {
        /// The file of the store.
        path: PathBuf,
        /// The copy.
        copy: PathBuf,
        /// Why.
        #[source]
        source: Cause,
    },
    /// No space is left. Nothing of the call was kept.
    #[error("no space is left for the store `{path}`")]
    Full {
        /// The file of the store.
        path: PathBuf,
        /// What the engine says.
        #[source]
        source: Cause,
    },
    /// The disk refused to read or write. Nothing of the call was kept.
    #[error("cannot read or write the store `{path}`")]
    Disk {
        /// The file of the store.
        path: PathBuf,
        /// What the engine says.
        #[source]
        source: Cause,
    },
    /// Another process holds the file for too long.
    #[error("the store `{path}` is locked by another process")]
    Busy {
        /// The file of the store.
        path: PathBuf,
        /// What the engine says.
        #[source]
        source: Cause,
    },
    /// A change was asked of a store that was opened for reading only.
    #[error("the store `{path}` is open for reading only")]
    ReadOnly {
        /// The file of the store.
        path: PathBuf,
    },
    /// A row holds something that cannot be read.
    #[error("cannot read {what} in the store")]
    Record {
        /// The row.
        what: String,
        /// Why.
        #[source]
        source: Cause,
    },
    /// The engine refused for another reason.
    #[error("the store `{path}` refused a statement")]
    Sqlite {
        /// The file of the store.
        path: PathBuf,
        /// What the engine says.
        #[source]
        source: Cause,
    },
    /// The store is closing, or its writer ended.
    #[error("the store `{path}` is closed")]
    Closed {
        /// The file of the store.
        path: PathBuf,
    },
}

impl StoreError {
    /// Whether the same call may work later without anybody's help but that of space or time.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Disk { .. } | Self::Busy { .. })
    }
}

fn holder(pid: Option<u32>) -> String {
    match pid {
        Some(pid) => format!("another wirewatch (process {pid})"),
        None => "another wirewatch".to_owned(),
    }
}
