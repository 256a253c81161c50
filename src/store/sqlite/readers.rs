//! A few connections that only read, beside the writer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::connect;
use crate::store::sqlite::fault::Fault;

/// How many connections are kept open between two reads.
const KEPT_MAX: usize = 3;

/// Connections that only read.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// Readers of the database at `path`; the first read opens the first connection.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), idle: Arc::default() }
    }

    /// Keeps a connection that is open already.
    pub(super) fn keep(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT_MAX {
            idle.push(connection);
        }
    }

    /// Reads what was committed before the call, as of one moment, off the async threads.
    pub(super) async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let readers = self.clone();
        match tokio::task::spawn_blocking(move || readers.read_now(read)).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(StoreError::Closed { path: self.path.clone() }),
            },
        }
    }

    fn read_now<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect::read_only(&self.path)?,
        };
        let result = at_one_moment(&connection, read).map_err(|fault| fault.of(&self.path));
        self.keep(connection);
        result
    }
}

fn at_one_moment<T>(connection: &Connection, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
    let moment = connection.unchecked_transaction()?;
    let result = read(&moment)?;
    moment.finish()?;
    Ok(result)
}
