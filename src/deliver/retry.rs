//! When the next attempt is due, and when there is none.

use std::time::Duration;

/// Wait after the first failure.
pub const FIRST: Duration = Duration::from_secs(5);

/// Longest wait that doubling leads to. A receiver that is back is found within this time.
pub const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Longest wait that a receiver may ask for; what it asks beyond that is taken as this.
pub const AFTER_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Attempts before a delivery is given up. They span about two and a half days, so a weekend's outage loses nothing.
pub const ATTEMPTS_MAX: u32 = 72;

/// Greatest part of the wait that jitter adds.
const JITTER_PART: f64 = 0.2;

/// How long to wait before the next attempt.
///
/// `attempt` counts the attempts made before the one that failed. `after` is what the receiver asked for; the longer wait
/// wins. `jitter` lies between 0 and 1 and only adds: up to a fifth of the wait.
///
/// ```
/// use std::time::Duration;
/// use wirewatch::deliver::retry::wait;
///
/// assert_eq!(wait(0, None, 0.0), Duration::from_secs(5));
/// assert_eq!(wait(3, None, 0.0), Duration::from_secs(40));
/// assert_eq!(wait(3, None, 1.0), Duration::from_secs(48));
/// assert_eq!(wait(50, None, 0.0), Duration::from_secs(3600));
/// assert_eq!(wait(0, Some(Duration::from_secs(7200)), 0.0), Duration::from_secs(7200));
/// ```
pub fn wait(attempt: u32, after: Option<Duration>, jitter: f64) -> Duration {
    let doubled = 2_u32.checked_pow(attempt).and_then(|factor| FIRST.checked_mul(factor)).unwrap_or(LONGEST).min(LONGEST);
    let asked = after.unwrap_or_default().min(AFTER_MAX);
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
    doubled.max(asked).mul_f64(1.0 + JITTER_PART * jitter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_attempts_span_a_weekend_and_less_than_a_week() {
        let span: Duration = (0..ATTEMPTS_MAX - 1).map(|attempt| wait(attempt, None, 0.0)).sum();
        assert!(span > Duration::from_secs(60 * 60 * 60), "{span:?}");
        assert!(span < Duration::from_secs(7 * 24 * 60 * 60), "{span:?}");
    }

    proptest! {
        #[test]
        fn waits_never_shrink_and_are_capped(attempt in 0_u32..1000, after in 0_u64..10_000_000, jitter in -1.0_f64..2.0) {
            let after = Duration::from_secs(after);
            let waits = wait(attempt, Some(after), jitter);
            prop_assert!(waits >= wait(attempt, None, 0.0));
            prop_assert!(waits >= after.min(AFTER_MAX));
            prop_assert!(waits <= AFTER_MAX.mul_f64(1.2));
            prop_assert!(wait(attempt + 1, None, 0.0) >= wait(attempt, None, 0.0));
        }
    }

    #[test]
    fn jitter_that_is_no_number_adds_nothing() {
        assert_eq!(wait(0, None, f64::NAN), FIRST);
    }
}
