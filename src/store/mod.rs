//! Keeps everything that must survive: the schedule, seen marks, work, items, alerts, deliveries.
//!
//! *Takes:* outcomes of the stages. *Gives:* leases on feeds, work and deliveries; the history.
//! *Next:* [`crate::pipeline`] joins it with the stages.
//! *Never:* decides what is due to be told; reads a feed; names a stage.

pub mod error;
pub mod lock;
mod record;
pub mod sqlite;

#[cfg(test)]
mod conformance;
#[cfg(test)]
pub(crate) mod failing;
#[cfg(test)]
pub(crate) mod samples;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::model::alert::{Alert, HoldReason};
use crate::model::delivery::Delivery;
use crate::model::entry::Entry;
use crate::model::feed::FeedState;
use crate::model::health::{Notice, Told};
use crate::model::id::{AlertId, ChannelId, EntryId, FeedId, StoryId, WatchId};
use crate::model::robots::RobotsAnswer;
use crate::model::silence::{Muted, Silence};
use crate::model::subscription::Subscription;
use crate::model::terms::{Needed, Terms};
use crate::store::error::StoreError;

/// An entry that so many ends of the process met under way is a suspect: it may be what ended them. Suspects are lent one at
/// a time, so that from then on an attempt counts for hardly any but the one at fault.
pub const SUSPECT_AFTER: u32 = 5;

/// The daemon's operations on what must survive.
///
/// Times are the store's own clock. Every lease carries a generation; what is handed back under an old generation is
/// refused with [`StoreError::LostLease`] and changes nothing.
#[async_trait]
pub trait Store: std::fmt::Debug + Send + Sync {
    /// Makes the set of feeds the configured one: unknown feeds are added as due at the given time, feeds no longer
    /// configured are kept but never claimed, and come back with their state when they are configured again. A feed whose
    /// address is another than before is due as if it were unknown, and a visit under way is lost: what the old address said
    /// of itself (validators, where it moved, that it is gone, when to come back) is forgotten, but what was seen is not.
    async fn configure_feeds(&self, feeds: Vec<FeedPlan>) -> Result<(), StoreError>;

    /// Makes every feed due now, for a round the owner asked for; feeds that are paused or gone, and those whose server asked
    /// for a longer wait, stay as they are. Gives how many are due then.
    async fn make_due(&self) -> Result<usize, StoreError>;

    /// Takes up to `limit` feeds that are due, oldest first, for the length of the lease. Those that became due together come in
    /// the order in which they were configured.
    async fn claim_feeds(&self, limit: usize, lease: Duration) -> Result<Vec<FeedLease>, StoreError>;

    /// Takes one feed, due or not, for the length of the lease; `None` when somebody holds it, or it is not polled at all.
    async fn claim_feed(&self, id: &FeedId, lease: Duration) -> Result<Option<FeedLease>, StoreError>;

    /// When the next feed is due that nobody holds; `None` when there is none. A feed on loan counts from the end of its
    /// lease, so that one whose visit never ends is not forgotten.
    async fn next_feed_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Ends a visit in one transaction: feed state, seen marks and, for entries that were never seen, work.
    /// Entries this feed listed before only have their mark renewed. An entry that waits to be read or was read from another
    /// feed is not new; one that another feed only marked is, since a feed that was just added marks as old what this one
    /// brings as news. Gives how many entries are new. Whether the feed is paused is the owner's word and never changed by a
    /// visit.
    async fn commit_visit(&self, lease: &FeedLease, visit: VisitOutcome) -> Result<VisitCommitted, StoreError>;

    /// Whether any entry waits to be read, due or not.
    async fn has_work(&self) -> Result<bool, StoreError>;

    /// Takes up to `limit` entries that wait to be read, at most one of them a suspect ([`SUSPECT_AFTER`]), and none while a
    /// suspect is on loan.
    async fn claim_work(&self, limit: usize, lease: Duration) -> Result<Vec<WorkLease>, StoreError>;

    /// Puts work off, for example because its host must wait.
    async fn defer_work(&self, lease: &WorkLease, until: Timestamp) -> Result<(), StoreError>;

    /// Ends the work on an entry in one transaction: its item record, its alerts, one delivery for each alert and channel
    /// (always the channel `log`), its place among the stories, and the end of the work. What is held for a channel gathers there.
    /// An alert whose id is known is left as it is and not delivered again; that the article came again is added to it.
    async fn complete_work(&self, lease: &WorkLease, done: WorkDone) -> Result<WorkCommitted, StoreError>;

