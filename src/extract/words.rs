//! An article prepared for grammar: words, marked words as single pieces, and what stands between them.

use crate::extract::cues::{AFTER, Pack};
use crate::extract::marks::{self, Marked};
use crate::extract::reading::Reading;
use crate::model::extraction::{Actor, ActorKind, MentionKind};
use crate::model::span::Span;

/// A comma stands before the piece.
pub(crate) const COMMA: u16 = 1;
/// A full stop, question or exclamation mark.
pub(crate) const STOP: u16 = 2;
/// A colon.
pub(crate) const COLON: u16 = 4;
/// A semicolon.
pub(crate) const SEMICOLON: u16 = 8;
/// A dash.
pub(crate) const DASH: u16 = 16;
/// An opening bracket.
pub(crate) const OPENING: u16 = 32;
/// A closing bracket.
pub(crate) const CLOSING: u16 = 64;
/// A possessive ending of the word before.
pub(crate) const POSSESSIVE: u16 = 128;
/// A line break.
pub(crate) const LINE: u16 = 256;
/// A hyphen without space around it.
pub(crate) const HYPHEN: u16 = 512;
/// Everything that ends a clause.
pub(crate) const BOUNDARY: u16 = COMMA | COLON | SEMICOLON | DASH | OPENING | CLOSING | LINE;

/// Pieces of one unit beyond this many are read as a unit of their own, which bounds the work on hostile text.
const PIECES_MAX: usize = 400;

/// A mention of an actor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named {
    pub(crate) span: Span,
    pub(crate) kind: MentionKind,
    /// Index into the actors.
    pub(crate) actor: usize,
    /// A place in this sense: it says nothing.
    pub(crate) mute: bool,
    /// It is a person.
    pub(crate) person: bool,
}

/// One word, or all words between two marks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    /// With marks, when it is marked.
    pub(crate) span: Span,
    /// Index of the word; of the first word when it is marked.
    pub(crate) token: usize,
    /// Index into the marks.
    pub(crate) mark: Option<usize>,
    /// What stands between the piece before and this one.
    pub(crate) gap: u16,
}

/// The pieces of a sentence; sentences inside one pair of marks are joined.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) span: Span,
    pub(crate) pieces: Vec<Piece>,
    /// Punctuation after the last piece.
    pub(crate) tail: u16,
    /// Index of the paragraph.
    pub(crate) paragraph: usize,
}

/// What does not depend on the actors: it is found once for all who ask.
#[derive(Debug, Clone)]
pub(crate) struct Grammar {
    marks: Vec<Marked>,
    units: Vec<Unit>,
}

impl Grammar {
    fn new(reading: &Reading<'_>) -> Self {
        let pack = Pack::of(reading.language);
        let mut marks = marks::find(reading.text, &reading.paragraphs);
        marks.retain(|mark| !pack.english || !is_work(reading, mark));
        let words = Words { reading, pack, marks: &marks, units: &[], mentions: Vec::new() };
        let units = words.unit_spans().into_iter().flat_map(|(span, paragraph)| words.pieces(span, paragraph)).collect();
        Self { marks, units }
    }
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    pub(crate) reading: &'a Reading<'a>,
    pub(crate) pack: &'static Pack,
    pub(crate) marks: &'a [Marked],
    pub(crate) units: &'a [Unit],
    mentions: Vec<Named>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(reading: &'a Reading<'a>, actors: &[Actor]) -> Self {
        let Grammar { marks, units } = reading.grammar.get_or_init(|| Grammar::new(reading));
        let mut mentions: Vec<Named> = actors
            .iter()
            .enumerate()
            .flat_map(|(actor, one)| {
                let (place, person) = (one.kind == ActorKind::Place, one.kind == ActorKind::Person);
                one.mentions.iter().map(move |mention| Named {
                    span: mention.span,
                    kind: mention.kind,
                    actor,
                    mute: place || mention.kind == MentionKind::Place,
                    person,
                })
            })
            .collect();
        mentions.sort_by_key(|one| (one.span.start, std::cmp::Reverse(one.span.end)));
        Self { reading, pack: Pack::of(reading.language), marks, units, mentions }
    }

    /// The folded word of a piece; empty when it is marked.
    pub(crate) fn folded(&self, piece: &Piece) -> &str {
        if piece.mark.is_some() { "" } else { self.reading.tokens.folded_at(piece.token) }
    }

    /// Whether the word begins with a capital.
    pub(crate) fn is_capital(&self, piece: &Piece) -> bool {
        piece.mark.is_none() && piece.span.of(self.reading.text).chars().next().is_some_and(char::is_uppercase)
    }

