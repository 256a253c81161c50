//! From bytes to entries. Nothing outside of the bytes is read, and a bad entry costs only itself.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use jiff::Timestamp;
use url::Url;

use crate::model::entry::Entry;
use crate::model::feed::{Feed, Rhythm};
use crate::net::charset::decode_xml;
use crate::poll::discover::{NamedFeed, named_feeds};
use crate::poll::document::{Document, End, Markup, Part, Words};
use crate::poll::identity::{Mark, entry_id};
use crate::poll::read::Found;
use crate::poll::{json, read, wellformed, xml};
use crate::text::html;

/// Entries that are read of one feed; the first are the newest nearly everywhere.
pub(crate) const ENTRIES_MAX: usize = 10_000;
/// Bytes of a title.
const TITLE_BYTES_MAX: usize = 2000;
/// Bytes of summary and content, each.
const TEXT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of any other text.
const FIELD_BYTES_MAX: usize = 4000;
/// Categories and people of an entry.
const LIST_MAX: usize = 100;
/// Feeds of a page that an error names.
const NAMED_MAX: usize = 5;
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
    /// It ended before it was whole: what stands for the response must not be remembered, so that the rest is asked for again.
    pub cut: bool,
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
    /// The family of its format, for people.
    pub format: &'static str,
    /// The encoding it was read in.
    pub encoding: &'static str,
}

/// Something wrong in a feed that did not keep it from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProblem {
    /// Which entry, counted from 0; `None` for the feed as a whole.
    pub index: Option<usize>,
    /// Where in the document, where that is known.
    pub place: Option<Place>,
    /// What is wrong; lower case, no full stop.
    pub message: String,
}

/// A place in a document, as editors count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1 on.
    pub line: usize,
    /// Character of the line, from 1 on.
    pub column: usize,
}

impl EntryProblem {
    /// Of the feed as a whole.
    pub(crate) fn of_feed(message: impl Into<String>) -> Self {
        Self { index: None, place: None, message: message.into() }
    }
}

impl fmt::Display for EntryProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(index) = self.index {
            write!(formatter, "entry {}: ", index + 1)?;
        }
        if let Some(Place { line, column }) = self.place {
            write!(formatter, "line {line}, column {column}: ")?;
        }
        formatter.write_str(&self.message)
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
        feeds: Vec<NamedFeed>,
    },
    /// JSON, but no JSON Feed.
    #[error("is JSON, but no JSON Feed")]
    Json,
    /// JSON that cannot be read at all.
    #[error("is broken JSON: {error}")]
    BrokenJson {
        /// What is wrong, with line and column.
        error: String,
    },
    /// Anything else.
    #[error("is no feed: found neither RSS, Atom nor JSON Feed")]
    Unknown,
}

fn help(feeds: &[NamedFeed]) -> String {
    let named: Vec<&str> = feeds.iter().take(NAMED_MAX).map(|feed| feed.url.as_str()).collect();
    if named.is_empty() { String::new() } else { format!("; the page names {}", named.join(", ")) }
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
    /// Where the text begins, after white space.
    begin: Place,
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
        let begin = place(&decoded.text, start, Place { line: 1, column: 1 });
        let text = match decoded.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(start..end).unwrap_or_default()),
            Cow::Owned(text) => Cow::Owned(text.get(start..end).unwrap_or_default().to_owned()),
        };
        if text.is_empty() {
            return Err(ParseError::Empty);
        }
        let mut problems = Vec::new();
        if let Some(declared) = &decoded.declared {
            let message = format!("the text is not in the declared encoding `{}`; read as {}", clipped(declared, 40), decoded.encoding);
            problems.push(EntryProblem::of_feed(message));
        } else if decoded.replaced {
            let first = text.find(char::REPLACEMENT_CHARACTER).map(|at| place(&text, at, begin));
            let message = format!("some bytes do not exist in {}", decoded.encoding);
            problems.push(EntryProblem { index: None, place: first, message });
        }
        let text = match without_controls(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(clean) => {
                let first = text.find(is_forbidden).map(|at| place(&text, at, begin));
                problems.push(EntryProblem { index: None, place: first, message: "control characters were dropped".to_owned() });
                Cow::Owned(clean)
            }
        };
        Ok(Self { text, begin, encoding: decoded.encoding, problems })
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
            let (found, problem) = json::read(&self.text, url)?;
            self.problems
                .extend(problem.map(|problem| EntryProblem { place: problem.place.map(|place| place.from(self.begin)), ..problem }));
            return Ok(self.document(found));
        }
        let start = self.text.find('<').ok_or(ParseError::Unknown)?;
        if start > 0 {
            self.problems.push(EntryProblem { place: Some(self.begin), ..EntryProblem::of_feed("something stands before the document") });
        }
        let tree = xml::Tree::read(self.text.get(start..).unwrap_or_default());
        for fault in &tree.faults {
            let message =
                if fault.times > 1 { format!("{} ({} times, here first)", fault.what, fault.times) } else { fault.what.to_owned() };
            self.problems.push(EntryProblem { index: None, place: Some(place(&self.text, start + fault.at, self.begin)), message });
        }
        match read::read(&tree, url, ENTRIES_MAX) {
            Some(found) => {
                drop(tree);
                Ok(self.document(found))
            }
            None if is_html(&tree) => Err(ParseError::Html { feeds: named_feeds(&self.text, url) }),
            None => Err(ParseError::Unknown),
        }
    }

    fn document(self, found: Found) -> Document {
        let mut problems = self.problems;
        if found.entries.len() == ENTRIES_MAX {
            problems.push(EntryProblem::of_feed(format!("only the first {ENTRIES_MAX} entries were read")));
        }
        let Found { format, feed, entries, rhythm, end } = found;
        Document { format, encoding: self.encoding, feed, entries, rhythm, end, problems }
    }
}

