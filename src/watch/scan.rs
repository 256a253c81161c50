//! One article as the queries see it: every word with its place, read once for all watches.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::span::Span;
use crate::text::keys::Keys;
use crate::text::token::Tokens;
use crate::watch::forms::Forms;

/// One article as the queries see it.
///
/// Its words are those of headline, standfirst and body. A headline or standfirst that does not stand in the article's text
/// (a title that was given beside the text) comes before the others, as a paragraph of its own.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) article: &'a Article,
    pub(crate) extraction: &'a Extraction,
    segments: Vec<Segment<'a>>,
    words: Vec<Word>,
    /// The first word of the article's own text.
    own: u32,
    /// All words by folded form, then place.
    sorted: OnceCell<Vec<u32>>,
    forms: OnceCell<Forms>,
    /// Where words of the queries stand: the same one is asked for again by other queries.
    found: RefCell<HashMap<Box<str>, Rc<[u32]>, Keys>>,
    pub(crate) headline: Vec<Range<u32>>,
    pub(crate) lead: Vec<Range<u32>>,
    pub(crate) body: Vec<Range<u32>>,
    pub(crate) paragraphs: Vec<Range<u32>>,
    sentences: OnceCell<Vec<Range<u32>>>,
}

#[derive(Debug)]
struct Segment<'a> {
    text: &'a str,
    tokens: Tokens,
    field: Option<&'static str>,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    segment: u32,
    token: u32,
    /// Where it stands in the text of its segment.
    span: Span,
}

/// Words of a span that are counted one by one before their end is searched for.
const NEAR_WORDS: usize = 8;

/// The fields a word can stand in.
pub(crate) const HEADLINE: &str = "headline";
pub(crate) const STANDFIRST: &str = "standfirst";
pub(crate) const BODY: &str = "body";

impl<'a> Scan<'a> {
    /// Reads the article once.
    pub(crate) fn new(article: &'a Article, extraction: &'a Extraction) -> Self {
        let mut made = Self {
            article,
            extraction,
            segments: Vec::new(),
            words: Vec::new(),
            own: 0,
            sorted: OnceCell::new(),
            forms: OnceCell::new(),
            found: RefCell::default(),
            headline: Vec::new(),
            lead: Vec::new(),
            body: Vec::new(),
            paragraphs: Vec::new(),
            sentences: OnceCell::new(),
        };
        made.beside();
        made.text();
        made
    }

    /// Headline and standfirst that do not stand in the text.
    fn beside(&mut self) {
        let article = self.article;
        for (field, value) in [(HEADLINE, &article.headline), (STANDFIRST, &article.standfirst)] {
            let Some(value) = value.as_ref().filter(|value| value.span.is_none()) else { continue };
            // A text that was given with its title holds it already, only nobody marked it.
            if value.value.trim().is_empty() || (field == STANDFIRST && article.text.contains(value.value.as_str())) {
                continue;
            }
            let range = self.segment(&value.value, Some(field), |_| true);
            if field == HEADLINE {
                self.headline.push(range.clone());
            }
            self.lead.push(range.clone());
            self.paragraphs.push(range);
        }
    }

    fn text(&mut self) {
        let article = self.article;
        let span_of = |value: &Option<crate::model::article::Sourced<String>>| value.as_ref().and_then(|value| value.span);
        let headline = span_of(&article.headline);
        let standfirst = span_of(&article.standfirst);
        let body = if article.body.is_empty() && headline.is_none() { Span::new(0, article.text.len()) } else { article.body };
        self.own = self.count();
        let zones = [headline, standfirst, Some(body)];
        self.segment(&article.text, None, |span| zones.iter().flatten().any(|zone| zone.overlaps(span)));

        self.headline.extend(headline.map(|span| self.range(span)).filter(|range| !range.is_empty()));
        let first = article.paragraphs.first().copied();
        let lead: Vec<Range<u32>> = [headline, standfirst, first].into_iter().flatten().map(|span| self.range(span)).collect();
        self.lead = united(self.lead.iter().cloned().chain(lead));
        self.body.push(self.range(body));
        let paragraphs: Vec<Span> = if article.paragraphs.is_empty() { vec![body] } else { article.paragraphs.clone() };
        let heads = [headline, standfirst].into_iter().flatten();
        let ranges: Vec<Range<u32>> = heads.chain(paragraphs).map(|span| self.range(span)).collect();
        let paragraphs = parted(self.own..self.count(), ranges);
        self.paragraphs.extend(paragraphs);
    }

