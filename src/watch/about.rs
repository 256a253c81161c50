//! The short form: actors by name, topics in plain words.
//!
//! Several actors are alternatives, several topics are alternatives, and one of each must hold. A topic in plain words
//! becomes `ABOUT("…")`: small words are left out, names of known actors count in all their spellings, a word counts in all
//! inflections, and half for the words of its family ([`crate::watch::synonyms`]). Words weigh by how rare they are in general
//! text. An article is about them when enough of them are there, often for its length, when some of the rarest are among them,
//! and when a good part stands in one passage. There is no corpus behind it, so that the same article always has the same score.

use std::ops::Range;

use crate::model::extraction::{ActorKind, KnownActor, MentionKind};
use crate::model::span::Span;
use crate::problem::{Located, Problem};
use crate::text::fold::is_unspaced;
use crate::text::token::Tokens;
use crate::watch::compile::{Compiler, folded_words};
use crate::watch::condition::{About, AboutPart, Phrase, Scope, Word};
use crate::watch::evaluate::{Evaluation, Hit, Hits, MarkPlace, Marks, in_ranges};
use crate::watch::list::WatchSource;
use crate::watch::query::ast::Term;
use crate::watch::rarity;
use crate::watch::small::is_small_word;
use crate::watch::synonyms::{family, longest};

// The figures below were chosen on a public set of standing queries, where they lie on a wide plateau. What is asked of every
// word is Okapi BM25 with background frequencies: how often it is there, for the length of the article, saturating.

/// Strength from which plain words hold.
const STRENGTH_MIN: f32 = 0.283;
/// Share of the weight that one passage must hold, when there are many words, and what is added for one alone; of several,
/// their part of it.
const GATHERED_MIN: f32 = 0.1;
const GATHERED_FEW: f32 = 0.9;
/// Of so many of the rarest words, one must be there.
const RAREST: usize = 3;
/// So many words must be there.
const THERE_MIN: usize = 2;
/// How soon a further occurrence of a word says no more, in an article of usual length.
const SATURATION: f32 = 2.5;
/// How much a long article has to say a word more often, between 0 and 1.
const LENGTH_MATTERS: f32 = 0.8;
/// Words of an article of usual length.
const LENGTH_USUAL: f32 = 600.0;
/// Most that one word can weigh.
const WEIGHT_MAX: f32 = 4.5;
/// What a word of the same family counts.
const FAMILY: f32 = 0.5;
/// Words from one to the other so that two that stand side by side in the topic count as near.
const NEAR: u32 = 15;
/// How soon it says no more that two are near each other once again.
const NEAR_SATURATION: f32 = 1.0;
/// Words of the passage that holds most of the topic.
const PASSAGE: u32 = 20;
/// How much nearness and the best passage are of the strength; the rest is how often each word is there.
const OF_NEAR: f32 = 0.05;
const OF_PASSAGE: f32 = 0.15;
/// Words at the beginning of an article, where news says what it is about, and how much of the rest is what stands there.
const BEGINNING: u32 = 200;
const OF_BEGINNING: f32 = 0.1;
/// Tokens of the longest name that is looked for.
const NAME_TOKENS_MAX: usize = 6;

