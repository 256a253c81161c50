//! Marked words that no statement claimed: they go on with a quotation before, or get a speaker by their place.

use crate::extract::marks::Shape;
use crate::extract::quotes::{Draft, TERM_WORDS_MAX};
use crate::extract::speaker::{Phrase, Phrases};
use crate::extract::words::{COLON, COMMA, DASH, LINE, Unit, Words, is_title};
use crate::model::extraction::{Act, Actor, Speaker};
use crate::model::span::Span;

/// How far behind a quotation the next part of it may begin, in bytes.
const SPLIT_MAX: usize = 200;

/// Claims every marked piece that no draft holds.
pub(super) fn claim(words: &Words<'_>, actors: &[Actor], drafts: &mut Vec<Draft>) {
    let mut owner = owners(words, drafts);
    let unit_of = units(words);
    let mut cues: Vec<(Span, usize)> = drafts.iter().enumerate().filter_map(|(index, draft)| Some((draft.cue?, index))).collect();
    cues.sort_unstable();
    let mut waiting: Vec<usize> = Vec::new();
    for mark in 0..words.marks.len() {
        let Some(this) = words.marks.get(mark).copied() else { continue };
        if let Some(draft) = owner.get(mark).copied().flatten() {
            // Paragraphs that only opened their marks wait for the one that names the speaker.
            for earlier in waiting.drain(..).rev() {
                if let (Some(slot), Some(earlier_mark), Some(draft)) =
                    (owner.get_mut(earlier), words.marks.get(earlier), drafts.get_mut(draft))
                {
                    *slot = Some(0).and(Some(usize::MAX));
                    draft.content.insert(0, earlier_mark.outer);
                }
            }
            continue;
        }
        let before = mark.checked_sub(1);
        let before_owner = before.and_then(|before| owner.get(before).copied().flatten()).filter(|draft| *draft != usize::MAX);
        let continued = before.and_then(|before| words.marks.get(before)).is_some_and(|before| before.continues);
        let unit = unit_of.get(mark).copied().flatten();
        if let Some(draft) = before_owner.filter(|_| continued || goes_on(words, mark, unit)) {
            if let Some(draft_of) = drafts.get_mut(draft) {
                draft_of.content.push(this.outer);
            }
            if let Some(slot) = owner.get_mut(mark) {
                *slot = Some(draft);
            }
            continue;
        }
        if words.count(this.inner) <= TERM_WORDS_MAX || this.shape != Shape::Double || is_a_title(words, this.inner) {
            continue;
        }
        if this.continues {
            waiting.push(mark);
            continue;
        }
        // What leads to the first of several paragraphs says more than what stands beside the last.
        let led = waiting.first().copied().and_then(|first| {
            let before = first.checked_sub(1).and_then(|before| owner.get(before).copied().flatten()).filter(|draft| *draft != usize::MAX);
            speaker(words, actors, (drafts, &cues), first, unit_of.get(first).copied().flatten(), before)
        });
        let speaker = led.or_else(|| speaker(words, actors, (drafts, &cues), mark, unit, before_owner));
        let mut content: Vec<Span> =
            waiting.drain(..).filter_map(|earlier| words.marks.get(earlier)).map(|earlier| earlier.outer).collect();
        content.push(this.outer);
        drafts.push(Draft { content, cue: None, speaker, act: Act::Said });
        if let Some(slot) = owner.get_mut(mark) {
            *slot = Some(drafts.len() - 1);
        }
    }
    for earlier in waiting {
        if let Some(mark) = words.marks.get(earlier) {
            let unit = unit_of.get(earlier).copied().flatten();
            let speaker = speaker(words, actors, (drafts, &cues), earlier, unit, None);
            drafts.push(Draft { content: vec![mark.outer], cue: None, speaker, act: Act::Said });
        }
    }
}

/// Whether marked words are the title of a work, a show or a headline: "The Long Road to the Border".
fn is_a_title(words: &Words<'_>, inner: Span) -> bool {
    words.pack.english && !inner.of(words.reading.text).ends_with([',', '.']) && is_title(words.reading, inner, 3)
}

