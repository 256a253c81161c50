//! What gathered for a channel → one alert, when its time has come.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tracing::{info, warn};

use crate::alert::digest::{Window, digest};
use crate::alert::record::AlertRecord;
use crate::alert::rules::Rules;
use crate::model::alert::HoldReason;
use crate::model::id::ChannelId;
use crate::pipeline::keep::keep;
use crate::pipeline::{Gate, Phase, Shared, until};
use crate::store::error::StoreError;
use crate::store::{Gathered, GatheredAlert, Gathering, NewAlert, Together};
use crate::text::chain::chain;

/// The longest sleep.
const SLEEP_MAX: Duration = Duration::from_secs(30);

/// Makes digests until it is told to stop, or to finish and nothing is due.
///
/// # Errors
/// When the store refuses for good.
pub async fn run(shared: Arc<Shared>, mut gate: Gate) -> Result<(), StoreError> {
    loop {
        let phase = gate.phase();
        if phase == Phase::Stop {
            return Ok(());
        }
        // Taken before the look, so that what is held in between is not slept through.
        let woken = shared.wakes.deliveries.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let next = match round(&shared, &gate).await {
            Ok(next) => next,
            Err(error) if error.is_transient() => {
                warn!(error = %chain(&error), "digests could not be made now");
                None
            }
            Err(error) => return Err(error),
        };
        if phase == Phase::Finish {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(until(next, shared.clock.now(), SLEEP_MAX)) => {}
            () = &mut woken => {}
            () = gate.changed() => {}
        }
    }
}

/// Tells everything that is due; gives when the next is.
async fn round(shared: &Shared, gate: &Gate) -> Result<Option<Timestamp>, StoreError> {
    let setup = shared.setup.load_full();
    let rules = &setup.config.rules;
    let now = shared.clock.now();
    let gatherings = keep(&shared.trouble, gate, || shared.store.gatherings()).await?;
    let mut next: Vec<Timestamp> = Vec::new();
    for gathering in &gatherings {
        // Digests of a channel that still gets them come at their time, also when there is nothing in them.
        let comes_anyway = gathering.reason == HoldReason::Digest && rules.of(&gathering.channel).digest.is_some();
        if gathering.due > now || comes_anyway {
            next.push(gathering.due);
        } else {
            tell_held(shared, gate, gathering, now).await?;
        }
    }
    next.extend(due_digests(shared, gate, rules, now).await?);
    Ok(next.into_iter().filter(|due| *due > now).min())
}

/// What quiet hours or a rate held: one alert by itself, several as a digest.
async fn tell_held(shared: &Shared, gate: &Gate, gathering: &Gathering, now: Timestamp) -> Result<(), StoreError> {
    let Gathering { channel, reason, .. } = gathering;
    // What is held for the same reason and due later comes along, so that digests do not follow upon each other.
    let alerts = keep(&shared.trouble, gate, || shared.store.gathered(channel, *reason, Timestamp::MAX)).await?;
    let Some(first) = alerts.first() else { return Ok(()) };
    let how = if alerts.len() == 1 {
        Together::OneByOne
    } else {
        let window = Window { channel: channel.clone(), reason: *reason, from: first.raised, until: now };
        Together::Digest(Box::new(made(&window, &alerts, now)))
    };
    tell(shared, gate, channel, alerts, how, None).await
}

/// The digests whose time has come, also empty ones; gives when the next ones are due.
async fn due_digests(shared: &Shared, gate: &Gate, rules: &Rules, now: Timestamp) -> Result<Vec<Timestamp>, StoreError> {
    let daily = rules.channels.iter().filter_map(|(channel, rules)| Some((channel, rules.digest?))).collect::<Vec<_>>();
    if daily.is_empty() {
        return Ok(Vec::new());
    }
    let digested = keep(&shared.trouble, gate, || shared.store.digested()).await?;
    let mut next = Vec::with_capacity(daily.len());
    for (channel, every) in daily {
        next.push(every.after(now, &rules.zone));
        let last = every.at_or_before(now, &rules.zone);
        let from = digested.iter().find(|(known, _)| known == channel).map(|(_, until)| *until);
        match from {
            // The first window of a channel begins when it is first seen: an empty digest of the time before says nothing.
            None => tell(shared, gate, channel, Vec::new(), Together::OneByOne, Some(now)).await?,
            Some(from) if last > from => {
                let alerts = keep(&shared.trouble, gate, || shared.store.gathered(channel, HoldReason::Digest, last)).await?;
                let window = Window { channel: channel.clone(), reason: HoldReason::Digest, from, until: last };
                let how = Together::Digest(Box::new(made(&window, &alerts, now)));
                tell(shared, gate, channel, alerts, how, Some(last)).await?;
            }
            Some(_) => {}
        }
    }
    Ok(next)
}

