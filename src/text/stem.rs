//! Stems of words, by the language of the article.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use rust_stemmers::{Algorithm, Stemmer};

use crate::text::endings::{self, Endings};
use crate::text::keys::Keys;

/// Stems that are remembered for each language, since the same words come again and again; when there are more, all are forgotten.
const REMEMBERED_MAX: usize = 50_000;
/// Bytes of the longest word whose stem is remembered.
const REMEMBERED_BYTES_MAX: usize = 40;

/// Stems by word.
type Remembered = RwLock<HashMap<Box<str>, Box<str>, Keys>>;

/// For each of [`Stems::LANGUAGES`].
static REMEMBERED: LazyLock<Vec<Remembered>> = LazyLock::new(|| Stems::LANGUAGES.iter().map(|_| Remembered::default()).collect());

/// Cuts inflections off folded words: with Snowball's stemmers, and for Polish, Czech and Ukrainian by rules of this project.
pub struct Stems {
    way: Way,
    remembered: Option<&'static Remembered>,
}

enum Way {
    None,
    Snowball(Stemmer),
    Endings(Endings),
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stems").field("known", &self.is_known()).finish_non_exhaustive()
    }
}

impl Stems {
    /// Codes of the languages that have a stemmer.
    pub const LANGUAGES: &[&str] =
        &["ar", "cs", "da", "nl", "en", "fi", "fr", "de", "el", "hu", "it", "no", "pl", "pt", "ro", "ru", "uk", "es", "sv", "ta", "tr"];

    /// For an ISO 639-1 code; words of a language without a stemmer stay as they are.
    pub fn new(language: &str) -> Self {
        let snowball = |algorithm| Way::Snowball(Stemmer::create(algorithm));
        let way = match language {
            "ar" => snowball(Algorithm::Arabic),
            "cs" => Way::Endings(endings::CZECH),
            "da" => snowball(Algorithm::Danish),
            "nl" => snowball(Algorithm::Dutch),
            "en" => snowball(Algorithm::English),
            "fi" => snowball(Algorithm::Finnish),
            "fr" => snowball(Algorithm::French),
            "de" => snowball(Algorithm::German),
            "el" => snowball(Algorithm::Greek),
            "hu" => snowball(Algorithm::Hungarian),
            "it" => snowball(Algorithm::Italian),
            "no" | "nb" | "nn" => snowball(Algorithm::Norwegian),
            "pl" => Way::Endings(endings::POLISH),
            "pt" => snowball(Algorithm::Portuguese),
            "ro" => snowball(Algorithm::Romanian),
            "ru" => snowball(Algorithm::Russian),
            "uk" => Way::Endings(endings::UKRAINIAN),
            "es" => snowball(Algorithm::Spanish),
            "sv" => snowball(Algorithm::Swedish),
            "ta" => snowball(Algorithm::Tamil),
            "tr" => snowball(Algorithm::Turkish),
            _ => return Self { way: Way::None, remembered: None },
        };
        let language = if matches!(language, "nb" | "nn") { "no" } else { language };
        let place = Self::LANGUAGES.iter().position(|known| *known == language);
        Self { way, remembered: place.and_then(|place| REMEMBERED.get(place)) }
    }

    /// Whether the language has a stemmer.
    pub const fn is_known(&self) -> bool {
        !matches!(self.way, Way::None)
    }

    /// The stem of a folded word.
    ///
    /// ```
    /// let stems = wirewatch::text::stem::Stems::new("en");
    /// assert_eq!(stems.stem("guarantees"), stems.stem("guarantee"));
    /// ```
    pub fn stem<'a>(&self, folded: &'a str) -> Cow<'a, str> {
        let Some(remembered) = self.remembered.filter(|_| folded.len() <= REMEMBERED_BYTES_MAX) else { return self.cut(folded) };
        if let Some(stem) = remembered.read().unwrap_or_else(PoisonError::into_inner).get(folded) {
            // Most stems are the beginning of their word.
            return folded.get(..stem.len()).filter(|head| *head == &**stem).map_or_else(|| stem.to_string().into(), Cow::Borrowed);
        }
        let stem = self.cut(folded);
        let mut remembered = remembered.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(folded.into(), stem.as_ref().into());
        stem
    }

    /// Calls `use_stem` with the stem of each of many folded words, in order; cheaper than asking for one after the other.
    pub fn each<'a>(&self, words: impl IntoIterator<Item = &'a str>, mut use_stem: impl FnMut(&str)) {
        let read = || self.remembered.map(|remembered| remembered.read().unwrap_or_else(PoisonError::into_inner));
        let mut known = read();
        for word in words {
            if let Some(stem) = known.as_ref().and_then(|known| known.get(word)) {
                use_stem(stem);
            } else {
                // It may have to be remembered, which waits for all who read.
                drop(known.take());
                use_stem(&self.stem(word));
                known = read();
            }
        }
    }

    /// The same as [`Self::stem`], without remembering it: for words that are asked for once.
    pub fn cut<'a>(&self, folded: &'a str) -> Cow<'a, str> {
        match &self.way {
            Way::None => folded.into(),
            Way::Snowball(stemmer) => stemmer.stem(folded),
            Way::Endings(endings) => endings.cut(folded).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_stemmers::{Algorithm, Stemmer};

    use super::Stems;

    #[test]
    fn what_is_remembered_is_what_was_found() {
        let plain = Stemmer::create(Algorithm::English);
        let stems = Stems::new("en");
        for _ in 0..2 {
            for word in ["guarantees", "dying", "skies", "happily", "", "of", "happily"] {
                assert_eq!(stems.stem(word), plain.stem(word), "{word}");
            }
            let mut all = Vec::new();
            stems.each(["skies", "never-seen", "", "dying"], |stem| all.push(stem.to_owned()));
            assert_eq!(all, ["skies", "never-seen", "", "dying"].map(|word| plain.stem(word)));
            // Farther than what is remembered at a time.
            for number in 0..60_000 {
                let word = format!("w{number}ings");
                assert_eq!(stems.stem(&word), plain.stem(&word));
            }
        }
    }
}
