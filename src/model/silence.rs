//! A mute: what is not told on channels until some moment, and why.

use jiff::Timestamp;

use crate::model::id::{ActorId, StoryId, WatchId};

/// Something that is not told on channels for a while. Its alerts are in the alert log and the history all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Counts silences; never used again.
    pub number: i64,
    /// What is muted.
    pub muted: Muted,
    /// When it was made.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// Why, in its owner's words.
    pub reason: String,
}

impl Silence {
    /// Whether it holds at a moment.
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// What a silence mutes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Muted {
    /// All alerts of a watch.
    Watch(WatchId),
    /// All alerts on items in which an actor is.
    Actor(ActorId),
    /// All alerts on items of an outlet or feed, by name.
    Outlet(String),
    /// All alerts on a story.
    Story(StoryId),
}

impl Muted {
    /// The names of the kinds.
    pub const KINDS: &[&str] = &["watch", "actor", "outlet", "story"];

    /// The name of its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Watch(_) => "watch",
            Self::Actor(_) => "actor",
            Self::Outlet(_) => "outlet",
            Self::Story(_) => "story",
        }
    }

    /// The name of what it is.
    pub fn name(&self) -> &str {
        match self {
            Self::Watch(id) => id.as_str(),
            Self::Actor(id) => id.as_str(),
            Self::Outlet(name) => name,
            Self::Story(id) => id.as_str(),
        }
    }

    /// Reads what [`Self::kind`] and [`Self::name`] give.
    pub fn parse(kind: &str, name: &str) -> Option<Self> {
        Some(match kind {
            "watch" => Self::Watch(name.into()),
            "actor" => Self::Actor(name.into()),
            "outlet" => Self::Outlet(name.to_owned()),
            "story" => Self::Story(name.into()),
            _ => return None,
        })
    }
}

/// As commands and reasons show it, such as `watch eu-forces`.
impl std::fmt::Display for Muted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.kind(), self.name())
    }
}
