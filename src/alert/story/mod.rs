//! Which articles tell the same story, told as they arrive.
//!
//! One pass, in two steps. A text whose fingerprint is that of an earlier one but for three bits is a copy, and belongs to the
//! story of that text. Any other article joins the story that it is most like, if it is like enough, else it begins one.
//! Likeness to an article is the cosine of weighted stems: what stands early, names, numbers and rare words count more.
//! Likeness to a story is mostly that to its two nearest articles, and partly that to all of them. In another language only
//! actors who are known and numbers are compared.
//!
//! Rareness is learnt from the articles that pass, so nothing about the world is built in, and all memory has a bound.
//! What is joined without strong evidence is marked as [`Link::Likely`]: that must silence nothing.

mod near;
mod signature;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::alert::story::near::{Copy, Near};
use crate::alert::story::signature::{PLACE_BITS, Term, hash};
use crate::model::alert::AlertStory;
use crate::model::id::{EntryId, StoryId};

pub use crate::alert::story::signature::{Signature, Source};

/// Likeness from which an article belongs to a story.
const ALIKE: f32 = 0.3;
/// Likeness from which that is sure.
const SURE: f32 = 0.65;
/// Words from which that can be said at all: two lines with a topic in common are alike by chance, and one may tell the end of
/// what the other began.
const SURE_TERMS: usize = 20;
/// How much of the likeness to a story is that to all its articles; the rest is that to the nearest ones.
const OF_ALL: f32 = 0.15;
/// How many are the nearest ones.
const NEAREST: usize = 2;
/// Words of an article that it is compared by, those that weigh most.
const TERMS_MAX: usize = 100;
/// Of these, words by which stories are looked up.
const KEYS: usize = 16;
/// A word that so many articles in memory share looks nothing up.
const POSTINGS_MAX: usize = 400;
/// Stories that an article is compared with, those with which it shares most.
const STORIES_MAX: usize = 32;
/// Articles of a story that are compared with, the newest.
const MEMBERS_MAX: usize = 24;
/// So many articles without any of the words are taken for granted while few are known, so that the first ones of all do not
/// find their common words common in the world.
const ASSUMED: f32 = 100.0;
/// Parts in which articles are counted for the rareness of words.
const PARTS: u32 = 5;
/// Shared actors and numbers from which articles of two languages can tell one story, and how alike they must be by these.
const MARKS_MIN: usize = 4;
const MARKS_ALIKE: f32 = 0.5;
/// After so long without an article a story is over, in minutes.
const OVER_AFTER: u32 = 7 * 24 * 60;
/// Articles whose place is remembered, for when they are read again.
const PLACED_MAX: usize = 4096;

/// How much is kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Articles that others are compared with, some 600 bytes each; copies of them do not count.
    pub articles: usize,
    /// Texts whose copies are known, some 50 bytes each.
    pub texts: usize,
}

impl Default for Limits {
    /// A week of several hundred feeds in some 30 MB.
    fn default() -> Self {
        Self { articles: 40_000, texts: 200_000 }
    }
}

/// An article that is to find its story.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// Its identity.
    pub id: EntryId,
    /// Its outlet.
    pub outlet: Option<&'a str>,
    /// When it was published, or read; `None` where time says nothing.
    pub at: Option<Timestamp>,
    /// What it is about.
    pub signature: &'a Signature,
}

/// The story of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The story, and how far it has spread with this article.
    pub story: AlertStory,
    /// How sure that is.
    pub link: Link,
}

/// How sure it is that an article belongs to its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It begins it.
    First,
    /// It is a copy of an article of it, or so like it that it is the same event.
    Sure,
    /// It is like it.
    Likely,
}

/// The stories of the last days.
#[derive(Debug)]
pub struct Stories {
    limits: Limits,
    near: Near,
    /// Articles by rising number; the first in memory has the number `forgotten`.
    held: VecDeque<Held>,
    forgotten: u64,
    rareness: Rareness,
    /// For a word, the numbers of the articles that are looked up by it.
    postings: HashMap<u32, VecDeque<u64>>,
    known: HashMap<EntryId, Story>,
    placed: HashMap<EntryId, (EntryId, Link)>,
    placed_order: VecDeque<EntryId>,
    /// By place of a word: its weight in the article at hand, nought between two articles.
    weights: Vec<f32>,
}

#[derive(Debug)]
struct Held {
    story: EntryId,
    language: u32,
    numbers: u32,
    terms: Box<[Term]>,
    marks: Box<[u32]>,
}

