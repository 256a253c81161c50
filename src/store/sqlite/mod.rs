//! The store in one `SQLite` file.
//!
//! One thread writes and turns what waits into one transaction; a few connections read beside it. Every change that is
//! answered survives a loss of power, but for leases and signs of life, which are worth nothing after it.

mod connect;
mod deliveries;
mod digests;
mod fault;
mod feeds;
mod files;
mod health;
mod history;
mod hosts;
mod items;
mod readers;
mod retention;
mod schema;
mod seen;
mod silences;
mod stories;
mod subscriptions;
mod value;
mod work;
mod writer;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::Connection;

use crate::clock::Clock;
use crate::model::alert::HoldReason;
use crate::model::feed::FeedState;
use crate::model::health::Told;
use crate::model::id::{AlertId, ChannelId, EntryId, FeedId};
use crate::model::robots::RobotsAnswer;
use crate::model::silence::{Muted, Silence};
use crate::model::subscription::Subscription;
use crate::store::error::StoreError;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::files::Files;
use crate::store::sqlite::readers::Readers;
use crate::store::sqlite::value::{day, nanos, span};
use crate::store::sqlite::writer::{Durability, Writer};
use crate::store::{
    AlertQuery, Beat, ChannelTrouble, DeadLetter, DeadLetterChange, DeadLetters, DeliveryLease, FeedChange, FeedLease, FeedPlan, Gathered,
    GatheredAlert, Gathering, ItemQuery, NewNotice, Retention, Settlement, Store, StoreStatus, StoredAlert, StoredItem, StoryItem,
    ToldStory, VisitCommitted, VisitOutcome, WorkCommitted, WorkDone, WorkLease,
};

/// How long the places of articles among stories are kept: a day longer than any story lives without news.
const STORIES_KEPT: Duration = Duration::from_secs(8 * 24 * 3600);
/// How many of them are kept.
const STORIES_MAX: usize = 200_000;

/// The store in one `SQLite` file below the state folder.
///
/// Its methods are called on a Tokio runtime. A call that is cancelled after it began to wait for the writer is done all the
/// same; what it took on loan is free again when the lease ends.
#[derive(Debug)]
pub struct SqliteStore {
    path: Arc<Path>,
    clock: Arc<dyn Clock>,
    // Before the writer, so that the last connection to close is the writer's, which then works the log into the database.
    readers: Readers,
    writer: Option<Writer>,
}

