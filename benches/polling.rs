//! What polling costs: `wirewatch run --once` against a bare reqwest and feed-rs loop, over the same feeds in one run.
//!
//! Ten thousand feeds on a thousand loopback addresses, 35 entries and about 45 kB each, gzipped, with both validators. Three
//! polls: the first, one in which nothing has changed, and one in which 1 % of all entries are new. Each tool is a process of
//! its own; its processor time is what the operating system counts for it, its memory the high-water mark.
//!
//! `cargo bench --bench polling` prints the figures and the ratios. `FEEDS=1000` makes it smaller.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const ENTRIES: usize = 35;
const HOSTS: usize = 1_000;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("serve") => serve(feeds()),
        Some("baseline") => baseline(Path::new(arguments.get(2).ok_or("no folder")?), arguments.get(3).ok_or("no port")?.parse()?),
        _ => compare(),
    }
}

fn feeds() -> usize {
    std::env::var("FEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

// ---------------------------------------------------------------------------------------------------------------- driver

fn compare() -> Result<(), Failure> {
    let own = std::env::current_exe()?;
    let folder = tempfile::tempdir()?;
    let mut server = Command::new(&own).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut answers = BufReader::new(server.stdout.take().ok_or("no output")?).lines();
    let port: u16 = answers.next().ok_or("the server said nothing")??.trim().parse()?;
    let config = configuration(folder.path(), port)?;
    let mut say = out();
    writeln!(say, "{} feeds of {ENTRIES} entries on {} hosts", feeds(), HOSTS.min(feeds()))?;
    writeln!(
        say,
        "{:<11} {:>11} {:>11} {:>9} {:>8}   {:>11} {:>9} {:>8}   {:>6}",
        "poll", "", "wirewatch", "wall s", "peak MB", "baseline", "wall s", "peak MB", "ratio"
    )?;
    for round in ["first", "unchanged", "1 % new"] {
        if round == "1 % new" {
            writeln!(server.stdin.as_mut().ok_or("no input")?, "publish")?;
            answers.next().ok_or("the server said nothing")??;
        }
        let base = measured(Command::new(&own).arg("baseline").arg(folder.path()).arg(port.to_string()))?;
        let ours = measured(Command::new(env!("CARGO_BIN_EXE_wirewatch")).arg("-c").arg(&config).args(["run", "--once"]))?;
        writeln!(
            say,
            "{round:<11} {:>11} {:>9.2} s {:>9.2} {:>8.0}   {:>9.2} s {:>9.2} {:>8.0}   {:>6.2}",
            "",
            ours.cpu,
            ours.wall,
            ours.peak_mb,
            base.cpu,
            base.wall,
            base.peak_mb,
            ours.cpu / base.cpu
        )?;
    }
    drop(server.stdin.take());
    server.wait()?;
    Ok(())
}

fn out() -> impl Write {
    std::io::stdout().lock()
}

fn configuration(folder: &Path, port: u16) -> Result<PathBuf, Failure> {
    let mut text = format!(
        "state = \"{}\"\n[poll]\ninitial = \"mark\"\nhost_spacing = \"1ms\"\n[article]\nfetch = \"never\"\n[net]\nallow_private = [\"127.0.0.0/8\"]\n",
        folder.join("state").display()
    );
    for feed in 0..feeds() {
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
    let before = children_ticks()?;
    let started = Instant::now();
    let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kb = 0;
    let exit = loop {
        if let Some(exit) = child.try_wait()? {
            break exit;
        }
        peak_kb = peak_kb.max(high_water(&status).unwrap_or(0));
        thread::sleep(Duration::from_millis(5));
    };
    if !exit.success() {
        return Err(format!("{command:?} ended with {exit}").into());
    }
    Ok(Cost { cpu: (children_ticks()? - before) as f64 / 100.0, wall: started.elapsed().as_secs_f64(), peak_mb: peak_kb as f64 / 1024.0 })
}

/// User and system time of children that ended, in ticks of 10 ms (`proc(5)`, fields 16 and 17 of `stat`).
fn children_ticks() -> Result<u64, Failure> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split_whitespace().collect();
    let field = |index: usize| -> Result<u64, Failure> { Ok(fields.get(index).ok_or("short stat")?.parse()?) };
    Ok(field(13)? + field(14)?)
}

fn high_water(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

// -------------------------------------------------------------------------------------------------------------- baseline

/// reqwest and feed-rs, 200 at a time, validators and seen identities in a JSON file: what one would write in an evening.
fn baseline(folder: &Path, port: u16) -> Result<(), Failure> {
    let state = folder.join("baseline.json");
    let mut known: HashMap<String, (Option<String>, Option<String>, HashSet<String>)> =
        fs::read(&state).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "provider")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = reqwest::Client::builder().user_agent("baseline/1").no_proxy().build()?;
        let mut tasks = tokio::task::JoinSet::new();
        for feed in 0..feeds() {
            if tasks.len() >= 200 {
                note(tasks.join_next().await, &mut known)?;
            }
            let url = format!("http://{}:{port}/{feed}", host(feed));
            let (etag, modified, _) = known.get(&url).cloned().unwrap_or_default();
            let client = client.clone();
            tasks.spawn(async move {
                let mut request = client.get(&url);
                if let Some(etag) = etag {
                    request = request.header("If-None-Match", etag);
                }
                if let Some(modified) = modified {
                    request = request.header("If-Modified-Since", modified);
                }
                let response = request.send().await?;
                if response.status() == 304 {
                    return Ok::<_, Failure>(None);
                }
                let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
                let (etag, modified) = (header("etag"), header("last-modified"));
                let body = response.bytes().await?;
                let parsed = feed_rs::parser::parse(&body[..])?;
                Ok(Some((url, etag, modified, parsed.entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>())))
            });
        }
        while !tasks.is_empty() {
            note(tasks.join_next().await, &mut known)?;
        }
        fs::write(&state, serde_json::to_vec(&known)?)?;
        Ok(())
    })
}

