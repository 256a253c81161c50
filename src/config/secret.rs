//! Values that are secrets: from a file, from systemd's credentials, from the environment.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::config::environment::Environment;
use crate::config::path;
use crate::config::section::Section;
use crate::problem::{Located, Place, Problem, nearest};

/// The three keys under which one value can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forms {
    pub(crate) inline: &'static str,
    pub(crate) file: &'static str,
    pub(crate) environment: &'static str,
}

/// Of the address of a channel.
pub(crate) const URL: Forms = Forms { inline: "url", file: "url_file", environment: "url_env" };
/// Of the secret that signs.
pub(crate) const SECRET: Forms = Forms { inline: "secret", file: "secret_file", environment: "secret_env" };
/// Of the token that a service gave.
pub(crate) const TOKEN: Forms = Forms { inline: "token", file: "token_file", environment: "token_env" };
/// Of the password of a mail server.
pub(crate) const PASSWORD: Forms = Forms { inline: "password", file: "password_file", environment: "password_env" };
/// Of the user of Pushover.
pub(crate) const USER_KEY: Forms = Forms { inline: "user_key", file: "user_key_file", environment: "user_key_env" };
/// Of a configuration of Apprise.
pub(crate) const KEY: Forms = Forms { inline: "key", file: "key_file", environment: "key_env" };
/// Of the services that Apprise is to use.
pub(crate) const URLS: Forms = Forms { inline: "urls", file: "urls_file", environment: "urls_env" };

/// A value that was found, and how messages name where it came from.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) value: String,
    pub(crate) place: Place,
    /// Whether it stands in the configuration itself.
    pub(crate) is_inline: bool,
}

/// Where relative names and variables are looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The folder of the configuration file.
    pub(crate) base: &'a Path,
    pub(crate) environment: &'a Environment,
}

/// The value under whichever of its forms is written; a fault where there are two. `None` where there is none or it is wrong.
pub(crate) fn find(section: &mut Section<'_>, forms: Forms, around: Surroundings<'_>) -> Option<Found> {
    let written = [forms.inline, forms.file, forms.environment].map(|key| section.key_place(key).map(|place| (key, place)));
    let mut written = written.into_iter().flatten().collect::<Vec<_>>();
    written.sort_by_key(|(_, place)| place.span);
    for (key, place) in written.iter().skip(1) {
        let message = format!("`{}` and `{}` say the same thing twice", section.path(written[0].0), section.path(key));
        section.faults().push(Problem::error(message, place.clone()).help("keep one of them"));
    }
    let inline = section.text(forms.inline, r#""https://example.org/hook""#);
    let file = section.text(forms.file, r#""/etc/wirewatch/desk.secret""#);
    let variable = section.text(forms.environment, r#""DESK_SECRET""#);
    if let Some(text) = inline {
        return Some(Found { value: text.value, place: text.place, is_inline: true });
    }
    if let Some(name) = file {
        return from_file(section, forms.file, name, around);
    }
    from_environment(section, forms.environment, variable?, around.environment)
}

fn from_environment(section: &Section<'_>, key: &str, name: Located<String>, environment: &Environment) -> Option<Found> {
    match environment.text(&name.value).map(|value| value.trim_end_matches(['\r', '\n'])) {
        Some(value) if !value.trim().is_empty() => Some(Found { value: value.to_owned(), place: name.place, is_inline: false }),
        _ => {
            let message = format!("`{}` names the variable {}, which is not set", section.path(key), name.value);
            let help = nearest(&name.value, environment.names())
                .map_or_else(|| "set it where the program is started".to_owned(), |near| format!("did you mean `{near}`?"));
            section.faults().push(Problem::error(message, name.place).help(help));
            None
        }
    }
}

fn from_file(section: &Section<'_>, key: &str, name: Located<String>, around: Surroundings<'_>) -> Option<Found> {
    let file = locate(&name.value, around);
    match read(&file) {
        Ok(value) => {
            warn_of_loose_permissions(section, key, &name, &file);
            Some(Found { value, place: name.place, is_inline: false })
        }
        Err(why) => {
            let message = format!("`{}` names {}, {why}", section.path(key), file.display());
            let help = "write the path of a file that holds the value and nothing else, or the name of a systemd credential";
            section.faults().push(Problem::error(message, name.place).help(help));
            None
        }
    }
}

/// A relative name is a credential where systemd gives one of that name, else a file beside the configuration.
fn locate(name: &str, around: Surroundings<'_>) -> PathBuf {
    let credentials = around.environment.path("CREDENTIALS_DIRECTORY");
    let named = ["$CREDENTIALS_DIRECTORY/", "${CREDENTIALS_DIRECTORY}/"].iter().find_map(|prefix| name.strip_prefix(prefix));
    match (named, credentials) {
        (Some(rest), Some(folder)) => folder.join(rest),
        (None, Some(folder)) if folder.join(name).is_file() => folder.join(name),
        _ => path::resolve(name, around.base, around.environment),
    }
}

/// A secret is short; what is longer is the wrong file.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// The text without the line feed at its end, else why there is none.
fn read(file: &Path) -> Result<String, String> {
    let io = |error: std::io::Error| format!("which cannot be read: {error}");
    let size = std::fs::metadata(file).map_err(io)?.len();
    if size > SECRET_BYTES_MAX {
        return Err(format!("which is too large for a secret: {size} bytes"));
    }
    let text = std::fs::read_to_string(file).map_err(io)?;
    let value = text.trim_end_matches(['\r', '\n']);
    if value.trim().is_empty() {
        return Err("which is empty".to_owned());
    }
    Ok(value.to_owned())
}

fn warn_of_loose_permissions(section: &Section<'_>, key: &str, name: &Located<String>, file: &Path) {
    const OTHERS: u32 = 0o007;
    let Ok(metadata) = std::fs::metadata(file) else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        let message = format!("`{}` names {}, which is open to every user (mode {mode:03o})", section.path(key), file.display());
        let help = format!("chmod {:03o} {}", mode & 0o640, file.display());
        section.faults().push(Problem::warning(message, name.place.clone()).help(help));
    }
}
