//! Feed → entries: one scheduler task that visits the feeds that are due.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tracing::Instrument;
use tracing::{debug, error, info, info_span, warn};

use crate::model::feed::{Feed, FeedSource, FeedState};
use crate::model::health::Seen;
use crate::model::id::FeedId;
use crate::pipeline::health;
use crate::pipeline::keep::keep;
use crate::pipeline::{Gate, Phase, Setup, Shared, until, websub};
use crate::poll;
use crate::poll::fresh::Fresh;
use crate::poll::settings::PollSettings;
use crate::poll::uplink::{Tried, Turn, reached};
use crate::poll::{Listing, Outcome};
use crate::store::error::StoreError;
use crate::store::{FeedLease, Listed, ListedEntry, NewNotice, VisitOutcome, When};
use crate::text::chain::chain;

/// Visits under way at one time; most of them wait for a server.
const VISITS_MAX: usize = 256;
/// Feeds are claimed when so many places are free, so that a claim takes many.
const CLAIM_MIN: usize = 64;
/// How long a visit may take, waiting for its host included, before somebody else may take the feed.
const LEASE: Duration = Duration::from_secs(15 * 60);
/// The longest sleep of the scheduler: the watchdog must see it move.
const SLEEP_MAX: Duration = Duration::from_secs(5);
/// How often feeds are looked for that have failed for long.
const LOOK: SignedDuration = SignedDuration::from_mins(10);

/// How often a feed is visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounds {
    /// Whenever it is due, for ever.
    Endless,
    /// Every feed that is due now once, and then no more.
    Once,
}

/// Visits feeds until it is told to stop, or with [`Rounds::Once`] until every feed was visited.
///
/// # Errors
/// When the store refuses for good.
pub async fn run(shared: Arc<Shared>, mut gate: Gate, rounds: Rounds) -> Result<(), StoreError> {
    let mut visits: JoinSet<()> = JoinSet::new();
    let mut visited: HashSet<FeedId> = HashSet::new();
    let mut looked = Timestamp::MIN;
    loop {
        while visits.try_join_next().is_some() {}
        shared.progress.touch();
        if gate.phase() == Phase::Stop {
            break;
        }
        if shared.clock.now().duration_since(looked) >= LOOK {
            looked = shared.clock.now();
            look(&shared, &gate).await?;
        }
        let free = VISITS_MAX - visits.len();
        if free >= CLAIM_MIN {
            let mut leases = keep(&shared.trouble, &gate, || shared.store.claim_feeds(free, LEASE)).await?;
            let claimed = leases.len();
            if rounds == Rounds::Once {
                leases = give_back(&shared, &gate, leases, &mut visited).await?;
                if leases.is_empty() && visits.is_empty() {
                    break;
                }
            }
            for lease in leases {
                let span = info_span!("visit", feed = %lease.feed);
                // Boxed once: a task is moved some times before it runs, and a visit is large.
                visits.spawn(Box::pin(visit(Arc::clone(&shared), gate.clone(), lease)).instrument(span));
            }
            if claimed == free {
                continue;
            }
        }
        // While all places are taken only a visit that ends changes anything.
        let due = if free >= CLAIM_MIN { shared.store.next_feed_due().await.unwrap_or_default() } else { None };
        let sleep = until(due, shared.clock.now(), SLEEP_MAX);
        tokio::select! {
            _ = visits.join_next(), if !visits.is_empty() && (VISITS_MAX - visits.len() < CLAIM_MIN || rounds == Rounds::Once) => {}
            () = tokio::time::sleep(sleep) => {}
            () = shared.wakes.feeds.notified() => {}
            () = gate.changed() => {}
        }
    }
    // A visit that was not committed happens again after the next start; waiting for slow servers helps nobody.
    visits.shutdown().await;
    Ok(())
}

