//! Alerts as structured entries of the systemd journal.
//!
//! `journalctl WIREWATCH_WATCH=my-watch` finds them, `-o verbose` shows every field. The entries go to the journal's own
//! datagram socket in its native protocol, one `KEY=value` a line. libsystemd speaks it too, but to a fixed path only.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;

use crate::deliver::format::Fit;
use crate::deliver::view::View;
use crate::deliver::{Channel, Outcome};
use crate::model::alert::Severity;
use crate::model::delivery::Delivery;
use crate::model::id::ChannelId;
use crate::text::safe::one_line;

/// Deliveries at a time.
const BATCH_MAX: usize = 64;

/// Longest value, so that an entry always fits into one datagram.
const VALUE_BYTES_MAX: usize = 4096;

/// How long the journal may take for one entry.
const DEADLINE: Duration = Duration::from_secs(5);

/// Where systemd has the journal's socket.
const SOCKET: &str = "/run/systemd/journal/socket";

/// Settings of a journal channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournaldSettings {
    /// The channel.
    pub id: ChannelId,
}

/// Alerts as structured entries of the systemd journal.
#[derive(Debug)]
pub struct JournaldChannel {
    id: ChannelId,
    socket: PathBuf,
}

impl JournaldChannel {
    /// Writes to the journal of this machine. Does not ask whether it is there: it may come later.
    pub fn open(settings: &JournaldSettings) -> Self {
        Self::to(settings, SOCKET)
    }

    /// Writes to any socket that speaks the journal's protocol.
    pub fn to(settings: &JournaldSettings, socket: impl Into<PathBuf>) -> Self {
        Self { id: settings.id.clone(), socket: socket.into() }
    }
}

#[async_trait]
impl Channel for JournaldChannel {
    fn id(&self) -> &ChannelId {
        &self.id
    }

    fn batch_max(&self) -> usize {
        BATCH_MAX
    }

    fn preview(&self, delivery: &Delivery) -> String {
        String::from_utf8_lossy(&entry(delivery)).into_owned()
    }

    async fn deliver(&mut self, batch: &[Delivery]) -> Vec<Outcome> {
        let entries: Vec<Vec<u8>> = batch.iter().map(entry).collect();
        let path = self.socket.clone();
        let sent = tokio::task::spawn_blocking(move || {
            // A new socket for each batch: the journal may have been started anew since the last one.
            let socket = connect(&path);
            entries.iter().map(|entry| outcome(&path, &socket, entry)).collect::<Vec<_>>()
        })
        .await;
        sent.unwrap_or_else(|_| {
            batch.iter().map(|_| Outcome::Away { after: None, error: "sending to the journal stopped".to_owned() }).collect()
        })
    }
}

fn connect(path: &Path) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(DEADLINE))?;
    socket.connect(path)?;
    Ok(socket)
}

fn outcome(path: &Path, socket: &io::Result<UnixDatagram>, entry: &[u8]) -> Outcome {
    let away = |error: &io::Error| {
        let hint = if error.kind() == io::ErrorKind::NotFound { "; is systemd-journald running?" } else { "" };
        Outcome::Away { after: None, error: format!("journal socket {}: {error}{hint}", path.display()) }
    };
    match socket {
        Err(error) => away(error),
        Ok(socket) => socket.send(entry).map_or_else(|error| away(&error), |_| Outcome::Delivered),
    }
}

/// The datagram of one alert.
fn entry(delivery: &Delivery) -> Vec<u8> {
    let view = View::of(&delivery.body);
    let severity = view.severity();
    let alert = delivery.alert.to_string();
    let message = message(&view, severity);
    let fields: [(&str, &str); 15] = [
        ("MESSAGE", &message),
        ("PRIORITY", priority(severity)),
        ("SYSLOG_IDENTIFIER", "wirewatch"),
        ("WIREWATCH_ALERT_ID", &alert),
        ("WIREWATCH_KIND", view.text("/kind")),
        ("WIREWATCH_WATCH", view.text("/watch/id")),
        ("WIREWATCH_WATCH_NAME", view.text("/watch/name")),
        ("WIREWATCH_SEVERITY", severity.as_str()),
        ("WIREWATCH_ITEM_ID", view.text("/item/id")),
        ("WIREWATCH_TITLE", view.text("/item/title")),
        ("WIREWATCH_URL", view.text("/item/url")),
        ("WIREWATCH_OUTLET", view.text("/item/outlet")),
        ("WIREWATCH_FEED", view.text("/item/feed")),
        ("WIREWATCH_PUBLISHED", view.text("/item/published")),
        ("WIREWATCH_LANGUAGE", view.text("/item/language")),
    ];
    let mut entry = Vec::new();
    for (key, value) in fields {
        if !value.is_empty() {
            push(&mut entry, key, &Fit::bytes(VALUE_BYTES_MAX).cut(&one_line(value)));
        }
    }
    entry
}

