//! Words with their places and folded forms.

use crate::model::span::Span;
use crate::text::fold::{fold_char, is_apostrophe, is_unspaced};

/// The words of a text in order.
///
/// A word is a run of letters and digits. Apostrophes join (O'Brien), a possessive 's is dropped, an elided article is a
/// word of its own (L'Équipe), single letters with full stops are one word (U.S.), each character of a script without
/// spaces is a word, and a web address is one word that folds to nothing, so that no query ever matches inside it.
#[derive(Debug, Default, Clone)]
pub struct Tokens {
    tokens: Vec<Token>,
    /// The text in small letters, in which a word of ASCII letters and digits has its folded form at its own place; behind it
    /// the folded forms of all other words.
    folded: String,
}

/// One word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, without a possessive ending.
    pub span: Span,
    folded: Span,
}

impl Tokens {
    /// Splits the text.
    ///
    /// ```
    /// use wirewatch::text::token::Tokens;
    /// let tokens = Tokens::new("The Kremlin’s L’Équipe in the U.S., see https://example.org/ukraine.");
    /// let folded: Vec<&str> = tokens.iter().map(|token| tokens.folded(token)).collect();
    /// assert_eq!(folded, ["the", "kremlin", "l", "equipe", "in", "the", "us", "see", ""]);
    /// ```
    pub fn new(text: &str) -> Self {
        let mut made = Self { tokens: Vec::with_capacity(text.len() / 6), folded: String::with_capacity(text.len() + text.len() / 8) };
        made.folded.push_str(text);
        made.folded.make_ascii_lowercase();
        let bytes = text.as_bytes();
        let mut position = 0;
        while let Some(byte) = bytes.get(position) {
            position += if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                1
            } else if byte.is_ascii() {
                if let Some(length) = plain(bytes.get(position..).unwrap_or_default()) {
                    let span = Span::new(position, position + length);
                    made.tokens.push(Token { span, folded: span });
                    length
                } else {
                    made.word(text, position)
                }
            } else {
                let Some(character) = text.get(position..).and_then(|rest| rest.chars().next()) else { break };
                if is_unspaced(character) && character.is_alphanumeric() {
                    made.push(position, position + character.len_utf8(), |out| fold_char(character, out));
                    character.len_utf8()
                } else if character.is_alphanumeric() {
                    made.word(text, position)
                } else {
                    character.len_utf8()
                }
            };
        }
        made
    }

    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The words in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Token> + ExactSizeIterator {
        self.tokens.iter()
    }

    /// The words as a slice.
    #[inline]
    pub fn as_slice(&self) -> &[Token] {
        &self.tokens
    }

    /// The folded form of a word of this text.
    #[inline]
    pub fn folded(&self, token: &Token) -> &str {
        token.folded.of(&self.folded)
    }

    /// The folded form of the word at an index; empty beyond the end.
    #[inline]
    pub fn folded_at(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| self.folded(token))
    }

    /// The bytes of the folded form of the word at an index; none beyond the end.
    #[inline]
    pub fn folded_bytes_at(&self, index: usize) -> &[u8] {
        let folded = self.tokens.get(index).map_or(Span::default(), |token| token.folded);
        self.folded.as_bytes().get(folded.start..folded.end).unwrap_or_default()
    }

    /// The index of the first word that begins at or after the byte position.
    pub fn index_at(&self, byte: usize) -> usize {
        self.tokens.partition_point(|token| token.span.start < byte)
    }

    /// The indices of the words that lie wholly inside the span.
    pub fn inside(&self, span: Span) -> std::ops::Range<usize> {
        let first = self.index_at(span.start);
        let last = self.tokens.partition_point(|token| token.span.end <= span.end);
        first..last.max(first)
    }

    fn push(&mut self, start: usize, end: usize, fold: impl FnOnce(&mut String)) {
        let from = self.folded.len();
        fold(&mut self.folded);
        let folded = Span::new(from, self.folded.len());
        self.tokens.push(Token { span: Span::new(start, end), folded });
    }

    /// Reads the word that begins at `start` and gives the bytes it took.
    fn word(&mut self, text: &str, start: usize) -> usize {
        let rest = text.get(start..).unwrap_or_default();
        if let Some(length) = address(rest) {
            self.push(start, start + length, |_| ());
            return length;
        }
        if let Some(length) = initials(rest) {
            self.push(start, start + length, |out| rest.chars().take(length).filter(|c| *c != '.').for_each(|c| fold_char(c, out)));
            return length;
        }
        let from = self.folded.len();
        let mut end = 0;
        let mut characters = rest.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if is_apostrophe(character) {
                if !characters.peek().is_some_and(|(_, next)| next.is_alphanumeric() && !is_unspaced(*next)) {
                    break;
                }
                if is_elision(Span::new(from, self.folded.len()).of(&self.folded)) {
                    break;
                }
                if is_possessive(rest.get(at + character.len_utf8()..).unwrap_or_default()) {
                    break;
                }
            } else if is_part_of_word(character) {
                fold_char(character, &mut self.folded);
                end = at + character.len_utf8();
            } else {
                break;
            }
        }
        let taken = end.max(1);
        self.tokens.push(Token { span: Span::new(start, start + end), folded: Span::new(from, self.folded.len()) });
        taken + possessive_length(rest.get(end..).unwrap_or_default())
    }
}

