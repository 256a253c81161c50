//! What it costs to find the story of an article: the fingerprint and the window of near copies, and the signature and the
//! comparison with other stories, each against the floor of splitting the same text into words. And what a million texts cost
//! in memory.
//!
//! `cargo bench --bench stories` prints microseconds an article and bytes a text; `TEXTS=1000000` sets how many are held.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use wirewatch::alert::story::{Item, Limits, Signature, Source, Stories};
use wirewatch::article::{TextInput, from_text};
use wirewatch::extract::fingerprint;
use wirewatch::extract::reading::Reading;
use wirewatch::model::id::EntryId;
use wirewatch::text::token::Tokens;

/// Words that invented articles are made of, some of them more often than others.
const WORDS: usize = 20_000;

/// An invented article of about 3 KB: 400 words, drawn so that few are common and most are rare.
fn text(random: &mut fastrand::Rng) -> String {
    let mut text = String::with_capacity(3_200);
    for place in 0..400 {
        // The least of three draws: few words are common, many are rare.
        let rank = [(); 3].map(|()| random.usize(0..WORDS)).into_iter().min().unwrap_or_default();
        let mut word = String::new();
        let mut rest = rank + 27;
        while rest > 0 {
            word.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0)));
            rest /= 26;
        }
        if place % 11 == 0 {
            word.insert(0, 'S');
        }
        text.push_str(&word);
        text.push_str(if place % 17 == 16 { ". " } else { " " });
    }
    text
}

fn timed(count: usize, mut work: impl FnMut(usize)) -> f64 {
    let started = Instant::now();
    for number in 0..count {
        work(number);
    }
    started.elapsed().as_secs_f64() * 1e6 / count as f64
}

/// Bytes of memory that the process holds.
fn held() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).unwrap_or(0.0) * 4096.0
}

fn id(number: usize) -> EntryId {
    EntryId((number as u128 + 1).to_be_bytes())
}

fn main() {
    let mut random = fastrand::Rng::with_seed(11);
    let texts: Vec<String> = (0..4_000).map(|_| text(&mut random)).collect();
    let bytes = texts.iter().map(String::len).sum::<usize>() / texts.len();
    println!("articles of {bytes} bytes");

    let floor = timed(texts.len(), |number| {
        black_box(Tokens::new(&texts[number]).len());
    });
    println!("floor, words:                      {floor:6.1} µs");
    let articles: Vec<_> = texts
        .iter()
        .map(|text| from_text(TextInput { id: id(0), text: text.clone(), title: None, url: None, published: None, language: None }))
        .collect();
    let readings: Vec<_> = articles.iter().map(|article| Reading::new(article, "en")).collect();
    let mut prints = vec![None; texts.len()];
    let print = timed(texts.len(), |number| prints[number] = fingerprint::of(&readings[number]));
    println!("fingerprint (words known):         {print:6.1} µs  {:.2} of the floor", print / floor);
    let mut signatures = Vec::with_capacity(texts.len());
    let signature = timed(texts.len(), |number| {
        let source = Source { text: &texts[number], language: "en", fingerprint: prints[number], ..Source::default() };
        signatures.push(Signature::new(&source));
    });
    println!("signature for comparison:          {signature:6.1} µs  {:.2} of the floor", signature / floor);

    let mut stories = Stories::new(Limits::default());
    let place = timed(texts.len(), |number| {
        black_box(stories.place(&Item { id: id(number), outlet: Some("A"), at: None, signature: &signatures[number] }));
    });
    println!("placing among {} others:         {place:6.1} µs  {:.2} of the floor", texts.len(), place / floor);
    let copies = timed(texts.len(), |number| {
        black_box(stories.place(&Item { id: id(10_000 + number), outlet: Some("B"), at: None, signature: &signatures[number] }));
    });
    println!("placing a near copy:               {copies:6.1} µs");

    // Copies of one story each: only fingerprints are held of them.
    let count: usize = std::env::var("TEXTS").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let mut window = Stories::new(Limits { articles: 1, texts: count });
    let bare = |fingerprint| Signature::new(&Source { text: "", language: "en", fingerprint: Some(fingerprint), ..Source::default() });
    let bare: Vec<Signature> = (0..1_000).map(|_| bare(random.u64(..))).collect();
    let before = held();
    let mut spent = Duration::ZERO;
    for number in 0..count {
        let signature = bare[number % bare.len()].with_fingerprint(random.u64(..));
        let started = Instant::now();
        black_box(window.place(&Item { id: id(number), outlet: None, at: None, signature: &signature }));
        spent += started.elapsed();
    }
    let each = (held() - before) / count as f64;
    println!("window of {count} texts:         {:6.1} µs, {each:.0} bytes a text", spent.as_secs_f64() * 1e6 / count as f64);
    println!("fingerprint and window together:   {:6.1} µs", print + spent.as_secs_f64() * 1e6 / count as f64);
}
