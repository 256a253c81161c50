//! The whole way of an alert, from a feed to log and receiver, with a store that fails at every one of its calls in turn, and
//! with a stop at each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::clock::{Clock, ManualClock};
use crate::config;
use crate::config::Environment;
use crate::deliver;
use crate::deliver::Means;
use crate::deliver::log::LogSettings;
use crate::deliver::settings::ChannelSettings;
use crate::net::client::Client;
use crate::pipeline::poller::Rounds;
use crate::pipeline::{Gate, Phase, Setup, Shared, poller, sender, worker};
use crate::store::error::StoreError;
use crate::store::failing::{Failing, Trouble};
use crate::store::samples;
use crate::store::sqlite::SqliteStore;
use crate::store::{FeedPlan, Store};

/// Four entries; the watch holds for three of them.
const FEED: &str = r#"<rss version="2.0"><channel><title>Loopback Post</title><link>https://example.org/</link>
<item><guid isPermaLink="false">1</guid><title>Ferry strike begins</title><description>The ferry stands still.</description></item>
<item><guid isPermaLink="false">2</guid><title>Fair weather</title><description>The sea is calm.</description></item>
<item><guid isPermaLink="false">3</guid><title>Ferry strike goes on</title><description>No ferry sails.</description></item>
<item><guid isPermaLink="false">4</guid><title>Ferry strike ends</title><description>The ferry sails again.</description></item>
</channel></rss>"#;

const MATCHING: [&str; 3] = ["Ferry strike begins", "Ferry strike ends", "Ferry strike goes on"];

/// What receivers were sent: the path, the `webhook-id`, the body.
type Received = Arc<Mutex<Vec<(String, String, String)>>>;

/// A site with a feed and receivers, and the configuration that all cases share, since reading one takes a while.
#[derive(Clone)]
struct World {
    site: String,
    setup: Arc<Setup>,
    received: Received,
}

impl World {
    async fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let site = format!("http://{}", listener.local_addr().unwrap());
        let config = format!(
            r#"[poll]
interval = {{ min = "15m", max = "15m" }}
initial = "alert"
host_spacing = "0s"
[article]
fetch = "never"
[net]
allow_private = ["127.0.0.0/8"]
[[feed]]
id = "loopback"
url = "{site}/feed"
[[watch]]
id = "ferry"
when = 'ferry AND strike'
notify = ["desk"]
[[channel]]
id = "desk"
type = "webhook"
url = "{site}/hook"
"#
        );
        let loaded = config::load_text(Path::new("/nowhere/wirewatch.toml"), &config, &Environment::default());
        let config = loaded.config.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
        let client = Client::new(&config.net).unwrap();
        let received = Received::default();
        // It ends with the runtime of the test.
        drop(tokio::spawn(serve(listener, Arc::clone(&received))));
        Self { site, setup: Arc::new(Setup::new(config, client)), received }
    }
}

/// A store, a log and a receiver of its own, and a clock that is moved by hand.
struct Place {
    world: World,
    folder: TempDir,
    hook: String,
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
}

impl Place {
    fn new(world: World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hook = format!("/hook/{}", folder.path().file_name().unwrap().display());
        let clock = Arc::new(ManualClock::new(samples::start()));
        let store = Arc::new(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        Self { world, folder, hook, store, clock }
    }

    /// Everything the daemon shares, over the given store, as after a start.
    fn shared(&self, store: Arc<dyn Store>) -> (Arc<Shared>, Vec<Box<dyn deliver::Channel>>) {
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let means = Means {
            client: self.world.setup.client.clone(),
            clock: Arc::clone(&clock),
            render: |record, _| record.to_owned(),
            zone: jiff::tz::TimeZone::UTC,
        };
        let url = format!("{}{}", self.world.site, self.hook).parse().unwrap();
        let log = LogSettings { id: "log".into(), path: self.folder.path().join("alerts.jsonl") };
        let channels = [ChannelSettings::Log(log), ChannelSettings::webhook("desk", url)];
        let channels = channels.iter().map(|settings| deliver::open(settings, &means).unwrap()).collect();
        (Arc::new(Shared::new(store, clock, Arc::clone(&self.world.setup))), channels)
    }

    async fn make_due(&self) {
        let plan = FeedPlan::new("loopback", "feed", self.clock.now());
        self.store.configure_feeds(vec![plan]).await.unwrap();
        self.store.make_due().await.unwrap();
    }

    /// One loop after the other, each until nothing is left, as `run --once` does.
    async fn in_turn(&self, store: Arc<dyn Store>) -> Result<(), StoreError> {
        self.make_due().await;
        let (shared, channels) = self.shared(store);
        let (_open, gate) = Gate::new(Phase::Run);
        poller::run(Arc::clone(&shared), gate, Rounds::Once).await?;
        let (_open, gate) = Gate::new(Phase::Finish);
        worker::run(Arc::clone(&shared), gate.clone()).await?;
        for channel in channels {
            sender::run(Arc::clone(&shared), gate.clone(), channel).await?;
        }
        Ok(())
    }

    /// All loops at the same time, as the daemon runs them, until `stop` ends; gives how many calls of the store there were.
    async fn together(&self, store: Arc<dyn Store>, stop: impl Future<Output = ()>) {
        self.make_due().await;
        let (shared, channels) = self.shared(store);
        let (stopper, gate) = Gate::new(Phase::Run);
        let mut loops = JoinSet::new();
        loops.spawn(poller::run(Arc::clone(&shared), gate.clone(), Rounds::Endless));
        loops.spawn(worker::run(Arc::clone(&shared), gate.clone()));
        for channel in channels {
            loops.spawn(sender::run(Arc::clone(&shared), gate.clone(), channel));
        }
        stop.await;
        stopper.send_replace(Phase::Stop);
        // A fault at the moment of the stop may end a loop; the next start does the rest.
        while let Some(ended) = loops.join_next().await {
            drop(ended.unwrap());
        }
    }

    /// Titles in the log with their number, and what is wrong with what was told.
    fn faults(&self, case: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let log = std::fs::read_to_string(self.folder.path().join("alerts.jsonl")).unwrap_or_default();
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for line in log.lines() {
            let alert: serde_json::Value = serde_json::from_str(line).unwrap();
            *told.entry(alert["item"]["title"].as_str().unwrap().to_owned()).or_default() += 1;
            ids.insert(alert["id"].as_str().unwrap().to_owned());
        }
        if told != MATCHING.iter().map(|title| ((*title).to_owned(), 1)).collect() {
            faults.push(format!("{case}: the log holds {told:?}"));
        }
        let mut bodies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, id, body) in self.world.received.lock().unwrap().iter().filter(|(path, ..)| *path == self.hook) {
            bodies.entry(id.clone()).or_default().insert(body.clone());
        }
        if bodies.keys().cloned().collect::<BTreeSet<_>>() != ids {
            faults.push(format!("{case}: the receiver has {:?}, the log {ids:?}", bodies.keys()));
        }
        if bodies.values().any(|bodies| bodies.len() > 1) {
            faults.push(format!("{case}: a repeat carried another body"));
        }
        faults
    }

