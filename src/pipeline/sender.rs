//! Alert → delivery: one loop for each channel, so that a slow one delays no other.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::{debug, error, info, warn};

use crate::deliver::pace::Pace;
use crate::deliver::{Channel, Outcome, retry};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::pipeline::keep::keep;
use crate::pipeline::{Gate, Phase, Shared, until};
use crate::store::error::StoreError;
use crate::store::{DeliveryLease, Settlement};
use crate::text::chain::chain;

/// How long a batch may take before it may be sent by somebody else.
const LEASE: Duration = Duration::from_secs(5 * 60);
/// The longest sleep; retries are looked for then.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// How long alerts wait for a receiver that takes nothing before they are given up, one by one as they reach it: a long weekend.
const PATIENCE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Deliveries that are shown are held as long as the program runs.
const SHOWN_LEASE: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// Deliveries shown at a time.
const SHOWN_MAX: usize = 64;

/// Shows a delivery that is not made.
pub type Show = Arc<dyn Fn(&Delivery) + Send + Sync>;

/// Delivers through one channel until it is told to stop, or to finish and nothing is due.
///
/// # Errors
/// When the store refuses for good.
pub async fn run(shared: Arc<Shared>, mut gate: Gate, mut channel: Box<dyn Channel>) -> Result<(), StoreError> {
    let mut line = Line::open(Arc::clone(&shared), &gate, channel.as_mut()).await?;
    loop {
        let phase = gate.phase();
        if phase == Phase::Stop {
            return Ok(());
        }
        // Taken before the claim, so that an alert raised in between is not slept through.
        let woken = shared.wakes.deliveries.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let round = line.round(&gate, channel.as_mut()).await?;
        if round == Round::Sent {
            continue;
        }
        if round == Round::NothingDue && phase == Phase::Finish {
            return Ok(());
        }
        let now = shared.clock.now();
        let wait = until(line.next(now), now, SLEEP_MAX);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            // While the rate allows nothing there is no use in looking for what could be sent.
            () = &mut woken, if round == Round::NothingDue => {}
            () = gate.changed() => {}
        }
    }
}

/// What one look at the outbox came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    /// A batch was sent, with whatever success.
    Sent,
    /// Nothing can be sent now.
    NothingDue,
    /// The rate allows nothing now.
    Paced,
}

/// What is known of a channel between two batches.
struct Line {
    shared: Arc<Shared>,
    channel: ChannelId,
    pace: Pace,
    attempts_max: Option<u32>,
    /// The next attempt of a delivery that was put off, or of the whole channel.
    retry_at: Option<Timestamp>,
    /// Since when the receiver takes nothing, and how many attempts there were.
    away: Option<(Timestamp, u32)>,
}

impl Line {
    async fn open(shared: Arc<Shared>, gate: &Gate, channel: &mut dyn Channel) -> Result<Self, StoreError> {
        let id = channel.id().clone();
        let trouble = keep(&shared.trouble, gate, || shared.store.resume_channel(&id)).await?;
        let mut pace = Pace::new(channel.rates());
        if let Some((count, within)) = pace.reach() {
            // What an earlier process sent counts too: a restart is no leave to send twice as much.
            let within = SignedDuration::try_from(within).unwrap_or(SignedDuration::MAX);
            let since = shared.clock.now().saturating_sub(within).unwrap_or(Timestamp::MIN);
            let ended = keep(&shared.trouble, gate, || shared.store.ended(&id, since, count)).await?;
            for at in ended {
                pace.note(1, at);
            }
        }
        Ok(Self {
            shared,
            channel: id,
            pace,
            attempts_max: channel.attempts_max(),
            retry_at: trouble.as_ref().map(|trouble| trouble.until),
            away: trouble.map(|trouble| (trouble.since, trouble.failures)),
        })
    }

    /// Takes what is due and may be sent, sends it, and has it noted.
    async fn round(&mut self, gate: &Gate, channel: &mut dyn Channel) -> Result<Round, StoreError> {
        let shared = Arc::clone(&self.shared);
        let id = self.channel.clone();
        let batch_max = channel.batch_max().min(self.pace.free(shared.clock.now()));
        if batch_max == 0 {
            return Ok(Round::Paced);
        }
        let leases = keep(&shared.trouble, gate, || shared.store.claim_deliveries(&id, batch_max, LEASE)).await?;
        if leases.is_empty() {
            return Ok(Round::NothingDue);
        }
        let batch: Vec<_> = leases.iter().map(|lease| lease.delivery.clone()).collect();
        let outcomes = if channel.may_be_left() {
            tokio::select! {
                outcomes = channel.deliver(&batch) => outcomes,
                () = gate.cut_off() => Vec::new(),
            }
        } else {
            channel.deliver(&batch).await
        };
        let settled = self.settle(leases, outcomes);
        if let Err(error) = keep(&shared.trouble, gate, || shared.store.settle(settled.clone())).await {
            warn!(channel = %id, error = %chain(&error), "what became of deliveries could not be noted; they are sent again");
        }
        Ok(Round::Sent)
    }

