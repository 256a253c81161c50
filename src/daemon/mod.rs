//! Start, reload, signals, systemd, stop.
//!
//! *Takes:* a checked configuration. *Gives:* a running monitor, until the future it is given ends.
//! *Never:* does a stage's work; reads arguments.

pub mod error;
mod limits;
pub mod notify;
pub mod signals;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};
use tracing::{error, info, warn};

use crate::article::robots::RobotsMemory;
use crate::clock::Clock;
use crate::config::Config;
use crate::daemon::error::DaemonError;
use crate::daemon::notify::{Notifier, watch_over};
use crate::deliver;
use crate::deliver::{Channel, Means};
use crate::model::feed::FeedSource;
use crate::model::id::ChannelId;
use crate::net::client::Client;
use crate::pipeline::poller::Rounds;
use crate::pipeline::robots::InStore;
use crate::pipeline::{Gate, Phase, Setup, Shared, digests, overseer, poller, sender, websub, worker};
use crate::poll;
use crate::poll::push::WebsubSettings;
use crate::store::error::StoreError;
use crate::store::lock::StateLock;
use crate::store::sqlite::SqliteStore;
use crate::store::{Beat, FeedPlan, Retention, Store};
use crate::text::chain::chain;

/// How long the loops may take to end what is begun; systemd and users wait no longer.
const DRAIN: Duration = Duration::from_secs(8);
/// How often the daemon says that it lives.
const BEAT: Duration = Duration::from_secs(10);
/// How often what is too old is forgotten.
const RETAIN: Duration = Duration::from_secs(60 * 60);

/// How the daemon runs.
#[derive(Debug)]
pub struct Options {
    /// Poll every feed once, finish everything, deliver, stop.
    pub once: bool,
    /// Whether alerts leave the house.
    pub delivery: Delivering,
    /// Tells the service manager how it goes.
    pub notifier: Notifier,
    /// How long the service manager waits for a sign of life, where it does.
    pub watchdog: Option<Duration>,
    /// Reads the configuration anew; asked when a reload is wanted.
    pub reload: Option<Reload>,
}

/// Whether alerts leave the house.
#[derive(Clone)]
pub enum Delivering {
    /// Through every channel.
    On,
    /// They wait in the outbox and are shown.
    Shown(sender::Show),
}

impl std::fmt::Debug for Delivering {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::On => "On",
            Self::Shown(_) => "Shown",
        })
    }
}

/// Reads and checks the configuration, after the one that is in force; the error is what the log says.
pub type ReadAgain = Box<dyn Fn(&Config) -> Result<Config, String> + Send>;

/// Wishes for a reload, and how to read the configuration then.
pub struct Reload {
    /// One message for each wish.
    pub wishes: mpsc::Receiver<()>,
    /// How it is read.
    pub read: ReadAgain,
}

