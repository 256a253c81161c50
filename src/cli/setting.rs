//! The configuration a command works with: found, read, and its faults shown.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::check::Look;
use crate::cli::paint;
use crate::config;
use crate::config::error::ConfigError;
use crate::config::{Config, Environment};
use crate::problem::Problem;
use crate::problem::render::{Colour, render};

/// Which configuration file, and the environment it is read in.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The file.
    pub path: PathBuf,
    /// The environment.
    pub environment: Environment,
}

impl Setting {
    /// Finds the configuration file.
    ///
    /// # Errors
    /// When none is named and none is where one is looked for.
    pub fn find(given: Option<&Path>) -> Result<Self, ConfigError> {
        let environment = Environment::new(std::env::vars_os());
        let path = config::find(given, &environment)?;
        Ok(Self { path, environment })
    }

    /// Reads the configuration and shows its problems on standard error; `None` when it has errors.
    ///
    /// # Errors
    /// When standard error cannot be written.
    pub fn config(&self) -> anyhow::Result<Option<Config>> {
        let loaded = config::load(&self.path, &self.environment);
        tell(&loaded.problems)?;
        Ok(loaded.config)
    }

    /// Reads watch lists that are to be tried in the place of the configured ones, and shows their problems on standard error;
    /// `None` when they have errors.
    ///
    /// # Errors
    /// When standard error cannot be written.
    pub fn lists(&self, path: &Path) -> anyhow::Result<Option<Config>> {
        let loaded = config::load_lists(path, &self.path, &self.environment);
        tell(&loaded.problems)?;
        Ok(loaded.config)
    }
}

/// The configuration where there is one; else an empty one, so that a text can be read without any set-up.
///
/// # Errors
/// When a configuration is named and cannot be found, or standard error cannot be written.
pub fn config_if_any(given: Option<&Path>) -> anyhow::Result<Option<Config>> {
    match Setting::find(given) {
        Ok(setting) => setting.config(),
        Err(ConfigError::NotFound { .. }) => {
            let environment = Environment::new(std::env::vars_os());
            Ok(config::empty(&environment).config)
        }
        Err(error) => Err(error.into()),
    }
}

fn tell(problems: &[Problem]) -> std::io::Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let look = look(paint::colour(&std::io::stderr()));
    std::io::stderr().lock().write_all(render(problems, look.width, look.colour).as_bytes())
}

/// Errors as one text for the log.
pub fn problems_text(problems: &[Problem]) -> String {
    let errors: Vec<String> = problems
        .iter()
        .filter(|problem| problem.is_error())
        .map(|problem| match &problem.place {
            Some(place) => format!("{place}: {}", problem.message),
            None => problem.message.clone(),
        })
        .collect();
    match errors.as_slice() {
        [] => "it has faults".to_owned(),
        [one] => one.clone(),
        [first, more @ ..] => format!("{first} (and {} more; `wirewatch check` shows them all)", more.len()),
    }
}

/// How text looks on a stream: as wide as the terminal within reason, coloured or not.
pub fn look(colour: Colour) -> Look {
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0)).clamp(40, 140);
    Look { width, colour }
}
