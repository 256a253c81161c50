//! `search`: stored articles by the query language.
//!
//! The store leaves out what cannot match, by the words of the articles; the evaluation that watches use decides about the rest.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::alert::record::WhyRecord;
use crate::alert::render::{Piece, Style, evidence, plain};
use crate::cli::alerts::moment;
use crate::cli::args::{Format, SearchArguments, Sort};
use crate::cli::view::{View, block_on};
use crate::cli::{paint, setting};
use crate::config::Config;
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::matched::Evidence;
use crate::model::span::Span;
use crate::pipeline::past::{Past, sweep};
use crate::problem::render::{Colour, counted, render};
use crate::problem::{Located, Place, SourceText};
use crate::store::{ItemQuery, Store};
use crate::text::points::CodePoints;
use crate::text::safe::one_line;
use crate::watch;
use crate::watch::Query;

/// Articles looked at before it is asked whether the newest are enough.
const WAVE: usize = 1024;

/// An article that matches.
#[derive(Debug)]
struct Hit {
    place: usize,
    at: Timestamp,
    score: f32,
    title: Option<String>,
    id: String,
    url: Option<String>,
    outlet: Option<String>,
    feed: Option<String>,
    published: Option<String>,
    language: Option<String>,
    why: Vec<WhyRecord>,
}

/// What was found, and in how many.
#[derive(Debug, Default)]
struct Found {
    hits: Vec<Hit>,
    looked_at: usize,
    /// Articles that may match and were not looked at, since there were enough.
    left: usize,
    unreadable: usize,
}

