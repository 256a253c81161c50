//! Whether a condition holds for an article, and the words that make it hold.
//!
//! A condition that holds gives its hits: groups of words that together are one occurrence. A condition that does not hold
//! gives nothing at all, which is something else than holding without words, as `NOT` and properties of the item do.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use crate::model::extraction::{Actor, MentionKind, Quote, Stance};
use crate::model::id::ActorId;
use crate::model::span::Span;
use crate::watch::about;
use crate::watch::condition::{Condition, Passage, Phrase, Scope, Test, Value, Who, Word};
use crate::watch::list::CompiledTopic;
use crate::watch::query::ast::{Field, Unit, Zone};
use crate::watch::scan::{Scan, touching, united};

/// A part of the whole article's salience from which an actor is what it is about, wherever it is named.
const MAIN_SALIENCE: f32 = 0.5;

/// One occurrence: the words from first to last, and what they are evidence of.
#[derive(Debug, Clone)]
pub(crate) struct Hit<'a> {
    /// Empty where it has no words, as a property of the item.
    pub(crate) words: Range<u32>,
    pub(crate) marks: Marks<'a>,
}

/// Pieces of evidence. Nearly always there is one, which needs no list.
#[derive(Debug, Clone)]
pub(crate) enum Marks<'a> {
    One(Mark<'a>),
    Several(Vec<Mark<'a>>),
}

impl<'a> Marks<'a> {
    pub(crate) const fn one(label: &'a str, place: MarkPlace<'a>) -> Self {
        Self::One(Mark { label, place })
    }

    pub(crate) fn as_slice(&self) -> &[Mark<'a>] {
        match self {
            Self::One(mark) => std::slice::from_ref(mark),
            Self::Several(marks) => marks,
        }
    }

    /// Those of other hits too.
    fn add(&mut self, hits: Hits<'a>) {
        let mut all = self.as_slice().to_vec();
        for hit in hits {
            match hit.marks {
                Self::One(mark) => all.push(mark),
                Self::Several(marks) => all.extend(marks),
            }
        }
        *self = Self::Several(all);
    }
}

/// One piece of evidence.
#[derive(Debug, Clone)]
pub(crate) struct Mark<'a> {
    pub(crate) label: &'a str,
    pub(crate) place: MarkPlace<'a>,
}

#[derive(Debug, Clone)]
pub(crate) enum MarkPlace<'a> {
    /// Words of the article or of a title beside it.
    Words(Range<u32>),
    /// A span of the text that is no run of words alone, such as a name.
    Span(Span),
    /// The words of a statement.
    Quote(&'a Quote),
    /// A property of the item.
    Property(&'static str, String),
}

pub(crate) type Hits<'a> = Vec<Hit<'a>>;

/// One article against conditions. The topics are those of the list.
#[derive(Debug)]
pub(crate) struct Evaluation<'a> {
    topics: &'a [CompiledTopic],
    pub(crate) scan: &'a Scan<'a>,
    /// All words as one range, or no range where there are none.
    everything: Vec<Range<u32>>,
    found: RefCell<Vec<Option<TopicHits<'a>>>>,
    /// Where phrases begin, by the phrase's address: the same one is asked for again for every statement and passage.
    starts: RefCell<HashMap<*const Word, Rc<[u32]>>>,
    depth: std::cell::Cell<u32>,
}

type TopicHits<'a> = Option<Rc<Hits<'a>>>;

/// Topics that name topics, one inside the other; deeper ones do not hold.
const TOPIC_DEPTH_MAX: u32 = 32;

impl<'a> Evaluation<'a> {
    pub(crate) fn new(topics: &'a [CompiledTopic], scan: &'a Scan<'a>) -> Self {
        let found = RefCell::new(vec![None; topics.len()]);
        Self { topics, scan, everything: united([scan.all()]), found, starts: RefCell::default(), depth: std::cell::Cell::new(0) }
    }

