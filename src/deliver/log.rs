//! The alert log: one line for each alert, appended and synced.
//!
//! A line is there exactly once, whatever happens in between. A delivery that was written and not noted as delivered comes
//! again; its identity is then found in the last lines, and nothing is written. A line that was torn by a crash was never
//! noted as delivered either, so it is cut off and comes again whole.

use std::collections::{HashSet, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tracing::{error, info, warn};
use uuid::Uuid;

use crate::deliver::error::DeliverError;
use crate::deliver::{Channel, Outcome, tail};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::text::chain::chain;

/// Deliveries in one write.
const BATCH_MAX: usize = 256;

/// Identities of the last lines that are kept in mind. At least two batches: one may have been written before a crash and one
/// after. More costs little and covers a store that could not note several batches.
const REMEMBERED: usize = 4096;

/// How often a batch is written anew when the file vanishes under it.
const REWRITES_MAX: usize = 3;

/// Settings of the alert log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// The channel, `log`.
    pub id: ChannelId,
    /// The file.
    pub path: PathBuf,
}

impl LogSettings {
    /// The alert log at a path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { id: ChannelId::from("log"), path: path.into() }
    }
}

/// The alert log.
#[derive(Debug)]
pub struct LogChannel {
    id: ChannelId,
    /// Shared with the thread that writes: a batch that was begun is ended there, even when nobody waits for it any more.
    log: Arc<Mutex<Log>>,
}

impl LogChannel {
    /// Opens the log, makes it and its folder where they are missing, cuts off a torn last line, and reads the identities of
    /// the last lines.
    ///
    /// # Errors
    /// When it cannot be opened for writing, or ends in something that is no alert record.
    pub fn open(settings: &LogSettings) -> Result<Self, DeliverError> {
        let mut log = Log::new(settings.path.clone());
        log.reopen()?;
        Ok(Self { id: settings.id.clone(), log: Arc::new(Mutex::new(log)) })
    }
}

#[async_trait]
impl Channel for LogChannel {
    fn id(&self) -> &ChannelId {
        &self.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    /// Never given up: what stops the log, such as a full disk, is not for one alert to bear.
    fn attempts_max(&self) -> Option<u32> {
        None
    }

    /// A write that was begun goes on in its thread, and who wrote the same alerts meanwhile would write them twice.
    fn may_be_left(&self) -> bool {
        false
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let log = Arc::clone(&self.log);
        let own = batch.to_vec();
        let written = tokio::task::spawn_blocking(move || {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.write(&own)
        });
        written.await.unwrap_or_else(|_| {
            // Without this a log that was left in the middle of a write would be trusted.
            self.reopen();
            batch
                .iter()
                .map(|_| Outcome::Away { after: None, error: "the alert log stopped in the middle of a write".to_owned() })
                .collect()
        })
    }

    fn reopen(&mut self) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).open = None;
    }
}

/// The file and what is known of it.
#[derive(Debug)]
struct Log {
    path: PathBuf,
    open: Option<Open>,
    recent: Recent,
    /// Whether the last write failed; trouble is told once for each change of state.
    failing: bool,
}

/// The file while it is open.
#[derive(Debug)]
struct Open {
    file: File,
    /// Device and inode: another file at the same path is another file.
    identity: (u64, u64),
    /// Its length after the last write. Another length means that somebody else wrote or cut.
    length: u64,
}

impl Log {
    fn new(path: PathBuf) -> Self {
        Self { path, open: None, recent: Recent::default(), failing: false }
    }

    /// Writes what is not there yet, in one write, and syncs it.
    fn write(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let outcomes =
            |outcome: &Outcome| batch.iter().map(|delivery| unwritable(delivery).unwrap_or_else(|| outcome.clone())).collect::<Vec<_>>();
        match self.append(batch) {
            Ok(()) => {
                if std::mem::take(&mut self.failing) {
                    info!(path = %self.path.display(), "alert log is written again");
                }
                outcomes(&Outcome::Delivered)
            }
            Err(error) => {
                let error = chain(&error);
                if !std::mem::replace(&mut self.failing, true) {
                    error!(path = %self.path.display(), %error, "alert log cannot be written; its alerts wait");
                }
                outcomes(&Outcome::Away { after: None, error })
            }
        }
    }

