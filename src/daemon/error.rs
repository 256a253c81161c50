//! What keeps the daemon from running.

use tokio::task::JoinError;

use crate::deliver::error::DeliverError;
use crate::net::error::NetError;
use crate::store::error::StoreError;

/// What keeps the daemon from running.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DaemonError {
    /// Hubs cannot be listened to.
    #[error("cannot listen for hubs on {address}; `websub.listen` names another address")]
    Listen {
        /// As configured.
        address: std::net::SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The client cannot be made.
    #[error("the HTTP client cannot be made")]
    Net(#[from] NetError),
    /// A channel cannot be opened.
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    /// A loop ended that runs as long as the daemon.
    #[error("{part} ended unexpectedly")]
    Ended {
        /// Which.
        part: &'static str,
    },
    /// A loop panicked.
    #[error("a loop of the daemon panicked")]
    Panicked(#[source] JoinError),
}
