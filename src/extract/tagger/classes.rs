//! Small words by what they do: a sentence of any language shows the tagger the same frame.

use std::sync::OnceLock;

use crate::text::fold::fold;
use crate::text::hash::WordMap;

const TABLE: &str = include_str!("classes.tsv");

/// The classes in the order of their numbers, which begin at one.
const CLASSES: [&str; 17] =
    ["article", "in", "of", "from", "with", "by", "and", "but", "who", "he", "is", "not", "born", "say", "place", "body", "man"];
/// Names of days and months, and words like "yesterday".
const TIME: u32 = 18;

/// The classes of the words of one language.
#[derive(Debug, Default)]
pub(super) struct Classes(WordMap<Box<str>, u32>);

impl Classes {
    /// Those of a language; without small words where the table has none of it.
    pub(super) fn of(language: &str) -> &'static Self {
        static ALL: OnceLock<(WordMap<&'static str, Classes>, Classes)> = OnceLock::new();
        let (all, none) = ALL.get_or_init(|| {
            let mut all: WordMap<&'static str, Self> = WordMap::default();
            for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
                let mut cells = line.split('\t');
                let (Some(language), Some(class), Some(words)) = (cells.next(), cells.next(), cells.next()) else { continue };
                let number = CLASSES.iter().position(|known| *known == class).map_or(TIME, |at| u32::try_from(at + 1).unwrap_or(0));
                let held = all.entry(language).or_default();
                for word in words.split(' ') {
                    held.0.entry(fold(word).into()).or_insert(number);
                }
            }
            (all, Self::default())
        });
        all.get(language).unwrap_or(none)
    }

    /// The number of a folded word's class; zero for a word without one.
    pub(super) fn class(&self, folded: &str) -> u32 {
        self.0.get(folded).copied().unwrap_or(0)
    }

    /// Whether there is nothing to go by in this language.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Classes, TIME};

    #[test]
    fn words_of_one_kind_have_one_number() {
        let class = |language: &str, word: &str| Classes::of(language).class(word);
        assert_eq!(class("en", "in"), class("ru", "в"));
        assert_eq!(class("fr", "ville"), class("hu", "varos"));
        assert_eq!(class("pl", "lipca"), TIME);
        assert_eq!(class("en", "lipca") + class("xx", "in"), 0);
        assert!(Classes::of("xx").is_empty());
    }
}
