//! Tables from 64-bit keys to numbers that are small, and the hash that makes keys of words.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Open addressing with linear probing; the number 0 stands for nothing. Twelve bytes a place, at most four fifths full.
#[derive(Debug, Default)]
pub(crate) struct Table {
    keys: Vec<u64>,
    values: Vec<u32>,
    count: usize,
}

/// Where a key would like to stand, by the high half of the product: any number of places will do.
#[expect(clippy::cast_possible_truncation, reason = "the high half of the product is below the number of places")]
const fn place(key: u64, places: usize) -> usize {
    ((mixed(key) as u128 * places as u128) >> 64) as usize
}

/// One key for one key, spread over all bits.
const fn mixed(key: u64) -> u64 {
    let mut mixed = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Table {
    /// How many keys there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// The place of a key, or the free one where it would stand; `None` when there is no place at all.
    fn find(&self, key: u64) -> Option<usize> {
        let places = self.keys.len();
        if places == 0 {
            return None;
        }
        let mut at = place(key, places);
        loop {
            match (self.values.get(at), self.keys.get(at)) {
                (Some(value), Some(held)) if *value != 0 && *held != key => at = if at + 1 == places { 0 } else { at + 1 },
                _ => return Some(at),
            }
        }
    }

    /// The number of a key, 0 when there is none.
    pub(crate) fn get(&self, key: u64) -> u32 {
        self.find(key).and_then(|at| self.values.get(at)).copied().unwrap_or(0)
    }

    /// The number of a key, which is `fresh` when the key is new.
    pub(crate) fn get_or(&mut self, key: u64, fresh: u32) -> u32 {
        if self.count * 5 >= self.keys.len() * 4 {
            self.resize(self.keys.len() * 2 + 8);
        }
        let Some(at) = self.find(key) else { return 0 };
        let (Some(held), Some(value)) = (self.keys.get_mut(at), self.values.get_mut(at)) else { return 0 };
        if *value == 0 {
            *held = key;
            *value = fresh;
            self.count += 1;
        }
        *value
    }

    fn resize(&mut self, places: usize) {
        let old = std::mem::replace(self, Self { keys: vec![0; places], values: vec![0; places], count: 0 });
        for (key, value) in old.keys.into_iter().zip(old.values) {
            if value != 0
                && let Some(at) = self.find(key)
                && let (Some(held), Some(free)) = (self.keys.get_mut(at), self.values.get_mut(at))
            {
                *held = key;
                *free = value;
                self.count += 1;
            }
        }
    }

    /// Gives back what it does not need.
    pub(crate) fn shrink(&mut self) {
        let wanted = self.count * 5 / 4 + 1;
        if self.keys.len() > wanted {
            self.resize(wanted);
        }
    }
}

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

const fn multiplied(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    #[expect(clippy::cast_possible_truncation, reason = "both halves are folded into one")]
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded
}

impl Keys {
    /// The key of a text.
    pub(crate) fn of(self, text: &str) -> u64 {
        let mut state = self.seed ^ 0x2d35_8dcc_aa6c_78a5;
        let (chunks, rest) = text.as_bytes().as_chunks::<8>();
        for chunk in chunks {
            state = multiplied(state ^ u64::from_le_bytes(*chunk), 0x8bb8_4b93_962e_acc9);
        }
        let mut tail = [0; 8];
        if let Some(head) = tail.get_mut(..rest.len()) {
            head.copy_from_slice(rest);
        }
        state = multiplied(state ^ u64::from_le_bytes(tail), 0x9e37_79b9_7f4a_7c15 ^ ((text.len() as u64) << 32));
        multiplied(state ^ self.seed.rotate_left(32), 0xd6e8_feb8_6659_fd93)
    }

    /// The key of a text of some kind, such as an actor's identity.
    pub(crate) fn of_kind(self, kind: u8, text: &str) -> u64 {
        multiplied(self.of(text) ^ (u64::from(kind) + 1), 0xa076_1d64_78bd_642f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Keys, Table};

    #[test]
    fn what_is_put_in_is_found_again() {
        let keys = Keys::default();
        let mut table = Table::default();
        assert_eq!(table.get(7), 0);
        for number in 1..=10_000_u32 {
            assert_eq!(table.get_or(keys.of(&format!("word{number}")), number), number);
        }
        assert_eq!(table.get_or(keys.of("word77"), 5), 77);
        table.shrink();
        assert_eq!(table.len(), 10_000);
        assert!((1..=10_000_u32).all(|number| table.get(keys.of(&format!("word{number}"))) == number));
        assert_eq!(table.get(keys.of("word0")), 0);
    }

    #[test]
    fn zeros_at_the_end_make_another_key() {
        let keys = Keys::default();
        assert_ne!(keys.of("a"), keys.of("a\0"));
        assert_ne!(keys.of("12345678"), keys.of("12345678\0"));
        assert_ne!(keys.of_kind(1, "a"), keys.of_kind(2, "a"));
    }
}
