//! A condition as flat code that is cheap to hold against an article: it lets through all that the condition holds for, and
//! little else.
//!
//! Code that is *exact* lets through nothing else: words, phrases, `AND`, `OR`, `NOT` and `NEAR` of words. What an
//! exact code lets through holds; of the rest the plain evaluation decides.

use crate::watch::condition::{About, Condition, Phrase, Test, Who};
use crate::watch::engine::keys::{self, Key, Part};
use crate::watch::engine::phrases::{Atom, Phrases};
use crate::watch::engine::presence::Presence;
use crate::watch::engine::table::{Keys, Table};
use crate::watch::engine::words::Words;
use crate::watch::list::CompiledTopic;
use crate::watch::rarity;

const ATOM: u32 = 0;
const ALL: u32 = 1;
const ANY: u32 = 2;
const NOT: u32 = 3;
const NEAR: u32 = 4;
/// Topics inside each other; deeper ones do not hold.
const TOPIC_DEPTH_MAX: u32 = 32;
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
}

impl Atoms {
    fn phrase(&mut self, phrase: &Phrase) -> Atom {
        let atom = self.phrases.add(phrase, &mut self.words, self.count + 1);
        self.count = self.count.max(atom);
        atom
    }

    fn key(&mut self, key: u64) -> Atom {
        let atom = self.structured.get_or(key, self.count + 1);
        self.count = self.count.max(atom);
        atom
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
                let clause = self.about(about);
                self.any(&clause.atoms)
            }
        }
    }

    fn topic(&mut self, index: usize, depth: u32, start: usize) -> Written {
        match self.topics {
            Topics::Named(topics) => match topics.get(index) {
                Some(topic) => {
                    let key = keys::of_topic(self.atoms.keys, topic.id.as_str());
                    self.keys(&[(key, 0.0)])
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
        let atoms: Vec<Atom> = keys.iter().map(|(key, _)| self.atoms.key(*key)).collect();
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

    /// The rarest clause that is required, and the second; `None` where nothing need be there.
    pub(crate) fn clauses(&mut self, condition: &Condition) -> (Option<Clause>, Option<Clause>) {
        let mut found: Vec<Clause> = Vec::new();
        self.required(condition, 0, &mut found);
        found.sort_by(|a, b| a.expected.total_cmp(&b.expected));
        let mut found = found.into_iter();
        (found.next(), found.find(|second| second.atoms.len() <= 4))
    }

    /// All clauses that are required, of which each alone decides.
    fn required(&mut self, condition: &Condition, depth: u32, found: &mut Vec<Clause>) {
        match &condition.test {
            Test::All(parts) => {
                for part in parts {
                    self.required(part, depth, found);
                }
            }
            Test::Near { left, right, .. } => {
                self.required(left, depth, found);
                self.required(right, depth, found);
            }
            Test::Zone(_, part) | Test::Within(_, part) | Test::AtLeast(_, part) => self.required(part, depth, found),
            Test::Any(parts) => {
                let mut whole = Clause::default();
                for part in parts {
                    let mut clauses = Vec::new();
                    self.required(part, depth, &mut clauses);
                    let Some(rarest) = clauses.into_iter().min_by(|a, b| a.expected.total_cmp(&b.expected)) else { return };
                    whole.expected += rarest.expected;
                    whole.atoms.extend(rarest.atoms);
                }
                found.push(whole);
            }
            Test::Not(_) => {}
            Test::Words(phrase) => {
                let clause = Clause { atoms: vec![self.atoms.phrase(phrase)], expected: rarity::of_phrase(phrase) };
                found.push(clause);
            }
            Test::Item(field, value) => {
                let key = keys::of_item(self.atoms.keys, *field, value);
                self.required_keys(&[key], found);
            }
            Test::Actor { who, .. } => self.required_who(Part::Named, who, found),
            Test::Speaker(who) => self.required_who(Part::Speaker, who, found),
            Test::Cites(value) => {
                let key = keys::of_cited(self.atoms.keys, value);
                self.required_keys(&[key], found);
            }
            Test::Quote(who, about) => {
                self.required_who(Part::Speaker, who, found);
                if let Some(about) = about {
                    self.required(about, depth, found);
                }
            }
            Test::Stance(who, _, about) => {
                self.required_who(Part::Holder, who, found);
                if let Some(about) = about {
                    self.required(about, depth, found);
                }
            }
            Test::Topic(index) => self.required_topic(*index, depth, found),
            Test::About(about) => {
                let clause = self.about(about);
                found.push(clause);
            }
        }
    }

    fn required_topic(&mut self, index: usize, depth: u32, found: &mut Vec<Clause>) {
        let (Topics::Named(topics) | Topics::Written(topics)) = self.topics;
        let Some((topic, condition)) = topics.get(index).and_then(|topic| Some((topic, topic.condition.as_ref()?))) else { return };
        if depth >= TOPIC_DEPTH_MAX {
            return;
        }
        let mut clauses = Vec::new();
        self.required(condition, depth + 1, &mut clauses);
        if matches!(self.topics, Topics::Written(_)) {
            found.extend(clauses);
        } else {
            let expected = clauses.iter().map(|clause| clause.expected).fold(900.0, f32::min);
            let key = keys::of_topic(self.atoms.keys, topic.id.as_str());
            self.required_keys(&[(key, expected)], found);
        }
    }

    fn required_who(&mut self, part: Part, who: &Who, found: &mut Vec<Clause>) {
        let keys = keys::of_who(self.atoms.keys, part, who);
        self.required_keys(&keys, found);
    }

    fn required_keys(&mut self, keys: &[Key], found: &mut Vec<Clause>) {
        let atoms = keys.iter().map(|(key, _)| self.atoms.key(*key)).collect();
        found.push(Clause { atoms, expected: keys.iter().map(|(_, expected)| expected).sum() });
    }

    /// What plain words cannot do without: so many of the rarest that the others are too few.
    fn about(&mut self, about: &About) -> Clause {
        let mut clause = Clause::default();
        for part in about.required() {
            for phrase in part.phrases.iter().chain(&part.others) {
                clause.atoms.push(self.atoms.phrase(phrase));
                clause.expected += rarity::of_phrase(phrase);
            }
            let keys = keys::of_who(self.atoms.keys, Part::Named, &Who::Actor(part.actors.clone()));
            clause.expected += keys.iter().map(|(_, expected)| expected).sum::<f32>();
            clause.atoms.extend(keys.iter().map(|(key, _)| self.atoms.key(*key)));
        }
        clause
    }
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
        NOT => !lets_through(parts, presence),
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
