//! What the owner may set of polling, for all feeds or for one.

use std::time::Duration;

/// Settings of [`crate::poll`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollSettings {
    /// Never asked more often.
    pub interval_min: Duration,
    /// Asked at least so often, unless the publisher wishes otherwise.
    pub interval_max: Duration,
    /// What becomes of the entries of a new feed.
    pub initial: Initial,
    /// Longest body that is read, in bytes after decompression.
    pub body_bytes_max: usize,
    /// For the whole visit.
    pub deadline: Duration,
    /// Who waits when a server says 429 with `Retry-After`.
    pub retry_after_scope: Scope,
}

impl Default for PollSettings {
    fn default() -> Self {
        Self {
            interval_min: Duration::from_secs(15 * 60),
            interval_max: Duration::from_secs(6 * 3600),
            initial: Initial::Mark,
            body_bytes_max: 10 * 1024 * 1024,
            deadline: Duration::from_secs(60),
            retry_after_scope: Scope::Host,
        }
    }
}

/// What becomes of the entries of a new feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initial {
    /// Marked as seen, nothing is told.
    Mark,
    /// Read like new ones.
    Alert,
    /// Read like new ones when they are not older than this.
    Age(Duration),
}

/// Who waits when a server asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All feeds of the host.
    Host,
    /// The one feed.
    Feed,
}
