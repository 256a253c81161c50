//! What the operator is told of feeds along days of a clock that is moved by hand, with a restart before every visit.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::alert::record::AlertRecord;
use crate::clock::{Clock, ManualClock};
use crate::config;
use crate::config::Environment;
use crate::model::health::Subject;
use crate::net::client::Client;
use crate::pipeline::poller::Rounds;
use crate::pipeline::{Gate, Phase, Setup, Shared, poller};
use crate::store::sqlite::SqliteStore;
use crate::store::{AlertQuery, FeedPlan, Store, samples};

/// What the site says: status and body.
type Site = Arc<Mutex<(u16, String)>>;

struct House {
    _folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: Arc<dyn Store>,
    setup: Arc<Setup>,
    site: Site,
    servers: tokio::task::JoinSet<()>,
}

impl House {
    /// A house with feeds at these places; `SITE1` to `SITE3` are three hosts that say the same.
    async fn new(feeds: &[&str]) -> Self {
        let site: Site = Arc::new(Mutex::new((200, String::new())));
        let (mut servers, mut names) = (tokio::task::JoinSet::new(), Vec::new());
        for number in 1..=3 {
            let listener = TcpListener::bind((format!("127.0.0.{number}"), 0)).await.unwrap();
            names.push((format!("SITE{number}"), format!("http://{}", listener.local_addr().unwrap())));
            servers.spawn(serve(listener, Arc::clone(&site)));
        }
        let mut text = "[poll]\nhost_spacing = \"0s\"\n[net]\nallow_private = [\"127.0.0.0/8\"]\n[operator]\nnotify = [\"desk\"]\n\
                        [[channel]]\nid = \"desk\"\ntype = \"console\"\n"
            .to_owned();
        for (number, feed) in feeds.iter().enumerate() {
            let feed = names.iter().fold((*feed).to_owned(), |feed, (name, address)| feed.replace(name, address));
            writeln!(text, "[[feed]]\nid = \"feed-{number}\"\nurl = \"{feed}\"").unwrap();
        }
        let loaded = config::load_text(Path::new("/nowhere/wirewatch.toml"), &text, &Environment::default());
        let config = loaded.config.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
        let client = Client::new(&config.net).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(samples::start()));
        let store = Arc::new(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let plans = (0..feeds.len()).map(|number| FeedPlan::new(format!("feed-{number}"), "feed", clock.now())).collect();
        store.configure_feeds(plans).await.unwrap();
        Self { _folder: folder, clock, store, setup: Arc::new(Setup::new(config, client)), site, servers }
    }

    fn shared(&self) -> Arc<Shared> {
        Arc::new(Shared::new(Arc::clone(&self.store), Arc::clone(&self.clock) as Arc<dyn Clock>, Arc::clone(&self.setup)))
    }

    /// Visits every feed once.
    async fn round(&self, shared: &Arc<Shared>) {
        self.store.make_due().await.unwrap();
        let (_open, gate) = Gate::new(Phase::Run);
        poller::run(Arc::clone(shared), gate, Rounds::Once).await.unwrap();
    }

    fn says(&self, status: u16, entries: std::ops::Range<i64>) {
        let item = |number: i64| {
            let date = (samples::start() + SignedDuration::from_hours(number)).strftime("%a, %d %b %Y %H:%M:%S GMT");
            format!("<item><guid>{number}</guid><title>No {number}</title><pubDate>{date}</pubDate></item>")
        };
        let body = format!("<rss version='2.0'><channel><title>Wire</title>{}</channel></rss>", entries.map(item).collect::<String>());
        *self.site.lock().unwrap() = (status, body);
    }

    /// Lets so many hours pass, with a restart and a visit after each six of them.
    async fn pass(&self, hours: i64) {
        for _ in 0..hours / 6 {
            self.clock.advance(SignedDuration::from_hours(6));
            self.round(&self.shared()).await;
        }
    }

    /// All that was told.
    async fn told(&self) -> String {
        let alerts = self.store.alerts(AlertQuery::default()).await.unwrap();
        let mut out = String::new();
        for alert in alerts {
            let record = AlertRecord::parse(&alert.body).unwrap();
            assert_eq!((record.kind.as_str(), record.watch.id.as_str()), ("feed-health", "wirewatch:health"));
            let why = &record.why[0];
            writeln!(out, "{} {}: {} ({})", why.condition, record.reason, record.item.title.unwrap(), why.text).unwrap();
        }
        out
    }
}

