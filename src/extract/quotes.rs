//! Who said what.
//!
//! Statements are read sentence by sentence (`statements`), with marked words as opaque pieces; then every marked piece
//! that no statement claimed gets the likeliest speaker by its place, or none. Rules carry their measured precision as
//! confidence; where none fits, the speaker is unknown.

mod precision;
mod remaining;
mod statements;
#[cfg(test)]
mod tests;

use crate::extract::citations;
use crate::extract::lexicon::Lexicons;
use crate::extract::quotes::statements::Statement;
use crate::extract::reading::Reading;
use crate::extract::speaker::{Phrase, Phrases};
use crate::extract::words::Words;
use crate::model::extraction::{Actor, MentionKind, Quote, QuoteKind, Speaker};
use crate::model::span::Span;

/// Marked words of fewer words are a term unless a word of reporting stands beside them.
const TERM_WORDS_MAX: usize = 3;

/// Finds the statements of an article, sorted by their first span.
pub fn find(reading: &Reading<'_>, actors: &[Actor], _lexicons: &Lexicons) -> Vec<Quote> {
    let words = Words::new(reading, actors);
    let mut drafts = Vec::new();
    for unit in words.units {
        let phrases = Phrases { words: &words, unit };
        let statements = statements::find(phrases);
        for (index, statement) in statements.iter().enumerate() {
            if !is_mere_citation(phrases, &statements, index, actors) {
                drafts.extend(draft(phrases, statement, actors));
            }
        }
    }
    remaining::claim(&words, actors, &mut drafts);
    let owners = remaining::owners(&words, &drafts);
    let mut quotes: Vec<Quote> =
        drafts.into_iter().enumerate().filter_map(|(index, draft)| finished(&words, &owners, index, draft)).collect();
    quotes.sort_by_key(|quote| (quote.content.first().copied(), quote.cue));
    quotes.dedup_by(|later, earlier| later.content == earlier.content);
    quotes
}

/// Gives quotes whose speaker is a pronoun the actor that the pronoun means, once pronouns are resolved.
pub fn link_pronouns(_reading: &Reading<'_>, actors: &[Actor], quotes: &mut [Quote]) {
    let mut pronouns: Vec<(Span, usize, f32)> = Vec::new();
    for (index, actor) in actors.iter().enumerate() {
        for mention in actor.mentions.iter().filter(|mention| mention.kind == MentionKind::Pronoun) {
            pronouns.push((mention.span, index, mention.confidence.unwrap_or(1.0)));
        }
    }
    pronouns.sort_by_key(|(span, ..)| *span);
    for speaker in quotes.iter_mut().filter_map(|quote| quote.speaker.as_mut()) {
        let Some(span) = speaker.span.filter(|_| speaker.actor.is_none()) else { continue };
        let at = pronouns.partition_point(|(pronoun, ..)| *pronoun < span);
        let Some((_, actor, sure)) = pronouns.get(at).filter(|(pronoun, ..)| *pronoun == span) else { continue };
        if let Some(actor) = actors.get(*actor) {
            speaker.actor = Some(actor.id.clone());
            speaker.name.clone_from(&actor.name);
            speaker.confidence *= sure;
        }
    }
}

/// A quote in the making.
#[derive(Debug, Clone)]
struct Draft {
    /// Stretches of the text, marks included.
    content: Vec<Span>,
    cue: Option<Span>,
    speaker: Option<Speaker>,
    act: crate::model::extraction::Act,
}

/// Whether "according to" names an outlet while somebody else speaks in the same sentence.
fn is_mere_citation(phrases: Phrases<'_>, statements: &[Statement], index: usize, actors: &[Actor]) -> bool {
    let Some(statement) = statements.get(index).filter(|statement| statement.rule == "according-to" && statements.len() > 1) else {
        return false;
    };
    statement.source.is_some_and(|source| citations::is_outlet(phrases, source.start, actors))
}

