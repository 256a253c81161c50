//! Troubles of the program itself → notices for its operator: channels that fall behind, a store that could not be written, and
//! watches that have had nothing for longer than usual. Feeds and the network are the poller's to tell of.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use crate::alert::health::Words;
use crate::alert::record::AlertRecord;
use crate::alert::rhythm::silent_since;
use crate::model::health::{Change, Notice, Seen, Subject, Trouble};
use crate::model::id::WatchId;
use crate::pipeline::health::{minute, see};
use crate::pipeline::{Gate, Phase, Shared};
use crate::store::AlertQuery;
use crate::store::error::StoreError;
use crate::text::chain::chain;

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How long an alert waits for its channel before the channel counts as failing: a short outage is over by then.
const CHANNEL_PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How long the store must have been in trouble for its operator to be told when that is over; the log tells of it at once.
const STORE_PATIENCE: Duration = Duration::from_secs(60);
/// How often watches are looked at.
const WATCHES_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Alerts of a watch that tell its habit.
const HABIT: usize = 20;
/// Alerts of all watches among which they are looked for, the newest.
const LOOKED_AT: usize = 5_000;

/// What it has seen so far.
#[derive(Debug, Default)]
pub struct Overseer {
    /// Since when the store is in trouble.
    store_ill: Option<Timestamp>,
    watches_looked_at: Option<Timestamp>,
}

/// Looks again and again until it is told to stop.
pub async fn run(shared: Arc<Shared>, mut gate: Gate) {
    let mut overseer = Overseer::default();
    while gate.phase() != Phase::Stop {
        if let Err(error) = overseer.look(&shared, &gate).await
            && !shared.trouble.is_on()
        {
            warn!(error = %chain(&error), "the operator could not be told of a trouble");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = gate.changed() => {}
        }
    }
}

impl Overseer {
    /// Looks once.
    ///
    /// # Errors
    /// When the store cannot be read, or refuses for good.
    pub async fn look(&mut self, shared: &Shared, gate: &Gate) -> Result<(), StoreError> {
        let now = shared.clock.now();
        if shared.trouble.is_on() {
            // Nothing can be told while nothing can be written.
            self.store_ill.get_or_insert(now);
            return Ok(());
        }
        self.store(shared, gate).await?;
        channels(shared, gate, now).await?;
        if self.watches_looked_at.is_none_or(|then| now.duration_since(then) >= WATCHES_EVERY) {
            self.watches_looked_at = Some(now);
            watches(shared, gate, now).await?;
        }
        Ok(())
    }

    async fn store(&mut self, shared: &Shared, gate: &Gate) -> Result<(), StoreError> {
        let words = |notice: &Notice| {
            let since = minute(notice.told.since);
            match notice.change {
                Change::Begins => Words {
                    title: format!("The store could not be written since {since}"),
                    detail: "nothing was lost, but it came late; look at the disk".to_owned(),
                    ..Words::default()
                },
                Change::Ends => Words {
                    title: "The store is written again".to_owned(),
                    detail: format!("it could not be since {since}"),
                    ..Words::default()
                },
            }
        };
        if let Some(since) = self.store_ill.take() {
            see(shared, gate, &Subject::Store, Trouble::Failing, Seen::Ill(since), STORE_PATIENCE, words).await?;
            see(shared, gate, &Subject::Store, Trouble::Failing, Seen::Well, STORE_PATIENCE, words).await?;
        }
        Ok(())
    }
}

