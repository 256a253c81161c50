//! How an entry that waits to be read is written into its row.
//!
//! Rows live for minutes, but they outlive an update of the program: fields are only ever added, and a field that is
//! missing reads as nothing.

use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::entry::Entry;
use crate::model::id::{EntryId, FeedId};
use crate::store::error::{Cause, StoreError};

/// Writes an entry; the same entry always gives the same bytes.
pub(super) fn entry_to_json(entry: &Entry) -> String {
    let row = Writing {
        id: entry.id.to_string(),
        feed: entry.feed.as_str(),
        outlet: entry.outlet.as_deref(),
        guid: entry.guid.as_deref(),
        url: entry.url.as_ref().map(Url::as_str),
        shares_address: entry.shares_address,
        title: entry.title.as_deref(),
        summary: entry.summary.as_deref(),
        content: entry.content.as_deref(),
        authors: &entry.authors,
        categories: &entry.categories,
        language: entry.language.as_deref(),
        published: entry.published.map(|time| time.to_string()),
        updated: entry.updated.map(|time| time.to_string()),
        fetched: entry.fetched.to_string(),
    };
    serde_json::to_string(&row).expect("strings and lists of strings always have a JSON form")
}

/// Reads what [`entry_to_json`] wrote.
pub(super) fn entry_from_json(json: &str) -> Result<Entry, StoreError> {
    let row: Reading = serde_json::from_str(json).map_err(|source| unreadable(Arc::new(source)))?;
    Ok(Entry {
        id: EntryId::parse(&row.id).ok_or_else(|| unreadable(Arc::new(NoIdentity(row.id.clone()))))?,
        feed: FeedId::from(row.feed),
        outlet: row.outlet,
        guid: row.guid,
        url: row.url.map(|text| parsed::<Url>(&text)).transpose()?,
        shares_address: row.shares_address,
        title: row.title,
        summary: row.summary,
        content: row.content,
        authors: row.authors,
        categories: row.categories,
        language: row.language,
        published: row.published.map(|text| parsed::<Timestamp>(&text)).transpose()?,
        updated: row.updated.map(|text| parsed::<Timestamp>(&text)).transpose()?,
        fetched: parsed::<Timestamp>(&row.fetched)?,
    })
}

#[derive(Serialize)]
struct Writing<'a> {
    id: String,
    feed: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    shares_address: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    authors: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    categories: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<String>,
    fetched: String,
}

#[derive(Deserialize)]
struct Reading {
    id: String,
    feed: String,
    outlet: Option<String>,
    guid: Option<String>,
    url: Option<String>,
    #[serde(default)]
    shares_address: bool,
    title: Option<String>,
    summary: Option<String>,
    content: Option<String>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    categories: Vec<String>,
    language: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    fetched: String,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no identity of an entry")]
struct NoIdentity(String);

fn parsed<T: FromStr>(text: &str) -> Result<T, StoreError>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|source| unreadable(Arc::new(source)))
}

fn unreadable(source: Cause) -> StoreError {
    StoreError::Record { what: "an entry that waits to be read".to_owned(), source }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::samples;

    #[test]
    fn the_form_of_the_row_stays_readable() {
        let written = r#"{"id":"000102030405060708090a0b0c0d0e0f","feed":"wire","guid":"g","url":"https://example.org/a","title":"T","authors":["A"],"published":"2026-01-02T03:04:05.000000006Z","fetched":"2026-01-02T03:04:06Z","added_later":1}"#;
        let entry = entry_from_json(written).unwrap();
        assert_eq!(entry_to_json(&entry), written.replace(r#","added_later":1"#, ""));
    }

    #[test]
    fn a_row_that_is_no_entry_is_a_fault_of_its_own() {
        for json in ["", "{}", r#"{"id":"x","feed":"f","fetched":"2026-01-02T03:04:06Z"}"#] {
            assert!(matches!(entry_from_json(json), Err(StoreError::Record { .. })), "{json}");
        }
    }

    proptest! {
        #[test]
        fn entries_read_back_as_written(entry in samples::entries()) {
            prop_assert_eq!(entry_from_json(&entry_to_json(&entry)).unwrap(), entry);
        }
    }
}
