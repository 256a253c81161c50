//! A match that the rules decided to raise.

use jiff::Timestamp;

use crate::model::article::Moment;
use crate::model::health::{Change, Trouble};
use crate::model::id::{ActorId, AlertId, ChannelId, EntryId, FeedId, StoryId, WatchId};
use crate::model::matched::Evidence;
use crate::model::silence::Silence;

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
    /// Channels besides the alert log that get it now.
    pub notify: Vec<ChannelId>,
    /// Channels that get it later, gathered with others.
    pub held: Vec<Held>,
    /// Why no channel gets it, where channels were asked for; the alert log always has it.
    pub kept: Option<Kept>,
    /// What it gathers, where it is a digest.
    pub digest: Option<Digest>,
    /// Who is in the item, the most important first.
    pub actors: Vec<AlertActor>,
}

/// Somebody who is in the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertActor {
    /// The actor.
    pub id: ActorId,
    /// The actor's name.
    pub name: String,
}

impl Alert {
    /// Whether it tells of an item that matched, and not of the program itself.
    pub const fn is_news(&self) -> bool {
        matches!(self.kind, AlertKind::First | AlertKind::Update)
    }

    /// Whether its owner is or will be told of it by more than the alert log, or the log is all that was asked for.
    pub const fn is_told(&self) -> bool {
        self.kept.is_none()
    }
}

/// A channel that gets an alert later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The channel.
    pub channel: ChannelId,
    /// When it is told, alone or in a digest.
    pub until: Timestamp,
    /// Why.
    pub reason: HoldReason,
}

/// Why a channel gets an alert later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HoldReason {
    /// The channel is quiet at this hour.
    QuietHours,
    /// The channel gets digests only.
    Digest,
    /// The channel had as many as it may get in this time.
    OverRate,
}

impl HoldReason {
    /// All of them.
    pub const ALL: &[Self] = &[Self::QuietHours, Self::Digest, Self::OverRate];

    /// The name written into records and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::QuietHours => "quiet-hours",
            Self::Digest => "digest",
            Self::OverRate => "over-rate",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == text)
    }
}

/// Why an alert is in the alert log and the history alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kept {
    /// Its story was told, and the watch's `updates` asks for no more now.
    SameStory,
    /// A silence holds.
    Silenced(Silence),
}

impl Kept {
    /// The name written into records.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::SameStory => "same-story",
            Self::Silenced(_) => "silenced",
        }
    }
}

/// What a digest gathers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The channel it is for.
    pub channel: ChannelId,
    /// Why it was gathered.
    pub reason: HoldReason,
    /// When its window began.
    pub from: Timestamp,
    /// When its window ended.
    pub until: Timestamp,
    /// How many alerts it stands for.
    pub count: usize,
    /// How many of each watch, most first.
    pub watches: Vec<(String, usize)>,
    /// The alerts that it shows, which may be fewer than it stands for: severest first, then oldest first.
    pub shown: Vec<DigestLine>,
}

/// One alert in a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestLine {
    /// The alert.
    pub id: AlertId,
    /// When it was raised.
    pub time: Timestamp,
    /// Name of its watch.
    pub watch: String,
    /// How much that matters.
    pub severity: Severity,
    /// Title of its item.
    pub title: Option<String>,
    /// Address of its item.
    pub url: Option<String>,
    /// Outlet of its item.
    pub outlet: Option<String>,
}

/// What kind of news an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// The first of its story.
    First,
    /// More on a story that was told.
    Update,
    /// What a channel was not told one by one.
    Digest,
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
            Self::Digest => "digest",
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
    /// The watch holds for this story for the first time.
    FirstMatch,
    /// The story was told, and the watch wants every item of it.
    StoryContinues,
    /// The story was told, and is in twice as many outlets since.
    StoryGrew,
    /// The story was told; this is one more item of it.
    SameStory,
    /// It seems to be a story that was told, but not surely enough to say nothing.
    RelatedStory,
    /// A channel's time for a digest has come.
    DigestDue,
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
            Self::StoryContinues => "story-continues",
            Self::StoryGrew => "story-grew",
            Self::SameStory => "same-story",
            Self::RelatedStory => "related-story",
            Self::DigestDue => "digest-due",
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
    /// Told as news.
    Raise(Box<Alert>),
    /// Told as more on a story.
    Update(Box<Alert>),
    /// Written to the alert log, and told on channels later or not at all; the alert says why.
    Hold(Box<Alert>),
    /// No alert of its own.
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
