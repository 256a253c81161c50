//! What the short form of watches becomes, for the one who asks.

use std::sync::Arc;

use crate::watch::condition::{Condition, Phrase, Test, Word};
use crate::watch::list::WatchList;

/// What the short form of a watch becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// The watch.
    pub watch: String,
    /// As the query language writes it.
    pub query: String,
    /// The words of its topics, in order.
    pub words: Vec<PlainWord>,
}

/// A word or name of a topic in plain words.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainWord {
    /// As it was written.
    pub word: String,
    /// How much it says: a word of every article 0.7, one that is rare in general text 4.5.
    pub weight: f32,
    /// Whether it is one of the three rarest, of which one must be there.
    pub is_rarest: bool,
    /// Actors that it names.
    pub actors: Vec<String>,
    /// Other spellings that count the same.
    pub spellings: Vec<String>,
    /// Words of its family, which count less.
    pub family: Vec<String>,
}

/// Every watch that was written in the short form, in the order of the list.
pub(crate) fn expand(watches: &WatchList) -> Vec<Expansion> {
    let short = watches.watches().zip(0_u32..).filter(|(kept, _)| kept.is_short());
    let shown = short.map(|(kept, place)| Expansion {
        watch: kept.id.to_owned(),
        query: kept.query(),
        words: watches.tree(place).map(|tree: Arc<Condition>| words(&tree)).unwrap_or_default(),
    });
    shown.collect()
}

fn words(condition: &Condition) -> Vec<PlainWord> {
    let Test::About(about) = &condition.test else { return condition.parts().into_iter().flat_map(words).collect() };
    let shown = about.parts.iter().enumerate().map(|(index, part)| PlainWord {
        word: part.label.to_string(),
        weight: part.weight,
        is_rarest: about.rarest.contains(&index),
        actors: part.actors.iter().map(ToString::to_string).collect(),
        spellings: part.phrases.iter().map(written).filter(|phrase| *phrase != *part.label).collect(),
        family: part.others.iter().map(written).collect(),
    });
    shown.collect()
}

fn written(phrase: &Phrase) -> String {
    let words: Vec<&str> = phrase
        .iter()
        .map(|word| match word {
            Word::Stem(word) | Word::Exact(word) | Word::Prefix(word) => &**word,
        })
        .collect();
    words.join(" ")
}
