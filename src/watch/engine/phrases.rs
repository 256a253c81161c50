//! The phrases of all queries as a trie over the numbers of their words: one walk along an article finds all of them.
//!
//! A phrase stands in the trie under its rarest word by general frequencies, its *anchor*; then come its other words in order. So
//! a phrase that begins with a common word costs nothing where only that word stands.

use std::ops::Range;

use crate::watch::condition::{Phrase, Word};
use crate::watch::engine::table::{Sieve, Table};
use crate::watch::engine::words::{Codes, Words};
use crate::watch::rarity;

/// Words at the beginning of a phrase of which one is its anchor.
const ANCHORED_MAX: usize = 8;

/// Number of something that an article holds or not: a phrase, or a property of article and extraction. From 1.
pub(crate) type Atom = u32;

/// A trie over numbers of words.
#[derive(Debug)]
pub(crate) struct Phrases {
    /// Node of each word as the anchor of phrases that it begins; 0 where there is none.
    first: Vec<u32>,
    /// For each word at which other places of phrases it is their anchor, a bit each.
    others: Vec<u8>,
    /// The nodes of these, by word and place.
    inner: Table,
    /// For each node twice the phrase that ends there, 0 for none; odd where phrases go on.
    nodes: Vec<u32>,
    edges: Table,
    /// Answers for most words that follow the beginning of a phrase that no phrase goes on with them.
    sieve: Sieve,
}

impl Default for Phrases {
    fn default() -> Self {
        let (inner, edges, sieve) = Default::default();
        Self { first: vec![0], others: vec![0], inner, nodes: vec![0], edges, sieve }
    }
}

const fn edge(node: u32, word: u32) -> u64 {
    ((node as u64) << 32) | word as u64
}

impl Phrases {
    /// The atom of a phrase; `fresh` when it is new.
    pub(crate) fn add(&mut self, phrase: &Phrase, words: &mut Words, fresh: Atom) -> Atom {
        let number = |word: &Word| match word {
            Word::Stem(folded) => words.plain(folded),
            Word::Exact(written) => words.exact(written),
            Word::Prefix(folded) => words.prefix(folded),
        };
        let ids: Vec<u32> = phrase.iter().map(number).collect();
        let length = words.count() as usize + 1;
        if self.first.len() < length {
            self.first.resize(length, 0);
            self.others.resize(length, 0);
        }
        let anchor = anchor(phrase);
        let Some(mut node) = ids.get(anchor).map(|id| self.anchored(*id, anchor)) else { return 0 };
        for (_, id) in ids.iter().enumerate().filter(|(place, _)| *place != anchor) {
            if let Some(value) = self.nodes.get_mut(node as usize) {
                *value |= 1;
            }
            let new = self.fresh();
            node = self.edges.get_or(edge(node, *id), new);
            self.made(node, new);
        }
        let Some(value) = self.nodes.get_mut(node as usize) else { return 0 };
        if *value >> 1 == 0 {
            *value |= fresh << 1;
        }
        *value >> 1
    }

    /// The node of a word as the anchor at a place of phrases.
    fn anchored(&mut self, id: u32, place: usize) -> u32 {
        let new = self.fresh();
        let node = if place == 0 {
            let slot = self.first.get_mut(id as usize);
            slot.map_or(0, |slot| {
                if *slot == 0 {
                    *slot = new;
                }
                *slot
            })
        } else {
            if let Some(places) = self.others.get_mut(id as usize) {
                *places |= 1 << place;
            }
            self.inner.get_or(edge(id, number(place)), new)
        };
        self.made(node, new);
        node
    }

    fn fresh(&self) -> u32 {
        number(self.nodes.len())
    }

    fn made(&mut self, node: u32, new: u32) {
        if node == new {
            self.nodes.push(0);
        }
    }

    /// Gives back what it does not need.
    pub(crate) fn finish(&mut self) {
        self.first.shrink_to_fit();
        self.others.shrink_to_fit();
        self.inner.shrink();
        self.nodes.shrink_to_fit();
        self.edges.shrink();
        self.sieve = Sieve::new(&self.edges);
    }

    /// Calls `use_hit` with phrase, first word and the word after the last for every occurrence in one paragraph, in order of
    /// the anchors. `paragraph` gives the one that a word stands in.
    pub(crate) fn walk(
        &self,
        codes: &Codes<'_>,
        mut paragraph: impl FnMut(usize) -> Range<usize>,
        mut use_hit: impl FnMut(Atom, u32, u32),
    ) {
        // Node, first word of the phrase, and the word that comes next.
        let mut open: Vec<(u32, usize, usize)> = Vec::new();
        for at in 0..codes.len() {
            codes.each(at, |id| {
                if let Some(node) = self.first.get(id as usize).filter(|node| **node != 0) {
                    open.push((*node, at, at + 1));
                }
                let mut places = self.others.get(id as usize).copied().unwrap_or(0);
                while places != 0 {
                    let place = places.trailing_zeros();
                    places &= places - 1;
                    if let Some(start) = at.checked_sub(place as usize) {
                        open.push((self.inner.get(edge(id, place)), start, start));
                    }
                }
            });
            if open.is_empty() {
                continue;
            }
            let around = paragraph(at);
            while let Some((node, start, next)) = open.pop() {
                if start < around.start {
                    continue;
                }
                let next = if next == at { at + 1 } else { next };
                let value = self.nodes.get(node as usize).copied().unwrap_or(0);
                if value >> 1 != 0 {
                    use_hit(value >> 1, number(start), number(next));
                }
                if value & 1 != 0 && next < around.end {
                    codes.each(next, |id| {
                        let edge = edge(node, id);
                        let child = if self.sieve.may_hold(edge) { self.edges.get(edge) } else { 0 };
                        if child != 0 {
                            open.push((child, start, next + 1));
                        }
                    });
                }
            }
        }
    }
}

/// The place of the rarest of the first words, the first of equals.
fn anchor(phrase: &Phrase) -> usize {
    if phrase.len() < 2 {
        return 0;
    }
    let rarities = phrase.iter().take(ANCHORED_MAX).map(rarity::of_asked);
    rarities.enumerate().min_by(|(_, one), (_, other)| one.total_cmp(other)).map_or(0, |(place, _)| place)
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
