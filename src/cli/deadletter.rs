//! `deadletter`: deliveries that were given up, shown, tried again or dropped.

use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::cli::args::{DeadletterArguments, DeadletterVerb, Format, Letters};
use crate::cli::view::{PLAIN, QUIET, Table, View, WrongArgument, block_on, distance, unknown};
use crate::deliver::settings::ChannelSettings;
use crate::model::id::ChannelId;
use crate::problem::render::counted;
use crate::store::sqlite::SqliteStore;
use crate::store::{DeadLetter, DeadLetterChange, DeadLetters, Store};

/// Shows deliveries that were given up, or does with them what the owner wants. A running daemon sees it within half a minute.
///
/// # Errors
/// [`WrongArgument`] for an identity that fits none or several; else when there is no store or it cannot be used.
pub fn run(arguments: &DeadletterArguments, channels: &[ChannelSettings], view: &mut View<'_>) -> anyhow::Result<ExitCode> {
    match &arguments.verb {
        DeadletterVerb::List { channel, format } => list(channel.as_deref(), *format, channels, view)?,
        DeadletterVerb::Retry(letters) => change(letters, DeadLetterChange::Retry, channels, view)?,
        DeadletterVerb::Drop(letters) => change(letters, DeadLetterChange::Drop, channels, view)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(channel: Option<&str>, format: Format, channels: &[ChannelSettings], view: &mut View<'_>) -> anyhow::Result<()> {
    let which = DeadLetters { channel: channel.map(ChannelId::from), alert: None };
    let store = view.store()?;
    let letters = block_on(async { Ok(store.dead_letters(which).await?) })?;
    refuse_unknown(channel, &letters, channels)?;
    let records: Vec<Record> = letters.iter().map(Record::of).collect();
    match format {
        Format::Text => table(&letters, view)?,
        Format::Json => writeln!(view.out, "{}", serde_json::to_string_pretty(&records)?)?,
        Format::Jsonl => {
            for record in &records {
                writeln!(view.out, "{}", serde_json::to_string(record)?)?;
            }
        }
    }
    view.out.flush()?;
    Ok(())
}

fn table(letters: &[DeadLetter], view: &mut View<'_>) -> anyhow::Result<()> {
    if letters.is_empty() {
        writeln!(view.out, "no dead letters")?;
        return Ok(());
    }
    let now = view.clock.now();
    let mut table = Table::with_headings(&["ALERT", "CHANNEL", "GIVEN UP", "ATTEMPTS", "TITLE", "ERROR"]);
    for letter in letters {
        let delivery = &letter.delivery;
        table.row([
            (delivery.alert.to_string(), PLAIN),
            (delivery.channel.to_string(), PLAIN),
            (distance(now, letter.given_up), PLAIN),
            (delivery.attempt.to_string(), PLAIN),
            (title(&delivery.body).unwrap_or_default().chars().take(48).collect(), PLAIN),
            (letter.error.clone(), QUIET),
        ]);
    }
    table.write(view.width, view.out)?;
    Ok(())
}

fn change(letters: &Letters, change: DeadLetterChange, channels: &[ChannelSettings], view: &mut View<'_>) -> anyhow::Result<()> {
    let store = SqliteStore::open_beside(view.state, Arc::clone(&view.clock))?;
    let channel = letters.channel.as_deref().map(ChannelId::from);
    let changed = block_on(async {
        let dead = store.dead_letters(DeadLetters { channel: channel.clone(), alert: None }).await?;
        refuse_unknown(letters.channel.as_deref(), &dead, channels)?;
        let mut changed = 0;
        if letters.alerts.is_empty() {
            changed += store.change_dead_letters(DeadLetters { channel: channel.clone(), alert: None }, change).await?;
        }
        for wanted in &letters.alerts {
            let alert = Some(named(wanted, &dead)?.delivery.alert);
            changed += store.change_dead_letters(DeadLetters { channel: channel.clone(), alert }, change).await?;
        }
        if change == DeadLetterChange::Retry {
            tell_of_missing(&dead, letters, channels);
        }
        Ok(changed)
    })?;
    let what = match change {
        DeadLetterChange::Retry => "waits to be delivered again",
        DeadLetterChange::Drop => "dropped",
    };
    let what = if changed == 1 { what.to_owned() } else { what.replace("waits", "wait") };
    writeln!(view.out, "{} {what}", counted(changed, "dead letter"))?;
    view.out.flush()?;
    Ok(())
}

/// A channel that was taken out of the configuration may still have dead letters; any other unknown name is a slip.
fn refuse_unknown(channel: Option<&str>, letters: &[DeadLetter], channels: &[ChannelSettings]) -> Result<(), WrongArgument> {
    let names = || channels.iter().map(|channel| channel.id().as_str());
    match channel {
        Some(name) if letters.is_empty() && !names().any(|known| known == name) => Err(unknown("channel", name, names())),
        _ => Ok(()),
    }
}

/// The dead letter whose alert is so named, by its whole identity or a beginning that only one alert has.
fn named<'a>(wanted: &str, dead: &'a [DeadLetter]) -> Result<&'a DeadLetter, WrongArgument> {
    let wanted = wanted.to_ascii_lowercase();
    let mut found = dead.iter().filter(|letter| letter.delivery.alert.to_string().starts_with(&wanted)).peekable();
    let help = || Some("`wirewatch deadletter list` shows them".to_owned());
    let first = found.next().ok_or_else(|| WrongArgument::new(format!("no dead letter is of the alert `{wanted}`"), help()))?;
    if found.any(|letter| letter.delivery.alert != first.delivery.alert) {
        return Err(WrongArgument::new(
            format!("dead letters of several alerts begin with `{wanted}`"),
            Some("write more of it".to_owned()),
        ));
    }
    Ok(first)
}

/// Nobody delivers through a channel that is not configured any more.
fn tell_of_missing(dead: &[DeadLetter], letters: &Letters, channels: &[ChannelSettings]) {
    let is_wanted = |letter: &&DeadLetter| {
        letters.alerts.is_empty()
            || letters.alerts.iter().any(|wanted| letter.delivery.alert.to_string().starts_with(&wanted.to_ascii_lowercase()))
    };
    let mut missing: Vec<&ChannelId> = dead.iter().filter(is_wanted).map(|letter| &letter.delivery.channel).collect();
    missing.retain(|channel| !channels.iter().any(|settings| settings.id() == *channel));
    missing.sort_unstable();
    missing.dedup();
    for channel in missing {
        tracing::warn!(%channel, "channel is not configured any more; its deliveries wait until it is");
    }
}

fn title(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    body.pointer("/item/title")?.as_str().map(ToOwned::to_owned)
}

/// `wirewatch.deadletter/1`.
#[derive(Serialize)]
struct Record {
    schema: &'static str,
    alert: String,
    channel: String,
    raised: String,
    given_up: String,
    attempts: u32,
    error: String,
    title: Option<String>,
}

impl Record {
    fn of(letter: &DeadLetter) -> Self {
        Self {
            schema: "wirewatch.deadletter/1",
            alert: letter.delivery.alert.to_string(),
            channel: letter.delivery.channel.to_string(),
            raised: letter.delivery.raised.to_string(),
            given_up: letter.given_up.to_string(),
            attempts: letter.delivery.attempt,
            error: letter.error.clone(),
            title: title(&letter.delivery.body),
        }
    }
}

#[cfg(test)]
mod tests;
