//! Arguments, then one file for each command.
//!
//! Standard output is data, standard error is for people. Exit codes: 0 done, 1 failed while running, 2 wrong arguments,
//! 78 wrong configuration.

pub mod alerts;
pub mod alerts_view;
pub mod args;
pub mod backtest;
pub mod batch;
pub mod check;
pub mod deadletter;
pub mod demo;
pub mod explain;
pub mod explain_page;
pub mod extract;
pub mod feed;
pub mod feeds;
pub mod feeds_discover;
pub mod feeds_edit;
pub mod feeds_list;
pub mod input;
pub mod item_view;
pub mod logging;
pub mod measured;
mod opml;
pub mod paint;
pub mod pretty;
pub mod read;
pub mod report;
pub mod run;
pub mod schema;
pub mod search;
pub mod setting;
pub mod silence;
pub mod status;
pub mod stories;
pub mod telling;
pub mod test_channel;
pub mod view;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

use crate::cli::args::{Arguments, Verb};
use crate::cli::check::EXIT_CONFIGURATION;
use crate::cli::logging::Quiet;
use crate::cli::measured::measure;
use crate::cli::read::watches_holding;
use crate::cli::setting::{Setting, config_if_any};
use crate::cli::view::{View, WrongArgument};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::config::error::ConfigError;
use crate::extract::record::ItemRecord;
use crate::problem::render::Colour;

/// The whole program: reads the arguments of the process and does what they say.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start(quiet(&arguments.verb), arguments.verbose);
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // When even that cannot be said, the exit code still tells.
            drop(writeln!(anstream::stderr().lock(), "error: {error:#}"));
            exit_code(&error)
        }
    }
}

fn exit_code(error: &anyhow::Error) -> ExitCode {
    if error.chain().any(<dyn std::error::Error>::is::<WrongArgument>) {
        ExitCode::from(2)
    } else if error.chain().any(|cause| matches!(cause.downcast_ref(), Some(ConfigError::NotFound { .. } | ConfigError::NotToml(_)))) {
        ExitCode::from(EXIT_CONFIGURATION)
    } else {
        ExitCode::FAILURE
    }
}

/// Whoever read our output has seen enough, as in `wirewatch alerts | head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let of_io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let of_json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        of_io.or(of_json) == Some(std::io::ErrorKind::BrokenPipe)
    })
}

/// A single round on a terminal has a progress line and a summary; its log would only get between them.
fn quiet(verb: &Verb) -> Quiet {
    match verb {
        Verb::Run(run) if !(run.once && std::io::stderr().is_terminal()) => Quiet::Daemon,
        _ => Quiet::Command,
    }
}

fn dispatch(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let given = arguments.config.as_deref();
    match &arguments.verb {
        Verb::Run(verb) => run::run(verb, &Setting::find(given)?),
        Verb::Check(verb) => {
            let setting = Setting::find(given)?;
            let look = setting::look(paint::colour(&std::io::stdout()));
            check::run(verb, &setting.path, &setting.environment, watches_holding, measure, look, &mut anstream::stdout().lock())
        }
        Verb::Feed(verb) => {
            let Some(config) = config_if_any(given)? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
            feed::run(verb, &config.net, SystemClock.now())
        }
        Verb::Feeds(verb) => feeds::run(verb, &Setting::find(given)?),
        Verb::Extract(verb) => read::extract(verb, given),
        Verb::Explain(verb) => read::explain(verb, given),
        Verb::Search(verb) => with_store(given, |config, view| search::run(verb, config, paint::colour(&std::io::stdout()), view)),
        Verb::Backtest(verb) => {
            let setting = Setting::find(given)?;
            let Some(config) = setting.config()? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
            let lists = |path: &Path| setting.lists(path);
            look_at(&config, |view| backtest::run(verb, &config, &lists, paint::colour(&std::io::stdout()), view))
        }
        Verb::Alerts(verb) => with_store(given, |config, view| {
            let render = paint::on_stdout();
            let known = alerts::Known {
                watches: config.watches.ids().map(ToOwned::to_owned).collect(),
                channels: config.channels.iter().map(|channel| channel.id().to_string()).collect(),
            };
            alerts::run(verb, &known, &|record| render(record, &config.rules.zone), view)
        }),
        Verb::Silence(verb) => with_store(given, |config, view| silence::run(verb, config, view)),
        Verb::Deadletter(verb) => with_store(given, |config, view| deadletter::run(verb, &config.channels, view)),
        Verb::TestChannel(verb) => with_store(given, |config, view| test_channel::run(verb, config, paint::on_stdout(), view)),
        Verb::Status(verb) => with_store(given, |_, view| status::run(verb, view)),
        Verb::Healthcheck => with_store(given, |_, view| status::healthcheck(view)),
        Verb::Demo => demo::run(),
        Verb::Schema(verb) => schema::run(verb, || schemars::schema_for!(ItemRecord), &mut anstream::stdout().lock()),
    }
}

/// Runs a command that looks at the store of the configured state folder.
fn with_store(given: Option<&Path>, look: impl FnOnce(&Config, &mut View<'_>) -> anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    let Some(config) = Setting::find(given)?.config()? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
    look_at(&config, |view| look(&config, view))
}

fn look_at(config: &Config, look: impl FnOnce(&mut View<'_>) -> anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    let width = std::io::stdout().is_terminal().then(|| setting::look(Colour::Plain).width);
    let mut out = anstream::stdout().lock();
    look(&mut View { state: &config.state, clock: Arc::new(SystemClock), zone: config.rules.zone.clone(), width, out: &mut out })
}
