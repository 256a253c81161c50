//! The built binary as a service: what it does when it is started twice, told to stop, reloaded, or given nonsense.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::publisher::Publisher;

fn wirewatch(config: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wirewatch")).arg("-c").arg(config).args(arguments).env_remove("RUST_LOG").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

struct House {
    folder: tempfile::TempDir,
    publisher: Publisher,
}

impl House {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), publisher: Publisher::start() }
    }

    fn configure(&self, more: &str) -> PathBuf {
        let text = format!(
            "state = \"{}\"\n[poll]\ninterval = {{ min = \"200ms\", max = \"200ms\" }}\ninitial = \"alert\"\nhost_spacing = \"1ms\"\n[article]\nfetch = \"never\"\n[net]\nallow_private = [\"127.0.0.0/8\"]\n[[watch]]\nid = \"ferry\"\nwhen = 'ferry AND strike'\n{more}",
            self.folder.path().join("state").display(),
        );
        let path = self.folder.path().join("wirewatch.toml");
        fs::write(&path, text).unwrap();
        path
    }

    fn feed(&self, id: &str) -> String {
        format!("[[feed]]\nid = \"{id}\"\nurl = \"{}\"\n", self.publisher.url("/feed"))
    }

    fn log(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.folder.path().join("state/alerts.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Waits until something holds; panics with what was waited for when it does not within half a minute.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn start(config: &Path) -> (Child, std::sync::mpsc::Receiver<String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
        .arg("-c")
        .arg(config)
        .arg("run")
        .env("RUST_LOG", "wirewatch=info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
    (child, receiver)
}

fn says(lines: &std::sync::mpsc::Receiver<String>, wanted: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut heard = Vec::new();
    while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        if line.contains(wanted) {
            return;
        }
        heard.push(line);
    }
    panic!("never said `{wanted}`, but:\n{}", heard.join("\n"));
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().unwrap().success());
}

