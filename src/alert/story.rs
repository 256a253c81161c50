//! Which articles tell the same story, told as they arrive.
//!
//! One pass: an article joins the story whose three most alike articles are alike enough on average, else it begins one.
//! Likeness is the cosine of weighted stems (term frequency dampened, rare words count more, names and the headline count
//! double). Rareness is learnt from the articles in memory, so nothing about the world is built in
//! and memory has a bound.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::model::alert::AlertStory;
use crate::model::article::Article;
use crate::model::id::{EntryId, StoryId};
use crate::model::span::Span;
use crate::text::stem::Stems;
use crate::text::token::{Token, Tokens};

/// Words of an article that are looked at; the rest of a long text adds noise.
const WORDS_MAX: usize = 500;
/// Average likeness to its nearest three articles from which an article belongs to a story. Measured: between 0.2 and 0.3 the
/// figures on two public sets change by less than two points.
const ALIKE: f32 = 0.25;
/// How many articles of a story are compared with.
const NEAREST: usize = 3;
/// Rare words by which articles are looked up.
const KEYS: usize = 24;
/// A word that so many articles in memory share looks nothing up.
const POSTINGS_MAX: usize = 2_000;

/// What an article is about, in a form that can be compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signature {
    /// Hash of a stem and its dampened weight, sorted by hash.
    terms: Vec<(u32, f32)>,
}

impl Signature {
    /// Reads a title that stands apart, where there is one, and the beginning of the text, whose first line counts as its
    /// headline. `language` is an ISO 639-1 code.
    pub fn new(title: Option<&str>, text: &str, language: &str) -> Self {
        let stems = Stems::new(language);
        let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
        if let Some(title) = title {
            count(&mut counts, title, &stems, |_| true);
        }
        let lead = if title.is_some() { Span::default() } else { first_line(text) };
        count(&mut counts, text, &stems, |token| lead.contains(token.span));
        Self { terms: counts.into_iter().map(|(hash, weight)| (hash, 1.0 + weight.ln().max(0.0))).collect() }
    }

    /// Reads an article.
    pub fn of(article: &Article, language: &str) -> Self {
        let apart = article.headline.as_ref().filter(|headline| headline.span.is_none()).map(|headline| headline.value.as_str());
        Self::new(apart, &article.text, language)
    }
}

fn first_line(text: &str) -> Span {
    let end = text.find('\n').unwrap_or(text.len());
    if end <= 250 { Span::new(0, end) } else { Span::default() }
}

fn count(counts: &mut BTreeMap<u32, f32>, text: &str, stems: &Stems, is_lead: impl Fn(&Token) -> bool) {
    let tokens = Tokens::new(text);
    let mut after = None;
    for token in tokens.iter().take(WORDS_MAX) {
        let begins = after.is_none_or(|end| Span::new(end, token.span.start).of(text).contains(['.', '!', '?', '\n', '"', '“', '«']));
        after = Some(token.span.end);
        let folded = tokens.folded(token);
        if folded.chars().nth(1).is_none() && folded.is_ascii() {
            continue;
        }
        let is_name = !begins && token.span.of(text).chars().next().is_some_and(char::is_uppercase);
        let weight = if is_name { 2.0 } else { 1.0 } * if is_lead(token) { 2.0 } else { 1.0 };
        *counts.entry(hash(&stems.stem(folded))).or_default() += weight;
    }
}

/// FNV-1a, 32 bits: the same on every machine and in every build.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |state: u32, byte| (state ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The stories of the articles in memory.
#[derive(Debug)]
pub struct Stories {
    capacity: usize,
    /// Articles by rising number; the first in memory has the number `forgotten`.
    held: VecDeque<Held>,
    forgotten: u64,
    vocabulary: Vocabulary,
    postings: HashMap<u32, VecDeque<u64>>,
    told: HashMap<StoryId, Told>,
}

/// How far a story has spread, as far as memory goes.
#[derive(Debug, Default)]
struct Told {
    items: u32,
    outlets: BTreeSet<String>,
}

#[derive(Debug)]
struct Held {
    story: StoryId,
    /// Number of a word and its dampened weight, sorted by the word's hash.
    terms: Vec<(u32, f32)>,
}

/// Words by rising number, so that comparing articles looks into tables and not for hashes. A number whose word stands in no
/// article in memory is given to another word.
#[derive(Debug, Default)]
struct Vocabulary {
    numbers: HashMap<u32, u32>,
    /// By number: the hash of the word, and in how many articles in memory it stands.
    words: Vec<(u32, u32)>,
    free: Vec<u32>,
}

