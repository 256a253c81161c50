//! The one writer: a thread that turns all operations that wait into one transaction.
//!
//! A commit waits for the disk, an operation hardly at all. So whatever has gathered while the last commit was under way
//! goes into the next one together, and every caller hears of it only after the commit. An operation that fails must leave
//! nothing behind, so when one of a batch fails all of it is taken back and done again, then each inside a savepoint of its
//! own: savepoints for all that never fail would cost half of what the store costs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::store::error::StoreError;
use crate::store::sqlite::fault::{Fault, sqlite};
use crate::store::sqlite::files::Files;

/// How many operations may wait; the next one waits for room.
const WAITING_MAX: usize = 512;

/// How many operations go into one transaction at most, so that nobody waits long for a commit.
const BATCH_MAX: usize = 128;

/// How many times, and how long each time, operations that are in no hurry wait for others. Between two times it is seen whether
/// one came that is: to wake the thread for each that comes would cost more than the operation.
const PAUSES: usize = 10;
const PAUSE: Duration = Duration::from_millis(2);

/// After this time without an operation the writer counts as idle.
const IDLE_AFTER: Duration = Duration::from_secs(2);

/// A log of changes longer than this is worked into the database when the writer is idle.
const LOG_BYTES_MAX: u64 = 1024 * 1024;

/// Whether an operation must survive a loss of power once it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Durability {
    /// It must.
    Synced,
    /// It must too, but it may wait some milliseconds for others while many come, so that they share a commit.
    Unhurried,
    /// It need not: after a loss of power it is as if it had never been, which is right for a lease or a sign of life.
    /// It is never seen apart from what was committed before it.
    Relaxed,
}

/// Hands operations to the thread.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    queue: Option<Sender<Box<dyn Operation>>>,
    room: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
    /// Set when a check that runs beside finds the file damaged; from then on nothing is written.
    refusal: Arc<OnceLock<StoreError>>,
}

impl Writer {
    /// Starts the thread; it ends when the value is dropped and everything that waits is done.
    pub(super) fn start(connection: Connection, files: &Files, refusal: Arc<OnceLock<StoreError>>) -> std::io::Result<Self> {
        let (queue, operations) = channel();
        let work = Work { connection, path: files.database.clone(), log: files.log(), synced: true, refusal: Arc::clone(&refusal) };
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || work.run(&operations))?;
        let room = Arc::new(Semaphore::new(WAITING_MAX));
        Ok(Self { path: files.database.clone(), queue: Some(queue), room, thread: Some(thread), refusal })
    }

    /// Runs an operation and answers after its commit. Once it has begun to wait it is done even when nobody waits for the
    /// answer any more. It may be run twice, the first time taken back: what it does besides changing the store must bear that.
    pub(super) async fn run<T, F>(&self, durability: Durability, operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        if let Some(error) = self.refusal.get() {
            return Err(error.clone());
        }
        let closed = || StoreError::Closed { path: self.path.clone() };
        let room = Arc::clone(&self.room).acquire_owned().await.map_err(|_| closed())?;
        let (reply, answer) = oneshot::channel();
        let pending = Pending { durability, operation, result: None, reply, _room: room };
        self.queue.as_ref().and_then(|queue| queue.send(Box::new(pending)).ok()).ok_or_else(closed)?;
        wait(answer).await.map_err(|_| closed())?
    }
}

#[cfg(not(test))]
async fn wait<T>(answer: oneshot::Receiver<T>) -> Result<T, oneshot::error::RecvError> {
    answer.await
}

/// A paused clock of Tokio takes waiting for another thread for idleness and leaps to the next timer, unless a blocking task
/// runs meanwhile.
#[cfg(test)]
async fn wait<T: Send + 'static>(answer: oneshot::Receiver<T>) -> Result<T, oneshot::error::RecvError> {
    tokio::task::spawn_blocking(move || answer.blocking_recv()).await.expect("waiting does not panic")
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writer of the store ended in a panic");
        }
    }
}

/// One operation in the queue.
trait Operation: Send {
    fn durability(&self) -> Durability;
    fn apply(&mut self, connection: &Connection) -> Result<(), Fault>;
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Pending<T, F> {
    durability: Durability,
    operation: F,
    result: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
    _room: OwnedSemaphorePermit,
}

impl<T, F> Operation for Pending<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, Fault> + Send,
{
    fn durability(&self) -> Durability {
        self.durability
    }

