//! `wirewatch run`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;

use crate::cli::args::RunArguments;
use crate::cli::check::EXIT_CONFIGURATION;
use crate::cli::paint;
use crate::cli::setting::{Setting, problems_text};
use crate::clock::SystemClock;
use crate::config;
use crate::daemon::notify::{Notifier, watchdog_timeout};
use crate::daemon::{Daemon, Delivering, Done, Options, Reload, signals};
use crate::model::delivery::Delivery;
use crate::pipeline::stats::count;

/// How long threads may take to end what the loops have given up.
const SHUTDOWN: Duration = Duration::from_millis(500);

/// Runs the monitor until it is told to stop, or once.
///
/// # Errors
/// When state, store, client or channels cannot be used, or the store fails for good.
pub fn run(arguments: &RunArguments, setting: &Setting) -> anyhow::Result<ExitCode> {
    let Some(config) = setting.config()? else { return Ok(ExitCode::from(EXIT_CONFIGURATION)) };
    let feeds = config.feeds.len();
    let (log, zone) = (config.log_path.clone(), config.rules.zone.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime cannot be started")?;
    let ended = runtime.block_on(async {
        let shutdown = signals::shutdown().context("signals cannot be received")?;
        let reload = if arguments.once { None } else { Some(reload(setting)?) };
        let daemon = Daemon::start(config, Arc::new(SystemClock), paint::on_stdout()).await?;
        let progress = (arguments.once && std::io::stderr().is_terminal()).then(|| progress(&daemon, feeds));
        let delivery = if arguments.no_deliver {
            Delivering::Shown(Arc::new(move |delivery: &Delivery| show(delivery, &zone)))
        } else {
            Delivering::On
        };
        let notifier = Notifier::new(std::env::var_os("NOTIFY_SOCKET").as_deref()).context("the service manager cannot be told")?;
        let variable = |name| setting.environment.text(name);
        let watchdog = watchdog_timeout(variable("WATCHDOG_USEC"), variable("WATCHDOG_PID"), std::process::id());
        let options = Options { once: arguments.once, delivery, notifier, watchdog, reload };
        let done = daemon.run(options, shutdown).await;
        if let Some(bar) = progress {
            bar.finish_and_clear();
        }
        let done = done?;
        if arguments.once {
            summary(&mut std::io::stderr().lock(), &done, feeds, &log)?;
        }
        Ok(ExitCode::SUCCESS)
    });
    // A thread that waits for the resolver or a stalled disk must not hold up the end of the program.
    runtime.shutdown_timeout(SHUTDOWN);
    ended
}

fn reload(setting: &Setting) -> anyhow::Result<Reload> {
    let wishes = signals::reload().context("signals cannot be received")?;
    let (path, environment) = (setting.path.clone(), setting.environment.clone());
    let read = move |before: &config::Config| {
        let loaded = config::load_after(&path, &environment, before);
        loaded.config.ok_or_else(|| problems_text(&loaded.problems))
    };
    Ok(Reload { wishes, read: Box::new(read) })
}

/// One line that says how far a single round is.
fn progress(daemon: &Daemon, feeds: usize) -> ProgressBar {
    let bar = ProgressBar::new(feeds as u64);
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} feeds {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    let stats = daemon.stats();
    let shown = bar.clone();
    tokio::spawn(async move {
        loop {
            let now = stats();
            shown.set_position(count(&now, "feeds_visited_total"));
            shown.set_message(format!(
                "· {} new · {} read · {} alerts",
                count(&now, "entries_new_total"),
                count(&now, "articles_read_total"),
                count(&now, "alerts_raised_total"),
            ));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    bar
}

/// What a single round did, for people.
fn summary(out: &mut impl Write, done: &Done, feeds: usize, log: &std::path::Path) -> std::io::Result<()> {
    let of = |name| count(&done.stats, name);
    let failed = match of("feeds_failed_total") {
        0 => String::new(),
        failed => format!(" ({failed} failed: see `wirewatch feeds list`)"),
    };
    writeln!(
        out,
        "{} of {feeds} feeds polled{failed}, {} new entries, {} articles read, {} alerts",
        of("feeds_visited_total"),
        of("entries_new_total"),
        of("articles_read_total"),
        of("alerts_raised_total"),
    )?;
    for (channel, waiting, _) in &done.waiting {
        writeln!(out, "{waiting} alerts wait for `{channel}`")?;
    }
    if of("deliveries_made_total") > 0 {
        writeln!(out, "the alert log is {}", log.display())?;
    }
    Ok(())
}

/// Prints what would be sent.
fn show(delivery: &Delivery, zone: &TimeZone) {
    let mut out = std::io::stdout().lock();
    let text = paint::on_stdout()(&delivery.body, zone);
    // Nobody reads any more: there is nobody to tell either.
    drop(writeln!(out, "would go to `{}`:\n{text}", delivery.channel));
}
