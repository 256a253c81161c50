//! Whose turn it is: one request in flight to a host, a pause between the starts of two, and a limit in all.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use crate::net::service::Services;

/// Hosts from which idle ones are looked for at all.
const SWEEP_FROM: usize = 256;

/// The hosts that were asked lately.
#[derive(Debug)]
pub(crate) struct Hosts {
    limits: Limits,
    services: Services,
    in_all: Arc<Semaphore>,
    known: Mutex<Known>,
}

/// What holds for each host, and for all together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Between the starts of two requests.
    pub(crate) spacing: Duration,
    /// The longest time in the queue of a host.
    pub(crate) queue_max: Duration,
    /// Requests at the same time, in all.
    pub(crate) requests_max: usize,
    /// How long a host is remembered after its last request; as long as its connection stays open.
    pub(crate) remember: Duration,
}

#[derive(Debug)]
struct Known {
    hosts: HashMap<Box<str>, Arc<Host>>,
    sweep_at: usize,
}

#[derive(Debug)]
struct Host {
    gate: Arc<Semaphore>,
    queued: AtomicUsize,
    times: Mutex<Times>,
}

#[derive(Debug)]
struct Times {
    /// No request starts before.
    next_start: Instant,
    /// The server asked to be left alone until then.
    held_until: Instant,
    used: Instant,
}

/// The right to send one request to one host. Ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    host: Arc<Host>,
    _gate: OwnedSemaphorePermit,
    in_all: Option<OwnedSemaphorePermit>,
}

/// The host has to be left alone so long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Held(pub(crate) Duration);

impl Hosts {
    pub(crate) fn new(limits: Limits, services: Services) -> Self {
        Self {
            limits,
            services,
            in_all: Arc::new(Semaphore::new(limits.requests_max.clamp(1, Semaphore::MAX_PERMITS))),
            known: Mutex::new(Known { hosts: HashMap::new(), sweep_at: SWEEP_FROM }),
        }
    }

    /// Waits for the turn. Waiting for the host takes no place among the requests in all.
    pub(crate) async fn take(&self, name: &str) -> Result<Turn, Held> {
        let host = self.host(name);
        let queued = Queued::behind(&host);
        let expected = host.times().wait(Instant::now(), self.limits.spacing, queued.before);
        if expected > self.limits.queue_max {
            return Err(Held(expected));
        }
        let gate = match Arc::clone(&host.gate).try_acquire_owned() {
            Ok(gate) => gate,
            Err(_) => match timeout(self.limits.queue_max, Arc::clone(&host.gate).acquire_owned()).await {
                Ok(gate) => gate.expect("the gate of a host is never closed"),
                Err(_) => return Err(Held(self.limits.queue_max)),
            },
        };
        let start = host.times().start(Instant::now())?;
        if let Some(start) = start {
            sleep_until(start).await;
        }
        let in_all = Arc::clone(&self.in_all).acquire_owned().await.expect("the limit of requests is never closed");
        let now = Instant::now();
        // Another feed of the host may have been told to wait while this one queued.
        host.times().start(now)?;
        {
            let mut times = host.times();
            times.next_start = now + self.limits.spacing;
            times.used = now;
        }
        drop(queued);
        Ok(Turn { host, _gate: gate, in_all: Some(in_all) })
    }

    /// Leaves a host alone for so long; a longer hold stays.
    pub(crate) fn hold(&self, name: &str, wait: Duration) {
        let host = self.host(name);
        let until = Instant::now() + wait;
        let mut times = host.times();
        times.held_until = times.held_until.max(until);
    }

