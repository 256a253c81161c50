//! What an article is about in general: subjects of IPTC Media Topics, told by its words.
//!
//! A table gives every subject words that speak for it. A word counts once for its first place and less for every further one,
//! more in the headline and in the first paragraph. The score of a subject is how much of what was found speaks for it, and whether that is
//! enough to say something. It is measured: see `topics/SOURCES.md`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::extract::reading::Reading;
use crate::model::extraction::{Topic, TopicKind};
use crate::model::id::TopicId;
use crate::model::span::Span;
use crate::text::hash::WordMap;
use crate::text::token::Tokens;

const SUBJECTS: &str = include_str!("topics/subjects.tsv");
const TERMS: &str = include_str!("topics/terms.tsv");

/// How many subjects are told at most.
const TOPICS_MAX: usize = 5;
/// Subjects with a lower share are not told: they are wrong as often as right.
const LEAST: f32 = 0.3;
/// Narrower subjects need so much of the weight of the wider one.
const NARROW_SHARE: f32 = 0.3;
/// Letters by which words with any ending are found.
const KEY_LETTERS: usize = 3;
/// The weight at which a subject is as sure as its share allows, nearly.
const ENOUGH: f32 = 6.0;

/// A subject of the scheme.
#[derive(Debug)]
struct Subject {
    id: TopicId,
    name: &'static str,
    /// Index of the widest subject above it; its own at the top.
    top: usize,
}

/// Words that speak for subjects.
#[derive(Debug)]
struct Term {
    /// The words after the first.
    rest: Box<[Box<str>]>,
    /// The first word, or what it begins with.
    first: Box<str>,
    /// Whether the last word may go on.
    open: bool,
    weight: f32,
    /// Index into the subjects.
    subject: usize,
}

/// The terms of one language.
#[derive(Debug, Default)]
struct Table {
    terms: Vec<Term>,
    /// By the whole first word.
    whole: WordMap<Box<str>, Vec<u32>>,
    /// By its first letters, where it may go on.
    begun: WordMap<Box<str>, Vec<u32>>,
}

static SCHEME: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let rows: Vec<Vec<&str>> = rows(SUBJECTS).collect();
    let place = |code: &str| rows.iter().position(|row| row.first() == Some(&code));
    let subject = |(index, row): (usize, &Vec<&'static str>)| {
        let cell = |at: usize| row.get(at).copied().unwrap_or_default();
        Subject { id: TopicId::new(format!("medtop:{}", cell(0))), name: cell(1), top: place(cell(2)).unwrap_or(index) }
    };
    rows.iter().enumerate().map(subject).collect()
});

static TABLES: LazyLock<WordMap<&'static str, Table>> = LazyLock::new(|| {
    let codes: WordMap<&str, usize> = rows(SUBJECTS).enumerate().filter_map(|(index, row)| Some((*row.first()?, index))).collect();
    let mut tables: WordMap<&'static str, Table> = WordMap::default();
    for row in rows(TERMS) {
        let [code, language, words] = row.as_slice() else { continue };
        let Some(subject) = codes.get(code) else { continue };
        let table = tables.entry(language).or_default();
        for written in words.split('|') {
            table.add(written, *subject);
        }
    }
    tables
});

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| line.split('\t').collect())
}

/// The first letters of a word, where it has so many.
fn key(word: &str) -> Option<&str> {
    let (end, letter) = word.char_indices().nth(KEY_LETTERS - 1)?;
    word.get(..end + letter.len_utf8())
}

impl Table {
    fn add(&mut self, written: &str, subject: usize) {
        let weight = if written.starts_with('!') { 2.0 } else { 1.0 };
        let open = written.ends_with('*');
        let plain = written.trim_start_matches('!').trim_end_matches('*');
        let tokens = Tokens::new(plain);
        let mut words = tokens.iter().map(|token| Box::<str>::from(tokens.folded(token)));
        let Some(first) = words.next() else { return };
        let rest: Box<[Box<str>]> = words.collect();
        let index = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        if open && rest.is_empty() {
            let Some(key) = key(&first) else { return };
            self.begun.entry(key.into()).or_default().push(index);
        } else {
            self.whole.entry(first.clone()).or_default().push(index);
        }
        self.terms.push(Term { rest, first, open, weight, subject });
    }

    /// The terms that begin at a word.
    fn at<'t>(&'t self, tokens: &'t Tokens, at: usize) -> impl Iterator<Item = u32> + 't {
        let word = tokens.folded_at(at);
        let begun = key(word).and_then(|key| self.begun.get(key));
        let whole = self.whole.get(word);
        let candidates = whole.into_iter().chain(begun).flatten().copied();
        candidates.filter(move |index| self.terms.get(*index as usize).is_some_and(|term| term.fits(tokens, at)))
    }
}

impl Term {
    fn fits(&self, tokens: &Tokens, at: usize) -> bool {
        let word = tokens.folded_at(at);
        let Some((last, between)) = self.rest.split_last() else {
            return if self.open { word.starts_with(&*self.first) } else { word == &*self.first };
        };
        let end = tokens.folded_at(at + self.rest.len());
        word == &*self.first
            && between.iter().enumerate().all(|(index, wanted)| tokens.folded_at(at + 1 + index) == &**wanted)
            && if self.open { end.starts_with(&**last) } else { end == &**last }
    }
}

