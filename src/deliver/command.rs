//! A program of the owner's, run for each alert.
//!
//! No shell runs it, and nothing of an alert stands among its arguments: the record comes on standard input as one line of JSON,
//! and its parts in the environment. It runs in a process group of its own, which is killed whole when its time is over.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | delivered |
//! | 75 (`EX_TEMPFAIL` of sysexits) | nothing can be delivered now: all alerts wait |
//! | 65 (`EX_DATAERR`) | this alert never will be |
//! | any other, or a signal | this alert is tried again, others go on |

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;

use async_trait::async_trait;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use crate::deliver::pace::Rate;
use crate::deliver::settings::Basics;
use crate::deliver::view::View;
use crate::deliver::{Channel, Outcome};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::net::process::{Group, read_and_drain};
use crate::text::safe::one_line;

/// Deliveries at a time, one after the other.
const BATCH_MAX: usize = 4;
/// Of what a program says on standard error, so much is kept for the message.
const STDERR_BYTES_MAX: usize = 2000;
/// Longest value in the environment; the kernel bounds each at 128 KiB and all together with the arguments.
const VALUE_CHARACTERS_MAX: usize = 4000;

const TEMPORARY: i32 = 75;
const UNUSABLE: i32 = 65;

/// Settings of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandSettings {
    /// The program and its arguments; there is at least the program.
    pub command: Vec<OsString>,
    /// Where it runs.
    pub folder: PathBuf,
    /// What it finds in its environment besides the alert: never the secrets that the daemon's own environment may hold.
    pub environment: Vec<(OsString, OsString)>,
}

/// A program of the owner's.
#[derive(Debug)]
pub struct CommandChannel {
    basics: Basics,
    settings: CommandSettings,
}

impl CommandChannel {
    /// Starts nothing yet.
    pub fn open(basics: &Basics, settings: &CommandSettings) -> Self {
        Self { basics: basics.clone(), settings: settings.clone() }
    }

    async fn run(&self, delivery: &Delivery) -> Outcome {
        let [program, arguments @ ..] = self.settings.command.as_slice() else {
            return Outcome::Away { after: None, error: "no program is named".to_owned() };
        };
        let name = PathBuf::from(program).display().to_string();
        let spawned = Command::new(program)
            .args(arguments)
            .current_dir(&self.settings.folder)
            .env_clear()
            .envs(self.settings.environment.iter().cloned())
            .envs(environment(delivery))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) => return Outcome::Away { after: None, error: format!("`{name}` cannot be started: {error}{}", hint(&error)) },
        };
        // The group ends however this function does, also when its future is dropped.
        let group = Group::of(child.id());
        let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
        let body = format!("{}\n", delivery.body);
        let work = async {
            let write = async {
                if let Some(mut stdin) = stdin {
                    // A program that does not want to know has that right.
                    stdin.write_all(body.as_bytes()).await.ok();
                }
            };
            // What it started may hold its standard error open for longer than it lives itself.
            let watch = async {
                let status = child.wait().await;
                drop(group);
                status
            };
            let ((), said, status) = tokio::join!(write, read_and_drain(stderr, STDERR_BYTES_MAX), watch);
            (said, status)
        };
        if let Ok((said, status)) = timeout(self.basics.deadline, work).await {
            return outcome(&name, &said, status);
        }
        let limit = humantime::format_duration(self.basics.deadline);
        Outcome::Retry { after: None, error: format!("`{name}` took longer than {limit} and was killed with all that it started") }
    }
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "; write its whole path",
        io::ErrorKind::PermissionDenied => "; is it executable?",
        _ => "",
    }
}

fn outcome(name: &str, said: &[u8], status: io::Result<std::process::ExitStatus>) -> Outcome {
    let said = one_line(&String::from_utf8_lossy(said));
    let said = if said.is_empty() { said } else { format!(": {said}") };
    let status = match status {
        Ok(status) if status.success() => return Outcome::Delivered,
        Ok(status) => status,
        Err(error) => return Outcome::Retry { after: None, error: format!("`{name}` cannot be waited for: {error}") },
    };
    let error = format!("`{name}` ended with {status}{said}");
    match status.code() {
        Some(TEMPORARY) => Outcome::Away { after: None, error },
        Some(UNUSABLE) => Outcome::Refused { error },
        _ => Outcome::Retry { after: None, error },
    }
}

/// The parts of an alert, each on one line and without anything that steers.
fn environment(delivery: &Delivery) -> Vec<(&'static str, String)> {
    let view = View::of(&delivery.body);
    let mut variables = vec![("WIREWATCH_ALERT_ID", delivery.alert.to_string()), ("WIREWATCH_SUBJECT", view.subject())];
    for (name, place) in [
        ("WIREWATCH_KIND", "/kind"),
        ("WIREWATCH_WATCH", "/watch/id"),
        ("WIREWATCH_WATCH_NAME", "/watch/name"),
        ("WIREWATCH_SEVERITY", "/watch/severity"),
        ("WIREWATCH_TITLE", "/item/title"),
        ("WIREWATCH_URL", "/item/url"),
        ("WIREWATCH_OUTLET", "/item/outlet"),
        ("WIREWATCH_FEED", "/item/feed"),
        ("WIREWATCH_PUBLISHED", "/item/published"),
        ("WIREWATCH_LANGUAGE", "/item/language"),
    ] {
        variables.push((name, view.text(place).to_owned()));
    }
    for (_, value) in &mut variables {
        *value = crate::deliver::format::Fit::characters(VALUE_CHARACTERS_MAX).cut(value);
    }
    variables
}

#[async_trait]
impl Channel for CommandChannel {
    fn id(&self) -> &ChannelId {
        &self.basics.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    fn rates(&self) -> &[Rate] {
        &self.basics.rates
    }

    fn preview(&self, delivery: &Delivery) -> String {
        let command: Vec<String> = self.settings.command.iter().map(|word| format!("{:?}", word.display().to_string())).collect();
        let mut out = format!("{}\n\n", command.join(" "));
        for (name, value) in environment(delivery) {
            writeln!(out, "{name}={value}").expect("writing to a string cannot fail");
        }
        out + "\n" + &delivery.body + "\n"
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(batch.len());
        for delivery in batch {
            let outcome = self.run(delivery).await;
            let is_away = matches!(outcome, Outcome::Away { .. });
            outcomes.push(outcome);
            if is_away {
                break;
            }
        }
        outcomes
    }
}

#[cfg(test)]
mod tests;