/// A channel whose oldest alert waits for too long.
async fn channels(shared: &Shared, gate: &Gate, now: Timestamp) -> Result<(), StoreError> {
    let setup = shared.setup.load_full();
    let waiting = shared.store.status().await?.waiting;
    let told = shared.store.told().await?;
    for channel in &setup.config.channels {
        let subject = Subject::Channel(channel.id().clone());
        let backlog = waiting.iter().find(|(waits, ..)| waits == channel.id());
        let seen = match backlog {
            Some((.., oldest)) if now.duration_since(*oldest) >= SignedDuration::try_from(CHANNEL_PATIENCE).unwrap_or_default() => {
                Seen::Ill(*oldest)
            }
            // Some alert has just come; whether it arrives is not known yet.
            Some(_) => Seen::Unknown,
            None => Seen::Well,
        };
        if matches!(seen, Seen::Unknown) || (seen == Seen::Well && !told.iter().any(|told| told.subject == subject)) {
            continue;
        }
        let count = backlog.map_or(0, |(_, count, _)| *count);
        let words = |notice: &Notice| {
            let since = minute(notice.told.since);
            match notice.change {
                Change::Begins => Words {
                    title: format!("Channel {} has delivered nothing since {since}", channel.id()),
                    detail: format!("{count} alerts wait for it; they are tried again until they arrive"),
                    ..Words::default()
                },
                Change::Ends => Words {
                    title: format!("Channel {} delivers again", channel.id()),
                    detail: format!("it did not since {since}; nothing waits for it any more"),
                    ..Words::default()
                },
            }
        };
        see(shared, gate, &subject, Trouble::Failing, seen, CHANNEL_PATIENCE, words).await?;
    }
    Ok(())
}