fn draft(phrases: Phrases<'_>, statement: &Statement, actors: &[Actor]) -> Option<Draft> {
    let unit = phrases.unit;
    let content: Vec<Span> = statement
        .content
        .iter()
        .filter_map(|(start, end)| {
            let first = unit.pieces.get(*start)?;
            let last = unit.pieces.get(end.checked_sub(1)?)?;
            (start < end).then(|| first.span.hull(last.span))
        })
        .collect();
    let mut content = content;
    if statement.rule == "transcript"
        && let (Some(last), Some(paragraph)) = (content.last_mut(), phrases.words.reading.paragraphs.get(unit.paragraph))
    {
        // What is said goes on to the end of the paragraph.
        let end = phrases.words.reading.tokens.inside(*paragraph).next_back();
        let end = end.and_then(|at| phrases.words.reading.tokens.as_slice().get(at)).map(|token| token.span.end);
        last.end = last.end.max(end.unwrap_or(last.end));
    }
    let source = statement.source.map(|source| {
        let marked = statement.content.iter().flat_map(|(start, end)| *start..*end).find(|at| phrases.is_marked(*at));
        let from = statement.content.first().map_or(0, |(start, _)| *start);
        let outlet = marked.filter(|_| citations::is_outlet(phrases, source.start, actors));
        // "“…”, reports the Daily" of what a person said: the Daily is cited, the person speaks.
        let person = |at: &usize| phrases.piece(*at).and_then(|piece| phrases.words.mention_over(piece.span)).filter(|named| named.person);
        let own = outlet.and_then(|marked| (from..marked).rev().find(|at| person(at).is_some()));
        let own = own.and_then(|last| {
            let named = person(&last)?;
            let start = (from..=last).find(|at| phrases.piece(*at).is_some_and(|piece| piece.span.start >= named.span.start))?;
            Some(Phrase { start, end: last + 1 })
        });
        own.unwrap_or(source)
    });
    let speaker = source.map(|source| phrases.speaker(source, actors, statement.rule, statement.confidence));
    let cue = Some(statement.cue).filter(|cue| !cue.is_empty());
    (!content.is_empty()).then_some(Draft { content, cue, speaker, act: statement.act })
}

/// Takes marks off the content and tells the kind. Marked words count for the widest statement around them alone.
fn finished(words: &Words<'_>, owners: &[Option<usize>], index: usize, draft: Draft) -> Option<Quote> {
    let mut content = Vec::new();
    let mut marked = Vec::new();
    let mut all_marked = true;
    for span in &draft.content {
        let first = words.marks.partition_point(|mark| mark.outer.end <= span.start);
        let inside: Vec<_> = words
            .marks
            .iter()
            .enumerate()
            .skip(first)
            .take_while(|(_, mark)| mark.outer.start < span.end)
            .filter(|(mark, _)| owners.get(*mark).copied().flatten().is_none_or(|owner| owner == index))
            .map(|(_, mark)| mark)
            .collect();
        let bare =
            inside.iter().filter(|mark| span.contains(mark.outer)).map(|mark| words.count(mark.outer)).sum::<usize>() < words.count(*span);
        let quoted = inside.iter().filter(|mark| !is_typed(words, mark.outer));
        all_marked &= !inside.iter().any(|mark| is_typed(words, mark.outer));
        if bare || inside.is_empty() {
            all_marked = false;
            let trimmed = unmarked(words, *span);
            content.extend((!trimmed.is_empty()).then_some(trimmed));
            marked.extend(quoted.map(|mark| mark.inner));
        } else {
            content.extend(inside.iter().map(|mark| mark.inner));
            marked.extend(quoted.map(|mark| mark.inner));
        }
    }
    content.retain(|span| words.count(*span) > 0);
    let few = content.iter().map(|span| words.count(*span)).sum::<usize>();
    if content.is_empty() || (few <= TERM_WORDS_MAX && draft.cue.is_none()) {
        return None;
    }
    // "Called the last hand "lucky"": a word that is set off, not a statement.
    let apart =
        draft.cue.zip(content.first()).is_some_and(|(cue, first)| words.count(Span::new(cue.end.min(first.start), first.start)) > 1);
    if few == 1 && all_marked && apart {
        return None;
    }
    let kind = if all_marked {
        QuoteKind::Direct
    } else if marked.is_empty() {
        QuoteKind::Indirect
    } else {
        QuoteKind::Mixed
    };
    let is_marked = kind != QuoteKind::Indirect;
    let speaker = draft.speaker.map(|speaker| Speaker { confidence: precision::of(speaker.rule, is_marked), ..speaker });
    Some(Quote { kind, act: draft.act, content, marked, cue: draft.cue, speaker, via: None, topics: Vec::new() })
}

/// Whether the marks are those of a typewriter, two single ones. They guide who says what, but what stands between them is not
/// claimed to be quoted word by word: the annotators of public sets do not count them as quotation marks.
fn is_typed(words: &Words<'_>, outer: Span) -> bool {
    let text = outer.of(words.reading.text);
    text.starts_with("''") || text.starts_with("``")
}

/// Content without marks at its two ends.
fn unmarked(words: &Words<'_>, span: Span) -> Span {
    let first = words.marks.partition_point(|mark| mark.outer.end <= span.start);
    let mut trimmed = span;
    for mark in words.marks.iter().skip(first).take_while(|mark| mark.outer.start < span.end) {
        if mark.outer.start == span.start {
            trimmed.start = mark.inner.start;
        }
        if mark.outer.end == span.end {
            trimmed.end = mark.inner.end;
        }
    }
    // The comma before the cue belongs to the content.
    let rest = words.reading.text.get(trimmed.end..).unwrap_or_default();
    if trimmed.end == span.end && rest.starts_with(',') {
        trimmed.end += 1;
    }
    trimmed
}