    /// The mentions that begin inside a span.
    pub(crate) fn mentions_in(&self, span: Span) -> &[Named] {
        let from = self.mentions.partition_point(|one| one.span.start < span.start);
        let to = self.mentions.partition_point(|one| one.span.start < span.end);
        self.mentions.get(from..to).unwrap_or_default()
    }

    /// The longest mention that holds the span; looks back over a few mentions only.
    pub(crate) fn mention_over(&self, span: Span) -> Option<Named> {
        let to = self.mentions.partition_point(|one| one.span.start <= span.start);
        let near = self.mentions.get(to.saturating_sub(6)..to).unwrap_or_default();
        near.iter().filter(|one| one.span.contains(span)).max_by_key(|one| one.span.len()).copied()
    }

    /// Flags for the punctuation in a stretch of text.
    pub(crate) fn gap(&self, from: usize, to: usize) -> u16 {
        let text = self.reading.text.get(from..to).unwrap_or_default();
        if matches!(text, "" | " ") {
            return 0;
        }
        let mut flags = if text.starts_with("'s") || text.starts_with("’s") { POSSESSIVE } else { 0 };
        let mut previous = 'a';
        let mut hyphen = false;
        for character in text.chars() {
            flags |= match character {
                ',' | '、' | '，' | '،' => COMMA,
                '.' | '!' | '?' | '…' | '。' | '؟' => STOP,
                ':' | '：' => COLON,
                ';' | '؛' => SEMICOLON,
                '—' | '–' | '―' => DASH,
                '-' if previous.is_whitespace() || previous == '-' || previous == ',' => DASH,
                '(' | '[' => OPENING,
                ')' | ']' => CLOSING,
                '\n' => LINE,
                _ => 0,
            };
            hyphen |= character == '-';
            previous = character;
        }
        if hyphen && flags & DASH == 0 { flags | HYPHEN } else { flags }
    }

    /// Sentences, joined where a pair of marks spans several.
    fn unit_spans(&self) -> Vec<(Span, usize)> {
        let mut units: Vec<(Span, usize)> = Vec::new();
        for sentence in &self.reading.sentences {
            let Some(paragraph) = self.reading.paragraph_at(sentence.start) else { continue };
            match units.last_mut() {
                Some((last, of)) if *of == paragraph && self.is_joined(last.end, sentence.start) => *last = last.hull(*sentence),
                _ => units.push((*sentence, paragraph)),
            }
        }
        units
    }

    /// Whether the border between two sentences lies inside marks, or right after marked words that end in `?` or `!` and
    /// are followed by who said them.
    fn is_joined(&self, end: usize, start: usize) -> bool {
        let index = self.marks.partition_point(|mark| mark.outer.end < end);
        let Some(mark) = self.marks.get(index) else { return false };
        if mark.outer.start < end && start < mark.inner.end {
            return true;
        }
        mark.outer.end >= end && mark.outer.end <= start && mark.outer.start < end && self.is_followed_by_source(mark, start)
    }

    fn is_followed_by_source(&self, mark: &Marked, start: usize) -> bool {
        let inner = mark.inner.of(self.reading.text);
        if !inner.ends_with(['?', '!', ',', '…', '—', '–', '-']) {
            return false;
        }
        let first = self.reading.tokens.index_at(start);
        let end = self.marks.partition_point(|other| other.outer.start < start);
        let limit = self.marks.get(end).map_or(usize::MAX, |other| other.outer.start);
        self.reading
            .tokens
            .as_slice()
            .iter()
            .skip(first)
            .take(5)
            .take_while(|token| token.span.start < limit)
            .any(|token| self.pack.verb(self.reading.tokens.folded(token)).is_some_and(|cue| !cue.participle && cue.takes(AFTER)))
    }

    /// The same words with what is marked as words too.
    pub(crate) fn flat(&self, unit: &Unit) -> Vec<Unit> {
        if unit.pieces.iter().any(|piece| piece.mark.is_some()) {
            return self.split(unit.span, unit.paragraph, self.marks.len());
        }
        // Its words are the same ones; only what stands around the unit is no part of it.
        let mut unit = Unit { tail: 0, ..unit.clone() };
        if let Some(first) = unit.pieces.first_mut() {
            first.gap = 0;
        }
        vec![unit]
    }

    fn pieces(&self, span: Span, paragraph: usize) -> Vec<Unit> {
        self.split(span, paragraph, self.marks.partition_point(|one| one.outer.end <= span.start))
    }

