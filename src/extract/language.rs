//! In which language an article is written.

mod model;
mod words;

use crate::extract::language::model::Model;
use crate::model::article::Article;
use crate::model::extraction::Language;

/// How many characters of headline and lead are looked at.
const LOOKED_AT: usize = 600;
/// Below this chance the text tells nothing of its own.
const SURE_ENOUGH: f32 = 0.08;
/// From this chance on the text is believed against a declaration.
const SURE: f32 = 0.5;
/// A declaration is believed against texts shorter than this, in characters: names and numbers are half of a headline.
const SHORT: usize = 60;

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
    let found = Model::get().classify(head).filter(|(_, chance)| *chance >= SURE_ENOUGH);
    match (found, declared) {
        (Some((code, _)), Some(declared)) if is_declared(code, &declared) => Some(Language { code: declared, confidence: 0.99 }),
        // The declaration is wrong often enough that a sure look at enough text outweighs it.
        (Some((code, chance)), Some(_)) if chance >= SURE && head.chars().count() > SHORT => {
            Some(Language { code: code.to_owned(), confidence: rounded(chance.min(0.9)) })
        }
        (_, Some(declared)) => Some(Language { code: declared, confidence: 0.6 }),
        (Some((code, chance)), None) => Some(Language { code: code.to_owned(), confidence: rounded(chance) }),
        (None, None) => None,
    }
}

/// By which grammar a text is read whose language could not be told: English for Latin letters, since the shortest headlines
/// are names and one verb; else none.
pub fn grammar_of(text: &str) -> &'static str {
    let mut letters = text.chars().filter(|character| character.is_alphabetic()).take(LOOKED_AT).peekable();
    if letters.peek().is_some() && letters.all(|letter| letter.is_ascii()) { "en" } else { "und" }
}

/// The language of an article.
pub fn detect(article: &Article) -> Option<Language> {
    let start =
        article.headline.as_ref().and_then(|headline| headline.span).map_or(article.body.start, |span| span.start.min(article.body.start));
    let text = article.text.get(start..).filter(|text| !text.trim().is_empty()).unwrap_or(&article.text);
    of_text(text, article.language.as_ref().map(|declared| declared.value.as_str()))
}

/// Whether a language is the one that a tag declares; the written forms of Norwegian are Norwegian.
pub(crate) fn is_declared(code: &str, tag: &str) -> bool {
    let norwegian = |code: &str| matches!(code, "no" | "nb" | "nn");
    primary(tag).is_some_and(|declared| declared == code || norwegian(&declared) && norwegian(code))
}

fn rounded(confidence: f32) -> f32 {
    (confidence * 1000.0).round() / 1000.0
}

/// `en` of `en-GB`; `None` for what is no language tag and for "undetermined".
fn primary(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let sound = (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_lowercase());
    (sound && !matches!(primary.as_str(), "und" | "mul" | "zxx" | "mis")).then_some(primary)
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
        assert_eq!(shown("Regjeringen sier at forhandlingene fortsetter.", Some("nb-NO")), "nb");
        assert!(super::is_declared("no", "nb-NO") && !super::is_declared("no", "da"));
        assert_eq!(shown("", None), "none");
        assert_eq!(shown("12345", None), "none");
    }
}
