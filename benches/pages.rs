//! What reading an article page costs: the whole of `article::from_page`, against Python's trafilatura on the same pages in one run.
//!
//! `cargo bench --bench pages` prints processor time a page, pages a second, the ratio, the slowest page, and the memory at its
//! height over that of a process that reads nothing. Each tool is a process of its own on one core's worth of time, and reads the
//! pages one after the other; of three rounds, in turns, the fastest of each counts. The pages are made here, or taken from the
//! files that `WIREWATCH_PAGES` names (parted by `:`), in the form that `extract --jsonl` reads. `WIREWATCH_PYTHON` names a Python
//! that has trafilatura (default `python3`); where there is none, the bench says so and prints its own figures alone.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine as _;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde_json::{Value, json};
use wirewatch::article::{PageInput, from_page};
use wirewatch::model::id::EntryId;

type Failure = Box<dyn std::error::Error>;

/// Pages that are made, and bytes of each.
const PAGES: usize = 60;
const PAGE_BYTES: usize = 170_000;
const ROUNDS: usize = 3;
/// What was asked for: milliseconds a page, pages a second against trafilatura's, mebibytes over an empty process.
const MILLIS_MAX: f64 = 13.0;
const RATIO_MIN: f64 = 1.5;
const MEBIBYTES_MAX: f64 = 64.0;

/// Reads pages as the program does; prints pages, seconds of processor time, and text found in bytes.
const PYTHON: &str = "
import base64, json, sys, time
import trafilatura
pages, spent, found = 0, 0.0, 0
for line in open(sys.argv[1], encoding='utf-8'):
    row = json.loads(line)
    html = base64.b64decode(row['html_b64'])
    start = time.process_time()
    text = trafilatura.extract(html, url=row.get('url'), include_comments=False)
    spent += time.process_time() - start
    pages += 1
    found += len(text or '')
print(json.dumps({'pages': pages, 'seconds': spent, 'found': found, 'version': trafilatura.__version__}))
";

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "read").skip(1);
    if let Some(path) = arguments.next() {
        return read(Path::new(&path));
    }
    let folder = tempfile::tempdir()?;
    let (pages, none) = (folder.path().join("pages.jsonl"), folder.path().join("none.jsonl"));
    std::fs::write(&none, "")?;
    let bytes = gather(&pages)?;
    let (mut ours, mut theirs): (Option<Value>, Option<Value>) = (None, None);
    for _ in 0..ROUNDS {
        ours = faster(ours, Some(own(&pages)?));
        theirs = faster(theirs, python(&pages));
    }
    let ours = ours.ok_or("no pages were read")?;
    let empty = number(&own(&none)?, "peak_kib");
    let mut out = std::io::stdout().lock();
    let count = number(&ours, "pages");
    let millis = number(&ours, "seconds") * 1e3 / count;
    writeln!(out, "{count} pages, {:.0} kB each", bytes / count / 1e3)?;
    writeln!(out, "wirewatch    {millis:>7.2} ms a page  {:>6.1} pages/s  (at most {MILLIS_MAX} ms)", 1e3 / millis)?;
    writeln!(out, "slowest page {:>7.2} ms", number(&ours, "slowest_millis"))?;
    writeln!(out, "failures     {:>7}", number(&ours, "failures"))?;
    let peak = (number(&ours, "peak_kib") - empty) / 1024.0;
    writeln!(out, "memory       {peak:>7.1} MiB over an empty process  (at most {MEBIBYTES_MAX})")?;
    match theirs {
        Some(theirs) => {
            let python = number(&theirs, "seconds") * 1e3 / number(&theirs, "pages");
            let version = theirs.get("version").and_then(Value::as_str).unwrap_or_default();
            writeln!(out, "trafilatura  {python:>7.2} ms a page  {:>6.1} pages/s  ({version}, Python)", 1e3 / python)?;
            writeln!(out, "ratio        {:>7.2} times its pages a second  (at least {RATIO_MIN})", python / millis)?;
        }
        None => writeln!(out, "trafilatura is not installed for this Python: no ratio (WIREWATCH_PYTHON names another)")?,
    }
    Ok(())
}

/// The one of two runs that took less time.
fn faster(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    match (one, other) {
        (Some(one), Some(other)) => Some(if number(&one, "seconds") <= number(&other, "seconds") { one } else { other }),
        (one, other) => one.or(other),
    }
}

fn number(run: &Value, name: &str) -> f64 {
    run.get(name).and_then(Value::as_f64).unwrap_or_default()
}

/// Writes the pages to one file, a JSON object a line; gives their bytes.
fn gather(to: &Path) -> Result<f64, Failure> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(to)?);
    let mut bytes = 0;
    let mut push = |html: &[u8], url: Option<&str>| -> Result<(), Failure> {
        bytes += html.len();
        let row = json!({"html_b64": base64::engine::general_purpose::STANDARD.encode(html), "url": url});
        writeln!(file, "{row}")?;
        Ok(())
    };
    match std::env::var("WIREWATCH_PAGES") {
        Ok(paths) => {
            for path in paths.split(':').map(PathBuf::from) {
                for line in BufReader::new(std::fs::File::open(path)?).lines() {
                    let row: Value = serde_json::from_str(&line?)?;
                    let html = match (row.get("html_b64").and_then(Value::as_str), row.get("html").and_then(Value::as_str)) {
                        (Some(packed), _) => base64::engine::general_purpose::STANDARD.decode(packed)?,
                        (None, Some(html)) => html.as_bytes().to_vec(),
                        (None, None) => continue,
                    };
                    push(&html, row.get("url").and_then(Value::as_str))?;
                }
            }
        }
        Err(_) => {
            for number in 0..PAGES {
                push(made(number)?.as_bytes(), Some(&format!("https://www.sample.example/world/bridge-{number}")))?;
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "bytes of a few hundred pages")]
    let bytes = bytes as f64;
    Ok(bytes)
}