    /// Troubles that the owner was told of and that are not over.
    async fn told(&self) -> Result<Vec<Told>, StoreError>;

    /// Tells notices, in one transaction: the alert of each with its deliveries, and what the owner is told from now on. A
    /// notice whose alert is known is not told again. Gives the alerts that were not known before.
    async fn tell(&self, notices: Vec<NewNotice>) -> Result<Vec<AlertId>, StoreError>;

    /// Configured feeds, neither paused nor gone, that have failed since then or longer, and that nobody was told of.
    async fn feeds_failing(&self, since: Timestamp) -> Result<Vec<(FeedId, FeedState)>, StoreError>;

    /// Forgets the failures of feeds that began to fail then or later: they were not theirs. Gives how many feeds.
    async fn forgive_failures(&self, since: Timestamp) -> Result<usize, StoreError>;

    /// Every subscription at a hub.
    async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError>;

    /// Keeps a subscription in place of the one that the feed had.
    async fn keep_subscription(&self, subscription: Subscription) -> Result<(), StoreError>;

    /// Forgets the subscription of a feed.
    async fn end_subscription(&self, feed: &FeedId) -> Result<(), StoreError>;

    /// What a host said in its `robots.txt`, however long ago. `origin` is the address of that file.
    async fn robots(&self, origin: &str) -> Result<Option<RobotsAnswer>, StoreError>;

    /// Keeps what a host said in its `robots.txt` in place of what it said before.
    async fn keep_robots(&self, origin: &str, answer: RobotsAnswer) -> Result<(), StoreError>;

    /// Notes that a host asked to be left alone; a longer wait stays.
    async fn hold_host(&self, host: &str, until: Timestamp) -> Result<(), StoreError>;

    /// Hosts that asked to be left alone, and until when; those whose time has come are not among them.
    async fn held_hosts(&self) -> Result<Vec<(String, Timestamp)>, StoreError>;

    /// Of these alerts, the ones that were raised before.
    async fn known_alerts(&self, ids: Vec<AlertId>) -> Result<Vec<AlertId>, StoreError>;

    /// Takes up to `limit` deliveries of a channel that are due, in the order in which their alerts were raised; none while the
    /// whole channel waits.
    async fn claim_deliveries(&self, channel: &ChannelId, limit: usize, lease: Duration) -> Result<Vec<DeliveryLease>, StoreError>;

    /// Ends the wait of a channel that its receiver did not ask for, as when the program starts or the owner has tried the
    /// channel; gives the trouble it is in, where it is in any.
    async fn resume_channel(&self, channel: &ChannelId) -> Result<Option<ChannelTrouble>, StoreError>;

    /// Deliveries that were given up, oldest alert first.
    async fn dead_letters(&self, which: DeadLetters) -> Result<Vec<DeadLetter>, StoreError>;

    /// Does what the owner wants with deliveries that were given up; gives how many there were.
    async fn change_dead_letters(&self, which: DeadLetters, change: DeadLetterChange) -> Result<usize, StoreError>;

    /// Where articles were placed since a moment, oldest first; of more than `limit` the newest.
    async fn story_items(&self, since: Timestamp, limit: usize) -> Result<Vec<StoryItem>, StoreError>;

    /// What channels were told of stories since a moment, oldest first.
    async fn told_stories(&self, since: Timestamp) -> Result<Vec<ToldStory>, StoreError>;

    /// When each channel besides the log was told something by itself since a moment, what is critical aside.
    async fn singles(&self, since: Timestamp) -> Result<Vec<(ChannelId, Timestamp)>, StoreError>;

    /// When the last deliveries of a channel ended since a moment, with whatever success, oldest first; of more than `limit` the newest.
    async fn ended(&self, channel: &ChannelId, since: Timestamp, limit: usize) -> Result<Vec<Timestamp>, StoreError>;

    /// All silences, also those that have ended, oldest first.
    async fn silences(&self) -> Result<Vec<Silence>, StoreError>;

    /// Mutes something from now on.
    async fn add_silence(&self, muted: Muted, until: Timestamp, reason: String) -> Result<Silence, StoreError>;

    /// Ends a silence now; `false` when there is none of this number or it has ended.
    async fn expire_silence(&self, number: i64) -> Result<bool, StoreError>;

    /// What gathers for channels, and when the first of it is due.
    async fn gatherings(&self) -> Result<Vec<Gathering>, StoreError>;

    /// What has gathered for a channel and is due at a moment, in the order in which it was raised.
    async fn gathered(&self, channel: &ChannelId, reason: HoldReason, due: Timestamp) -> Result<Vec<GatheredAlert>, StoreError>;

