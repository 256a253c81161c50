//! What the watches do on the articles that are stored already, for `check`.

use std::sync::Arc;

use crate::cli::view::block_on;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::model::id::WatchId;
use crate::pipeline::past::sweep;
use crate::problem::render::counted;
use crate::problem::{Level, Problem};
use crate::store::sqlite::SqliteStore;
use crate::store::{ItemQuery, Store};
use crate::text::safe::one_line;
use crate::watch::holding;

/// The newest articles that are looked at: some two seconds of work.
const ARTICLES_MAX: usize = 2_000;
/// With fewer, nothing is said.
const ARTICLES_MIN: usize = 100;
/// Watches that are named in a line.
const NAMED: usize = 10;

/// For how many of the newest stored articles each watch holds.
#[derive(Debug)]
pub struct Measured {
    articles: usize,
    /// In the order of the list.
    matches: Vec<(WatchId, usize)>,
}

/// Holds the watches against the newest stored articles; `None` where there is no store, or too little in it.
pub fn measure(config: &Config) -> Option<Measured> {
    let store = SqliteStore::open_read_only(&config.state, Arc::new(SystemClock)).ok()?;
    of_store(config, &store)
}

fn of_store(config: &Config, store: &dyn Store) -> Option<Measured> {
    let newest = ItemQuery { newest_first: true, ..ItemQuery::default() };
    let mut rows = block_on(async { Ok(store.item_rows(newest).await?) }).ok()?;
    rows.truncate(ARTICLES_MAX);
    if rows.len() < ARTICLES_MIN || config.watches.is_empty() {
        return None;
    }
    let begin = || (0, vec![0; config.watches.len()]);
    let counted = sweep(store, &rows, begin, |(articles, matches): &mut (usize, Vec<usize>), past| {
        *articles += 1;
        for place in holding(&config.watches, &past.article, &past.extraction) {
            if let Some(count) = matches.get_mut(place as usize) {
                *count += 1;
            }
        }
    });
    let (threads, _) = counted.ok()?;
    let articles = threads.iter().map(|(articles, _)| articles).sum();
    let sum = |place: usize| threads.iter().filter_map(|(_, matches)| matches.get(place)).sum();
    let matches = config.watches.ids().enumerate().map(|(place, id)| (id.into(), sum(place))).collect();
    Some(Measured { articles, matches })
}

impl Measured {
    /// Watches that hold for half of the articles or more.
    pub(crate) fn problems(&self) -> impl Iterator<Item = Problem> {
        let many = self.matches.iter().filter(|(_, count)| count * 2 >= self.articles);
        many.map(|(id, count)| Problem {
            level: Level::Warning,
            message: format!("the watch `{id}` holds for {count} of the {} newest stored articles", self.articles),
            place: None,
            help: Some(format!("`wirewatch backtest --watch {id}` shows which; ask for something rarer beside it")),
        })
    }

    /// Which watches hold for none of the articles, as a line for people; empty where there is none.
    pub(crate) fn silent(&self) -> String {
        let silent: Vec<&str> = self.matches.iter().filter(|(_, count)| *count == 0).map(|(id, _)| id.as_str()).collect();
        if silent.is_empty() {
            return String::new();
        }
        let more = silent.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = one_line(&silent.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "));
        let (watches, articles) = (counted(silent.len(), "watch"), self.articles);
        format!("  {watches} without a match among the {articles} newest stored articles: {named}{rest}\n")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Measured, measure};
    use crate::cli::view::block_on;
    use crate::config::{Config, Environment, load_text};
    use crate::model::id::WatchId;
    use crate::pipeline::past::samples::filled;

    const LISTS: &str = "[[watch]]\nid = \"rain\"\nwhen = \"rain\"\n[[watch]]\nid = \"snow\"\nwhen = \"snow\"\n\
        [[watch]]\nid = \"hail\"\nwhen = \"hail\"\n";

    #[test]
    fn watches_are_measured_on_what_is_stored() {
        let mut config: Config = load_text(Path::new("wirewatch.toml"), LISTS, &Environment::new(Vec::new())).config.unwrap();
        let mut texts = vec![("Weather", "It rained."); 99];
        for stored in [99, 100] {
            texts.resize(stored, ("Weather", "It snowed."));
            let (folder, _) = block_on(async { Ok(filled(&texts, &config).await) }).unwrap();
            config.state = folder.path().to_owned();
            let measured = measure(&config);
            if stored == 99 {
                assert!(measured.is_none(), "too few articles say nothing");
                continue;
            }
            let measured = measured.unwrap();
            let told: Vec<String> = measured.problems().map(|problem| problem.message).collect();
            assert_eq!(told, ["the watch `rain` holds for 99 of the 100 newest stored articles"]);
            assert_eq!(measured.silent(), "  1 watch without a match among the 100 newest stored articles: hail\n");
        }
    }

    #[test]
    fn many_silent_watches_are_counted() {
        let matches = (0..12).map(|number| (WatchId::from(format!("w{number}")), 0)).collect();
        let silent = Measured { articles: 100, matches }.silent();
        assert!(silent.starts_with("  12 watches without a match") && silent.ends_with("w8, w9 and 2 more\n"), "{silent}");
    }
}
