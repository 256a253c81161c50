//! A month of many feeds on a clock that is not real: the schedule and the turns of hosts as the poller joins them, against
//! servers that publish, wish, refuse and fail at random, and an oracle that works out anew what each of them is owed.
//!
//! `MONTH_FEEDS=10000 MONTH_SEEDS=1 cargo test --release --lib a_month` is the whole of it; it prints what it did.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep, sleep_until};

use super::{Happened, Happening, closed_until, next};
use crate::model::feed::{FeedState, Rhythm, Validators};
use crate::net::host::{Held, Hosts, Limits};
use crate::net::service::Services;
use crate::poll::settings::PollSettings;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

fn begin() -> Timestamp {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

fn signed(span: Duration) -> SignedDuration {
    SignedDuration::try_from(span).unwrap()
}

/// A feed and its server.
struct Source {
    host: String,
    /// Seconds between two entries.
    gap: i64,
    fresh: Option<Duration>,
    rhythm: Rhythm,
    /// Of a thousand visits so many are refused or fail.
    faults: u32,
}

impl Source {
    fn any(random: &mut fastrand::Rng, feeds: usize) -> Self {
        let wish = |random: &mut fastrand::Rng| random.u32(0..10) == 0;
        let span = |random: &mut fastrand::Rng| Duration::from_secs(random.u64(60..100_000));
        let host = match random.u32(0..10) {
            // Some blogs on one service, some outlets with many feeds, most hosts with one.
            0 => format!("blog{}.blogspot.com", random.usize(0..feeds)),
            1 | 2 => format!("outlet{}.example", random.usize(0..feeds.div_ceil(40))),
            _ => format!("host{}.example", random.usize(0..feeds * 4)),
        };
        Self {
            host,
            gap: 60 << random.u32(0..15),
            fresh: wish(random).then(|| span(random)),
            rhythm: Rhythm {
                ttl: wish(random).then(|| span(random)),
                syndication: wish(random).then(|| span(random)),
                skip_hours: if wish(random) { random.u32(0..1 << 24) } else { 0 },
                skip_days: if wish(random) { random.u8(0..1 << 7) } else { 0 },
                ..Rhythm::default()
            },
            faults: if wish(random) { random.u32(0..800) } else { 5 },
        }
    }

    fn answer(&self, seen: &mut i64, now: Timestamp, random: &mut fastrand::Rng) -> Happened {
        let failed = |status, retry_after| Happened {
            status,
            moved: None,
            result: Happening::Failed { error: String::new(), retry_after, gone: false },
        };
        if random.u32(0..1000) < self.faults {
            let wait = Some(Duration::from_secs(random.u64(1..1_000_000)));
            return match random.u32(0..8) {
                0 => failed(Some(429), wait),
                1 => failed(Some(503), wait),
                2 => failed(Some(429), None),
                3 => Happened { status: None, moved: None, result: Happening::Offline },
                4 => failed(None, None),
                _ => failed(Some(500), None),
            };
        }
        let newest = now.as_second().div_euclid(self.gap) * self.gap;
        let result = if newest == *seen {
            Happening::Unchanged { fresh: self.fresh, validators: None }
        } else {
            *seen = newest;
            let dates = (0..20).map(|index| Timestamp::from_second(newest - self.gap * index).unwrap()).collect();
            Happening::Read { validators: Validators::default(), fresh: self.fresh, rhythm: self.rhythm, dates, title: None }
        };
        Happened { status: Some(200), moved: None, result }
    }
}

/// What a feed and its host are owed.
#[derive(Default)]
struct Owed {
    /// No request before, and one before that.
    earliest: HashMap<usize, (Timestamp, Timestamp)>,
    /// Of each host: the start of the last request, how many are under way, and until when it is held.
    hosts: HashMap<String, (Option<Instant>, u32, Option<Instant>)>,
    wishes: HashMap<usize, Rhythm>,
    requests: u64,
    faults: Vec<String>,
}

impl Owed {
    fn fault(&mut self, what: String) {
        if self.faults.len() < 20 {
            self.faults.push(what);
        }
    }

    /// A request begins.
    fn request(&mut self, feed: usize, host: &str, now: Timestamp, asked: Timestamp) {
        self.requests += 1;
        if let Some((earliest, latest)) = self.earliest.get(&feed).copied() {
            if now < earliest {
                self.fault(format!("feed {feed} is asked at {now}, before {earliest}"));
            }
            if now > latest {
                self.fault(format!("feed {feed} is asked at {now}, after {latest}"));
            }
        }
        let rhythm = self.wishes.get(&feed).copied().unwrap_or_default();
        if rhythm.skip_hours != 0x00ff_ffff && rhythm.skip_days != 0x7f && is_skipped(&rhythm, asked) {
            self.fault(format!("feed {feed} is asked at {asked}, which it skips"));
        }
        let clock = Instant::now();
        let (last, under_way, held) = *self.hosts.entry(host.to_owned()).or_default();
        if last.is_some_and(|last| clock < last + SECOND) {
            self.fault(format!("{host} is asked again too soon"));
        }
        if under_way > 0 {
            self.fault(format!("{host} is asked twice at a time"));
        }
        if held.is_some_and(|held| clock < held) {
            self.fault(format!("{host} is asked although it is to be left alone"));
        }
        self.hosts.insert(host.to_owned(), (Some(clock), under_way + 1, held));
    }

    /// A visit has ended so.
    fn answered(&mut self, feed: usize, host: &str, failures: u32, is_first: bool, happened: &Happened, began: Timestamp) {
        let settings = PollSettings::default();
        let wish = |wait: Option<Duration>| wait.unwrap_or_default().min(DAY);
        let (least, most) = match &happened.result {
            Happening::Read { fresh, .. } | Happening::Unchanged { fresh, .. } => {
                if let Happening::Read { rhythm, .. } = &happened.result {
                    self.wishes.insert(feed, *rhythm);
                }
                let rhythm = self.wishes.get(&feed).copied().unwrap_or_default();
                let wished = wish(*fresh).max(wish(rhythm.ttl)).max(wish(rhythm.syndication));
                let most = settings.interval_max.max(wished);
                (settings.interval_min.max(wished), if is_first { most * 2 } else { most + most / 10 })
            }
            Happening::Failed { retry_after, .. } => {
                let asked = retry_after.unwrap_or_default().min(7 * DAY);
                let back_off = (settings.interval_min * 2_u32.pow(failures.min(10))).min(DAY);
                let wait = back_off.max(asked);
                if happened.status == Some(429)
                    && let Some(asked) = *retry_after
                {
                    let until = Instant::now() + asked.min(7 * DAY);
                    let entry = self.hosts.entry(host.to_owned()).or_default();
                    entry.2 = Some(entry.2.map_or(until, |held| held.max(until)));
                }
                (wait, wait + wait / 10)
            }
            Happening::Offline => (settings.interval_min, settings.interval_min + settings.interval_min / 10),
            Happening::Held { .. } => return,
        };
        let entry = self.hosts.entry(host.to_owned()).or_default();
        entry.1 -= 1;
        // Hours and days that it skips, its host's turn, and a host that asked for a week put it off further.
        let rhythm = self.wishes.get(&feed).copied().unwrap_or_default();
        let skipped = if rhythm.skip_hours == 0 && rhythm.skip_days == 0 { Duration::ZERO } else { 9 * DAY };
        let held = entry.2.map_or(Duration::ZERO, |held| held.saturating_duration_since(Instant::now()));
        let latest = began + signed(most.max(held) + skipped + HOUR);
        self.earliest.insert(feed, (began + signed(least), latest));
    }

    /// A host that was held while a feed of it was due: the feed comes later.
    fn put_off(&mut self, feed: usize, until: Timestamp) {
        if let Some((_, latest)) = self.earliest.get_mut(&feed) {
            *latest = (*latest).max(until + signed(HOUR));
        }
    }
}

/// Whether the feed wishes to be left alone then; worked out from the calendar anew.
fn is_skipped(rhythm: &Rhythm, at: Timestamp) -> bool {
    let seconds = at.as_second();
    let hour = seconds.div_euclid(3600).rem_euclid(24);
    // 1970 began on a Thursday.
    let day = (seconds.div_euclid(86_400) + 3).rem_euclid(7);
    rhythm.skip_hours >> hour & 1 == 1 || rhythm.skip_days >> day & 1 == 1
}

/// What all visits share.
struct World {
    sources: Vec<Source>,
    hosts: Hosts,
    services: Services,
    owed: Mutex<Owed>,
    begin: Instant,
}

impl World {
    fn now(&self) -> Timestamp {
        begin() + signed(self.begin.elapsed())
    }

    /// One visit as the poller makes it; gives when the feed is due again.
    async fn visit(&self, feed: usize, mut state: FeedState, seen: &mut i64, random: &mut fastrand::Rng) -> FeedState {
        let settings = PollSettings::default();
        let source = &self.sources[feed];
        let host = self.services.host(&source.host).into_owned();
        let held = |state: &FeedState, wait: Duration, random: &mut fastrand::Rng| {
            let happened = Happened { status: None, moved: None, result: Happening::Held { wait } };
            let state = next(state, &happened, &settings, self.now(), random.f64());
            self.owed.lock().unwrap().put_off(feed, state.next_due);
            state
        };
        let now = self.now();
        if let Some(open) = closed_until(&state.rhythm, now) {
            return held(&state, Duration::try_from(open.duration_since(now)).unwrap(), random);
        }
        let turn = match self.hosts.take(&source.host).await {
            Ok(turn) => turn,
            Err(Held(wait)) => return held(&state, wait, random),
        };
        let started = self.now();
        self.owed.lock().unwrap().request(feed, &host, started, now);
        sleep(Duration::from_millis(random.u64(5..4000))).await;
        let happened = source.answer(seen, started, random);
        if let Happening::Failed { retry_after: Some(wait), .. } = &happened.result
            && happened.status == Some(429)
        {
            self.hosts.hold(&source.host, (*wait).min(7 * DAY));
        }
        self.owed.lock().unwrap().answered(feed, &host, state.failures, state.last_success.is_none(), &happened, now);
        drop(turn);
        // As the poller does, from the moment at which the visit began.
        state = next(&state, &happened, &settings, now, random.f64());
        state
    }
}

/// A month of so many feeds: how many requests there were, and what was wrong.
async fn month(feeds: usize, chance: u64) -> (u64, Vec<String>) {
    let mut random = fastrand::Rng::with_seed(chance);
    let sources = (0..feeds).map(|_| Source::any(&mut random, feeds)).collect();
    let limits = Limits { spacing: SECOND, queue_max: MINUTE, requests_max: 64, remember: 15 * SECOND };
    let hosts = Hosts::new(limits, Services::default());
    let world = Arc::new(World { sources, hosts, services: Services::default(), owed: Mutex::default(), begin: Instant::now() });
    let places = Arc::new(Semaphore::new(256));
    let (done, mut ended) = mpsc::unbounded_channel();
    let mut due: BinaryHeap<Reverse<(Timestamp, usize)>> = (0..feeds).map(|feed| Reverse((begin(), feed))).collect();
    let mut states: Vec<Option<(FeedState, i64)>> = (0..feeds).map(|_| Some((FeedState::new(begin()), i64::MIN))).collect();
    let end = begin() + signed(MONTH);
    loop {
        while let Ok((feed, state, seen)) = ended.try_recv() {
            let state: FeedState = state;
            due.push(Reverse((state.next_due, feed)));
            states[feed] = Some((state, seen));
        }
        let now = world.now();
        if now >= end {
            break;
        }
        match due.peek() {
            Some(Reverse((at, _))) if *at <= now => {
                let Some(Reverse((_, feed))) = due.pop() else { break };
                let place = Arc::clone(&places).acquire_owned().await.unwrap();
                let (mut state, mut seen) = states[feed].take().unwrap();
                let (world, done, mut random) = (Arc::clone(&world), done.clone(), fastrand::Rng::with_seed(random.u64(..)));
                tokio::spawn(async move {
                    state = world.visit(feed, state, &mut seen, &mut random).await;
                    drop(place);
                    drop(done.send((feed, state, seen)));
                });
            }
            next => {
                let wait = next.map_or(signed(MINUTE), |Reverse((at, _))| at.duration_since(now)).min(signed(MINUTE));
                let until = Instant::now() + Duration::try_from(wait).unwrap();
                tokio::select! {
                    () = sleep_until(until) => {}
                    Some((feed, state, seen)) = ended.recv() => {
                        due.push(Reverse((state.next_due, feed)));
                        states[feed] = Some((state, seen));
                    }
                }
            }
        }
    }
    let mut owed = world.owed.lock().unwrap();
    // A feed that was not asked for longer than it may was forgotten.
    let late: Vec<String> = owed
        .earliest
        .iter()
        .filter(|(_, (_, latest))| *latest < end)
        .map(|(feed, (_, at))| format!("feed {feed} was not asked until {at}"))
        .collect();
    let faults = [std::mem::take(&mut owed.faults), late].concat();
    (owed.requests, faults)
}

#[expect(clippy::print_stdout, reason = "the figure of the whole month is read by people")]
#[tokio::test(start_paused = true)]
async fn a_month_of_many_feeds_asks_nobody_too_early_or_too_late() {
    let number = |name: &str, or: usize| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
    let (feeds, seeds) = (number("MONTH_FEEDS", 60), number("MONTH_SEEDS", 3));
    for seed in 0..seeds as u64 {
        let (requests, faults) = month(feeds, seed).await;
        println!("seed {seed}: {feeds} feeds, {requests} requests in a month, {} wrong", faults.len());
        assert!(faults.is_empty(), "seed {seed}: {faults:#?}");
        assert!(requests >= feeds as u64 * 60, "seed {seed}: only {requests} requests");
    }
}