type Polled = Option<(String, Option<String>, Option<String>, Vec<String>)>;

fn note(
    ended: Option<Result<Result<Polled, Failure>, tokio::task::JoinError>>,
    known: &mut HashMap<String, (Option<String>, Option<String>, HashSet<String>)>,
) -> Result<(), Failure> {
    if let Some(ended) = ended
        && let Some((url, etag, modified, ids)) = ended??
    {
        let state = known.entry(url).or_default();
        state.0 = etag;
        state.1 = modified;
        state.2.extend(ids);
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------------------------------- server

struct Site {
    /// Head and gzipped body of each feed, and its validator.
    feeds: Vec<std::sync::RwLock<(String, Arc<Vec<u8>>)>>,
    served: AtomicU64,
}

fn serve(count: usize) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async move {
        let site =
            Arc::new(Site { feeds: (0..count).map(|feed| std::sync::RwLock::new(render(feed, 0))).collect(), served: AtomicU64::new(0) });
        let first = TcpListener::bind((host(0), 0)).await?;
        let port = first.local_addr()?.port();
        tokio::spawn(accept(first, Arc::clone(&site)));
        for feed in 1..HOSTS.min(count) {
            tokio::spawn(accept(TcpListener::bind((host(feed), port)).await?, Arc::clone(&site)));
        }
        let mut say = out();
        writeln!(say, "{port}")?;
        say.flush()?;
        let renewed = Arc::clone(&site);
        tokio::task::spawn_blocking(move || -> Result<(), Failure> {
            for line in std::io::stdin().lock().lines() {
                if line?.trim() == "publish" {
                    // One feed in three gets one new entry, which is 1 % of all entries.
                    for (feed, slot) in renewed.feeds.iter().enumerate().filter(|(feed, _)| feed % 3 == 0) {
                        *slot.write().map_err(|_| "poisoned")? = render(feed, 1);
                    }
                    let mut say = out();
                    writeln!(say, "published after {} requests", renewed.served.load(Ordering::Relaxed))?;
                    say.flush()?;
                }
            }
            Ok(())
        })
        .await??;
        Ok(())
    })
}

