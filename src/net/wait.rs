//! How long a server asks to be left alone.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// `Retry-After` is never taken for longer.
pub(crate) const RETRY_AFTER_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// `Retry-After` in both its forms; a date is relative to the server's own clock. `date` reads dates as the caller does.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp, date: fn(&str) -> Option<Timestamp>) -> Option<Duration> {
    let value = text(headers, &RETRY_AFTER)?;
    let wait = if value.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for the type is far beyond the cap.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        Duration::try_from(date(value)?.duration_since(server_time(headers, now, date))).ok()?
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

/// The time on the server's own clock.
pub(crate) fn server_time(headers: &HeaderMap, now: Timestamp, date: fn(&str) -> Option<Timestamp>) -> Timestamp {
    text(headers, &DATE).and_then(date).unwrap_or(now)
}

/// A header field that is text and not empty.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim).filter(|value| !value.is_empty())
}
