//! From the address of a page to the feeds of its site.
//!
//! A page names its feeds in `<link rel="alternate">` and `rel="feed"`. Where it does not, the usual addresses can be tried, which are
//! requests that nobody invited: only when the owner asks for it.

use jiff::Timestamp;
use url::Url;

use crate::model::feed::{Feed, FeedSource};
use crate::net::charset::decode_html;
use crate::net::client::{Client, Request};
use crate::net::error::shown;
use crate::poll::error::PollError;
use crate::poll::parse::{ParseError, ParsedFeed, parse};
use crate::poll::visit::ACCEPT;
use crate::text::html;
use crate::text::markup::{Piece, Pieces, Tag};
use crate::text::safe::one_line;

/// Feeds of one page that are told.
const FEEDS_MAX: usize = 50;
/// Characters of a title.
const TITLE_CHARACTERS_MAX: usize = 200;
/// Where feeds usually are, from the root of a site.
const USUAL_PATHS: &[&str] = &["feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default"];

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFeed {
    /// Its address.
    pub url: Url,
    /// What the page, or the feed itself, calls it.
    pub title: Option<String>,
    /// How it was found.
    pub found: FoundBy,
}

/// How a feed was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// The address that was asked is a feed.
    Itself,
    /// The page names it.
    Page,
    /// It is where feeds usually are.
    UsualPath,
}

impl FoundBy {
    /// The name written into records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::Page => "page",
            Self::UsualPath => "usual-path",
        }
    }
}

/// How far a search for feeds goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Only what the page names.
    PageOnly,
    /// Also the usual addresses on its site, when the page names none.
    UsualPaths,
}

/// Finds the feeds of a page. An address that is a feed itself gives that feed.
///
/// # Errors
/// When the page cannot be fetched.
pub async fn discover(url: &Url, search: Search, client: &Client, now: Timestamp) -> Result<Vec<NamedFeed>, PollError> {
    let (final_url, found) = look(url, client, now).await?;
    let named = match found {
        Look::Feed(title) => return Ok(vec![NamedFeed { url: url.clone(), title, found: FoundBy::Itself }]),
        Look::Page(named) => named,
    };
    if !named.is_empty() || search == Search::PageOnly {
        return Ok(named);
    }
    let mut usual = Vec::new();
    for path in USUAL_PATHS {
        let Ok(candidate) = final_url.join(&format!("/{path}")) else { continue };
        // A site that answers some of these with errors may still have the others.
        if let Ok((place, Look::Feed(title))) = look(&candidate, client, now).await
            && usual.iter().all(|known: &NamedFeed| known.url != place)
        {
            usual.push(NamedFeed { url: place, title, found: FoundBy::UsualPath });
        }
    }
    Ok(usual)
}

enum Look {
    Feed(Option<String>),
    Page(Vec<NamedFeed>),
}

/// Asks once; gives where the answer came from in the end, and what it is.
async fn look(url: &Url, client: &Client, now: Timestamp) -> Result<(Url, Look), PollError> {
    let mut request = Request::new(url.clone());
    request.accept = ACCEPT;
    let response = client.get(request).await?;
    if response.status != 200 {
        return Err(PollError::Status { url: shown(&response.url), status: response.status, retry_after: None });
    }
    let content_type = response.header(&reqwest::header::CONTENT_TYPE).map(str::to_owned);
    let (place, body) = (response.url.clone(), response.body.clone());
    let read = tokio::task::spawn_blocking(move || read(&body, content_type.as_deref(), &place, now));
    let found = read.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
    Ok((response.url, found))
}

fn read(body: &[u8], content_type: Option<&str>, place: &Url, now: Timestamp) -> Look {
    let feed = Feed { id: "feed".into(), source: FeedSource::Http(place.clone()), outlet: None, language: None, tags: Vec::new() };
    match parse(body, content_type, Some(place), &feed, now) {
        Ok(ParsedFeed { about, .. }) => Look::Feed(about.title),
        Err(ParseError::Html { feeds }) => Look::Page(feeds),
        Err(_) => Look::Page(named_feeds(&decode_html(body, content_type).text, Some(place))),
    }
}

