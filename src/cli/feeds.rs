//! `wirewatch feeds`: which part of it is meant.

use std::io::{IsTerminal, Read};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::tz::TimeZone;

use crate::cli::args::{FeedsArguments, FeedsVerb};
use crate::cli::check::EXIT_CONFIGURATION;
use crate::cli::feeds_discover;
use crate::cli::feeds_edit::{self, Desk, Tried};
use crate::cli::feeds_list;
use crate::cli::paint;
use crate::cli::setting::{Setting, look};
use crate::cli::view::View;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::model::feed::{Feed, FeedState};
use crate::net::client::Client;
use crate::poll;
use crate::poll::discover::Search;
use crate::poll::parse::ParseError;
use crate::poll::{Outcome, PollError};
use crate::store::FeedChange;
use crate::text::chain::chain;

/// Bytes of a list that is imported.
const LIST_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Does what is asked of the feed set.
///
/// # Errors
/// When the configuration or the store cannot be read or changed, or a feed that is to be added cannot be read.
pub fn run(arguments: &FeedsArguments, setting: &Setting) -> anyhow::Result<ExitCode> {
    let desk = Desk { path: &setting.path, environment: &setting.environment, look: look(paint::colour(&std::io::stderr())) };
    let (mut out, mut notes) = (anstream::stdout().lock(), anstream::stderr());
    match &arguments.verb {
        FeedsVerb::Add { url, id, untried } => {
            let feed = feeds_edit::new_feed(url, id.as_deref());
            let try_feed = (!untried).then_some(try_feed as fn(&Config, &Feed) -> anyhow::Result<Tried>);
            feeds_edit::add(&desk, &feed, try_feed.as_ref(), &mut out, &mut notes)
        }
        FeedsVerb::Import { file } => {
            let source: Box<dyn Read> = if file.as_os_str() == "-" {
                Box::new(std::io::stdin().lock())
            } else {
                Box::new(std::fs::File::open(file).with_context(|| format!("{} cannot be read", file.display()))?)
            };
            let mut list = Vec::new();
            source.take(LIST_BYTES_MAX + 1).read_to_end(&mut list).with_context(|| format!("{} cannot be read", file.display()))?;
            if u64::try_from(list.len()).unwrap_or(u64::MAX) > LIST_BYTES_MAX {
                bail!("{} has more than {LIST_BYTES_MAX} bytes", file.display());
            }
            feeds_edit::import(&desk, &list, &mut out, &mut notes)
        }
        FeedsVerb::Discover { url, usual_paths, format } => {
            let Some(config) = setting.config()? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
            let search = if *usual_paths { Search::UsualPaths } else { Search::PageOnly };
            feeds_discover::run(url, search, *format, &config.net, SystemClock.now(), &mut out)
        }
        verb => {
            let Some(config) = setting.config()? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
            let feeds: Vec<&Feed> = config.feeds.iter().map(|(feed, _)| feed).collect();
            let width = std::io::stdout().is_terminal().then_some(desk.look.width);
            let mut view = View { state: &config.state, clock: Arc::new(SystemClock), zone: TimeZone::system(), width, out: &mut out };
            match verb {
                FeedsVerb::List { format } => feeds_list::list(&feeds, *format, &mut view),
                FeedsVerb::Pause { id } => feeds_list::change(id, FeedChange::Pause, &feeds, &mut view),
                FeedsVerb::Resume { id } => feeds_list::change(id, FeedChange::Resume, &feeds, &mut view),
                _ => feeds_edit::export(&config, &mut out, &mut notes),
            }
        }
    }
}

/// Visits a feed as the daemon would, for the first time.
fn try_feed(config: &Config, feed: &Feed) -> anyhow::Result<Tried> {
    let settings = config.feeds.iter().find(|(known, _)| known.id == feed.id).map_or(&config.poll, |(_, settings)| settings);
    let client = Client::new(&config.net)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("the runtime cannot be started")?;
    let now = SystemClock.now();
    let visit = runtime.block_on(poll::visit(feed, &FeedState::new(now), settings, &client, now));
    match visit.outcome {
        Outcome::Read { entries, .. } => Ok(Tried::Feed { title: visit.state.title, entries: entries.len() }),
        Outcome::Failed(PollError::Parse { source: ParseError::Html { feeds }, .. }) => Ok(Tried::Page(feeds)),
        Outcome::Failed(error) => bail!("{}", chain(&error)),
        _ => Ok(Tried::Feed { title: visit.state.title, entries: 0 }),
    }
}
