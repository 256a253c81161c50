//! Well-formed feeds, read by feed-rs.
//!
//! Its reading is taken where it is complete. Identity rules stay our own: feed-rs is told to leave a missing identity
//! empty, and a feed with an entry that has neither identity nor address is left to the lenient reader, as is every
//! document of which feed-rs has no field for something. Both readers give the same entry the same identity.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use feed_rs::model;
use feed_rs::parser::Builder;
use jiff::Timestamp;
use url::Url;

use crate::model::feed::Rhythm;
use crate::poll::date;
use crate::poll::document::{End, FeedFormat, Link, Markup, Part, Person, Words};
use crate::poll::read::{Found, page, relation, wishes};
use crate::poll::survey::{Field, Seen, Survey, survey};

/// A JSON Feed with more quotation marks is left to the lenient reader, which takes less memory for each string.
const MARKS_MAX: usize = 400_000;
/// Objects that an entry of a JSON Feed has on average at most: itself, its authors and what it encloses.
const OBJECTS_PER_ENTRY: usize = 8;

/// Reads an XML feed, at most so many entries; `None` when feed-rs refuses it or leaves something out.
pub(crate) fn read_xml(text: &str, base: Option<&Url>, entries_max: usize) -> Option<Found> {
    let survey = survey(text, entries_max)?;
    let feed = parsed(without_declaration(text), base)?;
    if feed.entries.len() != survey.items.len() || feed.entries.is_empty() {
        return None;
    }
    let format = if survey.atom { FeedFormat::Atom } else { FeedFormat::Rss };
    let mut about = about(&feed, &survey);
    about.link = about.link.or_else(|| page(&about.links));
    let entries: Option<Vec<Part>> =
        feed.entries.into_iter().zip(&survey.items).map(|(entry, seen)| part(entry, *seen, survey.atom, base)).collect();
    let rhythm = if survey.wishes.is_empty() { Rhythm::default() } else { wishes(&survey.wishes) };
    Some(Found { format, feed: about, entries: distinct(entries?)?, rhythm, end: End::Whole })
}

/// Reads a JSON Feed, at most so many entries; `None` when feed-rs refuses it or leaves something out.
pub(crate) fn read_json(text: &str, entries_max: usize) -> Option<Found> {
    // feed-rs keeps every object that stands in the list of items, however many there are.
    if text.bytes().filter(|byte| *byte == b'{').count() > entries_max.saturating_mul(OBJECTS_PER_ENTRY) {
        return None;
    }
    // An item can have a language of its own, for which feed-rs has no field.
    if text.bytes().filter(|byte| *byte == b'"').count() > MARKS_MAX || text.matches("\"language\"").count() > 1 {
        return None;
    }
    let feed = parsed(text, None)?;
    if feed.entries.len() > entries_max {
        return None;
    }
    let mut about = about(&feed, &Survey::default());
    about.link = feed.links.first().filter(|_| text.contains("\"home_page_url\"")).map(|link| link.href.clone());
    let entries: Option<Vec<Part>> = feed.entries.into_iter().map(json_part).collect();
    Some(Found { format: FeedFormat::Json, feed: about, entries: distinct(entries?)?, rhythm: Rhythm::default(), end: End::Whole })
}

/// What feed-rs reads. A panic in it costs its reading and nothing else.
fn parsed(text: &str, base: Option<&Url>) -> Option<model::Feed> {
    let parser = Builder::new()
        .base_uri(base)
        .sanitize_content(false)
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(|text| date::parse(text).and_then(|time| SystemTime::try_from(time).ok()).map(SystemTime::into))
        .build();
    catch_unwind(AssertUnwindSafe(|| parser.parse(text.as_bytes()))).ok()?.ok()
}

/// The text is decoded: the encoding in its declaration no longer holds.
fn without_declaration(text: &str) -> &str {
    match text.strip_prefix("<?xml") {
        Some(declaration) => declaration.split_once("?>").map_or(text, |(_, rest)| rest),
        None => text,
    }
}

/// The entries, when each identity stands for one of them only.
fn distinct(entries: Vec<Part>) -> Option<Vec<Part>> {
    let mut ids = HashSet::new();
    entries.iter().filter_map(|entry| entry.id.as_deref()).all(|id| ids.insert(id)).then_some(())?;
    Some(entries)
}

fn about(feed: &model::Feed, survey: &Survey) -> Part {
    let links: Vec<Link> = feed.links.iter().map(link).collect();
    // The address of a channel stands in an element of its own, that of Atom among the links.
    let link = feed.links.iter().find(|link| link.rel.is_none()).map(|link| link.href.clone());
    let markup = if survey.atom { Markup::Plain } else { Markup::Unsaid };
    Part {
        title: feed.title.clone().and_then(|title| words(title, markup)),
        link,
        links,
        language: survey
            .language
            .clone()
            .filter(|language| !language.is_empty())
            .or_else(|| feed.language.clone().filter(|language| !language.is_empty())),
        ..Part::default()
    }
}

