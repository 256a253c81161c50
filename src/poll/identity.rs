//! What makes an entry the same entry at the next visit.

use sha2::{Digest, Sha256};
use url::Url;

use crate::model::id::{EntryId, FeedId};
use crate::text::link::canonical;

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
