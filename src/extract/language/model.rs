//! The model that tells languages apart: which runs of bytes a language likes.
//!
//! Where it comes from, and how its file is laid out, is in `MODEL-CARD.md` beside this file.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::extract::language::words::Words;

static FILE: &[u8] = include_bytes!("languages.bin");

/// Longest run of bytes that is looked up.
const RUN_MAX: usize = 6;
/// Natural logarithm for one unit of a weight.
const STEP: f32 = 0.1;
/// How much the second model counts beside this one.
const WORDS_SHARE: f32 = 0.75;
/// How far a language that a model does not know lies behind its best one, for the square root of a byte.
const UNKNOWN: f32 = 1.0;
/// How much less sure the sum of both is than a sum of independent looks.
const TEMPER: f32 = 1.25;

/// The model, read from its file.
pub(super) struct Model {
    columns: Vec<(&'static str, f32)>,
    /// The codes of all languages that one of both models knows, in order.
    codes: Vec<&'static str>,
    /// For each column the place of its code.
    code_of_column: Vec<usize>,
    /// The same for each language of the second model.
    code_of_word: Vec<usize>,
    runs: HashMap<u64, u32, BuildKey>,
    weights: &'static [u8],
}

impl Model {
    /// The one model; it is read at the first call.
    pub(super) fn get() -> &'static Self {
        static MODEL: OnceLock<Model> = OnceLock::new();
        MODEL.get_or_init(|| Self::read(FILE).expect("the model is part of the program and whole"))
    }

    fn read(file: &'static [u8]) -> Option<Self> {
        let (columns, rest) = number(file)?;
        let (count, mut rest) = number(rest)?;
        let runs = HashMap::with_capacity_and_hasher(count, BuildKey);
        let (codes, code_of_column, code_of_word) = Default::default();
        let mut made = Self { columns: Vec::new(), codes, code_of_column, code_of_word, runs, weights: &[] };
        for _ in 0..columns {
            let (entry, after) = rest.split_at_checked(8)?;
            let (code, prior) = entry.split_at_checked(4)?;
            let code = std::str::from_utf8(code).ok()?.trim_end_matches('\0');
            made.columns.push((code, f32::from_le_bytes(prior.try_into().ok()?)));
            rest = after;
        }
        for index in 0..count {
            let (entry, after) = rest.split_at_checked(1 + RUN_MAX)?;
            let (length, bytes) = entry.split_first()?;
            made.runs.insert(key(bytes.get(..usize::from(*length))?), u32::try_from(index).ok()?);
            rest = after;
        }
        made.weights = (rest.len() == count * columns).then_some(rest)?;
        let columns: Vec<&'static str> = made.columns.iter().map(|(code, _)| *code).collect();
        let words: Vec<&'static str> = Words::get().languages().iter().map(|code| if *code == "nb" { "no" } else { *code }).collect();
        let codes: BTreeSet<&'static str> = columns.iter().chain(&words).copied().collect();
        made.codes = codes.into_iter().collect();
        let places = |of: &[&'static str]| of.iter().map(|code| made.codes.binary_search(code).ok()).collect::<Option<Vec<_>>>();
        (made.code_of_column, made.code_of_word) = (places(&columns)?, places(&words)?);
        Some(made)
    }

    /// The most likely language of a text and how likely it is, between 0 and 1; `None` when nothing in it tells.
    pub(super) fn classify(&self, text: &str) -> Option<(&'static str, f32)> {
        let cased = if text.chars().any(char::is_lowercase) { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) };
        let text = composed(cased);
        let mut seen: Vec<u32> = Vec::with_capacity(text.len());
        let mut window = 0;
        for (end, byte) in (1..).zip(text.bytes()) {
            window = window << 8 | u64::from(byte);
            // Of all runs that end here the longest counts.
            seen.extend((1..=RUN_MAX.min(end)).rev().find_map(|length| self.runs.get(&last(window, length))));
        }
        if seen.is_empty() {
            return None;
        }
        seen.sort_unstable();
        let mut scores: Vec<f32> = self.columns.iter().map(|(_, prior)| *prior).collect();
        let width = self.columns.len();
        for same in seen.chunk_by(|one, other| one == other) {
            #[expect(clippy::cast_precision_loss, reason = "at most as many as a text of some hundred bytes has")]
            let weight = (same.len() as f32).ln_1p() * STEP;
            let run = same.first().and_then(|run| usize::try_from(*run).ok());
            let row = run.and_then(|run| self.weights.get(run * width..(run + 1) * width)).unwrap_or_default();
            for (score, unit) in scores.iter_mut().zip(row) {
                *score += weight * f32::from(i8::from_le_bytes([*unit]));
            }
        }
        Some(self.likeliest(&scores, &text))
    }

