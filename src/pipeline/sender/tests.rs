use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;

use super::*;
use crate::clock::{Clock, ManualClock};
use crate::config::{self, Environment};
use crate::deliver::pace::Rate;
use crate::model::alert::Severity;
use crate::net::client::Client;
use crate::net::settings::NetSettings;
use crate::pipeline::Setup;
use crate::store::sqlite::SqliteStore;
use crate::store::{DeadLetterChange, DeadLetters, FeedPlan, Store, VisitOutcome, WorkDone, samples};

/// A store with alerts 1 to `alerts` for the channels `desk` and `other`, and a clock that stands.
struct House {
    _folder: tempfile::TempDir,
    shared: Arc<Shared>,
    clock: Arc<ManualClock>,
    gate: Gate,
}

impl House {
    async fn with(alerts: u128) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(samples::start()));
        let store = Arc::new(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        store.configure_feeds(vec![FeedPlan::new("wire", "https://example.org/feed", clock.now())]).await.unwrap();
        let lease = store.claim_feeds(1, LEASE).await.unwrap().remove(0);
        let state = lease.state.clone();
        store.commit_visit(&lease, VisitOutcome::new(state, samples::listed("wire", [1]))).await.unwrap();
        let work = store.claim_work(1, LEASE).await.unwrap().remove(0);
        let alerts = (1..=alerts).map(|number| samples::alert(number, "ferry", Severity::High, clock.now(), &["desk", "other"])).collect();
        store.complete_work(&work, WorkDone::new(None, alerts)).await.unwrap();
        let config = config::empty(&Environment::default()).config.unwrap();
        let client = Client::new(&NetSettings::default()).unwrap();
        let shared = Arc::new(Shared::new(store, Arc::clone(&clock) as Arc<dyn Clock>, Setup::new(config, client)));
        // The gate stays where it is when its keeper is gone.
        let (_, gate) = Gate::new(Phase::Run);
        Self { _folder: folder, shared, clock, gate }
    }

    async fn line(&self, channel: &mut dyn Channel) -> Line {
        Line::open(Arc::clone(&self.shared), &self.gate, channel).await.unwrap()
    }

    /// Lets the line work for so long, a second at a time.
    async fn work(&self, line: &mut Line, receiver: &mut Receiver, time: SignedDuration) {
        let end = self.clock.now() + time;
        while self.clock.now() < end {
            while line.round(&self.gate, receiver).await.unwrap() == Round::Sent {}
            let now = self.clock.now();
            let next = line.next(now).unwrap_or(end).clamp(now + SignedDuration::from_secs(1), end.max(now + SignedDuration::from_secs(1)));
            self.clock.advance(next.duration_since(now));
        }
    }
}

type Answers = Box<dyn Fn(u128, Timestamp) -> Outcome + Send>;

/// A receiver that answers by alert and time, and notes what it is asked and what it takes.
struct Receiver {
    id: ChannelId,
    rates: Vec<Rate>,
    batch_max: usize,
    clock: Arc<ManualClock>,
    answers: Mutex<Answers>,
    asked: Vec<(u128, Timestamp)>,
    taken: Vec<(u128, Timestamp)>,
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Receiver")
    }
}

impl Receiver {
    fn new(id: &str, house: &House, answers: impl Fn(u128, Timestamp) -> Outcome + Send + 'static) -> Self {
        let answers: Answers = Box::new(answers);
        Self {
            id: ChannelId::from(id),
            rates: Vec::new(),
            batch_max: 4,
            clock: Arc::clone(&house.clock),
            answers: Mutex::new(answers),
            asked: Vec::new(),
            taken: Vec::new(),
        }
    }

    fn taken(&self) -> Vec<u128> {
        self.taken.iter().map(|(alert, _)| *alert).collect()
    }
}

#[async_trait]
impl Channel for Receiver {
    fn id(&self) -> &ChannelId {
        &self.id
    }

    fn batch_max(&self) -> usize {
        self.batch_max
    }

    fn rates(&self) -> &[Rate] {
        &self.rates
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for delivery in batch {
            let (alert, now) = (delivery.alert.0.as_u128(), self.clock.now());
            self.asked.push((alert, now));
            let outcome = (self.answers.lock().unwrap())(alert, now);
            if outcome == Outcome::Delivered {
                self.taken.push((alert, now));
            }
            let is_away = matches!(outcome, Outcome::Away { .. });
            outcomes.push(outcome);
            if is_away {
                break;
            }
        }
        outcomes
    }
}

