//! In which language an article is written.

use whatlang::{Detector, Lang};

use crate::model::article::Article;
use crate::model::extraction::Language;

/// How many characters of headline and lead are looked at.
const LOOKED_AT: usize = 1000;

/// The language of headline and lead, with what feed or page declare as prior; `None` where neither tells.
///
/// ```
/// use wirewatch::extract::language::of_text;
/// let language = of_text("Die Bundesregierung hat am Mittwoch beschlossen, die Hilfe fortzusetzen.", None).unwrap();
/// assert_eq!(language.code, "de");
/// ```
pub fn of_text(text: &str, declared: Option<&str>) -> Option<Language> {
    let end = text.char_indices().nth(LOOKED_AT).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or_default();
    let declared = declared.and_then(primary);
    let found = Detector::new().detect(head).map(|found| (code(found.lang()), found.confidence(), found.is_reliable()));
    match (found, declared) {
        (Some((code, _, _)), Some(declared)) if code == declared => Some(Language { code: declared, confidence: 0.99 }),
        // The declaration is wrong often enough that a sure look at enough text outweighs it.
        (Some((code, confidence, true)), Some(_)) if head.chars().count() > 60 => {
            Some(Language { code, confidence: rounded(confidence.min(0.9)) })
        }
        (_, Some(declared)) => Some(Language { code: declared, confidence: 0.6 }),
        (Some((code, confidence, reliable)), None) => {
            let sure = if reliable { confidence.clamp(0.5, 0.98) } else { (confidence * 0.7).clamp(0.1, 0.7) };
            Some(Language { code, confidence: rounded(sure) })
        }
        (None, None) => None,
    }
}

/// The language of an article.
pub fn detect(article: &Article) -> Option<Language> {
    let start =
        article.headline.as_ref().and_then(|headline| headline.span).map_or(article.body.start, |span| span.start.min(article.body.start));
    let text = article.text.get(start..).filter(|text| !text.trim().is_empty()).unwrap_or(&article.text);
    of_text(text, article.language.as_ref().map(|declared| declared.value.as_str()))
}

#[expect(clippy::cast_possible_truncation, reason = "a number between 0 and 1 keeps its three digits")]
fn rounded(confidence: f64) -> f32 {
    ((confidence * 1000.0).round() / 1000.0) as f32
}

/// `en` of `en-GB`; `None` for what is no language tag and for "undetermined".
fn primary(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let sound = (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_lowercase());
    (sound && !matches!(primary.as_str(), "und" | "mul" | "zxx" | "mis")).then_some(primary)
}

fn code(language: Lang) -> String {
    let code = match language {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    };
    code.to_owned()
}

#[cfg(test)]
mod tests {
    use super::of_text;

    fn shown(text: &str, declared: Option<&str>) -> String {
        of_text(text, declared).map_or_else(|| "none".to_owned(), |language| language.code)
    }

    #[test]
    fn declared_and_found() {
        assert_eq!(shown("The minister said on Friday that the talks had failed.", Some("en-GB")), "en");
        assert_eq!(shown("Talks fail", Some("en")), "en");
        assert_eq!(shown("Talks fail", Some("und")), shown("Talks fail", None));
        assert_eq!(
            shown("Президент заявил в пятницу, что переговоры провалились и не будут продолжены в ближайшее время.", Some("en")),
            "ru"
        );
        assert_eq!(shown("", None), "none");
        assert_eq!(shown("12345", None), "none");
    }
}
