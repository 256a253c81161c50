//! Alerts as readable text on standard output.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::deliver::{Channel, Means, Outcome};
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::text::safe::one_line;

/// Deliveries at a time.
const BATCH_MAX: usize = 32;

/// Settings of a console channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleSettings {
    /// The channel.
    pub id: ChannelId,
}

/// Alerts as readable text.
pub struct ConsoleChannel {
    id: ChannelId,
    render: fn(&str, &TimeZone) -> String,
    zone: TimeZone,
    writer: Arc<Mutex<dyn Write + Send>>,
}

impl ConsoleChannel {
    /// Writes to standard output.
    pub fn open(settings: &ConsoleSettings, means: &Means) -> Self {
        Self::to(settings, means.render, &means.zone, io::stdout())
    }

    /// Writes to any writer, with times of the zone.
    pub fn to(
        settings: &ConsoleSettings,
        render: fn(&str, &TimeZone) -> String,
        zone: &TimeZone,
        writer: impl Write + Send + 'static,
    ) -> Self {
        Self { id: settings.id.clone(), render, zone: zone.clone(), writer: Arc::new(Mutex::new(writer)) }
    }
}

#[async_trait]
impl Channel for ConsoleChannel {
    fn id(&self) -> &ChannelId {
        &self.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    fn preview(&self, delivery: &Delivery) -> String {
        text(&delivery.body, self.render, &self.zone)
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let texts: Vec<String> = batch.iter().map(|delivery| text(&delivery.body, self.render, &self.zone)).collect();
        let writer = Arc::clone(&self.writer);
        // A pipe whose reader is slow would hold up everything else.
        let written = tokio::task::spawn_blocking(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            texts.iter().map(|text| writer.write_all(text.as_bytes()).and_then(|()| writer.flush())).collect::<Vec<_>>()
        })
        .await;
        match written {
            Ok(results) => results.into_iter().map(|result| result.map_or_else(|error| away(&error), |()| Outcome::Delivered)).collect(),
            Err(_) => batch.iter().map(|_| away(&io::Error::other("writing stopped"))).collect(),
        }
    }
}

impl fmt::Debug for ConsoleChannel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ConsoleChannel").field("id", &self.id).finish_non_exhaustive()
    }
}

fn away(error: &io::Error) -> Outcome {
    Outcome::Away { after: None, error: format!("standard output cannot be written: {error}") }
}

/// The text of a record, ending in an empty line, which parts it from the next.
///
/// The record is made harmless before it is rendered, so that nothing in it steers a terminal and a line feed in a title makes
/// no line of its own; the colours that rendering adds are its own.
fn text(record: &str, render: fn(&str, &TimeZone) -> String, zone: &TimeZone) -> String {
    let record = serde_json::from_str(record).map_or_else(|_| one_line(record), |value| harmless(value).to_string());
    format!("{}\n\n", render(&record, zone).trim_end_matches('\n'))
}

/// The same value with harmless texts.
fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(one_line(&text)),
        Value::Array(values) => values.into_iter().map(harmless).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, harmless(value))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::Timestamp;

    use super::*;
    use crate::model::id::AlertId;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn title(record: &str, _: &TimeZone) -> String {
        let record: Value = serde_json::from_str(record).unwrap();
        format!("ALERT\n  {}\n\n", record["item"]["title"].as_str().unwrap())
    }

    fn delivery(title: &str) -> Delivery {
        Delivery {
            alert: AlertId(uuid::Uuid::nil()),
            channel: ChannelId::from("console"),
            body: serde_json::json!({"item": {"title": title}}).to_string(),
            attempt: 0,
            raised: Timestamp::UNIX_EPOCH,
        }
    }

    async fn shown(titles: &[&str]) -> String {
        let screen = Screen::default();
        let mut channel = ConsoleChannel::to(&ConsoleSettings { id: ChannelId::from("console") }, title, &TimeZone::UTC, screen.clone());
        let batch: Vec<Delivery> = titles.iter().map(|title| delivery(title)).collect();
        let outcomes = channel.deliver(&batch).await;
        assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Delivered));
        let bytes = screen.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[tokio::test]
    async fn each_alert_is_its_rendering_and_an_empty_line() {
        assert_snapshot!(shown(&["One", "Two"]).await, @"
        ALERT
          One

        ALERT
          Two
        ");
    }

    #[tokio::test]
    async fn nothing_in_a_title_steers_the_terminal() {
        let shown = shown(&["a\u{1b}]0;owned\u{7}b\u{9b}31mc\u{0}d\r\nALERT\te\u{202e}f\u{2028}g"]).await;
        assert_snapshot!(shown, @r"
        ALERT
          a ]0;owned b 31mc d ALERT ef g
        ");
    }

    #[tokio::test]
    async fn a_closed_pipe_loses_nothing() {
        let mut channel = ConsoleChannel::to(&ConsoleSettings { id: ChannelId::from("console") }, title, &TimeZone::UTC, Closed);
        let outcomes = channel.deliver(&[delivery("One")]).await;
        assert_snapshot!(format!("{outcomes:?}"), @r#"[Away { after: None, error: "standard output cannot be written: broken pipe" }]"#);
    }
}
