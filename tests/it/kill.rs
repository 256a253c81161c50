//! Kills the built binary at random moments while entries are published, and counts what was told.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::publisher::Publisher;

/// A watch that holds for one entry in ten, a feed that is polled every 200 ms, a webhook.
fn configuration(folder: &Path, publisher: &Publisher) -> std::path::PathBuf {
    let text = format!(
        r#"
state = "{state}"

[poll]
interval = {{ min = "200ms", max = "200ms" }}
initial = "alert"
host_spacing = "1ms"

[article]
fetch = "never"

[net]
allow_private = ["127.0.0.0/8"]

[[feed]]
id = "loopback"
url = "{feed}"

[[watch]]
id = "ferry"
when = '"harbour ferry" AND strike'
notify = ["desk"]

[[channel]]
id = "desk"
type = "webhook"
url = "{hook}"
"#,
        state = folder.join("state").display(),
        feed = publisher.url("/feed"),
        hook = publisher.url("/hook"),
    );
    let path = folder.join("wirewatch.toml");
    fs::write(&path, text).unwrap();
    path
}

fn start(config: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_wirewatch"))
        .arg("-c")
        .arg(config)
        .arg("run")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Titles of the alerts in the log, each with how often it stands there. A torn last line is no line.
fn told(log: &Path) -> BTreeMap<String, usize> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let mut told = BTreeMap::new();
    for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let alert: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("a line of the log is broken: {error}: {line}"));
        *told.entry(alert["item"]["title"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    told
}

#[test]
fn every_match_is_told_once_whenever_it_is_killed() {
    let seed = std::env::var("KILL_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    let kills: usize = std::env::var("KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    println!("KILL_SEED={seed} KILLS={kills}");
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = tempfile::tempdir().unwrap();
    let publisher = Publisher::start();
    let config = configuration(folder.path(), &publisher);
    let log = folder.path().join("state/alerts.jsonl");

    let mut expected = BTreeSet::new();
    let mut number = 0;
    for _ in 0..kills {
        let (mut child, served) = (start(&config), publisher.requests("/feed"));
        for _ in 0..20 {
            let matching = number % 10 == 0;
            let title = format!("Report {number} from the coast");
            let text = if matching {
                "The harbour ferry stands still: a strike began at dawn, the union said."
            } else {
                "The weather stays fair along the coast."
            };
            publisher.publish(&title, text);
            if matching {
                expected.insert(title);
            }
            number += 1;
        }
        // One in four dies at some moment of its start, the others at some moment after their first look at the feed.
        if random.u8(..4) > 0 {
            let patience = Instant::now() + Duration::from_secs(30);
            while publisher.requests("/feed") == served && Instant::now() < patience {
                thread::sleep(Duration::from_millis(2));
            }
        }
        thread::sleep(Duration::from_millis(random.u64(..400)));
        child.kill().unwrap();
        child.wait().unwrap();
    }

    let mut child = start(&config);
    let deadline = Instant::now() + Duration::from_secs(60 + kills as u64);
    let all = |told: &BTreeMap<String, usize>| told.len() == expected.len();
    let ids = |publisher: &Publisher| publisher.received().into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>();
    while Instant::now() < deadline && !(all(&told(&log)) && ids(&publisher).len() == expected.len()) {
        thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let told = told(&log);
    let missing: Vec<_> = expected.iter().filter(|title| !told.contains_key(*title)).collect();
    assert!(missing.is_empty(), "{} of {} matches were not told: {missing:?}", missing.len(), expected.len());
    let invented: Vec<_> = told.keys().filter(|title| !expected.contains(*title)).collect();
    assert!(invented.is_empty(), "told without a match: {invented:?}");
    assert!(told.values().all(|count| *count == 1), "told more than once: {told:?}");
    let mut bodies: HashMap<String, String> = HashMap::new();
    for (id, body) in publisher.received() {
        assert_eq!(bodies.entry(id).or_insert_with(|| body.clone()), &body, "a repeat carried another body");
    }
    assert_eq!(bodies.len(), expected.len(), "the receiver saw other alerts than the log");
}
