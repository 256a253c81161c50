//! Maps whose keys are words: a hash that takes eight bytes at a time and is the same in every run.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Bits of the golden ratio.
const RATIO: u64 = 0x9e37_79b9_7f4a_7c15;
/// An odd number whose bits look like chance.
const MIXER: u64 = 0xd6e8_feb8_6659_fd93;

/// A quick hash of short words. It is no guard against keys that somebody chose so that they collide: what outlives an article
/// and grows with what articles say takes [`HashMap`] as it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct WordHash(u64);

impl WordHash {
    fn add(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number ^ RATIO) * u128::from(MIXER);
        self.0 = lower(product) ^ lower(product >> 64);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
const fn lower(number: u128) -> u64 {
    number as u64
}

impl Hasher for WordHash {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(RATIO)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= (bytes.len() as u64).wrapping_mul(RATIO);
        let mut rest = bytes;
        while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
            self.add(u64::from_le_bytes(*chunk));
            rest = after;
        }
        let tail = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
            (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
            _ => rest.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
        };
        self.add(tail);
    }

    /// Ends a text; its length is in the sum already.
    fn write_u8(&mut self, number: u8) {
        self.0 ^= u64::from(number);
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }
}

/// A map by words or numbers. Nothing that is shown may depend on its order.
pub(crate) type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHash>>;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::Hasher;

    use super::WordHash;

    fn hash(word: &str) -> u64 {
        let mut hash = WordHash::default();
        hash.write(word.as_bytes());
        hash.finish()
    }

    #[test]
    fn like_words_lie_apart() {
        let words: Vec<String> = (0..100_000).map(|number| format!("w{number}")).chain((0..40).map(|length| "a".repeat(length))).collect();
        let hashes: Vec<u64> = words.iter().map(|word| hash(word)).collect();
        assert_eq!(hashes.iter().collect::<HashSet<_>>().len(), words.len());
        // The table looks at the lowest and at the highest bits.
        assert!(hashes.iter().map(|hash| hash & 0x1_ffff).collect::<HashSet<_>>().len() > 65_000);
        assert!(hashes.iter().map(|hash| hash >> 47).collect::<HashSet<_>>().len() > 65_000);
        assert_ne!(hash("a\0"), hash("a"));
    }
}