impl Compiler<'_> {
    /// What the short form of a watch becomes, as the query language writes it; `None` when it has a fault, which is told.
    pub(crate) fn short(&mut self, watch: &WatchSource) -> Option<String> {
        let before = self.problems.len();
        let actors: Vec<String> = watch.actors.iter().filter_map(|name| self.short_actor(name)).collect();
        let topics: Vec<String> = watch.topics.iter().filter_map(|topic| self.short_topic(topic)).collect();
        if self.problems.len() > before {
            return None;
        }
        let several = !actors.is_empty() && !topics.is_empty();
        let one_of = |parts: Vec<String>| if several && parts.len() > 1 { format!("({})", parts.join(" OR ")) } else { parts.join(" OR ") };
        let parts: Vec<String> = [actors, topics].into_iter().filter(|parts| !parts.is_empty()).map(one_of).collect();
        Some(parts.join(" AND "))
    }

    fn short_actor(&mut self, name: &Located<String>) -> Option<String> {
        let Some(ids) = self.find_actor(&name.value) else {
            let names = self.names.known.iter().flat_map(|actor| std::iter::once(&actor.name).chain(&actor.aliases));
            let help = match crate::problem::nearest(&name.value, names.map(String::as_str)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "add it as [[actor]] with its names, or write it into `topics`".to_owned(),
            };
            self.problems.push(Problem::error(format!("there is no actor `{}`", name.value), name.place.clone()).help(help));
            return None;
        };
        let is_plain = |id: &str| id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        Some(match ids.as_slice() {
            [id] if is_plain(id.as_str()) => format!("actor:{id}"),
            [id] => format!("actor:\"{id}\""),
            _ => format!("actor:\"{}\"", unmarked(&name.value)),
        })
    }

    fn short_topic(&mut self, topic: &Located<String>) -> Option<String> {
        let words = unmarked(&topic.value);
        if self.about(&words).is_none() {
            let problem = Problem::error(format!("topic `{}` holds nothing but small words", topic.value), topic.place.clone());
            self.problems.push(problem.help("write at least one word that says what it is about"));
            return None;
        }
        Some(format!("ABOUT(\"{words}\")"))
    }

    /// Plain words as parts that are looked for; `None` when there are only small words.
    pub(crate) fn about(&mut self, text: &str) -> Option<About> {
        let tokens = Tokens::new(text);
        let shouted = !text.chars().any(char::is_lowercase);
        let mut parts: Vec<AboutPart> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let (length, part) = match self.named(text, &tokens, at, shouted) {
                Some(named) => named,
                None => Self::word(text, &tokens, at, shouted),
            };
            // A word that is there twice, or one of the same family, says no more.
            let is_new = |part: &AboutPart| {
                parts.iter().all(|other| {
                    other.label != part.label
                        && (other.family.is_none() || other.family != part.family)
                        && (part.actors.is_empty() || other.actors != part.actors)
                })
            };
            parts.extend(part.filter(is_new));
            at += length;
        }
        let mut about = About { parts, rarest: Vec::new() };
        let mut order: Vec<usize> = (0..about.parts.len()).collect();
        order.sort_by(|a, b| about.weight(*b).total_cmp(&about.weight(*a)));
        order.truncate(RAREST);
        about.rarest = order;
        (!about.parts.is_empty()).then_some(about)
    }

    /// The longest name of a known actor that begins here.
    fn named(&mut self, text: &str, tokens: &Tokens, at: usize, shouted: bool) -> Option<(usize, Option<AboutPart>)> {
        let longest = NAME_TOKENS_MAX.min(tokens.len() - at);
        let (length, written, ids) = (1..=longest).rev().find_map(|length| {
            let slice = tokens.as_slice().get(at..at + length)?;
            let span = slice.first()?.span.hull(slice.last()?.span);
            let written = span.of(text);
            let is_name = length > 1 || written.chars().any(char::is_uppercase);
            let is_small = length == 1 && is_small(written, tokens.folded_at(at), shouted);
            let ids = self.find_actor(written).filter(|_| is_name && !is_small)?;
            Some((length, written, ids))
        })?;
        let named = self.names.known.iter().filter(|actor| ids.contains(&actor.id));
        let spellings: Vec<(String, bool)> = named
            .flat_map(|actor| std::iter::once(&actor.name).chain(&actor.aliases).map(move |name| (actor, name)))
            // A short name in small letters is another word.
            .filter(|(_, name)| name.chars().count() > 3 && is_plain(name))
            .map(|(actor, name)| (name.clone(), is_seat(actor, written, name)))
            .chain([(written.to_owned(), false)])
            .collect();
        let (mut phrases, mut seats): (Vec<Phrase>, Vec<Phrase>) = Default::default();
        for (name, is_seat) in spellings {
            let term = Term { text: name, quoted: true, exact: false };
            let kept = if is_seat { &mut seats } else { &mut phrases };
            if let Some(phrase) = self.phrase(Span::default(), &term).filter(|phrase| !kept.contains(phrase)) {
                kept.push(phrase);
            }
        }
        let folded: Vec<&str> = (at..at + length).map(|at| tokens.folded_at(at)).collect();
        let family = family(&folded);
        let weight = weight(&folded);
        let mut others = family.map(|family| family.phrases(&folded)).unwrap_or_default();
        others.extend(seats);
        let family = family.map(|family| family.number);
        Some((length, Some(AboutPart { label: written.into(), phrases, others, actors: ids, weight, family })))
    }

    /// One word, a phrase that has a family, or characters of a script without spaces side by side.
    fn word(text: &str, tokens: &Tokens, at: usize, shouted: bool) -> (usize, Option<AboutPart>) {
        let rest: Vec<&str> = (at..tokens.len()).map(|at| tokens.folded_at(at)).collect();
        let length = longest(&rest).max(unspaced(tokens, at)).max(1);
        let words = tokens.as_slice().get(at..at + length).unwrap_or_default();
        let written = words.iter().map(|token| token.span).reduce(Span::hull).unwrap_or_default().of(text);
        let folded = rest.get(..length).unwrap_or_default();
        let apart = if folded.iter().all(|word| word.chars().all(is_unspaced)) { "" } else { " " };
        let label = folded.join(apart);
        if is_small(written, &label, shouted) || folded.iter().any(|word| word.is_empty()) {
            return (length, None);
        }
        let family = family(folded);
        let others = family.map(|family| family.phrases(folded)).unwrap_or_default();
        let phrases = vec![folded.iter().map(|word| Word::Stem((*word).into())).collect()];
        let family = family.map(|family| family.number);
        let weight = weight(folded);
        (length, Some(AboutPart { label: label.into(), phrases, others, actors: Vec::new(), weight, family }))
    }
}

