//! What an article is about, in a form that can be compared, kept and read back.

use std::collections::BTreeMap;

use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::span::Span;
use crate::text::stem::Stems;
use crate::text::token::Tokens;

/// Words of an article that are looked at: news says first what it is about.
const WORDS_MAX: usize = 200;
/// Bytes in which so many words are looked for.
const BYTES_MAX: usize = 4_000;
/// A word at this place counts half as much as the first one.
const HALF_AT: f32 = 45.0;
/// A name says more about which event it is than another word does, and a number more than a name.
const NAME: f32 = 1.6;
const NUMBER: f32 = 3.0;
/// What words of two, three and four letters count that are neither names nor numbers: the shorter a word, the commoner it is, in
/// every language with an alphabet. Rareness learns that too, but not from the first few hundred articles.
const SHORT: [f32; 3] = [0.4, 0.5, 0.8];
/// Marks that mean the same in every language: actors who are known, and numbers.
const MARKS_MAX: usize = 24;
/// A line that is longer is no headline.
const HEADLINE_BYTES_MAX: usize = 250;
/// Bits of a word's place in the table of rareness.
pub(super) const PLACE_BITS: u32 = 20;
/// Steps of a weight between nought and one.
const STEPS: f32 = 256.0;
/// The form in which signatures are kept.
const FORM: u8 = 1;

/// What an article is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signature {
    /// Places of stems in the table of rareness, each with its weight in the low bits; sorted.
    pub(super) terms: Vec<Term>,
    /// Known actors and numbers, hashed; sorted.
    pub(super) marks: Vec<u32>,
    /// Which numbers stand in the headline, hashed; nought for none.
    pub(super) headline_numbers: u32,
    /// The language, hashed.
    pub(super) language: u32,
    /// The fingerprint of the whole text; `None` for a text without words.
    pub(super) fingerprint: Option<u64>,
}

/// A word and its weight in four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term(u32);

impl Term {
    fn new(hash: u32, weight: f32) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded just before")]
        let steps = (weight.clamp(0.0, 15.9) * STEPS) as u32;
        Self((hash >> (32 - PLACE_BITS)) << (32 - PLACE_BITS) | steps)
    }

    /// Its place in the table.
    pub(super) const fn place(self) -> usize {
        (self.0 >> (32 - PLACE_BITS)) as usize
    }

    /// Its weight.
    pub(super) fn weight(self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "twelve bits")]
        let steps = (self.0 & ((1 << (32 - PLACE_BITS)) - 1)) as f32;
        steps / STEPS
    }
}

/// What of an article makes its signature, wherever it comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// The headline, where it stands apart from the text.
    pub title: Option<&'a str>,
    /// The text; its first line counts as the headline where none stands apart.
    pub text: &'a str,
    /// ISO 639-1 code.
    pub language: &'a str,
    /// Identities of actors that mean the same in every language.
    pub actors: &'a [&'a str],
    /// [`crate::extract::fingerprint`] of the text.
    pub fingerprint: Option<u64>,
}

impl Signature {
    /// Reads what there is of an article.
    pub fn new(source: &Source<'_>) -> Self {
        let stems = Stems::new(source.language);
        let mut counts: BTreeMap<u32, (f32, bool)> = BTreeMap::new();
        let mut marks: Vec<u32> = source.actors.iter().map(|actor| hash("@", actor)).collect();
        let mut headline_numbers = 0;
        let text = beginning(source.text);
        let mut at = 0;
        if let Some(title) = source.title {
            at = count(&mut counts, &mut marks, &mut headline_numbers, title, title.len(), at, &stems);
        }
        let headline = if source.title.is_some() { 0 } else { first_line(text) };
        count(&mut counts, &mut marks, &mut headline_numbers, text, headline, at, &stems);
        let mut terms: Vec<Term> = counts
            .into_iter()
            .map(|(hash, (weight, is_name))| {
                let dampened = if weight >= 1.0 { 1.0 + weight.ln() } else { weight };
                Term::new(hash, if is_name { dampened * NAME } else { dampened })
            })
            .collect();
        terms.sort_unstable();
        marks.sort_unstable();
        marks.dedup();
        marks.truncate(MARKS_MAX);
        Self { terms, marks, headline_numbers, language: hash("", source.language), fingerprint: source.fingerprint }
    }

    /// Reads an article and what was found in it.
    pub fn of(article: &Article, extraction: &Extraction) -> Self {
        let apart = article.headline.as_ref().filter(|headline| headline.span.is_none()).map(|headline| headline.value.as_str());
        let actors: Vec<&str> = extraction.actors.iter().filter(|actor| actor.known).map(|actor| actor.id.as_str()).collect();
        Self::new(&Source {
            title: apart,
            text: &article.text,
            language: extraction.language.as_ref().map_or("und", |language| language.code.as_str()),
            actors: &actors,
            fingerprint: extraction.fingerprint,
        })
    }

    /// The same for a text with another fingerprint.
    #[must_use]
    pub fn with_fingerprint(&self, fingerprint: u64) -> Self {
        Self { fingerprint: Some(fingerprint), ..self.clone() }
    }

