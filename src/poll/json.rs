//! JSON Feed, versions 1 and 1.1.

use serde_json::Value;
use url::Url;

use crate::model::feed::Rhythm;
use crate::poll::date;
use crate::poll::document::{Enclosure, FeedFormat, Link, Markup, Part, Person, Words};
use crate::poll::read::Found;

/// Reads a JSON Feed, at most so many entries; `None` when the text is none.
pub(crate) fn read(text: &str, base: Option<&Url>, entries_max: usize) -> Option<Found> {
    let value: Value = serde_json::from_str(text).ok()?;
    let items = value.get("items").and_then(Value::as_array)?;
    let mut feed = part(&value, base);
    feed.link = string(&value, "home_page_url").map(|url| resolved(&url, base));
    feed.links.extend(feed.link.iter().map(|href| link(href, "alternate")));
    feed.links.extend(string(&value, "feed_url").map(|href| link(&href, "self")));
    feed.id = string(&value, "feed_url");
    feed.summary = words(&value, "description", Markup::Plain);
    feed.image = string(&value, "icon").or_else(|| string(&value, "favicon"));
    let entries = items.iter().filter(|item| item.is_object()).take(entries_max).map(|item| part(item, base)).collect();
    Some(Found { format: FeedFormat::Json, feed, entries, rhythm: Rhythm::default() })
}

fn part(value: &Value, base: Option<&Url>) -> Part {
    let url = string(value, "url").or_else(|| string(value, "external_url")).map(|url| resolved(&url, base));
    let mut part = Part {
        id: string(value, "id"),
        title: words(value, "title", Markup::Plain),
        links: url.iter().map(|href| link(href, "alternate")).collect(),
        link: url,
        summary: words(value, "summary", Markup::Plain),
        content: words(value, "content_html", Markup::Html).or_else(|| words(value, "content_text", Markup::Plain)),
        language: string(value, "language"),
        image: string(value, "image").or_else(|| string(value, "banner_image")),
        ..Part::default()
    };
    let people = value.get("authors").and_then(Value::as_array).into_iter().flatten().chain(value.get("author"));
    part.authors = people.map(|person| Person { name: string(person, "name"), email: None, url: string(person, "url") }).collect();
    part.authors.dedup();
    part.categories =
        value.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    for (name, field) in [("date_published", &mut part.published), ("date_modified", &mut part.updated)] {
        if let Some(text) = string(value, name) {
            *field = date::parse(&text);
            if field.is_none() {
                part.bad_dates.push(text);
            }
        }
    }
    for attachment in value.get("attachments").and_then(Value::as_array).into_iter().flatten() {
        if let Some(url) = string(attachment, "url") {
            let length = attachment.get("size_in_bytes").and_then(Value::as_u64).map(|bytes| bytes.to_string());
            part.enclosures.push(Enclosure { url, media_type: string(attachment, "mime_type"), length });
        }
    }
    part
}

/// A string; numbers are taken too, since identities are often written as such.
fn string(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn words(value: &Value, name: &str, markup: Markup) -> Option<Words> {
    string(value, name).map(|value| Words { value, markup, language: None, base: None })
}

fn link(href: &str, rel: &str) -> Link {
    Link { href: href.to_owned(), rel: rel.to_owned(), media_type: None }
}

fn resolved(href: &str, base: Option<&Url>) -> String {
    base.and_then(|base| base.join(href).ok()).map_or_else(|| href.to_owned(), String::from)
}
