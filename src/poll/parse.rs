//! From bytes to entries. Nothing outside of the bytes is read, and a bad entry costs only itself.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use jiff::Timestamp;
use url::Url;

use crate::model::entry::Entry;
use crate::model::feed::{Feed, Rhythm};
use crate::net::charset::decode_xml;
use crate::poll::document::{Document, Markup, Part, Words};
use crate::poll::identity::{Mark, entry_id};
use crate::poll::read::Found;
use crate::poll::{json, read, wellformed, xml};
use crate::text::html;

/// Entries that are read of one feed; the first are the newest nearly everywhere.
const ENTRIES_MAX: usize = 10_000;
/// Bytes of a title.
const TITLE_BYTES_MAX: usize = 2000;
/// Bytes of summary and content, each.
const TEXT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of any other text.
const FIELD_BYTES_MAX: usize = 4000;
/// Categories and people of an entry.
const LIST_MAX: usize = 100;
/// Problems that are told of one feed.
const PROBLEMS_MAX: usize = 100;

/// What a feed lists.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedFeed {
    /// The entries, in the order of the feed, each once.
    pub entries: Vec<Entry>,
    /// What was wrong with it.
    pub problems: Vec<EntryProblem>,
    /// The feed itself.
    pub about: FeedAbout,
}

/// What a feed says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedAbout {
    /// Title as plain text.
    pub title: Option<String>,
    /// Address of its home page.
    pub link: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// How often it wishes to be asked.
    pub rhythm: Rhythm,
    /// The hub that tells of its news.
    pub hub: Option<String>,
    /// Its own address, as the hub knows it.
    pub own: Option<String>,
}

/// Something wrong in a feed that did not keep it from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProblem {
    /// Which entry, counted from 0; `None` for the feed as a whole.
    pub index: Option<usize>,
    /// What is wrong; lower case, no full stop.
    pub message: String,
}

impl fmt::Display for EntryProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(formatter, "entry {}: {}", index + 1, self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

/// Why a body is no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// Nothing in it.
    #[error("the body is empty")]
    Empty,
    /// A web page.
    #[error("is an HTML page, not a feed{}", help(.feeds))]
    Html {
        /// Feeds that the page names.
        feeds: Vec<String>,
    },
    /// JSON, but no JSON Feed.
    #[error("is JSON, but no JSON Feed")]
    Json,
    /// Anything else.
    #[error("is no feed: found neither RSS, Atom nor JSON Feed")]
    Unknown,
}

fn help(feeds: &[String]) -> String {
    if feeds.is_empty() { String::new() } else { format!("; the page names {}", feeds.join(", ")) }
}

/// Reads the entries of a feed: with feed-rs where that understands all of it, else with the lenient reader.
///
/// `content_type` is the HTTP header field, `url` what relative addresses are relative to.
///
/// # Errors
/// When the body is no feed at all.
pub fn parse(body: &[u8], content_type: Option<&str>, url: Option<&Url>, feed: &Feed, now: Timestamp) -> Result<ParsedFeed, ParseError> {
    let clean = Clean::of(body, content_type)?;
    let found = match clean.wellformed(url) {
        Some(found) => clean.document(found),
        None => clean.lenient(url)?,
    };
    Ok(entries(found, url, feed, now))
}

/// Reads a feed as it was written, with the lenient reader: this tells of more than entries are made of.
///
/// # Errors
/// When the body is no feed at all.
pub fn document(body: &[u8], content_type: Option<&str>, url: Option<&Url>) -> Result<Document, ParseError> {
    Clean::of(body, content_type)?.lenient(url)
}

/// A decoded body.
struct Clean<'a> {
    text: Cow<'a, str>,
    encoding: &'static str,
    problems: Vec<EntryProblem>,
}