    /// Everywhere.
    pub(crate) fn whole(&self) -> Scope<'static> {
        Scope { ranges: self.everything.clone(), passage: None }
    }

    /// The hits of a condition; `None` when it does not hold.
    pub(crate) fn hits(&self, condition: &'a Condition, scope: &Scope<'_>) -> Option<Hits<'a>> {
        match &condition.test {
            Test::Words(phrase) => some(self.words(&condition.label, phrase, scope)),
            Test::Item(field, value) => self.item(&condition.label, *field, value),
            Test::Actor { who, main } => self.actors(&condition.label, who, *main, scope),
            Test::Speaker(who) => some(self.quotes(who, scope).map(|quote| self.quote_hit(&condition.label, quote)).collect()),
            Test::Cites(value) => some(self.citations(&condition.label, value, scope)),
            Test::Zone(zone, part) => self.hits(part, &self.zone(*zone, scope)),
            Test::All(parts) => self.all(parts, scope),
            Test::Any(parts) => {
                let mut found: Option<Hits<'a>> = None;
                for hits in parts.iter().filter_map(|part| self.hits(part, scope)) {
                    found.get_or_insert_default().extend(hits);
                }
                found
            }
            Test::Not(part) => self.hits(part, scope).is_none().then(Vec::new),
            Test::Near { distance, ordered, left, right } => {
                self.near(left, right, Window { distance: *distance, ordered: *ordered }, scope)
            }
            Test::Within(unit, part) => self.within(*unit, part, scope),
            Test::AtLeast(times, part) => self.hits(part, scope).filter(|hits| distinct(hits) >= *times),
            Test::Quote(who, about) => self.on_quotes(condition, who, about.as_deref(), scope),
            Test::Stance(who, positions, about) => {
                let stances =
                    self.scan.extraction.stances.iter().filter(|stance| positions.is_empty() || positions.contains(&stance.position));
                let mut found = Vec::new();
                for stance in stances.filter(|stance| self.is(who, Some(&stance.holder)) && self.inside(stance.evidence, scope)) {
                    found.extend(self.on_stance(&condition.label, stance, about.as_deref()));
                }
                some(found)
            }
            Test::Topic(index) => match scope.passage {
                Some(passage) => self.on_topic(*index, passage),
                None if scope.ranges == self.everything => self.topic(*index).map(|hits| hits.as_ref().clone()),
                None => self.deeper(|| self.hits(self.topic_condition(*index)?, scope)),
            },
            Test::About(about) => about::hits(self, about, scope),
        }
    }

    pub(crate) fn topic_condition(&self, index: usize) -> Option<&'a Condition> {
        self.topics.get(index)?.condition.as_ref()
    }

    /// Guards the stack against long chains of topics.
    fn deeper<T>(&self, evaluate: impl FnOnce() -> Option<T>) -> Option<T> {
        if self.depth.get() >= TOPIC_DEPTH_MAX {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let found = evaluate();
        self.depth.set(self.depth.get() - 1);
        found
    }

    /// The hits of a topic in the whole article; each is evaluated once.
    pub(crate) fn topic(&self, index: usize) -> TopicHits<'a> {
        if let Some(Some(known)) = self.found.borrow().get(index) {
            return known.clone();
        }
        let found = self.deeper(|| self.hits(self.topic_condition(index)?, &self.whole())).map(Rc::new);
        if let Some(slot) = self.found.borrow_mut().get_mut(index) {
            *slot = Some(found.clone());
        }
        found
    }

    /// Whether a statement or clause is on a topic: the topic's query holds in the sentences that it touches; or it holds
    /// in its paragraph, and one of the words that make it hold stands in those sentences.
    pub(crate) fn on_topic(&self, index: usize, passage: &Passage) -> Option<Hits<'a>> {
        let condition = self.topic_condition(index)?;
        let near = Scope { ranges: passage.sentences.clone(), passage: None };
        let wide = Scope { ranges: passage.paragraphs.clone(), passage: None };
        self.deeper(|| {
            self.hits(condition, &near).or_else(|| {
                let hits = self.hits(condition, &wide)?;
                let says = |mark: &Mark<'a>| match &mark.place {
                    MarkPlace::Words(words) => !touching(&near.ranges, words).is_empty(),
                    // An actor alone is no topic: it is in every statement about it.
                    _ => false,
                };
                hits.iter().flat_map(|hit| hit.marks.as_slice()).any(says).then_some(hits)
            })
        })
    }

    /// A statement or clause with what stands around it.
    pub(crate) fn passage(&self, spans: &[Span]) -> Passage {
        let words = united(spans.iter().map(|span| self.scan.range(*span)));
        let around = |units: &[Range<u32>]| united(words.iter().flat_map(|range| touching(units, range).iter().cloned()));
        Passage { sentences: around(self.scan.sentences()), paragraphs: around(&self.scan.paragraphs), words }
    }

    fn words(&self, label: &'a str, phrase: &'a Phrase, scope: &Scope<'_>) -> Hits<'a> {
        let length = u32::try_from(phrase.len()).unwrap_or(u32::MAX);
        let mut found = Vec::new();
        for start in self.starts(phrase).iter().copied() {
            let words = start..start.saturating_add(length);
            if in_ranges(&scope.ranges, &words) && self.scan.together(&words) {
                found.push(Hit { words: words.clone(), marks: Marks::one(label, MarkPlace::Words(words)) });
            }
        }
        found
    }

    /// Where a phrase of the list begins. The list outlives this, so that an address stands for one phrase.
    fn starts(&self, phrase: &'a Phrase) -> Rc<[u32]> {
        if let [Word::Stem(word)] = phrase.as_slice() {
            return self.scan.positions(word);
        }
        let key = phrase.as_ptr();
        if let Some(known) = self.starts.borrow().get(&key) {
            return Rc::clone(known);
        }
        let starts: Rc<[u32]> = self.looked_up(phrase).into();
        self.starts.borrow_mut().insert(key, Rc::clone(&starts));
        starts
    }

    /// Where any phrase begins, looked up anew.
    pub(crate) fn looked_up(&self, phrase: &[Word]) -> Vec<u32> {
        let Some((first, rest)) = phrase.split_first() else { return Vec::new() };
        let mut starts: Vec<u32> = match first {
            Word::Stem(word) => self.scan.positions(word).to_vec(),
            Word::Prefix(prefix) => self.scan.with_prefix(prefix),
            Word::Exact(exact) => self.scan.all().filter(|at| self.is_exact(*at, exact)).collect(),
        };
        for (word, behind) in rest.iter().zip(1..) {
            if starts.is_empty() {
                break;
            }
            match word {
                Word::Stem(word) => {
                    let positions = self.scan.positions(word);
                    starts.retain(|start| positions.binary_search(&(start + behind)).is_ok());
                }
                Word::Prefix(prefix) => starts.retain(|start| self.scan.folded(start + behind).starts_with(&**prefix)),
                Word::Exact(exact) => starts.retain(|start| self.is_exact(start + behind, exact)),
            }
        }
        starts
    }

    fn is_exact(&self, at: u32, exact: &str) -> bool {
        let written = self.scan.written(at);
        written == exact || (!written.is_ascii() && *crate::watch::compile::composed(written) == *exact)
    }

    fn item(&self, label: &'a str, field: Field, value: &Value) -> Option<Hits<'a>> {
        let held = held(self.scan, field);
        let found = held.into_iter().find(|held| match field {
            // `feed:kyiv` is not the feed `kyiv-wire`: an identity is whole.
            Field::Feed => value.is_in(held) && (value.open || crate::watch::compile::folded_words(held).len() == value.words.len()),
            Field::Language => crate::watch::compile::folded_words(held).first() == value.words.first(),
            _ => value.is_in(held),
        })?;
        let place = MarkPlace::Property(field.as_str(), found);
        Some(vec![Hit { words: 0..0, marks: Marks::one(label, place) }])
    }

    /// Whether somebody is meant; an unknown one only by the star.
    pub(crate) fn is(&self, who: &Who, id: Option<&ActorId>) -> bool {
        if matches!(who, Who::Anyone) {
            return true;
        }
        let Some(id) = id else { return false };
        match self.scan.extraction.actors.iter().find(|actor| actor.id == *id) {
            Some(actor) => who.is(actor),
            None => matches!(who, Who::Actor(ids) if ids.contains(id)),
        }
    }

    fn actors(&self, label: &'a str, who: &Who, main: bool, scope: &Scope<'_>) -> Option<Hits<'a>> {
        let mut found: Option<Hits<'a>> = None;
        let everywhere = scope.ranges == self.everything;
        for actor in self.scan.extraction.actors.iter().filter(|actor| who.is(actor) && (!main || self.is_main(actor))) {
            let named = actor.mentions.iter().filter(|mention| mention.kind != MentionKind::Pronoun);
            let hits: Hits<'a> = named
                .map(|mention| (mention.span, self.scan.range(mention.span)))
                .filter(|(_, words)| in_ranges(&scope.ranges, words))
                .map(|(span, words)| Hit { words, marks: Marks::one(label, MarkPlace::Span(span)) })
                .collect();
            if !hits.is_empty() {
                found.get_or_insert_default().extend(hits);
            } else if everywhere && actor.mentions.is_empty() {
                let place = MarkPlace::Property("actor", actor.name.clone());
                found.get_or_insert_default().push(Hit { words: 0..0, marks: Marks::one(label, place) });
            }
        }
        found.map(|mut hits| {
            hits.sort_by_key(|hit| hit.words.start);
            hits
        })
    }

    /// Whether the article is about the actor: it has at least half of the salience there is to have, or at least half of
    /// the most salient actor's and is named in headline, standfirst or first paragraph.
    fn is_main(&self, actor: &Actor) -> bool {
        let highest = self.scan.extraction.actors.iter().map(|actor| actor.salience).fold(0.0, f32::max);
        let in_lead = |span: Span| in_ranges(&self.scan.lead, &self.scan.range(span));
        actor.salience >= MAIN_SALIENCE
            || (actor.salience * 2.0 >= highest
                && actor.mentions.iter().any(|mention| mention.kind != MentionKind::Pronoun && in_lead(mention.span)))
    }

    fn inside(&self, span: Span, scope: &Scope<'_>) -> bool {
        !touching(&scope.ranges, &self.scan.range(span)).is_empty()
    }

    /// Statements of somebody that touch the scope.
    fn quotes(&self, who: &Who, scope: &Scope<'_>) -> impl Iterator<Item = &'a Quote> {
        self.scan.extraction.quotes.iter().filter(move |quote| {
            let speaker = quote.speaker.as_ref();
            self.is(who, speaker.and_then(|speaker| speaker.actor.as_ref())) && quote.content.iter().any(|span| self.inside(*span, scope))
        })
    }

    fn quote_hit(&self, label: &'a str, quote: &'a Quote) -> Hit<'a> {
        let hull = quote.content.iter().copied().reduce(Span::hull).unwrap_or_default();
        Hit { words: self.scan.range(hull), marks: Marks::one(label, MarkPlace::Quote(quote)) }
    }

    fn citations(&self, label: &'a str, value: &Value, scope: &Scope<'_>) -> Hits<'a> {
        let cited =
            self.scan.extraction.citations.iter().filter(|citation| value.is_in(&citation.outlet) && self.inside(citation.span, scope));
        let mut hits: Hits<'a> = cited
            .map(|citation| Hit { words: self.scan.range(citation.span), marks: Marks::one(label, MarkPlace::Span(citation.span)) })
            .collect();
        if hits.is_empty() {
            let by_way = self.quotes(&Who::Anyone, scope).filter(|quote| quote.via.as_deref().is_some_and(|via| value.is_in(via)));
            hits.extend(by_way.map(|quote| self.quote_hit(label, quote)));
        }
        hits
    }

    pub(crate) fn zone(&self, zone: Zone, scope: &Scope<'_>) -> Scope<'static> {
        let ranges = match zone {
            Zone::Headline => &self.scan.headline,
            Zone::Lead => &self.scan.lead,
            Zone::Body => &self.scan.body,
        };
        Scope { ranges: common(ranges, &scope.ranges), passage: None }
    }

    fn all(&self, parts: &'a [Condition], scope: &Scope<'_>) -> Option<Hits<'a>> {
        let mut found = Vec::new();
        for part in parts {
            found.extend(self.hits(part, scope)?);
        }
        Some(found)
    }

    fn within(&self, unit: Unit, part: &'a Condition, scope: &Scope<'_>) -> Option<Hits<'a>> {
        let units = match unit {
            Unit::Sentence => self.scan.sentences(),
            Unit::Paragraph => &self.scan.paragraphs,
        };
        let mut found: Option<Hits<'a>> = None;
        for one in units {
            let ranges = common(std::slice::from_ref(one), &scope.ranges);
            if ranges.is_empty() {
                continue;
            }
            if let Some(hits) = self.hits(part, &Scope { ranges, passage: None }) {
                found.get_or_insert_default().extend(hits);
            }
        }
        found
    }

    /// `NEAR` over groups: every part of an `AND` must be near the other side, and one part of an `OR`.
    fn near(&self, left: &'a Condition, right: &'a Condition, window: Window, scope: &Scope<'_>) -> Option<Hits<'a>> {
        match (&left.test, &right.test) {
            (Test::All(parts), _) => {
                let pairs: Option<Vec<Hits<'a>>> = parts.iter().map(|part| self.near(part, right, window, scope)).collect();
                pairs.map(|pairs| pairs.into_iter().flatten().collect())
            }
            (_, Test::All(parts)) => {
                let pairs: Option<Vec<Hits<'a>>> = parts.iter().map(|part| self.near(left, part, window, scope)).collect();
                pairs.map(|pairs| pairs.into_iter().flatten().collect())
            }
            (Test::Any(parts), _) if parts.iter().any(has_all) => {
                some(parts.iter().filter_map(|part| self.near(part, right, window, scope)).flatten().collect())
            }
            (_, Test::Any(parts)) if parts.iter().any(has_all) => {
                some(parts.iter().filter_map(|part| self.near(left, part, window, scope)).flatten().collect())
            }
            _ => {
                let (left, right) = (self.hits(left, scope)?, self.hits(right, scope)?);
                some(self.pairs(left, right, window))
            }
        }
    }

    /// For each hit of one side the nearest of the other that is near enough.
    fn pairs(&self, left: Hits<'a>, mut right: Hits<'a>, window: Window) -> Hits<'a> {
        right.retain(|hit| !hit.words.is_empty());
        right.sort_by_key(|hit| hit.words.start);
        let longest = right.iter().map(|hit| hit.words.end - hit.words.start).max().unwrap_or(0);
        let mut found = Vec::new();
        for hit in left.into_iter().filter(|hit| !hit.words.is_empty()) {
            let first = right.partition_point(|other| other.words.start + longest + window.distance <= hit.words.start);
            let around = right.get(first..).unwrap_or_default();
            let around = around.iter().take_while(|other| other.words.start < hit.words.end + window.distance);
            let near = around.filter_map(|other| Some((window.distance(&hit.words, &other.words)?, other)));
            let near = near.filter(|(_, other)| self.scan.same_text(hit.words.start, other.words.start));
            if let Some((_, other)) = near.min_by_key(|(distance, _)| *distance) {
                let words = hit.words.start.min(other.words.start)..hit.words.end.max(other.words.end);
                found.push(Hit { words, marks: Marks::Several([hit.marks.as_slice(), other.marks.as_slice()].concat()) });
            }
        }
        found
    }

    fn on_quotes(&self, condition: &'a Condition, who: &Who, about: Option<&'a Condition>, scope: &Scope<'_>) -> Option<Hits<'a>> {
        let mut found = Vec::new();
        for quote in self.quotes(who, scope) {
            let mut hit = self.quote_hit(&condition.label, quote);
            if let Some(about) = about {
                let passage = self.passage(&quote.content);
                let Some(hits) = self.hits(about, &Scope { ranges: passage.words.clone(), passage: Some(&passage) }) else { continue };
                hit.marks.add(hits);
            }
            found.push(hit);
        }
        some(found)
    }

    fn on_stance(&self, label: &'a str, stance: &'a Stance, about: Option<&'a Condition>) -> Option<Hit<'a>> {
        let mut hit = Hit { words: self.scan.range(stance.evidence), marks: Marks::one(label, MarkPlace::Span(stance.evidence)) };
        if let Some(about) = about {
            let passage = self.passage(&[stance.target.span, stance.evidence]);
            let ranges = united(passage.sentences.iter().chain(&passage.words).cloned());
            let hits = self.hits(about, &Scope { ranges, passage: Some(&passage) })?;
            hit.marks.add(hits);
        }
        Some(hit)
    }
}

/// What an article has of a property of the item.
pub(crate) fn held(scan: &Scan<'_>, field: Field) -> Vec<String> {
    let article = scan.article;
    let text = |value: &Option<crate::model::article::Sourced<String>>| value.as_ref().map(|value| value.value.clone());
    match field {
        Field::Outlet => article.outlet.clone().or_else(|| text(&article.publisher)).into_iter().collect(),
        Field::Feed => article.feed.iter().map(|feed| feed.as_str().to_owned()).collect(),
        Field::Section => text(&article.section).into_iter().collect(),
        Field::Byline => article.authors.iter().flat_map(|authors| authors.value.iter().cloned()).collect(),
        Field::Url => article.url.iter().map(ToString::to_string).collect(),
        Field::Category => article.categories.clone(),
        Field::Language => {
            let declared = text(&article.language);
            scan.extraction.language.as_ref().map(|language| language.code.clone()).or(declared).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// How near, and in which order.
#[derive(Debug, Clone, Copy)]
struct Window {
    distance: u32,
    ordered: bool,
}

impl Window {
    /// Words from one to the other when that is near enough: 1 where they stand side by side.
    fn distance(self, left: &Range<u32>, right: &Range<u32>) -> Option<u32> {
        let distance = if left.end <= right.start {
            right.start - left.end + 1
        } else if right.end <= left.start && !self.ordered {
            left.start - right.end + 1
        } else {
            return None;
        };
        (distance <= self.distance).then_some(distance)
    }
}

fn some(hits: Hits<'_>) -> Option<Hits<'_>> {
    (!hits.is_empty()).then_some(hits)
}

fn has_all(condition: &Condition) -> bool {
    matches!(condition.test, Test::All(_)) || (matches!(condition.test, Test::Any(_)) && condition.parts().into_iter().any(has_all))
}

/// Occurrences that do not share a word.
fn distinct(hits: &Hits<'_>) -> usize {
    let mut places: Vec<(u32, u32)> = hits.iter().map(|hit| (hit.words.end, hit.words.start)).collect();
    places.sort_unstable();
    let mut free = 0;
    let mut count = 0;
    for (end, start) in places {
        if start >= free && end > start {
            count += 1;
            free = end;
        }
    }
    count
}

/// Whether words lie wholly inside one of the ranges.
#[inline]
pub(crate) fn in_ranges(ranges: &[Range<u32>], words: &Range<u32>) -> bool {
    let at = ranges.partition_point(|range| range.end <= words.start);
    !words.is_empty() && ranges.get(at).is_some_and(|range| range.start <= words.start && words.end <= range.end)
}

/// What two lists of ranges share.
fn common(a: &[Range<u32>], b: &[Range<u32>]) -> Vec<Range<u32>> {
    let pairs = a.iter().flat_map(|one| touching(b, one).iter().map(move |other| one.start.max(other.start)..one.end.min(other.end)));
    united(pairs)
}