impl std::fmt::Debug for Reload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Reload")
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Done {
    /// The counters at the end.
    pub stats: Vec<(&'static str, u64)>,
    /// Deliveries that still wait, by channel.
    pub waiting: Vec<(ChannelId, u64, Timestamp)>,
}

/// A monitor that is ready to run: state folder locked, store open, client made, channels open.
#[derive(Debug)]
pub struct Daemon {
    shared: Arc<Shared>,
    render: fn(&str, &TimeZone) -> String,
    channels: Vec<Box<dyn Channel>>,
    hubs: Option<TcpListener>,
    _lock: StateLock,
}

impl Daemon {
    /// Locks the state folder, opens store, client and channels. `render` makes readable text of an alert record.
    ///
    /// # Errors
    /// When any of them cannot be used; the message names it.
    pub async fn start(config: Config, clock: Arc<dyn Clock>, render: fn(&str, &TimeZone) -> String) -> Result<Self, DaemonError> {
        limits::raise_open_files();
        let lock = StateLock::take(&config.state)?;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.state, Arc::clone(&clock))?);
        store.free_leases().await?;
        let client = Client::new(&config.net)?;
        let channels = open_channels(&config, &client, &clock, render)?;
        let hubs = match &config.websub {
            Some(WebsubSettings { listen, .. }) => {
                Some(TcpListener::bind(listen).await.map_err(|source| DaemonError::Listen { address: *listen, source })?)
            }
            None => None,
        };
        let mut config = config;
        config.article.robots = RobotsMemory::kept_by(Arc::new(InStore(Arc::clone(&store))));
        let shared = Arc::new(Shared::new(store, clock, Setup::new(config, client)));
        shared.ledger.restore(shared.store.as_ref(), shared.clock.now()).await?;
        configure_feeds(&shared).await?;
        remember_holds(&shared).await?;
        Ok(Self { shared, render, channels, hubs, _lock: lock })
    }

    /// The counters, for a progress line.
    pub fn stats(&self) -> Arc<dyn Fn() -> Vec<(&'static str, u64)> + Send + Sync> {
        let shared = Arc::clone(&self.shared);
        Arc::new(move || shared.stats.all())
    }

    /// Polls, reads and delivers until `shutdown` ends, or with `once` until all is done; then ends what is begun.
    ///
    /// # Errors
    /// When the store refuses for good, or a loop panics.
    pub async fn run(self, mut options: Options, shutdown: impl Future<Output = ()>) -> Result<Done, DaemonError> {
        let shared = self.shared;
        let rounds = if options.once { Rounds::Once } else { Rounds::Endless };
        if options.once {
            shared.store.make_due().await?;
        }
        let mut loops = Loops::start(&shared, self.channels, rounds, &options.delivery);
        let care = tokio::spawn(care(Arc::clone(&shared)));
        let (push_gate, gate) = Gate::new(Phase::Run);
        let hubs = self.hubs.filter(|_| !options.once);
        let push = hubs.map(|listener| tokio::spawn(websub::run(Arc::clone(&shared), gate, listener)));
        let (overseer_gate, gate) = Gate::new(Phase::Run);
        let overseer = tokio::spawn(overseer::run(Arc::clone(&shared), gate));
        let watchdog = options.watchdog.map(|timeout| tokio::spawn(watch_over(options.notifier.clone(), shared.progress.clone(), timeout)));
        options.notifier.ready(&state_text(&shared));
        info!(feeds = shared.setup.load().config.feeds.len(), "wirewatch runs");

        tokio::pin!(shutdown);
        let ended = loop {
            tokio::select! {
                () = &mut shutdown => break Ok(()),
                ended = loops.finished() => break ended,
                Some(()) = wish(&mut options.reload) => {
                    options.notifier.reloading();
                    if let Some(reload) = &options.reload {
                        let read = (reload.read)(&shared.setup.load().config);
                        take_over(&shared, &mut loops, &options.delivery, self.render, read).await;
                    }
                    options.notifier.ready(&state_text(&shared));
                }
            }
        };
        options.notifier.stopping("ending what is begun");
        push_gate.send_replace(Phase::Stop);
        loops.stop().await;
        care.abort();
        if let Some(push) = push {
            push.abort();
        }
        overseer_gate.send_replace(Phase::Stop);
        overseer.abort();
        if let Some(watchdog) = watchdog {
            watchdog.abort();
        }
        let waiting = shared.store.status().await.map(|status| status.waiting).unwrap_or_default();
        ended?;
        info!("wirewatch has stopped");
        Ok(Done { stats: shared.stats.all(), waiting })
    }
}

async fn wish(reload: &mut Option<Reload>) -> Option<()> {
    match reload {
        Some(reload) => reload.wishes.recv().await,
        None => std::future::pending().await,
    }
}

/// One line for `systemctl status`.
fn state_text(shared: &Shared) -> String {
    let setup = shared.setup.load();
    format!("{} feeds, {} watches", setup.config.feeds.len(), setup.config.counts.watches)
}

fn open_channels(
    config: &Config,
    client: &Client,
    clock: &Arc<dyn Clock>,
    render: fn(&str, &TimeZone) -> String,
) -> Result<Vec<Box<dyn Channel>>, DaemonError> {
    let means = Means { client: client.clone(), clock: Arc::clone(clock), render, zone: config.rules.zone.clone() };
    config.channels.iter().map(|settings| deliver::open(settings, &means).map_err(DaemonError::from)).collect()
}

/// Makes the stored set of feeds the configured one. New feeds become due one after another, so that a long list does not
/// set out in one burst; what the machine asks for in all is bounded anyway.
async fn configure_feeds(shared: &Shared) -> Result<(), StoreError> {
    let setup = shared.setup.load_full();
    let now = shared.clock.now();
    let feeds = setup.config.feeds.iter().map(|(feed, _)| FeedPlan::new(feed.id.clone(), address(&feed.source), now)).collect();
    shared.store.configure_feeds(feeds).await?;
    shared.wakes.feeds.notify_one();
    Ok(())
}

