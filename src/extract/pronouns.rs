//! Whom "he", "she", "they" and "it" mean.

use crate::extract::reading::Reading;
use crate::model::extraction::{Actor, ActorKind, Gender, Mention, MentionKind, Quote};
use crate::model::span::Span;
use crate::text::fold::fold;

/// How many sentences back a pronoun looks for a person; for groups and institutions it is one.
const LOOK_BACK: usize = 3;

/// What a pronoun asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    Person(Gender),
    Several,
    Institution,
}

/// Adds a mention of kind `pronoun` with a confidence to the actor that each pronoun most probably means.
///
/// Names that stand inside quoted words rank last: a speaker's "he" is rarely whom the reporter means. A pronoun inside quoted
/// words is left alone where it would mean the one who speaks. No pronoun looks across a subheading. In other
/// languages only "he" and "she" as speakers of quotes are told.
pub fn resolve(reading: &Reading<'_>, actors: &mut [Actor], quotes: &[Quote]) {
    if actors.is_empty() {
        return;
    }
    if !matches!(reading.language, "en" | "und") {
        resolve_speakers(reading, actors, quotes);
        return;
    }
    let scene = Scene::new(reading, actors, quotes);
    let mut found: Vec<(usize, Mention)> = Vec::new();
    let mut told: Vec<Candidate> = Vec::new();
    for index in 0..reading.tokens.len() {
        let Some((wants, subject)) = wanted(reading, index) else { continue };
        let Some(span) = reading.tokens.as_slice().get(index).map(|token| token.span) else { continue };
        let Some(sentence) = reading.sentence_at(span.start) else { continue };
        let Some((candidate, confidence)) = scene.best(actors, &told, wants, subject, span, sentence) else { continue };
        found.push((candidate, Mention { span, kind: MentionKind::Pronoun, confidence: Some(confidence) }));
        // What "he" means here, the next "he" means too.
        told.push(Candidate { actor: candidate, span, sentence, subject, quoted: scene.is_quoted(span) });
        if told.len() > 64 {
            told.drain(..32);
        }
    }
    for (actor, mention) in found {
        if let Some(actor) = actors.get_mut(actor) {
            actor.mentions.push(mention);
        }
    }
    for actor in actors.iter_mut() {
        actor.mentions.sort_by_key(|mention| (mention.span.start, mention.span.end));
    }
}

/// "He" and "she" where they stand alone as the speaker of a quote.
const SPEAKING: &[(&str, &[&str], &[&str])] = &[
    ("ru", &["он"], &["она"]),
    ("uk", &["він"], &["вона"]),
    ("bg", &["той"], &["тя"]),
    ("de", &["er"], &["sie"]),
    ("fr", &["il"], &["elle"]),
    ("es", &["el"], &["ella"]),
    ("pt", &["ele"], &["ela"]),
    ("it", &["lui", "egli"], &["lei", "ella"]),
    ("nl", &["hij"], &["zij", "ze"]),
    ("pl", &["on"], &["ona"]),
    ("cs", &["on"], &["ona"]),
];

/// How often the nearest person before is the one who is meant; a cautious guess, since no set measures it.
const SPEAKER_BEFORE: f32 = 0.6;

/// In other languages only the pronouns that speak are resolved: to the person who spoke last, within the two paragraphs
/// before, else to the person who was named last in them.
fn resolve_speakers(reading: &Reading<'_>, actors: &mut [Actor], quotes: &[Quote]) {
    let Some((_, he, she)) = SPEAKING.iter().find(|(language, ..)| *language == reading.language) else { return };
    let mut named: Vec<(Span, usize)> = actors
        .iter()
        .enumerate()
        .filter(|(_, actor)| actor.kind == ActorKind::Person)
        .flat_map(|(index, actor)| actor.mentions.iter().map(move |mention| (mention.span, index)))
        .collect();
    named.sort_unstable();
    let mut spoke: Option<(Span, usize)> = None;
    let mut found = Vec::new();
    for speaker in quotes.iter().filter_map(|quote| quote.speaker.as_ref()) {
        let Some(span) = speaker.span else { continue };
        if let Some(actor) = &speaker.actor {
            spoke = actors.iter().position(|one| one.id == *actor && one.kind == ActorKind::Person).map(|index| (span, index)).or(spoke);
            continue;
        }
        let word = fold(reading.of(span));
        let gender = match word.as_str() {
            word if he.contains(&word) => Gender::Male,
            word if she.contains(&word) => Gender::Female,
            _ => continue,
        };
        let Some(paragraph) = reading.paragraph_at(span.start) else { continue };
        let fits = |(place, index): &(Span, usize)| {
            place.end <= span.start
                && reading.paragraph_at(place.start).is_some_and(|before| paragraph - before.min(paragraph) <= 2)
                && actors.get(*index).is_some_and(|actor| actor.gender.is_none_or(|one| one == gender))
        };
        let to = named.partition_point(|(place, _)| place.start < span.start);
        let last = named.get(to.saturating_sub(8)..to).unwrap_or_default().iter().rev().copied().find(&fits);
        // Whom the paragraph has just named, else who spoke last.
        let here = last.filter(|(place, _)| reading.paragraph_at(place.start) == Some(paragraph));
        if let Some((_, index)) = here.or(spoke.filter(&fits)).or(last) {
            found.push((index, span));
            spoke = Some((span, index));
        }
    }
    for (index, span) in found {
        if let Some(actor) = actors.get_mut(index) {
            actor.mentions.push(Mention { span, kind: MentionKind::Pronoun, confidence: Some(SPEAKER_BEFORE) });
            actor.mentions.sort_by_key(|mention| (mention.span.start, mention.span.end));
        }
    }
}

