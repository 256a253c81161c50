//! What is counted while watch lists are held against the past.

use std::collections::{BTreeMap, HashMap, HashSet};
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
    /// Alerts, and whether they are of articles without a story.
    pub(crate) alerts: HashMap<AlertId, bool>,
    told: HashSet<String>,
    pub(crate) samples: Best,
    pub(crate) gained: Best,
    pub(crate) lost: Best,
    pub(crate) cost: Duration,
}

impl Seen {
    /// Counts an article. `alert` is the same for articles that would be one alert.
    pub(crate) fn matched(&mut self, day: Date, alert: AlertId, story: Option<&str>) {
        *self.days.entry(day).or_default() += 1;
        self.alert(alert, story.is_none());
        if let Some(story) = story.filter(|story| !self.told.contains(*story)) {
            self.told.insert(story.to_owned());
        }
    }

    fn alert(&mut self, alert: AlertId, alone: bool) {
        *self.alerts.entry(alert).or_insert(true) &= alone;
    }

    /// How many stories there were; an article without a story is one of its own.
    pub(crate) fn stories(&self) -> usize {
        self.told.len() + self.alerts.values().filter(|alone| **alone).count()
    }

    fn join(&mut self, other: Self, most: usize) {
        for (day, count) in other.days {
            *self.days.entry(day).or_default() += count;
        }
        other.alerts.into_iter().for_each(|(alert, alone)| self.alert(alert, alone));
        self.told.extend(other.told);
        self.samples.join(other.samples, most);
        self.gained.join(other.gained, most);
        self.lost.join(other.lost, most);
        self.cost += other.cost;
    }
}

/// What one thread counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
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
        for (watch, seen) in other.watches {
            self.of(&watch).join(seen, most);
        }
    }

    /// What is told of a watch.
    pub(crate) fn watched(&mut self, id: &WatchId, watch: &AlertWatch) -> Watched {
        let all: Duration = self.watches.values().map(|seen| seen.cost).sum();
        let measured = u32::try_from(self.measured.max(1)).unwrap_or(u32::MAX);
        // The cost stays here, so that the share of those that are told later is of the same whole.
        let seen = std::mem::take(self.of(id));
        self.of(id).cost = seen.cost;
        let share = if all.is_zero() { 0.0 } else { seen.cost.as_secs_f64() / all.as_secs_f64() };
        let cost = seen.cost / measured;
        Watched { id: id.clone(), name: watch.name.clone(), severity: watch.severity, cost, share, seen }
    }
}

/// One watch and what it did.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) id: WatchId,
    pub(crate) name: String,
    pub(crate) severity: Severity,
    /// For an article.
    pub(crate) cost: Duration,
    /// Of the cost of all watches.
    pub(crate) share: f64,
    pub(crate) seen: Seen,
}