#[derive(Debug, Default)]
struct Story {
    items: u32,
    outlets: Vec<u32>,
    /// Numbers of its articles in memory, oldest first.
    members: VecDeque<u64>,
    /// Of its last article, in minutes since 1970; nought when that is not known.
    minute: u32,
}

/// How like an article is to a story.
#[derive(Debug, Clone, Copy)]
struct Likeness {
    value: f32,
    is_sure: bool,
}

/// How many articles have a word, by its place, in [`PARTS`]: an article that begins a story counts whole, one that goes on with
/// it as one part. So the words of a great story stay the rare ones by which its articles know each other.
#[derive(Debug)]
struct Rareness {
    counts: Vec<u32>,
    parts: u32,
    /// Rareness by count, made anew when the number of parts has changed enough.
    by_count: Vec<f32>,
    made_for: u32,
}

impl Rareness {
    fn new() -> Self {
        Self { counts: vec![0; 1 << PLACE_BITS], parts: 0, by_count: Vec::new(), made_for: 0 }
    }

    fn learn(&mut self, signature: &Signature, link: Link, capacity: usize) {
        let parts = if link == Link::First { PARTS } else { 1 };
        for count in signature.terms.iter().map(|term| term.place()).chain(signature.marks.iter().map(|mark| mark_place(*mark))) {
            if let Some(count) = self.counts.get_mut(count) {
                *count += parts;
            }
        }
        self.parts += parts;
        // What is long past counts less and less, so that a word that was rare last year can be common now.
        if self.parts as usize / PARTS as usize > 2 * capacity.max(10_000) {
            self.parts /= 2;
            self.counts.iter_mut().for_each(|count| *count /= 2);
        }
        if self.parts < self.made_for || self.parts - self.made_for > self.made_for / 64 {
            self.made_for = self.parts;
            #[expect(clippy::cast_precision_loss, reason = "some hundred thousand articles")]
            let articles = |parts: u32| parts as f32 / PARTS as f32;
            let rare = |count: u32| (1.0 + (articles(self.parts) + ASSUMED) / (articles(count) + 0.5)).ln();
            self.by_count = (0..=self.parts + self.parts / 64 + PARTS).map(rare).collect();
        }
    }

    fn of(&self, place: usize) -> f32 {
        let count = self.counts.get(place).copied().unwrap_or(0) as usize;
        self.by_count.get(count).or(self.by_count.last()).copied().unwrap_or(1.0)
    }
}

/// The place of a mark in the table.
const fn mark_place(mark: u32) -> usize {
    (mark >> (32 - PLACE_BITS)) as usize
}

impl Stories {
    /// No story yet.
    pub fn new(limits: Limits) -> Self {
        let limits = Limits { articles: limits.articles.max(1), texts: limits.texts.max(1) };
        Self {
            limits,
            near: Near::new(limits.texts),
            held: VecDeque::new(),
            forgotten: 0,
            rareness: Rareness::new(),
            postings: HashMap::new(),
            known: HashMap::new(),
            placed: HashMap::new(),
            placed_order: VecDeque::new(),
            weights: vec![0.0; 1 << PLACE_BITS],
        }
    }

    /// The story of an article, which is named after the article that began it. An article that was placed a short while ago
    /// is where it was.
    pub fn place(&mut self, item: &Item<'_>) -> Placed {
        if let Some((story, link)) = self.placed.get(&item.id).copied() {
            return Placed { story: self.spread(story), link };
        }
        let (story, link) = match self.copy_of(item) {
            Some(story) => (story, Link::Sure),
            None => self.nearest(item).unwrap_or((item.id, Link::First)),
        };
        self.rareness.learn(item.signature, link, self.limits.articles);
        self.take_in(item, story, link);
        Placed { story: self.spread(story), link }
    }

    /// Takes in an article whose story was found by an earlier process, oldest first.
    pub fn restore(&mut self, item: &Item<'_>, story: EntryId, link: Link) {
        if !self.placed.contains_key(&item.id) {
            self.rareness.learn(item.signature, link, self.limits.articles);
            self.take_in(item, story, link);
        }
    }

    /// Whether anything of a story is in memory.
    pub fn knows(&self, story: EntryId) -> bool {
        self.known.contains_key(&story)
    }

    /// How far a story has spread, as far as memory goes.
    fn spread(&self, story: EntryId) -> AlertStory {
        let (items, outlets) = self.known.get(&story).map_or((1, 1), |known| (known.items, known.outlets.len().max(1)));
        AlertStory { id: StoryId::new(story.to_string()), outlets: u32::try_from(outlets).unwrap_or(u32::MAX), items }
    }

