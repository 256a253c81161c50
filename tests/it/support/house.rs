//! The built binary with a folder of its own and a site to watch.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::publisher::Publisher;

/// How long anything that must come may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the binary to its end.
pub(crate) fn wirewatch(config: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wirewatch")).arg("-c").arg(config).args(arguments).env_remove("RUST_LOG").output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Waits until something holds; panics with what was waited for when it does not within half a minute.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A folder with a configuration and state, and a site to watch.
pub(crate) struct House {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) publisher: Publisher,
}

impl House {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), publisher: Publisher::start() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a configuration that polls every 200 ms, reads no pages and has a watch for ferry strikes; `more` comes after it.
    pub(crate) fn configure(&self, more: &str) -> PathBuf {
        let poll = "interval = { min = \"200ms\", max = \"200ms\" }\ninitial = \"alert\"\nhost_spacing = \"1ms\"";
        self.configure_with(poll, "fetch = \"never\"", more)
    }

    /// The same with keys of `[poll]` and `[article]`.
    pub(crate) fn configure_with(&self, poll: &str, article: &str, more: &str) -> PathBuf {
        let text = format!(
            "state = \"{}\"\n[poll]\n{poll}\n[article]\n{article}\n[net]\nallow_private = [\"127.0.0.0/8\"]\n[[watch]]\nid = \"ferry\"\nwhen = 'ferry AND strike'\n{}{more}",
            self.path("state").display(),
            if more.contains("[[channel]]") { "notify = [\"desk\"]\n" } else { "" },
        );
        let path = self.path("wirewatch.toml");
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn feed(&self, id: &str) -> String {
        self.feed_at(id, "/feed")
    }

    pub(crate) fn feed_at(&self, id: &str, path: &str) -> String {
        format!("[[feed]]\nid = \"{id}\"\nurl = \"{}\"\n", self.publisher.url(path))
    }

    /// The channel `desk`, which posts to the publisher's receiver.
    pub(crate) fn desk(&self) -> String {
        format!("[[channel]]\nid = \"desk\"\ntype = \"webhook\"\nurl = \"{}\"\n", self.publisher.url("/hook"))
    }

    /// The alerts in the log.
    pub(crate) fn log(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.path("state/alerts.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What the operator was told, in the order of the log.
    pub(crate) fn notices(&self) -> Vec<String> {
        let log = self.log();
        let notices = log.iter().filter(|alert| alert["kind"] == "feed-health");
        notices.map(|alert| alert["item"]["title"].as_str().unwrap().to_owned()).collect()
    }

    /// The titles of the articles in the log, sorted.
    pub(crate) fn titles(&self) -> Vec<String> {
        let log = self.log();
        let articles = log.iter().filter(|alert| alert["kind"] != "feed-health");
        let mut titles: Vec<_> = articles.map(|alert| alert["item"]["title"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        wirewatch(&self.path("wirewatch.toml"), arguments)
    }

    /// One round that must succeed; gives what it said.
    pub(crate) fn once(&self) -> String {
        let said = self.run(&["run", "--once"]);
        assert!(said.status.success(), "{}", text(&said.stderr));
        text(&said.stderr)
    }

    /// Starts the daemon and waits until it runs.
    pub(crate) fn start(&self) -> Daemon {
        let mut daemon = Daemon::spawn(&self.path("wirewatch.toml"), &["run"]);
        daemon.says("wirewatch runs");
        // The first visits may be over before it says that it runs.
        daemon.early = 0..daemon.heard.len();
        daemon
    }
}

/// A process of the binary that goes on; killed when it is dropped.
pub(crate) struct Daemon {
    child: Child,
    lines: Receiver<String>,
    /// What it said on standard error so far, as far as it was listened to.
    pub(crate) heard: Vec<String>,
    /// Which of the lines nobody has waited for yet, though they came.
    early: std::ops::Range<usize>,
}

/// What the shipped unit gives its process to run in.
fn environment_of_the_unit() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("../../../systemd/wirewatch.service").lines().filter_map(|line| line.strip_prefix("Environment="));
    lines.flat_map(str::split_whitespace).map(|pair| pair.split_once('=').unwrap())
}

impl Daemon {
    /// As the unit would start it.
    pub(crate) fn spawn(config: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wirewatch"))
            .arg("-c")
            .arg(config)
            .args(arguments)
            .envs(environment_of_the_unit())
            .env("RUST_LOG", "wirewatch=info")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, receiver) = channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines: receiver, heard: Vec::new(), early: 0..0 }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The most memory it has held so far, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse().unwrap()
    }

    pub(crate) fn lives(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits until it says something.
    pub(crate) fn says(&mut self, wanted: &str) {
        let early = self.heard.get(self.early.clone()).unwrap_or_default();
        if let Some(at) = early.iter().position(|line| line.contains(wanted)) {
            self.early.start += at + 1;
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.heard.push(line);
            if self.heard.last().is_some_and(|line| line.contains(wanted)) {
                return;
            }
        }
        panic!("never said `{wanted}`, but:\n{}", self.heard.join("\n"));
    }

    /// How many of the lines so far hold a text.
    pub(crate) fn said(&mut self, text: &str) -> usize {
        self.heard.extend(self.lines.try_iter());
        self.heard.iter().filter(|line| line.contains(text)).count()
    }

    pub(crate) fn signal(&self, name: &str) {
        assert!(Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap().success());
    }

    /// Ends it with SIGTERM: exit code 0 within ten seconds.
    pub(crate) fn stop(mut self) {
        let begun = Instant::now();
        self.signal("TERM");
        until("it ends", || !self.lives());
        let took = begun.elapsed();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        assert!(took < Duration::from_secs(10), "it took {took:?} to end");
    }

    /// Ends it with SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
