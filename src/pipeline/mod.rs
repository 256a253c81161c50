//! The one place that joins stages and store.
//!
//! *Takes:* a checked configuration and a store. *Gives:* loops, each of which takes its input on loan from the store
//! and hands its output back to it: [`poller`] visits feeds, [`worker`] reads entries,
//! [`digests`] gathers, [`sender`] delivers alerts.
//! Between them there is no queue in memory that could be lost: what one loop commits is what the next one claims, and a
//! [`Wakes`] only saves the waiting. [`health`] tells the operator of troubles, and [`websub`] hands what a hub sends to the way of
//! a visit.
//! *Never:* decides anything a stage should decide.

pub mod digests;
pub mod find;
pub mod health;
pub mod keep;
pub mod ledger;
pub mod overseer;
pub mod past;
pub mod poller;
pub mod progress;
pub mod robots;
pub mod sender;
pub mod stats;
pub mod websub;
pub mod worker;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::config::Config;
use crate::model::feed::{Feed, FeedSource};
use crate::model::id::FeedId;
use crate::net::client::Client;
use crate::pipeline::ledger::Ledger;
use crate::pipeline::progress::Progress;
use crate::pipeline::stats::Stats;
use crate::poll::settings::PollSettings;
use crate::poll::uplink::Uplink;
use crate::store::Store;

/// What all loops share.
#[derive(Debug)]
pub struct Shared {
    /// Keeps what must survive.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Configuration and client, swapped whole on reload.
    pub setup: ArcSwap<Setup>,
    /// Calls sleeping loops.
    pub wakes: Wakes,
    /// Counts what was done.
    pub stats: Stats,
    /// Touched whenever the scheduler made a round; the watchdog looks at it.
    pub progress: Progress,
    /// Whether a trouble of the store was reported and is not over.
    pub trouble: keep::Trouble,
    /// Subscriptions at hubs; none unless they are configured.
    pub(crate) push: websub::Subscriptions,
    /// Whether the machine's own network works, as far as visits tell.
    pub(crate) uplink: Mutex<Uplink>,
    /// What decisions rest on.
    pub ledger: Ledger,
}

/// A configuration in force, with the client that was made for it.
#[derive(Debug)]
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// The polite client.
    pub client: Client,
    feeds: HashMap<FeedId, usize>,
    /// How many hosts the feeds are on.
    pub(crate) hosts: usize,
}

impl Setup {
    /// Joins a configuration with its client.
    pub fn new(config: Config, client: Client) -> Self {
        let feeds = config.feeds.iter().enumerate().map(|(index, (feed, _))| (feed.id.clone(), index)).collect();
        let host = |feed: &Feed| match &feed.source {
            FeedSource::Http(url) => url.host_str().map(str::to_owned),
            FeedSource::File(_) | FeedSource::Command(_) => None,
        };
        let hosts = config.feeds.iter().filter_map(|(feed, _)| host(feed)).collect::<HashSet<_>>().len();
        Self { config, client, feeds, hosts }
    }

    /// A feed and its settings, by its identity.
    pub fn feed(&self, id: &FeedId) -> Option<&(Feed, PollSettings)> {
        self.feeds.get(id).and_then(|index| self.config.feeds.get(*index))
    }
}

/// Calls loops that sleep until something is due.
#[derive(Debug, Default)]
pub struct Wakes {
    /// Feeds were added or made due.
    pub feeds: Notify,
    /// Entries wait to be read.
    pub work: Notify,
    /// Alerts wait to be delivered.
    pub deliveries: Notify,
}

impl Shared {
    /// Joins store, clock and configuration.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, setup: impl Into<Arc<Setup>>) -> Self {
        Self {
            store,
            clock,
            setup: ArcSwap::new(setup.into()),
            wakes: Wakes::default(),
            stats: Stats::default(),
            progress: Progress::default(),
            trouble: keep::Trouble::default(),
            push: websub::Subscriptions::default(),
            uplink: Mutex::default(),
            ledger: Ledger::default(),
        }
    }
}

/// How far a loop may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// For ever.
    Run,
    /// Until nothing is left to claim; the loop before has ended.
    Finish,
    /// Claim nothing more, end what is begun.
    Stop,
}

/// Tells a loop how far it may go.
#[derive(Debug, Clone)]
pub struct Gate(watch::Receiver<Phase>);

/// How long what is begun may still take after [`Phase::Stop`]: what waits for a slow server then is handed back.
const GRACE: Duration = Duration::from_secs(3);

impl Gate {
    /// A gate and the handle that closes it.
    pub fn new(phase: Phase) -> (watch::Sender<Phase>, Self) {
        let (sender, receiver) = watch::channel(phase);
        (sender, Self(receiver))
    }

    /// The phase now.
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Returns when the loop must stop and what it had begun has had its time.
    pub(crate) async fn cut_off(&self) {
        let mut own = self.clone();
        while own.phase() != Phase::Stop {
            own.changed().await;
        }
        tokio::time::sleep(GRACE).await;
    }

    /// Returns when the phase has changed; for ever when it cannot change any more.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Sleeps until the moment on the given clock, at most `longest`, at least a moment.
pub(crate) fn until(due: Option<jiff::Timestamp>, now: jiff::Timestamp, longest: Duration) -> Duration {
    let wait = due.map_or(longest, |due| Duration::try_from(due.duration_since(now)).unwrap_or_default());
    wait.clamp(Duration::from_millis(5), longest)
}
