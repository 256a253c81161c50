//! What it costs to read an article once its text is there: extraction and the shipped watch list, against the floor of
//! splitting the same text into words and sentences. And what it costs to start: the built-in names, and configurations.
//!
//! `cargo bench --bench extraction` prints criterion's figures; the ratio of the first two is what to quote.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use wirewatch::article::{self, TextInput};
use wirewatch::config::{self, Config, Environment};
use wirewatch::extract::language;
use wirewatch::extract::lexicon::Lexicons;
use wirewatch::model::article::Article;
use wirewatch::model::id::EntryId;
use wirewatch::pipeline::find::find;
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
criterion_main!(benches);
