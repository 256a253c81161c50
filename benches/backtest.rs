//! What it costs to hold watch lists against the past: a store is filled with made articles that were read as the daemon reads
//! them, then `wirewatch backtest` and `wirewatch search` run over it as their users run them.
//!
//! `cargo bench --bench backtest` stores 100,000 articles and takes some minutes; `ITEMS=10000` is faster. The floor is a run
//! of `backtest` with a single watch, which reads every record all the same: what is above it is the cost of 99 more watches.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use wirewatch::article::{TextInput, from_text};
use wirewatch::clock::{Clock, SystemClock};
use wirewatch::config::{self, Environment};
use wirewatch::model::entry::Entry;
use wirewatch::model::id::{EntryId, FeedId};
use wirewatch::pipeline::find::find;
use wirewatch::store::sqlite::SqliteStore;
use wirewatch::store::{FeedPlan, ListedEntry, NewItem, Store, VisitOutcome, WorkDone};

type Failure = Box<dyn Error>;

/// Articles that are extracted; each is stored many times under other names, since extracting is not what is measured.
const DISTINCT: usize = 1000;
/// Entries of one visit, and of one claim.
const LISTED: usize = 2000;
/// Watches that are held against them.
const WATCHES: usize = 100;

const SUBJECTS: &[&str] = &[
    "Dmitry Peskov",
    "Volodymyr Zelensky",
    "NATO",
    "the European Union",
    "Moscow",
    "Kyiv",
    "Beijing",
    "the foreign minister",
    "Reuters",
    "Hungary",
    "the United Nations",
    "Washington",
    "a spokesperson",
    "the opposition",
    "Warsaw",
    "the central bank",
];
const VERBS: &[&str] = &[
    "said on Monday that",
    "rejected a plan under which",
    "warned that",
    "supports the idea that",
    "was told by officials that",
    "denied that",
    "announced that",
    "is opposed to a draft under which",
    "asked why",
    "reported that",
];
const OBJECTS: &[&str] = &[
    "security guarantees for Ukraine",
    "a multinational force",
    "the ceasefire",
    "new sanctions on oil",
    "grain exports",
    "the frozen assets",
    "air defence systems",
    "elections in the spring",
    "a prisoner exchange",
    "the gas pipeline",
    "peace talks in Istanbul",
    "the budget deficit",
    "a rise in interest rates",
    "the flood in the north",
    "the border crossing",
    "drone attacks on refineries",
    "a trade agreement",
    "the hospital",
];
const ENDS: &[&str] = &[
    "would be discussed next week",
    "could not be accepted",
    "had been delayed again",
    "remained on the table",
    "cost more than was expected",
    "needed the consent of all members",
    "was a matter for experts",
    "had drawn criticism from abroad",
];

/// A generator of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(self.0 >> 33).unwrap_or(0) % from.len().max(1);
        from.get(index).copied().unwrap_or_default()
    }
}

fn text(number: usize) -> (String, String) {
    let mut dice = Dice(number as u64 + 1);
    let title = format!("{}: {} {}", dice.pick(SUBJECTS), dice.pick(OBJECTS), dice.pick(ENDS));
    let mut text = format!("{title}\n\n");
    while text.len() < 3_000 {
        for _ in 0..3 {
            write!(text, "{} {} {} {}. ", dice.pick(SUBJECTS), dice.pick(VERBS), dice.pick(OBJECTS), dice.pick(ENDS))
                .expect("a string takes all");
        }
        write!(text, "“We need {}, and it {},” {} said.\n\n", dice.pick(OBJECTS), dice.pick(ENDS), dice.pick(SUBJECTS))
            .expect("a string takes all");
    }
    (title, text)
}

fn watches(count: usize) -> String {
    let mut dice = Dice(7);
    let mut out = String::new();
    let last = |words: &str| words.rsplit(' ').next().unwrap_or_default().to_owned();
    for number in 0..count {
        let (one, two, three) = (last(dice.pick(OBJECTS)), last(dice.pick(OBJECTS)), last(dice.pick(ENDS)));
        let when = match number % 8 {
            0 => format!("{one} NEAR/10 {two}"),
            1 => format!("({one} OR {two}) AND {three} AND NOT zebra{number}"),
            2 => format!("\"{}\" AND actor:peskov", dice.pick(OBJECTS)),
            3 => format!("speaker:zelensky AND {one}"),
            4 => format!("STANCE(russia, (oppose OR warn), {one})"),
            5 => format!("QUOTE(country:UA, {one} OR {two})"),
            6 => format!("headline:({one} OR {two}) AND SENTENCE({two} {three})"),
            _ => format!("zebra{number} OR (quagga{number} {one})"),
        };
        write!(out, "[[watch]]\nid = \"w{number}\"\nwhen = '{when}'\n").expect("a string takes all");
    }
    out
}

