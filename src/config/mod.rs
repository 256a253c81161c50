//! The TOML files: read, checked whole, and turned into the settings of the stages.
//!
//! *Never:* a default that belongs to a stage; those stand in the `settings.rs` beside the code that reads them.
//! Never stops at the first fault: [`load`] gives all of them, of all files, in file order.
//!
#![doc = include_str!("configuration.md")]

pub mod edit;
pub mod error;

mod actor;
mod channel;
mod check;
mod compile;
mod environment;
mod feed;
mod general;
mod holder;
mod load;
mod mask;
mod notify;
mod path;
mod secret;
mod section;
pub(crate) mod value;
mod watch;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::alert::health::OperatorSettings;
use crate::alert::rules::Rules;
use crate::article::settings::{ArticleSettings, Fetch};
use crate::deliver::settings::ChannelSettings;
use crate::extract::lexicon::Lexicons;
use crate::model::feed::Feed;
use crate::model::id::FeedId;
use crate::net::settings::NetSettings;
use crate::poll::push::WebsubSettings;
use crate::poll::settings::PollSettings;
use crate::problem::{Place, Problem};
use crate::store::Retention;
use crate::watch::list::{TopicSource, WatchList};

pub use crate::config::environment::Environment;
pub use crate::config::path::find;

/// Everything the owner configured, checked.
#[derive(Debug)]
pub struct Config {
    /// The state folder.
    pub state: PathBuf,
    /// The alert log.
    pub log_path: PathBuf,
    /// Of the HTTP client.
    pub net: NetSettings,
    /// Of polling, where a feed says nothing else.
    pub poll: PollSettings,
    /// Of article pages, where a feed says nothing else.
    pub article: ArticleSettings,
    /// How long what is kept.
    pub retention: Retention,
    /// How hubs reach this program, where they may.
    pub websub: Option<WebsubSettings>,
    /// What the owner is told of the monitor itself.
    pub operator: OperatorSettings,
    /// Every feed in file order, and how it is polled.
    pub feeds: Vec<(Feed, PollSettings)>,
    /// Feeds with a `fetch` of their own; see [`Config::article_of`].
    pub fetch: BTreeMap<FeedId, Fetch>,
    /// Actors, built in and configured.
    pub lexicons: Lexicons,
    /// Topics as they were written, for queries that name them.
    pub topics: Vec<TopicSource>,
    /// Topics and watches, compiled.
    pub watches: WatchList,
    /// Where alerts go and when.
    pub rules: Rules,
    /// The alert log first, then every `[[channel]]`.
    pub channels: Vec<ChannelSettings>,
    /// The files that were read, `wirewatch.toml` first.
    pub files: Vec<PathBuf>,
    /// How many of what are configured.
    pub counts: Counts,
}

impl Config {
    /// How pages of a feed's entries are read.
    pub fn article_of(&self, feed: &FeedId) -> ArticleSettings {
        let mut settings = self.article.clone();
        settings.fetch = self.fetch.get(feed).copied().unwrap_or(settings.fetch);
        settings
    }
}

/// How many of what are configured, built-in ones aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Files of `watch.d`.
    pub watch_files: usize,
    /// `[[actor]]` tables.
    pub actors: usize,
    /// `[[holder]]` tables.
    pub holders: usize,
    /// `[[topic]]` tables.
    pub topics: usize,
    /// `[[watch]]` tables.
    pub watches: usize,
}

/// What came of reading a configuration.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration; `None` when there is an error in it.
    pub config: Option<Config>,
    /// Errors and warnings, in file order.
    pub problems: Vec<Problem>,
}

/// Reads `wirewatch.toml` at `path` and every `watch.d/*.toml` beside it, and checks all of it.
///
/// Reads these files and the secrets they name, and nothing else: no network, no clock.
pub fn load(path: &Path, environment: &Environment) -> Loaded {
    check::check(load::load(path, environment), path, environment, None)
}

/// The same after an earlier configuration: watches that stand in both are not compiled again.
pub fn load_after(path: &Path, environment: &Environment, before: &Config) -> Loaded {
    check::check(load::load(path, environment), path, environment, Some(&before.watches))
}

/// The same for a text that is to become the file at `path`, before it is written.
pub fn load_text(path: &Path, text: &str, environment: &Environment) -> Loaded {
    check::check(load::load_text(path, text, environment), path, environment, None)
}

/// Other watch lists than those of the configuration at `main`, to be tried: the file at `path` is a whole configuration, or holds
/// only what a file of `watch.d` may hold. Then its watches stand in the place of all others; topics and actors of the
/// configuration stay, but for those whose ids it uses itself. Whom its watches notify does not matter.
pub fn load_lists(path: &Path, main: &Path, environment: &Environment) -> Loaded {
    check::check(load::load_lists(path, main, environment), main, environment, None)
}

/// The configuration of somebody who wrote none: no feeds, no watches, all defaults.
pub fn empty(environment: &Environment) -> Loaded {
    let tables = load::Tables { files: vec![PathBuf::from("wirewatch.toml")], ..load::Tables::default() };
    check::check(tables, Path::new("wirewatch.toml"), environment, None)
}

/// Puts problems into the order of the files they are in, and of their places there; those without a place come first.
pub fn in_file_order(problems: &mut [Problem], files: &[PathBuf]) {
    let order = files.iter().enumerate().map(|(index, file)| (file.display().to_string(), index + 1)).collect::<HashMap<_, _>>();
    let place = |place: &Place| (order.get(&place.source.name).copied().unwrap_or(usize::MAX), place.span.start);
    problems.sort_by_key(|problem| problem.place.as_ref().map_or((0, 0), place));
}
