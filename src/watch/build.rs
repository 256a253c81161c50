//! From sources to a watch list; what an earlier list holds already is not compiled again.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::extraction::KnownActor;
use crate::model::id::TopicId;
use crate::problem::{Located, Problem};
use crate::watch::compile::{Compiler, topic_ids};
use crate::watch::condition::Condition;
use crate::watch::engine::Builder;
use crate::watch::list::{ABSENT, CompiledTopic, Slot, TopicSource, Topics, Trees, WatchList, WatchSource};
use crate::watch::names::Names;
use crate::watch::quality::{GUESS, NEARLY_ALL, never};
use crate::watch::segment::{NAME_BYTES_MAX, NAMES, NOISY, Segment, SegmentBuilder, TOPICS};
use crate::watch::sources::WatchSources;

/// Stands for a watch of the base that was changed, until all are there.
const REPLACED: u32 = ABSENT - 1;
/// Changed watches that may stand beside the others; more, and more than a tenth, are better compiled together with all.
const CHANGED_MIN: usize = 1000;

/// Builds the watch list. A topic or watch with a fault is left out of it, and every fault of every query is told, in the
/// order they were written. What stands in `previous` unchanged is not compiled again.
///
/// Faults of the tables around the queries are told by the configuration, which knows their keys: an id that is there twice (here
/// the first counts), and a watch with both of its forms or with none (here left out).
pub(crate) fn build(
    previous: Option<&WatchList>,
    topics: &[TopicSource],
    watches: &WatchSources,
    known: &[KnownActor],
) -> (WatchList, Vec<Problem>) {
    let same = previous.filter(|list| list.names.known == known);
    let names = same.map_or_else(|| Arc::new(Names::new(known)), |list| Arc::clone(&list.names));
    let ids = topic_ids(topics);
    let mut compiler = Compiler::new(&names, &ids);
    let topics = built_topics(compiler.topics(topics), ids.clone());

    let stale = {
        let gone = previous.is_some_and(|list| list.topics.ids.keys().any(|id| !ids.contains_key(id)));
        NOISY | if same.is_none() { NAMES } else { 0 } | if gone { TOPICS } else { 0 }
    };
    let base = previous.map(|list| Arc::clone(&list.base)).unwrap_or_default();
    let kept = unchanged(&base, watches, stale);
    let changed = kept.iter().filter(|kept| **kept == ABSENT).count();
    let anew = base.len() == 0 || changed > CHANGED_MIN.max(base.len() / 10) || (watches.len() - changed) * 2 < base.len();
    let base = if anew { Arc::default() } else { base };

    let mut builder = SegmentBuilder::default();
    let mut places = vec![ABSENT; base.len()];
    let mut built: Vec<u32> = Vec::new();
    let mut order: Vec<Slot> = Vec::with_capacity(watches.len());
    let mut examples = Vec::new();
    let mut seen: HashSet<&str> = HashSet::with_capacity(if anew { watches.len() } else { changed });
    let mut with_examples = watches.with_examples().iter().copied().peekable();
    for (((watch, digest), kept), index) in watches.iter().zip(watches.digests()).zip(kept).zip(0..) {
        let has_examples = with_examples.next_if_eq(&index).is_some();
        let place = u32::try_from(order.len()).unwrap_or(ABSENT);
        let slot = if anew || kept == ABSENT {
            let id = watch.id.value.as_str();
            let replaced = base.find(id).and_then(|at| places.get_mut(at as usize));
            if replaced.as_ref().is_some_and(|place| **place != ABSENT) || !seen.insert(id) {
                continue;
            }
            if let Some(place) = replaced {
                *place = REPLACED;
            }
            let before = compiler.problems.len();
            compiler.flags = 0;
            let Some((query, condition)) = compiler.watch(watch) else { continue };
            let Some((at, expected)) = builder.add(watch, *digest, &query, &condition, compiler.flags, &topics.compiled) else { continue };
            // What a topic brings changes with the topic, which is another's to say.
            let expected = if compiler.flags & TOPICS == 0 { expected } else { 0.0 };
            compiler.problems.extend(doubtful(watch, &condition, expected));
            if compiler.problems.len() > before {
                builder.mark_noisy();
            }
            built.push(place);
            Slot::base(at)
        } else {
            let Some(free) = places.get_mut(kept as usize).filter(|place| **place == ABSENT) else { continue };
            *free = place;
            Slot::base(kept)
        };
        let slot = if anew || kept != ABSENT { slot } else { slot.changed() };
        order.push(slot);
        if has_examples {
            examples.extend(watch.examples.iter().map(|example| (place, example.clone())));
        }
    }
    places.iter_mut().filter(|place| **place == REPLACED).for_each(|place| *place = ABSENT);
    let problems = compiler.problems;
    let segment = builder.finish();
    let (base, places, delta, delta_places) =
        if anew { (Arc::new(segment), built, Segment::default(), Vec::new()) } else { (base, places, segment, built) };

    (WatchList { names, topics, base, delta, order, places, delta_places, examples, trees: Trees::default() }, problems)
}