    /// The form in which it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORM, u8::from(self.fingerprint.is_some())];
        bytes.extend(self.fingerprint.unwrap_or(0).to_le_bytes());
        bytes.extend(self.language.to_le_bytes());
        bytes.extend(self.headline_numbers.to_le_bytes());
        bytes.push(u8::try_from(self.marks.len()).unwrap_or(u8::MAX));
        for number in self.marks.iter().copied().chain(self.terms.iter().map(|term| term.0)) {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] gave; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(19)?;
        let (form, has_fingerprint, marks) = (*head.first()?, *head.get(1)?, usize::from(*head.get(18)?));
        let fingerprint = u64::from_le_bytes(head.get(2..10)?.try_into().ok()?);
        let number = |from: usize| Some(u32::from_le_bytes(head.get(from..from + 4)?.try_into().ok()?));
        let numbers: Vec<u32> = rest.chunks_exact(4).filter_map(|four| four.try_into().ok().map(u32::from_le_bytes)).collect();
        if form != FORM || rest.len() % 4 != 0 || numbers.len() < marks {
            return None;
        }
        let (marks, terms) = numbers.split_at(marks);
        Some(Self {
            terms: terms.iter().copied().map(Term).collect(),
            marks: marks.to_vec(),
            headline_numbers: number(14)?,
            language: number(10)?,
            fingerprint: (has_fingerprint == 1).then_some(fingerprint),
        })
    }

    /// Whether both headlines name numbers, and not the same ones: then two like texts are two reports of one kind, such as those
    /// of two earthquakes, two matches or two sittings.
    pub(super) const fn contradict(one: u32, other: u32) -> bool {
        one != 0 && other != 0 && one != other
    }
}

/// As much of a text as holds the words that are looked at.
fn beginning(text: &str) -> &str {
    let end = (0..=text.len().min(BYTES_MAX)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// Where the first line ends, where it can be a headline.
fn first_line(text: &str) -> usize {
    let end = text.find('\n').unwrap_or(text.len());
    if end <= HEADLINE_BYTES_MAX { end } else { 0 }
}

/// Counts the words of a text of which the first bytes are a headline; gives the place after the last word.
fn count(
    counts: &mut BTreeMap<u32, (f32, bool)>,
    marks: &mut Vec<u32>,
    headline_numbers: &mut u32,
    text: &str,
    headline: usize,
    from: usize,
    stems: &Stems,
) -> usize {
    let tokens = Tokens::new(text);
    let mut after = None;
    let mut at = from;
    for token in tokens.iter().take(WORDS_MAX.saturating_sub(from)) {
        let begins = after.is_none_or(|end| Span::new(end, token.span.start).of(text).contains(['.', '!', '?', '\n', '"', '“', '«']));
        after = Some(token.span.end);
        at += 1;
        let folded = tokens.folded(token);
        let is_number = folded.starts_with(|first: char| first.is_ascii_digit());
        if is_number && token.span.end <= headline {
            *headline_numbers = headline_numbers.wrapping_add(hash("#", folded).max(1));
        }
        if folded.chars().nth(1).is_none() && folded.is_ascii() {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "some hundred words")]
        let mut weight = 1.0 / (1.0 + (at - 1) as f32 / HALF_AT);
        if is_number {
            weight *= NUMBER;
            marks.push(hash("#", folded));
        }
        let is_capital = token.span.of(text).chars().next().is_some_and(char::is_uppercase);
        if !is_number && !is_capital {
            weight *= folded.chars().count().checked_sub(2).and_then(|over| SHORT.get(over)).copied().unwrap_or(1.0);
        }
        let is_name = !is_number && !begins && is_capital;
        let entry = counts.entry(hash("", &stems.stem(folded))).or_default();
        entry.0 += weight;
        entry.1 |= is_name;
    }
    at
}

/// FNV-1a, 32 bits, its bits spread over each other: the same on every machine and in every build.
pub(super) fn hash(kind: &str, word: &str) -> u32 {
    let fnv = kind.bytes().chain(word.bytes()).fold(0x811c_9dc5, |state: u32, byte| (state ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mixed = (fnv ^ (fnv >> 16)).wrapping_mul(0x7feb_352d);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x846c_a68b);
    mixed ^ (mixed >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_reads_back_as_it_was_kept() {
        let text = "Report 12 from Gotland\n\nThe ferry of 1,200 tonnes left Visby on Monday.";
        let source = Source { text, language: "en", actors: &["sweden"], fingerprint: Some(7), ..Source::default() };
        let signature = Signature::new(&source);
        assert!(signature.terms.len() > 5 && signature.marks.len() > 1 && signature.headline_numbers != 0);
        assert_eq!(Signature::from_bytes(&signature.to_bytes()), Some(signature.clone()));
        assert_eq!(Signature::from_bytes(&Signature::default().to_bytes()), Some(Signature::default()));
        for cut in 0..signature.to_bytes().len() {
            if let Some(read) = signature.to_bytes().get(..cut).and_then(Signature::from_bytes) {
                assert!(read.terms.len() < signature.terms.len());
            }
        }
        assert_eq!(Signature::from_bytes(b"anything else that is long enough"), None);
    }

    #[test]
    fn numbers_of_headlines_contradict_each_other() {
        let numbers = |title| Signature::new(&Source { title: Some(title), language: "en", ..Source::default() }).headline_numbers;
        let quake = numbers("Magnitude 5.1 earthquake off Honshu");
        assert!(Signature::contradict(quake, numbers("Magnitude 4.7 earthquake off Honshu")));
        assert!(!Signature::contradict(quake, numbers("Earthquake off Honshu")));
        assert!(Signature::contradict(quake, numbers("Quake of 5.1 hits Honshu, 3 hurt")));
        assert!(!Signature::contradict(quake, numbers("Honshu quake has magnitude 5.1")));
    }
}
