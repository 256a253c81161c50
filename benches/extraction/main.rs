//! What it costs to read an article once its text is there: extraction, topics and the shipped watch list. And what it costs to
//! start: the built-in names, and configurations.
//!
//! `cargo bench --bench extraction` prints first, over many articles of about 7.5 KB: the processor time of one (half of all
//! are as fast as `p50`, 99 of a hundred as fast as `p99`), with the shipped watch lists and without any, what the tables add to
//! the resident memory of the process, and by how much it grows while thousands of new articles are read. The articles are
//! invented; `WIREWATCH_ARTICLES` may name files of real ones, one in each line as `{"text": …}`, gzipped, with colons between.
//!
//! Then come criterion's figures for one article of the project's own, against the floor of splitting its text into words and
//! sentences; the ratio of the two is what to quote.

mod made;

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group};
use nix::time::{ClockId, clock_gettime};
use wirewatch::article::{self, TextInput};
use wirewatch::config::{self, Config, Environment};
use wirewatch::extract::language;
use wirewatch::extract::lexicon::Lexicons;
use wirewatch::model::article::Article;
use wirewatch::model::id::EntryId;
use wirewatch::pipeline::find::{find, warm_up};
use wirewatch::text::{sentence, token};

fn shipped() -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/wirewatch.toml");
    config::load(&path, &Environment::default()).config.expect("the shipped configuration is well")
}

/// About 7.5 KB of the project's own English articles.
fn article() -> Article {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is there")
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("article.txt")))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    let articles = paths.iter().map(|path| std::fs::read_to_string(path).expect("an article can be read"));
    let english: Vec<String> = articles.filter(|text| is_english(text)).collect();
    assert!(!english.is_empty(), "the corpus has no English article");
    let mut text = String::new();
    for more in english.iter().cycle() {
        text.push_str(more);
        text.push_str("\n\n");
        if text.len() >= 7_500 {
            break;
        }
    }
    article::from_text(TextInput { id: EntryId([0; 16]), text, title: None, url: None, published: None, language: None })
}

fn is_english(text: &str) -> bool {
    language::of_text(text, None).is_some_and(|language| language.code == "en")
}

/// A configuration of so many feeds, as the polling bench has it.
fn many_feeds(feeds: usize) -> String {
    let mut text = String::new();
    for feed in 0..feeds {
        let (host, name) = (feed % 1000, feed);
        write!(text, "[[feed]]\nid = \"f{name}\"\nurl = \"https://host{host}.example/{name}\"\n").expect("a string takes all");
    }
    text
}

fn extraction(criterion: &mut Criterion) {
    let config = shipped();
    let article = article();
    let mut group = criterion.benchmark_group(format!("article of {} bytes", article.text.len()));
    group.bench_function("floor: words and sentences", |bench| {
        bench.iter(|| {
            let tokens = token::Tokens::new(black_box(&article.text));
            let sentences: Vec<_> =
                article.paragraphs.iter().flat_map(|paragraph| sentence::sentences(&article.text, *paragraph)).collect();
            (tokens.len(), sentences.len())
        });
    });
    group.bench_function("extract, topics, watches", |bench| {
        bench.iter_batched(|| article.clone(), |article| find(black_box(article), &config).matches.len(), criterion::BatchSize::SmallInput);
    });
    group.finish();
}

fn start(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start");
    group.sample_size(20);
    group.bench_function("built-in names", |bench| bench.iter(|| Lexicons::new(&[]).0.known().len()));
    group.bench_function("shipped configuration", |bench| bench.iter(|| shipped().feeds.len()));
    let (path, environment, text) = (Path::new("wirewatch.toml"), Environment::default(), many_feeds(10_000));
    group.bench_function("configuration of 10,000 feeds", |bench| {
        bench.iter(|| config::load_text(path, black_box(&text), &environment).config.expect("the configuration is well").feeds.len());
    });
    group.finish();
}

criterion_group!(benches, extraction, start);

/// Invented articles, and how often each article is measured.
const ARTICLES: usize = 100;
const ROUNDS: usize = 10;
/// Articles, each a new one, while which the memory must not grow.
const THOUSANDS: usize = 4;

/// Resident bytes of the process: all, and those that are no part of a file.
fn resident() -> (f64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| -> f64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(f64::NAN)
    };
    (kilobytes("VmRSS:") / 1000.0, kilobytes("RssAnon:") / 1000.0)
}

/// Processor time of this thread.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("Linux always has this clock").into()
}

/// Milliseconds that each article takes in each round, in order.
fn times(articles: &[Article], config: &Config) -> Vec<f64> {
    let mut times = Vec::with_capacity(articles.len() * ROUNDS);
    for _ in 0..ROUNDS {
        for article in articles {
            let article = article.clone();
            let begun = processor_time();
            let found = black_box(find(black_box(article), config));
            times.push(processor_time().saturating_sub(begun).as_secs_f64() * 1e3);
            drop(found);
        }
    }
    times.sort_by(f64::total_cmp);
    times
}

fn many_articles() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut random = fastrand::Rng::with_seed(7);
    let invented: Vec<Article> = (0..ARTICLES).map(|_| made::invented(&mut random)).collect();
    let real = std::env::var("WIREWATCH_ARTICLES").map(|paths| made::real(&paths)).unwrap_or_default();

    let (all, own) = resident();
    let config = shipped();
    warm_up(&config);
    let loaded = resident();
    writeln!(out, "tables: {:.1} MB resident, {:.1} MB of it no part of a file", loaded.0 - all, loaded.1 - own)?;

    let bare = config::load_text(Path::new("wirewatch.toml"), "", &Environment::default()).config.expect("an empty configuration is well");
    warm_up(&bare);
    let kinds = [("invented", &invented), ("real", &real)];
    let measured = kinds.into_iter().flat_map(|kind| [(kind, "shipped watches", &config), (kind, "no watches", &bare)]);
    for ((name, articles), with, config) in measured.filter(|((_, articles), ..)| !articles.is_empty()) {
        let times = times(articles, config);
        let share =
            |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
        let length = articles.iter().map(|article| article.text.len()).sum::<usize>().checked_div(articles.len()).unwrap_or(0);
        writeln!(out, "{name}: {} articles of {length} bytes, {with}: p50 {:.2} ms, p99 {:.2} ms", articles.len(), share(50), share(99))?;
    }

    let mut after = |thousands: usize| {
        for _ in 0..thousands * 1000 {
            black_box(find(made::invented(&mut random), &config));
        }
        resident()
    };
    let begun = after(1);
    let ended = after(THOUSANDS);
    let (more, own_more) = (ended.0 - begun.0, ended.1 - begun.1);
    writeln!(out, "growth by {THOUSANDS},000 new articles: {more:.1} MB resident, {own_more:.1} MB of it no part of a file")
}

fn main() -> std::io::Result<()> {
    many_articles()?;
    benches();
    Criterion::default().configure_from_args().final_summary();
    Ok(())
}
