//! Why a visit gave nothing.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::net::error::NetError;
use crate::poll::parse::ParseError;

/// Why a visit gave nothing. Addresses are shown without user name and password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PollError {
    /// No answer.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The server answered, with a status that is no success.
    #[error("{url} answered {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// HTTP status.
        status: u16,
        /// What the server asks for.
        retry_after: Option<Duration>,
    },
    /// The server said 410: the feed is gone for good.
    #[error("{url} is gone (410); it is not asked again until it is resumed")]
    Gone {
        /// What was asked for.
        url: String,
    },
    /// What came is no feed.
    #[error("{place}")]
    Parse {
        /// Where it came from.
        place: String,
        /// Why.
        #[source]
        source: ParseError,
    },
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file or the output of a command is too large.
    #[error("{place} gives more than {body_bytes_max} bytes")]
    TooLarge {
        /// The file or program.
        place: String,
        /// The cap.
        body_bytes_max: usize,
    },
    /// A command cannot be run.
    #[error("cannot run `{program}`")]
    Command {
        /// The program.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A command failed.
    #[error("`{program}` failed with {status}{}", said(.stderr))]
    CommandFailed {
        /// The program.
        program: String,
        /// Exit code or signal.
        status: String,
        /// The beginning of what it said on standard error.
        stderr: String,
    },
    /// A command took too long and was stopped with all that it started.
    #[error("`{program}` took more than {deadline:?}")]
    CommandDeadline {
        /// The program.
        program: String,
        /// The time it had.
        deadline: Duration,
    },
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(": {stderr}") }
}

impl PollError {
    /// Whether the same visit may work later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Net(error) => error.is_transient(),
            Self::Status { status, .. } => matches!(*status, 408 | 425 | 429 | 500..=599),
            Self::Gone { .. } => false,
            _ => true,
        }
    }
}
