//! The words of an article with what a search for names needs to know of each.

use std::ops::Range;

use crate::extract::lexicon::Lexicons;
use crate::extract::lexicon::trie::Trie;
use crate::extract::lexicon::words::{COMMON_WORDS, STOP_WORDS, is_in};
use crate::extract::reading::Reading;
use crate::extract::tagger;
use crate::model::span::Span;
use crate::text::fold::is_apostrophe;
use crate::text::hash::WordMap;

/// What stands between a word and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// Nothing or a space.
    Space,
    /// A hyphen, a full stop inside a name, an ampersand, an apostrophe.
    Tight,
    /// A possessive ending: a new name begins.
    Possessive,
    /// Any other punctuation, or the begin of a sentence.
    Break,
}

/// A word and how it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) span: Span,
    pub(crate) capital: bool,
    /// Two or more letters, all capitals.
    pub(crate) all_caps: bool,
    /// Begins a sentence or stands after an opening mark: a capital says nothing.
    pub(crate) first: bool,
    pub(crate) gap: Gap,
    /// Index of its paragraph; `u32::MAX` outside all.
    pub(crate) paragraph: u32,
    pub(crate) sentence: u32,
}

/// An article made ready for the search.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) lexicons: &'a Lexicons,
    pub(crate) words: Vec<Word>,
    /// For each paragraph: whether it is written with capitals throughout, as headlines are.
    pub(crate) headings: Vec<Heading>,
    /// How often a folded word stands in small letters where a capital would mean something.
    small: WordMap<&'a str, u32>,
    pub(crate) english: bool,
}

/// How a paragraph uses capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    /// As sentences do.
    Sentence,
    /// Most Words Begin With a Capital.
    Title,
    /// ALL LETTERS ARE CAPITALS.
    Capitals,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(reading: &'a Reading<'a>, lexicons: &'a Lexicons) -> Self {
        let words = words_of(reading);
        let headings = reading.paragraphs.iter().map(|paragraph| heading(reading, &words, *paragraph)).collect();
        let mut small: WordMap<&str, u32> = WordMap::default();
        for (index, word) in words.iter().enumerate() {
            if !word.capital && word.paragraph != u32::MAX {
                *small.entry(reading.tokens.folded_at(index)).or_default() += 1;
            }
        }
        Self { reading, lexicons, words, headings, small, english: matches!(reading.language, "en" | "und") }
    }

    pub(crate) fn folded(&self, index: usize) -> &str {
        self.reading.tokens.folded_at(index)
    }

    pub(crate) fn word(&self, index: usize) -> Option<&Word> {
        self.words.get(index)
    }

    /// The folded word before, when nothing but space stands between.
    pub(crate) fn before(&self, index: usize) -> &str {
        match (self.words.get(index), index.checked_sub(1)) {
            (Some(word), Some(before)) if matches!(word.gap, Gap::Space | Gap::Tight | Gap::Possessive) => self.folded(before),
            _ => "",
        }
    }

    /// The folded word at an index, when nothing but space stands before it.
    pub(crate) fn after(&self, index: usize) -> &str {
        match self.words.get(index) {
            Some(word) if matches!(word.gap, Gap::Space | Gap::Tight | Gap::Possessive) => self.folded(index),
            _ => "",
        }
    }

    pub(crate) fn span(&self, words: &Range<usize>) -> Span {
        match (self.words.get(words.start), words.end.checked_sub(1).and_then(|last| self.words.get(last))) {
            (Some(first), Some(last)) => {
                let mut span = first.span.hull(last.span);
                // The last full stop of "U.S." belongs to the name.
                let dotted = last.all_caps && last.span.of(self.reading.text).contains('.');
                if dotted && self.reading.text.as_bytes().get(span.end) == Some(&b'.') {
                    span.end += 1;
                }
                // So does the mark that closes the name of a firm: "ООО «Пример»".
                let written = span.of(self.reading.text);
                if written.contains('«')
                    && !written.contains('»')
                    && self.reading.text.get(span.end..).is_some_and(|rest| rest.starts_with('»'))
                {
                    span.end += '»'.len_utf8();
                }
                span
            }
            _ => Span::default(),
        }
    }

    pub(crate) fn heading_of(&self, index: usize) -> Heading {
        self.words.get(index).and_then(|word| self.headings.get(word.paragraph as usize)).copied().unwrap_or(Heading::Sentence)
    }

    /// Whether a capital here tells a name: not where every word has one.
    pub(crate) fn capital_tells(&self, index: usize) -> bool {
        self.heading_of(index) == Heading::Sentence && self.words.get(index).is_some_and(|word| word.capital && !word.first)
    }

    /// Whether the word is an ordinary one: of the lists, or written small elsewhere in this article.
    pub(crate) fn is_ordinary(&self, index: usize) -> bool {
        let folded = self.folded(index);
        let first = self.words.get(index).is_some_and(|word| word.first);
        let common = || !self.english && tagger::is_common(self.reading.language, folded);
        is_in(STOP_WORDS, folded) || (first && (is_in(COMMON_WORDS, folded) || self.small.contains_key(folded) || common()))
    }

    /// The end of the longest phrase of a trie that begins at a word, and its node; `fits` chooses among its values.
    pub(crate) fn longest<T>(
        &self,
        trie: &Trie,
        ids: &[u32],
        from: usize,
        mut fits: impl FnMut(&[u32], Range<usize>) -> Option<T>,
    ) -> Option<(Range<usize>, T)> {
        let mut node = 0;
        let mut best = None;
        for (index, id) in ids.iter().enumerate().skip(from) {
            let joined =
                index == from || self.words.get(index).is_some_and(|word| matches!(word.gap, Gap::Space | Gap::Tight | Gap::Possessive));
            if !joined {
                break;
            }
            let Some(next) = trie.step(node, *id) else { break };
            node = next;
            let values = trie.values(node);
            if !values.is_empty()
                && let Some(value) = fits(values, from..index + 1)
            {
                best = Some((from..index + 1, value));
            }
        }
        best
    }
}

