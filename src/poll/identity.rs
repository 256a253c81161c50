//! What makes an entry the same entry at the next visit.
//!
//! An entry is known by its GUID, else by its address, else by its text (`entry_id`). When a site changes its GUIDs, or moves to
//! another host, all entries look new. So each also has a [`Twin`]: what stays the same then. The store takes an unknown entry for a
//! known one when they have the same twin and the known one is no longer listed.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use url::Url;

use crate::model::entry::Entry;
use crate::model::id::{EntryId, FeedId};
use crate::text::html;
use crate::text::link::canonical;

/// Two entries of a feed with the same value are one entry under two identities, unless both are listed at one time.
pub type Twin = i64;

/// What an entry is known by, best first.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mark<'a> {
    Guid(&'a str),
    Url(&'a Url),
    Text { title: &'a str, date: Option<jiff::Timestamp> },
}

/// The identity in this feed: the same GUID in another feed is another entry.
pub(crate) fn entry_id(feed: &FeedId, mark: Mark<'_>) -> EntryId {
    let mut hash = Sha256::new();
    hash.update(feed.as_str());
    match mark {
        Mark::Guid(guid) => {
            hash.update(b"\0guid\0");
            hash.update(guid);
        }
        Mark::Url(url) => {
            hash.update(b"\0url\0");
            hash.update(canonical(url).unwrap_or_else(|| url.to_string()));
        }
        Mark::Text { title, date } => {
            hash.update(b"\0text\0");
            hash.update(title);
            hash.update(b"\0");
            hash.update(date.map(|date| date.to_string()).unwrap_or_default());
        }
    }
    EntryId(first_half(hash))
}

/// The twin of each entry of a listing; `None` for those that have none, or the same as another one.
///
/// It is made of path and query of the address without what tracks readers, of the title, and of the moment of publication. Where that is
/// missing or only a day, of the text too: several notices of a day may have one title and one address.
pub fn twins(entries: &[Entry]) -> Vec<Option<Twin>> {
    let twins: Vec<Option<Twin>> = entries.iter().map(twin).collect();
    let mut times: HashMap<Twin, u32> = HashMap::new();
    for twin in twins.iter().flatten() {
        *times.entry(*twin).or_default() += 1;
    }
    twins.into_iter().map(|twin| twin.filter(|twin| times.get(twin) == Some(&1))).collect()
}

fn twin(entry: &Entry) -> Option<Twin> {
    let title = entry.title.as_deref()?;
    let address = entry.url.as_ref().and_then(canonical);
    let path = address.as_deref().and_then(|address| address.find(['/', '?']).and_then(|at| address.get(at..))).unwrap_or_default();
    let exact = entry.published.filter(|time| time.as_second() % (24 * 60 * 60) != 0);
    let text = entry.summary.as_deref().or(entry.content.as_deref()).unwrap_or_default();
    // A title alone says too little.
    let says_enough = exact.is_some() || !text.is_empty() && (!path.is_empty() || entry.published.is_some());
    says_enough.then_some(())?;
    let mut hash = Sha256::new();
    for part in [path, title, &entry.published.map(|time| time.to_string()).unwrap_or_default()] {
        hash.update(part);
        hash.update(b"\0");
    }
    if exact.is_none() {
        hash.update(html::line(text));
    }
    let full: [u8; 32] = hash.finalize().into();
    full.first_chunk().copied().map(i64::from_be_bytes)
}

/// The hash of a body, to see whether it changed.
pub(crate) fn body_hash(body: &[u8]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(body);
    first_half(hash)
}

fn first_half(hash: Sha256) -> [u8; 16] {
    let full: [u8; 32] = hash.finalize().into();
    let (half, _) = full.split_at(16);
    half.try_into().expect("half of 32 bytes is 16 bytes")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::twins;
    use crate::model::entry::Entry;
    use crate::model::id::EntryId;

    fn entry(url: &str, title: &str, published: Option<&str>, summary: &str) -> Entry {
        Entry {
            id: EntryId([0; 16]),
            feed: "f".into(),
            outlet: None,
            guid: None,
            url: url.parse().ok(),
            shares_address: false,
            title: Some(title.to_owned()),
            summary: Some(summary.to_owned()),
            content: None,
            authors: Vec::new(),
            categories: Vec::new(),
            language: None,
            published: published.map(|date| date.parse().unwrap()),
            updated: None,
            fetched: Timestamp::UNIX_EPOCH,
        }
    }

    fn same(left: Entry, right: Entry) -> bool {
        let twin = |entry| twins(&[entry]).remove(0);
        twin(left).is_some_and(|left| twin(right) == Some(left))
    }

    const MORNING: Option<&str> = Some("2026-01-05T08:15:00Z");
    const DAY: Option<&str> = Some("2026-01-05T00:00:00Z");

    #[test]
    fn host_and_tracking_do_not_count() {
        let old = || entry("http://old.example/news/1", "Strike", MORNING, "Text");
        assert!(same(old(), entry("https://www.new.example/news/1/?utm_source=rss", "Strike", MORNING, "Other text")));
        assert!(!same(old(), entry("http://old.example/news/2", "Strike", MORNING, "Text")));
        assert!(!same(old(), entry("http://old.example/news/1", "Strike", Some("2026-01-05T09:15:00Z"), "Text")));
        assert!(!same(old(), entry("http://old.example/news/1", "Strike ends", MORNING, "Text")));
    }

    #[test]
    fn notices_of_a_day_are_told_apart_by_their_text() {
        let first = |published| entry("https://a.example/warnings", "Warning", published, "Wind");
        for published in [DAY, None] {
            assert!(same(first(published), first(published)));
            assert!(!same(first(published), entry("https://a.example/warnings", "Warning", published, "Snow")));
        }
        assert_eq!(twins(&[entry("https://a.example", "Warning", None, "")]), [None], "a title alone is no twin");
        assert_eq!(twins(&[first(DAY), first(DAY)]), [None, None], "two that are listed together are two");
    }
}
