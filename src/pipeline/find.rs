//! Article → what is in it and which watches hold: the pure half of the way, in one call.

use std::time::{Duration, Instant};

use crate::alert::story::Signature;
use crate::article::{TextInput, from_text};
use crate::config::Config;
use crate::extract;
use crate::extract::record::{ItemRecord, Timing};
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::id::{EntryId, StoryId};
use crate::model::matched::{Match, WatchFacts};
use crate::model::terms::Terms;
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
    /// What it is about, to be compared with others.
    pub signature: Signature,
    /// How long that took.
    pub took: Duration,
}

/// Reads an article. Costs milliseconds of processor time: call it off the async threads.
pub fn find(article: Article, config: &Config) -> Finding {
    let started = Instant::now();
    let extraction = extract::extract(&article, &config.lexicons);
    let (extraction, matches) = watch::find(&config.watches, &article, extraction);
    let signature = Signature::of(&article, &extraction);
    Finding { article, extraction, matches, signature, took: started.elapsed() }
}

/// Reads a text of its own, so that the tables and models which are made at the first use are there before the first article
/// comes. Costs a tenth of a second of processor time.
pub fn warm_up(config: &Config) {
    let input = TextInput {
        id: EntryId([0; 16]),
        text: "\"We will not sign,\" Anna Lind told the Example Post on Monday, after the ministers of France met in Paris.".into(),
        title: Some("Minister rules out the agreement".into()),
        url: None,
        published: None,
        language: None,
    };
    find(from_text(input), config);
}

impl Finding {
    /// The words by which it is found in the store.
    pub fn terms(&self) -> Terms {
        watch::index::terms(&self.article, &self.extraction)
    }

    /// The item record of it, one line of JSON, with its story where it has one.
    pub fn record(&self, article_took: Duration, story: Option<&StoryId>) -> String {
        let timing = Timing { article: micros(article_took), extract: micros(self.took) };
        let record = ItemRecord::new(&self.article, &self.extraction, timing);
        match story {
            Some(story) => record.with_story(story).to_line(),
            None => record.to_line(),
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
