//! A trie over folded words, in which all names are looked up in one pass over a text.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Fowler–Noll–Vo, 64 bits: quick for short keys and the same in every run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        // The low bits of the plain sum are weak; the table looks at them first.
        (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x0100_0000_01b3);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x0100_0000_01b3);
    }
}

pub(crate) type FnvBuild = BuildHasherDefault<Fnv>;
pub(crate) type FnvMap<K, V> = HashMap<K, V, FnvBuild>;

/// The number of a word that stands in no phrase.
pub(crate) const UNKNOWN: u32 = u32::MAX;

/// Phrases of folded words, each with the values that were put in for it.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    words: FnvMap<Box<str>, u32>,
    edges: FnvMap<u64, u32>,
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