#[test]
fn a_second_run_tells_nothing_twice() {
    let house = House::new();
    house.publisher.publish("Ferry strike begins", "The harbour ferry stands still: a strike began at dawn.");
    house.publisher.publish("Fair weather", "The weather stays fair.");
    let config = house.configure(&house.feed("one"));
    let first = wirewatch(&config, &["run", "--once"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    assert!(text(&first.stderr).contains("2 new entries, 2 articles read, 1 alerts"), "{}", text(&first.stderr));
    let second = wirewatch(&config, &["run", "--once"]);
    assert!(second.status.success(), "{}", text(&second.stderr));
    assert!(text(&second.stderr).contains("0 new entries, 0 articles read, 0 alerts"), "{}", text(&second.stderr));
    assert_eq!(house.log().len(), 1);
    assert_eq!(house.publisher.requests("/feed"), 2);

    house.publisher.publish("Ferry strike ends", "The ferry sails again after the strike.");
    assert!(wirewatch(&config, &["run", "--once"]).status.success());
    let titles: Vec<_> = house.log().iter().map(|alert| alert["item"]["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(titles, ["Ferry strike begins", "Ferry strike ends"]);

    let shown = wirewatch(&config, &["alerts", "--format", "jsonl"]);
    assert_eq!(text(&shown.stdout).lines().count(), 2);
}

#[test]
fn what_would_be_sent_is_shown_and_waits() {
    let house = House::new();
    house.publisher.publish("Ferry strike begins", "The harbour ferry stands still: a strike began at dawn.");
    let config = house.configure(&house.feed("one"));
    let shown = wirewatch(&config, &["run", "--once", "--no-deliver"]);
    assert!(shown.status.success(), "{}", text(&shown.stderr));
    assert!(text(&shown.stdout).contains("Ferry strike begins"), "{}", text(&shown.stdout));
    assert!(house.log().is_empty());
    assert!(wirewatch(&config, &["run", "--once"]).status.success());
    assert_eq!(house.log().len(), 1);
}

#[test]
fn dur_08_a_second_daemon_leaves_at_once() {
    let house = House::new();
    let config = house.configure(&house.feed("one"));
    let (mut first, lines) = start(&config);
    says(&lines, "wirewatch runs");
    let second = wirewatch(&config, &["run"]);
    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    assert!(said.contains(&first.id().to_string()) && said.contains("state"), "{said}");
    assert!(first.try_wait().unwrap().is_none(), "the first was disturbed");
    signal(&first, "TERM");
    assert_eq!(first.wait().unwrap().code(), Some(0));
}

#[test]
fn a_good_reload_is_taken_and_a_bad_one_refused() {
    let house = House::new();
    house.publisher.publish("Ferry strike begins", "The harbour ferry stands still: a strike began at dawn.");
    let config = house.configure("");
    let (mut daemon, lines) = start(&config);
    says(&lines, "wirewatch runs");

    fs::write(&config, "state = 3\n[poll]\nintervall = \"1h\"\n").unwrap();
    signal(&daemon, "HUP");
    says(&lines, "the old one stays in force");

    house.configure(&house.feed("one"));
    signal(&daemon, "HUP");
    says(&lines, "new configuration is in force");
    until("the new feed's alert is in the log", || house.log().len() == 1);

    fs::rename(house.folder.path().join("state/alerts.jsonl"), house.folder.path().join("state/alerts.jsonl.1")).unwrap();
    house.publisher.publish("Ferry strike ends", "The ferry sails again after the strike.");
    until("the log is made anew after rotation", || house.log().len() == 1);
    signal(&daemon, "TERM");
    assert_eq!(daemon.wait().unwrap().code(), Some(0));
}

#[test]
fn sigterm_ends_it_within_ten_seconds() {
    let house = House::new();
    let config = house.configure(&house.feed("one"));
    let (mut daemon, lines) = start(&config);
    says(&lines, "wirewatch runs");
    let begun = Instant::now();
    signal(&daemon, "TERM");
    assert_eq!(daemon.wait().unwrap().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn ten_faults_are_shown_at_once() {
    let house = House::new();
    let config = house.folder.path().join("wirewatch.toml");
    let faulty = r#"
stat = "/tmp/x"
[poll]
interval = "5s"
initial = "sometimes"
[[feed]]
id = "one"
url = "gopher://example.org/"
[[feed]]
id = "one"
url = "https://example.org/rss"
[[feed]]
url = "https://example.org/rss"
[[topic]]
id = "empty"
query = ""
[[watch]]
id = "broken"
when = '(ferry AND'
[[watch]]
id = "unknown"
when = 'actor:peskof'
severity = "urgent"
notify = ["nobody"]
[[channel]]
id = "desk"
type = "telepathy"
"#;
    fs::write(&config, faulty).unwrap();
    for command in [&["check"][..], &["run", "--once"][..]] {
        let said = wirewatch(&config, command);
        assert_eq!(said.status.code(), Some(78), "{}", text(&said.stderr));
        let all = text(&said.stdout) + &text(&said.stderr);
        for part in ["stat", "5s", "sometimes", "gopher", "one", "url", "query", "peskof", "urgent", "nobody", "telepathy"] {
            assert!(all.contains(part), "`{part}` is not in:\n{all}");
        }
        assert!(all.contains("peskov"), "the nearest actor is not named:\n{all}");
    }
}

#[test]
fn an_unusable_state_folder_is_named() {
    let house = House::new();
    let file = house.folder.path().join("occupied");
    fs::write(&file, "not a folder").unwrap();
    let config = house.folder.path().join("wirewatch.toml");
    fs::write(&config, format!("state = \"{}\"\n", file.join("state").display())).unwrap();
    let said = wirewatch(&config, &["run", "--once"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(text(&said.stderr).contains("occupied"), "{}", text(&said.stderr));
}

#[test]
fn bad_feeds_cost_only_themselves() {
    let house = House::new();
    house.publisher.publish("Ferry strike begins", "The harbour ferry stands still: a strike began at dawn.");
    let page = house.folder.path().join("page.html");
    fs::write(&page, "<!doctype html><html><head><title>No feed</title></head><body><p>Hello</p></body></html>").unwrap();
    let empty = house.folder.path().join("empty.xml");
    fs::write(&empty, "").unwrap();
    let more = format!(
        "{}[[feed]]\nid = \"missing\"\nurl = \"{}\"\n[[feed]]\nid = \"dead\"\nurl = \"http://127.0.0.1:1/feed\"\n[[feed]]\nid = \"html\"\nurl = \"file:{}\"\n[[feed]]\nid = \"empty\"\nurl = \"file:{}\"\n",
        house.feed("good"),
        house.publisher.url("/nothing"),
        page.display(),
        empty.display(),
    );
    let config = house.configure(&more);
    let said = wirewatch(&config, &["run", "--once"]);
    assert!(said.status.success(), "{}", text(&said.stderr));
    assert_eq!(house.log().len(), 1, "the good feed was not told");
    let errors = text(&said.stderr);
    for feed in ["missing", "dead", "html", "empty"] {
        assert_eq!(
            errors.lines().filter(|line| line.contains(&format!("feed={feed}")) && line.contains("WARN")).count(),
            1,
            "one message for `{feed}`:\n{errors}"
        );
    }
    let listed = wirewatch(&config, &["feeds", "list", "--format", "jsonl"]);
    assert_eq!(text(&listed.stdout).lines().count(), 5);
}