fn words_of(reading: &Reading<'_>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::with_capacity(reading.tokens.len());
    let (mut paragraph, mut sentence) = (0, 0);
    let mut before: Option<(Span, u32, u32)> = None;
    for token in reading.tokens.iter() {
        let start = token.span.start;
        while reading.paragraphs.get(paragraph).is_some_and(|span| span.end <= start) {
            paragraph += 1;
        }
        while reading.sentences.get(sentence).is_some_and(|span| span.end <= start) {
            sentence += 1;
        }
        let inside = reading.paragraphs.get(paragraph).is_some_and(|span| span.covers(start));
        let paragraph_number = if inside { u32::try_from(paragraph).unwrap_or(u32::MAX) } else { u32::MAX };
        let sentence_number = u32::try_from(sentence).unwrap_or(u32::MAX);
        let written = reading.of(token.span);
        let (gap, opened) = match before {
            Some((span, in_paragraph, in_sentence)) if in_paragraph == paragraph_number && in_sentence == sentence_number => {
                let between = Span::new(span.end, start).of(reading.text);
                if between == " " {
                    (Gap::Space, false)
                } else {
                    (
                        gap(between, reading.of(span)),
                        between.ends_with(['"', '“', '«', '„', '‘', ':', '(', '•', '—', '「']) && between.trim().chars().count() > 0,
                    )
                }
            }
            _ => (Gap::Break, true),
        };
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        let mut letters = written.chars().filter(|c| c.is_alphabetic());
        let all_caps = capital && letters.all(char::is_uppercase) && written.chars().filter(|c| c.is_alphabetic()).count() > 1;
        let first = opened || (gap == Gap::Break && before.is_some_and(|(_, _, in_sentence)| in_sentence != sentence_number));
        words.push(Word { span: token.span, capital, all_caps, first, gap, paragraph: paragraph_number, sentence: sentence_number });
        before = Some((token.span, paragraph_number, sentence_number));
    }
    words
}

fn gap(between: &str, before: &str) -> Gap {
    let mut rest = between;
    if let Some(apostrophe) = rest.chars().next().filter(|c| is_apostrophe(*c)) {
        let after = rest.get(apostrophe.len_utf8()..).unwrap_or_default();
        if let Some(after) = after.strip_prefix(['s', 'S']) {
            return if after.trim().is_empty() { Gap::Possessive } else { Gap::Break };
        }
        if after.starts_with(' ') && before.ends_with(['s', 'z', 'x', 'S']) && after.trim().is_empty() {
            return Gap::Possessive;
        }
        rest = if after.is_empty() { "" } else { rest };
    }
    if rest.contains("\n\n") {
        return Gap::Break;
    }
    match rest.trim() {
        "" => Gap::Space,
        "-" | "‑" | "‐" | "&" | "/" | "+" | "_" if rest.len() <= 5 => Gap::Tight,
        // A full stop joins inside a name ("Lenta.ru") and after an initial or a short abbreviation ("J. Smith", "St. Petersburg").
        "." if rest == "." || before.chars().count() <= 3 => Gap::Tight,
        _ => Gap::Break,
    }
}

fn heading(reading: &Reading<'_>, words: &[Word], paragraph: Span) -> Heading {
    let inside: Vec<&Word> =
        words.get(reading.tokens.inside(paragraph)).unwrap_or_default().iter().filter(|word| word.span.len() >= 4).collect();
    let ends = reading.of(paragraph).trim_end().ends_with(['.', '!', '?', '…', ':', '”', '"', '»', '“']);
    let headline = reading.headline().is_some_and(|headline| headline.contains(paragraph));
    if inside.len() < 2 || inside.len() > 40 || (ends && !headline) {
        return Heading::Sentence;
    }
    let capitals = inside.iter().filter(|word| word.all_caps).count();
    let titled = inside.iter().filter(|word| word.capital).count();
    if inside.len() >= 3 && capitals * 10 >= inside.len() * 7 {
        Heading::Capitals
    } else if titled * 10 >= inside.len() * 8 && inside.len() >= 4 || (titled == inside.len() && inside.len() >= 3) {
        Heading::Title
    } else {
        Heading::Sentence
    }
}
