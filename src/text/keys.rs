//! A quick hash of words, with a seed that nobody knows.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Makes keys of words. The seed is another in every list, so that nobody can write two words with the same key; by chance two
/// among a million have the same with a likelihood of one in some forty million.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    seed: u64,
}

impl Default for Keys {
    fn default() -> Self {
        Self { seed: RandomState::new().build_hasher().finish() }
    }
}

#[inline]
const fn multiplied(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    #[expect(clippy::cast_possible_truncation, reason = "both halves are folded into one")]
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded
}

/// One key of two, in this order.
#[inline]
pub(crate) const fn joined(one: u64, other: u64) -> u64 {
    multiplied(one ^ 0xa076_1d64_78bd_642f, other ^ one.rotate_left(23) ^ 0xe703_7ed1_a0b4_28db)
}

impl Keys {
    /// The key of a text.
    #[inline]
    pub(crate) fn of(self, text: &str) -> u64 {
        self.of_bytes(text.as_bytes())
    }

    /// The key of the bytes of a text.
    #[inline]
    pub(crate) fn of_bytes(self, bytes: &[u8]) -> u64 {
        let mut state = self.seed ^ 0x2d35_8dcc_aa6c_78a5;
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            state = multiplied(state ^ u64::from_le_bytes(*chunk), 0x8bb8_4b93_962e_acc9);
        }
        // What is left over is read with what stands before it, where there is enough: the length tells the cases apart.
        let last = match (bytes.last_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(_), ..) if rest.is_empty() => 0,
            (Some(last), ..) => u64::from_le_bytes(*last),
            (None, Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
            _ => rest.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        };
        state = multiplied(state ^ last, 0x9e37_79b9_7f4a_7c15 ^ ((bytes.len() as u64) << 32));
        multiplied(state ^ self.seed.rotate_left(32), 0xd6e8_feb8_6659_fd93)
    }

    /// The key of a text of some kind, such as an actor's identity.
    pub(crate) fn of_kind(self, kind: u8, text: &str) -> u64 {
        multiplied(self.of(text) ^ (u64::from(kind) + 1), 0xa076_1d64_78bd_642f)
    }
}

/// Hashes the keys of a [`std::collections::HashMap`] so: several times quicker for a word than the hash that maps have by themselves.
impl BuildHasher for Keys {
    type Hasher = Hashing;

    fn build_hasher(&self) -> Hashing {
        Hashing { keys: *self, sum: self.seed }
    }
}

/// What [`Keys`] makes of a value that is told in parts.
#[derive(Debug)]
pub(crate) struct Hashing {
    keys: Keys,
    sum: u64,
}

impl Hasher for Hashing {
    #[inline]
    fn finish(&self) -> u64 {
        self.sum
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.sum = joined(self.sum, self.keys.of_bytes(bytes));
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        // The end of a text, which its length tells already.
        self.sum = self.sum.wrapping_add(u64::from(number));
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.sum = joined(self.sum, number);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Keys;

    #[test]
    fn zeros_at_the_end_make_another_key() {
        let keys = Keys::default();
        assert_ne!(keys.of("a"), keys.of("a\0"));
        assert_ne!(keys.of("12345678"), keys.of("12345678\0"));
        let texts = [
            "",
            "\0",
            "a",
            "ab",
            "ba",
            "abc",
            "abcd",
            "abcdd",
            "abcdabcd",
            "abcdabcda",
            "bcdabcda",
            "abcdabcdabcdabcd",
            "abcdabcdaabcdabcda",
        ];
        for (index, one) in texts.iter().enumerate() {
            assert!(texts.iter().skip(index + 1).all(|other| keys.of(one) != keys.of(other)), "{one}");
        }
        assert_ne!(keys.of_kind(1, "a"), keys.of_kind(2, "a"));
    }

    #[test]
    fn a_map_finds_its_words() {
        let mut map: HashMap<Box<str>, usize, Keys> = HashMap::default();
        for number in 0..1000 {
            map.insert(format!("w{number}").into(), number);
        }
        assert!((0..1000).all(|number| map.get(format!("w{number}").as_str()) == Some(&number)));
        assert_eq!(map.get("w1000"), None);
    }
}