    fn apply(&mut self, connection: &Connection) -> Result<(), Fault> {
        self.result = Some((self.operation)(connection)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { result, reply, .. } = *self;
        let result = outcome.map(|()| result.expect("an operation that was committed has a result"));
        // Nobody waits when the caller was cancelled; the commit holds all the same.
        drop(reply.send(result));
    }
}

/// The thread.
struct Work {
    connection: Connection,
    path: PathBuf,
    log: PathBuf,
    synced: bool,
    refusal: Arc<OnceLock<StoreError>>,
}

impl Work {
    fn run(mut self, operations: &Receiver<Box<dyn Operation>>) {
        let mut batch: Vec<Box<dyn Operation>> = Vec::with_capacity(BATCH_MAX);
        let mut many = false;
        loop {
            match operations.recv_timeout(IDLE_AFTER) {
                Ok(operation) => batch.push(operation),
                Err(RecvTimeoutError::Timeout) => {
                    shorten_log(&self.connection, &self.log);
                    match operations.recv() {
                        Ok(operation) => batch.push(operation),
                        Err(_) => break,
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            // Where one came alone before, waiting for another is in vain.
            gather(&mut batch, operations, if many { PAUSES } else { 0 });
            many = batch.len() > 1;
            self.commit(&mut batch);
        }
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(error = %error, "the store did not close cleanly");
        }
    }

    /// Commits the batch and answers every caller.
    fn commit(&mut self, batch: &mut Vec<Box<dyn Operation>>) {
        match self.apply(batch) {
            Ok(outcomes) => {
                for (operation, outcome) in batch.drain(..).zip(outcomes) {
                    operation.answer(outcome);
                }
            }
            Err(error) => {
                self.roll_back();
                for operation in batch.drain(..) {
                    operation.answer(Err(error.clone()));
                }
            }
        }
    }

    /// The outcome of each operation, all committed; or the fault that cost the whole transaction.
    fn apply(&mut self, batch: &mut [Box<dyn Operation>]) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        if let Some(error) = self.refusal.get() {
            return Err(error.clone());
        }
        self.set_synced(batch.iter().any(|operation| operation.durability() != Durability::Relaxed))?;
        self.say("BEGIN IMMEDIATE")?;
        let failed = batch.iter_mut().find_map(|operation| operation.apply(&self.connection).err());
        let outcomes = match failed.map(|fault| fault.of(&self.path)) {
            None => vec![Ok(()); batch.len()],
            // The engine may have given up the transaction, and a disk that fails one operation fails its neighbours too.
            Some(error) if batch.len() == 1 || self.connection.is_autocommit() || costs_transaction(&error) => return Err(error),
            Some(_) => {
                self.say("ROLLBACK")?;
                self.say("BEGIN IMMEDIATE")?;
                batch.iter_mut().map(|operation| self.apply_apart(operation.as_mut())).collect::<Result<_, _>>()?
            }
        };
        self.say("COMMIT")?;
        Ok(outcomes)
    }

    /// Applies an operation so that it leaves nothing behind when it fails. The outer result is the transaction's, the inner
    /// one the operation's own.
    fn apply_apart(&self, operation: &mut dyn Operation) -> Result<Result<(), StoreError>, StoreError> {
        self.say("SAVEPOINT operation")?;
        let outcome = operation.apply(&self.connection).map_err(|fault| fault.of(&self.path));
        match &outcome {
            Ok(()) => {}
            Err(error) if self.connection.is_autocommit() || costs_transaction(error) => return Err(error.clone()),
            Err(_) => self.say("ROLLBACK TO operation")?,
        }
        self.say("RELEASE operation")?;
        Ok(outcome)
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.say("ROLLBACK")
        {
            tracing::error!(error = %error, "a transaction of the store could not be rolled back");
        }
    }

    /// A commit that need not survive a loss of power spares the disk; one that must carries all before it along.
    fn set_synced(&mut self, synced: bool) -> Result<(), StoreError> {
        if self.synced != synced {
            let level = if synced { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", level).map_err(|error| sqlite(&self.path, error))?;
            self.synced = synced;
        }
        Ok(())
    }

    fn say(&self, sql: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(|error| sqlite(&self.path, error))
    }
}

/// Adds to a batch what waits, and what comes in so many pauses, unless something is there that is in a hurry.
fn gather(batch: &mut Vec<Box<dyn Operation>>, operations: &Receiver<Box<dyn Operation>>, pauses: usize) {
    for pauses_left in (0..=pauses).rev() {
        batch.extend(operations.try_iter().take(BATCH_MAX - batch.len()));
        let hurried = batch.iter().any(|operation| operation.durability() != Durability::Unhurried);
        if hurried || batch.len() == BATCH_MAX || pauses_left == 0 {
            break;
        }
        thread::sleep(PAUSE);
    }
}

fn costs_transaction(error: &StoreError) -> bool {
    matches!(error, StoreError::Full { .. } | StoreError::Disk { .. } | StoreError::Busy { .. } | StoreError::Damaged { .. })
}

/// Works a long log into the database and cuts it.
fn shorten_log(connection: &Connection, log: &Path) {
    if fs::metadata(log).is_ok_and(|facts| facts.len() > LOG_BYTES_MAX)
        && let Err(error) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    {
        tracing::debug!(error = %error, "the log of the store was not cut");
    }
}
