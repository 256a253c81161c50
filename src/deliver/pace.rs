//! How often a receiver may be asked.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// At most so many deliveries within any such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many; at least 1.
    pub count: u32,
    /// Within which time.
    pub per: Duration,
}

impl Rate {
    /// At most so many within so many seconds.
    pub const fn new(count: u32, seconds: u64) -> Self {
        Self { count, per: Duration::from_secs(seconds) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.count, humantime::format_duration(self.per))
    }
}

/// Keeps to several rates at once.
///
/// A delivery counts from the moment at which it had ended, so that the receiver never sees more in any such time, however long
/// it takes for each.
#[derive(Debug, Clone)]
pub struct Pace {
    rates: Vec<Rate>,
    /// When the last deliveries ended, as many as the greatest count needs.
    ended: VecDeque<Timestamp>,
}

impl Pace {
    /// Nothing was sent yet.
    pub fn new(rates: &[Rate]) -> Self {
        Self { rates: rates.to_vec(), ended: VecDeque::new() }
    }

    /// How many of the last deliveries it must know, and how far back; nothing without a rate.
    pub fn reach(&self) -> Option<(usize, Duration)> {
        let count = self.rates.iter().map(|rate| rate.count).max()?;
        Some((usize::try_from(count).unwrap_or(usize::MAX), self.rates.iter().map(|rate| rate.per).max()?))
    }

    /// Notes that so many deliveries have ended now.
    pub fn note(&mut self, count: usize, now: Timestamp) {
        let most = self.rates.iter().map(|rate| rate.count).max().unwrap_or(0);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        // A clock that was set back must not stop everything until it has caught up.
        while self.ended.back().is_some_and(|last| *last > now) {
            self.ended.pop_back();
        }
        self.ended.extend(std::iter::repeat_n(now, count.min(most)));
        while self.ended.len() > most {
            self.ended.pop_front();
        }
    }

    /// How many deliveries may be made now.
    pub fn free(&self, now: Timestamp) -> usize {
        self.rates.iter().map(|rate| self.free_of(rate, now)).min().unwrap_or(usize::MAX)
    }

    fn free_of(&self, rate: &Rate, now: Timestamp) -> usize {
        let within = |ended: &&Timestamp| **ended <= now && now.duration_since(**ended) < signed(rate.per);
        let made = self.ended.iter().rev().take_while(within).count();
        usize::try_from(rate.count).unwrap_or(usize::MAX).saturating_sub(made)
    }

    /// When the next delivery may be made, where none may be now.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let blocked = self.rates.iter().filter(|rate| self.free_of(rate, now) == 0);
        let opens = blocked.filter_map(|rate| {
            let count = usize::try_from(rate.count).unwrap_or(usize::MAX);
            let oldest = self.ended.get(self.ended.len().checked_sub(count)?)?;
            oldest.checked_add(signed(rate.per)).ok()
        });
        opens.max()
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).unwrap()
    }

    #[test]
    fn without_a_rate_everything_may_go() {
        let mut pace = Pace::new(&[]);
        pace.note(1000, at(0));
        assert_eq!((pace.free(at(0)), pace.next(at(0))), (usize::MAX, None));
    }

    #[test]
    fn the_strictest_of_several_rates_holds() {
        let mut pace = Pace::new(&[Rate::new(2, 1), Rate::new(3, 60)]);
        assert_eq!(pace.free(at(0)), 2);
        pace.note(2, at(0));
        assert_eq!((pace.free(at(500)), pace.next(at(500))), (0, Some(at(1000))));
        assert_eq!(pace.free(at(1000)), 1);
        pace.note(1, at(1000));
        assert_eq!((pace.free(at(5000)), pace.next(at(5000))), (0, Some(at(60_000))));
        assert_eq!(pace.free(at(60_000)), 2);
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nothing() {
        let mut pace = Pace::new(&[Rate::new(1, 60)]);
        pace.note(1, at(1_000_000));
        assert_eq!(pace.free(at(0)), 1);
        pace.note(1, at(0));
        assert_eq!(pace.next(at(1)), Some(at(60_000)));
    }

    proptest! {
        #[test]
        fn no_window_holds_more_than_the_rate(count in 1_u32..6, per in 1_u64..5, wishes in proptest::collection::vec((0_i64..3000, 1_usize..9), 1..60)) {
            let rate = Rate::new(count, per);
            let mut pace = Pace::new(&[rate]);
            let (mut now, mut sent) = (0, Vec::new());
            for (wait, wish) in wishes {
                now += wait;
                let made = pace.free(at(now)).min(wish);
                pace.note(made, at(now));
                sent.extend(std::iter::repeat_n(now, made));
                prop_assert!(pace.free(at(now)) > 0 || pace.next(at(now)).is_some_and(|next| next > at(now) && pace.free(next) > 0));
            }
            for start in &sent {
                let within = sent.iter().filter(|other| (*start..start + 1000 * i64::try_from(per).unwrap()).contains(other)).count();
                prop_assert!(within <= usize::try_from(count).unwrap(), "{sent:?}");
            }
        }
    }
}
