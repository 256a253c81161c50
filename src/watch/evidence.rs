//! From hits to the evidence and the score that leave this stage.

use std::collections::HashMap;

use crate::model::matched::Evidence;
use crate::model::span::Span;
use crate::watch::about;
use crate::watch::condition::{Condition, Test};
use crate::watch::evaluate::{Evaluation, Hit, Mark, MarkPlace, in_ranges};

/// Pieces of evidence of one match.
const EVIDENCE_MAX: usize = 20;
/// Characters of the words of one piece.
const TEXT_MAX: usize = 200;
/// Characters of the sentence around it.
const CONTEXT_MAX: usize = 300;

/// The evidence of hits: each piece once, in order of place, at most twenty pieces. Where there are more, every condition
/// keeps its first.
pub(crate) fn evidence(evaluation: &Evaluation<'_>, hits: &[Hit<'_>]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for mark in hits.iter().flat_map(|hit| &hit.marks) {
        let one = piece(evaluation, mark);
        if seen.insert((one.condition.clone(), one.field, one.span, one.span.is_none().then(|| one.text.clone()))) {
            found.push(one);
        }
    }
    found.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.condition.cmp(&b.condition)));
    if found.len() > EVIDENCE_MAX {
        let mut ranks: HashMap<String, usize> = HashMap::new();
        let mut ranked: Vec<(usize, Evidence)> = Vec::new();
        for one in found {
            let rank = ranks.entry(one.condition.clone()).or_default();
            ranked.push((*rank, one));
            *rank += 1;
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.truncate(EVIDENCE_MAX);
        found = ranked.into_iter().map(|(_, one)| one).collect();
        found.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.condition.cmp(&b.condition)));
    }
    found
}

/// Properties of the item first, then as the text runs.
fn place(evidence: &Evidence) -> (bool, usize, usize) {
    evidence.span.map_or((false, 0, 0), |span| (true, span.start, span.end))
}

fn piece(evaluation: &Evaluation<'_>, mark: &Mark<'_>) -> Evidence {
    let read = evaluation.scan;
    let text = &read.article.text;
    let condition = cut(mark.label, TEXT_MAX);
    let around = |span: Span| cut(read.sentence(&read.range(span)), CONTEXT_MAX);
    let made = |field, span, words: &str, speaker, context: String| Evidence {
        condition: condition.clone(),
        field,
        span,
        text: cut(words, TEXT_MAX),
        speaker,
        context: Some(context).filter(|context| !context.is_empty()),
    };
    match &mark.place {
        MarkPlace::Words(words) => {
            let (field, span, written) = read.place(words.clone());
            made(field, span, written, None, context_of(read.sentence(words), written))
        }
        MarkPlace::Span(span) => {
            made(read.field_of(*span), Some(*span), span.of(text), None, context_of(read.sentence(&read.range(*span)), span.of(text)))
        }
        MarkPlace::Quote(quote) => {
            let hull = quote.content.iter().copied().reduce(Span::hull).unwrap_or_default();
            let parts: Vec<&str> = quote.content.iter().map(|span| span.of(text)).collect();
            let speaker = quote.speaker.as_ref().map(|speaker| speaker.name.clone());
            made(read.field_of(hull), Some(hull), &parts.join(" … "), speaker, around(hull))
        }
        MarkPlace::Property(name, value) => made(name, None, value, None, String::new()),
    }
}

/// The part of a sentence around words that is shown: its beginning, unless the words stand further on.
fn context_of(sentence: &str, words: &str) -> String {
    let Some(at) = sentence.find(words) else { return cut(sentence, CONTEXT_MAX) };
    let end = sentence.get(..at + words.len()).unwrap_or_default().chars().count();
    if end <= CONTEXT_MAX {
        return cut(sentence, CONTEXT_MAX);
    }
    let skip = sentence.get(..at).unwrap_or_default().chars().count().saturating_sub(CONTEXT_MAX / 3);
    let rest: String = sentence.chars().skip(skip).collect();
    format!("…{}", cut(&rest, CONTEXT_MAX - 1))
}

/// At most so many characters, with … where more were left out; white space is one space.
fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(max.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// How strongly an article is a match, between 0 and 1; it orders alerts and decides nothing.
///
/// Half of it is the best place of a hit: 0.5 in the headline, 0.35 in standfirst or first paragraph, 0.2 elsewhere or for
/// properties of the item. Up to 0.3 is for how many occurrences there are (half of it at three), and 0.2 for the share of
/// paragraphs that hold one. A topic in plain words has its strength instead, and adds a fiftieth of this.
pub(crate) fn score(evaluation: &Evaluation<'_>, condition: &Condition, hits: &[Hit<'_>]) -> f32 {
    let scan = evaluation.scan;
    let places: Vec<&std::ops::Range<u32>> = hits.iter().map(|hit| &hit.words).filter(|words| !words.is_empty()).collect();
    let any = |ranges: &[std::ops::Range<u32>]| places.iter().any(|words| in_ranges(ranges, &(words.start..words.start + 1)));
    let best = if any(&scan.headline) {
        0.5
    } else if any(&scan.lead) {
        0.35
    } else {
        0.2
    };
    let occurrences = ratio(places.len(), places.len() + 3);
    let held = scan.paragraphs.iter().filter(|paragraph| any(std::slice::from_ref(*paragraph))).count();
    let spread = ratio(held, scan.paragraphs.len());
    let plain = best + 0.3 * occurrences + 0.2 * spread;
    match about_share(evaluation, condition) {
        Some(strength) => (0.98 * strength + 0.02 * plain).clamp(0.0, 1.0),
        None => plain.clamp(0.0, 1.0),
    }
}

/// The best score of the plain words in a condition.
fn about_share(evaluation: &Evaluation<'_>, condition: &Condition) -> Option<f32> {
    if let Test::About(about) = &condition.test {
        return Some(about::likeness(evaluation, about, &evaluation.whole()).strength);
    }
    condition.parts().into_iter().filter_map(|part| about_share(evaluation, part)).reduce(f32::max)
}

#[expect(clippy::cast_precision_loss, reason = "counts of one article")]
fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}
