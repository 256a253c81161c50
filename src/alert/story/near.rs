//! Near copies: the texts of the last days by their fingerprints, in 48 bytes a text and what
//! is free for further ones.
//!
//! Two fingerprints that differ in three bits at most agree in one of four parts of 16 bits: each part has a table of chains.

use crate::model::id::EntryId;

/// Texts that differ in more bits are no copies of each other.
pub(super) const BITS_MAX: u32 = 3;
/// Parts of a fingerprint.
const PARTS: usize = 4;
/// Heads of the chains of one part.
const HEADS: usize = 1 << 16;
/// No text.
const NONE: u32 = u32::MAX;
/// Of the texts in memory, the part for which room is made at a time.
const ROOM: usize = 16;
/// Texts of a chain that are looked at, the newest first: a text that thousands share is no news report.
const LOOKED_AT_MAX: usize = 512;

/// A text that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Copy {
    /// Its fingerprint.
    pub(super) fingerprint: u64,
    /// The story it belongs to.
    pub(super) story: EntryId,
    /// The numbers of its headline.
    pub(super) numbers: u32,
    /// When, in minutes since 1970; nought when that is not known.
    pub(super) minute: u32,
}

/// The texts of the last days.
#[derive(Debug)]
pub(super) struct Near {
    capacity: usize,
    texts: Vec<Copy>,
    /// For each text and part the text before it in its chain.
    before: Vec<[u32; PARTS]>,
    heads: Vec<u32>,
    /// Where the next text goes, once all places are taken.
    next: usize,
}

impl Near {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, NONE as usize);
        Self { capacity, texts: Vec::new(), before: Vec::new(), heads: vec![NONE; PARTS * HEADS], next: 0 }
    }

    /// The nearest text that `fits`; of equally near ones the newest.
    pub(super) fn find(&self, fingerprint: u64, fits: impl Fn(&Copy) -> bool) -> Option<Copy> {
        let mut best: Option<(u32, Copy)> = None;
        for (part, head) in parts(fingerprint).into_iter().enumerate() {
            let mut at = self.heads.get(head).copied().unwrap_or(NONE);
            let mut age = 0;
            for _ in 0..LOOKED_AT_MAX {
                let (Some(text), Some(before)) = (self.texts.get(at as usize), self.before.get(at as usize)) else { break };
                // Chains lead from newer to older texts; a place that was given away holds a newer one.
                let own_age = self.age(at);
                if own_age < age {
                    break;
                }
                age = own_age;
                let bits = (text.fingerprint ^ fingerprint).count_ones();
                if bits <= BITS_MAX && best.is_none_or(|(least, _)| bits < least) && fits(text) {
                    best = Some((bits, *text));
                }
                at = before.get(part).copied().unwrap_or(NONE);
            }
            if best.is_some_and(|(bits, _)| bits == 0) {
                break;
            }
        }
        best.map(|(_, text)| text)
    }

    /// How many texts came after the one at a place.
    fn age(&self, at: u32) -> usize {
        let at = at as usize;
        if self.texts.len() < self.capacity { self.texts.len() - 1 - at } else { (self.next + self.capacity - 1 - at) % self.capacity }
    }

    /// Takes in a text; the oldest is forgotten when there is no room.
    pub(super) fn take_in(&mut self, text: Copy) {
        let at = if self.texts.len() < self.capacity {
            self.make_room();
            self.texts.push(text);
            self.before.push([NONE; PARTS]);
            self.texts.len() - 1
        } else {
            let at = self.next;
            self.next = (self.next + 1) % self.capacity;
            at
        };
        let mut before = [NONE; PARTS];
        for (part, head) in parts(text.fingerprint).into_iter().enumerate() {
            if let (Some(head), Some(before)) = (self.heads.get_mut(head), before.get_mut(part)) {
                *before = if *head as usize == at { NONE } else { *head };
                *head = u32::try_from(at).unwrap_or(NONE);
            }
        }
        if let (Some(slot), Some(links)) = (self.texts.get_mut(at), self.before.get_mut(at)) {
            (*slot, *links) = (text, before);
        }
    }
}

impl Near {
    /// Room for one text more, and few besides: doubling would take twice what is needed.
    fn make_room(&mut self) {
        let count = self.texts.len();
        if count == self.texts.capacity() {
            let more = (count / ROOM).clamp(1024, (self.capacity - count).max(1024));
            self.texts.reserve_exact(more);
            self.before.reserve_exact(more);
        }
    }
}

/// The heads of the chains in which a fingerprint stands.
fn parts(fingerprint: u64) -> [usize; PARTS] {
    [0, 1, 2, 3].map(|part: usize| part * HEADS + ((fingerprint >> (16 * part)) & 0xffff) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(fingerprint: u64, number: u128) -> Copy {
        Copy { fingerprint, story: EntryId(number.to_be_bytes()), numbers: 0, minute: 0 }
    }

    #[test]
    fn what_is_found_is_what_a_plain_search_finds() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut near = Near::new(500);
        let mut plain: Vec<Copy> = Vec::new();
        for number in 0..3000 {
            // Every other text is a copy of an earlier one with up to five bits changed.
            let base = if number % 2 == 0 || plain.is_empty() { random.u64(..) } else { plain[random.usize(0..plain.len())].fingerprint };
            let fingerprint = (0..random.u32(0..6)).fold(base, |bits, _| bits ^ (1 << random.u32(0..64)));
            let least = plain.iter().map(|one| (one.fingerprint ^ fingerprint).count_ones()).min().filter(|bits| *bits <= BITS_MAX);
            let found = near.find(fingerprint, |_| true);
            assert_eq!(found.map(|one| (one.fingerprint ^ fingerprint).count_ones()), least, "text {number}");
            near.take_in(text(fingerprint, number));
            plain.push(text(fingerprint, number));
            if plain.len() > 500 {
                plain.remove(0);
            }
        }
        assert_eq!(near.find(plain[100].fingerprint, |_| false), None);
    }

    #[test]
    fn a_text_costs_little_memory() {
        assert!(size_of::<Copy>() + size_of::<[u32; PARTS]>() <= 48);
    }
}
