//! How values of the model stand in columns.

use std::time::Duration;

use jiff::Timestamp;

use crate::model::id::{AlertId, EntryId};

/// Nanoseconds since 1970. What lies outside of the years 1677 to 2262 becomes the end it lies beyond.
pub(super) fn nanos(time: Timestamp) -> i64 {
    let nanos = time.as_nanosecond();
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

/// Reads what [`nanos`] wrote; the two ends read as the ends of time.
pub(super) fn time(nanos: i64) -> Timestamp {
    match nanos {
        i64::MIN => Timestamp::MIN,
        i64::MAX => Timestamp::MAX,
        nanos => Timestamp::from_nanosecond(i128::from(nanos)).expect("64 bits of nanoseconds lie within the range of timestamps"),
    }
}

/// A span as nanoseconds, at most some 292 years.
pub(super) fn span(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// The day of a moment, in days since 1970.
pub(super) fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(24 * 60 * 60)
}

/// A number of rows as SQL takes it.
pub(super) fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A count as it is told; never negative in a store that is whole.
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// An entry's identity as a column takes it.
pub(super) fn entry_key(id: &EntryId) -> &[u8] {
    &id.0
}

/// An alert's identity as a column takes it.
pub(super) fn alert_key(id: &AlertId) -> &[u8] {
    id.0.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_back_to_the_nanosecond() {
        for text in ["1970-01-01T00:00:00Z", "2026-11-24T20:31:02.123456789Z", "1969-12-31T23:59:59.999999999Z"] {
            let moment: Timestamp = text.parse().unwrap();
            assert_eq!(time(nanos(moment)), moment);
        }
        assert_eq!(time(nanos(Timestamp::MAX)), Timestamp::MAX);
        assert_eq!(time(nanos(Timestamp::MIN)), Timestamp::MIN);
    }
}
