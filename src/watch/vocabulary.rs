//! The words of all queries, each with a number, and which words of an article stand for them.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::text::stem::Stems;

/// Languages that have a stemmer, as [`Stems::new`] knows them.
pub(crate) const LANGUAGES: &[&str] =
    &["ar", "da", "nl", "en", "fi", "fr", "de", "el", "hu", "it", "no", "pt", "ro", "ru", "uk", "es", "sv", "ta", "tr"];

/// Number of a word of the queries.
pub(crate) type WordId = u32;

/// The words of all queries.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: HashMap<Box<str>, WordId>,
    /// For each language stem → words; made when the first article in it comes.
    stems: [OnceLock<HashMap<Box<str>, Vec<WordId>>>; LANGUAGES.len()],
}

impl Vocabulary {
    /// The number of a folded word; only while queries are compiled.
    pub(crate) fn add(&mut self, folded: &str) -> WordId {
        if let Some(id) = self.words.get(folded) {
            return *id;
        }
        let id = WordId::try_from(self.words.len()).unwrap_or(WordId::MAX);
        self.words.insert(folded.into(), id);
        id
    }

    /// The word of a number.
    pub(crate) fn word(&self, id: WordId) -> Option<&str> {
        self.words.iter().find(|(_, known)| **known == id).map(|(word, _)| &**word)
    }

    /// Looks words of one language up.
    pub(crate) fn reader(&self, language: &str) -> Reader<'_> {
        let language = if matches!(language, "nb" | "nn") { "no" } else { language };
        let stems = Stems::new(language);
        let by_stem = LANGUAGES.iter().position(|known| *known == language).and_then(|index| self.stems.get(index)).map(|made| {
            made.get_or_init(|| {
                let mut by_stem: HashMap<Box<str>, Vec<WordId>> = HashMap::new();
                for (word, id) in &self.words {
                    by_stem.entry(stems.stem(word).into()).or_default().push(*id);
                }
                by_stem
            })
        });
        // The Russian stemmer cuts the base form of surnames in -ов, -ев, -ин further than their other cases.
        Reader { words: &self.words, by_stem, stems, crosswise: matches!(language, "ru" | "uk") }
    }
}

/// Looks words of one language up.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    words: &'a HashMap<Box<str>, WordId>,
    by_stem: Option<&'a HashMap<Box<str>, Vec<WordId>>>,
    stems: Stems,
    crosswise: bool,
}

impl Reader<'_> {
    /// The words of the queries that a folded word of the article stands for, in order.
    pub(crate) fn ids(&self, folded: &str) -> Vec<WordId> {
        let mut found: Vec<WordId> = self.words.get(folded).copied().into_iter().collect();
        if let Some(by_stem) = self.by_stem {
            let stem = self.stems.stem(folded);
            found.extend(by_stem.get(stem.as_ref()).into_iter().flatten());
            if self.crosswise {
                found.extend(self.words.get(stem.as_ref()));
                found.extend(by_stem.get(folded).into_iter().flatten());
            }
            found.sort_unstable();
            found.dedup();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, Vocabulary};
    use crate::text::stem::Stems;

    fn shown(language: &str, query: &[&str], article: &[&str]) -> String {
        let mut vocabulary = Vocabulary::default();
        for word in query {
            vocabulary.add(word);
        }
        let reader = vocabulary.reader(language);
        let found: Vec<String> = article.iter().map(|word| format!("{word}={:?}", reader.ids(word))).collect();
        found.join(" ")
    }

    #[test]
    fn inflections_meet_in_their_language() {
        insta::assert_snapshot!(shown("en", &["guarantee", "nato"], &["guarantees", "guaranteed", "nato", "guard"]), @"guarantees=[0] guaranteed=[0] nato=[1] guard=[]");
        insta::assert_snapshot!(shown("ru", &["гарантия", "лавров"], &["гарантии", "лавров", "лаврова", "лаврову"]), @"гарантии=[0] лавров=[1] лаврова=[1] лаврову=[1]");
        insta::assert_snapshot!(shown("xx", &["guarantee"], &["guarantees", "guarantee"]), @"guarantees=[] guarantee=[0]");
    }

    #[test]
    fn every_listed_language_has_a_stemmer() {
        assert!(LANGUAGES.iter().all(|language| format!("{:?}", Stems::new(language)).contains("true")));
    }
}