fn main() -> Result<(), Failure> {
    let items: usize = std::env::var("ITEMS").ok().and_then(|number| number.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("wirewatch.toml"), format!("state = \"state\"\n{}", watches(WATCHES)))?;
    std::fs::write(at("one.toml"), watches(1))?;
    let loaded = config::load(&at("wirewatch.toml"), &Environment::default());
    let config = loaded.config.ok_or_else(|| format!("the watches have faults: {:?}", loaded.problems.first()))?;

    let started = Instant::now();
    let mut length = 0;
    let made: Vec<(NewItem, usize)> = (0..DISTINCT)
        .map(|number| {
            let (title, text) = text(number);
            length += text.len();
            let input = TextInput { id: EntryId([0; 16]), text, title: Some(title), url: None, published: None, language: None };
            let found = find(from_text(input), &config);
            let record = found.record(Duration::ZERO, None);
            let bytes = record.len();
            (NewItem { record, terms: Some(found.terms()) }, bytes)
        })
        .collect();
    let record: usize = made.iter().map(|(_, bytes)| bytes).sum();
    writeln!(
        io::stdout(),
        "articles of {} bytes, records of {} bytes, {:.1} s to make {DISTINCT}",
        length / DISTINCT,
        record / DISTINCT,
        started.elapsed().as_secs_f64()
    )?;

    let started = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(fill(&at("state"), items, &made))?;
    let took = started.elapsed();
    let size = std::fs::metadata(at("state/wirewatch.db"))?.len();
    writeln!(
        io::stdout(),
        "{items} items stored in {:.1} s, {:.0} µs and {} bytes an item",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e6 / f64::from(u32::try_from(items)?),
        size / items as u64
    )?;

    let config = at("wirewatch.toml").display().to_string();
    let one = at("one.toml").display().to_string();
    timed("backtest, 1 watch", &["-c", &config, "backtest", "--watches", &one, "--format", "jsonl"])?;
    timed(&format!("backtest, {WATCHES} watches"), &["-c", &config, "backtest", "--format", "jsonl"])?;
    for query in ["guarantee", "zebra", "peskov AND \"frozen assets\" NEAR/5 hospital", "speaker:zelensky flood", "QUOTE(*, NOT flood)"] {
        timed(&format!("search, newest 20: {query}"), &["-c", &config, "search", query, "--format", "jsonl"])?;
    }
    timed(
        "search, best 20: guarantee headline:hospital",
        &["-c", &config, "search", "guarantee headline:hospital", "--sort", "score", "--format", "jsonl"],
    )?;
    Ok(())
}

/// Stores so many items the way the daemon does, many at a time.
async fn fill(state: &Path, items: usize, made: &[(NewItem, usize)]) -> Result<(), Failure> {
    let store = SqliteStore::open(state, Arc::new(SystemClock))?;
    let now = SystemClock.now();
    let lease = Duration::from_secs(3600);
    let mut number: u128 = 0;
    for visit in 0..items.div_ceil(LISTED) {
        let feed = FeedId::from(format!("feed-{visit}"));
        store.configure_feeds(vec![FeedPlan::new(feed.clone(), "https://example.org/feed", now)]).await?;
        let held = store.claim_feeds(1, lease).await?.pop().ok_or("a feed that is new is due")?;
        let entries = (0..LISTED.min(items - visit * LISTED)).map(|_| {
            number += 1;
            let id = EntryId(number.to_be_bytes());
            let entry = Entry {
                id,
                feed: feed.clone(),
                outlet: None,
                guid: None,
                url: None,
                shares_address: false,
                title: None,
                summary: None,
                content: None,
                authors: Vec::new(),
                categories: Vec::new(),
                language: None,
                published: None,
                updated: None,
                fetched: now,
            };
            ListedEntry { id, twin: None, entry: Some(Arc::new(entry)) }
        });
        store.commit_visit(&held, VisitOutcome::new(held.state.clone(), entries.collect())).await?;
        let work = store.claim_work(LISTED, lease).await?;
        for some in work.chunks(64) {
            let done = some.iter().map(|lease| {
                let at = usize::try_from(u128::from_be_bytes(lease.entry.id.0)).unwrap_or(0) % made.len();
                let item = made.get(at).map(|(item, _)| NewItem {
                    record: item.record.replacen(&EntryId([0; 16]).to_string(), &lease.entry.id.to_string(), 1),
                    terms: item.terms.clone(),
                });
                store.complete_work(lease, WorkDone::new(item, Vec::new()))
            });
            for committed in futures_util::future::join_all(done).await {
                committed?;
            }
        }
    }
    Ok(())
}

/// Runs the program and says how long it took, on the clock and of the processors.
fn timed(name: &str, arguments: &[&str]) -> Result<(), Failure> {
    let before = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let started = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_wirewatch")).args(arguments).stderr(Stdio::inherit()).output()?;
    let wall = started.elapsed();
    let after = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |usage: &nix::sys::resource::Usage| -> Result<f64, Failure> {
        let parts = [usage.user_time(), usage.system_time()];
        let times = parts.iter().map(|time| Ok(Duration::new(time.tv_sec().try_into()?, 1000 * u32::try_from(time.tv_usec())?)));
        Ok(times.sum::<Result<Duration, std::num::TryFromIntError>>()?.as_secs_f64())
    };
    if !output.status.success() {
        return Err(format!("{name} ended with {}", output.status).into());
    }
    let lines = output.stdout.split(|byte| *byte == b'\n').count() - 1;
    writeln!(
        io::stdout(),
        "{name}: {:.2} s, {:.2} s of processor time, {lines} lines, {} MB",
        wall.as_secs_f64(),
        seconds(&after)? - seconds(&before)?,
        after.max_rss() / 1024
    )?;
    Ok(())
}
