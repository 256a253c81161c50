//! Which channels would be told of a match if it came now, decided as the daemon decides: for `explain`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::alert::record::AlertRecord;
use crate::alert::render::told;
use crate::alert::rules::Rules;
use crate::alert::{Single, Situation, decide};
use crate::cli::view::block_on;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::model::alert::{Alert, Decision};
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::id::ChannelId;
use crate::model::matched::{Match, WatchFacts};
use crate::model::silence::Silence;
use crate::pipeline::ledger::RATE_MAX;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;
use crate::text::safe::one_line;

/// What decides besides the match: rules, silences, and what channels were told of late. Of stories it knows nothing.
#[derive(Debug, Default)]
pub struct Telling {
    rules: Rules,
    silences: Vec<Silence>,
    singles: HashMap<ChannelId, VecDeque<Single>>,
    now: Timestamp,
}

impl Telling {
    /// As things stand now; without a store there are no silences, and no channel was told anything.
    pub fn new(config: &Config) -> Self {
        let now = SystemClock.now();
        let rules = config.rules.clone();
        let kept = SqliteStore::open_read_only(&config.state, Arc::new(SystemClock)).map_err(anyhow::Error::from).and_then(|store| {
            let since = now.saturating_sub(RATE_MAX).unwrap_or(Timestamp::MIN);
            block_on(async { Ok((store.silences().await?, store.singles(since).await?)) })
        });
        let (silences, mut told) = kept.unwrap_or_default();
        told.sort_by_key(|(_, at)| *at);
        let mut singles: HashMap<ChannelId, VecDeque<Single>> = HashMap::new();
        for (channel, at) in told {
            singles.entry(channel).or_default().push_back(Single { at, alert: None });
        }
        Self { rules, silences, singles, now }
    }

    /// The alert that a match would be.
    pub fn alert(&self, facts: &WatchFacts, found: &Match, article: &Article, extraction: &Extraction) -> Option<Alert> {
        let situation = Situation {
            article,
            extraction,
            known: &HashSet::new(),
            story: None,
            told: &HashMap::new(),
            silences: &self.silences,
            rules: &self.rules,
            singles: &self.singles,
            now: self.now,
        };
        decide(vec![(facts.clone(), found.clone())], &situation).into_iter().find_map(|decision| match decision {
            Decision::Raise(alert) | Decision::Update(alert) | Decision::Hold(alert) => Some(*alert),
            Decision::Drop { .. } => None,
        })
    }
}

/// `alert log, desk; mail gets it at 2026-03-02 18:00 UTC: digest`.
pub fn line(alert: &Alert) -> String {
    let channels: Vec<String> =
        std::iter::once("alert log".to_owned()).chain(alert.notify.iter().map(|channel| one_line(channel.as_str()))).collect();
    let later = told(&AlertRecord::from(alert)).map_or_else(String::new, |later| format!("; {later}"));
    format!("{}{later}", channels.join(", "))
}
