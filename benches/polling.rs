//! What polling costs: `wirewatch run --once` against a bare reqwest and feed-rs loop, over the same feeds in one run.
//!
//! Ten thousand feeds on a thousand loopback addresses, 35 entries and about 45 kB each, gzipped, with both validators. Three
//! polls: the first, one in which nothing has changed, and one in which 1 % of all entries are new. Each tool is a process of
//! its own; its processor time is what the operating system counts for it, its memory the high-water mark. Both tools keep
//! what they learn between the polls: wirewatch in its store, the loop in a JSON file.
//!
//! `cargo bench --bench polling` prints the figures and the ratios; `FEEDS=1000` makes it smaller. With `-- steady` it runs one
//! daemon that polls 500 feeds every two seconds for two minutes, and prints its memory as it goes; `SECONDS=600` makes it longer.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::time::TimeValLike;
use nix::unistd::Pid;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const ENTRIES: usize = 35;
const HOSTS: usize = 1_000;
/// One feed in so many gets one new entry, which is 1 % of all entries.
const RENEWED: usize = 3;
/// Feeds of the steady run, and how long between two polls of one feed.
const STEADY_FEEDS: usize = 500;
const STEADY_INTERVAL: &str = "2s";

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |verb: &str| arguments.iter().position(|argument| argument == verb).map(|place| arguments.iter().skip(place + 1));
    if let Some(mut rest) = after("serve") {
        return serve(rest.next().ok_or("how many feeds?")?.parse()?);
    }
    if let Some(mut rest) = after("baseline") {
        return baseline(Path::new(rest.next().ok_or("which folder?")?), rest.next().ok_or("which port?")?.parse()?);
    }
    if after("steady").is_some() { steady() } else { compare(&mut std::io::stdout().lock()) }
}

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn feeds() -> usize {
    number("FEEDS", 10_000)
}

// ---------------------------------------------------------------------------------------------------------------- driver

fn compare(say: &mut impl Write) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(feeds())?;
    let config = configuration(folder.path(), server.port, feeds(), "")?;
    writeln!(say, "{} feeds of {ENTRIES} entries on {} hosts", feeds(), HOSTS.min(feeds()))?;
    writeln!(say, "{:<10} {:^32}   {:^32}", "", "wirewatch", "reqwest and feed-rs")?;
    writeln!(
        say,
        "{:<10} {:>10} {:>10} {:>10}   {:>10} {:>10} {:>10}   {:>8}",
        "poll", "cpu s", "wall s", "peak MB", "cpu s", "wall s", "peak MB", "cpu ×"
    )?;
    let mut unchanged = 0.0;
    for round in ["first", "unchanged", "1 % new"] {
        if round == "1 % new" {
            server.publish()?;
        }
        let base = measured(
            Command::new(std::env::current_exe()?).arg("baseline").arg(folder.path()).arg(server.port.to_string()).stderr(Stdio::inherit()),
        )?;
        let errors = folder.path().join("errors");
        let ours = measured(wirewatch(&config).args(["run", "--once"]).stderr(fs::File::create(&errors)?))
            .map_err(|failure| format!("{failure}: {}", fs::read_to_string(&errors).unwrap_or_default()))?;
        writeln!(
            say,
            "{round:<10} {:>10.2} {:>10.2} {:>10.0}   {:>10.2} {:>10.2} {:>10.0}   {:>8.2}",
            ours.cpu,
            ours.wall,
            ours.peak_mb,
            base.cpu,
            base.wall,
            base.peak_mb,
            ours.cpu / base.cpu
        )?;
        writeln!(say, "           {}", polled(&fs::read_to_string(&errors)?)?)?;
        if round == "1 % new" {
            let new = f64::from(u32::try_from(feeds().div_ceil(RENEWED))?);
            writeln!(
                say,
                "one new entry, from feed to alert: {:.2} ms cpu, the feed it stands in read anew included",
                (ours.cpu - unchanged) / new * 1e3
            )?;
        }
        unchanged = ours.cpu;
    }
    server.stop()
}

/// What the program says it did; a figure for a run in which feeds failed would be a lie.
fn polled(errors: &str) -> Result<&str, Failure> {
    let line = errors.lines().find(|line| line.contains(" feeds polled")).ok_or("the run did not say what it did")?;
    if line.contains("failed") || !line.starts_with(&format!("{0} of {0} ", feeds())) {
        return Err(format!("the run was not clean: {line}").into());
    }
    Ok(line)
}