/// The draft that holds each mark.
pub(super) fn owners(words: &Words<'_>, drafts: &[Draft]) -> Vec<Option<usize>> {
    let mut owner: Vec<Option<usize>> = vec![None; words.marks.len()];
    for (index, draft) in drafts.iter().enumerate() {
        for span in &draft.content {
            let first = words.marks.partition_point(|mark| mark.outer.end <= span.start);
            for (slot, mark) in owner.iter_mut().zip(words.marks).skip(first) {
                if mark.outer.start >= span.end {
                    break;
                }
                // Marked words are the outer speaker's own: in "Ana said that Bo fears “…”" they are Ana's.
                let wider = slot
                    .and_then(|held| drafts.get(held))
                    .is_none_or(|held| held.content.iter().map(|one| one.len()).sum::<usize>() < span.len());
                if wider {
                    *slot = Some(index);
                }
            }
        }
    }
    owner
}

/// The unit in which each mark stands.
fn units(words: &Words<'_>) -> Vec<Option<usize>> {
    let mut of = vec![None; words.marks.len()];
    for (index, unit) in words.units.iter().enumerate() {
        for mark in unit.pieces.iter().filter_map(|piece| piece.mark) {
            if let Some(slot) = of.get_mut(mark) {
                *slot = Some(index);
            }
        }
    }
    of
}

/// Whether the piece goes on with the quotation before it: same paragraph, near, and nothing else in its sentence.
fn goes_on(words: &Words<'_>, mark: usize, unit: Option<usize>) -> bool {
    let (Some(this), Some(before)) = (words.marks.get(mark), mark.checked_sub(1).and_then(|before| words.marks.get(before))) else {
        return false;
    };
    let same = mark.checked_sub(1).is_some_and(|before| {
        unit.and_then(|unit| words.units.get(unit)).is_some_and(|unit| unit.pieces.iter().any(|piece| piece.mark == Some(before)))
    });
    let joined =
        same && words.gap(before.outer.end, this.outer.start) != 0 && words.count(Span::new(before.outer.end, this.outer.start)) <= 1;
    let alone = unit
        .and_then(|unit| words.units.get(unit))
        .is_some_and(|unit| unit.pieces.iter().all(|piece| piece.mark.is_some()) || begins(unit, mark));
    this.paragraph == before.paragraph && this.outer.start.saturating_sub(before.outer.end) < SPLIT_MAX && (alone || joined)
}

/// Whether the unit begins with the mark.
fn begins(unit: &Unit, mark: usize) -> bool {
    unit.pieces.first().is_some_and(|piece| piece.mark == Some(mark))
}

