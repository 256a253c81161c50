//! Topics and watches as the owner wrote them.

use crate::model::alert::Severity;
use crate::model::id::{ChannelId, TopicId, WatchId};
use crate::problem::{Located, Place};

/// A `[[topic]]`.
#[derive(Debug, Clone)]
pub struct TopicSource {
    /// Its identity.
    pub id: Located<TopicId>,
    /// Its name.
    pub name: Option<String>,
    /// Its query.
    pub query: Located<String>,
}

/// A `[[watch]]`.
#[derive(Debug, Clone)]
pub struct WatchSource {
    /// Its identity.
    pub id: Located<WatchId>,
    /// Its name.
    pub name: Option<String>,
    /// The query; `None` in the short form.
    pub when: Option<Located<String>>,
    /// Short form: names of actors.
    pub actors: Vec<Located<String>>,
    /// Short form: topics in plain words.
    pub topics: Vec<Located<String>>,
    /// How much it matters.
    pub severity: Severity,
    /// Channels besides the alert log.
    pub notify: Vec<Located<ChannelId>>,
    /// What must and must not match.
    pub examples: Vec<ExampleSource>,
}

/// An example of a watch: a text that must match, or must not.
#[derive(Debug, Clone)]
pub struct ExampleSource {
    /// The text.
    pub text: String,
    /// Whether the watch must hold for it.
    pub matches: bool,
    /// Where it stands.
    pub place: Place,
}
