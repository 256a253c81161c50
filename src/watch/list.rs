//! Topics and watches: as the owner wrote them, and compiled.

use crate::model::alert::Severity;
use crate::model::id::{ChannelId, TopicId, WatchId};
use crate::model::matched::WatchFacts;
use crate::problem::{Located, Place};
use crate::watch::condition::Condition;
use crate::watch::vocabulary::Vocabulary;

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

/// Compiled topics and watches, ready to be held against articles from several threads at once.
#[derive(Debug, Default)]
pub struct WatchList {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) topics: Vec<CompiledTopic>,
    pub(crate) watches: Vec<CompiledWatch>,
}

#[derive(Debug)]
pub(crate) struct CompiledTopic {
    pub(crate) id: TopicId,
    pub(crate) name: Option<String>,
    /// `None` when it has a fault.
    pub(crate) condition: Option<Condition>,
}

#[derive(Debug)]
pub(crate) struct CompiledWatch {
    pub(crate) facts: WatchFacts,
    /// The query as written; empty in the short form.
    pub(crate) query: String,
    pub(crate) condition: Condition,
    pub(crate) examples: Vec<ExampleSource>,
}

impl WatchList {
    /// How many watches there are.
    pub fn len(&self) -> usize {
        self.watches.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.watches.is_empty()
    }

    /// The identities of all watches, in order.
    pub fn ids(&self) -> impl Iterator<Item = &WatchId> {
        self.watches.iter().map(|watch| &watch.facts.watch.id)
    }

    /// What an alert needs to know of a watch.
    pub fn facts(&self, id: &WatchId) -> Option<&WatchFacts> {
        self.watches.iter().map(|watch| &watch.facts).find(|facts| facts.watch.id == *id)
    }

    /// The examples of all watches.
    pub fn examples(&self) -> impl Iterator<Item = (&WatchFacts, &ExampleSource)> {
        self.watches.iter().flat_map(|watch| watch.examples.iter().map(move |example| (&watch.facts, example)))
    }
}