/// The subjects of an article, the surest first; at most five, and none in a language without words.
pub fn find(reading: &Reading<'_>) -> Vec<Topic> {
    let language = if reading.language == "und" { "en" } else { reading.language };
    let Some(table) = TABLES.get(language) else { return Vec::new() };
    let headline = reading.headline().unwrap_or_default();
    let lead = reading.article.paragraphs.first().copied().unwrap_or_default();
    // How often each term stands there, and what its best place counts.
    let mut counts: BTreeMap<u32, (u16, f32)> = BTreeMap::new();
    for (at, token) in reading.tokens.iter().enumerate() {
        for term in table.at(&reading.tokens, at) {
            let place = place_weight(token.span, headline, lead);
            let (count, best) = counts.entry(term).or_insert((0, place));
            *count = count.saturating_add(1);
            *best = best.max(place);
        }
    }
    told(table, &counts)
}

fn place_weight(span: Span, headline: Span, lead: Span) -> f32 {
    if headline.contains(span) {
        2.0
    } else if lead.contains(span) {
        1.5
    } else {
        1.0
    }
}

fn told(table: &Table, counts: &BTreeMap<u32, (u16, f32)>) -> Vec<Topic> {
    let mut weights = vec![0.0_f32; SCHEME.len()];
    for (term, (count, place)) in counts {
        if let Some(term) = table.terms.get(*term as usize)
            && let Some(weight) = weights.get_mut(term.subject)
        {
            *weight += term.weight * place * (1.0 + f32::from(*count).ln());
        }
    }
    let mut tops = vec![0.0_f32; SCHEME.len()];
    for (subject, weight) in SCHEME.iter().zip(&weights) {
        if let Some(top) = tops.get_mut(subject.top) {
            *top += weight;
        }
    }
    let all: f32 = tops.iter().sum();
    let share = |weight: f32| (weight / all.max(1.0)).min(1.0) * (1.0 - (-weight / ENOUGH).exp());
    let mut topics = Vec::new();
    for (index, subject) in SCHEME.iter().enumerate() {
        let (own, top) = (weights.get(index).copied().unwrap_or(0.0), tops.get(subject.top).copied().unwrap_or(0.0));
        let widest = subject.top == index;
        let weight = if widest { top } else { own };
        let narrow = !widest && (own < NARROW_SHARE * top || share(top) < LEAST);
        if share(weight) < LEAST || narrow {
            continue;
        }
        // So often the subject is right, as measured.
        let score = 1.0 - (1.0 - share(weight)).powi(2);
        let score = (score * 100.0).round() / 100.0;
        topics.push(Topic {
            id: subject.id.clone(),
            name: Some(subject.name.to_owned()),
            kind: TopicKind::Iptc,
            score,
            evidence: Vec::new(),
        });
    }
    topics.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.id.cmp(&other.id)));
    topics.truncate(TOPICS_MAX);
    topics
}

#[cfg(test)]
mod tests {
    use super::{KEY_LETTERS, SCHEME, SUBJECTS, TERMS, find, rows};
    use crate::extract::reading::{Reading, headed_article};

    fn shown(language: &str, text: &str) -> String {
        let article = headed_article(text);
        let found = find(&Reading::new(&article, language));
        found.iter().map(|topic| format!("{} {}", topic.name.as_deref().unwrap_or("-"), topic.score)).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn words_tell_the_subject() {
        let text =
            "Central bank raises rates\n\nThe central bank raised interest rates as inflation and consumer spending grew, economists said.";
        insta::assert_snapshot!(shown("en", text), @"economy, business and finance 1, economy 0.93");
        let text = "Сборная вышла в финал\n\nСборная выиграла матч чемпионата: нападающий забил два гола, сказал тренер команды.";
        insta::assert_snapshot!(shown("ru", text), @"sport 1");
        insta::assert_snapshot!(shown("en", "Nothing to say\n\nShe went home."), @"");
        insta::assert_snapshot!(shown("xx", "The minister won the election\n\nThe minister won the election."), @"");
    }

    #[test]
    fn every_word_speaks_for_a_subject_of_the_scheme() {
        let codes: Vec<&str> = rows(SUBJECTS).filter_map(|row| row.first().copied()).collect();
        assert!(SCHEME.iter().all(|subject| SCHEME.get(subject.top).is_some_and(|top| top.top == subject.top)));
        for row in rows(TERMS) {
            assert!(row.len() == 3 && row.first().is_some_and(|code| codes.contains(code)), "{row:?}");
            for word in row.last().into_iter().flat_map(|words| words.split('|')) {
                let stem = word.trim_start_matches('!').trim_end_matches('*');
                assert!(!stem.contains(['*', '!']) && !stem.is_empty(), "{word:?}");
                let last = stem.rsplit(' ').next().unwrap_or_default();
                assert!(!word.ends_with('*') || last.chars().count() >= KEY_LETTERS, "{word:?} begins too many words");
            }
        }
    }
}
