//! From hits to the evidence and the score that leave this stage.

use std::collections::HashMap;

use crate::model::id::ActorId;
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
/// So many paragraphs with a hit are as good as all of a long article.
const SPREAD_PARAGRAPHS: usize = 6;

/// The evidence of hits: each piece once, in order of place, at most twenty pieces. Where there are more, every condition
/// keeps its first.
pub(crate) fn evidence(evaluation: &Evaluation<'_>, hits: &[Hit<'_>]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for mark in hits.iter().flat_map(|hit| hit.marks.as_slice()) {
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

/// How much of the score of plain words is where they stand and how they are spread. Between a tenth and a fifth the order of
/// alerts on a public set of standing queries is equally good.
const BESIDE_STRENGTH: f32 = 0.15;

/// How strongly an article is a match, between 0 and 1; it orders alerts and decides nothing.
///
/// It is the sum of five parts, each of which grows with its evidence and never falls with more of it:
///
/// | part | at most | how |
/// |---|---|---|
/// | place | 0.35 | of the best hit: all of it in the headline, seven tenths in standfirst or first paragraph, then from half down to three tenths along the body; a quarter for a property of the item |
/// | kind | 0.25 | of the best hit: all of it for a stance or a quote on something, eight tenths for somebody quoted, seven for words that stand together, six for a cited outlet, half for names and words, two tenths for a property |
/// | actors | 0.15 | salience of the most salient actor that is part of it |
/// | amount | 0.10 | for *n* occurrences, *n* / (*n* + 3) |
/// | spread | 0.15 | paragraphs with a hit, of all or of six, whichever are fewer |
///
/// A condition in plain words has its strength for seventeen twentieths, and this for the rest.
pub(crate) fn score(evaluation: &Evaluation<'_>, condition: &Condition, hits: &[Hit<'_>]) -> f32 {
    let plain = 0.35 * best_place(evaluation, hits)
        + 0.25 * best(hits, kind)
        + 0.15 * best(hits, |_, mark| salience(evaluation, mark))
        + 0.1 * amount(hits)
        + 0.15 * spread(evaluation, hits);
    match about_share(evaluation, condition) {
        Some(strength) => ((1.0 - BESIDE_STRENGTH) * strength + BESIDE_STRENGTH * plain).clamp(0.0, 1.0),
        None => plain.clamp(0.0, 1.0),
    }
}

/// The highest value of any piece of evidence; 0 without any.
fn best<'h>(hits: &'h [Hit<'h>], value: impl Fn(&Hit<'h>, &Mark<'h>) -> f32) -> f32 {
    hits.iter()
        .flat_map(|hit| hit.marks.as_slice().iter().map(move |mark| (hit, mark)))
        .map(|(hit, mark)| value(hit, mark))
        .fold(0.0, f32::max)
}

fn places<'h>(hits: &'h [Hit<'_>]) -> impl Iterator<Item = &'h std::ops::Range<u32>> {
    hits.iter().map(|hit| &hit.words).filter(|words| !words.is_empty())
}

fn begins_in(ranges: &[std::ops::Range<u32>], words: &std::ops::Range<u32>) -> bool {
    in_ranges(ranges, &(words.start..words.start + 1))
}

fn best_place(evaluation: &Evaluation<'_>, hits: &[Hit<'_>]) -> f32 {
    let scan = evaluation.scan;
    let whole = scan.all().len();
    let of_words = |words: &std::ops::Range<u32>| {
        if begins_in(&scan.headline, words) {
            1.0
        } else if begins_in(&scan.lead, words) {
            0.7
        } else {
            0.5 - 0.2 * ratio(words.start as usize, whole)
        }
    };
    let property = if hits.iter().any(|hit| hit.words.is_empty()) { 0.25 } else { 0.0 };
    places(hits).map(of_words).fold(property, f32::max)
}

fn kind(hit: &Hit<'_>, mark: &Mark<'_>) -> f32 {
    let asked = mark.label.split(['(', ':']).next().unwrap_or_default();
    match (asked, &mark.place) {
        ("STANCE" | "QUOTE", _) => 1.0,
        ("speaker", _) => 0.8,
        (_, MarkPlace::Property(..)) => 0.2,
        _ if hit.marks.as_slice().len() > 1 => 0.7,
        ("cites", _) => 0.6,
        _ => 0.5,
    }
}

