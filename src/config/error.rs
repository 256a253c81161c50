//! What goes wrong outside the text of a configuration; faults in the text are [`crate::problem::Problem`]s.

use std::path::PathBuf;

use crate::model::id::FeedId;

/// What goes wrong with configuration files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No file was named, and none lies where one is looked for.
    #[error("no configuration file: {} {} not exist\nhelp: name one with -c FILE", list(tried), if tried.len() == 1 { "does" } else { "do" })]
    NotFound {
        /// Where it was looked for.
        tried: Vec<PathBuf>,
    },
    /// The file cannot be changed before its faults are mended.
    #[error("the configuration is not readable as TOML")]
    NotToml(#[source] toml_edit::TomlError),
    /// `feed` stands in the file and is no list of tables.
    #[error("`feed` is written as a value, not as [[feed]] tables")]
    FeedsNotTables,
    /// Another feed has this name.
    #[error("feed `{id}` is configured already")]
    TakenId {
        /// The name.
        id: FeedId,
    },
    /// Another feed has this address.
    #[error("the address is configured already, as feed `{id}`")]
    TakenUrl {
        /// The feed that has it.
        id: FeedId,
    },
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