/// The feeds that a page names, in its order, each once.
///
/// ```
/// let page = r#"<base href="/en/"><link rel="alternate" type="application/rss+xml" title="News" href="rss">"#;
/// let feeds = wirewatch::poll::discover::named_feeds(page, Some(&"https://example.org/".parse().unwrap()));
/// assert_eq!(feeds[0].url.as_str(), "https://example.org/en/rss");
/// ```
pub fn named_feeds(html: &str, url: Option<&Url>) -> Vec<NamedFeed> {
    let mut base = url.cloned();
    let mut feeds: Vec<NamedFeed> = Vec::new();
    for piece in Pieces::new(html) {
        let Piece::Open(tag) = piece else { continue };
        let Some(href) = tag.attribute("href").map(|href| href.trim().to_owned()).filter(|href| !href.is_empty()) else { continue };
        let resolved = base.as_ref().map_or_else(|| Url::parse(&href).ok(), |base| base.join(&href).ok());
        match &*tag.name {
            "base" => base = resolved.or(base),
            "link" | "a" if names_a_feed(&tag) => {
                let Some(found) = resolved.filter(|found| matches!(found.scheme(), "http" | "https")) else { continue };
                if feeds.iter().all(|known| known.url != found) {
                    let title =
                        tag.attribute("title").map(|title| one_line(&html::line(&title)).chars().take(TITLE_CHARACTERS_MAX).collect());
                    feeds.push(NamedFeed { url: found, title: title.filter(|title: &String| !title.is_empty()), found: FoundBy::Page });
                }
            }
            _ => {}
        }
        if feeds.len() == FEEDS_MAX {
            break;
        }
    }
    feeds
}

fn names_a_feed(tag: &Tag<'_>) -> bool {
    let rel = tag.attribute("rel").unwrap_or_default().to_ascii_lowercase();
    let relation = |name: &str| rel.split_ascii_whitespace().any(|word| word == name);
    let kind = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_feed = match kind {
        "application/rss+xml"
        | "application/atom+xml"
        | "application/feed+json"
        | "application/rdf+xml"
        | "text/rss+xml"
        | "text/atom+xml"
        | "application/rss"
        | "application/atom" => true,
        // Kinds that say little: many sites name their interface for programs in this way.
        "application/xml" | "text/xml" | "application/json" => {
            let href = tag.attribute("href").unwrap_or_default().to_ascii_lowercase();
            ["rss", "atom", "feed"].iter().any(|word| href.contains(word)) && !href.contains("oembed")
        }
        _ => false,
    };
    relation("feed") || relation("alternate") && is_feed
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::named_feeds;

    fn shown(html: &str) -> String {
        let feeds = named_feeds(html, Some(&"https://example.org/news/page".parse().unwrap()));
        feeds.iter().fold(String::new(), |mut out, feed| {
            writeln!(out, "{} {:?}", feed.url, feed.title).unwrap();
            out
        })
    }

    #[test]
    fn a_page_names_its_feeds() {
        insta::assert_snapshot!(shown(
            r#"<html><head><link rel="stylesheet" href="/a.css"><link REL="Alternate" TYPE="application/rss+xml" title="All &amp; more" href="/rss?a=1&amp;b=2">
            <link rel="alternate" type="application/atom+xml; charset=utf-8" href="../atom"><link rel=alternate type=application/feed+json href=feed.json>
            <link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/7">
            <link rel="alternate" type="application/json+oembed" href="/oembed?feed"><link rel="alternate" type="application/rss+xml" href="javascript:x()">
            <link rel="feed" href="https://other.example/feed"></head><body><link rel="alternate" type="application/rss+xml" href="/rss?a=1&b=2">"#
        ), @r#"
        https://example.org/rss?a=1&b=2 Some("All & more")
        https://example.org/atom None
        https://example.org/news/feed.json None
        https://other.example/feed None
        "#);
        assert_eq!(
            shown("<base href='https://cdn.example/x/'><link rel=alternate type=text/xml href=rss.xml>"),
            "https://cdn.example/x/rss.xml None\n"
        );
        assert_eq!(shown("<link rel=alternate type=application/rss+xml>"), "");
    }
}
