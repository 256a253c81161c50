//! Only one daemon a state folder.
//!
//! The lock is the kernel's, so it goes with the process, however that ends. The file `lock` stays and names the process
//! that held it last.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::store::error::StoreError;

/// Name of the lock file below the state folder.
const FILE: &str = "lock";

/// How often a held lock is tried again: one who only looks holds it for a moment.
const TRIES: usize = 4;

/// The wait between two tries.
const BETWEEN_TRIES: Duration = Duration::from_millis(25);

/// The state folder, held by this process until the value is dropped.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

impl StateLock {
    /// Takes the state folder for this process; makes the folder where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Held`] when another daemon has it, [`StoreError::Unwritable`] when the folder or its lock file cannot
    /// be written.
    pub fn take(folder: &Path) -> Result<Self, StoreError> {
        let unwritable = |source: io::Error| StoreError::Unwritable { folder: folder.to_path_buf(), source: Arc::new(source) };
        make_folder(folder).map_err(unwritable)?;
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(lock_path(folder)).map_err(unwritable)?;
        for attempt in 1.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt < TRIES => thread::sleep(BETWEEN_TRIES),
                Err(TryLockError::WouldBlock) => {
                    return Err(StoreError::Held { folder: folder.to_path_buf(), pid: read_pid(&mut file) });
                }
                Err(TryLockError::Error(source)) => return Err(unwritable(source)),
            }
        }
        write_pid(&mut file).map_err(unwritable)?;
        Ok(Self { _file: file })
    }

    /// Whether a daemon holds the state folder now; `None` when that cannot be told, because the lock file cannot be read.
    pub fn is_held(folder: &Path) -> Option<bool> {
        match File::open(lock_path(folder)) {
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => Some(false),
                Err(TryLockError::WouldBlock) => Some(true),
                Err(TryLockError::Error(_)) => None,
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(false),
            Err(_) => None,
        }
    }
}

/// Makes the state folder, for its owner alone.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn lock_path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0)).ok()?;
    file.take(32).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_is_told_who_is_there() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(StateLock::is_held(folder.path()), Some(false));
        let first = StateLock::take(folder.path()).unwrap();
        assert_eq!(StateLock::is_held(folder.path()), Some(true));
        let second = StateLock::take(folder.path()).unwrap_err();
        assert!(matches!(&second, StoreError::Held { pid: Some(pid), .. } if *pid == std::process::id()), "{second}");
        assert!(second.to_string().starts_with(&format!("another wirewatch (process {})", std::process::id())), "{second}");
        assert!(!second.is_transient());
        drop(first);
        assert_eq!(StateLock::is_held(folder.path()), Some(false));
        StateLock::take(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "no folder").unwrap();
        let error = StateLock::take(&file.join("state")).unwrap_err();
        assert!(matches!(error, StoreError::Unwritable { .. }), "{error}");
        assert!(error.to_string().contains("file/state"), "{error}");
    }
}
