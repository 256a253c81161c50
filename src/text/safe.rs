//! Text from outside, made safe to show: on a terminal, in a log, in a mail.

/// Whether a character must not be shown as it is: it steers a terminal, turns the direction of writing, breaks a line where
/// none is meant, or cannot be seen at all and would hide a difference.
///
/// ```
/// use wirewatch::text::safe::is_unsafe;
/// assert!(is_unsafe('\u{1b}') && is_unsafe('\u{202e}') && is_unsafe('\n') && is_unsafe('\u{ad}'));
/// assert!(!is_unsafe('é') && !is_unsafe('\u{200d}'));
/// ```
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text on one line: white space and control characters become single spaces, other unsafe characters are left out.
///
/// ```
/// assert_eq!(wirewatch::text::safe::one_line(" a\u{1b}[31mb\r\n\tc \u{202e}d"), "a [31mb c d");
/// ```
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            space = !out.is_empty();
        } else if !is_unsafe(character) {
            if space {
                out.push(' ');
                space = false;
            }
            out.push(character);
        }
    }
    out
}

/// The text with its spaces and line feeds: other control characters become spaces, other unsafe characters are left out.
///
/// ```
/// assert_eq!(wirewatch::text::safe::lines("  a\n\u{9b}b\u{202e}c"), "  a\n bc");
/// ```
pub fn lines(text: &str) -> String {
    let safe = |character: char| match character {
        '\n' => Some('\n'),
        _ if character.is_control() => Some(' '),
        _ => (!is_unsafe(character)).then_some(character),
    };
    text.chars().filter_map(safe).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{is_unsafe, lines, one_line};

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in any::<String>()) {
            let line = one_line(&text);
            assert!(!line.chars().any(is_unsafe), "{line:?}");
            assert_eq!(one_line(&line), line);
            assert!(!lines(&text).chars().any(|character| character != '\n' && is_unsafe(character)));
        }
    }
}
