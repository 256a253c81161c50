//! The second model that tells languages apart: which runs of letters the words of a language hold.
//!
//! It knows fewer languages than the first one and knows their words better, which is what a headline of three words needs.
//! Where it comes from, and how its file is laid out, is in `MODEL-CARD.md` beside this file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use crate::extract::language::model::{BuildKey, composed};

static FILE: &[u8] = include_bytes!("words.bin");

/// Longest run of letters that is looked up.
const RUN_MAX: usize = 4;
/// Natural logarithm for one unit of a weight.
const STEP: f32 = 0.05;

/// The model, read from its file.
pub(super) struct Words {
    languages: Vec<&'static str>,
    /// Languages and weights of a run, in pairs of bytes.
    runs: HashMap<u64, &'static [u8], BuildKey>,
}

impl Words {
    /// The one model; it is read at the first call.
    pub(super) fn get() -> &'static Self {
        static WORDS: OnceLock<Words> = OnceLock::new();
        WORDS.get_or_init(|| Self::read(FILE).expect("the model is part of the program and whole"))
    }

    fn read(file: &'static [u8]) -> Option<Self> {
        let number = |bytes: &'static [u8]| -> Option<(usize, &'static [u8])> {
            let (head, rest) = bytes.split_at_checked(4)?;
            Some((usize::try_from(u32::from_le_bytes(head.try_into().ok()?)).ok()?, rest))
        };
        let (languages, rest) = number(file)?;
        let (count, mut rest) = number(rest)?;
        let mut made = Self { languages: Vec::new(), runs: HashMap::with_capacity_and_hasher(count, BuildKey) };
        for _ in 0..languages {
            let (code, after) = rest.split_at_checked(4)?;
            made.languages.push(std::str::from_utf8(code).ok()?.trim_end_matches('\0'));
            rest = after;
        }
        for _ in 0..count {
            let (lengths, after) = rest.split_at_checked(2)?;
            let (run, after) = after.split_at_checked(usize::from(*lengths.first()?))?;
            let (weights, after) = after.split_at_checked(2 * usize::from(*lengths.last()?))?;
            made.runs.insert(key(std::str::from_utf8(run).ok()?.chars()), weights);
            rest = after;
        }
        rest.is_empty().then_some(made)
    }

    /// The codes of the languages, in the order of their scores.
    pub(super) fn languages(&self) -> &[&'static str] {
        &self.languages
    }

    /// How well a text fits each language; only the differences say something.
    pub(super) fn scores(&self, text: &str) -> impl Iterator<Item = f32> {
        let mut units = vec![0_u32; self.languages.len()];
        let lower = composed(Cow::Owned(text.to_lowercase()));
        let mut letters: Vec<char> = Vec::new();
        for word in lower.split(|c: char| !c.is_alphabetic() && !unicode_normalization::char::is_combining_mark(c)) {
            letters.clear();
            letters.extend(word.chars());
            for start in 0..letters.len() {
                let mut hash = EMPTY;
                for letter in letters.iter().skip(start).take(RUN_MAX) {
                    hash = longer(hash, *letter);
                    for pair in self.runs.get(&hash).copied().unwrap_or_default().chunks_exact(2) {
                        if let [language, weight] = pair
                            && let Some(sum) = units.get_mut(usize::from(*language))
                        {
                            *sum += u32::from(*weight);
                        }
                    }
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "sums of a few thousand bytes")]
        units.into_iter().map(|units| units as f32 * STEP)
    }
}

/// The number of a run without letters.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The number of a run that is longer by a letter.
fn longer(hash: u64, letter: char) -> u64 {
    (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3)
}

/// A run of letters as one number.
fn key(run: impl Iterator<Item = char>) -> u64 {
    run.fold(EMPTY, longer)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{FILE, Words};

    #[test]
    fn the_file_is_the_one_on_the_card() {
        let hash = Sha256::digest(FILE).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
        assert!(include_str!("MODEL-CARD.md").contains(&hash), "{hash}");
        assert_eq!((Words::get().languages.len(), Words::get().runs.len()), (75, 77_494));
    }

    #[test]
    fn words_are_told_apart() {
        let best = |text| {
            let scores = Words::get().languages().iter().zip(Words::get().scores(text));
            scores.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(code, _)| *code)
        };
        assert_eq!(best("the talks go on without them"), Some("en"));
        assert_eq!(best("Verhandlungen dauern an"), Some("de"));
        assert_eq!(best("переговоры продолжаются"), Some("ru"));
        assert_eq!(best("переговори тривають"), Some("uk"));
    }
}