/// Where a feed is read from, as one text.
fn address(source: &FeedSource) -> String {
    match source {
        FeedSource::Http(url) => url.to_string(),
        FeedSource::File(path) => format!("file:{}", path.display()),
        FeedSource::Command(command) => format!("exec:{}", command.join("\0")),
    }
}

/// Hosts that asked to be left alone before the restart are left alone after it.
async fn remember_holds(shared: &Shared) -> Result<(), StoreError> {
    let setup = shared.setup.load_full();
    let now = shared.clock.now();
    for (id, state) in shared.store.feeds_told_to_wait().await? {
        if let Some((feed, settings)) = setup.feed(&id) {
            poll::remember_hold(feed, &state, settings, &setup.client, now);
        }
    }
    for (host, until) in shared.store.held_hosts().await? {
        if let Ok(wait) = Duration::try_from(until.duration_since(now)) {
            setup.client.hold_name(&host, wait);
        }
    }
    Ok(())
}

/// Puts a newly read configuration in force, or keeps the old one.
async fn take_over(
    shared: &Arc<Shared>,
    loops: &mut Loops,
    delivering: &Delivering,
    render: fn(&str, &TimeZone) -> String,
    read: Result<Config, String>,
) {
    let mut config = match read {
        Ok(config) => config,
        Err(fault) => {
            error!(error = fault, "new configuration has faults; the old one stays in force");
            return;
        }
    };
    let old = shared.setup.load_full();
    if config.state != old.config.state {
        warn!("the state folder changes only with a restart");
    }
    let opened = Client::new(&config.net)
        .map_err(DaemonError::from)
        .and_then(|client| Ok((open_channels(&config, &client, &shared.clock, render)?, client)));
    let (channels, client) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            error!(error = %chain(&error), "new configuration cannot be used; the old one stays in force");
            return;
        }
    };
    // What hosts allow was asked for once, and is not asked for again because the owner changed something.
    config.article.robots = old.config.article.robots.clone();
    config.article.pages = old.config.article.pages.clone();
    let feeds = config.feeds.len();
    shared.setup.store(Arc::new(Setup::new(config, client)));
    loops.replace_senders(shared, channels, delivering).await;
    if let Err(error) = remember_holds(shared).await {
        warn!(error = %chain(&error), "what hosts asked for before cannot be looked up");
    }
    if let Err(error) = configure_feeds(shared).await {
        error!(error = %chain(&error), "new feeds could not be kept; they come with the next reload");
    }
    info!(feeds, "new configuration is in force");
}

/// The loops and the gates that end them in order: no alert is left behind by a loop that ended too early.
#[derive(Debug)]
struct Loops {
    poller: JoinHandle<Result<(), StoreError>>,
    poller_gate: watch::Sender<Phase>,
    worker: JoinHandle<Result<(), StoreError>>,
    worker_gate: watch::Sender<Phase>,
    digests: JoinHandle<Result<(), StoreError>>,
    digests_gate: watch::Sender<Phase>,
    senders: JoinSet<Result<(), StoreError>>,
    sender_gate: watch::Sender<Phase>,
    step: Step,
}

/// How far a run with an end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Polling,
    Reading,
    Gathering,
    Delivering,
}

impl Loops {
    fn start(shared: &Arc<Shared>, channels: Vec<Box<dyn Channel>>, rounds: Rounds, delivering: &Delivering) -> Self {
        let (poller_gate, gate) = Gate::new(Phase::Run);
        let poller = tokio::spawn(poller::run(Arc::clone(shared), gate, rounds));
        let (worker_gate, gate) = Gate::new(Phase::Run);
        let worker = tokio::spawn(worker::run(Arc::clone(shared), gate));
        let (digests_gate, gate) = Gate::new(Phase::Run);
        let digests = tokio::spawn(digests::run(Arc::clone(shared), gate));
        let (sender_gate, senders) = send(shared, channels, delivering);
        Self { poller, poller_gate, worker, worker_gate, digests, digests_gate, senders, sender_gate, step: Step::Polling }
    }

