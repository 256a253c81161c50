//! A feed, and what is remembered of it between two visits.

use std::path::PathBuf;

use jiff::Timestamp;
use url::Url;

use crate::model::id::FeedId;

/// A configured source of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Its name in the configuration.
    pub id: FeedId,
    /// Where it is read from.
    pub source: FeedSource,
    /// The outlet that publishes it, where the configuration says so; else the feed's own title is used.
    pub outlet: Option<String>,
    /// Its language where the configuration says so, as a BCP 47 tag.
    pub language: Option<String>,
    /// Free words of the owner, for `feeds list` and OPML folders.
    pub tags: Vec<String>,
}

/// Where a feed is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedSource {
    /// `http:` or `https:`.
    Http(Url),
    /// `file:` path.
    File(PathBuf),
    /// `exec:` program and arguments; it prints a feed on standard output. Never run through a shell.
    Command(Vec<String>),
}

/// What makes a request conditional: opaque bytes that belong to one response that was read and committed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// `ETag`, byte for byte.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, byte for byte.
    pub last_modified: Option<Vec<u8>>,
    /// Hash of the last body, for servers that ignore the other two.
    pub body_hash: Option<[u8; 16]>,
}

/// All that is remembered of a feed between visits. Durable; every field survives a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedState {
    /// No request before this moment.
    pub next_due: Timestamp,
    /// From the last response that was read and committed.
    pub validators: Validators,
    /// Whether the feed was read once: its old entries are marked.
    pub initialised: bool,
    /// A permanent address seen, and in how many visits in a row.
    pub moved: Option<Moved>,
    /// The server said 410: never asked again until the owner resumes it.
    pub gone: bool,
    /// Paused by the owner.
    pub paused: bool,
    /// Failures in a row.
    pub failures: u32,
    /// What the last failure was; `None` after a success.
    pub last_error: Option<String>,
    /// HTTP status of the last visit, where there was one.
    pub last_status: Option<u16>,
    /// When it was last visited at all.
    pub last_visit: Option<Timestamp>,
    /// When it was last read or found unchanged.
    pub last_success: Option<Timestamp>,
    /// When it last had an entry that was not known.
    pub last_new: Option<Timestamp>,
    /// Why `next_due` is then: `interval`, `max-age`, `ttl`, `skip-hours`, `retry-after`, `back-off`, `start`.
    pub next_reason: String,
    /// The feed's own title, as last read.
    pub title: Option<String>,
}

impl FeedState {
    /// The state of a feed that was never visited and is due at `now`.
    pub fn new(now: Timestamp) -> Self {
        Self {
            next_due: now,
            validators: Validators::default(),
            initialised: false,
            moved: None,
            gone: false,
            paused: false,
            failures: 0,
            last_error: None,
            last_status: None,
            last_visit: None,
            last_success: None,
            last_new: None,
            next_reason: "start".to_owned(),
            title: None,
        }
    }
}

/// A permanent redirect that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The address the server names.
    pub to: Url,
    /// Visits in a row that named it; from two on it is asked directly.
    pub seen: u32,
}
