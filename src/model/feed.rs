//! A feed, and what is remembered of it between two visits.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

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
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
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
    /// How often the feed was seen to change and wishes to be asked, as last read: a 304 says nothing about it.
    pub rhythm: Rhythm,
    /// The last visits.
    pub history: History,
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
            failing_since: None,
            last_error: None,
            last_status: None,
            last_visit: None,
            last_success: None,
            last_new: None,
            next_reason: "start".to_owned(),
            title: None,
            rhythm: Rhythm::default(),
            history: History::default(),
        }
    }
}

/// The last visits of a feed, the newest first. [`fmt::Display`] and [`History::parse`] are its durable form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History(Vec<PastVisit>);

/// A visit that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastVisit {
    /// When, to the second.
    pub at: Timestamp,
    /// HTTP status, where there was one.
    pub status: Option<u16>,
    /// Whether it failed.
    pub failed: bool,
}

impl History {
    /// So many visits are remembered: a day or two of a feed that is asked often.
    pub const MOST: usize = 12;

    /// The visits, the newest first.
    pub fn visits(&self) -> &[PastVisit] {
        &self.0
    }

    /// Adds a visit, and forgets the oldest when there are too many.
    pub fn push(&mut self, visit: PastVisit) {
        self.0.truncate(Self::MOST - 1);
        self.0.insert(0, PastVisit { at: Timestamp::from_second(visit.at.as_second()).unwrap_or(visit.at), ..visit });
    }

    /// Reads what [`fmt::Display`] writes; what it does not know is left out.
    ///
    /// ```
    /// use wirewatch::model::feed::{History, PastVisit};
    /// let mut history = History::default();
    /// history.push(PastVisit { at: "2026-03-02T08:00:00Z".parse().unwrap(), status: Some(304), failed: false });
    /// history.push(PastVisit { at: "2026-03-02T09:00:00Z".parse().unwrap(), status: None, failed: true });
    /// assert_eq!(History::parse(&history.to_string()), history);
    /// ```
    pub fn parse(text: &str) -> Self {
        let visit = |word: &str| {
            let (at, status) = word.split_once(':')?;
            let at = Timestamp::from_second(at.parse().ok()?).ok()?;
            let failed = status.ends_with('!');
            Some(PastVisit { at, status: status.trim_end_matches('!').parse().ok(), failed })
        };
        Self(text.split(' ').filter_map(visit).take(Self::MOST).collect())
    }
}

impl fmt::Display for History {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, PastVisit { at, status, failed }) in self.0.iter().enumerate() {
            let gap = if number == 0 { "" } else { " " };
            write!(formatter, "{gap}{}:", at.as_second())?;
            if let Some(status) = status {
                write!(formatter, "{status}")?;
            }
            if *failed {
                formatter.write_str("!")?;
            }
        }
        Ok(())
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

/// How often a feed changes and wishes to be asked. [`fmt::Display`] and [`Rhythm::parse`] are its durable form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rhythm {
    /// `ttl` of the feed.
    pub ttl: Option<Duration>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub syndication: Option<Duration>,
    /// Hours in UTC in which it is not asked, one bit each.
    pub skip_hours: u32,
    /// Days in UTC on which it is not asked, one bit each from Monday on.
    pub skip_days: u8,
    /// The interval that fits how often entries came.
    pub pace: Option<Duration>,
    /// The usual gap between its newest entries.
    pub usual: Option<Duration>,
    /// The longest gap between two entries that was ever seen.
    pub longest: Option<Duration>,
}

impl fmt::Display for Rhythm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, span) in
            [("ttl", self.ttl), ("sy", self.syndication), ("pace", self.pace), ("usual", self.usual), ("longest", self.longest)]
        {
            if let Some(span) = span {
                write!(formatter, "{name}={} ", span.as_secs())?;
            }
        }
        write!(formatter, "hours={:x} days={:x}", self.skip_hours, self.skip_days)
    }
}

impl Rhythm {
    /// Reads what [`fmt::Display`] writes; what it does not know is left out.
    ///
    /// ```
    /// use wirewatch::model::feed::Rhythm;
    /// let rhythm = Rhythm { skip_hours: 0b11, pace: Some(std::time::Duration::from_secs(900)), ..Rhythm::default() };
    /// assert_eq!(Rhythm::parse(&rhythm.to_string()), rhythm);
    /// ```
    pub fn parse(text: &str) -> Self {
        let mut rhythm = Self::default();
        for (name, value) in text.split(' ').filter_map(|field| field.split_once('=')) {
            let span = || value.parse().ok().map(Duration::from_secs);
            match name {
                "ttl" => rhythm.ttl = span(),
                "sy" => rhythm.syndication = span(),
                "pace" => rhythm.pace = span(),
                "usual" => rhythm.usual = span(),
                "longest" => rhythm.longest = span(),
                "hours" => rhythm.skip_hours = u32::from_str_radix(value, 16).unwrap_or_default(),
                "days" => rhythm.skip_days = u8::from_str_radix(value, 16).unwrap_or_default(),
                _ => {}
            }
        }
        rhythm
    }
}
