//! What a channel was not told one by one, in one alert.

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use crate::alert::decide::NAMESPACE;
use crate::alert::record::AlertRecord;
use crate::model::alert::{Alert, AlertItem, AlertKind, AlertWatch, Digest, DigestLine, HoldReason, Reason, Severity};
use crate::model::id::{AlertId, ChannelId, EntryId, WatchId};

/// The watch that digests are told under; no configured watch can have a colon in its name.
pub const WATCH: &str = "wirewatch:digest";

/// Alerts that a digest shows; the others it counts. A message of more is read by nobody and refused by many services.
const SHOWN_MAX: usize = 40;

/// A stretch of time whose alerts a channel gets together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The channel.
    pub channel: ChannelId,
    /// Why they were gathered.
    pub reason: HoldReason,
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub until: Timestamp,
}

/// The digest of a window, from the records of the alerts that were gathered. The same window of the same channel is the same
/// alert. A record that cannot be read counts, and is not shown.
pub fn digest(window: &Window, gathered: &[(AlertId, String)], now: Timestamp) -> Alert {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(gathered.len());
    for (id, body) in gathered {
        let Ok(record) = AlertRecord::parse(body) else { continue };
        *counts.entry(record.watch.name.clone()).or_default() += 1;
        lines.push(DigestLine {
            id: *id,
            time: record.time.parse().unwrap_or(window.until),
            severity: Severity::parse(&record.watch.severity).unwrap_or_default(),
            watch: record.watch.name,
            title: record.item.title,
            url: record.item.url,
            outlet: record.item.outlet,
        });
    }
    lines.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.time.cmp(&b.time)).then(a.id.cmp(&b.id)));
    let severity = lines.first().map_or(Severity::Low, |line| line.severity);
    lines.truncate(SHOWN_MAX);
    let mut watches: Vec<(String, usize)> = counts.into_iter().collect();
    watches.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let Window { channel, reason, from, until } = window.clone();
    let about = format!("digest\n{channel}\n{}\n{}", reason.as_str(), until.as_nanosecond());
    Alert {
        id: AlertId(Uuid::new_v5(&NAMESPACE, about.as_bytes())),
        time: Timestamp::from_second(now.as_second()).unwrap_or(now),
        kind: AlertKind::Digest,
        watch: AlertWatch { id: WatchId::from(WATCH), name: "Digest".to_owned(), severity },
        item: AlertItem {
            id: EntryId(Uuid::new_v5(&NAMESPACE, about.as_bytes()).into_bytes()),
            title: Some(title(gathered.len(), reason)),
            url: None,
            outlet: None,
            feed: None,
            published: None,
            language: None,
        },
        score: None,
        why: Vec::new(),
        story: None,
        reason: Reason::DigestDue,
        notify: vec![channel.clone()],
        held: Vec::new(),
        kept: None,
        actors: Vec::new(),
        digest: Some(Digest { channel, reason, from, until, count: gathered.len(), watches, shown: lines }),
    }
}

fn title(count: usize, reason: HoldReason) -> String {
    let why = match reason {
        HoldReason::QuietHours => " from the quiet hours",
        HoldReason::OverRate => " more than the channel takes one by one",
        HoldReason::Digest => "",
    };
    match count {
        0 => "Nothing matched".to_owned(),
        1 => format!("1 alert{why}"),
        count => format!("{count} alerts{why}"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::alert::render::{body, plain, subject};

    fn at(hours: i64) -> Timestamp {
        "2026-03-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
    }

    fn gathered(number: u128, watch: &str, severity: Severity) -> (AlertId, String) {
        let window = Window { channel: "x".into(), reason: HoldReason::Digest, from: at(0), until: at(1) };
        let mut alert = digest(&window, &[], at(0));
        alert.id = AlertId(Uuid::from_u128(number));
        alert.kind = AlertKind::First;
        alert.watch = AlertWatch { id: watch.into(), name: watch.to_owned(), severity };
        alert.item.title = Some(format!("Title {number}"));
        alert.item.outlet = Some("Kyiv Wire".to_owned());
        alert.item.url = Some(format!("https://example.org/{number}"));
        alert.digest = None;
        (alert.id, AlertRecord::from(&alert).to_line())
    }

    fn window(reason: HoldReason) -> Window {
        Window { channel: "mail".into(), reason, from: at(-24), until: at(0) }
    }

    #[test]
    fn a_digest_says_how_many_and_shows_the_severest_first() {
        let all = [gathered(1, "eu", Severity::Low), gathered(2, "un", Severity::High), gathered(3, "eu", Severity::Low)];
        let record = AlertRecord::from(&digest(&window(HoldReason::Digest), &all, at(0)));
        insta::assert_snapshot!(subject(&record), @"[high] Digest: 3 alerts, 2026-03-01 08:00 to 2026-03-02 08:00 UTC");
        insta::assert_snapshot!(plain(&body(&record)), @r"
        [high] Digest · 2026-03-02T08:00:00Z
        3 alerts
        2026-03-01 08:00 to 2026-03-02 08:00 UTC · eu 2, un 1
          [high] un: Title 2 (Kyiv Wire)
            https://example.org/2
          [low] eu: Title 1 (Kyiv Wire)
            https://example.org/1
          [low] eu: Title 3 (Kyiv Wire)
            https://example.org/3
        ");
        assert_eq!(AlertRecord::parse(&record.to_line()).unwrap(), record);
    }

    #[test]
    fn nothing_is_said_in_a_line_and_too_much_is_counted() {
        let record = AlertRecord::from(&digest(&window(HoldReason::Digest), &[], at(0)));
        insta::assert_snapshot!(plain(&body(&record)), @r"
        [low] Digest · 2026-03-02T08:00:00Z
        Nothing matched
        2026-03-01 08:00 to 2026-03-02 08:00 UTC
        ");
        let many: Vec<_> = (0..5000).map(|number| gathered(number, "eu", Severity::Low)).collect();
        let record = AlertRecord::from(&digest(&window(HoldReason::OverRate), &many, at(0)));
        let text = plain(&body(&record));
        assert!(text.contains("5000 alerts more than the channel takes one by one"), "{text}");
        assert!(text.ends_with("and 4960 more; `wirewatch alerts` shows them\n"), "{text}");
    }

    #[test]
    fn the_same_window_is_the_same_digest() {
        let one = digest(&window(HoldReason::Digest), &[], at(0));
        assert_eq!(one.id, digest(&window(HoldReason::Digest), &[gathered(1, "eu", Severity::Low)], at(1)).id);
        assert_ne!(one.id, digest(&window(HoldReason::OverRate), &[], at(0)).id);
        assert_eq!(one.notify, ["mail".into()]);
    }
}