    /// Scores of both models as chances. They are tempered by the square root of the length, since neighbouring runs tell the
    /// same thing.
    fn likeliest(&self, scores: &[f32], text: &str) -> (&'static str, f32) {
        #[expect(clippy::cast_precision_loss, reason = "texts of some hundred bytes")]
        let root = (text.len() as f32).sqrt().max(1.0);
        let mut own: Vec<Option<f32>> = vec![None; self.codes.len()];
        for (place, score) in self.code_of_column.iter().zip(scores) {
            // A language in two scripts has two columns; the text is in one of them.
            if let Some(known) = own.get_mut(*place) {
                *known = Some(known.map_or(*score, |known: f32| known.max(*score)));
            }
        }
        let mut words: Vec<Option<f32>> = vec![None; self.codes.len()];
        for (place, score) in self.code_of_word.iter().zip(Words::get().scores(text)) {
            if let Some(slot) = words.get_mut(*place) {
                *slot = Some(score);
            }
        }
        let best = |scores: &[Option<f32>]| scores.iter().copied().flatten().fold(f32::MIN, f32::max);
        let (own_best, words_best) = (best(&own), best(&words));
        let behind = |score: &Option<f32>, best: f32| score.map_or(-UNKNOWN * root, |score| score - best);
        let joined: Vec<f32> =
            own.iter().zip(&words).map(|(own, words)| behind(own, own_best) + WORDS_SHARE * behind(words, words_best)).collect();
        let top = joined.iter().copied().fold(f32::MIN, f32::max);
        let chances: Vec<f32> = joined.into_iter().map(|score| ((score - top) / (TEMPER * root)).exp()).collect();
        let sum: f32 = chances.iter().sum();
        let likeliest = self.codes.iter().zip(chances).max_by(|a, b| a.1.total_cmp(&b.1));
        let (code, chance) = likeliest.map_or(("und", 0.0), |(code, chance)| (*code, chance));
        (if code == "am" && is_tigrinya(text) { "ti" } else { code }, chance / sum)
    }
}

/// A text with letters and marks composed, where they are not yet.
pub(super) fn composed(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_nfc(&text) { text } else { Cow::Owned(text.nfc().collect()) }
}

/// Whether a text in the Ethiopic script is Tigrinya, which neither model knows, rather than Amharic: it writes a glottal stop
/// before `a` with another letter, and has letters for a sound that Amharic lacks.
fn is_tigrinya(text: &str) -> bool {
    let count = |wanted: fn(char) -> bool| text.chars().filter(|letter| wanted(*letter)).count();
    count(|letter| letter == 'ኣ' || matches!(letter, '\u{1250}'..='\u{125d}')) > count(|letter| letter == 'አ')
}

fn number(bytes: &'static [u8]) -> Option<(usize, &'static [u8])> {
    let (head, rest) = bytes.split_at_checked(4)?;
    Some((usize::try_from(u32::from_le_bytes(head.try_into().ok()?)).ok()?, rest))
}

/// A run of at most six bytes as one number, its length in the highest byte.
fn key(run: &[u8]) -> u64 {
    run.iter().fold(run.len() as u64, |key, byte| (key << 8) | u64::from(*byte))
}

/// The key of the last bytes of a text, of which the window holds eight at most.
const fn last(window: u64, length: usize) -> u64 {
    let bits = 8 * length;
    (length as u64) << bits | window & ((1 << bits) - 1)
}

/// Hashes keys that are numbers already; the multiplication spreads them over the high bits, which the table looks at too.
#[derive(Clone, Copy, Default)]
pub(super) struct BuildKey;

impl std::hash::BuildHasher for BuildKey {
    type Hasher = Key;

    fn build_hasher(&self) -> Key {
        Key(0)
    }
}

pub(super) struct Key(u64);

impl std::hash::Hasher for Key {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |state, byte| (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{FILE, Model, key, last};

    #[test]
    fn the_file_is_the_one_on_the_card() {
        let hash = Sha256::digest(FILE).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
        assert!(include_str!("MODEL-CARD.md").contains(&hash), "{hash}");
        assert_eq!(Model::get().columns.len(), 104);
    }

    #[test]
    fn the_end_of_a_window_is_a_run() {
        let window = "abcdefghij".bytes().fold(0, |window, byte| window << 8 | u64::from(byte));
        assert_eq!(["j", "ij", "efghij"].map(|run| key(run.as_bytes())), [1, 2, 6].map(|length| last(window, length)));
    }

    #[test]
    fn languages_are_told_apart() {
        let shown = |text| Model::get().classify(text).map_or("none", |(code, _)| code);
        let texts = [
            "Russia rejects security guarantees for Ukraine.",
            "Міністр заявив, що переговори тривають.",
            "Министр заявил, что переговоры продолжаются.",
            "Der Minister sagte, die Gespräche gingen weiter.",
            "Le ministre a déclaré que les négociations continuent.",
            "部長は交渉が続いていると述べた。",
            "THE MINISTER SAID TALKS WILL GO ON",
            "1234 5678",
            "ንሕና ኣብ ቤትና ኣለና",
            "እኛ በቤታችን አለን",
        ];
        insta::assert_snapshot!(texts.map(shown).join(" "), @"en uk ru de fr ja en none ti am");
    }
}
