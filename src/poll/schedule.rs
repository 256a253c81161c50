//! When a feed is asked next: a pure function of what is known, what happened and the time.
//!
//! The longest wait wins: the interval, the freshness that HTTP states, the feed's own wishes, `Retry-After`, back-off.
//! What a server says never makes polling faster than configured, and every wait that is taken from a server is capped.
//! Jitter only adds.
//!
//! The interval adapts between its two bounds. When a feed was read it is half the usual gap between its newest entries.
//! Each visit that finds nothing new lets it grow by a tenth, so that a feed that falls silent is asked less and less.
//!
//! After its first visit a feed waits for up to two intervals, so that feeds that begin together do not go on together.

use std::time::Duration;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::model::feed::{FeedState, Moved, PastVisit, Rhythm, Validators};
use crate::poll::settings::PollSettings;

/// The longest wait for freshness and feed wishes.
const WISH_MAX: Duration = Duration::from_secs(24 * 3600);
/// The longest wait for `Retry-After`.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(7 * 24 * 3600);
/// The longest wait after failures.
const BACK_OFF_MAX: Duration = Duration::from_secs(24 * 3600);
/// Jitter adds at most this share of the wait, as a divisor.
const JITTER_DIVISOR: f64 = 10.0;
/// Entries whose dates tell how often a feed publishes.
const PACE_ENTRIES: usize = 20;
/// With fewer gaps between entries nobody can say what is usual.
const GAPS_MIN: usize = 3;

/// What happened at a visit, as far as the schedule must know.
#[derive(Debug, Clone, PartialEq)]
pub struct Happened {
    /// HTTP status, where there was one.
    pub status: Option<u16>,
    /// The permanent address the server named, when every redirect was permanent.
    pub moved: Option<Url>,
    /// How it went.
    pub result: Happening,
}

/// How a visit went.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// Read and understood.
    Read {
        /// Of this response.
        validators: Validators,
        /// How long the response is fresh.
        fresh: Option<Duration>,
        /// The feed's own wishes; its pace is worked out here.
        rhythm: Rhythm,
        /// When its entries were published; none when not all of them were listed, which says little of the gaps.
        dates: Vec<Timestamp>,
        /// Its title.
        title: Option<String>,
    },
    /// Nothing new.
    Unchanged {
        /// How long the response is fresh.
        fresh: Option<Duration>,
        /// Validators of a response with the same body; `None` for a 304, which leaves them as they are.
        validators: Option<Validators>,
    },
    /// Nothing was sent: the host has to be left alone.
    Held {
        /// From now on.
        wait: Duration,
    },
    /// The machine's own network is down, so that nothing is known of the feed.
    Offline,
    /// It failed.
    Failed {
        /// Why.
        error: String,
        /// What the server asks for.
        retry_after: Option<Duration>,
        /// The server said 410.
        gone: bool,
    },
}

