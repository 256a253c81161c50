//! One item as the feed gave it, normalised.

use jiff::Timestamp;
use url::Url;

use crate::model::id::{EntryId, FeedId};

/// One item as the feed gave it, with a stable identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its identity, from GUID or address or text.
    pub id: EntryId,
    /// The feed that listed it.
    pub feed: FeedId,
    /// The outlet: configured, else the title of the feed.
    pub outlet: Option<String>,
    /// `guid` or `id` as given.
    pub guid: Option<String>,
    /// Address of the article page; only `http:` and `https:`.
    pub url: Option<Url>,
    /// Whether other entries that the feed listed beside it have the same address: it is not the entry's own then.
    pub shares_address: bool,
    /// Title as plain text.
    pub title: Option<String>,
    /// Summary as HTML or plain text, as given.
    pub summary: Option<String>,
    /// Full content as HTML, as given.
    pub content: Option<String>,
    /// Names of people.
    pub authors: Vec<String>,
    /// Categories as given.
    pub categories: Vec<String>,
    /// BCP 47 tag of entry or feed.
    pub language: Option<String>,
    /// When it was published, as the feed says.
    pub published: Option<Timestamp>,
    /// When it was changed, as the feed says.
    pub updated: Option<Timestamp>,
    /// When it was read.
    pub fetched: Timestamp,
}
