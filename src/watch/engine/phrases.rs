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
/// Marks an edge behind which a phrase ends and none goes on; the rest is its atom.
const LAST: u32 = 1 << 31;
/// Marks the key of an edge that leaves an anchor.
const ANCHORED: u64 = 1 << 63;

/// Number of something that an article holds or not: a phrase, or a property of article and extraction. From 1.
pub(crate) type Atom = u32;

/// A trie over numbers of words.
#[derive(Debug)]
pub(crate) struct Phrases {
    /// For each word the phrases that it is the anchor of.
    anchors: Vec<Anchor>,
    /// From an anchor, or from a node, by a further word: to the atom of a phrase with [`LAST`], or to a node.
    edges: Table,
    /// For each node the phrase that ends there; 0 for none.
    nodes: Vec<Atom>,
    /// Answers for most words beside the beginning of a phrase that no phrase goes on with them.
    sieve: Sieve,
}

/// What a word is the anchor of.
#[derive(Debug, Clone, Copy, Default)]
struct Anchor {
    /// The phrase of the word alone; 0 where there is none.
    alone: Atom,
    /// Bits of the words that stand beside it in longer phrases: where one is not set, no phrase goes on with that word.
    beside: u16,
    /// At which places of longer phrases it is their anchor, a bit each.
    places: u8,
}

impl Default for Phrases {
    fn default() -> Self {
        let (edges, sieve) = Default::default();
        Self { anchors: vec![Anchor::default()], edges, nodes: vec![0], sieve }
    }
}

const fn edge(node: u32, word: u32) -> u64 {
    ((node as u64) << 32) | word as u64
}

/// The edge that leaves an anchor at a place: both words have less than 30 bits, since there are fewer than atoms.
const fn anchored(anchor: u32, place: u32, word: u32) -> u64 {
    ANCHORED | (place as u64) << 60 | (anchor as u64) << 30 | word as u64
}

/// The bit that stands for a word beside an anchor.
const fn beside(word: u32) -> u16 {
    1 << (word.wrapping_mul(0x9E37_79B1) >> 28)
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
            self.anchors.resize(length, Anchor::default());
        }
        let rarities: Vec<f32> = ids.iter().map(|id| words.rarity(*id)).collect();
        (self.inserted(&ids, anchor(&rarities), fresh), rarity::of_phrase(&rarities))
    }

    fn inserted(&mut self, ids: &[u32], place: usize, fresh: Atom) -> Atom {
        let Some((id, anchor)) = ids.get(place).and_then(|id| Some((*id, self.anchors.get_mut(*id as usize)?))) else { return 0 };
        let mut others = ids.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, id)| *id).peekable();
        let Some(first) = others.next() else {
            if anchor.alone == 0 {
                anchor.alone = fresh;
            }
            return anchor.alone;
        };
        anchor.places |= 1 << place;
        anchor.beside |= beside(first);
        let mut key = anchored(id, number(place), first);
        for next in others {
            let node = self.node(key);
            key = edge(node, next);
        }
        match self.edges.get_or(key, fresh | LAST) {
            last if last & LAST != 0 => last & !LAST,
            node => match self.nodes.get_mut(node as usize) {
                Some(atom) => {
                    if *atom == 0 {
                        *atom = fresh;
                    }
                    *atom
                }
                None => 0,
            },
        }
    }

    /// The node behind an edge; a phrase that ended there goes on from now.
    fn node(&mut self, key: u64) -> u32 {
        let new = number(self.nodes.len());
        let value = self.edges.get_or(key, new);
        if value & LAST != 0 {
            self.edges.set(key, new);
            self.nodes.push(value & !LAST);
            return new;
        }
        if value == new {
            self.nodes.push(0);
        }
        value
    }

    /// Gives back what it does not need.
    pub(crate) fn finish(&mut self) {
        self.anchors.shrink_to_fit();
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
        let mut asked = self.begun(codes, paragraph, &mut use_hit);
        let mut open: Vec<(u32, Open)> = Vec::new();
        while !asked.is_empty() {
            asked.retain(|(edge, _)| self.sieve.may_hold(*edge));
            open.extend(asked.drain(..).map(|(edge, one)| (self.edges.get(edge), one)));
            for (value, one) in open.drain(..) {
                if value & LAST != 0 {
                    use_hit(value & !LAST, one.start, one.next);
                } else if value != 0 {
                    match self.nodes.get(value as usize) {
                        Some(0) | None => {}
                        Some(atom) => use_hit(*atom, one.start, one.next),
                    }
                    if one.next < one.end {
                        let after = Open { next: one.after(one.next), ..one };
                        codes.each(one.next as usize, |id| asked.push((edge(value, id), after)));
                    }
                }
            }
        }
    }

    /// The edges that leave the anchors in an article; words that are phrases themselves are told at once.
    fn begun(
        &self,
        codes: &Codes<'_>,
        mut paragraph: impl FnMut(u32) -> Range<u32>,
        mut use_hit: impl FnMut(Atom, u32, u32),
    ) -> Vec<(u64, Open)> {
        let mut words: Vec<(u32, u32)> = Vec::with_capacity(codes.len() * 2);
        for at in 0..codes.len() {
            codes.each(at, |id| words.push((number(at), id)));
        }
        let mut asked = Vec::with_capacity(words.len());
        for (at, id) in words {
            let anchor = self.anchors.get(id as usize).copied().unwrap_or_default();
            if anchor.alone != 0 {
                use_hit(anchor.alone, at, at + 1);
            }
            let mut places = anchor.places;
            if places == 0 {
                continue;
            }
            let around = paragraph(at);
            while places != 0 {
                let place = places.trailing_zeros();
                places &= places - 1;
                let Some(start) = at.checked_sub(place).filter(|start| *start >= around.start) else { break };
                let other = if place == 0 { at + 1 } else { start };
                let one = Open { start, next: other, anchor: at, end: around.end };
                let after = Open { next: one.after(other), ..one };
                if other < around.end {
                    codes.each(other as usize, |word| {
                        if anchor.beside & beside(word) != 0 {
                            asked.push((anchored(id, place, word), after));
                        }
                    });
                }
            }
        }
        asked
    }
}

/// A phrase as far as it was found.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// Its first word.
    start: u32,
    /// The word that is looked at next; the one behind its last once it is found whole.
    next: u32,
    /// The word that was found first.
    anchor: u32,
    /// Where the paragraph ends.
    end: u32,
}

impl Open {
    /// The word that comes after one, leaving out the anchor.
    const fn after(self, word: u32) -> u32 {
        if word + 1 == self.anchor { word + 2 } else { word + 1 }
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