fn made(window: &Window, alerts: &[GatheredAlert], now: Timestamp) -> NewAlert {
    let gathered: Vec<_> = alerts.iter().map(|alert| (alert.id, alert.body.clone())).collect();
    let alert = digest(window, &gathered, now);
    let body = AlertRecord::from(&alert).to_line();
    NewAlert { alert, body }
}

async fn tell(
    shared: &Shared,
    gate: &Gate,
    channel: &ChannelId,
    alerts: Vec<GatheredAlert>,
    how: Together,
    until: Option<Timestamp>,
) -> Result<(), StoreError> {
    let is_digest = matches!(how, Together::Digest(_));
    let count = alerts.len();
    let ids = alerts.into_iter().map(|alert| alert.id).collect();
    let gathered = Gathered { channel: channel.clone(), alerts: ids, how, until };
    keep(&shared.trouble, gate, || shared.store.tell_gathered(gathered.clone())).await?;
    if is_digest {
        info!(%channel, alerts = count, "digest made");
    }
    if is_digest || count > 0 {
        shared.wakes.deliveries.notify_waiters();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use futures_util::future::join_all;
    use jiff::SignedDuration;

    use super::*;
    use crate::article::{TextInput, from_text};
    use crate::clock::{Clock, ManualClock};
    use crate::config::{Environment, load_text};
    use crate::model::id::EntryId;
    use crate::net::client::Client;
    use crate::pipeline::Setup;
    use crate::pipeline::find::{Finding, find};
    use crate::store::samples::{listed, start};
    use crate::store::sqlite::SqliteStore;
    use crate::store::{AlertQuery, FeedPlan, VisitOutcome, WorkDone};

    struct House {
        shared: Shared,
        clock: Arc<ManualClock>,
        finding: Finding,
        told: u128,
        _folder: tempfile::TempDir,
    }

    /// A house whose channel `desk` has these keys, and an article that its watch holds for.
    async fn house(keys: &str) -> House {
        let text = format!(
            "[notify]\nzone = \"Europe/Kyiv\"\n[[watch]]\nid = \"ferry\"\nname = \"Ferries\"\nwhen = 'ferry AND strike'\nnotify = [\"desk\"]\n\
             updates = \"each\"\n[[channel]]\nid = \"desk\"\ntype = \"console\"\n{keys}"
        );
        let loaded = load_text(Path::new("/nowhere/wirewatch.toml"), &text, &Environment::default());
        let config = loaded.config.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start()));
        let store = Arc::new(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let input = TextInput {
            id: EntryId([0; 16]),
            text: "The ferry stands still: a strike began.".into(),
            title: None,
            url: None,
            published: None,
            language: Some("en".to_owned()),
        };
        let finding = find(from_text(input), &config);
        assert_eq!(finding.matches.len(), 1);
        let client = Client::new(&config.net).unwrap();
        let shared = Shared::new(store, Arc::clone(&clock) as Arc<dyn Clock>, Setup::new(config, client));
        shared.store.configure_feeds(vec![FeedPlan::new("wire", "https://example.org/feed", start())]).await.unwrap();
        House { shared, clock, finding, told: 0, _folder: folder }
    }

    impl House {
        /// So many more articles match.
        async fn matches(&mut self, count: u128) {
            let numbers = self.told..self.told + count;
            self.told += count;
            self.shared.store.make_due().await.unwrap();
            let feed = self.shared.store.claim_feeds(1, Duration::from_secs(60)).await.unwrap().remove(0);
            let mut state = feed.state.clone();
            state.next_due = self.clock.now();
            self.shared.store.commit_visit(&feed, VisitOutcome::new(state, listed("wire", numbers))).await.unwrap();
            let leases = self.shared.store.claim_work(10_000, Duration::from_secs(60)).await.unwrap();
            assert_eq!(leases.len() as u128, count);
            let mut all = Vec::new();
            for lease in leases {
                self.finding.article.id = lease.entry.id;
                let now = self.clock.now();
                let rules = &self.shared.setup.load_full().config.rules;
                let decided = self.shared.ledger.decide(&self.finding, &HashSet::new(), &[], rules, now);
                let alerts = decided.decisions.into_iter().filter_map(|decision| match decision {
                    crate::model::alert::Decision::Drop { .. } => None,
                    crate::model::alert::Decision::Raise(alert)
                    | crate::model::alert::Decision::Update(alert)
                    | crate::model::alert::Decision::Hold(alert) => {
                        Some(NewAlert { body: AlertRecord::from(&*alert).to_line(), alert: *alert })
                    }
                });
                all.push((lease, WorkDone::new(None, alerts.collect())));
            }
            let store = &self.shared.store;
            join_all(all.into_iter().map(|(lease, done)| async move { store.complete_work(&lease, done).await.unwrap() })).await;
        }

        /// What the channel gets now: kind and title of each.
        async fn desk(&self) -> Vec<String> {
            let (_keeper, gate) = Gate::new(Phase::Run);
            round(&self.shared, &gate).await.unwrap();
            let leases = self.shared.store.claim_deliveries(&"desk".into(), 10_000, Duration::from_secs(60)).await.unwrap();
            let shown = leases
                .iter()
                .map(|lease| {
                    let record = AlertRecord::parse(&lease.delivery.body).unwrap();
                    let window = record.digest.as_ref().map(|digest| format!(", {}", crate::alert::render::window(digest)));
                    format!("{}: {}{}", record.kind, record.item.title.unwrap_or_default(), window.unwrap_or_default())
                })
                .collect();
            let settled = leases.into_iter().map(|lease| (lease, crate::store::Settlement::Delivered)).collect();
            self.shared.store.settle(settled).await.unwrap();
            shown
        }

        fn later(&self, minutes: i64) {
            self.clock.advance(SignedDuration::from_mins(minutes));
        }
    }

    #[tokio::test]
    async fn dur_12_a_flood_is_logged_whole_and_told_up_to_the_rate_and_then_as_a_digest() {
        let mut house = house("most = \"20/h\"").await;
        house.matches(5000).await;
        assert_eq!(house.shared.store.alerts(AlertQuery::default()).await.unwrap().len(), 5000);
        let log = house.shared.store.claim_deliveries(&"log".into(), 10_000, Duration::from_secs(60)).await.unwrap();
        assert_eq!(log.len(), 5000, "all of them go to the alert log");
        assert_eq!(house.desk().await.len(), 20);
        house.later(59);
        assert_eq!(house.desk().await, Vec::<String>::new());
        house.later(1);
        assert_eq!(
            house.desk().await,
            ["digest: 4980 alerts more than the channel takes one by one, 2026-03-02 08:00 to 2026-03-02 09:00 UTC"]
        );
        assert!(house.shared.store.gatherings().await.unwrap().is_empty());
        house.matches(1).await;
        assert_eq!(house.desk().await.len(), 1, "an hour later there is room again");
    }

    #[tokio::test]
    async fn what_quiet_hours_held_is_told_at_their_end_alone_or_as_one_digest() {
        // 10:00 in Kyiv at the beginning.
        let mut house = house("quiet = [\"09:00-11:00\", \"13:00-14:00\"]").await;
        house.matches(1).await;
        assert_eq!(house.desk().await, Vec::<String>::new());
        house.later(60);
        assert_eq!(house.desk().await, ["first: "]);
        house.later(150);
        house.matches(2).await;
        assert_eq!(house.desk().await, Vec::<String>::new());
        house.later(30);
        assert_eq!(house.desk().await, ["digest: 2 alerts from the quiet hours, 2026-03-02 11:30 to 2026-03-02 12:00 UTC"]);
        assert_eq!(house.desk().await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_digest_comes_at_its_time_also_when_there_is_nothing_in_it_and_after_a_pause() {
        let mut house = house("digest = \"daily 12:00\"").await;
        assert_eq!(house.desk().await, Vec::<String>::new());
        house.matches(3).await;
        house.later(119);
        assert_eq!(house.desk().await, Vec::<String>::new());
        house.later(1);
        assert_eq!(house.desk().await, ["digest: 3 alerts, 2026-03-02 08:00 to 2026-03-02 10:00 UTC"]);
        house.later(24 * 60);
        assert_eq!(house.desk().await, ["digest: Nothing matched, 2026-03-02 10:00 to 2026-03-03 10:00 UTC"]);
        // The program was away for three days: one digest for all of them.
        house.matches(1).await;
        house.later(3 * 24 * 60 + 30);
        assert_eq!(house.desk().await, ["digest: 1 alert, 2026-03-03 10:00 to 2026-03-06 10:00 UTC"]);
    }
}
