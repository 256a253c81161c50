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
pub mod error;
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
pub mod stored;
pub mod tagger;
pub mod topics;
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
    let topics = topics::find(&reading);
    let sentences = reading.sentences.clone();
    Extraction { sentences, actors, quotes, citations, stances, topics, dates, fingerprint, language: language.clone() }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;
    use std::time::Duration;

    use crate::extract::fixture::processor_time;
    use crate::extract::lexicon::Lexicons;
    use crate::extract::reading::{Reading, plain_article};
    use crate::extract::{citations, extract, quotes, stances};
    use crate::model::span::Span;

    static LEXICONS: LazyLock<Lexicons> = LazyLock::new(|| Lexicons::new(&[]).0);

    /// How long quotes, citations and stances take together.
    fn cost(text: &str) -> Duration {
        let article = plain_article(text);
        let reading = Reading::new(&article, "en");
        processor_time(|| {
            let mut quotes = quotes::find(&reading, &[], &LEXICONS);
            let citations = citations::find(&reading, &[], &mut quotes, &LEXICONS);
            let stances = stances::find(&reading, &[], &quotes, &LEXICONS);
            std::hint::black_box((citations, stances));
        })
    }

    /// Four times the text may take four times as long; sixteen times would be the square.
    #[test]
    fn a_megabyte_in_one_paragraph_takes_linear_time() {
        for part in ["Ana Vorel said the bridge is late. ", "\" ", "“", "he said “a b c d” and ", "according to Vorel, "] {
            let whole = part.repeat((1 << 20) / part.len());
            let quarter = part.repeat((1 << 18) / part.len());
            let (small, large) = (cost(&quarter), cost(&whole));
            assert!(large < small * 12 + Duration::from_secs(1), "{part:?}: {small:?}, {large:?}");
        }
    }

    /// The whole of it, on what nobody wrote for a reader.
    #[test]
    fn odd_texts_take_linear_time() {
        for part in
            ["Aa Bb ", "слово без конца ", "كلمة في نص طويل ", "Ana said سلام to Іван і 習近平 ", "qqx zzv wwk ", "«", "A. ", "\u{300}"]
        {
            let whole = part.repeat((1 << 18) / part.len());
            let quarter = part.repeat((1 << 16) / part.len());
            let took = |text: &str| {
                let article = plain_article(text);
                processor_time(|| drop(std::hint::black_box(extract(&article, &LEXICONS))))
            };
            let (small, large) = (took(&quarter), took(&whole));
            assert!(large < small * 12 + Duration::from_secs(2), "{part:?}: {small:?}, {large:?}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

        #[test]
        fn any_text_gives_spans_that_hold(text in r#"([A-Z][a-z]{2}|Russia|NATO|said|rejects|according to|he|“|”|"|''|``|«|»|'|[,.:—\n ]|\PC| ){0,60}"#) {
            let article = plain_article(&text);
            let found = extract(&article, &LEXICONS);
            let whole = |span: Span| text.get(span.start..span.end).is_some_and(|words| !words.is_empty());
            for quote in &found.quotes {
                let speaker = quote.speaker.iter().filter_map(|one| one.span);
                proptest::prop_assert!(quote.content.iter().chain(&quote.marked).chain(&quote.cue).copied().chain(speaker).all(whole));
            }
            proptest::prop_assert!(found.citations.iter().all(|one| whole(one.span)));
            proptest::prop_assert!(found.stances.iter().all(|one| whole(one.evidence) && whole(one.target.span)));
            proptest::prop_assert!(found.actors.iter().flat_map(|one| &one.mentions).all(|one| whole(one.span)));
            proptest::prop_assert!(found.quotes.windows(2).all(|pair| pair[0].content.first() <= pair[1].content.first()));
            proptest::prop_assert!(found.stances.windows(2).all(|pair| pair[0].evidence <= pair[1].evidence));
        }
    }
}
