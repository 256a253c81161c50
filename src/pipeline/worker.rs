//! Entry → alerts: the product in one function, `read`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::Instrument;
use tracing::{debug, error, info, info_span, warn};

use crate::alert;
use crate::alert::record::AlertRecord;
use crate::article;
use crate::article::settings::Fetch;
use crate::model::alert::Decision;
use crate::model::article::Article;
use crate::model::entry::Entry;
use crate::pipeline::find::{Finding, find};
use crate::pipeline::keep::{chain, keep};
use crate::pipeline::{Gate, Phase, Setup, Shared, until};
use crate::store::error::StoreError;
use crate::store::{NewAlert, WorkDone, WorkLease};

/// Entries under way at one time; most of them wait for a page.
const WORK_MAX: usize = 64;
/// Entries are claimed when so many places are free.
const CLAIM_MIN: usize = 16;
/// How long reading an entry may take, waiting for its host included.
const LEASE: Duration = Duration::from_secs(15 * 60);
/// The longest sleep; work that was put off is looked for then.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// An entry that brought the program down so often is left unread.
const ATTEMPTS_MAX: u32 = 5;

/// Reads entries until it is told to stop, or to finish and nothing is left.
///
/// # Errors
/// When the store refuses for good.
pub async fn run(shared: Arc<Shared>, mut gate: Gate) -> Result<(), StoreError> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let computing = Arc::new(Semaphore::new(cores));
    let mut reads: JoinSet<()> = JoinSet::new();
    loop {
        while reads.try_join_next().is_some() {}
        // The phase is taken before the claim: what is committed after it, the next round finds.
        let phase = gate.phase();
        if phase == Phase::Stop {
            break;
        }
        let free = WORK_MAX - reads.len();
        if free >= CLAIM_MIN {
            let leases = match keep(&shared.trouble, &gate, || shared.store.claim_work(free, LEASE)).await {
                Ok(leases) => leases,
                // What is begun is handed back all the same.
                Err(_) if gate.phase() == Phase::Stop => break,
                Err(error) => return Err(error),
            };
            let claimed = leases.len();
            for lease in leases {
                let span = info_span!("read", entry = %lease.entry.id, feed = %lease.entry.feed);
                reads.spawn(one(Arc::clone(&shared), gate.clone(), Arc::clone(&computing), lease).instrument(span));
            }
            if claimed == 0 && reads.is_empty() && phase == Phase::Finish {
                break;
            }
            if claimed == free {
                continue;
            }
        }
        let sleep = until(None, shared.clock.now(), SLEEP_MAX);
        tokio::select! {
            _ = reads.join_next(), if !reads.is_empty() => {}
            () = tokio::time::sleep(sleep) => {}
            () = shared.wakes.work.notified() => {}
            () = gate.changed() => {}
        }
    }
    while reads.join_next().await.is_some() {}
    Ok(())
}

/// One entry on loan: read it, keep what came of it.
async fn one(shared: Arc<Shared>, gate: Gate, computing: Arc<Semaphore>, lease: WorkLease) {
    let done = if lease.attempt >= ATTEMPTS_MAX {
        error!(
            attempt = lease.attempt,
            url = lease.entry.url.as_ref().map(ToString::to_string),
            "entry given up: it stopped the program each time"
        );
        shared.stats.articles_lost_total.add(1);
        WorkDone { item: None, alerts: Vec::new() }
    } else {
        let read = tokio::select! {
            read = read(&shared, &gate, &computing, &lease.entry) => read,
            () = gate.cut_off() => Err(ReadError::Stopped),
        };
        match read {
            Ok(done) => done,
            Err(ReadError::Stopped) => {
                hand_back(&shared, &gate, &lease, shared.clock.now()).await;
                return;
            }
            // It would panic each time.
            Err(error @ ReadError::Panicked(_)) => {
                error!(error = %chain(&error), url = lease.entry.url.as_ref().map(ToString::to_string), "entry given up");
                shared.stats.articles_lost_total.add(1);
                WorkDone { item: None, alerts: Vec::new() }
            }
            Err(error) => {
                warn!(error = %chain(&error), "entry could not be read now");
                put_off(&shared, &gate, &lease).await;
                return;
            }
        }
    };
    match keep(&shared.trouble, &gate, || shared.store.complete_work(&lease, done.clone())).await {
        Ok(committed) => {
            shared.stats.articles_read_total.add(1);
            shared.stats.alerts_raised_total.add(committed.raised.len());
            for new in done.alerts.iter().filter(|new| committed.raised.contains(&new.alert.id)) {
                info!(alert = %new.alert.id, watch = %new.alert.watch.id, reason = new.alert.reason.as_str(), url = new.alert.item.url.as_deref(), "alert raised");
            }
            if !committed.raised.is_empty() {
                shared.wakes.deliveries.notify_waiters();
            }
        }
        Err(StoreError::LostLease { .. }) => {
            debug!("reading took too long and somebody else has the entry, or it was kept and only the answer was lost");
            shared.wakes.deliveries.notify_waiters();
        }
        Err(error) => warn!(error = %chain(&error), "what was read could not be kept, it is read again"),
    }
}