/// What the word asks for, and whether it stands as a subject.
fn wanted(reading: &Reading<'_>, index: usize) -> Option<(Wants, bool)> {
    Some(match reading.tokens.folded_at(index) {
        "he" => (Wants::Person(Gender::Male), true),
        "him" | "his" | "himself" => (Wants::Person(Gender::Male), false),
        "she" => (Wants::Person(Gender::Female), true),
        "her" | "hers" | "herself" => (Wants::Person(Gender::Female), false),
        "they" => (Wants::Several, true),
        "them" | "their" | "themselves" => (Wants::Several, false),
        // "it is clear that", "it seems": nobody is meant. Only its possessive form is told.
        "its" | "itself" => (Wants::Institution, false),
        _ => return None,
    })
}

/// A mention that a pronoun may mean.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    actor: usize,
    span: Span,
    sentence: usize,
    subject: bool,
    quoted: bool,
}

struct Scene<'r, 'a> {
    reading: &'r Reading<'a>,
    /// Sorted by place.
    candidates: Vec<Candidate>,
    /// Quoted parts, sorted.
    marked: Vec<Span>,
    /// The first byte of every section.
    sections: Vec<usize>,
}

impl<'r, 'a> Scene<'r, 'a> {
    fn new(reading: &'r Reading<'a>, actors: &[Actor], quotes: &[Quote]) -> Self {
        let mut marked: Vec<Span> = quotes.iter().flat_map(|quote| quote.marked.iter().copied()).collect();
        marked.sort_unstable();
        let mut scene = Self { reading, candidates: Vec::new(), marked, sections: sections(reading) };
        for (actor, found) in actors.iter().enumerate() {
            for mention in found.mentions.iter().filter(|mention| !matches!(mention.kind, MentionKind::Demonym | MentionKind::Place)) {
                let Some(sentence) = reading.sentence_at(mention.span.start) else { continue };
                let subject = scene.is_subject(mention.span, sentence);
                let candidate = Candidate { actor, span: mention.span, sentence, subject, quoted: scene.is_quoted(mention.span) };
                scene.candidates.push(candidate);
            }
        }
        scene.candidates.sort_by_key(|candidate| (candidate.span.start, candidate.actor));
        scene
    }

    /// Whether the mention stands before the first verb of its sentence, roughly: in its first words.
    fn is_subject(&self, span: Span, sentence: usize) -> bool {
        let Some(sentence) = self.reading.sentences.get(sentence) else { return false };
        let tokens = &self.reading.tokens;
        let at = tokens.index_at(span.start);
        let before = at.checked_sub(1).map_or("", |before| tokens.folded_at(before));
        let leading = at.saturating_sub(tokens.index_at(sentence.start)) <= 4;
        let governed = matches!(before, "of" | "with" | "to" | "by" | "for" | "from" | "in" | "on" | "against" | "than" | "about");
        leading && !governed
    }

    fn is_quoted(&self, span: Span) -> bool {
        let index = self.marked.partition_point(|part| part.start <= span.start);
        index.checked_sub(1).and_then(|index| self.marked.get(index)).is_some_and(|part| part.contains(span))
    }

    fn section(&self, byte: usize) -> usize {
        self.sections.partition_point(|start| *start <= byte)
    }