    /// Pieces of a span; marks before the given one are read as words.
    fn split(&self, span: Span, paragraph: usize, mut mark: usize) -> Vec<Unit> {
        let mut pieces = Vec::with_capacity((span.len() / 6).min(PIECES_MAX));
        let mut units = Vec::with_capacity(1);
        let mut position = span.start;
        let mut token = self.reading.tokens.index_at(span.start);
        let tokens = self.reading.tokens.as_slice();
        loop {
            let next_mark = self.marks.get(mark).filter(|one| one.outer.start < span.end);
            let next_token = tokens.get(token).filter(|one| one.span.start < span.end);
            let piece = match (next_mark, next_token) {
                (Some(one), word) if word.is_none_or(|word| one.outer.start <= word.span.start) => {
                    let piece = Piece { span: one.outer, token, mark: Some(mark), gap: self.gap(position, one.outer.start) };
                    mark += 1;
                    token = self.reading.tokens.index_at(one.outer.end).max(token);
                    piece
                }
                (_, Some(word)) => {
                    token += 1;
                    Piece { span: word.span, token: token - 1, mark: None, gap: self.gap(position, word.span.start) }
                }
                _ => break,
            };
            position = piece.span.end;
            pieces.push(piece);
            if pieces.len() == PIECES_MAX {
                units.push(Unit { span: Span::new(0, 0), pieces: std::mem::take(&mut pieces), tail: 0, paragraph });
            }
        }
        if !pieces.is_empty() {
            units.push(Unit { span, pieces, tail: self.gap(position, span.end), paragraph });
        }
        for unit in &mut units {
            if let (Some(first), Some(last)) = (unit.pieces.first(), unit.pieces.last()) {
                unit.span = first.span.hull(last.span);
            }
        }
        units
    }

    /// How many words stand inside the span.
    pub(crate) fn count(&self, span: Span) -> usize {
        self.reading.tokens.inside(span).len()
    }
}

/// Words of a title at most.
const TITLE_WORDS_MAX: usize = 10;

/// Whether marked words are written like an English title: capitals, but for short small words.
pub(crate) fn is_title(reading: &Reading<'_>, inner: Span, capitals_min: usize) -> bool {
    let text = reading.text;
    let tokens = reading.tokens.inside(inner);
    if tokens.len() > TITLE_WORDS_MAX || inner.of(text).ends_with(['?', '!', '…']) {
        return false;
    }
    let capital = |word: &str| word.chars().next().is_some_and(|first| first.is_uppercase() || first.is_numeric());
    let small = |word: &str| word.len() <= 4 && word.chars().all(char::is_lowercase);
    let mut capitals = 0;
    for at in tokens {
        let word = reading.tokens.as_slice().get(at).map_or("", |token| token.span.of(text));
        if capital(word) {
            capitals += 1;
        } else if !small(word) {
            return false;
        }
    }
    capitals >= capitals_min
}

/// Whether marks set off the name of a show, a work or an event, which nobody says: "on CNN's “State of the Union”".
fn is_work(reading: &Reading<'_>, mark: &Marked) -> bool {
    let tokens = reading.tokens.inside(mark.inner);
    let Some(before) = tokens.start.checked_sub(1).filter(|_| tokens.len() >= 2) else { return false };
    let Some(token) = reading.tokens.as_slice().get(before) else { return false };
    let between = reading.text.get(token.span.end..mark.outer.start).unwrap_or_default();
    let owned = ["'s ", "’s ", "' ", "’ "].contains(&between);
    let leads = between == " "
        && matches!(reading.tokens.folded_at(before), "on" | "of" | "in" | "at" | "a" | "an" | "the" | "with" | "from" | "for" | "during");
    (owned || leads) && is_title(reading, mark.inner, 2)
}

#[cfg(test)]
mod tests {
    use super::Words;
    use crate::extract::reading::{Reading, plain_article};

    #[test]
    fn a_unit_without_marks_is_its_own_flat_form() {
        let article =
            plain_article("(The bridge) – it is late, Vorel's aide said. “It is late. It is,” he said. He left: why?\n\nAnd so on; no.");
        let reading = Reading::new(&article, "en");
        let words = Words::new(&reading, &[]);
        assert_eq!(words.units.len(), 4);
        for unit in words.units {
            let split = words.split(unit.span, unit.paragraph, words.marks.len());
            assert_eq!(format!("{:?}", words.flat(unit)), format!("{split:?}"));
        }
    }
}