    /// Every sentence, in order. One never runs over the end of a paragraph, whatever the extraction says.
    pub(crate) fn sentences(&self) -> &[Range<u32>] {
        self.sentences.get_or_init(|| {
            let told: Vec<Range<u32>> = self.extraction.sentences.iter().map(|span| self.range(*span)).collect();
            let mut found = Vec::with_capacity(told.len().max(self.paragraphs.len()));
            for paragraph in &self.paragraphs {
                let inside = touching(&told, paragraph).iter().map(|s| s.start.max(paragraph.start)..s.end.min(paragraph.end));
                found.extend(parted(paragraph.clone(), inside.collect()));
            }
            found
        })
    }

    fn segment(&mut self, text: &'a str, field: Option<&'static str>, keep: impl Fn(Span) -> bool) -> Range<u32> {
        let start = self.count();
        let segment = u32::try_from(self.segments.len()).unwrap_or(0);
        let tokens = Tokens::new(text);
        self.words.reserve(tokens.len());
        for (index, token) in tokens.iter().enumerate() {
            if keep(token.span) {
                self.words.push(Word { segment, token: u32::try_from(index).unwrap_or(u32::MAX), span: token.span });
            }
        }
        self.segments.push(Segment { text, tokens, field });
        start..self.count()
    }

    /// The language whose stems are used: found, else declared, else the one that is most likely for the script. Only
    /// inflections depend on it.
    pub(crate) fn language(&self) -> String {
        let declared = self.article.language.as_ref().map(|language| language.value.as_str());
        let code = self.extraction.language.as_ref().map(|language| language.code.as_str()).or(declared);
        if let Some(code) = code {
            return code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        }
        let (mut letters, mut cyrillic) = (0, 0);
        for letter in self.article.text.chars().filter(|c| c.is_alphabetic()).take(1000) {
            letters += 1;
            cyrillic += usize::from(('\u{400}'..='\u{52f}').contains(&letter));
        }
        if cyrillic * 2 > letters { "ru" } else { "en" }.to_owned()
    }

