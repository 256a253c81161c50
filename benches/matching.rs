//! What matching costs: boolean watches against articles of 3 KB, from the text to which watches hold, on one core.
//!
//! Text and watches are made, not collected: words with the frequencies of the shipped table of general English, and invented
//! names with a Zipf distribution. Watches name any of these alike: few watch what is in every article. Of the watches 40 % are
//! actors (two to seven names joined by OR), 30 % are `(A OR B) AND (C OR D)`, 15 % `A AND B NOT C`, 15 % `A NEAR/10 B`, where a
//! letter is a whole name (25 %), a run of names (15 %), a surname or place (18 %), a phrase of two to five words (30 %) or a word
//! (12 %); all words count in any inflection. A watch holds for some two articles in ten thousand.
//!
//! What is counted: cutting the text into words, folding, stems, finding all words and phrases, and deciding every watch
//! ([`wirewatch::watch::holding`]). Not counted: the extraction, whose paragraphs are given; evidence and score, which have a
//! column of their own. Named baseline in the same run: aho-corasick that finds the same words and phrases in text that was
//! put into small letters before, without stems, whole words or any boolean.
//!
//! Beside it stands how many times faster that is than Lucene's monitor (8.x, `TermFilteredPresearcher`), which did so many
//! articles of 3 KB a second on one core with boolean queries of these kinds: 1,004 with 1,000 queries, 369 with 10,000, 32 with
//! 100,000. It was measured on other text of the same size, so that only the order of magnitude says something.
//!
//! `cargo bench --bench matching` prints the table; `WATCHES=1000,10000` chooses its rows, `ARTICLES=2000` how many articles.
//! Times are of the processor. A reload changes one watch; what it costs is to find which one and to make the new list. The digests by
//! which that is found are made while the configuration is read, and have a column of their own: a program pays both, and the reading
//! of its files, which is not measured here. Memory is what the process grows by while the list is built from sources that are there already.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures for people, and indices made of shares"
)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use wirewatch::model::alert::Severity;
use wirewatch::model::article::{Article, TextFrom};
use wirewatch::model::extraction::{Extraction, Language};
use wirewatch::model::id::{EntryId, WatchId};
use wirewatch::model::matched::Updates;
use wirewatch::model::span::Span;
use wirewatch::problem::{Located, Place, SourceText};
use wirewatch::watch::list::WatchSource;
use wirewatch::watch::sources::WatchSources;
use wirewatch::watch::{compile, evaluate, holding, recompile};

const FREQUENCIES: &str = include_str!("../src/watch/frequencies.txt");
const NAMES: usize = 200_000;
const BYTES: usize = 3_000;
/// Queries, and articles a second of Lucene's monitor with them.
const LUCENE: &[(usize, f64)] = &[(1_000, 1_004.0), (10_000, 369.0), (100_000, 32.0)];

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let wanted = std::env::var("WATCHES").unwrap_or_else(|_| "1000,10000,100000,1000000".to_owned());
    let articles: usize = std::env::var("ARTICLES").ok().and_then(|text| text.parse().ok()).unwrap_or(4_000);
    let mut made = Maker::new();
    let articles: Vec<(Article, Extraction)> = (0..articles).map(|_| made.article()).collect();
    let bytes: usize = articles.iter().map(|(article, _)| article.text.len()).sum();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} articles of {} bytes each", articles.len(), bytes / articles.len().max(1))?;
    writeln!(
        out,
        "{:>9} {:>12} {:>9} {:>14} {:>8} {:>8} {:>11} {:>11} {:>8} {:>14} {:>9}",
        "watches",
        "articles/s",
        "matches",
        "with evidence",
        "build s",
        "MB",
        "reload ms",
        "+ digests",
        "x Lucene",
        "aho-corasick",
        "build s"
    )?;
    let mut rates = Vec::new();
    for count in wanted.split(',').filter_map(|text| text.parse::<usize>().ok()) {
        rates.push((count, row(&mut out, &mut made, count, &articles)?));
    }
    let (few, many) = (rates.iter().min_by_key(|(count, _)| *count), rates.iter().max_by_key(|(count, _)| *count));
    writeln!(
        out,
        "MB: what the process grows by while the list is built of sources that are there. reload ms: one watch changed and all \
         sources read; digests ms: made while they are read"
    )?;
    if let (Some((few, fast)), Some((many, slow))) = (few, many)
        && few < many
    {
        writeln!(out, "an article costs {:.1} times as much with {many} watches as with {few}", fast / slow)?;
    }
    Ok(())
}

