//! A watch that holds for an article.

use crate::model::alert::AlertWatch;
use crate::model::id::ChannelId;
use crate::model::id::WatchId;
use crate::model::span::Span;

/// One watch that holds for one article, with the evidence for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The watch.
    pub watch: WatchId,
    /// Between 0 and 1; orders alerts.
    pub score: f32,
    /// What made it hold: never empty, unless the query asks for absences alone.
    pub why: Vec<Evidence>,
}

/// One condition that held and the words that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The condition as the query language writes it, such as `speaker:peskov`.
    pub condition: String,
    /// `headline`, `standfirst`, `body`, or the name of the item's property, such as `outlet`.
    pub field: &'static str,
    /// Where in the article's text; `None` for a property of the item.
    pub span: Option<Span>,
    /// The words.
    pub text: String,
    /// Who speaks them, where the condition is about speech.
    pub speaker: Option<String>,
    /// The sentence they stand in, at most 300 characters of it; `None` for a property of the item.
    pub context: Option<String>,
}

/// What an alert needs to know of a watch besides that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchFacts {
    /// Identity, name, severity.
    pub watch: AlertWatch,
    /// Channels besides the alert log; `None` leaves it to the severity.
    pub notify: Option<Vec<ChannelId>>,
    /// What is told of a story after its first alert.
    pub updates: Updates,
}

/// What channels are told of a story after its first alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Updates {
    /// Nothing more.
    Never,
    /// One more whenever it is in twice as many outlets as when it was told last, and in three at least.
    #[default]
    Growth,
    /// Every item of it.
    Each,
}