/// One daemon for a while, with new entries every ten seconds.
fn steady() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(STEADY_FEEDS)?;
    let interval = format!("interval = \"{STEADY_INTERVAL}\"\n");
    let config = configuration(folder.path(), server.port, STEADY_FEEDS, &interval)?;
    let mut child = wirewatch(&config).arg("run").stdout(Stdio::null()).stderr(fs::File::create(folder.path().join("errors"))?).spawn()?;
    let mut say = std::io::stdout().lock();
    writeln!(say, "{STEADY_FEEDS} feeds, each every {STEADY_INTERVAL}; one new entry in every third of them every ten seconds")?;
    writeln!(say, "{:>8} {:>12} {:>12}", "second", "resident MB", "peak MB")?;
    for second in 1..=number("SECONDS", 120) {
        thread::sleep(Duration::from_secs(1));
        if second % 10 == 0 {
            let now = memory_mb(child.id(), "VmRSS:").ok_or("the daemon has ended")?;
            let peak = memory_mb(child.id(), "VmHWM:").ok_or("the daemon has ended")?;
            writeln!(say, "{second:>8} {now:>12.1} {peak:>12.1}")?;
            server.publish()?;
        }
    }
    kill(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGTERM)?;
    let ended = child.wait()?;
    if !ended.success() {
        return Err(format!("the daemon ended with {ended}").into());
    }
    server.stop()
}

fn wirewatch(config: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirewatch"));
    command.arg("-c").arg(config);
    command
}

fn configuration(folder: &Path, port: u16, feeds: usize, poll: &str) -> Result<PathBuf, Failure> {
    let mut text = format!(
        "state = \"{}\"\n[poll]\ninitial = \"mark\"\nhost_spacing = \"1ms\"\n{poll}[article]\nfetch = \"never\"\n[net]\n\
         allow_private = [\"127.0.0.0/8\"]\n",
        folder.join("state").display()
    );
    for feed in 0..feeds {
        write!(text, "[[feed]]\nid = \"f{feed}\"\nurl = \"http://{}:{port}/{feed}\"\n", host(feed))?;
    }
    text.push_str("[[watch]]\nid = \"talks\"\nwhen = '\"peace talks\" AND minister'\n");
    let path = folder.join("wirewatch.toml");
    fs::write(&path, text)?;
    Ok(path)
}

fn host(feed: usize) -> String {
    let host = feed % HOSTS;
    format!("127.0.{}.{}", 1 + host / 250, 1 + host % 250)
}

struct Cost {
    cpu: f64,
    wall: f64,
    peak_mb: f64,
}

/// Runs a command to its end: processor time of the children that were waited for, before and after; memory while it ran.
fn measured(command: &mut Command) -> Result<Cost, Failure> {
    let before = children_cpu()?;
    let started = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let mut peak_mb: f64 = 0.0;
    let exit = loop {
        if let Some(exit) = child.try_wait()? {
            break exit;
        }
        peak_mb = peak_mb.max(memory_mb(child.id(), "VmHWM:").unwrap_or(0.0));
        thread::sleep(Duration::from_millis(5));
    };
    if !exit.success() {
        return Err(format!("{command:?} ended with {exit}").into());
    }
    Ok(Cost { cpu: children_cpu()?.saturating_sub(before).as_secs_f64(), wall: started.elapsed().as_secs_f64(), peak_mb })
}

/// User and system time of all children that ended.
fn children_cpu() -> Result<Duration, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(u64::try_from(micros)?))
}

/// A field of `/proc/PID/status` that is given in kB.
fn memory_mb(process: u32, field: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes: u32 = text.lines().find_map(|line| line.strip_prefix(field))?.split_whitespace().next()?.parse().ok()?;
    Some(f64::from(kilobytes) / 1024.0)
}

/// The feeds' own process, so that its time is nobody's.
struct Server {
    child: Child,
    answers: Lines<BufReader<ChildStdout>>,
    port: u16,
}

impl Server {
    fn start(feeds: usize) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("serve").arg(feeds.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut answers = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let port = answers.next().ok_or("the server said nothing")??.trim().parse()?;
        Ok(Self { child, answers, port })
    }

    fn publish(&mut self) -> Result<(), Failure> {
        writeln!(self.child.stdin.as_mut().ok_or("no input")?, "publish")?;
        self.answers.next().ok_or("the server said nothing")??;
        Ok(())
    }

    fn stop(mut self) -> Result<(), Failure> {
        drop(self.child.stdin.take());
        self.child.wait()?;
        Ok(())
    }
}

// -------------------------------------------------------------------------------------------------------------- baseline

/// What the loop remembers of a feed.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
struct Known {
    etag: Option<String>,
    modified: Option<String>,
    seen: HashSet<String>,
}