impl<'a> Clean<'a> {
    fn of(body: &'a [u8], content_type: Option<&str>) -> Result<Self, ParseError> {
        let decoded = decode_xml(body, content_type);
        let trimmed = |text: &str| {
            let is_space = |c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0';
            (text.len() - text.trim_start_matches(is_space).len(), text.trim_end_matches(is_space).len())
        };
        let (start, end) = trimmed(&decoded.text);
        let text = match decoded.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(start..end).unwrap_or_default()),
            Cow::Owned(text) => Cow::Owned(text.get(start..end).unwrap_or_default().to_owned()),
        };
        if text.is_empty() {
            return Err(ParseError::Empty);
        }
        let mut problems = Vec::new();
        let mut problem = |message: String| problems.push(EntryProblem { index: None, message });
        if let Some(declared) = &decoded.declared {
            problem(format!("the text is not in the declared encoding `{}`; read as {}", clipped(declared, 40), decoded.encoding));
        } else if decoded.replaced {
            problem(format!("some bytes do not exist in {}", decoded.encoding));
        }
        let text = match without_controls(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(clean) => {
                problem("control characters were dropped".to_owned());
                Cow::Owned(clean)
            }
        };
        Ok(Self { text, encoding: decoded.encoding, problems })
    }

    fn is_json(&self) -> bool {
        self.text.starts_with(['{', '['])
    }

    /// What feed-rs reads, when that is complete.
    fn wellformed(&self, url: Option<&Url>) -> Option<Found> {
        if self.is_json() { wellformed::read_json(&self.text, ENTRIES_MAX) } else { wellformed::read_xml(&self.text, url, ENTRIES_MAX) }
    }

    /// What the lenient reader makes of it.
    fn lenient(mut self, url: Option<&Url>) -> Result<Document, ParseError> {
        if self.is_json() {
            let found = json::read(&self.text, url, ENTRIES_MAX).ok_or(ParseError::Json)?;
            return Ok(self.document(found));
        }
        let start = self.text.find('<').ok_or(ParseError::Unknown)?;
        let mut problem = |message: &str| self.problems.push(EntryProblem { index: None, message: message.to_owned() });
        if start > 0 {
            problem("something stands before the document");
        }
        let tree = xml::Tree::read(self.text.get(start..).unwrap_or_default());
        tree.faults.iter().for_each(|fault| problem(fault));
        match read::read(&tree, url, ENTRIES_MAX) {
            Some(found) => {
                drop(tree);
                Ok(self.document(found))
            }
            None if is_html(&tree) => Err(ParseError::Html { feeds: feeds_of_page(&tree, url) }),
            None => Err(ParseError::Unknown),
        }
    }

    fn document(self, found: Found) -> Document {
        let mut problems = self.problems;
        if found.entries.len() == ENTRIES_MAX {
            problems.push(EntryProblem { index: None, message: format!("only the first {ENTRIES_MAX} entries were read") });
        }
        let Found { format, feed, entries, rhythm } = found;
        Document { format, encoding: self.encoding, feed, entries, rhythm, problems }
    }
}

/// Without characters that XML forbids and no text needs.
fn without_controls(text: &str) -> Cow<'_, str> {
    let bad = |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}');
    // Byte search first: nearly all feeds are clean, and most of the time would go into looking at characters.
    if text.bytes().any(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f)
        || text.contains(['\u{fffe}', '\u{ffff}'])
    {
        text.chars().filter(|c| !bad(*c)).collect::<String>().into()
    } else {
        text.into()
    }
}

fn is_html(tree: &xml::Tree<'_>) -> bool {
    tree.elements(0)
        .any(|node| matches!(tree.name(node).rsplit(':').next(), Some("html" | "head" | "body" | "div" | "p" | "meta" | "script")))
}

/// The feeds that a page names in `<link rel=alternate>`.
fn feeds_of_page(tree: &xml::Tree<'_>, url: Option<&Url>) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting: Vec<xml::NodeId> = tree.elements(0).collect();
    while let Some(node) = waiting.pop() {
        let is_link = tree.name(node).rsplit(':').next() == Some("link");
        let alternate = tree.attribute(node, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("alternate"));
        let is_feed = tree.attribute(node, "type").is_some_and(|kind| ["rss", "atom", "feed+json"].iter().any(|name| kind.contains(name)));
        if let Some(href) = tree.attribute(node, "href").filter(|_| is_link && alternate && is_feed) {
            found.push(url.and_then(|url| url.join(href).ok()).map_or_else(|| href.to_owned(), String::from));
        }
        waiting.extend(tree.elements(node));
    }
    found.sort();
    found.truncate(5);
    found
}

/// Makes entries of what was written.
fn entries(document: Document, url: Option<&Url>, feed: &Feed, now: Timestamp) -> ParsedFeed {
    let mut problems = document.problems;
    let title = document.feed.title.as_ref().map(plain).filter(|title| !title.is_empty());
    let link = |rel: &str| document.feed.links.iter().find(|link| link.rel == rel).map(|link| link.href.clone());
    let about = FeedAbout {
        title: title.clone(),
        link: document.feed.link.clone(),
        language: feed.language.clone().or_else(|| document.feed.language.clone()),
        rhythm: document.rhythm,
        hub: link("hub"),
        own: link("self"),
    };
    let outlet = feed.outlet.clone().or(title);
    let shared = shared_guids(&document.entries);
    let mut entries = Vec::with_capacity(document.entries.len());
    let mut seen = HashSet::new();
    for (index, part) in document.entries.into_iter().enumerate() {
        let mut problem = |message: String| {
            if problems.len() < PROBLEMS_MAX {
                problems.push(EntryProblem { index: Some(index), message });
            }
        };
        for date in &part.bad_dates {
            problem(format!("`{}` is no date", clipped(date, 60)));
        }
        let Some(entry) = entry(part, url, feed, &about, outlet.as_ref(), &shared, now, &mut problem) else { continue };
        if seen.insert(entry.id) {
            entries.push(entry);
        } else {
            problem("is listed twice".to_owned());
        }
    }
    ParsedFeed { entries, problems, about }
}