/// Such as `high: Russia on guarantees: Kremlin rejects … (Baltic Courier)`.
fn message(view: &View, severity: Severity) -> String {
    let first = |places: [&'static str; 2], none: &'static str| {
        places.into_iter().map(|place| view.text(place)).find(|text| !text.is_empty()).unwrap_or(none).to_owned()
    };
    let watch = first(["/watch/name", "/watch/id"], "");
    let title = first(["/item/title", "/item/url"], "(no title)");
    let outlet =
        Some(view.text("/item/outlet")).filter(|outlet| !outlet.is_empty()).map(|outlet| format!(" ({outlet})")).unwrap_or_default();
    format!("{}: {watch}: {title}{outlet}", severity.as_str())
}

/// The priority of syslog.
const fn priority(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "2",
        Severity::High => "4",
        Severity::Medium => "5",
        Severity::Low => "6",
    }
}

/// A value is one line by now, so the short form of the protocol is enough.
fn push(entry: &mut Vec<u8>, key: &str, value: &str) {
    entry.extend_from_slice(key.as_bytes());
    entry.push(b'=');
    entry.extend_from_slice(value.as_bytes());
    entry.push(b'\n');
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::id::AlertId;

    fn delivery(body: &Value) -> Delivery {
        Delivery {
            alert: AlertId(uuid::Uuid::from_u128(7)),
            channel: ChannelId::from("journal"),
            body: body.to_string(),
            attempt: 0,
            raised: Timestamp::UNIX_EPOCH,
        }
    }

    /// What arrives at a journal of the test's own.
    async fn shown(body: &Value) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let journal = UnixDatagram::bind(&path).unwrap();
        let mut channel = JournaldChannel::to(&JournaldSettings { id: ChannelId::from("journal") }, path);
        assert_eq!(channel.deliver(&[delivery(body)]).await, [Outcome::Delivered]);
        let mut datagram = vec![0; 1 << 18];
        let length = journal.recv(&mut datagram).unwrap();
        datagram.truncate(length);
        String::from_utf8(datagram).unwrap()
    }

    #[tokio::test]
    async fn an_alert_is_one_entry_with_its_fields() {
        let body = json!({
            "id": "x", "kind": "first", "watch": {"id": "guarantees", "name": "On guarantees", "severity": "high"},
            "item": {"id": "ab", "title": "Kremlin rejects plan", "url": "https://example.org/1", "outlet": "Baltic Courier",
                     "feed": "courier", "published": "2026-09-01", "language": "en"},
        });
        assert_snapshot!(shown(&body).await, @r"
        MESSAGE=high: On guarantees: Kremlin rejects plan (Baltic Courier)
        PRIORITY=4
        SYSLOG_IDENTIFIER=wirewatch
        WIREWATCH_ALERT_ID=00000000-0000-0000-0000-000000000007
        WIREWATCH_KIND=first
        WIREWATCH_WATCH=guarantees
        WIREWATCH_WATCH_NAME=On guarantees
        WIREWATCH_SEVERITY=high
        WIREWATCH_ITEM_ID=ab
        WIREWATCH_TITLE=Kremlin rejects plan
        WIREWATCH_URL=https://example.org/1
        WIREWATCH_OUTLET=Baltic Courier
        WIREWATCH_FEED=courier
        WIREWATCH_PUBLISHED=2026-09-01
        WIREWATCH_LANGUAGE=en
        ");
    }

    #[tokio::test]
    async fn a_title_cannot_add_a_field() {
        let body = json!({"watch": {"id": "w", "severity": "low"}, "item": {"title": "a\nPRIORITY=0\u{1b}[31m"}});
        assert_snapshot!(shown(&body).await, @r"
        MESSAGE=low: w: a PRIORITY=0 [31m
        PRIORITY=6
        SYSLOG_IDENTIFIER=wirewatch
        WIREWATCH_ALERT_ID=00000000-0000-0000-0000-000000000007
        WIREWATCH_WATCH=w
        WIREWATCH_SEVERITY=low
        WIREWATCH_TITLE=a PRIORITY=0 [31m
        ");
    }

    #[tokio::test]
    async fn a_huge_title_still_fits_into_a_datagram() {
        let body = json!({"watch": {"id": "w"}, "item": {"title": "ы".repeat(1 << 20)}});
        assert!(shown(&body).await.len() < 32 * 1024);
    }

    #[tokio::test]
    async fn without_a_journal_the_alert_waits() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("none");
        let mut channel = JournaldChannel::to(&JournaldSettings { id: ChannelId::from("journal") }, socket);
        let outcomes = channel.deliver(&[delivery(&json!({}))]).await;
        let [Outcome::Away { after: None, error }] = outcomes.as_slice() else { panic!("{outcomes:?}") };
        assert!(error.ends_with("/none: No such file or directory (os error 2); is systemd-journald running?"), "{error}");
    }
}