async fn serve(listener: TcpListener, site: Site) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut request = [0; 4096];
        if stream.read(&mut request).await.is_ok_and(|bytes| bytes > 0) {
            let (status, body) = site.lock().unwrap().clone();
            let answer = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            drop(stream.write_all(answer.as_bytes()).await);
        }
    }
}

#[tokio::test]
async fn svc_06_a_feed_that_fails_for_a_day_is_told_once_and_once_when_it_is_back() {
    let house = House::new(&["SITE1/feed"]).await;
    house.says(200, 0..1);
    house.pass(6).await;
    house.says(500, 0..0);
    house.pass(24).await;
    assert_eq!(house.told().await, "", "less than a day");
    house.pass(48).await;
    house.says(200, 0..1);
    house.pass(12).await;
    insta::assert_snapshot!(house.told().await.replace(|digit: char| digit.is_ascii_digit(), "#"), @"
    feed:feed-# failing: Feed feed-# has failed since ####-##-## ##:## UTC (http://###.#.#.#:#####/feed answered ###)
    feed:feed-# failing-over: Feed feed-# can be read again (it could not since ####-##-## ##:## UTC)
    ");
    assert_eq!(house.store.told().await.unwrap(), []);
    let (desk, log) = ("desk".into(), "log".into());
    for channel in [&desk, &log] {
        assert_eq!(house.store.claim_deliveries(channel, 9, std::time::Duration::from_secs(60)).await.unwrap().len(), 2, "{channel}");
    }
}

#[tokio::test]
async fn svc_06_a_feed_that_was_hourly_and_is_silent_for_two_days_is_told_once_and_once_when_it_is_back() {
    let house = House::new(&["SITE1/feed"]).await;
    for day in 0..4 {
        house.says(200, day * 6 - 10..day * 6);
        house.pass(6).await;
    }
    assert_eq!(house.told().await, "");
    house.pass(48).await;
    assert_eq!(house.told().await.lines().count(), 1);
    house.pass(72).await;
    house.says(200, 130..140);
    house.pass(12).await;
    insta::assert_snapshot!(house.told().await, @"
    feed:feed-0 silent: Feed feed-0 has brought nothing new since 2026-03-03 08:00 UTC (it usually brings something every 1h)
    feed:feed-0 silent-over: Feed feed-0 has news again (it had none since 2026-03-03 08:00 UTC)
    ");
}

#[tokio::test]
async fn pol_14_a_feed_that_is_gone_is_told_once() {
    let house = House::new(&["SITE1/feed"]).await;
    house.says(410, 0..0);
    house.pass(48).await;
    insta::assert_snapshot!(house.told().await, @"feed:feed-0 gone: Feed feed-0 is gone for good (its server said 410; `wirewatch feeds resume feed-0` asks it again)");
}

/// Three rounds, six hours apart, without a restart.
async fn rounds(house: &House, shared: &Arc<Shared>) {
    for _ in 0..3 {
        house.round(shared).await;
        house.clock.advance(SignedDuration::from_hours(6));
    }
}

#[tokio::test]
async fn an_outage_of_the_own_network_marks_no_feed() {
    let mut house = House::new(&["SITE1/a", "SITE2/b", "SITE3/c"]).await;
    let shared = house.shared();
    house.says(200, 0..1);
    rounds(&house, &shared).await;
    house.servers.abort_all();
    while house.servers.join_next().await.is_some() {}
    for _ in 0..3 {
        rounds(&house, &shared).await;
    }
    for (feed, state) in house.store.feeds().await.unwrap() {
        assert_eq!((state.failures, state.failing_since, state.last_error.as_deref()), (0, None, None), "{feed}");
        assert_eq!(state.next_reason, "no-network");
    }
    let told = house.store.told().await.unwrap();
    assert_eq!(told.iter().map(|told| told.subject.clone()).collect::<Vec<_>>(), [Subject::Network]);
    assert_eq!(house.told().await.lines().count(), 1, "said once: {}", house.told().await);
}

#[tokio::test]
async fn feeds_that_never_worked_are_no_outage() {
    let house = House::new(&["http://127.0.0.2:1/a", "http://127.0.0.3:1/b", "http://127.0.0.4:1/c", "SITE1/feed"]).await;
    house.says(200, 0..1);
    let shared = house.shared();
    for _ in 0..3 {
        rounds(&house, &shared).await;
    }
    let failing = house.store.feeds().await.unwrap().into_iter().filter(|(_, state)| state.failures > 0).count();
    assert_eq!(failing, 3);
    assert_eq!(house.told().await.lines().count(), 3, "{}", house.told().await);
}