/// The place of a byte of the text that begins there.
fn place(text: &str, at: usize, begin: Place) -> Place {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Place { line: line + 1, column }.from(begin)
}

impl Place {
    /// The place in the whole of what has this place in a part that begins there.
    const fn from(self, begin: Self) -> Self {
        let column = if self.line == 1 { self.column + begin.column - 1 } else { self.column };
        Self { line: self.line + begin.line - 1, column }
    }
}

/// Characters that XML forbids and no text needs.
const fn is_forbidden(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}')
}

fn without_controls(text: &str) -> Cow<'_, str> {
    // Byte search first: nearly all feeds are clean, and most of the time would go into looking at characters. A piece is looked
    // through to its end, which can be done many bytes at a time.
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f;
    let has_control = text.as_bytes().chunks(4096).any(|piece| piece.iter().fold(false, |found, byte| found | is_control(*byte)));
    if has_control || text.contains('\u{fffe}') || text.contains('\u{ffff}') {
        text.chars().filter(|c| !is_forbidden(*c)).collect::<String>().into()
    } else {
        text.into()
    }
}

fn is_html(tree: &xml::Tree<'_>) -> bool {
    tree.elements(0)
        .any(|node| matches!(tree.name(node).rsplit(':').next(), Some("html" | "head" | "body" | "div" | "p" | "meta" | "script")))
}

/// Makes entries of what was written.
fn entries(document: Document, url: Option<&Url>, feed: &Feed, now: Timestamp) -> ParsedFeed {
    let mut problems = document.problems;
    let mut parts = document.entries;
    if document.end == End::InEntry && parts.pop().is_some() {
        let message = "is cut off, it is read when it is whole".to_owned();
        problems.push(EntryProblem { index: Some(parts.len()), place: None, message });
    }
    let title = document.feed.title.as_ref().map(plain).filter(|title| !title.is_empty());
    let link = |rel: &str| document.feed.links.iter().find(|link| link.rel == rel).map(|link| link.href.clone());
    let about = FeedAbout {
        title: title.clone(),
        link: document.feed.link.clone(),
        language: feed.language.clone().or_else(|| document.feed.language.clone()),
        rhythm: document.rhythm,
        hub: link("hub"),
        own: link("self"),
        format: document.format.title(),
        encoding: document.encoding,
    };
    let outlet = feed.outlet.clone().or(title);
    let shared = shared_guids(&parts);
    let mut entries = Vec::with_capacity(parts.len());
    let mut seen = HashSet::new();
    for (index, part) in parts.into_iter().enumerate() {
        let mut problem = |message: String| {
            if problems.len() < PROBLEMS_MAX {
                problems.push(EntryProblem { index: Some(index), place: None, message });
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
    ParsedFeed { entries, problems, about, cut: document.end != End::Whole }
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
        // Told apart when the whole listing is known.
        shares_address: false,
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
