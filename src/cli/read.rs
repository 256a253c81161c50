//! `extract` and `explain`, joined with what reads an article.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use crate::article::{TextInput, from_text};
use crate::cli::args::{ExplainArguments, ExtractArguments};
use crate::cli::check::EXIT_CONFIGURATION;
use crate::cli::input::article_of;
use crate::cli::setting::{Setting, config_if_any};
use crate::cli::telling::Telling;
use crate::cli::view::{WrongArgument, block_on};
use crate::cli::{batch, explain, extract, paint};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::extract::stored::Stored;
use crate::model::article::Article;
use crate::model::extraction::Extraction;
use crate::model::id::{EntryId, WatchId};
use crate::pipeline::find::find;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;
use crate::watch;

/// `wirewatch extract`, with the configured actors and topics where there is a configuration.
///
/// # Errors
/// As [`extract::run`].
pub fn extract(arguments: &ExtractArguments, given: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Some(config) = config_if_any(given)? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
    extract::run(arguments, &config.net, &config.article, |article| find(article, &config).record(Duration::ZERO, None))
}

/// `wirewatch explain`.
///
/// # Errors
/// When there is no configuration; else as [`explain::run`].
pub fn explain(arguments: &ExplainArguments, given: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Some(config) = Setting::find(given)?.config()? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
    if arguments.jsonl {
        batch::run(io::BufReader::new(io::stdin()), io::stdout().lock(), |line| {
            let (_, article) = article_of(&line)?;
            let found = find(article, &config);
            Ok(explain::answer(&config.watches, &found.article, &found.extraction))
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let read = |source: &str| {
        if let Some(id) = EntryId::parse(source).filter(|_| !Path::new(source).exists()) {
            return stored(id, &config);
        }
        let found = find(extract::read(source, &config.net, &config.article)?, &config);
        Ok((found.article, found.extraction))
    };
    explain::run(arguments, &config.watches, &Telling::new(&config), read, paint::colour(&io::stdout()), &mut anstream::stdout().lock())
}

/// A stored item as it was read when it came, with the topics of today.
fn stored(id: EntryId, config: &Config) -> anyhow::Result<(Article, Extraction)> {
    let store = SqliteStore::open_read_only(&config.state, Arc::new(SystemClock))?;
    let Some(line) = block_on(async { Ok(store.item(id).await?) })? else {
        let help = "`wirewatch search` shows the ids of stored items".to_owned();
        return Err(WrongArgument::new(format!("no stored item has the id {id}"), Some(help)).into());
    };
    let Stored { article, extraction, .. } = Stored::parse(&line)?;
    let extraction = watch::mark_topics(&config.watches, &article, extraction);
    Ok((article, extraction))
}

/// The watches that hold for a text, for the examples of a watch list.
pub fn watches_holding(config: &Config, text: &str) -> Vec<WatchId> {
    let input = TextInput { id: EntryId([0; 16]), text: text.to_owned(), title: None, url: None, published: None, language: None };
    find(from_text(input), config).matches.into_iter().map(|(facts, _)| facts.watch.id).collect()
}