/// The entry, when it has all that its item was seen to have.
fn part(entry: model::Entry, seen: Seen, atom: bool, base: Option<&Url>) -> Option<Part> {
    let markup = if atom { Markup::Plain } else { Markup::Unsaid };
    let id = Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty());
    let links: Vec<Link> = entry.links.iter().filter(|link| link.target.is_none()).map(link).collect();
    let guid_link = id.as_ref().filter(|guid| seen.guid_is_link && guid.starts_with("http"));
    let guid_link = guid_link.map(|guid| base.and_then(|base| base.join(guid).ok()).map_or_else(|| guid.clone(), String::from));
    let link = page(&links).or(guid_link);
    let content = match entry.content {
        Some(content) => content_words(content, atom)?,
        None => None,
    };
    // feed-rs takes both `pubDate` and `dc:date` for the publication, and that for the change where there is none.
    let (published, updated) = (entry.published.and_then(time), entry.updated.and_then(time));
    let both = seen.has(Field::DublinDate) && (seen.has(Field::Published) || seen.has(Field::Updated));
    let changed = if seen.has(Field::DublinDate) { published } else { updated };
    let part = Part {
        title: entry.title.and_then(|title| words(title, markup)),
        summary: entry.summary.and_then(|summary| words(summary, markup)),
        content,
        published: published.filter(|_| seen.has(Field::Published)),
        updated: changed.filter(|_| seen.has(Field::Updated) || seen.has(Field::DublinDate)),
        authors: entry.authors.into_iter().map(person).collect(),
        categories: entry.categories.into_iter().map(|category| category.term).collect(),
        language: None,
        id,
        link,
        links,
        ..Part::default()
    };
    let is_complete = !both
        && part.id.is_some() == seen.has(Field::Guid)
        && part.title.is_some() == seen.has(Field::Title)
        && (part.id.is_some() || part.link.is_some())
        && (part.link.is_some() || !seen.has(Field::Link))
        && part.summary.is_some() == seen.has(Field::Summary)
        && part.content.is_some() == seen.has(Field::Content)
        && part.published.is_some() == seen.has(Field::Published)
        && part.updated.is_some() == (seen.has(Field::Updated) || seen.has(Field::DublinDate))
        && (part.title.is_some() || !seen.has(Field::OtherTitle))
        && (part.summary.is_some() || !seen.has(Field::OtherText))
        && (!part.authors.is_empty() || !seen.has(Field::Author) && !seen.has(Field::OtherAuthor));
    is_complete.then_some(part)
}

fn json_part(entry: model::Entry) -> Option<Part> {
    let id = Some(entry.id.trim().to_owned()).filter(|id| !id.is_empty());
    // Attachments are links too; only they have a type.
    let link = entry.links.iter().filter(|link| link.media_type.is_none()).map(|link| link.href.clone()).find(|href| !href.is_empty());
    let content = match entry.content {
        Some(content) => content_words(content, true)?,
        None => None,
    };
    let part = Part {
        title: entry.title.and_then(|title| words(title, Markup::Plain)),
        summary: entry.summary.and_then(|summary| words(summary, Markup::Plain)),
        content,
        published: entry.published.and_then(time),
        updated: entry.updated.and_then(time),
        authors: entry.authors.into_iter().map(person).collect(),
        categories: entry.categories.into_iter().map(|category| category.term).collect(),
        id,
        link,
        ..Part::default()
    };
    (part.id.is_some() || part.link.is_some()).then_some(part)
}

/// Text with its markup: what RSS says nothing of stays unsaid, Atom says it.
fn words(text: model::Text, unsaid: Markup) -> Option<Words> {
    let html = unsaid == Markup::Plain && text.content_type.subty().as_str() != "plain";
    let markup = if html { Markup::Html } else { unsaid };
    (!text.content.is_empty()).then_some(Words { value: text.content, markup, language: None, base: None })
}

/// The content; `None` when it is neither text nor HTML, `Some(None)` when it is empty.
#[expect(clippy::option_option, reason = "a content that cannot be used is another thing than none")]
fn content_words(content: model::Content, said: bool) -> Option<Option<Words>> {
    let markup = match (said, content.content_type.essence().to_string().as_str()) {
        (false, _) => Markup::Unsaid,
        (true, "text/plain") => Markup::Plain,
        (true, "text/html") => Markup::Html,
        _ => return None,
    };
    let value = content.body.unwrap_or_default().trim().to_owned();
    Some((!value.is_empty()).then_some(Words { value, markup, language: None, base: None }))
}

fn link(link: &model::Link) -> Link {
    let rel = link.rel.as_deref().map(str::trim).filter(|rel| !rel.is_empty()).unwrap_or("alternate");
    Link { href: link.href.clone(), rel: relation(rel), media_type: link.media_type.clone() }
}

fn person(person: model::Person) -> Person {
    // Beside an address the brackets are left around the name.
    let name = person.name.map(|name| name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>')).to_owned());
    Person { name: name.filter(|name| !name.is_empty()), email: person.email, url: person.uri }
}

fn time(time: impl Into<SystemTime>) -> Option<Timestamp> {
    Timestamp::try_from(time.into()).ok()
}
