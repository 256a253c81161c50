//! Folding: case, accents and variants of a letter set aside, so that two spellings of one word compare equal.
//!
//! Rules: lower case; canonical decomposition with combining marks dropped (é → e), but letters of their own are kept
//! (й, ї, also where letter and mark are written apart); ß → ss, ø → o, ł → l, đ → d, æ → ae, œ → oe, ё → е; full-width forms become plain ones.

use unicode_normalization::char::{decompose_canonical, decompose_compatible, is_combining_mark};

/// Whether the character belongs to a script that is written without spaces between words: each is a token of its own.
pub const fn is_unspaced(character: char) -> bool {
    matches!(character as u32,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF
        | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x20000..=0x3FFFF)
}

/// Whether the character is one of the apostrophes that stand inside words.
pub const fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | 'ʼ' | '‘' | '´' | '′')
}

/// Appends the folded form of one character; marks and invisible characters add nothing.
pub fn fold_char(character: char, out: &mut String) {
    if character.is_ascii() {
        out.push(character.to_ascii_lowercase());
        return;
    }
    let plain = match character {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' | 'İ' => "i",
        'й' | 'Й' => "й",
        'ї' | 'Ї' => "ї",
        'ё' | 'Ё' => "е",
        'ς' => "σ",
        // A letter of its own, written as letter and mark.
        '\u{306}' if out.ends_with('и') => {
            out.pop();
            "й"
        }
        '\u{308}' if out.ends_with('і') => {
            out.pop();
            "ї"
        }
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => "",
        _ => {
            fold_other(character, out);
            return;
        }
    };
    out.push_str(plain);
}

fn fold_other(character: char, out: &mut String) {
    let keep_marks = is_unspaced(character);
    let mut push = |decomposed: char| {
        if keep_marks || !is_combining_mark(decomposed) {
            out.push(decomposed);
        }
    };
    if matches!(character as u32, 0xFF01..=0xFF65 | 0xFB00..=0xFB06) {
        decompose_compatible(character, |plain| plain.to_lowercase().for_each(&mut push));
    } else {
        character.to_lowercase().for_each(|lower| decompose_canonical(lower, &mut push));
    }
}

/// The folded form of a text, white space and punctuation kept.
///
/// ```
/// assert_eq!(wirewatch::text::fold::fold("Łódź, Ёлка, Straße"), "lodz, елка, strasse");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        fold_char(character, &mut out);
    }
    out
}
