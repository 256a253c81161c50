//! A fingerprint by which near copies of a text are found.

use std::hash::Hasher;

use crate::extract::reading::Reading;

/// Fowler–Noll–Vo, 64 bits: fingerprints are stored, so that it stays the same for ever.
#[derive(Debug, Clone, Copy)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        // The low bits of the plain sum are weak; the table looks at them first.
        (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Words that are hashed together.
const RUN: usize = 3;
/// Every eighth bit: the lowest of each byte.
const BYTES: u64 = 0x0101_0101_0101_0101;

/// `SimHash` of 64 bits over all runs of three words; texts that share most words differ in few bits. `None` for a text without words.
pub fn of(reading: &Reading<'_>) -> Option<u64> {
    let indices = reading.paragraphs.iter().flat_map(|span| reading.tokens.inside(*span));
    let words = indices.map(|index| reading.tokens.folded_at(index)).filter(|word| !word.is_empty());
    // A word ends the run of the last three; it is read once, into the hashes of the three runs that it stands in.
    let mut runs: [Fnv; RUN] = Default::default();
    let mut counts = Counts::default();
    let mut count = 0;
    for word in words {
        if let Some(begun) = runs.get_mut(count % RUN) {
            *begun = Fnv::default();
        }
        for byte in word.bytes().chain([b' ']) {
            for run in &mut runs {
                run.write(&[byte]);
            }
        }
        count += 1;
        if let Some(ended) = runs.get(count % RUN).filter(|_| count >= RUN) {
            counts.add(mixed(ended.finish()));
        }
    }
    if (1..RUN).contains(&count) {
        counts.add(mixed(runs.first()?.finish()));
    }
    counts.most()
}

/// In how many hashes each bit is set.
#[derive(Debug)]
struct Counts {
    sums: [u32; 64],
    /// The same for the last hashes: of bit `place` in byte `place / 8` of the number `place % 8`, so that eight are counted at once.
    bytes: [u64; 8],
    in_bytes: u32,
    hashes: u32,
}

impl Default for Counts {
    fn default() -> Self {
        Self { sums: [0; 64], bytes: [0; 8], in_bytes: 0, hashes: 0 }
    }
}

impl Counts {
    fn add(&mut self, bits: u64) {
        for (shift, bytes) in self.bytes.iter_mut().enumerate() {
            *bytes += (bits >> shift) & BYTES;
        }
        (self.in_bytes, self.hashes) = (self.in_bytes + 1, self.hashes + 1);
        if self.in_bytes == u32::from(u8::MAX) {
            self.carry();
        }
    }

    /// Moves what the bytes hold on, before one is full.
    fn carry(&mut self) {
        for (shift, bytes) in self.bytes.iter_mut().enumerate() {
            for (place, count) in bytes.to_le_bytes().into_iter().enumerate() {
                if let Some(sum) = self.sums.get_mut(8 * place + shift) {
                    *sum += u32::from(count);
                }
            }
            *bytes = 0;
        }
        self.in_bytes = 0;
    }

    /// The bits that are set in more than half of the hashes; `None` of none.
    fn most(mut self) -> Option<u64> {
        self.carry();
        let most = self.sums.iter().enumerate().fold(0, |bits, (place, sum)| bits | (u64::from(2 * sum > self.hashes) << place));
        (self.hashes > 0).then_some(most)
    }
}

/// Spreads every bit over all others (the finisher of `SplitMix64`).
const fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// In how many bits two fingerprints differ, from 0 to 64.
///
/// ```
/// assert_eq!(wirewatch::extract::fingerprint::distance(0b1011, 0b0010), 2);
/// ```
pub const fn distance(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    use super::{distance, mixed, of};
    use crate::extract::fingerprint::Fnv;
    use crate::extract::reading::{Reading, plain_article};

    fn shown(text: &str) -> Option<u64> {
        let article = plain_article(text);
        of(&Reading::new(&article, "en"))
    }

    /// The same by the definition, bit by bit.
    fn plainly(text: &str) -> Option<u64> {
        let article = plain_article(text);
        let reading = Reading::new(&article, "en");
        let all = reading.paragraphs.iter().flat_map(|span| reading.tokens.inside(*span));
        let words: Vec<&str> = all.map(|index| reading.tokens.folded_at(index)).filter(|word| !word.is_empty()).collect();
        let mut sums = [0_i32; 64];
        for run in words.windows(words.len().clamp(1, 3)) {
            let mut hash = Fnv::default();
            for word in run {
                hash.write(format!("{word} ").as_bytes());
            }
            let bits = mixed(hash.finish());
            sums.iter_mut().enumerate().for_each(|(place, sum)| *sum += if bits >> place & 1 == 1 { 1 } else { -1 });
        }
        (!words.is_empty()).then(|| sums.iter().enumerate().fold(0, |bits, (place, sum)| bits | (u64::from(*sum > 0) << place)))
    }

    #[test]
    fn what_is_counted_at_once_is_what_is_counted_bit_by_bit() {
        for count in [0, 1, 2, 3, 4, 5, 9, 256, 257, 258, 259, 300, 1_100] {
            let words: Vec<String> = (0..count).map(|number: u32| format!("w{}", number * 7919 % 211)).collect();
            let text = words.join(" ");
            assert_eq!(shown(&text), plainly(&text), "{count} words");
            // Where all runs are the same, a byte fills fastest.
            let same = vec!["same"; count as usize].join(" ");
            assert_eq!(shown(&same), plainly(&same), "{count} times the same word");
        }
    }

    #[test]
    fn near_copies_are_near() {
        let words: Vec<String> = (0..300).map(|number| format!("word{}", number * 7919 % 211)).collect();
        let text = words.join(" ");
        let one = shown(&text).unwrap();
        let other = shown(&text.replacen("word5 ", "other ", 1)).unwrap();
        let far = shown(&text.replace("word", "term")).unwrap();
        assert!(distance(one, other) <= 10, "{}", distance(one, other));
        assert!(distance(one, far) > 16, "{}", distance(one, far));
        assert_eq!(shown("   "), None);
        // The value is part of stored records: it must stay the same from build to build.
        insta::assert_snapshot!(format!("{:016x}", shown("one two three four").unwrap()), @"0000a24000942191");
    }
}
