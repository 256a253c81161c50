//! Article → what is in it and which watches hold: the pure half of the way, in one call.

use std::time::{Duration, Instant};

use crate::config::Config;
use crate::extract;
use crate::extract::record::{ItemRecord, Timing};
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::matched::{Match, WatchFacts};
use crate::watch;

/// An article, what was found in it, and the watches that hold for it.
#[derive(Debug)]
pub struct Finding {
    /// The article.
    pub article: Article,
    /// What was found in it.
    pub extraction: Extraction,
    /// The watches that hold.
    pub matches: Vec<(WatchFacts, Match)>,
    /// How long that took.
    pub took: Duration,
}

/// Reads an article. Costs milliseconds of processor time: call it off the async threads.
pub fn find(article: Article, config: &Config) -> Finding {
    let started = Instant::now();
    let extraction = extract::extract(&article, &config.lexicons);
    let extraction = watch::mark_topics(&config.watches, &article, extraction);
    let matches = watch::evaluate(&config.watches, &article, &extraction)
        .into_iter()
        .filter_map(|found| config.watches.facts(&found.watch).map(|facts| (facts.clone(), found)))
        .collect();
    Finding { article, extraction, matches, took: started.elapsed() }
}

impl Finding {
    /// The item record of it, one line of JSON.
    pub fn record(&self, article_took: Duration) -> String {
        let timing = Timing { article: micros(article_took), extract: micros(self.took) };
        ItemRecord::new(&self.article, &self.extraction, timing).to_line()
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