/// A watch that has had nothing for longer than usual: its words, its actors or its feeds may have changed.
async fn watches(shared: &Shared, gate: &Gate, now: Timestamp) -> Result<(), StoreError> {
    let setup = shared.setup.load_full();
    let alerts = shared.store.alerts(AlertQuery { limit: Some(LOOKED_AT), ..AlertQuery::default() }).await?;
    let mut habits: BTreeMap<WatchId, Vec<Timestamp>> = BTreeMap::new();
    for record in alerts.iter().filter_map(|alert| AlertRecord::parse(&alert.body).ok()) {
        if let Ok(time) = record.time.parse() {
            habits.entry(WatchId::from(record.watch.id)).or_default().push(time);
        }
    }
    for (watch, times) in &habits {
        if setup.config.watches.facts(watch).is_none() {
            continue;
        }
        let times = times.get(times.len().saturating_sub(HABIT)..).unwrap_or_default();
        let seen = silent_since(times, now).map_or(Seen::Well, Seen::Ill);
        let words = |notice: &Notice| {
            let since = minute(notice.told.since);
            match notice.change {
                Change::Begins => Words {
                    title: format!("Nothing has matched the watch {watch} since {since}"),
                    detail: "that is longer than usual; `wirewatch feeds list` shows whether its feeds are well".to_owned(),
                    ..Words::default()
                },
                Change::Ends => Words {
                    title: format!("The watch {watch} matches again"),
                    detail: format!("nothing had since {since}"),
                    ..Words::default()
                },
            }
        };
        see(shared, gate, &Subject::Watch(watch.clone()), Trouble::Silent, seen, Duration::ZERO, words).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::clock::{Clock, ManualClock};
    use crate::config::{Environment, load_text};
    use crate::model::alert::Severity;
    use crate::net::client::Client;
    use crate::pipeline::Setup;
    use crate::pipeline::keep::keep;
    use crate::store::failing::{self, Failing};
    use crate::store::samples::{alert, listed, start};
    use crate::store::sqlite::SqliteStore;
    use crate::store::{FeedPlan, NewAlert, Settlement, Store, VisitOutcome, WorkDone};

    fn at(hours: i64) -> Timestamp {
        start() + SignedDuration::from_hours(hours)
    }

    fn raised(number: u128, hours: i64) -> NewAlert {
        let mut new = alert(number, "ferry", Severity::High, at(hours), &["desk"]);
        new.body = AlertRecord::from(&new.alert).to_line();
        new
    }

    /// Titles of the notices so far.
    async fn notices(store: &dyn Store) -> Vec<String> {
        let query = AlertQuery { watch: Some(crate::alert::health::WATCH.into()), ..AlertQuery::default() };
        let alerts = store.alerts(query).await.unwrap();
        alerts.iter().map(|alert| AlertRecord::parse(&alert.body).unwrap().item.title.unwrap()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn the_operator_hears_once_of_a_store_that_could_not_be_written_and_once_that_it_can() {
        let config = load_text(Path::new("/nowhere/wirewatch.toml"), "", &Environment::default()).config.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start()));
        let whole: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let store: Arc<dyn Store> = Arc::new(Failing::between_calls(Arc::clone(&whole), 1, 40, failing::Trouble::Refused));
        let client = Client::new(&config.net).unwrap();
        let shared = Arc::new(Shared::new(store, Arc::clone(&clock) as Arc<dyn Clock>, Setup::new(config, client)));
        let (_keeper, gate) = Gate::new(Phase::Run);
        let mut overseer = Overseer::default();

        // Somebody writes, and is refused forty times; meanwhile nothing can be told.
        let writer = {
            let (shared, gate) = (Arc::clone(&shared), gate.clone());
            tokio::spawn(async move { keep(&shared.trouble, &gate, || shared.store.silences()).await.map(drop) })
        };
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_secs(10)).await;
            clock.advance(SignedDuration::from_secs(60));
            overseer.look(&shared, &gate).await.unwrap();
            assert!(shared.trouble.is_on());
        }
        assert_eq!(notices(whole.as_ref()).await, Vec::<String>::new());
        writer.await.unwrap().unwrap();
        for _ in 0..3 {
            overseer.look(&shared, &gate).await.unwrap();
        }
        let told = ["The store could not be written since 2026-03-02 08:01 UTC", "The store is written again"];
        assert_eq!(notices(whole.as_ref()).await, told);

        // Trouble that is over before anybody would have looked is in the log alone.
        overseer.store_ill = Some(clock.now());
        overseer.look(&shared, &gate).await.unwrap();
        assert_eq!(notices(whole.as_ref()).await, told);
    }

    #[tokio::test]
    async fn the_operator_hears_once_of_each_trouble_and_once_of_its_end() {
        let text = "[[watch]]\nid = \"ferry\"\nwhen = 'ferry'\n[[channel]]\nid = \"desk\"\ntype = \"console\"\n";
        let config = load_text(Path::new("/nowhere/wirewatch.toml"), text, &Environment::default()).config.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start()));
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let client = Client::new(&config.net).unwrap();
        let shared = Shared::new(Arc::clone(&store), Arc::clone(&clock) as Arc<dyn Clock>, Setup::new(config, client));
        let (_keeper, gate) = Gate::new(Phase::Run);
        let mut overseer = Overseer::default();

        // Ten alerts, one an hour; the log has them, the channel takes none.
        store.configure_feeds(vec![FeedPlan::new("wire", "https://example.org/feed", start())]).await.unwrap();
        let feed = store.claim_feeds(1, Duration::from_secs(60)).await.unwrap().remove(0);
        store.commit_visit(&feed, VisitOutcome::new(feed.state.clone(), listed("wire", [1]))).await.unwrap();
        let work = store.claim_work(1, Duration::from_secs(60)).await.unwrap().remove(0);
        let alerts = (1..=10).zip(0..).map(|(number, hours)| raised(number, hours)).collect();
        store.complete_work(&work, WorkDone::new(None, alerts)).await.unwrap();
        let settle = async |channel: &str| {
            let leases = store.claim_deliveries(&channel.into(), 99, Duration::from_secs(60)).await.unwrap();
            store.settle(leases.into_iter().map(|lease| (lease, Settlement::Delivered)).collect()).await.unwrap();
        };
        settle("log").await;
        overseer.look(&shared, &gate).await.unwrap();
        assert_eq!(notices(store.as_ref()).await, Vec::<String>::new());

        clock.advance(SignedDuration::from_hours(10));
        for _ in 0..3 {
            overseer.look(&shared, &gate).await.unwrap();
            settle("log").await;
        }
        assert_eq!(notices(store.as_ref()).await, ["Channel desk has delivered nothing since 2026-03-02 08:00 UTC"]);
        settle("desk").await;
        for _ in 0..2 {
            overseer.look(&shared, &gate).await.unwrap();
            settle("log").await;
        }
        assert_eq!(notices(store.as_ref()).await.last().unwrap(), "Channel desk delivers again");

        clock.advance(SignedDuration::from_hours(60));
        for _ in 0..2 {
            overseer.look(&shared, &gate).await.unwrap();
            settle("log").await;
        }
        assert_eq!(notices(store.as_ref()).await.last().unwrap(), "Nothing has matched the watch ferry since 2026-03-02 17:00 UTC");
        assert_eq!(notices(store.as_ref()).await.len(), 3);
    }
}