    /// When there may be something to do again.
    fn next(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.retry_at = self.retry_at.filter(|at| *at > now);
        self.pace.next(now).or(self.retry_at)
    }

    /// What the store is to note of each delivery.
    fn settle(&mut self, leases: Vec<DeliveryLease>, outcomes: Vec<Outcome>) -> Vec<(DeliveryLease, Settlement)> {
        let now = self.shared.clock.now();
        self.pace.note(outcomes.len(), now);
        let mut outcomes = outcomes.into_iter();
        leases
            .into_iter()
            .map(|lease| {
                // A channel that says nothing of a delivery did not try it.
                let settlement = outcomes.next().map_or(Settlement::Released, |outcome| self.settle_one(&lease.delivery, outcome, now));
                (lease, settlement)
            })
            .collect()
    }

    fn settle_one(&mut self, delivery: &Delivery, outcome: Outcome, now: Timestamp) -> Settlement {
        let (shared, channel) = (Arc::clone(&self.shared), self.channel.clone());
        match outcome {
            Outcome::Delivered => {
                shared.stats.deliveries_made_total.add(1);
                if self.away.take().is_some() {
                    info!(%channel, "channel works again");
                }
                Settlement::Delivered
            }
            Outcome::Away { after, error } => {
                let first = self.away.is_none();
                let (since, failures) = *self.away.get_or_insert((now, 0));
                self.away = Some((since, failures + 1));
                if self.attempts_max.is_some() && now.duration_since(since.max(delivery.raised)) > PATIENCE {
                    return self.dead(delivery, error);
                }
                shared.stats.deliveries_retried_total.add(1);
                let until = self.later(now, failures, after);
                if first {
                    warn!(%channel, alert = %delivery.alert, retry_at = %until, error, "channel fails; its alerts wait");
                } else {
                    debug!(%channel, alert = %delivery.alert, attempt = failures, retry_at = %until, error, "channel still fails");
                }
                Settlement::ChannelWaits { until, asked: after.is_some(), error }
            }
            Outcome::Retry { error, .. } if self.attempts_max.is_some_and(|most| delivery.attempt + 1 >= most) => {
                self.dead(delivery, error)
            }
            Outcome::Retry { after, error } => {
                shared.stats.deliveries_retried_total.add(1);
                let at = self.later(now, delivery.attempt, after);
                if delivery.attempt == 0 {
                    warn!(%channel, alert = %delivery.alert, retry_at = %at, error, "alert was not taken; it is tried again, the others go on");
                } else {
                    debug!(%channel, alert = %delivery.alert, attempt = delivery.attempt, retry_at = %at, error, "alert is still not taken");
                }
                Settlement::Retry { at, error }
            }
            Outcome::Refused { error } => self.dead(delivery, error),
        }
    }

    fn dead(&self, delivery: &Delivery, error: String) -> Settlement {
        self.shared.stats.deliveries_dead_total.add(1);
        error!(channel = %self.channel, alert = %delivery.alert, error, "delivery given up; it is among the dead letters");
        Settlement::Dead { error }
    }

    /// When to try again, which is also when to wake up.
    fn later(&mut self, now: Timestamp, failures: u32, after: Option<Duration>) -> Timestamp {
        let wait = SignedDuration::try_from(retry::wait(failures, after, fastrand::f64())).unwrap_or(SignedDuration::from_hours(1));
        let at = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let earlier = self.retry_at.filter(|earlier| *earlier > now);
        self.retry_at = Some(earlier.map_or(at, |earlier| earlier.min(at)));
        at
    }
}

/// Shows what a channel would be given; the deliveries stay in the outbox.
///
/// # Errors
/// When the store refuses for good.
pub async fn show(shared: Arc<Shared>, mut gate: Gate, channel: ChannelId, show: Show) -> Result<(), StoreError> {
    let mut held = Vec::new();
    loop {
        let phase = gate.phase();
        let woken = shared.wakes.deliveries.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let leases = keep(&shared.trouble, &gate, || shared.store.claim_deliveries(&channel, SHOWN_MAX, SHOWN_LEASE)).await?;
        if leases.is_empty() {
            if phase != Phase::Run {
                break;
            }
            tokio::select! {
                () = &mut woken => {}
                () = gate.changed() => {}
            }
        }
        for lease in leases {
            show(&lease.delivery);
            held.push((lease, Settlement::Released));
        }
    }
    keep(&shared.trouble, &gate, || shared.store.settle(held.clone())).await
}

#[cfg(test)]
mod tests;
