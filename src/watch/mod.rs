//! Article and extraction → matches: the watch lists and their query language.
//!
//! *Takes:* a compiled [`list::WatchList`], an [`crate::model::article::Article`] and its
//! [`crate::model::extraction::Extraction`]. *Gives:* [`crate::model::matched::Match`]es with evidence.
//! *Next:* [`crate::alert`].
//! *Never:* decides whether a match is told; reads a file or a clock.
//!
//! The way of a query: [`query`] reads it, `compile` resolves its names, `engine` finds with all others the articles that it may
//! hold for, `evaluate` holds it against what `scan` read of them, `evidence` gives what is told.
#![doc = include_str!("language.md")]

pub mod expand;
pub mod explain;
pub mod index;
pub mod list;
pub mod quality;
pub mod query;
pub mod sources;

mod about;
mod build;
mod compile;
mod condition;
mod country;
mod engine;
mod evaluate;
mod evidence;
mod forms;
mod names;
#[cfg(test)]
mod oracle;
mod pieces;
mod rarity;
#[cfg(test)]
pub(crate) mod samples;
mod scan;
mod segment;
mod small;
mod synonyms;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::model::article::Article;
use crate::model::extraction::{Extraction, KnownActor, Topic, TopicKind};
use crate::model::id::{TopicId, WatchId};
use crate::model::matched::{Evidence, Match, WatchFacts};
use crate::model::span::Span;
use crate::problem::{Located, Problem};
use crate::watch::condition::Condition;
use crate::watch::evaluate::{Evaluation, Hit};
use crate::watch::evidence::{evidence, score};
use crate::watch::explain::{Explanation, outcome};
use crate::watch::list::{CompiledTopic, TopicSource, WatchList};
use crate::watch::scan::Scan;
use crate::watch::segment::Kept;
use crate::watch::sources::WatchSources;

/// Compiles topics and watches. What has a fault is left out of the list, and every fault is told with its place.
pub fn compile(topics: &[TopicSource], watches: &WatchSources, known: &[KnownActor]) -> (WatchList, Vec<Problem>) {
    build::build(None, topics, watches, known)
}

/// The same after an earlier list: what stands in it unchanged is not compiled again. The earlier list stays as it is.
pub fn recompile(previous: &WatchList, topics: &[TopicSource], watches: &WatchSources, known: &[KnownActor]) -> (WatchList, Vec<Problem>) {
    build::build(Some(previous), topics, watches, known)
}

/// Adds the topics of the watch list to an extraction, and gives every watch that holds: both in one reading of the article.
///
/// Topics are added to the article, to its quotes and to the targets of its stances.
/// A statement is on a topic when the article is, and the topic's query holds in the sentences that the statement touches;
/// or it holds in its paragraph, and one of the words that make it hold stands in those sentences.
pub fn find(watches: &WatchList, article: &Article, mut extraction: Extraction) -> (Extraction, Vec<(WatchFacts, Match)>) {
    let (marks, found) = {
        let scan = Scan::new(article, &extraction);
        let topics = watches.topics.touched(&scan);
        (Marks::new(watches, &topics, &scan), held(watches, &topics, &scan, told))
    };
    marks.put(&mut extraction);
    (extraction, found)
}

/// The first half of [`find`]: only the topics.
pub fn mark_topics(watches: &WatchList, article: &Article, mut extraction: Extraction) -> Extraction {
    let marks = {
        let scan = Scan::new(article, &extraction);
        Marks::new(watches, &watches.topics.touched(&scan), &scan)
    };
    marks.put(&mut extraction);
    extraction
}

/// The second half of [`find`]: every watch that holds, in the order of the list.
pub fn evaluate(watches: &WatchList, article: &Article, extraction: &Extraction) -> Vec<Match> {
    let scan = Scan::new(article, extraction);
    held(watches, &watches.topics.touched(&scan), &scan, told).into_iter().map(|(_, found)| found).collect()
}

/// Every watch that holds and its score, in the order of the list, without evidence: for somebody who counts.
pub fn scores(watches: &WatchList, article: &Article, extraction: &Extraction) -> Vec<(WatchId, f32)> {
    let scan = Scan::new(article, extraction);
    let topics = watches.topics.touched(&scan);
    let scored = |evaluation: &Evaluation<'_>, kept: &Kept<'_>, tree: &Condition, hits: &[Hit<'_>]| {
        (WatchId::from(kept.id), score(evaluation, tree, hits))
    };
    held(watches, &topics, &scan, scored)
}

