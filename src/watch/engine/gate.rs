//! A condition as flat code that is cheap to hold against an article: it lets through all that the condition holds for, and
//! little else.
//!
//! Code that is *exact* lets through nothing else: words, phrases, `AND`, `OR`, `NOT` and `NEAR` of words. What an
//! exact code lets through holds; of the rest the plain evaluation decides.

use crate::text::keys::Keys;
use crate::watch::condition::{About, Condition, Phrase, Test, Who};
use crate::watch::engine::keys::{self, Key, Part};
use crate::watch::engine::phrases::{Atom, Phrases};
use crate::watch::engine::presence::Presence;
use crate::watch::engine::table::Table;
use crate::watch::engine::words::Words;
use crate::watch::list::CompiledTopic;

const ATOM: u32 = 0;
const ALL: u32 = 1;
const ANY: u32 = 2;
const NOT: u32 = 3;
const NEAR: u32 = 4;
/// Topics inside each other; deeper ones do not hold.
const TOPIC_DEPTH_MAX: u32 = 32;
/// Articles in a thousand that a topic is expected in at most.
const TOPIC_EXPECTED_MAX: f32 = 900.0;
/// Words of code of one query with the topics it names; beyond it, what a topic asks is left to the plain evaluation.
const CODE_MAX: usize = 100_000;

/// What an article is asked for first: if none of its atoms is there, the condition does not hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clause {
    pub(crate) atoms: Vec<Atom>,
    /// How many of a thousand articles hold one of them, by general frequencies of words.
    pub(crate) expected: f32,
}

/// The words, phrases and keys of all conditions, numbered.
#[derive(Debug, Default)]
pub(crate) struct Atoms {
    pub(crate) keys: Keys,
    pub(crate) words: Words,
    pub(crate) phrases: Phrases,
    pub(crate) structured: Table,
    pub(crate) count: Atom,
    /// For each atom how many of a thousand articles hold it; empty once all are there.
    rarities: Vec<f32>,
}

impl Atoms {
    fn phrase(&mut self, phrase: &Phrase) -> Atom {
        let (atom, rarity) = self.phrases.add(phrase, &mut self.words, self.count + 1);
        self.known(atom, rarity)
    }

    fn key(&mut self, (key, rarity): Key) -> Atom {
        let atom = self.structured.get_or(key, self.count + 1);
        self.known(atom, rarity)
    }

    fn known(&mut self, atom: Atom, rarity: f32) -> Atom {
        if atom > self.count {
            self.count = atom;
            self.rarities.resize(atom as usize, 0.0);
            self.rarities.push(rarity);
        }
        atom
    }

    fn clause(&self, atom: Atom) -> Clause {
        Clause { atoms: vec![atom], expected: self.rarities.get(atom as usize).copied().unwrap_or(0.0) }
    }

    /// Gives back what it does not need.
    pub(crate) fn finish(&mut self) {
        self.words.finish();
        self.phrases.finish();
        self.structured.shrink();
        self.rarities = Vec::new();
    }
}

/// How topics stand in the code.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Topics<'a> {
    /// By a key that an article has when the topic may hold in it.
    Named(&'a [CompiledTopic]),
    /// By what their queries ask.
    Written(&'a [CompiledTopic]),
}

/// Writes the code of one condition after another.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) atoms: &'a mut Atoms,
    pub(crate) code: &'a mut Vec<u32>,
    pub(crate) topics: Topics<'a>,
}

/// What was written for a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    /// Whether there is code at all; without it, everything is let through.
    asks: bool,
    exact: bool,
}

const NOTHING: Written = Written { asks: false, exact: false };