    /// Returns when a run with an end is done, or a loop has failed.
    async fn finished(&mut self) -> Result<(), DaemonError> {
        loop {
            match self.step {
                Step::Polling => {
                    tokio::select! {
                        ended = &mut self.poller => flat(ended)?,
                        ended = &mut self.worker => { flat(ended)?; return Err(DaemonError::Ended { part: "reading" }) }
                        ended = &mut self.digests => { flat(ended)?; return Err(DaemonError::Ended { part: "gathering" }) }
                        Some(ended) = self.senders.join_next() => { flat(ended)?; continue }
                    }
                    self.worker_gate.send_replace(Phase::Finish);
                    self.step = Step::Reading;
                }
                Step::Reading => {
                    flat((&mut self.worker).await)?;
                    self.digests_gate.send_replace(Phase::Finish);
                    self.step = Step::Gathering;
                }
                Step::Gathering => {
                    flat((&mut self.digests).await)?;
                    self.sender_gate.send_replace(Phase::Finish);
                    self.step = Step::Delivering;
                }
                Step::Delivering => {
                    while let Some(ended) = self.senders.join_next().await {
                        flat(ended)?;
                    }
                    return Ok(());
                }
            }
        }
    }

    async fn replace_senders(&mut self, shared: &Arc<Shared>, channels: Vec<Box<dyn Channel>>, delivering: &Delivering) {
        self.sender_gate.send_replace(Phase::Stop);
        while self.senders.join_next().await.is_some() {}
        (self.sender_gate, self.senders) = send(shared, channels, delivering);
    }

    /// Ends what is begun, in the time there is.
    async fn stop(mut self) {
        for gate in [&self.poller_gate, &self.worker_gate, &self.digests_gate, &self.sender_gate] {
            gate.send_replace(Phase::Stop);
        }
        let (step, poller, worker, digests, senders) =
            (self.step, &mut self.poller, &mut self.worker, &mut self.digests, &mut self.senders);
        let drained = tokio::time::timeout(DRAIN, async {
            if step == Step::Polling && !poller.is_finished() && poller.await.is_err() {
                warn!("polling ended with a panic");
            }
            if step <= Step::Reading && !worker.is_finished() && worker.await.is_err() {
                warn!("reading ended with a panic");
            }
            if step <= Step::Gathering && !digests.is_finished() && digests.await.is_err() {
                warn!("gathering ended with a panic");
            }
            while senders.join_next().await.is_some() {}
        });
        if drained.await.is_err() {
            warn!("what was under way did not end in time; it is done after the next start");
        }
        self.poller.abort();
        self.worker.abort();
        self.digests.abort();
        self.senders.abort_all();
    }
}

fn send(
    shared: &Arc<Shared>,
    channels: Vec<Box<dyn Channel>>,
    delivering: &Delivering,
) -> (watch::Sender<Phase>, JoinSet<Result<(), StoreError>>) {
    let (gate_keeper, gate) = Gate::new(Phase::Run);
    let mut senders = JoinSet::new();
    for channel in channels {
        match delivering {
            Delivering::On => senders.spawn(sender::run(Arc::clone(shared), gate.clone(), channel)),
            Delivering::Shown(show) => {
                senders.spawn(sender::show(Arc::clone(shared), gate.clone(), channel.id().clone(), Arc::clone(show)))
            }
        };
    }
    (gate_keeper, senders)
}

fn flat(ended: Result<Result<(), StoreError>, JoinError>) -> Result<(), DaemonError> {
    ended.map_err(DaemonError::Panicked)?.map_err(DaemonError::from)
}

/// Says that the daemon lives, and forgets what is too old.
async fn care(shared: Arc<Shared>) {
    let started = shared.clock.now();
    let mut retained: Option<Timestamp> = None;
    loop {
        let now = shared.clock.now();
        let beat = Beat { pid: std::process::id(), started, at: now, version: env!("CARGO_PKG_VERSION").to_owned() };
        if let Err(error) = shared.store.beat(beat).await {
            warn_once(&shared, &error);
        }
        if retained.is_none_or(|then| now.duration_since(then) >= jiff::SignedDuration::try_from(RETAIN).unwrap_or_default()) {
            let policy: Retention = shared.setup.load().config.retention;
            match shared.store.retain(policy).await {
                Ok(0) => {}
                Ok(rows) => info!(rows, "what was too old was forgotten"),
                Err(error) => warn_once(&shared, &error),
            }
            retained = Some(now);
        }
        tokio::time::sleep(BEAT).await;
    }
}

/// The loops report a store in trouble; care only speaks up when they do not.
fn warn_once(shared: &Shared, error: &StoreError) {
    if !shared.trouble.is_on() {
        warn!(error = %chain(error), "the store could not be cared for");
    }
}
