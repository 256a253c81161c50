//! The environment variables, read once.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

/// The environment variables of the process, or of a test.
///
/// Filled once, in `cli`, from [`std::env::vars_os`]; nothing else in the program asks the environment.
/// Its debug form shows names and no values, since values may be secrets.
///
/// ```
/// use wirewatch::config::Environment;
///
/// let environment = Environment::new([("HOME".into(), "/home/desk".into())]);
/// assert_eq!(environment.path("HOME"), Some("/home/desk".into()));
/// assert_eq!(environment.path("XDG_STATE_HOME"), None);
/// ```
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// Takes names and values.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        Self { variables: variables.into_iter().collect() }
    }

    /// The value as a path; `None` where it is unset or empty.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.variables.get(OsStr::new(name)).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// The first of several paths separated by colons, as systemd gives them; `None` where it is unset or empty.
    pub fn first_path(&self, name: &str) -> Option<PathBuf> {
        let value = self.variables.get(OsStr::new(name))?;
        std::env::split_paths(value).find(|path| !path.as_os_str().is_empty())
    }

    /// The value as text; `None` where it is unset or no text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.variables.get(OsStr::new(name))?.to_str()
    }

    /// The names, for suggestions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().filter_map(|name| name.to_str())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.variables.keys()).finish()
    }
}