/// The topics with their engine.
fn built_topics(mut compiled: Vec<CompiledTopic>, ids: HashMap<TopicId, usize>) -> Topics {
    let mut engine = Builder::default();
    let mut numbers = Vec::new();
    for index in 0..compiled.len() {
        let condition = compiled.get(index).and_then(|topic| topic.condition.as_ref());
        let Some(expected) = condition.map(|condition| engine.add_topic(condition, &compiled)) else { continue };
        if let Some(topic) = compiled.get_mut(index) {
            topic.expected = expected;
        }
        numbers.push(u32::try_from(index).unwrap_or(ABSENT));
    }
    Topics { compiled, ids, engine: engine.finish(), numbers }
}

/// For each watch its place in the base where it stands there as it is; [`ABSENT`] where it must be compiled.
///
/// Looks only at digests, which stand side by side: most watches stand where they stood.
fn unchanged(base: &Segment, watches: &WatchSources, stale: u8) -> Vec<u32> {
    if base.len() == 0 {
        return vec![ABSENT; watches.len()];
    }
    let mut expected = 0;
    let kept = watches.digests().iter().zip(watches.iter()).map(|(digest, watch)| {
        let is_same = |place: &u32| base.holds(*place, *digest, stale);
        let found = Some(expected).filter(is_same).or_else(|| base.find(watch.id.value.as_str()).filter(is_same));
        expected = found.map_or(expected + 1, |place| place + 1);
        found.unwrap_or(ABSENT)
    });
    kept.collect()
}

/// What is probably not meant in a watch that can be read.
fn doubtful(watch: &WatchSource, condition: &Condition, expected: f32) -> Option<Problem> {
    let place = |span| watch.when.as_ref().map_or_else(|| watch.id.place.clone(), |when| when.part(span));
    if let Some((span, why)) = never(condition) {
        let message = format!("the watch `{}` can never hold: {why}", watch.id.value);
        return Some(Problem::warning(message, place(span)).help("take one of the two out"));
    }
    (expected >= NEARLY_ALL).then(|| {
        let message = format!("the watch `{}` may hold for {expected:.0} {GUESS}", watch.id.value);
        Problem::warning(message, place(condition.span))
            .help("ask for a rarer word beside it, or for an actor, a quote or a place in the text")
    })
}

impl Compiler<'_> {
    /// The query of a watch and its condition; `None` when it has a fault, which is told.
    fn watch(&mut self, watch: &WatchSource) -> Option<(String, Condition)> {
        let long = |text: &str| text.len() > NAME_BYTES_MAX;
        if long(watch.id.value.as_str()) || watch.name.as_deref().is_some_and(long) {
            let problem = Problem::error(format!("identity or name is longer than {NAME_BYTES_MAX} bytes"), watch.id.place.clone());
            self.problems.push(problem.help("shorten it"));
            return None;
        }
        let short = !watch.actors.is_empty() || !watch.topics.is_empty();
        match &watch.when {
            Some(when) if !short => Some((when.value.clone(), self.query(when)?)),
            None if short => {
                let query = self.short(watch)?;
                let located = Located { value: query, place: watch.id.place.clone() };
                let condition = self.query(&located)?;
                Some((located.value, condition))
            }
            _ => None,
        }
    }
}