impl SqliteStore {
    /// Opens the store below `folder` for the daemon, which holds the [`crate::store::lock::StateLock`]; makes folder and
    /// store at the first start and brings an older store up to date, after a copy of it was kept.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`] when the folder cannot be written, [`StoreError::Damaged`] when a store that was kept here
    /// is missing, empty or broken, [`StoreError::Newer`] when a newer version wrote it, [`StoreError::Copy`] when the copy
    /// cannot be made, or what the engine says.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        Self::open_steps(folder, clock, schema::STEPS)
    }

    /// Opens a store that is there for one change by the owner, beside a daemon that may run.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when nothing was ever stored, [`StoreError::Older`], [`StoreError::Newer`] or
    /// [`StoreError::Damaged`] when it cannot be used.
    pub fn open_beside(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let files = Files::below(folder);
        let connection = connect::beside_daemon(&files, schema::STEPS)?;
        Self::over(connection, &files, clock, Arc::default())
    }

    /// Opens a store that is there for reading, beside a daemon that may run; every change is refused.
    ///
    /// # Errors
    /// As [`Self::open_beside`].
    pub fn open_read_only(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let files = Files::below(folder);
        let readers = Readers::new(&files.database);
        readers.keep(connect::for_reading(&files, schema::STEPS)?);
        Ok(Self { path: files.database.into(), clock, readers, writer: None })
    }

    fn open_steps(folder: &Path, clock: Arc<dyn Clock>, steps: &[&str]) -> Result<Self, StoreError> {
        let files = Files::below(folder);
        let (connection, refusal) = connect::for_daemon(&files, steps)?;
        Self::over(connection, &files, clock, refusal)
    }

    fn over(connection: Connection, files: &Files, clock: Arc<dyn Clock>, refusal: Arc<OnceLock<StoreError>>) -> Result<Self, StoreError> {
        let writer = Writer::start(connection, files, refusal)
            .map_err(|source| StoreError::Disk { path: files.database.clone(), source: Arc::new(source) })?;
        Ok(Self { path: files.database.as_path().into(), clock, readers: Readers::new(&files.database), writer: Some(writer) })
    }

    async fn write<T, F>(&self, durability: Durability, mut operation: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnMut(&Connection, Timestamp) -> Result<T, Fault> + Send + 'static,
    {
        let Some(writer) = &self.writer else { return Err(StoreError::ReadOnly { path: self.path.to_path_buf() }) };
        let clock = Arc::clone(&self.clock);
        writer.run(durability, move |connection| operation(connection, clock.now())).await
    }

    /// Runs a step until it finds nothing more; gives how many rows went in all.
    async fn forget<F>(&self, step: F) -> Result<u64, StoreError>
    where
        F: Fn(&Connection) -> Result<usize, Fault> + Copy + Send + 'static,
    {
        let mut gone = 0;
        loop {
            match self.write(Durability::Synced, move |connection, _| step(connection)).await? {
                0 => return Ok(gone),
                rows => gone += u64::try_from(rows).unwrap_or(0),
            }
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn configure_feeds(&self, feeds: Vec<FeedPlan>) -> Result<(), StoreError> {
        self.write(Durability::Synced, move |connection, now| feeds::configure(connection, &feeds, now)).await
    }

    async fn make_due(&self) -> Result<usize, StoreError> {
        self.write(Durability::Synced, feeds::make_due).await
    }

    async fn claim_feeds(&self, limit: usize, lease: Duration) -> Result<Vec<FeedLease>, StoreError> {
        self.write(Durability::Relaxed, move |connection, now| feeds::claim(connection, now, limit, lease)).await
    }

    async fn claim_feed(&self, id: &FeedId, lease: Duration) -> Result<Option<FeedLease>, StoreError> {
        let id = id.clone();
        self.write(Durability::Relaxed, move |connection, now| feeds::claim_one(connection, &id, now, lease)).await
    }

    async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.readers.read(subscriptions::all).await
    }

    async fn keep_subscription(&self, subscription: Subscription) -> Result<(), StoreError> {
        self.write(Durability::Synced, move |connection, _| subscriptions::keep(connection, &subscription)).await
    }

    async fn end_subscription(&self, feed: &FeedId) -> Result<(), StoreError> {
        let feed = feed.clone();
        self.write(Durability::Synced, move |connection, _| subscriptions::end(connection, &feed)).await
    }

    async fn next_feed_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.readers.read(feeds::next_due).await
    }

    async fn commit_visit(&self, lease: &FeedLease, visit: VisitOutcome) -> Result<VisitCommitted, StoreError> {
        let (feed, generation) = (lease.feed.clone(), lease.generation);
        // What brings nothing is waited for by nobody but the feed's next turn.
        let durability = if visit.entries.is_empty() && visit.notices.is_empty() { Durability::Unhurried } else { Durability::Synced };
        self.write(durability, move |connection, now| feeds::commit_visit(connection, &feed, generation, &visit, now)).await
    }

    async fn has_work(&self) -> Result<bool, StoreError> {
        self.readers.read(work::any).await
    }

    async fn claim_work(&self, limit: usize, lease: Duration) -> Result<Vec<WorkLease>, StoreError> {
        self.write(Durability::Relaxed, move |connection, now| work::claim(connection, now, limit, lease)).await
    }

    async fn defer_work(&self, lease: &WorkLease, until: Timestamp) -> Result<(), StoreError> {
        let (work, generation) = (lease.work, lease.generation);
        self.write(Durability::Relaxed, move |connection, _| work::defer(connection, work, generation, until)).await
    }

    async fn complete_work(&self, lease: &WorkLease, done: WorkDone) -> Result<WorkCommitted, StoreError> {
        let (work, generation, entry) = (lease.work, lease.generation, lease.entry.id);
        let mut done = done;
        let item = done.item.take().map(items::pack).transpose()?;
        self.write(Durability::Synced, move |connection, now| {
            work::complete(connection, work, generation, &entry, item.as_ref(), &done, now)
        })
        .await
    }

    async fn told(&self) -> Result<Vec<Told>, StoreError> {
        self.readers.read(health::told).await
    }

    async fn tell(&self, notices: Vec<NewNotice>) -> Result<Vec<AlertId>, StoreError> {
        if notices.is_empty() {
            return Ok(Vec::new());
        }
        self.write(Durability::Synced, move |connection, now| health::tell(connection, &notices, now)).await
    }

    async fn feeds_failing(&self, since: Timestamp) -> Result<Vec<(FeedId, FeedState)>, StoreError> {
        self.readers.read(move |connection| feeds::failing(connection, since)).await
    }

    async fn forgive_failures(&self, since: Timestamp) -> Result<usize, StoreError> {
        self.write(Durability::Synced, move |connection, _| feeds::forgive(connection, since)).await
    }

    async fn robots(&self, origin: &str) -> Result<Option<RobotsAnswer>, StoreError> {
        let origin = origin.to_owned();
        self.readers.read(move |connection| hosts::robots(connection, &origin)).await
    }

    async fn keep_robots(&self, origin: &str, answer: RobotsAnswer) -> Result<(), StoreError> {
        let origin = origin.to_owned();
        self.write(Durability::Relaxed, move |connection, _| hosts::keep_robots(connection, &origin, &answer)).await
    }

    async fn hold_host(&self, host: &str, until: Timestamp) -> Result<(), StoreError> {
        let host = host.to_owned();
        self.write(Durability::Synced, move |connection, _| hosts::hold(connection, &host, until)).await
    }

    async fn held_hosts(&self) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let now = self.clock.now();
        self.readers.read(move |connection| hosts::held(connection, now)).await
    }

    async fn known_alerts(&self, ids: Vec<AlertId>) -> Result<Vec<AlertId>, StoreError> {
        if ids.is_empty() {
            return Ok(ids);
        }
        self.readers.read(move |connection| work::known(connection, ids)).await
    }

    async fn claim_deliveries(&self, channel: &ChannelId, limit: usize, lease: Duration) -> Result<Vec<DeliveryLease>, StoreError> {
        let channel = channel.clone();
        self.write(Durability::Relaxed, move |connection, now| deliveries::claim(connection, &channel, now, limit, lease)).await
    }

    async fn resume_channel(&self, channel: &ChannelId) -> Result<Option<ChannelTrouble>, StoreError> {
        let channel = channel.clone();
        self.write(Durability::Relaxed, move |connection, now| deliveries::resume(connection, &channel, now)).await
    }

    async fn dead_letters(&self, which: DeadLetters) -> Result<Vec<DeadLetter>, StoreError> {
        self.readers.read(move |connection| deliveries::dead(connection, &which)).await
    }

    async fn change_dead_letters(&self, which: DeadLetters, change: DeadLetterChange) -> Result<usize, StoreError> {
        self.write(Durability::Synced, move |connection, now| deliveries::change_dead(connection, &which, change, now)).await
    }

    async fn story_items(&self, since: Timestamp, limit: usize) -> Result<Vec<StoryItem>, StoreError> {
        self.readers.read(move |connection| stories::items(connection, since, limit)).await
    }

    async fn told_stories(&self, since: Timestamp) -> Result<Vec<ToldStory>, StoreError> {
        self.readers.read(move |connection| stories::told(connection, since)).await
    }

    async fn ended(&self, channel: &ChannelId, since: Timestamp, limit: usize) -> Result<Vec<Timestamp>, StoreError> {
        let channel = channel.clone();
        self.readers.read(move |connection| deliveries::ended(connection, &channel, since, limit)).await
    }

    async fn singles(&self, since: Timestamp) -> Result<Vec<(ChannelId, Timestamp)>, StoreError> {
        self.readers.read(move |connection| digests::singles(connection, since)).await
    }

    async fn silences(&self) -> Result<Vec<Silence>, StoreError> {
        self.readers.read(silences::all).await
    }

    async fn add_silence(&self, muted: Muted, until: Timestamp, reason: String) -> Result<Silence, StoreError> {
        self.write(Durability::Synced, move |connection, now| silences::add(connection, &muted, until, &reason, now)).await
    }

    async fn expire_silence(&self, number: i64) -> Result<bool, StoreError> {
        self.write(Durability::Synced, move |connection, now| silences::expire(connection, number, now)).await
    }

    async fn gatherings(&self) -> Result<Vec<Gathering>, StoreError> {
        self.readers.read(digests::gatherings).await
    }

    async fn gathered(&self, channel: &ChannelId, reason: HoldReason, due: Timestamp) -> Result<Vec<GatheredAlert>, StoreError> {
        let channel = channel.clone();
        self.readers.read(move |connection| digests::gathered(connection, &channel, reason, due)).await
    }

    async fn digested(&self) -> Result<Vec<(ChannelId, Timestamp)>, StoreError> {
        self.readers.read(digests::digested).await
    }

    async fn tell_gathered(&self, gathered: Gathered) -> Result<(), StoreError> {
        self.write(Durability::Synced, move |connection, now| digests::tell(connection, &gathered, now)).await
    }

    async fn settle(&self, settled: Vec<(DeliveryLease, Settlement)>) -> Result<(), StoreError> {
        if settled.is_empty() {
            return Ok(());
        }
        let settled: Vec<deliveries::Settled> = settled
            .into_iter()
            .map(|(lease, settlement)| (lease.delivery.alert, lease.delivery.channel, lease.generation, settlement))
            .collect();
        self.write(Durability::Synced, move |connection, now| deliveries::settle(connection, &settled, now)).await
    }

    async fn alerts(&self, query: AlertQuery) -> Result<Vec<StoredAlert>, StoreError> {
        self.readers.read(move |connection| history::alerts(connection, &query)).await
    }

    async fn item(&self, id: EntryId) -> Result<Option<String>, StoreError> {
        self.readers.read(move |connection| items::one(connection, &id)).await
    }

    async fn item_rows(&self, query: ItemQuery) -> Result<Vec<i64>, StoreError> {
        self.readers.read(move |connection| items::rows(connection, &query)).await
    }

    async fn items(&self, rows: &[i64]) -> Result<Vec<StoredItem>, StoreError> {
        let rows = rows.to_vec();
        self.readers.read(move |connection| items::several(connection, &rows)).await
    }

    async fn feeds_told_to_wait(&self) -> Result<Vec<(FeedId, FeedState)>, StoreError> {
        let now = self.clock.now();
        self.readers.read(move |connection| feeds::told_to_wait(connection, now)).await
    }

    async fn feeds(&self) -> Result<Vec<(FeedId, FeedState)>, StoreError> {
        self.readers.read(feeds::all).await
    }

    async fn set_feed(&self, id: &FeedId, change: FeedChange) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write(Durability::Synced, move |connection, now| feeds::set(connection, &id, change, now)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.readers.read(deliveries::next_due).await
    }

    async fn status(&self) -> Result<StoreStatus, StoreError> {
        self.readers.read(history::status).await
    }

    async fn beat(&self, beat: Beat) -> Result<(), StoreError> {
        self.write(Durability::Relaxed, move |connection, _| history::beat(connection, &beat)).await
    }

    async fn free_leases(&self) -> Result<(), StoreError> {
        self.write(Durability::Synced, |connection, _| {
            feeds::free(connection)?;
            work::free(connection)?;
            deliveries::free(connection)
        })
        .await
    }

    async fn retain(&self, policy: Retention) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let before = |age: Duration| nanos(now).saturating_sub(span(age));
        let (items, alerts, removed) = (before(policy.items), before(policy.alerts), before(policy.seen));
        let last_day = day(now).saturating_sub(i64::try_from(policy.seen.as_secs().div_ceil(24 * 60 * 60)).unwrap_or(i64::MAX));
        let mut gone = self.forget(move |connection| retention::items(connection, items)).await?;
        gone += self.forget(move |connection| retention::alerts(connection, alerts)).await?;
        let stories = before(STORIES_KEPT);
        gone += self.forget(move |connection| stories::forget(connection, stories, STORIES_MAX)).await?;
        if !self.readers.read(move |connection| retention::is_done_with_marks(connection, last_day)).await? {
            for feed in self.readers.read(move |connection| retention::feeds_with_old_marks(connection, last_day)).await? {
                gone += self.forget(move |connection| retention::marks(connection, feed, last_day)).await?;
            }
            self.write(Durability::Relaxed, move |connection, _| retention::done_with_marks(connection, last_day)).await?;
        }
        for feed in self.readers.read(move |connection| retention::feeds_removed(connection, removed)).await? {
            gone += self.forget(move |connection| retention::removed_feed(connection, feed)).await?;
        }
        gone += self.forget(move |connection| hosts::forget(connection, now)).await?;
        while self.write(Durability::Relaxed, |connection, _| retention::give_back(connection)).await? {}
        Ok(gone)
    }
}