async fn accept(listener: TcpListener, site: Arc<Site>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let site = Arc::clone(&site);
        tokio::spawn(async move {
            let mut held = Vec::with_capacity(1024);
            loop {
                let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") else {
                    let mut part = [0; 2048];
                    match stream.read(&mut part).await {
                        Ok(0) | Err(_) => return,
                        Ok(length) => held.extend_from_slice(part.get(..length).unwrap_or_default()),
                    }
                    continue;
                };
                let head: Vec<u8> = held.drain(..end + 4).collect();
                let head = String::from_utf8_lossy(&head).into_owned();
                let feed: usize = head.split_whitespace().nth(1).and_then(|path| path.trim_start_matches('/').parse().ok()).unwrap_or(0);
                site.served.fetch_add(1, Ordering::Relaxed);
                let Some((etag, body)) = site.feeds.get(feed).and_then(|slot| slot.read().ok().map(|held| held.clone())) else { return };
                let validators = format!("ETag: {etag}\r\nLast-Modified: Tue, 01 Sep 2026 10:00:00 GMT\r\n");
                let sent = if head.contains(&etag) {
                    stream.write_all(format!("HTTP/1.1 304 Not Modified\r\n{validators}\r\n").as_bytes()).await
                } else {
                    let mut answer = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n{validators}\r\n",
                        body.len()
                    )
                    .into_bytes();
                    answer.extend_from_slice(&body);
                    stream.write_all(&answer).await
                };
                if sent.is_err() {
                    return;
                }
            }
        });
    }
}

const WORDS: &str = "the minister said on Tuesday that talks with the government would go on for weeks while officials in the \
    capital looked at a plan for the border and its neighbours asked for time to read the text which holds new terms for trade \
    energy and aid after a long winter in which prices rose and parties fought over the budget of the union and the army";

fn render(feed: usize, version: usize) -> (String, Arc<Vec<u8>>) {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut seed = (feed as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut prose = |count: usize| {
        let mut text = String::new();
        for index in 0..count {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let word = words.get((seed >> 33) as usize % words.len()).copied().unwrap_or("and");
            text.push_str(if index % 14 == 13 { ". " } else { " " });
            text.push_str(word);
        }
        text
    };
    let mut body = String::with_capacity(48_000);
    let kind = feed % 100;
    let form = if kind < 65 {
        0
    } else if kind < 93 {
        1
    } else {
        2
    };
    body.push_str(["<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Feed</title><link>http://example.org/</link><description>d</description>", "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed</title><id>urn:feed</id><updated>2026-09-01T10:00:00Z</updated>", "<?xml version=\"1.0\" encoding=\"utf-8\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\"><channel rdf:about=\"http://example.org/\"><title>Feed</title><link>http://example.org/</link><description>d</description></channel>"].get(form).copied().unwrap_or_default());
    for entry in (0..ENTRIES).map(|entry| entry + version).rev() {
        let (title, text) = (prose(9), prose(190));
        let _ = match form {
            0 => write!(
                body,
                "<item><title>{title}</title><link>http://example.org/{feed}/{entry}</link><guid isPermaLink=\"false\">f{feed}-{entry}</guid><pubDate>Tue, 01 Sep 2026 10:00:00 GMT</pubDate><description>{text}</description></item>"
            ),
            1 => write!(
                body,
                "<entry><title>{title}</title><link href=\"http://example.org/{feed}/{entry}\"/><id>urn:f{feed}-{entry}</id><updated>2026-09-01T10:00:00Z</updated><summary>{text}</summary></entry>"
            ),
            _ => write!(
                body,
                "<item rdf:about=\"http://example.org/{feed}/{entry}\"><title>{title}</title><link>http://example.org/{feed}/{entry}</link><description>{text}</description></item>"
            ),
        };
    }
    body.push_str(["</channel></rss>", "</feed>", "</rdf:RDF>"].get(form).copied().unwrap_or_default());
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer
        .write_all(body.as_bytes())
        .and_then(|()| packer.finish())
        .map_or_else(|_| (String::new(), Arc::new(Vec::new())), |packed| (format!("\"v{version}-{feed}\""), Arc::new(packed)))
}