fn away() -> Outcome {
    Outcome::Away { after: None, error: "connection refused".to_owned() }
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

// DUR-03.
#[tokio::test]
async fn a_receiver_that_was_away_for_three_hours_gets_everything_in_order() {
    let house = House::with(50).await;
    let back = house.clock.now() + hours(3);
    let mut desk = Receiver::new("desk", &house, move |_, now| if now < back { away() } else { Outcome::Delivered });
    let mut other = Receiver::new("other", &house, |_, _| Outcome::Delivered);
    let mut line = house.line(&mut other).await;
    house.work(&mut line, &mut other, SignedDuration::from_secs(1)).await;
    assert_eq!(other.taken().len(), 50, "no other channel is delayed");

    let mut line = house.line(&mut desk).await;
    house.work(&mut line, &mut desk, hours(1)).await;
    // Started anew in the middle of it.
    let status = house.shared.store.status().await.unwrap();
    assert_eq!(status.failing[0].error, "connection refused");
    assert_eq!(status.waiting.iter().find(|(channel, ..)| channel.as_str() == "desk").map(|(_, number, _)| *number), Some(50));
    let mut line = house.line(&mut desk).await;
    house.work(&mut line, &mut desk, hours(4)).await;

    assert_eq!(desk.taken(), (1..=50).collect::<Vec<_>>(), "all, once, in order");
    let attempts: Vec<Timestamp> = desk.asked.iter().map(|(_, time)| *time).filter(|time| *time < back).collect();
    assert!(attempts.len() <= 25, "{} attempts in three hours", attempts.len());
    assert!(desk.asked.iter().take(attempts.len()).all(|(alert, _)| *alert == 1), "one alert asks for all");
    let first = desk.taken[0].1;
    assert!(first.duration_since(back) <= SignedDuration::from_mins(72), "found within the longest wait and its jitter: {first}");
    assert!(house.shared.store.status().await.unwrap().failing.is_empty());
}

#[tokio::test]
async fn a_receiver_that_asks_for_peace_has_it_over_a_restart() {
    let house = House::with(3).await;
    let start = house.clock.now();
    let wait = Duration::from_secs(7200);
    let answers =
        move |_, now| if now == start { Outcome::Away { after: Some(wait), error: "slow".to_owned() } } else { Outcome::Delivered };
    let mut desk = Receiver::new("desk", &house, answers);
    for _ in 0..5 {
        let mut line = house.line(&mut desk).await;
        house.work(&mut line, &mut desk, SignedDuration::from_mins(20)).await;
    }
    assert_eq!(desk.asked.len(), 1);
    let mut line = house.line(&mut desk).await;
    house.work(&mut line, &mut desk, hours(2)).await;
    assert_eq!(desk.taken(), [1, 2, 3]);
    assert!(desk.taken[0].1.duration_since(start) >= hours(2));
}

// DUR-04.
#[tokio::test]
async fn an_alert_that_is_never_taken_holds_up_nobody_and_ends_among_the_dead() {
    let house = House::with(20).await;
    let bad = |alert, _| if alert == 7 { Outcome::Retry { after: None, error: "answered 400".to_owned() } } else { Outcome::Delivered };
    let mut desk = Receiver::new("desk", &house, bad);
    let mut line = house.line(&mut desk).await;
    house.work(&mut line, &mut desk, SignedDuration::from_secs(2)).await;
    assert_eq!(desk.taken(), (1..=20).filter(|alert| *alert != 7).collect::<Vec<_>>());
    house.work(&mut line, &mut desk, hours(24 * 7)).await;
    let attempts = desk.asked.iter().filter(|(alert, _)| *alert == 7).count();
    assert_eq!(attempts, usize::try_from(retry::ATTEMPTS_MAX).unwrap());
    let dead = house.shared.store.dead_letters(DeadLetters::default()).await.unwrap();
    assert_eq!((dead.len(), dead[0].delivery.alert.0.as_u128(), dead[0].error.as_str()), (1, 7, "answered 400"));

    desk.answers = Mutex::new(Box::new(|_, _| Outcome::Delivered));
    house.shared.store.change_dead_letters(DeadLetters::default(), DeadLetterChange::Retry).await.unwrap();
    house.work(&mut line, &mut desk, SignedDuration::from_secs(2)).await;
    assert_eq!(desk.taken().last(), Some(&7));
}

#[tokio::test]
async fn a_receiver_that_never_comes_back_is_given_up_after_days() {
    let house = House::with(2).await;
    let mut desk = Receiver::new("desk", &house, |_, _| away());
    let mut line = house.line(&mut desk).await;
    house.work(&mut line, &mut desk, hours(70)).await;
    assert!(house.shared.store.dead_letters(DeadLetters::default()).await.unwrap().is_empty());
    house.work(&mut line, &mut desk, hours(10)).await;
    assert_eq!(house.shared.store.dead_letters(DeadLetters::default()).await.unwrap().len(), 2);
}

// DUR-12, the rate of a channel.
#[tokio::test]
async fn five_thousand_alerts_are_all_delivered_within_the_rate() {
    let house = House::with(5000).await;
    let mut desk = Receiver::new("desk", &house, |_, _| Outcome::Delivered);
    desk.rates = vec![Rate::new(5, 2), Rate::new(30, 60)];
    desk.batch_max = 16;
    let mut line = house.line(&mut desk).await;
    house.work(&mut line, &mut desk, hours(3)).await;
    assert_eq!(desk.taken(), (1..=5000).collect::<Vec<_>>(), "nothing lost, nothing twice, in order");
    let mut minutes: HashMap<i64, usize> = HashMap::new();
    for (index, (_, start)) in desk.taken.iter().enumerate() {
        let within = |seconds| {
            desk.taken.iter().skip(index).take_while(|(_, time)| time.duration_since(*start) < SignedDuration::from_secs(seconds)).count()
        };
        assert!(within(60) <= 30 && within(2) <= 5, "at {start}");
        *minutes.entry(start.as_second() / 60).or_default() += 1;
    }
    assert!(minutes.len() <= 168, "the rate is used: {} minutes", minutes.len());
}

// The same over restarts: a minute that began before one holds no more than the rate after it.
#[tokio::test]
async fn a_restart_is_no_leave_to_go_over_the_rate() {
    let house = House::with(100).await;
    let mut desk = Receiver::new("desk", &house, |_, _| Outcome::Delivered);
    desk.rates = vec![Rate::new(10, 60)];
    desk.batch_max = 4;
    for _ in 0..40 {
        let mut line = house.line(&mut desk).await;
        house.work(&mut line, &mut desk, SignedDuration::from_secs(7)).await;
    }
    for (index, (_, start)) in desk.taken.iter().enumerate() {
        let within = desk.taken.iter().skip(index).take_while(|(_, time)| time.duration_since(*start) < SignedDuration::from_secs(60));
        assert!(within.count() <= 10, "at {start}");
    }
    assert_eq!(desk.taken(), (1..=50).collect::<Vec<_>>(), "the rate is used: 280 seconds hold five minutes' worth");
}