/// The product: an entry becomes an article, an extraction, matches and decisions.
async fn read(shared: &Shared, gate: &Gate, computing: &Semaphore, entry: &Entry) -> Result<WorkDone, ReadError> {
    let setup = shared.setup.load_full();
    let started = Instant::now();
    let mut settings = setup.config.article_of(&entry.feed);
    let mut article = article::read(entry, &setup.client, &settings).await;
    let mut finding = compute(computing, article, &setup).await?;
    if settings.fetch == Fetch::WhenMatchedInSummary && finding.article.partial && !finding.matches.is_empty() {
        settings.fetch = Fetch::Always;
        article = article::read(entry, &setup.client, &settings).await;
        finding = compute(computing, article, &setup).await?;
    }
    let article_took = started.elapsed().saturating_sub(finding.took);
    shared.stats.matches_found_total.add(finding.matches.len());

    let decisions = decide(shared, gate, &finding).await?;
    let story = shared.story(finding.article.id, finding.article.outlet.as_deref(), std::mem::take(&mut finding.signature));
    let mut alerts = Vec::with_capacity(decisions.len());
    for decision in decisions {
        match decision {
            Decision::Raise(mut alert) => {
                alert.story = Some(story.clone());
                let body = AlertRecord::from(&*alert).to_line();
                alerts.push(NewAlert { alert: *alert, body });
            }
            Decision::Drop { watch, alert, reason } => {
                shared.stats.alerts_dropped_total.add(1);
                debug!(%watch, %alert, reason = reason.as_str(), "match is not told again");
            }
        }
    }
    Ok(WorkDone { item: Some(finding.record(article_took, Some(&story.id))), alerts })
}

/// The pure half, off the async threads, as many at a time as there are cores.
async fn compute(computing: &Semaphore, article: Article, setup: &Arc<Setup>) -> Result<Finding, ReadError> {
    let _permit = computing.acquire().await.map_err(|_| ReadError::Stopped)?;
    let setup = Arc::clone(setup);
    tokio::task::spawn_blocking(move || find(article, &setup.config)).await.map_err(ReadError::Panicked)
}

async fn decide(shared: &Shared, gate: &Gate, finding: &Finding) -> Result<Vec<Decision>, StoreError> {
    if finding.matches.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = finding.matches.iter().map(|(facts, _)| alert::alert_id(&facts.watch.id, &finding.article)).collect();
    let known: HashSet<_> = keep(&shared.trouble, gate, || shared.store.known_alerts(ids.clone())).await?.into_iter().collect();
    Ok(alert::decide(finding.matches.clone(), &finding.article, &finding.extraction, &known, shared.clock.now()))
}

/// Hands an entry back to be read a little later.
async fn put_off(shared: &Shared, gate: &Gate, lease: &WorkLease) {
    let pause = SignedDuration::from_secs(30 << lease.attempt.min(6));
    let later = shared.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
    hand_back(shared, gate, lease, later).await;
}

/// Hands an entry back unread; that is no attempt.
async fn hand_back(shared: &Shared, gate: &Gate, lease: &WorkLease, until: Timestamp) {
    if let Err(error) = keep(&shared.trouble, gate, || shared.store.defer_work(lease, until)).await {
        debug!(error = %chain(&error), "entry could not be handed back, its lease ends by itself");
    }
}

/// Why an entry could not be read now.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("the program is stopping")]
    Stopped,
    #[error("reading stopped with a panic")]
    Panicked(#[source] tokio::task::JoinError),
    #[error("the alerts raised before cannot be looked up")]
    Store(#[from] StoreError),
}
