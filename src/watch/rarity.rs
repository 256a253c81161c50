//! How many articles hold a word, by general frequencies of English words and what is known of scripts.
//!
//! Nothing is learned: the same query has the same figures everywhere. They order work, weigh plain words and tell what a
//! watch may bring; they never decide alone whether one holds.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::fold::is_unspaced;
use crate::text::keys::Keys;
use crate::text::stem::Stems;
use crate::watch::small::is_small_word;

/// Each line a power of two, then words that are there so many times in a million.
const FREQUENCIES: &str = include_str!("frequencies.txt");
/// Words of an article of usual length.
const WORDS_USUAL: f32 = 500.0;
/// Times in a million of a word that no list knows.
const UNKNOWN: f32 = 1.0;

/// Times in a million, by word.
static WORDS: LazyLock<HashMap<&str, f32, Keys>> = LazyLock::new(|| {
    let lines = FREQUENCIES.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.filter_map(|line| line.split_once(' ')).filter_map(|(power, words)| Some((power.parse::<i32>().ok()?, words)));
    rows.flat_map(|(power, words)| words.split(' ').map(move |word| (word, 2.0_f32.powi(power)))).collect()
});

/// The same by English stem. What is listed for a form counts all words of its stem already; where forms differ, since the list was
/// stemmed by other rules, the most frequent says it.
static STEMS: LazyLock<HashMap<Box<str>, f32, Keys>> = LazyLock::new(|| {
    let stems = Stems::new("en");
    let mut most_by_stem: HashMap<Box<str>, f32, Keys> = HashMap::with_capacity_and_hasher(WORDS.len(), Keys::default());
    for (word, often) in WORDS.iter() {
        let stem = stems.cut(word);
        if let Some(most) = most_by_stem.get_mut(&*stem) {
            *most = often.max(*most);
        } else {
            most_by_stem.insert(stem.into(), *often);
        }
    }
    most_by_stem
});

/// Articles in a thousand that hold a word that is there so many times in a million.
fn articles(often: f32) -> f32 {
    1000.0 * (1.0 - (-often * WORDS_USUAL / 1e6).exp())
}

/// Articles in a thousand that hold a folded word in any inflection.
pub(crate) fn of_word(folded: &str) -> f32 {
    let often = WORDS.get(folded).copied().or_else(|| STEMS.get(Stems::new("en").stem(folded).as_ref()).copied());
    of_frequency(folded, often)
}

fn of_frequency(folded: &str, often: Option<f32>) -> f32 {
    if let Some(often) = often {
        return articles(often);
    }
    let characters = folded.chars().count();
    if folded.chars().all(is_unspaced) {
        60.0
    } else if is_small_word(folded) || (characters <= 2 && folded.chars().all(char::is_alphabetic)) {
        500.0
    } else if folded.chars().all(char::is_numeric) {
        if characters <= 2 { 300.0 } else { 20.0 }
    } else {
        articles(UNKNOWN)
    }
}

/// Articles in a thousand that hold a folded word in any inflection, by its English stem.
pub(crate) fn of_stem(folded: &str, stem: &str) -> f32 {
    of_frequency(folded, STEMS.get(stem).copied())
}

/// Articles in a thousand that hold a word exactly so written.
pub(crate) fn of_exact(written: &str) -> f32 {
    let folded = crate::text::fold::fold(written);
    0.7 * of_frequency(&folded, WORDS.get(folded.as_str()).copied())
}

/// Articles in a thousand that hold a word that begins so.
pub(crate) fn of_prefix(folded: &str) -> f32 {
    400.0 * 0.5_f32.powi(i32::try_from(folded.chars().count()).unwrap_or(8).min(8))
}

/// Articles in a thousand that hold a phrase of words with these figures: as its rarest word, and fewer for every further word.
pub(crate) fn of_phrase(words: &[f32]) -> f32 {
    let further = i32::try_from(words.len().saturating_sub(1)).unwrap_or(i32::MAX).min(8);
    words.iter().copied().fold(1000.0, f32::min) * 0.4_f32.powi(further)
}

#[cfg(test)]
mod tests {
    use super::of_word;

    #[test]
    fn common_words_are_expected_in_more_articles() {
        let shown: Vec<String> = ["the", "government", "guarantees", "ceasefire", "и", "北", "zaporizhzhia"]
            .iter()
            .map(|word| format!("{word} {:.1}", of_word(word)))
            .collect();
        insta::assert_snapshot!(shown.join(", "), @"the 1000.0, government 225.9, guarantees 62.0, ceasefire 0.5, и 500.0, 北 60.0, zaporizhzhia 0.5");
    }
}