/// A feed that was read: its address, and what is to be remembered.
type Polled = Option<(String, Known)>;

/// reqwest and feed-rs, 200 at a time, validators and seen identities in a JSON file: what one would write in an evening.
fn baseline(folder: &Path, port: u16) -> Result<(), Failure> {
    let state = folder.join("baseline.json");
    let mut known: HashMap<String, Known> = if state.exists() { serde_json::from_slice(&fs::read(&state)?)? } else { HashMap::new() };
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "provider")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = reqwest::Client::builder().user_agent("baseline/1").no_proxy().build()?;
        let mut tasks = tokio::task::JoinSet::new();
        for feed in 0..feeds() {
            if tasks.len() >= 200
                && let Some(ended) = tasks.join_next().await
            {
                note(ended??, &mut known);
            }
            let url = format!("http://{}:{port}/{feed}", host(feed));
            let (etag, modified) = known.get(&url).map(|known| (known.etag.clone(), known.modified.clone())).unwrap_or_default();
            tasks.spawn(poll(client.clone(), url, etag, modified));
        }
        while let Some(ended) = tasks.join_next().await {
            note(ended??, &mut known);
        }
        fs::write(&state, serde_json::to_vec(&known)?)?;
        Ok(())
    })
}

async fn poll(client: reqwest::Client, url: String, etag: Option<String>, modified: Option<String>) -> Result<Polled, Failure> {
    let mut request = client.get(&url);
    if let Some(etag) = etag {
        request = request.header("If-None-Match", etag);
    }
    if let Some(modified) = modified {
        request = request.header("If-Modified-Since", modified);
    }
    let response = request.send().await?;
    if response.status() == 304 {
        return Ok(None);
    }
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (etag, modified) = (header("etag"), header("last-modified"));
    let body = response.bytes().await?;
    let parsed = feed_rs::parser::parse(&body[..])?;
    Ok(Some((url, Known { etag, modified, seen: parsed.entries.into_iter().map(|entry| entry.id).collect() })))
}

fn note(polled: Polled, known: &mut HashMap<String, Known>) {
    if let Some((url, read)) = polled {
        let before = known.entry(url).or_default();
        before.etag = read.etag;
        before.modified = read.modified;
        before.seen.extend(read.seen);
    }
}

// ---------------------------------------------------------------------------------------------------------------- server

/// A feed as it is served.
#[derive(Clone)]
struct Page {
    etag: String,
    gzipped: Arc<Vec<u8>>,
}

type Site = Arc<Vec<RwLock<Page>>>;

fn serve(count: usize) -> Result<(), Failure> {
    let pages = (0..count).map(|feed| Ok(RwLock::new(page(feed, 0)?))).collect::<Result<Vec<_>, Failure>>()?;
    let site: Site = Arc::new(pages);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let port = runtime.block_on(async {
        let first = TcpListener::bind((host(0), 0)).await?;
        let port = first.local_addr()?.port();
        tokio::spawn(accept(first, Arc::clone(&site)));
        for feed in 1..HOSTS.min(count) {
            tokio::spawn(accept(TcpListener::bind((host(feed), port)).await?, Arc::clone(&site)));
        }
        Ok::<_, Failure>(port)
    })?;
    let mut say = std::io::stdout().lock();
    writeln!(say, "{port}")?;
    say.flush()?;
    // One line of input is one publication; its end is the server's.
    for (line, version) in std::io::stdin().lock().lines().zip(1..) {
        line?;
        for (feed, slot) in site.iter().enumerate().step_by(RENEWED) {
            *slot.write().unwrap_or_else(PoisonError::into_inner) = page(feed, version)?;
        }
        writeln!(say, "published")?;
        say.flush()?;
    }
    Ok(())
}

async fn accept(listener: TcpListener, site: Site) {
    while let Ok((stream, _)) = listener.accept().await {
        // A client that goes away is no fault of the server.
        tokio::spawn(answer(stream, Arc::clone(&site)));
    }
}

