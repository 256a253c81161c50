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
    /// For each word the phrases that it is the anchor of.
    anchors: Vec<Anchors>,
    /// The nodes of words that are the anchor at another place than the first, by word and place.
    inner: Table,
    /// For each node twice the phrase that ends there, 0 for none; odd where phrases go on.
    nodes: Vec<u32>,
    edges: Table,
    /// Answers for most words that follow the beginning of a phrase that no phrase goes on with them.
    sieve: Sieve,
}

/// What a word is the anchor of.
#[derive(Debug, Clone, Copy, Default)]
struct Anchors {
    /// Node of the phrases that it begins; 0 where there is none.
    first: u32,
    /// At which other places of phrases it is their anchor, a bit each.
    others: u8,
}

impl Default for Phrases {
    fn default() -> Self {
        let (inner, edges, sieve) = Default::default();
        Self { anchors: vec![Anchors::default()], inner, nodes: vec![0], edges, sieve }
    }
}

const fn edge(node: u32, word: u32) -> u64 {
    ((node as u64) << 32) | word as u64
}

impl Phrases {
    /// The atom of a phrase, which is `fresh` when it is new, and how many of a thousand articles hold it.
    pub(crate) fn add(&mut self, phrase: &Phrase, words: &mut Words, fresh: Atom) -> (Atom, f32) {
        let number = |word: &Word| match word {
            Word::Stem(folded) => words.plain(folded),
            Word::Exact(written) => words.exact(written),
            Word::Prefix(folded) => words.prefix(folded),
        };
        let ids: Vec<u32> = phrase.iter().map(number).collect();
        let length = words.count() as usize + 1;
        if self.anchors.len() < length {
            self.anchors.resize(length, Anchors::default());
        }
        let rarities: Vec<f32> = ids.iter().map(|id| words.rarity(*id)).collect();
        (self.inserted(&ids, anchor(&rarities), fresh), rarity::of_phrase(&rarities))
    }

    fn inserted(&mut self, ids: &[u32], anchor: usize, fresh: Atom) -> Atom {
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
        let Some(anchors) = self.anchors.get_mut(id as usize) else { return 0 };
        let node = if place == 0 {
            if anchors.first == 0 {
                anchors.first = new;
            }
            anchors.first
        } else {
            anchors.others |= 1 << place;
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
        self.anchors.shrink_to_fit();
        self.inner.shrink();
        self.nodes.shrink_to_fit();
        self.edges.shrink();
        self.sieve = Sieve::new(&self.edges);
    }

    /// Calls `use_hit` with phrase, first word and the word after the last for every occurrence in one paragraph. `paragraph` gives
    /// the one that a word stands in; it is asked of words in order.
    ///
    /// Each step asks one table about all that is open before the next step begins. What it asks for lies far apart in memory, and
    /// only looks that do not wait for each other are under way at the same time.
    pub(crate) fn walk(&self, codes: &Codes<'_>, paragraph: impl FnMut(u32) -> Range<u32>, mut use_hit: impl FnMut(Atom, u32, u32)) {
        let mut open = self.begun(codes, paragraph);
        let mut going: Vec<Open> = Vec::new();
        let mut next: Vec<(u64, Open)> = Vec::new();
        while !open.is_empty() {
            for one in open.drain(..) {
                let value = self.nodes.get(one.node as usize).copied().unwrap_or(0);
                if value >> 1 != 0 {
                    use_hit(value >> 1, one.start, one.next);
                }
                if value & 1 != 0 && one.next < one.end {
                    going.push(one);
                }
            }
            for one in going.drain(..) {
                codes.each(one.next as usize, |id| {
                    let edge = edge(one.node, id);
                    if self.sieve.may_hold(edge) {
                        next.push((edge, one));
                    }
                });
            }
            let found = next.drain(..).map(|(edge, one)| Open { node: self.edges.get(edge), next: one.after(one.next + 1), ..one });
            open.extend(found.filter(|one| one.node != 0));
        }
    }

    /// Where phrases are anchored in an article.
    fn begun(&self, codes: &Codes<'_>, mut paragraph: impl FnMut(u32) -> Range<u32>) -> Vec<Open> {
        let mut words: Vec<(u32, u32)> = Vec::with_capacity(codes.len() * 2);
        for at in 0..codes.len() {
            codes.each(at, |id| words.push((number(at), id)));
        }
        let mut open = Vec::with_capacity(words.len());
        let mut inner: Vec<(u64, Open)> = Vec::new();
        for (at, id) in words {
            let anchors = self.anchors.get(id as usize).copied().unwrap_or_default();
            if anchors.first == 0 && anchors.others == 0 {
                continue;
            }
            let around = paragraph(at);
            if anchors.first != 0 {
                open.push(Open { node: anchors.first, start: at, next: at + 1, anchor: at, end: around.end });
            }
            let mut places = anchors.others;
            while places != 0 {
                let place = places.trailing_zeros();
                places &= places - 1;
                if let Some(start) = at.checked_sub(place).filter(|start| *start >= around.start) {
                    inner.push((edge(id, place), Open { node: 0, start, next: start, anchor: at, end: around.end }));
                }
            }
        }
        open.extend(inner.into_iter().map(|(key, one)| Open { node: self.inner.get(key), ..one }));
        open
    }
}

/// A phrase as far as it was found.
#[derive(Debug, Clone, Copy)]
struct Open {
    node: u32,
    /// Its first word.
    start: u32,
    /// The word that is looked at next; behind the last of the phrase once it is found whole.
    next: u32,
    /// The word that was found first.
    anchor: u32,
    /// Where the paragraph ends.
    end: u32,
}

impl Open {
    /// The word at a place, or the one behind it where that is the anchor.
    const fn after(self, place: u32) -> u32 {
        if place == self.anchor { place + 1 } else { place }
    }
}

/// The place of the rarest of the first words, the first of equals.
fn anchor(rarities: &[f32]) -> usize {
    let first = rarities.iter().take(ANCHORED_MAX).enumerate();
    first.min_by(|(_, one), (_, other)| one.total_cmp(other)).map_or(0, |(place, _)| place)
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
