//! How a feed is: what its state says of each kind of trouble.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::model::feed::{FeedState, Rhythm};
use crate::model::health::Seen;

/// No feed counts as silent before: nights, holidays and a long lunch are no news.
const SILENCE_MIN: Duration = Duration::from_secs(36 * 3600);
/// How many usual gaps a silence lasts at least.
const USUAL_GAPS: u32 = 5;

/// Whether it fails, and since when. What was not asked tells nothing.
pub fn failing(state: &FeedState) -> Seen {
    match (state.failing_since, state.last_success) {
        // Gone is a trouble of its own.
        _ if state.gone => Seen::Unknown,
        (Some(since), _) => Seen::Ill(since),
        (None, Some(_)) => Seen::Well,
        (None, None) => Seen::Unknown,
    }
}

/// Whether the server said that it is gone, and when.
pub fn gone(state: &FeedState) -> Seen {
    match (state.gone, state.last_visit) {
        (true, Some(since)) => Seen::Ill(since),
        (false, _) if state.failures == 0 && state.last_success.is_some() => Seen::Well,
        _ => Seen::Unknown,
    }
}

/// Whether a feed that brought nothing new now is silent beyond its own habit, and since when.
///
/// Only a feed that brought something while it was watched can fall silent, and only one whose habit is known: its entries
/// have dates.
pub fn silent(state: &FeedState, now: Timestamp) -> Seen {
    let Some((since, habit)) = state.last_new.zip(silence_max(&state.rhythm)).filter(|_| state.failures == 0 && !state.gone) else {
        return Seen::Unknown;
    };
    let lasts = now.duration_since(since);
    if SignedDuration::try_from(habit).is_ok_and(|habit| lasts >= habit) { Seen::Ill(since) } else { Seen::Unknown }
}

/// How long a feed of this rhythm may be silent: five usual gaps, or half as long again as it ever was.
pub fn silence_max(rhythm: &Rhythm) -> Option<Duration> {
    let usual = rhythm.usual?.saturating_mul(USUAL_GAPS);
    let longest = rhythm.longest.unwrap_or_default();
    Some(SILENCE_MIN.max(usual).max(longest.saturating_add(longest / 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(hours: i64) -> Timestamp {
        "2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
    }

    /// After how many hours of silence a feed with these gaps, in hours, counts as silent.
    fn told_after(usual: u32, longest: u32) -> Option<i64> {
        let rhythm = Rhythm { usual: Some(HOUR * usual), longest: Some(HOUR * longest), ..Rhythm::default() };
        let state = FeedState { last_new: Some(at(0)), last_success: Some(at(0)), rhythm, ..FeedState::new(at(0)) };
        (0..5000).find(|hours| silent(&state, at(*hours)) != Seen::Unknown)
    }

    #[test]
    fn svc_06_a_silence_is_held_against_the_feeds_own_habit() {
        assert_eq!(told_after(1, 3), Some(36), "hourly: told within two days");
        assert_eq!(told_after(1, 64), Some(96), "with free weekends");
        assert_eq!(told_after(24, 24), Some(120));
        assert_eq!(told_after(168, 336), Some(840), "weekly");
    }

    #[test]
    fn what_is_not_known_is_no_trouble() {
        let new = FeedState::new(at(0));
        assert_eq!((failing(&new), gone(&new), silent(&new, at(9999))), (Seen::Unknown, Seen::Unknown, Seen::Unknown));
        let well = FeedState { last_visit: Some(at(0)), last_success: Some(at(0)), ..new };
        assert_eq!((failing(&well), gone(&well), silent(&well, at(9999))), (Seen::Well, Seen::Well, Seen::Unknown));
        let fails = FeedState { failures: 2, failing_since: Some(at(1)), ..well };
        assert_eq!((failing(&fails), gone(&fails)), (Seen::Ill(at(1)), Seen::Unknown));
        let dead = FeedState { gone: true, ..fails };
        assert_eq!((failing(&dead), gone(&dead)), (Seen::Unknown, Seen::Ill(at(0))));
    }
}