/// The state after a visit. `jitter` lies between 0 and 1.
pub fn next(state: &FeedState, happened: &Happened, settings: &PollSettings, now: Timestamp, jitter: f64) -> FeedState {
    let mut next = state.clone();
    if let Happening::Held { wait } = &happened.result {
        // No visit took place, so nothing else is known now that was not known before.
        schedule(&mut next, &[(*wait, "host-held")], 0.0, now, jitter);
        return next;
    }
    if happened.result == Happening::Offline {
        // It was not asked, but a server that was reached after all is not asked again at once.
        schedule(&mut next, &[(settings.interval_min, "no-network")], 1.0, now, jitter);
        return next;
    }
    next.last_visit = Some(now);
    next.last_status = happened.status;
    let failed = matches!(happened.result, Happening::Failed { .. });
    next.history.push(PastVisit { at: now, status: happened.status, failed });
    // The whole interval once, a tenth of it ever after.
    let spread = if state.last_success.is_none() { JITTER_DIVISOR } else { 1.0 };
    match &happened.result {
        Happening::Read { validators, fresh, rhythm, dates, title } => {
            next.validators = validators.clone();
            next.initialised = true;
            next.title = title.clone().or(next.title);
            let gaps = Gaps::of(dates, now);
            // A part of the listing says that there is news, but not how often.
            let pace = gaps.pace.or(state.rhythm.usual.map(|usual| usual / 2)).or(state.rhythm.pace).unwrap_or(settings.interval_min);
            next.rhythm = Rhythm {
                pace: Some(bounded(pace, settings)),
                usual: gaps.usual.or(state.rhythm.usual),
                longest: gaps.longest.max(state.rhythm.longest),
                ..*rhythm
            };
            went_well(&mut next, *fresh, settings, now, (spread, jitter));
        }
        Happening::Unchanged { fresh, validators } => {
            if let Some(validators) = validators {
                next.validators = validators.clone();
            }
            let pace = state.rhythm.pace.unwrap_or(settings.interval_min);
            next.rhythm.pace = Some(bounded(pace + pace / 10, settings));
            went_well(&mut next, *fresh, settings, now, (spread, jitter));
        }
        Happening::Failed { error, retry_after, gone } => {
            next.failures = state.failures.saturating_add(1);
            next.failing_since = state.failing_since.or(Some(now));
            next.last_error = Some(error.clone());
            next.gone = state.gone || *gone;
            let doubled = settings.interval_min.saturating_mul(2_u32.saturating_pow(state.failures.min(20)));
            let back_off = doubled.min(BACK_OFF_MAX.max(settings.interval_min));
            let asked = retry_after.map_or(Duration::ZERO, |wait| wait.min(RETRY_AFTER_MAX));
            schedule(&mut next, &[(back_off, "back-off"), (asked, "retry-after")], 1.0, now, jitter);
        }
        Happening::Held { .. } | Happening::Offline => {}
    }
    if !matches!(happened.result, Happening::Failed { .. }) {
        next.moved = moved(state.moved.as_ref(), happened.moved.as_ref());
    } else if state.moved.as_ref().is_some_and(|moved| moved.seen >= 2) {
        // The new address fails: the next visit asks the configured one again.
        next.moved = None;
    }
    next
}

fn went_well(next: &mut FeedState, fresh: Option<Duration>, settings: &PollSettings, now: Timestamp, (spread, jitter): (f64, f64)) {
    next.failures = 0;
    next.failing_since = None;
    next.last_error = None;
    next.last_success = Some(now);
    let wish = |wait: Option<Duration>| wait.unwrap_or_default().min(WISH_MAX);
    let pace = next.rhythm.pace.unwrap_or(settings.interval_min);
    let waits = [
        (bounded(pace, settings), "interval"),
        (wish(fresh), "max-age"),
        (wish(next.rhythm.ttl), "ttl"),
        (wish(next.rhythm.syndication), "syndication"),
    ];
    schedule(next, &waits, spread, now, jitter);
}

/// Sets the moment after the longest of the waits; of equal ones the first names the reason.
fn schedule(next: &mut FeedState, waits: &[(Duration, &str)], spread: f64, now: Timestamp, jitter: f64) {
    let mut longest = (Duration::ZERO, "interval");
    for wait in waits {
        if wait.0 > longest.0 {
            longest = *wait;
        }
    }
    // What a server asks for is not stretched.
    let spread = if longest.1 == "interval" { spread } else { spread.min(1.0) };
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
    // A held host is asked again a little later by each of its feeds, however short the hold.
    let extra = if spread > 0.0 { longest.0.mul_f64(spread * jitter / JITTER_DIVISOR) } else { Duration::from_secs_f64(jitter * 5.0) };
    let due = after(now, longest.0.saturating_add(extra));
    let allowed = allowed(due, &next.rhythm, jitter);
    next.next_due = allowed;
    let reason = if allowed > due { "skip-hours" } else { longest.1 };
    reason.clone_into(&mut next.next_reason);
}