fn row(out: &mut impl Write, made: &mut Maker, count: usize, articles: &[(Article, Extraction)]) -> Result<f64, Failure> {
    let source = Arc::new(SourceText { name: "made.toml".to_owned(), text: String::new() });
    let mut written: Vec<WatchSource> = Vec::with_capacity(count);
    let mut terms = Vec::new();
    for number in 0..count {
        written.push(watch(&source, number, made.query(&mut terms)));
    }
    let mut again = written.clone();
    let sources: WatchSources = written.into_iter().collect();
    let before = resident()?;
    let started = cpu()?;
    let (list, problems) = compile(&[], &sources, &[]);
    let build = cpu()? - started;
    let memory = resident()?.saturating_sub(before);
    // One may ask for a word and forbid it; that is a warning, as it would be in a file.
    if let Some(problem) = problems.iter().find(|problem| problem.is_error()) {
        return Err(problem.message.clone().into());
    }
    // The first articles teach the words that come again and again; a daemon learns them once.
    let mut matches = 0;
    for (article, extraction) in articles {
        matches += holding(&list, article, extraction).len();
    }
    let fast = rate(articles, 3, |article, extraction| holding(&list, article, extraction).len())?;
    let few = articles.get(..articles.len() / 10).unwrap_or_default();
    let whole = rate(few, 1, |article, extraction| evaluate(&list, article, extraction).len())?;

    if let Some(changed) = again.get_mut(count / 2) {
        changed.when = Some(located(&source, "changed AND reload".to_owned()));
    }
    let started = cpu()?;
    let again: WatchSources = again.into_iter().collect();
    let digests = (cpu()? - started) * 1e3;
    let started = cpu()?;
    let (after, _) = recompile(&list, &[], &again, &[]);
    let reload = (cpu()? - started) * 1e3;
    assert_eq!(after.len(), count, "a reload keeps the others");
    drop((after, list, sources, again));

    terms.sort_unstable();
    terms.dedup();
    let started = cpu()?;
    let automaton = if count <= 100_000 { Some(AhoCorasick::new(&terms)?) } else { None };
    let automaton_build = cpu()? - started;
    let lower: Vec<String> = articles.iter().map(|(article, _)| article.text.to_lowercase()).collect();
    let plain = automaton.as_ref().map(|automaton| -> Result<f64, Failure> {
        let started = cpu()?;
        let found: usize = lower.iter().map(|text| automaton.find_iter(text).count()).sum();
        assert!(found > 0, "something is found");
        Ok(lower.len() as f64 / (cpu()? - started))
    });
    let baseline = plain.transpose()?.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}"));
    let lucene = LUCENE.iter().find(|(queries, _)| *queries == count);
    let lucene = lucene.map_or_else(|| "-".to_owned(), |(_, rate)| format!("{:.0}", fast / rate));
    writeln!(
        out,
        "{count:>9} {fast:>12.0} {:>9.2} {whole:>14.0} {build:>8.2} {:>8} {reload:>11.1} {digests:>11.1} {lucene:>8} {baseline:>14} {automaton_build:>9.2}",
        matches as f64 / articles.len().max(1) as f64,
        memory / 1_000_000,
    )?;
    Ok(fast)
}