    /// Until when channels have got their digests.
    async fn digested(&self) -> Result<Vec<(ChannelId, Timestamp)>, StoreError>;

    /// Tells a channel what has gathered, in one transaction. What was told meanwhile stays told, and a digest whose id is known
    /// is not told again.
    async fn tell_gathered(&self, gathered: Gathered) -> Result<(), StoreError>;

    /// Notes what became of deliveries, in one transaction. A delivery that arrived ends the trouble of its channel.
    async fn settle(&self, settled: Vec<(DeliveryLease, Settlement)>) -> Result<(), StoreError>;

    /// Alert records, oldest first.
    async fn alerts(&self, query: AlertQuery) -> Result<Vec<StoredAlert>, StoreError>;

    /// The item record of an entry, as it was stored.
    async fn item(&self, id: EntryId) -> Result<Option<String>, StoreError>;

    /// The rows of the items that were stored in a span of time, in its order; of those that cannot match what is needed, none or
    /// some.
    async fn item_rows(&self, query: ItemQuery) -> Result<Vec<i64>, StoreError>;

    /// The items of these rows, in this order; those that are gone are left out.
    async fn items(&self, rows: &[i64]) -> Result<Vec<StoredItem>, StoreError>;

    /// The configured feeds whose server asked for time (`retry-after`) that is not over, with their state.
    async fn feeds_told_to_wait(&self) -> Result<Vec<(FeedId, FeedState)>, StoreError>;

    /// State of every configured feed.
    async fn feeds(&self) -> Result<Vec<(FeedId, FeedState)>, StoreError>;

    /// Changes one feed by the owner's word; `false` when it is not known.
    async fn set_feed(&self, id: &FeedId, change: FeedChange) -> Result<bool, StoreError>;

    /// The next moment at which work or a delivery is due that nobody holds; `None` when nothing waits. What is on loan counts
    /// from the end of its lease.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Counts for `status`.
    async fn status(&self) -> Result<StoreStatus, StoreError>;

    /// Says that the daemon lives and how far its scheduler is; read by `status`.
    async fn beat(&self, beat: Beat) -> Result<(), StoreError>;

    /// Frees leases of an earlier process of this state folder. Called once at start.
    async fn free_leases(&self) -> Result<(), StoreError>;

    /// Forgets what is older than the policy says, in small steps; gives how many rows went.
    async fn retain(&self, policy: Retention) -> Result<u64, StoreError>;
}

/// A feed as it is configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPlan {
    /// The feed.
    pub feed: FeedId,
    /// Where it is read from, as text. The store keeps only its hash, since an address may hold a password.
    pub address: String,
    /// When it is due if it was not known.
    pub due: Timestamp,
}

impl FeedPlan {
    /// Of these three.
    pub fn new(feed: impl Into<FeedId>, address: impl Into<String>, due: Timestamp) -> Self {
        Self { feed: feed.into(), address: address.into(), due }
    }
}

/// A feed on loan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLease {
    /// The feed.
    pub feed: FeedId,
    /// Its state when it was taken.
    pub state: FeedState,
    /// Counts the loans of this feed.
    pub generation: i64,
    /// Its troubles that the owner was told of and that are not over.
    pub told: Vec<Told>,
}

/// What a visit leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitOutcome {
    /// The state from now on.
    pub state: FeedState,
    /// All entries the feed lists now; empty when it was unchanged or failed.
    pub entries: Vec<ListedEntry>,
    /// Whether the entries are all that the feed lists.
    pub listing: Listed,
    /// What the owner is told of the feed, in the same transaction.
    pub notices: Vec<(When, NewNotice)>,
}

impl VisitOutcome {
    /// Of a visit of which nobody is told anything.
    pub const fn new(state: FeedState, entries: Vec<ListedEntry>) -> Self {
        Self { state, entries, listing: Listed::Whole, notices: Vec::new() }
    }
}

/// Whether a listing is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// What is not in it, the feed lists no more.
    Whole,
    /// The feed goes on listing what it listed before.
    Part,
}

/// When a notice of a visit is told: only the commit knows which entries are new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// In any case.
    Always,
    /// When an entry was new.
    News,
    /// When no entry was new.
    NoNews,
}

/// A notice with the alert that tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNotice {
    /// The notice.
    pub notice: Notice,
    /// The alert.
    pub alert: NewAlert,
}

