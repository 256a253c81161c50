//! `silence`: what is not told on channels for a while.

use std::process::ExitCode;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::cli::args::{Format, SilenceArguments, SilenceVerb};
use crate::cli::view::{GOOD, PLAIN, QUIET, Table, View, WrongArgument, block_on, distance};
use crate::config::Config;
use crate::model::silence::{Muted, Silence};
use crate::problem::nearest;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;

/// Adds, lists or ends silences; the daemon heeds them from the next match on.
///
/// # Errors
/// [`WrongArgument`] for an end that is no time, a watch nobody configured, or a number no silence has; else when the store
/// cannot be read or changed.
pub fn run(arguments: &SilenceArguments, config: &Config, view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        SilenceVerb::Add { what, until, reason } => {
            let muted = what.muted();
            let now = view.clock.now();
            let until = end(until, now, &view.zone)?;
            refuse_unknown(&muted, config)?;
            let store = SqliteStore::open_beside(view.state, std::sync::Arc::clone(&view.clock))?;
            let silence = block_on(async { Ok(store.add_silence(muted, until, reason.clone()).await?) })?;
            let text = format!("silence {}: {} until {}", silence.number, silence.muted, view.local(silence.until));
            writeln!(view.out, "{text}; it is still written to the alert log")?;
        }
        SilenceVerb::List { all, format } => list(*all, *format, view)?,
        SilenceVerb::Expire { number } => {
            let store = SqliteStore::open_beside(view.state, std::sync::Arc::clone(&view.clock))?;
            if !block_on(async { Ok(store.expire_silence(*number).await?) })? {
                let help = Some("`wirewatch silence list` shows them".to_owned());
                return Err(WrongArgument::new(format!("no silence of number {number} is on"), help).into());
            }
            writeln!(view.out, "silence {number} has ended")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A span from now, or a date or time.
fn end(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, WrongArgument> {
    let wrong = |what: &str| {
        let help = "write a span such as `2h` or `3d`, or a time to come such as `2026-03-02 18:00`";
        WrongArgument::new(format!("`{text}` {what}"), Some(help.to_owned()))
    };
    let local = |text: &str| text.parse::<jiff::civil::DateTime>().ok().and_then(|local| zone.to_timestamp(local).ok());
    let until = if let Ok(span) = humantime::parse_duration(text.trim()) {
        now.checked_add(span).map_err(|_| wrong("is too far"))?
    } else {
        text.trim().parse::<Timestamp>().ok().or_else(|| local(text.trim())).ok_or_else(|| wrong("is no time"))?
    };
    if until > now { Ok(until) } else { Err(wrong("is over")) }
}

/// A watch that nobody configured is a slip; actors, outlets and stories need not be known yet.
fn refuse_unknown(muted: &Muted, config: &Config) -> Result<(), WrongArgument> {
    let Muted::Watch(watch) = muted else { return Ok(()) };
    if config.watches.ids().any(|known| known == watch.as_str()) {
        return Ok(());
    }
    let near = nearest(watch.as_str(), config.watches.ids());
    Err(WrongArgument::new(format!("no watch is named `{watch}`"), near.map(|near| format!("did you mean `{near}`?"))))
}

fn list(all: bool, format: Format, view: &mut View<'_>) -> anyhow::Result<()> {
    let store = view.store()?;
    let now = view.clock.now();
    let mut silences = block_on(async { Ok(store.silences().await?) })?;
    silences.retain(|silence| all || silence.is_on(now));
    match format {
        Format::Text if silences.is_empty() => writeln!(view.out, "nothing is silenced")?,
        Format::Text => {
            let mut table = Table::with_headings(&["no.", "what", "until", "", "reason"]);
            for silence in &silences {
                let (word, style) = if silence.is_on(now) { (distance(now, silence.until), GOOD) } else { ("over".to_owned(), QUIET) };
                table.row([
                    (silence.number.to_string(), PLAIN),
                    (silence.muted.to_string(), PLAIN),
                    (view.local(silence.until), PLAIN),
                    (word, style),
                    (silence.reason.clone(), PLAIN),
                ]);
            }
            table.write(view.width, view.out)?;
        }
        Format::Json => {
            serde_json::to_writer_pretty(
                &mut *view.out,
                &silences.iter().map(|silence| SilenceRecord::new(silence, now)).collect::<Vec<_>>(),
            )?;
            writeln!(view.out)?;
        }
        Format::Jsonl => {
            for silence in &silences {
                serde_json::to_writer(&mut *view.out, &SilenceRecord::new(silence, now))?;
                writeln!(view.out)?;
            }
        }
    }
    Ok(())
}

/// A silence as data.
#[derive(Debug, Serialize)]
struct SilenceRecord<'a> {
    number: i64,
    kind: &'static str,
    name: &'a str,
    from: String,
    until: String,
    on: bool,
    reason: &'a str,
}

impl<'a> SilenceRecord<'a> {
    fn new(silence: &'a Silence, now: Timestamp) -> Self {
        Self {
            number: silence.number,
            kind: silence.muted.kind(),
            name: silence.muted.name(),
            from: silence.from.to_string(),
            until: silence.until.to_string(),
            on: silence.is_on(now),
            reason: &silence.reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use clap::Parser;
    use jiff::SignedDuration;

    use super::*;
    use crate::cli::args::{Arguments, Verb};
    use crate::clock::{Clock, ManualClock};
    use crate::config::{Environment, load_text};
    use crate::store::samples::start;

    fn shown(state: &Path, clock: &Arc<ManualClock>, words: &[&str]) -> String {
        let text = "[[watch]]\nid = \"eu-forces\"\ntopics = [\"multinational force\"]\n";
        let config = load_text(Path::new("/nowhere/wirewatch.toml"), text, &Environment::default()).config.unwrap();
        let Verb::Silence(arguments) = Arguments::parse_from(["wirewatch", "silence"].iter().chain(words)).verb else { unreachable!() };
        let mut out = anstream::StripStream::new(Vec::new());
        let mut view = View { state, clock: Arc::clone(clock) as Arc<dyn Clock>, zone: TimeZone::UTC, width: None, out: &mut out };
        let result = run(&arguments, &config, &mut view);
        let out = String::from_utf8(out.into_inner()).unwrap();
        result.map_or_else(|error| format!("error: {error:#}\n"), |_| out)
    }

    #[test]
    fn silences_are_made_shown_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(start()));
        drop(SqliteStore::open(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap());
        let mut all = String::new();
        let mut say = |words: &[&str]| {
            all.extend([format!("$ {}\n{}", words.join(" "), shown(folder.path(), &clock, words))]);
            clock.advance(SignedDuration::from_mins(1));
        };
        say(&["add", "--watch", "eu-forces", "--until", "2h", "--reason", "known"]);
        say(&["add", "--outlet", "Kyiv Wire", "--until", "2026-03-09", "--reason", "test feed"]);
        say(&["add", "--watch", "eu-force", "--until", "2h", "--reason", "known"]);
        say(&["add", "--story", "ab", "--until", "2020-01-01", "--reason", "known"]);
        say(&["add", "--actor", "peskov", "--until", "soon", "--reason", "known"]);
        say(&["list"]);
        say(&["expire", "1"]);
        say(&["expire", "1"]);
        say(&["list", "--all", "--format", "jsonl"]);
        insta::assert_snapshot!(all, @r#"
        $ add --watch eu-forces --until 2h --reason known
        silence 1: watch eu-forces until 2026-03-02 10:00; it is still written to the alert log
        $ add --outlet Kyiv Wire --until 2026-03-09 --reason test feed
        silence 2: outlet Kyiv Wire until 2026-03-09 00:00; it is still written to the alert log
        $ add --watch eu-force --until 2h --reason known
        error: no watch is named `eu-force`
        help: did you mean `eu-forces`?
        $ add --story ab --until 2020-01-01 --reason known
        error: `2020-01-01` is over
        help: write a span such as `2h` or `3d`, or a time to come such as `2026-03-02 18:00`
        $ add --actor peskov --until soon --reason known
        error: `soon` is no time
        help: write a span such as `2h` or `3d`, or a time to come such as `2026-03-02 18:00`
        $ list
        no.  what              until                     reason
        1    watch eu-forces   2026-03-02 10:00  in 1 h  known
        2    outlet Kyiv Wire  2026-03-09 00:00  in 6 d  test feed
        $ expire 1
        silence 1 has ended
        $ expire 1
        error: no silence of number 1 is on
        help: `wirewatch silence list` shows them
        $ list --all --format jsonl
        {"number":1,"kind":"watch","name":"eu-forces","from":"2026-03-02T08:00:00Z","until":"2026-03-02T08:06:00Z","on":false,"reason":"known"}
        {"number":2,"kind":"outlet","name":"Kyiv Wire","from":"2026-03-02T08:01:00Z","until":"2026-03-09T00:00:00Z","on":true,"reason":"test feed"}
        "#);
    }
}
