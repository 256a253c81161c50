//! Many conditions against one article: which of them may hold, without looking at the others.
//!
//! All phrases of all queries stand in one trie over the numbers of their words, so that one walk along the article finds
//! every one of them. What is asked of actors, speakers, stances and the item stands beside them as keys. Each condition
//! is registered under its *rarest required clause*: the alternatives, by general frequencies of words the rarest, of which one must be
//! there for the condition to hold. Only conditions that are touched so are looked at further, and before that, four
//! bits of a second required clause are held against a map of what the article has.
//!
//! *Never:* decides alone, unless the code of a condition is exact. [`crate::watch::evaluate`] is the truth; a property test
//! holds both against each other.

pub(crate) mod gate;
mod keys;
mod phrases;
mod presence;
pub(crate) mod table;
mod words;

use std::ops::Range;

use crate::watch::condition::Condition;
use crate::watch::engine::gate::{Atoms, Clause, Topics, Writer, clauses, lets_through};
use crate::watch::engine::phrases::Atom;
use crate::watch::engine::presence::{Presence, bit};
use crate::watch::list::CompiledTopic;
use crate::watch::scan::Scan;

/// A condition that is touched when an atom is there.
#[derive(Debug, Clone, Copy)]
struct Posting {
    /// Twice the place of its code; odd where the code is exact.
    code: u32,
    /// Bits of a second required clause.
    second: [u16; 4],
}

/// Conditions, ready to be held against articles from several threads at once.
#[derive(Debug, Default)]
pub(crate) struct Engine {
    atoms: Atoms,
    /// For each condition its number, then its code.
    code: Vec<u32>,
    conditions: u32,
    /// For each atom where its postings begin.
    first: Vec<u32>,
    postings: Vec<Posting>,
    /// Conditions that nothing need be there for, as they stand in postings.
    always: Vec<u32>,
}

/// Takes conditions one after the other.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    engine: Engine,
    pending: Vec<(Atom, Posting)>,
}

/// A condition that may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Touched {
    /// By its place among the conditions.
    pub(crate) condition: u32,
    /// Whether it does hold.
    pub(crate) holds: bool,
}

impl Builder {
    /// Adds a condition that is asked of whole articles; gives how many of a thousand it may hold for, by general
    /// frequencies of words.
    pub(crate) fn add(&mut self, condition: &Condition, topics: &[CompiledTopic]) -> f32 {
        self.push(condition, Topics::Named(topics), true)
    }

    /// Adds the condition of a topic, which is asked of parts of an article too; gives the same.
    pub(crate) fn add_topic(&mut self, condition: &Condition, topics: &[CompiledTopic]) -> f32 {
        self.push(condition, Topics::Written(topics), false)
    }

    fn push(&mut self, condition: &Condition, topics: Topics<'_>, whole: bool) -> f32 {
        let Engine { atoms, code, conditions, .. } = &mut self.engine;
        let start = u32::try_from(code.len()).unwrap_or(u32::MAX >> 1);
        code.push(*conditions);
        *conditions += 1;
        let mut writer = Writer { atoms, code, topics };
        let exact = writer.condition(condition, whole);
        let (rarest, second) = clauses(self.engine.code.get(start as usize + 1..).unwrap_or_default(), &self.engine.atoms);
        let code = start << 1 | u32::from(exact);
        let Some(Clause { atoms: mut touching, expected }) = rarest else {
            self.engine.always.push(code);
            return 1000.0;
        };
        let further = second.as_ref().map_or(1.0, |second| (second.expected / 1000.0).min(1.0));
        let second = second.filter(|second| second.atoms != touching).map_or([0; 4], |second| bits(&second));
        touching.sort_unstable();
        touching.dedup();
        self.pending.extend(touching.into_iter().map(|atom| (atom, Posting { code, second })));
        expected.min(1000.0) * further
    }

    /// The conditions, ready.
    pub(crate) fn finish(self) -> Engine {
        let Self { mut engine, pending } = self;
        let count = engine.atoms.count as usize;
        let mut first = vec![0_u32; count + 2];
        for (atom, _) in &pending {
            if let Some(next) = first.get_mut(*atom as usize + 1) {
                *next += 1;
            }
        }
        let mut sum = 0;
        for slot in &mut first {
            sum += *slot;
            *slot = sum;
        }
        let mut free = first.clone();
        let mut postings = vec![Posting { code: 0, second: [0; 4] }; pending.len()];
        for (atom, posting) in pending {
            if let Some(at) = free.get_mut(atom as usize) {
                if let Some(slot) = postings.get_mut(*at as usize) {
                    *slot = posting;
                }
                *at += 1;
            }
        }
        engine.first = first;
        engine.postings = postings;
        engine.atoms.finish();
        engine.code.shrink_to_fit();
        engine
    }
}

fn bits(clause: &Clause) -> [u16; 4] {
    let mut bits = clause.atoms.iter().cycle().map(|atom| bit(*atom));
    std::array::from_fn(|_| bits.next().unwrap_or(0))
}

impl Engine {
    /// Conditions that are looked at for every article.
    pub(crate) fn always(&self) -> &[u32] {
        &self.always
    }

    /// The conditions that may hold for an article, in order. `topics` are those that may hold in it or in a part of it.
    pub(crate) fn touched(&self, scan: &Scan<'_>, topics: &[&str]) -> Vec<Touched> {
        if self.conditions == 0 {
            return Vec::new();
        }
        let presence = self.presence(scan, topics);
        // As in the walk, one look into memory for all before the next for any.
        let range = |at: usize| self.first.get(at).copied().unwrap_or(0) as usize;
        let ranges: Vec<Range<usize>> = presence.atoms.iter().map(|atom| range(*atom as usize)..range(*atom as usize + 1)).collect();
        let mut found: Vec<u32> = self.always.clone();
        for range in ranges {
            let postings = self.postings.get(range).unwrap_or_default();
            found.extend(postings.iter().filter(|posting| presence.may_hold(posting.second)).map(|posting| posting.code));
        }
        found.sort_unstable();
        found.dedup();
        let codes: Vec<(u32, u32)> = found.into_iter().filter_map(|code| Some((code, *self.code.get((code >> 1) as usize)?))).collect();
        let through = codes.into_iter().filter_map(|(code, condition)| {
            let asked = self.code.get((code >> 1) as usize + 1..).unwrap_or_default();
            lets_through(asked, &presence).then_some(Touched { condition, holds: presence.is_sure && code & 1 != 0 })
        });
        through.collect()
    }

    fn presence(&self, scan: &Scan<'_>, topics: &[&str]) -> Presence {
        let mut presence = Presence::new(scan.own());
        let mut paragraphs = scan.paragraphs.iter();
        let mut around = 0..0;
        let paragraph = |at: u32| {
            while around.end <= at {
                around = paragraphs.next().map_or(around.end..u32::MAX, Range::clone);
            }
            around.clone()
        };
        if let Some(codes) = self.atoms.words.read(scan) {
            presence.is_sure = codes.is_sure;
            self.atoms.phrases.walk(&codes, paragraph, |atom, start, end| presence.occurs(atom, start, end));
        }
        if self.atoms.structured.len() > 0 {
            let keys = self.atoms.keys;
            let named = topics.iter().map(|topic| keys::of_topic(keys, topic));
            for key in keys::of_article(keys, scan).into_iter().chain(named) {
                let atom = self.atoms.structured.get(key);
                if atom != 0 {
                    presence.add(atom);
                }
            }
        }
        presence
    }
}
