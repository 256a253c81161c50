//! `backtest`: the watch lists against stored articles.
//!
//! Nothing is extracted again: who and what was found in an article is what was found when it came, so a new `[[actor]]` is known
//! only in articles that came after it. Topics and watches are evaluated as they are now.

mod tally;
mod view;

use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::alert::alert_id;
use crate::cli::alerts::moment;
use crate::cli::args::BacktestArguments;
use crate::cli::backtest::tally::{In, Sample, Tally, Watched};
use crate::cli::search::title_of;
use crate::cli::view::{View, WrongArgument, block_on};
use crate::config::Config;
use crate::model::id::WatchId;
use crate::pipeline::past::{Past, sweep};
use crate::problem::nearest;
use crate::problem::render::Colour;
use crate::store::{ItemQuery, Store};
use crate::watch;
use crate::watch::list::WatchList;

/// Articles on which it is measured what each watch costs, spread evenly over all.
const MEASURED: usize = 1000;

/// What came of it.
#[derive(Debug)]
pub(crate) struct Report {
    /// Articles that were looked at.
    pub(crate) articles: usize,
    /// Stored articles that could not be read.
    pub(crate) unreadable: usize,
    /// When the first and the last of them were stored.
    pub(crate) span: Option<(Timestamp, Timestamp)>,
    /// How long it took.
    pub(crate) took: Duration,
    /// The name of the lists it is held against.
    pub(crate) against: Option<String>,
    /// Every watch, in the order of the lists; then those that only the other lists have.
    pub(crate) watches: Vec<Watched>,
}

/// Runs the command. `lists` reads the watch lists of a file.
///
/// # Errors
/// For times and names that mean nothing, or when there is no store or it cannot be read. Watch lists with errors give exit code 78.
pub fn run(
    arguments: &BacktestArguments,
    config: &Config,
    lists: &dyn Fn(&Path) -> anyhow::Result<Option<Config>>,
    colour: Colour,
    view: &mut View<'_>,
) -> anyhow::Result<ExitCode> {
    let wrong = ExitCode::from(crate::cli::check::EXIT_CONFIGURATION);
    let own = match arguments.watches.as_deref().map(lists).transpose()? {
        Some(None) => return Ok(wrong),
        own => own.flatten(),
    };
    let other = match arguments.against.as_deref().map(lists).transpose()? {
        Some(None) => return Ok(wrong),
        other => other.flatten(),
    };
    let watches = own.as_ref().map_or(&config.watches, |own| &own.watches);
    let against = other.as_ref().map(|other| &other.watches);
    if let Some(wanted) = arguments.watch.as_deref() {
        refuse_unknown(wanted, watches, against)?;
    }
    let now = view.clock.now();
    let time = |text: &Option<String>| text.as_deref().map(|text| moment(text, now, &view.zone)).transpose();
    let span = ItemQuery { since: time(&arguments.since)?, until: time(&arguments.until)?, ..ItemQuery::default() };
    let store = view.store()?;
    let plan = Plan { watches, against, zone: &view.zone, samples: arguments.samples };
    let mut report = plan.run(&store, span)?;
    report.against = arguments.against.as_ref().map(|path| path.display().to_string());
    report.watches.retain(|watched| arguments.watch.as_deref().is_none_or(|wanted| watched.id.as_str() == wanted));
    view::write(&report, arguments.format, colour, view)?;
    Ok(ExitCode::SUCCESS)
}

fn refuse_unknown(wanted: &str, watches: &WatchList, against: Option<&WatchList>) -> Result<(), WrongArgument> {
    let ids: Vec<&str> = watches.ids().chain(against.into_iter().flat_map(WatchList::ids)).collect();
    if ids.contains(&wanted) {
        return Ok(());
    }
    let near = nearest(wanted, ids.iter().copied());
    Err(WrongArgument::new(format!("there is no watch `{wanted}`"), near.map(|near| format!("did you mean `{near}`?"))))
}