/// A page as outlets have them: scripts and styles, menus, the article with pictures and boxes, teasers, a footer.
fn made(number: usize) -> Result<String, Failure> {
    let mut html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Bridge {number} opens after years | The Sample</title>\
         <meta property='og:title' content='Bridge {number} opens after years'><meta property='og:site_name' content='The Sample'>\
         <script type='application/ld+json'>{{\"@type\":\"NewsArticle\",\"headline\":\"Bridge {number} opens after years\",\
         \"datePublished\":\"2025-12-19T08:00:00Z\",\"author\":{{\"@type\":\"Person\",\"name\":\"Ann Lee\"}}}}</script>"
    );
    write!(html, "<style>{}</style></head><body>", ".a-b > .c { margin: 0 auto; color: #123 }\n".repeat(600))?;
    html.push_str("<nav><ul>");
    for link in 0..120 {
        write!(html, "<li class='menu-item item-{link}'><a href='/section/{link}'>Section {link}</a></li>")?;
    }
    write!(html, "</ul></nav><main><article><h1>Bridge {number} opens after years</h1><p class=lead>Two towns are joined at last.</p>")?;
    for part in 0..40 {
        write!(
            html,
            "<p>The bridge number {number} over strait {part} was opened on Friday by the mayor of the town, who walked across it with \
             {part} guests. \"It binds two towns that have <a href='/a/{part}'>waited for a century</a>,\" she said, and {part} ferries \
             blew their horns. The port authority wants to sell two of its ships by the end of the year {}.</p>",
            2000 + part
        )?;
        if part % 6 == 5 {
            write!(html, "<figure><img src='/i/{part}.jpg' alt=''><figcaption>The bridge in May. Photo: Bo Ek</figcaption></figure>")?;
        }
    }
    html.push_str("</article></main><aside class='related'>");
    let mut teaser = 0;
    while html.len() < PAGE_BYTES - 60_000 {
        write!(
            html,
            "<div class='teaser teaser--small' data-id='{teaser}'><a href='/t/{teaser}'><img src='/i/{teaser}.jpg'><h3>Storm {teaser} comes \
             over the northern coast</h3></a><p>The storm was the {teaser}th of the winter, the weather office said …</p></div>"
        )?;
        teaser += 1;
    }
    html.push_str("</aside><footer>© The Sample</footer><script>");
    while html.len() < PAGE_BYTES {
        html.push_str("window.push({\"name\":\"slot\",\"sizes\":[[300,250],[728,90]],\"targeting\":{\"section\":\"world\"}});\n");
    }
    html.push_str("</script></body></html>");
    Ok(html)
}

/// One run of this program over the pages, as a process of its own.
fn own(pages: &Path) -> Result<Value, Failure> {
    let out = Command::new(std::env::current_exe()?).arg("read").arg(pages).stderr(Stdio::inherit()).output()?;
    Ok(serde_json::from_slice(&out.stdout)?)
}

/// One run of trafilatura; none where it is not installed.
fn python(pages: &Path) -> Option<Value> {
    let python = std::env::var("WIREWATCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let out = Command::new(python).arg("-c").arg(PYTHON).arg(pages).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| serde_json::from_slice(&out.stdout).ok()).flatten()
}

/// Reads the pages and prints what it took.
fn read(pages: &Path) -> Result<(), Failure> {
    let (mut count, mut seconds, mut slowest, mut failures, mut found) = (0, 0.0, 0.0_f64, 0, 0);
    for line in BufReader::new(std::fs::File::open(pages)?).lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let html = base64::engine::general_purpose::STANDARD.decode(row.get("html_b64").and_then(Value::as_str).unwrap_or_default())?;
        let url = row.get("url").and_then(Value::as_str).and_then(|url| url.parse().ok());
        let input =
            PageInput { id: EntryId([0; 16]), html, content_type: None, url, title: None, published: None, language: None, read_at: None };
        let before = spent()?;
        let article = from_page(input);
        let spent = spent()? - before;
        count += 1;
        seconds += spent;
        slowest = slowest.max(spent * 1e3);
        failures += usize::from(article.notes.iter().any(|note| note.contains("failed")));
        found += article.text.len();
    }
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let run = json!({"pages": count, "seconds": seconds, "slowest_millis": slowest, "failures": failures, "found": found,
        "peak_kib": usage.max_rss()});
    writeln!(std::io::stdout(), "{run}")?;
    Ok(())
}

/// Seconds of processor time of this process.
fn spent() -> Result<f64, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a run")]
    let seconds = micros as f64 / 1e6;
    Ok(seconds)
}
