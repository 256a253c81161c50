//! Values for tests: plain ones by number, and any that the types admit.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use proptest::option;
use proptest::prelude::*;
use url::Url;
use uuid::Uuid;

use crate::model::alert::{Alert, AlertItem, AlertKind, AlertWatch, Reason, Severity};
use crate::model::entry::Entry;
use crate::model::feed::{FeedState, History, Moved, Rhythm, Validators};
use crate::model::id::{AlertId, ChannelId, EntryId, FeedId, WatchId};
use crate::store::{ListedEntry, NewAlert};

/// When the tests begin.
pub(crate) fn start() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

/// The identity of entry `number`.
pub(crate) fn entry_id(number: u128) -> EntryId {
    EntryId(number.to_be_bytes())
}

/// Entry `number` of a feed.
pub(crate) fn entry(feed: &str, number: u128) -> Entry {
    Entry {
        id: entry_id(number),
        feed: FeedId::from(feed),
        outlet: None,
        guid: Some(format!("guid-{number}")),
        url: Url::parse(&format!("https://example.org/{number}")).ok(),
        shares_address: false,
        title: Some(format!("Title {number}")),
        summary: Some("<p>A summary.</p>".to_owned()),
        content: None,
        authors: Vec::new(),
        categories: Vec::new(),
        language: Some("en".to_owned()),
        published: Some(start()),
        updated: None,
        fetched: start(),
    }
}

/// Entries of a feed, each to be read if it is new.
pub(crate) fn listed(feed: &str, numbers: impl IntoIterator<Item = u128>) -> Vec<ListedEntry> {
    numbers.into_iter().map(|number| ListedEntry { id: entry_id(number), twin: None, entry: Some(Arc::new(entry(feed, number))) }).collect()
}

/// The identity of alert `number`.
pub(crate) fn alert_id(number: u128) -> AlertId {
    AlertId(Uuid::from_u128(number))
}

/// Alert `number` of a watch at a time, for channels besides the log.
pub(crate) fn alert(number: u128, watch: &str, severity: Severity, time: Timestamp, notify: &[&str]) -> NewAlert {
    let alert = Alert {
        id: alert_id(number),
        time,
        kind: AlertKind::First,
        watch: AlertWatch { id: WatchId::from(watch), name: watch.to_owned(), severity },
        item: AlertItem { id: entry_id(number), title: None, url: None, outlet: None, feed: None, published: None, language: None },
        score: None,
        why: Vec::new(),
        story: None,
        reason: Reason::FirstMatch,
        notify: notify.iter().map(|channel| ChannelId::from(*channel)).collect(),
        held: Vec::new(),
        kept: None,
        digest: None,
        actors: Vec::new(),
    };
    NewAlert { alert, body: format!(r#"{{"alert":{number}}}"#) }
}

/// Any entry.
pub(crate) fn entries() -> impl Strategy<Value = Entry> {
    let names = (any::<u128>(), any::<String>(), text(), text(), option::of(urls()), text());
    let texts = (text(), text(), words(), words(), text());
    let times = (option::of(times()), option::of(times()), times());
    (names, texts, times).prop_map(|((id, feed, outlet, guid, url, title), (summary, content, authors, categories, language), times)| {
        let (published, updated, fetched) = times;
        let (id, feed) = (entry_id(id), FeedId::from(feed));
        let shares_address = url.is_some() && fetched.as_second() % 2 == 0;
        Entry {
            id,
            feed,
            outlet,
            guid,
            url,
            shares_address,
            title,
            summary,
            content,
            authors,
            categories,
            language,
            published,
            updated,
            fetched,
        }
    })
}

/// Any state in which a visit can leave a feed that is not stopped.
pub(crate) fn states() -> impl Strategy<Value = FeedState> {
    let schedule = (near_times(), any::<bool>(), any::<u32>(), text(), any::<Option<u16>>(), any::<String>(), text());
    let visits = (option::of(near_times()), option::of(near_times()), option::of(near_times()));
    let moved = option::of((urls(), any::<u32>()).prop_map(|(to, seen)| Moved { to, seen }));
    (schedule, visits, validators(), moved).prop_map(|(schedule, visits, validators, moved)| {
        let (next_due, initialised, failures, last_error, last_status, next_reason, title) = schedule;
        let (last_visit, last_success, last_new) = visits;
        FeedState {
            next_due,
            validators,
            initialised,
            moved,
            gone: false,
            paused: false,
            failures,
            failing_since: (failures > 0).then_some(next_due),
            last_error,
            last_status,
            last_visit,
            last_success,
            last_new,
            next_reason,
            title,
            rhythm: Rhythm {
                ttl: last_status.map(|minutes| Duration::from_secs(u64::from(minutes) * 60)),
                skip_hours: failures & 0xff_ffff,
                ..Rhythm::default()
            },
            history: History::default(),
        }
    })
}

fn validators() -> impl Strategy<Value = Validators> {
    (any::<Option<Vec<u8>>>(), any::<Option<Vec<u8>>>(), any::<Option<[u8; 16]>>())
        .prop_map(|(etag, last_modified, body_hash)| Validators { etag, last_modified, body_hash })
}

fn text() -> impl Strategy<Value = Option<String>> {
    any::<Option<String>>()
}

fn words() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(any::<String>(), 0..3)
}

fn urls() -> impl Strategy<Value = Url> {
    "https?://[a-z]{1,8}\\.example/[ -~]{0,20}".prop_filter_map("an address", |text| Url::parse(&text).ok())
}

/// Any time at all, such as a feed may claim.
fn times() -> impl Strategy<Value = Timestamp> {
    (Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond()).prop_map(|nanos| Timestamp::from_nanosecond(nanos).unwrap())
}

/// Times of the daemon's own, of this and the last century, and the end of time for "never".
fn near_times() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        9 => (-2_000_000_000_000_000_000..4_000_000_000_000_000_000_i128).prop_map(|nanos| Timestamp::from_nanosecond(nanos).unwrap()),
        1 => Just(Timestamp::MAX),
    ]
}