/// What is held against what.
struct Plan<'a> {
    watches: &'a WatchList,
    against: Option<&'a WatchList>,
    zone: &'a TimeZone,
    samples: usize,
}

impl Plan<'_> {
    fn run(&self, store: &dyn Store, span: ItemQuery) -> anyhow::Result<Report> {
        let started = Instant::now();
        let rows = block_on(async { Ok(store.item_rows(span).await?) })?;
        let every = (rows.len() / MEASURED).max(1);
        let (tallies, unreadable) = sweep(store, &rows, Tally::default, |tally, past| self.step(tally, &past, every))?;
        let mut whole = Tally::default();
        for tally in tallies {
            whole.add(tally, self.samples);
        }
        let ids: Vec<&str> = self.watches.ids().collect();
        let only_other = self.against.into_iter().flat_map(WatchList::ids).filter(|id| !ids.contains(id));
        let (articles, span) = (whole.articles, whole.span);
        let watches = ids.iter().copied().chain(only_other).filter_map(|id| {
            let id = WatchId::from(id);
            let (own, other) = (self.watches.facts(&id), self.against.map(|against| against.facts(&id)));
            let place = match (&own, &other) {
                (Some(_), Some(None)) => In::This,
                (None, _) => In::Other,
                _ => In::Both,
            };
            let facts = own.or(other.flatten())?;
            Some(whole.watched(&id, &facts.watch, place))
        });
        Ok(Report { articles, unreadable, span, watches: watches.collect(), took: started.elapsed(), against: None })
    }

    /// Takes one article; what each watch costs is measured on one in `every`.
    fn step(&self, tally: &mut Tally, past: &Past, every: usize) {
        let found = watch::scores(self.watches, &past.article, &past.extraction);
        let other = self.against.map(|against| watch::scores(against, &past.article, &past.extraction));
        tally.saw(past.at);
        if past.place.is_multiple_of(every) {
            self.measure(tally, past);
        }
        let day = self.zone.to_datetime(past.at).date();
        let ids = |list: &[(WatchId, f32)]| list.iter().map(|(id, _)| id.clone()).collect::<HashSet<WatchId>>();
        let (ours, theirs) = (other.as_ref().map(|_| ids(&found)), other.as_deref().map(ids));
        // Which watch it is matters not, since each counts for itself; so the address is made canonical once.
        let told = tally.told(alert_id(&WatchId::from(""), &past.article), past.story.as_deref());
        let id = past.article.id;
        for (watch, score) in &found {
            let seen = tally.of(watch);
            seen.matched(day, told);
            if theirs.as_ref().is_some_and(|theirs| !theirs.contains(watch)) {
                seen.gained.add(*score, id, self.samples, || sample(past, *score));
            }
            seen.samples.add(*score, id, self.samples, || sample(past, *score));
        }
        for (watch, score) in other.iter().flatten().filter(|(other, _)| ours.as_ref().is_some_and(|ours| !ours.contains(other))) {
            tally.of(watch).lost.add(*score, id, self.samples, || sample(past, *score));
        }
    }

    /// What each watch costs, each held in full; the list as a whole costs less, since most are never looked at.
    fn measure(&self, tally: &mut Tally, past: &Past) {
        tally.measured += 1;
        let mut before = Instant::now();
        let mut costs = Vec::with_capacity(self.watches.len());
        watch::evaluate_each(self.watches, &past.article, &past.extraction, |id, _| {
            let after = Instant::now();
            costs.push((id.clone(), after - before));
            before = after;
        });
        for (id, cost) in costs {
            tally.of(&id).cost += cost;
        }
    }
}

