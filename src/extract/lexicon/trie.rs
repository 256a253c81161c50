//! A trie over folded words, in which all names are looked up in one pass over a text.

use crate::text::hash::WordMap;

/// The number of a word that stands in no phrase.
pub(crate) const UNKNOWN: u32 = u32::MAX;

/// Phrases of folded words, each with the values that were put in for it.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    words: WordMap<Box<str>, u32>,
    edges: WordMap<u64, u32>,
    values: Vec<Vec<u32>>,
}

impl Trie {
    /// Puts in a value under a phrase; an empty phrase is ignored.
    pub(crate) fn insert<'w>(&mut self, phrase: impl Iterator<Item = &'w str>, value: u32) {
        if self.values.is_empty() {
            self.values.push(Vec::new());
        }
        let mut node = 0;
        for word in phrase.filter(|word| !word.is_empty()) {
            let next_word = u32::try_from(self.words.len()).unwrap_or(UNKNOWN - 1);
            let number = match self.words.get(word) {
                Some(number) => *number,
                None => *self.words.entry(word.into()).or_insert(next_word),
            };
            let next_node = u32::try_from(self.values.len()).unwrap_or(UNKNOWN);
            node = if let Some(existing) = self.edges.get(&edge(node, number)) {
                *existing
            } else {
                self.edges.insert(edge(node, number), next_node);
                self.values.push(Vec::new());
                next_node
            };
        }
        if node != 0
            && let Some(values) = self.values.get_mut(node as usize)
            && !values.contains(&value)
        {
            values.push(value);
        }
    }

    /// The number of a folded word, or [`UNKNOWN`].
    pub(crate) fn word(&self, folded: &str) -> u32 {
        self.words.get(folded).copied().unwrap_or(UNKNOWN)
    }

    /// The node one word further on.
    pub(crate) fn step(&self, node: u32, word: u32) -> Option<u32> {
        if word == UNKNOWN { None } else { self.edges.get(&edge(node, word)).copied() }
    }

    /// The values of a node.
    pub(crate) fn values(&self, node: u32) -> &[u32] {
        self.values.get(node as usize).map_or(&[], Vec::as_slice)
    }
}

fn edge(node: u32, word: u32) -> u64 {
    (u64::from(node) << 32) | u64::from(word)
}
