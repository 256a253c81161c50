//! `feed`: reads one feed and prints its entries, with every problem met on the way.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use base64::Engine as _;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use crate::cli::args::{FeedArguments, Format};
use crate::cli::batch;
use crate::cli::view::{HEADING, ODD, QUIET};
use crate::model::entry::Entry;
use crate::model::feed::{Feed, FeedSource, FeedState};
use crate::net::client::Client;
use crate::net::settings::NetSettings;
use crate::poll::date;
use crate::poll::parse::{EntryProblem, FeedAbout, document, parse};
use crate::poll::record::{EntryRecord, FeedRecord};
use crate::poll::settings::PollSettings;
use crate::poll::{Outcome, visit};
use crate::text::chain::chain;
use crate::text::safe::one_line;

/// Bytes of standard input that are taken for a feed.
const INPUT_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Runs the command.
///
/// # Errors
/// When the feed cannot be read, or nothing can be written.
pub fn run(arguments: &FeedArguments, net: &NetSettings, now: Timestamp) -> anyhow::Result<ExitCode> {
    if arguments.jsonl {
        batch::run(io::BufReader::new(io::stdin()), io::stdout().lock(), |line| answer(&line))?;
        return Ok(ExitCode::SUCCESS);
    }
    let source = arguments.source.as_deref().unwrap_or("-");
    let listed = read(source, net, now)?;
    let out = anstream::stdout();
    print(&listed, arguments.format, &TimeZone::system(), &mut out.lock()).or_else(closed)?;
    if arguments.format != Format::Text {
        let mut err = io::stderr().lock();
        for problem in &listed.problems {
            writeln!(err, "{problem}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A reader that went away is no fault of ours.
fn closed(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}

struct Listed {
    entries: Vec<Entry>,
    problems: Vec<EntryProblem>,
    about: FeedAbout,
}

fn read(source: &str, net: &NetSettings, now: Timestamp) -> anyhow::Result<Listed> {
    let settings = PollSettings::default();
    let feed = |source| Feed { id: "feed".into(), source, outlet: None, language: None, tags: Vec::new() };
    let source = match Url::parse(source) {
        _ if source == "-" => {
            let mut body = Vec::new();
            io::stdin().lock().take(INPUT_BYTES_MAX).read_to_end(&mut body).context("cannot read standard input")?;
            let parsed = parse(&body, None, None, &feed(FeedSource::File(PathBuf::from("-"))), now).context("standard input")?;
            return Ok(Listed { entries: parsed.entries, problems: parsed.problems, about: parsed.about });
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") => FeedSource::Http(url),
        Ok(url) if url.scheme() == "file" => {
            FeedSource::File(url.to_file_path().map_err(|()| anyhow!("{url} is no path of this machine"))?)
        }
        _ => FeedSource::File(PathBuf::from(source)),
    };
    let feed = feed(source);
    let client = Client::new(net)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start the async runtime")?;
    match runtime.block_on(visit(&feed, &FeedState::new(now), &settings, &client, now)).outcome {
        Outcome::Read { entries, problems, about, .. } => Ok(Listed { entries, problems, about: *about }),
        Outcome::Failed(error) => Err(anyhow!("{}", chain(&error))),
        Outcome::Unchanged(_) | Outcome::Held => Err(anyhow!("the server answered that nothing has changed, though nothing was known")),
    }
}

fn print(listed: &Listed, format: Format, zone: &TimeZone, out: &mut impl Write) -> io::Result<()> {
    let records = || listed.entries.iter().map(EntryRecord::from);
    match format {
        Format::Text => print_text(listed, zone, out)?,
        Format::Json => {
            let problems: Vec<String> = listed.problems.iter().map(EntryProblem::to_string).collect();
            let whole = json!({
                "title": listed.about.title, "format": listed.about.format, "encoding": listed.about.encoding, "link": listed.about.link, "language": listed.about.language,
                "entries": records().collect::<Vec<_>>(), "problems": problems,
            });
            serde_json::to_writer_pretty(&mut *out, &whole)?;
            writeln!(out)?;
        }
        Format::Jsonl => {
            for record in records() {
                serde_json::to_writer(&mut *out, &record)?;
                writeln!(out)?;
            }
        }
    }
    out.flush()
}

fn print_text(listed: &Listed, zone: &TimeZone, out: &mut impl Write) -> io::Result<()> {
    let (bold, dim, warn) = (HEADING, QUIET, ODD);
    let title = listed.about.title.as_deref().unwrap_or("(no title)");
    writeln!(out, "{bold}{}{bold:#}", one_line(title))?;
    if let Some(link) = &listed.about.link {
        writeln!(out, "{dim}{}{dim:#}", one_line(link))?;
    }
    let language = listed.about.language.as_deref().map(|language| format!(", language {}", one_line(language))).unwrap_or_default();
    writeln!(out, "{dim}{} in {}{language}{dim:#}", listed.about.format, listed.about.encoding)?;
    writeln!(out)?;
    for entry in &listed.entries {
        let time = entry
            .published
            .or(entry.updated)
            .map_or_else(|| " ".repeat(16), |time| time.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string());
        let title = entry.title.as_deref().unwrap_or("(no title)");
        writeln!(out, "{dim}{time}{dim:#}  {}", one_line(title))?;
        if let Some(url) = &entry.url {
            writeln!(out, "{:18}{dim}{}{dim:#}", "", one_line(url.as_str()))?;
        }
    }
    let count = listed.entries.len();
    writeln!(out, "\n{count} {}", if count == 1 { "entry" } else { "entries" })?;
    for problem in &listed.problems {
        writeln!(out, "{warn}problem:{warn:#} {}", one_line(&problem.to_string()))?;
    }
    Ok(())
}

/// One line of the batch form.
fn answer(line: &Value) -> Result<Value, String> {
    if let Some(text) = line.get("date") {
        let text = text.as_str().ok_or("`date` is no text")?;
        return Ok(json!({"value": date::parse(text).map(|time| time.to_string())}));
    }
    let packed = line.get("body_b64").and_then(Value::as_str).ok_or("the line has neither `body_b64` nor `date`")?;
    let body = base64::engine::general_purpose::STANDARD.decode(packed).map_err(|error| format!("`body_b64` is no base64: {error}"))?;
    let header = |name: &str| {
        let headers = line.get("headers").and_then(Value::as_object)?;
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    };
    let url = line.get("url").and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
    let base = match (header("content-location"), &url) {
        (Some(place), Some(url)) => url.join(place).ok(),
        (Some(place), None) => Url::parse(place).ok(),
        (None, _) => None,
    };
    let base = base.or(url);
    match document(&body, header("content-type"), base.as_ref()) {
        Ok(document) => serde_json::to_value(FeedRecord::new(&document, base.as_ref())).map_err(|error| error.to_string()),
        Err(error) => Ok(json!({"ok": false, "error": error.to_string()})),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::{Listed, answer, print_text};
    use crate::model::feed::{Feed, FeedSource};
    use crate::poll::parse::parse;

    const FEED: &str = "<rss><channel><title>Wire</title><link>https://example.org/</link>
        <item><title>One &amp; two\u{202e}</title><link>/1</link><pubDate>Thu, 01 Jan 2026 10:00:00 GMT</pubDate></item>
        <item><title>Three</title><guid>3</guid><pubDate>soon</pubDate></item></channel></rss>";

    fn shown(text: &str) -> String {
        let feed = Feed { id: "f".into(), source: FeedSource::File("f".into()), outlet: None, language: None, tags: Vec::new() };
        let base = "https://example.org/feed".parse().unwrap();
        let parsed = parse(text.as_bytes(), None, Some(&base), &feed, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let listed = Listed { entries: parsed.entries, problems: parsed.problems, about: parsed.about };
        let mut out = anstream::StripStream::new(Vec::new());
        print_text(&listed, &TimeZone::UTC, &mut out).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn entries_and_problems_are_printed() {
        insta::assert_snapshot!(shown(FEED), @"
        Wire
        https://example.org/
        RSS in UTF-8

        2026-01-01 10:00  One & two
                          https://example.org/1
                          Three

        2 entries
        problem: entry 2: `soon` is no date
        ");
    }

    #[test]
    fn a_line_of_the_batch_is_a_feed_or_a_date() {
        let body = base64::engine::general_purpose::STANDARD.encode("<rss><channel><title>T</title></channel></rss>");
        let record = answer(&json!({"id": 1, "body_b64": body})).unwrap();
        assert_eq!(record.pointer("/feed/title"), Some(&json!("T")));
        assert_eq!(answer(&json!({"id": 1, "date": "2003"})), Ok(json!({"value": "2003-01-01T00:00:00Z"})));
        assert_eq!(answer(&json!({"id": 1, "date": "soon"})), Ok(json!({"value": null})));
        insta::assert_snapshot!(answer(&json!({"id": 1})).unwrap_err(), @"the line has neither `body_b64` nor `date`");
        insta::assert_snapshot!(answer(&json!({"id": 1, "body_b64": "é"})).unwrap_err(), @"`body_b64` is no base64: Invalid symbol 195, offset 0.");
    }
}
