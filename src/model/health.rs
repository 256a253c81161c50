//! Trouble that the owner is told of: whose, of which kind, since when.

use std::fmt;

use jiff::Timestamp;

use crate::model::id::{ChannelId, FeedId, WatchId};

/// What can be in trouble. [`fmt::Display`] and [`Subject::parse`] are its durable form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// A feed.
    Feed(FeedId),
    /// A channel.
    Channel(ChannelId),
    /// A watch.
    Watch(WatchId),
    /// The store.
    Store,
    /// The machine's own way to the network.
    Network,
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Feed(id) => write!(formatter, "feed:{id}"),
            Self::Channel(id) => write!(formatter, "channel:{id}"),
            Self::Watch(id) => write!(formatter, "watch:{id}"),
            Self::Store => formatter.write_str("store"),
            Self::Network => formatter.write_str("network"),
        }
    }
}

impl Subject {
    /// Reads what [`fmt::Display`] writes.
    ///
    /// ```
    /// use wirewatch::model::health::Subject;
    /// let subject = Subject::Feed("kyiv-wire".into());
    /// assert_eq!(Subject::parse(&subject.to_string()), Some(subject));
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("feed", id)) => Some(Self::Feed(id.into())),
            Some(("channel", id)) => Some(Self::Channel(id.into())),
            Some(("watch", id)) => Some(Self::Watch(id.into())),
            None if text == "store" => Some(Self::Store),
            None if text == "network" => Some(Self::Network),
            _ => None,
        }
    }
}

/// Kinds of trouble. Each begins and ends by itself: a feed can be silent and fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Trouble {
    /// What it should do does not work.
    Failing,
    /// It works, but nothing comes of it any more.
    Silent,
    /// It has ended for good.
    Gone,
}

impl Trouble {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Failing, Self::Silent, Self::Gone];

    /// The name written into records and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Silent => "silent",
            Self::Gone => "gone",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|trouble| trouble.as_str() == text)
    }
}

/// What is seen of a subject as to one kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It is in no such trouble.
    Well,
    /// It is in trouble since then.
    Ill(Timestamp),
    /// Nothing can be said now.
    Unknown,
}

/// A trouble that the owner was told of and that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whose.
    pub subject: Subject,
    /// Of which kind.
    pub trouble: Trouble,
    /// Since when.
    pub since: Timestamp,
}

/// What the owner is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The trouble.
    pub told: Told,
    /// Whether it begins or is over.
    pub change: Change,
    /// When that was seen.
    pub at: Timestamp,
}

/// What became of a trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// It is there.
    Begins,
    /// It is over.
    Ends,
}
