//! The model that tells languages apart: which runs of bytes a language likes.
//!
//! Where it comes from, and how its file is laid out, is in `MODEL-CARD.md` beside this file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;

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
        let mut made = Self { columns: Vec::new(), runs: HashMap::with_capacity_and_hasher(count, BuildKey), weights: &[] };
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
        Some(made)
    }

    /// The most likely language of a text and how likely it is, between 0 and 1; `None` when nothing in it tells.
    pub(super) fn classify(&self, text: &str) -> Option<(&'static str, f32)> {
        let text: String = if text.chars().any(char::is_lowercase) { text.nfc().collect() } else { text.to_lowercase().nfc().collect() };
        let bytes = text.as_bytes();
        let mut seen: BTreeMap<u32, f32> = BTreeMap::new();
        for end in 1..=bytes.len() {
            // Of all runs that end here the longest counts.
            let mut runs = (end.saturating_sub(RUN_MAX)..end).filter_map(|start| bytes.get(start..end));
            if let Some(run) = runs.find_map(|run| self.runs.get(&key(run))) {
                *seen.entry(*run).or_default() += 1.0;
            }
        }
        if seen.is_empty() {
            return None;
        }
        let mut scores: Vec<f32> = self.columns.iter().map(|(_, prior)| *prior).collect();
        let width = self.columns.len();
        for (run, count) in seen {
            let weight = count.ln_1p() * STEP;
            let row = usize::try_from(run).ok().and_then(|run| self.weights.get(run * width..(run + 1) * width)).unwrap_or_default();
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
        let mut own: BTreeMap<&'static str, f32> = BTreeMap::new();
        for ((code, _), score) in self.columns.iter().zip(scores) {
            // A language in two scripts has two columns; the text is in one of them.
            own.entry(code).and_modify(|known| *known = known.max(*score)).or_insert(*score);
        }
        let words: BTreeMap<&'static str, f32> =
            Words::get().scores(text).map(|(code, score)| (if code == "nb" { "no" } else { code }, score)).collect();
        let best = |scores: &BTreeMap<&'static str, f32>| scores.values().copied().fold(f32::MIN, f32::max);
        let (own_best, words_best) = (best(&own), best(&words));
        let codes: BTreeSet<&'static str> = own.keys().chain(words.keys()).copied().collect();
        let behind = |scores: &BTreeMap<&'static str, f32>, best: f32, code| scores.get(code).map_or(-UNKNOWN * root, |score| score - best);
        let joined: Vec<(&'static str, f32)> =
            codes.into_iter().map(|code| (code, behind(&own, own_best, code) + WORDS_SHARE * behind(&words, words_best, code))).collect();
        let top = joined.iter().map(|(_, score)| *score).fold(f32::MIN, f32::max);
        let chances: Vec<(&'static str, f32)> =
            joined.into_iter().map(|(code, score)| (code, ((score - top) / (TEMPER * root)).exp())).collect();
        let sum: f32 = chances.iter().map(|(_, chance)| chance).sum();
        let (code, chance) = chances.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or(("und", 0.0));
        (if code == "am" && is_tigrinya(text) { "ti" } else { code }, chance / sum)
    }
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

    use super::{FILE, Model};

    #[test]
    fn the_file_is_the_one_on_the_card() {
        let hash = Sha256::digest(FILE).iter().fold(String::new(), |hash, byte| hash + &format!("{byte:02x}"));
        assert!(include_str!("MODEL-CARD.md").contains(&hash), "{hash}");
        assert_eq!(Model::get().columns.len(), 104);
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
