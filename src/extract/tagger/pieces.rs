//! Words and marks as the tagger was trained on them: every mark is a piece of its own, and so is a possessive ending.

use crate::model::span::Span;
use crate::text::fold::is_apostrophe;

/// Short forms that keep their full stop.
const ABBREVIATIONS: &[&str] = &[
    "Adm", "Col", "Corp", "Co", "Dr", "Gen", "Gov", "Inc", "Jr", "Lt", "Ltd", "Maj", "Mr", "Mrs", "Ms", "No", "Prof", "Rep", "Rev", "Sen",
    "Sgt", "Sr", "St", "vs",
];

/// Articles and small words of French, Italian and Catalan that lose their vowel before a name.
const ELIDED: &[&str] = &[
    "l", "d", "s", "n", "c", "j", "m", "t", "qu", "un", "all", "dall", "dell", "nell", "sull", "quell", "quest", "lorsqu", "puisqu",
    "jusqu",
];

/// The pieces of a sentence, in order, as spans of the text. Where a language elides, an elided article is a piece.
pub(super) fn pieces(text: &str, sentence: Span, elides: bool) -> Vec<Span> {
    let inside = sentence.of(text);
    let mut found = Vec::with_capacity(inside.len() / 5 + 1);
    let mut at = 0;
    while let Some(rest) = inside.get(at..) {
        let Some(character) = rest.chars().next() else { break };
        let length = if character == ' ' {
            at += 1;
            continue;
        } else if character.is_whitespace() {
            at += character.len_utf8();
            continue;
        } else if character.is_alphanumeric() || (matches!(character, '@' | '#') && rest.chars().nth(1).is_some_and(char::is_alphanumeric))
        {
            let whole = word(rest);
            elided(rest.get(..whole).unwrap_or_default()).filter(|_| elides).unwrap_or(whole)
        } else if is_apostrophe(character) {
            ending(rest)
        } else {
            character.len_utf8()
        };
        found.push(Span::new(at, at + length).shifted(sentence.start));
        at += length;
    }
    found
}

/// Bytes of the elided article at the head of a word, its mark included.
fn elided(word: &str) -> Option<usize> {
    let (at, mark) = word.char_indices().find(|(_, character)| is_apostrophe(*character))?;
    let article = word.get(..at)?;
    (article.len() < 8 && ELIDED.contains(&article.to_lowercase().as_str())).then_some(at + mark.len_utf8())
}

/// Bytes of a word of ASCII letters and digits that begins here, where what follows it is surely no part of it.
fn plain(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let length = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(bytes.len());
    let ends = match bytes.get(length) {
        Some(b' ' | b'\n' | b';' | b'!' | b'?' | b')' | b'"') | None => true,
        Some(b',' | b':') => bytes.get(length + 1).is_some_and(|after| matches!(after, b' ' | b'\n')),
        _ => false,
    };
    (ends && length > 0).then_some(length)
}

/// Bytes of the word that begins here.
fn word(rest: &str) -> usize {
    if let Some(length) = plain(rest) {
        return length;
    }
    let mut end = 0;
    let mut before = ' ';
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next).filter(|next| next.is_alphanumeric());
        let part = end == 0
            || character.is_alphanumeric()
            || unicode_normalization::char::is_combining_mark(character)
            || match character {
                '-' | '\u{2010}' | '\u{2011}' | '.' | '&' | '_' | '@' => next.is_some(),
                ',' | ':' => before.is_ascii_digit() && next.is_some_and(|next| next.is_ascii_digit()),
                _ if is_apostrophe(character) => next.is_some() && possessive(rest.get(at..).unwrap_or_default()).is_none(),
                _ => false,
            };
        if !part {
            break;
        }
        end = at + character.len_utf8();
        before = character;
    }
    let written = rest.get(..end).unwrap_or_default();
    if !rest.get(end..).is_some_and(|after| after.starts_with('.')) {
        return end.max(1);
    }
    let short = written.contains('.') && written.chars().count() <= 7
        || (written.chars().count() == 1 && written.chars().all(char::is_uppercase))
        || ABBREVIATIONS.contains(&written);
    if short { end + 1 } else { end.max(1) }
}

/// Bytes of a possessive ending, or of the bare mark.
fn ending(rest: &str) -> usize {
    possessive(rest).unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8))
}

fn possessive(rest: &str) -> Option<usize> {
    let mut characters = rest.chars();
    let mark = characters.next()?;
    let letter = characters.next()?;
    (matches!(letter, 's' | 'S') && !characters.next().is_some_and(char::is_alphanumeric)).then(|| mark.len_utf8() + 1)
}

#[cfg(test)]
mod tests {
    use super::pieces;
    use crate::model::span::Span;

    fn shown(text: &str) -> String {
        let found: Vec<&str> = pieces(text, Span::new(0, text.len()), text.contains('à')).into_iter().map(|span| span.of(text)).collect();
        found.join(" | ")
    }

    #[test]
    fn marks_and_endings_are_pieces() {
        insta::assert_snapshot!(shown("Mr. O’Neil’s U.S.-led AT&T (1,000 km) said: “No.”"), @"Mr. | O’Neil | ’s | U.S. | - | led | AT&T | ( | 1,000 | km | ) | said | : | “ | No. | ”");
        insta::assert_snapshot!(shown("L’Italie à l'Inter"), @"L’ | Italie | à | l' | Inter");
        insta::assert_snapshot!(shown("@user saw J. Ōe in St. Ives, the boys' 3-2 win..."), @"@user | saw | J. | Ōe | in | St. | Ives | , | the | boys | ' | 3-2 | win | . | . | .");
    }
}