/// Salience of the actor that a piece of evidence names, quotes or ascribes a position to; 0 where it is of none.
fn salience(evaluation: &Evaluation<'_>, mark: &Mark<'_>) -> f32 {
    let extraction = evaluation.scan.extraction;
    let of = |id: &ActorId| extraction.actors.iter().find(|actor| actor.id == *id).map_or(0.0, |actor| actor.salience);
    match &mark.place {
        MarkPlace::Quote(quote) => quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()).map_or(0.0, of),
        MarkPlace::Span(span) if mark.label.starts_with("STANCE") => {
            extraction.stances.iter().filter(|stance| stance.evidence == *span).map(|stance| of(&stance.holder)).fold(0.0, f32::max)
        }
        MarkPlace::Span(span) => {
            let named = extraction.actors.iter().filter(|actor| actor.mentions.iter().any(|mention| mention.span == *span));
            named.map(|actor| actor.salience).fold(0.0, f32::max)
        }
        MarkPlace::Words(_) | MarkPlace::Property(..) => 0.0,
    }
}

fn amount(hits: &[Hit<'_>]) -> f32 {
    let mut all: Vec<(u32, u32)> = places(hits).map(|words| (words.start, words.end)).collect();
    all.sort_unstable();
    all.dedup();
    ratio(all.len(), all.len() + 3)
}

fn spread(evaluation: &Evaluation<'_>, hits: &[Hit<'_>]) -> f32 {
    let paragraphs = &evaluation.scan.paragraphs;
    let mut held: Vec<usize> = places(hits).map(|words| paragraphs.partition_point(|paragraph| paragraph.end <= words.start)).collect();
    held.sort_unstable();
    held.dedup();
    ratio(held.len(), paragraphs.len().min(SPREAD_PARAGRAPHS)).min(1.0)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::extraction::Position;
    use crate::watch::compile_query;
    use crate::watch::samples::{Sample, known, located, sample};

    fn score(query: &str, made: &Sample) -> f32 {
        let query = compile_query(&located(query), &known(), &[]).unwrap();
        query.find(&made.article, &made.extraction).map_or(0.0, |(score, _)| score)
    }

    #[test]
    fn what_matters_more_comes_first() {
        let body = "It rained all day. It was cold.\n\nMoscow rejects security guarantees for Kyiv. Nobody was surprised.\n\nPeskov said \
            guarantees are unacceptable. The market fell.\n\nA guarantee was also given for a car.";
        let plain = sample(&format!("# Talks go on\n\n{body}"));
        let heard = sample(&format!("# Talks go on\n\n{body}")).quote("guarantees are unacceptable", Some("peskov")).stance(
            "russia",
            Position::Oppose,
            "security guarantees",
            "Moscow rejects security guarantees for Kyiv",
        );
        let headed = sample(&format!("# Guarantees go on\n\n{body}"));
        let scores = [
            ("car", &plain),
            ("outlet:security", &plain),
            ("guarantee", &plain),
            ("guarantee", &headed),
            ("speaker:peskov", &heard),
            ("QUOTE(peskov, guarantee)", &heard),
            ("STANCE(russia, oppose, guarantee)", &heard),
        ]
        .map(|(query, made)| format!("{query} {:.2}", score(query, made)));
        insta::assert_snapshot!(scores.join("\n"), @"
        car 0.29
        outlet:security 0.14
        guarantee 0.41
        guarantee 0.65
        speaker:peskov 0.43
        QUOTE(peskov, guarantee) 0.48
        STANCE(russia, oppose, guarantee) 0.50
        ");
    }

    proptest! {
        #[test]
        fn more_evidence_never_lowers_it(
            text in "(# (Moscow|guarantee|rain)( Kyiv| peace)?\n\n)?((Moscow|Kyiv|guarantee|peace|rain|Peskov)( |\\. |\n\n)){1,20}end",
            one in "guarantee|peace|rain|actor:russia|speaker:peskov|outlet:security|headline:rain|moscow NEAR/3 kyiv",
            other in "guarantee|peace|rain|actor:ukraine|QUOTE\\(peskov, peace\\)|feed:kyiv-wire|lead:peace|SENTENCE\\(peace rain\\)",
        ) {
            let made = sample(&text).quote("end", Some("peskov"));
            let both = score(&format!("({one}) OR ({other})"), &made);
            let (one, other) = (score(&one, &made), score(&other, &made));
            prop_assert!(both >= one.max(other) - 1e-6, "{both} {one} {other}");
            prop_assert!((0.0..=1.0).contains(&both));
        }

        #[test]
        fn a_hit_in_the_headline_never_lowers_it(body in "((Moscow|Kyiv|guarantee|peace|rain)( |\\. |\n\n)){1,20}end") {
            let with = score("guarantee", &sample(&format!("# A guarantee today\n\n{body}")));
            let without = score("guarantee", &sample(&format!("# A downpour today\n\n{body}")));
            prop_assert!(with >= without, "{with} {without}");
        }
    }
}