impl Writer<'_> {
    /// Writes the code of a condition, and gives whether it is exact.
    ///
    /// A topic may be asked for in a part of the article; its own code must let through what holds in any part.
    pub(crate) fn condition(&mut self, condition: &Condition, everywhere: bool) -> bool {
        let start = self.code.len();
        let written = self.write(condition, everywhere, 0, start);
        if !written.asks {
            // All of nothing.
            self.code.push(ALL | 1 << 3);
        }
        written.exact
    }

    /// `whole` says that the condition is asked of the whole article, so that what must be absent is absent from all of it.
    fn write(&mut self, condition: &Condition, whole: bool, depth: u32, start: usize) -> Written {
        match &condition.test {
            Test::Words(phrase) => {
                let atom = self.atoms.phrase(phrase);
                self.code.push(ATOM | atom << 3);
                Written { asks: true, exact: whole }
            }
            Test::Item(field, value) => {
                let key = keys::of_item(self.atoms.keys, *field, value);
                self.keys(&[key])
            }
            Test::Actor { who, .. } => self.who(Part::Named, who),
            Test::Speaker(who) => self.who(Part::Speaker, who),
            Test::Cites(value) => {
                let key = keys::of_cited(self.atoms.keys, value);
                self.keys(&[key])
            }
            Test::All(parts) => self.group(ALL, parts.iter(), whole, depth, start),
            Test::Any(parts) => self.group(ANY, parts.iter(), whole, depth, start),
            Test::Not(part) => {
                let at = self.code.len();
                self.code.push(NOT);
                let written = self.write(part, whole, depth, start);
                if whole && written.asks && written.exact {
                    self.close(at, NOT);
                    return written;
                }
                self.code.truncate(at);
                NOTHING
            }
            Test::Near { distance, ordered, left, right } => {
                if let (Some(left), Some(right)) = (self.alternatives(left), self.alternatives(right)) {
                    let at = self.code.len();
                    self.code.extend([NEAR, distance << 1 | u32::from(*ordered), length(left.len())]);
                    self.code.extend(left.into_iter().chain(right));
                    self.close(at, NEAR);
                    return Written { asks: true, exact: whole };
                }
                let written = self.group(ALL, [&**left, &**right].into_iter(), false, depth, start);
                Written { exact: false, ..written }
            }
            Test::Zone(_, part) | Test::Within(_, part) | Test::AtLeast(_, part) => {
                let written = self.write(part, false, depth, start);
                Written { exact: false, ..written }
            }
            Test::Quote(who, about) => self.statement(Part::Speaker, who, about.as_deref(), depth, start),
            Test::Stance(who, _, about) => self.statement(Part::Holder, who, about.as_deref(), depth, start),
            Test::Topic(index) => self.topic(*index, depth, start),
            Test::About(about) => {
                let atoms = self.about(about);
                self.any(&atoms)
            }
        }
    }

    fn topic(&mut self, index: usize, depth: u32, start: usize) -> Written {
        match self.topics {
            Topics::Named(topics) => match topics.get(index) {
                Some(topic) => {
                    let key = keys::of_topic(self.atoms.keys, topic.id.as_str());
                    self.keys(&[(key, topic.expected.min(TOPIC_EXPECTED_MAX))])
                }
                None => NOTHING,
            },
            Topics::Written(topics) => {
                let condition = topics.get(index).and_then(|topic| topic.condition.as_ref());
                match condition {
                    Some(condition) if depth < TOPIC_DEPTH_MAX && self.code.len() - start < CODE_MAX => {
                        let written = self.write(condition, false, depth + 1, start);
                        Written { exact: false, ..written }
                    }
                    _ => NOTHING,
                }
            }
        }
    }

    fn statement(&mut self, part: Part, who: &Who, about: Option<&Condition>, depth: u32, start: usize) -> Written {
        let at = self.code.len();
        self.code.push(ALL);
        self.who(part, who);
        if let Some(about) = about {
            self.write(about, false, depth, start);
        }
        self.close(at, ALL);
        Written { asks: true, exact: false }
    }

    fn who(&mut self, part: Part, who: &Who) -> Written {
        let keys = keys::of_who(self.atoms.keys, part, who);
        self.keys(&keys)
    }

    fn keys(&mut self, keys: &[Key]) -> Written {
        let atoms: Vec<Atom> = keys.iter().map(|key| self.atoms.key(*key)).collect();
        self.any(&atoms)
    }

    fn any(&mut self, atoms: &[Atom]) -> Written {
        if let [atom] = atoms {
            self.code.push(ATOM | atom << 3);
        } else {
            let at = self.code.len();
            self.code.push(ANY);
            self.code.extend(atoms.iter().map(|atom| ATOM | atom << 3));
            self.close(at, ANY);
        }
        Written { asks: true, exact: false }
    }

    fn group<'c>(&mut self, operator: u32, parts: impl Iterator<Item = &'c Condition>, whole: bool, depth: u32, start: usize) -> Written {
        let at = self.code.len();
        self.code.push(operator);
        let (mut asks, mut exact, mut all_ask) = (false, true, true);
        for part in parts {
            let written = self.write(part, whole, depth, start);
            asks |= written.asks;
            all_ask &= written.asks;
            exact &= written.exact;
        }
        // One alternative that lets everything through lets everything through.
        if !asks || (operator == ANY && !all_ask) {
            self.code.truncate(at);
            return NOTHING;
        }
        self.close(at, operator);
        Written { asks: true, exact }
    }

    fn close(&mut self, at: usize, operator: u32) {
        let long = length(self.code.len() - at);
        if let Some(first) = self.code.get_mut(at) {
            *first = operator | long << 3;
        }
    }

    /// The phrases of a word, a phrase or alternatives of these alone.
    fn alternatives(&mut self, condition: &Condition) -> Option<Vec<Atom>> {
        fn phrases<'c>(condition: &'c Condition, found: &mut Vec<&'c Phrase>) -> bool {
            match &condition.test {
                Test::Words(phrase) => {
                    found.push(phrase);
                    true
                }
                Test::Any(parts) => parts.iter().all(|part| phrases(part, found)),
                _ => false,
            }
        }
        let mut found = Vec::new();
        phrases(condition, &mut found).then(|| found.into_iter().map(|phrase| self.atoms.phrase(phrase)).collect())
    }

    /// What plain words cannot do without: so many of the rarest that the others are too few.
    fn about(&mut self, about: &About) -> Vec<Atom> {
        let mut atoms = Vec::new();
        for part in about.required() {
            atoms.extend(part.phrases.iter().chain(&part.others).map(|phrase| self.atoms.phrase(phrase)));
            let keys = keys::of_who(self.atoms.keys, Part::Named, &Who::Actor(part.actors.clone()));
            atoms.extend(keys.into_iter().map(|key| self.atoms.key(key)));
        }
        atoms
    }
}