/// Runs the command.
///
/// # Errors
/// For times that mean nothing, or when there is no store or it cannot be read. Faults of the query are shown on standard error
/// and make the exit code 2.
pub fn run(arguments: &SearchArguments, config: &Config, colour: Colour, view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    let source = Arc::new(SourceText { name: "query".to_owned(), text: arguments.query.clone() });
    let place = Place { source, span: Span::new(0, arguments.query.len()) };
    let query = Located { value: arguments.query.clone(), place };
    let query = match watch::compile_query(&query, config.lexicons.known(), &config.topics) {
        Ok(query) => query,
        Err(problems) => {
            let look = setting::look(paint::colour(&std::io::stderr()));
            std::io::stderr().lock().write_all(render(&problems, look.width, look.colour).as_bytes())?;
            return Ok(ExitCode::from(2));
        }
    };
    let now = view.clock.now();
    let time = |text: &Option<String>| text.as_deref().map(|text| moment(text, now, &view.zone)).transpose();
    let span = ItemQuery { since: time(&arguments.since)?, until: time(&arguments.until)?, needed: None, newest_first: true };
    let store = view.store()?;
    let mut found = search(&store, &query, span, arguments.limit, arguments.sort)?;
    let count = found.hits.len();
    found.hits.truncate(arguments.limit);
    match arguments.format {
        Format::Text => {
            let mut pieces = Vec::new();
            for hit in &found.hits {
                pieces.extend(text(hit, &view.local(hit.at)));
            }
            pieces.push(Piece::new(Style::Dim, summary(&found, count)));
            let text = if colour == Colour::Ansi { paint::pieces(&pieces) } else { plain(&pieces) };
            view.out.write_all(text.as_bytes())?;
        }
        Format::Json => {
            let hits: Vec<Value> = found.hits.iter().map(document).collect();
            let whole = json!({"query": arguments.query, "hits": hits, "looked_at": found.looked_at, "not_looked_at": found.left});
            serde_json::to_writer_pretty(&mut *view.out, &whole)?;
            writeln!(view.out)?;
        }
        Format::Jsonl => {
            for hit in &found.hits {
                writeln!(view.out, "{}", document(hit))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks at the articles that may match, from the newest; by date only until there are enough.
fn search(store: &dyn Store, query: &Query, mut span: ItemQuery, limit: usize, sort: Sort) -> anyhow::Result<Found> {
    span.needed = query.needed().map(|needed| (watch::index::VERSION, needed));
    let rows = block_on(async { Ok(store.item_rows(span).await?) })?;
    let mut found = Found::default();
    let (wave, enough) = match sort {
        Sort::Date => (WAVE, limit),
        Sort::Score => (rows.len().max(1), usize::MAX),
    };
    for (number, rows) in rows.chunks(wave).enumerate() {
        if found.hits.len() >= enough {
            found.left += rows.len();
            continue;
        }
        let (hits, unreadable) = sweep(store, rows, Vec::new, |hits: &mut Vec<Hit>, past| {
            if let Some((score, why)) = query.find(&past.article, &past.extraction) {
                hits.push(hit(past, score, &why));
            }
        })?;
        let first = number * wave;
        found.hits.extend(hits.into_iter().flatten().map(|hit| Hit { place: first + hit.place, ..hit }));
        found.looked_at += rows.len();
        found.unreadable += unreadable;
    }
    found.hits.sort_by_key(|hit| hit.place);
    if sort == Sort::Score {
        found.hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    Ok(found)
}

fn hit(past: Past, score: f32, why: &[Evidence]) -> Hit {
    let Past { place, at, article, extraction, .. } = past;
    let points = CodePoints::new(&article.text);
    let counted = |one: &Evidence| WhyRecord::from(&Evidence { span: one.span.map(|span| points.span(span)), ..one.clone() });
    Hit {
        place,
        at,
        score,
        why: why.iter().map(counted).collect(),
        title: title_of(&article),
        id: article.id.to_string(),
        url: article.url.as_ref().map(ToString::to_string),
        feed: article.feed.as_ref().map(ToString::to_string),
        published: article.published.as_ref().map(|published| published.value.to_string()),
        language: language_of(&article, &extraction),
        outlet: article.outlet,
    }
}

/// The headline, else how the text begins.
pub(crate) fn title_of(article: &Article) -> Option<String> {
    let headline = article.headline.as_ref().map(|headline| headline.value.clone());
    headline.or_else(|| article.text.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.chars().take(100).collect()))
}

fn language_of(article: &Article, extraction: &Extraction) -> Option<String> {
    let declared = article.language.as_ref().map(|language| language.value.clone());
    extraction.language.as_ref().map(|language| language.code.clone()).or(declared)
}

fn text(hit: &Hit, at: &str) -> Vec<Piece> {
    let mut out =
        vec![Piece::new(Style::Dim, format!("{at}  ")), Piece::new(Style::Strong, one_line(hit.title.as_deref().unwrap_or("(no title)")))];
    out.push(Piece::new(Style::Dim, format!("  {:.2}\n", hit.score)));
    let facts = [&hit.outlet, &hit.language, &hit.url].into_iter().flatten().map(|text| one_line(text));
    let facts: Vec<String> = facts.chain([format!("id {}", hit.id)]).collect();
    out.push(Piece::new(Style::Dim, format!("  {}\n", facts.join(" · "))));
    out.extend(evidence(&hit.why, "  "));
    out.push(Piece::new(Style::Plain, "\n"));
    out
}

fn summary(found: &Found, count: usize) -> String {
    let shown = if count > found.hits.len() { format!(", {} shown", found.hits.len()) } else { String::new() };
    let mut parts = vec![format!("{count} found{shown}"), format!("{} looked at", counted(found.looked_at, "stored article"))];
    if found.left > 0 {
        parts.push(format!("{} older ones that may match left out", found.left));
    }
    if found.unreadable > 0 {
        parts.push(format!("{} could not be read", found.unreadable));
    }
    format!("{}\n", parts.join(" · "))
}

fn document(hit: &Hit) -> Value {
    json!({
        "id": hit.id,
        "stored": hit.at.to_string(),
        "score": (f64::from(hit.score) * 10_000.0).round() / 10_000.0,
        "title": hit.title,
        "url": hit.url,
        "outlet": hit.outlet,
        "feed": hit.feed,
        "published": hit.published,
        "language": hit.language,
        "why": hit.why,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use jiff::tz::TimeZone;

    use super::{Found, run, search};
    use crate::cli::args::{Arguments, Sort, Verb};
    use crate::cli::view::{View, block_on};
    use crate::config::{Config, Environment, empty};
    use crate::model::span::Span;
    use crate::pipeline::past::samples::filled;
    use crate::problem::render::Colour;
    use crate::problem::{Located, Place, SourceText};
    use crate::store::sqlite::SqliteStore;
    use crate::store::{ItemQuery, Store};
    use crate::watch::compile_query;

    const TEXTS: &[(&str, &str)] = &[
        ("Moscow rejects security guarantees", "Russia will not accept guarantees for Ukraine, Dmitry Peskov said on Friday."),
        ("Кремль отверг гарантии", "Дмитрий Песков заявил, что гарантии безопасности неприемлемы."),
        ("Rain in the north", "It rained all day. The guarantee of a dry week is gone."),
        ("普京谈安全保障", "俄罗斯总统普京说，安全保障不可接受。"),
        ("NATO meets in Brussels", "NATO ministers met in Brussels, according to Reuters. Nobody spoke of peace."),
        ("Zelenskyy in Paris", "“We need guarantees,” Volodymyr Zelensky said in Paris."),
    ];

    fn config() -> Config {
        empty(&Environment::new(Vec::new())).config.unwrap()
    }

    fn shown(words: &[&str]) -> String {
        let config = config();
        let (folder, clock) = block_on(async { Ok(filled(TEXTS, &config).await) }).unwrap();
        let line = ["wirewatch", "search"].into_iter().chain(words.iter().copied());
        let Verb::Search(arguments) = Arguments::try_parse_from(line).unwrap().verb else { panic!("another verb") };
        let mut out = Vec::new();
        let mut view = View { state: folder.path(), clock, zone: TimeZone::UTC, width: None, out: &mut out };
        match run(&arguments, &config, Colour::Plain, &mut view) {
            Ok(_) => String::from_utf8(out).unwrap(),
            Err(error) => format!("error: {error:#}"),
        }
    }

    #[test]
    fn the_newest_first_with_its_hits_in_context() {
        insta::assert_snapshot!(shown(&["guarantee OR гарантия"]), @"
        2026-03-03 14:00  Zelenskyy in Paris  0.47
          Sample Wire · en · https://example.org/00000000000000000000000000000006 · id 00000000000000000000000000000006
          guarantee (body)
            “We need «guarantees»,” Volodymyr Zelensky said in Paris.

        2026-03-02 20:00  Rain in the north  0.47
          Sample Wire · en · https://example.org/00000000000000000000000000000003 · id 00000000000000000000000000000003
          guarantee (body)
            The «guarantee» of a dry week is gone.

        2026-03-02 14:00  Кремль отверг гарантии  0.66
          Sample Wire · ru · https://example.org/00000000000000000000000000000002 · id 00000000000000000000000000000002
          гарантия (headline)
            Кремль отверг «гарантии»
          гарантия (body)
            Дмитрий Песков заявил, что «гарантии» безопасности неприемлемы.

        2026-03-02 08:00  Moscow rejects security guarantees  0.66
          Sample Wire · en · https://example.org/00000000000000000000000000000001 · id 00000000000000000000000000000001
          guarantee (headline)
            Moscow rejects security «guarantees»
          guarantee (body)
            Russia will not accept «guarantees» for Ukraine, Dmitry Peskov said on Friday.

        4 found · 4 stored articles looked at
        ");
        insta::assert_snapshot!(shown(&["guarantee", "--sort", "score", "-n", "1"]), @"
        2026-03-02 08:00  Moscow rejects security guarantees  0.66
          Sample Wire · en · https://example.org/00000000000000000000000000000001 · id 00000000000000000000000000000001
          guarantee (headline)
            Moscow rejects security «guarantees»
          guarantee (body)
            Russia will not accept «guarantees» for Ukraine, Dmitry Peskov said on Friday.

        3 found, 1 shown · 3 stored articles looked at
        ");
        insta::assert_snapshot!(shown(&["peace talks"]), @"0 found · 0 stored articles looked at");
        insta::assert_snapshot!(shown(&["cites:reuters", "--since", "soon"]), @"
        error: `soon` is no time
        help: write a span such as `2d` or `90min`, `today`, `yesterday`, a date such as `2026-03-02`, or a time such as `2026-03-02 14:30`
        ");
    }

    #[test]
    fn programs_get_the_same() {
        insta::assert_snapshot!(shown(&["普京", "--format", "jsonl"]), @r#"{"feed":null,"id":"00000000000000000000000000000004","language":"zh","outlet":"Sample Wire","published":null,"score":0.665,"stored":"2026-03-03T02:00:00Z","title":"普京谈安全保障","url":"https://example.org/00000000000000000000000000000004","why":[{"condition":"普京","context":"普京谈安全保障","field":"headline","span":null,"speaker":null,"text":"普京"},{"condition":"普京","context":"俄罗斯总统普京说，安全保障不可接受。","field":"body","span":[5,7],"speaker":null,"text":"普京"}]}"#);
        let whole: serde_json::Value = serde_json::from_str(&shown(&["speaker:zelensky", "--format", "json"])).unwrap();
        assert_eq!(whole["hits"][0]["why"][0]["speaker"], "Volodymyr Zelensky");
        assert_eq!(whole["looked_at"], 1);
        assert_eq!(shown(&["guarantee", "--format", "jsonl", "--since", "2026-03-03", "--until", "2026-03-04"]).lines().count(), 1);
        assert_eq!(shown(&["(("]), "", "its faults are on standard error");
    }

    #[test]
    fn a_search_finds_what_a_look_at_everything_finds() {
        let config = config();
        let (folder, clock) = block_on(async { Ok(filled(TEXTS, &config).await) }).unwrap();
        let store = SqliteStore::open_read_only(folder.path(), clock).unwrap();
        let everything = block_on(async { Ok(store.item_rows(ItemQuery::default()).await?) }).unwrap();
        assert_eq!(everything.len(), TEXTS.len());
        let mut narrowed = 0;
        for text in [
            "guarantee",
            "гарантия",
            "guarantee OR гарантии",
            "普京",
            "=NATO",
            "zelensk*",
            "guarantee NOT rain",
            "speaker:peskov",
            "country:RU",
            "actor:nato headline:brussels",
            "STANCE(russia, *, guarantee)",
            "STANCE(*, *, *)",
            "QUOTE(*, guarantee)",
            "language:ru",
            "language:zh",
            "outlet:sample",
            "cites:reuters",
            "url:example",
            "ABOUT(\"security guarantees for Ukraine\")",
            "SENTENCE(rain day)",
            "QUOTE(*, NOT peace)",
        ] {
            let source = std::sync::Arc::new(SourceText { name: "query".to_owned(), text: text.to_owned() });
            let place = Place { source, span: Span::new(0, text.len()) };
            let query = compile_query(&Located { value: text.to_owned(), place }, config.lexicons.known(), &[]).unwrap();
            let Found { hits, looked_at, .. } = search(&store, &query, ItemQuery::default(), 100, Sort::Date).unwrap();
            narrowed += usize::from(looked_at < TEXTS.len());
            let mut all = Vec::new();
            crate::pipeline::past::sweep(&store, &everything, || (), |(), _| ()).unwrap();
            let items = block_on(async { Ok(store.items(&everything).await?) }).unwrap();
            for item in items {
                let stored = crate::extract::stored::Stored::parse(&item.record).unwrap();
                all.extend(query.find(&stored.article, &stored.extraction).map(|_| stored.article.id.to_string()));
            }
            assert_eq!(hits.iter().map(|hit| hit.id.clone()).collect::<Vec<_>>(), all, "{text}");
        }
        assert!(narrowed > 10, "the words of the articles leave out most of them: {narrowed}");
    }
}
