//! What was done since the start, named `noun_verb_unit_total`.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        /// Counters that only rise.
        #[derive(Debug, Default)]
        pub struct Stats {
            $($(#[$doc])* pub $name: Counter,)+
        }

        impl Stats {
            /// Every counter with its name.
            pub fn all(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name.get()),)+]
            }
        }
    };
}

counters! {
    /// Visits that ended, however they ended.
    feeds_visited_total,
    /// Visits that found nothing changed.
    feeds_unchanged_total,
    /// Visits that failed.
    feeds_failed_total,
    /// Times that a hub sent news of a feed.
    feeds_pushed_total,
    /// Entries listed by feeds that were read.
    entries_listed_total,
    /// Entries never seen before.
    entries_new_total,
    /// Entries that could not be read and cost only themselves.
    entries_broken_total,
    /// Articles read to the end.
    articles_read_total,
    /// Articles given up after several attempts.
    articles_lost_total,
    /// Matches found.
    matches_found_total,
    /// Alerts raised.
    alerts_raised_total,
    /// Notices to the operator: something is in trouble, or well again.
    notices_told_total,
    /// Matches that were not told, because they had been.
    alerts_dropped_total,
    /// Deliveries received by their channel.
    deliveries_made_total,
    /// Attempts that failed and will be repeated.
    deliveries_retried_total,
    /// Deliveries given up.
    deliveries_dead_total,
}

/// One counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds.
    pub fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// The count now.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One count of [`Stats::all`], by name; 0 for an unknown name.
pub fn count(stats: &[(&'static str, u64)], name: &str) -> u64 {
    stats.iter().find(|(counter, _)| *counter == name).map_or(0, |(_, count)| *count)
}
