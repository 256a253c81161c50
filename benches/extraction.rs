//! What it costs to read an article once its text is there: extraction and the shipped watch list, against the floor of
//! splitting the same text into words and sentences.
//!
//! `cargo bench --bench extraction` prints criterion's figures for both; the ratio of the two is what to quote.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use wirewatch::article::{self, TextInput};
use wirewatch::config::{self, Config, Environment};
use wirewatch::model::article::Article;
use wirewatch::model::id::EntryId;
use wirewatch::pipeline::find::find;
use wirewatch::text::{sentence, token};

fn shipped() -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/wirewatch.toml");
    config::load(&path, &Environment::default()).config.expect("the shipped configuration is well")
}

/// About 7.5 KB of the project's own articles.
fn article() -> Article {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the corpus is there")
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("article.txt")))
        .filter(|path| path.exists())
        .collect();
    paths.sort();
    let mut text = String::new();
    for path in paths.iter().cycle() {
        let more = std::fs::read_to_string(path).expect("an article can be read");
        if !more.is_ascii() && text.is_empty() {
            // Begin in English: the language is told from the beginning.
            continue;
        }
        text.push_str(&more);
        text.push_str("\n\n");
        if text.len() >= 7_500 {
            break;
        }
    }
    article::from_text(TextInput { id: EntryId([0; 16]), text, title: None, url: None, published: None, language: None })
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

criterion_group!(benches, extraction);
criterion_main!(benches);