    /// The actor that the pronoun means, with a confidence.
    fn best(
        &self,
        actors: &[Actor],
        told: &[Candidate],
        wants: Wants,
        subject: bool,
        pronoun: Span,
        sentence: usize,
    ) -> Option<(usize, f32)> {
        let inside = self.is_quoted(pronoun);
        let end = self.candidates.partition_point(|candidate| candidate.span.end <= pronoun.start);
        let section = self.section(pronoun.start);
        let look_back = if matches!(wants, Wants::Person(_)) { LOOK_BACK } else { 1 };
        let mut best: Option<(i32, usize, usize)> = None;
        let mut rivals = 0;
        let named = self.candidates.get(..end).unwrap_or_default().iter().rev().take(64);
        for candidate in named.chain(told.iter().rev().take(16)) {
            if sentence - candidate.sentence.min(sentence) > look_back
                || self.section(candidate.span.start) != section
                || candidate.span.end > pronoun.start
            {
                continue;
            }
            let Some(actor) = actors.get(candidate.actor) else { continue };
            let Some(fit) = fit(actor, wants) else { continue };
            // "Peskov … told him": the subject of the same sentence is not its own object.
            let distance = i32::try_from(sentence - candidate.sentence).unwrap_or(9);
            let mut score = fit - 4 * distance;
            score += if candidate.subject { 3 } else { 0 };
            score -= if candidate.quoted && !inside { 12 } else { 0 };
            score += i32::from(subject && candidate.subject);
            if best.is_none_or(|(top, at, _)| (score, candidate.span.start) > (top, at)) {
                if best.is_some_and(|(_, _, actor)| actor != candidate.actor) {
                    rivals += 1;
                }
                best = Some((score, candidate.span.start, candidate.actor));
            } else if best.is_some_and(|(top, _, actor)| actor != candidate.actor && top - score < 4) {
                rivals += 1;
            }
        }
        let (score, _, actor) = best?;
        let floor = if wants == Wants::Institution { 2 } else { -6 };
        if score < floor {
            return None;
        }
        let base = match wants {
            Wants::Person(gender) if actors.get(actor)?.gender == Some(gender) => 0.9,
            Wants::Person(_) => 0.65,
            Wants::Several => 0.55,
            Wants::Institution => 0.4,
        };
        let confidence: f32 = base - if rivals > 0 { 0.15 } else { 0.0 } - if inside { 0.15 } else { 0.0 };
        Some((actor, (confidence.max(0.1) * 100.0).round() / 100.0))
    }
}

/// How well an actor can be what is asked for; `None` when it cannot.
fn fit(actor: &Actor, wants: Wants) -> Option<i32> {
    match wants {
        Wants::Person(gender) => match (actor.kind, actor.gender) {
            (ActorKind::Person, Some(known)) => (known == gender).then_some(6),
            (ActorKind::Person, None) => Some(3),
            _ => None,
        },
        Wants::Several => match actor.kind {
            ActorKind::Group | ActorKind::ArmedGroup => Some(6),
            ActorKind::Bloc | ActorKind::Party => Some(2),
            _ => None,
        },
        Wants::Institution => match actor.kind {
            ActorKind::State | ActorKind::Government | ActorKind::Organisation | ActorKind::Igo | ActorKind::Company | ActorKind::Party => {
                Some(4)
            }
            ActorKind::Media | ActorKind::Bloc => Some(1),
            _ => None,
        },
    }
}

/// A subheading is a short paragraph that ends without punctuation; the text under it is a section of its own.
fn sections(reading: &Reading<'_>) -> Vec<usize> {
    let headline = reading.headline();
    reading
        .paragraphs
        .iter()
        .filter(|paragraph| headline.is_none_or(|headline| !headline.contains(**paragraph)))
        .filter(|paragraph| {
            let text = reading.of(**paragraph).trim_end();
            paragraph.len() < 90 && !text.ends_with(['.', '!', '?', '"', '”', '»', ':', ',', ';', '…', '’', '\'', ')'])
        })
        .map(|paragraph| paragraph.start)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::resolve;
    use crate::extract::actors::find;
    use crate::extract::lexicon::Lexicons;
    use crate::extract::reading::{Reading, plain_article};
    use crate::model::extraction::MentionKind;

    fn shown(text: &str) -> String {
        let (lexicons, _) = Lexicons::new(&[]);
        let article = plain_article(text);
        let reading = Reading::new(&article, "en");
        let mut actors = find(&reading, &lexicons);
        resolve(&reading, &mut actors, &[]);
        let mut found: Vec<(usize, String)> = Vec::new();
        for actor in &actors {
            for mention in actor.mentions.iter().filter(|mention| mention.kind == MentionKind::Pronoun) {
                found.push((mention.span.start, format!("{}={} {}", reading.of(mention.span), actor.id, mention.confidence.unwrap())));
            }
        }
        found.sort();
        found.into_iter().map(|(_, one)| one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn people() {
        insta::assert_snapshot!(shown("Dmitry Peskov’s words were firm. He stated this himself. Angela Merkel listened; she nodded to him."), @"He=peskov 0.9; himself=peskov 0.9; she=merkel 0.9; him=peskov 0.9");
        insta::assert_snapshot!(shown("Mary Example met Vladimir Putin on Monday. She said his plan was late. It is clear."), @"She=mary-example 0.9; his=putin 0.9");
    }

    #[test]
    fn groups_and_institutions() {
        insta::assert_snapshot!(shown("Russian officials have warned of it. They want talks. NATO doubled down on its promise."), @"They=russian-officials 0.55; its=nato 0.4");
    }

    #[test]
    fn never_across_a_subheading() {
        insta::assert_snapshot!(shown("Donald Trump spoke.\n\nA new section\n\nHe was late."), @"");
    }
}
