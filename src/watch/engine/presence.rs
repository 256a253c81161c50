//! What one article holds of what the queries ask: which atoms, and where the phrases among them stand.

use crate::watch::engine::phrases::Atom;

/// No further occurrence.
const END: u32 = u32::MAX;
/// Bits of the map that answers most questions with "no".
const BITS: u32 = 1 << 16;

/// What one article holds.
#[derive(Debug)]
pub(crate) struct Presence {
    /// Atom and its last occurrence, by open addressing; atom 0 is a free place.
    slots: Vec<(Atom, u32)>,
    /// Atoms in the order in which they were found.
    pub(crate) atoms: Vec<Atom>,
    /// First word, the word after the last, and the occurrence before it.
    occurrences: Vec<(u32, u32, u32)>,
    bits: Vec<u64>,
    /// The first word of the article's own text: a title beside the text is near nothing in it.
    own: u32,
    /// Whether all words that were found are there, and not only words like them.
    pub(crate) is_sure: bool,
}

/// The bit that stands for an atom; never the first, which is always set.
#[expect(clippy::cast_possible_truncation, reason = "bits are below 65536")]
pub(crate) const fn bit(atom: Atom) -> u16 {
    (1 + atom.wrapping_mul(0x9E37_79B1) % (BITS - 1)) as u16
}

impl Presence {
    pub(crate) fn new(own: u32) -> Self {
        let mut bits = vec![0; BITS as usize / 64];
        if let Some(first) = bits.first_mut() {
            *first = 1;
        }
        Self { slots: vec![(0, END); 512], atoms: Vec::new(), occurrences: Vec::new(), bits, own, is_sure: true }
    }

    fn find(&self, atom: Atom) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (atom.wrapping_mul(0x9E37_79B1) >> 7) as usize & mask;
        while self.slots.get(at).is_some_and(|(held, _)| *held != 0 && *held != atom) {
            at = (at + 1) & mask;
        }
        at
    }

    /// The atom is there, without a place.
    pub(crate) fn add(&mut self, atom: Atom) {
        self.slot(atom);
    }

    fn slot(&mut self, atom: Atom) -> Option<&mut (Atom, u32)> {
        if self.atoms.len() * 2 >= self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![(0, END); old.len() * 2];
            for (held, last) in old.into_iter().filter(|(held, _)| *held != 0) {
                let at = self.find(held);
                if let Some(slot) = self.slots.get_mut(at) {
                    *slot = (held, last);
                }
            }
        }
        let at = self.find(atom);
        if self.slots.get(at).is_some_and(|(held, _)| *held == 0) {
            self.atoms.push(atom);
            let bit = bit(atom);
            if let Some(word) = self.bits.get_mut(usize::from(bit >> 6)) {
                *word |= 1 << (bit & 63);
            }
        }
        let slot = self.slots.get_mut(at)?;
        slot.0 = atom;
        Some(slot)
    }

    /// The atom stands at these words.
    pub(crate) fn occurs(&mut self, atom: Atom, start: u32, end: u32) {
        let new = u32::try_from(self.occurrences.len()).unwrap_or(END);
        let before = self.slot(atom).map_or(END, |slot| std::mem::replace(&mut slot.1, new));
        self.occurrences.push((start, end, before));
    }

    /// Whether the atom is there.
    pub(crate) fn holds(&self, atom: Atom) -> bool {
        self.slots.get(self.find(atom)).is_some_and(|(held, _)| *held == atom)
    }

    /// Whether one of the atoms that the bits stand for may be there.
    pub(crate) fn may_hold(&self, bits: [u16; 4]) -> bool {
        bits.iter().any(|bit| self.bits.get(usize::from(*bit >> 6)).is_some_and(|word| word >> (bit & 63) & 1 != 0))
    }

    /// Where the atoms stand, last first for each.
    fn places(&self, atoms: &[Atom], places: &mut Vec<(u32, u32)>) {
        for atom in atoms {
            let mut at = self.slots.get(self.find(*atom)).filter(|(held, _)| held == atom).map_or(END, |(_, last)| *last);
            while let Some((start, end, before)) = self.occurrences.get(at as usize) {
                places.push((*start, *end));
                at = *before;
            }
        }
    }

    /// Whether one of some atoms stands near one of others.
    pub(crate) fn near(&self, distance: u32, ordered: bool, left: &[Atom], right: &[Atom]) -> bool {
        let (mut lefts, mut rights) = (Vec::new(), Vec::new());
        self.places(left, &mut lefts);
        if lefts.is_empty() {
            return false;
        }
        self.places(right, &mut rights);
        rights.sort_unstable();
        let longest = rights.iter().map(|(start, end)| end - start).max().unwrap_or(0);
        lefts.iter().any(|(start, end)| {
            let first = rights.partition_point(|other| other.0 + longest + distance <= *start);
            let rest = rights.get(first..).unwrap_or_default();
            rest.iter().take_while(|other| other.0 < end + distance).any(|other| {
                let apart = if *end <= other.0 {
                    other.0 - end + 1
                } else if other.1 <= *start && !ordered {
                    start - other.1 + 1
                } else {
                    return false;
                };
                apart <= distance && (*start < self.own) == (other.0 < self.own)
            })
        })
    }
}
