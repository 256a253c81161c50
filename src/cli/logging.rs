//! Where the log goes: standard error, for people or for the journal.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::cli::paint;
use crate::problem::render::Colour;

/// What is logged without `-v`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// The life of the daemon, and one line an alert.
    Daemon,
    /// Warnings.
    Command,
}

/// Starts logging. `RUST_LOG` wins over `-v`.
///
/// Under systemd the journal has the time and the colour does not help, so both are left out.
pub fn start(quiet: Quiet, verbose: u8) {
    let level = match (quiet, verbose) {
        // What libraries say about the markup of a page is nothing that a reader of the log could act on.
        (Quiet::Daemon, 0) => "wirewatch=info,warn,html5ever=error,trafilatura=error",
        (Quiet::Command, 0) => "warn,html5ever=error,trafilatura=error",
        (_, 1) => "wirewatch=debug,info",
        _ => "wirewatch=trace,debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let journal = std::env::var_os("JOURNAL_STREAM").is_some();
    let colour = paint::colour(&std::io::stderr()) == Colour::Ansi;
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).with_ansi(colour);
    let started = if journal { builder.without_time().try_init() } else { builder.try_init() };
    // A second start in one process, as tests do, keeps the first.
    drop(started);
}