/// A text as it can stand in quotation marks.
fn unmarked(text: &str) -> String {
    text.replace(['"', '“', '”', '„'], " ").trim().to_owned()
}

/// Whether a name has words, and no address among them.
fn is_plain(name: &str) -> bool {
    let tokens = Tokens::new(name);
    !tokens.is_empty() && tokens.iter().all(|token| !tokens.folded(token).is_empty())
}

/// Whether a name of a state is that of the seat of its power, or some other one that shares no word with those it goes by: it may
/// mean the place alone. Names in other scripts are those it goes by.
fn is_seat(actor: &KnownActor, written: &str, name: &str) -> bool {
    let known = [folded_words(written), folded_words(&actor.name)].concat();
    actor.kind == ActorKind::State && name.is_ascii() && !folded_words(name).iter().any(|word| known.contains(word))
}

/// Words from here on that are characters of a script without spaces, side by side: together they are a phrase.
fn unspaced(tokens: &Tokens, at: usize) -> usize {
    let rest = tokens.as_slice().get(at..).unwrap_or_default();
    let run = rest.iter().take_while(|token| tokens.folded(token).chars().all(is_unspaced) && !tokens.folded(token).is_empty()).count();
    let apart = rest.windows(2).take(run).position(|pair| matches!(pair, [one, next] if one.span.end != next.span.start));
    apart.map_or(run, |apart| run.min(apart + 1))
}

/// Whether a word says nothing: small words and single letters, but not acronyms such as U.S. or, where not all is in
/// capitals, US.
fn is_small(written: &str, folded: &str, shouted: bool) -> bool {
    let acronym = written.contains('.') || (!shouted && written.chars().count() > 1 && written.chars().all(char::is_uppercase));
    let letter = folded.chars().count() < 2 && !folded.chars().any(is_unspaced);
    letter || (!acronym && is_small_word(folded))
}

/// How much words say: the rarer in general text, the more.
fn weight(folded: &[&str]) -> f32 {
    let rarest = folded.iter().map(|word| rarity::of_word(word)).fold(1000.0, f32::min) / 1000.0;
    let share = if folded.len() > 1 { rarest * 0.3 } else { rarest };
    (1.0 + 1.0 / share.max(1e-6)).ln().min(WEIGHT_MAX)
}

impl About {
    pub(crate) fn weight(&self, part: usize) -> f32 {
        self.parts.get(part).map_or(0.0, |part| part.weight)
    }

    /// How many words of the same weight would be as hard to find all: few when one says most.
    fn equals(&self) -> f32 {
        let sum: f32 = self.parts.iter().map(|part| part.weight).sum();
        let squares: f32 = self.parts.iter().map(|part| part.weight * part.weight).sum();
        if squares > 0.0 { sum * sum / squares } else { 1.0 }
    }

