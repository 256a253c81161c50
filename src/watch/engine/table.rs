//! Tables from 64-bit keys to numbers that are small.

/// Keys of a small table.
const SMALL: usize = 400_000;

/// Open addressing with linear probing; the number 0 stands for nothing. Twelve bytes a place. A small table is at most half full, so
/// that most looks take one step; a large one at most four fifths, where memory matters more.
#[derive(Debug, Default)]
pub(crate) struct Table {
    places: Vec<Held>,
    count: usize,
}

/// A key, in two halves so that it needs no room beside it, and its number.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    key: [u32; 2],
    value: u32,
}

#[expect(clippy::cast_possible_truncation, reason = "the halves of a key")]
const fn halves(key: u64) -> [u32; 2] {
    [key as u32, (key >> 32) as u32]
}

const fn whole([low, high]: [u32; 2]) -> u64 {
    (high as u64) << 32 | low as u64
}

/// Where a key would like to stand among so many places, by the high half of a product: any number of places will do.
#[expect(clippy::cast_possible_truncation, reason = "the high half of the product is below the number of places")]
#[inline]
pub(crate) const fn place(key: u64, places: usize) -> usize {
    let spread = (key ^ key >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((spread as u128 * places as u128) >> 64) as usize
}

impl Table {
    /// How many keys there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// The keys, in no order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> {
        self.places.iter().filter(|held| held.value != 0).map(|held| whole(held.key))
    }

    /// The number of a key, 0 when there is none.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> u32 {
        let (places, key) = (self.places.len(), (key, halves(key)));
        let mut at = place(key.0, places);
        while let Some(held) = self.places.get(at) {
            if held.key == key.1 || held.value == 0 {
                return held.value;
            }
            at = if at + 1 == places { 0 } else { at + 1 };
        }
        0
    }

    /// The number of a key, which is `fresh` when the key is new.
    pub(crate) fn get_or(&mut self, key: u64, fresh: u32) -> u32 {
        if Self::room(self.count) >= self.places.len() {
            self.resize(self.places.len() * 2 + 8);
        }
        let places = self.places.len();
        let mut at = place(key, places);
        while let Some(held) = self.places.get_mut(at) {
            if held.value == 0 {
                *held = Held { key: halves(key), value: fresh };
                self.count += 1;
                return fresh;
            }
            if held.key == halves(key) {
                return held.value;
            }
            at = if at + 1 == places { 0 } else { at + 1 };
        }
        0
    }

    /// So many places are too few for one more than so many keys.
    const fn room(count: usize) -> usize {
        if count < SMALL { count * 2 } else { count * 5 / 4 }
    }

    /// Changes the number of a key that is there.
    pub(crate) fn set(&mut self, key: u64, value: u32) {
        let (places, key) = (self.places.len(), (key, halves(key)));
        let mut at = place(key.0, places);
        while let Some(held) = self.places.get_mut(at).filter(|held| held.value != 0) {
            if held.key == key.1 {
                held.value = value;
                return;
            }
            at = if at + 1 == places { 0 } else { at + 1 };
        }
    }

    fn resize(&mut self, places: usize) {
        let old = std::mem::replace(self, Self { places: vec![Held::default(); places], count: 0 });
        for held in old.places.into_iter().filter(|held| held.value != 0) {
            let mut at = place(whole(held.key), places);
            while let Some(free) = self.places.get_mut(at) {
                if free.value == 0 {
                    *free = held;
                    self.count += 1;
                    break;
                }
                at = if at + 1 == places { 0 } else { at + 1 };
            }
        }
    }

    /// Gives back what it does not need.
    pub(crate) fn shrink(&mut self) {
        let wanted = Self::room(self.count) + 1;
        if self.places.len() > wanted {
            self.resize(wanted);
        }
    }
}

/// Says of most keys that they are not there, and never so of one that is: a bit a key among sixteen.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    bits: Vec<u64>,
}

impl Sieve {
    pub(crate) fn new(table: &Table) -> Self {
        let mut made = Self { bits: vec![0; table.len() / 4 + 1] };
        let places = made.bits.len() * 64;
        for key in table.keys() {
            let bit = place(key, places);
            if let Some(word) = made.bits.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        made
    }

    /// Whether the key may be in the table.
    pub(crate) fn may_hold(&self, key: u64) -> bool {
        let bit = place(key, self.bits.len() * 64);
        self.bits.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Sieve, Table};
    use crate::text::keys::Keys;

    #[test]
    fn what_is_put_in_is_found_again() {
        let keys = Keys::default();
        let mut table = Table::default();
        assert_eq!(table.get(7), 0);
        for number in 1..=10_000_u32 {
            assert_eq!(table.get_or(keys.of(&format!("word{number}")), number), number);
        }
        assert_eq!(table.get_or(keys.of("word77"), 5), 77);
        table.set(keys.of("word5"), 50_000);
        table.set(keys.of("stranger"), 7);
        assert_eq!((table.get(keys.of("word5")), table.get(keys.of("stranger"))), (50_000, 0));
        table.set(keys.of("word5"), 5);
        table.shrink();
        assert_eq!(table.len(), 10_000);
        assert!((1..=10_000_u32).all(|number| table.get(keys.of(&format!("word{number}"))) == number));
        assert_eq!(table.get(keys.of("word0")), 0);
        let sieve = Sieve::new(&table);
        assert!(table.keys().all(|key| sieve.may_hold(key)));
        let strangers = (0..10_000).filter(|number| sieve.may_hold(keys.of(&format!("stranger{number}")))).count();
        assert!(strangers < 1_000, "most of what is not there is told: {strangers}");
    }
}
