//! The phrases of all queries as a trie over the numbers of their words: one walk along an article finds all of them.

use crate::watch::condition::{Phrase, Word};
use crate::watch::engine::table::Table;
use crate::watch::engine::words::{Codes, Words};

/// Number of something that an article holds or not: a phrase, or a property of article and extraction. From 1.
pub(crate) type Atom = u32;

/// A trie over numbers of words.
#[derive(Debug)]
pub(crate) struct Phrases {
    /// Node of each word as the first of a phrase; 0 where none begins so.
    first: Vec<u32>,
    /// For each node twice the phrase that ends there, 0 for none; odd where phrases go on.
    nodes: Vec<u32>,
    edges: Table,
}

impl Default for Phrases {
    fn default() -> Self {
        Self { first: vec![0], nodes: vec![0], edges: Table::default() }
    }
}

const fn edge(node: u32, word: u32) -> u64 {
    ((node as u64) << 32) | word as u64
}

impl Phrases {
    /// The atom of a phrase; `fresh` when it is new.
    pub(crate) fn add(&mut self, phrase: &Phrase, words: &mut Words, fresh: Atom) -> Atom {
        let mut node = 0;
        for (index, word) in phrase.iter().enumerate() {
            let id = match word {
                Word::Stem(folded) => words.plain(folded),
                Word::Exact(written) => words.exact(written),
                Word::Prefix(folded) => words.prefix(folded),
            };
            let new = u32::try_from(self.nodes.len()).unwrap_or(0);
            let next = if index == 0 {
                if self.first.len() <= words.count() as usize {
                    self.first.resize(words.count() as usize + 1, 0);
                }
                let slot = self.first.get_mut(id as usize);
                slot.map_or(0, |slot| {
                    if *slot == 0 {
                        *slot = new;
                    }
                    *slot
                })
            } else {
                if let Some(value) = self.nodes.get_mut(node as usize) {
                    *value |= 1;
                }
                self.edges.get_or(edge(node, id), new)
            };
            if next == new {
                self.nodes.push(0);
            }
            node = next;
        }
        let Some(value) = self.nodes.get_mut(node as usize) else { return 0 };
        if *value >> 1 == 0 {
            *value |= fresh << 1;
        }
        *value >> 1
    }

    /// Gives back what it does not need.
    pub(crate) fn finish(&mut self) {
        self.first.shrink_to_fit();
        self.nodes.shrink_to_fit();
        self.edges.shrink();
    }

    /// Calls `use_hit` with phrase, first word and the word after the last for every occurrence in one paragraph, in order of
    /// the first word. `end_of` gives where the paragraph of a word ends.
    pub(crate) fn walk(&self, codes: &Codes, mut end_of: impl FnMut(usize) -> usize, mut use_hit: impl FnMut(Atom, u32, u32)) {
        let mut open: Vec<(u32, usize)> = Vec::new();
        for at in 0..codes.len() {
            codes.each(at, |id| {
                if let Some(node) = self.first.get(id as usize).filter(|node| **node != 0) {
                    open.push((*node, at + 1));
                }
            });
            if open.is_empty() {
                continue;
            }
            let end = end_of(at);
            while let Some((node, next)) = open.pop() {
                let value = self.nodes.get(node as usize).copied().unwrap_or(0);
                if value >> 1 != 0 {
                    use_hit(value >> 1, place(at), place(next));
                }
                if value & 1 != 0 && next < end {
                    codes.each(next, |id| {
                        let child = self.edges.get(edge(node, id));
                        if child != 0 {
                            open.push((child, next + 1));
                        }
                    });
                }
            }
        }
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
