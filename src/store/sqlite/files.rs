//! The files of a store below its state folder.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Name of the database.
const DATABASE: &str = "wirewatch.db";

/// What is added to the name of the database for the file that says that a store was kept here.
const MARKER: &str = ".known";

/// The files of a store.
#[derive(Debug, Clone)]
pub(super) struct Files {
    /// The state folder.
    pub(super) folder: PathBuf,
    /// The database.
    pub(super) database: PathBuf,
}

impl Files {
    /// The files below `folder`.
    pub(super) fn below(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), database: folder.join(DATABASE) }
    }

    /// The file that says that a store was kept as `database`.
    pub(super) fn marker_of(database: &Path) -> PathBuf {
        beside(database, MARKER)
    }

    /// The copy that is kept before a store of an older version is changed.
    pub(super) fn copy_of_version(&self, version: i64) -> PathBuf {
        beside(&self.database, &format!(".v{version}.bak"))
    }

    /// The log of changes that the engine keeps beside the database.
    pub(super) fn log(&self) -> PathBuf {
        beside(&self.database, "-wal")
    }

    /// Whether the database alone holds everything, as after a clean end.
    pub(super) fn log_is_empty(&self) -> bool {
        fs::metadata(self.log()).map_or(true, |facts| facts.len() == 0)
    }

    /// Length of the database in bytes; `None` where there is none.
    pub(super) fn database_len(&self) -> Option<u64> {
        fs::metadata(&self.database).ok().map(|facts| facts.len())
    }

    /// Whether a store was ever kept here.
    pub(super) fn is_known(&self) -> bool {
        Self::marker_of(&self.database).exists()
    }

    /// Notes that a store is kept here, so that its loss is never taken for a first start.
    pub(super) fn set_known(&self) -> io::Result<()> {
        if self.is_known() {
            return Ok(());
        }
        let text = "wirewatch keeps its store beside this file. While this file is here, a store that is missing or empty is a fault\n\
                    and not a first start. Remove it only to begin anew.\n";
        let marker = Self::marker_of(&self.database);
        fs::write(&marker, text)?;
        File::open(&marker)?.sync_all()?;
        self.sync_folder()
    }

    /// Makes new names in the folder survive a loss of power.
    pub(super) fn sync_folder(&self) -> io::Result<()> {
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_os_string();
    name.push(ending);
    PathBuf::from(name)
}