/// An entry and what is to be done if it is new.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedEntry {
    /// Its identity.
    pub id: EntryId,
    /// What stays the same when its identity changes. An unknown entry with the twin of one that the feed listed before and lists no
    /// more is that one: it is marked, and nothing else.
    pub twin: Option<i64>,
    /// The entry, to be read if it was never seen; `None` marks it as seen and no more.
    ///
    /// Shared, so that a visit that is kept again after a fault is not copied whole.
    pub entry: Option<Arc<Entry>>,
}

/// What a commit of a visit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitCommitted {
    /// Entries never seen before.
    pub new: usize,
    /// Of these, how many became work.
    pub work: usize,
    /// Notices that were told.
    pub told: usize,
}

/// An entry on loan.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkLease {
    /// The row.
    pub work: i64,
    /// Counts the loans.
    pub generation: i64,
    /// Attempts made before this one.
    pub attempt: u32,
    /// The entry.
    pub entry: Entry,
}

/// What reading an entry leaves behind.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkDone {
    /// The item; `None` where nothing could be read.
    pub item: Option<NewItem>,
    /// Alerts to raise.
    pub alerts: Vec<NewAlert>,
    /// Alerts that stand for the entry already, since another feed brought the same article.
    pub also: Vec<Also>,
    /// Where the article was placed among the stories.
    pub story: Option<StoryItem>,
}

impl WorkDone {
    /// An item and its alerts, without more.
    pub const fn new(item: Option<NewItem>, alerts: Vec<NewAlert>) -> Self {
        Self { item, alerts, also: Vec::new(), story: None }
    }
}

/// An article that a further feed brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Also {
    /// The alert that stands for it.
    pub alert: AlertId,
    /// The further feed.
    pub feed: Option<FeedId>,
    /// Its outlet.
    pub outlet: Option<String>,
}

/// Where an article was placed among the stories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryItem {
    /// The article.
    pub entry: EntryId,
    /// The article that began its story.
    pub story: EntryId,
    /// How sure that is, as a number that the caller gives a meaning.
    pub link: u8,
    /// When it was published.
    pub at: Option<Timestamp>,
    /// Its outlet.
    pub outlet: Option<String>,
    /// What it is about, in a form of the caller's.
    pub signature: Vec<u8>,
}

/// What channels were told of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldStory {
    /// By which watch.
    pub watch: WatchId,
    /// The story.
    pub story: StoryId,
    /// The alert.
    pub alert: AlertId,
    /// In how many outlets the story was then.
    pub outlets: u32,
}

/// What gathers for a channel for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathering {
    /// The channel.
    pub channel: ChannelId,
    /// Why.
    pub reason: HoldReason,
    /// When the first of it is due.
    pub due: Timestamp,
    /// How many alerts.
    pub count: u64,
}

/// An alert that gathers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatheredAlert {
    /// The alert.
    pub id: AlertId,
    /// When it was raised.
    pub raised: Timestamp,
    /// Its record.
    pub body: String,
}

/// What becomes of alerts that have gathered for a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// The channel.
    pub channel: ChannelId,
    /// Which alerts.
    pub alerts: Vec<AlertId>,
    /// How they are told.
    pub how: Together,
    /// Until when the channel has got its digests, where this is one that comes at its time.
    pub until: Option<Timestamp>,
}

/// How alerts that have gathered are told.
#[derive(Debug, Clone, PartialEq)]
pub enum Together {
    /// As one alert.
    Digest(Box<NewAlert>),
    /// Each by itself, now.
    OneByOne,
}

/// An item to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// Its record as JSON.
    pub record: String,
    /// The words by which it is found; `None` where it is to be looked at whatever is asked for.
    pub terms: Option<Terms>,
}

impl From<&str> for NewItem {
    /// A record alone.
    fn from(record: &str) -> Self {
        Self { record: record.to_owned(), terms: None }
    }
}

/// Which items.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemQuery {
    /// Stored at or after.
    pub since: Option<Timestamp>,
    /// Stored before.
    pub until: Option<Timestamp>,
    /// What they must hold, and the version of [`Terms`] in which that is said.
    pub needed: Option<(u32, Needed)>,
    /// The newest first, instead of the oldest.
    pub newest_first: bool,
}

/// An item as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredItem {
    /// Its row.
    pub row: i64,
    /// When it was stored first.
    pub at: Timestamp,
    /// Its record.
    pub record: String,
}

/// An alert with its fixed record.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAlert {
    /// The alert.
    pub alert: Alert,
    /// Its record as one line of JSON, which is what every channel sends.
    pub body: String,
}

/// What a commit of work did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkCommitted {
    /// The alerts that were not known before.
    pub raised: Vec<AlertId>,
}