    async fn nothing_waits(&self, case: &str) -> Vec<String> {
        let status = self.store.status().await.unwrap();
        if status.work == 0 && status.waiting.is_empty() && status.dead.is_empty() {
            return Vec::new();
        }
        vec![format!("{case}: something is left: {status:?}")]
    }
}

async fn serve(listener: TcpListener, received: Received) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let received = Arc::clone(&received);
        talks.spawn(async move { talk(stream, received).await });
    }
}

/// Answers requests until the other side goes away.
async fn talk(stream: TcpStream, received: Received) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut id, mut length, mut first) = (String::new(), 0, String::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("webhook-id") => value.clone_into(&mut id),
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok()?,
                _ if first.is_empty() => first = line,
                _ if line == "\r\n" => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        let answer = if first.starts_with("POST") {
            received.lock().unwrap().push((first.split(' ').nth(1)?.to_owned(), id, String::from_utf8(body).unwrap()));
            ""
        } else {
            FEED
        };
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}

/// How many calls a round without trouble makes.
async fn calls(world: &World) -> u64 {
    let place = Place::new(world.clone());
    let counting = Arc::new(Failing::at_call(Arc::clone(&place.store), u64::MAX, Trouble::Refused));
    place.in_turn(Arc::clone(&counting) as Arc<dyn Store>).await.unwrap();
    assert_eq!(place.faults("no trouble"), [""; 0]);
    counting.calls()
}

/// What is wrong after trouble at call `number`, and a second round when all leases are over.
async fn troubled(world: World, number: u64, trouble: Trouble) -> Vec<String> {
    let case = format!("{trouble:?} at call {number}");
    let place = Place::new(world);
    let failing = Arc::new(Failing::at_call(Arc::clone(&place.store), number, trouble));
    let mut faults = Vec::new();
    if let Err(error) = place.in_turn(failing).await {
        faults.push(format!("{case}: ended with {error}"));
    }
    place.clock.advance(SignedDuration::from_mins(20));
    place.in_turn(Arc::clone(&place.store)).await.unwrap();
    faults.extend(place.faults(&case));
    faults.extend(place.nothing_waits(&case).await);
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_match_is_told_whichever_call_of_the_store_fails() {
    let world = World::new().await;
    let calls = calls(&world).await;
    assert!(calls > 12, "{calls} calls are not the whole way");
    let mut cases = JoinSet::new();
    for number in 1..=calls {
        cases.spawn(troubled(world.clone(), number, Trouble::Refused));
        cases.spawn(troubled(world.clone(), number, Trouble::AnswerLost));
    }
    let faults = cases.join_all().await.concat();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What is wrong after a stop while call `number` is under way, and another start.
async fn stopped(world: World, number: u64) -> Vec<String> {
    let case = format!("stop at call {number}");
    let place = Place::new(world);
    let slow = Arc::new(Failing::at_call(Arc::clone(&place.store), number, Trouble::Slow(Duration::from_millis(30))));
    let counted = Arc::clone(&slow);
    let stop = async move {
        while counted.calls() < number {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    place.together(slow, stop).await;
    // The clock stands still: what is free now was handed back or is freed at the start.
    place.store.free_leases().await.unwrap();
    place.in_turn(Arc::clone(&place.store)).await.unwrap();
    let mut faults = place.faults(&case);
    faults.extend(place.nothing_waits(&case).await);
    faults
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_match_is_told_wherever_it_is_stopped() {
    let world = World::new().await;
    let mut cases = JoinSet::new();
    for number in 1..=12 {
        cases.spawn(stopped(world.clone(), number));
    }
    let faults = cases.join_all().await.concat();
    assert!(faults.is_empty(), "{faults:#?}");
}
