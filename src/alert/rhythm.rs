//! Whether a watch has had nothing for longer than usual.

use jiff::{SignedDuration, Timestamp};

/// Alerts from which a habit can be told.
const HABIT_MIN: usize = 8;
/// A watch is never called silent sooner: nights and weekends are quiet by themselves.
const SILENT_MIN: SignedDuration = SignedDuration::from_hours(48);

/// Since when a watch has had nothing, where that is longer than twice the longest pause between these alerts, which are its
/// latest in the order of time; `None` while all is as usual, or too few are known.
///
/// ```
/// use jiff::{SignedDuration, Timestamp};
/// let hour = |hour: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
/// let alerts: Vec<Timestamp> = (0..10).map(|number| hour(number * 30)).collect();
/// assert_eq!(wirewatch::alert::rhythm::silent_since(&alerts, hour(270 + 59)), None);
/// assert_eq!(wirewatch::alert::rhythm::silent_since(&alerts, hour(270 + 61)), Some(hour(270)));
/// assert_eq!(wirewatch::alert::rhythm::silent_since(&alerts[..5], hour(999)), None);
/// ```
pub fn silent_since(alerts: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    let last = *alerts.last().filter(|_| alerts.len() >= HABIT_MIN)?;
    let pauses = alerts.windows(2).filter_map(|pair| Some(pair.last()?.duration_since(*pair.first()?)));
    let longest = pauses.max().unwrap_or_default();
    let usual = longest.checked_mul(2).unwrap_or(SignedDuration::MAX).max(SILENT_MIN);
    (now.duration_since(last) > usual).then_some(last)
}