/// Length of a word of ASCII letters and digits that begins here, when it is one that needs no further look: nothing follows
/// that may belong to it, and it does not begin initials or an address.
fn plain(rest: &[u8]) -> Option<usize> {
    let length = rest.iter().position(|byte| !is_letter_or_digit(*byte)).unwrap_or(rest.len());
    let word = rest.get(..length).filter(|word| !word.is_empty())?;
    let is_plain = match rest.get(length) {
        Some(b'.') => length > 1 && !word.eq_ignore_ascii_case(b"www"),
        Some(b':') => !(word.eq_ignore_ascii_case(b"http") || word.eq_ignore_ascii_case(b"https")),
        Some(next) => next.is_ascii() && *next != b'\'',
        None => true,
    };
    is_plain.then_some(length)
}

/// By a table, since this is asked of every byte of every text.
fn is_letter_or_digit(byte: u8) -> bool {
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte: u8 = 0;
        while byte < 128 {
            table[byte as usize] = byte.is_ascii_alphanumeric();
            byte += 1;
        }
        table
    };
    TABLE.get(usize::from(byte)).is_some_and(|is| *is)
}

fn is_part_of_word(character: char) -> bool {
    (character.is_alphanumeric() && !is_unspaced(character))
        || unicode_normalization::char::is_combining_mark(character)
        || matches!(character, '\u{ad}' | '\u{200c}' | '\u{200d}')
}

/// French and Italian articles and pronouns that lose their vowel.
fn is_elision(folded: &str) -> bool {
    matches!(
        folded,
        "l" | "d" | "j" | "m" | "t" | "s" | "n" | "c" | "qu" | "jusqu" | "lorsqu" | "puisqu" | "dell" | "nell" | "sull" | "all" | "dall"
    )
}

/// Whether what follows an apostrophe is the possessive ending alone.
fn is_possessive(after: &str) -> bool {
    let mut characters = after.chars();
    matches!(characters.next(), Some('s' | 'S')) && !characters.next().is_some_and(is_part_of_word)
}

/// Bytes of a possessive ending that follows a word.
fn possessive_length(after: &str) -> usize {
    let mut characters = after.chars();
    match characters.next() {
        Some(mark) if is_apostrophe(mark) && is_possessive(characters.as_str()) => mark.len_utf8() + 1,
        _ => 0,
    }
}

