//! A match that the rules decided to raise.

use jiff::Timestamp;

use crate::model::article::Moment;
use crate::model::health::{Change, Trouble};
use crate::model::id::{AlertId, ChannelId, EntryId, FeedId, StoryId, WatchId};
use crate::model::matched::Evidence;

/// A match that the rules decided to raise.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// The same whenever the same decision is made again.
    pub id: AlertId,
    /// When it was decided.
    pub time: Timestamp,
    /// What kind of news it is.
    pub kind: AlertKind,
    /// The watch.
    pub watch: AlertWatch,
    /// The item.
    pub item: AlertItem,
    /// How strongly the item is a match, between 0 and 1; `None` where no watch held, as in a test.
    pub score: Option<f32>,
    /// The evidence. Spans count **code points** here, as in the record.
    pub why: Vec<Evidence>,
    /// The story, where it has one.
    pub story: Option<AlertStory>,
    /// Why it was raised.
    pub reason: Reason,
    /// Channels besides the alert log.
    pub notify: Vec<ChannelId>,
}

/// What kind of news an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// The first of its story.
    First,
    /// More on a story that was told.
    Update,
    /// `test-channel`.
    Test,
    /// A feed, a channel, a watch, the store or the network is in trouble, or is well again.
    FeedHealth,
}

impl AlertKind {
    /// The name written into records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Update => "update",
            Self::Test => "test",
            Self::FeedHealth => "feed-health",
        }
    }
}

/// The watch as an alert names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertWatch {
    /// Its identity.
    pub id: WatchId,
    /// Its name, else its identity.
    pub name: String,
    /// How much it matters.
    pub severity: Severity,
}

/// How much a watch matters to its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Severity {
    /// Good to know.
    Low,
    /// The default.
    #[default]
    Medium,
    /// Read it today.
    High,
    /// Read it now.
    Critical,
}

impl Severity {
    /// All of them, from the least.
    pub const ALL: &[Self] = &[Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name written into records and configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|severity| severity.as_str() == text)
    }
}

/// The item as an alert names it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertItem {
    /// The entry.
    pub id: EntryId,
    /// Headline, else title.
    pub title: Option<String>,
    /// Address, `http:` or `https:` only.
    pub url: Option<String>,
    /// Outlet.
    pub outlet: Option<String>,
    /// Feed.
    pub feed: Option<FeedId>,
    /// When it was published.
    pub published: Option<Moment>,
    /// Language code.
    pub language: Option<String>,
}

/// The story as an alert names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertStory {
    /// Its identity.
    pub id: StoryId,
    /// In how many outlets it was seen.
    pub outlets: u32,
    /// In how many items.
    pub items: u32,
}

/// Why an alert was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The watch holds for this entry for the first time.
    FirstMatch,
    /// `test-channel`.
    TestRequested,
    /// A trouble began or is over.
    Health(Trouble, Change),
}

impl Reason {
    /// The name written into records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstMatch => "first-match",
            Self::TestRequested => "test-requested",
            Self::Health(trouble, Change::Begins) => trouble.as_str(),
            Self::Health(Trouble::Failing, Change::Ends) => "failing-over",
            Self::Health(Trouble::Silent, Change::Ends) => "silent-over",
            Self::Health(Trouble::Gone, Change::Ends) => "gone-over",
        }
    }
}

/// What is done with a match, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Decision {
    /// Told.
    Raise(Box<Alert>),
    /// Not told again.
    Drop {
        /// The watch that held.
        watch: WatchId,
        /// The alert that stands for it already.
        alert: AlertId,
        /// Why not.
        reason: DropReason,
    },
}

/// Why a match is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DropReason {
    /// This watch has told this entry before.
    AlreadyTold,
    /// Another feed listed the same article, and it was told then.
    SameArticle,
}

impl DropReason {
    /// The name written into logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyTold => "already-told",
            Self::SameArticle => "same-article",
        }
    }
}
