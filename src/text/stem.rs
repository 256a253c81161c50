//! Stems of words, by the language of the article.

use rust_stemmers::{Algorithm, Stemmer};

/// Cuts inflections off folded words.
pub struct Stems {
    stemmer: Option<Stemmer>,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stems").field("known", &self.stemmer.is_some()).finish()
    }
}

impl Stems {
    /// Codes of the languages that have a stemmer.
    pub const LANGUAGES: &[&str] =
        &["ar", "da", "nl", "en", "fi", "fr", "de", "el", "hu", "it", "no", "pt", "ro", "ru", "uk", "es", "sv", "ta", "tr"];

    /// For an ISO 639-1 code; words of a language without a stemmer stay as they are.
    pub fn new(language: &str) -> Self {
        let algorithm = match language {
            "ar" => Algorithm::Arabic,
            "da" => Algorithm::Danish,
            "nl" => Algorithm::Dutch,
            "en" => Algorithm::English,
            "fi" => Algorithm::Finnish,
            "fr" => Algorithm::French,
            "de" => Algorithm::German,
            "el" => Algorithm::Greek,
            "hu" => Algorithm::Hungarian,
            "it" => Algorithm::Italian,
            "no" | "nb" | "nn" => Algorithm::Norwegian,
            "pt" => Algorithm::Portuguese,
            "ro" => Algorithm::Romanian,
            "ru" | "uk" => Algorithm::Russian,
            "es" => Algorithm::Spanish,
            "sv" => Algorithm::Swedish,
            "ta" => Algorithm::Tamil,
            "tr" => Algorithm::Turkish,
            _ => return Self { stemmer: None },
        };
        Self { stemmer: Some(Stemmer::create(algorithm)) }
    }

    /// Whether the language has a stemmer.
    pub const fn is_known(&self) -> bool {
        self.stemmer.is_some()
    }

    /// The stem of a folded word.
    ///
    /// ```
    /// let stems = wirewatch::text::stem::Stems::new("en");
    /// assert_eq!(stems.stem("guarantees"), stems.stem("guarantee"));
    /// ```
    pub fn stem<'a>(&self, folded: &'a str) -> std::borrow::Cow<'a, str> {
        match &self.stemmer {
            Some(stemmer) => stemmer.stem(folded),
            None => folded.into(),
        }
    }
}
