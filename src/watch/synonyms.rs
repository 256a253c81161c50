//! Families of words that stand for each other in plain words: states and their people, and words of politics, war and trade.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::stem::Stems;
use crate::text::token::Tokens;
use crate::watch::condition::{Phrase, Word};

/// One family a line, parted by commas.
const FAMILIES: &str = include_str!("synonyms.txt");
/// Words of the longest phrase in a family.
const WORDS_MAX: usize = 4;

#[derive(Debug)]
struct Families {
    /// The words of each phrase of each family, folded.
    phrases: Vec<Vec<Vec<Box<str>>>>,
    /// Families by the stems of a phrase.
    by_stems: HashMap<String, usize>,
}

static ALL: LazyLock<Families> = LazyLock::new(|| {
    let mut made = Families { phrases: Vec::new(), by_stems: HashMap::new() };
    for line in FAMILIES.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let number = made.phrases.len();
        let mut phrases = Vec::new();
        for phrase in line.split(',') {
            let tokens = Tokens::new(phrase);
            let words: Vec<Box<str>> = tokens.iter().map(|token| tokens.folded(token).into()).collect();
            let folded: Vec<&str> = words.iter().map(|word| &**word).collect();
            made.by_stems.entry(stems(&folded)).or_insert(number);
            phrases.push(words);
        }
        made.phrases.push(phrases);
    }
    made
});

fn stems(folded: &[&str]) -> String {
    let stems = Stems::new("en");
    folded.iter().map(|word| stems.stem(word)).collect::<Vec<_>>().join(" ")
}

/// A family of words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Family {
    pub(crate) number: usize,
}

/// The family of folded words.
pub(crate) fn family(folded: &[&str]) -> Option<Family> {
    ALL.by_stems.get(&stems(folded)).map(|number| Family { number: *number })
}

/// How many words from the first on are a phrase of a family; 0 when none is.
pub(crate) fn longest(folded: &[&str]) -> usize {
    let lengths = (2..=WORDS_MAX.min(folded.len())).rev();
    lengths.into_iter().find(|length| folded.get(..*length).and_then(family).is_some()).unwrap_or(0)
}

impl Family {
    /// All of the family but the words themselves.
    pub(crate) fn phrases(self, folded: &[&str]) -> Vec<Phrase> {
        let own = stems(folded);
        let all = ALL.phrases.get(self.number).into_iter().flatten();
        let others = all.filter(|words| stems(&words.iter().map(|word| &**word).collect::<Vec<_>>()) != own);
        others.map(|words| words.iter().map(|word| Word::Stem(word.clone())).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{family, longest};
    use crate::watch::condition::Word;

    fn shown(folded: &[&str]) -> String {
        let words = |word: &Word| if let Word::Stem(word) = word { word.to_string() } else { String::new() };
        let others = family(folded).map(|family| family.phrases(folded)).unwrap_or_default();
        others.iter().map(|phrase| phrase.iter().map(words).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn families_by_any_inflection() {
        assert_eq!(shown(&["vietnamese"]), "vietnam, viet nam, viet cong");
        assert_eq!(shown(&["viet", "nam"]), "vietnam, vietnamese, viet cong");
        assert_eq!(shown(&["truces"]), "ceasefire, cease fire, armistice");
        assert_eq!(shown(&["banana"]), "");
        assert_eq!(longest(&["prime", "ministers", "of"]), 2);
        assert_eq!(longest(&["prime"]), 0);
    }
}
