//! `[[channel]]`: where alerts go besides the alert log.

mod mail;
mod service;
mod template;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::alert::rules::ChannelRules;
use crate::config::notify;
use crate::config::path;
use crate::config::secret::{self, Forms, Found, Surroundings};
use crate::config::section::Section;
use crate::config::value::{self, Wrong};
use crate::deliver::command::CommandSettings;
use crate::deliver::console::ConsoleSettings;
use crate::deliver::feed_file::{FeedFileSettings, FeedForm};
use crate::deliver::journald::JournaldSettings;
use crate::deliver::pace::Rate;
use crate::deliver::secret::Secret;
use crate::deliver::settings::{Basics, ChannelSettings};
use crate::model::id::ChannelId;
use crate::problem::{Located, Problem};

/// A `[[channel]]` as written.
#[derive(Debug)]
pub(crate) struct ChannelTable {
    pub(crate) id: Option<Located<ChannelId>>,
    pub(crate) settings: Option<ChannelSettings>,
    /// When it is told.
    pub(crate) rules: ChannelRules,
    /// What it connects to, and where that stands.
    pub(crate) address: Option<Located<Url>>,
}

/// What a type of channel makes of its keys.
type Read = (Option<ChannelSettings>, Option<Located<Url>>);

impl ChannelTable {
    pub(crate) fn read(mut section: Section<'_>, around: Surroundings<'_>) -> Self {
        section.require("id", r#""desk""#);
        section.require("type", r#""webhook""#);
        let id = section.parsed("id", r#""desk""#, value::identity).map(|id| id.map(ChannelId::from));
        let kind = section.parsed("type", r#""webhook""#, kind);
        let rules = notify::channel_rules(&mut section);
        // A channel without a usable name is read all the same, for the faults in it.
        let name = id.as_ref().map_or_else(|| ChannelId::from(""), |id| id.value.clone());
        let (settings, address) = match kind.map(|kind| kind.value) {
            Some("console") => (Some(ChannelSettings::Console(ConsoleSettings { id: name })), None),
            Some("journald") => (Some(ChannelSettings::Journald(JournaldSettings { id: name })), None),
            Some("mail") => mail::read(name, &mut section, around),
            Some("exec") => (command(name, &mut section, around), None),
            Some("feed") => (feed_file(name, &mut section, around), None),
            Some(kind) => service::read(kind, name, &mut section, around),
            // The keys of an unknown type are not known, so none of them is told as a fault.
            None => return Self { id, settings: None, rules, address: None },
        };
        section.finish();
        Self { id, settings, rules, address }
    }
}

fn kind(text: &str) -> Result<&'static str, Wrong> {
    if text == "log" {
        return Err(Wrong::new("is `log`, which is there without being asked for", "remove this channel; [log] path names the alert log"));
    }
    let known = ChannelSettings::TYPES.iter().copied();
    let meant = match text {
        "email" | "e-mail" | "smtp" => Some("mail"),
        "command" | "script" => Some("exec"),
        "atom" | "rss" => Some("feed"),
        _ => None,
    };
    let help = || meant.map_or_else(|| value::suggestion(text, known.clone()), |meant| format!("did you mean \"{meant}\"?"));
    let wrong = || Wrong::new(format!("is `{text}`, which is no type of channel"), help());
    known.clone().find(|kind| *kind == text).ok_or_else(wrong)
}

/// The keys that every channel has that sends: its rate and its deadline.
fn basics(id: ChannelId, section: &mut Section<'_>, rates: &[Rate], deadline: Duration) -> Basics {
    let mut basics = Basics::new(id);
    let bounds = Duration::from_secs(1)..=Duration::from_secs(10 * 60);
    let written = section.parsed("deadline", r#""15s""#, |text| value::duration(text, bounds));
    basics.deadline = written.map_or(deadline, |deadline| deadline.value);
    let written = section.parsed("rate", r#""30/1m""#, value::rates);
    let written = written.map(|rates| rates.value.into_iter().map(|(count, per)| Rate { count, per }).collect());
    basics.rates = written.unwrap_or_else(|| rates.to_vec());
    basics
}

fn command(id: ChannelId, section: &mut Section<'_>, around: Surroundings<'_>) -> Option<ChannelSettings> {
    /// What a program needs to find its way. Nothing else: the daemon's own environment may hold secrets.
    const PASSED_ON: &[&str] = &["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"];
    section.require("command", r#""/usr/local/bin/tell --loud""#);
    let basics = basics(id, section, &[], Duration::from_secs(30));
    let command = section.parsed("command", r#""/usr/local/bin/tell --loud""#, |text| program(text, around.base))?;
    let passed_on = PASSED_ON.iter().filter_map(|name| Some((OsString::from(name), around.environment.path(name)?.into_os_string())));
    let folder = if around.base.as_os_str().is_empty() { PathBuf::from(".") } else { around.base.to_path_buf() };
    Some(ChannelSettings::Command(basics, CommandSettings { command: command.value, folder, environment: passed_on.collect() }))
}

/// A program with a folder in its name is beside the configuration and must be there; a bare name is looked up by the system.
fn program(text: &str, base: &Path) -> Result<Vec<OsString>, Wrong> {
    let mut words: Vec<OsString> = value::command(text)?.into_iter().map(OsString::from).collect();
    let first = PathBuf::from(&words[0]);
    if first.components().count() > 1 {
        // The program runs in the folder of the configuration, so its own path must not begin anew there.
        let there = std::path::absolute(base.join(&first)).unwrap_or_else(|_| base.join(&first));
        if !there.is_file() {
            return Err(Wrong::new(format!("names {}, which is no file", there.display()), "write the path of a program that is there"));
        }
        words[0] = there.into_os_string();
    }
    Ok(words)
}

fn feed_file(id: ChannelId, section: &mut Section<'_>, around: Surroundings<'_>) -> Option<ChannelSettings> {
    const FORMS: &[(&str, FeedForm)] = &[("atom", FeedForm::Atom), ("rss", FeedForm::Rss), ("json", FeedForm::Json)];
    section.require("path", r#""/var/lib/wirewatch/alerts.xml""#);
    let mut basics = basics(id, section, &[], Duration::from_secs(30));
    basics.templates = template::read(section, around, template::Parts::SubjectAndBody);
    let path = section.text("path", r#""/var/lib/wirewatch/alerts.xml""#);
    let form = section.parsed("format", r#""atom""#, |text| value::choice(text, FORMS));
    let entries = section.parsed("entries", r#""100""#, entries);
    let title = section.text("title", r#""Alerts of the desk""#);
    let mut settings = FeedFileSettings::new(path::resolve(&path?.value, around.base, around.environment));
    settings.form = form.map_or(settings.form, |form| form.value);
    settings.entries_max = entries.map_or(settings.entries_max, |entries| entries.value);
    settings.title = title.map_or(settings.title, |title| crate::text::safe::one_line(&title.value));
    Some(ChannelSettings::FeedFile(basics, settings))
}

fn entries(text: &str) -> Result<usize, Wrong> {
    let number = text.trim().parse().ok().filter(|number| (1..=5000).contains(number));
    number.ok_or_else(|| Wrong::new("is no number from 1 to 5000", r#"write a number such as "100""#))
}

/// The address of a receiver, under whichever of its forms it is written; it is not shown when it came from a file or a variable.
fn address(section: &mut Section<'_>, around: Surroundings<'_>, example: &str) -> Option<Located<Url>> {
    let written = secret::URL;
    if ![written.inline, written.file, written.environment].into_iter().any(|key| section.key_place(key).is_some()) {
        section.require("url_file", example);
    }
    let found = secret::find(section, written, around)?;
    let Found { value, place, is_inline } = found;
    section.understood("url", Located { value, place }, |text| {
        let elsewhere = || Wrong::new("is no http: or https: address there", "the file or variable must hold the address and nothing else");
        value::web_address(text).map_err(|wrong| if is_inline { wrong } else { elsewhere() })
    })
}

/// A secret, which must not stand in the configuration: that is shown, copied and kept under version control.
fn hidden(section: &mut Section<'_>, forms: Forms, around: Surroundings<'_>) -> Option<Secret<String>> {
    let found = secret::find(section, forms, around)?;
    if found.is_inline {
        let message = format!("`{}` stands in the configuration itself", section.path(forms.inline));
        let help = format!("put it into a file and write {}, or into the environment and write {}", forms.file, forms.environment);
        section.faults().push(Problem::error(message, found.place).help(help));
        return None;
    }
    let text = Located { value: found.value, place: found.place };
    let printable = |text: &str| {
        let fits = text.chars().all(|character| !character.is_control() || forms == secret::URLS && character.is_whitespace());
        if fits {
            Ok(Secret::new(text.trim().to_owned()))
        } else {
            Err(Wrong::new("has line breaks or control characters in it", "the file must hold the value and nothing else"))
        }
    };
    section.understood(forms.inline, text, printable).map(|secret| secret.value)
}

/// The same, and a fault where none of its forms is written.
fn required(section: &mut Section<'_>, forms: Forms, around: Surroundings<'_>) -> Option<Secret<String>> {
    if ![forms.inline, forms.file, forms.environment].into_iter().any(|key| section.key_place(key).is_some()) {
        section.require(forms.file, &format!(r#""/etc/wirewatch/desk.{}", or {}"#, forms.inline, forms.environment));
    }
    hidden(section, forms, around)
}