/// Articles a second of processor time: the best of some passes.
fn rate(articles: &[(Article, Extraction)], passes: usize, read: impl Fn(&Article, &Extraction) -> usize) -> Result<f64, Failure> {
    let mut best = f64::MAX;
    for _ in 0..passes {
        let started = cpu()?;
        let found: usize = articles.iter().map(|(article, extraction)| read(article, extraction)).sum();
        assert!(found < usize::MAX, "the work is not left out");
        best = best.min(cpu()? - started);
    }
    Ok(articles.len() as f64 / best)
}

fn cpu() -> Result<f64, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok((usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6)
}

/// Bytes of memory that the process has now.
fn resident() -> Result<usize, Failure> {
    let pages: usize = std::fs::read_to_string("/proc/self/statm")?.split(' ').nth(1).ok_or("no resident size")?.parse()?;
    Ok(pages * 4096)
}

fn located(source: &Arc<SourceText>, value: String) -> Located<String> {
    Located { value, place: Place { source: Arc::clone(source), span: Span::default() } }
}

fn watch(source: &Arc<SourceText>, number: usize, query: String) -> WatchSource {
    let place = Place { source: Arc::clone(source), span: Span::default() };
    WatchSource {
        id: Located { value: WatchId::from(format!("watch-{number}")), place },
        name: None,
        when: Some(located(source, query)),
        actors: Vec::new(),
        topics: Vec::new(),
        severity: Severity::default(),
        notify: None,
        updates: Updates::default(),
        examples: Vec::new(),
    }
}

/// Makes text and watches; the same ones in every run.
struct Maker {
    state: u64,
    words: Vec<&'static str>,
    /// Frequencies of the words, summed up.
    sums: Vec<f64>,
    names: Vec<String>,
}

impl Maker {
    fn new() -> Self {
        let mut rows: HashMap<&str, f64> = HashMap::new();
        let lines = FREQUENCIES.lines().filter(|line| !line.starts_with('#'));
        for (power, words) in lines.filter_map(|line| line.split_once(' ')) {
            for word in words.split(' ') {
                rows.insert(word, 2.0_f64.powi(power.parse().unwrap_or(0)));
            }
        }
        let mut rows: Vec<(&str, f64)> = rows.into_iter().collect();
        rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let mut sum = 0.0;
        let sums = rows.iter().map(|(_, often)| {
            sum += often;
            sum
        });
        let sums = sums.collect();
        let mut made = Self { state: 88_172_645_463_325_252, words: rows.iter().map(|(word, _)| *word).collect(), sums, names: Vec::new() };
        made.names = (0..NAMES).map(|_| made.invented()).collect();
        made
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound.max(1)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn invented(&mut self) -> String {
        const BEGIN: &[&str] = &["Ka", "Mo", "Bre", "Sti", "Lu", "Var", "Zhe", "Oro", "Pe", "Dan", "Ili", "Gra", "Ste", "Wol", "Ha", "Te"];
        const MIDDLE: &[&str] = &["ri", "len", "mo", "ska", "to", "vi", "ran", "del", "go", "bra", "ni", "sha"];
        const END: &[&str] = &["ov", "sky", "man", "son", "ez", "berg", "ard", "elli", "enko", "wicz", "ton", "ier", "ami", "uchi"];
        let mut name = BEGIN.get(self.below(BEGIN.len())).copied().unwrap_or_default().to_owned();
        for _ in 0..=self.below(2) {
            name.push_str(MIDDLE.get(self.below(MIDDLE.len())).copied().unwrap_or_default());
        }
        name + END.get(self.below(END.len())).copied().unwrap_or_default()
    }

    /// A word as often as it is in general text.
    fn word(&mut self) -> &'static str {
        let at = self.share() * self.sums.last().copied().unwrap_or(1.0);
        let index = self.sums.partition_point(|sum| *sum < at);
        self.words.get(index).copied().unwrap_or("the")
    }

    /// A name, the first ones most often.
    fn name(&mut self) -> String {
        let rank = (NAMES as f64).powf(self.share()) as usize;
        let last = self.names.get(rank.saturating_sub(1)).cloned().unwrap_or_default();
        let first = self.names.get(rank * 7 % NAMES).cloned().unwrap_or_default();
        format!("{first} {last}")
    }