impl Vocabulary {
    /// The numbers of the words of an article, which from now on counts.
    fn take_in(&mut self, signature: &Signature) -> Vec<(u32, f32)> {
        let Self { numbers, words, free } = self;
        let number_of = |hash| {
            *numbers.entry(hash).or_insert_with(|| {
                free.pop().unwrap_or_else(|| {
                    words.push((hash, 0));
                    u32::try_from(words.len() - 1).expect("an article has at most some hundred words, and memory some thousand articles")
                })
            })
        };
        let terms: Vec<(u32, f32)> =
            signature.terms.iter().map(|(hash, _)| *hash).map(number_of).zip(signature.terms.iter().map(|(_, weight)| *weight)).collect();
        for ((number, _), (hash, _)) in terms.iter().zip(&signature.terms) {
            if let Some(word) = words.get_mut(*number as usize) {
                *word = (*hash, word.1 + 1);
            }
        }
        terms
    }

    /// Forgets an article.
    fn let_go(&mut self, terms: &[(u32, f32)]) {
        for (number, _) in terms {
            if let Some((hash, count)) = self.words.get_mut(*number as usize) {
                *count -= 1;
                if *count == 0 {
                    self.numbers.remove(hash);
                    self.free.push(*number);
                }
            }
        }
    }

    /// How rare each word is among so many articles.
    fn rareness(&self, articles: usize) -> Rareness<'_> {
        let most = self.words.iter().map(|(_, count)| *count).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "some thousand articles")]
        let by_count = (0..=most).map(|count| (1.0 + (articles + 1) as f32 / (count as f32 + 0.5)).ln()).collect();
        Rareness { words: &self.words, by_count }
    }
}

/// How rare words are. It depends on counts alone, of which there are few, so no logarithm is taken for a word.
struct Rareness<'a> {
    words: &'a [(u32, u32)],
    by_count: Vec<f32>,
}

impl Rareness<'_> {
    fn of(&self, number: u32) -> f32 {
        let word = self.words.get(number as usize);
        word.and_then(|(_, count)| self.by_count.get(*count as usize)).copied().unwrap_or(0.0)
    }

    fn hash(&self, number: u32) -> u32 {
        self.words.get(number as usize).map_or(0, |(hash, _)| *hash)
    }
}

impl Stories {
    /// Keeps at most `capacity` articles in memory; the oldest are forgotten first.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            held: VecDeque::new(),
            forgotten: 0,
            vocabulary: Vocabulary::default(),
            postings: HashMap::new(),
            told: HashMap::new(),
        }
    }

    /// The story of an article, which is named after the article that began it, and how far it has spread with this one.
    pub fn place(&mut self, id: EntryId, outlet: Option<&str>, signature: &Signature) -> AlertStory {
        let terms = self.vocabulary.take_in(signature);
        let rareness = self.vocabulary.rareness(self.held.len() + 1);
        let keys = keys(&terms, &rareness);
        let story = self.nearest(&terms, &keys, &rareness).unwrap_or_else(|| StoryId::new(id.to_string()));
        let number = self.forgotten + self.held.len() as u64;
        for key in keys {
            let postings = self.postings.entry(key).or_default();
            postings.push_back(number);
            if postings.len() > POSTINGS_MAX {
                postings.pop_front();
            }
        }
        let told = self.told.entry(story.clone()).or_default();
        told.items += 1;
        told.outlets.extend(outlet.map(str::to_owned));
        let outlets = u32::try_from(told.outlets.len()).unwrap_or(u32::MAX).max(1);
        let spread = AlertStory { id: story.clone(), outlets, items: told.items };
        self.held.push_back(Held { story, terms });
        self.forget();
        spread
    }

    fn nearest(&self, terms: &[(u32, f32)], keys: &[u32], rareness: &Rareness<'_>) -> Option<StoryId> {
        let own = Weighted::new(terms, rareness);
        let mut candidates: Vec<u64> =
            keys.iter().filter_map(|key| self.postings.get(key)).flatten().copied().filter(|number| *number >= self.forgotten).collect();
        candidates.sort_unstable();
        candidates.dedup();
        let mut alike: BTreeMap<&StoryId, Vec<f32>> = BTreeMap::new();
        for number in candidates {
            let index = usize::try_from(number - self.forgotten).unwrap_or(usize::MAX);
            let Some(held) = self.held.get(index) else { continue };
            alike.entry(&held.story).or_default().push(own.cosine(&held.terms, rareness));
        }
        let mut best: Option<(f32, &StoryId)> = None;
        for (story, mut values) in alike {
            values.sort_by(|a, b| b.total_cmp(a));
            let compared = NEAREST.min(self.told.get(story).map_or(1, |told| told.items as usize));
            #[expect(clippy::cast_precision_loss, reason = "at most three")]
            let average = values.iter().take(compared).sum::<f32>() / compared as f32;
            if best.is_none_or(|(value, _)| average > value) {
                best = Some((average, story));
            }
        }
        best.filter(|(value, _)| *value >= ALIKE).map(|(_, story)| story.clone())
    }

    fn forget(&mut self) {
        while self.held.len() > self.capacity {
            let Some(oldest) = self.held.pop_front() else { break };
            self.forgotten += 1;
            if let Some(told) = self.told.get_mut(&oldest.story) {
                told.items -= 1;
                if told.items == 0 {
                    self.told.remove(&oldest.story);
                }
            }
            let first = self.forgotten;
            for (number, _) in &oldest.terms {
                let Some((hash, _)) = self.vocabulary.words.get(*number as usize) else { continue };
                if let Some(postings) = self.postings.get_mut(hash) {
                    while postings.front().is_some_and(|number| *number < first) {
                        postings.pop_front();
                    }
                    if postings.is_empty() {
                        self.postings.remove(hash);
                    }
                }
            }
            self.vocabulary.let_go(&oldest.terms);
        }
    }
}

