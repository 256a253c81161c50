//! Reads bytes as a feed in every way there is, and checks what must hold of any reading.
//!
//! The fuzz target and its replay as an ordinary test share it.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use url::Url;
use wirewatch::model::feed::{Feed, FeedSource};
use wirewatch::poll::document::Markup;
use wirewatch::poll::parse::{document, parse};
use wirewatch::poll::record::FeedRecord;

/// Header fields that a server may send; the last byte of the input chooses.
const TYPES: [Option<&str>; 6] = [
    None,
    Some("application/rss+xml"),
    Some("text/xml; charset=utf-8"),
    Some("text/html; charset=windows-1251"),
    Some("application/feed+json"),
    Some("x; charset=cp437"),
];

/// Reads the bytes as the daemon and as `feed --jsonl` do.
///
/// # Panics
/// When something does not hold that must.
pub(crate) fn read(data: &[u8]) {
    let begin = Instant::now();
    let content_type = TYPES[usize::from(data.last().copied().unwrap_or_default()) % TYPES.len()];
    let url: Url = "https://example.org/feeds/all".parse().expect("this is an address");
    let feed = Feed { id: "f".into(), source: FeedSource::Http(url.clone()), outlet: None, language: None, tags: Vec::new() };
    if let Ok(parsed) = parse(data, content_type, Some(&url), &feed, Timestamp::UNIX_EPOCH) {
        let again = parse(data, content_type, Some(&url), &feed, Timestamp::UNIX_EPOCH).expect("what was read once is read again");
        assert_eq!(parsed.entries, again.entries, "the same bytes gave other entries");
        for entry in &parsed.entries {
            assert!(entry.url.as_ref().is_none_or(|url| matches!(url.scheme(), "http" | "https")), "a link is no web address");
        }
    }
    if let Ok(document) = document(data, content_type, Some(&url)) {
        let record = serde_json::to_value(FeedRecord::new(&document, Some(&url))).expect("a record can be written");
        let parts = record["entries"].as_array().into_iter().flatten().zip(&document.entries);
        for (shown, part) in parts.chain([(&record["feed"], &document.feed)]) {
            for (name, words) in [("content", &part.content), ("rights", &part.rights), ("title", &part.title)] {
                let is_html = words.as_ref().is_some_and(|words| words.markup != Markup::Plain);
                let text = shown[name].as_str().unwrap_or_default().to_ascii_lowercase();
                let harm = ["<script", "<iframe", "<object", "<style", "<meta", "<base"].iter().find(|harm| text.contains(**harm));
                assert!(!is_html || harm.is_none(), "{harm:?} was not taken out");
            }
        }
    }
    let spent = begin.elapsed();
    assert!(spent < Duration::from_secs(10), "took {spent:?}");
}