/// Of the claimed feeds those that were not visited yet; the others are handed back as they were.
async fn give_back(
    shared: &Shared,
    gate: &Gate,
    leases: Vec<FeedLease>,
    visited: &mut HashSet<FeedId>,
) -> Result<Vec<FeedLease>, StoreError> {
    let mut fresh = Vec::with_capacity(leases.len());
    for lease in leases {
        if visited.insert(lease.feed.clone()) {
            fresh.push(lease);
        } else {
            let outcome = VisitOutcome::new(lease.state.clone(), Vec::new());
            match keep(&shared.trouble, gate, || shared.store.commit_visit(&lease, outcome.clone())).await {
                // Handed back already: only the answer to that was lost.
                Ok(_) | Err(StoreError::LostLease { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(fresh)
}

/// One visit: ask, read, commit.
async fn visit(shared: Arc<Shared>, gate: Gate, lease: FeedLease) {
    let setup = shared.setup.load_full();
    let Some((feed, settings)) = setup.feed(&lease.feed) else {
        return;
    };
    let now = shared.clock.now();
    // What a hub tells of is asked for seldom, in case that the hub falls silent.
    let seldom;
    let asked = if shared.push.is_active(&feed.id, now) {
        seldom = PollSettings { interval_min: settings.interval_max.max(settings.interval_min), ..settings.clone() };
        &seldom
    } else {
        settings
    };
    let mut visit = poll::visit(feed, &lease.state, asked, &setup.client, now).await;
    if let Outcome::Read { offer, .. } = &mut visit.outcome {
        websub::offered(&shared, &gate, &feed.id, offer.take()).await;
    }
    let visit = blame(&shared, &gate, &setup, feed, &lease.state, visit, now).await;
    report(&shared, &lease.state, &visit);
    let notices = health::after_visit(&setup, feed, &visit.state, &lease.told, now);
    commit(&shared, &gate, lease, visit, settings, notices, now).await;
}

/// Keeps what a visit found; whether it is kept.
pub(crate) async fn commit(
    shared: &Shared,
    gate: &Gate,
    lease: FeedLease,
    visit: poll::Visit,
    settings: &PollSettings,
    notices: Vec<(When, NewNotice)>,
    now: Timestamp,
) -> bool {
    let listing = match &visit.outcome {
        Outcome::Read { listing: Listing::Part, .. } => Listed::Part,
        _ => Listed::Whole,
    };
    let entries = match visit.outcome {
        Outcome::Read { entries, .. } => poll::fresh::fresh(entries, !lease.state.initialised, settings.initial, now)
            .into_iter()
            // Of a part of what a feed lists it cannot be said what is no longer listed.
            .map(|Fresh { id, twin, entry }| ListedEntry {
                id,
                twin: twin.filter(|_| matches!(listing, Listed::Whole)),
                entry: entry.map(Arc::new),
            })
            .collect(),
        _ => Vec::new(),
    };
    let first = !lease.state.initialised && visit.state.initialised;
    let outcome = VisitOutcome { state: visit.state, entries, listing, notices };
    match keep(&shared.trouble, gate, || shared.store.commit_visit(&lease, outcome.clone())).await {
        Ok(committed) => {
            shared.stats.entries_new_total.add(committed.new);
            health::noted(shared, committed.told);
            if first {
                let marked = committed.new - committed.work;
                if marked > 0 {
                    info!(marked, to_read = committed.work, "first visit: old entries are marked as seen and not told");
                } else {
                    info!(to_read = committed.work, "first visit: old entries are read too");
                }
            } else if committed.new > 0 {
                debug!(new = committed.new, "feed has new entries");
            }
            if committed.work > 0 {
                shared.wakes.work.notify_one();
            }
            true
        }
        Err(StoreError::LostLease { .. }) => {
            debug!("visit took too long and somebody else has the feed, or it was kept and only the answer was lost");
            shared.wakes.work.notify_one();
            false
        }
        Err(error) => {
            warn!(error = %chain(&error), "visit could not be kept, it happens again");
            false
        }
    }
}

/// Tells of what failed for long, unless it may be our own fault.
async fn look(shared: &Shared, gate: &Gate) -> Result<(), StoreError> {
    let down_since = shared.uplink.lock().unwrap_or_else(PoisonError::into_inner).down_since();
    match down_since {
        Some(since) => health::network(shared, gate, Seen::Ill(since)).await,
        None => health::tell_of_failing_feeds(shared, gate).await?,
    }
    Ok(())
}

/// What a visit says of the machine's own network; a feed is not blamed for what is our own fault.
async fn blame(
    shared: &Shared,
    gate: &Gate,
    setup: &Setup,
    feed: &Feed,
    before: &FeedState,
    visit: poll::Visit,
    now: Timestamp,
) -> poll::Visit {
    let FeedSource::Http(url) = &feed.source else { return visit };
    let (Some(host), Some(reached)) = (url.host_str(), reached(&visit.outcome)) else { return visit };
    let (turn, down_since) = {
        let mut uplink = shared.uplink.lock().unwrap_or_else(PoisonError::into_inner);
        let worked_before = before.failures == 0 && before.last_success.is_some();
        (uplink.note(Tried { host, reached, worked_before, began: now }, setup.hosts), uplink.down_since())
    };
    match turn {
        Some(Turn::Lost(since)) => {
            error!(%since, "no host can be reached; no feed is blamed for it");
            forgive(shared, gate, since).await;
        }
        Some(Turn::Back(since)) => {
            info!(%since, "hosts can be reached again");
            // What was under way when it was lost may have been noted as a failure after that.
            forgive(shared, gate, since).await;
            health::network(shared, gate, Seen::Well).await;
        }
        None => {}
    }
    if down_since.is_none() || reached {
        return visit;
    }
    let state = setup.feed(&feed.id).map_or_else(|| before.clone(), |(_, settings)| poll::offline(before, settings, now));
    poll::Visit { state, outcome: Outcome::Held }
}

async fn forgive(shared: &Shared, gate: &Gate, since: Timestamp) {
    match keep(&shared.trouble, gate, || shared.store.forgive_failures(since)).await {
        Ok(feeds) => debug!(feeds, "failures that were ours are forgotten"),
        Err(error) => warn!(error = %chain(&error), "failures that were ours could not be forgotten"),
    }
}

/// Counts a visit, and says when a feed begins or ceases to fail.
fn report(shared: &Shared, before: &FeedState, visit: &poll::Visit) {
    let stats = &shared.stats;
    if matches!(visit.outcome, Outcome::Held) {
        // Nothing was sent, so there was no visit.
        debug!(until = %visit.state.next_due, reason = visit.state.next_reason, "nothing was asked for now");
        return;
    }
    stats.feeds_visited_total.add(1);
    match &visit.outcome {
        Outcome::Read { entries, problems, .. } => {
            stats.entries_listed_total.add(entries.len());
            stats.entries_broken_total.add(problems.len());
            debug!(status = visit.state.last_status, entries = entries.len(), problems = problems.len(), "feed read");
        }
        Outcome::Failed(error) => {
            stats.feeds_failed_total.add(1);
            if before.failures == 0 {
                warn!(error = %chain(error), retry_at = %visit.state.next_due, "feed fails");
            } else {
                debug!(error = %chain(error), failures = visit.state.failures, "feed still fails");
            }
        }
        _ => {
            stats.feeds_unchanged_total.add(1);
            debug!(status = visit.state.last_status, "feed unchanged");
        }
    }
    if before.failures > 0 && visit.state.failures == 0 {
        info!(failures = before.failures, "feed is back");
    }
    if visit.state.gone && !before.gone {
        warn!("feed is gone (410); it is not asked again until `feeds resume`");
    }
}