/// `now` and the wait; the end of time when there is no such moment.
fn after(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(Timestamp::MAX)
}

/// Until when a feed wishes to be left alone that would be asked now: it may have been due for long while nobody ran.
pub fn closed_until(rhythm: &Rhythm, now: Timestamp) -> Option<Timestamp> {
    let open = allowed(now, rhythm, fastrand::f64());
    (open > now).then_some(open)
}

/// The first moment from then on at which the feed does not wish to be left alone.
fn allowed(due: Timestamp, rhythm: &Rhythm, jitter: f64) -> Timestamp {
    let all_hours = rhythm.skip_hours & 0x00ff_ffff == 0x00ff_ffff;
    let all_days = rhythm.skip_days & 0x7f == 0x7f;
    if (rhythm.skip_hours == 0 && rhythm.skip_days == 0) || all_hours || all_days {
        return due;
    }
    let skipped = |moment: Timestamp| {
        let civil = Offset::UTC.to_datetime(moment);
        let day = civil.date().weekday().to_monday_zero_offset();
        rhythm.skip_hours >> civil.hour() & 1 == 1 || rhythm.skip_days >> day & 1 == 1
    };
    if !skipped(due) {
        return due;
    }
    let hour = due.as_second().div_euclid(3600);
    let open =
        (1..=8 * 24).map(|step| (hour + step) * 3600).filter_map(|second| Timestamp::from_second(second).ok()).find(|at| !skipped(*at));
    // Not all at the first second of the hour; but within it, since the next may be forbidden again.
    open.map_or(due, |open| after(open, Duration::from_secs_f64(jitter * 600.0)))
}

fn bounded(wait: Duration, settings: &PollSettings) -> Duration {
    wait.min(settings.interval_max).max(settings.interval_min)
}

/// The gaps between the newest entries, and what follows from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Gaps {
    /// Half the usual gap. The time since the newest entry counts as a gap when it is longer than usual.
    pace: Option<Duration>,
    /// The middle one of the gaps, so that a pause or a burst does not decide; `None` when there are too few to tell.
    usual: Option<Duration>,
    longest: Option<Duration>,
}

impl Gaps {
    fn of(dates: &[Timestamp], now: Timestamp) -> Self {
        Self::between(dates, now).unwrap_or_default()
    }

    fn between(dates: &[Timestamp], now: Timestamp) -> Option<Self> {
        let mut dates: Vec<i64> = dates.iter().filter(|date| **date <= now).map(|date| date.as_second()).collect();
        dates.sort_unstable_by(|a, b| b.cmp(a));
        dates.truncate(PACE_ENTRIES);
        let silence = now.as_second() - dates.first()?;
        let mut gaps: Vec<i64> = dates.iter().zip(dates.iter().skip(1)).map(|(newer, older)| newer - older).collect();
        gaps.sort_unstable();
        let usual = gaps.get(gaps.len() / 2).copied();
        let seconds = |gap: i64| u64::try_from(gap).ok().map(Duration::from_secs);
        Some(Self {
            pace: seconds(usual.unwrap_or(silence).max(silence / 2) / 2),
            usual: usual.filter(|_| gaps.len() >= GAPS_MIN).and_then(seconds),
            longest: gaps.last().copied().and_then(seconds),
        })
    }
}

fn moved(before: Option<&Moved>, now: Option<&Url>) -> Option<Moved> {
    match (before, now) {
        (Some(before), Some(to)) if before.to == *to => Some(Moved { to: to.clone(), seen: before.seen.saturating_add(1) }),
        // Asked directly at its new address, the feed moved no further.
        (Some(before), None) if before.seen >= 2 => Some(before.clone()),
        // A confirmed address that moves on is as good as the first: the chain starts there.
        (_, Some(to)) => Some(Moved { to: to.clone(), seen: 1 }),
        (_, None) => None,
    }
}

#[cfg(test)]
mod month;
#[cfg(test)]
mod tests;
