//! Why a channel cannot be opened.

use std::io;
use std::path::PathBuf;

use crate::model::id::ChannelId;

/// Why a channel cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliverError {
    /// The folder of the alert log cannot be made or written to.
    #[error("alert log {path}: its folder cannot be written to; give it to the user the daemon runs as, or set `log.path`")]
    Folder {
        /// The log.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The alert log cannot be opened or read.
    #[error("alert log {path} cannot be opened; give it to the user the daemon runs as, or set `log.path`")]
    Open {
        /// The log.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A batch could not be written.
    #[error("alert log {path} cannot be written")]
    Write {
        /// The log.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// There is something else in the place of the alert log.
    #[error("alert log {path} is not a regular file; set `log.path` to a file of its own")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file ends in a text that no alert log ends in, so it is left as it is.
    #[error("{path} does not look like an alert log: its last line is no alert record; move the file away, or set `log.path`")]
    NotALog {
        /// The path.
        path: PathBuf,
    },
    /// The signing secret of a webhook says it is base64 and is not.
    #[error("channel `{channel}`: the secret starts with `whsec_`, but what follows is not base64")]
    Secret {
        /// The channel.
        channel: ChannelId,
    },
    /// The signing secret of a webhook is empty.
    #[error("channel `{channel}`: the secret is empty")]
    SecretEmpty {
        /// The channel.
        channel: ChannelId,
    },
}
