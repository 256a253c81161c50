//! Alert → delivery: one loop for each channel, so that a slow one delays no other.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::{debug, error, info, warn};

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
    let id = channel.id().clone();
    let (batch_max, attempts_max) = (channel.batch_max(), channel.attempts_max());
    let mut retry_at: Option<Timestamp> = None;
    let mut failing = false;
    loop {
        let phase = gate.phase();
        if phase == Phase::Stop {
            return Ok(());
        }
        // Taken before the claim, so that an alert raised in between is not slept through.
        let woken = shared.wakes.deliveries.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let leases = keep(&shared.trouble, &gate, || shared.store.claim_deliveries(&id, batch_max, LEASE)).await?;
        if leases.is_empty() {
            if phase == Phase::Finish {
                return Ok(());
            }
            let now = shared.clock.now();
            if retry_at.is_some_and(|at| at <= now) {
                retry_at = None;
            }
            tokio::select! {
                () = tokio::time::sleep(until(retry_at, now, SLEEP_MAX)) => {}
                () = &mut woken => {}
                () = gate.changed() => {}
            }
            continue;
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
        let settled = settle(&shared, leases, outcomes, attempts_max);
        for (lease, settlement) in &settled {
            match settlement {
                Settlement::Retry { at, error } => {
                    retry_at = Some(retry_at.map_or(*at, |earlier| earlier.min(*at)));
                    if failing {
                        debug!(channel = %id, alert = %lease.delivery.alert, attempt = lease.delivery.attempt, error, "delivery still fails");
                    } else {
                        warn!(channel = %id, alert = %lease.delivery.alert, retry_at = %at, error, "channel fails; its alerts wait");
                        failing = true;
                    }
                }
                Settlement::Delivered if failing => {
                    info!(channel = %id, "channel works again");
                    failing = false;
                }
                Settlement::Dead { error } => {
                    error!(channel = %id, alert = %lease.delivery.alert, error, "delivery given up; it is among the dead letters");
                }
                _ => {}
            }
        }
        match keep(&shared.trouble, &gate, || shared.store.settle(settled.clone())).await {
            Ok(()) => {}
            Err(error) => warn!(channel = %id, error = %chain(&error), "what became of deliveries could not be noted; they are sent again"),
        }
    }
}

/// What the store is to note of each delivery.
fn settle(
    shared: &Shared,
    leases: Vec<DeliveryLease>,
    outcomes: Vec<Outcome>,
    attempts_max: Option<u32>,
) -> Vec<(DeliveryLease, Settlement)> {
    let now = shared.clock.now();
    let mut outcomes = outcomes.into_iter();
    leases
        .into_iter()
        .map(|lease| {
            let attempt = lease.delivery.attempt;
            let settlement = match outcomes.next() {
                Some(Outcome::Delivered) => {
                    shared.stats.deliveries_made_total.add(1);
                    Settlement::Delivered
                }
                Some(Outcome::Retry { error, .. }) if attempts_max.is_some_and(|most| attempt + 1 >= most) => {
                    shared.stats.deliveries_dead_total.add(1);
                    Settlement::Dead { error }
                }
                Some(Outcome::Retry { after, error }) => {
                    shared.stats.deliveries_retried_total.add(1);
                    let wait =
                        SignedDuration::try_from(retry::wait(attempt, after, fastrand::f64())).unwrap_or(SignedDuration::from_hours(1));
                    Settlement::Retry { at: now.saturating_add(wait).unwrap_or(Timestamp::MAX), error }
                }
                Some(Outcome::Refused { error }) => {
                    shared.stats.deliveries_dead_total.add(1);
                    Settlement::Dead { error }
                }
                // A channel that says nothing of a delivery did not try it.
                None => Settlement::Released,
            };
            (lease, settlement)
        })
        .collect()
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
