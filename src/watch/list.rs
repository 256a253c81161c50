//! Topics and watches: as the owner wrote them, and compiled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::alert::Severity;
use crate::model::id::{ChannelId, TopicId, WatchId};
use crate::model::matched::{Updates, WatchFacts};
use crate::problem::{Located, Place};
use crate::text::keys::Keys;
use crate::watch::condition::Condition;
use crate::watch::engine::Engine;
use crate::watch::names::Names;
use crate::watch::scan::Scan;
use crate::watch::segment::{Kept, Segment};

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
    /// Channels besides the alert log; `None` leaves it to the severity.
    pub notify: Option<Vec<Located<ChannelId>>>,
    /// What channels are told of a story after its first alert.
    pub updates: Updates,
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
///
/// Most watches stand in one part that later lists share; what was changed since stands in a second, small one. So a list that
/// differs in one watch of a million is made in milliseconds.
#[derive(Debug, Default)]
pub struct WatchList {
    pub(crate) names: Arc<Names>,
    pub(crate) topics: Topics,
    pub(crate) base: Arc<Segment>,
    pub(crate) delta: Segment,
    /// The watches in the order of the list.
    pub(crate) order: Vec<Slot>,
    /// Where each watch of the base stands in the list; [`ABSENT`] for one that is no more.
    pub(crate) places: Vec<u32>,
    /// The same for those that were changed.
    pub(crate) delta_places: Vec<u32>,
    pub(crate) examples: Vec<(u32, ExampleSource)>,
    pub(crate) trees: Trees,
}

/// A watch that is no more, or one that has a fault.
pub(crate) const ABSENT: u32 = u32::MAX;
/// Trees that are kept at a time.
const TREES_MAX: usize = 10_000;

/// Which watch of which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Slot(u32);

impl Slot {
    const DELTA: u32 = 1 << 31;

    pub(crate) const fn base(place: u32) -> Self {
        Self(place)
    }

    /// The same place among those that were changed.
    pub(crate) const fn changed(self) -> Self {
        Self(self.0 | Self::DELTA)
    }
}

/// Trees of queries that were asked for. They are made of the texts, and forgotten when there are too many.
#[derive(Debug, Default)]
pub(crate) struct Trees(Mutex<HashMap<Slot, Arc<Condition>, Keys>>);

/// The topics of a list.
#[derive(Debug, Default)]
pub(crate) struct Topics {
    pub(crate) compiled: Vec<CompiledTopic>,
    pub(crate) ids: HashMap<TopicId, usize>,
    /// Of those that have a condition.
    pub(crate) engine: Engine,
    /// For each condition of the engine the place of its topic.
    pub(crate) numbers: Vec<u32>,
}

#[derive(Debug)]
pub(crate) struct CompiledTopic {
    pub(crate) id: TopicId,
    pub(crate) name: Option<String>,
    /// `None` when it has a fault.
    pub(crate) condition: Option<Condition>,
    /// How many of a thousand articles it may hold in, by general frequencies of words.
    pub(crate) expected: f32,
}

impl Topics {
    /// The topics that may hold in an article or in a part of it, in order.
    pub(crate) fn touched(&self, scan: &Scan<'_>) -> Vec<u32> {
        let touched = self.engine.touched(scan, &[]);
        touched.into_iter().filter_map(|touched| self.numbers.get(touched.condition as usize).copied()).collect()
    }

    /// Their identities.
    fn ids_of<'t>(&'t self, topics: &'t [u32]) -> impl Iterator<Item = &'t str> {
        topics.iter().filter_map(|index| self.compiled.get(*index as usize)).map(|topic| topic.id.as_str())
    }
}

/// A watch that may hold for an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// Its place in the list.
    pub(crate) place: u32,
    /// Whether it does hold, without a further look.
    pub(crate) holds: bool,
}