/// The rarest clause that code requires, and the second; `None` where nothing need be there.
pub(crate) fn clauses(code: &[u32], atoms: &Atoms) -> (Option<Clause>, Option<Clause>) {
    let mut found: Vec<Clause> = Vec::new();
    required(code, atoms, &mut found);
    found.sort_by(|a, b| a.expected.total_cmp(&b.expected));
    let mut found = found.into_iter();
    (found.next(), found.find(|second| second.atoms.len() <= 4))
}

/// All clauses that code requires, of which each alone decides.
fn required(code: &[u32], atoms: &Atoms, found: &mut Vec<Clause>) {
    let Some((first, rest)) = code.split_first() else { return };
    if first & 7 == ATOM {
        found.push(atoms.clause(first >> 3));
        return;
    }
    let parts = rest.get(..((first >> 3) as usize).saturating_sub(1)).unwrap_or_default();
    match first & 7 {
        ALL => each(parts, |part| required(part, atoms, found)).for_each(drop),
        ANY => found.extend(one_of(parts, atoms)),
        NEAR => {
            if let [_, lefts, sides @ ..] = parts {
                let (left, right) = sides.split_at_checked(*lefts as usize).unwrap_or_default();
                found.extend([left, right].map(|side| joined(side.iter().map(|atom| atoms.clause(*atom)))));
            }
        }
        _ => {}
    }
}

/// The rarest clause of each alternative as one; `None` where one of them requires nothing.
fn one_of(parts: &[u32], atoms: &Atoms) -> Option<Clause> {
    let rarest = each(parts, |part| {
        let mut clauses = Vec::new();
        required(part, atoms, &mut clauses);
        clauses.into_iter().min_by(|a, b| a.expected.total_cmp(&b.expected))
    });
    rarest.collect::<Option<Vec<Clause>>>().map(|rarest| joined(rarest.into_iter()))
}

fn joined(clauses: impl Iterator<Item = Clause>) -> Clause {
    clauses.fold(Clause::default(), |mut whole, clause| {
        whole.expected += clause.expected;
        whole.atoms.extend(clause.atoms);
        whole
    })
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX >> 3)
}

/// Whether the code lets an article through.
pub(crate) fn lets_through(code: &[u32], presence: &Presence) -> bool {
    let Some((first, rest)) = code.split_first() else { return true };
    if first & 7 == ATOM {
        return presence.holds(first >> 3);
    }
    let parts = rest.get(..((first >> 3) as usize).saturating_sub(1)).unwrap_or_default();
    match first & 7 {
        ALL => each(parts, |part| lets_through(part, presence)).all(|held| held),
        ANY => each(parts, |part| lets_through(part, presence)).any(|held| held),
        // What may be there or not must not keep anything out.
        NOT => !presence.is_sure || !lets_through(parts, presence),
        _ => match parts {
            [window, lefts, atoms @ ..] => {
                let (left, right) = atoms.split_at_checked(*lefts as usize).unwrap_or_default();
                presence.near(window >> 1, window & 1 != 0, left, right)
            }
            _ => true,
        },
    }
}

/// Every part of a group.
fn each<'c, T>(mut code: &'c [u32], mut ask: impl FnMut(&'c [u32]) -> T) -> impl Iterator<Item = T> {
    std::iter::from_fn(move || {
        let first = *code.first()?;
        let long = if first & 7 == ATOM { 1 } else { (first >> 3) as usize };
        let (part, rest) = code.split_at_checked(long.max(1))?;
        code = rest;
        Some(ask(part))
    })
}
