//! What reading a well-formed feed costs: the program's own reading, from bytes to entries, against feed-rs alone on the same bytes.
//!
//! `cargo bench --bench reading` prints processor time a feed and the ratio for each format. `WIREWATCH_FEEDS` may name files of real feeds,
//! one in each line as `{"body_b64": …}`, gzipped; those that feed-rs can read are measured too.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::time::Duration;

use base64::Engine as _;
use jiff::Timestamp;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use url::Url;
use wirewatch::model::feed::{Feed, FeedSource};
use wirewatch::poll::parse::parse;

type Failure = Box<dyn std::error::Error>;

/// Entries of a feed, and characters of the text of each.
const ENTRIES: usize = 35;
const TEXT: usize = 1100;
/// Rounds of which the middle one counts.
const ROUNDS: usize = 9;

fn main() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<12} {:>6} {:>9} {:>12} {:>12} {:>7}", "feeds", "number", "kB each", "feed-rs ms", "wirewatch ms", "ratio")?;
    for (name, write) in [("RSS 2.0", rss as fn(usize) -> String), ("RSS 1.0", rdf), ("Atom", atom), ("JSON Feed", json)] {
        let feeds: Vec<Vec<u8>> = (0..40).map(|number| write(number).into_bytes()).collect();
        measure(name, &feeds, &mut out)?;
    }
    if let Ok(paths) = std::env::var("WIREWATCH_FEEDS") {
        measure("real", &real(&paths)?, &mut out)?;
    }
    Ok(())
}

fn real(paths: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let mut feeds = Vec::new();
    for path in paths.split(':') {
        for line in BufReader::new(flate2::read::MultiGzDecoder::new(std::fs::File::open(path)?)).lines() {
            let line: serde_json::Value = serde_json::from_str(&line?)?;
            let Some(packed) = line.get("body_b64").and_then(serde_json::Value::as_str) else { continue };
            let body = base64::engine::general_purpose::STANDARD.decode(packed)?;
            if feed_rs::parser::parse(body.as_slice()).is_ok_and(|feed| !feed.entries.is_empty()) {
                feeds.push(body);
            }
        }
    }
    Ok(feeds)
}

fn measure(name: &str, feeds: &[Vec<u8>], out: &mut impl Write) -> Result<(), Failure> {
    let url: Url = "https://wire.example/feed".parse()?;
    let feed = Feed { id: "wire".into(), source: FeedSource::Http(url.clone()), outlet: None, language: None, tags: Vec::new() };
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // One after the other in each round, so that what else the machine does meets both.
        theirs.push(processor_time(|| {
            for body in feeds {
                drop(black_box(feed_rs::parser::parse(black_box(body.as_slice()))));
            }
        })?);
        ours.push(processor_time(|| {
            for body in feeds {
                drop(black_box(parse(black_box(body), None, Some(&url), &feed, Timestamp::UNIX_EPOCH)));
            }
        })?);
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        times.get(ROUNDS / 2).copied().unwrap_or_default().as_secs_f64() * 1000.0 / count(feeds.len())
    };
    let (theirs, ours) = (middle(theirs), middle(ours));
    let kilobytes = count(feeds.iter().map(Vec::len).sum()) / count(feeds.len()) / 1000.0;
    writeln!(out, "{name:<12} {:>6} {kilobytes:>9.1} {theirs:>12.3} {ours:>12.3} {:>7.2}", feeds.len(), ours / theirs)?;
    Ok(())
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

fn processor_time(work: impl FnOnce()) -> Result<Duration, Failure> {
    let now = || -> Result<i64, Failure> {
        let usage = getrusage(UsageWho::RUSAGE_THREAD)?;
        Ok(usage.user_time().num_microseconds() + usage.system_time().num_microseconds())
    };
    let begin = now()?;
    work();
    Ok(Duration::from_micros(u64::try_from(now()? - begin)?))
}

fn text(number: usize) -> String {
    let sentence = "The ministers met at the harbour &amp; spoke about the ferries that would link the islands &#8211; nobody knows when. ";
    let mut text = String::new();
    while text.len() < TEXT {
        write!(text, "&lt;p&gt;{number}. {sentence}&lt;/p&gt;").expect("a string takes all");
    }
    text
}

fn items(feed: usize, write: impl Fn(usize, String) -> String) -> String {
    (0..ENTRIES).map(|entry| write(entry, text(feed * ENTRIES + entry))).collect()
}

fn rss(feed: usize) -> String {
    let items = items(feed, |entry, text| {
        format!(
            "<item><title>Story {entry} of {feed} &amp; more</title><link>https://wire.example/{feed}/{entry}</link>\
             <guid isPermaLink=\"false\">{feed}-{entry}</guid><pubDate>Mon, 05 Jan 2026 08:{entry:02}:00 GMT</pubDate>\
             <dc:creator>Ana Ruiz</dc:creator><category>Transport</category><description>{text}</description></item>\n"
        )
    });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
         <title>Wire {feed}</title><link>https://wire.example/</link><description>News</description><language>en</language>\n{items}</channel></rss>"
    )
}

fn rdf(feed: usize) -> String {
    let items = items(feed, |entry, text| {
        format!(
            "<item><title>Story {entry} of {feed}</title><link>https://wire.example/{feed}/{entry}</link>\
             <dc:date>2026-01-05T08:{entry:02}:00Z</dc:date><description>{text}</description></item>\n"
        )
    });
    format!(
        "<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Wire {feed}</title><link>https://wire.example/</link></channel>{items}</rdf:RDF>"
    )
}

fn atom(feed: usize) -> String {
    let items = items(feed, |entry, text| {
        format!(
            "<entry><title>Story {entry} of {feed}</title><id>tag:wire.example,2026:{feed}-{entry}</id><link href=\"https://wire.example/{feed}/{entry}\"/>\
             <updated>2026-01-05T08:{entry:02}:00Z</updated><author><name>Ana Ruiz</name></author><content type=\"html\">{text}</content></entry>\n"
        )
    });
    format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Wire {feed}</title><id>tag:wire.example,2026:{feed}</id>{items}</feed>"
    )
}

fn json(feed: usize) -> String {
    let items: Vec<serde_json::Value> = (0..ENTRIES)
        .map(|entry| {
            serde_json::json!({"id": format!("{feed}-{entry}"), "url": format!("https://wire.example/{feed}/{entry}"), "title": format!("Story {entry}"),
                "content_html": text(entry), "date_published": format!("2026-01-05T08:{entry:02}:00Z"), "authors": [{"name": "Ana Ruiz"}]})
        })
        .collect();
    serde_json::json!({"version": "https://jsonfeed.org/version/1.1", "title": format!("Wire {feed}"), "items": items}).to_string()
}