    /// Share of the weight that one passage must hold.
    fn gathered_min(&self) -> f32 {
        (GATHERED_MIN + GATHERED_FEW / self.equals()).min(1.0)
    }

    /// How many words must be there.
    fn there_min(&self) -> usize {
        self.parts.len().min(THERE_MIN)
    }

    /// The parts of which one must be there for them to hold.
    pub(crate) fn required(&self) -> impl Iterator<Item = &AboutPart> {
        // Of few words, so many of the rarest that the others are too few.
        let enough = (self.parts.len() + 1).saturating_sub(self.there_min());
        self.rarest.iter().take(enough).filter_map(|index| self.parts.get(*index))
    }
}

/// One occurrence of a part.
#[derive(Debug, Clone)]
struct Found {
    words: Range<u32>,
    counts: f32,
}

/// Where each part of plain words stands, in order.
fn found(evaluation: &Evaluation<'_>, about: &About, scope: &Scope<'_>) -> Vec<Vec<Found>> {
    let scan = evaluation.scan;
    let of_part = |part: &AboutPart| {
        let mut places: Vec<Found> = Vec::new();
        for (phrases, counts) in [(&part.phrases, 1.0), (&part.others, FAMILY)] {
            for phrase in phrases {
                let length = u32::try_from(phrase.len()).unwrap_or(u32::MAX);
                let starts = evaluation.looked_up(phrase);
                places.extend(starts.into_iter().map(|start| Found { words: start..start.saturating_add(length), counts }));
            }
        }
        for actor in scan.extraction.actors.iter().filter(|actor| part.actors.contains(&actor.id)) {
            let mentions = actor.mentions.iter().filter(|mention| mention.kind != MentionKind::Pronoun);
            let counts = |kind: MentionKind| if matches!(kind, MentionKind::Metonym | MentionKind::Place) { FAMILY } else { 1.0 };
            places.extend(mentions.map(|mention| Found { words: scan.range(mention.span), counts: counts(mention.kind) }));
        }
        places.retain(|found| in_ranges(&scope.ranges, &found.words));
        places.sort_by(|a, b| {
            (a.words.start, b.counts, a.words.end).partial_cmp(&(b.words.start, a.counts, b.words.end)).unwrap_or(std::cmp::Ordering::Equal)
        });
        places.dedup_by_key(|found| found.words.start);
        places
    };
    about.parts.iter().map(of_part).collect()
}

/// How far plain words are what an article is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Likeness {
    /// Share of the weight that one short passage holds.
    gathered: f32,
    /// How many words are there, and how many of the rarest.
    there: usize,
    rarest: usize,
    /// Between 0 and 1: how often each word is there, how often those side by side in the topic are near each other, and
    /// how much of all of it one short passage holds.
    pub(crate) strength: f32,
}

/// How far plain words are what an article is about.
pub(crate) fn likeness(evaluation: &Evaluation<'_>, about: &About, scope: &Scope<'_>) -> Likeness {
    let places = found(evaluation, about, scope);
    let length = count(evaluation.scan.all().len()) / LENGTH_USUAL;
    let soon = SATURATION * (1.0 - LENGTH_MATTERS + LENGTH_MATTERS * length);
    let total: f32 = about.parts.iter().map(|part| part.weight).sum();
    let mut often = 0.0;
    for (part, places) in about.parts.iter().zip(&places).filter(|(_, places)| !places.is_empty()) {
        let times: f32 = places.iter().map(|found| found.counts).sum();
        often += part.weight * times / (times + soon);
    }
    let there = places.iter().filter(|places| !places.is_empty()).count();
    let rarest = about.rarest.iter().filter(|index| places.get(**index).is_some_and(|places| !places.is_empty())).count();
    let (mut beside, mut near) = (0.0, 0.0);
    let parts: Vec<(&AboutPart, &Vec<Found>)> = about.parts.iter().zip(&places).collect();
    for ((left, some), (right, others)) in parts.iter().zip(parts.iter().skip(1)) {
        let worth = left.weight.min(right.weight);
        let is_near = |one: &&Found| {
            let first = others.partition_point(|other| other.words.start + NEAR < one.words.start);
            others.get(first).is_some_and(|other| other.words.start <= one.words.start + NEAR)
        };
        let times = count(some.iter().filter(is_near).count());
        beside += worth;
        near += worth * times / (times + NEAR_SATURATION);
    }
    let passage = passage(about, &places) / total;
    let (of_near, near) = if beside > 0.0 { (OF_NEAR, near / beside) } else { (0.0, 0.0) };
    let strength = (1.0 - OF_PASSAGE) * ((1.0 - of_near) * often / total + of_near * near) + OF_PASSAGE * passage;
    let begins = |places: &Vec<Found>| places.first().is_some_and(|first| first.words.start < BEGINNING);
    let beginning: f32 = parts.iter().filter(|(_, places)| begins(places)).map(|(part, _)| part.weight).sum();
    let strength = (1.0 - OF_BEGINNING) * strength + OF_BEGINNING * beginning / total;
    Likeness { gathered: passage, there, rarest, strength }
}

