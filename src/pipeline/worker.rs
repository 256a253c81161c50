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
use crate::article::Reading;
use crate::article::settings::{ArticleSettings, Fetch};
use crate::model::alert::{Decision, Kept};
use crate::model::article::Article;
use crate::model::entry::Entry;
use crate::pipeline::find::{Finding, find, warm_up};
use crate::pipeline::keep::keep;
use crate::pipeline::ledger::Decided;
use crate::pipeline::{Gate, Phase, Setup, Shared, until};
use crate::store::error::StoreError;
use crate::store::{Also, NewAlert, NewItem, SUSPECT_AFTER, WorkDone, WorkLease};
use crate::text::chain::chain;

/// Entries under way at one time; most of them wait for a page.
const WORK_MAX: usize = 64;
/// Entries are claimed when so many places are free.
const CLAIM_MIN: usize = 16;
/// How long reading an entry may take, waiting for its host included.
const LEASE: Duration = Duration::from_secs(15 * 60);
/// The longest sleep; work that was put off is looked for then.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// After so many attempts, each of which an end of the process cut short, an entry is read by its title and summary alone. The
/// last of them it was lent alone, as a suspect: it has brought the program down, or was met under way once more each time.
const ATTEMPTS_WHOLE: u32 = 2 * SUSPECT_AFTER;
/// An entry that brought the program down so often even then is left unread.
const ATTEMPTS_MAX: u32 = 50;
/// How old an entry may become while its page cannot be asked for.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Reads entries until it is told to stop, or to finish and nothing is left.
///
/// # Errors
/// When the store refuses for good.
pub async fn run(shared: Arc<Shared>, mut gate: Gate) -> Result<(), StoreError> {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let computing = Arc::new(Semaphore::new(cores));
    let mut reads: JoinSet<()> = JoinSet::new();
    let mut cold = true;
    loop {
        while reads.try_join_next().is_some() {}
        // The phase is taken before the claim: what is committed after it, the next round finds.
        let phase = gate.phase();
        if phase == Phase::Stop {
            break;
        }
        let free = WORK_MAX - reads.len();
        if free >= CLAIM_MIN {
            let leases = match claim(&shared, &gate, free, &mut cold).await {
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

/// Takes entries on loan. Models are loaded before the first: an end of the process in the middle of that must count as no
/// entry's attempt, and where nothing is to be read they are not needed.
async fn claim(shared: &Shared, gate: &Gate, limit: usize, cold: &mut bool) -> Result<Vec<WorkLease>, StoreError> {
    if *cold {
        if !keep(&shared.trouble, gate, || shared.store.has_work()).await? {
            return Ok(Vec::new());
        }
        let setup = shared.setup.load_full();
        if let Err(error) = tokio::task::spawn_blocking(move || warm_up(&setup.config)).await {
            error!(error = %chain(&error), "a text of the program's own could not be read");
        }
        *cold = false;
    }
    keep(&shared.trouble, gate, || shared.store.claim_work(limit, LEASE)).await
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
        WorkDone::new(None, Vec::new())
    } else {
        let read = tokio::select! {
            read = read(&shared, &gate, &computing, &lease) => read,
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
                WorkDone::new(None, Vec::new())
            }
            Err(ReadError::Held(until)) => {
                debug!(%until, "the host of the page is to be left alone until then");
                hand_back(&shared, &gate, &lease, until).await;
                return;
            }
            Err(error) => {
                warn!(error = %chain(&error), "entry could not be read now");
                let pause = SignedDuration::from_secs(30 << lease.attempt.min(6));
                hand_back(&shared, &gate, &lease, later(shared.clock.now(), pause)).await;
                return;
            }
        }
    };
    match keep(&shared.trouble, &gate, || shared.store.complete_work(&lease, done.clone())).await {
        Ok(committed) => {
            shared.stats.articles_read_total.add(1);
            shared.stats.alerts_raised_total.add(committed.raised.len());
            for new in done.alerts.iter().filter(|new| committed.raised.contains(&new.alert.id)) {
                let alert = &new.alert;
                let kept = alert.kept.as_ref().map(Kept::as_str);
                let held = (!alert.held.is_empty()).then_some(alert.held.len());
                info!(alert = %alert.id, watch = %alert.watch.id, reason = alert.reason.as_str(), kept, held, url = alert.item.url.as_deref(), "alert raised");
            }
            if !committed.raised.is_empty() {
                shared.wakes.deliveries.notify_waiters();
            }
        }
        Err(StoreError::LostLease { .. }) => {
            debug!("reading took too long and somebody else has the entry, or it was kept and only the answer was lost");
            shared.wakes.deliveries.notify_waiters();
        }
        Err(error) => {
            shared.ledger.take_back(done.alerts.iter().map(|new| &new.alert));
            warn!(error = %chain(&error), "what was read could not be kept, it is read again");
        }
    }
}

/// The product: an entry becomes an article, an extraction, matches and decisions.
async fn read(shared: &Shared, gate: &Gate, computing: &Semaphore, lease: &WorkLease) -> Result<WorkDone, ReadError> {
    let setup = shared.setup.load_full();
    let started = Instant::now();
    let mut settings = setup.config.article_of(&lease.entry.feed);
    let careful: Entry;
    let entry = if lease.attempt < ATTEMPTS_WHOLE {
        &lease.entry
    } else {
        settings.fetch = Fetch::Never;
        careful = Entry { content: None, ..lease.entry.clone() };
        &careful
    };
    let mut article = best_article(shared, gate, entry, &setup, &settings).await?;
    let mut finding = compute(computing, article, &setup).await?;
    if settings.fetch == Fetch::WhenMatchedInSummary && finding.article.partial && !finding.matches.is_empty() {
        settings.fetch = Fetch::Always;
        article = best_article(shared, gate, entry, &setup, &settings).await?;
        finding = compute(computing, article, &setup).await?;
    }
    let article_took = started.elapsed().saturating_sub(finding.took);
    shared.stats.matches_found_total.add(finding.matches.len());

    let decided = decide(shared, gate, &setup, &finding).await?;
    let story = decided.story_item(&finding, shared.clock.now());
    let record = finding.record(article_took, Some(&decided.placed.story.id));
    let item = NewItem { record, terms: Some(finding.terms()) };
    let (mut alerts, mut also) = (Vec::new(), Vec::new());
    for decision in decided.decisions {
        match decision {
            Decision::Raise(alert) | Decision::Update(alert) | Decision::Hold(alert) => {
                let body = AlertRecord::from(&*alert).to_line();
                alerts.push(NewAlert { alert: *alert, body });
            }
            Decision::Drop { watch, alert, reason } => {
                shared.stats.alerts_dropped_total.add(1);
                debug!(%watch, %alert, reason = reason.as_str(), "match is not told again");
                also.push(Also { alert, feed: finding.article.feed.clone(), outlet: finding.article.outlet.clone() });
            }
        }
    }
    Ok(WorkDone { item: Some(item), alerts, also, story })
}

/// The pure half, off the async threads, as many at a time as there are cores.
async fn compute(computing: &Semaphore, article: Article, setup: &Arc<Setup>) -> Result<Finding, ReadError> {
    let _permit = computing.acquire().await.map_err(|_| ReadError::Stopped)?;
    let setup = Arc::clone(setup);
    tokio::task::spawn_blocking(move || find(article, &setup.config)).await.map_err(ReadError::Panicked)
}

/// Places the article among the stories, and decides about its matches.
async fn decide(shared: &Shared, gate: &Gate, setup: &Setup, finding: &Finding) -> Result<Decided, StoreError> {
    let (mut known, mut silences) = (HashSet::new(), Vec::new());
    if !finding.matches.is_empty() {
        let ids: Vec<_> = finding.matches.iter().map(|(facts, _)| alert::alert_id(&facts.watch.id, &finding.article)).collect();
        known.extend(keep(&shared.trouble, gate, || shared.store.known_alerts(ids.clone())).await?);
        // Read each time, so that a silence holds from the moment at which it is made.
        silences = keep(&shared.trouble, gate, || shared.store.silences()).await?;
    }
    Ok(shared.ledger.decide(finding, &known, &silences, &setup.config.rules, shared.clock.now()))
}

/// The article, or when to come back for it. What its host asks for on the way holds over a restart.
async fn best_article(
    shared: &Shared,
    gate: &Gate,
    entry: &Entry,
    setup: &Setup,
    settings: &ArticleSettings,
) -> Result<Article, ReadError> {
    let reading = article::read(entry, &setup.client, settings).await;
    let now = shared.clock.now();
    if let Some((host, wait)) = &reading.asked {
        let until = later(now, SignedDuration::try_from(*wait).unwrap_or(SignedDuration::MAX));
        info!(host, %until, "a host asked to be left alone");
        if let Err(error) = keep(&shared.trouble, gate, || shared.store.hold_host(host, until)).await {
            debug!(error = %chain(&error), "that could not be kept; it holds until the next start");
        }
    }
    page_or_later(reading, entry.fetched, now)
}

/// The article, or the moment at which its page can be asked for. What would wait for too long is told by its summary: the
/// store counts no attempt for work that is put off, so the age of the entry is the bound.
fn page_or_later(reading: Reading, fetched: Timestamp, now: Timestamp) -> Result<Article, ReadError> {
    let until = reading.held.map(|wait| later(now, SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX)));
    match until.filter(|until| until.duration_since(fetched) <= PATIENCE) {
        Some(until) => Err(ReadError::Held(until)),
        None => Ok(reading.article),
    }
}

fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
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
    #[error("the host of the page has to be left alone until {0}")]
    Held(Timestamp),
    #[error("the program is stopping")]
    Stopped,
    #[error("reading stopped with a panic")]
    Panicked(#[source] tokio::task::JoinError),
    #[error("the alerts raised before cannot be looked up")]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::{SignedDuration, Timestamp};

    use super::{ReadError, page_or_later};
    use crate::article::{Reading, TextInput, from_text};
    use crate::model::id::EntryId;

    /// Until when an entry of that age is put off, in minutes from now; `None` when it is read.
    fn put_off(age_hours: i64, wait: Option<Duration>) -> Option<i64> {
        let now = Timestamp::UNIX_EPOCH;
        let input = TextInput { id: EntryId([0; 16]), text: "A.".into(), title: None, url: None, published: None, language: None };
        let reading = Reading { article: from_text(input), held: wait, asked: None };
        match page_or_later(reading, now - SignedDuration::from_hours(age_hours), now) {
            Err(ReadError::Held(until)) => Some(until.duration_since(now).as_mins()),
            read => {
                assert!(read.is_ok());
                None
            }
        }
    }

    #[test]
    fn a_page_is_waited_for_a_day() {
        let hours = |hours: u64| Some(Duration::from_secs(hours * 3600));
        assert_eq!(put_off(0, None), None);
        assert_eq!(put_off(0, hours(1)), Some(60));
        assert_eq!(put_off(23, hours(1)), Some(60));
        assert_eq!(put_off(23, hours(2)), None, "older than a day by then");
        assert_eq!(put_off(0, Some(Duration::MAX)), None);
    }
}
