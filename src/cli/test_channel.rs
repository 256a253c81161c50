//! `test-channel`: one marked test alert through the code that sends the real ones, or what it would send.

use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::alert::record::AlertRecord;
use crate::cli::args::TestChannelArguments;
use crate::cli::view::{View, WrongArgument, block_on, unknown};
use crate::config::Config;
use crate::deliver::settings::ChannelSettings;
use crate::deliver::{self, Channel, Means, Outcome};
use crate::model::alert::{Alert, AlertItem, AlertKind, AlertStory, AlertWatch, Reason, Severity};
use crate::model::delivery::Delivery;
use crate::model::id::{AlertId, ChannelId, EntryId, StoryId, WatchId};
use crate::model::matched::Evidence;
use crate::net::client::Client;
use crate::store::Store;
use crate::store::sqlite::SqliteStore;

/// Sends a test alert through a channel, or shows it.
///
/// # Errors
/// [`WrongArgument`] when no channel has the name; else when the channel cannot be opened, or does not take the alert: then with
/// the receiver's own words.
pub fn run(
    arguments: &TestChannelArguments,
    config: &Config,
    render: fn(&str, &TimeZone) -> String,
    view: &mut View<'_>,
) -> anyhow::Result<ExitCode> {
    let settings = named(&arguments.channel, &config.channels)?;
    let means = Means { client: Client::new(&config.net)?, clock: Arc::clone(&view.clock), render, zone: config.rules.zone.clone() };
    let mut channel = deliver::open(settings, &means)?;
    let delivery = delivery(settings.id(), view.clock.now());
    if arguments.show {
        view.out.write_all(channel.preview(&delivery).as_bytes())?;
        view.out.flush()?;
        return Ok(ExitCode::SUCCESS);
    }
    block_on(async {
        send(channel.as_mut(), &delivery).await?;
        // What waits because the channel failed need not wait any longer. Where there is no store yet, nothing waits.
        if let Ok(store) = SqliteStore::open_beside(view.state, Arc::clone(&view.clock)) {
            store.resume_channel(settings.id()).await?;
        }
        Ok(())
    })?;
    writeln!(view.out, "channel `{}` took the test alert {}", settings.id(), delivery.alert)?;
    view.out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn named<'a>(name: &str, channels: &'a [ChannelSettings]) -> Result<&'a ChannelSettings, WrongArgument> {
    let names = || channels.iter().map(|channel| channel.id().as_str());
    channels.iter().find(|channel| channel.id().as_str() == name).ok_or_else(|| unknown("channel", name, names()))
}

async fn send(channel: &mut dyn Channel, delivery: &Delivery) -> anyhow::Result<()> {
    let outcomes = channel.deliver(std::slice::from_ref(delivery)).await;
    match outcomes.into_iter().next() {
        Some(Outcome::Delivered) => Ok(()),
        Some(Outcome::Retry { error, .. } | Outcome::Away { error, .. } | Outcome::Refused { error }) => {
            anyhow::bail!("channel `{}` did not take the test alert: {error}", channel.id())
        }
        None => anyhow::bail!("channel `{}` did not try", channel.id()),
    }
}

/// A test alert that has all that an alert can have. Each has an identity of its own, or the second would be taken for a repeat.
fn delivery(channel: &ChannelId, now: Timestamp) -> Delivery {
    let words = |condition: &str, text: &str, speaker: Option<&str>| Evidence {
        condition: condition.to_owned(),
        field: "body",
        span: None,
        text: text.to_owned(),
        speaker: speaker.map(ToOwned::to_owned),
        context: Some("\"This is how the words of a match are shown,\" said wirewatch.".to_owned()),
    };
    let time = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let alert = Alert {
        id: AlertId(Uuid::new_v4()),
        time,
        kind: AlertKind::Test,
        watch: AlertWatch { id: WatchId::from("test"), name: format!("Test of the channel {channel}"), severity: Severity::Medium },
        item: AlertItem {
            id: EntryId([0; 16]),
            title: Some("This is a test, nothing has happened".to_owned()),
            url: Some("https://example.org/test".to_owned()),
            outlet: Some("wirewatch".to_owned()),
            feed: None,
            published: None,
            language: Some("en".to_owned()),
        },
        score: None,
        why: vec![
            words("\"words of a match\"", "words of a match", None),
            words("speaker:wirewatch", "This is how the words of a match are shown,", Some("wirewatch")),
        ],
        story: Some(AlertStory { id: StoryId::from("test"), outlets: 1, items: 1 }),
        reason: Reason::TestRequested,
        notify: vec![channel.clone()],
        held: Vec::new(),
        kept: None,
        digest: None,
        actors: Vec::new(),
    };
    let body = AlertRecord::from(&alert).to_line();
    Delivery { alert: alert.id, channel: channel.clone(), body, attempt: 0, raised: time }
}
