//! Text from outside, made harmless for a terminal and for a line of a log.

/// Puts a space in the place of everything that steers a terminal or the direction of writing, and of line breaks.
///
/// ```
/// assert_eq!(wirewatch::deliver::plain::one_line("a\u{1b}[31mb\r\nc\u{202e}d"), "a [31mb  c d");
/// ```
pub fn one_line(text: &str) -> String {
    text.chars().map(|character| if steers(character) { ' ' } else { character }).collect()
}

/// The same, but line feeds stay.
///
/// ```
/// assert_eq!(wirewatch::deliver::plain::lines("a\nb\u{9b}c"), "a\nb c");
/// ```
pub fn lines(text: &str) -> String {
    text.chars().map(|character| if character != '\n' && steers(character) { ' ' } else { character }).collect()
}

/// Controls of both kinds, line and paragraph separators, and the characters that turn the direction of writing.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
