//! `wirewatch demo`: the main job offline, with feeds from inside the program.

pub mod server;

use std::ffi::OsString;
use std::fs::DirBuilder;
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use uuid::Uuid;

use crate::cli::demo::server::Site;
use crate::cli::paint;
use crate::cli::setting::problems_text;
use crate::clock::SystemClock;
use crate::config::{self, Environment};
use crate::daemon::notify::Notifier;
use crate::daemon::{Daemon, Delivering, Done, Options, signals};
use crate::pipeline::stats::count;

/// Serves a few feeds on 127.0.0.1, monitors them once and once again, and leaves nothing behind.
///
/// # Errors
/// When no port can be had, the folder for temporary files cannot be written, or the monitor fails.
pub fn run() -> anyhow::Result<ExitCode> {
    let folder = Folder::new()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the runtime cannot be started")?;
    runtime.block_on(async {
        let site = Site::start().await.context("no port of 127.0.0.1 can be had")?;
        let path = folder.0.join("wirewatch.toml");
        std::fs::write(&path, site.configuration()).with_context(|| format!("{} cannot be written", path.display()))?;
        say(&format!("Four invented outlets publish on {}; the watch list is config/demo.toml.\n", site.base()))?;
        let done = once(&path, &folder.0).await?;
        say(&format!("first run: {}", sentence(&done)))?;
        let done = once(&path, &folder.0).await?;
        say(&format!("second run: {}; nothing is told twice", sentence(&done)))?;
        say("Next: `wirewatch -c config/wirewatch.toml check`, then `run --once` polls some twenty real feeds.")?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn once(path: &Path, folder: &Path) -> anyhow::Result<Done> {
    let variables: [(OsString, OsString); 1] = [("STATE_DIRECTORY".into(), folder.join("state").into())];
    let loaded = config::load(path, &Environment::new(variables));
    let config = loaded.config.with_context(|| problems_text(&loaded.problems))?;
    let daemon = Daemon::start(config, Arc::new(SystemClock), paint::on_stdout()).await?;
    let options = Options { once: true, delivery: Delivering::On, notifier: Notifier::default(), watchdog: None, reload: None };
    Ok(daemon.run(options, signals::shutdown()?).await?)
}

fn sentence(done: &Done) -> String {
    let of = |name| count(&done.stats, name);
    format!(
        "{} feeds polled, {} new entries, {} articles read, {} alerts",
        of("feeds_visited_total"),
        of("entries_new_total"),
        of("articles_read_total"),
        of("alerts_raised_total"),
    )
}

/// What is told besides the alerts goes to standard error, so that `demo | less` has the alerts alone.
fn say(text: &str) -> std::io::Result<()> {
    writeln!(anstream::stderr().lock(), "{text}")
}

/// A folder for the state of the demo, gone when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("wirewatch-demo-{}", Uuid::new_v4()));
        // It must be a new one: under a name that can be guessed another user could have laid one ready.
        DirBuilder::new().mode(0o700).create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the folder for temporary files, which the system tidies up.
        drop(std::fs::remove_dir_all(&self.0));
    }
}
