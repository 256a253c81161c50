//! A store that fails or is slow at a call of the test's choice, and hands all others on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::model::alert::HoldReason;
use crate::model::feed::FeedState;
use crate::model::health::Told;
use crate::model::id::{AlertId, ChannelId, EntryId, FeedId};
use crate::model::robots::RobotsAnswer;
use crate::model::silence::{Muted, Silence};
use crate::model::subscription::Subscription;
use crate::store::error::StoreError;
use crate::store::{
    AlertQuery, Beat, ChannelTrouble, DeadLetter, DeadLetterChange, DeadLetters, DeliveryLease, FeedChange, FeedLease, FeedPlan, Gathered,
    GatheredAlert, Gathering, ItemQuery, NewNotice, Retention, Settlement, Store, StoreStatus, StoredAlert, StoredItem, StoryItem,
    ToldStory, VisitCommitted, VisitOutcome, WorkCommitted, WorkDone, WorkLease,
};

/// What happens to the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It fails and changes nothing, as when the disk is full.
    Refused,
    /// It is done, but the caller hears that it failed, as when the daemon stops between commit and answer.
    AnswerLost,
    /// It is done after a while.
    Slow(Duration),
}

/// A store that is in trouble at some of its calls.
#[derive(Debug)]
pub(crate) struct Failing {
    inner: Arc<dyn Store>,
    calls: AtomicU64,
    first: u64,
    last: u64,
    trouble: Trouble,
}

impl Failing {
    /// Trouble at call `number`, counted from 1 over all methods.
    pub(crate) fn at_call(inner: Arc<dyn Store>, number: u64, trouble: Trouble) -> Self {
        Self { inner, calls: AtomicU64::new(0), first: number, last: number, trouble }
    }

    /// Trouble at every call from `first` to `last`, both counted from 1.
    pub(crate) fn between_calls(inner: Arc<dyn Store>, first: u64, last: u64, trouble: Trouble) -> Self {
        Self { inner, calls: AtomicU64::new(0), first, last, trouble }
    }

    /// How many calls were made.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Counts a call; `Some` when it is one of the chosen.
    fn trouble(&self) -> Option<Trouble> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        (self.first..=self.last).contains(&number).then_some(self.trouble)
    }

    async fn through<T>(&self, call: impl Future<Output = Result<T, StoreError>> + Send) -> Result<T, StoreError> {
        match self.trouble() {
            None => call.await,
            Some(Trouble::Refused) => Err(full()),
            Some(Trouble::AnswerLost) => {
                call.await?;
                Err(full())
            }
            Some(Trouble::Slow(wait)) => {
                tokio::time::sleep(wait).await;
                call.await
            }
        }
    }
}

/// The fault of a full disk.
fn full() -> StoreError {
    let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
    StoreError::Full { path: "failing".into(), source: Arc::new(source) }
}

#[async_trait]
impl Store for Failing {
    async fn configure_feeds(&self, feeds: Vec<FeedPlan>) -> Result<(), StoreError> {
        self.through(self.inner.configure_feeds(feeds)).await
    }

    async fn make_due(&self) -> Result<usize, StoreError> {
        self.through(self.inner.make_due()).await
    }

    async fn claim_feeds(&self, limit: usize, lease: Duration) -> Result<Vec<FeedLease>, StoreError> {
        self.through(self.inner.claim_feeds(limit, lease)).await
    }

    async fn claim_feed(&self, id: &FeedId, lease: Duration) -> Result<Option<FeedLease>, StoreError> {
        self.through(self.inner.claim_feed(id, lease)).await
    }