/// Answers the requests of one connection until it ends or the client asks to close it.
async fn answer(mut stream: TcpStream, site: Site) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut unread = Vec::with_capacity(1024);
    loop {
        let Some(end) = unread.windows(4).position(|four| four == b"\r\n\r\n") else {
            if stream.read_buf(&mut unread).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let head: Vec<u8> = unread.drain(..end + 4).collect();
        let head = String::from_utf8_lossy(&head);
        let feed = head.split_whitespace().nth(1).and_then(|path| path.trim_start_matches('/').parse::<usize>().ok());
        let Some(page) = feed.and_then(|feed| site.get(feed)).map(|slot| slot.read().unwrap_or_else(PoisonError::into_inner).clone())
        else {
            return Ok(());
        };
        let closes = head.to_ascii_lowercase().contains("connection: close");
        let connection = if closes { "Connection: close\r\n" } else { "" };
        let fields = format!("ETag: {}\r\nLast-Modified: Tue, 01 Sep 2026 10:00:00 GMT\r\n{connection}\r\n", page.etag);
        if head.contains(&page.etag) {
            stream.write_all(format!("HTTP/1.1 304 Not Modified\r\n{fields}").as_bytes()).await?;
        } else {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n{fields}",
                page.gzipped.len()
            );
            stream.write_all(&[head.as_bytes(), &page.gzipped].concat()).await?;
        }
        if closes {
            return Ok(());
        }
    }
}

const WORDS: &str = "the minister said on Tuesday that talks with the government would go on for weeks while officials in the \
    capital looked at a plan for the border and its neighbours asked for time to read the text which holds new terms for trade \
    energy and aid after a long winter in which prices rose and parties fought over the budget of the union and the army";

/// Random numbers that depend on feed and entry alone, so that an entry stays what it is when others are added.
struct Dice(u64);

impl Dice {
    fn of(feed: usize, entry: usize) -> Self {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX).wrapping_add(1);
        let mut dice = Self(number(feed).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number(entry).wrapping_mul(0xD1B5_4A32_D192_ED03));
        dice.roll(1);
        dice.roll(1);
        dice
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn prose(&mut self, words: &[&str], count: usize) -> String {
        let mut text = String::new();
        for index in 0..count {
            text.push_str(match index % 14 {
                _ if index == 0 => "",
                13 => ". ",
                _ => " ",
            });
            text.push_str(words.get(self.roll(words.len())).copied().unwrap_or("and"));
        }
        text
    }
}

/// A feed that has published so many entries beyond its first ones.
fn page(feed: usize, version: usize) -> Result<Page, Failure> {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut body = String::with_capacity(48_000);
    // As the feeds of the world are: two thirds RSS, most others Atom, a few RDF.
    let form = match feed % 100 {
        0..65 => Form::Rss,
        65..93 => Form::Atom,
        _ => Form::Rdf,
    };
    body.push_str(form.head());
    for entry in (version..version + ENTRIES).rev() {
        let mut dice = Dice::of(feed, entry);
        let title = dice.prose(&words, 9);
        let mut text = dice.prose(&words, 190);
        if dice.roll(20) == 0 {
            text.push_str(". The minister said that peace talks would begin on Friday.");
        }
        match form {
            Form::Rss => write!(
                body,
                "<item><title>{title}</title><link>http://example.org/{feed}/{entry}</link><guid isPermaLink=\"false\">f{feed}-{entry}\
                 </guid><pubDate>Tue, 01 Sep 2026 10:00:00 GMT</pubDate><description>{text}</description></item>"
            )?,
            Form::Atom => write!(
                body,
                "<entry><title>{title}</title><link href=\"http://example.org/{feed}/{entry}\"/><id>urn:f{feed}-{entry}</id>\
                 <updated>2026-09-01T10:00:00Z</updated><summary>{text}</summary></entry>"
            )?,
            Form::Rdf => write!(
                body,
                "<item rdf:about=\"http://example.org/{feed}/{entry}\"><title>{title}</title>\
                 <link>http://example.org/{feed}/{entry}</link><description>{text}</description></item>"
            )?,
        }
    }
    body.push_str(form.tail());
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(body.as_bytes())?;
    Ok(Page { etag: format!("\"v{version}-{feed}\""), gzipped: Arc::new(packer.finish()?) })
}

#[derive(Clone, Copy)]
enum Form {
    Rss,
    Atom,
    Rdf,
}

impl Form {
    fn head(self) -> &'static str {
        match self {
            Self::Rss => {
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Feed</title>\
                 <link>http://example.org/</link><description>d</description>"
            }
            Self::Atom => {
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed</title>\
                 <id>urn:feed</id><updated>2026-09-01T10:00:00Z</updated>"
            }
            Self::Rdf => {
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
                 xmlns=\"http://purl.org/rss/1.0/\"><channel rdf:about=\"http://example.org/\"><title>Feed</title>\
                 <link>http://example.org/</link><description>d</description></channel>"
            }
        }
    }

    fn tail(self) -> &'static str {
        match self {
            Self::Rss => "</channel></rss>",
            Self::Atom => "</feed>",
            Self::Rdf => "</rdf:RDF>",
        }
    }
}