    /// How many hosts were asked lately, at most twice too many.
    pub(crate) fn recent(&self) -> usize {
        self.known().hosts.len()
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let name = self.services.host(name);
        let mut known = self.known();
        if let Some(host) = known.hosts.get(name.as_ref()) {
            return Arc::clone(host);
        }
        let now = Instant::now();
        if known.hosts.len() >= known.sweep_at {
            known.hosts.retain(|_, host| Arc::strong_count(host) > 1 || host.times().is_needed(now, self.limits.remember));
            known.sweep_at = SWEEP_FROM.max(known.hosts.len() * 2);
        }
        let host = Arc::new(Host {
            gate: Arc::new(Semaphore::new(1)),
            queued: AtomicUsize::new(0),
            times: Mutex::new(Times { next_start: now, held_until: now, used: now }),
        });
        known.hosts.insert(name.as_ref().into(), Arc::clone(&host));
        host
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Times {
    /// How long a request will wait that has so many before it, when they take no time themselves.
    fn wait(&self, now: Instant, spacing: Duration, before: usize) -> Duration {
        let held = self.held_until.saturating_duration_since(now);
        let queue = spacing.saturating_mul(u32::try_from(before).unwrap_or(u32::MAX));
        held.max(self.next_start.saturating_duration_since(now).saturating_add(queue))
    }

    /// When the next request starts; `None` is now.
    fn start(&self, now: Instant) -> Result<Option<Instant>, Held> {
        if self.held_until > now {
            return Err(Held(self.held_until - now));
        }
        Ok((self.next_start > now).then_some(self.next_start))
    }

    fn is_needed(&self, now: Instant, remember: Duration) -> bool {
        self.next_start > now || self.held_until > now || now.saturating_duration_since(self.used) < remember
    }
}

impl Turn {
    /// Gives the place among the requests in all to another host; this one stays taken.
    pub(crate) fn leave_place(&mut self) {
        drop(self.in_all.take());
    }

    /// Whether another request waits for the same host.
    pub(crate) fn is_awaited(&self) -> bool {
        self.host.queued.load(Ordering::Relaxed) > 0
    }
}

/// Counts a request as queued for as long as it lives.
struct Queued {
    host: Arc<Host>,
    before: usize,
}

impl Queued {
    fn behind(host: &Arc<Host>) -> Self {
        let before = host.queued.fetch_add(1, Ordering::Relaxed);
        Self { host: Arc::clone(host), before }
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.host.queued.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::{Instant, advance, sleep};

    use super::{Held, Hosts, Limits, SWEEP_FROM};
    use crate::net::service::Services;

    const SECOND: Duration = Duration::from_secs(1);

    fn hosts(requests_max: usize) -> Arc<Hosts> {
        let limits = Limits { spacing: SECOND, queue_max: 60 * SECOND, requests_max, remember: 10 * SECOND };
        Arc::new(Hosts::new(limits, Services::default()))
    }

    /// Starts requests that take so long and gives when they began, in milliseconds, in order.
    async fn starts(hosts: &Arc<Hosts>, names: &[&'static str], takes: Duration) -> Vec<(&'static str, u128)> {
        let begin = Instant::now();
        let mut tasks = Vec::new();
        for name in names.iter().copied() {
            let hosts = Arc::clone(hosts);
            tasks.push(tokio::spawn(async move {
                let turn = hosts.take(name).await.unwrap();
                let start = begin.elapsed().as_millis();
                sleep(takes).await;
                drop(turn);
                (name, start)
            }));
            tokio::task::yield_now().await;
        }
        let mut started = Vec::new();
        for task in tasks {
            started.push(task.await.unwrap());
        }
        started
    }

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_start_a_second_apart() {
        assert_eq!(starts(&hosts(9), &["a", "a", "a", "b"], SECOND / 10).await, [("a", 0), ("a", 1000), ("a", 2000), ("b", 0)]);
    }

    #[tokio::test(start_paused = true)]
    async fn names_of_one_service_wait_for_each_other() {
        let names = ["a.blogspot.com", "b.blogspot.com", "a.example.org", "b.example.org"];
        let started = starts(&hosts(9), &names, SECOND / 10).await;
        assert_eq!(started.iter().map(|(_, start)| *start).collect::<Vec<_>>(), [0, 1000, 0, 0]);
        let hosts = hosts(9);
        hosts.hold("a.blogspot.com", 60 * SECOND);
        assert!(hosts.take("b.blogspot.com").await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn only_one_is_in_flight_to_a_host() {
        assert_eq!(starts(&hosts(9), &["a", "a", "b"], 5 * SECOND).await, [("a", 0), ("a", 5000), ("b", 0)]);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_host_takes_no_place_in_all() {
        // Two places: `a` is asked by one, the second `a` waits without a place, so `b` begins at once.
        assert_eq!(starts(&hosts(2), &["a", "a", "b", "c"], 5 * SECOND).await, [("a", 0), ("a", 5000), ("b", 0), ("c", 5000)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_host_is_left_alone_and_others_are_not() {
        let hosts = hosts(9);
        hosts.hold("a", 7200 * SECOND);
        hosts.hold("a", SECOND);
        assert_eq!(hosts.take("a").await.unwrap_err(), Held(7200 * SECOND));
        assert!(hosts.take("b").await.is_ok());
        advance(7200 * SECOND).await;
        assert!(hosts.take("a").await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_queue_is_sent_away() {
        let hosts = hosts(9);
        let _turn = hosts.take("a").await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..60 {
            let hosts = Arc::clone(&hosts);
            waiting.push(tokio::spawn(async move { hosts.take("a").await.is_ok() }));
            tokio::task::yield_now().await;
        }
        assert_eq!(hosts.take("a").await.unwrap_err(), Held(61 * SECOND));
        // The first never ends, so that nobody's turn comes.
        for task in waiting {
            assert!(!task.await.unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten_and_held_ones_are_not() {
        let hosts = hosts(9);
        hosts.hold("held", 7200 * SECOND);
        for number in 0..SWEEP_FROM * 8 {
            drop(hosts.take(&format!("host{number}")).await.unwrap());
            advance(SECOND).await;
        }
        assert!(hosts.recent() <= SWEEP_FROM, "{} hosts are remembered", hosts.recent());
        assert!(hosts.take("held").await.is_err());
    }
}