/// GUIDs that stand for several addresses, and so for nothing.
fn shared_guids(parts: &[Part]) -> HashSet<String> {
    let mut first: HashMap<&str, Option<&str>> = HashMap::new();
    let mut shared = HashSet::new();
    for part in parts {
        let Some(guid) = part.id.as_deref() else { continue };
        let link = part.link.as_deref();
        if first.insert(guid, link).is_some_and(|before| before != link) {
            shared.insert(guid.to_owned());
        }
    }
    shared
}

#[expect(clippy::too_many_arguments, reason = "one entry needs all that is known of its feed")]
fn entry(
    part: Part,
    url: Option<&Url>,
    feed: &Feed,
    about: &FeedAbout,
    outlet: Option<&String>,
    shared: &HashSet<String>,
    now: Timestamp,
    problem: &mut impl FnMut(String),
) -> Option<Entry> {
    let title = part.title.as_ref().map(|words| clipped(&plain(words), TITLE_BYTES_MAX)).filter(|title| !title.is_empty());
    let link = part.link.as_deref().and_then(|link| address(link, url));
    if link.is_none()
        && let Some(link) = &part.link
    {
        problem(format!("the link `{}` is no web address", clipped(link, 80)));
    }
    let guid = part.id.map(|guid| clipped(&guid, FIELD_BYTES_MAX));
    let mark = match (&guid, &link, &title) {
        (Some(guid), _, _) if !shared.contains(guid) => Mark::Guid(guid),
        (_, Some(link), _) => Mark::Url(link),
        (_, None, Some(title)) => Mark::Text { title, date: part.published },
        (_, None, None) => {
            let Some(words) = part.summary.as_ref().or(part.content.as_ref()) else {
                problem("is empty".to_owned());
                return None;
            };
            Mark::Text { title: &words.value, date: part.published }
        }
    };
    let id = entry_id(&feed.id, mark);
    let language = feed.language.clone().or(part.language).or_else(|| about.language.clone());
    let names = part.authors.into_iter().filter_map(|person| person.name.or(person.email));
    Some(Entry {
        id,
        feed: feed.id.clone(),
        outlet: outlet.cloned(),
        guid,
        url: link,
        title,
        summary: part.summary.as_ref().map(hypertext),
        content: part.content.as_ref().map(hypertext),
        authors: names.map(|name| clipped(&html::line(&name), FIELD_BYTES_MAX)).filter(|name| !name.is_empty()).take(LIST_MAX).collect(),
        categories: part
            .categories
            .iter()
            .map(|name| clipped(&html::line(name), FIELD_BYTES_MAX))
            .filter(|name| !name.is_empty())
            .take(LIST_MAX)
            .collect(),
        language: language.map(|language| clipped(&language, 40)),
        published: part.published,
        updated: part.updated,
        fetched: now,
    })
}

/// A web address with a host, without user name and password.
fn address(link: &str, base: Option<&Url>) -> Option<Url> {
    let link = link.trim();
    let url = Url::parse(link).or_else(|error| base.map_or(Err(error), |base| base.join(link))).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| crate::net::error::without_credentials(&url))
}

/// One line of plain text.
pub(crate) fn plain(words: &Words) -> String {
    match words.markup {
        Markup::Plain => words.value.split_whitespace().collect::<Vec<_>>().join(" "),
        Markup::Html | Markup::Unsaid => html::line(&words.value),
    }
}

/// Text that later stages take for HTML or plain text by looking at it: what is plain for sure must not look like HTML.
fn hypertext(words: &Words) -> String {
    let value = clipped(&words.value, TEXT_BYTES_MAX);
    if words.markup == Markup::Plain && value.contains(['<', '&']) {
        value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        value
    }
}

/// The text, cut at a character boundary.
fn clipped(text: &str, bytes_max: usize) -> String {
    (0..=bytes_max.min(text.len())).rev().find_map(|end| text.get(..end)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
