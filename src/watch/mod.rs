//! Article and extraction → matches: the watch lists and their query language.
//!
//! *Takes:* a compiled [`list::WatchList`], an [`crate::model::article::Article`] and its
//! [`crate::model::extraction::Extraction`]. *Gives:* [`crate::model::matched::Match`]es with evidence.
//! *Next:* [`crate::alert`].
//! *Never:* decides whether a match is told; reads a file or a clock.
//!
//! The way of a query: [`query`] reads it, `compile` resolves its names, `scan` reads an article once for all queries,
//! `evaluate` holds one against the other, `evidence` gives what is told.
#![doc = include_str!("language.md")]

pub mod explain;
pub mod index;
pub mod list;
pub mod query;

mod about;
mod compile;
mod condition;
mod country;
mod evaluate;
mod evidence;
#[cfg(test)]
pub(crate) mod samples;
mod scan;
#[cfg(test)]
mod tests;
mod vocabulary;

use crate::model::article::Article;
use crate::model::extraction::{Extraction, KnownActor, Topic, TopicKind};
use crate::model::id::{TopicId, WatchId};
use crate::model::matched::{Evidence, Match};
use crate::model::span::Span;
use crate::problem::{Located, Problem};
use crate::watch::condition::Condition;
use crate::watch::evaluate::{Evaluation, Hit};
use crate::watch::evidence::{evidence, score};
use crate::watch::explain::{Explanation, outcome};
use crate::watch::list::{TopicSource, WatchList, WatchSource};
use crate::watch::scan::Scan;

/// Compiles topics and watches. What has a fault is left out of the list, and every fault is told with its place.
pub fn compile(topics: &[TopicSource], watches: &[WatchSource], known: &[KnownActor]) -> (WatchList, Vec<Problem>) {
    compile::compile(topics, watches, known)
}

/// Adds the topics of the watch list to an extraction: to the article, to its quotes and to the targets of its stances.
///
/// A statement is on a topic when the article is, and the topic's query holds in the sentences that the statement touches;
/// or it holds in its paragraph, and one of the words that make it hold stands in those sentences.
pub fn mark_topics(watches: &WatchList, article: &Article, mut extraction: Extraction) -> Extraction {
    extraction.topics.retain(|topic| topic.kind != TopicKind::Watch);
    let mut found: Vec<Topic> = Vec::new();
    let mut quotes: Vec<Vec<TopicId>> = vec![Vec::new(); extraction.quotes.len()];
    let mut targets: Vec<Vec<TopicId>> = vec![Vec::new(); extraction.stances.len()];
    {
        let scan = Scan::new(article, &extraction, &watches.vocabulary);
        let evaluation = Evaluation::new(watches, &scan);
        for (index, topic) in watches.topics.iter().enumerate() {
            let (Some(hits), Some(condition)) = (evaluation.topic(index), topic.condition.as_ref()) else { continue };
            let mut spans: Vec<Span> = evidence(&evaluation, &hits).into_iter().filter_map(|evidence| evidence.span).collect();
            spans.sort_unstable();
            spans.dedup();
            found.push(Topic {
                id: topic.id.clone(),
                name: topic.name.clone(),
                kind: TopicKind::Watch,
                score: score(&evaluation, condition, &hits),
                evidence: spans,
            });
            for (quote, marks) in extraction.quotes.iter().zip(&mut quotes) {
                if evaluation.on_topic(index, &evaluation.passage(&quote.content)).is_some() {
                    marks.push(topic.id.clone());
                }
            }
            for (stance, marks) in extraction.stances.iter().zip(&mut targets) {
                if evaluation.on_topic(index, &evaluation.passage(&[stance.target.span, stance.evidence])).is_some() {
                    marks.push(topic.id.clone());
                }
            }
        }
    }
    for (quote, topics) in extraction.quotes.iter_mut().zip(quotes) {
        quote.topics = topics;
    }
    for (stance, topics) in extraction.stances.iter_mut().zip(targets) {
        stance.target.topics = topics;
    }
    extraction.topics.extend(found);
    let first = |topic: &Topic| topic.evidence.first().map_or(usize::MAX, |span| span.start);
    extraction.topics.sort_by(|a, b| first(a).cmp(&first(b)).then_with(|| a.id.cmp(&b.id)));
    extraction
}

/// Every watch that holds, in the order of the list.
pub fn evaluate(watches: &WatchList, article: &Article, extraction: &Extraction) -> Vec<Match> {
    let scan = Scan::new(article, extraction, &watches.vocabulary);
    let evaluation = Evaluation::new(watches, &scan);
    let held = watches.watches.iter().filter_map(|watch| {
        let hits = evaluation.hits(&watch.condition, &evaluation.whole())?;
        Some(matched(&evaluation, &watch.facts.watch.id, &watch.condition, &hits))
    });
    held.collect()
}

/// Holds every watch against the article, one after the other and each in full, and says of each whether it holds: for somebody who
/// asks what a watch costs. [`evaluate`] is the faster way to the same answers.
pub fn evaluate_each(watches: &WatchList, article: &Article, extraction: &Extraction, mut each: impl FnMut(&WatchId, bool)) {
    let scan = Scan::new(article, extraction, &watches.vocabulary);
    let evaluation = Evaluation::new(watches, &scan);
    for watch in &watches.watches {
        let held = evaluation.hits(&watch.condition, &evaluation.whole()).is_some();
        each(&watch.facts.watch.id, held);
    }
}

/// Every watch, held or not, with all its conditions. Costs more than [`evaluate`]: it is for people who ask why.
pub fn explain(watches: &WatchList, article: &Article, extraction: &Extraction) -> Vec<Explanation> {
    let scan = Scan::new(article, extraction, &watches.vocabulary);
    let evaluation = Evaluation::new(watches, &scan);
    let explained = watches.watches.iter().map(|watch| {
        let whole = evaluation.whole();
        let hits = evaluation.hits(&watch.condition, &whole);
        Explanation {
            facts: watch.facts.clone(),
            found: hits.map(|hits| matched(&evaluation, &watch.facts.watch.id, &watch.condition, &hits)),
            query: watch.query.clone(),
            tree: outcome(&evaluation, &watch.condition, &whole),
        }
    });
    explained.collect()
}

fn matched(evaluation: &Evaluation<'_>, watch: &WatchId, condition: &Condition, hits: &[Hit<'_>]) -> Match {
    Match { watch: watch.clone(), score: score(evaluation, condition, hits), why: evidence(evaluation, hits) }
}

/// One query that stands alone, as `search` takes it.
#[derive(Debug)]
pub struct Query {
    list: WatchList,
    condition: Condition,
}

/// Compiles one query that stands alone; it may name the topics.
///
/// # Errors
/// All faults of the query.
pub fn compile_query(text: &Located<String>, known: &[KnownActor], topics: &[TopicSource]) -> Result<Query, Vec<Problem>> {
    match compile::compile_one(text, known, topics) {
        (Some((list, condition)), _) => Ok(Query { list, condition }),
        (None, problems) => Err(problems),
    }
}

impl Query {
    /// How well the query fits an article, between 0 and 1, and why; `None` when it does not hold.
    pub fn find(&self, article: &Article, extraction: &Extraction) -> Option<(f32, Vec<Evidence>)> {
        let scan = Scan::new(article, extraction, &self.list.vocabulary);
        let evaluation = Evaluation::new(&self.list, &scan);
        let hits = evaluation.hits(&self.condition, &evaluation.whole())?;
        Some((score(&evaluation, &self.condition, &hits), evidence(&evaluation, &hits)))
    }
}
