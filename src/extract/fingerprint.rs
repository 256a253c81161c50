//! A fingerprint by which near copies of a text are found.

use std::hash::Hasher;

use crate::extract::lexicon::trie::Fnv;
use crate::extract::reading::Reading;

/// `SimHash` of 64 bits over all runs of three words; texts that share most words differ in few bits. `None` for a text without words.
pub fn of(reading: &Reading<'_>) -> Option<u64> {
    let words: Vec<&str> = reading
        .paragraphs
        .iter()
        .flat_map(|span| reading.tokens.inside(*span))
        .map(|index| reading.tokens.folded_at(index))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return None;
    }
    let mut sums = [0_i32; 64];
    let width = words.len().min(3);
    for shingle in words.windows(width) {
        let mut hash = Fnv::default();
        for word in shingle {
            hash.write(word.as_bytes());
            hash.write(b" ");
        }
        let bits = mixed(hash.finish());
        for (place, sum) in sums.iter_mut().enumerate() {
            *sum += if bits >> place & 1 == 1 { 1 } else { -1 };
        }
    }
    Some(sums.iter().enumerate().fold(0, |bits, (place, sum)| bits | (u64::from(*sum > 0) << place)))
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
    use super::{distance, of};
    use crate::extract::reading::{Reading, plain_article};

    fn shown(text: &str) -> Option<u64> {
        let article = plain_article(text);
        of(&Reading::new(&article, "en"))
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