/// Which watches hold, by their places in the list, without evidence and score. This is what costs little with a million watches.
pub fn holding(watches: &WatchList, article: &Article, extraction: &Extraction) -> Vec<u32> {
    let scan = Scan::new(article, extraction);
    let candidates = watches.candidates(&scan, &watches.topics.touched(&scan));
    let mut trees = watches.trees(candidates.iter().filter(|one| !one.holds).map(|one| one.place)).into_iter();
    let trees: Vec<_> = candidates.iter().map(|one| if one.holds { None } else { trees.next().flatten() }).collect();
    let evaluation = Evaluation::new(&watches.topics.compiled, &scan);
    let whole = evaluation.whole();
    let held = candidates
        .iter()
        .zip(&trees)
        .filter(|(one, tree)| one.holds || tree.as_ref().is_some_and(|tree| evaluation.hits(tree, &whole).is_some()));
    held.map(|(one, _)| one.place).collect()
}

/// What `made` makes of every watch that holds.
fn held<T>(
    watches: &WatchList,
    topics: &[u32],
    scan: &Scan<'_>,
    made: impl Fn(&Evaluation<'_>, &Kept<'_>, &Condition, &[Hit<'_>]) -> T,
) -> Vec<T> {
    let candidates = watches.candidates(scan, topics);
    let trees = kept_trees(watches, candidates.iter().map(|one| one.place));
    let evaluation = Evaluation::new(&watches.topics.compiled, scan);
    let whole = evaluation.whole();
    let found = trees.iter().filter_map(|(kept, tree)| {
        let hits = evaluation.hits(tree, &whole)?;
        Some(made(&evaluation, kept, tree, &hits))
    });
    found.collect()
}

/// A match with what an alert needs to know of its watch.
fn told(evaluation: &Evaluation<'_>, kept: &Kept<'_>, tree: &Condition, hits: &[Hit<'_>]) -> (WatchFacts, Match) {
    (kept.facts(), matched(evaluation, &kept.id.into(), tree, hits))
}

/// What every watch in the short form becomes, in the order of the list.
pub fn expand(watches: &WatchList) -> Vec<expand::Expansion> {
    expand::expand(watches)
}

/// Holds every watch against the article, one after the other and each in full, and says of each whether it holds: for somebody who
/// asks what a watch costs. [`evaluate`] is the faster way to the same answers.
pub fn evaluate_each(watches: &WatchList, article: &Article, extraction: &Extraction, mut each: impl FnMut(&WatchId, bool)) {
    let scan = Scan::new(article, extraction);
    let trees = trees(watches);
    let evaluation = Evaluation::new(&watches.topics.compiled, &scan);
    let whole = evaluation.whole();
    for (kept, tree) in &trees {
        let held = evaluation.hits(tree, &whole).is_some();
        each(&kept.id.into(), held);
    }
}

fn trees(watches: &WatchList) -> Vec<(Kept<'_>, Arc<Condition>)> {
    kept_trees(watches, 0..u32::try_from(watches.len()).unwrap_or(u32::MAX))
}

fn kept_trees(watches: &WatchList, places: impl Iterator<Item = u32> + Clone) -> Vec<(Kept<'_>, Arc<Condition>)> {
    let trees = watches.trees(places.clone());
    places.zip(trees).filter_map(|(place, tree)| Some((watches.at(place)?, tree?))).collect()
}

/// Every watch, held or not, with all its conditions. Costs more than [`evaluate`]: it is for people who ask why.
pub fn explain(watches: &WatchList, article: &Article, extraction: &Extraction) -> Vec<Explanation> {
    let scan = Scan::new(article, extraction);
    let trees = trees(watches);
    let evaluation = Evaluation::new(&watches.topics.compiled, &scan);
    let explained = trees.iter().map(|(kept, tree)| {
        let whole = evaluation.whole();
        let hits = evaluation.hits(tree, &whole);
        Explanation {
            facts: kept.facts(),
            found: hits.map(|hits| matched(&evaluation, &kept.id.into(), tree, &hits)),
            query: if kept.is_short() { String::new() } else { kept.query() },
            tree: outcome(&evaluation, tree, &whole),
        }
    });
    explained.collect()
}

/// Topics of an article and of its statements, before they are put into the extraction.
#[derive(Debug)]
struct Marks {
    found: Vec<Topic>,
    quotes: Vec<Vec<TopicId>>,
    targets: Vec<Vec<TopicId>>,
}

impl Marks {
    fn new(watches: &WatchList, touched: &[u32], scan: &Scan<'_>) -> Self {
        let extraction = scan.extraction;
        let mut made = Self {
            found: Vec::new(),
            quotes: vec![Vec::new(); extraction.quotes.len()],
            targets: vec![Vec::new(); extraction.stances.len()],
        };
        let evaluation = Evaluation::new(&watches.topics.compiled, scan);
        for index in touched.iter().map(|index| *index as usize) {
            let topic = watches.topics.compiled.get(index);
            let Some((topic, condition)) = topic.and_then(|topic| Some((topic, topic.condition.as_ref()?))) else { continue };
            let Some(hits) = evaluation.topic(index) else { continue };
            let mut spans: Vec<Span> = evidence(&evaluation, &hits).into_iter().filter_map(|evidence| evidence.span).collect();
            spans.sort_unstable();
            spans.dedup();
            made.found.push(Topic {
                id: topic.id.clone(),
                name: topic.name.clone(),
                kind: TopicKind::Watch,
                score: score(&evaluation, condition, &hits),
                evidence: spans,
            });
            for (quote, marks) in extraction.quotes.iter().zip(&mut made.quotes) {
                if evaluation.on_topic(index, &evaluation.passage(&quote.content)).is_some() {
                    marks.push(topic.id.clone());
                }
            }
            for (stance, marks) in extraction.stances.iter().zip(&mut made.targets) {
                if evaluation.on_topic(index, &evaluation.passage(&[stance.target.span, stance.evidence])).is_some() {
                    marks.push(topic.id.clone());
                }
            }
        }
        made
    }

    fn put(self, extraction: &mut Extraction) {
        for (quote, topics) in extraction.quotes.iter_mut().zip(self.quotes) {
            quote.topics = topics;
        }
        for (stance, topics) in extraction.stances.iter_mut().zip(self.targets) {
            stance.target.topics = topics;
        }
        extraction.topics.retain(|topic| topic.kind != TopicKind::Watch);
        extraction.topics.extend(self.found);
        let first = |topic: &Topic| topic.evidence.first().map_or(usize::MAX, |span| span.start);
        extraction.topics.sort_by(|a, b| first(a).cmp(&first(b)).then_with(|| b.score.total_cmp(&a.score)).then_with(|| a.id.cmp(&b.id)));
    }
}

fn matched(evaluation: &Evaluation<'_>, watch: &WatchId, condition: &Condition, hits: &[Hit<'_>]) -> Match {
    Match { watch: watch.clone(), score: score(evaluation, condition, hits), why: evidence(evaluation, hits) }
}

/// One query that stands alone, as `search` takes it.
#[derive(Debug)]
pub struct Query {
    topics: Vec<CompiledTopic>,
    condition: Condition,
}

/// Compiles one query that stands alone; it may name the topics.
///
/// # Errors
/// All faults of the query.
pub fn compile_query(text: &Located<String>, known: &[KnownActor], topics: &[TopicSource]) -> Result<Query, Vec<Problem>> {
    match compile::compile_one(text, known, topics) {
        (Some((topics, condition)), _) => Ok(Query { topics, condition }),
        (None, problems) => Err(problems),
    }
}

impl Query {
    /// How well the query fits an article, between 0 and 1, and why; `None` when it does not hold.
    pub fn find(&self, article: &Article, extraction: &Extraction) -> Option<(f32, Vec<Evidence>)> {
        let scan = Scan::new(article, extraction);
        let evaluation = Evaluation::new(&self.topics, &scan);
        let hits = evaluation.hits(&self.condition, &evaluation.whole())?;
        Some((score(&evaluation, &self.condition, &hits), evidence(&evaluation, &hits)))
    }
}
