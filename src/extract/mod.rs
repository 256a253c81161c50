//! Article → Extraction: who, what, about what.
//!
//! *Takes:* an [`crate::model::article::Article`] and [`lexicon::Lexicons`].
//! *Gives:* an [`crate::model::extraction::Extraction`].
//! *Next:* [`crate::watch`].
//! *Never:* fails: it finds less. Never reads a clock, a file or the network.

pub mod actors;
pub mod citations;
mod cues;
pub mod dates;
pub mod fingerprint;
#[cfg(test)]
mod fixture;
pub mod language;
pub mod lexicon;
mod marks;
pub mod pronouns;
pub mod quotes;
pub mod reading;
pub mod record;
pub mod salience;
mod speaker;
pub mod stances;
mod words;

use crate::extract::lexicon::Lexicons;
use crate::extract::reading::Reading;
use crate::model::article::Article;
use crate::model::extraction::Extraction;

/// Everything that is found in an article. Topics of the watch list are added by [`crate::watch`].
pub fn extract(article: &Article, lexicons: &Lexicons) -> Extraction {
    let language = language::detect(article);
    let code = language.as_ref().map_or_else(|| language::grammar_of(&article.text), |language| language.code.as_str());
    let reading = Reading::new(article, code);
    let mut actors = actors::find(&reading, lexicons);
    let mut quotes = quotes::find(&reading, &actors, lexicons);
    pronouns::resolve(&reading, &mut actors, &quotes);
    quotes::link_pronouns(&reading, &actors, &mut quotes);
    let citations = citations::find(&reading, &actors, &mut quotes, lexicons);
    let stances = stances::find(&reading, &actors, &quotes, lexicons);
    let dates = dates::find(&reading);
    let fingerprint = fingerprint::of(&reading);
    salience::fill(&reading, &mut actors);
    let sentences = reading.sentences.clone();
    Extraction { sentences, actors, quotes, citations, stances, topics: Vec::new(), dates, fingerprint, language: language.clone() }
}