    async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        self.through(self.inner.subscriptions()).await
    }

    async fn keep_subscription(&self, subscription: Subscription) -> Result<(), StoreError> {
        self.through(self.inner.keep_subscription(subscription)).await
    }

    async fn end_subscription(&self, feed: &FeedId) -> Result<(), StoreError> {
        self.through(self.inner.end_subscription(feed)).await
    }

    async fn next_feed_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.through(self.inner.next_feed_due()).await
    }

    async fn commit_visit(&self, lease: &FeedLease, visit: VisitOutcome) -> Result<VisitCommitted, StoreError> {
        self.through(self.inner.commit_visit(lease, visit)).await
    }

    async fn has_work(&self) -> Result<bool, StoreError> {
        self.through(self.inner.has_work()).await
    }

    async fn claim_work(&self, limit: usize, lease: Duration) -> Result<Vec<WorkLease>, StoreError> {
        self.through(self.inner.claim_work(limit, lease)).await
    }

    async fn defer_work(&self, lease: &WorkLease, until: Timestamp) -> Result<(), StoreError> {
        self.through(self.inner.defer_work(lease, until)).await
    }

    async fn complete_work(&self, lease: &WorkLease, done: WorkDone) -> Result<WorkCommitted, StoreError> {
        self.through(self.inner.complete_work(lease, done)).await
    }

    async fn told(&self) -> Result<Vec<Told>, StoreError> {
        self.through(self.inner.told()).await
    }

    async fn tell(&self, notices: Vec<NewNotice>) -> Result<Vec<AlertId>, StoreError> {
        self.through(self.inner.tell(notices)).await
    }

    async fn feeds_failing(&self, since: Timestamp) -> Result<Vec<(FeedId, FeedState)>, StoreError> {
        self.through(self.inner.feeds_failing(since)).await
    }

    async fn forgive_failures(&self, since: Timestamp) -> Result<usize, StoreError> {
        self.through(self.inner.forgive_failures(since)).await
    }

    async fn robots(&self, origin: &str) -> Result<Option<RobotsAnswer>, StoreError> {
        self.through(self.inner.robots(origin)).await
    }

    async fn keep_robots(&self, origin: &str, answer: RobotsAnswer) -> Result<(), StoreError> {
        self.through(self.inner.keep_robots(origin, answer)).await
    }

    async fn hold_host(&self, host: &str, until: Timestamp) -> Result<(), StoreError> {
        self.through(self.inner.hold_host(host, until)).await
    }

    async fn held_hosts(&self) -> Result<Vec<(String, Timestamp)>, StoreError> {
        self.through(self.inner.held_hosts()).await
    }

    async fn known_alerts(&self, ids: Vec<AlertId>) -> Result<Vec<AlertId>, StoreError> {
        self.through(self.inner.known_alerts(ids)).await
    }

    async fn claim_deliveries(&self, channel: &ChannelId, limit: usize, lease: Duration) -> Result<Vec<DeliveryLease>, StoreError> {
        self.through(self.inner.claim_deliveries(channel, limit, lease)).await
    }

    async fn resume_channel(&self, channel: &ChannelId) -> Result<Option<ChannelTrouble>, StoreError> {
        self.through(self.inner.resume_channel(channel)).await
    }

    async fn dead_letters(&self, which: DeadLetters) -> Result<Vec<DeadLetter>, StoreError> {
        self.through(self.inner.dead_letters(which)).await
    }

    async fn change_dead_letters(&self, which: DeadLetters, change: DeadLetterChange) -> Result<usize, StoreError> {
        self.through(self.inner.change_dead_letters(which, change)).await
    }

    async fn story_items(&self, since: Timestamp, limit: usize) -> Result<Vec<StoryItem>, StoreError> {
        self.through(self.inner.story_items(since, limit)).await
    }

    async fn told_stories(&self, since: Timestamp) -> Result<Vec<ToldStory>, StoreError> {
        self.through(self.inner.told_stories(since)).await
    }

    async fn singles(&self, since: Timestamp) -> Result<Vec<(ChannelId, Timestamp)>, StoreError> {
        self.through(self.inner.singles(since)).await
    }

    async fn ended(&self, channel: &ChannelId, since: Timestamp, limit: usize) -> Result<Vec<Timestamp>, StoreError> {
        self.through(self.inner.ended(channel, since, limit)).await
    }

    async fn silences(&self) -> Result<Vec<Silence>, StoreError> {
        self.through(self.inner.silences()).await
    }

    async fn add_silence(&self, muted: Muted, until: Timestamp, reason: String) -> Result<Silence, StoreError> {
        self.through(self.inner.add_silence(muted, until, reason)).await
    }

    async fn expire_silence(&self, number: i64) -> Result<bool, StoreError> {
        self.through(self.inner.expire_silence(number)).await
    }

    async fn gatherings(&self) -> Result<Vec<Gathering>, StoreError> {
        self.through(self.inner.gatherings()).await
    }

    async fn gathered(&self, channel: &ChannelId, reason: HoldReason, due: Timestamp) -> Result<Vec<GatheredAlert>, StoreError> {
        self.through(self.inner.gathered(channel, reason, due)).await
    }

    async fn digested(&self) -> Result<Vec<(ChannelId, Timestamp)>, StoreError> {
        self.through(self.inner.digested()).await
    }

    async fn tell_gathered(&self, gathered: Gathered) -> Result<(), StoreError> {
        self.through(self.inner.tell_gathered(gathered)).await
    }

    async fn settle(&self, settled: Vec<(DeliveryLease, Settlement)>) -> Result<(), StoreError> {
        self.through(self.inner.settle(settled)).await
    }

    async fn alerts(&self, query: AlertQuery) -> Result<Vec<StoredAlert>, StoreError> {
        self.through(self.inner.alerts(query)).await
    }

    async fn item(&self, id: EntryId) -> Result<Option<String>, StoreError> {
        self.through(self.inner.item(id)).await
    }

    async fn item_rows(&self, query: ItemQuery) -> Result<Vec<i64>, StoreError> {
        self.through(self.inner.item_rows(query)).await
    }

    async fn items(&self, rows: &[i64]) -> Result<Vec<StoredItem>, StoreError> {
        self.through(self.inner.items(rows)).await
    }

    async fn feeds_told_to_wait(&self) -> Result<Vec<(FeedId, FeedState)>, StoreError> {
        self.through(self.inner.feeds_told_to_wait()).await
    }

    async fn feeds(&self) -> Result<Vec<(FeedId, FeedState)>, StoreError> {
        self.through(self.inner.feeds()).await
    }

    async fn set_feed(&self, id: &FeedId, change: FeedChange) -> Result<bool, StoreError> {
        self.through(self.inner.set_feed(id, change)).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.through(self.inner.next_due()).await
    }

    async fn status(&self) -> Result<StoreStatus, StoreError> {
        self.through(self.inner.status()).await
    }

    async fn beat(&self, beat: Beat) -> Result<(), StoreError> {
        self.through(self.inner.beat(beat)).await
    }

    async fn free_leases(&self) -> Result<(), StoreError> {
        self.through(self.inner.free_leases()).await
    }

    async fn retain(&self, policy: Retention) -> Result<u64, StoreError> {
        self.through(self.inner.retain(policy)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::store::sqlite::SqliteStore;
    use crate::store::{FeedPlan, samples};

    #[tokio::test]
    async fn only_the_chosen_call_is_in_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), Arc::new(ManualClock::new(samples::start()))).unwrap());
        let feeds = |name: &str| vec![FeedPlan::new(name, "https://example.org/feed", samples::start())];
        for (trouble, stays) in [(Trouble::Refused, "a"), (Trouble::AnswerLost, "b")] {
            let failing = Failing::at_call(Arc::clone(&store), 2, trouble);
            failing.configure_feeds(feeds("a")).await.unwrap();
            assert!(failing.configure_feeds(feeds("b")).await.unwrap_err().is_transient());
            let names: Vec<FeedId> = failing.feeds().await.unwrap().into_iter().map(|(feed, _)| feed).collect();
            assert_eq!(names, [FeedId::from(stays)], "{trouble:?}");
            assert_eq!(failing.calls(), 3);
        }
        let failing = Failing::between_calls(store, 1, 2, Trouble::Refused);
        assert!(failing.status().await.is_err());
        assert!(failing.status().await.is_err());
        assert!(failing.status().await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_call_is_done_after_its_while() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path(), Arc::new(ManualClock::new(samples::start()))).unwrap());
        let failing = Failing::at_call(store, 1, Trouble::Slow(Duration::from_secs(3600)));
        let before = tokio::time::Instant::now();
        failing.status().await.unwrap();
        assert!(before.elapsed() >= Duration::from_secs(3600));
    }
}