/// The heaviest words of an article, by which others find it.
fn keys(terms: &[(u32, f32)], rareness: &Rareness<'_>) -> Vec<u32> {
    let mut keys: Vec<(f32, u32)> = terms.iter().map(|(number, weight)| (weight * rareness.of(*number), rareness.hash(*number))).collect();
    keys.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    keys.truncate(KEYS);
    keys.into_iter().map(|(_, hash)| hash).collect()
}

/// An article that others are compared with: the weight of each word by its number, nought for words it has not.
struct Weighted {
    weights: Vec<f32>,
    length: f32,
}

impl Weighted {
    fn new(terms: &[(u32, f32)], rareness: &Rareness<'_>) -> Self {
        let mut weights = vec![0.0; rareness.words.len()];
        let mut squares = 0.0;
        for (number, weight) in terms {
            let weight = weight * rareness.of(*number);
            squares += weight * weight;
            if let Some(slot) = weights.get_mut(*number as usize) {
                *slot = weight;
            }
        }
        Self { weights, length: squares.sqrt().max(f32::MIN_POSITIVE) }
    }

    fn cosine(&self, other: &[(u32, f32)], rareness: &Rareness<'_>) -> f32 {
        let (mut sum, mut squares) = (0.0, 0.0);
        for (number, weight) in other {
            let weight = weight * rareness.of(*number);
            squares += weight * weight;
            sum += weight * self.weights.get(*number as usize).copied().unwrap_or(0.0);
        }
        sum / (self.length * squares.sqrt().max(f32::MIN_POSITIVE))
    }
}

#[cfg(test)]
mod tests {
    use super::{Signature, Stories};
    use crate::model::id::EntryId;

    const ARTICLES: &[&str] = &[
        "Ferry strike halts crossings to Gotland\n\nCrews of the Gotland ferries walked out on Monday over pay, the union Seko said.",
        "Parliament passes budget in Lisbon\n\nLawmakers in Lisbon approved the budget for next year after a night of votes.",
        "Gotland cut off as ferry crews strike\n\nNo ferry left Nynäshamn for Gotland on Monday; the union Seko wants higher pay for crews.",
        "Lisbon budget wins narrow majority\n\nThe budget passed parliament in Lisbon with four votes more than needed.",
        "Comet seen over the Andes\n\nAstronomers in Chile photographed a comet with the naked eye above the Andes.",
    ];

    fn shown(capacity: usize) -> String {
        let mut stories = Stories::new(capacity);
        let placed = ARTICLES.iter().enumerate().map(|(number, text)| {
            let id = EntryId([u8::try_from(number).unwrap(); 16]);
            let story = stories.place(id, Some(if number % 2 == 0 { "Even" } else { "Odd" }), &Signature::new(None, text, "en"));
            format!("{}:{} in {}", story.id.as_str().get(..2).unwrap(), story.items, story.outlets)
        });
        placed.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn articles_find_their_story() {
        insta::assert_snapshot!(shown(100), @"00:1 in 1 01:1 in 1 00:2 in 1 01:2 in 1 04:1 in 1");
    }

    #[test]
    fn what_is_forgotten_begins_anew() {
        insta::assert_snapshot!(shown(1), @"00:1 in 1 01:1 in 1 02:1 in 1 03:1 in 1 04:1 in 1");
    }
}