/// A delivery on loan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLease {
    /// What to deliver.
    pub delivery: Delivery,
    /// Counts the loans.
    pub generation: i64,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// Received.
    Delivered,
    /// To be tried again, not before the moment; counts as an attempt.
    Retry {
        /// When.
        at: Timestamp,
        /// What went wrong.
        error: String,
    },
    /// The receiver takes nothing now: this delivery and all others of its channel wait, in their order; no attempt.
    ChannelWaits {
        /// Until when.
        until: Timestamp,
        /// Whether the receiver itself asked for the wait.
        asked: bool,
        /// What went wrong.
        error: String,
    },
    /// Given up.
    Dead {
        /// What went wrong.
        error: String,
    },
    /// Handed back untried, as at shutdown; no attempt.
    Released,
}

/// A channel whose receiver takes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelTrouble {
    /// The channel.
    pub channel: ChannelId,
    /// When it began.
    pub since: Timestamp,
    /// When the next attempt is due.
    pub until: Timestamp,
    /// Attempts since then.
    pub failures: u32,
    /// What went wrong at the last one.
    pub error: String,
}

/// Which deliveries that were given up; all of them by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeadLetters {
    /// Of this channel.
    pub channel: Option<ChannelId>,
    /// Of this alert.
    pub alert: Option<AlertId>,
}

/// A delivery that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// What was to be delivered; `attempt` counts all attempts.
    pub delivery: Delivery,
    /// When it was given up.
    pub given_up: Timestamp,
    /// What went wrong at last.
    pub error: String,
}

/// What the owner does with deliveries that were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadLetterChange {
    /// They wait again, as if they had never been tried.
    Retry,
    /// They are never delivered.
    Drop,
}

/// Which alerts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlertQuery {
    /// Raised at or after.
    pub since: Option<Timestamp>,
    /// Raised before.
    pub until: Option<Timestamp>,
    /// That go or went to this channel, or are held for it.
    pub channel: Option<ChannelId>,
    /// Of this watch.
    pub watch: Option<WatchId>,
    /// Of at least this severity.
    pub severity: Option<crate::model::alert::Severity>,
    /// After this row of an earlier answer.
    pub after: Option<i64>,
    /// At most so many, the newest of them.
    pub limit: Option<usize>,
}

/// An alert as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAlert {
    /// Its row, rising in the order of raising.
    pub row: i64,
    /// Its record.
    pub body: String,
    /// Further feeds or outlets that brought the same article.
    pub also: Vec<String>,
}

/// What the owner does to a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedChange {
    /// Not polled until resumed.
    Pause,
    /// Polled again, even if it was gone.
    Resume,
}

/// Counts for `status`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoreStatus {
    /// Configured feeds.
    pub feeds: u64,
    /// Of these, failing now.
    pub feeds_failing: u64,
    /// Of these, gone or paused.
    pub feeds_stopped: u64,
    /// Entries ever marked as seen and still kept.
    pub seen: u64,
    /// Items stored.
    pub items: u64,
    /// Entries waiting to be read.
    pub work: u64,
    /// Alerts stored.
    pub alerts: u64,
    /// When the last alert was raised.
    pub last_alert: Option<Timestamp>,
    /// For each channel with a backlog: how many wait, and since when the oldest.
    pub waiting: Vec<(ChannelId, u64, Timestamp)>,
    /// What gathers for channels.
    pub gathering: Vec<Gathering>,
    /// For each channel with dead letters: how many.
    pub dead: Vec<(ChannelId, u64)>,
    /// Channels whose receiver takes nothing now.
    pub failing: Vec<ChannelTrouble>,
    /// The daemon's last sign of life.
    pub beat: Option<Beat>,
}

/// A sign of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// Process id.
    pub pid: u32,
    /// When the daemon started.
    pub started: Timestamp,
    /// When it said so.
    pub at: Timestamp,
    /// Version of the program.
    pub version: String,
}

/// How long what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Items.
    pub items: Duration,
    /// Alerts and their deliveries.
    pub alerts: Duration,
    /// Seen marks after the feed ceased to list the entry.
    pub seen: Duration,
}

impl Default for Retention {
    /// Items for a quarter, so that a watch can be tried on them; alerts for two years, as a record; seen marks for half a
    /// year, since feeds list old entries again.
    fn default() -> Self {
        Self {
            items: Duration::from_secs(90 * 24 * 3600),
            alerts: Duration::from_secs(730 * 24 * 3600),
            seen: Duration::from_secs(180 * 24 * 3600),
        }
    }
}