/// The greatest weight of parts that stand in one short passage.
fn passage(about: &About, places: &[Vec<Found>]) -> f32 {
    let mut all: Vec<(u32, usize)> =
        places.iter().enumerate().flat_map(|(part, places)| places.iter().map(move |found| (found.words.start, part))).collect();
    all.sort_unstable();
    let mut times = vec![0_u32; places.len()];
    let (mut held, mut best, mut first) = (0.0_f32, 0.0_f32, 0);
    for (at, part) in &all {
        if let Some(times) = times.get_mut(*part) {
            held += if *times == 0 { about.weight(*part) } else { 0.0 };
            *times += 1;
        }
        while let Some((start, left)) = all.get(first).filter(|(start, _)| start + PASSAGE < *at) {
            debug_assert!(start < at, "what is left behind stands before");
            if let Some(times) = times.get_mut(*left) {
                *times -= 1;
                held -= if *times == 0 { about.weight(*left) } else { 0.0 };
            }
            first += 1;
        }
        best = best.max(held);
    }
    best
}

impl Likeness {
    fn holds(self, about: &About) -> bool {
        self.there >= about.there_min() && self.rarest > 0 && self.gathered >= about.gathered_min() - 1e-4 && self.strength >= STRENGTH_MIN
    }
}

/// The hits of plain words; `None` when too little of what they say is there.
pub(crate) fn hits<'a>(evaluation: &Evaluation<'a>, about: &'a About, scope: &Scope<'_>) -> Option<Hits<'a>> {
    if !likeness(evaluation, about, scope).holds(about) {
        return None;
    }
    let places = found(evaluation, about, scope);
    let mut hits: Hits<'a> = Vec::new();
    for (part, places) in about.parts.iter().zip(places) {
        let marks = |words: &Range<u32>| Marks::one(&part.label, MarkPlace::Words(words.clone()));
        hits.extend(places.into_iter().take(20).map(|found| Hit { marks: marks(&found.words), words: found.words }));
    }
    hits.sort_by_key(|hit| hit.words.start);
    Some(hits)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words of one article")]
const fn count(number: usize) -> f32 {
    number as f32
}

/// Why plain words do not hold, for the one who asks: the first thing that is too little, and what is not there at all.
pub(crate) fn why_not(evaluation: &Evaluation<'_>, about: &About, scope: &Scope<'_>) -> String {
    let likeness = likeness(evaluation, about, scope);
    let first = if likeness.there < about.there_min() {
        "too few of the words are there".to_owned()
    } else if likeness.rarest == 0 {
        "none of the rarest words is there".to_owned()
    } else if likeness.gathered < about.gathered_min() - 1e-4 {
        let (held, needed) = (likeness.gathered * 100.0, about.gathered_min() * 100.0);
        format!(
            "the words stand too far apart: no {PASSAGE} words side by side hold more than {held:.0} % of their weight, of {needed:.0} %"
        )
    } else {
        format!("the words come too seldom for the length of the text: their strength is {:.2}, of {STRENGTH_MIN:.2}", likeness.strength)
    };
    let places = found(evaluation, about, scope);
    let missing: Vec<&str> = about.parts.iter().zip(places).filter(|(_, places)| places.is_empty()).map(|(part, _)| &*part.label).collect();
    if missing.is_empty() { first } else { format!("{first}; missing: {}", missing.join(", ")) }
}
