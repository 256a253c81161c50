//! Where files lie: the configuration itself, the state, the alert log, and what the configuration names.

use std::path::{Path, PathBuf};

use crate::config::environment::Environment;
use crate::config::error::ConfigError;

/// The name looked for where no file is named.
const FILE_NAME: &str = "wirewatch.toml";

/// The configuration file: the one given, else `$WIREWATCH_CONFIG`, else `wirewatch.toml` in `$XDG_CONFIG_HOME/wirewatch`
/// (`~/.config/wirewatch` where that is unset), else in `/etc/wirewatch`.
///
/// A file that was named is not looked for: reading it tells whether it exists.
///
/// # Errors
/// [`ConfigError::NotFound`] when none was named and none exists.
pub fn find(given: Option<&Path>, environment: &Environment) -> Result<PathBuf, ConfigError> {
    if let Some(named) = given.map(Path::to_path_buf).or_else(|| environment.path("WIREWATCH_CONFIG")) {
        return Ok(named);
    }
    let home = environment.path("XDG_CONFIG_HOME").or_else(|| Some(environment.path("HOME")?.join(".config")));
    let tried = home.into_iter().map(|home| home.join("wirewatch")).chain([PathBuf::from("/etc/wirewatch")]);
    let tried = tried.map(|folder| folder.join(FILE_NAME)).collect::<Vec<_>>();
    tried.iter().find(|path| path.is_file()).cloned().ok_or(ConfigError::NotFound { tried })
}

/// The state folder where the configuration names none: `$STATE_DIRECTORY`, which systemd sets, else
/// `$XDG_STATE_HOME/wirewatch`, else `~/.local/state/wirewatch`, else `/var/lib/wirewatch`.
pub(crate) fn default_state(environment: &Environment) -> PathBuf {
    let of_user = || environment.path("XDG_STATE_HOME").or_else(|| Some(environment.path("HOME")?.join(".local/state")));
    environment
        .first_path("STATE_DIRECTORY")
        .or_else(|| of_user().map(|home| home.join("wirewatch")))
        .unwrap_or_else(|| PathBuf::from("/var/lib/wirewatch"))
}

/// The alert log: an absolute path as it is, a relative one below `$LOGS_DIRECTORY`, else below the state folder.
pub(crate) fn log(written: &Path, state: &Path, environment: &Environment) -> PathBuf {
    environment.first_path("LOGS_DIRECTORY").unwrap_or_else(|| state.to_path_buf()).join(written)
}

/// A path in the configuration: `~/` is the home folder, and a relative path is beside the configuration file.
pub(crate) fn resolve(written: &str, base: &Path, environment: &Environment) -> PathBuf {
    match (written.strip_prefix("~/"), environment.path("HOME")) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => base.join(written),
    }
}

/// The watch files beside a configuration file, sorted by name.
pub(crate) fn watch_files(main: &Path) -> std::io::Result<Vec<PathBuf>> {
    let folder = main.parent().unwrap_or(Path::new("")).join("watch.d");
    let mut files = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml") && !is_hidden(path));
    files.sort();
    Ok(files)
}

/// Editors keep their drafts in hidden files.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::environment::Environment;
    use crate::config::path::{default_state, find, log, resolve};

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::new(variables.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn state_is_where_systemd_says_else_in_the_home() {
        let shown = |variables: &[(&str, &str)]| default_state(&environment(variables)).display().to_string();
        assert_eq!(shown(&[("STATE_DIRECTORY", "/var/lib/ww:/var/lib/other"), ("HOME", "/h")]), "/var/lib/ww");
        assert_eq!(shown(&[("XDG_STATE_HOME", "/s"), ("HOME", "/h")]), "/s/wirewatch");
        assert_eq!(shown(&[("XDG_STATE_HOME", ""), ("HOME", "/h")]), "/h/.local/state/wirewatch");
        assert_eq!(shown(&[]), "/var/lib/wirewatch");
    }

    #[test]
    fn a_relative_log_is_below_the_logs_folder_else_below_the_state() {
        let logs = environment(&[("LOGS_DIRECTORY", "/var/log/ww")]);
        assert_eq!(log(Path::new("a.jsonl"), Path::new("/state"), &logs), Path::new("/var/log/ww/a.jsonl"));
        assert_eq!(log(Path::new("a.jsonl"), Path::new("/state"), &Environment::default()), Path::new("/state/a.jsonl"));
        assert_eq!(log(Path::new("/x/a.jsonl"), Path::new("/state"), &logs), Path::new("/x/a.jsonl"));
    }

    #[test]
    fn paths_are_beside_the_configuration_or_in_the_home() {
        let home = environment(&[("HOME", "/h")]);
        assert_eq!(resolve("feeds/a.xml", Path::new("/etc/ww"), &home), Path::new("/etc/ww/feeds/a.xml"));
        assert_eq!(resolve("~/a.xml", Path::new("/etc/ww"), &home), Path::new("/h/a.xml"));
    }

    #[test]
    fn the_configuration_is_the_one_given_else_the_first_that_exists() {
        let folder = tempfile::tempdir().unwrap();
        let xdg = environment(&[("XDG_CONFIG_HOME", folder.path().to_str().unwrap())]);
        let text = find(None, &xdg).unwrap_err().to_string();
        assert!(text.contains("/etc/wirewatch/wirewatch.toml") && text.contains("help: name one with -c FILE"), "{text}");
        std::fs::create_dir(folder.path().join("wirewatch")).unwrap();
        let file = folder.path().join("wirewatch/wirewatch.toml");
        std::fs::write(&file, "").unwrap();
        assert_eq!(find(None, &xdg).unwrap(), file);
        assert_eq!(find(Some(Path::new("x.toml")), &xdg).unwrap(), Path::new("x.toml"));
        assert_eq!(find(None, &environment(&[("WIREWATCH_CONFIG", "y.toml")])).unwrap(), Path::new("y.toml"));
    }
}
