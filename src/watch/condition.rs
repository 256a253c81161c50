//! What is evaluated: a query whose names are resolved and whose words are numbers.

use std::ops::Range;

use crate::model::extraction::{Actor, ActorKind, Position};
use crate::model::id::ActorId;
use crate::model::span::Span;
use crate::watch::query::ast::{Field, Unit, Zone};

/// A condition that holds for an article or not.
#[derive(Debug)]
pub(crate) struct Condition {
    /// As the query language writes it; of a group its operator alone.
    pub(crate) label: Box<str>,
    /// Where it stands in the query.
    pub(crate) span: Span,
    /// What is asked.
    pub(crate) test: Test,
}

/// What is asked.
#[derive(Debug)]
pub(crate) enum Test {
    Words(Phrase),
    Item(Field, Value),
    Actor {
        who: Who,
        main: bool,
    },
    Speaker(Who),
    Cites(Value),
    Zone(Zone, Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Near {
        distance: u32,
        ordered: bool,
        left: Box<Condition>,
        right: Box<Condition>,
    },
    Within(Unit, Box<Condition>),
    AtLeast(usize, Box<Condition>),
    Quote(Who, Option<Box<Condition>>),
    Stance(Who, Vec<Position>, Option<Box<Condition>>),
    /// By its place in the list.
    Topic(usize),
    About(About),
}

/// Words that follow each other.
pub(crate) type Phrase = Vec<Word>;

/// One word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// In any inflection, folded.
    Stem(Box<str>),
    /// One that begins so, folded.
    Prefix(Box<str>),
    /// Exactly so written.
    Exact(Box<str>),
}

/// Folded words that a property of the item must hold one after the other.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) words: Vec<Box<str>>,
    /// Whether the last word is the beginning of one.
    pub(crate) open: bool,
    /// As it must be written, where it must be written so.
    pub(crate) exact: Option<Box<str>>,
}

/// Who is meant.
#[derive(Debug)]
pub(crate) enum Who {
    Anyone,
    Actor(Vec<ActorId>),
    Country([u8; 2]),
    Kind(ActorKind),
    Role(Vec<Box<str>>),
    All(Vec<Who>),
    OneOf(Vec<Who>),
    Not(Box<Who>),
}

/// Plain words that an article should be about.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) parts: Vec<AboutPart>,
    /// The parts that say most, the first most of all.
    pub(crate) rarest: Vec<usize>,
}

/// A word or name of plain words.
#[derive(Debug)]
pub(crate) struct AboutPart {
    /// As it was written.
    pub(crate) label: Box<str>,
    /// The word, or the names of the actor.
    pub(crate) phrases: Vec<Phrase>,
    /// Words of its family, which count less.
    pub(crate) others: Vec<Phrase>,
    /// The actor that is named.
    pub(crate) actors: Vec<ActorId>,
    /// How much it says.
    pub(crate) weight: f32,
    /// Its family of words.
    pub(crate) family: Option<usize>,
}

impl Who {
    /// Whether an actor is meant.
    pub(crate) fn is(&self, actor: &Actor) -> bool {
        match self {
            Self::Anyone => true,
            Self::Actor(ids) => ids.contains(&actor.id),
            Self::Country(code) => actor.country == Some(*code),
            Self::Kind(kind) => actor.kind == *kind,
            Self::Role(words) => actor.roles.iter().any(|role| {
                let said = crate::watch::compile::folded_words(&format!("{} {}", role.title, role.of.as_deref().unwrap_or_default()));
                words.iter().all(|word| said.contains(word))
            }),
            Self::All(parts) => parts.iter().all(|part| part.is(actor)),
            Self::OneOf(parts) => parts.iter().any(|part| part.is(actor)),
            Self::Not(part) => !part.is(actor),
        }
    }
}

impl Value {
    /// Whether a property of the item holds the words.
    pub(crate) fn is_in(&self, property: &str) -> bool {
        if self.words.is_empty() || self.exact.as_deref().is_some_and(|exact| !property.contains(exact)) {
            return false;
        }
        let held = crate::watch::compile::folded_words(property);
        let last = self.words.len() - 1;
        held.windows(self.words.len()).any(|window| {
            window
                .iter()
                .zip(&self.words)
                .enumerate()
                .all(|(index, (held, wanted))| held == wanted || (self.open && index == last && held.starts_with(&**wanted)))
        })
    }
}

impl Condition {
    /// The conditions it is made of.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.test {
            Test::All(parts) | Test::Any(parts) => parts.iter().collect(),
            Test::Zone(_, part) | Test::Not(part) | Test::Within(_, part) | Test::AtLeast(_, part) => vec![part],
            Test::Near { left, right, .. } => vec![left, right],
            Test::Quote(_, about) | Test::Stance(_, _, about) => about.iter().map(|part| &**part).collect(),
            _ => Vec::new(),
        }
    }
}

/// Where a query looks: ranges of words, and the passage when it asks what a statement is about.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'s> {
    pub(crate) ranges: Vec<Range<u32>>,
    pub(crate) passage: Option<&'s Passage>,
}

/// A statement or clause, with what stands around it.
#[derive(Debug, Clone)]
pub(crate) struct Passage {
    /// Its own words.
    pub(crate) words: Vec<Range<u32>>,
    /// The sentences it touches.
    pub(crate) sentences: Vec<Range<u32>>,
    /// The paragraphs it touches.
    pub(crate) paragraphs: Vec<Range<u32>>,
}
