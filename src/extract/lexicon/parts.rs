//! Words and short phrases that names are made of: given names, family names, towns, territories.
//!
//! They name nobody by themselves. The tagger looks at them, and the rules where there is no tagger. Where the list comes
//! from stands in `SOURCES.md`; `make.py` makes it again.

use std::hash::Hasher;
use std::sync::OnceLock;

use crate::text::hash::WordHash;

const TABLE: &str = include_str!("parts.txt");

/// A given name.
pub(crate) const GIVEN: u8 = 1;
/// A family name.
pub(crate) const FAMILY: u8 = 2;
/// A town of fewer than 100,000 people.
pub(crate) const TOWN: u8 = 4;
/// A larger city.
pub(crate) const CITY: u8 = 8;
/// A state, a region, a continent.
pub(crate) const TERRITORY: u8 = 16;
/// A longer phrase begins so.
pub(crate) const GOES_ON: u8 = 32;

/// Where each phrase stands in the table, by its hash. Built at the first look-up.
struct Index {
    /// Place of the line plus one; zero is free.
    slots: Vec<u32>,
}

impl Index {
    fn get() -> &'static Self {
        static INDEX: OnceLock<Index> = OnceLock::new();
        INDEX.get_or_init(|| {
            let lines = TABLE.bytes().filter(|byte| *byte == b'\n').count();
            let mut slots = vec![0; (lines * 2).next_power_of_two()];
            let mut start = 0;
            for line in TABLE.lines() {
                let phrase = line.split('\t').next().unwrap_or_default();
                let mask = slots.len() - 1;
                let mut at = place(phrase.as_bytes(), mask);
                while slots.get(at).is_some_and(|slot| *slot != 0) {
                    at = (at + 1) & mask;
                }
                if let Some(slot) = slots.get_mut(at) {
                    *slot = u32::try_from(start + 1).unwrap_or(0);
                }
                start += line.len() + 1;
            }
            Self { slots }
        })
    }
}

fn place(phrase: &[u8], mask: usize) -> usize {
    let mut hash = WordHash::default();
    hash.write(phrase);
    usize::try_from(hash.finish() & u64::MAX >> 1).unwrap_or(0) & mask
}

/// What a folded phrase can be, its words with a space between; zero for a phrase that is not listed.
pub(crate) fn part(phrase: &str) -> u8 {
    let Index { slots } = Index::get();
    let mask = slots.len() - 1;
    let mut at = place(phrase.as_bytes(), mask);
    while let Some(start) = slots.get(at).and_then(|slot| slot.checked_sub(1)) {
        let line = TABLE.get(start as usize..).unwrap_or_default();
        if let Some(flags) = line.strip_prefix(phrase).and_then(|rest| rest.strip_prefix('\t')) {
            return flags.bytes().take_while(|byte| *byte != b'\n').fold(0, |held, flag| {
                held | match flag {
                    b'g' => GIVEN,
                    b'f' => FAMILY,
                    b'c' => TOWN,
                    b'C' => CITY,
                    b't' => TERRITORY,
                    _ => GOES_ON,
                }
            });
        }
        at = (at + 1) & mask;
    }
    0
}

/// The same for a word that may carry an ending: an ending is taken off where the word as it stands is not listed.
pub(crate) fn inflected_part(word: &str, language: &str) -> u8 {
    let whole = part(word);
    if whole & !GOES_ON != 0 {
        return whole;
    }
    let (longest, added): (usize, &[&str]) = match language {
        "ru" | "uk" | "be" | "bg" | "sr" | "mk" => (3, &["", "а", "я", "й", "ь", "о", "ий", "ия"]),
        "pl" | "cs" | "sk" | "sl" | "hr" | "bs" | "lt" | "lv" => (3, &["", "a", "o", "e", "y", "ia"]),
        "hu" | "fi" | "et" | "tr" | "az" => (4, &["", "a", "e"]),
        "de" | "sv" | "da" | "nb" | "nl" | "ro" | "sq" => (2, &[""]),
        _ => return whole,
    };
    let mut tried = String::with_capacity(word.len() + 4);
    for (cut, (end, _)) in word.char_indices().rev().take(longest).enumerate() {
        let stem = word.get(..end).unwrap_or_default();
        if stem.chars().count() < 4 - usize::from(cut == 0) {
            break;
        }
        for ending in added {
            tried.clear();
            tried.push_str(stem);
            tried.push_str(ending);
            let found = part(&tried) & !GOES_ON;
            if found != 0 {
                return found | whole;
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{CITY, FAMILY, GIVEN, GOES_ON, TABLE, TERRITORY, inflected_part, part};

    #[test]
    fn every_line_is_found_and_nothing_else() {
        assert!(TABLE.lines().all(|line| part(line.split('\t').next().unwrap()) != 0));
        assert!(part("madrid") & CITY != 0 && part("new") & GOES_ON != 0 && part("new york") & CITY != 0);
        assert!(part("jean") & GIVEN != 0 && part("schmidt") & FAMILY != 0 && part("polska") & TERRITORY != 0);
        assert_eq!(part("zzqx") | part("") | part("madrid\tC"), 0);
    }

    #[test]
    fn endings_are_taken_off() {
        assert!(inflected_part("ивановым", "ru") & FAMILY != 0);
        assert!(inflected_part("madrycie", "pl") == part("madrycie"));
        assert!(inflected_part("warszawie", "pl") & CITY != 0);
        assert!(inflected_part("londonban", "hu") & CITY != 0);
        assert_eq!(inflected_part("а", "ru"), 0);
    }
}
