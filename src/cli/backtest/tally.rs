//! What is counted while watch lists are held against the past.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::alert::{AlertWatch, Severity};
use crate::model::id::{AlertId, EntryId, WatchId};

/// An article that a watch holds for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) score: f32,
    pub(crate) at: Timestamp,
    pub(crate) id: EntryId,
    pub(crate) title: String,
    pub(crate) outlet: Option<String>,
    pub(crate) url: Option<String>,
}

/// The best articles of several, and how many there were.
#[derive(Debug, Default)]
pub(crate) struct Best {
    pub(crate) count: usize,
    /// Best first.
    pub(crate) samples: Vec<Sample>,
}

impl Best {
    /// Counts an article; `sample` is asked for only where it is among the best.
    pub(crate) fn add(&mut self, score: f32, id: EntryId, most: usize, sample: impl FnOnce() -> Sample) {
        self.count += 1;
        if self.place(score, id) < most {
            self.keep(sample(), most);
        }
    }

    /// The place of an article among the best: by identity where two are as good, so that the answer does not depend on which
    /// thread was faster.
    fn place(&self, score: f32, id: EntryId) -> usize {
        self.samples.partition_point(|kept| kept.score.total_cmp(&score).reverse().then_with(|| kept.id.cmp(&id)).is_lt())
    }

    fn keep(&mut self, sample: Sample, most: usize) {
        let at = self.place(sample.score, sample.id);
        if at < most {
            self.samples.insert(at, sample);
            self.samples.truncate(most);
        }
    }

    fn join(&mut self, other: Self, most: usize) {
        self.count += other.count;
        for sample in other.samples {
            self.keep(sample, most);
        }
    }
}

/// What one watch did.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) days: BTreeMap<Date, usize>,
    /// Twice the numbers of the alerts, odd where the article was given a story; the same one may stand here several times.
    alerts: Vec<u32>,
    /// Numbers of the stories, likewise.
    told: Vec<u32>,
    pub(crate) samples: Best,
    pub(crate) gained: Best,
    pub(crate) lost: Best,
    pub(crate) cost: Duration,
}

impl Seen {
    /// Counts an article.
    pub(crate) fn matched(&mut self, day: Date, article: Told) {
        *self.days.entry(day).or_default() += 1;
        self.alerts.push(article.alert << 1 | u32::from(article.story.is_some()));
        self.told.extend(article.story);
    }

    /// How many alerts there would have been.
    pub(crate) fn alerts(&self) -> usize {
        self.alerts.chunk_by(|one, other| one >> 1 == other >> 1).count()
    }

    /// How many stories there were; an article without a story is one of its own.
    pub(crate) fn stories(&self) -> usize {
        let alerts = self.alerts.chunk_by(|one, other| one >> 1 == other >> 1);
        self.told.len() + alerts.filter(|same| same.iter().all(|alert| alert & 1 == 0)).count()
    }

    /// Puts those that are the same side by side, each once.
    fn settle(&mut self) {
        for numbers in [&mut self.alerts, &mut self.told] {
            numbers.sort_unstable();
            numbers.dedup();
        }
    }

    /// Adds what another thread saw, whose numbers are these here.
    fn join(&mut self, other: Self, alerts: &[u32], stories: &[u32], most: usize) {
        for (day, count) in other.days {
            *self.days.entry(day).or_default() += count;
        }
        let here = |numbers: &[u32], number: u32| numbers.get(number as usize).copied().unwrap_or(0);
        self.alerts.extend(other.alerts.into_iter().map(|alert| here(alerts, alert >> 1) << 1 | alert & 1));
        self.told.extend(other.told.into_iter().map(|story| here(stories, story)));
        self.samples.join(other.samples, most);
        self.gained.join(other.gained, most);
        self.lost.join(other.lost, most);
        self.cost += other.cost;
    }
}

/// What an article would be told as, by numbers of [`Tally`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    alert: u32,
    story: Option<u32>,
}

/// What one thread counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Alerts and stories, each with its number.
    alerts: HashMap<AlertId, u32>,
    stories: HashMap<String, u32>,
    pub(crate) articles: usize,
    pub(crate) span: Option<(Timestamp, Timestamp)>,
    /// Articles on which the cost of each watch was measured.
    pub(crate) measured: usize,
    watches: HashMap<WatchId, Seen>,
}

impl Tally {
    pub(crate) fn saw(&mut self, at: Timestamp) {
        self.articles += 1;
        self.span = Some(self.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
    }

    /// What an article would be told as. `alert` is the same for articles that would be one alert.
    pub(crate) fn told(&mut self, alert: AlertId, story: Option<&str>) -> Told {
        let next = number(self.alerts.len());
        let alert = *self.alerts.entry(alert).or_insert(next);
        let story = story.map(|story| match self.stories.get(story) {
            Some(known) => *known,
            None => self.story(story.to_owned()),
        });
        Told { alert, story }
    }

    fn story(&mut self, story: String) -> u32 {
        let next = number(self.stories.len());
        *self.stories.entry(story).or_insert(next)
    }

    pub(crate) fn of(&mut self, watch: &WatchId) -> &mut Seen {
        if !self.watches.contains_key(watch) {
            self.watches.insert(watch.clone(), Seen::default());
        }
        self.watches.get_mut(watch).expect("it was put there where it was not")
    }

    pub(crate) fn add(&mut self, other: Self, most: usize) {
        self.articles += other.articles;
        self.measured += other.measured;
        self.span = match (self.span, other.span) {
            (Some((first, last)), Some((start, end))) => Some((first.min(start), last.max(end))),
            (one, other) => one.or(other),
        };
        let mut alerts = vec![0; other.alerts.len()];
        for (alert, there) in other.alerts {
            let next = number(self.alerts.len());
            set(&mut alerts, there, *self.alerts.entry(alert).or_insert(next));
        }
        let mut stories = vec![0; other.stories.len()];
        for (story, there) in other.stories {
            set(&mut stories, there, self.story(story));
        }
        for (watch, seen) in other.watches {
            self.of(&watch).join(seen, &alerts, &stories, most);
        }
    }

    /// What is told of a watch.
    pub(crate) fn watched(&mut self, id: &WatchId, watch: &AlertWatch, place: In) -> Watched {
        let all: Duration = self.watches.values().map(|seen| seen.cost).sum();
        let measured = u32::try_from(self.measured.max(1)).unwrap_or(u32::MAX);
        // The cost stays here, so that the share of those that are told later is of the same whole.
        let mut seen = std::mem::take(self.of(id));
        seen.settle();
        self.of(id).cost = seen.cost;
        let share = if all.is_zero() { 0.0 } else { seen.cost.as_secs_f64() / all.as_secs_f64() };
        let cost = seen.cost / measured;
        Watched { id: id.clone(), name: watch.name.clone(), severity: watch.severity, place, cost, share, seen }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX >> 1)
}

fn set(numbers: &mut [u32], there: u32, here: u32) {
    if let Some(slot) = numbers.get_mut(there as usize) {
        *slot = here;
    }
}

/// Which of the lists that are held against each other have a watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum In {
    /// Both; or there is one only.
    Both,
    /// This one only, so that all it holds for is gained.
    This,
    /// The other one only, so that all it held for is lost.
    Other,
}

/// One watch and what it did.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) id: WatchId,
    pub(crate) name: String,
    pub(crate) severity: Severity,
    pub(crate) place: In,
    /// For an article.
    pub(crate) cost: Duration,
    /// Of the cost of all watches.
    pub(crate) share: f64,
    pub(crate) seen: Seen,
}