    fn append(&mut self, batch: &[Delivery]) -> Result<(), DeliverError> {
        for _ in 0..REWRITES_MAX {
            self.follow()?;
            let (lines, ids) = self.lines(batch);
            if lines.is_empty() {
                return Ok(());
            }
            let open = self.open.as_mut().expect("`follow` opens it");
            if let Err(source) = open.append(&lines) {
                // What stands in the file is not known any more where cutting it back failed too.
                if open.cut_back().is_err() {
                    self.open = None;
                }
                return Err(DeliverError::Write { path: self.path.clone(), source });
            }
            // A file that was deleted between opening and writing takes the lines with it.
            if open.file.metadata().is_ok_and(|metadata| metadata.nlink() > 0) {
                self.recent.extend(ids);
                return Ok(());
            }
            self.open = None;
        }
        let source = io::Error::new(io::ErrorKind::NotFound, "it is deleted again and again");
        Err(DeliverError::Write { path: self.path.clone(), source })
    }

    /// The lines that are not in the log yet, and their identities.
    fn lines(&self, batch: &[Delivery]) -> (Vec<u8>, Vec<Uuid>) {
        let mut lines = Vec::new();
        let mut ids: Vec<Uuid> = Vec::new();
        for delivery in batch.iter().filter(|delivery| unwritable(delivery).is_none()) {
            let id = delivery.alert.0;
            if !self.recent.holds(&id) && !ids.contains(&id) {
                lines.extend_from_slice(delivery.body.as_bytes());
                lines.push(b'\n');
                ids.push(id);
            }
        }
        (lines, ids)
    }

    /// Opens the log where it is not open, or where another file or none stands at its path, or where it was changed.
    fn follow(&mut self) -> Result<(), DeliverError> {
        let known = self.open.as_ref().map(|open| (open.identity, open.length));
        let found = fs::metadata(&self.path).ok().map(|metadata| (identity(&metadata), metadata.len()));
        if known.is_some() && known == found {
            return Ok(());
        }
        self.reopen()
    }

    /// Opens the log anew. What was remembered stays: after a rotation it is what the old file holds.
    fn reopen(&mut self) -> Result<(), DeliverError> {
        self.open = None;
        let created = !self.path.exists();
        if created {
            make_folder(&self.path)?;
        }
        let failed = |source| DeliverError::Open { path: self.path.clone(), source };
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o640).open(&self.path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(DeliverError::NotAFile { path: self.path.clone() });
        }
        if created {
            sync_folder(&self.path).map_err(failed)?;
        }
        let tail = tail::read(&mut file, REMEMBERED).map_err(failed)?;
        if !tail.torn.is_empty() {
            if !tail.is_torn_record() {
                return Err(DeliverError::NotALog { path: self.path.clone() });
            }
            warn!(path = %self.path.display(), bytes = tail.torn.len(), "alert log ended in a torn line; it is cut off and comes again");
            file.set_len(tail.whole_bytes).and_then(|()| file.sync_data()).map_err(failed)?;
        }
        if tail.ids.len() < REMEMBERED {
            self.recent.extend(tail::read_siblings(&self.path, REMEMBERED - tail.ids.len()));
        }
        self.recent.extend(tail.ids);
        self.open = Some(Open { file, identity: identity(&metadata), length: tail.whole_bytes });
        Ok(())
    }
}

impl Open {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.write_all(lines)?;
        self.file.sync_data()?;
        self.length += u64::try_from(lines.len()).expect("a length in memory fits");
        Ok(())
    }

    /// Takes back a write that failed in the middle, so that no half of a line stays.
    fn cut_back(&mut self) -> io::Result<()> {
        // A file that was cut short from outside in the meantime must not be filled up with zeros.
        if self.file.metadata()?.len() > self.length {
            self.file.set_len(self.length)?;
        }
        self.file.sync_data()
    }
}

/// The identities of the last lines, oldest first.
#[derive(Debug, Default)]
struct Recent {
    order: VecDeque<Uuid>,
    set: HashSet<Uuid>,
}

impl Recent {
    fn holds(&self, id: &Uuid) -> bool {
        self.set.contains(id)
    }

    fn extend(&mut self, ids: impl IntoIterator<Item = Uuid>) {
        for id in ids {
            if self.set.insert(id) {
                self.order.push_back(id);
            }
        }
        while self.order.len() > 2 * REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.set.remove(&oldest);
            }
        }
    }
}

/// Why a body can never be a line of the log.
fn unwritable(delivery: &Delivery) -> Option<Outcome> {
    let broken = delivery.body.is_empty() || delivery.body.contains(['\n', '\r']);
    broken.then(|| Outcome::Refused { error: "the record is not exactly one line".to_owned() })
}

fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

/// The folder of a path; a bare name lies in the working folder.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn make_folder(path: &Path) -> Result<(), DeliverError> {
    fs::create_dir_all(folder(path)).map_err(|source| DeliverError::Folder { path: path.to_owned(), source })
}

/// Makes the name of a new file survive a loss of power.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

#[cfg(test)]
mod tests;
