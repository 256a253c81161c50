//! The schedule held against its rules: cases, properties, and simulated weeks.

use std::fmt::Write as _;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use url::Url;

use super::{Happened, Happening, next};
use crate::model::feed::{FeedState, Moved, Rhythm, Validators};
use crate::poll::settings::PollSettings;

const HOUR: Duration = Duration::from_secs(3600);

/// A Thursday.
fn noon() -> Timestamp {
    "2026-01-01T12:00:00Z".parse().unwrap()
}

fn hourly() -> PollSettings {
    PollSettings { interval_min: HOUR, interval_max: HOUR, ..PollSettings::default() }
}

fn read(fresh: Option<Duration>, rhythm: Rhythm) -> Happened {
    let result = Happening::Read { validators: Validators::default(), fresh, rhythm, dates: Vec::new(), title: None };
    Happened { status: Some(200), moved: None, result }
}

fn unchanged() -> Happened {
    Happened { status: Some(304), moved: None, result: Happening::Unchanged { fresh: None, validators: None } }
}

fn failed(retry_after: Option<Duration>) -> Happened {
    Happened { status: Some(503), moved: None, result: Happening::Failed { error: "503".into(), retry_after, gone: false } }
}

/// Waits and reasons of visits one after the other, without jitter.
fn shown(settings: &PollSettings, visits: &[Happened]) -> String {
    let (mut state, mut now) = (FeedState::new(noon()), noon());
    visits.iter().fold(String::new(), |mut out, happened| {
        state = next(&state, happened, settings, now, 0.0);
        writeln!(out, "{:#} {}", state.next_due.duration_since(now), state.next_reason).unwrap();
        now = state.next_due;
        out
    })
}