    fn article(&mut self) -> (Article, Extraction) {
        let mut text = String::new();
        let (mut paragraphs, mut start, mut words) = (Vec::new(), 0, 0);
        while text.len() < BYTES {
            if self.below(22) == 0 {
                text.push_str(&self.name());
            } else {
                text.push_str(self.word());
            }
            words += 1;
            text.push_str(if words % 17 == 0 { ". " } else { " " });
            if words % 60 == 0 {
                paragraphs.push(Span::new(start, text.len()));
                text.push_str("\n\n");
                start = text.len();
            }
        }
        paragraphs.push(Span::new(start, text.len()));
        let article = Article {
            id: EntryId([1; 16]),
            feed: None,
            url: None,
            outlet: None,
            fetched: None,
            text_from: TextFrom::Given,
            text_confidence: 1.0,
            partial: false,
            free: None,
            shares_address: false,
            headline: None,
            standfirst: None,
            section: None,
            authors: None,
            publisher: None,
            language: None,
            published: None,
            modified: None,
            body: Span::new(0, text.len()),
            paragraphs,
            categories: Vec::new(),
            notes: Vec::new(),
            text,
        };
        let language = Some(Language { code: "en".to_owned(), confidence: 1.0 });
        (article, Extraction { language, ..Extraction::default() })
    }

    /// What somebody watches: a word of any frequency, a surname or a place, a run of names, a whole name, or a phrase of two to
    /// five words of which one says something.
    fn term(&mut self, terms: &mut Vec<String>) -> String {
        let last = |name: String| name.split_once(' ').map_or_else(String::new, |(_, last)| last.to_owned());
        let term = match self.below(100) {
            0..12 => self.any_word().to_owned(),
            12..30 => last(self.watched()),
            30..45 => format!("{} {}", last(self.watched()), last(self.watched())),
            45..70 => self.watched(),
            _ => {
                let before: Vec<&str> = (0..=self.below(4)).map(|_| self.word()).collect();
                format!("{} {}", before.join(" "), self.any_word())
            }
        };
        terms.push(term.to_lowercase());
        if term.contains(' ') { format!("\"{term}\"") } else { term }
    }

    /// Any name that the texts may hold: people watch names, not the few that are in every article.
    fn watched(&mut self) -> String {
        let rank = self.below(NAMES);
        let last = self.names.get(rank).cloned().unwrap_or_default();
        let first = self.names.get((rank + 1) * 7 % NAMES).cloned().unwrap_or_default();
        format!("{first} {last}")
    }

    /// Any word, the rare ones as often as the common.
    fn any_word(&mut self) -> &'static str {
        let index = self.below(self.words.len());
        self.words.get(index).copied().unwrap_or("guarantee")
    }

    fn any_of(&mut self, terms: &mut Vec<String>) -> String {
        let parts: Vec<String> = (0..=self.below(3)).map(|_| self.term(terms)).collect();
        format!("({})", parts.join(" OR "))
    }

    fn query(&mut self, terms: &mut Vec<String>) -> String {
        match self.below(100) {
            0..40 => {
                let name = self.watched();
                let (first, last) = name.split_once(' ').unwrap_or((&name, "Nobody"));
                let mut query = format!("\"{first} {last}\"");
                terms.push(name.to_lowercase());
                for number in 0..=self.below(6) {
                    let other = if number == 0 { format!("{} {last}", first.chars().next().unwrap_or('A')) } else { self.watched() };
                    let _infallible = write!(query, " OR \"{other}\"");
                    terms.push(other.to_lowercase());
                }
                query
            }
            40..70 => format!("{} AND {}", self.any_of(terms), self.any_of(terms)),
            70..85 => format!("{} AND {} NOT {}", self.term(terms), self.term(terms), self.term(terms)),
            _ => format!("{} NEAR/10 {}", self.term(terms), self.term(terms)),
        }
    }
}