/// Length of a web address that begins here.
fn address(rest: &str) -> Option<usize> {
    let starts = |prefix: &str| rest.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    if !(starts("http://") || starts("https://") || starts("www.")) {
        return None;
    }
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '”' | '»')).unwrap_or(rest.len());
    let trimmed = rest.get(..end)?.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
    Some(trimmed.len().max(1))
}

/// Length of an acronym written with full stops, such as `U.S.` or `U.S`; ASCII letters only.
fn initials(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut length = 0;
    let mut letters = 0;
    while bytes.get(length).is_some_and(u8::is_ascii_alphabetic) && bytes.get(length + 1) == Some(&b'.') {
        length += 2;
        letters += 1;
    }
    if letters >= 1
        && bytes.get(length).is_some_and(u8::is_ascii_alphabetic)
        && !bytes.get(length + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80)
    {
        length += 1;
        letters += 1;
    } else if letters >= 1 && bytes.get(length).is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80) {
        return None;
    }
    (letters >= 2).then(|| if bytes.get(length - 1) == Some(&b'.') { length - 1 } else { length })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Tokens;
    use crate::text::fold::{fold_char, is_unspaced};

    fn shown(text: &str) -> String {
        let tokens = Tokens::new(text);
        let words: Vec<String> = tokens.iter().map(|token| format!("{}={}", token.span.of(text), tokens.folded(token))).collect();
        words.join(" ")
    }

    #[test]
    fn hard_cases() {
        insta::assert_snapshot!(shown("Kremlin’s O'Brien's boys' don't"), @"Kremlin=kremlin O'Brien=obrien boys=boys don't=dont");
        insta::assert_snapshot!(shown("l’Équipe aujourd'hui dell'Unione"), @"l=l Équipe=equipe aujourd'hui=aujourdhui dell=dell Unione=unione");
        insta::assert_snapshot!(shown("the U.S. and U.S.-led U.N. a.m. J. Smith"), @"the=the U.S=us and=and U.S=us led=led U.N=un a.m=am J=j Smith=smith");
        insta::assert_snapshot!(shown("習近平 said www.example.org/a?b. Да"), @"習=習 近=近 平=平 said=said www.example.org/a?b= Да=да");
        insta::assert_snapshot!(shown("об'єднання Київ Straße ＮＡＴＯ"), @"об'єднання=обєднання Київ=київ Straße=strasse ＮＡＴＯ=nato");
        assert_eq!(shown("e\u{301}te\u{301}"), "e\u{301}te\u{301}=ete");
        let apart = Tokens::new("Лавров: мои\u{306} украі\u{308}нськии\u{306} и\u{301} и");
        let folded: Vec<&str> = apart.iter().map(|token| apart.folded(token)).collect();
        assert_eq!(folded, ["лавров", "мой", "український", "и", "и"]);
    }

    /// The words as they are read letter by letter.
    fn read_by_letters(text: &str) -> Tokens {
        let mut made = Tokens::default();
        let mut position = 0;
        while let Some(character) = text.get(position..).and_then(|rest| rest.chars().next()) {
            position += if is_unspaced(character) && character.is_alphanumeric() {
                made.push(position, position + character.len_utf8(), |out| fold_char(character, out));
                character.len_utf8()
            } else if character.is_alphanumeric() {
                made.word(text, position)
            } else {
                character.len_utf8()
            };
        }
        made
    }

    proptest! {
        #[test]
        fn plain_words_are_read_as_all_others(
            text in "((\\PC{0,3}|[A-Za-z0-9.'’:/é\u{301}-]{0,4}|U\\.S\\.|www\\.|https?://|O'Brien's|Kyiv|习近|и\u{306})[ .,:\n]?){0,12}",
        ) {
            let words = |tokens: &Tokens| tokens.iter().map(|token| (token.span, tokens.folded(token).to_owned())).collect::<Vec<_>>();
            prop_assert_eq!(words(&Tokens::new(&text)), words(&read_by_letters(&text)));
        }
    }
}