    fn copy_of(&self, item: &Item<'_>) -> Option<EntryId> {
        let (minute, numbers) = (minute(item.at), item.signature.headline_numbers);
        let fits = |text: &Copy| !is_over(text.minute, minute) && !Signature::contradict(text.numbers, numbers);
        self.near.find(item.signature.fingerprint?, fits).map(|text| text.story)
    }

    fn take_in(&mut self, item: &Item<'_>, story: EntryId, link: Link) {
        let (minute, signature) = (minute(item.at), item.signature);
        let outlet = item.outlet.map_or(0, |outlet| hash("", &outlet.to_lowercase()));
        let is_copy = signature.fingerprint.is_some_and(|own| self.near.find(own, |text| text.story == story).is_some());
        let known = self.known.entry(story).or_default();
        known.items += 1;
        known.minute = known.minute.max(minute);
        if outlet != 0 && !known.outlets.contains(&outlet) {
            known.outlets.push(outlet);
        }
        if let Some(fingerprint) = signature.fingerprint {
            self.near.take_in(Copy { fingerprint, story, numbers: signature.headline_numbers, minute });
        }
        // A copy tells nothing that its original does not, so it is not kept to be compared with.
        let has_members = !known.members.is_empty();
        if !(is_copy && link == Link::Sure && has_members) {
            self.hold(signature, story);
        }
        self.placed.insert(item.id, (story, link));
        self.placed_order.push_back(item.id);
        if self.placed_order.len() > PLACED_MAX
            && let Some(oldest) = self.placed_order.pop_front()
        {
            self.placed.remove(&oldest);
        }
    }

    fn hold(&mut self, signature: &Signature, story: EntryId) {
        let number = self.forgotten + self.held.len() as u64;
        let terms = self.heaviest(signature);
        for term in terms.iter().take(KEYS) {
            let postings = self.postings.entry(key(*term)).or_default();
            postings.push_back(number);
            if postings.len() > POSTINGS_MAX {
                postings.pop_front();
            }
        }
        if let Some(known) = self.known.get_mut(&story) {
            known.members.push_back(number);
        }
        self.held.push_back(Held {
            story,
            language: signature.language,
            numbers: signature.headline_numbers,
            terms: terms.into(),
            marks: signature.marks.clone().into(),
        });
        self.forget();
    }

    /// The words that weigh most, heaviest first.
    fn heaviest(&self, signature: &Signature) -> Vec<Term> {
        let mut weighed: Vec<(f32, Term)> =
            signature.terms.iter().map(|term| (term.weight() * self.rareness.of(term.place()), *term)).collect();
        weighed.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weighed.truncate(TERMS_MAX);
        weighed.into_iter().map(|(_, term)| term).collect()
    }

    /// The story that an article is most like, where it is like enough.
    fn nearest(&mut self, item: &Item<'_>) -> Option<(EntryId, Link)> {
        let terms = self.heaviest(item.signature);
        let mut squares = 0.0;
        for term in &terms {
            let weight = term.weight() * self.rareness.of(term.place());
            squares += weight * weight;
            if let Some(slot) = self.weights.get_mut(term.place()) {
                *slot = weight;
            }
        }
        let length = squares.sqrt().max(f32::MIN_POSITIVE);
        let minute = minute(item.at);
        let mut best: Option<(Likeness, EntryId)> = None;
        for story in self.candidates(&terms) {
            let Some(known) = self.known.get(&story).filter(|known| !is_over(known.minute, minute)) else { continue };
            let likeness = self.likeness(known, item.signature, length, terms.len());
            if best.is_none_or(|(most, _)| likeness.value > most.value) {
                best = Some((likeness, story));
            }
        }
        for term in &terms {
            if let Some(slot) = self.weights.get_mut(term.place()) {
                *slot = 0.0;
            }
        }
        let (likeness, story) = best.filter(|(likeness, _)| likeness.value >= ALIKE)?;
        Some((story, if likeness.is_sure { Link::Sure } else { Link::Likely }))
    }