    /// How many words there are.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.words.len()).unwrap_or(u32::MAX)
    }

    /// The first word of the article's own text; those before it are of a title beside it.
    pub(crate) const fn own(&self) -> u32 {
        self.own
    }

    /// The bytes of the folded form of every word, in order.
    pub(crate) fn each_folded(&self, mut use_word: impl FnMut(u32, &[u8])) {
        for (at, word) in (0..).zip(&self.words) {
            let segment = self.segments.get(word.segment as usize);
            use_word(at, segment.map_or(&[], |segment| segment.tokens.folded_bytes_at(word.token as usize)));
        }
    }

    /// All words.
    pub(crate) fn all(&self) -> Range<u32> {
        0..self.count()
    }

    #[inline]
    fn word(&self, at: u32) -> Option<(&Segment<'a>, Word)> {
        let word = *self.words.get(at as usize)?;
        Some((self.segments.get(word.segment as usize)?, word))
    }

    /// The folded form of a word.
    #[inline]
    pub(crate) fn folded(&self, at: u32) -> &str {
        self.word(at).map_or("", |(segment, word)| segment.tokens.folded_at(word.token as usize))
    }

    /// A word as it is written.
    #[inline]
    pub(crate) fn written(&self, at: u32) -> &'a str {
        self.word(at).map_or("", |(segment, word)| word.span.of(segment.text))
    }

    /// Where a folded word stands, in any inflection.
    pub(crate) fn positions(&self, word: &str) -> Rc<[u32]> {
        if let Some(known) = self.found.borrow().get(word) {
            return Rc::clone(known);
        }
        let forms = self.forms.get_or_init(|| Forms::new(&self.language(), self.count(), |at| self.folded(at)));
        let places: Rc<[u32]> = forms.positions(word, |at| self.folded(at)).into();
        self.found.borrow_mut().insert(word.into(), Rc::clone(&places));
        places
    }

    fn sorted(&self) -> &[u32] {
        self.sorted.get_or_init(|| {
            let mut all: Vec<(u64, &str, u32)> = Vec::with_capacity(self.words.len());
            all.extend(self.all().map(|at| (beginning(self.folded(at)), self.folded(at), at)));
            all.sort_unstable();
            all.into_iter().map(|(_, _, at)| at).collect()
        })
    }

    /// The words that begin with a folded prefix, in order of place.
    pub(crate) fn with_prefix(&self, prefix: &str) -> Vec<u32> {
        let sorted = self.sorted();
        let first = sorted.partition_point(|at| self.folded(*at) < prefix);
        let rest = sorted.get(first..).unwrap_or_default().iter().copied();
        let mut found: Vec<u32> = rest.take_while(|at| self.folded(*at).starts_with(prefix)).collect();
        found.sort_unstable();
        found
    }

    /// The words that a span of the article's text touches.
    #[inline]
    pub(crate) fn range(&self, span: Span) -> Range<u32> {
        let own = self.words.get(self.own as usize..).unwrap_or_default();
        let first = own.partition_point(|word| word.span.end <= span.start);
        let rest = own.get(first..).unwrap_or_default();
        // Most spans have few words.
        let near = rest.iter().take(NEAR_WORDS).take_while(|word| word.span.start < span.end).count();
        let last = first + if near < NEAR_WORDS { near } else { rest.partition_point(|word| word.span.start < span.end) };
        let count = |index: usize| self.own + u32::try_from(index).unwrap_or(0);
        count(first)..count(last)
    }

    /// Where words stand: the field, the span in the article's text where they do stand in it, and the text.
    pub(crate) fn place(&self, words: Range<u32>) -> (&'static str, Option<Span>, &'a str) {
        let Some((segment, first)) = self.word(words.start) else { return (BODY, None, "") };
        let last = words.end.checked_sub(1).and_then(|last| self.word(last)).map_or(first, |(_, last)| last);
        let span = first.span.hull(last.span);
        match segment.field {
            Some(field) => (field, None, span.of(segment.text)),
            None => (self.field_of(span), Some(span), span.of(segment.text)),
        }
    }

    /// The field of a span of the article's text.
    pub(crate) fn field_of(&self, span: Span) -> &'static str {
        let inside = |value: &Option<crate::model::article::Sourced<String>>| {
            value.as_ref().and_then(|value| value.span).is_some_and(|zone| zone.overlaps(span))
        };
        if inside(&self.article.headline) {
            HEADLINE
        } else if inside(&self.article.standfirst) {
            STANDFIRST
        } else {
            BODY
        }
    }

    /// The text that words stand in, sentence by sentence, for the reader of an alert.
    pub(crate) fn sentence(&self, words: &Range<u32>) -> &'a str {
        let around = touching(self.sentences(), words);
        let hull = around.iter().cloned().reduce(|a, b| a.start.min(b.start)..a.end.max(b.end));
        let Some(hull) = hull else { return "" };
        let (_, span, text) = self.place(hull);
        let Some(span) = span else { return text };
        // With the marks that stand around the words, where the extraction knows the sentence.
        let known = self.extraction.sentences.iter().filter(|sentence| sentence.overlaps(span)).copied().reduce(Span::hull);
        known.filter(|known| known.contains(span) && known.len() <= span.len() + 32).map_or(text, |known| known.of(&self.article.text))
    }

    /// Whether all words stand in one paragraph and one text.
    #[inline]
    pub(crate) fn together(&self, words: &Range<u32>) -> bool {
        words.len() <= 1 || touching(&self.paragraphs, words).len() == 1
    }

    /// Whether two words stand in the same text: a title beside the text is near nothing in it.
    pub(crate) fn same_text(&self, a: u32, b: u32) -> bool {
        (a < self.own) == (b < self.own)
    }
}

/// The first eight bytes of a word as a number that is ordered as words are: most words differ in them.
fn beginning(word: &str) -> u64 {
    if let Some(first) = word.as_bytes().first_chunk::<8>() {
        return u64::from_be_bytes(*first);
    }
    let number = word.bytes().fold(0, |number, byte| number << 8 | u64::from(byte));
    if word.is_empty() { 0 } else { number << (64 - 8 * word.len()) }
}

/// The ranges of a sorted list that share a word with `words`.
pub(crate) fn touching<'r>(ranges: &'r [Range<u32>], words: &Range<u32>) -> &'r [Range<u32>] {
    let first = ranges.partition_point(|range| range.end <= words.start);
    let last = ranges.partition_point(|range| range.start < words.end).max(first);
    ranges.get(first..last).unwrap_or_default()
}

/// Sorted, without overlaps and empty ones.
pub(crate) fn united(ranges: impl IntoIterator<Item = Range<u32>>) -> Vec<Range<u32>> {
    let mut sorted: Vec<Range<u32>> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
    sorted.sort_unstable_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<u32>> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// `whole` cut at the beginnings of `parts`, so that every word is in exactly one part.
fn parted(whole: Range<u32>, parts: Vec<Range<u32>>) -> Vec<Range<u32>> {
    if whole.is_empty() {
        return Vec::new();
    }
    let mut cuts: Vec<u32> = parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.start).collect();
    cuts.extend([whole.start, whole.end]);
    cuts.retain(|cut| (whole.start..=whole.end).contains(cut));
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).filter_map(|pair| Some(*pair.first()?..*pair.last()?)).collect()
}