fn sample(past: &Past, score: f32) -> Sample {
    let article = &past.article;
    Sample {
        score,
        at: past.at,
        id: article.id,
        title: title_of(article).unwrap_or_default(),
        outlet: article.outlet.clone(),
        url: article.url.as_ref().map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;
    use jiff::tz::TimeZone;

    use super::run;
    use crate::cli::args::{Arguments, Verb};
    use crate::cli::view::{View, block_on};
    use crate::config::{Config, Environment, load_lists, load_text};
    use crate::pipeline::past::samples::filled;
    use crate::problem::render::Colour;

    const TEXTS: &[(&str, &str)] = &[
        ("Moscow rejects security guarantees", "Russia will not accept guarantees for Ukraine, Dmitry Peskov said on Friday."),
        ("Rain in the north", "It rained all day. The guarantee of a dry week is gone."),
        ("Rain in the south", "It rained."),
        ("NATO meets in Brussels", "NATO ministers met in Brussels. Nobody spoke of peace."),
        ("Talks end", "A guarantee of peace was signed."),
        ("Talks begin", "Peace is near."),
    ];
    const LISTS: &str =
        "[[watch]]\nid = \"rain\"\nwhen = \"rain\"\n[[watch]]\nid = \"peace\"\nname = \"Peace\"\nwhen = \"peace OR guarantee\"\n";
    const OTHER: &str = "[[watch]]\nid = \"peace\"\nwhen = \"topic:talks OR guarantee NOT week\"\n[[topic]]\nid = \"talks\"\nquery = \"nato\"\n\
        [[watch]]\nid = \"south\"\nwhen = \"south\"\nnotify = [\"desk\"]\n";

    fn shown(words: &[&str]) -> String {
        let environment = Environment::new(Vec::new());
        let config: Config = load_text(Path::new("wirewatch.toml"), LISTS, &environment).config.unwrap();
        let (folder, clock) = block_on(async { Ok(filled(TEXTS, &config).await) }).unwrap();
        std::fs::write(folder.path().join("other.toml"), OTHER).unwrap();
        let line = ["wirewatch", "backtest"].into_iter().chain(words.iter().copied());
        let Verb::Backtest(arguments) = Arguments::try_parse_from(line).unwrap().verb else { panic!("another verb") };
        let mut out = Vec::new();
        let lists = |path: &Path| Ok(load_lists(&folder.path().join(path), &folder.path().join("wirewatch.toml"), &environment).config);
        let mut view = View { state: folder.path(), clock, zone: TimeZone::UTC, width: None, out: &mut out };
        match run(&arguments, &config, &lists, Colour::Plain, &mut view) {
            Ok(code) if out.is_empty() => format!("{code:?}"),
            Ok(_) => timeless(&String::from_utf8(out).unwrap()),
            Err(error) => format!("error: {error:#}"),
        }
    }

    /// Without what is not the same in every run.
    fn timeless(text: &str) -> String {
        let lines = text.lines().map(|line| match (line.split_once("  ("), line.rsplit_once(" · ")) {
            (Some((head, _)), _) if line.ends_with("time)") => head,
            (_, Some((head, _))) if line.ends_with(" s") => head,
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn matches_of_each_watch_with_its_days_and_best_articles() {
        insta::assert_snapshot!(shown(&[]), @"
        rain [medium]  2 matches · 2 alerts · 1 story on 1 day
          2026-03-02 │█ │ 2026-03-03  most: 2 on 2026-03-02
          0.66  2026-03-02 14:00  Rain in the north (Sample Wire) · id 00000000000000000000000000000002
          0.66  2026-03-02 20:00  Rain in the south (Sample Wire) · id 00000000000000000000000000000003

        peace [medium] Peace  5 matches · 5 alerts · 5 stories on 2 days
          2026-03-02 │▆█│ 2026-03-03  most: 3 on 2026-03-03
          0.66  2026-03-02 08:00  Moscow rejects security guarantees (Sample Wire) · id 00000000000000000000000000000001
          0.49  2026-03-03 08:00  Talks end (Sample Wire) · id 00000000000000000000000000000005
          0.47  2026-03-02 14:00  Rain in the north (Sample Wire) · id 00000000000000000000000000000002

        6 stored articles · 2026-03-02 to 2026-03-03 · 2 watches
        ");
        insta::assert_snapshot!(shown(&["--watch", "rain", "--samples", "1", "--since", "2026-03-02 12:00"]), @"
        rain [medium]  2 matches · 2 alerts · 1 story on 1 day
          2026-03-02 │█ │ 2026-03-03  most: 2 on 2026-03-02
          0.66  2026-03-02 14:00  Rain in the north (Sample Wire) · id 00000000000000000000000000000002

        5 stored articles · 2026-03-02 to 2026-03-03 · 1 watch
        ");
        insta::assert_snapshot!(shown(&["--watch", "rian"]), @"
        error: there is no watch `rian`
        help: did you mean `rain`?
        ");
    }

    #[test]
    fn lists_are_held_against_others() {
        insta::assert_snapshot!(shown(&["--against", "other.toml", "--samples", "1"]), @"
        rain [medium]  only in this list  2 matches · 2 alerts · 1 story on 1 day
          2026-03-02 │█ │ 2026-03-03  most: 2 on 2026-03-02
          0.66  2026-03-02 14:00  Rain in the north (Sample Wire) · id 00000000000000000000000000000002
          + 2 gained, all that it holds for

        peace [medium] Peace  5 matches · 5 alerts · 5 stories on 2 days
          2026-03-02 │▆█│ 2026-03-03  most: 3 on 2026-03-03
          0.66  2026-03-02 08:00  Moscow rejects security guarantees (Sample Wire) · id 00000000000000000000000000000001
          + 2 gained
          + 0.47  2026-03-02 14:00  Rain in the north (Sample Wire) · id 00000000000000000000000000000002

        south [medium]  only in other.toml
          - 1 lost, all that it holds for
          - 0.57  2026-03-02 20:00  Rain in the south (Sample Wire) · id 00000000000000000000000000000003

        6 stored articles · 2026-03-02 to 2026-03-03 · 3 watches · against other.toml: 4 matches gained, 1 lost, 1 watch only in this list, 1 watch only in that one
        ");
        insta::assert_snapshot!(shown(&["--against", "other.toml", "--watch", "south", "--until", "2026-03-02 12:00"]), @"
        south [medium]  only in other.toml: nothing lost

        1 stored article · 2026-03-02 to 2026-03-02 · 1 watch · against other.toml: 0 matches gained, 0 lost, 1 watch only in that one
        ");
        insta::assert_snapshot!(shown(&["--watches", "other.toml", "--samples", "0"]), @"
        peace [medium]  3 matches · 3 alerts · 3 stories on 2 days
          2026-03-02 │▄█│ 2026-03-03  most: 2 on 2026-03-03

        south [medium]  1 match · 1 alert · 1 story on 1 day
          2026-03-02 │█ │ 2026-03-03  most: 1 on 2026-03-02

        6 stored articles · 2026-03-02 to 2026-03-03 · 2 watches
        ");
    }

    #[test]
    fn programs_get_the_same() {
        let lines = shown(&["--format", "jsonl", "--against", "other.toml"]);
        let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
        assert_eq!((&first["watch"], &first["matches"], &first["alerts"]), (&"rain".into(), &2.into(), &2.into()));
        assert_eq!(first["gained"]["count"], 2);
        assert_eq!(first["samples"][0]["id"], "00000000000000000000000000000002");
        let all: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(all.iter().map(|watch| &watch["in"]).collect::<Vec<_>>(), ["this", "both", "other"]);
        assert_eq!(all.iter().map(|watch| watch["cost_us"].is_null()).collect::<Vec<_>>(), [false, false, true]);
        let whole: serde_json::Value = serde_json::from_str(&shown(&["--format", "json"])).unwrap();
        assert_eq!((&whole["articles"], whole["watches"].as_array().map(Vec::len)), (&6.into(), Some(2)));
        assert!(whole["watches"][0].get("in").is_none(), "there is nothing that it is held against");
    }
}