/// The likeliest speaker of a marked piece that stands alone; `cues` are the words of reporting in order, with their drafts.
fn speaker(
    words: &Words<'_>,
    actors: &[Actor],
    (drafts, cues): (&[Draft], &[(Span, usize)]),
    mark: usize,
    unit: Option<usize>,
    before: Option<usize>,
) -> Option<Speaker> {
    let index = unit?;
    let unit = words.units.get(index)?;
    let this = words.marks.get(mark)?;
    let phrases = Phrases { words, unit };
    let at = unit.pieces.iter().position(|piece| piece.mark == Some(mark))?;
    if let Some(signed) = signature(phrases, at) {
        return Some(phrases.speaker(signed, actors, "signature", 0.8));
    }
    let following = words.units.get(index + 1).filter(|next| next.paragraph == unit.paragraph && at + 1 == unit.pieces.len());
    if let Some(next) = following.filter(|next| words.gap(this.outer.end, next.span.start) & DASH != 0) {
        let phrases = Phrases { words, unit: next };
        if let Some(signed) = signed(phrases, 0) {
            return Some(phrases.speaker(signed, actors, "signature", 0.8));
        }
    }
    // So does a line of its own.
    let below = words.units.get(index + 1).filter(|next| next.paragraph == unit.paragraph + 1 && at + 1 == unit.pieces.len());
    let dashed = |next: &&Unit| {
        let line = words.reading.paragraphs.get(next.paragraph).map_or("", |line| line.of(words.reading.text));
        line.starts_with(['—', '–', '―', '-'])
    };
    if let Some(next) = below.filter(dashed) {
        let phrases = Phrases { words, unit: next };
        if let Some(signed) = signed(phrases, 0) {
            return Some(phrases.speaker(signed, actors, "signature", 0.8));
        }
    }
    // A line that ends with a colon leads to the quotation.
    let leading = index.checked_sub(1).and_then(|before| words.units.get(before)).filter(|_| at == 0);
    if let Some(leading) = leading.filter(|leading| leading.tail & COLON != 0) {
        let phrases = Phrases { words, unit: leading };
        if let Some(source) = cue_subject(phrases, usize::MAX).or_else(|| phrases.subject(usize::MAX)) {
            return Some(phrases.speaker(source, actors, "colon", 0.75));
        }
        // "Transcript as follows:" names nobody: it is whoever spoke in the paragraph before.
        let last = cues.partition_point(|(cue, _)| cue.start < leading.span.start).checked_sub(1).and_then(|at| cues.get(at));
        let near = words.reading.paragraphs.get(leading.paragraph.saturating_sub(1));
        let spoken = last.filter(|(cue, _)| near.is_some_and(|near| near.start <= cue.start)).and_then(|(_, draft)| drafts.get(*draft));
        if let Some(speaker) = spoken.and_then(|draft| draft.speaker.clone()) {
            return Some(Speaker { rule: "next-paragraph", confidence: 0.67, ..speaker });
        }
    }
    let first_in_paragraph =
        words.reading.paragraphs.get(this.paragraph).is_some_and(|paragraph| this.outer.start.saturating_sub(paragraph.start) < 3);
    if first_in_paragraph {
        let earlier = before.and_then(|before| drafts.get(before));
        let near =
            mark.checked_sub(1).and_then(|before| words.marks.get(before)).is_some_and(|before| before.paragraph + 1 == this.paragraph);
        let chained = |draft: &Draft| draft.cue.is_some() || draft.speaker.as_ref().is_some_and(|one| one.rule == "next-paragraph");
        if let Some(speaker) = earlier.filter(|draft| near && chained(draft)).and_then(|draft| draft.speaker.clone()) {
            return Some(Speaker { rule: "next-paragraph", confidence: 0.67, ..speaker });
        }
    }
    if let Some(source) = nearest_subject(phrases, at) {
        return Some(phrases.speaker(source, actors, "sentence-subject", 0.6));
    }
    let previous = index.checked_sub(1).and_then(|before| words.units.get(before)).filter(|before| before.paragraph == this.paragraph)?;
    // Who says something in the sentence before goes on.
    let last = cues.partition_point(|(cue, _)| cue.start < previous.span.end).checked_sub(1).and_then(|at| cues.get(at));
    let spoken = last.filter(|(cue, _)| previous.span.contains(*cue)).and_then(|(_, draft)| drafts.get(*draft));
    if let Some(speaker) = spoken.and_then(|draft| draft.speaker.clone()) {
        return Some(Speaker { rule: "previous-subject", confidence: 0.6, ..speaker });
    }
    let phrases = Phrases { words, unit: previous };
    phrases
        .subject(usize::MAX)
        .filter(|source| phrases.is_strong(*source))
        .map(|source| phrases.speaker(source, actors, "previous-subject", 0.35))
}

/// "“…” — Jane Doe": a name after a dash that ends the line.
fn signature(phrases: Phrases<'_>, at: usize) -> Option<Phrase> {
    let next = at + 1;
    if phrases.gap(next) & DASH == 0 || phrases.piece(next).is_none() || phrases.is_marked(next) {
        return None;
    }
    signed(phrases, next)
}

/// A name that ends its line.
fn signed(phrases: Phrases<'_>, next: usize) -> Option<Phrase> {
    let end = (next..phrases.unit.pieces.len().min(next + 8))
        .find(|one| !phrases.is_capital(*one))
        .unwrap_or(phrases.unit.pieces.len().min(next + 8));
    let ends = phrases.piece(end).is_none() || phrases.is_marked(end) || phrases.gap(end) & (COMMA | LINE) != 0;
    (ends && end > next).then_some(Phrase { start: next, end })
}

/// The subject of the last word of reporting before a piece.
fn cue_subject(phrases: Phrases<'_>, limit: usize) -> Option<Phrase> {
    let cues =
        |at: &usize| phrases.words.pack.verb(phrases.folded(*at)).is_some_and(|cue| !cue.participle && (!cue.base || limit == usize::MAX));
    let at = (0..phrases.unit.pieces.len().min(limit)).rev().find(cues)?;
    let mut group = at;
    while group > 0 && phrases.words.pack.is_between(phrases.folded(group - 1)) {
        group -= 1;
    }
    phrases.before(group)
}

/// The subject of the sentence in which the marked words stand: in front of them, else behind.
fn nearest_subject(phrases: Phrases<'_>, at: usize) -> Option<Phrase> {
    let spoken = cue_subject(phrases, at).filter(|source| phrases.is_strong(*source));
    spoken.or_else(|| phrases.subject(at)).or_else(|| phrases.subject(usize::MAX))
}