#[test]
fn the_longest_wait_wins() {
    let rhythm = |ttl: u64, sy: u64| Rhythm {
        ttl: (ttl > 0).then(|| Duration::from_secs(ttl * 60)),
        syndication: (sy > 0).then(|| Duration::from_secs(sy * 60)),
        ..Rhythm::default()
    };
    let visits = [
        read(None, rhythm(0, 0)),
        read(Some(12 * HOUR), rhythm(0, 0)),
        read(Some(Duration::ZERO), rhythm(0, 0)),
        read(None, rhythm(180, 0)),
        unchanged(),
        read(None, rhythm(0, 360)),
        read(Some(4 * HOUR), rhythm(180, 60)),
        read(Some(1000 * HOUR), rhythm(u64::from(u32::MAX), 0)),
    ];
    insta::assert_snapshot!(shown(&hourly(), &visits), @"
    1h interval
    12h max-age
    1h interval
    3h ttl
    3h ttl
    6h syndication
    4h max-age
    24h max-age
    ");
}

#[test]
fn failures_double_the_wait_and_one_success_ends_it() {
    let mut visits = vec![failed(None); 7];
    visits.extend([unchanged(), failed(None), failed(Some(2 * HOUR)), failed(Some(1000 * HOUR))]);
    insta::assert_snapshot!(shown(&hourly(), &visits), @"
    1h back-off
    2h back-off
    4h back-off
    8h back-off
    16h back-off
    24h back-off
    24h back-off
    1h interval
    1h back-off
    2h back-off
    168h retry-after
    ");
}

#[test]
fn skipped_hours_and_days_move_the_visit_on() {
    let skipping = |hours: u32, days: u8| read(None, Rhythm { skip_hours: hours, skip_days: days, ..Rhythm::default() });
    // From 12:00 on a Thursday: at 13:00 it would be due.
    insta::assert_snapshot!(shown(&hourly(), &[skipping(0b111 << 13, 0)]), @"4h skip-hours");
    insta::assert_snapshot!(shown(&hourly(), &[skipping(0, 0b1000)]), @"12h skip-hours");
    insta::assert_snapshot!(shown(&hourly(), &[skipping(0x00ff_ffff, 0x7f)]), @"1h interval");
    // A 304 says nothing about hours, so they are remembered.
    insta::assert_snapshot!(shown(&hourly(), &[skipping(0b11 << 14, 0), unchanged(), unchanged()]), @"
    1h interval
    3h skip-hours
    1h interval
    ");
}

#[test]
fn the_interval_follows_the_feed() {
    let settings = PollSettings { interval_min: HOUR / 4, interval_max: 6 * HOUR, ..PollSettings::default() };
    let every = |gap: i64| {
        let dates = (0..10).map(|index| noon() - SignedDuration::from_mins(gap * index)).collect();
        let result = Happening::Read { validators: Validators::default(), fresh: None, rhythm: Rhythm::default(), dates, title: None };
        Happened { status: Some(200), moved: None, result }
    };
    insta::assert_snapshot!(shown(&settings, &[every(4)]), @"15m interval");
    insta::assert_snapshot!(shown(&settings, &[every(120)]), @"1h interval");
    insta::assert_snapshot!(shown(&settings, &[every(3 * 24 * 60)]), @"6h interval");
    insta::assert_snapshot!(shown(&settings, &[every(60), unchanged(), unchanged()]), @"
    30m interval
    33m interval
    36m 18s interval
    ");
}

#[test]
fn validators_survive_a_304_and_a_failure() {
    let validators = Validators { etag: Some(b"W/\"x\"".to_vec()), last_modified: None, body_hash: Some([1; 16]) };
    let result = Happening::Read { validators: validators.clone(), fresh: None, rhythm: Rhythm::default(), dates: Vec::new(), title: None };
    let mut state = next(&FeedState::new(noon()), &Happened { status: Some(200), moved: None, result }, &hourly(), noon(), 0.5);
    for happened in [unchanged(), unchanged(), failed(None), unchanged()] {
        state = next(&state, &happened, &hourly(), noon(), 0.5);
        assert_eq!(state.validators, validators);
    }
}

#[test]
fn a_permanent_address_counts_after_two_visits() {
    let to: Url = "https://new.example/feed".parse().unwrap();
    let moved = |to: Option<&Url>| Happened { moved: to.cloned(), ..unchanged() };
    let step = |state: &FeedState, happened: &Happened| next(state, happened, &hourly(), noon(), 0.0);
    let once = step(&FeedState::new(noon()), &moved(Some(&to)));
    assert_eq!(once.moved, Some(Moved { to: to.clone(), seen: 1 }));
    assert_eq!(step(&once, &moved(None)).moved, None, "a visit without the redirect begins anew");
    let twice = step(&once, &moved(Some(&to)));
    assert_eq!(twice.moved, Some(Moved { to: to.clone(), seen: 2 }));
    assert_eq!(step(&twice, &moved(None)).moved, twice.moved, "asked directly it redirects no more");
    assert_eq!(step(&once, &failed(None)).moved, once.moved);
    assert_eq!(step(&twice, &failed(None)).moved, None, "a new address that fails is forgotten");
}

#[test]
fn a_held_host_is_no_failure_and_no_visit() {
    let held = Happened { status: None, moved: None, result: Happening::Held { wait: 2 * HOUR } };
    let state = next(&FeedState::new(noon()), &held, &hourly(), noon(), 0.0);
    assert_eq!((state.failures, state.last_visit, state.next_reason.as_str()), (0, None, "host-held"));
    assert_eq!(state.next_due, noon() + SignedDuration::from_hours(2));
}

#[test]
fn gone_stays_gone() {
    let result = Happening::Failed { error: "gone".into(), retry_after: None, gone: true };
    let state = next(&FeedState::new(noon()), &Happened { status: Some(410), moved: None, result }, &hourly(), noon(), 0.0);
    assert!(state.gone);
    assert!(next(&state, &failed(None), &hourly(), noon(), 0.0).gone);
}

fn span(max_seconds: u64) -> impl Strategy<Value = Option<Duration>> {
    proptest::option::of((0..max_seconds).prop_map(Duration::from_secs))
}

fn any_happened() -> impl Strategy<Value = Happened> {
    let rhythm = (span(4_000_000), span(4_000_000), any::<u32>(), any::<u8>())
        .prop_map(|(ttl, syndication, skip_hours, skip_days)| Rhythm { ttl, syndication, skip_hours, skip_days, ..Rhythm::default() });
    let dates = proptest::collection::vec((1_700_000_000_i64..1_800_000_000).prop_map(|at| Timestamp::from_second(at).unwrap()), 0..30);
    let result = prop_oneof![
        (span(4_000_000), rhythm, dates).prop_map(|(fresh, rhythm, dates)| Happening::Read {
            validators: Validators::default(),
            fresh,
            rhythm,
            dates,
            title: None
        }),
        span(4_000_000).prop_map(|fresh| Happening::Unchanged { fresh, validators: None }),
        span(4_000_000).prop_map(|retry_after| Happening::Failed { error: String::new(), retry_after, gone: false }),
        Just(Happening::Offline),
        (0..800_000_u64).prop_map(|wait| Happening::Held { wait: Duration::from_secs(wait) }),
    ];
    result.prop_map(|result| Happened { status: None, moved: None, result })
}

/// What a server and the owner are owed after this visit, worked out anew: the earliest moment of the next.
fn not_before(state: &FeedState, happened: &Happened, settings: &PollSettings, now: Timestamp) -> Timestamp {
    let day = 24 * HOUR;
    let wish = |wait: &Option<Duration>| wait.unwrap_or_default().min(day);
    let wait = match &happened.result {
        Happening::Read { fresh, rhythm, .. } => {
            settings.interval_min.max(wish(fresh)).max(wish(&rhythm.ttl)).max(wish(&rhythm.syndication))
        }
        Happening::Unchanged { fresh, .. } => {
            settings.interval_min.max(wish(fresh)).max(wish(&state.rhythm.ttl)).max(wish(&state.rhythm.syndication))
        }
        Happening::Failed { retry_after, .. } => settings.interval_min.max(retry_after.unwrap_or_default().min(7 * day)),
        Happening::Held { wait } => *wait,
        Happening::Offline => settings.interval_min,
    };
    now + SignedDuration::try_from(wait).unwrap()
}

proptest! {
    #[test]
    fn never_earlier_than_allowed_and_never_lost(
        visits in proptest::collection::vec((any_happened(), 0.0..=1.0_f64), 1..40),
        min_minutes in 5_u64..600,
        more_minutes in 0_u64..2000,
    ) {
        let interval_min = Duration::from_secs(min_minutes * 60);
        let settings = PollSettings { interval_min, interval_max: interval_min + Duration::from_secs(more_minutes * 60), ..PollSettings::default() };
        let (mut state, mut now) = (FeedState::new(noon()), noon());
        for (happened, jitter) in visits {
            let earliest = not_before(&state, &happened, &settings, now);
            state = next(&state, &happened, &settings, now, jitter);
            prop_assert!(state.next_due >= earliest, "{:?}: {} is before {earliest}", happened, state.next_due);
            // Seven days of Retry-After or 33 hours of interval, a tenth of jitter, and up to eight days of skipped ones.
            let latest = now + SignedDuration::from_hours(24 * 18);
            prop_assert!(state.next_due <= latest, "{happened:?} puts the feed off until {}", state.next_due);
            let all_hours = state.rhythm.skip_hours & 0x00ff_ffff == 0x00ff_ffff;
            let all_days = state.rhythm.skip_days & 0x7f == 0x7f;
            if !all_hours && !all_days {
                let civil = jiff::tz::Offset::UTC.to_datetime(state.next_due);
                let day = civil.date().weekday().to_monday_zero_offset();
                prop_assert_eq!(state.rhythm.skip_hours >> civil.hour() & 1, 0);
                prop_assert_eq!(state.rhythm.skip_days >> day & 1, 0);
            }
            prop_assert_eq!(Rhythm::parse(&state.rhythm.to_string()), Rhythm {
                pace: state.rhythm.pace.map(|pace| Duration::from_secs(pace.as_secs())), ..state.rhythm });
            now = state.next_due;
        }
    }
}

/// A month of 60 feeds from several seeds: quick feeds are asked often, silent ones seldom, none is forgotten.
#[test]
fn a_month_of_many_feeds() {
    let settings = PollSettings::default();
    for seed in 0..4 {
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..60 {
            let gap = 60_i64 << random.u32(0..14);
            let (mut state, mut now) = (FeedState::new(noon()), noon());
            let mut last_seen = i64::MIN;
            let end = noon() + SignedDuration::from_hours(24 * 30);
            let (mut visits, mut worst) = (0_u32, Duration::ZERO);
            while now < end {
                let newest = now.as_second().div_euclid(gap) * gap;
                let happened = match random.u32(0..50) {
                    0 => failed(None),
                    1 => failed(Some(Duration::from_secs(random.u64(0..8000)))),
                    _ if newest == last_seen => unchanged(),
                    _ => {
                        let dates = (0..20).filter_map(|index| Timestamp::from_second(newest - gap * index).ok()).collect();
                        let result = Happening::Read {
                            validators: Validators::default(),
                            fresh: None,
                            rhythm: Rhythm::default(),
                            dates,
                            title: None,
                        };
                        last_seen = newest;
                        Happened { status: Some(200), moved: None, result }
                    }
                };
                state = next(&state, &happened, &settings, now, random.f64());
                let wait = Duration::try_from(state.next_due.duration_since(now)).unwrap();
                assert!(wait >= settings.interval_min, "seed {seed}, gap {gap}: waits only {wait:?}");
                worst = worst.max(wait);
                now = state.next_due;
                visits += 1;
            }
            assert!(worst <= Duration::from_secs(24 * 3600), "seed {seed}, gap {gap}: waits {worst:?}");
            // Every feed is asked at least each interval_max and a tenth, less what failures cost.
            assert!(visits >= 90, "seed {seed}, gap {gap}: {visits} visits in a month");
            if gap <= 900 {
                assert!(visits >= 2000, "seed {seed}, gap {gap}: {visits} visits in a month");
            }
        }
    }
}

#[test]
fn pol_07_feeds_that_begin_together_spread_over_the_interval() {
    let dues: std::collections::BTreeSet<Timestamp> =
        (0..100).map(|index| next(&FeedState::new(noon()), &unchanged(), &hourly(), noon(), f64::from(index) / 100.0).next_due).collect();
    assert_eq!(dues.len(), 100);
    assert!(*dues.first().unwrap() >= noon() + SignedDuration::from_hours(1));
    assert!(*dues.last().unwrap() >= noon() + SignedDuration::from_mins(115));
    let later = FeedState { last_success: Some(noon()), ..FeedState::new(noon()) };
    assert!(next(&later, &unchanged(), &hourly(), noon(), 1.0).next_due <= noon() + SignedDuration::from_mins(73), "once only");
}