    /// The stories with which an article shares most of the words they are looked up by, most first.
    fn candidates(&self, terms: &[Term]) -> Vec<EntryId> {
        let mut shared: HashMap<EntryId, f32> = HashMap::new();
        for term in terms {
            let Some(postings) = self.postings.get(&key(*term)) else { continue };
            let rare = self.rareness.of(term.place());
            let mut last = None;
            for number in postings.iter().rev() {
                let Some(held) = self.article(*number) else { break };
                // Neighbours are mostly of one story, which shares a word but once.
                if last != Some(held.story) {
                    *shared.entry(held.story).or_default() += rare;
                    last = Some(held.story);
                }
            }
        }
        let mut stories: Vec<(f32, EntryId)> = shared.into_iter().map(|(story, weight)| (weight, story)).collect();
        stories.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        stories.truncate(STORIES_MAX);
        stories.into_iter().map(|(_, story)| story).collect()
    }

    fn article(&self, number: u64) -> Option<&Held> {
        self.held.get(usize::try_from(number.checked_sub(self.forgotten)?).ok()?)
    }

    /// The likeness of the article at hand, whose so many words stand in `weights`, to a story.
    fn likeness(&self, story: &Story, signature: &Signature, length: f32, words: usize) -> Likeness {
        let mut nearest = [0.0_f32; NEAREST];
        let (mut sum, mut compared, mut agrees) = (0.0, 0, false);
        for number in story.members.iter().rev().take(MEMBERS_MAX) {
            let Some(held) = self.article(*number) else { continue };
            let likeness = if held.language == signature.language {
                self.cosine(&held.terms, length)
            } else {
                self.by_marks(&held.marks, &signature.marks)
            };
            sum += likeness;
            compared += 1;
            // One article must be as like as that by itself, and its headline must not name other numbers.
            agrees |= likeness >= SURE
                && words.min(held.terms.len()) >= SURE_TERMS
                && !Signature::contradict(held.numbers, signature.headline_numbers);
            let mut likeness = likeness;
            for place in &mut nearest {
                if likeness > *place {
                    std::mem::swap(place, &mut likeness);
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "some dozen articles")]
        let average = |sum: f32, count: usize| if count == 0 { 0.0 } else { sum / count as f32 };
        let value = OF_ALL * average(sum, compared) + (1.0 - OF_ALL) * average(nearest.iter().sum(), compared.min(NEAREST));
        Likeness { value, is_sure: value >= SURE && agrees }
    }

    fn cosine(&self, terms: &[Term], length: f32) -> f32 {
        let (mut sum, mut squares) = (0.0, 0.0);
        for term in terms {
            let place = term.place();
            let weight = term.weight() * self.rareness.of(place);
            squares += weight * weight;
            sum += weight * self.weights.get(place).copied().unwrap_or(0.0);
        }
        sum / (length * squares.sqrt().max(f32::MIN_POSITIVE))
    }

    /// The likeness of articles in two languages, by what is written or known alike in both: never so great that it is sure.
    fn by_marks(&self, one: &[u32], other: &[u32]) -> f32 {
        let weight = |mark: &u32| self.rareness.of(mark_place(*mark)).powi(2);
        let shared: Vec<&u32> = one.iter().filter(|mark| other.binary_search(mark).is_ok()).collect();
        let all = |marks: &[u32]| marks.iter().map(weight).sum::<f32>().sqrt();
        let likeness = shared.iter().map(|mark| weight(mark)).sum::<f32>() / (all(one) * all(other)).max(f32::MIN_POSITIVE);
        if shared.len() >= MARKS_MIN && likeness >= MARKS_ALIKE { likeness.min(f32::midpoint(ALIKE, SURE)) } else { 0.0 }
    }

    fn forget(&mut self) {
        while self.held.len() > self.limits.articles {
            let Some(oldest) = self.held.pop_front() else { break };
            self.forgotten += 1;
            for term in oldest.terms.iter().take(KEYS) {
                if let Some(postings) = self.postings.get_mut(&key(*term)) {
                    while postings.front().is_some_and(|number| *number < self.forgotten) {
                        postings.pop_front();
                    }
                    if postings.is_empty() {
                        self.postings.remove(&key(*term));
                    }
                }
            }
            if let Some(story) = self.known.get_mut(&oldest.story) {
                story.members.pop_front();
                if story.members.is_empty() {
                    self.known.remove(&oldest.story);
                }
            }
        }
    }
}

/// A word as a key.
const fn key(term: Term) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "twenty bits")]
    let place = term.place() as u32;
    place
}

fn minute(at: Option<Timestamp>) -> u32 {
    at.and_then(|at| u32::try_from(at.as_second() / 60).ok()).unwrap_or(0)
}

/// Whether what was told then is over now; never where one of the times is not known.
const fn is_over(then: u32, now: u32) -> bool {
    then != 0 && now != 0 && then.abs_diff(now) > OVER_AFTER
}