impl WatchList {
    /// How many watches there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The identities of all watches, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.watches().map(|kept| kept.id)
    }

    /// What an alert needs to know of a watch.
    pub fn facts(&self, id: &WatchId) -> Option<WatchFacts> {
        self.place_of(id.as_str()).and_then(|place| self.at(place)).map(|kept| kept.facts())
    }

    /// The examples of all watches.
    pub fn examples(&self) -> impl Iterator<Item = (WatchFacts, &ExampleSource)> {
        self.examples.iter().filter_map(|(place, example)| Some((self.at(*place)?.facts(), example)))
    }

    /// What a watch asks: its query as written, or what its short form became.
    pub fn query(&self, id: &WatchId) -> Option<String> {
        self.place_of(id.as_str()).and_then(|place| self.at(place)).map(|kept| kept.query())
    }

    /// How many watches nothing need be there for, so that they are looked at for every article.
    pub fn always(&self) -> usize {
        self.base.engine.always().len() + self.delta.engine.always().len()
    }

    pub(crate) fn watches(&self) -> impl Iterator<Item = Kept<'_>> {
        self.order.iter().filter_map(|slot| self.kept(*slot))
    }

    fn place_of(&self, id: &str) -> Option<u32> {
        let held = |places: &[u32], place: Option<u32>| places.get(place? as usize).copied().filter(|place| *place != ABSENT);
        held(&self.places, self.base.find(id)).or_else(|| held(&self.delta_places, self.delta.find(id)))
    }

    fn kept(&self, slot: Slot) -> Option<Kept<'_>> {
        if slot.0 & Slot::DELTA == 0 { self.base.get(slot.0) } else { self.delta.get(slot.0 & !Slot::DELTA) }
    }

    /// A watch by its place in the list.
    pub(crate) fn at(&self, place: u32) -> Option<Kept<'_>> {
        self.order.get(place as usize).and_then(|slot| self.kept(*slot))
    }

    /// The tree of a watch.
    pub(crate) fn tree(&self, place: u32) -> Option<Arc<Condition>> {
        self.trees(std::iter::once(place)).pop().flatten()
    }

    /// The trees of watches by their places; none where there is no such watch.
    pub(crate) fn trees(&self, places: impl Iterator<Item = u32>) -> Vec<Option<Arc<Condition>>> {
        let slots: Vec<Option<Slot>> = places.map(|place| self.order.get(place as usize).copied()).collect();
        let held = || self.trees.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Option<Arc<Condition>>> = {
            let trees = held();
            slots.iter().map(|slot| trees.get(slot.as_ref()?).map(Arc::clone)).collect()
        };
        // Made without holding up others, who may make the same meanwhile.
        let mut made = Vec::new();
        for (slot, tree) in slots.iter().zip(&mut found).filter(|(_, tree)| tree.is_none()) {
            *tree =
                slot.and_then(|slot| crate::watch::compile::tree(&self.names, &self.topics.ids, &self.kept(slot)?.query())).map(Arc::new);
            made.extend(slot.zip(tree.clone()));
        }
        if !made.is_empty() {
            let mut trees = held();
            if trees.len() + made.len() > TREES_MAX {
                trees.clear();
            }
            trees.extend(made.into_iter().take(TREES_MAX));
        }
        found
    }

    /// The watches that may hold for an article, in the order of the list. `topics` are those that may hold in it.
    pub(crate) fn candidates(&self, scan: &Scan<'_>, topics: &[u32]) -> Vec<Candidate> {
        let mut found = Vec::new();
        let topics: Vec<&str> = self.topics.ids_of(topics).collect();
        for (engine, places) in [(&self.base.engine, &self.places), (&self.delta.engine, &self.delta_places)] {
            for touched in engine.touched(scan, &topics) {
                let place = places.get(touched.condition as usize).copied().unwrap_or(ABSENT);
                if place != ABSENT {
                    found.push(Candidate { place, holds: touched.holds });
                }
            }
        }
        if !self.delta_places.is_empty() || !found.is_sorted() {
            found.sort_unstable();
        }
        found
    }
}
