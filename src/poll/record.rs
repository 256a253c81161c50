//! What leaves the process: the neutral feed model of the batch form, and entries for scripts.

use serde::Serialize;
use url::Url;

use crate::model::entry::Entry;
use crate::poll::document::{Document, Enclosure, Link, Markup, Part, Person, Words};
use crate::poll::parse::EntryProblem;
use crate::poll::safe::{address, safe};
use crate::text::markup::{Piece, Pieces};

/// A whole feed as it was written, in the neutral model. HTML is made safe, addresses in it are absolute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedRecord {
    ok: bool,
    format: &'static str,
    encoding: &'static str,
    feed: PartRecord,
    entries: Vec<PartRecord>,
    problems: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct PartRecord {
    #[serde(flatten)]
    texts: TextsRecord,
    link: Option<String>,
    id: Option<String>,
    language: Option<String>,
    author: Option<String>,
    author_email: Option<String>,
    author_url: Option<String>,
    generator: Option<String>,
    image: Option<String>,
    publisher: Option<String>,
    docs: Option<String>,
    comments: Option<String>,
    source_title: Option<String>,
    source_link: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    /// The dates as written.
    published_text: Option<String>,
    updated_text: Option<String>,
    categories: Vec<String>,
    authors: Vec<PersonRecord>,
    contributors: Vec<PersonRecord>,
    links: Vec<LinkRecord>,
    enclosures: Vec<EnclosureRecord>,
}

/// A feed's description and an entry's summary are the same property under two names.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct TextsRecord {
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    content: Option<String>,
    rights: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct PersonRecord {
    name: Option<String>,
    email: Option<String>,
    url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct LinkRecord {
    href: String,
    rel: String,
    #[serde(rename = "type")]
    media_type: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct EnclosureRecord {
    url: String,
    #[serde(rename = "type")]
    media_type: Option<String>,
    length: Option<String>,
}

impl FeedRecord {
    /// The record of a document; `base` is its own address.
    pub fn new(document: &Document, base: Option<&Url>) -> Self {
        let feed = PartRecord::new(&document.feed, base);
        let feed = PartRecord { texts: TextsRecord { description: feed.texts.summary, summary: None, ..feed.texts }, ..feed };
        Self {
            ok: true,
            format: document.format.as_str(),
            encoding: document.encoding,
            feed,
            entries: document.entries.iter().map(|entry| PartRecord::new(entry, base)).collect(),
            problems: document.problems.iter().map(EntryProblem::to_string).collect(),
        }
    }
}

impl PartRecord {
    fn new(part: &Part, base: Option<&Url>) -> Self {
        let text = |words: &Option<Words>| words.as_ref().map(|words| shown(words, base));
        let first = part.authors.first().cloned().unwrap_or_default();
        Self {
            texts: TextsRecord {
                title: text(&part.title),
                description: None,
                summary: text(&part.summary),
                content: text(&part.content),
                rights: text(&part.rights),
            },
            link: part.link.clone(),
            id: part.id.as_deref().map(|id| identity(id, base)),
            language: part.language.clone(),
            author: first.name.or_else(|| first.email.clone()),
            author_email: first.email,
            author_url: first.url,
            generator: part.generator.clone(),
            image: part
                .image
                .clone()
                .or_else(|| [&part.summary, &part.content].into_iter().flatten().find_map(|words| picture(words, base))),
            publisher: part.publisher.clone(),
            docs: part.docs.clone(),
            comments: part.comments.clone(),
            source_title: part.source_title.clone(),
            source_link: part.source_link.clone(),
            published: part.published.map(|time| time.to_string()),
            updated: part.updated.map(|time| time.to_string()),
            published_text: part.published_text.clone(),
            updated_text: part.updated_text.clone(),
            categories: part.categories.clone(),
            authors: part.authors.iter().map(PersonRecord::from).collect(),
            contributors: part.contributors.iter().map(PersonRecord::from).collect(),
            links: part.links.iter().map(LinkRecord::from).collect(),
            enclosures: part.enclosures.iter().map(EnclosureRecord::from).collect(),
        }
    }
}

/// An identity that is a path is that path on the feed's own site.
fn identity(id: &str, base: Option<&Url>) -> String {
    let is_path = id.starts_with(['/', '.']) && !id.contains(char::is_whitespace);
    let whole = base.filter(|_| is_path).and_then(|base| base.join(id).ok());
    whole.map_or_else(|| id.to_owned(), String::from)
}

/// The first picture in a text.
fn picture(words: &Words, base: Option<&Url>) -> Option<String> {
    let has_picture = words.markup != Markup::Plain && words.value.as_bytes().windows(4).any(|start| start.eq_ignore_ascii_case(b"<img"));
    if !has_picture {
        return None;
    }
    let source = Pieces::new(&words.value).find_map(|piece| match piece {
        Piece::Open(tag) if tag.name == "img" => tag.attribute("src").map(|source| source.trim().to_owned()),
        _ => None,
    })?;
    address(&source, words.base.as_deref().or(base)).filter(|source| !source.is_empty())
}

fn shown(words: &Words, base: Option<&Url>) -> String {
    match words.markup {
        Markup::Plain => words.value.clone(),
        Markup::Html | Markup::Unsaid => safe(&words.value, words.base.as_deref().or(base)),
    }
}

impl From<&Person> for PersonRecord {
    fn from(person: &Person) -> Self {
        let Person { name, email, url } = person.clone();
        Self { name, email, url }
    }
}

impl From<&Link> for LinkRecord {
    fn from(link: &Link) -> Self {
        let Link { href, rel, media_type } = link.clone();
        Self { href, rel, media_type }
    }
}

impl From<&Enclosure> for EnclosureRecord {
    fn from(enclosure: &Enclosure) -> Self {
        let Enclosure { url, media_type, length } = enclosure.clone();
        Self { url, media_type, length }
    }
}

/// An entry as scripts read it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntryRecord {
    id: String,
    title: Option<String>,
    url: Option<String>,
    guid: Option<String>,
    outlet: Option<String>,
    authors: Vec<String>,
    categories: Vec<String>,
    language: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    summary: Option<String>,
    content: Option<String>,
}

impl From<&Entry> for EntryRecord {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            title: entry.title.clone(),
            url: entry.url.as_ref().map(Url::to_string),
            guid: entry.guid.clone(),
            outlet: entry.outlet.clone(),
            authors: entry.authors.clone(),
            categories: entry.categories.clone(),
            language: entry.language.clone(),
            published: entry.published.map(|time| time.to_string()),
            updated: entry.updated.map(|time| time.to_string()),
            summary: entry.summary.as_deref().map(|html| safe(html, entry.url.as_ref())),
            content: entry.content.as_deref().map(|html| safe(html, entry.url.as_ref())),
        }
    }
}
